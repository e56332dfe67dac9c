//! `GET /v1/customers/relationshiprequests`: the link that a customer with a tenant opens. Not in the sandbox.

use std::collections::HashMap;

use axum::extract::{Query, State};
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::{Answer, Refusal, ok},
    auth::Caller,
};
use crate::simulator::{people::PROVIDER_TENANT, shared::Simulation};

const RESELLER: &str = "indirectResellerId";
const FRAGMENT: &str = "#/BillingAccounts/partner-invitation";

/// The documented link; with a reseller the one that Partner Center's pages give for it.
pub(super) async fn link(
    State(shared): State<Simulation>,
    caller: Caller,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.must_be_a_person()?;
    let base = "https://admin.microsoft.com/Adminportal/Home";
    let url = match query.get(RESELLER) {
        None => format!("{base}?invType=ResellerRelationship&partnerId={PROVIDER_TENANT}&msppId=0&DAP=false{FRAGMENT}"),
        Some(id) => {
            let world = shared.world();
            let reseller = Uuid::try_parse(id).ok().and_then(|id| world.reseller(id));
            let reseller = reseller.filter(|reseller| reseller.is_active()).ok_or_else(|| {
                Refusal::bad_property(RESELLER, "There is no active relationship with this indirect reseller.")
            })?;
            let (id, mpn_id) = (reseller.id, &reseller.mpn_id);
            format!(
                "{base}?invType=IndirectResellerRelationship&partnerId={id}&msppId={mpn_id}\
                 &indirectCSPId={PROVIDER_TENANT}&DAP=false{FRAGMENT}"
            )
        }
    };
    ok(&json!({ "url": url, "attributes": { "objectType": "RelationshipRequest" } }))
}
