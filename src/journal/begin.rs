//! From a draft to the first byte.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Row};

use super::{
    Journal, JournalError, OnboardingState, Payload,
    attempt::{Attempt, Committed, Lease, Sending, lease_end},
    events::add_event,
    listed, reservation,
    rows::to_json,
    state::Happening,
};
use crate::{
    audit::{Act, Actor, Entry},
    database::{WriteTransaction, to_micros},
    domain::{NewCustomerForm, OnboardingId, Operator, PersonKey, ResellerId, SoldBy},
};

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

impl Journal {
    /// Commits an intent: from here on it is sent once, whatever happens. Of several calls one wins; `Conflict` for the
    /// others, and also if the draft was changed after `intent` was read, or if the person's reseller needs an approval.
    /// `CapReached`: enough for today.
    pub async fn begin(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        intent: Intent<'_>,
    ) -> Result<Committed, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'submitted', payload = $1, payload_hash = $2, \
                           request_id = $3, correlation_id = $4, reseller_id = $5, reseller_name = $6, \
                           company_name = $7, domain = $8, lease = $9, lease_until_at = $10, changed_at = $11 \
                           WHERE id = $12 AND state = 'draft' AND owner_tid = $13 AND owner_oid = $14 AND form = $15 \
                           AND NOT EXISTS (SELECT 1 FROM reseller_setting s WHERE s.reseller_id = $16 \
                           AND s.submission = 'approved')";
        let now = self.ambient.now();
        let attempt = self.new_attempt(&operator.key, id, intent.payload.clone());
        let customer = intent.payload.customer();
        let mut tx = self.transaction().await?;
        if planted!(IntentTwice) {
            let again = "UPDATE onboarding SET state = 'draft' WHERE id = $1 AND state IN ('submitted', 'sending')";
            sqlx::query(again).bind(id.as_str()).execute(&mut *tx).await?;
        }
        let former = listed::before(&mut tx, id).await?;
        let begun = sqlx::query(SQL)
            .bind(intent.payload.to_json())
            .bind(intent.payload.hash())
            .bind(attempt.request_id.as_str())
            .bind(attempt.correlation_id.as_str())
            .bind(reseller_of(customer.sold_by()).map(ResellerId::as_str))
            .bind(intent.reseller_name)
            .bind(customer.company_name())
            .bind(intent.payload.domain())
            .bind(&attempt.lease.holder)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_json(intent.form))
            .bind(operator.reseller().map_or("", |reseller| reseller.id.as_str()))
            .execute(&mut *tx)
            .await?;
        if begun.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, false).await?);
        }
        self.caps.count(&mut tx, now, operator, reseller_of(customer.sold_by())).await?;
        listed::after(&mut tx, id, former).await?;
        let begun = Happening::Became(OnboardingState::Submitted);
        add_event(&mut tx, id, begun, Some(&operator.name), now).await?;
        let entry = Entry::done(Act::Submit, Actor::Operator(operator))
            .on_onboarding(id)
            .under(&attempt.request_id, &attempt.correlation_id);
        // From here on the onboarding's own state holds its domain.
        reservation::release(&mut tx, operator, id).await?;
        self.record_kept_address(&mut tx, operator, id, intent.form).await?;
        self.audit.record(&mut tx, &entry).await?;
        crash_point!(BeforeIntent);
        tx.commit().await?;
        crash_point!(AfterIntent);
        Ok(Committed(attempt))
    }

    /// Why the address goes out as it was typed, although Microsoft would write it differently.
    pub(super) async fn record_kept_address(
        &self,
        tx: &mut WriteTransaction,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<(), JournalError> {
        if let Some(reason) = form.kept_address_reason() {
            let entry = Entry::done(Act::KeepAddress, Actor::Operator(operator)).on_onboarding(id).with_detail(reason);
            self.audit.record(tx, &entry).await?;
        }
        Ok(())
    }

    /// The first attempt at what belongs to `owner`, under ids of its own.
    pub(super) fn new_attempt(&self, owner: &PersonKey, id: &OnboardingId, payload: Payload) -> Attempt {
        Attempt {
            lease: Lease { id: id.clone(), holder: self.ambient.token() },
            owner: owner.clone(),
            request_id: self.ambient.uuid_v4().into(),
            correlation_id: self.ambient.uuid_v4().into(),
            payload,
            attempts: 0,
            is_new: true,
        }
    }

    /// Notes that the first byte is about to go out.
    pub async fn mark_sending(&self, committed: Committed) -> Result<Sending, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'sending', lease_until_at = $1, last_sent_at = $2, \
                           changed_at = $2 WHERE id = $3 AND lease = $4 AND state = 'submitted'";
        let Committed(attempt) = committed;
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let marked = sqlx::query(SQL)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .bind(attempt.id().as_str())
            .bind(&attempt.lease.holder)
            .execute(&mut *tx)
            .await?;
        if marked.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        add_event(&mut tx, attempt.id(), Happening::Became(OnboardingState::Sending), None, now).await?;
        // That an intent is sent as soon as it is committed goes without saying, and a row less.
        if !attempt.is_new {
            let entry = Entry::done(Act::Send, Actor::Portal)
                .on_onboarding(attempt.id())
                .under(&attempt.request_id, &attempt.correlation_id);
            self.audit.record(&mut tx, &entry).await?;
        }
        tx.commit().await?;
        Ok(Sending { attempt, state: OnboardingState::Sending })
    }

    /// Says that whoever works on these is alive, in one commit for all. Returns the leases that have gone to somebody
    /// else, or have ended with their work: they stay as they are.
    pub async fn renew<'a>(&self, leases: &'a [Lease]) -> Result<Vec<&'a Lease>, JournalError> {
        if leases.is_empty() {
            return Ok(Vec::new());
        }
        // A holder is random and has one onboarding, so that a lease of somebody else's is in no such list.
        // The query builder of sqlx writes `?` for any database, which PostgreSQL does not understand.
        let places = |first: usize| {
            (first..first + leases.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
        };
        let (ids, holders) = (places(2), places(2 + leases.len()));
        let sql = format!(
            "UPDATE onboarding SET lease_until_at = $1 WHERE id IN ({ids}) AND lease IN ({holders}) RETURNING lease"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(lease_end(self.ambient.now()));
        let query = leases.iter().fold(query, |query, lease| query.bind(lease.id.as_str()));
        let query = leases.iter().fold(query, |query, lease| query.bind(&lease.holder));
        let renewed = query.fetch_all(self.db.write()).await?;
        let renewed = renewed.iter().map(|row| row.try_get("lease")).collect::<Result<HashSet<String>, _>>()?;
        Ok(leases.iter().filter(|lease| !renewed.contains(&lease.holder)).collect())
    }

    /// A transaction for [`finish_created`](Self::finish_created) and what belongs to it.
    pub async fn transaction(&self) -> Result<WriteTransaction, JournalError> {
        Ok(self.db.begin().await?)
    }
}

pub(super) fn reseller_of(sold_by: &SoldBy) -> Option<&ResellerId> {
    match sold_by {
        SoldBy::Reseller(id) => Some(id),
        SoldBy::Direct => None,
    }
}

/// Why a step of the operator's changed nothing: it has moved on, or it is not the operator's (as for administrators
/// everything is that has been sent).
pub(super) async fn refusal(
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
