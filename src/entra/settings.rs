//! The provider's app registration.

use secrecy::SecretString;
use url::Url;

/// Where and as whom the portal signs people in.
#[derive(Clone, Debug)]
pub struct EntraSettings {
    /// Base address of the authority, e.g. `https://login.microsoftonline.com`.
    pub authority: Url,
    /// The provider's tenant: the only one whose people may sign in.
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

    /// What is asked for at the sign-in; no more than the portal uses.
    pub(super) fn scopes(&self) -> [String; 4] {
        [
            format!("{}/user_impersonation", self.resource.trim_end_matches('/')),
            "offline_access".to_owned(),
            "openid".to_owned(),
            "profile".to_owned(),
        ]
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
}
