//! The use case: draft, check, create, find out.
//!
//! The order of things is the promise: the draft is stored before it is checked, the intent is committed before the
//! first byte goes out, and the outcome is stored together with the sealed password before anybody is told of it.

mod approval;
mod checks;
mod completer;
mod country;
mod directory;
mod domains;
mod doubts;
mod draft;
mod existing;
mod hand_over;
mod leases;
mod outside;
mod own_domain;
mod read_back;
mod recent;
mod reconcile;
mod schedule;
mod search;
mod sending;
mod slot;
mod tenants;
#[cfg(test)]
mod tests;
mod tokens;
mod verdict;

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

pub use self::{
    country::names_a_field,
    doubts::Doubt,
    existing::{ExistingTenant, KnownTenant},
    tokens::{TokenFuture, TokenSource},
    verdict::{AuditFound, CustomerFound, DomainFound, Evidence, Match, PATIENCE, Repeat, Verdict, decide},
};
use self::{
    directory::{Directory, RESELLERS_AGE},
    leases::Leases,
    recent::Recent,
    slot::Age,
};
use crate::{
    clock::{Ambient, Timestamp},
    config::Cloud,
    credentials::CredentialStore,
    domain::{
        AddressCheck, AddressParts, CountryRules, DomainAvailability, FieldErrors, NewCustomer, OnboardingId, Operator,
        ResellerChoice, ResellerReadiness, ServedCountries,
    },
    entra::{TenantFinder, TokenError},
    journal::{CapReached, Intent, Journal, JournalError, Onboarding, Payload},
    partner_center::{PartnerCenter, PartnerCenterError, Refusal},
    relationships::Relationships,
    rulebook::Rulebook,
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
    /// It was sent already, with other answers than these.
    #[error("already sent with other answers")]
    SentOtherwise(Box<Onboarding>),
    /// The draft was stored from another page, at this time, since the one that wants to store it was made.
    #[error("the draft was changed elsewhere")]
    ChangedElsewhere(Timestamp),
    /// The answers changed since this review was shown.
    #[error("the answers changed since they were checked")]
    ChangedSinceReview,
    /// The person has to sign in again.
    #[error("sign in again")]
    SignInAgain,
    /// The provider has connected no account with which a reseller's onboardings run, or it is not accepted any more.
    #[error("the provider has connected no account")]
    NotConnected,
    /// The person's role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// As many were sent today as may be; the draft is as it was.
    #[error("as many onboardings were sent today as may be")]
    CapReached(CapReached),
    /// Microsoft cannot be reached or does not answer as agreed.
    #[error("upstream: {0}")]
    Upstream(String),
    /// Microsoft has understood and said no.
    #[error("refused upstream with status {} and code {:?}", .0.status, .0.code)]
    Refused(Box<Refusal>),
    /// The portal's own store.
    #[error(transparent)]
    Journal(JournalError),
    /// The portal's own keys or tokens: nothing was begun.
    #[error("not ready: {0}")]
    NotReady(String),
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
    /// Why the address is kept as it is typed, if somebody has said so.
    pub address_kept: Option<String>,
    /// What speaks for it that the company has a tenant already.
    pub existing: ExistingTenant,
    /// What should be looked at once more.
    pub doubts: Vec<Doubt>,
    /// Hash of what will be sent; comes back with the approval, so that only what was seen is sent.
    pub payload_hash: String,
}

impl Review {
    /// The address as it will be sent.
    pub fn typed_address(&self) -> AddressParts {
        checks::address_of(&self.customer)
    }
}

impl From<JournalError> for ProvisioningError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NotFound => Self::NotFound,
            JournalError::Conflict => Self::AlreadySent,
            JournalError::ChangedElsewhere(at) => Self::ChangedElsewhere(at),
            JournalError::CapReached(cap) => Self::CapReached(cap),
            JournalError::Database(_) | JournalError::Audit(_) => Self::Journal(error),
        }
    }
}

impl From<TokenError> for ProvisioningError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::SignInAgain => Self::SignInAgain,
            TokenError::NotConnected => Self::NotConnected,
            TokenError::Unavailable => Self::Upstream(error.to_string()),
            TokenError::Store(_) => Self::NotReady(error.to_string()),
        }
    }
}

impl From<PartnerCenterError> for ProvisioningError {
    fn from(error: PartnerCenterError) -> Self {
        match error {
            PartnerCenterError::Unauthorized { .. } => Self::SignInAgain,
            PartnerCenterError::Refused(refusal) => Self::Refused(Box::new(refusal)),
            PartnerCenterError::Throttled { .. } | PartnerCenterError::Lost(_) => Self::Upstream(error.to_string()),
        }
    }
}

/// The use case. Cheap to clone; all clones share their caches and their running sends.
#[derive(Clone)]
pub struct Provisioning {
    journal: Journal,
    credentials: CredentialStore,
    tokens: Arc<dyn TokenSource>,
    partner_center: PartnerCenter,
    cloud: Cloud,
    ambient: Ambient,
    directory: Directory,
    relationships: Relationships,
    /// The second opinion about domains; `None`: there is no other than Partner Center's.
    tenant_finder: Option<TenantFinder>,
    /// What was asked a moment ago.
    recent: Recent,
    /// Places for suggested domains that are looked up.
    lookups: Arc<Semaphore>,
    served: ServedCountries,
    tasks: TaskTracker,
    /// Of all that it works on.
    leases: Leases,
    /// Places for those whom the completer works on.
    at_once: Arc<Semaphore>,
}

