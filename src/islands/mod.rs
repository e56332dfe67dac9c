//! The parts of pages that live in the browser; besides `domain`, `error`, `paths` and the stubs of `api`, the only code
//! that becomes WebAssembly.
//!
//! Every island enhances a page that works without it. The framework finds the islands and starts them, but their views
//! are values of our own ([`markup`]): as reactive views they cost 245 kB of WebAssembly (brotli), as values 62 kB. Props are
//! printed into the page: small, and never a secret. Nothing here may use the router, which does not exist in the
//! browser's half.

mod ask;
mod browser;
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
mod copy;
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
mod credentials;
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
mod live;
mod markup;
#[cfg(any(feature = "ssr", feature = "hydrate-form"))]
mod onboarding;
mod patch;
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
mod progress;
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
mod spell;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod testing;

#[cfg(any(feature = "ssr", feature = "hydrate-form"))]
pub use self::onboarding::OnboardingForm;
#[cfg(test)]
pub(crate) use self::onboarding::samples;
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
pub use self::{
    copy::CopyButtons,
    credentials::{CredentialsPanel, CredentialsPanelProps},
    live::{FetchLive, FetchLiveProps, LIVE_ID},
    progress::{FollowProgress, FollowProgressProps, PROGRESS_ID, PROGRESS_MOVES},
};
#[cfg(feature = "ssr")]
pub(crate) use self::{
    markup::{Element, Node, Printed, el, icon},
    onboarding::{
        AT_ID, DOMAINS, FORM_ID, KEPT_ID, Offer, RELATIONSHIP, SAID_ID, SAVE_ID, STORED_ID, ServerParts, Start,
        USE_DOMAIN, button, onboarding_form, option,
    },
};
