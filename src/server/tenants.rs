//! A created tenant: beside Partner Center, its customer agreement, a new first password.

use std::time::Duration;

use axum::{
    extract::Query,
    response::{Html, IntoResponse, Response},
};
use http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;
use tokio::time::timeout;

use super::{
    form::PlainForm,
    visit::{Id, Sending, SignedIn, Visit, see_other},
};
use crate::{
    app, clock,
    credentials::CredentialsError,
    domain::{AcceptanceErrors, AcceptanceForm, ActId, FieldErrors, OnboardingId, Operator},
    error::PortalError,
    i18n::t,
    journal::{Onboarding, OnboardingState},
    pages::{
        AgreementPage, AgreementView, LivePage, LiveView, NewPasswordPage, NewPasswordView, Problem, live_content,
    },
    paths,
    tenants::{Act, ActState, AgreementContent, ReasonProblem, TenantError, may_attest},
};

/// How long the agreement's page waits for what Microsoft says.
const PATIENCE: Duration = Duration::from_secs(6);

/// Seconds after which a page without script looks again, while Microsoft is being asked.
const LOOKS_AGAIN: u32 = 3;

impl From<TenantError> for PortalError {
    fn from(error: TenantError) -> Self {
        match error {
            TenantError::NotCreated | TenantError::UnderWay | TenantError::Settled => Self::Conflict,
            TenantError::Unacceptable(_) | TenantError::Unreasonable(_) | TenantError::SentOtherwise => {
                Self::Invalid(FieldErrors::default())
            }
            TenantError::Forbidden => Self::Forbidden,
            TenantError::SignInAgain => Self::Unauthenticated,
            TenantError::Upstream(_) => Self::Upstream,
            TenantError::Journal(error) => error.into(),
            TenantError::Credentials(error) => error.into(),
            TenantError::NotReady(_) | TenantError::Database(_) | TenantError::Audit(_) => {
                tracing::error!(%error, "the portal's own store, keys or tokens cannot be used");
                Self::Unavailable
            }
        }
    }
}

/// How the live page is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// `yes`: the fragment alone.
    part: String,
    /// `yes`: asked anew.
    again: String,
}

