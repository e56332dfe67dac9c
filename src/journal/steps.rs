//! The steps from one state to the next. What a step needs to have happened before is its argument: nothing is sent
//! without a [`Committed`], and there is no outcome without a [`Sending`].

use sqlx::Row;

use super::{
    Failure, Journal, JournalError, OnboardingState, Payload, reason,
    rows::{self, to_json},
};
use crate::{
    clock::{SignedDuration, Timestamp},
    database::{DatabaseError, WriteTransaction, to_micros},
    domain::{
        CorrelationId, CustomerId, NewCustomerForm, OnboardingId, Operator, PersonKey, RequestId, ResellerId, Role,
        SoldBy,
    },
};

/// How long a sender may be silent before it counts as dead and others may take its onboarding over.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// How many abandoned onboardings [`Journal::recover`] takes up at once.
const RECOVERED_AT_ONCE: i64 = 100;

/// What lists show of a draft.
#[derive(Clone, Copy, Debug, Default)]
pub struct DraftSummary<'a> {
    /// The chosen reseller.
    pub reseller_id: Option<&'a ResellerId>,
    /// Its name, if it is known.
    pub reseller_name: Option<&'a str>,
    /// Registered name, may be empty.
    pub company_name: &'a str,
    /// Initial domain in full, may be empty.
    pub domain: &'a str,
}

/// What a person has approved.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// The form that was read when it was approved; if another one is stored by now, the intent does not begin.
    pub form: &'a NewCustomerForm,
    /// What the form became.
    pub payload: &'a Payload,
    /// Name of the reseller in the live list.
    pub reseller_name: Option<&'a str>,
}

/// The right to send one onboarding; it ends [`LEASE`] after the last [`Journal::renew`].
#[derive(Clone, Debug)]
pub struct Lease {
    id: OnboardingId,
    holder: String,
}

/// An intent that is stored for good and that this process alone may send.
#[derive(Debug)]
pub struct Committed {
    lease: Lease,
    owner: PersonKey,
    request_id: RequestId,
    correlation_id: CorrelationId,
    payload: Payload,
    in_doubt: bool,
}

impl Committed {
    /// The onboarding.
    pub fn id(&self) -> &OnboardingId {
        &self.lease.id
    }

    /// To whom the onboarding belongs.
    pub fn owner(&self) -> &PersonKey {
        &self.owner
    }

    /// The right to send.
    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    /// `MS-RequestId`, the same each time this onboarding is sent.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// `MS-CorrelationId`.
    pub fn correlation_id(&self) -> &CorrelationId {
        &self.correlation_id
    }

    /// What is sent.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Whether an earlier attempt may have arrived, so that a refusal of this one proves nothing.
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }
}

/// A committed intent whose first byte may have gone out.
#[derive(Debug)]
pub struct Sending(Committed);

impl Sending {
    /// The intent.
    pub fn intent(&self) -> &Committed {
        &self.0
    }
}

/// Whether a created tenant was news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is recorded now.
    Now,
    /// It had been recorded before, by an attempt that overtook this one.
    Before,
}

