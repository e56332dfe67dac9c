//! Why something that was to be done with a created tenant was not done, and whose move it is.

use leptos::prelude::*;

use super::whose_move::{Said, title_for, whose_move};
use crate::{
    i18n::t,
    journal::Onboarding,
    refusals::{self, Asked, Mover, Names, Row},
    tenants::{Act, ActFailure, ActKind, Hindrance},
};

/// What happened, whose move it is, and what the move is.
pub(super) fn act_said(act: &Act, onboarding: &Onboarding) -> AnyView {
    let names = Names {
        country: &onboarding.form.country,
        reseller: onboarding.reseller_name.as_deref(),
        domain: &onboarding.domain,
    };
    let row = row(act.kind, act.failure.as_ref());
    let said = row.map_or_else(
        || Said::new(t!(failure.could_not_be_asked_and_nothing), t!(failure.send_it_again_in_a)),
        |row| Said::of(row, names),
    );
    let mover = row.map_or(Mover::Operator, |row| row.mover);
    whose_move(said, title_for(mover, &act.actor_name))
}

/// `None`: Microsoft was not asked.
fn row(kind: ActKind, failure: Option<&ActFailure>) -> Option<&'static Row> {
    let failure = failure?;
    let asked = match kind {
        ActKind::Agreement => Asked::Agreement,
        ActKind::Password => Asked::Password,
    };
    let code = failure.code.as_deref();
    match failure.hindrance {
        Hindrance::Refused => Some(refusals::explain(asked, failure.status, code)),
        Hindrance::SignInAgain => Some(refusals::explain(asked, Some(failure.status.unwrap_or(401)), code)),
        Hindrance::Throttled => Some(refusals::explain(asked, Some(429), None)),
        Hindrance::NoSuchUser => Some(refusals::explain(asked, Some(404), Some("60002"))),
        Hindrance::RecordedBefore => Some(refusals::explain(asked, Some(409), Some("600061"))),
        Hindrance::Unreachable | Hindrance::Lost => None,
    }
}
