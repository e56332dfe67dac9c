//! The Microsoft Customer Agreement of a tenant: what is on record, and the form that records an acceptance.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{act::act_said, support::support_part};
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        field::{Control, ErrorSummary, FieldError, TextField, described_by, field_class},
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        time::{Ago, date},
    },
    domain::{
        AcceptanceError, AcceptanceErrors, AcceptanceField, AcceptanceForm, AcceptanceProblem, ActId, CountryRules,
        Field, words,
    },
    i18n::{rich, t},
    journal::Onboarding,
    partner_center::{AgreementTemplate, RecordedAgreement},
    paths,
    tenants::{Act, ActState, Hindrance, LiveTenant},
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AgreementView {
    /// The onboarding of the tenant.
    pub onboarding: Onboarding,
    /// What was recorded from here, or was to be; newest first.
    pub acts: Vec<Act>,
    /// What Partner Center has on record.
    pub live: Option<LiveTenant>,
    /// What is to be accepted; `None`: Microsoft could not be asked.
    pub template: Option<AgreementTemplate>,
    /// Under which id the form is sent.
    pub act: ActId,
    /// What was typed.
    pub form: AcceptanceForm,
    /// What is wrong with it.
    pub errors: AcceptanceErrors,
    /// Another acceptance is under way, so that this one was not sent.
    pub is_busy: bool,
    /// The last day that can be given.
    pub today: Date,
    /// Address of Partner Center's API, for its support.
    pub partner_center: String,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The page.
#[component]
pub fn AgreementPage(
    /// What it shows.
    view: AgreementView,
) -> impl IntoView {
    let company_name = view.onboarding.company_name.clone();
    let id = view.onboarding.id.clone();
    let errors = view.errors.iter().map(|error| (error.field.name(), error_words(error))).collect();
    let outcome = view.acts.first().filter(|_| view.errors.is_empty()).map(|act| outcome(&view, act));
    let busy = view.is_busy.then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title=t!(agreement.this_was_not_sent)>
                <p>
                    {t!(agreement.another_acceptance_is_under_way)}
                </p>
            </Notice>
        }
    });
    let record = on_record(&view);
    view! {
        <div class="page page--form">
            <ErrorSummary errors/>
            <a class="back" href=paths::customer(&id)>
                {rich!(agreement.back_to, company_name = company_name.clone())}
            </a>
            <h1 class="page__title">{rich!(agreement.microsoft_customer_agreement_of, company_name = company_name)}</h1>
            {busy}
            {outcome}
            {record}
            {form(view)}
        </div>
    }
}

/// What is wrong with an answer, beside it and in the summary.
fn error_words(error: &AcceptanceError) -> String {
    let field = match error.field {
        AcceptanceField::FirstName => Field::FirstName,
        AcceptanceField::LastName => Field::LastName,
        AcceptanceField::Phone => Field::Phone,
        AcceptanceField::Email | AcceptanceField::AcceptedOn | AcceptanceField::Attested => Field::Email,
    };
    match &error.problem {
        AcceptanceProblem::Text(problem) => words::message(field, problem, &CountryRules::before_choice()),
        AcceptanceProblem::NoDate => t!(agreement.no_date).to_owned(),
        AcceptanceProblem::NotADate => t!(agreement.not_a_date).to_owned(),
        AcceptanceProblem::InTheFuture { today } => t!(agreement.in_the_future, today = today.to_string()),
        AcceptanceProblem::NotAttested => t!(agreement.not_attested).to_owned(),
    }
}

fn day_in_words(day: Date) -> String {
    day.to_zoned(jiff::tz::TimeZone::UTC).map_or_else(|_| day.to_string(), |day| date(day.timestamp()))
}

