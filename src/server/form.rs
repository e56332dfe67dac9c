//! Decoding of plain HTML forms.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

/// A form of a page of ours. Unknown fields are ignored, a missing one is empty; of a repeated one the last that is not
/// empty counts (a radio button beats the hidden field that script would have filled).
#[derive(Debug)]
pub struct PlainForm<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for PlainForm<T> {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded")) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        decode(&bytes).map(Self).ok_or(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut fields = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        if !value.is_empty() || !fields.contains_key(name.as_ref()) {
            fields.insert(name.into_owned(), value.into_owned().into());
        }
    }
    serde_json::from_value(fields.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::NewCustomerForm;

    #[test]
    fn every_field_is_taken_as_it_was_typed() {
        let form: NewCustomerForm =
            decode("company_name=Wingtip+Toys&city=%3Cb%3E&unknown=1&owner=me".as_bytes()).unwrap();
        assert_eq!(form.company_name, "Wingtip Toys");
        assert_eq!(form.city, "<b>");
        assert_eq!(form.country, "");
    }

    #[test]
    fn a_chosen_radio_button_beats_an_empty_hidden_field() {
        for body in ["reseller_id=&reseller_id=abc", "reseller_id=abc&reseller_id="] {
            assert_eq!(decode::<NewCustomerForm>(body.as_bytes()).unwrap().reseller_id, "abc");
        }
    }
}
