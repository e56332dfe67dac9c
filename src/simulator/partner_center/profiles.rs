//! `GET /v1/profiles/*`: the provider about itself.

use std::collections::HashMap;

use axum::extract::{Query, State};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refusal, ok},
    auth::Caller,
    wire,
};
use crate::simulator::{
    people::{PROVIDER_DOMAIN, PROVIDER_NAME, PROVIDER_TENANT},
    shared::Simulation,
};

const PROVIDER_MPN_ID: &str = "4391507";

fn address() -> Value {
    json!({
        "country": "US", "city": "Redmond", "state": "WA", "addressLine1": "1 Microsoft Way", "postalCode": "98052",
        "firstName": "Nestor", "lastName": "Wilke", "phoneNumber": "4255550101",
    })
}

fn contact() -> Value {
    json!({
        "firstName": "Nestor", "lastName": "Wilke", "email": format!("nestor@{PROVIDER_DOMAIN}"), "phoneNumber": "4255550101",
    })
}

/// Adds what every profile has.
fn profile(kind: &str, path: &str, mut body: Value) -> Value {
    body["profileType"] = json!(kind);
    body["links"] = wire::self_link(&format!("/profiles/{path}"));
    body["attributes"] = json!({ "etag": "\"16a03b6f-1\"", "objectType": kind });
    body
}

/// `organization`.
pub(super) async fn organization(caller: Caller) -> Answer {
    caller.must_be_a_person()?;
    let body = json!({
        "id": PROVIDER_TENANT, "companyName": PROVIDER_NAME, "defaultAddress": address(), "tenantId": PROVIDER_TENANT,
        "domain": "tailwind.onmicrosoft.com", "email": format!("office@{PROVIDER_DOMAIN}"), "language": "en",
        "culture": "en-US",
    });
    ok(&profile("OrganizationProfile", "organization", body))
}

/// `legalbusiness`.
pub(super) async fn legal_business(_: Caller) -> Answer {
    let body = json!({
        "companyName": PROVIDER_NAME, "address": address(), "primaryContact": contact(),
        "companyApproverAddress": address(), "companyApproverEmail": format!("nestor@{PROVIDER_DOMAIN}"),
        "vettingStatus": "authorized", "vettingSubStatus": "none",
    });
    ok(&profile("LegalBusinessProfile", "legalbusiness", body))
}

/// `mpn`: the caller's own, or whose `mpnId` it is.
pub(super) async fn mpn(
    State(shared): State<Simulation>,
    caller: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.must_be_a_person()?;
    let wanted = query.get("mpnId").map_or(PROVIDER_MPN_ID, String::as_str);
    let name = if wanted == PROVIDER_MPN_ID {
        Some(PROVIDER_NAME.to_owned())
    } else {
        let world = shared.world();
        world.resellers.iter().find(|reseller| reseller.mpn_id == wanted).map(|reseller| reseller.name.clone())
    };
    let name = name.ok_or_else(|| {
        Refusal::classic(StatusCode::NOT_FOUND, 3000, "The requested partner does not exist.").about("MpnId")
    })?;
    ok(&profile("MpnProfile", &format!("mpn?mpnId={wanted}"), json!({ "partnerName": name, "mpnId": wanted })))
}

/// `billing`.
pub(super) async fn billing(caller: Caller) -> Answer {
    caller.must_be_a_person()?;
    let body = json!({
        "companyName": PROVIDER_NAME, "address": address(), "primaryContact": contact(), "taxId": "US999965",
        "billingCurrency": "USD",
    });
    ok(&profile("BillingProfile", "billing", body))
}

/// `support`.
pub(super) async fn support(caller: Caller) -> Answer {
    caller.must_be_a_person()?;
    let body = json!({ "email": format!("support@{PROVIDER_DOMAIN}"), "website": format!("www.{PROVIDER_DOMAIN}") });
    ok(&profile("SupportProfile", "support", body))
}