/// What became of the last act.
fn outcome(view: &AgreementView, act: &Act) -> AnyView {
    let who = act.agreement().map(|content| {
        let acceptance = content.acceptance;
        format!("{} {}, {}", acceptance.first_name(), acceptance.last_name(), acceptance.accepted_on())
    });
    let who = who.unwrap_or_default();
    let (at, now, check) =
        (act.ended_at.unwrap_or(act.begun_at), view.now, paths::agreement_check(&view.onboarding.id));
    let (act_id, ids) = (act.id.to_string(), support_part(act, &view.onboarding, &view.partner_center));
    let when = view! { <Ago at now/> };
    match act.state {
        ActState::Done => {
            let before = act.failure.as_ref().is_some_and(|failure| failure.hindrance == Hindrance::RecordedBefore);
            let title = if before {
                t!(agreement.microsoft_had_this_acceptance_already)
            } else {
                t!(agreement.recorded_at_microsoft)
            };
            let by = act.actor_name.clone();
            view! {
                <Notice kind=NoticeKind::Good title>
                    <p>{rich!(agreement.recorded_by, who = who, by = by, when = when)}</p>
                </Notice>
            }
            .into_any()
        }
        ActState::Sending => view! {
            <Notice kind=NoticeKind::Info title=t!(agreement.microsoft_is_being_asked)>
                <p>{rich!(agreement.this_page_looks_again_by, who = who)}</p>
            </Notice>
        }
        .into_any(),
        ActState::Refused => {
            let said = act_said(act, &view.onboarding);
            view! {
                <Notice kind=NoticeKind::Bad title=t!(agreement.the_acceptance_was_not_recorded)>
                    {said}
                    {ids}
                </Notice>
            }
            .into_any()
        }
        ActState::Unknown => view! {
            <Notice kind=NoticeKind::Warning title=t!(agreement.we_do_not_know_if)>
                <p>
                    {rich!(agreement.microsofts_answer_was_lost_the, who = who, when = when)}
                </p>
                <form class="actions" method="post" action=check>
                    <input type="hidden" name="act" value=act_id/>
                    <button class="button" type="submit">
                        <Icon name=IconName::Refresh/>
                        {t!(agreement.check_with_microsoft)}
                    </button>
                </form>
                {ids}
            </Notice>
        }
        .into_any(),
    }
}

/// What Partner Center has.
fn on_record(view: &AgreementView) -> AnyView {
    let live = view.live.as_ref();
    let signed = live.is_some_and(|live| matches!(live.signed_by_customer, Ok(true)));
    let recorded = live.and_then(|live| live.agreements.as_ref().ok());
    let (tone, label) = match recorded {
        _ if signed => (Tone::Good, t!(agreement.accepted)),
        Some(recorded) if !recorded.is_empty() => (Tone::Good, t!(agreement.accepted)),
        Some(_) => (Tone::Warning, t!(agreement.nothing_on_record)),
        None => (Tone::Neutral, t!(agreement.could_not_ask_microsoft)),
    };
    let rows = recorded.map(|recorded| recorded.iter().map(row).collect_view());
    let asked = live.map(|live| (live.asked_at, view.now));
    let asked =
        asked.map(|(at, now)| view! { <p class="soft">{rich!(agreement.asked, when = view! { <Ago at now/> })}</p> });
    let words = match recorded {
        None => Some(t!(agreement.what_partner_center_has_on)),
        Some(recorded) if recorded.is_empty() && !signed => Some(t!(agreement.nobody_has_recorded_an_acceptance)),
        Some(_) => None,
    };
    view! {
        <section class="card">
            <div class="card__header">
                <h2 class="card__title">{t!(agreement.on_record_at_microsoft)}</h2>
                <Badge tone label/>
            </div>
            {signed.then(|| view! { <p>{t!(agreement.the_customer_has_accepted_in)}</p> })}
            {words.map(|words| view! { <p>{words}</p> })}
            <ul class="list">{rows}</ul>
            {asked}
        </section>
    }
    .into_any()
}

