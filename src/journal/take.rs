//! Taking an onboarding up: because its time has come, because whoever had it died, because its owner has signed in
//! again, or because a person says so. Of all who try, in whatever process, one wins.

use sqlx::{Row, any::AnyRow};

use super::{
    Journal, JournalError, OnboardingState, Payload,
    attempt::{Attempt, Committed, Doubtful, LEASE, Lease, Sending, Taken, Unverified, Work, lease_end},
    begin::refusal,
    events::add_event,
    rows,
    state::{Happening, Reason},
};
use crate::{
    audit::{Act, Actor, Entry},
    clock::{SignedDuration, Timestamp},
    database::{DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{OnboardingId, Operator, PersonKey},
};

/// A lease or a schedule that ends later than this from now was written by a clock that has been set back since.
const LATEST_LEASE: SignedDuration = SignedDuration::from_secs(2 * LEASE.as_secs());
/// No schedule of ours reaches further.
const LATEST_ATTEMPT: SignedDuration = SignedDuration::from_hours(2);

/// What [`Standing::read`] reads. The number is not 0 if the owner has signed in since the onboarding was parked, or
/// the provider has connected the account with which a reseller's own onboardings run.
const STANDING: &str = "SELECT o.state, o.in_doubt, o.lease, o.lease_until_at, o.next_attempt_at, o.parked_at, \
                        o.attempts, o.repeats, o.last_sent_at, o.failure_reason, o.owner_tid, o.owner_oid, \
                        o.request_id, o.correlation_id, o.payload, o.payload_hash, o.customer_id, o.reseller_id, \
                        o.visible_at, o.changed_at, \
                        (SELECT COUNT(*) FROM operator p WHERE p.tid = o.owner_tid AND p.oid = o.owner_oid \
                        AND p.roles_read_at > o.parked_at) + (SELECT COUNT(*) FROM provider_connection c \
                        WHERE o.owner_tid = o.reseller_id AND c.connected_at > o.parked_at) AS signed_in, \
                        (SELECT MIN(e.happened_at) FROM onboarding_event e WHERE e.onboarding_id = o.id \
                        AND e.to_state = 'submitted') AS submitted_at FROM onboarding o WHERE o.id = $1";

impl Journal {
    /// The onboardings that somebody should take up now, at most `limit`.
    pub async fn due(&self, limit: usize) -> Result<Vec<OnboardingId>, JournalError> {
        // Each part goes by an index of its own.
        const SQL: &str = "SELECT id FROM onboarding WHERE (next_attempt_at <= $1 OR next_attempt_at > $2) \
                           AND lease IS NULL \
                           UNION SELECT id FROM onboarding WHERE lease_until_at < $1 OR lease_until_at > $3 \
                           UNION SELECT o.id FROM onboarding o JOIN operator p ON p.tid = o.owner_tid \
                           AND p.oid = o.owner_oid WHERE o.parked_at IS NOT NULL AND p.roles_read_at > o.parked_at \
                           UNION SELECT o.id FROM onboarding o JOIN provider_connection c \
                           ON c.connected_at > o.parked_at \
                           WHERE o.parked_at IS NOT NULL AND o.owner_tid = o.reseller_id \
                           ORDER BY id LIMIT $4";
        let now = self.ambient.now();
        let due = sqlx::query(SQL)
            .bind(to_micros(now))
            .bind(after(now, LATEST_ATTEMPT))
            .bind(after(now, LATEST_LEASE))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(self.db.read())
            .await?;
        due.iter().map(|row| Ok(rows::id(row.try_get("id")?)?)).collect()
    }

    /// Takes up an onboarding whose time has come, with the ids and the payload that were committed. `Conflict` if
    /// somebody else has, or if its time has not come.
    pub async fn take(&self, id: &OnboardingId) -> Result<Taken, JournalError> {
        let mut tx = self.transaction().await?;
        let standing = Standing::read(&mut tx, id).await?.ok_or(JournalError::NotFound)?;
        let now = self.ambient.now();
        if !standing.is_due(now) {
            return Err(JournalError::Conflict);
        }
        self.seize(tx, id, standing, None).await
    }

    /// The same because a person says so. For its owner and for administrators. `Conflict` if it is finished, somebody
    /// is at work on it, or its reason is none that passes.
    pub async fn resume(&self, operator: &Operator, id: &OnboardingId) -> Result<Taken, JournalError> {
        let is_admin = operator.is_admin();
        let mut tx = self.transaction().await?;
        let standing = Standing::read(&mut tx, id).await?.ok_or(JournalError::NotFound)?;
        let may = standing.owner == operator.key || is_admin;
        if !may || !standing.is_resumable(self.ambient.now()) {
            return Err(refusal(&mut tx, operator, id, is_admin).await?);
        }
        self.seize(tx, id, standing, Some(operator)).await
    }

    /// The compare-and-set that decides who has it. A person's start counts attempts anew.
    async fn seize(
        &self,
        mut tx: WriteTransaction,
        id: &OnboardingId,
        standing: Standing,
        person: Option<&Operator>,
    ) -> Result<Taken, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = $1, in_doubt = $2, lease = $3, lease_until_at = $4, \
                           next_attempt_at = NULL, parked_at = NULL, failure_reason = $5, \
                           attempts = CASE WHEN $6 = 1 THEN 0 ELSE attempts END, \
                           repeats = CASE WHEN $6 = 1 THEN 0 ELSE repeats END, last_sent_at = $7, \
                           changed_at = CASE WHEN state = $1 THEN changed_at ELSE $8 END \
                           WHERE id = $9 AND state = $10 AND COALESCE(lease, '') = $11 \
                           AND COALESCE(next_attempt_at, 0) = $12 AND COALESCE(parked_at, 0) = $13";
        let now = self.ambient.now();
        let to = standing.taken_up()?;
        let lease = Lease { id: id.clone(), holder: self.ambient.token() };
        let last_sent_at = standing.last_sent_at(now)?;
        let seized = sqlx::query(SQL)
            .bind(to.as_str())
            .bind(i64::from(to == OnboardingState::Reconciling))
            .bind(&lease.holder)
            .bind(lease_end(now))
            .bind(standing.reason_while_working(to).map(Reason::as_str))
            .bind(i64::from(person.is_some()))
            .bind(last_sent_at.map(to_micros))
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(standing.state.as_str())
            .bind(standing.lease.as_deref().unwrap_or_default())
            .bind(standing.next_attempt_at.unwrap_or_default())
            .bind(standing.parked_at.unwrap_or_default())
            .execute(&mut *tx)
            .await?;
        if seized.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        let work = match standing.work(to, lease, last_sent_at.unwrap_or(now), person.is_some()) {
            Err(JournalError::Database(error @ DatabaseError::Corrupt(_))) => {
                return self.refuse_changed_payload(tx, id, to, error).await;
            }
            other => other?,
        };
        // That a person asked is worth a line even if the portal had been asking itself.
        if standing.state != to || (person.is_some() && to == OnboardingState::Reconciling) {
            let name = person.map(|person| person.name.as_str());
            add_event(&mut tx, id, Happening::Became(to), name, now).await?;
        }
        if let Some(person) = person {
            self.audit.record(&mut tx, &Entry::done(Act::Resume, Actor::Operator(person)).on_onboarding(id)).await?;
        }
        tx.commit().await?;
        let was_parked = standing.parked_at.is_some();
        Ok(Taken { work, was_parked, person: person.map_or(standing.owner, |person| person.key.clone()) })
    }

    /// What is stored is not what was approved: it stays where it is until a person has looked at it.
    async fn refuse_changed_payload(
        &self,
        mut tx: WriteTransaction,
        id: &OnboardingId,
        from: OnboardingState,
        error: DatabaseError,
    ) -> Result<Taken, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'needs_attention', failure_reason = $1, lease = NULL, \
                           lease_until_at = NULL, changed_at = $2 WHERE id = $3 AND state = $4";
        let to = OnboardingState::NeedsAttention;
        if !from.may_become(to) {
            return Err(error.into());
        }
        let now = self.ambient.now();
        sqlx::query(SQL)
            .bind(Reason::PayloadChanged.as_str())
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(from.as_str())
            .execute(&mut *tx)
            .await?;
        add_event(&mut tx, id, Happening::Became(to), None, now).await?;
        let entry = Entry::done(Act::AskForAttention, Actor::Portal).with_detail(Reason::PayloadChanged.as_str());
        self.audit.record(&mut tx, &entry.on_onboarding(id)).await?;
        tx.commit().await?;
        Err(error.into())
    }
}

