//! The parts of pages that live in the browser; besides `domain`, `error`, `paths` and the stubs of `api`, the only code
//! that becomes WebAssembly.
//!
//! Every island enhances a page that works without it. Its view is rendered on the server, and the browser's half takes
//! that very markup over, so both sides must render the same for the same props. Props are printed into the page: small,
//! and never a secret. Nothing here may use the router, which does not exist in the browser's half.

mod browser;
mod copy;
mod credentials;
mod icon;
mod onboarding;
mod progress;
mod spell;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod testing;

#[cfg(test)]
pub(crate) use self::onboarding::samples;
#[cfg(feature = "ssr")]
pub(crate) use self::onboarding::{control_described_by, no_country, reseller_meta};
pub use self::{
    copy::CopyButtons,
    credentials::{CredentialsPanel, CredentialsPanelProps},
    onboarding::{FormStart, OnboardingForm, OnboardingFormProps},
    progress::{FollowProgress, FollowProgressProps},
};
