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
    paths,
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
        // The paces are kept in front of this; here it is one of the caps of a day.
        StatusCode::TOO_MANY_REQUESTS => "enough_for_today",
        _ => return response,
    };
    let entry = Entry::refused(Act::Access, Actor::Operator(&operator), why);
    let entry = match record_in(&path) {
        Some((kind, id)) => entry.on(kind, id).with_detail(format!("{method} {}", pattern.as_str())),
        None => entry.on(RecordKind::Address, shortened(&path)).with_detail(method.as_str()),
    };
    state.audit.record_refusal(&entry).await;
    response
}

/// What is kept for good is not as long as a client likes.
fn shortened(path: &str) -> &str {
    path.get(..LONGEST_PATH).unwrap_or(path)
}

/// The onboarding or tenant that a path names.
fn record_in(path: &str) -> Option<(RecordKind, &str)> {
    let mut parts = path.strip_prefix(paths::CUSTOMERS)?.split('/').skip(1);
    let (kind, id) = match parts.next()? {
        "tenants" => (RecordKind::Customer, parts.next()?),
        id => (RecordKind::Onboarding, id),
    };
    // Both are GUIDs; what is none names nothing.
    id.parse::<OnboardingId>().ok().map(|_| (kind, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_an_onboarding_a_tenant_or_nothing() {
        let id = "01930000-0000-7000-8000-000000000000";
        for (path, record) in [
            (format!("/customers/{id}"), Some((RecordKind::Onboarding, id))),
            (format!("/customers/{id}/credentials"), Some((RecordKind::Onboarding, id))),
            (format!("/customers/tenants/{id}"), Some((RecordKind::Customer, id))),
            ("/customers/new".to_owned(), None),
            ("/customers".to_owned(), None),
            (format!("/audit/{id}"), None),
        ] {
            assert_eq!(record_in(&path), record, "{path}");
        }
    }
}
