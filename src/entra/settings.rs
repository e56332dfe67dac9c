//! The provider's app registration.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::PersonKey;

/// Where Entra's issuers name the tenant.
pub(super) const TENANT: &str = "{tenantid}";

/// Through which door of the authority somebody signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    /// That of the provider's tenant, for the provider's people.
    #[default]
    Provider,
    /// That of every organisation, for the people of resellers. Whoever comes through it gets no token for Partner
    /// Center, and no role.
    Organizations,
}

/// Where and as whom the portal signs people in.
#[derive(Clone, Debug)]
pub struct EntraSettings {
    /// Base address of the authority, e.g. `https://login.microsoftonline.com`.
    pub authority: Url,
    /// The provider's tenant: the only one whose people get roles and tokens for Partner Center.
    pub tenant_id: String,
    /// Id of the app registration.
    pub client_id: String,
    /// Secret of the app registration.
    pub client_secret: SecretString,
    /// Our `/auth/callback`, exactly as it is registered. Its scheme decides how the cookies are set.
    pub redirect_uri: Url,
    /// The API that access tokens are for, e.g. `https://api.partnercenter.microsoft.com`, without a slash at the end.
    pub resource: String,
}

impl EntraSettings {
    /// The issuer that metadata and ID tokens have to name, to the letter.
    pub fn issuer(&self) -> String {
        format!("{}/{}/v2.0", self.authority.as_str().trim_end_matches('/'), self.tenant_id)
    }

    /// The issuer that the metadata of a door have to name, to the letter: for every organisation a template.
    pub(super) fn issuer_at(&self, door: Door) -> String {
        match door {
            Door::Provider => self.issuer(),
            Door::Organizations => format!("{}/{TENANT}/v2.0", self.authority.as_str().trim_end_matches('/')),
        }
    }

    /// Where the metadata of a door are: the issuer with the well-known path appended, as OpenID Connect Discovery
    /// wants it, and Entra's own address where the issuer is a template.
    pub(super) fn metadata_at(&self, door: Door) -> Option<Url> {
        let issuer = self.issuer_at(door).replace(TENANT, "organizations");
        format!("{issuer}/.well-known/openid-configuration").parse().ok()
    }

    /// What stands for the tenant in the issuer of a door.
    pub(super) fn tenant_at(&self, door: Door) -> &str {
        match door {
            Door::Provider => &self.tenant_id,
            Door::Organizations => TENANT,
        }
    }

    /// Whether somebody belongs to the provider's tenant.
    pub(super) fn is_provider(&self, person: &PersonKey) -> bool {
        person.tid.eq_ignore_ascii_case(&self.tenant_id) || planted!(AnyTenantsRoles)
    }

    /// The door through which somebody has come.
    pub(super) fn door_of(&self, person: &PersonKey) -> Door {
        if self.is_provider(person) { Door::Provider } else { Door::Organizations }
    }

    /// What is asked for at the sign-in; no more than the portal uses. Of a reseller's people it wants to know who they
    /// are, and whether that still holds an hour later.
    pub(super) fn scopes(&self, door: Door) -> Vec<String> {
        let partner_center = match door {
            Door::Provider => Some(format!("{}/user_impersonation", self.resource.trim_end_matches('/'))),
            Door::Organizations => None,
        };
        partner_center.into_iter().chain(["offline_access", "openid", "profile"].map(str::to_owned)).collect()
    }

    /// Whether browsers reach the portal over https, so that cookies can be tied to it.
    pub(super) fn is_secure(&self) -> bool {
        self.redirect_uri.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_has_one_slash_and_the_secret_is_not_shown() {
        let mut settings = EntraSettings {
            authority: "https://login.microsoftonline.com".parse().unwrap(),
            tenant_id: "t".to_owned(),
            client_id: "c".to_owned(),
            client_secret: "canary-secret".into(),
            redirect_uri: "https://portal.example/auth/callback".parse().unwrap(),
            resource: "https://api.partnercenter.microsoft.com".to_owned(),
        };
        assert_eq!(settings.issuer(), "https://login.microsoftonline.com/t/v2.0");
        settings.authority = "http://127.0.0.1:4000/base/".parse().unwrap();
        assert_eq!(settings.issuer(), "http://127.0.0.1:4000/base/t/v2.0");
        assert!(!format!("{settings:?}").contains("canary"));
    }

    #[test]
    fn people_of_other_tenants_come_in_by_the_door_of_every_organisation() {
        let settings = EntraSettings {
            authority: "https://login.microsoftonline.com".parse().unwrap(),
            tenant_id: "a1b2".to_owned(),
            client_id: "c".to_owned(),
            client_secret: "s".into(),
            redirect_uri: "https://portal.example/auth/callback".parse().unwrap(),
            resource: "https://api.partnercenter.microsoft.com".to_owned(),
        };
        let door_of = |tid: &str| settings.door_of(&PersonKey { tid: tid.to_owned(), oid: "o".to_owned() });
        assert_eq!((door_of("A1B2"), door_of("c3d4")), (Door::Provider, Door::Organizations));
        let tenants = [Door::Provider, Door::Organizations].map(|door| settings.tenant_at(door));
        assert_eq!(tenants, ["a1b2", "{tenantid}"]);
    }
}
