//! The live checks: each answers yes, no, or could not check.

use super::{Provisioning, ProvisioningError, directory::RESELLERS_AGE, recent::News, search::search, slot::Age};
use crate::{
    clock::SignedDuration,
    domain::{
        AddressAnswer, AddressCheck, AddressParts, CountryRules, NewCustomer, Operator, PersonKey, ResellerChoice,
        ResellerId, ResellerReadiness, ResellerState, advice_words,
    },
    entra::TokenError,
    journal::JournalError,
    partner_center::{PartnerCenterError, Refusal},
    refusals::{self, Asked},
};

use std::sync::Arc;

/// People who sign in make the portal read the list of resellers at most so often.
const REREAD_PAUSE: SignedDuration = SignedDuration::from_secs(30);

impl Provisioning {
    /// The provider's resellers, sorted by name; cached for a minute. A reseller is told of no other: `Forbidden`.
    pub async fn resellers(&self, operator: &Operator) -> Result<Arc<[ResellerChoice]>, ProvisioningError> {
        if operator.reseller().is_some() {
            return Err(ProvisioningError::Forbidden);
        }
        self.directory.resellers(&operator.key, RESELLERS_AGE).await
    }

    /// At most 50 resellers whose name, MPN id or country fits `query` (all if it is empty), best first, and how many
    /// fit in all.
    pub async fn search_resellers(
        &self,
        operator: &Operator,
        query: &str,
    ) -> Result<(Vec<ResellerChoice>, u32), ProvisioningError> {
        Ok(search(&self.resellers(operator).await?, query))
    }

    /// What Microsoft says of an address.
    pub async fn check_address(&self, operator: &Operator, address: &AddressParts) -> AddressCheck {
        match self.tokens.access_token(&operator.key).await {
            Ok(token) => self.partner_center.check_address(&token, address).await,
            Err(_) => AddressCheck::no_answer(),
        }
    }

    /// The same in words, for the form.
    pub async fn address_answer(&self, operator: &Operator, address: &AddressParts) -> AddressAnswer {
        let Ok(country) = address.country.parse() else {
            let advice = advice_words::address(&AddressCheck::no_answer(), &CountryRules::before_choice());
            return AddressAnswer { advice, is_doubtful: false, suggestions: Vec::new() };
        };
        let (check, rules) =
            tokio::join!(self.check_address(operator, address), self.country_rules(operator, &country));
        AddressAnswer {
            advice: advice_words::address(&check, &rules),
            is_doubtful: check.status.is_doubtful(),
            suggestions: check.suggestions,
        }
    }

    /// Whether a customer can be created for the reseller now.
    pub async fn reseller_readiness(&self, operator: &Operator, reseller: &ResellerId) -> ResellerReadiness {
        match self.listed_reseller(operator, reseller, RESELLERS_AGE).await {
            Ok(Some(listed)) => self.readiness(operator, &listed).await,
            // Not one of the provider's (any more).
            Ok(None) => ResellerReadiness::Inactive,
            Err(_) => ResellerReadiness::CouldNotCheck,
        }
    }

    /// The reseller that a person of it creates customers for, as it was listed last; `None` for the provider's people.
    pub async fn own_reseller(&self, operator: &Operator) -> Result<Option<ResellerChoice>, ProvisioningError> {
        let Some(own) = operator.reseller() else { return Ok(None) };
        Ok(self.relationships.find(&own.id).await.map_err(JournalError::from)?)
    }

    /// Reads the list of resellers with the connected account's token, so that who is a reseller is known though no
    /// account manager is at work.
    pub async fn reread_relationships(&self) -> Result<(), ProvisioningError> {
        self.directory.reread_resellers().await
    }

    /// Sees to it that a relationship that was made a moment ago is known when its people sign in. What cannot be asked
    /// is as it was.
    pub async fn make_known(&self, person: &PersonKey) {
        if !self.tokens.is_borrowed(person) {
            return;
        }
        let known = tokio::try_join!(self.relationships.active_name(&person.tid), self.relationships.read_at());
        let Ok((None, read_at)) = known else { return };
        let read_at = read_at.max(self.directory.reread_at());
        if read_at.is_some_and(|at| self.ambient.now().duration_since(at) < REREAD_PAUSE) {
            return;
        }
        if let Err(error) = self.reread_relationships().await {
            tracing::warn!(%error, "the list of resellers could not be read for somebody who signs in");
        }
    }

    /// Whether there is somebody with whose token the operator's customers are created. That it cannot be asked for just
    /// now is no reason to say no.
    pub async fn can_create(&self, operator: &Operator) -> bool {
        !matches!(self.tokens.access_token(&operator.key).await, Err(TokenError::NotConnected))
    }

    /// The reseller in the provider's list. A reseller's person finds the own one there and no other; it is known to
    /// have been in the last list, and asked for only if that is not enough.
    pub(super) async fn listed_reseller(
        &self,
        operator: &Operator,
        reseller: &ResellerId,
        age: Age,
    ) -> Result<Option<ResellerChoice>, ProvisioningError> {
        match operator.reseller() {
            Some(own) if own.id != *reseller => return Ok(None),
            Some(_) if !matches!(age, Age::Live) => return self.own_reseller(operator).await,
            Some(_) | None => {}
        }
        let resellers = self.directory.resellers(&operator.key, age).await?;
        Ok(resellers.iter().find(|listed| listed.id == *reseller).cloned())
    }

    /// Relationship and agreement of a listed reseller.
    pub(super) async fn readiness(&self, operator: &Operator, listed: &ResellerChoice) -> ResellerReadiness {
        if listed.state != ResellerState::Active || !self.cloud.has_indirect_resellers() {
            return ResellerReadiness::Inactive;
        }
        let Ok(token) = self.tokens.access_token(&operator.key).await else { return ResellerReadiness::CouldNotCheck };
        let signed = News::Signed(listed.id.clone());
        if self.recent.has(&signed, self.ambient.now()) {
            return ResellerReadiness::Ready;
        }
        match self.partner_center.reseller_agreement_signed(&token, &listed.id).await {
            Ok(true) => {
                self.recent.note(signed, self.ambient.now());
                ResellerReadiness::Ready
            }
            Ok(false) => ResellerReadiness::AgreementMissing,
            Err(PartnerCenterError::Refused(refusal)) => refused_readiness(&refusal),
            Err(_) => ResellerReadiness::CouldNotCheck,
        }
    }

    /// The initial domain in full.
    pub(super) fn full_domain(&self, prefix: &str) -> String {
        [prefix, self.cloud.domain_suffix()].concat()
    }
}

/// What a refusal of the question says of the answer: for a reseller that has not signed it is a refusal.
fn refused_readiness(refusal: &Refusal) -> ResellerReadiness {
    let row = refusals::explain(Asked::Readiness, Some(refusal.status), refusal.code.as_deref());
    match (row.code, row.field) {
        ("2203" | "2206", _) => ResellerReadiness::AgreementMissing,
        (_, Some(_)) => ResellerReadiness::Inactive,
        (_, None) => ResellerReadiness::CouldNotCheck,
    }
}

/// The address of a customer as the check takes it.
pub(super) fn address_of(customer: &NewCustomer) -> AddressParts {
    let address = customer.default_address();
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    AddressParts {
        address_line1: address.address_line1().to_owned(),
        address_line2: text(address.address_line2()),
        city: text(address.city()),
        state: text(address.state()),
        postal_code: text(address.postal_code()),
        country: address.country().to_string(),
    }
}
