//! Four eyes: somebody of the provider looks at what a reseller wants to send, approves it or sends it back.

use super::{Provisioning, ProvisioningError, Review, slot::Age};
use crate::{
    domain::{Comment, Field, OnboardingId, Operator, ResellerChoice, ResellerReadiness, ResellerState, SoldBy},
    journal::{Intent, JournalError, Onboarding, Payload, Submission},
};

impl Provisioning {
    /// Whether what the operator sends waits for an approval first.
    pub async fn needs_approval(&self, operator: &Operator) -> Result<bool, ProvisioningError> {
        Ok(self.journal.submission_for(operator).await? == Submission::Approved)
    }

    /// Asks for an approval instead of sending it.
    pub(super) async fn ask_for_approval(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        intent: Intent<'_>,
    ) -> Result<(), ProvisioningError> {
        let hash = intent.payload.hash();
        match self.journal.ask_for_approval(operator, id, intent).await {
            Err(JournalError::Conflict) => Err(self.why_not_begun(operator, id, &hash).await?),
            asked => Ok(asked?),
        }
    }

    /// What waits for the operator's approval, exactly as it would be sent, with what Microsoft says of it now.
    /// `AlreadySent` if it was answered meanwhile.
    pub async fn review_to_approve(
        &self,
        operator: &Operator,
        id: &OnboardingId,
    ) -> Result<(Onboarding, Review), ProvisioningError> {
        let (onboarding, payload) = self.journal.to_approve(operator, id).await?;
        let review = match self.look_over(operator, id, &payload).await {
            // The relationship has gone since: that is an obstacle to see, not a reason to see nothing.
            Err(ProvisioningError::Invalid(errors)) if errors.get(Field::Reseller).is_some() => {
                self.look_over_without_reseller(operator, &onboarding, &payload).await?
            }
            review => review?,
        };
        let address_kept = onboarding.form.kept_address_reason().map(str::to_owned);
        Ok((onboarding, Review { address_kept, ..review }))
    }

    async fn look_over_without_reseller(
        &self,
        operator: &Operator,
        onboarding: &Onboarding,
        payload: &Payload,
    ) -> Result<Review, ProvisioningError> {
        let SoldBy::Reseller(id) = payload.customer().sold_by() else { return Err(ProvisioningError::NotFound) };
        let reseller = ResellerChoice {
            id: id.clone(),
            name: onboarding.reseller_name.clone().unwrap_or_default(),
            mpn_id: String::new(),
            location: String::new(),
            state: ResellerState::Inactive("not listed".to_owned()),
        };
        let review = self.look_over_without_seller(operator, &onboarding.id, payload).await;
        Ok(Review { reseller: Some(reseller), readiness: Some(ResellerReadiness::Inactive), ..review })
    }

    /// Approves what has this hash, and starts to send it in the name of its owner.
    ///
    /// `ChangedSinceReview` if something else waits by now, `AlreadySent` if it was answered or taken back.
    pub async fn approve(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
        comment: Option<&Comment>,
    ) -> Result<(), ProvisioningError> {
        let (onboarding, payload) = self.journal.to_approve(operator, id).await?;
        if payload.hash() != payload_hash {
            return Err(ProvisioningError::ChangedSinceReview);
        }
        self.confirmed_reseller(operator, payload.customer(), Age::Live).await?;
        // Before the intent: without a token it goes on waiting, and does not stand still half-way.
        let token = self.tokens.access_token(&onboarding.owner).await?;
        self.require_keys()?;
        let started = self.ambient.now();
        let committed = self.journal.approve(operator, id, payload_hash, comment).await?;
        self.send(token, committed, started);
        Ok(())
    }

    /// Sends it back to its owner with what is to be changed. The same errors as for [`approve`](Self::approve).
    pub async fn send_back(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
        comment: &Comment,
    ) -> Result<(), ProvisioningError> {
        let (_, payload) = self.journal.to_approve(operator, id).await?;
        if payload.hash() != payload_hash {
            return Err(ProvisioningError::ChangedSinceReview);
        }
        Ok(self.journal.send_back(operator, id, payload_hash, comment).await?)
    }

    /// Makes a draft again of what waits, for its owner.
    pub async fn withdraw(&self, operator: &Operator, id: &OnboardingId) -> Result<(), ProvisioningError> {
        super::require_onboarding(operator)?;
        Ok(self.journal.withdraw(operator, id).await?)
    }
}
