//! How far an onboarding is, for a page that follows it.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{domain::OnboardingId, error::PortalError};

/// How far an onboarding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The portal is at work; ask again soon.
    Working,
    /// The page has something new to say; load it again.
    Settled,
}

/// Whether there is something new to see.
#[server(prefix = "/api", endpoint = "onboarding-progress", input = Json, output = Json)]
pub async fn onboarding_progress(id: OnboardingId) -> Result<Progress, PortalError> {
    let (state, operator) = super::request::signed_in()?;
    let onboarding = state.journal.find(&operator, &id).await?;
    Ok(if onboarding.state.is_working() { Progress::Working } else { Progress::Settled })
}
