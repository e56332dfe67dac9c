//! `GET /v1/customers`: filter and pages.

use std::collections::HashMap;

use axum::extract::{Query, RawQuery, State};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use serde_json::{Value, json};

use crate::simulator::{
    partner_center::{
        answer::{Answer, Refusal, ok},
        auth::Caller,
        filter::Filter,
        wire,
    },
    shared::Simulation,
    world::KnownCustomer,
};

/// Size of a page when none, or 0, was asked for.
const DEFAULT_SIZE: usize = 500;
const FIELDS: [&str; 4] = ["CompanyName", "Domain", "IndirectReseller", "IndirectCloudSolutionProvider"];
const CONTINUATION: &str = "MS-ContinuationToken";

/// Where a page begins, and what is listed.
#[derive(Debug)]
struct Page {
    offset: usize,
    size: usize,
    filter: Option<String>,
}

impl Page {
    fn read(query: &HashMap<String, String>, headers: &HeaderMap) -> Result<Self, Refusal> {
        match query.get("seekOperation").map(String::as_str) {
            None => Ok(Self { offset: 0, size: size(query)?, filter: query.get("filter").cloned() }),
            Some("Next") => Self::continued(headers)
                .ok_or_else(|| Refusal::bad_property(CONTINUATION, "The continuation token is missing or not known.")),
            Some(_) => Err(Refusal::bad_property("seekOperation", "The simulator knows Next only.")),
        }
    }

    fn continued(headers: &HeaderMap) -> Option<Self> {
        let token = STANDARD.decode(headers.get(CONTINUATION)?.as_bytes()).ok()?;
        let token: Value = serde_json::from_slice(&token).ok()?;
        Some(Self {
            offset: usize::try_from(token["offset"].as_u64()?).ok()?,
            size: usize::try_from(token["size"].as_u64()?).ok()?,
            filter: token["filter"].as_str().map(str::to_owned),
        })
    }

    /// The token of the page after this one.
    fn next_token(&self) -> String {
        let token = json!({ "offset": self.offset + self.size, "size": self.size, "filter": self.filter });
        STANDARD.encode(token.to_string())
    }
}

fn size(query: &HashMap<String, String>) -> Result<usize, Refusal> {
    let Some(text) = query.get("size") else { return Ok(DEFAULT_SIZE) };
    match text.parse() {
        Ok(0) => Ok(DEFAULT_SIZE),
        Ok(size) if size <= DEFAULT_SIZE => Ok(size),
        _ => Err(Refusal::bad_property("size", format!("The size must be 0 to {DEFAULT_SIZE}."))),
    }
}

/// Items are short; `totalCount` counts those of the page.
pub(in crate::simulator::partner_center) async fn list(
    State(shared): State<Simulation>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    let page = Page::read(&query, &headers)?;
    let filter = page.filter.as_deref().map(|text| Filter::read(text, &FIELDS, &["starts_with"])).transpose()?;
    if filter.as_ref().is_some_and(|filter| filter.field().starts_with("Indirect")) {
        caller.must_be_a_person()?;
    }
    let now = shared.clock.now();
    let world = shared.world();
    let mut matching = world
        .customers
        .iter()
        .filter(|known| known.visible_from <= now)
        .filter(|known| filter.as_ref().is_none_or(|filter| fits(filter, known)))
        .skip(page.offset);
    let items: Vec<Value> = matching.by_ref().take(page.size).map(|known| known.customer.list_item()).collect();
    let own = raw.map_or_else(|| "/customers".to_owned(), |query| format!("/customers?{query}"));
    let mut links = wire::self_link(&own);
    if matching.next().is_some() {
        let headers = json!([{ "key": CONTINUATION, "value": page.next_token() }]);
        links["next"] = wire::link("/customers?seekOperation=Next", &headers);
    }
    let mut body = wire::collection(&items);
    body["links"] = links;
    ok(&body)
}

fn fits(filter: &Filter, known: &KnownCustomer) -> bool {
    let customer = &known.customer;
    match filter.field() {
        "CompanyName" => filter.fits(&customer.billing_profile.company_name),
        "Domain" => filter.fits(&customer.company_profile.domain),
        "IndirectReseller" => customer.associated_partner_id.is_some_and(|id| filter.fits(&id.to_string())),
        _ => filter.fits(&crate::simulator::people::PROVIDER_TENANT.to_string()),
    }
}
