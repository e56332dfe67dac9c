//! The admin credentials as everybody may know of them: whether they wait, who opened them, what to do. Never a secret.

use leptos::prelude::*;

use super::{CustomerView, hand_over};
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        time::{Exactly, exact, relative},
    },
    credentials::CredentialsStatus,
    domain::{OnboardingId, Operator, PersonKey},
    i18n::{area, phrasebook, rich, t},
    islands::CredentialsPanel,
    journal::Onboarding,
    paths,
    tenants::ActState,
};

/// The panel on the customer's page; nothing before there are credentials.
pub(super) fn credentials_panel(view: &CustomerView) -> Option<AnyView> {
    let status = view.credentials.as_ref()?;
    let CredentialsStatus::Sealed { expires_at } = status else {
        let told = credentials_told(&view.onboarding.id, status, &view.viewer, view.now);
        let anew = status.is_lost().then(|| set_anew(view));
        return Some(framed(status, view! { {hand_over::told(view)} {told} {anew} }.into_any()));
    };
    let expiry = expiry(status, *expires_at, view.now);
    Some(if view.may_open {
        to_open(view, status, expiry)
    } else if let Some(waits) = hand_over::waits(view, *expires_at) {
        framed(status, waits)
    } else {
        framed(status, who_may_open(&view.onboarding, &view.viewer, expiry))
    })
}

