//! A domain is chosen by one onboarding at a time.
//!
//! From the choice on it is held for a quarter of an hour, in a row that a compare-and-set decides about; from the commit of
//! the intent on the onboarding itself holds it, until its outcome is known. Microsoft knows nothing of either.

use sqlx::Row;

use super::{Journal, JournalError};
use crate::{
    clock::SignedDuration,
    database::{WriteTransaction, to_micros},
    domain::{OnboardingId, Operator},
};

/// How long a choice holds: as long as it takes to fill in the rest, and to read it through.
pub const RESERVED_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Who has chosen a domain, as far as the person who asks may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Nobody else.
    ByNobodyElse,
    /// Another onboarding of which the person may know.
    Elsewhere,
    /// One of which the person may not know: there is no difference to a tenant that has it.
    OutOfSight,
}

/// Whether `$4` may know of the holder's tenant or reseller: the provider's people (`$6` = 1) of all, a reseller's of what is
/// its own.
macro_rules! holders {
    () => {
        "SELECT CASE WHEN $6 = 1 OR r.owner_tid = $4 THEN 1 ELSE 0 END AS in_sight FROM domain_reservation r \
         WHERE r.domain = $1 AND r.until_at > $2 AND r.onboarding_id <> $3 \
         AND NOT (r.owner_tid = $4 AND r.owner_oid = $5) \
         UNION ALL \
         SELECT CASE WHEN $6 = 1 OR o.owner_tid = $4 OR o.reseller_id = $4 THEN 1 ELSE 0 END AS in_sight \
         FROM onboarding o WHERE o.domain = $1 AND o.id <> $3 \
         AND o.state IN ('awaiting_approval', 'submitted', 'sending', 'reconciling', 'unknown')"
    };
}

impl Journal {
    /// Whether another onboarding has chosen the domain. Changes nothing.
    pub async fn chosen(
        &self,
        operator: &Operator,
        id: Option<&OnboardingId>,
        domain: &str,
    ) -> Result<Chosen, JournalError> {
        let found = sqlx::query(holders!())
            .bind(domain)
            .bind(to_micros(self.ambient.now()))
            .bind(id.map_or("", OnboardingId::as_str))
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(i64::from(operator.reseller().is_none()))
            .fetch_all(self.db.read())
            .await?;
        let mut chosen = Chosen::ByNobodyElse;
        for row in &found {
            if row.try_get::<i64, _>("in_sight")? == 1 {
                return Ok(Chosen::Elsewhere);
            }
            chosen = Chosen::OutOfSight;
        }
        Ok(chosen)
    }

    /// Chooses the domain for an onboarding, and lets go of the one that it had chosen before. Of several people one wins;
    /// a person's own choice moves from one of the own drafts to another.
    pub async fn choose(&self, operator: &Operator, id: &OnboardingId, domain: &str) -> Result<Chosen, JournalError> {
        const TAKE: &str = "INSERT INTO domain_reservation (domain, onboarding_id, owner_tid, owner_oid, until_at) \
                            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (domain) DO UPDATE SET \
                            onboarding_id = excluded.onboarding_id, owner_tid = excluded.owner_tid, \
                            owner_oid = excluded.owner_oid, until_at = excluded.until_at \
                            WHERE domain_reservation.until_at <= $6 OR (domain_reservation.owner_tid = excluded.owner_tid \
                            AND domain_reservation.owner_oid = excluded.owner_oid)";
        match self.chosen(operator, Some(id), domain).await? {
            Chosen::ByNobodyElse => {}
            chosen => return Ok(chosen),
        }
        let now = self.ambient.now();
        let until = now.saturating_add(RESERVED_FOR).unwrap_or(now);
        let mut tx = self.transaction().await?;
        let taken = sqlx::query(TAKE)
            .bind(domain)
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_micros(until))
            .bind(to_micros(now))
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            drop(tx);
            // Somebody was faster by a moment.
            return Ok(match self.chosen(operator, Some(id), domain).await? {
                Chosen::ByNobodyElse => Chosen::Elsewhere,
                chosen => chosen,
            });
        }
        release_other(&mut tx, operator, id, domain).await?;
        tx.commit().await?;
        Ok(Chosen::ByNobodyElse)
    }

    /// Erases choices that do not hold any more.
    pub async fn sweep_reservations(&self) -> Result<(), JournalError> {
        sqlx::query("DELETE FROM domain_reservation WHERE until_at <= $1")
            .bind(to_micros(self.ambient.now()))
            .execute(self.db.write())
            .await?;
        Ok(())
    }
}

/// Lets go of what an onboarding of the operator's has chosen, but for this domain.
pub(super) async fn release_other(
    tx: &mut WriteTransaction,
    operator: &Operator,
    id: &OnboardingId,
    domain: &str,
) -> Result<(), JournalError> {
    const SQL: &str = "DELETE FROM domain_reservation WHERE onboarding_id = $1 AND owner_tid = $2 AND owner_oid = $3 \
                       AND domain <> $4";
    sqlx::query(SQL)
        .bind(id.as_str())
        .bind(&operator.key.tid)
        .bind(&operator.key.oid)
        .bind(domain)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Lets go of whatever an onboarding of the operator's has chosen: it is no draft any more, or there is none.
pub(super) async fn release(
    tx: &mut WriteTransaction,
    operator: &Operator,
    id: &OnboardingId,
) -> Result<(), JournalError> {
    release_other(tx, operator, id, "").await
}
