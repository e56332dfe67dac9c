//! `/v1/validations/address`: what Microsoft thinks of an address.

use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    PartnerCenter,
    call::{Call, Reply},
    error::Failure,
    wire,
};
use crate::domain::{AddressCheck, AddressParts};

const OPERATION: &str = "validations.address";

impl PartnerCenter {
    /// `POST /v1/validations/address`.
    pub async fn check_address(&self, token: &SecretString, address: &AddressParts) -> AddressCheck {
        let url = self.endpoint(&["validations", "address"]);
        let call = Call::new(OPERATION, Method::POST, url, token, self.fresh_ids()).json(&WireAddress::new(address));
        self.read(&call, verdict).await.unwrap_or(AddressCheck::CouldNotCheck)
    }
}

/// Since mid-2021 the status stands in the body. Before, a good address had an empty answer and a bad one was refused
/// with code 2007.
fn verdict(reply: &Reply) -> Result<AddressCheck, Failure> {
    match reply.success() {
        Ok(body) if body.trim_ascii().is_empty() => Ok(AddressCheck::Verified),
        Ok(body) => wire::decode::<WireVerdict>(OPERATION, body).map(WireVerdict::into_check),
        Err(Failure::Refused(refusal)) if refusal.is(400, "2007") => Ok(AddressCheck::NotVerified),
        Err(failure) => Err(failure),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireAddress<'a> {
    address_line1: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    address_line2: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    city: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    state: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    postal_code: &'a str,
    country: &'a str,
}

impl<'a> WireAddress<'a> {
    fn new(address: &'a AddressParts) -> Self {
        Self {
            address_line1: &address.address_line1,
            address_line2: &address.address_line2,
            city: &address.city,
            state: &address.state,
            postal_code: &address.postal_code,
            country: &address.country,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireVerdict {
    #[serde(default, deserialize_with = "wire::text")]
    status: Option<String>,
    #[serde(default)]
    suggested_addresses: Option<Vec<WireSuggestion>>,
}

impl WireVerdict {
    fn into_check(self) -> AddressCheck {
        let suggestions: Vec<AddressParts> =
            self.suggested_addresses.unwrap_or_default().into_iter().map(WireSuggestion::into_parts).collect();
        match name_of(&self.status.unwrap_or_default()).as_str() {
            "verifiedshippable" | "verified" => AddressCheck::Verified,
            "interactionrequired" | "streetpartial" | "premisespartial" | "multiple" if suggestions.is_empty() => {
                AddressCheck::NotVerified
            }
            "interactionrequired" | "streetpartial" | "premisespartial" | "multiple" => {
                AddressCheck::Suggestion(suggestions)
            }
            "none" => AddressCheck::NotVerified,
            _ => AddressCheck::CouldNotCheck,
        }
    }
}

/// A status without blanks and case: the documentation writes "Verified shippable", the wire `VerifiedShippable`.
fn name_of(status: &str) -> String {
    status.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSuggestion {
    #[serde(default, deserialize_with = "wire::text")]
    address_line1: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    address_line2: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    city: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    state: Option<String>,
    /// Where addresses of company profiles have their state.
    #[serde(default, deserialize_with = "wire::text")]
    region: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    postal_code: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    country: Option<String>,
}

impl WireSuggestion {
    fn into_parts(self) -> AddressParts {
        AddressParts {
            address_line1: self.address_line1.unwrap_or_default(),
            address_line2: self.address_line2.unwrap_or_default(),
            city: self.city.unwrap_or_default(),
            state: self.state.or(self.region).unwrap_or_default(),
            postal_code: self.postal_code.unwrap_or_default(),
            country: self.country.unwrap_or_default(),
        }
    }
}
