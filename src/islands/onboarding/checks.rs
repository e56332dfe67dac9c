//! What the live checks say: domain, address, reseller. They advise; none of them ever keeps a person from going on.

use crate::{
    domain::{AddressCheck, DomainAvailability, ResellerReadiness, suggest_other_domain, words},
    error::PortalError,
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
        Self::new(Tone::Checking, "Checking\u{2026}")
    }

    /// Why a check brought no answer.
    fn unknown(error: &PortalError, otherwise: &str) -> Self {
        let words = match error {
            PortalError::Unauthenticated => {
                "Your session has ended. Your answers are kept when you continue and sign in"
            }
            PortalError::Unreachable => "The portal cannot be reached just now",
            _ => otherwise,
        };
        Self::new(Tone::Unknown, words)
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
        // That it is being checked is seen and not said: one answer, one announcement.
        let is_unsaid = (self.tone == Tone::Checking).then_some("true");
        let words = (!self.words.is_empty()).then(|| el("span").maybe("aria-hidden", is_unsaid).text(&self.words));
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
    const COULD_NOT: &str =
        "We could not check the domain just now. You can continue; Microsoft will check when you create the tenant";
    match answer {
        Ok(DomainAvailability::Free) => Answer::new(Tone::Good, &[full, " is free"].concat()),
        Ok(DomainAvailability::Taken) => {
            Answer::new(Tone::Bad, &words::domain_taken(full, &suggest_other_domain(prefix, country)))
        }
        Ok(DomainAvailability::CouldNotCheck) => Answer::new(Tone::Unknown, COULD_NOT),
        Err(error) => Answer::unknown(&error, COULD_NOT),
    }
}

pub(super) fn address_answer(answer: &Result<AddressCheck, PortalError>) -> Answer {
    const COULD_NOT: &str = "We could not check the address just now. You can continue";
    match answer {
        Ok(AddressCheck::Verified) => Answer::new(Tone::Good, "Microsoft knows this address"),
        Ok(AddressCheck::Suggestion(_)) => Answer::new(Tone::Unknown, "Microsoft writes this address differently"),
        Ok(AddressCheck::NotVerified) => {
            Answer::new(Tone::Bad, "Microsoft does not know this address. Check it; you can continue if it is right")
        }
        Ok(AddressCheck::CouldNotCheck) => Answer::new(Tone::Unknown, COULD_NOT),
        Err(error) => Answer::unknown(error, COULD_NOT),
    }
}

pub(super) fn reseller_answer(answer: Result<ResellerReadiness, PortalError>) -> Answer {
    const COULD_NOT: &str = "We could not check if the reseller is ready. You can continue";
    const NO_AGREEMENT: &str = "The reseller has not accepted the Microsoft Partner Agreement. A global admin of it must sign it in Partner Center";
    match answer {
        Ok(ResellerReadiness::Ready) => Answer::new(Tone::Good, "Ready for new customers"),
        Ok(ResellerReadiness::Inactive) => {
            Answer::new(Tone::Bad, "The relationship with this reseller is not active, so it cannot get customers")
        }
        Ok(ResellerReadiness::AgreementMissing) => Answer::new(Tone::Bad, NO_AGREEMENT),
        Ok(ResellerReadiness::CouldNotCheck) => Answer::new(Tone::Unknown, COULD_NOT),
        Err(error) => Answer::unknown(&error, COULD_NOT),
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
    fn an_answer_is_announced_and_the_waiting_for_it_is_not() {
        let html = |answer: Answer| {
            let mut html = String::new();
            answer.status("domain-status").print(&mut html);
            html
        };
        assert!(html(Answer::checking()).contains(r#"<span aria-hidden="true">Checking"#));
        assert!(html(Answer::new(Tone::Good, "It is free")).contains("<span>It is free"));
    }

    #[test]
    fn a_taken_domain_comes_with_another_one() {
        let answer = domain_answer(Ok(DomainAvailability::Taken), "contoso", "contoso.onmicrosoft.com", "SE");
        assert_eq!(answer, Answer::new(Tone::Bad, "contoso.onmicrosoft.com is already used. Try contosose"));
    }
}
