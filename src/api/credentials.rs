//! Claim and confirm, for a page with script.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{domain::OnboardingId, error::PortalError, json::read_struct};

/// The admin credentials on their one way to the page that asked: the only serialisable form of them.
#[derive(Serialize, Deserialize)]
pub struct ShownCredentials {
    /// Sign-in name in full: `admin@contoso.onmicrosoft.com`.
    pub user_name: String,
    /// First password.
    pub password: String,
    /// Where the customer's administrator signs in.
    pub sign_in_address: String,
    /// Seconds until the portal forgets the password.
    pub seconds_left: u32,
}

read_struct!(ShownCredentials { user_name, password, sign_in_address, seconds_left });

impl std::fmt::Debug for ShownCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownCredentials(redacted)")
    }
}

/// Opens the admin credentials for this page: `token` is 256 random bits that the page made and keeps in memory; the
/// same token in the same session is answered again for 120 s, so that a lost answer costs nothing.
#[server(prefix = "/api", endpoint = "claim-credentials", input = Json, output = Json)]
pub async fn claim_credentials(id: OnboardingId, token: String) -> Result<ShownCredentials, PortalError> {
    super::request::claim(&id, token).await
}

/// "I have stored it": the portal forgets the password.
#[server(prefix = "/api", endpoint = "confirm-credentials", input = Json, output = Json)]
pub async fn confirm_credentials(id: OnboardingId) -> Result<(), PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.credentials.confirm(&operator, &id).await?)
}
