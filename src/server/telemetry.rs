//! The log, and one span a request.

use std::io::IsTerminal;

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};
use tracing::Instrument;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::clock::Ambient;

/// Carries the id under which the log knows a request.
pub const REFERENCE: HeaderName = HeaderName::from_static("x-request-id");

/// The id under which the log knows a request; error pages show it.
#[derive(Clone, Debug)]
pub struct Reference(pub String);

/// Starts the log on standard error: for people on a terminal, JSON otherwise.
pub fn start(filter: &str) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let log = tracing_subscriber::registry().with(filter);
    // A second start, as tests do it, keeps the first.
    let _ = if std::io::stderr().is_terminal() {
        log.with(fmt::layer().with_writer(std::io::stderr).with_target(false)).try_init()
    } else {
        log.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
    };
    Ok(())
}

/// Wraps a request in a span with an id of ours; what a client sends as one is not believed.
///
/// The path is logged without its query, which may carry an authorization code.
pub async fn follow(ambient: Ambient, mut request: Request, next: Next) -> Response {
    let reference = ambient.uuid_v4().simple().to_string();
    let span = tracing::info_span!("request", id = %reference, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(Reference(reference.clone()));
    let started = ambient.now();
    async move {
        let mut response = next.run(request).await;
        let took_ms = ambient.now().duration_since(started).as_millis();
        tracing::debug!(status = response.status().as_u16(), took_ms, "answered");
        if let Ok(value) = HeaderValue::try_from(reference) {
            response.headers_mut().insert(REFERENCE, value);
        }
        response
    }
    .instrument(span)
    .await
}
