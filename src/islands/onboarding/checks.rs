//! What the live checks say: domain, address, reseller. They advise; none of them ever keeps a person from going on.

use crate::{
    domain::{self, Advice, ResellerReadiness},
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

    /// What the portal says, in its words.
    pub(super) fn of(advice: Advice) -> Self {
        let tone = match advice.tone {
            domain::Tone::Good => Tone::Good,
            domain::Tone::Bad => Tone::Bad,
            domain::Tone::Unknown => Tone::Unknown,
        };
        Self { tone, words: advice.words }
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
        // That it is being checked is seen and not said: one answer, one announcement.
        let is_unsaid = (self.tone == Tone::Checking).then_some("true");
        let words = (!self.words.is_empty()).then(|| el("span").maybe("aria-hidden", is_unsaid).text(&self.words));
        el("p").class("field__status").attr("data-state", state).and(symbol.map(icon)).and(words)
    }
}

/// Why there is no answer about the domain or the address.
pub(super) fn no_answer(error: &PortalError) -> Answer {
    Answer::unknown(error, &p!(form.we_could_not_check_this))
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
            assert_eq!(no_answer(&error).tone, Tone::Unknown);
            assert_eq!(reseller_answer(Err(error)).tone, Tone::Unknown);
        }
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
}
