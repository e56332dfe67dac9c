//! The steps that end an attempt: with a tenant, without one, or with a time at which somebody looks again.

use super::{
    Failure, Journal, JournalError, OnboardingState,
    attempt::{Doubtful, Held, Recorded, Sending},
    events::{EvidenceRecord, add_event, add_evidence},
    state::{Happening, Reason},
};
use crate::{
    audit::{Act, Actor, Entry},
    clock::{SignedDuration, Timestamp},
    database::{WriteTransaction, to_micros},
    domain::{CustomerId, Field, OnboardingId},
};

/// After so long a new tenant is looked for in Partner Center the first time.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(1);

/// Another onboarding than `$2` that has ended with tenant `$1`.
const ANOTHER: &str = "SELECT id FROM onboarding WHERE customer_id = $1 AND id <> $2";

/// What a step changes besides ending the lease.
struct Change<'a> {
    to: OnboardingState,
    failure: Option<&'a Failure>,
    /// An attempt may have arrived, and its outcome is not known.
    in_doubt: bool,
    next_attempt_at: Option<Timestamp>,
    /// Whether a create may just have gone out.
    sent: bool,
    /// Whether counting starts anew.
    first: bool,
}

impl<'a> Change<'a> {
    fn to(to: OnboardingState) -> Self {
        Self { to, failure: None, in_doubt: false, next_attempt_at: None, sent: false, first: false }
    }

    fn because(self, failure: &'a Failure) -> Self {
        Self { failure: Some(failure), ..self }
    }

    /// Whether it goes on by itself when the owner has signed in again, or the provider has connected its account.
    fn parks(&self) -> bool {
        self.to == OnboardingState::NeedsAttention
            && self.failure.is_some_and(|failure| matches!(failure.reason, Reason::SignInAgain | Reason::NotConnected))
    }
}

