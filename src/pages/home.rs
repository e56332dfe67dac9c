//! What waits for the operator.

use leptos::prelude::*;

use super::draft::days_kept;
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        domain_name::domain_name,
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        onboarding::{OnboardingRow, StateBadge, name_or_placeholder},
        time::{Ago, Exactly, relative},
    },
    credentials::{CredentialsStatus, HandOverNotice},
    domain::Operator,
    paths,
};

/// What the home page shows: the operator's own, each list newest first.
#[derive(Clone, Debug)]
pub struct HomeView {
    /// Who is signed in.
    pub operator: Operator,
    /// The person has to act; also a tenant under another reseller, or one whose password nobody has.
    pub attention: Vec<OnboardingRow>,
    /// Created, and nobody has opened the credentials yet.
    pub unopened: Vec<OnboardingRow>,
    /// A reseller's, which the person may approve, the longest waiting first.
    pub to_approve: Vec<OnboardingRow>,
    /// Passwords that were handed over: to the person's reseller, or by the person.
    pub handed_over: Vec<HandOverNotice>,
    /// The person's own, which somebody of the provider has to approve.
    pub awaiting: Vec<OnboardingRow>,
    /// The portal is at work.
    pub running: Vec<OnboardingRow>,
    /// Ended lately without a tenant.
    pub ended: Vec<OnboardingRow>,
    /// Being filled in.
    pub drafts: Vec<OnboardingRow>,
    /// When the first unopened password is erased, if that is soon.
    pub first_to_expire: Option<Timestamp>,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The home page.
#[component]
pub fn HomePage(
    /// What it shows.
    view: HomeView,
) -> impl IntoView {
    let HomeView {
        operator,
        attention,
        unopened,
        to_approve,
        handed_over,
        awaiting,
        running,
        ended,
        drafts,
        first_to_expire,
        now,
    } = view;
    let may_onboard = operator.may_onboard();
    let lists = [&attention, &unopened, &to_approve, &awaiting, &running, &ended, &drafts];
    let nothing = handed_over.is_empty() && lists.iter().all(|rows| rows.is_empty());
    view! {
        <div class="page">
            <div class="page__header">
                <h1 class="page__title">"Home"</h1>
                {may_onboard.then(onboard_button)}
            </div>
            {nothing.then(|| empty(may_onboard))}
            {first_to_expire.map(|at| expires_soon(at, now))}
            {group("Needs attention", None, attention, now, paths::customer)}
            {group("Passwords nobody has opened yet", Some("Show the password"), unopened, now, paths::customer)}
            {hand_overs(handed_over, &operator, now)}
            {group("Waits for your approval", Some("Look at it"), to_approve, now, paths::approval)}
            {group("Waits for the provider's approval", Some("Look at it"), awaiting, now, paths::customer)}
            {group("In progress", None, running, now, paths::customer)}
            {group("Ended without a tenant", None, ended, now, paths::customer)}
            {drafts_group(drafts, now)}
        </div>
    }
}

/// A password that nobody has opened goes unless somebody acts.
fn expires_soon(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! {
        <Notice kind=NoticeKind::Warning title="A password is erased soon">
            <p>"Nobody has opened it yet. The portal erases it " {relative(at, now)} ", on " <Exactly at/> "; after that it can only be set anew."</p>
        </Notice>
    }
}

/// The start of everything.
pub(super) fn onboard_button() -> impl IntoView {
    view! {
        <a class="button" href=paths::NEW_CUSTOMER>
            <Icon name=IconName::Plus/>
            "Onboard a customer"
        </a>
    }
}

fn empty(may_onboard: bool) -> impl IntoView {
    let words = if may_onboard {
        "Drafts, onboardings on their way and passwords that nobody has opened will be listed here."
    } else {
        "Your role looks at customers that others have created. All of them are in the list of customers."
    };
    view! {
        <div class="empty">
            <h2>"Nothing waits for you"</h2>
            <p>{words}</p>
            <p>
                <a href=paths::CUSTOMERS>"See all customers"</a>
            </p>
        </div>
    }
}

/// One list under its heading, or nothing if it is empty. Without an `action` for all of them each row has its own.
fn group(
    title: &'static str,
    action: Option<&'static str>,
    rows: Vec<OnboardingRow>,
    now: Timestamp,
    address: fn(&crate::domain::OnboardingId) -> String,
) -> Option<impl IntoView> {
    let count = rows.len();
    let items =
        rows.into_iter().map(|row| item(&row, action.unwrap_or(row.next), now, address(&row.id), None)).collect_view();
    (count > 0).then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">{title} " " <span class="count">{count}</span></h2>
                <ul class="waiting">{items}</ul>
            </section>
        }
    })
}