impl Provisioning {
    /// Over these parts.
    pub fn new(
        journal: Journal,
        credentials: CredentialStore,
        tokens: Arc<dyn TokenSource>,
        partner_center: PartnerCenter,
        relationships: Relationships,
        cloud: Cloud,
        ambient: Ambient,
    ) -> Self {
        let directory =
            Directory::new(Arc::clone(&tokens), partner_center.clone(), relationships.clone(), ambient.clone());
        Self {
            leases: Leases::new(journal.clone()),
            journal,
            credentials,
            tokens,
            partner_center,
            cloud,
            ambient,
            directory,
            relationships,
            tenant_finder: None,
            recent: Recent::default(),
            lookups: domains::places(),
            served: ServedCountries::All,
            tasks: TaskTracker::new(),
            at_once: completer::places(),
        }
    }

    /// Asks this authority, too, whose a domain is.
    #[must_use]
    pub fn with_tenant_finder(self, finder: TenantFinder) -> Self {
        Self { tenant_finder: Some(finder), ..self }
    }

    /// The same for customers in these countries alone.
    #[must_use]
    pub fn serving(self, served: ServedCountries) -> Self {
        Self { served, ..self }
    }

    /// The same with a memory for what Partner Center says of countries, and for what its refusals teach.
    #[must_use]
    pub fn with_rulebook(self, rulebook: Rulebook) -> Self {
        Self { directory: self.directory.with_rulebook(rulebook), ..self }
    }

    /// Commits the intent and starts to send it, or asks for an approval if the operator's reseller needs one. One
    /// winner: a second call answers `AlreadySent`, or `SentOtherwise` if it approves something else than was sent.
    pub async fn create(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
    ) -> Result<(), ProvisioningError> {
        let draft = match self.own(operator, id).await? {
            Stored::Draft(draft) => draft,
            Stored::Sent(sent) => return Err(already_sent(sent, payload_hash)),
        };
        let customer = self.understand(operator, &draft.form).await?;
        let payload = Payload::new(customer, self.cloud.domain_suffix());
        if payload.hash() != payload_hash && !planted!(HashNotCompared) {
            return Err(ProvisioningError::ChangedSinceReview);
        }
        let needs_approval = self.needs_approval(operator).await?;
        // Two who look at the same domain at once both see it free.
        self.keep_chosen(operator, id, &payload.domain()).await?;
        // What is only to be approved is confirmed live when it is: then, and by whoever has a token.
        let age = if needs_approval { RESELLERS_AGE } else { Age::Live };
        let reseller = self.confirmed_reseller(operator, payload.customer(), age).await?;
        let intent = Intent {
            form: &draft.form,
            payload: &payload,
            reseller_name: reseller.as_ref().map(|reseller| reseller.name.as_str()),
        };
        if needs_approval {
            return self.ask_for_approval(operator, id, intent).await;
        }
        // Before the intent: whoever has to sign in again still has a draft, not an onboarding that stands still.
        let token = self.tokens.access_token(&operator.key).await?;
        self.require_keys()?;
        let started = self.ambient.now();
        match self.journal.begin(operator, id, intent).await {
            Ok(committed) => {
                self.send(token, committed, started);
                Ok(())
            }
            Err(JournalError::Conflict) => Err(self.why_not_begun(operator, id, payload_hash).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// A tenant whose password cannot be sealed is not created: it comes once.
    fn require_keys(&self) -> Result<(), ProvisioningError> {
        self.credentials.can_seal().map_err(|error| ProvisioningError::NotReady(error.to_string()))
    }

    /// Somebody was faster: with another version of the draft, or with the same button.
    async fn why_not_begun(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
    ) -> Result<ProvisioningError, ProvisioningError> {
        Ok(match self.own(operator, id).await? {
            Stored::Draft(_) => ProvisioningError::ChangedSinceReview,
            Stored::Sent(sent) => already_sent(sent, payload_hash),
        })
    }

    /// Goes on now with an onboarding that stands still or whose outcome is not known, with the same request id.
    ///
    /// For its owner and for administrators; `AlreadySent` if there is nothing to ask (any more).
    pub async fn resume(&self, operator: &Operator, id: &OnboardingId) -> Result<(), ProvisioningError> {
        require_onboarding(operator)?;
        // Whoever presses the button may have signed in again in another process.
        self.tokens.discard(&operator.key);
        self.tokens.access_token(&operator.key).await?;
        self.require_keys()?;
        let started = self.ambient.now();
        let taken = self.journal.resume(operator, id).await?;
        self.work_on(taken, started, None);
        Ok(())
    }

    /// Waits until nothing is being sent any more; for the end of the process. What is begun after this call is waited
    /// for as well.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What there is under an id of the operator's own.
enum Stored {
    /// It can still be changed.
    Draft(Box<Onboarding>),
    /// It cannot.
    Sent(Box<Onboarding>),
}

/// One key, one content: another one under the same key is neither sent nor passed over.
fn already_sent(sent: Box<Onboarding>, payload_hash: &str) -> ProvisioningError {
    if sent.payload_hash.as_deref() == Some(payload_hash) {
        ProvisioningError::AlreadySent
    } else {
        ProvisioningError::SentOtherwise(sent)
    }
}

/// Refuses those who only look on.
fn require_onboarding(operator: &Operator) -> Result<(), ProvisioningError> {
    if operator.may_onboard() { Ok(()) } else { Err(ProvisioningError::Forbidden) }
}
