//! What two programs could read in two ways is no request: behind a proxy one of them would be answered with the other's
//! rights. HTTP leaves these checks to the server, and hyper leaves them to us.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header, uri::Authority};

/// Refuses a request that is not meant for a server like this one. Nothing follows it on its connection, and nothing follows
/// a body in chunks, whose end is what programs disagree about; browsers send none to HTTP/1.1.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let (version, fault) = (request.version(), fault(&request));
    let is_last = fault.is_some() || request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = match fault {
        Some(StatusCode::METHOD_NOT_ALLOWED) => {
            (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response()
        }
        Some(status) => status.into_response(),
        None => next.run(request).await,
    };
    if is_last && version <= Version::HTTP_11 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The status of a refusal, if there is to be one.
fn fault(request: &Request) -> Option<StatusCode> {
    if matches!(*request.method(), Method::CONNECT | Method::TRACE) {
        return Some(StatusCode::METHOD_NOT_ALLOWED);
    }
    let target = request.uri();
    // A host alone is a target of CONNECT, the asterisk one of OPTIONS.
    let is_meant_otherwise = target.authority().is_some() && target.scheme().is_none()
        || target.path() == "*" && request.method() != Method::OPTIONS;
    if is_meant_otherwise || !names_one_host(request.version(), request.headers(), target.authority()) {
        return Some(StatusCode::BAD_REQUEST);
    }
    // Another coding than this one would reach the handlers as if it were the text.
    let mut codings = request.headers().get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => None,
        _ => Some(StatusCode::NOT_IMPLEMENTED),
    }
}

/// RFC 9112, section 3.2: HTTP/1.1 has one `Host`, no more, and it is one. Where the target names a host too, they are the
/// same.
fn names_one_host(version: Version, headers: &HeaderMap, target: Option<&Authority>) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version != Version::HTTP_11,
        (Some(host), None) => {
            is_host(host) && target.is_none_or(|named| host.as_bytes().eq_ignore_ascii_case(named.as_str().as_bytes()))
        }
        (Some(_), Some(_)) => false,
    }
}

fn is_host(value: &HeaderValue) -> bool {
    let authority = value.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
    authority.is_some_and(|authority| !authority.as_str().contains('@') && !authority.host().is_empty())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(version: Version, method: &str, target: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = Request::builder().version(version).method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        fault(&request.body(Body::empty()).unwrap()).map(|status| status.as_u16())
    }

    #[test]
    fn a_request_names_one_host() {
        let http = |headers: &[(&str, &str)]| asked(Version::HTTP_11, "GET", "/", headers);
        for host in ["portal.example.com", "127.0.0.1:3000", "[::1]:3000", "localhost"] {
            assert_eq!(http(&[("host", host)]), None, "{host}");
        }
        assert_eq!(http(&[]), Some(400));
        for host in ["", "a b", "a, b", "user@portal.example.com", "a/b", "a?b", ":80"] {
            assert_eq!(http(&[("host", host)]), Some(400), "{host}");
        }
        assert_eq!(http(&[("host", "a"), ("host", "a")]), Some(400));
        assert_eq!(asked(Version::HTTP_10, "GET", "/", &[]), None);
        assert_eq!(asked(Version::HTTP_2, "GET", "https://a/", &[]), None);
        assert_eq!(asked(Version::HTTP_2, "GET", "https://a/", &[("host", "b")]), Some(400));
    }

    #[test]
    fn a_target_with_a_host_names_the_same() {
        let http = |target: &str| asked(Version::HTTP_11, "GET", target, &[("host", "portal.example.com")]);
        assert_eq!(http("http://Portal.example.com/customers"), None);
        for target in [
            "http://evil.example/",
            "http://portal.example.com:81/",
            "http://u@portal.example.com/",
            "portal.example.com",
            "*",
        ] {
            assert_eq!(http(target), Some(400), "{target}");
        }
    }

    #[test]
    fn a_coding_that_is_not_undone_is_refused() {
        let http = |codings: &[&str]| {
            let codings = codings.iter().map(|coding| ("transfer-encoding", *coding));
            asked(Version::HTTP_11, "POST", "/", &std::iter::once(("host", "a")).chain(codings).collect::<Vec<_>>())
        };
        assert_eq!(http(&["chunked"]), None);
        assert_eq!(http(&["Chunked"]), None);
        for codings in [&["gzip, chunked"][..], &["chunked, chunked"], &["chunked", "chunked"], &["identity"]] {
            assert_eq!(http(codings), Some(501), "{codings:?}");
        }
    }

    #[test]
    fn nothing_is_connected_or_traced() {
        assert_eq!(asked(Version::HTTP_11, "CONNECT", "a:443", &[("host", "a:443")]), Some(405));
        assert_eq!(asked(Version::HTTP_11, "TRACE", "/", &[("host", "a")]), Some(405));
    }
}
