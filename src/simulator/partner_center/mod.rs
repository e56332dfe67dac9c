//! Partner Center: the resources below `/v1`.

mod address;
mod agreements;
pub(super) mod answer;
mod audit;
mod auth;
mod body;
pub(super) mod country_rules;
mod customers;
mod domains;
mod filter;
pub(super) mod headers;
mod profiles;
mod relationship_requests;
mod relationships;
pub(super) mod wire;

use axum::{
    Router, middleware,
    routing::{MethodRouter, get, head, patch, post},
};
use http::StatusCode;

use self::answer::Refusal;
#[cfg(test)]
pub(super) use self::{
    country_rules::CountryRules,
    customers::{is_company_name, refusal_of_fields},
};
use super::shared::Simulation;

/// The routes, with the headers that every answer has. Paths are matched with regard to case.
pub(super) fn routes(simulation: &Simulation) -> Router<Simulation> {
    let with_wrong_method = |route: MethodRouter<Simulation>| route.fallback(wrong_method);
    [
        ("/customers", get(customers::list).post(customers::create)),
        ("/customers/relationshiprequests", get(relationship_requests::link)),
        ("/customers/{id}", get(customers::get)),
        ("/customers/{id}/profiles/company", get(customers::company_profile)),
        ("/customers/{id}/profiles/billing", get(customers::billing_profile)),
        ("/customers/{id}/relationships", get(customers::relationships)),
        ("/customers/{id}/validationStatus", get(customers::validation_status)),
        ("/customers/{id}/agreements", get(agreements::of_customer).post(agreements::confirm)),
        ("/customers/{id}/directSignedMicrosoftCustomerAgreementStatus", get(customers::direct_signed)),
        ("/customers/{id}/users", get(customers::users)),
        ("/customers/{id}/users/{user}/resetpassword", patch(customers::reset_password)),
        ("/relationships", get(relationships::list)),
        ("/domains/{domain}", head(domains::is_taken)),
        ("/validations/address", post(address::check)),
        ("/countryvalidationrules/{iso2}", get(country_rules::get)),
        ("/compliance/csp/agreementstatus", get(agreements::status_of_reseller)),
        ("/agreements", get(agreements::templates)),
        ("/agreementtemplates/{template}/document", get(agreements::document)),
        ("/profiles/organization", get(profiles::organization)),
        ("/profiles/legalbusiness", get(profiles::legal_business)),
        ("/profiles/mpn", get(profiles::mpn)),
        ("/profiles/billing", get(profiles::billing)),
        ("/profiles/support", get(profiles::support)),
        ("/auditrecords", get(audit::records)),
    ]
    .into_iter()
    .fold(Router::new(), |router, (path, route)| router.route(&format!("/v1{path}"), with_wrong_method(route)))
    .layer(middleware::from_fn_with_state(simulation.clone(), headers::complete))
}

async fn wrong_method() -> Refusal {
    Refusal::classic(StatusCode::METHOD_NOT_ALLOWED, 1001, "The method is not supported for the resource.")
}

/// What the gateway says to a path that it does not know.
pub(super) async fn unknown_path() -> Refusal {
    Refusal::gateway(StatusCode::NOT_FOUND, "Resource not found")
}
