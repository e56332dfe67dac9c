//! Server functions: parse, authorise, one call, answer. Nothing else.
//!
//! All are POST with a JSON body and live under `/api`; a page that must work without script has a form action of its
//! own in [`crate::paths`], which ends in the same calls.

mod checks;
mod credentials;
#[cfg(feature = "ssr")]
mod request;
mod shortcuts;

#[cfg(feature = "ssr")]
pub use self::request::operator;
/// The functions as values, which is how the islands ask them.
pub(crate) use self::{
    checks::{CheckAddress, CheckDomain, CheckReseller, FindTenant, LoadCountryRules, SearchResellers},
    credentials::{ClaimCredentials, ConfirmCredentials},
    shortcuts::{LoadUsualChoices, SplitAddress},
};
pub use self::{
    checks::{
        ResellerMatches, check_address, check_domain, check_reseller, find_tenant, load_country_rules, search_resellers,
    },
    credentials::{ShownCredentials, claim_credentials, confirm_credentials},
    shortcuts::{load_usual_choices, split_address},
};

/// Prefix of every server function's address.
pub const PREFIX: &str = "/api";
