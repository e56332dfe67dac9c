//! `/customers/new`: the form, and what its buttons do.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    customers::sent_otherwise,
    form::PlainForm,
    resellers::refused_list,
    visit::{Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    domain::{
        CustomerOf, DomainQuestion, Field, FieldErrors, NewCustomerForm, OnboardingId, Operator,
        Problem as DomainProblem, ResellerChoice,
    },
    error::PortalError,
    islands::{DOMAINS, RELATIONSHIP, USE_DOMAIN},
    journal::{Onboarding, OnboardingState},
    pages::{NewCustomerPage, NewCustomerView, Problem, RefusedBefore, ResellerPick},
    paths,
    provisioning::ProvisioningError,
    refusals::{self, Asked, Names, Row},
};

/// The query of the form's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    draft: Option<OnboardingId>,
    reseller: Option<String>,
    /// `yes`: show what is wrong with the draft at once.
    check: Option<String>,
}

/// What a button of the form sends.
#[derive(Debug, Deserialize)]
pub struct Submitted {
    #[serde(flatten)]
    form: NewCustomerForm,
    #[serde(default)]
    draft: String,
    #[serde(default)]
    intent: String,
}

/// What a button of the form is for.
#[derive(Clone, Copy)]
enum Intent<'a> {
    Continue,
    Save,
    /// Shows the fields of another country.
    Country,
    Search,
    /// Uses this domain.
    UseDomain(&'a str),
    /// Suggests domains, from this round on.
    Domains(u32),
    /// Asks for a relationship instead.
    Relationship,
}

impl<'a> Intent<'a> {
    fn of(button: &'a str) -> Self {
        match button {
            "save" => Self::Save,
            "country" => Self::Country,
            "search" => Self::Search,
            RELATIONSHIP => Self::Relationship,
            _ => {
                let round = button.strip_prefix(DOMAINS).and_then(|round| round.parse().ok()).map(Self::Domains);
                let domain = button.strip_prefix(USE_DOMAIN).map(Self::UseDomain);
                round.or(domain).unwrap_or(Self::Continue)
            }
        }
    }

    fn shows(self) -> ShownFor {
        match self {
            Self::Search => ShownFor::Search,
            Self::UseDomain(_) => ShownFor::Domain,
            Self::Domains(round) => ShownFor::Domains(round),
            Self::Continue | Self::Save | Self::Country | Self::Relationship => ShownFor::Filling,
        }
    }
}

/// The empty form, or the one that a draft has kept.
pub async fn show(Onboarder(SignedIn { visit, operator }): Onboarder, Query(wanted): Query<Wanted>) -> Response {
    let Some(id) = wanted.draft else {
        let id = OnboardingId::from(visit.state.ambient.uuid_v7());
        let form = NewCustomerForm {
            customer_of: "reseller".into(),
            reseller_id: wanted.reseller.unwrap_or_default(),
            gdap: "on".into(),
            ..NewCustomerForm::default()
        };
        return form_page(&visit, &operator, id, form, FieldErrors::default(), ShownFor::Filling).await;
    };
    match visit.state.journal.find(&operator, &id).await {
        Ok(onboarding) if onboarding.state == OnboardingState::Draft => {
            let (errors, shown_for) = match wanted.check.as_deref() {
                // What cannot be checked just now is checked again before anything is sent.
                Some("yes") => {
                    let problems = visit.state.provisioning.problems(&operator, &id, &onboarding.form).await;
                    let refused = refused_field(&visit, &operator, &onboarding).await;
                    let problems = problems.unwrap_or_default();
                    (problems.iter().chain(refused.iter()).cloned().collect(), ShownFor::Check)
                }
                _ => (refused_field(&visit, &operator, &onboarding).await, ShownFor::Filling),
            };
            form_page(&visit, &operator, id, onboarding.form, errors, shown_for).await
        }
        Ok(_) => see_other(&paths::customer(&id)),
        Err(error) => visit.failure(error),
    }
}

/// What Microsoft did not accept of the answers that this draft began with, as long as they are the same.
async fn refused_field(visit: &Visit, operator: &Operator, draft: &Onboarding) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let Some(former) = former(visit, operator, draft).await else { return errors };
    let Some((field, problem)) = refusal_of(&former).and_then(|(row, named)| row.field_error(named)) else {
        return errors;
    };
    let rules = match former.form.country.parse() {
        Ok(country) => visit.state.provisioning.country_rules(operator, &country).await,
        Err(_) => return errors,
    };
    // Where the country's form has no such field, the notice above the form has to do.
    if rules.shows(field) && typed(&former.form, field) == typed(&draft.form, field) {
        errors.push(field, problem);
    }
    errors
}

