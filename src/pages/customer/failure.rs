//! Why an onboarding was refused or stopped, in our words: Microsoft's own texts stay in the log.
//!
//! What its codes mean is the table of [`refusals`](crate::refusals); here stands what only this portal can meet.

use crate::{
    domain::Operator,
    journal::{Failure, Onboarding, Reason},
    refusals::{self, Asked, Mover, Names, Next, Row},
};

/// What happened, whose move it is, and what the move is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) what: String,
    pub(super) mover: Mover,
    pub(super) advice: String,
    pub(super) next: Next,
}

impl Explanation {
    fn new(what: impl Into<String>, mover: Mover, advice: impl Into<String>, next: Next) -> Self {
        Self { what: what.into(), mover, advice: advice.into(), next }
    }

    fn of(row: &Row, onboarding: &Onboarding) -> Self {
        let names = names(onboarding);
        Self::new(row.what(names), row.mover, row.advice(names), row.next)
    }

    /// Whose move it is, for whoever looks at it.
    pub(super) fn whose_move(&self, onboarding: &Onboarding, viewer: &Operator) -> String {
        let is_resellers = viewer.reseller().is_some();
        match self.mover {
            Mover::Operator if viewer.key == onboarding.owner => "Your move".to_owned(),
            Mover::Operator => format!("The move of {}", onboarding.owner_name),
            Mover::Reseller if is_resellers => "Your organisation's move".to_owned(),
            Mover::Reseller => format!("The move of {}", reseller(onboarding)),
            Mover::Provider if is_resellers => "The provider's move".to_owned(),
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
        return Explanation::new("The portal has no record of the reason.", Mover::Microsoft, CONTACT, Next::Support);
    };
    let domain = &onboarding.domain;
    let (what, mover, advice, next) = match failure.reason {
        Reason::Refused => return Explanation::of(row(failure), onboarding),
        Reason::SignInAgain => return sign_in_again(onboarding, failure),
        Reason::NotConnected if onboarding.in_doubt => (
            format!(
                "Microsoft does not accept the account that the provider has connected for resellers, {UNTIL_THEN}"
            ),
            Mover::Provider,
            "An administrator of the provider connects it again on the page Settings. The portal then goes on checking by \
             itself."
                .to_owned(),
            Next::Wait,
        ),
        Reason::NotConnected => (
            "Microsoft does not accept the account that the provider has connected for resellers, or there is none. Your \
             answers are saved, and nothing was created."
                .to_owned(),
            Mover::Provider,
            "An administrator of the provider connects it on the page Settings. The portal then goes on by itself."
                .to_owned(),
            Next::Wait,
        ),
        Reason::Throttled if onboarding.in_doubt => (
            format!(
                "Microsoft has more requests than it wants to answer and asked us to come back later, {UNTIL_THEN}"
            ),
            Mover::Operator,
            "Wait, then check again. The same request is repeated, so no second tenant can come of it.".to_owned(),
            Next::Retry,
        ),
        Reason::Throttled => (
            "Microsoft has more requests than it wants to answer and asked us to come back later. Your answers are saved."
                .to_owned(),
            Mover::Operator,
            "Wait a few minutes, then go on. The same request is repeated, so no second tenant can come of it.".to_owned(),
            Next::Retry,
        ),
        Reason::PayloadChanged => (
            "What is stored is not what was approved, so it is not sent (again).".to_owned(),
            Mover::Provider,
            "Tell whoever runs this portal. Look in Partner Center for the customer before you check the details in a new \
             draft."
                .to_owned(),
            Next::Change,
        ),
        Reason::ResellerDiffers => (
            format!("Microsoft names another reseller than {}, for whom it was to be created.", reseller(onboarding)),
            Mover::Microsoft,
            "Do not hand the credentials over. Give the text below to Microsoft's support to have the reseller corrected."
                .to_owned(),
            Next::Support,
        ),
        Reason::NotSent => (
            "Nothing was sent to Microsoft: the portal could not get a token. Your answers are saved.".to_owned(),
            Mover::Nobody,
            "The portal tries again by itself.".to_owned(),
            Next::Wait,
        ),
        Reason::LostAnswer => (
            "Microsoft's answer was lost or could not be read.".to_owned(),
            Mover::Nobody,
            "The portal asks Microsoft again by itself.".to_owned(),
            Next::Wait,
        ),
        Reason::DomainTaken
        | Reason::NotVisible
        | Reason::FoundOther
        | Reason::OutcomeOfAnother
        | Reason::NoEvidence => return unclear(domain, failure.reason),
    };
    Explanation { what, mover, advice, next }
}

/// What was found about a lost answer, and does not fit together.
fn unclear(domain: &str, reason: Reason) -> Explanation {
    let (what, mover, advice, next) = match reason {
        Reason::DomainTaken => (
            format!(
                "The answer was lost. {domain} is taken since, and none of your customers in Partner Center has it."
            ),
            Mover::Operator,
            "Look in Partner Center for the company first. If it is not there, the domain is somebody else's: change the \
             details and choose another one."
                .to_owned(),
            Next::Change,
        ),
        Reason::NotVisible => (
            format!("Microsoft's audit records say that {domain} was created, and Partner Center does not show it."),
            Mover::Operator,
            "Do not start again. Check once more in an hour; if it is still not there, give the text below to Microsoft's \
             partner support."
                .to_owned(),
            Next::Retry,
        ),
        Reason::FoundOther => (
            format!(
                "Partner Center has a customer with {domain}, and its company or its reseller is not what you sent."
            ),
            Mover::Operator,
            "Do not start again. Compare the two in Partner Center. If it is your customer, give the text below to \
             Microsoft's partner support to have it corrected."
                .to_owned(),
            Next::Support,
        ),
        Reason::OutcomeOfAnother => (
            format!(
                "The customer with {domain} in Partner Center is the outcome of another onboarding in this portal."
            ),
            Mover::Operator,
            "Look for it in the list of customers. If yours is another company, change the details and choose another \
             domain."
                .to_owned(),
            Next::Change,
        ),
        _ => (
            "Microsoft could not be asked for long enough to find out whether the tenant was created.".to_owned(),
            Mover::Operator,
            "Do not start again. Check again when Partner Center works.".to_owned(),
            Next::Retry,
        ),
    };
    Explanation::new(what, mover, advice, next)
}

/// Whose sign-in it is, what Microsoft said of it, and what has become of the onboarding meanwhile.
fn sign_in_again(onboarding: &Onboarding, failure: &Failure) -> Explanation {
    let row = refusals::explain(Asked::Create, Some(failure.status.unwrap_or(401)), failure.code.as_deref());
    let said = Explanation::of(row, onboarding);
    let what = said.what.trim_end_matches('.');
    if onboarding.in_doubt {
        Explanation {
            what: format!("{what}, {UNTIL_THEN}"),
            advice: format!("{} The portal then goes on checking by itself.", said.advice),
            ..said
        }
    } else {
        Explanation {
            what: format!("{what}. Your answers are saved, and nothing was created."),
            advice: format!("{} The portal then goes on by itself.", said.advice),
            ..said
        }
    }
}

/// What is added to a hindrance that came before the outcome was known.
const UNTIL_THEN: &str =
    "and until then we cannot find out if the tenant was created. Do not start again; your answers are saved.";

const CONTACT: &str = "Give the text below to Microsoft's partner support; it leads to the request.";

/// What Microsoft said of a repeat of the create, if it said anything: the likeliest reason that nothing was created.
pub(super) fn refusal_of_repeat(onboarding: &Onboarding) -> Option<Explanation> {
    let failure = onboarding.failure.as_ref()?;
    // A fault on Microsoft's side is no reason of anything.
    let is_refusal = failure.status.is_some_and(|status| (400..500).contains(&status));
    is_refusal.then(|| Explanation::of(row(failure), onboarding))
}

fn reseller(onboarding: &Onboarding) -> &str {
    onboarding.reseller_name.as_deref().unwrap_or("the reseller")
}
