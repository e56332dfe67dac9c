//! Answers: success bodies with a byte order mark, and the shapes of errors.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use hyper::ext::ReasonPhrase;
use serde::Serialize;
use serde_json::{Value, json};

/// EF BB BF: in front of every JSON body of a success, counted by `Content-Length`.
pub(in crate::simulator) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Marks answers of the gateway, which carry no `MS-*` headers.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulator) struct FromGateway;

/// What a handler gives back.
pub(in crate::simulator) type Answer = Result<Response, Refusal>;

/// A JSON answer of a success.
pub(in crate::simulator) fn success(status: StatusCode, body: &impl Serialize) -> Response {
    let mut bytes = BYTE_ORDER_MARK.to_vec();
    match serde_json::to_writer(&mut bytes, body) {
        Ok(()) => json_response(status, bytes),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// 200 with a JSON body.
#[expect(clippy::unnecessary_wraps, reason = "the last line of handlers that may refuse")]
pub(in crate::simulator) fn ok(body: &impl Serialize) -> Answer {
    Ok(success(StatusCode::OK, body))
}

/// A status without a body.
pub(in crate::simulator) fn no_body(status: StatusCode) -> Response {
    (status, Body::empty()).into_response()
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// A refusal, in one of the shapes that exist.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) struct Refusal {
    pub(in crate::simulator) status: StatusCode,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Classic { code: u32, description: String, data: Vec<String>, source: &'static str },
    CustomerService { code: u32, description: String, error_name: &'static str },
    Gateway { message: String, reason: Option<&'static str> },
    Empty { reason: Option<&'static str>, challenge: bool },
}

impl Refusal {
    /// The classic shape: code, description, data, source.
    pub(in crate::simulator) fn classic(status: StatusCode, code: u32, description: impl Into<String>) -> Self {
        let shape = Shape::Classic { code, description: description.into(), data: Vec::new(), source: "PartnerFD" };
        Self { status, shape }
    }

    /// The shape of the newer customer service, with a name and no permission to retry.
    pub(in crate::simulator) fn customer_service(
        status: StatusCode,
        code: u32,
        error_name: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Self { status, shape: Shape::CustomerService { code, description: description.into(), error_name } }
    }

    /// The shape of the gateway in front of all services.
    pub(in crate::simulator) fn gateway(status: StatusCode, message: impl Into<String>) -> Self {
        let reason = (status == StatusCode::NOT_FOUND).then_some("Resource Not Found");
        Self { status, shape: Shape::Gateway { message: message.into(), reason } }
    }

    /// No body.
    pub(in crate::simulator) fn empty(status: StatusCode) -> Self {
        Self { status, shape: Shape::Empty { reason: None, challenge: false } }
    }

    /// The refusal of 2019 for want of a second factor: its reason phrase is all that it says.
    pub(in crate::simulator) fn mfa_required_of_2019() -> Self {
        let shape = Shape::Empty { reason: Some("Unauthorized - MFA required"), challenge: true };
        Self { status: StatusCode::UNAUTHORIZED, shape }
    }

    /// The refusal of 2026 for want of a second factor.
    pub(in crate::simulator) fn mfa_required() -> Self {
        Self::classic(StatusCode::UNAUTHORIZED, 900_421, "The token carries no proof of multifactor authentication.")
    }

    /// 400 with code 3000, naming the property.
    pub(in crate::simulator) fn bad_property(property: &str, description: impl Into<String>) -> Self {
        Self::classic(StatusCode::BAD_REQUEST, 3000, description).about(property)
    }

    /// The customer service's "invalid data" with the name of the property.
    pub(in crate::simulator) fn invalid_data(property: &str, description: impl Into<String>) -> Self {
        Self::classic(StatusCode::BAD_REQUEST, 27002, description).about(property)
    }

    /// Adds `property_name: …` to the data.
    pub(in crate::simulator) fn about(self, property: &str) -> Self {
        self.with_data(format!("property_name: {property}"))
    }

    /// Adds a line to the data.
    pub(in crate::simulator) fn with_data(mut self, line: impl Into<String>) -> Self {
        if let Shape::Classic { data, .. } = &mut self.shape {
            data.push(line.into());
        }
        self
    }

    /// Names another service than `PartnerFD`.
    pub(in crate::simulator) fn by_service(mut self, name: &'static str) -> Self {
        if let Shape::Classic { source, .. } = &mut self.shape {
            *source = name;
        }
        self
    }

    /// Code and text, for tests.
    #[cfg(test)]
    pub(in crate::simulator) fn in_short(&self) -> (u32, String) {
        match &self.shape {
            Shape::Classic { code, description, data, .. } => (*code, format!("{description} {}", data.join(" "))),
            Shape::CustomerService { code, description, .. } => (*code, description.clone()),
            Shape::Gateway { message, .. } => (0, message.clone()),
            Shape::Empty { .. } => (0, String::new()),
        }
    }

    fn body(&self) -> Option<Value> {
        match &self.shape {
            Shape::Classic { code, description, data, source } if data.is_empty() => {
                Some(json!({ "code": code, "description": description, "source": source }))
            }
            Shape::Classic { code, description, data, source } => {
                Some(json!({ "code": code, "description": description, "data": data, "source": source }))
            }
            Shape::CustomerService { code, description, error_name } => Some(json!({
                "code": code,
                "message": description,
                "description": description,
                "errorName": error_name,
                "isRetryable": false,
                "parameters": {},
                "errorMessageExtended": format!("InternalErrorCode={code}"),
            })),
            Shape::Gateway { message, .. } => Some(json!({ "statusCode": self.status.as_u16(), "message": message })),
            Shape::Empty { .. } => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = match self.body() {
            Some(body) => json_response(self.status, body.to_string().into_bytes()),
            None => no_body(self.status),
        };
        let reason = match self.shape {
            Shape::Gateway { reason, .. } => {
                response.extensions_mut().insert(FromGateway);
                reason
            }
            Shape::Empty { reason, challenge } => {
                if challenge {
                    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
                }
                reason
            }
            Shape::Classic { .. } | Shape::CustomerService { .. } => None,
        };
        if let Some(reason) = reason {
            response.extensions_mut().insert(ReasonPhrase::from_static(reason.as_bytes()));
        }
        response
    }
}