impl Journal {
    /// Records the tenant, in the transaction that also seals its credentials.
    ///
    /// An answer with a tenant in it is the truth whoever has the lease by now, so this step asks for none. `Conflict`
    /// if another tenant is recorded already.
    pub async fn finish_created(
        &self,
        tx: &mut WriteTransaction,
        sending: &Sending,
        customer: &CustomerId,
        ms_cv: Option<&str>,
        failure: Option<Reason>,
    ) -> Result<Recorded, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'created', customer_id = $1, failure_reason = $2, \
                           failure_status = NULL, failure_code = NULL, failure_field = NULL, failure_ms_cv = NULL, \
                           created_ms_cv = $7, in_doubt = 0, \
                           lease = NULL, lease_until_at = NULL, parked_at = NULL, attempts = 0, \
                           next_attempt_at = $3, changed_at = $4 \
                           WHERE id = $5 AND request_id = $6 AND state NOT IN ('draft', 'awaiting_approval', 'created')";
        let now = self.ambient.now();
        let intent = sending.attempt();
        let recorded = sqlx::query(SQL)
            .bind(customer.as_str())
            .bind(failure.map(Reason::as_str))
            .bind(to_micros(now.saturating_add(FIRST_LOOK).unwrap_or(now)))
            .bind(to_micros(now))
            .bind(intent.id().as_str())
            .bind(intent.request_id.as_str())
            .bind(ms_cv)
            .execute(&mut **tx)
            .await?;
        if recorded.rows_affected() == 0 {
            return recorded_before(tx, intent.id(), customer).await;
        }
        add_event(tx, intent.id(), Happening::Became(OnboardingState::Created), None, now).await?;
        let entry = Entry::done(Act::Create, Actor::Portal)
            .on_onboarding(intent.id())
            .under(&intent.request_id, &intent.correlation_id)
            .with_detail(created_in_words(customer, failure));
        self.audit.record(tx, &entry).await?;
        Ok(Recorded::Now)
    }

    /// Partner Center refused for good.
    pub async fn finish_rejected(&self, sending: &Sending, failure: &Failure) -> Result<(), JournalError> {
        self.settle(sending.held(), Change::to(OnboardingState::Rejected).because(failure), None).await
    }

    /// The answer was lost; whoever comes at `at` finds out.
    pub async fn mark_unknown(&self, sending: &Sending, lost: &Failure, at: Timestamp) -> Result<(), JournalError> {
        let change = Change {
            in_doubt: true,
            next_attempt_at: Some(at),
            sent: true,
            first: true,
            ..Change::to(OnboardingState::Unknown).because(lost)
        };
        self.settle(sending.held(), change, None).await
    }

    /// Nothing has come of it, and it is sent again at `at`.
    pub async fn postpone(&self, held: Held<'_>, failure: &Failure, at: Timestamp) -> Result<(), JournalError> {
        let change = Change { next_attempt_at: Some(at), ..Change::to(OnboardingState::Submitted).because(failure) };
        self.settle(held, change, None).await
    }

    /// Nothing has come of it, and a person has to act before it can be sent. It goes on by itself when the owner has
    /// signed in again, if that is the reason.
    pub async fn park(&self, held: Held<'_>, failure: &Failure) -> Result<(), JournalError> {
        self.settle(held, Change::to(OnboardingState::NeedsAttention).because(failure), None).await
    }

    /// The outcome is still in doubt, and a person has to act before it can be found out.
    pub async fn park_in_doubt(&self, doubtful: &Doubtful, failure: &Failure) -> Result<(), JournalError> {
        let change = Change { in_doubt: true, ..Change::to(OnboardingState::NeedsAttention).because(failure) };
        self.settle(doubtful.sending().held(), change, None).await
    }

    /// The outcome is still in doubt, and is looked into again at `at`. `sent`: a create has gone out meanwhile.
    pub async fn look_again(
        &self,
        doubtful: &Doubtful,
        failure: &Failure,
        at: Timestamp,
        sent: bool,
        evidence: Option<&EvidenceRecord>,
    ) -> Result<(), JournalError> {
        let change = Change {
            in_doubt: true,
            next_attempt_at: Some(at),
            sent,
            ..Change::to(OnboardingState::Reconciling).because(failure)
        };
        self.settle(doubtful.sending().held(), change, evidence).await
    }

    /// Found out: nothing was created.
    pub async fn finish_not_created(
        &self,
        doubtful: &Doubtful,
        failure: &Failure,
        evidence: &EvidenceRecord,
    ) -> Result<(), JournalError> {
        let change = Change::to(OnboardingState::NotCreated).because(failure);
        self.settle(doubtful.sending().held(), change, Some(evidence)).await
    }

    /// What was found does not fit together: a person has to look.
    pub async fn finish_unclear(
        &self,
        doubtful: &Doubtful,
        failure: &Failure,
        evidence: &EvidenceRecord,
    ) -> Result<(), JournalError> {
        let change = Change { in_doubt: true, ..Change::to(OnboardingState::NeedsAttention).because(failure) };
        self.settle(doubtful.sending().held(), change, Some(evidence)).await
    }

    /// Records a tenant that was found, and what it was found by. `Conflict` if it is the outcome of another onboarding
    /// by now: of two that look for the same tenant at the same time one gets it.
    pub async fn finish_found(
        &self,
        tx: &mut WriteTransaction,
        sending: &Sending,
        customer: &CustomerId,
        evidence: &EvidenceRecord,
    ) -> Result<Recorded, JournalError> {
        // Changes nothing, and makes whoever looks for the same domain wait for the end of this transaction.
        const LOCK: &str = "UPDATE onboarding SET domain = domain WHERE domain = $1 AND state <> 'draft'";
        let attempt = sending.attempt();
        sqlx::query(LOCK).bind(attempt.payload.domain()).execute(&mut **tx).await?;
        let another =
            sqlx::query(ANOTHER).bind(customer.as_str()).bind(attempt.id().as_str()).fetch_optional(&mut **tx).await?;
        if another.is_some() {
            return Err(JournalError::Conflict);
        }
        add_evidence(tx, attempt.id(), evidence, self.ambient.now()).await?;
        self.finish_created(tx, sending, customer, None, None).await
    }

    /// Whether another onboarding has ended with this tenant.
    pub async fn is_outcome_of_another(&self, id: &OnboardingId, customer: &CustomerId) -> Result<bool, JournalError> {
        const SQL: &str = "SELECT id FROM onboarding WHERE customer_id = $1 AND id <> $2";
        let another = sqlx::query(SQL).bind(customer.as_str()).bind(id.as_str()).fetch_optional(self.db.read()).await?;
        Ok(another.is_some())
    }

    /// Ends the lease: a compare-and-set on it and on the state in which the onboarding came into these hands.
    async fn settle(
        &self,
        held: Held<'_>,
        change: Change<'_>,
        evidence: Option<&EvidenceRecord>,
    ) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = $1, failure_reason = $2, failure_status = $3, \
                           failure_code = $4, failure_ms_cv = $5, failure_field = $15, in_doubt = $6, \
                           next_attempt_at = $7, \
                           parked_at = $8, attempts = CASE WHEN $9 = 1 THEN 0 ELSE attempts + 1 END, \
                           repeats = CASE WHEN $9 = 1 THEN 0 ELSE repeats + $10 END, \
                           last_sent_at = CASE WHEN $10 = 1 THEN $11 ELSE last_sent_at END, \
                           changed_at = CASE WHEN state = $1 THEN changed_at ELSE $11 END, \
                           lease = NULL, lease_until_at = NULL \
                           WHERE id = $12 AND lease = $13 AND state = $14";
        let Held { lease, state, .. } = held;
        if state != change.to && !state.may_become(change.to) {
            return Err(JournalError::Conflict);
        }
        let now = self.ambient.now();
        let failure = change.failure;
        let mut tx = self.transaction().await?;
        let settled = sqlx::query(SQL)
            .bind(change.to.as_str())
            .bind(failure.map(|failure| failure.reason.as_str()))
            .bind(failure.and_then(|failure| failure.status).map(i64::from))
            .bind(failure.and_then(|failure| failure.code.as_deref()))
            .bind(failure.and_then(|failure| failure.ms_cv.as_deref()))
            .bind(i64::from(change.in_doubt))
            .bind(change.next_attempt_at.map(to_micros))
            .bind(change.parks().then(|| to_micros(now)))
            .bind(i64::from(change.first))
            .bind(i64::from(change.sent))
            .bind(to_micros(now))
            .bind(lease.id.as_str())
            .bind(&lease.holder)
            .bind(state.as_str())
            .bind(failure.and_then(|failure| failure.field).map(Field::name))
            .execute(&mut *tx)
            .await?;
        if settled.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        if state != change.to {
            add_event(&mut tx, &lease.id, Happening::Became(change.to), None, now).await?;
        }
        if let Some(evidence) = evidence {
            add_evidence(&mut tx, &lease.id, evidence, now).await?;
        }
        if state != change.to
            && let Some(act) = act_of(change.to)
        {
            let why = failure.map(why).unwrap_or_default();
            let entry = match act {
                Act::Create => Entry::refused(act, Actor::Portal, why),
                act => Entry::done(act, Actor::Portal).with_detail(why),
            };
            self.audit.record(&mut tx, &entry.on_onboarding(&lease.id)).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What the audit calls a step to this state; steps that the portal repeats by itself are the journal's alone.
fn act_of(to: OnboardingState) -> Option<Act> {
    match to {
        OnboardingState::Rejected => Some(Act::Create),
        OnboardingState::NotCreated => Some(Act::FindNothing),
        OnboardingState::NeedsAttention => Some(Act::AskForAttention),
        OnboardingState::Unknown => Some(Act::LoseAnswer),
        OnboardingState::Draft
        | OnboardingState::AwaitingApproval
        | OnboardingState::Submitted
        | OnboardingState::Sending
        | OnboardingState::Created
        | OnboardingState::Reconciling => None,
    }
}

/// The reason, and Microsoft's code if there is one.
fn why(failure: &Failure) -> String {
    let reason = failure.reason.as_str();
    failure.code.as_ref().map_or_else(|| reason.to_owned(), |code| [reason, code].join(" "))
}

fn created_in_words(customer: &CustomerId, failure: Option<Reason>) -> String {
    let problem = failure.map_or_else(String::new, |reason| [", ", reason.as_str()].concat());
    ["customer ", customer.as_str(), problem.as_str()].concat()
}

async fn recorded_before(
    tx: &mut WriteTransaction,
    id: &OnboardingId,
    customer: &CustomerId,
) -> Result<Recorded, JournalError> {
    const SQL: &str = "SELECT id FROM onboarding WHERE id = $1 AND state = 'created' AND customer_id = $2";
    let same = sqlx::query(SQL).bind(id.as_str()).bind(customer.as_str()).fetch_optional(&mut **tx).await?;
    if same.is_some() { Ok(Recorded::Before) } else { Err(JournalError::Conflict) }
}
