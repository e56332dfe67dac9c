//! `GET /v1/auditrecords`: one `add_customer` for each customer that was made through the API.

use std::collections::HashMap;

use axum::extract::{Query, State};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refusal, ok},
    auth::Caller,
    filter::Filter,
    wire,
};
use crate::simulator::{
    people::PROVIDER_TENANT,
    shared::{CLIENT_ID, Simulation},
    world::KnownCustomer,
};

const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);
const BY_DEFAULT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Ticks of 100 nanoseconds from the year 1 to 1970.
const TICKS_BEFORE_1970: i64 = 621_355_968_000_000_000;

/// The records between `startDate` and `endDate`, filtered.
pub(super) async fn records(
    State(shared): State<Simulation>,
    _: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let now = shared.clock.now();
    let from = day(&query, "startDate")?.unwrap_or(now - BY_DEFAULT);
    // A day counts to its end.
    let until = day(&query, "endDate")?.map_or(now, |day| day + SignedDuration::from_hours(24));
    if from < now - LONGEST - SignedDuration::from_hours(24) {
        return Err(Refusal::bad_property("startDate", "Audit records go back 90 days."));
    }
    let filter = query.get("filter").map(|text| read_filter(text)).transpose()?;
    let items: Vec<Value> = shared
        .world()
        .customers
        .iter()
        .filter(|known| known.visible_from <= now && (from..until).contains(&known.created_at))
        .filter(|known| filter.as_ref().is_none_or(|filter| fits(filter, known)))
        .filter_map(record)
        .collect();
    ok(&wire::collection(&items))
}

fn day(query: &HashMap<String, String>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = query.get(name) else { return Ok(None) };
    text.parse::<Date>()
        .and_then(|day| day.to_zoned(TimeZone::UTC))
        .map(|zoned| Some(zoned.timestamp()))
        .map_err(|_| Refusal::bad_property(name, format!("{name} must be a date as in 2026-02-03.")))
}

fn read_filter(text: &str) -> Result<Filter, Refusal> {
    let by_name = Filter::read(text, &["CompanyName"], &["substring"]);
    by_name.or_else(|_| Filter::read(text, &["CustomerId", "ResourceType"], &["equals"]))
}

fn fits(filter: &Filter, known: &KnownCustomer) -> bool {
    match filter.field() {
        "CompanyName" => filter.fits(&known.customer.billing_profile.company_name),
        "CustomerId" => filter.fits(&known.id().to_string()),
        _ => filter.fits("customer"),
    }
}

/// The record; none for a customer that was there from the beginning.
fn record(known: &KnownCustomer) -> Option<Value> {
    let correlation_id = known.correlation_id?;
    let (id, customer) = (known.id(), &known.customer);
    let ticks = TICKS_BEFORE_1970 + known.created_at.as_microsecond() * 10;
    let new_value = json!({
        "Id": id,
        "CompanyProfile": { "TenantId": id, "Domain": customer.company_profile.domain },
        "BillingProfile": { "CompanyName": customer.billing_profile.company_name },
        "UserCredentials": { "UserName": "admin", "Password": "" },
        "AssociatedPartnerId": customer.associated_partner_id,
    });
    let mut record = json!({
        "id": format!("{PROVIDER_TENANT}_{id}_addcustomer_{ticks}"),
        "partnerId": PROVIDER_TENANT,
        "customerId": id,
        "customerName": customer.billing_profile.company_name,
        "applicationId": CLIENT_ID,
        "resourceType": "customer",
        "resourceNewValue": new_value.to_string(),
        "operationType": "add_customer",
        "originalCorrelationId": correlation_id,
        "operationDate": known.created_at.strftime("%Y-%m-%dT%H:%M:%S.%7fZ").to_string(),
        "operationStatus": "succeeded",
        "customizedData": [
            { "key": "PrimaryDomainName", "value": customer.company_profile.domain },
            { "key": "Relationship", "value": customer.relationship_to_partner },
        ],
        "attributes": wire::object_type("AuditRecord"),
    });
    if let Some(person) = known.created_by {
        record["userPrincipalName"] = json!(person);
    }
    Some(record)
}
