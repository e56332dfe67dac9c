//! What was sent, for those who look at a tenant later, and what was done with it since.

use sqlx::Row;

use super::{Journal, JournalError, Onboarding, Payload, events::add_event, state::Happening};
use crate::{database::WriteTransaction, domain::OnboardingId};

impl Journal {
    /// What was approved and sent; `None` for a draft. An [`Onboarding`] in hand is the proof that whoever asks may see it.
    pub async fn sent(&self, onboarding: &Onboarding) -> Result<Option<Payload>, JournalError> {
        const SQL: &str = "SELECT payload, payload_hash FROM onboarding WHERE id = $1";
        let row = sqlx::query(SQL).bind(onboarding.id.as_str()).fetch_one(self.db.read()).await?;
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
