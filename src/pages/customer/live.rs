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
            <p>"Partner Center was not asked lately."</p>
            <div class="actions">{ask(&onboarding.id, false, "Ask Partner Center")}</div>
        }
        .into_any(),
        Some(live) => told(&onboarding.id, now, &live, compared),
    };
    view! {
        <section class="card">
            <div class="card__header">
                <h2 class="card__title">"Beside Partner Center"</h2>
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
        Err(NotTold::NotFound) => (Tone::Warning, "Not to be seen there"),
        Err(_) => (Tone::Neutral, "Could not ask Microsoft"),
        Ok(_) if differs => (Tone::Bad, "Differs"),
        Ok(_) => (Tone::Good, "The same"),
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
            <span class="soft">"Asked " {relative(asked_at, now)} ", on " <Exactly at=asked_at/> "."</span>
            {ask(id, true, "Ask again")}
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
        NotTold::SignInAgain => (
            NoticeKind::Warning,
            "Microsoft could not be asked: your sign-in is no longer accepted",
            "This says nothing about the tenant. Sign in again with a second factor, then ask again.",
        ),
        NotTold::NoRole => (
            NoticeKind::Info,
            "Microsoft could not be asked in your name",
            "You have no role in Partner Center that may look at this customer. This says nothing about the tenant; a \
             colleague who has one can look.",
        ),
        NotTold::Unreachable => (
            NoticeKind::Warning,
            "Microsoft could not be asked: no answer",
            "Partner Center did not answer in time, or not in a way that can be read. This says nothing about the tenant.",
        ),
        NotTold::NotOffered => {
            (NoticeKind::Info, "This cloud does not tell", "Microsoft does not offer this in the portal's cloud.")
        }
        NotTold::NotFound => (
            NoticeKind::Warning,
            "Partner Center does not show this customer",
            "A new customer can take some minutes to appear. If it is older, its relationship with the provider may have \
             ended: look in Partner Center.",
        ),
    };
    let sign_in = (why == NotTold::SignInAgain).then(|| {
        let address = paths::sign_in(&paths::customer(id), None);
        view! {
            <div class="actions">
                <a class="button" href=address>
                    "Sign in again"
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
            <caption class="visually-hidden">"What was sent, and what Partner Center says now"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">
                        "What"
                    </th>
                    <th role="columnheader" scope="col">
                        "Sent from here"
                    </th>
                    <th role="columnheader" scope="col">
                        "Partner Center"
                    </th>
                    <th role="columnheader" scope="col">
                        "Finding"
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn row(Compared { subject, ours, theirs, finding }: Compared) -> impl IntoView {
    let nothing = || view! { <span class="soft">"Nothing"</span> }.into_any();
    let (tone, label) = match finding {
        Finding::Same => (Tone::Good, "Same"),
        Finding::Differs => (Tone::Bad, "Differs"),
        Finding::Missing => (Tone::Neutral, "Not told"),
        Finding::NotAsked(_) => (Tone::Neutral, "Could not ask"),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                {subject_words(subject)}
            </th>
            <td role="cell" data-label="Sent from here">
                <span class="break">{ours.map_or_else(nothing, IntoAny::into_any)}</span>
            </td>
            <td role="cell" data-label="Partner Center">
                <span class="break">{theirs.map_or_else(nothing, IntoAny::into_any)}</span>
            </td>
            <td role="cell" data-label="Finding">
                <Badge tone label/>
            </td>
        </tr>
    }
}

fn subject_words(subject: Subject) -> &'static str {
    match subject {
        Subject::CompanyName => "Registered name",
        Subject::Domain => "Microsoft domain",
        Subject::Reseller => "Indirect reseller",
        Subject::Contact => "Main contact",
        Subject::Email => "Email address",
        Subject::Phone => "Phone number",
        Subject::Address => "Address",
        Subject::Culture => "Format of invoices",
        Subject::Language => "Language",
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
                "Back to " {company_name.clone()}
            </a>
            <h1 class="page__title">{company_name} ", beside Partner Center"</h1>
            <div class="stack stack--cards">{live_content(view)}</div>
        </div>
    }
}
