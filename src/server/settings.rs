//! `/settings`: the connected account, the set-up, the people.

use axum::{Extension, extract::Query, response::Response};
use http::HeaderMap;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    doctor::{Doctor, trouble_words},
    form::PlainForm,
    visit::{Administrator, Sending, SignedIn, see_other},
};
use crate::{
    domain::PersonKey,
    entra::{BrowserCookies, Purpose, ReturnTo, SignInRequest},
    error::PortalError,
    i18n::t,
    pages::{ConnectionView, KnownPersonView, Problem, SettingsPage, SettingsResult, SettingsView},
    paths,
    session::KnownPerson,
};

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettingsQuery {
    result: Option<String>,
}

/// The page.
pub async fn show(
    Administrator(SignedIn { visit, operator }): Administrator,
    Extension(doctor): Extension<Doctor>,
    Query(query): Query<SettingsQuery>,
) -> Response {
    let state = &visit.state;
    let (findings, connection, people, countries) = tokio::join!(
        doctor.examine(visit.language),
        state.entra.connection(),
        state.sessions.people(),
        super::countries::news(state, visit.language)
    );
    let (connection, people, countries) = match (connection, people, countries) {
        (Ok(connection), Ok(people), Ok(countries)) => (connection, people, countries),
        (connection, people, countries) => {
            let errors = [
                connection.err().map(|error| error.to_string()),
                people.err().map(|error| error.to_string()),
                countries.err().map(|error| error.to_string()),
            ];
            let error = errors.into_iter().flatten().next();
            tracing::error!(error, "the settings could not be read");
            return visit.failure(PortalError::Unavailable);
        }
    };
    let now = state.ambient.now();
    let view = SettingsView {
        result: query.result.as_deref().and_then(SettingsResult::from_word),
        connection: connection.map(|connection| ConnectionView {
            is_old: connection.is_old(now),
            renew_by: connection.renew_by(),
            trouble: connection.trouble.map(|trouble| (trouble.since, trouble_words(visit.language, trouble.aadsts))),
            person: connection.person,
            sign_in_name: connection.sign_in_name,
            connected_by: connection.connected_by,
            connected_at: connection.connected_at,
            used_at: connection.used_at,
        }),
        findings,
        served: visit.say(|| super::countries::served(&state.config.countries)),
        countries,
        people: people.into_iter().map(|person| person_view(person, &operator.key)).collect(),
        now,
    };
    visit.page(t!(in visit.language; pages.settings), Sending::default(), move || view! { <SettingsPage view/> })
}

fn person_view(person: KnownPerson, own: &PersonKey) -> KnownPersonView {
    let KnownPerson { key, name, sign_in_name, signed_in_at, disabled_at } = person;
    KnownPersonView { is_self: key == *own, key, name, sign_in_name, signed_in_at, disabled_at }
}

/// Leads to Entra ID, where the account that is to be connected agrees, with its second factor.
pub async fn connect(Administrator(SignedIn { visit, .. }): Administrator, headers: HeaderMap) -> Response {
    let request = SignInRequest {
        purpose: Purpose::Connect,
        return_to: ReturnTo::parse(paths::SETTINGS),
        cookies: BrowserCookies::from_headers(&headers),
        ..SignInRequest::default()
    };
    match visit.state.entra.start(request).await {
        Ok(redirect) => super::auth::see_other(redirect.url.as_str(), &redirect.cookies),
        Err(error) => {
            tracing::warn!(%error, "the sign-in of the account that is to be connected could not be started");
            see_other(&paths::settings_after("failed"))
        }
    }
}

/// Takes the connected account away.
pub async fn disconnect(Administrator(SignedIn { visit, operator }): Administrator) -> Response {
    match visit.state.entra.disconnect(&operator).await {
        Ok(_) => see_other(&paths::settings_after("disconnected")),
        Err(error) => {
            tracing::error!(%error, "the connected account could not be taken away");
            visit.failure(PortalError::Unavailable)
        }
    }
}

/// Whom a button is about, and what it wants.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PersonChange {
    tid: String,
    oid: String,
    access: String,
}

/// Shuts a person out, or lets one in again. Nobody shuts out the own person.
pub async fn change_person(
    Administrator(SignedIn { visit, operator }): Administrator,
    PlainForm(change): PlainForm<PersonChange>,
) -> Response {
    let disabled = match change.access.as_str() {
        "end" => true,
        "give" => false,
        _ => return visit.problem(Problem::Unprocessable),
    };
    let person = PersonKey { tid: change.tid, oid: change.oid };
    if disabled && person == operator.key {
        return visit.problem(Problem::Unprocessable);
    }
    match visit.state.sessions.set_disabled(&operator, &person, disabled).await {
        Ok(true) => see_other(&paths::settings_after(if disabled { "shut-out" } else { "let-in" })),
        Ok(false) => visit.problem(Problem::NotFound),
        Err(error) => {
            tracing::error!(%error, "a person could not be shut out or let in");
            visit.failure(PortalError::Unavailable)
        }
    }
}
