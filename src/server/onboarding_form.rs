//! `/customers/new`: the form, and what its buttons do.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    customers::sent_otherwise,
    form::PlainForm,
    resellers::refused_list,
    visit::{Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    clock::Timestamp,
    components::shell::Script,
    domain::{
        CountryCode, CountryRules, CustomerOf, DomainQuestion, Field, FieldErrors, NewCustomerForm, OnboardingId,
        Operator, Problem as DomainProblem, ResellerChoice, UsualChoices,
    },
    error::PortalError,
    i18n::{speaking_through, t},
    islands::{DOMAINS, RELATIONSHIP, USE_DOMAIN},
    journal::{DraftVersion, Onboarding, OnboardingState, Window},
    pages::{Keeping, NewCustomerPage, NewCustomerView, Problem, RefusedBefore, ResellerPick, Said},
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

/// What the form sends: by one of its buttons, or while it is typed. It waits like this for whoever has to sign in
/// first.
#[derive(Debug, Deserialize, Serialize)]
pub struct Submitted {
    #[serde(flatten)]
    pub(super) form: NewCustomerForm,
    #[serde(default)]
    pub(super) draft: String,
    #[serde(default)]
    intent: String,
    /// The page that sends it, as [`Window`] has it; and which save of that page it is.
    #[serde(default)]
    page: String,
    #[serde(default)]
    save: String,
    /// The version of the draft that the page was made of.
    #[serde(default)]
    version: String,
    /// Name of the field that the person was in last.
    #[serde(default)]
    at: String,
}

impl Submitted {
    /// From which page it comes.
    pub(super) fn window(&self) -> Window<'_> {
        let number = |text: &str| text.parse().unwrap_or(0);
        Window { page: &self.page, save: number(&self.save), version: number(&self.version) }
    }

    /// The field that the person was in last.
    pub(super) fn at(&self) -> Option<Field> {
        Field::from_name(&self.at)
    }
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
    /// Goes on here after signing in.
    SignIn,
    /// Stores it although another window has changed it.
    Replace,
}

