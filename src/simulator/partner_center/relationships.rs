//! `GET /v1/relationships`.

use std::collections::HashMap;

use axum::extract::{Query, State};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refusal, ok},
    auth::Caller,
    filter::Filter,
    wire,
};
use crate::simulator::{resellers::Reseller, shared::Simulation};

/// The provider's resellers.
pub(super) async fn list(
    State(shared): State<Simulation>,
    caller: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.must_be_a_person()?;
    match query.get("relationship_type").map(String::as_str) {
        Some("IsIndirectCloudSolutionProviderOf") => {}
        Some("IsIndirectResellerOf") => {
            return Err(Refusal::classic(StatusCode::FORBIDDEN, 1002, "Authorization Failed"));
        }
        _ => return Err(Refusal::bad_property("relationship_type", "The relationship type is missing or unknown.")),
    }
    let filter = query.get("filter").map(|text| Filter::read(text, &["Name"], &["starts_with"])).transpose()?;
    let items: Vec<Value> = shared
        .world()
        .resellers
        .iter()
        .filter(|reseller| filter.as_ref().is_none_or(|filter| filter.fits(&reseller.name)))
        .map(item)
        .collect();
    ok(&wire::collection(&items))
}

fn item(reseller: &Reseller) -> Value {
    json!({
        "id": reseller.id,
        "name": reseller.name,
        "relationshipType": "is_indirect_cloud_solution_provider_of",
        "state": reseller.state,
        "mpnId": reseller.mpn_id,
        "location": reseller.location,
        "attributes": wire::object_type("PartnerRelationship"),
    })
}

/// The same as `GET /v1/customers/{id}/relationships` shows it: without state and location.
pub(super) fn item_of_customer(reseller: &Reseller) -> Value {
    let mut item = item(reseller);
    if let Value::Object(properties) = &mut item {
        properties.remove("state");
        properties.remove("location");
    }
    item
}
