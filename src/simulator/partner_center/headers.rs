//! The headers of requests and answers.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use super::answer::{FromGateway, Refusal};
use crate::simulator::shared::{Shared, Simulation};

const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
const CONTEXT: HeaderName = HeaderName::from_static("request-context");
const VALIDATE_MFA: HeaderName = HeaderName::from_static("validatemfa");
const IS_MFA_COMPLIANT: HeaderName = HeaderName::from_static("ismfacompliant");

/// The two ids that a create must carry.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallIds {
    pub(super) request_id: Uuid,
    pub(super) correlation_id: Uuid,
}

impl CallIds {
    /// Refuses a create without them.
    pub(super) fn required(headers: &HeaderMap) -> Result<Self, Refusal> {
        Ok(Self {
            request_id: guid(headers, &REQUEST_ID, "MS-RequestId")?,
            correlation_id: guid(headers, &CORRELATION_ID, "MS-CorrelationId")?,
        })
    }
}

fn guid(headers: &HeaderMap, name: &HeaderName, as_documented: &str) -> Result<Uuid, Refusal> {
    headers
        .get(name)
        .and_then(|value| Uuid::try_parse(value.to_str().ok()?).ok())
        .ok_or_else(|| Refusal::bad_property(as_documented, format!("The header {as_documented} must be a GUID.")))
}

/// Echoes the ids, makes up those that are missing, and adds what the service adds. Answers of the gateway have none.
pub(super) async fn complete(State(shared): State<Simulation>, request: Request, next: Next) -> Response {
    let added = of_the_service(&shared, request.headers());
    let asks_for_mfa = request.headers().contains_key(VALIDATE_MFA);
    let has_mfa = asks_for_mfa && super::auth::has_mfa(&shared, request.headers());
    let mut response = next.run(request).await;
    if response.extensions().get::<FromGateway>().is_some() {
        return response;
    }
    let headers = response.headers_mut();
    headers.extend(added);
    if asks_for_mfa {
        headers.insert(IS_MFA_COMPLIANT, HeaderValue::from_static(if has_mfa { "true" } else { "false" }));
    }
    response
}

/// What the service adds to its answer to a request with these headers.
pub(in crate::simulator) fn of_the_service(shared: &Shared, asked: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in [REQUEST_ID, CORRELATION_ID] {
        let value = asked.get(&name).cloned();
        headers.insert(name, value.unwrap_or_else(|| made_up(shared)));
    }
    if let Ok(vector) = HeaderValue::from_str(&shared.random.ms_cv()) {
        headers.insert(VECTOR, vector);
    }
    headers.insert(SERVER_ID, HeaderValue::from_static("0000112D"));
    headers.insert(CONTEXT, HeaderValue::from_static("appId=cid-v1:03ce8ca8-8373-4021-8f25-d5dd45c7b12f"));
    headers
}

fn made_up(shared: &Shared) -> HeaderValue {
    HeaderValue::from_str(&shared.random.uuid().to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
