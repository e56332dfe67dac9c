//! Onboardings and their events.
//!
//! Every statement that names an onboarding also says whose it must be, so that a foreign id and an unknown one take
//! the same way and give the same answer. Every step is a compare-and-set on the state that it starts from, and writes
//! its event in the same transaction.

mod payload;
mod rows;
mod state;
mod steps;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use sqlx::any::AnyRow;

use self::rows::{columns, visible};
pub use self::{
    payload::Payload,
    state::{Failure, OnboardingState, reason},
    steps::{Committed, DraftSummary, Intent, LEASE, Lease, Recorded, Sending},
};
use crate::{
    clock::{Ambient, Timestamp},
    database::{Database, DatabaseError, to_micros},
    domain::{CorrelationId, CustomerId, NewCustomerForm, OnboardingId, Operator, PersonKey, RequestId, ResellerId},
};

/// How many onboardings the home page shows at most; whoever has more waiting looks at the list.
const WAITING_LIMIT: i64 = 200;

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
    /// When the state last changed; of a draft, when it was last stored.
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

/// What of a person's own is not finished, each newest first.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Being filled in.
    pub drafts: Vec<Onboarding>,
    /// The portal is at work.
    pub running: Vec<Onboarding>,
    /// The outcome is not known, or the person has to act.
    pub attention: Vec<Onboarding>,
    /// Created, and nobody has opened the credentials yet.
    pub unopened: Vec<Onboarding>,
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

impl From<sqlx::Error> for JournalError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
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
        const SQL: &str = concat!("SELECT ", columns!(), " FROM onboarding o WHERE ", visible!(), " AND o.id = $3");
        let row = sqlx::query(SQL)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?;
        rows::onboarding(&row.ok_or(JournalError::NotFound)?)
    }

    /// The newest onboardings that `viewer` may see, `before` an id if given.
    pub async fn list(
        &self,
        viewer: &Operator,
        limit: u32,
        before: Option<&OnboardingId>,
    ) -> Result<Vec<Onboarding>, JournalError> {
        const FIRST: &str =
            concat!("SELECT ", columns!(), " FROM onboarding o WHERE ", visible!(), " ORDER BY o.id DESC LIMIT $3");
        const NEXT: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM onboarding o WHERE ",
            visible!(),
            " AND o.id < $4 ORDER BY o.id DESC LIMIT $3"
        );
        let query = sqlx::query(if before.is_some() { NEXT } else { FIRST })
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(i64::from(limit));
        let query = if let Some(id) = before { query.bind(id.as_str()) } else { query };
        onboardings(&query.fetch_all(self.db.read()).await?)
    }

    /// The steps of one onboarding, oldest first.
    pub async fn events(&self, viewer: &Operator, id: &OnboardingId) -> Result<Vec<OnboardingEvent>, JournalError> {
        const SQL: &str = concat!(
            "SELECT e.to_state, e.actor, e.happened_at FROM onboarding_event e \
             JOIN onboarding o ON o.id = e.onboarding_id WHERE ",
            visible!(),
            " AND o.id = $3 ORDER BY e.position"
        );
        let found = sqlx::query(SQL)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_all(self.db.read())
            .await?;
        // An onboarding has at least the event that made it.
        if found.is_empty() { Err(JournalError::NotFound) } else { found.iter().map(rows::event).collect() }
    }

    /// What of the operator's own is not finished.
    pub async fn waiting_for(&self, operator: &Operator) -> Result<Waiting, JournalError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM onboarding o LEFT JOIN credential c ON c.onboarding_id = o.id \
             WHERE o.owner_tid = $1 AND o.owner_oid = $2 AND (\
             o.state IN ('draft', 'submitted', 'sending', 'reconciling', 'unknown', 'needs_attention') \
             OR (o.state = 'created' AND c.state = 'sealed' AND c.expires_at > $3)) \
             ORDER BY o.id DESC LIMIT $4"
        );
        let found = sqlx::query(SQL)
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_micros(self.ambient.now()))
            .bind(WAITING_LIMIT)
            .fetch_all(self.db.read())
            .await?;
        let mut waiting = Waiting::default();
        for onboarding in onboardings(&found)? {
            waiting.add(onboarding);
        }
        Ok(waiting)
    }
}

impl Waiting {
    fn add(&mut self, onboarding: Onboarding) {
        let kind = match onboarding.state {
            OnboardingState::Draft => &mut self.drafts,
            OnboardingState::Created => &mut self.unopened,
            state if state.is_working() => &mut self.running,
            _ => &mut self.attention,
        };
        kind.push(onboarding);
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        [&self.drafts, &self.running, &self.attention, &self.unopened].into_iter().all(Vec::is_empty)
    }
}

fn onboardings(found: &[AnyRow]) -> Result<Vec<Onboarding>, JournalError> {
    found.iter().map(rows::onboarding).collect()
}
