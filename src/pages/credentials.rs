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
    i18n::{rich, t},
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
            <h1 class="page__title">{rich!(credentials.admin_credentials_of, company_name = company_name)}</h1>
            <Notice kind=NoticeKind::Warning title=t!(credentials.this_page_cannot_be_shown)>
                <p>
                    {rich!(credentials.store_the_password_now_after, relative = relative(credential.until, now))}
                </p>
                <p>{t!(credentials.it_must_be_changed_at_the)}</p>
            </Notice>
            <section class="secret" translate="no" aria-label=t!(credentials.admin_credentials)>
                {plain(t!(credentials.user_name), credential.user_name.clone())}
                {secret("password", t!(credentials.password), credential.password.expose_secret().to_owned())}
                {plain(t!(credentials.sign_in_address), sign_in_address)}
            </section>
            <form class="actions" method="post" action=paths::credentials_stored(&id)>
                <button class="button" type="submit">
                    <Icon name=IconName::Check/>
                    {t!(credentials.i_have_stored_it)}
                </button>
                <span class="soft">{t!(credentials.the_portal_then_forgets_the)}</span>
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
            <h1 class="page__title">{t!(credentials.the_password_is_not_shown)}</h1>
            <p class="lede">{rich!(credentials.admin_credentials_of, company_name = name_or_placeholder(&company_name))}</p>
            <section class="card">{credentials_told(&id, &status, &viewer, now)}</section>
            <div class="actions">
                <a class="button" href=paths::customer(&id)>
                    {t!(credentials.go_to_the_customers_page)}
                </a>
            </div>
        </div>
    }
}
