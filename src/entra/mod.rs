//! Sign-in with Entra ID: authorization code with PKCE, App+User.

use secrecy::SecretString;

use crate::domain::PersonKey;

/// Gives the access token of a person for Partner Center; refreshes it when it is about to end, once for all askers.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The person has to sign in again: no grant, `invalid_grant`, MFA too old.
    #[error("the person has to sign in again")]
    SignInAgain,
    /// The authority cannot be reached or does not answer as agreed.
    #[error("the authority cannot be reached")]
    Unavailable,
    /// The portal's own database or keys.
    #[error("the portal's store does not work: {0}")]
    Store(String),
}

/// Sign-in and tokens.
#[derive(Clone)]
pub struct Entra {}

impl Entra {
    /// A token for Partner Center that is good for at least another minute.
    pub async fn access_token(&self, person: &PersonKey) -> Result<SecretString, TokenError> {
        todo!("{person:?}")
    }
}
