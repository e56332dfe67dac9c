//! The simulator is tested against the documents, not against the portal.

mod create;
mod entra;
mod faults;
mod resources;

use axum::{
    Router,
    body::{self, Body},
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{PasswordStyle, RefreshTokens, Replay, Simulator, SimulatorOptions, Speed};

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

async fn start() -> Simulator {
    start_with(|_| {}).await
}

async fn start_with(change: impl FnOnce(&mut SimulatorOptions)) -> Simulator {
    let mut options = SimulatorOptions::for_tests();
    change(&mut options);
    Simulator::start(options).await.unwrap()
}

/// A caller of the API with one token.
#[derive(Clone)]
struct Client {
    router: Router,
    token: String,
}

impl Client {
    fn of(simulator: &Simulator, upn: &str) -> Self {
        Self { router: simulator.router(), token: simulator.access_token(upn).unwrap() }
    }

    fn adele(simulator: &Simulator) -> Self {
        Self::of(simulator, "adele@tailwind.example")
    }

    fn with_token(simulator: &Simulator, token: impl Into<String>) -> Self {
        Self { router: simulator.router(), token: token.into() }
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    async fn create(&self, request_id: &str, body: &Value) -> Reply {
        let ids = [("MS-RequestId", request_id), ("MS-CorrelationId", "5b1f7d1b-0d6b-4f6b-8a52-3f4b1d3c2b10")];
        self.send(Method::POST, "/v1/customers", &ids, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
        let mut request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        send(&self.router, request.body(body).unwrap()).await
    }
}

async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Reply { status: parts.status, headers: parts.headers, body }
}

#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// The body of a success, which begins with the mark.
    fn json(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        let body = self.body.strip_prefix(BYTE_ORDER_MARK).expect("a success begins with a byte order mark");
        serde_json::from_slice(body).unwrap()
    }

    /// Status and code of a refusal, which has no mark.
    fn refusal(&self) -> (u16, u64) {
        assert!(!self.body.starts_with(BYTE_ORDER_MARK), "an error has no byte order mark");
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        (self.status.as_u16(), body["code"].as_u64().unwrap_or_default())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// The documented request for a reseller's customer, nulls and mixed case and all.
fn documented_create_for_a_reseller() -> Value {
    json!({
        "Id": null,
        "CommerceId": null,
        "CompanyProfile": {
            "TenantId": null,
            "Domain": "WingtipToys678152504.onmicrosoft.com",
            "CompanyName": null,
            "Attributes": { "ObjectType": "CustomerCompanyProfile" }
        },
        "BillingProfile": {
            "Id": null,
            "FirstName": null,
            "LastName": null,
            "Email": "Gena@wingtiptoys.com",
            "Culture": "EN-US",
            "Language": "En",
            "CompanyName": "Wingtip Toys678152504",
            "DefaultAddress": {
                "Country": "US",
                "Region": null,
                "City": "Redmond",
                "State": "WA",
                "AddressLine1": "One Microsoft Way",
                "AddressLine2": null,
                "PostalCode": "98052",
                "FirstName": "Gena",
                "LastName": "Soto",
                "PhoneNumber": "4255550101"
            },
            "Attributes": { "ObjectType": "CustomerBillingProfile" }
        },
        "RelationshipToPartner": "none",
        "AllowDelegatedAccess": null,
        "UserCredentials": null,
        "CustomDomains": null,
        "AssociatedPartnerId": "484e548c-f5f3-4528-93a9-c16c6373cb59",
        "Attributes": { "ObjectType": "Customer" }
    })
}

/// The documented request for a direct customer, without its trailing commas.
fn documented_direct_create() -> Value {
    json!({
        "CompanyProfile": { "Domain": "xyz.ccsctp.net" },
        "BillingProfile": {
            "Culture": "EN-US",
            "Email": "test@outlook.com",
            "Language": "en",
            "CompanyName": "test company",
            "DefaultAddress": {
                "FirstName": "Test",
                "LastName": "Test",
                "AddressLine1": "One Microsoft Way",
                "City": "Redmond",
                "State": "WA",
                "PostalCode": "98052",
                "Country": "US"
            }
        }
    })
}

/// A request id that is good for one create.
fn request_id(number: u32) -> String {
    format!("d628adbe-b7ee-412e-ac55-{number:012}")
}
