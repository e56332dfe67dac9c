//! What a handler of a page needs of a request, and how it answers with one.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    extract::{FromRequestParts, OriginalUri, Path},
    response::{Html, IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::IntoView;

use super::{compression, headers, telemetry::Reference};
use crate::{
    app,
    components::shell::{Frame, Script},
    config::Environment,
    domain::{OnboardingId, Operator},
    error::PortalError,
    i18n::{Language, speaking},
    pages::{Problem, problem_page},
    paths,
    state::AppState,
};

/// One request for a page: the portal, the person, where and under which reference.
#[derive(Clone)]
pub struct Visit {
    /// The portal.
    pub state: AppState,
    /// Who asks, if signed in.
    pub operator: Option<Operator>,
    /// Path and query of the request.
    pub address: String,
    /// The log's id of the request.
    pub reference: String,
    /// The language of the answer.
    pub language: Language,
    /// Whether the same address can be opened again.
    is_get: bool,
    /// Whether the browser reads what is compressed.
    reads_gzip: bool,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

/// How a page is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Sending {
    /// `None`: 200.
    pub status: Option<StatusCode>,
    /// What makes the page's islands live, if it has any.
    pub scripts: Option<Script>,
    /// Whether the page shows a secret and therefore has no script at all.
    pub bare: bool,
    /// Whether the title says that something is wrong.
    pub has_errors: bool,
    /// Whether it is large, and holds neither a secret nor what opens one.
    pub compressed: bool,
    /// Without script, the page loads itself again after so many seconds.
    pub refresh_seconds: Option<u32>,
    /// Where whoever chooses another language goes on, if that is not the page itself.
    pub same_page: Option<String>,
}

/// Where whoever has sent a form to this address goes on after signing in: most of them cannot be opened. A review can, an
/// onboarding has a page.
fn page_behind(address: &str) -> String {
    let mut parts = address.strip_prefix(paths::CUSTOMERS).unwrap_or_default().split(['/', '?']).skip(1);
    match (parts.next().and_then(|id| id.parse::<OnboardingId>().ok()), parts.next()) {
        (Some(id), Some("review")) => paths::review(&id),
        (Some(id), _) => paths::customer(&id),
        (None, _) => paths::HOME.to_owned(),
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        Ok(Self {
            state: state.clone(),
            operator: parts.extensions.get::<Operator>().cloned(),
            address: uri.path_and_query().map_or_else(String::new, ToString::to_string),
            reference: parts.extensions.get::<Reference>().map_or_else(String::new, |reference| reference.0.clone()),
            language: Language::of_request(&parts.headers),
            is_get: parts.method == Method::GET,
            reads_gzip: compression::is_accepted(&parts.headers),
        })
    }
}

impl Visit {
    /// Answers with a page.
    pub fn page<V: IntoView + 'static>(
        &self,
        title: &str,
        sending: Sending,
        body: impl FnOnce() -> V + Send + 'static,
    ) -> Response {
        let frame = Frame {
            options: self.state.leptos_options.clone(),
            environment: self.state.config.environment,
            operator: self.operator.clone(),
            path: self.address.split('?').next().unwrap_or_default().to_owned(),
            stylesheet: self.state.stylesheet.to_string(),
            scripts: sending.scripts,
            bare: sending.bare,
            language: self.language,
            same_page: sending.same_page.unwrap_or_else(|| self.same_page()),
            languages: Language::offered(self.state.config.environment == Environment::Simulator),
            has_errors: sending.has_errors,
            refresh_seconds: sending.refresh_seconds,
        };
        let nonce = if planted!(OneNonce) { "n".repeat(43) } else { self.state.ambient.token() };
        let html = app::render(frame, title, &nonce, body);
        let status = sending.status.unwrap_or(StatusCode::OK);
        let policy = headers::page_policy(&nonce, &self.state.entra.authority_origin());
        let headers = ([(header::CONTENT_SECURITY_POLICY, policy)], self.language_headers());
        let zipped = if sending.compressed && self.reads_gzip { compression::gzip(&html) } else { None };
        match zipped {
            Some(zipped) => (status, headers, [(header::CONTENT_ENCODING, "gzip")], Html(zipped)).into_response(),
            None => (status, headers, Html(html)).into_response(),
        }
    }

    /// Words in the language of the answer.
    pub fn say<T>(&self, words: impl FnOnce() -> T) -> T {
        speaking(self.language, words)
    }

    /// Which language the answer has, and what decided it.
    pub fn language_headers(&self) -> [(HeaderName, &'static str); 2] {
        [(header::CONTENT_LANGUAGE, self.language.tag()), (header::VARY, "Accept-Encoding, Accept-Language, Cookie")]
    }

    /// Where somebody goes on who chooses another language: here, or at the page behind what was sent.
    fn same_page(&self) -> String {
        if self.is_get { self.address.clone() } else { page_behind(&self.address) }
    }

    /// Answers with a page about what went wrong, and a way on.
    pub fn problem(&self, problem: Problem) -> Response {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (signed_in, reference) = (self.operator.is_some(), self.reference.clone());
        self.page(self.say(|| problem.title()), Sending { status: Some(status), ..Sending::default() }, move || {
            problem_page(problem, signed_in, reference)
        })
    }

    /// Who is signed in here has nothing left of what was granted at Entra ID: the sign-in page says so, where it would lead
    /// back at once without a word, and round in circles.
    fn to_sign_in(&self) -> Response {
        let back = if self.is_get { self.address.clone() } else { page_behind(&self.address) };
        see_other(&paths::sign_in(&back, self.operator.is_some().then_some("ended")))
    }

    /// Answers a failure: by the way to sign in again, or by a page with its status.
    pub fn failure(&self, error: impl Into<PortalError>) -> Response {
        let error = error.into();
        match error {
            PortalError::Unauthenticated => self.to_sign_in(),
            PortalError::Forbidden => self.problem(Problem::Forbidden),
            PortalError::NotFound => self.problem(Problem::NotFound),
            PortalError::Conflict => self.problem(Problem::Conflict),
            PortalError::TooOften => self.problem(Problem::TooOften),
            PortalError::Upstream => self.problem(Problem::Upstream),
            PortalError::NotConnected => self.problem(Problem::NotConnected),
            PortalError::Unavailable => self.problem(Problem::Unavailable),
            PortalError::Invalid(_) => self.problem(Problem::Unprocessable),
            PortalError::Unreachable | PortalError::Internal => self.problem(Problem::Internal),
        }
    }
}

/// A visit of a signed-in person; anybody else is led to the sign-in and back.
pub struct SignedIn {
    /// The visit.
    pub visit: Visit,
    /// The person.
    pub operator: Operator,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, state).await;
        match visit.operator.clone() {
            Some(operator) => Ok(Self { visit, operator }),
            // What a page shows can be asked for again after signing in; what a form sends cannot.
            None if parts.method == Method::GET => Err(see_other(&paths::sign_in(&visit.address, None))),
            None => Err(see_other(&paths::sign_in(paths::HOME, Some("ended")))),
        }
    }
}

