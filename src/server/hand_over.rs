//! Handing the unopened credentials over to the reseller, and taking them back.

use axum::response::Response;
use serde::Deserialize;

use super::{
    form::PlainForm,
    visit::{Id, Onboarder, SignedIn, Visit, see_other},
};
use crate::{credentials::Term, domain::OnboardingId, pages::Problem, paths, provisioning::ProvisioningError};

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    term: String,
}

/// Seals the credentials to the reseller. Nothing that the form says decides to which.
pub async fn give(
    Onboarder(SignedIn { visit, operator }): Onboarder,
    Id(id): Id,
    PlainForm(wanted): PlainForm<Wanted>,
) -> Response {
    let Some(term) = Term::from_word(&wanted.term) else { return visit.problem(Problem::Unprocessable) };
    let given = visit.state.provisioning.hand_over(&operator, &id, term).await;
    shown(&visit, &id, given)
}

/// Takes back what nobody has opened.
pub async fn take_back(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    let taken = visit.state.provisioning.take_back(&operator, &id).await;
    shown(&visit, &id, taken)
}

fn shown(visit: &Visit, id: &OnboardingId, outcome: Result<(), ProvisioningError>) -> Response {
    match outcome {
        // Too late, or a second click: the page says how it stands.
        Ok(()) | Err(ProvisioningError::AlreadySent) => see_other(&paths::customer(id)),
        Err(error) => visit.failure(error),
    }
}
