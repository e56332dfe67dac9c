//! What the live checks say: domain, address, reseller. They advise; none of them ever keeps a person from going on.

use crate::{
    domain::{AddressCheck, DomainAvailability, ResellerReadiness, suggest_other_domain, words},
    error::PortalError,
    i18n::p,
    islands::markup::{Element, el, icon},
};

/// Where a check stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    /// Nothing to say.
    #[default]
    Idle,
    /// Asked, not answered.
    Checking,
    /// Yes.
    Good,
    /// No.
    Bad,
    /// Could not check; never a yes.
    Unknown,
}

/// A check's state in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    tone: Tone,
    words: String,
}

impl Answer {
    pub(super) fn new(tone: Tone, words: &str) -> Self {
        Self { tone, words: words.to_owned() }
    }

    /// The portal was asked and has not answered yet.
    pub(super) fn checking() -> Self {
        Self::new(Tone::Checking, &p!(form.checking))
    }

    /// Why a check brought no answer.
    fn unknown(error: &PortalError, otherwise: &str) -> Self {
        let words = match error {
            PortalError::Unauthenticated => p!(form.your_session_has_ended_your),
            PortalError::Unreachable => p!(form.the_portal_cannot_be_reached),
            _ => otherwise.to_owned(),
        };
        Self { tone: Tone::Unknown, words }
    }

    /// The answer beside a field, announced once it has settled.
    pub(super) fn status(&self, id: &str) -> Element {
        self.echo().id(id).attr("role", "status")
    }

    /// The answer once more, silent.
    pub(super) fn echo(&self) -> Element {
        let (state, symbol) = match self.tone {
            Tone::Idle => ("idle", None),
            Tone::Checking => ("checking", Some("/icons.svg#refresh")),
            Tone::Good => ("good", Some("/icons.svg#check")),
            Tone::Bad => ("bad", Some("/icons.svg#alert")),
            Tone::Unknown => ("unknown", Some("/icons.svg#info")),
        };
        let words = (!self.words.is_empty()).then(|| el("span").text(&self.words));
        el("p").class("field__status").attr("data-state", state).and(symbol.map(icon)).and(words)
    }
}

/// `prefix` was asked about; `full` is the whole domain.
pub(super) fn domain_answer(
    answer: Result<DomainAvailability, PortalError>,
    prefix: &str,
    full: &str,
    country: &str,
) -> Answer {
    match answer {
        Ok(DomainAvailability::Free) => Answer::new(Tone::Good, &p!(form.is_free, domain = full)),
        Ok(DomainAvailability::Taken) => {
            Answer::new(Tone::Bad, &words::domain_taken(full, &suggest_other_domain(prefix, country)))
        }
        Ok(DomainAvailability::CouldNotCheck) => Answer::new(Tone::Unknown, &p!(form.could_not_check_domain)),
        Err(error) => Answer::unknown(&error, &p!(form.could_not_check_domain)),
    }
}

pub(super) fn address_answer(answer: &Result<AddressCheck, PortalError>) -> Answer {
    match answer {
        Ok(AddressCheck::Verified) => Answer::new(Tone::Good, &p!(form.microsoft_knows_this_address)),
        Ok(AddressCheck::Suggestion(_)) => {
            Answer::new(Tone::Unknown, &p!(form.microsoft_writes_this_address_differently))
        }
        Ok(AddressCheck::NotVerified) => Answer::new(Tone::Bad, &p!(form.microsoft_does_not_know_this)),
        Ok(AddressCheck::CouldNotCheck) => Answer::new(Tone::Unknown, &p!(form.could_not_check_address)),
        Err(error) => Answer::unknown(error, &p!(form.could_not_check_address)),
    }
}

pub(super) fn reseller_answer(answer: Result<ResellerReadiness, PortalError>) -> Answer {
    match answer {
        Ok(ResellerReadiness::Ready) => Answer::new(Tone::Good, &p!(form.ready_for_new_customers)),
        Ok(ResellerReadiness::Inactive) => Answer::new(Tone::Bad, &p!(form.the_relationship_with_this_reseller)),
        Ok(ResellerReadiness::AgreementMissing) => Answer::new(Tone::Bad, &p!(form.no_agreement)),
        Ok(ResellerReadiness::CouldNotCheck) => Answer::new(Tone::Unknown, &p!(form.could_not_check_reseller)),
        Err(error) => Answer::unknown(&error, &p!(form.could_not_check_reseller)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_is_never_a_yes() {
        for error in [PortalError::Unreachable, PortalError::Upstream, PortalError::Unauthenticated] {
            assert_eq!(domain_answer(Err(error.clone()), "a", "a.example", "US").tone, Tone::Unknown);
            assert_eq!(address_answer(&Err(error.clone())).tone, Tone::Unknown);
            assert_eq!(reseller_answer(Err(error)).tone, Tone::Unknown);
        }
        assert_eq!(domain_answer(Ok(DomainAvailability::CouldNotCheck), "a", "a.example", "US").tone, Tone::Unknown);
    }

    #[test]
    fn a_taken_domain_comes_with_another_one() {
        let answer = domain_answer(Ok(DomainAvailability::Taken), "contoso", "contoso.onmicrosoft.com", "SE");
        assert_eq!(answer, Answer::new(Tone::Bad, "contoso.onmicrosoft.com is already used. Try contosose"));
    }
}
