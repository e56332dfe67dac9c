//! Onboardings and their events.

use crate::{
    clock::{Ambient, Timestamp},
    database::{Database, DatabaseError},
    domain::{CorrelationId, CustomerId, NewCustomerForm, OnboardingId, Operator, PersonKey, RequestId, ResellerId},
};

/// Where an onboarding stands (DESIGN: `draft -> submitted -> sending -> created | rejected | unknown -> …`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnboardingState {
    /// Being filled in.
    Draft,
    /// The intent is committed; nothing has been sent yet.
    Submitted,
    /// The first byte may have gone out.
    Sending,
    /// Partner Center answered 201.
    Created,
    /// Partner Center refused; nothing was created.
    Rejected,
    /// The answer was lost; the outcome is not known.
    Unknown,
    /// The portal is finding the outcome out.
    Reconciling,
    /// Found out: nothing was created.
    NotCreated,
    /// A person has to decide or act (the reason says what).
    NeedsAttention,
}

impl OnboardingState {
    /// Whether the portal itself is at work on it, so that a page should look again soon.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Submitted | Self::Sending | Self::Reconciling)
    }
}

/// Why Partner Center refused, in a form that a page may show: numbers and ids, not third-party text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// HTTP status; `None`: there was no answer.
    pub status: Option<u16>,
    /// Partner Center's error code.
    pub code: Option<String>,
    /// `MS-CV` of the answer.
    pub ms_cv: Option<String>,
    /// `sign_in_again`, `throttled`, `refused`, `lost_answer`, `unreadable_answer`, `payload_changed`.
    pub reason: String,
}

/// One onboarding, everything but secrets.
#[derive(Clone, Debug)]
pub struct Onboarding {
    /// Our id.
    pub id: OnboardingId,
    /// Where it stands.
    pub state: OnboardingState,
    /// Who started it.
    pub owner: PersonKey,
    /// The owner's name when it was started.
    pub owner_name: String,
    /// As typed.
    pub form: NewCustomerForm,
    /// The chosen reseller; `None` for a draft without one and for a direct customer.
    pub reseller_id: Option<ResellerId>,
    /// Its name when it was chosen.
    pub reseller_name: Option<String>,
    /// Full initial domain, e.g. `contoso.onmicrosoft.com`; empty in a draft without one.
    pub domain: String,
    /// Registered name; empty in a draft without one.
    pub company_name: String,
    /// `MS-RequestId` of the create, once submitted.
    pub request_id: Option<RequestId>,
    /// `MS-CorrelationId`, once submitted.
    pub correlation_id: Option<CorrelationId>,
    /// The new tenant, once created.
    pub customer_id: Option<CustomerId>,
    /// Why it was refused or what needs attention.
    pub failure: Option<Failure>,
    /// When the draft was stored first.
    pub created_at: Timestamp,
    /// When the state last changed.
    pub changed_at: Timestamp,
}

/// One step in the life of an onboarding.
#[derive(Clone, Debug)]
pub struct OnboardingEvent {
    /// When.
    pub at: Timestamp,
    /// Into which state.
    pub to: OnboardingState,
    /// Who; `None`: the portal itself.
    pub actor: Option<String>,
}

/// The journal could not answer.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// No such onboarding, or not this person's to see.
    #[error("no such onboarding")]
    NotFound,
    /// The onboarding is no longer in the state that the step starts from.
    #[error("the onboarding has moved on")]
    Conflict,
}

/// Onboardings and their events.
#[derive(Clone, Debug)]
pub struct Journal {
    db: Database,
    ambient: Ambient,
}

impl Journal {
    /// Over this database.
    pub fn new(db: Database, ambient: Ambient) -> Self {
        Self { db, ambient }
    }

    /// One onboarding, if `viewer` may see it.
    pub async fn find(&self, viewer: &Operator, id: &OnboardingId) -> Result<Onboarding, JournalError> {
        todo!("{:?} {:?} {viewer:?} {id:?}", self.db, self.ambient)
    }

    /// The newest onboardings that `viewer` may see, `before` an id if given.
    pub async fn list(
        &self,
        viewer: &Operator,
        limit: u32,
        before: Option<&OnboardingId>,
    ) -> Result<Vec<Onboarding>, JournalError> {
        todo!("{viewer:?} {limit:?} {before:?}")
    }

    /// The steps of one onboarding, oldest first.
    pub async fn events(&self, viewer: &Operator, id: &OnboardingId) -> Result<Vec<OnboardingEvent>, JournalError> {
        todo!("{viewer:?} {id:?}")
    }
}
