//! The initial domain: whether it is free, what else may be, and choosing it.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::JoinSet};
use tracing::Instrument;

use super::{Provisioning, ProvisioningError, recent::News};
use crate::{
    domain::{
        DomainAnswer, DomainAvailability, DomainCandidate, DomainQuestion, Field, FieldErrors, OnboardingId, Operator,
        Problem, advice_words, domain_candidates, domain_prefix,
    },
    entra::TenantFound,
    journal::Chosen,
};

/// So many suggestions are looked up for one answer ...
const A_ROUND: usize = 4;
/// ... and so many at once for everybody.
const AT_ONCE: usize = 8;
/// Suggestions are looked up further on until there are some to show, but not for longer.
const MOST_ROUNDS: usize = 3;

/// Places for those who look suggestions up.
pub(super) fn places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}

impl Provisioning {
    /// Whether a domain prefix is free for an onboarding. Changes nothing.
    ///
    /// Partner Center alone can say that it is; that it is not, Entra ID can say as well, and whoever has chosen it here.
    pub async fn check_domain(
        &self,
        operator: &Operator,
        id: Option<&OnboardingId>,
        prefix: &str,
    ) -> DomainAvailability {
        // Only what could be a prefix is asked for: the text becomes part of an address.
        let Some(prefix) = domain_prefix(prefix) else { return DomainAvailability::CouldNotCheck };
        let domain = self.full_domain(&prefix);
        let chosen = async {
            self.journal.chosen(operator, id, &domain).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "who has chosen a domain could not be looked up");
                Chosen::ByNobodyElse
            })
        };
        let free = id.map(|id| News::Free(id.clone(), domain.clone()));
        let is_free = free.is_some_and(|free| self.recent.has(&free, self.ambient.now()));
        let elsewhere = async {
            if is_free {
                return (DomainAvailability::Free, TenantFound::None);
            }
            tokio::join!(self.at_partner_center(operator, &domain), self.tenant_of(&domain))
        };
        match tokio::join!(elsewhere, chosen) {
            ((DomainAvailability::Taken, _) | (_, TenantFound::Tenant(_)), _) | (_, Chosen::OutOfSight) => {
                DomainAvailability::Taken
            }
            (_, Chosen::Elsewhere) => DomainAvailability::Held,
            ((answer, _), _) => answer,
        }
    }

    /// The same, and chooses it for the onboarding unless somebody else has it.
    pub async fn choose_domain(&self, operator: &Operator, id: &OnboardingId, prefix: &str) -> DomainAvailability {
        let availability = self.check_domain(operator, Some(id), prefix).await;
        if !matches!(availability, DomainAvailability::Free | DomainAvailability::CouldNotCheck) {
            return availability;
        }
        let Some(prefix) = domain_prefix(prefix) else { return availability };
        let domain = self.full_domain(&prefix);
        match self.journal.choose(operator, id, &domain).await {
            Ok(Chosen::ByNobodyElse) => {
                if availability == DomainAvailability::Free {
                    self.recent.note(News::Free(id.clone(), domain), self.ambient.now());
                }
                availability
            }
            Ok(Chosen::Elsewhere) => DomainAvailability::Held,
            Ok(Chosen::OutOfSight) => DomainAvailability::Taken,
            Err(error) => {
                // What is chosen is a courtesy among colleagues; nobody is kept from going on by its absence.
                tracing::warn!(%error, "a domain could not be chosen");
                availability
            }
        }
    }

    /// Before an intent is committed: the domain is this onboarding's, or the form says whose it is not.
    pub(super) async fn keep_chosen(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        domain: &str,
    ) -> Result<(), ProvisioningError> {
        let problem = match self.journal.choose(operator, id, domain).await? {
            Chosen::ByNobodyElse => return Ok(()),
            Chosen::Elsewhere => Problem::Held,
            Chosen::OutOfSight => Problem::Taken,
        };
        let mut errors = FieldErrors::default();
        errors.push(Field::Domain, problem);
        Err(ProvisioningError::Invalid(errors))
    }

    /// What the form says of a domain that was typed, and what may be used instead. A domain that is free is chosen for
    /// the form's onboarding from then on.
    pub async fn domain_answer(&self, operator: &Operator, question: &DomainQuestion) -> DomainAnswer {
        let mut answer = DomainAnswer::default();
        let typed = domain_prefix(&question.prefix);
        let id = self.place_of_named(operator, &question.draft).await;
        if let Some(prefix) = &typed {
            let availability = match &id {
                Some(id) => self.choose_domain(operator, id, prefix).await,
                None => self.check_domain(operator, None, prefix).await,
            };
            answer.advice = Some(advice_words::domain(availability, &self.full_domain(prefix)));
            let is_settled = matches!(availability, DomainAvailability::Free | DomainAvailability::CouldNotCheck);
            if is_settled && question.round == 0 {
                return answer;
            }
        }
        answer.candidates = self.candidates(operator, id.as_ref(), question, typed.as_deref()).await;
        answer
    }

    /// Suggestions that are not taken, the best first.
    async fn candidates(
        &self,
        operator: &Operator,
        id: Option<&OnboardingId>,
        question: &DomainQuestion,
        typed: Option<&str>,
    ) -> Vec<DomainCandidate> {
        let mut all = domain_candidates(&question.company_name, &question.email, &question.country);
        if all.is_empty() {
            // A typed one that is taken leads to others like it.
            all = domain_candidates(typed.unwrap_or_default(), "", &question.country);
        }
        all.retain(|candidate| Some(candidate.as_str()) != typed);
        let skipped = usize::try_from(question.round).unwrap_or(usize::MAX).saturating_mul(A_ROUND);
        let mut found = Vec::new();
        for round in all.get(skipped..).unwrap_or_default().chunks(A_ROUND).take(MOST_ROUNDS) {
            found = self.look_up(operator, id.cloned(), round).await;
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// Looks several up at once; what is taken is left out.
    async fn look_up(
        &self,
        operator: &Operator,
        id: Option<OnboardingId>,
        prefixes: &[String],
    ) -> Vec<DomainCandidate> {
        let mut lookups = JoinSet::new();
        for (place, prefix) in prefixes.iter().cloned().enumerate() {
            let (this, operator, id) = (self.clone(), operator.clone(), id.clone());
            let look_up = async move {
                let permit = Arc::clone(&this.lookups).acquire_owned().await;
                let availability = match permit {
                    Ok(_permit) => this.check_domain(&operator, id.as_ref(), &prefix).await,
                    Err(_) => DomainAvailability::CouldNotCheck,
                };
                (place, prefix, availability)
            };
            lookups.spawn(look_up.in_current_span());
        }
        let mut found = lookups.join_all().await;
        found.sort_by_key(|(place, ..)| *place);
        found
            .into_iter()
            .filter(|(.., availability)| {
                matches!(availability, DomainAvailability::Free | DomainAvailability::CouldNotCheck)
            })
            .map(|(_, prefix, availability)| DomainCandidate { prefix, advice: advice_words::candidate(availability) })
            .collect()
    }

    async fn at_partner_center(&self, operator: &Operator, domain: &str) -> DomainAvailability {
        match self.tokens.access_token(&operator.key).await {
            Ok(token) => self.partner_center.domain_availability(&token, domain).await,
            Err(_) => DomainAvailability::CouldNotCheck,
        }
    }

    /// The tenant that has a domain, by the authority's word.
    pub(super) async fn tenant_of(&self, domain: &str) -> TenantFound {
        let Some(finder) = &self.tenant_finder else { return TenantFound::Unknown };
        finder.find(domain).await
    }
}
