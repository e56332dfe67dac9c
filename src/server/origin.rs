//! One check in front of everything that changes state: the request must come from a page of ours.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, Method, header};

use super::visit::Visit;
use crate::{pages::Problem, state::AppState};

/// The portal's own origin, as a browser writes it into `Origin`.
#[derive(Clone, Debug)]
struct OwnOrigin(String);

impl OwnOrigin {
    /// From the public URL.
    fn new(public_url: &url::Url) -> Self {
        Self(public_url.origin().ascii_serialization())
    }

    /// `Sec-Fetch-Site`, which a page cannot forge, decides (`Origin` is `null` on pages that send no referrer); a browser
    /// too old to send it must send our `Origin`. A request with neither is no browser's and has no business with a form.
    fn admits(&self, headers: &HeaderMap) -> bool {
        match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
            (Some(site), _) => site == "same-origin",
            (None, Some(origin)) => origin == self.0.as_str(),
            (None, None) => false,
        }
    }
}

/// Refuses a state-changing request of another origin with 403.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || planted!(NoOriginCheck) || OwnOrigin::new(&state.config.public_url).admits(request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!(method = %request.method(), path = request.uri().path(), "a request of another origin was refused");
    let mut parts = request.into_parts().0;
    let Ok(visit) = Visit::from_request_parts(&mut parts, &state).await;
    visit.problem(Problem::ForeignOrigin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(headers: &[(&'static str, &str)]) -> bool {
        let own = OwnOrigin::new(&"https://portal.example.com".parse().unwrap());
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        own.admits(&headers)
    }

    #[test]
    fn only_a_page_of_ours_may_change_anything() {
        assert!(admitted(&[("sec-fetch-site", "same-origin"), ("origin", "https://portal.example.com")]));
        assert!(admitted(&[("sec-fetch-site", "same-origin")]));
        assert!(admitted(&[("sec-fetch-site", "same-origin"), ("origin", "null")]), "a page without referrer");
        assert!(admitted(&[("origin", "https://portal.example.com")]));
    }

    #[test]
    fn everybody_else_is_refused() {
        assert!(!admitted(&[]));
        assert!(!admitted(&[("sec-fetch-site", "cross-site"), ("origin", "https://portal.example.com")]));
        assert!(!admitted(&[("sec-fetch-site", "same-site")]));
        assert!(!admitted(&[("sec-fetch-site", "none")]));
        for origin in ["null", "http://portal.example.com", "https://portal.example.com.evil.example", "https://evil"] {
            assert!(!admitted(&[("origin", origin)]), "{origin}");
        }
    }
}
