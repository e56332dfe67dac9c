//! Server functions, asked without the framework's client: that one is made for streams, files and sockets as well, and
//! weighed more than all that is asked here.

use leptos::{prelude::window, serde_json, server_fn::ServerFn};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use crate::{
    error::PortalError,
    json::{self, Read},
};

/// After so many milliseconds without an answer the portal counts as unreachable.
const PATIENCE: u32 = 20_000;

/// Calls a server function.
#[cfg(any(feature = "ssr", feature = "hydrate-pages"))]
pub(super) async fn ask<F>(question: F) -> Result<F::Output, PortalError>
where
    F: ServerFn<Error = PortalError> + Serialize,
    F::Output: Read,
{
    let answer = post(F::PATH, serde_json::to_string(&question)).await?;
    json::read(&answer).ok_or(PortalError::Internal)
}

/// Calls a server function, then `act`. For those who ask much: there is one future for all questions.
#[cfg(any(feature = "ssr", feature = "hydrate-form"))]
pub(super) fn ask_then<F>(question: &F, act: impl FnOnce(Result<F::Output, PortalError>) + 'static)
where
    F: ServerFn<Error = PortalError> + Serialize,
    F::Output: Read,
{
    async fn asked(path: &'static str, question: Question, act: Box<dyn FnOnce(Result<String, PortalError>)>) {
        act(post(path, question).await);
    }
    let act = move |answer: Result<String, PortalError>| {
        act(answer.and_then(|answer| json::read(&answer).ok_or(PortalError::Internal)));
    };
    spawn_local(asked(F::PATH, serde_json::to_string(question), Box::new(act)));
}

type Question = Result<String, serde_json::Error>;

/// Sends JSON and gets JSON.
async fn post(path: &'static str, question: Question) -> Result<String, PortalError> {
    let json = question.map_err(|_| PortalError::Internal)?;
    let request = request("application/json", &json).map_err(|_| PortalError::Internal)?;
    let (status, text) = answer(path, &request).await?;
    if (200..300).contains(&status) { Ok(text) } else { Err(PortalError::read(&text)) }
}

/// Sends a form and gets a part of a page: its status and its text. It arrives even if the page is left meanwhile.
pub(super) async fn send_form(path: &str, fields: &str) -> Result<(u16, String), PortalError> {
    let request = request("application/x-www-form-urlencoded", fields).map_err(|_| PortalError::Internal)?;
    // Fails only for what is no object.
    let _ = js_sys::Reflect::set(&request, &"keepalive".into(), &JsValue::TRUE);
    answer(path, &request).await
}

/// Gets a part of a page: its status and its text.
pub(super) async fn fragment(path: &str) -> Result<(u16, String), PortalError> {
    let request = RequestInit::new();
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    answer(path, &request).await
}

async fn answer(path: &str, request: &RequestInit) -> Result<(u16, String), PortalError> {
    let response = JsFuture::from(window().fetch_with_str_and_init(path, request)).await;
    let response: Response = response.map_err(|_| PortalError::Unreachable)?.unchecked_into();
    let text = JsFuture::from(response.text().map_err(|_| PortalError::Unreachable)?).await;
    let text = text.ok().and_then(|text| text.as_string()).ok_or(PortalError::Unreachable)?;
    Ok((response.status(), text))
}

/// A POST; the portal answers server functions with JSON whatever is accepted.
fn request(content_type: &str, body: &str) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", content_type)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsValue::from_str(body));
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    Ok(request)
}