/// The card around what is to be said.
fn framed(status: &CredentialsStatus, body: AnyView) -> AnyView {
    let (tone, label) = badge(status);
    view! {
        <section class="card">
            <div class="card__header">
                <h2 class="card__title">{t!(customer.admin_credentials)}</h2>
                <Badge tone label/>
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// The form that opens the credentials, and around it the island that does so without leaving the page.
fn to_open(view: &CustomerView, status: &CredentialsStatus, expiry: AnyView) -> AnyView {
    let form = reveal_form(&view.onboarding.id, view.token.clone());
    let body = view! {
        {hand_over::told(view)}
        <p>{t!(customer.the_admin_password_will_be)}</p>
        {form}
        {expiry}
    }
    .into_any();
    let closed = framed(status, body);
    view! { <CredentialsPanel id=view.onboarding.id.clone() phrases=phrasebook(&area::opening) spelling=phrasebook(&area::spelling)>{closed}</CredentialsPanel> }.into_any()
}

fn who_may_open(onboarding: &Onboarding, viewer: &Operator, expiry: AnyView) -> AnyView {
    let owner = onboarding.owner_name.clone();
    // Whoever looks on from the provider's side sees which side the owner is on; a colleague at the reseller knows.
    let is_providers = viewer.reseller().is_none() && viewer.key.tid == onboarding.owner.tid;
    let else_who =
        if is_providers { t!(customer.or_an_administrator_of_this) } else { t!(customer.at_the_reseller_and_nobody) };
    view! {
        <p>{rich!(customer.nobody_has_opened_the_password, owner = view! { <strong>{owner}</strong> }, else_who = else_who)}</p>
        {expiry}
    }
    .into_any()
}

fn expiry(status: &CredentialsStatus, at: Timestamp, now: Timestamp) -> AnyView {
    if status.expires_soon(now) {
        return view! {
            <Notice kind=NoticeKind::Warning title=t!(customer.the_password_is_erased, relative = relative(at, now))>
                <p>{rich!(customer.nobody_has_opened_it_yet_on, at = view! { <Exactly at/> })}</p>
            </Notice>
        }
        .into_any();
    }
    view! {
        <p class="soft">{rich!(customer.it_is_shown_to_one, relative = relative(at, now), at = view! { <Exactly at/> })}</p>
    }
    .into_any()
}

fn badge(status: &CredentialsStatus) -> (Tone, &'static str) {
    match status {
        CredentialsStatus::Sealed { .. } => (Tone::Warning, t!(customer.not_opened_yet)),
        CredentialsStatus::Claimed { .. } => (Tone::Warning, t!(customer.opened_not_confirmed)),
        CredentialsStatus::Confirmed { .. } => (Tone::Good, t!(customer.stored)),
        CredentialsStatus::Unconfirmed { .. } => (Tone::Bad, t!(customer.opened_never_confirmed)),
        CredentialsStatus::Expired { .. } => (Tone::Bad, t!(customer.expired)),
        CredentialsStatus::Missing => (Tone::Bad, t!(customer.no_password)),
    }
}

/// The form that opens the credentials without script. A POST, so that no scanner, preview or reload does it.
fn reveal_form(id: &OnboardingId, token: String) -> AnyView {
    view! {
        <form class="actions" method="post" action=paths::credentials(id)>
            <input type="hidden" name="token" value=token/>
            <button class="button" type="submit">
                <Icon name=IconName::Eye/>
                {t!(customer.show_the_password_now)}
            </button>
        </form>
    }
    .into_any()
}

/// What is to be said of credentials that are not to be opened (again).
pub(in crate::pages) fn credentials_told(
    id: &OnboardingId,
    status: &CredentialsStatus,
    viewer: &Operator,
    now: Timestamp,
) -> AnyView {
    match status {
        CredentialsStatus::Sealed { expires_at } => view! {
            <p>{rich!(customer.nobody_has_opened_the_password_yet, relative = relative(*expires_at, now))}</p>
        }
        .into_any(),
        CredentialsStatus::Claimed { by, by_name, at, until } => {
            let confirm = (*by == viewer.key).then(|| confirm_form(id));
            view! {
                {opened(by, by_name, *at, viewer, now)}
                <p>{rich!(customer.the_portal_forgets_the_password, relative = relative(*until, now))}</p>
                {confirm}
            }
            .into_any()
        }
        CredentialsStatus::Confirmed { by, by_name, at, confirmed_at } => view! {
            {opened(by, by_name, *at, viewer, now)}
            <p>{rich!(customer.confirmed_as_stored_on_the, at = view! { <Exactly at=*confirmed_at/> })}</p>
        }
        .into_any(),
        CredentialsStatus::Unconfirmed { by, by_name, at } => view! {
            {opened(by, by_name, *at, viewer, now)}
            <p>{t!(customer.nobody_confirmed_that_the_password)}</p>
        }
        .into_any(),
        CredentialsStatus::Expired { at } => view! {
            <p>{rich!(customer.nobody_opened_the_password_in, at = view! { <Exactly at=*at/> })}</p>
        }
        .into_any(),
        CredentialsStatus::Missing => view! {
            <Notice kind=NoticeKind::Bad title=t!(customer.nobody_has_the_admin_password)>
                <p>
                    {t!(customer.the_tenant_was_created_but)}
                </p>
            </Notice>
        }
        .into_any(),
    }
}

/// Who opened the credentials and when, and what to do if that is a surprise.
fn opened(by: &PersonKey, by_name: &str, at: Timestamp, viewer: &Operator, now: Timestamp) -> impl IntoView + use<> {
    let who = if *by == viewer.key { t!(customer.name_of_yourself, name = by_name) } else { by_name.to_owned() };
    view! {
        <p>
            {rich!(customer.opened_on_by_if_it, at = exact(at), relative = relative(at, now), who = view! { <strong>{who}</strong> })}
        </p>
    }
}

fn confirm_form(id: &OnboardingId) -> impl IntoView + use<> {
    view! {
        <form class="actions" method="post" action=paths::credentials_stored(id)>
            <button class="button" type="submit">
                <Icon name=IconName::Check/>
                {t!(customer.i_have_stored_it)}
            </button>
        </form>
    }
}

/// The way to a new password when the first one is gone: for whoever may, and who that is for everybody else.
fn set_anew(view: &CustomerView) -> AnyView {
    let last = view.passwords.first();
    let under_way = last.is_some_and(|act| act.state == ActState::Sending);
    let unknown = last.is_some_and(|act| act.state == ActState::Unknown).then(|| {
        view! {
            <p>
                {t!(customer.a_new_password_was_asked)}
            </p>
        }
    });
    let way = match (view.may_set_password, under_way) {
        (true, true) => view! {
            <a href=paths::new_password(&view.onboarding.id)>{t!(customer.a_new_password_is_being)}</a>
        }
        .into_any(),
        (true, false) => view! {
            <p>{t!(customer.if_nobody_has_stored_it)}</p>
            <div class="actions">
                <a class="button" href=paths::new_password(&view.onboarding.id)>
                    <Icon name=IconName::Lock/>
                    {t!(customer.set_a_new_first_password)}
                </a>
            </div>
        }
        .into_any(),
        (false, _) => view! {
            <p>
                {t!(customer.if_nobody_has_stored_it_an)}
            </p>
        }
        .into_any(),
    };
    view! { {unknown} {way} }.into_any()
}
