//! Handing the credentials of a new tenant over to its reseller, unopened.

use super::{Provisioning, ProvisioningError, require_onboarding};
use crate::{
    audit::Act,
    credentials::{CredentialsError, Term},
    database::DatabaseError,
    domain::{OnboardingId, Operator},
    journal::{JournalError, OnboardingState, Reason},
};

impl Provisioning {
    /// Seals unopened credentials to the reseller of the onboarding: the one that was sent to Microsoft, and none that a
    /// form could name.
    ///
    /// `AlreadySent` if there is nothing to hand over (any more): opened, erased, handed over, sold by the provider
    /// itself, or under another reseller at Microsoft, which has to be put right first.
    pub async fn hand_over(&self, operator: &Operator, id: &OnboardingId, term: Term) -> Result<(), ProvisioningError> {
        require_onboarding(operator)?;
        let onboarding = self.journal.find(operator, id).await?;
        let differs = onboarding.failure.as_ref().is_some_and(|failure| failure.reason == Reason::ResellerDiffers);
        let Some(reseller) =
            onboarding.reseller_id.filter(|_| !differs && onboarding.state == OnboardingState::Created)
        else {
            return Err(ProvisioningError::AlreadySent);
        };
        let name = onboarding.reseller_name.unwrap_or_default();
        let mut tx = self.journal.transaction().await?;
        if let Err(error) = self.credentials.hand_over(&mut tx, operator, id, (&reseller, &name), term).await {
            // First the lock goes: on SQLite there is one writer.
            drop(tx);
            return Err(self.not_handed_over(Act::HandOverCredentials, operator, id, error).await);
        }
        self.journal.note_hand_over(&mut tx, operator, id, Some(&reseller)).await?;
        tx.commit().await.map_err(DatabaseError::from).map_err(JournalError::from)?;
        self.credentials.note_former_envelope();
        Ok(())
    }

    /// Takes back what was handed over, unless it was opened (`AlreadySent`).
    pub async fn take_back(&self, operator: &Operator, id: &OnboardingId) -> Result<(), ProvisioningError> {
        require_onboarding(operator)?;
        self.journal.find(operator, id).await?;
        let mut tx = self.journal.transaction().await?;
        if let Err(error) = self.credentials.take_back(&mut tx, operator, id).await {
            drop(tx);
            return Err(self.not_handed_over(Act::TakeBackCredentials, operator, id, error).await);
        }
        self.journal.note_hand_over(&mut tx, operator, id, None).await?;
        tx.commit().await.map_err(DatabaseError::from).map_err(JournalError::from)?;
        self.credentials.note_former_envelope();
        Ok(())
    }

    async fn not_handed_over(
        &self,
        act: Act,
        operator: &Operator,
        id: &OnboardingId,
        error: CredentialsError,
    ) -> ProvisioningError {
        self.credentials.record_unchanged(act, operator, id, &error).await;
        match error {
            CredentialsError::Gone(_) => ProvisioningError::AlreadySent,
            CredentialsError::NotFound => ProvisioningError::NotFound,
            CredentialsError::Database(error) => ProvisioningError::Journal(error.into()),
            CredentialsError::Audit(error) => ProvisioningError::Journal(error.into()),
            CredentialsError::Keyring(error) => ProvisioningError::NotReady(error.to_string()),
        }
    }
}
