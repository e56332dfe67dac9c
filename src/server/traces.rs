//! Traces over OTLP (`PORTAL_OTLP_ENDPOINT`): one span a request, one a call to Microsoft, with its correlation id.
//!
//! The exporter brings no HTTP client of its own: it uses the portal's, which follows no redirect and asks no
//! environment for a proxy. Only spans leave, not the log's events in them.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};
use tokio::runtime::Handle;
use url::Url;

use super::{USER_AGENT, VERSION};
use crate::http;

/// The most that a collector may answer.
const LONGEST_ANSWER: usize = 64 * 1024;
/// A collector that takes longer loses a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the end of the process waits for the last spans.
const LAST_CALL: Duration = Duration::from_secs(2);

/// Why there are no traces.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// The HTTP client.
    #[error("the HTTP client for PORTAL_OTLP_ENDPOINT cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// The address.
    #[error("PORTAL_OTLP_ENDPOINT: {0}")]
    Exporter(#[from] ExporterBuildError),
}

/// The traces of this process, as long as it lives.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans to the collector at `endpoint`, in the background.
    pub fn start(endpoint: &Url) -> Result<Self, TracesError> {
        let sender = Sender { client: http::client(USER_AGENT)?, runtime: Handle::current() };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(sender)
            .with_endpoint(signal_address(endpoint))
            .with_timeout(PATIENCE)
            .build()?;
        let resource = Resource::builder()
            .with_service_name("reseller-portal")
            .with_attribute(opentelemetry::KeyValue::new("service.version", VERSION))
            .build();
        Ok(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
    }

    /// What spans are made with.
    pub fn tracer(&self) -> SdkTracer {
        self.0.tracer("reseller_portal")
    }

    /// Sends what has not been sent.
    pub async fn finish(self) {
        let last = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_CALL)).await;
        if let Ok(Err(error)) = last {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// OTLP over HTTP has a path for each kind of signal, below the address that is configured.
fn signal_address(endpoint: &Url) -> String {
    format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'))
}

/// The portal's HTTP client, lent to the exporter's thread, which is none of the runtime's.
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl HttpClient for Sender {
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { send(&client, request).await });
        Box::pin(async move { sent.await? })
    }
}

async fn send(client: &reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let mut request = reqwest::Request::try_from(request)?;
    *request.timeout_mut() = Some(PATIENCE);
    let response = client.execute(request).await.map_err(reqwest::Error::without_url)?;
    let status = response.status();
    let body = http::read_body(response, LONGEST_ANSWER).await?;
    Ok(Response::builder().status(status).body(body.into())?)
}

#[cfg(test)]
mod tests {
    use tracing::Instrument;
    use tracing_subscriber::{Layer, layer::SubscriberExt};
    use wiremock::{
        Mock, MockServer, ResponseTemplate,
        matchers::{header, method, path},
    };

    use super::*;
    use crate::server::telemetry;

    #[test]
    fn the_path_of_the_signal_is_added_to_the_address() {
        for endpoint in ["https://otel.example.com:4318", "https://otel.example.com:4318/"] {
            assert_eq!(signal_address(&endpoint.parse().unwrap()), "https://otel.example.com:4318/v1/traces");
        }
        let below = signal_address(&"https://otel.example.com/collect".parse().unwrap());
        assert_eq!(below, "https://otel.example.com/collect/v1/traces");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_span_reaches_the_collector_with_its_correlation_id_and_without_the_events_in_it() {
        let collector = MockServer::start().await;
        Mock::given(method("POST"))
            .and(path("/v1/traces"))
            .and(header("content-type", "application/x-protobuf"))
            .respond_with(ResponseTemplate::new(200))
            .expect(1)
            .mount(&collector)
            .await;
        let traces = Traces::start(&collector.uri().parse().unwrap()).unwrap();
        let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer());
        let subscriber = tracing_subscriber::registry().with(layer.with_filter(telemetry::spans_of_ours()));
        let guard = tracing::subscriber::set_default(subscriber);
        let span = tracing::info_span!("ask Partner Center", ms.correlation_id = "11111111-correlation");
        async { tracing::info!("an event with event-canary") }.instrument(span).await;
        drop(guard);
        traces.finish().await;
        let received = collector.received_requests().await.unwrap();
        let body = String::from_utf8_lossy(&received[0].body).into_owned();
        for part in ["ask Partner Center", "ms.correlation_id", "11111111-correlation", "reseller-portal"] {
            assert!(body.contains(part), "{part} is missing");
        }
        assert!(!body.contains("event-canary"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_collector_that_does_not_answer_holds_the_end_up_for_seconds_at_most() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
        let traces = Traces::start(&endpoint).unwrap();
        let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer());
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        tracing::info_span!("a span").in_scope(|| {});
        drop(guard);
        let started = tokio::time::Instant::now();
        traces.finish().await;
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    }
}