impl<'a> Intent<'a> {
    fn of(button: &'a str) -> Self {
        match button {
            "save" => Self::Save,
            "country" => Self::Country,
            "search" => Self::Search,
            RELATIONSHIP => Self::Relationship,
            "sign-in" => Self::SignIn,
            "replace" => Self::Replace,
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
            Self::Continue | Self::Save | Self::Country | Self::Relationship | Self::SignIn | Self::Replace => {
                ShownFor::Filling
            }
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
        return form_page(&visit, &operator, id, form, Showing { is_new: true, ..Showing::default() }).await;
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
            let version = Some(onboarding.draft_version());
            let showing = Showing { errors, version, shown_for, ..Showing::default() };
            form_page(&visit, &operator, id, onboarding.form, showing).await
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
    let Some(operator) = visit.operator.clone() else { return park(&visit, &submitted).await };
    if !operator.may_onboard() {
        return visit.problem(Problem::Forbidden);
    }
    let Ok(named) = submitted.draft.parse::<OnboardingId>() else { return visit.problem(Problem::Unprocessable) };
    let id = match visit.state.provisioning.place_of_draft(&operator, &named).await {
        Ok(id) => id,
        Err(error) => return visit.failure(error),
    };
    let at = submitted.at();
    let intent = submitted.intent.clone();
    let intent = Intent::of(&intent);
    let mut submitted = submitted;
    if let Intent::UseDomain(prefix) = intent {
        prefix.clone_into(&mut submitted.form.domain);
    }
    // Whoever was told that another window has changed the draft may say that this one counts.
    let window = if matches!(intent, Intent::Replace) { Window::default() } else { submitted.window() };
    let form = &submitted.form;
    let provisioning = &visit.state.provisioning;
    let version = match provisioning.save_draft_from(&operator, &id, form, window).await {
        Ok(version) => version,
        Err(error) => return instead_of_storing(&visit, &operator, id, submitted, error).await,
    };
    let showing = Showing { version: Some(version), shown_for: intent.shows(), ..Showing::default() };
    match intent {
        Intent::Save => see_other(paths::HOME),
        Intent::SignIn | Intent::Replace => see_other(&paths::draft_at(&id, at)),
        Intent::Relationship => see_other(&paths::relationship(&id)),
        Intent::Country | Intent::Search | Intent::UseDomain(_) | Intent::Domains(_) => {
            form_page(&visit, &operator, id, submitted.form, showing).await
        }
        Intent::Continue => match provisioning.problems_before_review(&operator, &id, form).await {
            Ok(errors) if errors.is_empty() => see_other(&paths::review(&id)),
            Ok(errors) => {
                let is_taken = matches!(errors.get(Field::Domain), Some(DomainProblem::Taken | DomainProblem::Held));
                let shown_for = match form.reseller_id.as_str() {
                    _ if is_taken => ShownFor::Domains(0),
                    "" => ShownFor::Search,
                    _ => ShownFor::Filling,
                };
                let showing = Showing { errors, shown_for, ..showing };
                form_page(&visit, &operator, id, submitted.form, showing).await
            }
            Err(error) => instead_of_storing(&visit, &operator, id, submitted, error).await,
        },
    }
}

/// Where the person goes on when the draft could not be stored, or not be checked.
async fn instead_of_storing(
    visit: &Visit,
    operator: &Operator,
    id: OnboardingId,
    submitted: Submitted,
    error: ProvisioningError,
) -> Response {
    match error {
        // Back and resubmit after the customer was sent: there is one onboarding, and this is its page.
        ProvisioningError::AlreadySent => see_other(&paths::customer(&id)),
        // The same key with another content: one of them was sent, and it is not this one.
        ProvisioningError::SentOtherwise(sent) => sent_otherwise(visit, &sent, answers(&submitted.form)),
        // Two windows: which of them counts is the person's to say, and nothing is lost until then.
        ProvisioningError::ChangedElsewhere(at) => {
            let version = visit.state.journal.find(operator, &id).await.ok().map(|draft| draft.draft_version());
            let showing = Showing { version, changed_elsewhere: Some(at), ..Showing::default() };
            form_page(visit, operator, id, submitted.form, showing).await
        }
        // Microsoft's token has ended though the session has not; the draft is stored.
        ProvisioningError::SignInAgain => {
            see_other(&paths::sign_in(&paths::draft_at(&id, submitted.at()), Some("ended")))
        }
        error => visit.failure(error),
    }
}

/// The same in the words of the page's language.
fn refused_before(visit: &Visit, former: &Onboarding) -> Option<RefusedBefore> {
    let (row, _) = refusal_of(former)?;
    let said = visit.say(|| Said::of(row, names(former)));
    Some(RefusedBefore { id: former.id.clone(), said, mover: row.mover })
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

async fn park(visit: &Visit, submitted: &Submitted) -> Response {
    let parked = match serde_json::to_string(submitted) {
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

/// What the form's page shows besides what was typed.
#[derive(Default)]
struct Showing {
    /// Whether nothing can be stored of it yet.
    is_new: bool,
    errors: FieldErrors,
    /// The stored draft that it is made of; `None`: there is none yet.
    version: Option<DraftVersion>,
    /// When another window has stored the draft; what is on this page is not stored.
    changed_elsewhere: Option<Timestamp>,
    shown_for: ShownFor,
}

/// Why the form's page is shown.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum ShownFor {
    /// To be filled in.
    #[default]
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

/// The form's page with everything around it; 422 if something is wrong, 409 if another window was faster.
async fn form_page(
    visit: &Visit,
    operator: &Operator,
    draft: OnboardingId,
    form: NewCustomerForm,
    showing: Showing,
) -> Response {
    let Showing { is_new, errors, version, changed_elsewhere, shown_for } = showing;
    let search = shown_for == ShownFor::Search;
    let usual = if errors.is_empty() && form.country.is_empty() { usual(visit, operator, &form).await } else { None };
    let form = match &usual {
        Some(usual) => NewCustomerForm { country: usual.country.clone(), ..form },
        None => form,
    };
    let provisioning = &visit.state.provisioning;
    let country = form.country.parse::<CountryCode>().ok();
    let rules = country_rules(visit, operator, country.as_ref());
    let domain_round = if let ShownFor::Domains(round) = shown_for { round } else { 0 };
    let domain = Box::pin(async {
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
        if wanted {
            Some(speaking_through(visit.language, provisioning.domain_answer(operator, &question)).await)
        } else {
            None
        }
    });
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
    let status = match (errors.is_empty(), changed_elsewhere) {
        (true, None) => None,
        (true, Some(_)) => Some(StatusCode::CONFLICT),
        (false, _) => Some(StatusCode::UNPROCESSABLE_ENTITY),
    };
    let same_page = version.map(|_| paths::draft(&draft));
    let sending = Sending {
        status,
        has_errors: status.is_some(),
        scripts: Some(Script::Form),
        same_page,
        compressed: true,
        ..Sending::default()
    };
    // A draft that is one again because somebody wants something changed says so until it is sent.
    let stored = if is_new { None } else { visit.state.journal.find(operator, &draft).await.ok() };
    let former = match &stored {
        Some(stored) => former(visit, operator, stored).await,
        None => None,
    };
    let refused = former.as_ref().and_then(|former| refused_before(visit, former));
    let now = visit.state.ambient.now();
    let keeping = Keeping {
        page: visit.state.ambient.token(),
        version: version.map_or(0, DraftVersion::number),
        saved_at: stored.as_ref().filter(|_| version.is_some()).map(|stored| stored.changed_at),
        changed_elsewhere,
        now,
    };
    let view = NewCustomerView {
        refused,
        list_refused: seller.list_refused,
        sent_back: stored.and_then(|stored| stored.sent_back),
        keeping,
        draft,
        form,
        errors,
        rules,
        resellers: found.map(|(matches, total)| ResellerPick { matches, total }),
        domain_answer,
        domain_round,
        chosen_reseller: seller.chosen,
        usual,
        is_resellers_own,
        not_connected: seller.not_connected,
        may_create_direct: operator.may_create_direct(),
        served: visit.state.config.countries.clone(),
        shows_errors: shown_for == ShownFor::Check,
        domain_suffix: visit.state.config.cloud.domain_suffix(),
        upstream_down: seller.upstream_down,
    };
    visit
        .page(t!(in visit.language; pages.onboard_a_customer), sending, move || view! { <NewCustomerPage props=view/> })
        .into_response()
}

/// What a country wants, in the language of the page.
async fn country_rules(visit: &Visit, operator: &Operator, country: Option<&CountryCode>) -> Option<CountryRules> {
    let rules = visit.state.provisioning.country_rules(operator, country?).await;
    Some(rules.in_language(visit.language.tag()))
}

/// What the last customer of the chosen reseller had: where the form begins if nobody has said anything else. Without an
/// answer it begins empty.
async fn usual(visit: &Visit, operator: &Operator, form: &NewCustomerForm) -> Option<UsualChoices> {
    let chosen = || form.reseller_id.parse().ok().filter(|_| form.customer_of() == Some(CustomerOf::Reseller));
    let reseller = operator.reseller().map(|own| own.id.clone()).or_else(chosen)?;
    match visit.state.journal.usual_choices(operator, &reseller).await {
        Ok(usual) => usual,
        Err(error) => {
            tracing::warn!(%error, "what was chosen before could not be read");
            None
        }
    }
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
