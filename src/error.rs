//! The closed set of failures that a browser may see.
//!
//! No variant carries free text: what a server function answers is also decoded from places that others can write to
//! (a URL, a proxy's page), and third-party text would be shown as if it were ours.

use leptos::{
    prelude::FromServerFnError,
    server_fn::{Bytes, codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::FieldErrors,
    json::{self, read_struct},
};

/// What a server function may answer instead of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum PortalError {
    /// 422: some fields need attention.
    #[error("some fields need attention")]
    Invalid(FieldErrors),
    /// 401: no session, or it has ended.
    #[error("sign in again")]
    Unauthenticated,
    /// 403: signed in, but not allowed.
    #[error("not allowed")]
    Forbidden,
    /// 404: no such record, or not this person's.
    #[error("not found")]
    NotFound,
    /// 409: the record has moved on: sent already, opened already.
    #[error("already done")]
    Conflict,
    /// 429: this person, address or reseller asks too often; `Retry-After` says when again.
    #[error("asked too often")]
    TooOften,
    /// 502: Microsoft cannot be reached or does not answer as agreed.
    #[error("Microsoft cannot be reached")]
    Upstream,
    /// 503: the provider has connected no account with which a reseller's onboardings run.
    #[error("the provider has connected no account")]
    NotConnected,
    /// 503: the portal's own database or keys do not work just now.
    #[error("the portal is not ready")]
    Unavailable,
    /// The browser could not reach the portal; made in the browser.
    #[error("the portal cannot be reached")]
    Unreachable,
    /// 500: a fault of ours.
    #[error("something went wrong on our side")]
    Internal,
}

impl PortalError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooOften => 429,
            Self::Upstream => 502,
            Self::NotConnected | Self::Unavailable => 503,
            Self::Unreachable | Self::Internal => 500,
        }
    }

    /// What the body of an answer says. Only the kind is taken over: what is wrong with which field the browser knows
    /// itself.
    pub(crate) fn read(body: &str) -> Self {
        match json::read::<Kind>(body) {
            Some(Kind { kind }) => Self::of_kind(&kind),
            None => Self::Internal,
        }
    }

    fn of_kind(kind: &str) -> Self {
        match kind {
            "invalid" => Self::Invalid(FieldErrors::default()),
            "unauthenticated" => Self::Unauthenticated,
            "forbidden" => Self::Forbidden,
            "not_found" => Self::NotFound,
            "conflict" => Self::Conflict,
            "too_often" => Self::TooOften,
            "upstream" => Self::Upstream,
            "not_connected" => Self::NotConnected,
            "unavailable" => Self::Unavailable,
            "unreachable" => Self::Unreachable,
            _ => Self::Internal,
        }
    }
}

/// The part of an answer that says what has failed.
struct Kind {
    kind: String,
}

read_struct!(Kind { kind });

impl FromServerFnError for PortalError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Invalid(FieldErrors::default()),
            // On the server it is the question that cannot be read, in the browser the answer.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_) => Self::Invalid(FieldErrors::default()),
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::Internal,
        }
    }

    /// Reads the kind alone: what is wrong with which field no island asks of a server function, and the decoder of all
    /// of it would be a seventh of the WebAssembly.
    fn de(data: Bytes) -> Self {
        Self::read(std::str::from_utf8(&data).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_every_error_survives_the_way_to_the_browser() {
        for error in [
            PortalError::Invalid(FieldErrors::default()),
            PortalError::Unauthenticated,
            PortalError::Forbidden,
            PortalError::NotFound,
            PortalError::Conflict,
            PortalError::TooOften,
            PortalError::Upstream,
            PortalError::NotConnected,
            PortalError::Unavailable,
            PortalError::Unreachable,
            PortalError::Internal,
        ] {
            assert_eq!(PortalError::de(error.ser()), error);
        }
        assert_eq!(PortalError::de(Bytes::from_static(b"<html>a proxy's page</html>")), PortalError::Internal);
    }
}