/// The onboarding whose answers this draft began with.
async fn former(visit: &Visit, operator: &Operator, draft: &Onboarding) -> Option<Onboarding> {
    visit.state.journal.find(operator, draft.copy_of.as_ref()?).await.ok()
}

/// What it was refused for, and the field that Microsoft named.
fn refusal_of(former: &Onboarding) -> Option<(&'static Row, Option<Field>)> {
    let failure = former.failure.as_ref()?;
    let status = failure.status.filter(|status| (400..500).contains(status))?;
    Some((refusals::explain(Asked::Create, Some(status), failure.code.as_deref()), failure.field))
}

/// What was typed into a field.
fn typed(form: &NewCustomerForm, field: Field) -> Option<String> {
    let name = if field == Field::Reseller { "reseller_id" } else { field.name() };
    answers(form).into_iter().find(|(known, _)| known == name).map(|(_, text)| text)
}

/// Stores what was typed, then does what the button says. Whoever has no session any more keeps what was typed, too:
/// it is parked, and comes back after signing in.
pub async fn submit(visit: Visit, PlainForm(submitted): PlainForm<Submitted>) -> Response {
    let Some(operator) = visit.operator.clone() else { return park(&visit, &submitted.form).await };
    if !operator.may_onboard() {
        return visit.problem(Problem::Forbidden);
    }
    let Ok(id) = submitted.draft.parse::<OnboardingId>() else { return visit.problem(Problem::Unprocessable) };
    let mut form = submitted.form;
    let intent = Intent::of(&submitted.intent);
    if let Intent::UseDomain(prefix) = &intent {
        (*prefix).clone_into(&mut form.domain);
    }
    let stored = match intent {
        Intent::Continue => visit.state.provisioning.check(&operator, &id, &form).await,
        _ => visit.state.provisioning.save_draft(&operator, &id, &form).await,
    };
    match (stored, intent) {
        (Ok(()), Intent::Save) => see_other(paths::HOME),
        (Ok(()), Intent::Relationship) => see_other(&paths::relationship(&id)),
        (Ok(()), Intent::Continue) => see_other(&paths::review(&id)),
        (Ok(()), intent) => form_page(&visit, &operator, id, form, FieldErrors::default(), intent.shows()).await,
        (Err(ProvisioningError::Invalid(errors)), _) => {
            let shown_for = if matches!(errors.get(Field::Domain), Some(DomainProblem::Taken | DomainProblem::Held)) {
                ShownFor::Domains(0)
            } else if form.reseller_id.is_empty() {
                ShownFor::Search
            } else {
                ShownFor::Filling
            };
            form_page(&visit, &operator, id, form, errors, shown_for).await
        }
        // Back and resubmit after the customer was sent: there is one onboarding, and this is its page.
        (Err(ProvisioningError::AlreadySent), _) => see_other(&paths::customer(&id)),
        // The same key with another content: one of them was sent, and it is not this one.
        (Err(ProvisioningError::SentOtherwise(sent)), _) => sent_otherwise(&visit, &sent, answers(&form)),
        // Microsoft's token has ended though the session has not; the draft is stored.
        (Err(ProvisioningError::SignInAgain), _) => see_other(&paths::sign_in(&paths::draft(&id), Some("ended"))),
        (Err(error), _) => visit.failure(error),
    }
}

/// What the sentences about a refusal name.
fn names(onboarding: &Onboarding) -> Names<'_> {
    Names {
        country: &onboarding.form.country,
        reseller: onboarding.reseller_name.as_deref(),
        domain: &onboarding.domain,
    }
}

/// What was typed, by the names of the form.
fn answers(form: &NewCustomerForm) -> Vec<(String, String)> {
    let fields = serde_json::to_value(form).ok().and_then(|fields| fields.as_object().cloned()).unwrap_or_default();
    let typed = |value: serde_json::Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    fields.into_iter().filter_map(|(name, value)| Some((name, typed(value)?))).collect()
}

async fn park(visit: &Visit, form: &NewCustomerForm) -> Response {
    let parked = match serde_json::to_string(form) {
        Ok(text) => visit.state.sessions.park_form(&text).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match parked {
        Ok(key) => see_other(&paths::sign_in_resume(&key)),
        Err(error) => {
            tracing::error!(%error, "a form without a session could not be parked");
            visit.failure(PortalError::Unavailable)
        }
    }
}

/// Why the form's page is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShownFor {
    /// To be filled in.
    Filling,
    /// With resellers to choose from.
    Search,
    /// For what is wrong with a draft.
    Check,
    /// With whether the domain is free.
    Domain,
    /// With other domains, from this round on.
    Domains(u32),
}

