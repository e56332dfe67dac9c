//! The admin credentials as everybody may know of them: whether they wait, who opened them, what to do. Never a secret.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        icon::{Icon, IconName},
        onboarding::SoldThrough,
        time::{Exactly, exact, relative},
    },
    credentials::CredentialsStatus,
    domain::{OnboardingId, Operator, PersonKey},
    journal::Onboarding,
    paths,
};

/// The panel on the customer's page.
pub(super) fn credentials_panel(
    onboarding: &Onboarding,
    status: &CredentialsStatus,
    viewer: &Operator,
    claim_token: Option<String>,
    reveal: Option<AnyView>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let body = match status {
        CredentialsStatus::Sealed { expires_at } => {
            let opening = claim_token.map(|token| reveal.unwrap_or_else(|| reveal_form(&onboarding.id, token)));
            sealed(onboarding, *expires_at, opening, now)
        }
        _ => credentials_told(&onboarding.id, status, viewer, now),
    };
    let (tone, label) = badge(status);
    view! {
        <section class="card stack receipt">
            <div class="card__head">
                <h2 class="card__title">"Admin credentials"</h2>
                <Badge tone label/>
            </div>
            {body}
        </section>
    }
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

fn sealed(onboarding: &Onboarding, expires_at: Timestamp, opening: Option<AnyView>, now: Timestamp) -> AnyView {
    let expiry = view! {
        <p class="muted">
            "If nobody opens it, it is erased " {relative(expires_at, now)} " (" <Exactly at=expires_at/> ")."
        </p>
    };
    let words = match opening {
        Some(opening) => view! {
            <p>"The admin password will be shown once. Have your password manager ready."</p>
            <p>"It goes to exactly one person: whoever opens it first."</p>
            {opening}
        }
        .into_any(),
        None => view! {
            <p>
                "Nobody has opened the password yet. Your role cannot; "
                {onboarding.owner_name.clone()} " or another account manager can."
            </p>
        }
        .into_any(),
    };
    view! {
        {words}
        {expiry}
    }
    .into_any()
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
            {reissue()}
        }
        .into_any(),
        CredentialsStatus::Expired { at } => view! {
            <p>"Nobody opened the password in time. The portal erased it on " <Exactly at=*at/> "."</p>
            {reissue()}
        }
        .into_any(),
        CredentialsStatus::Missing => view! {
            <p>
                "The tenant was created, but Microsoft's answer was lost and its repetition brought no password. Nobody has it."
            </p>
            {reissue()}
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

/// The way to a new password when the first one is gone.
fn reissue() -> impl IntoView {
    view! {
        <p>
            "If nobody has stored it: a colleague with the role User Administrator or Privileged Authentication Administrator on the customer's tenant can set a new password in Partner Center."
        </p>
    }
}

/// Through whom the customer is sold to, in the middle of a sentence.
pub(super) fn whom_to_tell(onboarding: &Onboarding) -> Option<String> {
    match SoldThrough::of(onboarding) {
        SoldThrough::Reseller(name) => Some(name),
        SoldThrough::Direct | SoldThrough::NotChosen => None,
    }
}