/// A visit of a person who may onboard customers.
pub struct Onboarder(pub SignedIn);

impl FromRequestParts<AppState> for Onboarder {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        if signed_in.operator.may_onboard() {
            Ok(Self(signed_in))
        } else {
            Err(signed_in.visit.problem(Problem::Forbidden))
        }
    }
}

/// A visit of an administrator of the provider.
pub struct Administrator(pub SignedIn);

impl FromRequestParts<AppState> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        if signed_in.operator.is_admin() {
            Ok(Self(signed_in))
        } else {
            Err(signed_in.visit.problem(Problem::AdministratorsAlone))
        }
    }
}

/// The onboarding that the path names; what is no id is answered as an unknown one is.
pub struct Id(pub OnboardingId);

impl FromRequestParts<AppState> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, state).await;
        let text = Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| visit.problem(Problem::NotFound))
    }
}

/// 303: the answer to a form is another page.
pub fn see_other(address: &str) -> Response {
    match HeaderValue::try_from(address) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_to_sign_in_after_a_form_goes_on_at_a_page_that_can_be_opened() {
        let id = "01930000-0000-7000-8000-000000000000";
        for (address, page) in [
            (format!("/customers/{id}/review"), format!("/customers/{id}/review")),
            (format!("/customers/{id}/resume"), format!("/customers/{id}")),
            (format!("/customers/{id}"), format!("/customers/{id}")),
            ("/customers/new".to_owned(), "/".to_owned()),
            ("/customers/tenants/read".to_owned(), "/".to_owned()),
            ("/settings/people".to_owned(), "/".to_owned()),
        ] {
            assert_eq!(page_behind(&address), page, "{address}");
        }
    }
}
