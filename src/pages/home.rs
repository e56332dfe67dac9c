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
    i18n::{rich, t},
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
                <h1 class="page__title">{t!(home.home)}</h1>
                {may_onboard.then(onboard_button)}
            </div>
            {nothing.then(|| empty(may_onboard))}
            {first_to_expire.map(|at| expires_soon(at, now))}
            {group(t!(home.needs_attention), None, attention, now, paths::customer)}
            {group(t!(home.passwords_nobody_has_opened_yet), Some(t!(home.show_the_password)), unopened, now, paths::customer)}
            {hand_overs(handed_over, &operator, now)}
            {group(t!(home.waits_for_your_approval), Some(t!(home.look_at_it)), to_approve, now, paths::approval)}
            {group(t!(home.waits_for_the_providers_approval), Some(t!(home.look_at_it)), awaiting, now, paths::customer)}
            {group(t!(home.in_progress), None, running, now, paths::customer)}
            {group(t!(home.ended_without_a_tenant), None, ended, now, paths::customer)}
            {drafts_group(drafts, now)}
        </div>
    }
}

/// A password that nobody has opened goes unless somebody acts.
fn expires_soon(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! {
        <Notice kind=NoticeKind::Warning title=t!(home.a_password_is_erased_soon)>
            <p>{rich!(home.nobody_has_opened_it_yet, relative = relative(at, now), at = view! { <Exactly at/> })}</p>
        </Notice>
    }
}

/// The start of everything.
pub(super) fn onboard_button() -> impl IntoView {
    view! {
        <a class="button" href=paths::NEW_CUSTOMER>
            <Icon name=IconName::Plus/>
            {t!(home.onboard_a_customer)}
        </a>
    }
}

fn empty(may_onboard: bool) -> impl IntoView {
    let words =
        if may_onboard { t!(home.drafts_onboardings_on_their_way) } else { t!(home.your_role_looks_at_customers) };
    view! {
        <div class="empty">
            <h2>{t!(home.nothing_waits_for_you)}</h2>
            <p>{words}</p>
            <p>
                <a href=paths::CUSTOMERS>{t!(home.see_all_customers)}</a>
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
    let items = rows
        .into_iter()
        .map(|row| item(&row, action.unwrap_or_else(|| row.next.words()), now, address(&row.id), None))
        .collect_view();
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
    let one = |row: OnboardingRow| {
        item(&row, row.next.words(), now, paths::draft(&row.id), Some(paths::draft_delete(&row.id)))
    };
    let items = rows.into_iter().map(one).collect_view();
    (count > 0).then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">{rich!(home.drafts_2, count = view! { <span class="count">{count}</span> })}</h2>
                <ul class="waiting">{items}</ul>
                <p class="soft">{rich!(home.a_draft_that_nobody_touches, days_kept = days_kept())}</p>
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
                <h2 class="card__title">{rich!(home.passwords_handed_over, count = view! { <span class="count">{count}</span> })}</h2>
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
                t!(home.from_waits_for_you_or, by_name = hand_over.by_name)
            } else {
                t!(home.waits_for, to_name = hand_over.to_name)
            };
            let words = view! { {rich!(home.since_erased_on, whom = whom, at = view! { <Exactly at=hand_over.at/> }, at_2 = view! { <Exactly at=*expires_at/> })} };
            (Tone::Warning, t!(home.not_opened_yet), words.into_any())
        }
        CredentialsStatus::Claimed { by_name, at, .. }
        | CredentialsStatus::Unconfirmed { by_name, at, .. }
        | CredentialsStatus::Confirmed { by_name, at, .. } => {
            let is_stored = matches!(status, CredentialsStatus::Confirmed { .. });
            let (tone, label) =
                if is_stored { (Tone::Good, t!(home.stored)) } else { (Tone::Warning, t!(home.opened_not_confirmed)) };
            let words = view! { {rich!(home.opened_by, to_name = hand_over.to_name, by_name = by_name.clone(), at = view! { <Exactly at=*at/> })} };
            (tone, label, words.into_any())
        }
        CredentialsStatus::Expired { .. } | CredentialsStatus::Missing => {
            (Tone::Bad, t!(home.erased), view! { {hand_over.to_name} }.into_any())
        }
    };
    let opens = is_for_viewer && matches!(status, CredentialsStatus::Sealed { .. });
    let action = if opens { t!(home.show_the_password) } else { t!(home.see_it) };
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
                {t!(home.delete)} <span class="visually-hidden">": " {name.clone()}</span>
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