/// How an onboarding stands before it is taken up.
struct Standing {
    state: OnboardingState,
    in_doubt: bool,
    reason: Option<Reason>,
    lease: Option<String>,
    lease_until_at: Option<i64>,
    next_attempt_at: Option<i64>,
    parked_at: Option<i64>,
    owner_signed_in: bool,
    owner: PersonKey,
    row: AnyRow,
}

impl Standing {
    async fn read(tx: &mut WriteTransaction, id: &OnboardingId) -> Result<Option<Self>, JournalError> {
        let row = sqlx::query(STANDING).bind(id.as_str()).fetch_optional(&mut **tx).await?;
        row.map(Self::of).transpose()
    }

    fn of(row: AnyRow) -> Result<Self, JournalError> {
        let reason: Option<&str> = row.try_get("failure_reason")?;
        Ok(Self {
            state: OnboardingState::parse(row.try_get("state")?)?,
            in_doubt: row.try_get::<i64, _>("in_doubt")? == 1,
            reason: reason.map(Reason::parse).transpose()?,
            lease: row.try_get("lease")?,
            lease_until_at: row.try_get("lease_until_at")?,
            next_attempt_at: row.try_get("next_attempt_at")?,
            parked_at: row.try_get("parked_at")?,
            owner_signed_in: row.try_get::<i64, _>("signed_in")? > 0,
            owner: PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? },
            row,
        })
    }

    /// Whether somebody is at work on it: a lease that has neither run out nor comes from another time.
    fn is_in_hands(&self, now: Timestamp) -> bool {
        self.lease.is_some()
            && self.lease_until_at.is_some_and(|end| end >= to_micros(now) && end <= after(now, LATEST_LEASE))
    }

    fn is_due(&self, now: Timestamp) -> bool {
        if self.lease.is_some() {
            return !self.is_in_hands(now);
        }
        let time_has_come =
            self.next_attempt_at.is_some_and(|at| at <= to_micros(now) || at > after(now, LATEST_ATTEMPT));
        time_has_come || self.owner_signed_in
    }

    fn is_resumable(&self, now: Timestamp) -> bool {
        if self.is_in_hands(now) {
            return false;
        }
        match self.state {
            OnboardingState::NeedsAttention => self.reason.is_some_and(Reason::is_resumable),
            state => state.is_working(),
        }
    }

    /// The state in which it is worked on.
    fn taken_up(&self) -> Result<OnboardingState, JournalError> {
        let to = match self.state {
            OnboardingState::Created => OnboardingState::Created,
            OnboardingState::Submitted => OnboardingState::Submitted,
            OnboardingState::NeedsAttention if !self.in_doubt => OnboardingState::Submitted,
            _ => OnboardingState::Reconciling,
        };
        if to == self.state || self.state.may_become(to) { Ok(to) } else { Err(JournalError::Conflict) }
    }

    /// What is said of it meanwhile: of a tenant what was known, of a lost answer that it was lost.
    fn reason_while_working(&self, to: OnboardingState) -> Option<Reason> {
        match to {
            OnboardingState::Created => self.reason,
            OnboardingState::Reconciling => Some(Reason::LostAnswer),
            _ => None,
        }
    }

    /// When a create may have gone out last: whoever died may have sent one until the lease ended.
    fn last_sent_at(&self, now: Timestamp) -> Result<Option<Timestamp>, JournalError> {
        let noted: Option<i64> = self.row.try_get("last_sent_at")?;
        let until = match self.state {
            OnboardingState::Sending | OnboardingState::Reconciling => self.lease_until_at,
            _ => None,
        };
        let last = noted.max(until.map(|end| end.min(to_micros(now))));
        Ok(last.map(from_micros).transpose()?)
    }

    /// What there is to do.
    fn work(
        &self,
        to: OnboardingState,
        lease: Lease,
        last_sent_at: Timestamp,
        anew: bool,
    ) -> Result<Work, JournalError> {
        let count = |column| -> Result<u32, JournalError> {
            let counted: i64 = self.row.try_get(column)?;
            Ok(if anew { 0 } else { u32::try_from(counted).unwrap_or(u32::MAX) })
        };
        let (attempts, repeats) = (count("attempts")?, count("repeats")?);
        if to == OnboardingState::Created {
            return self.unverified(lease, attempts).map(Work::Verify);
        }
        let attempt = self.attempt(lease, attempts)?;
        if to == OnboardingState::Submitted {
            return Ok(Work::Send(Committed(attempt)));
        }
        let submitted_at = from_micros(self.row.try_get("submitted_at")?)?;
        let sending = Sending { attempt, state: to };
        Ok(Work::FindOut(Doubtful { sending, repeats, last_sent_at, submitted_at }))
    }

    fn attempt(&self, lease: Lease, attempts: u32) -> Result<Attempt, JournalError> {
        Ok(Attempt {
            lease,
            owner: self.owner.clone(),
            request_id: rows::id(self.row.try_get("request_id")?)?,
            correlation_id: rows::id(self.row.try_get("correlation_id")?)?,
            payload: Payload::from_json(self.row.try_get("payload")?, self.row.try_get("payload_hash")?)?,
            attempts,
            is_new: false,
        })
    }

    fn unverified(&self, lease: Lease, attempts: u32) -> Result<Unverified, JournalError> {
        let row = &self.row;
        Ok(Unverified {
            lease,
            attempts,
            owner: self.owner.clone(),
            customer: rows::id(row.try_get("customer_id")?)?,
            reseller: rows::optional_id(row.try_get("reseller_id")?)?,
            seen: row.try_get::<Option<i64>, _>("visible_at")?.is_some(),
            differs: self.reason == Some(Reason::ResellerDiffers),
            created_at: from_micros(row.try_get("changed_at")?)?,
        })
    }
}

fn after(now: Timestamp, by: SignedDuration) -> i64 {
    to_micros(now.saturating_add(by).unwrap_or(Timestamp::MAX))
}
