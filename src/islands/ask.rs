//! Server functions, asked without the framework's client: that one is made for streams, files and sockets as well, and
//! weighed more than all that is asked here.

use leptos::{
    prelude::{FromServerFnError, window},
    serde_json,
    server_fn::ServerFn,
};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use crate::error::PortalError;

/// After so many milliseconds without an answer the portal counts as unreachable.
const PATIENCE: u32 = 20_000;

/// Calls a server function.
pub(super) async fn ask<F>(question: F) -> Result<F::Output, PortalError>
where
    F: ServerFn<Error = PortalError> + Serialize,
    F::Output: DeserializeOwned,
{
    let question = serde_json::to_string(&question).map_err(|_| PortalError::Internal)?;
    let answer = post(F::PATH, question).await?;
    serde_json::from_slice(answer.as_bytes()).map_err(|_| PortalError::Internal)
}

/// Sends JSON and gets JSON.
async fn post(path: &'static str, json: String) -> Result<String, PortalError> {
    let response = send(path, &json).await.map_err(|_| PortalError::Unreachable)?;
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await,
        Err(error) => Err(error),
    };
    let text = text.ok().and_then(|text| text.as_string()).ok_or(PortalError::Unreachable)?;
    if response.ok() { Ok(text) } else { Err(PortalError::de(text.into())) }
}

/// Gets a part of a page: its status and its text.
pub(super) async fn fragment(path: &str) -> Result<(u16, String), PortalError> {
    let request = RequestInit::new();
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await;
    let response: Response = response.map_err(|_| PortalError::Unreachable)?.unchecked_into();
    let text = JsFuture::from(response.text().map_err(|_| PortalError::Unreachable)?).await;
    let text = text.ok().and_then(|text| text.as_string()).ok_or(PortalError::Unreachable)?;
    Ok((response.status(), text))
}

async fn send(path: &str, json: &str) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    headers.set("Accept", "application/json")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsValue::from_str(json));
    request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?;
    Ok(response.unchecked_into())
}