/// What Partner Center says of a tenant: a page, or a part of the tenant's own page.
pub async fn live(visit: Visit, Id(id): Id, Query(wanted): Query<Wanted>) -> Response {
    let is_part = wanted.part == "yes";
    let Some(operator) = visit.operator.clone() else {
        // A script that follows a redirect to the sign-in would show that page in place of the part.
        return if is_part {
            StatusCode::UNAUTHORIZED.into_response()
        } else {
            see_other(&paths::sign_in(&visit.address, None))
        };
    };
    match live_view(&visit, &operator, &id, wanted.again == "yes").await {
        Ok(view) if is_part => Html(app::render_fragment(visit.language, move || live_content(view))).into_response(),
        Ok(view) => visit.page(
            t!(in visit.language; pages.beside_partner_center),
            Sending::default(),
            move || view! { <LivePage view/> },
        ),
        Err(error) if is_part => {
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
        Err(error) => visit.failure(error),
    }
}

async fn live_view(
    visit: &Visit,
    operator: &Operator,
    id: &OnboardingId,
    again: bool,
) -> Result<LiveView, PortalError> {
    let state = &visit.state;
    let onboarding = created(visit, operator, id).await?;
    let sent = state.journal.sent(&onboarding).await?;
    let credentials = state.credentials.status(operator, id).await?;
    let agreements = state.tenants.agreement_acts(&onboarding).await?;
    let live = state.tenants.live(operator, &onboarding, again).await;
    let may_attest = state.tenants.has_agreements() && may_attest(operator);
    Ok(LiveView { onboarding, sent, credentials, agreements, may_attest, live, now: state.ambient.now() })
}

/// An onboarding with a tenant; every other one has no such pages.
async fn created(visit: &Visit, operator: &Operator, id: &OnboardingId) -> Result<Onboarding, PortalError> {
    let onboarding = visit.state.journal.find(operator, id).await?;
    if onboarding.state == OnboardingState::Created { Ok(onboarding) } else { Err(PortalError::NotFound) }
}

/// What the agreement's form sends.
#[derive(Debug, Deserialize)]
pub struct Accepted {
    #[serde(default)]
    act: String,
    #[serde(flatten)]
    form: AcceptanceForm,
}

/// What a page shows besides what is stored.
#[derive(Default)]
struct Shown {
    form: Option<AcceptanceForm>,
    errors: AcceptanceErrors,
    is_busy: bool,
}

fn no_answer() -> TenantError {
    TenantError::Upstream("no answer in time for a page".to_owned())
}

/// What is on record, and the form.
pub async fn agreement(SignedIn { visit, operator }: SignedIn, Id(id): Id) -> Response {
    Box::pin(agreement_page(&visit, &operator, &id, Shown::default())).await
}

/// Records an acceptance.
pub async fn record_agreement(
    SignedIn { visit, operator }: SignedIn,
    Id(id): Id,
    PlainForm(Accepted { act, form }): PlainForm<Accepted>,
) -> Response {
    let Ok(act) = act.parse::<ActId>() else { return visit.problem(Problem::Unprocessable) };
    match visit.state.tenants.record_agreement(&operator, &id, &act, &form).await {
        Ok(()) => see_other(&paths::agreement(&id)),
        Err(TenantError::Unacceptable(errors)) => {
            let shown = Shown { form: Some(form), errors, ..Shown::default() };
            Box::pin(agreement_page(&visit, &operator, &id, shown)).await
        }
        // Another one is under way, or this form was sent with other answers: these become a form of their own.
        Err(TenantError::UnderWay | TenantError::SentOtherwise) => {
            let shown = Shown { form: Some(form), is_busy: true, ..Shown::default() };
            Box::pin(agreement_page(&visit, &operator, &id, shown)).await
        }
        Err(error) => visit.failure(error),
    }
}

/// What the check of an act sends.
#[derive(Debug, Deserialize)]
pub struct Checked {
    #[serde(default)]
    act: String,
}

/// Finds out what became of an acceptance whose answer was lost.
pub async fn check_agreement(
    SignedIn { visit, operator }: SignedIn,
    Id(id): Id,
    PlainForm(checked): PlainForm<Checked>,
) -> Response {
    let Ok(act) = checked.act.parse::<ActId>() else { return visit.problem(Problem::Unprocessable) };
    match visit.state.tenants.check_agreement(&operator, &id, &act).await {
        // Somebody else has found out already, or is at it: the page says how far that is.
        Ok(()) | Err(TenantError::Settled | TenantError::UnderWay) => see_other(&paths::agreement(&id)),
        Err(error) => visit.failure(error),
    }
}

/// Leads to the text of the agreement, whose address Microsoft changes every few minutes.
pub async fn agreement_document(SignedIn { visit, operator }: SignedIn, Id(id): Id) -> Response {
    match visit.state.tenants.agreement_document(&operator, &id).await {
        Ok(address) => see_other(address.as_str()),
        Err(error) => visit.failure(error),
    }
}

/// The page, with what was typed or with what is most likely to be typed.
async fn agreement_page(visit: &Visit, operator: &Operator, id: &OnboardingId, shown: Shown) -> Response {
    let state = &visit.state;
    let onboarding = match created(visit, operator, id).await {
        Ok(onboarding) if may_attest(operator) && state.tenants.has_agreements() => onboarding,
        Ok(_) => return visit.problem(Problem::Forbidden),
        Err(error) => return visit.failure(error),
    };
    let acts = match state.tenants.agreement_acts(&onboarding).await {
        Ok(acts) => acts,
        Err(error) => return visit.failure(error),
    };
    // Whoever wants to fill in a form does not wait for long: it is all asked again when the form is sent.
    let patience = clock::machine_time(PATIENCE);
    let (live, template) = tokio::join!(
        timeout(patience, state.tenants.live(operator, &onboarding, false)),
        timeout(patience, state.tenants.agreement_template(operator))
    );
    let (live, template) = (live.ok().flatten(), template.unwrap_or_else(|_| Err(no_answer())));
    if matches!(template, Err(TenantError::SignInAgain)) {
        return visit.failure(PortalError::Unauthenticated);
    }
    let form = shown.form.unwrap_or_else(|| likely_form(&onboarding, acts.first()));
    let sending = sending(&acts, !shown.errors.is_empty(), shown.is_busy);
    let view = AgreementView {
        onboarding,
        acts,
        live,
        template: template.ok(),
        act: state.ambient.uuid_v7().into(),
        form,
        errors: shown.errors,
        is_busy: shown.is_busy,
        today: state.tenants.today(),
        partner_center: state.config.partner_center_url.to_string(),
        now: state.ambient.now(),
    };
    visit.page(
        t!(in visit.language; pages.microsoft_customer_agreement),
        sending,
        move || view! { <AgreementPage view/> },
    )
}

/// What Microsoft has refused, to be put right; else the main contact, who is the likeliest to have accepted. The
/// attestation is nobody's guess.
fn likely_form(onboarding: &Onboarding, last: Option<&Act>) -> AcceptanceForm {
    let refused = last.filter(|act| act.state == ActState::Refused).and_then(Act::agreement);
    if let Some(AgreementContent { acceptance, .. }) = refused {
        return AcceptanceForm {
            first_name: acceptance.first_name().to_owned(),
            last_name: acceptance.last_name().to_owned(),
            email: acceptance.email().to_owned(),
            phone: acceptance.phone().unwrap_or_default().to_owned(),
            accepted_on: acceptance.accepted_on().to_string(),
            attested: String::new(),
        };
    }
    let form = &onboarding.form;
    AcceptanceForm {
        first_name: form.first_name.clone(),
        last_name: form.last_name.clone(),
        email: form.email.clone(),
        phone: form.phone.clone(),
        ..AcceptanceForm::default()
    }
}

/// How a page with a form is sent: 422 if something is wrong with it, 409 if another one was faster. It looks again by
/// itself while Microsoft is being asked, unless somebody is typing.
fn sending(acts: &[Act], is_wrong: bool, is_busy: bool) -> Sending {
    let is_under_way = acts.first().is_some_and(|act| act.state == ActState::Sending);
    Sending {
        status: match (is_wrong, is_busy) {
            (true, _) => Some(StatusCode::UNPROCESSABLE_ENTITY),
            (false, true) => Some(StatusCode::CONFLICT),
            (false, false) => None,
        },
        has_errors: is_wrong,
        refresh_seconds: (is_under_way && !is_wrong && !is_busy).then_some(LOOKS_AGAIN),
        ..Sending::default()
    }
}

/// What the form of a new password sends.
#[derive(Debug, Deserialize)]
pub struct AskedFor {
    #[serde(default)]
    act: String,
    #[serde(default)]
    reason: String,
}

/// Says what it means and what it needs.
pub async fn new_password(SignedIn { visit, operator }: SignedIn, Id(id): Id) -> Response {
    password_page(&visit, &operator, &id, String::new(), None, false).await
}

/// Sets a new first password.
pub async fn set_password(
    SignedIn { visit, operator }: SignedIn,
    Id(id): Id,
    PlainForm(AskedFor { act, reason }): PlainForm<AskedFor>,
) -> Response {
    let Ok(act) = act.parse::<ActId>() else { return visit.problem(Problem::Unprocessable) };
    match visit.state.tenants.set_password(&operator, &id, &act, &reason).await {
        Ok(()) => see_other(&paths::new_password(&id)),
        Err(TenantError::Unreasonable(problem)) => {
            password_page(&visit, &operator, &id, reason, Some(problem), false).await
        }
        Err(TenantError::UnderWay | TenantError::SentOtherwise) => {
            password_page(&visit, &operator, &id, reason, None, true).await
        }
        // It is not lost (any more): the customer's page says where it is.
        Err(TenantError::Credentials(CredentialsError::Gone(_))) => see_other(&paths::customer(&id)),
        Err(error) => visit.failure(error),
    }
}

/// The confirmation; once the password is set, or while none is lost, the customer's page has more to say.
async fn password_page(
    visit: &Visit,
    operator: &Operator,
    id: &OnboardingId,
    reason: String,
    problem: Option<ReasonProblem>,
    is_busy: bool,
) -> Response {
    let state = &visit.state;
    let onboarding = match created(visit, operator, id).await {
        Ok(onboarding) if state.tenants.may_set_password(operator, &onboarding) => onboarding,
        Ok(_) => return visit.problem(Problem::Forbidden),
        Err(error) => return visit.failure(error),
    };
    let stored = async {
        let status = state.credentials.status(operator, id).await?;
        let sent = state.journal.sent(&onboarding).await?;
        Ok::<_, PortalError>((status, sent, state.tenants.password_acts(&onboarding).await?))
    };
    let (status, sent, acts) = match stored.await {
        Ok(stored) => stored,
        Err(error) => return visit.failure(error),
    };
    if !status.is_some_and(|status| status.is_lost()) {
        return see_other(&paths::customer(id));
    }
    let sending = sending(&acts, problem.is_some(), is_busy);
    let view = NewPasswordView {
        onboarding,
        acts,
        gdap_asked_for: sent.is_some_and(|sent| sent.customer().enable_gdap_by_default()),
        act: state.ambient.uuid_v7().into(),
        reason,
        problem,
        is_busy,
        partner_center: state.config.partner_center_url.to_string(),
        now: state.ambient.now(),
    };
    visit.page(
        t!(in visit.language; pages.set_a_new_first_password),
        sending,
        move || view! { <NewPasswordPage view/> },
    )
}