/// What is being filled in; it does not stay for ever.
fn drafts_group(rows: Vec<OnboardingRow>, now: Timestamp) -> Option<impl IntoView> {
    let count = rows.len();
    let one = |row: OnboardingRow| item(&row, row.next, now, paths::draft(&row.id), Some(paths::draft_delete(&row.id)));
    let items = rows.into_iter().map(one).collect_view();
    (count > 0).then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">"Drafts" " " <span class="count">{count}</span></h2>
                <ul class="waiting">{items}</ul>
                <p class="soft">"A draft that nobody touches for " {days_kept()} " days is deleted."</p>
            </section>
        }
    })
}

/// What was handed over: to open it, to be reminded of it, or who has opened it.
fn hand_overs(notices: Vec<HandOverNotice>, viewer: &Operator, now: Timestamp) -> Option<impl IntoView + use<>> {
    let count = notices.len();
    let items = notices.into_iter().map(|notice| hand_over(notice, viewer, now)).collect_view();
    (count > 0).then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">"Passwords handed over" " " <span class="count">{count}</span></h2>
                <ul class="waiting">{items}</ul>
            </section>
        }
    })
}

fn hand_over(notice: HandOverNotice, viewer: &Operator, now: Timestamp) -> impl IntoView + use<> {
    let HandOverNotice { id, company_name, domain, hand_over, status } = notice;
    let name = name_or_placeholder(&company_name);
    let is_for_viewer = viewer.reseller().is_some_and(|reseller| reseller.id == hand_over.to);
    let (tone, label, words) = match &status {
        CredentialsStatus::Sealed { expires_at } => {
            let whom = if is_for_viewer {
                format!("From {}, waits for you or a colleague", hand_over.by_name)
            } else {
                format!("Waits for {}", hand_over.to_name)
            };
            let words = view! { {whom} " since " <Exactly at=hand_over.at/> ", erased on " <Exactly at=*expires_at/> };
            (Tone::Warning, "Not opened yet", words.into_any())
        }
        CredentialsStatus::Claimed { by_name, at, .. }
        | CredentialsStatus::Unconfirmed { by_name, at, .. }
        | CredentialsStatus::Confirmed { by_name, at, .. } => {
            let is_stored = matches!(status, CredentialsStatus::Confirmed { .. });
            let (tone, label) =
                if is_stored { (Tone::Good, "Stored") } else { (Tone::Warning, "Opened, not confirmed") };
            let words = view! { {hand_over.to_name} ": opened by " {by_name.clone()} ", " <Exactly at=*at/> };
            (tone, label, words.into_any())
        }
        CredentialsStatus::Expired { .. } | CredentialsStatus::Missing => {
            (Tone::Bad, "Erased", view! { {hand_over.to_name} }.into_any())
        }
    };
    let opens = is_for_viewer && matches!(status, CredentialsStatus::Sealed { .. });
    let action = if opens { "Show the password" } else { "See it" };
    let address = paths::customer(&id);
    view! {
        <li class="waiting__item">
            <div class="waiting__what">
                <a class="waiting__name" href=address.clone()>
                    {name.clone()}
                </a>
                <span class="waiting__note">{words} ", " {domain_name(&domain)}</span>
            </div>
            <Badge tone label/>
            <span class="waiting__when">
                <Ago in_row=true at=hand_over.at now/>
            </span>
            <a class="button button--secondary" href=address>
                {action} <span class="visually-hidden">": " {name}</span>
            </a>
        </li>
    }
}

fn item(
    row: &OnboardingRow,
    action: &'static str,
    now: Timestamp,
    address: String,
    delete: Option<String>,
) -> impl IntoView + use<> {
    let name = row.name();
    let delete = delete.map(|address| {
        view! {
            <a class="waiting__delete" href=address>
                "Delete" <span class="visually-hidden">": " {name.clone()}</span>
            </a>
        }
    });
    view! {
        <li class="waiting__item">
            <div class="waiting__what">
                <a class="waiting__name" href=paths::customer(&row.id)>
                    {name.clone()}
                </a>
                <span class="waiting__note">
                    {row.sold_through.words()}
                    {(!row.domain.is_empty())
                        .then(|| {
                            view! {
                                ", "
                                {domain_name(&row.domain)}
                            }
                        })}
                </span>
                {delete}
            </div>
            <StateBadge state=row.state/>
            <span class="waiting__when">
                <Ago in_row=true at=row.changed_at now/>
            </span>
            <a class="button button--secondary" href=address>
                {action} <span class="visually-hidden">": " {name}</span>
            </a>
        </li>
    }
}
