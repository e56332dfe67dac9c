//! What was sent, for those who look at a tenant later, and what was done with it since.

use sqlx::Row;

use super::{Journal, JournalError, Payload, events::add_event, rows::visible, state::Happening};
use crate::{
    database::WriteTransaction,
    domain::{OnboardingId, Operator},
};

impl Journal {
    /// What was approved and sent, if `viewer` may see it; `None` for a draft.
    pub async fn sent(&self, viewer: &Operator, id: &OnboardingId) -> Result<Option<Payload>, JournalError> {
        const SQL: &str =
            concat!("SELECT o.payload, o.payload_hash FROM onboarding o WHERE ", visible!(), " AND o.id = $3");
        let row = sqlx::query(SQL)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?
            .ok_or(JournalError::NotFound)?;
        let (json, hash): (Option<&str>, Option<&str>) = (row.try_get("payload")?, row.try_get("payload_hash")?);
        let stored = json.zip(hash).map(|(json, hash)| Payload::from_json(json, hash));
        Ok(stored.transpose()?)
    }

    /// Adds to the history of a created tenant, in the transaction of what has happened.
    pub async fn note(
        &self,
        tx: &mut WriteTransaction,
        id: &OnboardingId,
        what: Happening,
        actor: &str,
    ) -> Result<(), JournalError> {
        add_event(tx, id, what, Some(actor), self.ambient.now()).await
    }
}
