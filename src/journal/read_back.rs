//! After the create: what Partner Center shows of the new tenant. The onboarding stays created whatever that is.

use super::{Journal, JournalError, attempt::Unverified, events::add_event, state::Happening};
use crate::{clock::Timestamp, database::to_micros};

/// What is seen of a new tenant's reseller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenReseller {
    /// Nothing yet.
    NotYet,
    /// The one that was sent; for a direct customer, none.
    Right,
    /// Another, or none where one was sent.
    Other,
}

impl Journal {
    /// Records what is seen of a new tenant, and when somebody looks again; `None`: nobody does.
    pub async fn record_read_back(
        &self,
        unverified: &Unverified,
        is_visible: bool,
        reseller: SeenReseller,
        next_attempt_at: Option<Timestamp>,
    ) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET \
                           visible_at = CASE WHEN $1 = 1 THEN COALESCE(visible_at, $2) ELSE visible_at END, \
                           reseller_verified_at = CASE WHEN $3 = 1 THEN $2 ELSE reseller_verified_at END, \
                           failure_reason = CASE WHEN $3 = 1 THEN NULL WHEN $4 = 1 THEN 'reseller_differs' \
                           ELSE failure_reason END, next_attempt_at = $5, attempts = attempts + 1, \
                           lease = NULL, lease_until_at = NULL \
                           WHERE id = $6 AND lease = $7 AND state = 'created'";
        let now = self.ambient.now();
        let id = &unverified.lease.id;
        let mut tx = self.transaction().await?;
        let recorded = sqlx::query(SQL)
            .bind(i64::from(is_visible))
            .bind(to_micros(now))
            .bind(i64::from(reseller == SeenReseller::Right))
            .bind(i64::from(reseller == SeenReseller::Other))
            .bind(next_attempt_at.map(to_micros))
            .bind(id.as_str())
            .bind(&unverified.lease.holder)
            .execute(&mut *tx)
            .await?;
        if recorded.rows_affected() == 0 {
            return Err(JournalError::Conflict);
        }
        if is_visible && !unverified.seen {
            add_event(&mut tx, id, Happening::Visible, None, now).await?;
        }
        match reseller {
            SeenReseller::Right => add_event(&mut tx, id, Happening::ResellerVerified, None, now).await?,
            SeenReseller::Other if !unverified.differs => {
                add_event(&mut tx, id, Happening::ResellerDiffers, None, now).await?;
            }
            SeenReseller::Other | SeenReseller::NotYet => {}
        }
        Ok(tx.commit().await?)
    }

    /// Nobody can look until the owner signs in again.
    pub async fn park_read_back(&self, unverified: &Unverified) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET parked_at = $1, lease = NULL, lease_until_at = NULL \
                           WHERE id = $2 AND lease = $3 AND state = 'created'";
        let parked = sqlx::query(SQL)
            .bind(to_micros(self.ambient.now()))
            .bind(unverified.lease.id.as_str())
            .bind(&unverified.lease.holder)
            .execute(self.db.write())
            .await?;
        if parked.rows_affected() == 0 { Err(JournalError::Conflict) } else { Ok(()) }
    }
}
