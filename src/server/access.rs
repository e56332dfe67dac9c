//! Refused accesses of signed-in people, for the audit.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::StatusCode;

use crate::{
    audit::{Act, Actor, Entry, RecordKind},
    domain::{OnboardingId, Operator},
    state::AppState,
};

/// Longer than any address of the portal.
const LONGEST_PATH: usize = 120;

/// Records what a signed-in person was refused: an act that the role does not allow, or a record that is not there for
/// this person. Whether it is there for somebody else is not asked, here as little as anywhere, so that the answer
/// takes as long in both cases.
pub async fn record_refusals(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (operator, pattern) = {
        let extensions = request.extensions();
        (extensions.get::<Operator>().cloned(), extensions.get::<MatchedPath>().cloned())
    };
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let (Some(operator), Some(pattern)) = (operator, pattern) else { return response };
    let why = match response.status() {
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        _ => return response,
    };
    let id = onboarding_in(&path);
    let entry = Entry::refused(Act::Access, Actor::Operator(&operator), why);
    let entry = match &id {
        Some(id) => entry.on_onboarding(id).with_detail(format!("{method} {}", pattern.as_str())),
        None => entry.on(RecordKind::Address, shortened(&path)).with_detail(method.as_str()),
    };
    state.audit.record_refusal(&entry).await;
    response
}

/// What is kept for good is not as long as a client likes.
fn shortened(path: &str) -> &str {
    path.get(..LONGEST_PATH).unwrap_or(path)
}

/// The onboarding that a path names.
fn onboarding_in(path: &str) -> Option<OnboardingId> {
    path.split('/').find_map(|part| part.parse().ok())
}
