//! Customers that were added outside the portal: what Partner Center's audit records have and the journal has not.

use sqlx::Row;

use super::{Journal, JournalError};
use crate::{
    audit::{Act, Actor, Entry, RecordKind},
    clock::{SignedDuration, Timestamp},
    database::{from_micros, to_micros},
    domain::{CorrelationId, CustomerId, PersonKey, Role},
};

/// How often they are looked for.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How long after a look that came to nothing, or whose process died, the next one begins.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// So far back reaches the first look: as far as Partner Center's records do.
const FIRST: SignedDuration = SignedDuration::from_hours(89 * 24);

/// A look that this process alone takes.
#[derive(Debug)]
pub struct Comparison {
    /// Records from then on have not been looked at.
    pub since: Timestamp,
    started: Timestamp,
}

/// A customer of Partner Center's records.
#[derive(Clone, Copy, Debug)]
pub struct Outsider<'a> {
    /// The tenant.
    pub customer: &'a CustomerId,
    /// `MS-CorrelationId` of its create.
    pub correlation_id: Option<&'a CorrelationId>,
    /// Name, domain, by whom and when.
    pub detail: &'a str,
}

impl Journal {
    /// Begins a look if it is time for one; of several processes one gets it.
    pub async fn begin_comparison(&self) -> Result<Option<Comparison>, JournalError> {
        const SQL: &str = "UPDATE audit_comparison SET due_at = $1 WHERE name = 'partner_center' AND due_at <= $2 \
                           RETURNING compared_at";
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let due = sqlx::query(SQL).bind(after(now, AGAIN)).bind(to_micros(now)).fetch_all(&mut *tx).await?;
        let Some(row) = due.first() else { return Ok(None) };
        let compared_at: Option<i64> = row.try_get("compared_at")?;
        tx.commit().await?;
        let since = match compared_at {
            Some(at) => from_micros(at)?,
            None => now.saturating_sub(FIRST).unwrap_or(Timestamp::MIN),
        };
        Ok(Some(Comparison { since, started: now }))
    }

    /// Records a customer that no onboarding has led to; one that is recorded already is left alone.
    pub async fn record_outsider(&self, outsider: Outsider<'_>) -> Result<(), JournalError> {
        const KNOWN: &str = "SELECT 1 AS known FROM onboarding WHERE customer_id = $1 UNION ALL \
                             SELECT 1 FROM onboarding WHERE correlation_id = $2 UNION ALL \
                             SELECT 1 FROM audit_event WHERE record = $1 AND act = $3 LIMIT 1";
        let Outsider { customer, correlation_id, detail } = outsider;
        let known = sqlx::query(KNOWN)
            .bind(customer.as_str())
            .bind(correlation_id.map_or("", CorrelationId::as_str))
            .bind(Act::FindOutside.as_str())
            .fetch_optional(self.db.read())
            .await?;
        if known.is_some() {
            return Ok(());
        }
        let entry = Entry::done(Act::FindOutside, Actor::Portal).on(RecordKind::Customer, customer.as_str());
        Ok(self.audit.record_alone(&entry.with_detail(detail)).await?)
    }

    /// Ends a look that has seen everything up to its beginning. A day is looked at once more the next time: records
    /// appear late.
    pub async fn finish_comparison(&self, comparison: &Comparison) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE audit_comparison SET due_at = $1, compared_at = $2 WHERE name = 'partner_center'";
        sqlx::query(SQL)
            .bind(after(comparison.started, EVERY))
            .bind(to_micros(comparison.started))
            .execute(self.db.write())
            .await?;
        Ok(())
    }

    /// When a look came to its end last; `None`: never.
    pub async fn compared_at(&self) -> Result<Option<Timestamp>, JournalError> {
        const SQL: &str = "SELECT compared_at FROM audit_comparison WHERE name = 'partner_center'";
        let row = sqlx::query(SQL).fetch_optional(self.db.read()).await?;
        let at: Option<i64> = row.map(|row| row.try_get("compared_at")).transpose()?.flatten();
        Ok(at.map(from_micros).transpose()?)
    }

    /// Whether there is a connected account, or a person of the provider, in whose name Partner Center may be asked.
    pub async fn has_somebody_to_ask_for(&self) -> Result<bool, JournalError> {
        let connected = sqlx::query("SELECT 1 FROM provider_connection WHERE trouble IS NULL")
            .fetch_optional(self.db.read())
            .await?;
        Ok(connected.is_some() || !self.people_to_ask_for(1).await?.is_empty())
    }

    /// People of the provider in whose name Partner Center may be asked, who signed in last first, at most `limit`.
    pub async fn people_to_ask_for(&self, limit: u32) -> Result<Vec<PersonKey>, JournalError> {
        const SQL: &str = "SELECT p.tid, p.oid FROM operator p JOIN entra_grant g ON g.tid = p.tid AND g.oid = p.oid \
                           WHERE p.role IN ($1, $2) ORDER BY p.roles_read_at DESC LIMIT $3";
        let people = sqlx::query(SQL)
            .bind(Role::Admin.claim())
            .bind(Role::AccountManager.claim())
            .bind(i64::from(limit))
            .fetch_all(self.db.read())
            .await?;
        people.iter().map(|row| Ok(PersonKey { tid: row.try_get("tid")?, oid: row.try_get("oid")? })).collect()
    }
}

fn after(now: Timestamp, by: SignedDuration) -> i64 {
    to_micros(now.saturating_add(by).unwrap_or(Timestamp::MAX))
}
