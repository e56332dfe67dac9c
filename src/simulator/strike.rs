//! The layer that counts calls and lets scripted faults strike.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{self, Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hyper::body::Frame;

use super::{
    codes,
    faults::{Fault, FaultKind},
    listener::ResetConnection,
    operation::Operation,
    partner_center::{answer::Refusal, headers},
    shared::{Shared, Simulation},
};

/// How long a call that is never answered keeps its connection.
const FOREVER: Duration = Duration::from_mins(10);

/// Counts the call, and lets the next fault of the script that fits strike it.
pub(super) async fn strike(State(shared): State<Simulation>, request: Request, next: Next) -> Response {
    let operation = Operation::of(request.method(), request.uri().path());
    let fault = {
        let mut world = shared.world();
        world.count(operation);
        world.faults.strike(operation)
    };
    match fault {
        Some(fault) => struck(&shared, operation, fault, request, next).await,
        None => next.run(request).await,
    }
}

async fn struck(shared: &Shared, operation: Operation, fault: Fault, request: Request, next: Next) -> Response {
    // A refusal with a code is the service's own, and has its headers.
    let has_code = matches!(fault.kind, FaultKind::Refusal { .. } | FaultKind::Status { code: Some(_), .. });
    let added = if has_code { headers::of_the_service(shared, request.headers()) } else { HeaderMap::new() };
    let commits = fault.commit.unwrap_or_else(|| fault.kind.commits());
    let answer =
        if commits { next.run(request).await } else { Refusal::empty(StatusCode::BAD_GATEWAY).into_response() };
    let mut answer = match fault.kind {
        FaultKind::TimeoutBeforeCommit | FaultKind::TimeoutAfterCommit => {
            shared.clock.sleep(FOREVER).await;
            reset()
        }
        FaultKind::Hang { hang_ms } => {
            shared.clock.sleep(Duration::from_millis(hang_ms)).await;
            answer
        }
        FaultKind::Reset | FaultKind::ResetAfterCommit => reset(),
        FaultKind::TooManyRequests { retry_after } => too_many_requests(retry_after),
        FaultKind::Status { status, code, description } => with_status(status, code, description),
        FaultKind::Refusal { code, property } => codes::refusal(operation, &code, property.as_deref()).into_response(),
        FaultKind::UnauthorizedMfa => Refusal::mfa_required().into_response(),
        FaultKind::UnauthorizedMfaOld => Refusal::mfa_required_of_2019().into_response(),
        FaultKind::Malformed => with_body(answer, "application/json; charset=utf-8", Body::from("{\"id\": \"626099fe")),
        FaultKind::Html => with_body(answer, "text/html", Body::from("<html><body><h1>Bad Gateway</h1></body></html>")),
        FaultKind::Truncated => truncated(answer).await,
        FaultKind::Empty => with_body(answer, "application/json; charset=utf-8", Body::empty()),
        FaultKind::NoPasswordOnReplay | FaultKind::ConflictOnReplay | FaultKind::MfaRequiredOnRefresh => answer,
    };
    answer.headers_mut().extend(added);
    answer
}

/// An answer that the listener turns into a reset of the connection.
fn reset() -> Response {
    let mut response = StatusCode::BAD_GATEWAY.into_response();
    response.extensions_mut().insert(ResetConnection);
    response
}

fn too_many_requests(retry_after: Option<u32>) -> Response {
    let seconds = retry_after.unwrap_or(57);
    let message = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
    let mut response = Refusal::gateway(StatusCode::TOO_MANY_REQUESTS, message).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn with_status(status: u16, code: Option<u32>, description: Option<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match code {
        Some(code) => {
            let description = description.unwrap_or_else(|| "A scripted fault.".to_owned());
            Refusal::classic(status, code, description).into_response()
        }
        None => Refusal::empty(status).into_response(),
    }
}

/// The same status and headers with another body.
fn with_body(answer: Response, content_type: &'static str, body: Body) -> Response {
    let (mut parts, _) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Response::from_parts(parts, body)
}

/// Half of the body under a `Content-Length` for the whole.
async fn truncated(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let whole = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = whole.slice(..whole.len() / 2);
    Response::from_parts(parts, Body::new(CutOff { rest: Some(half), flushed: false }))
}

/// A body that breaks off.
struct CutOff {
    rest: Option<Bytes>,
    flushed: bool,
}

impl hyper::body::Body for CutOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(rest) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(rest))));
        }
        if !self.flushed {
            // hyper flushes while it waits; an error at once would take the first half with it.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())))
    }
}