/// The form's page with everything around it; 422 if something is wrong.
async fn form_page(
    visit: &Visit,
    operator: &Operator,
    draft: OnboardingId,
    form: NewCustomerForm,
    errors: FieldErrors,
    shown_for: ShownFor,
) -> Response {
    let search = shown_for == ShownFor::Search;
    let provisioning = &visit.state.provisioning;
    let country = form.country.parse().ok();
    let rules = async {
        match &country {
            Some(country) => Some(provisioning.country_rules(operator, country).await),
            None => None,
        }
    };
    let domain_round = if let ShownFor::Domains(round) = shown_for { round } else { 0 };
    let domain = async {
        let question = DomainQuestion {
            // To ask for suggestions is not to ask about what is typed.
            prefix: if matches!(shown_for, ShownFor::Domains(_)) && errors.is_empty() {
                String::new()
            } else {
                form.domain.clone()
            },
            company_name: form.company_name.clone(),
            email: form.email.clone(),
            country: form.country.clone(),
            draft: draft.to_string(),
            round: domain_round,
        };
        let wanted = matches!(shown_for, ShownFor::Domain | ShownFor::Domains(_));
        if wanted { Some(provisioning.domain_answer(operator, &question).await) } else { None }
    };
    let (rules, seller, domain_answer) = tokio::join!(rules, seller(visit, operator, &form), domain);
    let seller = match seller {
        Ok(seller) => seller,
        Err(error) => return visit.failure(error),
    };
    let is_resellers_own = operator.reseller().is_some();
    let found = if search && !is_resellers_own && form.customer_of() != Some(CustomerOf::Direct) {
        provisioning.search_resellers(operator, &form.reseller_search).await.ok()
    } else {
        None
    };
    let sending = Sending {
        status: (!errors.is_empty()).then_some(StatusCode::UNPROCESSABLE_ENTITY),
        title_prefix: (!errors.is_empty()).then_some("Error: "),
        scripts: true,
        ..Sending::default()
    };
    // A draft that is one again because somebody wants something changed says so until it is sent.
    let stored = visit.state.journal.find(operator, &draft).await.ok();
    let former = match &stored {
        Some(stored) => former(visit, operator, stored).await,
        None => None,
    };
    let refused = former.as_ref().and_then(|former| {
        let (row, _) = refusal_of(former)?;
        Some(RefusedBefore {
            id: former.id.clone(),
            what: row.what(names(former)),
            mover: row.mover,
            advice: row.advice(names(former)),
        })
    });
    let view = NewCustomerView {
        refused,
        list_refused: seller.list_refused,
        sent_back: stored.and_then(|stored| stored.sent_back),
        draft,
        form,
        errors,
        rules,
        resellers: found.map(|(matches, total)| ResellerPick { matches, total }),
        domain_answer,
        domain_round,
        chosen_reseller: seller.chosen,
        is_resellers_own,
        not_connected: seller.not_connected,
        may_create_direct: operator.may_create_direct(),
        served: visit.state.config.countries.clone(),
        shows_errors: shown_for == ShownFor::Check,
        domain_suffix: visit.state.config.cloud.domain_suffix(),
        upstream_down: seller.upstream_down,
    };
    visit.page("Onboard a customer", sending, move || view! { <NewCustomerPage props=view/> }).into_response()
}

/// For whom the customer is to be, as far as it is settled.
#[derive(Default)]
struct Seller {
    chosen: Option<ResellerChoice>,
    /// The list could not be asked for.
    upstream_down: bool,
    /// Why Microsoft does not show it, if it says so.
    list_refused: Option<&'static Row>,
    /// The provider has no account for the onboardings of resellers.
    not_connected: bool,
}

async fn seller(visit: &Visit, operator: &Operator, form: &NewCustomerForm) -> Result<Seller, ProvisioningError> {
    let provisioning = &visit.state.provisioning;
    if operator.reseller().is_some() {
        let (own, can_create) = tokio::join!(provisioning.own_reseller(operator), provisioning.can_create(operator));
        return Ok(Seller { chosen: own?, not_connected: !can_create, ..Seller::default() });
    }
    match provisioning.resellers(operator).await {
        Ok(resellers) => Ok(Seller { chosen: chosen(form, &resellers), ..Seller::default() }),
        Err(ProvisioningError::SignInAgain) => Err(ProvisioningError::SignInAgain),
        Err(error) => Ok(Seller { upstream_down: true, list_refused: refused_list(&error), ..Seller::default() }),
    }
}

fn chosen(form: &NewCustomerForm, resellers: &[ResellerChoice]) -> Option<ResellerChoice> {
    resellers.iter().find(|reseller| reseller.id.as_str() == form.reseller_id).cloned()
}
