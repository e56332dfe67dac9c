//! The use case: draft, check, create, find out.

use std::sync::Arc;

use crate::{
    domain::{
        AddressCheck, AddressParts, CountryCode, CountryRules, DomainAvailability, FieldErrors, NewCustomer,
        NewCustomerForm, OnboardingId, Operator, ResellerChoice, ResellerId, ResellerReadiness,
    },
    journal::JournalError,
};

/// Why a step of the use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ProvisioningError {
    /// Some fields need attention; the draft is stored.
    #[error("some fields need attention")]
    Invalid(FieldErrors),
    /// No such onboarding, or not this person's.
    #[error("no such onboarding")]
    NotFound,
    /// It was sent already.
    #[error("already sent")]
    AlreadySent,
    /// The answers changed since this review was shown.
    #[error("the answers changed since they were checked")]
    ChangedSinceReview,
    /// The person has to sign in again.
    #[error("sign in again")]
    SignInAgain,
    /// The person's role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// Microsoft cannot be reached or does not answer as agreed.
    #[error("upstream: {0}")]
    Upstream(String),
    /// The portal's own store.
    #[error(transparent)]
    Journal(JournalError),
}

/// The answers, understood, ready to be looked at once more.
#[derive(Clone, Debug)]
pub struct Review {
    /// The onboarding.
    pub id: OnboardingId,
    /// What will be sent.
    pub customer: NewCustomer,
    /// The chosen reseller as the live list has it; `None` for a direct customer.
    pub reseller: Option<ResellerChoice>,
    /// Its readiness.
    pub readiness: Option<ResellerReadiness>,
    /// The country's rules, for labels and names.
    pub rules: CountryRules,
    /// Full initial domain.
    pub domain: String,
    /// Whether it is still free.
    pub availability: DomainAvailability,
    /// What Microsoft says of the address.
    pub address_check: AddressCheck,
    /// Hash of what will be sent; comes back with the approval, so that only what was seen is sent.
    pub payload_hash: String,
}

/// The use case.
#[derive(Clone)]
pub struct Provisioning {}

impl Provisioning {
    /// Stores the draft under `id` (made by the page). `AlreadySent` if it is no draft any more, `NotFound` if somebody else's.
    pub async fn save_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<(), ProvisioningError> {
        todo!("{operator:?} {id:?} {form:?}")
    }

    /// Stores the draft, then checks it: fields, reseller in the live list and ready, domain not taken.
    pub async fn check(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<(), ProvisioningError> {
        todo!("{operator:?} {id:?} {form:?}")
    }

    /// The stored draft, understood, with everything that the review names.
    pub async fn review(&self, operator: &Operator, id: &OnboardingId) -> Result<Review, ProvisioningError> {
        todo!("{operator:?} {id:?}")
    }

    /// Commits the intent and starts to send it. One winner: a second call answers `AlreadySent`.
    pub async fn create(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
    ) -> Result<(), ProvisioningError> {
        todo!("{operator:?} {id:?} {payload_hash:?}")
    }

    /// Asks Microsoft again about an onboarding whose outcome is not known, with the same request id.
    pub async fn resume(&self, operator: &Operator, id: &OnboardingId) -> Result<(), ProvisioningError> {
        todo!("{operator:?} {id:?}")
    }

    /// The country's rules; from what we know ourselves if Partner Center cannot be asked.
    pub async fn country_rules(&self, operator: &Operator, country: &CountryCode) -> CountryRules {
        todo!("{operator:?} {country:?}")
    }

    /// The provider's resellers, sorted by name; cached for a minute.
    pub async fn resellers(&self, operator: &Operator) -> Result<Arc<[ResellerChoice]>, ProvisioningError> {
        todo!("{operator:?}")
    }

    /// At most 50 resellers whose name, MPN id or country fits `query` (all if it is empty), best first, and how many fit in all.
    pub async fn search_resellers(
        &self,
        operator: &Operator,
        query: &str,
    ) -> Result<(Vec<ResellerChoice>, u32), ProvisioningError> {
        todo!("{operator:?} {query:?}")
    }

    /// Whether a domain prefix is free.
    pub async fn check_domain(&self, operator: &Operator, prefix: &str) -> DomainAvailability {
        todo!("{operator:?} {prefix:?}")
    }

    /// What Microsoft says of an address.
    pub async fn check_address(&self, operator: &Operator, address: &AddressParts) -> AddressCheck {
        todo!("{operator:?} {address:?}")
    }

    /// Whether a customer can be created for the reseller now.
    pub async fn reseller_readiness(&self, operator: &Operator, reseller: &ResellerId) -> ResellerReadiness {
        todo!("{operator:?} {reseller:?}")
    }
}
