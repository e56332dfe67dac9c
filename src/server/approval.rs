//! `/customers/{id}/approval`: four eyes. And taking back what waits for them.

use axum::response::Response;
use http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    customers::enough_for_today,
    form::PlainForm,
    visit::{Id, Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    domain::{Comment, OnboardingId, Operator},
    i18n::t,
    pages::{ApprovalPage, ApprovalView, Problem, Refused},
    paths,
    provisioning::ProvisioningError,
};

/// What waits, as it would be sent.
pub async fn show(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    page(&visit, &operator, &id, None).await
}

async fn page(visit: &Visit, operator: &Operator, id: &OnboardingId, refused: Option<Refused>) -> Response {
    let (onboarding, mut review) = match visit.state.provisioning.review_to_approve(operator, id).await {
        Ok(waiting) => waiting,
        Err(error) => return instead(visit, id, error),
    };
    review.rules = review.rules.in_language(visit.language.tag());
    let status = refused.is_some().then_some(StatusCode::UNPROCESSABLE_ENTITY);
    let sending = Sending { status, has_errors: status.is_some(), ..Sending::default() };
    let view = ApprovalView {
        address_lines: review.customer.formatted_address(&review.rules),
        review,
        environment: visit.state.config.environment,
        owner_name: onboarding.owner_name,
        asked_at: onboarding.changed_at,
        refused,
        now: visit.state.ambient.now(),
    };
    visit.page(t!(in visit.language; pages.waits_for_your_approval), sending, move || view! { <ApprovalPage view/> })
}

/// What a form of the page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    #[serde(rename = "answer")]
    choice: String,
    payload_hash: String,
    comment: String,
}

/// Approves it, or sends it back with a comment.
pub async fn answer(
    Onboarder(SignedIn { visit, operator }): Onboarder,
    Id(id): Id,
    PlainForm(Answer { choice, payload_hash, comment }): PlainForm<Answer>,
) -> Response {
    let provisioning = &visit.state.provisioning;
    let answered = match choice.as_str() {
        "approve" => match Comment::optional(&comment) {
            Ok(comment) => provisioning.approve(&operator, &id, &payload_hash, comment.as_ref()).await,
            Err(problem) => {
                let refused = Refused { sends_back: false, comment, problem };
                return page(&visit, &operator, &id, Some(refused)).await;
            }
        },
        "send_back" => match Comment::required(&comment) {
            Ok(comment) => provisioning.send_back(&operator, &id, &payload_hash, &comment).await,
            Err(problem) => {
                let refused = Refused { sends_back: true, comment, problem };
                return page(&visit, &operator, &id, Some(refused)).await;
            }
        },
        _ => return visit.problem(Problem::Unprocessable),
    };
    match (answered, choice.as_str()) {
        (Ok(()), "approve") => see_other(&paths::customer(&id)),
        // It is its owner's draft again, which nobody else sees.
        (Ok(()), _) => see_other(paths::HOME),
        (Err(error), _) => instead(&visit, &id, error),
    }
}

/// Where the answer is another page than was asked for.
fn instead(visit: &Visit, id: &OnboardingId, error: ProvisioningError) -> Response {
    match error {
        // Somebody else was faster, or its owner took it back.
        ProvisioningError::AlreadySent => see_other(&paths::customer(id)),
        // Something else waits than was looked at, or Microsoft says something else of it by now: look again.
        ProvisioningError::ChangedSinceReview | ProvisioningError::Invalid(_) => see_other(&paths::approval(id)),
        ProvisioningError::CapReached(cap) => enough_for_today(visit, id, cap),
        error => visit.failure(error),
    }
}

/// Makes a draft again of what waits, and leads to its form.
pub async fn withdraw(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    match visit.state.provisioning.withdraw(&operator, &id).await {
        Ok(()) => see_other(&paths::draft(&id)),
        Err(ProvisioningError::AlreadySent) => see_other(&paths::customer(&id)),
        Err(error) => visit.failure(error),
    }
}
