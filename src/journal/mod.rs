//! Onboardings and their events.
//!
//! Every statement that names an onboarding also says whose it must be, so that a foreign id and an unknown one take
//! the same way and give the same answer. Every step is a compare-and-set on the state that it starts from, and writes
//! its event in the same transaction.

mod approval;
mod attempt;
mod begin;
mod caps;
mod draft;
mod events;
mod known;
mod listed;
mod outside;
mod payload;
mod read_back;
mod reservation;
mod rows;
mod sent;
mod settle;
mod state;
mod take;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod transitions;
mod usual;

use std::sync::Arc;

use sqlx::Row;

use self::rows::columns;
pub(crate) use self::rows::{seen_by, visible_to_provider, visible_to_reseller};
pub use self::{
    approval::{Submission, SubmissionSetting},
    attempt::{Attempt, Committed, Doubtful, Held, LEASE, Lease, Recorded, Sending, Taken, Unverified, Work},
    begin::Intent,
    caps::{CapReached, DailyCaps, seconds_to_midnight},
    draft::{DRAFT_KEPT, DraftSummary, DraftVersion, Window},
    events::EvidenceRecord,
    outside::{Comparison, Outsider},
    payload::Payload,
    read_back::SeenReseller,
    reservation::{Chosen, RESERVED_FOR},
    state::{Failure, Happening, OnboardingState, Reason},
};
use crate::{
    audit::{Audit, AuditError},
    clock::{Ambient, JumpWatch, SignedDuration, Timestamp},
    database::{Database, DatabaseError, to_micros},
    domain::{CorrelationId, CustomerId, NewCustomerForm, OnboardingId, Operator, PersonKey, RequestId, ResellerId},
    keyring::Keyring,
};

/// How many onboardings the home page shows at most; whoever has more waiting looks at the list.
const WAITING_LIMIT: i64 = 200;

/// How long the home page shows what has ended in a way that asks for something.
const SHOWN_AFTER_THE_END: SignedDuration = SignedDuration::from_hours(7 * 24);

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
    /// SHA-256 of what is sent, from the moment on that nobody can change it: while it waits for an approval, and then.
    pub payload_hash: Option<String>,
    /// `MS-RequestId` of the create, once submitted.
    pub request_id: Option<RequestId>,
    /// `MS-CorrelationId`, once submitted.
    pub correlation_id: Option<CorrelationId>,
    /// The new tenant, once created.
    pub customer_id: Option<CustomerId>,
    /// Why it was refused, waits, or needs attention.
    pub failure: Option<Failure>,
    /// `MS-CV` of the answer that brought the tenant.
    pub created_ms_cv: Option<String>,
    /// The onboarding whose answers this one began with, because it came to nothing.
    pub copy_of: Option<OnboardingId>,
    /// When the create may have gone out last.
    pub last_sent_at: Option<Timestamp>,
    /// Whether a create may have been carried out and nobody knows.
    pub in_doubt: bool,
    /// When the portal goes on by itself, if nobody is at work on it just now.
    pub next_attempt_at: Option<Timestamp>,
    /// When Partner Center showed the new tenant.
    pub visible_at: Option<Timestamp>,
    /// When Partner Center named the right reseller for it.
    pub reseller_verified_at: Option<Timestamp>,
    /// Why a draft is one again, if somebody of the provider has sent it back.
    pub sent_back: Option<SentBack>,
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
    /// What.
    pub what: Happening,
    /// Who; `None`: the portal itself.
    pub actor: Option<String>,
    /// What that person said about it.
    pub comment: Option<String>,
}

/// What somebody of the provider wants changed before a reseller's onboarding is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentBack {
    /// When.
    pub at: Timestamp,
    /// Name of the person who looked at it.
    pub by_name: String,
    /// What is to be changed.
    pub comment: String,
}