impl Journal {
    /// Stores a draft under an id of the page's making. Only its owner can, and only while it is a draft: `Conflict`
    /// if it has been sent, `NotFound` if it is somebody else's.
    pub async fn save_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        summary: DraftSummary<'_>,
    ) -> Result<(), JournalError> {
        const SQL: &str = "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, reseller_id, \
                           reseller_name, company_name, domain, in_doubt, created_at, changed_at) \
                           VALUES ($1, 'draft', $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11) \
                           ON CONFLICT (id) DO UPDATE SET form = excluded.form, reseller_id = excluded.reseller_id, \
                           reseller_name = excluded.reseller_name, company_name = excluded.company_name, \
                           domain = excluded.domain, changed_at = excluded.changed_at \
                           WHERE onboarding.state = 'draft' AND onboarding.owner_tid = excluded.owner_tid \
                           AND onboarding.owner_oid = excluded.owner_oid";
        const FIRST_EVENT: &str = "INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, \
                                   happened_at) VALUES ($1, 1, 'draft', $2, $3) ON CONFLICT DO NOTHING";
        let now = to_micros(self.ambient.now());
        let mut tx = self.transaction().await?;
        let stored = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(&operator.name)
            .bind(to_json(form))
            .bind(summary.reseller_id.map(ResellerId::as_str))
            .bind(summary.reseller_name)
            .bind(summary.company_name)
            .bind(summary.domain)
            .bind(now)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        if stored.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, false).await?);
        }
        sqlx::query(FIRST_EVENT).bind(id.as_str()).bind(&operator.name).bind(now).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Commits an intent: from here on it is sent once, whatever happens. Of several calls one wins; `Conflict` for the
    /// others, and also if the draft was changed after `intent` was read.
    pub async fn begin(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        intent: Intent<'_>,
    ) -> Result<Committed, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'submitted', payload = $1, payload_hash = $2, \
                           request_id = $3, correlation_id = $4, reseller_id = $5, reseller_name = $6, \
                           company_name = $7, domain = $8, lease = $9, lease_until_at = $10, changed_at = $11 \
                           WHERE id = $12 AND state = 'draft' AND owner_tid = $13 AND owner_oid = $14 AND form = $15";
        let now = self.ambient.now();
        let committed = self.new_attempt(operator, id, intent.payload);
        let customer = intent.payload.customer();
        let mut tx = self.transaction().await?;
        if planted!(IntentTwice) {
            let again = "UPDATE onboarding SET state = 'draft' WHERE id = $1 AND state IN ('submitted', 'sending')";
            sqlx::query(again).bind(id.as_str()).execute(&mut *tx).await?;
        }
        let begun = sqlx::query(SQL)
            .bind(intent.payload.to_json())
            .bind(intent.payload.hash())
            .bind(committed.request_id.as_str())
            .bind(committed.correlation_id.as_str())
            .bind(reseller_of(customer.sold_by()).map(ResellerId::as_str))
            .bind(intent.reseller_name)
            .bind(customer.company_name())
            .bind(intent.payload.domain())
            .bind(&committed.lease.holder)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_json(intent.form))
            .execute(&mut *tx)
            .await?;
        if begun.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, false).await?);
        }
        add_event(&mut tx, id, OnboardingState::Submitted, Some(&operator.name), now).await?;
        crash_point!(BeforeIntent);
        tx.commit().await?;
        crash_point!(AfterIntent);
        Ok(committed)
    }

    fn new_attempt(&self, operator: &Operator, id: &OnboardingId, payload: &Payload) -> Committed {
        Committed {
            lease: Lease { id: id.clone(), holder: self.ambient.token() },
            owner: operator.key.clone(),
            request_id: self.ambient.uuid_v4().into(),
            correlation_id: self.ambient.uuid_v4().into(),
            payload: payload.clone(),
            in_doubt: false,
        }
    }

    /// Takes up an onboarding that stands still without an outcome, with the ids and the payload that were committed.
    /// For its owner and for administrators. `Conflict` if it is finished, somebody is at work on it, or its reason is
    /// none that passes.
    pub async fn resume(&self, operator: &Operator, id: &OnboardingId) -> Result<Committed, JournalError> {
        const SQL: &str = "UPDATE onboarding SET lease = $1, lease_until_at = $2, changed_at = $3, \
                           failure_reason = NULL, failure_status = NULL, failure_code = NULL, failure_ms_cv = NULL, \
                           in_doubt = CASE WHEN state = 'sending' THEN 1 ELSE in_doubt END, \
                           state = CASE WHEN state = 'sending' OR in_doubt = 1 THEN 'reconciling' \
                           ELSE 'submitted' END \
                           WHERE id = $4 AND ((owner_tid = $5 AND owner_oid = $6) OR $7 = 1) AND (state = 'unknown' \
                           OR (state = 'needs_attention' AND failure_reason IN ('sign_in_again', 'throttled', \
                           'not_sent')) \
                           OR (state IN ('submitted', 'sending', 'reconciling') AND lease_until_at < $3))";
        let now = self.ambient.now();
        let lease = Lease { id: id.clone(), holder: self.ambient.token() };
        let mut tx = self.transaction().await?;
        let resumed = sqlx::query(SQL)
            .bind(&lease.holder)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(i64::from(operator.role == Role::Admin))
            .execute(&mut *tx)
            .await?;
        if resumed.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, operator.role == Role::Admin).await?);
        }
        let committed = match committed(&mut tx, lease).await {
            Err(JournalError::Database(error @ DatabaseError::Corrupt(_))) => {
                return self.refuse_changed_payload(tx, id, error).await;
            }
            other => other?,
        };
        add_event(&mut tx, id, committed.working_state(), Some(&operator.name), now).await?;
        tx.commit().await?;
        Ok(committed)
    }

    /// What is stored is not what was approved: it stays where it is until a person has looked at it.
    async fn refuse_changed_payload(
        &self,
        mut tx: WriteTransaction,
        id: &OnboardingId,
        error: DatabaseError,
    ) -> Result<Committed, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'needs_attention', failure_reason = $1, lease = NULL, \
                           lease_until_at = NULL WHERE id = $2";
        sqlx::query(SQL).bind(reason::PAYLOAD_CHANGED).bind(id.as_str()).execute(&mut *tx).await?;
        add_event(&mut tx, id, OnboardingState::NeedsAttention, None, self.ambient.now()).await?;
        tx.commit().await?;
        Err(error.into())
    }

    /// Notes that the first byte is about to go out.
    pub async fn mark_sending(&self, committed: Committed) -> Result<Sending, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'sending', lease_until_at = $1, changed_at = $2 \
                           WHERE id = $3 AND lease = $4 AND state = 'submitted'";
        if committed.in_doubt {
            // It has been sent before; `reconciling` says more than `sending` would.
            self.renew(&committed.lease).await?;
            return Ok(Sending(committed));
        }
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let marked = sqlx::query(SQL)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .bind(committed.id().as_str())
            .bind(&committed.lease.holder)
            .execute(&mut *tx)
            .await?;
        if marked.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        add_event(&mut tx, committed.id(), OnboardingState::Sending, None, now).await?;
        tx.commit().await?;
        Ok(Sending(committed))
    }

    /// Says that the sender is alive. `Conflict` if the lease has gone to somebody else.
    pub async fn renew(&self, lease: &Lease) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET lease_until_at = $1 WHERE id = $2 AND lease = $3";
        let renewed = sqlx::query(SQL)
            .bind(lease_end(self.ambient.now()))
            .bind(lease.id.as_str())
            .bind(&lease.holder)
            .execute(self.db.write())
            .await?;
        if renewed.rows_affected() == 0 { Err(JournalError::Conflict) } else { Ok(()) }
    }

    /// A transaction for [`finish_created`](Self::finish_created) and what belongs to it.
    pub async fn transaction(&self) -> Result<WriteTransaction, JournalError> {
        Ok(self.db.begin().await?)
    }

    /// Records the tenant, in the transaction that also seals its credentials.
    ///
    /// An answer with a tenant in it is the truth whoever has the lease by now, so this step asks for none. `Conflict`
    /// if another tenant is recorded already.
    pub async fn finish_created(
        &self,
        tx: &mut WriteTransaction,
        sending: &Sending,
        customer: &CustomerId,
        failure: Option<&Failure>,
    ) -> Result<Recorded, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'created', customer_id = $1, failure_reason = $2, \
                           failure_status = NULL, failure_code = NULL, failure_ms_cv = NULL, in_doubt = 0, \
                           lease = NULL, lease_until_at = NULL, changed_at = $3 \
                           WHERE id = $4 AND request_id = $5 AND state NOT IN ('draft', 'created')";
        let now = self.ambient.now();
        let intent = sending.intent();
        let recorded = sqlx::query(SQL)
            .bind(customer.as_str())
            .bind(failure.map(|failure| failure.reason.as_str()))
            .bind(to_micros(now))
            .bind(intent.id().as_str())
            .bind(intent.request_id.as_str())
            .execute(&mut **tx)
            .await?;
        if recorded.rows_affected() == 0 {
            return recorded_before(tx, intent.id(), customer).await;
        }
        add_event(tx, intent.id(), OnboardingState::Created, None, now).await?;
        Ok(Recorded::Now)
    }

    /// Partner Center refused for good.
    pub async fn finish_rejected(&self, sending: &Sending, failure: &Failure) -> Result<(), JournalError> {
        self.settle(&sending.0.lease, OnboardingState::Rejected, failure).await
    }

    /// The answer was lost.
    pub async fn mark_unknown(&self, sending: &Sending, failure: &Failure) -> Result<(), JournalError> {
        self.settle(&sending.0.lease, OnboardingState::Unknown, failure).await
    }

    /// The call changed nothing, and a person has to act before it can be made again. As long as an earlier attempt is in
    /// doubt, its outcome stays `unknown` all the same.
    pub async fn mark_needs_attention(&self, intent: &Committed, failure: &Failure) -> Result<(), JournalError> {
        let to = if intent.in_doubt { OnboardingState::Unknown } else { OnboardingState::NeedsAttention };
        self.settle(&intent.lease, to, failure).await
    }

    /// Ends an attempt without a tenant.
    async fn settle(&self, lease: &Lease, to: OnboardingState, failure: &Failure) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = $1, failure_reason = $2, failure_status = $3, \
                           failure_code = $4, failure_ms_cv = $5, \
                           in_doubt = CASE WHEN $6 = 1 THEN 1 ELSE in_doubt END, \
                           lease = NULL, lease_until_at = NULL, changed_at = $7 \
                           WHERE id = $8 AND lease = $9 AND state IN ('submitted', 'sending', 'reconciling')";
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let settled = sqlx::query(SQL)
            .bind(to.as_str())
            .bind(&failure.reason)
            .bind(failure.status.map(i64::from))
            .bind(&failure.code)
            .bind(&failure.ms_cv)
            .bind(i64::from(to == OnboardingState::Unknown))
            .bind(to_micros(now))
            .bind(lease.id.as_str())
            .bind(&lease.holder)
            .execute(&mut *tx)
            .await?;
        if settled.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        add_event(&mut tx, &lease.id, to, None, now).await?;
        Ok(tx.commit().await?)
    }

    /// Ends the attempts of dead processes: what may have been sent becomes `unknown`, what was not needs a person to
    /// send it. Returns how many. Runs every few seconds; a lease tells the dead from those who are at work.
    pub async fn recover(&self) -> Result<u64, JournalError> {
        const SQL: &str = "SELECT id, state, lease FROM onboarding WHERE lease_until_at < $1 \
                           AND state IN ('submitted', 'sending', 'reconciling') ORDER BY lease_until_at LIMIT $2";
        let abandoned = sqlx::query(SQL)
            .bind(to_micros(self.ambient.now()))
            .bind(RECOVERED_AT_ONCE)
            .fetch_all(self.db.read())
            .await?;
        let mut recovered = 0;
        for row in abandoned {
            let lease = Lease { id: rows::id(row.try_get("id")?)?, holder: row.try_get("lease")? };
            match self.recover_one(&lease, OnboardingState::parse(row.try_get("state")?)?).await {
                Ok(()) => recovered += 1,
                // Alive after all, or taken up by somebody else in the meantime.
                Err(JournalError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(recovered)
    }

    async fn recover_one(&self, lease: &Lease, from: OnboardingState) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = $1, failure_reason = $2, \
                           in_doubt = CASE WHEN $3 = 1 THEN 1 ELSE in_doubt END, \
                           lease = NULL, lease_until_at = NULL, changed_at = $4 \
                           WHERE id = $5 AND lease = $6 AND lease_until_at < $4 AND state = $7";
        let (to, reason) = match from {
            OnboardingState::Submitted => (OnboardingState::NeedsAttention, reason::NOT_SENT),
            _ => (OnboardingState::Unknown, reason::LOST_ANSWER),
        };
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let recovered = sqlx::query(SQL)
            .bind(to.as_str())
            .bind(reason)
            .bind(i64::from(to == OnboardingState::Unknown))
            .bind(to_micros(now))
            .bind(lease.id.as_str())
            .bind(&lease.holder)
            .bind(from.as_str())
            .execute(&mut *tx)
            .await?;
        if recovered.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        add_event(&mut tx, &lease.id, to, None, now).await?;
        Ok(tx.commit().await?)
    }
}

impl Committed {
    /// The state in which the onboarding waits to be sent.
    fn working_state(&self) -> OnboardingState {
        if self.in_doubt { OnboardingState::Reconciling } else { OnboardingState::Submitted }
    }
}

fn lease_end(now: Timestamp) -> i64 {
    to_micros(now.saturating_add(LEASE).unwrap_or(now))
}

fn reseller_of(sold_by: &SoldBy) -> Option<&ResellerId> {
    match sold_by {
        SoldBy::Reseller(id) => Some(id),
        SoldBy::Direct => None,
    }
}

/// Adds the next event; the row of the onboarding is locked by the update before it, so positions do not collide.
async fn add_event(
    tx: &mut WriteTransaction,
    id: &OnboardingId,
    to: OnboardingState,
    actor: Option<&str>,
    now: Timestamp,
) -> Result<(), JournalError> {
    const SQL: &str = "INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, happened_at) \
                       SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4 FROM onboarding_event \
                       WHERE onboarding_id = $1";
    sqlx::query(SQL).bind(id.as_str()).bind(to.as_str()).bind(actor).bind(to_micros(now)).execute(&mut **tx).await?;
    Ok(())
}

/// Why a step of the operator's changed nothing: it has moved on, or it is not the operator's (as for administrators
/// everything is that has been sent).
async fn refusal(
    tx: &mut WriteTransaction,
    operator: &Operator,
    id: &OnboardingId,
    whoever_owns_it: bool,
) -> Result<JournalError, JournalError> {
    const SQL: &str = "SELECT id FROM onboarding WHERE id = $1 AND ((owner_tid = $2 AND owner_oid = $3) \
                       OR ($4 = 1 AND state <> 'draft'))";
    let theirs = sqlx::query(SQL)
        .bind(id.as_str())
        .bind(&operator.key.tid)
        .bind(&operator.key.oid)
        .bind(i64::from(whoever_owns_it))
        .fetch_optional(&mut **tx)
        .await?;
    Ok(if theirs.is_some() { JournalError::Conflict } else { JournalError::NotFound })
}

/// Reads what was committed by `begin`.
async fn committed(tx: &mut WriteTransaction, lease: Lease) -> Result<Committed, JournalError> {
    const SQL: &str = "SELECT owner_tid, owner_oid, request_id, correlation_id, payload, payload_hash, in_doubt \
                       FROM onboarding WHERE id = $1";
    let row = sqlx::query(SQL).bind(lease.id.as_str()).fetch_one(&mut **tx).await?;
    Ok(Committed {
        owner: PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? },
        request_id: rows::id(row.try_get("request_id")?)?,
        correlation_id: rows::id(row.try_get("correlation_id")?)?,
        payload: Payload::from_json(row.try_get("payload")?, row.try_get("payload_hash")?)?,
        in_doubt: row.try_get::<i64, _>("in_doubt")? == 1,
        lease,
    })
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
