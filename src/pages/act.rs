//! Why something that was to be done with a created tenant was not done, and whose move it is.

use leptos::prelude::*;

use super::whose_move::{title_for, whose_move};
use crate::{
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
    let (what, advice) =
        row.map_or_else(|| (NOT_ASKED.to_owned(), ONCE_MORE.to_owned()), |row| (row.what(names), row.advice(names)));
    let mover = row.map_or(Mover::Operator, |row| row.mover);
    whose_move(what, title_for(mover, &act.actor_name), advice)
}

const NOT_ASKED: &str = "Microsoft could not be asked, and nothing was changed.";
const ONCE_MORE: &str = "Send it again in a minute.";

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
