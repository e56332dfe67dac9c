//! The live checks of the form: each answers yes, no, or could not check.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        AddressAnswer, AddressParts, CountryCode, CountryRules, DomainAnswer, DomainQuestion, ResellerChoice,
        ResellerId, ResellerReadiness, TenantQuestion,
    },
    error::PortalError,
    json::read_struct,
};

/// The resellers that fit what was typed, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResellerMatches {
    /// At most 50.
    pub matches: Vec<ResellerChoice>,
    /// How many there are in all.
    pub total: u32,
}

read_struct!(ResellerMatches { matches, total });

/// Whether a domain prefix is free, and what may be used instead. One that is free is held for the form's onboarding.
#[server(prefix = "/api", endpoint = "check-domain", input = Json, output = Json)]
pub async fn check_domain(question: DomainQuestion) -> Result<DomainAnswer, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.provisioning.domain_answer(&operator, &question).await)
}

/// What Microsoft says of an address.
#[server(prefix = "/api", endpoint = "check-address", input = Json, output = Json)]
pub async fn check_address(address: AddressParts) -> Result<AddressAnswer, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.provisioning.address_answer(&operator, &address).await)
}

/// What speaks for it that a company has a tenant already, a sentence each.
#[server(prefix = "/api", endpoint = "find-tenant", input = Json, output = Json)]
pub async fn find_tenant(question: TenantQuestion) -> Result<Vec<String>, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    let existing = state.provisioning.existing_tenant(&operator, &question).await;
    Ok(existing.sentences().into_iter().map(|(words, _)| words).collect())
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
    Ok(rules.in_language(crate::i18n::Language::of_page().tag()))
}
