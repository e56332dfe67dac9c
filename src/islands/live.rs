//! What Partner Center says of a tenant, fetched when its page is there: nobody waits for Microsoft to see a page.

use leptos::{prelude::*, task::spawn_local};

use super::{ask, browser};
use crate::{domain::OnboardingId, paths};

/// Id of the element whose content is fetched.
pub const LIVE_ID: &str = "live";

/// Fetches what Partner Center says of a tenant, once. Without script a link leads to the same; where the answer does not
/// come the link stays.
#[island]
pub fn FetchLive(
    /// The onboarding whose tenant it is.
    id: OnboardingId,
) -> impl IntoView {
    if cfg!(not(feature = "ssr")) {
        spawn_local(fetch(id));
    }
}

async fn fetch(id: OnboardingId) {
    if let Ok((200, content)) = ask::fragment(&paths::partner_center_part(&id)).await {
        browser::replace_content(LIVE_ID, &content);
        // What has just come may have buttons that copy.
        browser::reveal_all(".copy[hidden]");
    }
}
