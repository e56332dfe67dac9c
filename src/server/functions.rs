//! The entrance of the server functions: JSON in, JSON out, statuses that mean something.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use leptos::{prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};

use crate::{error::PortalError, i18n::Language, state::AppState};

/// No error is longer than all fields of a form together.
const LONGEST_ERROR: usize = 64 * 1024;

/// Calls the server function that the path names.
///
/// The framework would answer every failure with 500, and a plain form with a redirect to its `Referer`; here a failure
/// has the status that it means, and what is no JSON is refused.
pub async fn call(State(state): State<AppState>, mut request: Request) -> Response {
    if !is_json(&request) && !planted!(AnyContentType) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let language = Language::of_request(request.headers());
    let context = move || {
        provide_context(state.clone());
        provide_context(language);
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) { with_status(response).await } else { response }
}

/// What a call is answered when it does not come as far as its function, because the portal's own store does not work.
pub fn unavailable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Json(PortalError::Unavailable)).into_response()
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json"))
}

/// Gives a failed call the status of its error.
async fn with_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, LONGEST_ERROR).await.unwrap_or_default();
    let error = serde_json::from_slice::<PortalError>(&bytes).unwrap_or(PortalError::Internal);
    parts.status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(bytes))
}
