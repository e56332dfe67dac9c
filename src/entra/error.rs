//! What can go wrong at a sign-in, in OAuth's vocabulary. No variant holds a secret or a text of somebody else.

use std::fmt;

use super::{id_token::IdTokenError, metadata::MetadataError};
use crate::{audit::AuditError, database::DatabaseError, keyring::KeyringError};

/// Why a sign-in cannot start or does not end in an identity.
#[derive(Debug, thiserror::Error)]
pub enum EntraError {
    /// The browser brings something that is no authorization response: parameters twice, or none.
    #[error("not an authorization response")]
    MalformedResponse,
    /// No sign-in of this state was started in this browser.
    #[error("state mismatch: this browser has started no such sign-in")]
    StateMismatch,
    /// The sign-in was started more than ten minutes ago.
    #[error("the sign-in took too long")]
    Expired,
    /// The response was brought here before.
    #[error("the sign-in has been finished already")]
    AlreadyUsed,
    /// Neither a code nor an error.
    #[error("the response has no code")]
    MissingCode,
    /// The response names another issuer than the one that was asked (RFC 9207).
    #[error("the response comes from another issuer")]
    IssuerMismatch,
    /// The authority or the person said no.
    #[error("denied: {0}")]
    Denied(Refusal),
    /// Metadata or keys of the authority cannot be had.
    #[error("metadata of the authority: {0}")]
    MetadataUnavailable(#[from] MetadataError),
    /// The token endpoint refused the code.
    #[error("the token endpoint refused: {0}")]
    TokenRefused(Refusal),
    /// The token endpoint cannot be reached or does not answer as agreed.
    #[error("the token endpoint does not answer as agreed")]
    TokenUnavailable,
    /// There is no ID token in the answer.
    #[error("no ID token in the answer")]
    MissingIdToken,
    /// The ID token is not to be trusted.
    #[error("ID token: {0}")]
    IdToken(#[from] IdTokenError),
    /// A person of another tenant than the provider's.
    #[error("a person of another tenant")]
    ForeignTenant,
    /// A person of the provider's tenant, through the door of resellers.
    #[error("a person of the provider's own tenant, through the door for resellers")]
    ProvidersOwn,
    /// Signed in with a password alone; Partner Center wants a second factor.
    #[error("signed in without a second factor")]
    SecondFactorMissing,
    /// The portal's own store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The portal's own database or keys do not work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Database.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A transaction on it.
    #[error("database: {0}")]
    Database(#[from] DatabaseError),
    /// The act could not be recorded, and did not happen.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Keys.
    #[error("keys: {0}")]
    Keyring(#[from] KeyringError),
    /// A row holds what the portal would never write.
    #[error("a stored row does not hold what it should")]
    Corrupt,
}

/// A refusal of the authority, without its words: its code, and Entra's number, which its documentation explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// OAuth's error code.
    pub error: OAuthCode,
    /// `AADSTS…`, if the description begins with one.
    pub aadsts: Option<u32>,
}

impl Refusal {
    pub(super) fn new(error: &str, description: Option<&str>) -> Self {
        Self { error: OAuthCode::from_wire(error), aadsts: description.and_then(aadsts) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.error)?;
        self.aadsts.map_or(Ok(()), |number| write!(f, " (AADSTS{number})"))
    }
}

fn aadsts(description: &str) -> Option<u32> {
    let digits = description.strip_prefix("AADSTS")?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// Error codes of OAuth 2.0 and OpenID Connect; whatever else an authority says is [`Other`](Self::Other).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of RFC 6749 and OpenID Connect Core")]
pub enum OAuthCode {
    AccessDenied,
    AccountSelectionRequired,
    ConsentRequired,
    InteractionRequired,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    LoginRequired,
    ServerError,
    TemporarilyUnavailable,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    Other,
}

impl OAuthCode {
    fn from_wire(code: &str) -> Self {
        match code {
            "access_denied" => Self::AccessDenied,
            "account_selection_required" => Self::AccountSelectionRequired,
            "consent_required" => Self::ConsentRequired,
            "interaction_required" => Self::InteractionRequired,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "invalid_request" => Self::InvalidRequest,
            "invalid_scope" => Self::InvalidScope,
            "login_required" => Self::LoginRequired,
            "server_error" => Self::ServerError,
            "temporarily_unavailable" => Self::TemporarilyUnavailable,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "unsupported_response_type" => Self::UnsupportedResponseType,
            _ => Self::Other,
        }
    }

    /// Whether it is the authority's own trouble, which passes.
    pub(super) fn is_outage(self) -> bool {
        matches!(self, Self::ServerError | Self::TemporarilyUnavailable)
    }

    /// Whether only the person can help, by signing in again.
    pub(super) fn needs_person(self) -> bool {
        matches!(
            self,
            Self::AccountSelectionRequired
                | Self::ConsentRequired
                | Self::InteractionRequired
                | Self::InvalidGrant
                | Self::LoginRequired
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_refusal_the_codes_are_kept_and_the_words_are_not() {
        let refusal = Refusal::new("invalid_grant", Some("AADSTS50076: <b>Due to</b> a configuration change ..."));
        assert_eq!(refusal.to_string(), "InvalidGrant (AADSTS50076)");
        let refusal = Refusal::new("<script>", Some("<b>AADSTS1"));
        assert_eq!(refusal.to_string(), "Other");
        assert_eq!(Refusal::new("access_denied", Some("AADSTS")).aadsts, None);
        assert_eq!(Refusal::new("access_denied", Some("AADSTS99999999999")).aadsts, None);
    }

    #[test]
    fn every_code_of_the_standards_is_known_by_its_name() {
        for (code, name) in [
            ("access_denied", "AccessDenied"),
            ("account_selection_required", "AccountSelectionRequired"),
            ("consent_required", "ConsentRequired"),
            ("interaction_required", "InteractionRequired"),
            ("invalid_client", "InvalidClient"),
            ("invalid_grant", "InvalidGrant"),
            ("invalid_request", "InvalidRequest"),
            ("invalid_scope", "InvalidScope"),
            ("login_required", "LoginRequired"),
            ("server_error", "ServerError"),
            ("temporarily_unavailable", "TemporarilyUnavailable"),
            ("unauthorized_client", "UnauthorizedClient"),
            ("unsupported_grant_type", "UnsupportedGrantType"),
            ("unsupported_response_type", "UnsupportedResponseType"),
            ("Invalid_Grant", "Other"),
        ] {
            assert_eq!(Refusal::new(code, None).to_string(), name);
        }
    }
}