impl Onboarding {
    /// Whether its answers may become a new draft: nothing was created, or a person has found out that it was not.
    pub fn may_be_copied(&self) -> bool {
        match self.state {
            OnboardingState::Rejected | OnboardingState::NotCreated => true,
            OnboardingState::NeedsAttention => self.failure.as_ref().is_some_and(|failure| match failure.reason {
                Reason::PayloadChanged => !self.in_doubt,
                Reason::DomainTaken | Reason::OutcomeOfAnother => true,
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether the portal has still to read the new tenant back.
    pub fn is_being_read_back(&self) -> bool {
        self.state == OnboardingState::Created && self.reseller_verified_at.is_none() && self.next_attempt_at.is_some()
    }
}

/// What was found at one time, when the portal looked for a tenant.
#[derive(Clone, Debug)]
pub struct StoredEvidence {
    /// When.
    pub at: Timestamp,
    /// JSON, of whoever has looked.
    pub found: String,
}

/// What of a person's own is not finished, each newest first.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Being filled in.
    pub drafts: Vec<Onboarding>,
    /// Somebody of the provider has to approve it.
    pub awaiting: Vec<Onboarding>,
    /// The portal is at work.
    pub running: Vec<Onboarding>,
    /// The person has to act; also a draft that was sent back, a tenant under another reseller, or one without a password
    /// that anybody has.
    pub attention: Vec<Onboarding>,
    /// Created, and nobody has opened the credentials yet.
    pub unopened: Vec<Onboarding>,
    /// Ended lately without a tenant.
    pub ended: Vec<Onboarding>,
}

/// The journal could not answer.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The step could not be recorded in the audit, and did not happen.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// No such onboarding, or not this person's to see.
    #[error("no such onboarding")]
    NotFound,
    /// The onboarding is no longer in the state that the step starts from.
    #[error("the onboarding has moved on")]
    Conflict,
    /// The draft was stored from another page, at this time, since this one was made.
    #[error("the draft was changed elsewhere")]
    ChangedElsewhere(Timestamp),
    /// As many were sent today as may be: nothing was begun.
    #[error("as many onboardings were sent today as may be")]
    CapReached(CapReached),
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
    audit: Audit,
    ambient: Ambient,
    caps: DailyCaps,
    jumps: Arc<JumpWatch>,
}

impl Journal {
    /// Over this database, with its audit sealed by this keyring.
    pub fn new(db: Database, keyring: Keyring, ambient: Ambient) -> Self {
        let audit = Audit::new(db.clone(), keyring, ambient.clone());
        Self { audit, db, ambient, caps: DailyCaps::default(), jumps: Arc::default() }
    }

    /// With other caps than the usual ones.
    #[must_use]
    pub fn capped(self, caps: DailyCaps) -> Self {
        Self { caps, ..self }
    }

    /// One onboarding, if `viewer` may see it.
    pub async fn find(&self, viewer: &Operator, id: &OnboardingId) -> Result<Onboarding, JournalError> {
        let sql = seen_by!(viewer, ["SELECT ", columns!(), " FROM onboarding o WHERE "], [" AND o.id = $3"]);
        let row = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?;
        rows::onboarding(&row.ok_or(JournalError::NotFound)?)
    }

    /// The steps of one onboarding, oldest first.
    pub async fn events(&self, viewer: &Operator, id: &OnboardingId) -> Result<Vec<OnboardingEvent>, JournalError> {
        let sql = seen_by!(
            viewer,
            ["SELECT e.to_state, e.actor, e.happened_at, e.comment FROM onboarding_event e \
              JOIN onboarding o ON o.id = e.onboarding_id WHERE "],
            [" AND o.id = $3 ORDER BY e.position"]
        );
        let found = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_all(self.db.read())
            .await?;
        // An onboarding has at least the event that made it.
        if found.is_empty() { Err(JournalError::NotFound) } else { found.iter().map(rows::event).collect() }
    }

    /// What was found last when the portal looked for the tenant; `None` if it never had to.
    pub async fn last_evidence(
        &self,
        viewer: &Operator,
        id: &OnboardingId,
    ) -> Result<Option<StoredEvidence>, JournalError> {
        let sql = seen_by!(
            viewer,
            ["SELECT e.found, e.gathered_at FROM onboarding_evidence e \
              JOIN onboarding o ON o.id = e.onboarding_id WHERE "],
            [" AND o.id = $3 ORDER BY e.position DESC LIMIT 1"]
        );
        let found = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?;
        found.map(|row| rows::evidence(&row)).transpose()
    }

    /// What of the operator's own is not finished, or ended lately in a way that asks for something.
    pub async fn waiting_for(&self, operator: &Operator) -> Result<Waiting, JournalError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", c.state AS credential_state FROM onboarding o LEFT JOIN credential c ON c.onboarding_id = o.id \
             WHERE o.owner_tid = $1 AND o.owner_oid = $2 AND (\
             o.state IN ('draft', 'awaiting_approval', 'submitted', 'sending', 'reconciling', 'unknown', 'needs_attention') \
             OR (o.state IN ('rejected', 'not_created') AND o.changed_at > $3) \
             OR (o.state = 'created' AND (c.state = 'missing' OR o.failure_reason = 'reseller_differs') \
             AND o.changed_at > $3) \
             OR (o.state = 'created' AND c.state = 'sealed' AND c.expires_at > $4 AND c.handed_at IS NULL)) \
             ORDER BY o.id DESC LIMIT $5"
        );
        let now = self.ambient.now();
        let found = sqlx::query(SQL)
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_micros(now.saturating_sub(SHOWN_AFTER_THE_END).unwrap_or(Timestamp::MIN)))
            .bind(to_micros(now))
            .bind(WAITING_LIMIT)
            .fetch_all(self.db.read())
            .await?;
        let mut waiting = Waiting::default();
        for row in &found {
            let is_missing = row.try_get::<Option<&str>, _>("credential_state")? == Some("missing");
            waiting.add(rows::onboarding(row)?, is_missing);
        }
        Ok(waiting)
    }
}

impl Waiting {
    fn add(&mut self, onboarding: Onboarding, is_missing: bool) {
        let kind = match onboarding.state {
            OnboardingState::Draft if onboarding.sent_back.is_some() => &mut self.attention,
            OnboardingState::Draft => &mut self.drafts,
            OnboardingState::AwaitingApproval => &mut self.awaiting,
            OnboardingState::Created if is_missing || onboarding.failure.is_some() => &mut self.attention,
            OnboardingState::Created => &mut self.unopened,
            OnboardingState::Rejected | OnboardingState::NotCreated => &mut self.ended,
            state if state.is_working() => &mut self.running,
            _ => &mut self.attention,
        };
        kind.push(onboarding);
    }
}
