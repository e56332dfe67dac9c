//! The log, and one span and one measurement a request.

use std::{io::IsTerminal, time::Duration};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use leptos::server_fn::axum::server_fn_paths;
use tokio::time::Instant;
use tracing::{Instrument, Metadata, Subscriber, field};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterFn, ParseError},
    fmt,
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};
use url::Url;

use super::traces::{Traces, TracesError};
use crate::{api, clock::Ambient, measure};

/// Carries the id under which the log knows a request.
pub const REFERENCE: HeaderName = HeaderName::from_static("x-request-id");

/// The id under which the log knows a request; error pages show it.
#[derive(Clone, Debug)]
pub struct Reference(pub String);

/// Why the log or the traces do not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log's filter is wrong.
    #[error("PORTAL_LOG: {0}")]
    Log(#[from] ParseError),
    /// The traces.
    #[error(transparent)]
    Traces(#[from] TracesError),
}

/// Starts the log on standard error (for people on a terminal, JSON otherwise), and the traces to `otlp` if it is given.
pub fn start(filter: &str, otlp: Option<&Url>) -> Result<Option<Traces>, TelemetryError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let traces = otlp.map(Traces::start).transpose()?;
    // What is logged and what is traced do not depend on each other.
    let spans = traces
        .as_ref()
        .map(|traces| tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_filter(spans_of_ours()));
    // A second start, as tests do it, keeps the first.
    let _ = tracing_subscriber::registry().with(log().with_filter(filter)).with(spans).try_init();
    Ok(traces)
}

fn log<S: Subscriber + for<'s> LookupSpan<'s>>() -> Box<dyn Layer<S> + Send + Sync> {
    if std::io::stderr().is_terminal() {
        fmt::layer().with_writer(std::io::stderr).with_target(false).boxed()
    } else {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    }
}

/// The portal's own spans: neither the events in them, which are the log's, nor what libraries trace.
pub fn spans_of_ours() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    FilterFn::new(|metadata| metadata.is_span() && metadata.target().starts_with("reseller_portal"))
}

/// Wraps a request in a span with an id of ours; what a client sends as one is not believed.
///
/// The path is logged without its query, which may carry an authorization code.
pub async fn follow(ambient: Ambient, mut request: Request, next: Next) -> Response {
    let reference = ambient.uuid_v4().simple().to_string();
    let route = route_of(&request);
    let method = request.method().clone();
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        id = %reference,
        %method,
        route,
        path = request.uri().path(),
        status = field::Empty,
    );
    request.extensions_mut().insert(Reference(reference.clone()));
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), started.elapsed());
    measure::request(&method, &route, status, took);
    span.record("status", status.as_u16());
    span.in_scope(|| tracing::debug!(status = status.as_u16(), took_ms = milliseconds(took), "answered"));
    if let Ok(value) = HeaderValue::try_from(reference) {
        response.headers_mut().insert(REFERENCE, value);
    }
    response
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The pattern that the path has matched, never the path: one of as many as there are routes and server functions.
fn route_of(request: &Request) -> String {
    let path = request.uri().path();
    let Some(matched) = request.extensions().get::<MatchedPath>() else { return "unmatched".to_owned() };
    match matched.as_str() {
        // The hash in the address of the assets changes with each release.
        pattern if pattern.starts_with("/pkg/") => "/pkg/{file}".to_owned(),
        pattern if pattern.starts_with(api::PREFIX) => {
            server_fn_paths().find(|(known, _)| *known == path).map_or(pattern, |(known, _)| known).to_owned()
        }
        pattern => pattern.to_owned(),
    }
}
