//! The admin credentials as everybody may know of them: whether they wait, who opened them, what to do. Never a secret.

use leptos::prelude::*;

use super::CustomerView;
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
        return Some(framed(status, view! { {told} {anew} }.into_any()));
    };
    let expiry = expiry(status, *expires_at, view.now);
    Some(if view.may_open {
        to_open(view, status, expiry)
    } else {
        framed(status, who_may_open(&view.onboarding, expiry))
    })
}

/// The card around what is to be said.
fn framed(status: &CredentialsStatus, body: AnyView) -> AnyView {
    let (tone, label) = badge(status);
    view! {
        <section class="card">
            <div class="card__header">
                <h2 class="card__title">"Admin credentials"</h2>
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
        <p>"The admin password will be shown once. Have your password manager ready."</p>
        {form}
        {expiry}
    }
    .into_any();
    let closed = framed(status, body);
    view! { <CredentialsPanel id=view.onboarding.id.clone()>{closed}</CredentialsPanel> }.into_any()
}

fn who_may_open(onboarding: &Onboarding, expiry: AnyView) -> AnyView {
    let owner = onboarding.owner_name.clone();
    view! {
        <p>"Nobody has opened the password yet. " <strong>{owner}</strong> " can, or an administrator of this portal."</p>
        {expiry}
    }
    .into_any()
}

fn expiry(status: &CredentialsStatus, at: Timestamp, now: Timestamp) -> AnyView {
    if status.expires_soon(now) {
        return view! {
            <Notice kind=NoticeKind::Warning title=format!("The password is erased {}", relative(at, now))>
                <p>"Nobody has opened it yet. On " <Exactly at/> " the portal forgets it; after that it can only be set anew."</p>
            </Notice>
        }
        .into_any();
    }
    view! {
        <p class="soft">"It is shown to one person only. If nobody opens it, it is erased " {relative(at, now)} ", on " <Exactly at/> "."</p>
    }
    .into_any()
}

fn badge(status: &CredentialsStatus) -> (Tone, &'static str) {
    match status {
        CredentialsStatus::Sealed { .. } => (Tone::Warning, "Not opened yet"),
        CredentialsStatus::Claimed { .. } => (Tone::Warning, "Opened, not confirmed"),
        CredentialsStatus::Confirmed { .. } => (Tone::Good, "Stored"),
        CredentialsStatus::Unconfirmed { .. } => (Tone::Bad, "Opened, never confirmed"),
        CredentialsStatus::Expired { .. } => (Tone::Bad, "Expired"),
        CredentialsStatus::Missing => (Tone::Bad, "No password"),
    }
}

/// The form that opens the credentials without script. A POST, so that no scanner, preview or reload does it.
fn reveal_form(id: &OnboardingId, token: String) -> AnyView {
    view! {
        <form class="actions" method="post" action=paths::credentials(id)>
            <input type="hidden" name="token" value=token/>
            <button class="button" type="submit">
                <Icon name=IconName::Eye/>
                "Show the password now"
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
            <p>"Nobody has opened the password yet. It is erased " {relative(*expires_at, now)} "."</p>
        }
        .into_any(),
        CredentialsStatus::Claimed { by, by_name, at, until } => {
            let confirm = (*by == viewer.key).then(|| confirm_form(id));
            view! {
                {opened(by, by_name, *at, viewer, now)}
                <p>"The portal forgets the password " {relative(*until, now)} ", or as soon as it is confirmed."</p>
                {confirm}
            }
            .into_any()
        }
        CredentialsStatus::Confirmed { by, by_name, at, confirmed_at } => view! {
            {opened(by, by_name, *at, viewer, now)}
            <p>"Confirmed as stored on " <Exactly at=*confirmed_at/> ". The portal has forgotten the password."</p>
        }
        .into_any(),
        CredentialsStatus::Unconfirmed { by, by_name, at } => view! {
            {opened(by, by_name, *at, viewer, now)}
            <p>"Nobody confirmed that the password was stored, and the portal has forgotten it."</p>
        }
        .into_any(),
        CredentialsStatus::Expired { at } => view! {
            <p>"Nobody opened the password in time. The portal erased it on " <Exactly at=*at/> "."</p>
        }
        .into_any(),
        CredentialsStatus::Missing => view! {
            <Notice kind=NoticeKind::Bad title="Nobody has the admin password">
                <p>
                    "The tenant was created, but Microsoft's answer was lost, and Microsoft tells the first password only once. There is nothing to wait for: a new one has to be set."
                </p>
            </Notice>
        }
        .into_any(),
    }
}

/// Who opened the credentials and when, and what to do if that is a surprise.
fn opened(by: &PersonKey, by_name: &str, at: Timestamp, viewer: &Operator, now: Timestamp) -> impl IntoView + use<> {
    let who = if *by == viewer.key { format!("{by_name} (you)") } else { by_name.to_owned() };
    view! {
        <p>
            "Opened on " {exact(at)} " (" {relative(at, now)} ") by " <strong>{who}</strong>
            ". If it was not you, or not agreed with you, tell an administrator of the provider now."
        </p>
    }
}

fn confirm_form(id: &OnboardingId) -> impl IntoView + use<> {
    view! {
        <form class="actions" method="post" action=paths::credentials_stored(id)>
            <button class="button" type="submit">
                <Icon name=IconName::Check/>
                "I have stored it"
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
                "A new password was asked for, and Microsoft's answer was lost: it may hold, and nobody has it. Setting another one ends the doubt."
            </p>
        }
    });
    let way = match (view.may_set_password, under_way) {
        (true, true) => view! {
            <a href=paths::new_password(&view.onboarding.id)>"A new password is being set. See how far it is"</a>
        }
        .into_any(),
        (true, false) => view! {
            <p>"If nobody has stored it, set a new one. It is sealed like the first, and shown once."</p>
            <div class="actions">
                <a class="button" href=paths::new_password(&view.onboarding.id)>
                    <Icon name=IconName::Lock/>
                    "Set a new first password"
                </a>
            </div>
        }
        .into_any(),
        (false, _) => view! {
            <p>
                "If nobody has stored it: an administrator of this portal can set a new one on this page. In Partner Center, anybody can who has the role User Administrator or Privileged Authentication Administrator in the customer's tenant by GDAP."
            </p>
        }
        .into_any(),
    };
    view! { {unknown} {way} }.into_any()
}
