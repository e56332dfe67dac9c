//! Following an onboarding, without a person having to reload.

use leptos::{prelude::*, task::spawn_local};

use super::{ask, browser};
use crate::{domain::OnboardingId, paths};

/// Id of the element whose content is fetched again.
pub const PROGRESS_ID: &str = "progress";
/// Stands in the content, as `data-moves`, while there is something to follow.
pub const PROGRESS_MOVES: &str = "on";

/// Milliseconds between two questions.
const PAUSE: i32 = 1_500;
/// The longest pause, in milliseconds, while the portal does not answer.
const LONGEST_PAUSE: i32 = 12_000;

/// Keeps the steps of an onboarding up to date, and loads the page again once it has something else to say. A page with
/// a tenant on it is never loaded again: somebody may be reading its password.
#[island]
pub fn FollowProgress(
    /// The onboarding that the page is about.
    id: OnboardingId,
    /// Whether the page waits for Microsoft's answer.
    waits: bool,
) -> impl IntoView {
    if cfg!(not(feature = "ssr")) {
        spawn_local(follow(id, waits));
    }
}

async fn follow(id: OnboardingId, waits: bool) {
    let address = paths::progress(&id, waits);
    let mut pause = PAUSE;
    loop {
        browser::pause(pause).await;
        match ask::fragment(&address).await {
            Ok((200, content)) => {
                pause = PAUSE;
                browser::replace_content(PROGRESS_ID, &content);
                if !content.contains("data-moves") {
                    return;
                }
            }
            // The page itself knows best what to say now, also of a session that has ended and of a record that is gone.
            Ok((205 | 401 | 403 | 404, _)) if waits => return browser::reload(),
            Ok((205 | 401 | 403 | 404, _)) => return,
            Ok(_) | Err(_) => pause = LONGEST_PAUSE.min(pause * 2),
        }
    }
}
