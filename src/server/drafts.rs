//! Drafts beside the form's own page: saved while somebody types, and deleted.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use leptos::prelude::*;

use super::{
    form::PlainForm,
    onboarding_form::Submitted,
    visit::{Id, Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    domain::OnboardingId,
    error::PortalError,
    i18n::t,
    pages::{DeleteDraftPage, DeleteDraftView, Kept, Problem, kept},
    paths,
    provisioning::ProvisioningError,
};

/// Stores what stands in the form, for a page that goes on being typed into. The answer is a part of that page: what is
/// said about the draft from now on.
pub async fn save(visit: Visit, PlainForm(submitted): PlainForm<Submitted>) -> Response {
    let Ok(named) = submitted.draft.parse::<OnboardingId>() else { return visit.problem(Problem::Unprocessable) };
    let Some(operator) = visit.operator.clone() else {
        return (StatusCode::UNAUTHORIZED, Html(visit.say(|| kept(Kept::SignedOut, &named)))).into_response();
    };
    let id = match visit.state.provisioning.place_of_draft(&operator, &named).await {
        Ok(id) => id,
        Err(error) => return visit.failure(error),
    };
    let said = |status: StatusCode, what: Kept| (status, Html(visit.say(|| kept(what, &id)))).into_response();
    let stored = visit.state.provisioning.save_draft_from(&operator, &id, &submitted.form, submitted.window()).await;
    match stored {
        Ok(_) => said(StatusCode::OK, Kept::Saved),
        Err(ProvisioningError::ChangedElsewhere(at)) => {
            said(StatusCode::CONFLICT, Kept::ChangedElsewhere { at, now: visit.state.ambient.now() })
        }
        Err(ProvisioningError::AlreadySent | ProvisioningError::SentOtherwise(_)) => {
            said(StatusCode::CONFLICT, Kept::Sent)
        }
        Err(ProvisioningError::NotFound) => said(StatusCode::NOT_FOUND, Kept::Foreign),
        Err(error) => visit.failure(error),
    }
}

/// Asks if a draft is to be deleted.
pub async fn ask_to_delete(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    match visit.state.provisioning.find_draft(&operator, &id).await {
        Ok(draft) => {
            let view = DeleteDraftView {
                id,
                company_name: draft.company_name,
                saved_at: draft.changed_at,
                now: visit.state.ambient.now(),
            };
            visit.page(
                t!(in visit.language; draft.delete_title),
                Sending::default(),
                move || view! { <DeleteDraftPage view/> },
            )
        }
        Err(error) => instead(&visit, &id, error),
    }
}

/// Deletes it.
pub async fn delete(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    match visit.state.provisioning.delete_draft(&operator, &id).await {
        Ok(()) => see_other(paths::HOME),
        Err(error) => instead(&visit, &id, error),
    }
}

/// What was sent is no draft, and has a page.
fn instead(visit: &Visit, id: &OnboardingId, error: ProvisioningError) -> Response {
    match error {
        ProvisioningError::AlreadySent => see_other(&paths::customer(id)),
        error => visit.failure(PortalError::from(error)),
    }
}
