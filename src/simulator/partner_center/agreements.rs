//! Agreements: the reseller's with Microsoft, and the customer's.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    answer::{Answer, Refusal, ok, success},
    auth::Caller,
    body::{JsonBody, Node},
    customers::{customer_id, not_found},
    wire,
};
use crate::simulator::{people, resellers::Reseller, shared::Simulation};

const TEMPLATE: &str = "117a77b0-9360-443b-8795-c6dedc750cf9";
const KIND: &str = "MicrosoftCustomerAgreement";
const HELP: &str = "https://aka.ms/partnercenter-mpa-status";

/// `GET /v1/compliance/csp/agreementstatus?mpnId=` or `?tenantId=`.
pub(super) async fn status_of_reseller(
    State(shared): State<Simulation>,
    caller: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.must_be_a_person()?;
    let refuse = |code, text: &str| Refusal::classic(StatusCode::BAD_REQUEST, code, text);
    let world = shared.world();
    let find = |fits: &dyn Fn(&Reseller) -> bool| world.resellers.iter().find(|reseller| fits(reseller));
    let (reseller, unknown, unsigned) = match (query.get("mpnId"), query.get("tenantId")) {
        (Some(_), Some(_)) => {
            return Err(refuse(2000, "Only one of mpnId and tenantId may be given.").by_service("ComplianceController"));
        }
        (None, None) => {
            return Err(refuse(2001, "Either mpnId or tenantId must be given.").by_service("ComplianceController"));
        }
        (Some(mpn_id), None) => {
            if mpn_id.is_empty() || !mpn_id.bytes().all(|digit| digit.is_ascii_digit()) {
                return Err(refuse(2000, "mpnId must be a number.").by_service("PartnerApiServiceControllers"));
            }
            (find(&|reseller| reseller.mpn_id == *mpn_id), 2200, 2203)
        }
        (None, Some(tenant_id)) => {
            let id = Uuid::try_parse(tenant_id)
                .map_err(|_| refuse(2000, "tenantId must be a GUID.").by_service("PartnerApiServiceControllers"))?;
            (find(&|reseller| reseller.id == id), 2205, 2206)
        }
    };
    match reseller {
        None => Err(refuse(unknown, "There is no such partner account.").with_data(HELP)),
        Some(reseller) if reseller.agreement_signed => ok(&json!({ "isAgreementSigned": true })),
        Some(_) => Err(refuse(unsigned, "The partner has not signed the Microsoft Partner Agreement.").with_data(HELP)),
    }
}

/// `GET /v1/agreements?agreementType=MicrosoftCustomerAgreement`.
pub(super) async fn templates(caller: Caller) -> Answer {
    caller.must_be_a_person()?;
    ok(&wire::collection(&[json!({
        "templateId": TEMPLATE,
        "agreementType": KIND,
        "agreementLink": "https://aka.ms/customeragreement",
        "versionRank": 0,
    })]))
}

/// `GET /v1/agreementtemplates/{id}/document`: the real links hold a token and live for five minutes; these lead to
/// Microsoft's public page.
pub(super) async fn document(
    caller: Caller,
    Path(template): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.must_be_a_person()?;
    if template != TEMPLATE {
        return Err(Refusal::classic(StatusCode::NOT_FOUND, 1000, "The template is not known."));
    }
    let asked = |name: &str, default: &str| query.get(name).cloned().unwrap_or_else(|| default.to_owned());
    ok(&json!({
        "displayUri": "https://aka.ms/customeragreement",
        "downloadUri": "https://aka.ms/customeragreement",
        "language": asked("language", "en-US"),
        "country": asked("country", "US"),
    }))
}

/// `GET /v1/customers/{id}/agreements`.
pub(super) async fn of_customer(State(shared): State<Simulation>, caller: Caller, Path(id): Path<String>) -> Answer {
    caller.must_be_a_person()?;
    let id = customer_id(&id)?;
    let agreements = shared.world().visible_customer(id, shared.clock.now()).ok_or_else(not_found)?.agreements.clone();
    ok(&wire::collection(&agreements))
}

/// `POST /v1/customers/{id}/agreements`: the partner attests that the customer has agreed.
pub(super) async fn confirm(
    State(shared): State<Simulation>,
    caller: Caller,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer {
    caller.must_be_a_person()?;
    caller.must_be_admin_agent()?;
    let id = customer_id(&id)?;
    let now = shared.clock.now();
    let agreement = read(JsonBody::read(&bytes)?.root(), now)?;
    let mut world = shared.world();
    let customer = world.visible_customer_mut(id, now).ok_or_else(not_found)?;
    if customer.agreements.iter().any(|known| known["primaryContact"] == agreement["primaryContact"]) {
        let text = "The agreement has already been confirmed with this contact.";
        return Err(Refusal::customer_service(
            StatusCode::CONFLICT,
            600_061,
            "PartnerConfirmedAgreementAlreadyExists",
            text,
        ));
    }
    customer.agreements.push(agreement.clone());
    let mut answer = agreement;
    answer["userId"] = json!(caller.upn().and_then(people::by_upn).map(|person| person.oid));
    Ok(success(StatusCode::CREATED, &answer))
}

fn read(body: Node<'_>, now: Timestamp) -> Result<Value, Refusal> {
    let contact = body.get("primaryContact");
    let needed = |node: Node<'_>, name: &str| {
        node.filled(name)?.ok_or_else(|| Refusal::bad_property(name, format!("{name} is required.")))
    };
    let mut primary_contact = json!({
        "firstName": needed(contact, "firstName")?,
        "lastName": needed(contact, "lastName")?,
        "email": needed(contact, "email")?,
    });
    if let Some(phone) = contact.filled("phoneNumber")? {
        primary_contact["phoneNumber"] = json!(phone);
    }
    // The template id is documented as sensitive to case.
    if needed(body, "templateId")? != TEMPLATE {
        return Err(Refusal::bad_property("templateId", "The template is not known."));
    }
    if needed(body, "type")? != KIND {
        return Err(Refusal::bad_property("type", "The type of the agreement is not supported."));
    }
    let date_agreed = needed(body, "dateAgreed")?;
    let in_the_past = date_agreed.parse::<Timestamp>().is_ok_and(|date| date <= now);
    if !in_the_past {
        return Err(Refusal::bad_property("dateAgreed", "The date must be UTC and not in the future."));
    }
    Ok(json!({
        "primaryContact": primary_contact,
        "templateId": TEMPLATE,
        "dateAgreed": date_agreed,
        "type": KIND,
        "agreementLink": "https://aka.ms/customeragreement",
    }))
}
