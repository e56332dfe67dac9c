//! OAuth errors with Entra's codes.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use uuid::Uuid;

use crate::simulator::shared::Shared;

/// An error of RFC 6749 with the `AADSTS` number that stands in front of its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OAuthError {
    pub(super) error: &'static str,
    pub(super) number: u32,
    text: String,
}

impl OAuthError {
    pub(super) fn new(error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self { error, number, text: text.into() }
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("invalid_request", 900_144, text)
    }

    pub(super) fn unknown_tenant(tenant: &str) -> Self {
        Self::new("invalid_request", 90002, format!("Tenant '{tenant}' not found."))
    }

    pub(super) fn unknown_client(client: &str) -> Self {
        let text = format!("Application with identifier '{client}' was not found in the directory.");
        Self::new("unauthorized_client", 700_016, text)
    }

    pub(super) fn description(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.text)
    }

    /// The answer of the token endpoint.
    pub(super) fn into_response(self, shared: &Shared) -> Response {
        let (trace, correlation) = (shared.random.uuid(), shared.random.uuid());
        let status = if self.error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let body = json!({
            "error": self.error,
            "error_description": self.long_description(trace, correlation, shared),
            "error_codes": [self.number],
            "timestamp": shared.clock.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            "trace_id": trace,
            "correlation_id": correlation,
        });
        let mut response = (status, Json(body)).into_response();
        no_store(&mut response);
        response
    }

    fn long_description(&self, trace: Uuid, correlation: Uuid, shared: &Shared) -> String {
        let time = shared.clock.now().strftime("%Y-%m-%d %H:%M:%SZ");
        format!("{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}", self.description())
    }
}

/// Marks an answer with tokens or errors as not to be kept.
pub(super) fn no_store(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}