fn row(recorded: &RecordedAgreement) -> impl IntoView + use<> {
    let RecordedAgreement { first_name, last_name, email, accepted_on, .. } = recorded.clone();
    let name = [first_name, last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let day = accepted_on.map(|day| t!(agreement.accepted_on, day = day_in_words(day)));
    let parts = [Some(name), email, day].into_iter().flatten().filter(|part| !part.is_empty());
    view! { <li class="break">{parts.collect::<Vec<_>>().join(", ")}</li> }
}

fn form(view: AgreementView) -> AnyView {
    let id = &view.onboarding.id;
    let error = |field: AcceptanceField| view.errors.get(field).map(error_words);
    let about = what_is_accepted(&view);
    let AcceptanceForm { first_name, last_name, email, phone, accepted_on, attested } = view.form;
    let name = |autocomplete| Control { autocomplete, ..Control::TEXT };
    view! {
        <form class="card" method="post" action=paths::agreement(id) novalidate>
            <h2 class="card__title">{t!(agreement.record_an_acceptance)}</h2>
            <p class="soft">
                {t!(agreement.you_attest_it_in_your)}
            </p>
            {about}
            <input type="hidden" name="act" value=view.act.to_string()/>
            <div class="row">
                <TextField
                    name="first_name"
                    label=t!(agreement.given_name)
                    value=first_name
                    error=error(AcceptanceField::FirstName)
                    control=name("given-name")
                />
                <TextField
                    name="last_name"
                    label=t!(agreement.family_name)
                    value=last_name
                    error=error(AcceptanceField::LastName)
                    control=name("family-name")
                />
            </div>
            <TextField
                name="email"
                label=t!(agreement.email_address)
                hint=Some(t!(agreement.of_the_person_at_the))
                value=email
                error=error(AcceptanceField::Email)
                control=Control { kind: "email", ..name("email") }
            />
            <TextField
                name="phone"
                label=t!(agreement.phone_number)
                optional=true
                hint=None
                value=phone
                error=error(AcceptanceField::Phone)
                control=Control { kind: "tel", ..name("tel") }
            />
            <TextField
                name="accepted_on"
                label=t!(agreement.day_of_the_acceptance)
                hint=Some(t!(agreement.today_or_earlier_by_the))
                value=accepted_on
                error=error(AcceptanceField::AcceptedOn)
                control=Control { kind: "date", autocomplete: "off", class: "input input--short" }
                max=Some(view.today.to_string())
            />
            {attestation(attested == "on", error(AcceptanceField::Attested))}
            <div class="actions">
                <button class="button" type="submit">
                    {t!(agreement.record_the_acceptance)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn what_is_accepted(view: &AgreementView) -> AnyView {
    let Some(template) = &view.template else {
        return view! {
            <Notice kind=NoticeKind::Warning title=t!(agreement.microsoft_does_not_answer_just)>
                <p>{t!(agreement.what_is_to_be_accepted)}</p>
            </Notice>
        }
        .into_any();
    };
    // A link of Microsoft's own making, unless it is something else than a link.
    let link = template.link.clone().filter(|link| link.starts_with("https://"));
    view! {
        <p>
            {link
                .map(|link| {
                    view! {
                        <a href=link rel="noreferrer">
                            {t!(agreement.about_the_agreement)}
                        </a>
                        " · "
                    }
                })}
            <a href=paths::agreement_document(&view.onboarding.id) rel="noreferrer">
                {t!(agreement.its_text_for_the_customers)}
            </a>
        </p>
    }
    .into_any()
}

fn attestation(is_ticked: bool, error: Option<String>) -> AnyView {
    let described_by = described_by("attested", false, error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = field_class(error.is_some());
    view! {
        <div class=class>
            {error.map(|error| view! { <FieldError name="attested" error/> })}
            <div class="choice">
                <input
                    id="attested"
                    type="checkbox"
                    name="attested"
                    value="on"
                    checked=is_ticked
                    aria-describedby=described_by
                    aria-invalid=invalid
                />
                <label for="attested">{t!(agreement.i_confirm_that_this_person)}</label>
            </div>
        </div>
    }
    .into_any()
}
