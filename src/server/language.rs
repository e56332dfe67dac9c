//! The choice of a language: a cookie of one year, set by a button that is on every page.

use axum::{extract::State, response::IntoResponse, response::Response};
use http::header::SET_COOKIE;
use serde::Deserialize;
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

use super::{form::PlainForm, visit::see_other};
use crate::{
    entra::ReturnTo,
    i18n::{LANGUAGE_COOKIE, Language},
    state::AppState,
};

/// How long a choice is kept.
const KEPT: Duration = Duration::days(365);

/// What the switch sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    language: String,
    return_to: String,
}

/// Keeps the choice and leads back to the page it was made on; an unknown language changes nothing.
pub async fn choose(State(state): State<AppState>, PlainForm(choice): PlainForm<Choice>) -> Response {
    let back = see_other(ReturnTo::parse(&choice.return_to).as_str());
    match Language::from_tag(&choice.language) {
        Some(language) => {
            let cookie = Cookie::build((LANGUAGE_COOKIE, language.tag()))
                .path("/")
                .max_age(KEPT)
                .same_site(SameSite::Lax)
                .http_only(true)
                .secure(state.config.public_url.scheme() == "https")
                .build();
            ([(SET_COOKIE, cookie.to_string())], back).into_response()
        }
        None => back,
    }
}
