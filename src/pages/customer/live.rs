//! A created tenant beside what Partner Center says of it: the checklist, and the comparison.
//!
//! Both are a fragment of their own. With script it is fetched once the page is there; without, a link leads to a page
//! with the same in it. A line is ticked by what was really seen, and says so where nothing can be seen from here.

use leptos::prelude::*;

use super::checklist::checklist;
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        time::{Exactly, relative},
    },
    credentials::CredentialsStatus,
    domain::OnboardingId,
    i18n::{rich, t},
    islands::{FetchLive, LIVE_ID},
    journal::{Onboarding, Payload},
    paths,
    tenants::{Act, Compared, Finding, LiveTenant, NotTold, Subject, compare},
};

/// What there is to say of a created tenant: ours, and what was told lately. No secret is in it.
#[derive(Clone, Debug)]
pub struct LiveView {
    /// The onboarding.
    pub onboarding: Onboarding,
    /// What was sent; `None` if the record cannot be read.
    pub sent: Option<Payload>,
    /// Where the credentials stand.
    pub credentials: Option<CredentialsStatus>,
    /// Acceptances of the customer agreement that were recorded from here, newest first.
    pub agreements: Vec<Act>,
    /// Whether the viewer may record one.
    pub may_attest: bool,
    /// What Partner Center said; `None`: nobody has asked lately.
    pub live: Option<LiveTenant>,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// From this age on the page asks anew by itself; the server decides whether Microsoft is asked.
const FETCHED_AFTER_SECONDS: i64 = 60;

/// The part of the tenant's page, and what fetches it.
pub(super) fn live_part(view: LiveView) -> impl IntoView {
    let id = view.onboarding.id.clone();
    // A customer that was not to be seen, or could not be asked about, is soon worth another question.
    let is_fresh = view.live.as_ref().is_some_and(|live| {
        live.customer.is_ok() && view.now.duration_since(live.asked_at).as_secs() < FETCHED_AFTER_SECONDS
    });
    let fetch = (!is_fresh).then(|| view! { <FetchLive id/> });
    view! {
        <div id=LIVE_ID class="stack stack--cards">
            {live_content(view)}
        </div>
        {fetch}
    }
}

/// What is fetched.
pub fn live_content(view: LiveView) -> AnyView {
    let compared = match (&view.sent, &view.live) {
        (Some(sent), Some(live)) => compare(&view.onboarding, sent, live),
        _ => Vec::new(),
    };
    let checklist = checklist(&view, &compared);
    view! {
        {checklist}
        {comparison_card(view, compared)}
    }
    .into_any()
}

fn comparison_card(view: LiveView, compared: Vec<Compared>) -> AnyView {
    let LiveView { onboarding, live, now, .. } = view;
    let badge = live.as_ref().map(|live| summary_badge(live, &compared));
    let body = match live {
        None => view! {
            <p>{t!(customer.partner_center_was_not_asked)}</p>
            <div class="actions">{ask(&onboarding.id, false, t!(customer.ask_partner_center))}</div>
        }
        .into_any(),
        Some(live) => told(&onboarding.id, now, &live, compared),
    };
    view! {
        <section class="card">
            <div class="card__header">
                <h2 class="card__title">{t!(customer.beside_partner_center)}</h2>
                {badge}
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// One word for all of it.
fn summary_badge(live: &LiveTenant, compared: &[Compared]) -> AnyView {
    let differs = compared.iter().any(|line| line.finding == Finding::Differs);
    let (tone, label) = match &live.customer {
        Err(NotTold::NotFound) => (Tone::Warning, t!(customer.not_to_be_seen_there)),
        Err(_) => (Tone::Neutral, t!(customer.could_not_ask_microsoft)),
        Ok(_) if differs => (Tone::Bad, t!(customer.differs)),
        Ok(_) => (Tone::Good, t!(customer.the_same)),
    };
    view! { <Badge tone label/> }.into_any()
}

fn told(id: &OnboardingId, now: Timestamp, live: &LiveTenant, compared: Vec<Compared>) -> AnyView {
    let asked_at = live.asked_at;
    let hindrance = live.customer.as_ref().err().map(|why| not_told(*why, id));
    let table = (live.customer.is_ok() && !compared.is_empty()).then(|| table(compared));
    view! {
        {hindrance}
        {table}
        <div class="card__foot">
            <span class="soft">{rich!(customer.asked_on, relative = relative(asked_at, now), at = view! { <Exactly at=asked_at/> })}</span>
            {ask(id, true, t!(customer.ask_again))}
        </div>
    }
    .into_any()
}

fn ask(id: &OnboardingId, again: bool, label: &'static str) -> impl IntoView + use<> {
    view! {
        <a class="button button--secondary" href=paths::partner_center(id, again)>
            <Icon name=IconName::Refresh/>
            {label}
        </a>
    }
}

/// Why there is nothing to compare, and whose move it is.
fn not_told(why: NotTold, id: &OnboardingId) -> AnyView {
    let (kind, title, words) = match why {
        NotTold::SignInAgain => {
            (NoticeKind::Warning, t!(customer.microsoft_could_not_be_asked), t!(customer.this_says_nothing_about_the))
        }
        NotTold::NoRole => {
            (NoticeKind::Info, t!(customer.microsoft_could_not_be_asked_in), t!(customer.you_have_no_role_in))
        }
        NotTold::Unreachable => (
            NoticeKind::Warning,
            t!(customer.microsoft_could_not_be_asked_no),
            t!(customer.partner_center_did_not_answer),
        ),
        NotTold::NotOffered => {
            (NoticeKind::Info, t!(customer.this_cloud_does_not_tell), t!(customer.microsoft_does_not_offer_this))
        }
        NotTold::NotFound => {
            (NoticeKind::Warning, t!(customer.partner_center_does_not_show), t!(customer.a_new_customer_can_take))
        }
    };
    let sign_in = (why == NotTold::SignInAgain).then(|| {
        let address = paths::sign_in(&paths::customer(id), None);
        view! {
            <div class="actions">
                <a class="button" href=address>
                    {t!(customer.sign_in_again)}
                </a>
            </div>
        }
    });
    view! {
        <Notice kind title>
            <p>{words}</p>
            {sign_in}
        </Notice>
    }
    .into_any()
}

fn table(compared: Vec<Compared>) -> impl IntoView {
    let rows = compared.into_iter().map(row).collect_view();
    view! {
        <table class="table table--compare" role="table">
            <caption class="visually-hidden">{t!(customer.what_was_sent_and_what)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">
                        {t!(customer.what)}
                    </th>
                    <th role="columnheader" scope="col">
                        {t!(customer.sent_from_here)}
                    </th>
                    <th role="columnheader" scope="col">
                        {t!(customer.partner_center)}
                    </th>
                    <th role="columnheader" scope="col">
                        {t!(customer.finding)}
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn row(Compared { subject, ours, theirs, finding }: Compared) -> impl IntoView {
    let nothing = || view! { <span class="soft">{t!(customer.nothing)}</span> }.into_any();
    let (tone, label) = match finding {
        Finding::Same => (Tone::Good, t!(customer.same)),
        Finding::Differs => (Tone::Bad, t!(customer.differs)),
        Finding::Missing => (Tone::Neutral, t!(customer.not_told)),
        Finding::NotAsked(_) => (Tone::Neutral, t!(customer.could_not_ask)),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                {subject_words(subject)}
            </th>
            <td role="cell" data-label=t!(customer.sent_from_here)>
                <span class="break">{ours.map_or_else(nothing, IntoAny::into_any)}</span>
            </td>
            <td role="cell" data-label=t!(customer.partner_center)>
                <span class="break">{theirs.map_or_else(nothing, IntoAny::into_any)}</span>
            </td>
            <td role="cell" data-label=t!(customer.finding)>
                <Badge tone label/>
            </td>
        </tr>
    }
}

fn subject_words(subject: Subject) -> &'static str {
    match subject {
        Subject::CompanyName => t!(customer.registered_name),
        Subject::Domain => t!(customer.microsoft_domain),
        Subject::Reseller => t!(customer.indirect_reseller),
        Subject::Contact => t!(customer.main_contact),
        Subject::Email => t!(customer.email_address),
        Subject::Phone => t!(customer.phone_number),
        Subject::Address => t!(customer.address),
        Subject::Culture => t!(customer.format_of_invoices),
        Subject::Language => t!(customer.language),
    }
}

/// The fragment as a page of its own, for whoever has no script.
#[component]
pub fn LivePage(
    /// What it shows.
    view: LiveView,
) -> impl IntoView {
    let back = paths::customer(&view.onboarding.id);
    let company_name = view.onboarding.company_name.clone();
    view! {
        <div class="page">
            <a class="back" href=back>
                {rich!(customer.back_to, company_name = company_name.clone())}
            </a>
            <h1 class="page__title">{rich!(customer.beside_partner_center_2, company_name = company_name)}</h1>
            <div class="stack stack--cards">{live_content(view)}</div>
        </div>
    }
}
