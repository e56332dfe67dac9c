//! What every server function starts with: the state of the portal and the person who asks.

use http::request::Parts;
use leptos::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use tower_sessions::Session;

use super::ShownCredentials;
use crate::{
    credentials::{CredentialsError, Replay},
    domain::{FieldErrors, OnboardingId, Operator},
    error::PortalError,
    journal::JournalError,
    provisioning::ProvisioningError,
    state::AppState,
};

/// The signed-in person of this request, put into its extensions by the server's session layer.
pub fn operator() -> Option<Operator> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Operator>().cloned())
}

/// The state and the signed-in person, or 401.
pub(super) fn signed_in() -> Result<(AppState, Operator), PortalError> {
    let state = use_context::<AppState>().ok_or(PortalError::Internal)?;
    let operator = operator().ok_or(PortalError::Unauthenticated)?;
    Ok((state, operator))
}

/// The state and a person who may onboard customers, or 401 or 403.
pub(super) fn onboarding_operator() -> Result<(AppState, Operator), PortalError> {
    let (state, operator) = signed_in()?;
    if operator.may_onboard() { Ok((state, operator)) } else { Err(PortalError::Forbidden) }
}

/// Claims credentials for a page that can repeat its question.
pub(super) async fn claim(id: &OnboardingId, token: String) -> Result<ShownCredentials, PortalError> {
    let (state, operator) = onboarding_operator()?;
    let parts = use_context::<Parts>().ok_or(PortalError::Internal)?;
    let session = parts.extensions.get::<Session>().ok_or(PortalError::Unauthenticated)?;
    let browser = state.sessions.browser_session_key(session).await.ok_or(PortalError::Unauthenticated)?;
    let credential =
        state.credentials.claim(&operator, &browser, id, &SecretString::from(token), Replay::SameToken).await?;
    let left = credential.until.duration_since(state.ambient.now()).as_secs();
    Ok(ShownCredentials {
        user_name: credential.user_name.clone(),
        password: credential.password.expose_secret().to_owned(),
        sign_in_address: state.config.cloud.customer_sign_in().to_owned(),
        seconds_left: u32::try_from(left).unwrap_or(0),
    })
}

impl From<ProvisioningError> for PortalError {
    fn from(error: ProvisioningError) -> Self {
        match error {
            ProvisioningError::Invalid(errors) => Self::Invalid(errors),
            ProvisioningError::SentOtherwise(_) => Self::Invalid(FieldErrors::default()),
            ProvisioningError::NotFound => Self::NotFound,
            ProvisioningError::AlreadySent
            | ProvisioningError::ChangedElsewhere(_)
            | ProvisioningError::ChangedSinceReview => Self::Conflict,
            ProvisioningError::CapReached(_) => Self::TooOften,
            ProvisioningError::SignInAgain => Self::Unauthenticated,
            ProvisioningError::NotConnected => Self::NotConnected,
            ProvisioningError::Forbidden => Self::Forbidden,
            ProvisioningError::Upstream(_) | ProvisioningError::Refused(_) => Self::Upstream,
            ProvisioningError::Journal(error) => error.into(),
            ProvisioningError::NotReady(reason) => {
                tracing::error!(reason, "the portal's own keys or tokens cannot be used");
                Self::Unavailable
            }
        }
    }
}

impl From<JournalError> for PortalError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NotFound => Self::NotFound,
            JournalError::Conflict | JournalError::ChangedElsewhere(_) => Self::Conflict,
            JournalError::CapReached(_) => Self::TooOften,
            JournalError::Database(error) => {
                tracing::error!(%error, "the database does not work");
                Self::Unavailable
            }
            JournalError::Audit(error) => {
                tracing::error!(%error, "the audit cannot be written, so nothing was done");
                Self::Unavailable
            }
        }
    }
}

impl From<CredentialsError> for PortalError {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Gone(_) => Self::Conflict,
            CredentialsError::NotFound => Self::NotFound,
            CredentialsError::Keyring(_) | CredentialsError::Database(_) | CredentialsError::Audit(_) => {
                tracing::error!(%error, "credentials could not be read or written; they are as they were");
                Self::Unavailable
            }
        }
    }
}
