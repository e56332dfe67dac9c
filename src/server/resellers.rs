//! `/resellers` and `/resellers/{id}`: the relationships, and what is set for one of them.

use axum::{
    extract::{Path, Query},
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    form::PlainForm,
    visit::{Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    domain::{Operator, ResellerChoice, ResellerId},
    error::PortalError,
    i18n::t,
    journal::Submission,
    pages::{Problem, ResellerPage, ResellerView, ResellersPage, ResellersView},
    paths,
    provisioning::ProvisioningError,
    refusals::{self, Asked, Mover, Row},
};

/// The provider's relationships, live.
pub async fn list(Onboarder(SignedIn { visit, operator }): Onboarder) -> Response {
    // Whoever else sells for the provider is none of a reseller's business.
    if operator.reseller().is_some() {
        return visit.problem(Problem::Forbidden);
    }
    let mut refused = None;
    let resellers = match visit.state.provisioning.resellers(&operator).await {
        Ok(resellers) => Some(resellers.to_vec()),
        Err(ProvisioningError::SignInAgain) => return visit.failure(PortalError::Unauthenticated),
        Err(error) => {
            tracing::warn!(%error, "the list of resellers could not be read");
            refused = refused_list(&error);
            None
        }
    };
    let submissions = match visit.state.journal.submissions().await {
        Ok(submissions) => submissions,
        Err(error) => return visit.failure(error),
    };
    let view = ResellersView { resellers, refused, submissions, may_set: operator.is_admin() };
    visit.page(t!(in visit.language; pages.resellers), Sending::default(), move || view! { <ResellersPage view/> })
}

/// Why Microsoft does not show the list, if it says so.
pub(super) fn refused_list(error: &ProvisioningError) -> Option<&'static Row> {
    let ProvisioningError::Refused(refusal) = error else { return None };
    let row = refusals::explain(Asked::Resellers, Some(refusal.status), refusal.code.as_deref());
    // That the reason is not known is no better than that nobody answers.
    (row.mover != Mover::Microsoft).then_some(row)
}

/// What happened before the page of one reseller.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Before {
    saved: bool,
}

/// One reseller and its settings, for administrators.
pub async fn show(
    SignedIn { visit, operator }: SignedIn,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Response {
    let reseller = match listed(&visit, &operator, &id).await {
        Ok(reseller) => reseller,
        Err(response) => return response,
    };
    let setting = match visit.state.journal.submission_setting(&reseller.id).await {
        Ok(setting) => setting,
        Err(error) => return visit.failure(error),
    };
    let title = reseller.name.clone();
    let view = ResellerView { reseller, setting, saved: before.saved };
    visit.page(&title, Sending::default(), move || view! { <ResellerPage view/> })
}

/// What the form of the settings sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    submission: String,
}

/// Changes the settings.
pub async fn set(
    SignedIn { visit, operator }: SignedIn,
    Path(id): Path<String>,
    PlainForm(settings): PlainForm<Settings>,
) -> Response {
    let reseller = match listed(&visit, &operator, &id).await {
        Ok(reseller) => reseller,
        Err(response) => return response,
    };
    let Some(submission) = Submission::from_word(&settings.submission) else {
        return visit.problem(Problem::Unprocessable);
    };
    match visit.state.journal.set_submission(&operator, &reseller.id, submission).await {
        Ok(()) => see_other(&paths::reseller_saved(&reseller.id)),
        Err(error) => visit.failure(error),
    }
}

/// The reseller that the path names, as Partner Center lists it, for an administrator.
async fn listed(visit: &Visit, operator: &Operator, id: &str) -> Result<ResellerChoice, Response> {
    if !operator.is_admin() {
        return Err(visit.problem(Problem::Forbidden));
    }
    let id: ResellerId = id.parse().map_err(|_| visit.problem(Problem::NotFound))?;
    let resellers = visit.state.provisioning.resellers(operator).await.map_err(|error| visit.failure(error))?;
    let found = resellers.iter().find(|reseller| reseller.id == id).cloned();
    found.ok_or_else(|| visit.problem(Problem::NotFound))
}
