//! The body of a request, read to its end before anything looks at it: what is too much, too slow, broken off or packed is
//! answered so in one place, and not as each handler would have it.

use std::{error::Error, time::Duration};

use axum::{
    body::{HttpBody, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use http_body_util::LengthLimitError;

use super::{
    LARGEST_BODY,
    limits::{self, Limits},
};

/// A body is sent within this time: two kilobytes a second are enough for the largest.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// Reads the body, or answers why not. What waits for its body is not yet at work: it takes no place from those who are.
pub(super) async fn read(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    read_within(BODY_DEADLINE, &limits, request, next).await
}

async fn read_within(deadline: Duration, limits: &Limits, request: Request, next: Next) -> Response {
    if is_packed(request.headers()) {
        // Nothing is ever unpacked here, so that no small body becomes a large one.
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, [(header::ACCEPT_ENCODING, "identity")]).into_response();
    }
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let largest = if planted!(NoBodyLimit) { usize::MAX } else { LARGEST_BODY };
    // What says itself that it is too much is not read at all.
    if usize::try_from(request.body().size_hint().lower()).is_ok_and(|length| length > largest) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let Some(place) = limits::place_to_read(limits) else { return limits::busy() };
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(deadline, to_bytes(body, largest)).await;
    drop(place);
    match read {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, bytes.into())).await,
        Ok(Err(error)) if is_too_long(&error) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Ok(Err(_)) => StatusCode::BAD_REQUEST.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

fn is_packed(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::{io, num::NonZeroU32};

    use axum::{Router, body::Body, middleware, routing::post};
    use tokio_stream::StreamExt;
    use tower::ServiceExt;

    use super::*;

    async fn sent(body: Body, coding: Option<&str>) -> (u16, usize) {
        let limits = Limits::new(NonZeroU32::MIN);
        let router = Router::new().route("/", post(async |body: String| body.len().to_string())).layer(
            middleware::from_fn(move |request, next| {
                let limits = limits.clone();
                async move { read_within(Duration::from_millis(400), &limits, request, next).await }
            }),
        );
        let request =
            coding.map_or_else(Request::builder, |coding| Request::builder().header("content-encoding", coding));
        let answer = router.oneshot(request.method("POST").uri("/").body(body).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 100).await.unwrap();
        (status, std::str::from_utf8(&body).unwrap().parse().unwrap_or(0))
    }

    fn pieces(count: usize, every: Duration) -> Body {
        let pieces = tokio_stream::iter(0..count).then(move |_| async move {
            tokio::time::sleep(every).await;
            Ok::<_, io::Error>("x".repeat(1024))
        });
        Body::from_stream(pieces)
    }

    #[tokio::test]
    async fn a_body_is_read_to_the_last_byte_that_is_allowed_and_not_beyond() {
        assert_eq!(sent(Body::from("x".repeat(LARGEST_BODY)), None).await, (200, LARGEST_BODY));
        assert_eq!(sent(Body::from("x".repeat(LARGEST_BODY + 1)), None).await.0, 413);
        assert_eq!(sent(pieces(64, Duration::ZERO), None).await, (200, LARGEST_BODY));
        assert_eq!(sent(pieces(usize::MAX, Duration::ZERO), None).await.0, 413);
        assert_eq!(sent(Body::empty(), None).await, (200, 0));
    }

    #[tokio::test]
    async fn a_body_that_takes_too_long_is_given_up() {
        assert_eq!(sent(pieces(2, Duration::from_millis(50)), None).await, (200, 2 * 1024));
        assert_eq!(sent(pieces(60, Duration::from_millis(50)), None).await.0, 408);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_none() {
        let broken = Body::from_stream(tokio_stream::iter([Ok("a=b"), Err(io::Error::other("gone"))]));
        assert_eq!(sent(broken, None).await.0, 400);
    }

    #[tokio::test]
    async fn a_packed_body_is_not_unpacked_and_not_taken_for_the_text() {
        for coding in ["gzip", "br", "zstd", "deflate", "identity, gzip", "x"] {
            assert_eq!(sent(Body::from("a=b"), Some(coding)).await.0, 415, "{coding}");
        }
        assert_eq!(sent(Body::from("a=b"), Some("identity")).await, (200, 3));
    }
}
