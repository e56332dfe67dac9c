//! Why an onboarding was refused or stopped, in our words: Microsoft's own texts stay in the log.
//!
//! What its codes mean is the table of [`refusals`]; here stands what only this portal can meet.

use super::super::whose_move::Said;
use crate::{
    domain::Operator,
    i18n::t,
    journal::{Failure, Onboarding, Reason},
    refusals::{self, Asked, Mover, Names, Next, Row},
};

/// What happened, whose move it is, and what the move is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) said: Said,
    pub(super) mover: Mover,
    pub(super) next: Next,
}

impl Explanation {
    fn new(what: impl Into<String>, mover: Mover, advice: impl Into<String>, next: Next) -> Self {
        Self { said: Said::new(what, advice), mover, next }
    }

    fn of(row: &Row, onboarding: &Onboarding) -> Self {
        Self { said: Said::of(row, names(onboarding)), mover: row.mover, next: row.next }
    }

    /// Whose move it is, for whoever looks at it.
    pub(super) fn whose_move(&self, onboarding: &Onboarding, viewer: &Operator) -> String {
        let is_resellers = viewer.reseller().is_some();
        match self.mover {
            Mover::Operator if viewer.key == onboarding.owner => t!(failure.your_move).to_owned(),
            Mover::Operator => t!(failure.the_move_of, name = onboarding.owner_name.as_str()),
            Mover::Reseller if is_resellers => t!(failure.your_organisations_move).to_owned(),
            Mover::Reseller => t!(failure.the_move_of, name = reseller(onboarding)),
            Mover::Provider if is_resellers => t!(failure.the_providers_move).to_owned(),
            mover => mover.title().to_owned(),
        }
    }
}

/// What the table says of the last answer to the create, if it was a refusal.
pub(super) fn row(failure: &Failure) -> &'static Row {
    refusals::explain(Asked::Create, failure.status, failure.code.as_deref())
}

/// What the sentences of the table name.
pub(super) fn names(onboarding: &Onboarding) -> Names<'_> {
    Names {
        country: &onboarding.form.country,
        reseller: onboarding.reseller_name.as_deref(),
        domain: &onboarding.domain,
    }
}

/// Explains the failure of an onboarding.
pub(super) fn explain(onboarding: &Onboarding) -> Explanation {
    let Some(failure) = &onboarding.failure else {
        let (what, advice) = (t!(failure.the_portal_has_no_record), t!(failure.contact));
        return Explanation::new(what, Mover::Microsoft, advice, Next::Support);
    };
    let domain = &onboarding.domain;
    match failure.reason {
        Reason::Refused => Explanation::of(row(failure), onboarding),
        Reason::SignInAgain => sign_in_again(onboarding, failure),
        Reason::NotConnected if onboarding.in_doubt => Explanation::new(
            t!(failure.microsoft_does_not_accept_the, until_then = t!(failure.until_then)),
            Mover::Provider,
            t!(failure.an_administrator_of_the_provider),
            Next::Wait,
        ),
        Reason::NotConnected => Explanation::new(
            t!(failure.microsoft_does_not_accept_the_account),
            Mover::Provider,
            t!(failure.an_administrator_of_the_provider_connects),
            Next::Wait,
        ),
        Reason::Throttled if onboarding.in_doubt => Explanation::new(
            t!(failure.microsoft_has_more_requests_than, until_then = t!(failure.until_then)),
            Mover::Operator,
            t!(failure.wait_then_check_again_the),
            Next::Retry,
        ),
        Reason::Throttled => Explanation::new(
            t!(failure.microsoft_has_more_requests_than_it),
            Mover::Operator,
            t!(failure.wait_a_few_minutes_then),
            Next::Retry,
        ),
        Reason::PayloadChanged => Explanation::new(
            t!(failure.what_is_stored_is_not),
            Mover::Provider,
            t!(failure.tell_whoever_runs_this_portal),
            Next::Change,
        ),
        Reason::ResellerDiffers => Explanation::new(
            t!(failure.microsoft_names_another_reseller_than, reseller = reseller(onboarding)),
            Mover::Microsoft,
            t!(failure.do_not_hand_the_credentials),
            Next::Support,
        ),
        Reason::NotSent => Explanation::new(
            t!(failure.nothing_was_sent_to_microsoft),
            Mover::Nobody,
            t!(failure.the_portal_tries_again_by),
            Next::Wait,
        ),
        Reason::LostAnswer => Explanation::new(
            t!(failure.microsofts_answer_was_lost_or),
            Mover::Nobody,
            t!(failure.the_portal_asks_microsoft_again),
            Next::Wait,
        ),
        Reason::DomainTaken
        | Reason::NotVisible
        | Reason::FoundOther
        | Reason::OutcomeOfAnother
        | Reason::NoEvidence => unclear(domain, failure.reason),
    }
}

/// What was found about a lost answer, and does not fit together.
fn unclear(domain: &str, reason: Reason) -> Explanation {
    let (what, advice, next) = match reason {
        Reason::DomainTaken => {
            (t!(failure.the_answer_was_lost_is, domain = domain), t!(failure.look_in_partner_center_for), Next::Change)
        }
        Reason::NotVisible => (
            t!(failure.microsofts_audit_records_say_that, domain = domain),
            t!(failure.do_not_start_again_check),
            Next::Retry,
        ),
        Reason::FoundOther => (
            t!(failure.partner_center_has_a_customer, domain = domain),
            t!(failure.do_not_start_again_compare),
            Next::Support,
        ),
        Reason::OutcomeOfAnother => {
            (t!(failure.the_customer_with_in_partner, domain = domain), t!(failure.look_for_it_in_the), Next::Change)
        }
        _ => (
            t!(failure.microsoft_could_not_be_asked).to_owned(),
            t!(failure.do_not_start_again_check_again),
            Next::Retry,
        ),
    };
    Explanation::new(what, Mover::Operator, advice, next)
}

/// Whose sign-in it is, what Microsoft said of it, and what has become of the onboarding meanwhile.
fn sign_in_again(onboarding: &Onboarding, failure: &Failure) -> Explanation {
    let row = refusals::explain(Asked::Create, Some(failure.status.unwrap_or(401)), failure.code.as_deref());
    let explanation = Explanation::of(row, onboarding);
    let Said { what, advice } = explanation.said;
    let said = if onboarding.in_doubt {
        let what = what.trim_end_matches(['.', '\u{3002}']);
        Said {
            what: t!(failure.and_until_then, what = what, until_then = t!(failure.until_then)),
            advice: t!(failure.then_it_goes_on_checking, advice = advice),
        }
    } else {
        Said {
            what: t!(failure.and_nothing_was_created, what = what),
            advice: t!(failure.then_it_goes_on, advice = advice),
        }
    };
    Explanation { said, ..explanation }
}

/// What Microsoft said of a repeat of the create, if it said anything: the likeliest reason that nothing was created.
pub(super) fn refusal_of_repeat(onboarding: &Onboarding) -> Option<Explanation> {
    let failure = onboarding.failure.as_ref()?;
    // A fault on Microsoft's side is no reason of anything.
    let is_refusal = failure.status.is_some_and(|status| (400..500).contains(&status));
    is_refusal.then(|| Explanation::of(row(failure), onboarding))
}

fn reseller(onboarding: &Onboarding) -> &str {
    onboarding.reseller_name.as_deref().unwrap_or(t!(failure.the_reseller))
}
