//! Security headers of every answer.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What is set unless the answer says otherwise.
const DEFAULTS: [(HeaderName, HeaderValue); 9] = [
    // For everything that is no page of ours; pages bring a policy with a nonce of their own.
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Two years, as the preload lists want it.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Adds the headers; `https` says whether browsers may be told to come back over TLS alone.
pub async fn add(https: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        if planted!(NoStoreLeftOff) && name == header::CACHE_CONTROL {
            continue;
        }
        headers.entry(name).or_insert(value);
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
        secure_cookies(headers);
    }
    response
}

/// The session's layer takes its cookie back without the attributes that it was given with, and browsers do not obey that
/// for a cookie of the name `__Host-`.
fn secure_cookies(headers: &mut HeaderMap) {
    let header::Entry::Occupied(mut cookies) = headers.entry(header::SET_COOKIE) else { return };
    for cookie in cookies.iter_mut() {
        let Ok(text) = cookie.to_str() else { continue };
        if !text.contains("; Secure")
            && let Ok(secure) = HeaderValue::try_from(format!("{text}; HttpOnly; SameSite=Lax; Secure"))
        {
            *cookie = secure;
        }
    }
}

/// The policy of a page: nothing but our own files, and scripts by this nonce.
///
/// `'wasm-unsafe-eval'` lets WebAssembly be compiled, nothing else; `'strict-dynamic'` lets the loader import its module.
/// `authority` is an origin that signing out leads to: browsers hold a form's redirects to `form-action`, too.
pub fn page_policy(nonce: &str, authority: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; form-action 'self' {authority}; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Further headers of an answer that shows a secret.
pub fn secret(headers: &mut HeaderMap) {
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
