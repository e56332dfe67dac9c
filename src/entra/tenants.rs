//! Whether a domain belongs to a tenant, by the public discovery document that the authority has for each. Asked without a
//! token, at the configured authority alone.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::{
    clock::machine_time,
    http::{AuthorityClient, Upstream},
};

/// How long an answer is waited for: it is the second opinion, and somebody waits for the first.
const DEADLINE: Duration = Duration::from_secs(5);

/// "Tenant not found": there is none with this domain.
const NO_SUCH_TENANT: u32 = 90_002;

/// What the authority says of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantFound {
    /// The tenant with this id has it.
    Tenant(String),
    /// No tenant has it.
    None,
    /// No answer, or one that is not understood.
    Unknown,
}

/// Looks tenants up by their domains. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TenantFinder {
    client: AuthorityClient,
    authority: Url,
}

impl TenantFinder {
    /// Asks this authority.
    pub fn new(client: reqwest::Client, authority: Url) -> Self {
        Self { client: AuthorityClient::new(client, machine_time(DEADLINE)), authority }
    }

    /// The tenant of a domain.
    pub async fn find(&self, domain: &str) -> TenantFound {
        let Some(url) = self.address(domain) else { return TenantFound::Unknown };
        match self.client.get(url).await {
            Ok(answer) => understand(answer.status().as_u16(), answer.body()),
            Err(error) => {
                tracing::debug!(%error, "the authority did not say whose a domain is");
                TenantFound::Unknown
            }
        }
    }

    /// The domain becomes one segment of the path and nothing else of the address.
    fn address(&self, domain: &str) -> Option<Url> {
        let is_domain = domain.contains('.')
            && !domain.starts_with('.')
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        let mut url = self.authority.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend([domain, "v2.0", ".well-known", "openid-configuration"]);
        (is_domain && Upstream::SignIn.check(&url).is_ok()).then_some(url)
    }
}

fn understand(status: u16, body: &[u8]) -> TenantFound {
    match status {
        200 => {
            let document = serde_json::from_slice::<Document>(body).ok();
            document.and_then(|document| tenant_of(&document.issuer)).map_or(TenantFound::Unknown, TenantFound::Tenant)
        }
        400 => match serde_json::from_slice::<Refusal>(body) {
            Ok(refusal) if refusal.error_codes.contains(&NO_SUCH_TENANT) => TenantFound::None,
            _ => TenantFound::Unknown,
        },
        _ => TenantFound::Unknown,
    }
}

/// The tenant's id in an issuer, which for a domain is never a template.
fn tenant_of(issuer: &Url) -> Option<String> {
    let id = issuer.path_segments()?.find_map(|segment| uuid::Uuid::try_parse(segment).ok())?;
    Some(id.hyphenated().to_string())
}

#[derive(Deserialize)]
struct Document {
    issuer: Url,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    error_codes: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_a_tenant_none_or_no_answer() {
        let tenant = "a1b2c3d4-0000-4000-8000-00000000c0de";
        let issuer =
            format!(r#"{{"issuer":"https://login.microsoftonline.com/{tenant}/v2.0","tenant_region_scope":"EU"}}"#);
        assert_eq!(understand(200, issuer.as_bytes()), TenantFound::Tenant(tenant.to_owned()));
        let missing = br#"{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant 'x' not found.","error_codes":[90002]}"#;
        assert_eq!(understand(400, missing), TenantFound::None);
        for (status, body) in [
            (200, r#"{"issuer":"https://login.microsoftonline.com/{tenantid}/v2.0"}"#),
            (200, r#"{"issuer":"https://idp.example/realms/x"}"#),
            (200, "<html>"),
            (400, r#"{"error":"invalid_request","error_codes":[900023]}"#),
            (400, ""),
            (404, r#"{"error_codes":[90002]}"#),
            (429, ""),
            (503, ""),
        ] {
            assert_eq!(understand(status, body.as_bytes()), TenantFound::Unknown, "{status} {body}");
        }
    }

    #[test]
    fn a_domain_is_one_segment_of_the_path_and_nothing_else() {
        let client = crate::http::client("test").unwrap();
        let finder = TenantFinder::new(client, "https://login.microsoftonline.com".parse().unwrap());
        assert_eq!(
            finder.address("contoso.onmicrosoft.com").unwrap().as_str(),
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"
        );
        for domain in ["", "contoso", "..", "a/b.example", "a.example?x", "a.example#x", "é.example", ".example"] {
            assert_eq!(finder.address(domain), None, "{domain}");
        }
    }
}
