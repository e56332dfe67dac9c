//! `/customers/…`: the review, the page of one onboarding, its credentials.

use axum::{
    extract::Query,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    form::PlainForm,
    headers,
    visit::{Id, Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    app,
    components::{onboarding::OnboardingRow, shell::Script},
    credentials::{CredentialsError, CredentialsStatus, Replay, may_claim},
    domain::{OnboardingId, Operator},
    error::PortalError,
    i18n::t,
    journal::{CapReached, Onboarding, OnboardingState, seconds_to_midnight},
    measure,
    pages::{
        AlreadyOpenedPage, AlreadyOpenedView, CredentialsPage, CredentialsView, CustomerPage, CustomerView, Problem,
        RefusedReason, ReviewPage, ReviewView, SentOtherwisePage, SentOtherwiseView, customer_title, progress_content,
        refresh_seconds, review_title,
    },
    paths,
    provisioning::{ProvisioningError, names_a_field},
    tenants::may_attest,
};

/// Where the credentials of an onboarding stand, if there is a tenant to have any.
async fn status_of(
    visit: &Visit,
    operator: &Operator,
    onboarding: &Onboarding,
) -> Result<Option<CredentialsStatus>, PortalError> {
    if onboarding.state == OnboardingState::Created {
        Ok(visit.state.credentials.status(operator, &onboarding.id).await?)
    } else {
        Ok(None)
    }
}

/// One onboarding: how far it is, then the tenant's page. No secret is on it.
pub async fn show(SignedIn { visit, operator }: SignedIn, Id(id): Id) -> Response {
    match customer_view(&visit, operator, &id).await {
        Ok(view) => {
            let refresh_seconds = refresh_seconds(&view.onboarding);
            let sending = Sending { scripts: Some(Script::Pages), refresh_seconds, ..Sending::default() };
            let title = visit.say(|| customer_title(&view));
            visit.page(&title, sending, move || view! { <CustomerPage view/> })
        }
        Err(error) => visit.failure(error),
    }
}

async fn customer_view(visit: &Visit, viewer: Operator, id: &OnboardingId) -> Result<CustomerView, PortalError> {
    let state = &visit.state;
    let (onboarding, events) = tokio::try_join!(state.journal.find(&viewer, id), state.journal.events(&viewer, id))?;
    let credentials = status_of(visit, &viewer, &onboarding).await?;
    let hand_over = state.credentials.hand_over_of(&viewer, id).await?;
    let stored = state.journal.last_evidence(&viewer, id).await?;
    let evidence = stored.and_then(|stored| Some((stored.at, serde_json::from_str(&stored.found).ok()?)));
    let sent = state.journal.sent(&onboarding).await?;
    let tenants = &state.tenants;
    let (agreements, passwords) = if onboarding.state == OnboardingState::Created {
        tokio::try_join!(tenants.agreement_acts(&onboarding), tenants.password_acts(&onboarding))?
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(CustomerView {
        sent,
        live: tenants.known(&onboarding),
        agreements,
        may_attest: tenants.has_agreements() && may_attest(&viewer),
        passwords,
        may_set_password: tenants.may_set_password(&viewer, &onboarding),
        may_open: may_claim(&viewer, &onboarding.owner, hand_over.as_ref()),
        hand_over,
        onboarding,
        events,
        evidence,
        credentials,
        viewer,
        token: state.ambient.token(),
        sign_in_address: state.config.cloud.customer_sign_in().to_owned(),
        partner_center: state.config.partner_center_url.to_string(),
        now: state.ambient.now(),
    })
}

/// What a page that follows an onboarding waits for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Follower {
    waits: bool,
}

/// The steps of an onboarding alone. 205: the page has something else to say by now, so that it should be loaded again.
pub async fn progress(visit: Visit, Id(id): Id, Query(follower): Query<Follower>) -> Response {
    // A script that follows a redirect to the sign-in would show that page in place of the steps.
    let Some(operator) = visit.operator.clone() else { return StatusCode::UNAUTHORIZED.into_response() };
    let journal = &visit.state.journal;
    match tokio::try_join!(journal.find(&operator, &id), journal.events(&operator, &id)) {
        Ok((onboarding, _)) if onboarding.state.is_working() != follower.waits => {
            StatusCode::RESET_CONTENT.into_response()
        }
        Ok((onboarding, events)) => {
            let now = visit.state.ambient.now();
            Html(app::render_fragment(visit.language, move || progress_content(&onboarding, &events, now)))
                .into_response()
        }
        Err(error) => StatusCode::from_u16(PortalError::from(error).status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
    }
}

/// Check your answers.
pub async fn review(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    review_page(&visit, &operator, &id, None).await
}

/// The review; 422 if a reason cannot be taken as it is.
pub(super) async fn review_page(
    visit: &Visit,
    operator: &Operator,
    id: &OnboardingId,
    refused: Option<RefusedReason>,
) -> Response {
    let mut review = match visit.state.provisioning.review(operator, id).await {
        Ok(review) => review,
        Err(error) => return instead_of_review(visit, id, error),
    };
    review.rules = review.rules.in_language(visit.language.tag());
    let address_lines = review.customer.formatted_address(&review.rules);
    let needs_approval = match visit.state.provisioning.needs_approval(operator).await {
        Ok(needs_approval) => needs_approval,
        Err(error) => return visit.failure(error),
    };
    let environment = visit.state.config.environment;
    let status = refused.is_some().then_some(StatusCode::UNPROCESSABLE_ENTITY);
    let sending = Sending { status, has_errors: status.is_some(), ..Sending::default() };
    let view = ReviewView {
        review,
        address_lines,
        environment,
        needs_approval,
        is_resellers_own: operator.reseller().is_some(),
        refused,
    };
    visit.page(visit.say(|| review_title(needs_approval)), sending, move || view! { <ReviewPage view/> })
}

/// The review's approval.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Approval {
    payload_hash: String,
}

/// Commits the intent and starts to send it; a second click, a reload or Back leads to the same onboarding.
pub async fn create(
    Onboarder(SignedIn { visit, operator }): Onboarder,
    Id(id): Id,
    PlainForm(approval): PlainForm<Approval>,
) -> Response {
    match visit.state.provisioning.create(&operator, &id, &approval.payload_hash).await {
        Ok(()) => see_other(&paths::customer(&id)),
        Err(ProvisioningError::SentOtherwise(sent)) => sent_otherwise(&visit, &sent, Vec::new()),
        Err(error) => instead_of_review(&visit, &id, error),
    }
}

/// 422: the same key with another content. What came too late is kept on the page.
pub(super) fn sent_otherwise(visit: &Visit, sent: &Onboarding, answers: Vec<(String, String)>) -> Response {
    let view = SentOtherwiseView {
        sent: OnboardingRow::new(sent),
        answers,
        draft: visit.state.ambient.uuid_v7().into(),
        now: visit.state.ambient.now(),
    };
    let sending = Sending { status: Some(StatusCode::UNPROCESSABLE_ENTITY), ..Sending::default() };
    visit.page(t!(in visit.language; pages.changes_not_used), sending, move || view! { <SentOtherwisePage view/> })
}

/// Where the review's answer is another page than was asked for.
pub(super) fn instead_of_review(visit: &Visit, id: &OnboardingId, error: ProvisioningError) -> Response {
    match error {
        ProvisioningError::AlreadySent => see_other(&paths::customer(id)),
        // What is wrong is said at the form, which checks it again.
        ProvisioningError::Invalid(_) => see_other(&paths::draft_with_errors(id)),
        ProvisioningError::ChangedSinceReview => see_other(&paths::review(id)),
        ProvisioningError::CapReached(cap) => enough_for_today(visit, id, cap),
        error => visit.failure(error),
    }
}

/// 429 until midnight; somebody may be making tenants that nobody wants.
pub(super) fn enough_for_today(visit: &Visit, id: &OnboardingId, cap: CapReached) -> Response {
    tracing::error!(cap = cap.word(), onboarding.id = %id, "as many customers were created today as may be");
    measure::too_often("daily");
    let mut response = visit.problem(Problem::EnoughForToday);
    let wait = seconds_to_midnight(visit.state.ambient.now());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// Asks Microsoft again about an onboarding whose outcome is not known.
pub async fn resume(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    match visit.state.provisioning.resume(&operator, &id).await {
        // Somebody else has asked already: the page shows how far that is.
        Ok(()) | Err(ProvisioningError::AlreadySent) => see_other(&paths::customer(&id)),
        Err(error) => visit.failure(error),
    }
}

/// Takes the answers of a refused onboarding into a new draft.
pub async fn copy(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    let ended = match visit.state.journal.find(&operator, &id).await {
        Ok(ended) => ended,
        Err(error) => return visit.failure(error),
    };
    match visit.state.provisioning.copy_to_draft(&operator, &id).await {
        // What Microsoft did not accept is said there, at the field.
        Ok(draft) if names_a_field(&ended) => see_other(&paths::draft_with_errors(&draft)),
        Ok(draft) => see_other(&paths::draft(&draft)),
        Err(error) => visit.failure(error),
    }
}

/// What the plain form of the credentials sends.
#[derive(Deserialize)]
pub struct Claim {
    #[serde(default)]
    token: String,
}

/// Shows the credentials, without script: in this answer and nowhere else.
pub async fn claim(
    Onboarder(SignedIn { visit, operator }): Onboarder,
    session: Session,
    Id(id): Id,
    PlainForm(claim): PlainForm<Claim>,
) -> Response {
    let state = &visit.state;
    let onboarding = match state.journal.find(&operator, &id).await {
        Ok(onboarding) => onboarding,
        Err(error) => return visit.failure(error),
    };
    let Some(browser) = state.sessions.browser_session_key(&session).await else {
        return visit.failure(PortalError::Unauthenticated);
    };
    let token = SecretString::from(claim.token);
    let now = state.ambient.now();
    let mut response = match state.credentials.claim(&operator, &browser, &id, &token, Replay::Never).await {
        Ok(credential) => {
            let view = CredentialsView {
                id,
                company_name: onboarding.company_name,
                credential,
                sign_in_address: state.config.cloud.customer_sign_in().to_owned(),
                now,
            };
            visit.page(
                t!(in visit.language; pages.admin_credentials),
                Sending { bare: true, ..Sending::default() },
                move || view! { <CredentialsPage view/> },
            )
        }
        Err(CredentialsError::Gone(status)) => {
            let company_name = onboarding.company_name;
            let view = AlreadyOpenedView { id, company_name, status: *status, viewer: operator, now };
            let sending = Sending { status: Some(StatusCode::CONFLICT), ..Sending::default() };
            visit.page(
                t!(in visit.language; pages.already_opened),
                sending,
                move || view! { <AlreadyOpenedPage view/> },
            )
        }
        Err(error) => visit.failure(error),
    };
    headers::secret(response.headers_mut());
    response
}

/// "I have stored it", without script.
pub async fn stored(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    match visit.state.credentials.confirm(&operator, &id).await {
        // Confirming late changes nothing; the page says how it stands.
        Ok(()) | Err(CredentialsError::Gone(_)) => see_other(&paths::customer(&id)),
        Err(error) => visit.failure(error),
    }
}
