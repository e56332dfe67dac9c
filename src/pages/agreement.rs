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
        time::Ago,
    },
    domain::{AcceptanceErrors, AcceptanceField, AcceptanceForm, ActId},
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
    let errors = view.errors.iter().map(|error| (error.field.name(), error.message())).collect();
    let outcome = view.acts.first().filter(|_| view.errors.is_empty()).map(|act| outcome(&view, act));
    let busy = view.is_busy.then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title="This was not sent">
                <p>
                    "Another acceptance is under way, or was sent from the same form. What you typed is still here: look at what is on record, then send it again."
                </p>
            </Notice>
        }
    });
    let record = on_record(&view);
    view! {
        <div class="page page--form">
            <ErrorSummary errors/>
            <a class="back" href=paths::customer(&id)>
                "Back to " {company_name.clone()}
            </a>
            <h1 class="page__title">"Microsoft Customer Agreement of " {company_name}</h1>
            {busy}
            {outcome}
            {record}
            {form(view)}
        </div>
    }
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
            let title = if before { "Microsoft had this acceptance already" } else { "Recorded at Microsoft" };
            let by = act.actor_name.clone();
            view! {
                <Notice kind=NoticeKind::Good title>
                    <p>{who} ". Recorded by " {by} ", " {when} "."</p>
                </Notice>
            }
            .into_any()
        }
        ActState::Sending => view! {
            <Notice kind=NoticeKind::Info title="Microsoft is being asked">
                <p>{who} ". This page looks again by itself."</p>
            </Notice>
        }
        .into_any(),
        ActState::Refused => {
            let said = act_said(act, &view.onboarding);
            view! {
                <Notice kind=NoticeKind::Bad title="The acceptance was not recorded">
                    {said}
                    {ids}
                </Notice>
            }
            .into_any()
        }
        ActState::Unknown => view! {
            <Notice kind=NoticeKind::Warning title="We do not know if the acceptance was recorded">
                <p>
                    {who} ". Microsoft's answer was lost, " {when}
                    ". The portal can look at what Microsoft has on record, and repeats the same request only if it is not there."
                </p>
                <form class="actions" method="post" action=check>
                    <input type="hidden" name="act" value=act_id/>
                    <button class="button" type="submit">
                        <Icon name=IconName::Refresh/>
                        "Check with Microsoft"
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
        _ if signed => (Tone::Good, "Accepted"),
        Some(recorded) if !recorded.is_empty() => (Tone::Good, "Accepted"),
        Some(_) => (Tone::Warning, "Nothing on record"),
        None => (Tone::Neutral, "Could not ask Microsoft"),
    };
    let rows = recorded.map(|recorded| recorded.iter().map(row).collect_view());
    let asked = live.map(|live| (live.asked_at, view.now));
    let asked = asked.map(|(at, now)| view! { <p class="soft">"Asked " <Ago at now/> "."</p> });
    let words = match recorded {
        None => {
            Some("What Partner Center has on record could not be looked up. This says nothing about the agreement.")
        }
        Some(recorded) if recorded.is_empty() && !signed => {
            Some("Nobody has recorded an acceptance yet. Nothing can be ordered for this customer without one.")
        }
        Some(_) => None,
    };
    view! {
        <section class="card">
            <div class="card__header">
                <h2 class="card__title">"On record at Microsoft"</h2>
                <Badge tone label/>
            </div>
            {signed.then(|| view! { <p>"The customer has accepted in the Microsoft 365 admin center."</p> })}
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
    let day = accepted_on.map(|day| format!("accepted on {}", day.strftime("%-d %B %Y")));
    let parts = [Some(name), email, day].into_iter().flatten().filter(|part| !part.is_empty());
    view! { <li class="break">{parts.collect::<Vec<_>>().join(", ")}</li> }
}

fn form(view: AgreementView) -> AnyView {
    let id = &view.onboarding.id;
    let error = |field: AcceptanceField| view.errors.get(field).map(crate::domain::AcceptanceError::message);
    let about = what_is_accepted(&view);
    let AcceptanceForm { first_name, last_name, email, phone, accepted_on, attested } = view.form;
    let name = |autocomplete| Control { autocomplete, ..Control::TEXT };
    view! {
        <form class="card" method="post" action=paths::agreement(id) novalidate>
            <h2 class="card__title">"Record an acceptance"</h2>
            <p class="soft">
                "You attest it in your own name. Microsoft keeps who has accepted and when; the same person is recorded once."
            </p>
            {about}
            <input type="hidden" name="act" value=view.act.to_string()/>
            <div class="row">
                <TextField
                    name="first_name"
                    label="Given name"
                    value=first_name
                    error=error(AcceptanceField::FirstName)
                    control=name("given-name")
                />
                <TextField
                    name="last_name"
                    label="Family name"
                    value=last_name
                    error=error(AcceptanceField::LastName)
                    control=name("family-name")
                />
            </div>
            <TextField
                name="email"
                label="Email address"
                hint=Some("Of the person at the customer who has accepted")
                value=email
                error=error(AcceptanceField::Email)
                control=Control { kind: "email", ..name("email") }
            />
            <TextField
                name="phone"
                label="Phone number"
                optional=true
                hint=None
                value=phone
                error=error(AcceptanceField::Phone)
                control=Control { kind: "tel", ..name("tel") }
            />
            <TextField
                name="accepted_on"
                label="Day of the acceptance"
                hint=Some("Today or earlier, by the calendar of UTC")
                value=accepted_on
                error=error(AcceptanceField::AcceptedOn)
                control=Control { kind: "date", autocomplete: "off", class: "input input--short" }
                max=Some(view.today.to_string())
            />
            {attestation(attested == "on", error(AcceptanceField::Attested))}
            <div class="actions">
                <button class="button" type="submit">
                    "Record the acceptance"
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn what_is_accepted(view: &AgreementView) -> AnyView {
    let Some(template) = &view.template else {
        return view! {
            <Notice kind=NoticeKind::Warning title="Microsoft does not answer just now">
                <p>"What is to be accepted could not be looked up. You can fill in the form; it is looked up again when you send it."</p>
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
                            "About the agreement"
                        </a>
                        ", "
                    }
                })}
            <a href=paths::agreement_document(&view.onboarding.id) rel="noreferrer">
                "its text for the customer's country"
            </a>
            "."
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
                <label for="attested">"I confirm that this person has accepted the agreement for the customer, on this day"</label>
            </div>
        </div>
    }
    .into_any()
}
