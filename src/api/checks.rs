//! The live checks of the form: each answers yes, no, or could not check.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        AddressCheck, AddressParts, CountryCode, CountryRules, DomainAvailability, ResellerChoice, ResellerId,
        ResellerReadiness,
    },
    error::PortalError,
};

/// The resellers that fit what was typed, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResellerMatches {
    /// At most 50.
    pub matches: Vec<ResellerChoice>,
    /// How many there are in all.
    pub total: u32,
}

/// Whether a domain prefix is free.
#[server(prefix = "/api", endpoint = "check-domain", input = Json, output = Json)]
pub async fn check_domain(prefix: String) -> Result<DomainAvailability, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.provisioning.check_domain(&operator, &prefix).await)
}

/// What Microsoft says of an address.
#[server(prefix = "/api", endpoint = "check-address", input = Json, output = Json)]
pub async fn check_address(address: AddressParts) -> Result<AddressCheck, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.provisioning.check_address(&operator, &address).await)
}

/// The resellers whose name, MPN id or country fits `query`.
#[server(prefix = "/api", endpoint = "search-resellers", input = Json, output = Json)]
pub async fn search_resellers(query: String) -> Result<ResellerMatches, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    let (matches, total) = state.provisioning.search_resellers(&operator, &query).await?;
    Ok(ResellerMatches { matches, total })
}

/// Whether a customer can be created for the reseller now.
#[server(prefix = "/api", endpoint = "check-reseller", input = Json, output = Json)]
pub async fn check_reseller(reseller: ResellerId) -> Result<ResellerReadiness, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.provisioning.reseller_readiness(&operator, &reseller).await)
}

/// What a country wants of an address, a phone number and a company.
#[server(prefix = "/api", endpoint = "country-rules", input = Json, output = Json)]
pub async fn load_country_rules(country: CountryCode) -> Result<CountryRules, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    let rules = state.provisioning.country_rules(&operator, &country).await;
    Ok(rules.in_language(super::request::language().tag()))
}
