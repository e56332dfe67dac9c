//! The authority's signing keys.

use jsonwebtoken::DecodingKey;
use serde::Deserialize;

/// The keys that may have signed an ID token of one issuer. Others of the published set are left out: keys for
/// encryption, other algorithms, other issuers.
#[derive(Clone)]
pub(super) struct KeySet(Vec<SigningKey>);

#[derive(Clone)]
struct SigningKey {
    id: Option<String>,
    key: DecodingKey,
}

/// JSON Web Key Set (RFC 7517). Each key is looked at by itself, so that one of an unknown kind does not spoil the set.
#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    n: String,
    e: String,
    /// Entra's own: for whose tokens the key is good. Sets that serve several tenants say `{tenantid}`.
    issuer: Option<String>,
}

impl KeySet {
    /// Reads a key set; `None` if it is not one.
    pub(super) fn from_json(json: &[u8], issuer: &str, tenant: &str) -> Option<Self> {
        let document: Document = serde_json::from_slice(json).ok()?;
        let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Some(Self(keys.filter_map(|jwk| jwk.signing_key(issuer, tenant)).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that a token's header may mean. Without a key id there must be one key alone.
    pub(super) fn named(&self, id: Option<&str>) -> Vec<&DecodingKey> {
        match (id, self.0.as_slice()) {
            (Some(id), keys) => keys.iter().filter(|key| key.id.as_deref() == Some(id)).map(|key| &key.key).collect(),
            (None, [only]) => vec![&only.key],
            (None, _) => Vec::new(),
        }
    }
}

impl Jwk {
    fn signing_key(self, issuer: &str, tenant: &str) -> Option<SigningKey> {
        let signs = self.kty == "RSA"
            && self.purpose.is_none_or(|purpose| purpose == "sig")
            && self.alg.is_none_or(|algorithm| algorithm == "RS256")
            && self.issuer.is_none_or(|bound| bound.replace("{tenantid}", tenant) == issuer);
        let key = signs.then(|| DecodingKey::from_rsa_components(&self.n, &self.e).ok())??;
        Some(SigningKey { id: self.kid, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://login.microsoftonline.com/t/v2.0";

    fn set(keys: &str) -> KeySet {
        KeySet::from_json(format!("{{\"keys\":[{keys}]}}").as_bytes(), ISSUER, "t").unwrap()
    }

    #[test]
    fn keys_that_cannot_have_signed_are_left_out() {
        for key in [
            r#"{"kty":"EC","kid":"a","crv":"P-256","x":"AQ","y":"AQ"}"#,
            r#"{"kty":"oct","kid":"a","k":"AQ"}"#,
            r#"{"kty":"RSA","kid":"a","use":"enc","n":"AQ","e":"AQAB"}"#,
            r#"{"kty":"RSA","kid":"a","alg":"RS512","n":"AQ","e":"AQAB"}"#,
            r#"{"kty":"RSA","kid":"a","n":"AQ","e":"AQAB","issuer":"https://login.microsoftonline.com/other/v2.0"}"#,
            r#"{"kty":"RSA","kid":"a","n":"?","e":"AQAB"}"#,
            "7",
        ] {
            assert!(set(key).is_empty(), "{key}");
        }
        let good = r#"{"kty":"RSA","kid":"a","n":"AQ","e":"AQAB","issuer":"https://login.microsoftonline.com/{tenantid}/v2.0"}"#;
        assert_eq!(set(good).named(Some("a")).len(), 1);
    }

    #[test]
    fn a_token_without_key_id_means_the_only_key_or_none() {
        let one = r#"{"kty":"RSA","kid":"a","n":"AQ","e":"AQAB"}"#;
        assert_eq!(set(one).named(None).len(), 1);
        assert!(set(&format!("{one},{one}")).named(None).is_empty());
        assert!(set(one).named(Some("b")).is_empty());
    }

    #[test]
    fn what_is_no_key_set_is_none() {
        for json in ["", "{}", "[]", "<html>", r#"{"keys":7}"#] {
            assert!(KeySet::from_json(json.as_bytes(), ISSUER, "t").is_none(), "{json}");
        }
    }
}
