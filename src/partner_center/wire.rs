//! What all resources share in reading: JSON behind a byte order mark, values of either type, collections.

use std::str::FromStr;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};

use super::error::{Failure, Loss};

/// EF BB BF, which success bodies of Partner Center begin with.
const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// The body without its byte order mark.
pub(super) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// Decodes the body of a success.
///
/// Only where and how it failed is logged: the decoder's own message would quote the value, which may be a password.
pub(super) fn decode<T: DeserializeOwned>(operation: &'static str, body: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| unreadable(operation, &error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| unreadable(operation, "", &error))?;
    Ok(value)
}

fn unreadable(operation: &'static str, path: &str, error: &serde_json::Error) -> Failure {
    let (category, line, column) = (error.classify(), error.line(), error.column());
    tracing::debug!(operation, path, ?category, line, column, "Partner Center's answer cannot be read");
    Failure::lost(Loss::Unreadable)
}

/// A text, a number as its text, or `None` for whatever else stands there.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose {
    Text(String),
    Number(serde_json::Number),
    Other(IgnoredAny),
}

impl Loose {
    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Other(_) => None,
        }
    }
}

/// For a field that is a text on paper and a number on the wire, or the other way round.
pub(super) fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<String>, D::Error> {
    Loose::deserialize(json).map(Loose::into_text)
}

/// For a field that the answer can do without: what does not parse counts as missing.
pub(super) fn parsed<'de, D: Deserializer<'de>, T: FromStr>(json: D) -> Result<Option<T>, D::Error> {
    text(json).map(|text| text.and_then(|text| text.parse().ok()))
}

/// A list of texts as it stands today (`[..]`) or as it stood in 2015 (`{"value": [..]}`); null is empty.
pub(super) fn texts<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Shape {
        Plain(Vec<Loose>),
        Wrapped { value: Vec<Loose> },
    }
    let list = match Option::deserialize(json)? {
        Some(Shape::Plain(list) | Shape::Wrapped { value: list }) => list,
        None => Vec::new(),
    };
    Ok(list.into_iter().filter_map(Loose::into_text).collect())
}

/// One page of a collection.
#[derive(Deserialize)]
pub(super) struct Collection<T> {
    /// Missing or null when there is nothing.
    #[serde(default = "Option::default")]
    pub(super) items: Option<Vec<T>>,
    #[serde(default)]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    next: Option<Link>,
}

/// Where the next page is.
#[derive(Deserialize)]
pub(super) struct Link {
    /// Path and query, mostly without the leading `/v1`.
    pub(super) uri: String,
    #[serde(default)]
    headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    key: String,
    #[serde(default, deserialize_with = "text")]
    value: Option<String>,
}

impl<T> Collection<T> {
    /// The items and where there are more.
    pub(super) fn into_parts(self) -> (Vec<T>, Option<Link>) {
        (self.items.unwrap_or_default(), self.links.next)
    }
}

impl Link {
    /// The one header that paging needs. No other is copied: an answer must not choose our headers.
    pub(super) fn continuation_token(&self) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.key.eq_ignore_ascii_case(super::call::CONTINUATION_TOKEN))
            .and_then(|header| header.value.as_deref())
    }
}
