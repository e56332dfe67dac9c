//! The admin credentials in the clear: the answer to a POST, and the only page with a secret in it.

use leptos::prelude::*;
use secrecy::ExposeSecret;

use super::customer::credentials_told;
use crate::{
    clock::Timestamp,
    components::{
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        onboarding::name_or_placeholder,
        stepper::{Step, Stepper},
        time::relative,
    },
    credentials::{Credential, CredentialsStatus},
    domain::{OnboardingId, Operator},
    paths,
};

/// What the page with the credentials shows.
#[derive(Debug)]
pub struct CredentialsView {
    /// Our id.
    pub id: OnboardingId,
    /// Registered name of the new customer.
    pub company_name: String,
    /// The credentials; they leave memory with this view.
    pub credential: Credential,
    /// Where the customer's administrator signs in.
    pub sign_in_address: String,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The credentials, without script: a reload repeats the POST and shows who opened them, never the password again.
#[component]
pub fn CredentialsPage(
    /// What it shows.
    view: CredentialsView,
) -> impl IntoView {
    let CredentialsView { id, company_name, credential, sign_in_address, now } = view;
    view! {
        <div class="page page--form">
            <Stepper current=Step::Credentials/>
            <h1 class="page__title">"Admin credentials of " {company_name}</h1>
            <Notice kind=NoticeKind::Warning title="This page cannot be shown again">
                <p>
                    "Store the password now. After a reload, with Back or in another tab it will not be here, and the portal forgets it "
                    {relative(credential.until, now)} "."
                </p>
            </Notice>
            <section class="secret" translate="no" aria-label="Admin credentials">
                {plain("User name", credential.user_name.clone())}
                {secret("password", "Password", credential.password.expose_secret().to_owned())}
                {plain("Sign-in address", sign_in_address)}
            </section>
            <form class="actions" method="post" action=paths::credentials_stored(&id)>
                <button class="button" type="submit">
                    <Icon name=IconName::Check/>
                    "I have stored it"
                </button>
                <span class="soft">"The portal then forgets the password at once."</span>
            </form>
        </div>
    }
}

/// A value in full, whatever the width of the screen; one click selects all of it.
fn plain(label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="secret__row">
            <span class="secret__label">{label}</span>
            <code class="secret__value secret__value--wraps">{value}</code>
        </div>
    }
}

/// A value in a field, from which it can be taken exactly as it is.
fn secret(id: &'static str, label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="secret__row">
            <label class="secret__label" for=id>
                {label}
            </label>
            <input
                class="secret__value"
                id=id
                type="text"
                value=value
                readonly=true
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
            />
        </div>
    }
}

/// What the page shows that answers a second opening.
#[derive(Clone, Debug)]
pub struct AlreadyOpenedView {
    /// Our id.
    pub id: OnboardingId,
    /// Registered name of the customer.
    pub company_name: String,
    /// Where the credentials stand.
    pub status: CredentialsStatus,
    /// Who asks.
    pub viewer: Operator,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The credentials have been opened, or are gone: who, when, and what to do (409).
#[component]
pub fn AlreadyOpenedPage(
    /// What it shows.
    view: AlreadyOpenedView,
) -> impl IntoView {
    let AlreadyOpenedView { id, company_name, status, viewer, now } = view;
    view! {
        <div class="page page--form">
            <h1 class="page__title">"The password is not shown again"</h1>
            <p class="lede">"Admin credentials of " {name_or_placeholder(&company_name)}</p>
            <section class="card">{credentials_told(&id, &status, &viewer, now)}</section>
            <div class="actions">
                <a class="button" href=paths::customer(&id)>
                    "Go to the customer's page"
                </a>
            </div>
        </div>
    }
}
