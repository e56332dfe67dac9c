//! Waiting for an onboarding, without a person having to reload.

use leptos::{prelude::*, task::spawn_local};

use super::{ask::ask, browser};
use crate::{
    api::{OnboardingProgress, Progress},
    domain::OnboardingId,
    error::PortalError,
};

/// Milliseconds between two questions.
const PAUSE: i32 = 1_500;
/// The longest pause, in milliseconds, while the portal does not answer.
const LONGEST_PAUSE: i32 = 12_000;

/// Loads the page again as soon as the onboarding has something new to say.
#[island]
pub fn FollowProgress(
    /// The onboarding that the page is about.
    id: OnboardingId,
) -> impl IntoView {
    if cfg!(not(feature = "ssr")) {
        spawn_local(follow(id));
    }
}

async fn follow(id: OnboardingId) {
    let mut pause = PAUSE;
    loop {
        browser::pause(pause).await;
        match ask(OnboardingProgress { id: id.clone() }).await {
            Ok(Progress::Working) => pause = PAUSE,
            // The page itself knows best what to say of a session that has ended, or of a record that is gone.
            Ok(Progress::Settled)
            | Err(PortalError::Unauthenticated | PortalError::Forbidden | PortalError::NotFound) => break,
            Err(_) => pause = LONGEST_PAUSE.min(pause * 2),
        }
    }
    browser::reload();
}
