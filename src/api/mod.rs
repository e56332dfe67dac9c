//! Server functions: parse, authorise, one call, answer. Nothing else.
//!
//! All are POST with a JSON body and live under `/api`; a page that must work without script has a form action of its
//! own in [`crate::paths`], which ends in the same calls.

mod checks;
mod credentials;
mod progress;
#[cfg(feature = "ssr")]
mod request;

#[cfg(feature = "ssr")]
pub use self::request::operator;
pub use self::{
    checks::{
        CheckAddress, CheckDomain, CheckReseller, LoadCountryRules, ResellerMatches, SearchResellers, check_address,
        check_domain, check_reseller, load_country_rules, search_resellers,
    },
    credentials::{ClaimCredentials, ConfirmCredentials, ShownCredentials, claim_credentials, confirm_credentials},
    progress::{OnboardingProgress, Progress, onboarding_progress},
};

/// Prefix of every server function's address.
pub const PREFIX: &str = "/api";
