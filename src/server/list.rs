//! `/customers`: the list, the same as a file, and the tenants that were not made here.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query},
    response::Response,
};
use leptos::prelude::*;

use super::{
    export,
    visit::{Onboarder, Sending, SignedIn, Visit, see_other},
};
use crate::{
    audit::{Act, Actor, Entry},
    components::shell::Script,
    database::DatabaseError,
    domain::{CustomerId, Operator},
    error::PortalError,
    i18n::t,
    listing::{Cursor, CustomerQuery, ListPage, StateFilter},
    pages::{CustomersPage, CustomersView, Problem, ResellerFilter, TenantPage, TenantView, list_fields},
    paths,
};

/// Rows of a page.
const PAGE: u32 = 50;

/// The fields of the form, of which a repeated one counts once.
type Fields = Query<HashMap<String, String>>;

/// What the operator may see and has asked for.
pub async fn list(SignedIn { visit, operator }: SignedIn, Query(fields): Fields) -> Response {
    match customers(&visit, operator, &fields).await {
        Ok(view) => visit.page(
            t!(in visit.language; pages.customers),
            Sending::default(),
            move || view! { <CustomersPage view/> },
        ),
        Err(error) => visit.failure(unavailable(&error)),
    }
}

async fn customers(
    visit: &Visit,
    operator: Operator,
    fields: &HashMap<String, String>,
) -> Result<CustomersView, DatabaseError> {
    let listing = &visit.state.listing;
    let (query, reseller) = question(visit, &operator, fields).await?;
    let compact = fields.get("rows").is_some_and(|rows| rows == "compact");
    let cursor = fields.get("at").and_then(|text| Cursor::read(text, &query, &operator));
    let mut page = listing.page(&operator, &query, cursor.as_ref(), PAGE).await?;
    // Whoever goes back to the beginning finds the whole first page there.
    if cursor.is_some_and(|cursor| cursor.goes_back()) && page.previous.is_none() {
        page = listing.page(&operator, &query, None, PAGE).await?;
    }
    let reading = if operator.reseller().is_none() { Some(listing.tenants().status().await?) } else { None };
    let ListPage { rows, previous, next, is_cut_short } = page;
    let address = |cursor: Cursor| {
        let mut fields = list_fields(&query, compact, &operator);
        fields.push(("at", cursor.write(&query, &operator)));
        paths::customers_with(&fields)
    };
    let (previous, next) = (previous.map(address), next.map(address));
    let now = visit.state.ambient.now();
    Ok(CustomersView { operator, query, reseller, rows, previous, next, is_cut_short, compact, reading, now })
}

/// What was asked, with the reseller that a typed name means.
async fn question(
    visit: &Visit,
    operator: &Operator,
    fields: &HashMap<String, String>,
) -> Result<(CustomerQuery, ResellerFilter), DatabaseError> {
    let listing = &visit.state.listing;
    let mut query = CustomerQuery::read(|name| fields.get(name).cloned(), operator);
    let mut filter = ResellerFilter::default();
    // A reseller's person has one, and is told of no other.
    if operator.reseller().is_some() {
        query.reseller = None;
        query.state = query.state.filter(|state| *state != StateFilter::Elsewhere);
        return Ok((query, filter));
    }
    let typed = fields.get("reseller").map(|text| text.trim()).unwrap_or_default();
    if let Some(id) = &query.reseller {
        filter.text = listing.reseller_name(id).await?.unwrap_or_else(|| id.to_string());
    } else if !typed.is_empty() {
        let candidates = listing.resellers_called(typed).await?;
        let exact = candidates.iter().filter(|(_, name)| name.eq_ignore_ascii_case(typed)).collect::<Vec<_>>();
        typed.clone_into(&mut filter.text);
        match (candidates.as_slice(), exact.as_slice()) {
            ([(id, name)], _) | (_, [(id, name)]) => {
                query.reseller = Some(id.clone());
                name.clone_into(&mut filter.text);
            }
            ([], _) => filter.is_unknown = true,
            _ => filter.candidates = candidates,
        }
    }
    Ok((query, filter))
}

/// The whole list that was asked for, as CSV.
pub async fn export(SignedIn { visit, operator }: SignedIn, Query(fields): Fields) -> Response {
    let entry = Entry::done(Act::ExportCustomers, Actor::Operator(&operator));
    if let Err(error) = visit.state.audit.record_alone(&entry).await {
        tracing::error!(%error, "an export could not be recorded, so it was not made");
        return visit.failure(PortalError::Unavailable);
    }
    match question(&visit, &operator, &fields).await {
        Ok((query, _)) => export::csv(visit.state.listing.clone(), operator, query, visit.state.ambient.now()),
        Err(error) => visit.failure(unavailable(&error)),
    }
}

/// A tenant that was not made here.
pub async fn tenant(SignedIn { visit, operator }: SignedIn, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<CustomerId>() else { return visit.problem(Problem::NotFound) };
    let tenants = visit.state.listing.tenants();
    match tokio::try_join!(tenants.find(&operator, &id), tenants.status()) {
        Ok((Some(tenant), reading)) => {
            let view = TenantView { tenant, reading, now: visit.state.ambient.now() };
            let sending = Sending { scripts: Some(Script::Pages), ..Sending::default() };
            visit.page(&view.title(), sending, move || view! { <TenantPage view/> })
        }
        Ok((None, _)) => visit.problem(Problem::NotFound),
        Err(error) => visit.failure(unavailable(&error)),
    }
}

/// Has the tenants that were not made here read soon, with the token of whoever asks.
pub async fn read_tenants(Onboarder(SignedIn { visit, operator }): Onboarder) -> Response {
    if operator.reseller().is_some() {
        return visit.problem(Problem::Forbidden);
    }
    match visit.state.listing.tenants().ask(&operator).await {
        Ok(()) => see_other(&paths::customers_with(&[("state", StateFilter::Elsewhere.word().to_owned())])),
        Err(error) => visit.failure(unavailable(&error)),
    }
}

fn unavailable(error: &DatabaseError) -> PortalError {
    tracing::error!(%error, "the list of customers could not be read");
    PortalError::Unavailable
}
