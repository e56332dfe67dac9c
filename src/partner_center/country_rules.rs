//! `/v1/countryvalidationrules`: what a country wants of an address, a phone number and a company.

use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError, wire};
use crate::domain::{CountryCode, LiveCountryRules};

impl PartnerCenter {
    /// `GET /v1/countryvalidationrules/{iso2}`.
    pub async fn country_rules(
        &self,
        token: &SecretString,
        country: &CountryCode,
    ) -> Result<LiveCountryRules, PartnerCenterError> {
        let url = self.endpoint(&["countryvalidationrules", country.as_str()]);
        let rules: WireRules = self.get("countryvalidationrules.get", token, url).await?;
        Ok(rules.into())
    }
}

/// The rules of a body, for tests.
#[cfg(test)]
pub(super) fn read(body: serde_json::Value) -> LiveCountryRules {
    serde_json::from_value::<WireRules>(body).unwrap().into()
}

/// The rules in today's shape (`supportedStatesList: [..]`) and in that of 2015 (`states: {"value": [..]}`), which the
/// documentation still shows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRules {
    #[serde(default, deserialize_with = "wire::text")]
    default_culture: Option<String>,
    #[serde(default)]
    is_state_required: Option<bool>,
    #[serde(default, deserialize_with = "wire::texts", alias = "states")]
    supported_states_list: Vec<String>,
    #[serde(default, deserialize_with = "wire::texts", alias = "supportedLanguages")]
    supported_languages_list: Vec<String>,
    #[serde(default, deserialize_with = "wire::texts", alias = "supportedCultures")]
    supported_cultures_list: Vec<String>,
    #[serde(default)]
    is_postal_code_required: Option<bool>,
    #[serde(default, deserialize_with = "wire::text")]
    postal_code_regex: Option<String>,
    #[serde(default)]
    is_city_required: Option<bool>,
    #[serde(default, deserialize_with = "wire::text")]
    phone_number_regex: Option<String>,
    #[serde(default, deserialize_with = "wire::texts", alias = "countryCallingCodes")]
    country_calling_codes_list: Vec<String>,
    #[serde(default, deserialize_with = "wire::text")]
    customer_organization_registration_number_regex: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    customer_organization_registration_number_sample: Option<String>,
    #[serde(default)]
    customer_organization_registration_number_required: Option<bool>,
    #[serde(default)]
    customer_organization_phone_number_required: Option<bool>,
}

impl From<WireRules> for LiveCountryRules {
    fn from(rules: WireRules) -> Self {
        Self {
            default_culture: rules.default_culture,
            is_state_required: rules.is_state_required.unwrap_or_default(),
            supported_states: rules.supported_states_list,
            supported_languages: rules.supported_languages_list,
            supported_cultures: rules.supported_cultures_list,
            is_postal_code_required: rules.is_postal_code_required.unwrap_or_default(),
            postal_code_regex: rules.postal_code_regex,
            is_city_required: rules.is_city_required.unwrap_or_default(),
            phone_number_regex: rules.phone_number_regex,
            country_calling_codes: rules.country_calling_codes_list,
            registration_number_regex: rules.customer_organization_registration_number_regex,
            registration_number_sample: rules.customer_organization_registration_number_sample,
            is_registration_number_required: rules
                .customer_organization_registration_number_required
                .unwrap_or_default(),
            is_phone_number_required: rules.customer_organization_phone_number_required.unwrap_or_default(),
        }
    }
}
