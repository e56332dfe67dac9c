//! The client against documented bodies, and against answers that go wrong. Fixtures: see `fixtures/README.md`.

mod countries;
mod create;
mod documented;
mod scripted;
mod tenants;
mod transport;

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use super::*;
use crate::domain::NewCustomer;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name))
    };
}
use fixture;

const TOKEN: &str = "eyJ0-canary-token";
const REQUEST_ID: &str = "d628adbe-b7ee-412e-ac55-58f22b4ba2f4";
const CORRELATION_ID: &str = "0dd197a8-992c-44ca-aeae-21cd83494dce";

fn token() -> SecretString {
    SecretString::from(TOKEN)
}

fn ids() -> CallIds {
    CallIds { request_id: REQUEST_ID.parse().unwrap(), correlation_id: CORRELATION_ID.parse().unwrap() }
}

/// A client whose pauses are a matter of milliseconds.
fn client(base: &str) -> PartnerCenter {
    let effort = Effort {
        deadline: Duration::from_secs(1),
        attempts: 4,
        total: Duration::from_secs(20),
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
        longest_retry_after: Duration::from_secs(2),
    };
    let patience = Patience {
        read: Effort { attempts: 3, ..effort.clone() },
        repeat: Effort { attempts: 1, ..effort.clone() },
        create: effort,
    };
    PartnerCenter::new(crate::http::client("test").unwrap(), base.parse().unwrap(), Ambient::system())
        .with_patience(patience)
}

/// A server that gives these answers in turn, whatever is asked; the last one for good.
async fn server(answers: impl IntoIterator<Item = ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let mut answers = answers.into_iter().peekable();
    while let Some(answer) = answers.next() {
        let mock = Mock::given(any()).respond_with(answer);
        if answers.peek().is_some() { mock.up_to_n_times(1) } else { mock }.mount(&server).await;
    }
    server
}

/// A success as the service sends it: byte order mark, then JSON.
fn marked(status: u16, body: &str) -> ResponseTemplate {
    let mut bytes = vec![0xEF, 0xBB, 0xBF];
    bytes.extend_from_slice(body.as_bytes());
    ResponseTemplate::new(status)
        .set_body_raw(bytes, "application/json; charset=utf-8")
        .insert_header("MS-CV", "Yy/YaA0gYEmfQyR/.0")
}

/// An error as the service sends it: no mark.
fn refusal(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .set_body_raw(body, "application/json; charset=utf-8")
        .insert_header("MS-CV", "ObwhuhD2tUKJoM+Z.0")
}

fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status)
}

fn created() -> ResponseTemplate {
    marked(201, fixture!("create_for_reseller.response.json"))
}

/// Headers named `name` of every request that came, in order.
async fn sent(server: &MockServer, name: &str) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| request.headers[name].to_str().unwrap().to_owned()).collect()
}

/// The seeds' customer of a reseller, Wingtip Toys.
fn wingtip_toys() -> NewCustomer {
    serde_json::from_value(json!({
        "sold_by": { "reseller": "484e548c-f5f3-4528-93a9-c16c6373cb59" },
        "company_name": "Wingtip Toys678152504",
        "domain_prefix": "WingtipToys678152504",
        "registration_number": null,
        "default_address": {
            "country": "US", "address_line1": "One Microsoft Way", "address_line2": null, "city": "Redmond",
            "state": "WA", "postal_code": "98052", "first_name": "Gena", "last_name": "Soto",
            "phone_number": "4255550101",
        },
        "email": "Gena@wingtiptoys.com",
        "culture": "EN-US",
        "language": "En",
        "enable_gdap_by_default": true,
    }))
    .unwrap()
}

/// The seeds' direct customer.
fn test_company() -> NewCustomer {
    serde_json::from_value(json!({
        "sold_by": "direct",
        "company_name": "test company",
        "domain_prefix": "xyz",
        "registration_number": null,
        "default_address": {
            "country": "US", "address_line1": "One Microsoft Way", "address_line2": null, "city": "Redmond",
            "state": "WA", "postal_code": "98052", "first_name": "Test", "last_name": "Test", "phone_number": null,
        },
        "email": "test@outlook.com",
        "culture": "EN-US",
        "language": "en",
        "enable_gdap_by_default": true,
    }))
    .unwrap()
}

async fn create(client: &PartnerCenter) -> Result<CreatedCustomer, PartnerCenterError> {
    client.create_customer(&token(), &ids(), &wingtip_toys(), ".onmicrosoft.com").await
}

/// Names in lower case, nulls and the named fields left out: how the service reads a body.
fn as_read(value: &Value, left_out: &[&str]) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .filter(|(name, value)| !value.is_null() && !left_out.contains(&name.as_str()))
            .map(|(name, value)| (name, as_read(value, left_out)))
            .collect(),
        other => other.clone(),
    }
}
