//! One customer and what belongs to it.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
};
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::simulator::{
    partner_center::{
        answer::{Answer, Refusal, ok},
        auth::Caller,
        body::JsonBody,
        relationships::item_of_customer,
        wire::{self, Customer},
    },
    random::stable_uuid,
    shared::{Shared, Simulation},
};

/// The id in a path.
pub(in crate::simulator::partner_center) fn customer_id(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text).map_err(|_| Refusal::bad_property("customerId", "The customer id must be a GUID."))
}

/// Unknown, not ours, or not visible yet: the answer is the same. Its code is not documented.
pub(in crate::simulator::partner_center) fn not_found() -> Refusal {
    Refusal::classic(StatusCode::NOT_FOUND, 1000, "No customer with the tenant id was found.")
}

fn find(shared: &Shared, id: &str) -> Result<Customer, Refusal> {
    let id = customer_id(id)?;
    let world = shared.world();
    world.visible_customer(id, shared.clock.now()).map(|known| known.customer.clone()).ok_or_else(not_found)
}

/// `GET /v1/customers/{id}`.
pub(in crate::simulator::partner_center) async fn get(
    State(shared): State<Simulation>,
    _: Caller,
    Path(id): Path<String>,
) -> Answer {
    ok(&find(&shared, &id)?.read_back())
}

/// `GET …/profiles/company`.
pub(in crate::simulator::partner_center) async fn company_profile(
    State(shared): State<Simulation>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.must_be_a_person()?;
    ok(&find(&shared, &id)?.company_profile_read_back())
}

/// `GET …/profiles/billing`.
pub(in crate::simulator::partner_center) async fn billing_profile(
    State(shared): State<Simulation>,
    _: Caller,
    Path(id): Path<String>,
) -> Answer {
    ok(&find(&shared, &id)?.read_back().billing_profile)
}

/// `GET …/relationships`: the resellers of one customer.
pub(in crate::simulator::partner_center) async fn relationships(
    State(shared): State<Simulation>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.must_be_a_person()?;
    let customer = find(&shared, &id)?;
    let world = shared.world();
    let reseller = customer.associated_partner_id.and_then(|id| world.reseller(id));
    ok(&wire::collection(&reseller.map(item_of_customer).into_iter().collect::<Vec<Value>>()))
}

/// `GET …/validationStatus?type=account`. A company whose name begins with "Review" is under review.
pub(in crate::simulator::partner_center) async fn validation_status(
    State(shared): State<Simulation>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.must_be_a_person()?;
    if query.get("type").map(String::as_str) != Some("account") {
        return Err(Refusal::bad_property("type", "The type must be account."));
    }
    let customer = find(&shared, &id)?;
    let status = if customer.billing_profile.company_name.starts_with("Review") { "UnderReview" } else { "Allowed" };
    let now = shared.clock.now().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    ok(&json!({ "type": "account", "status": status, "lastUpdateDateTime": now }))
}

/// `GET …/users`: the first administrator, who is the only one.
pub(in crate::simulator::partner_center) async fn users(
    State(shared): State<Simulation>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.must_be_a_person()?;
    ok(&wire::collection(&[administrator(&find(&shared, &id)?)]))
}

/// `GET …/directSignedMicrosoftCustomerAgreementStatus`. A company whose name begins with "Signed" has accepted by itself.
pub(in crate::simulator::partner_center) async fn direct_signed(
    State(shared): State<Simulation>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    caller.must_be_a_person()?;
    let customer = find(&shared, &id)?;
    ok(&json!({ "isSigned": customer.billing_profile.company_name.starts_with("Signed") }))
}

/// `PATCH …/users/{userId}/resetpassword`: the answer repeats the password in clear text, as the real one does. It takes a
/// GDAP role; a customer that was created without GDAP gives nobody one.
pub(in crate::simulator::partner_center) async fn reset_password(
    State(shared): State<Simulation>,
    caller: Caller,
    Path((id, user)): Path<(String, String)>,
    bytes: Bytes,
) -> Answer {
    caller.must_be_a_person()?;
    let customer = find(&shared, &id)?;
    caller.must_manage_users(customer.enable_gdap_by_default != Some(false))?;
    let mut answer = administrator(&customer);
    if answer["id"] != user {
        return Err(Refusal::classic(StatusCode::NOT_FOUND, 1000, "The user does not exist."));
    }
    let body = JsonBody::read(&bytes)?;
    let profile = body.root().get("passwordProfile");
    let password = profile
        .filled("password")?
        .filter(|password| password.chars().count() >= 8)
        .ok_or_else(|| Refusal::bad_property("PasswordProfile", "The password does not meet the requirements."))?;
    let force_change = profile.truth("forceChangePassword")?.unwrap_or(true);
    if let Some(entry) = shared.world().ledger.customers.iter_mut().find(|entry| entry.id == customer.id) {
        entry.password.clone_from(&password);
    }
    answer["passwordProfile"] = json!({ "password": password, "forceChangePassword": force_change });
    ok(&answer)
}

fn administrator(customer: &Customer) -> Value {
    json!({
        "id": stable_uuid(&format!("admin of {}", customer.id)),
        "userPrincipalName": format!("admin@{}", customer.company_profile.domain),
        "displayName": "admin",
        "userDomainType": "none",
        "state": "active",
        "attributes": wire::object_type("CustomerUser"),
    })
}
