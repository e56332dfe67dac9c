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
use crate::domain::{AddressCheck, AddressParts, AddressStatus, Field};

const OPERATION: &str = "validations.address";

/// So many suggestions are documented at most.
const MOST_SUGGESTIONS: usize = 3;

impl PartnerCenter {
    /// `POST /v1/validations/address`. Whatever is not understood is no answer.
    pub async fn check_address(&self, token: &SecretString, address: &AddressParts) -> AddressCheck {
        let url = self.endpoint(&["validations", "address"]);
        let call = Call::new(OPERATION, Method::POST, url, token, self.fresh_ids()).json(&WireAddress::new(address));
        self.read(&call, |reply| verdict(reply, address))
            .await
            .unwrap_or_else(|_| AddressCheck::no_answer())
            .about(address)
    }
}

/// Since mid-2021 the status stands in the body. Before, a good address had an empty answer and a bad one was refused
/// with code 2007, whose description is JSON in a text: what Microsoft would correct.
fn verdict(reply: &Reply, typed: &AddressParts) -> Result<AddressCheck, Failure> {
    match reply.success() {
        Ok(body) if body.trim_ascii().is_empty() => Ok(AddressCheck::new(AddressStatus::Verified)),
        Ok(body) => wire::decode::<WireVerdict>(OPERATION, body).map(WireVerdict::into_check),
        Err(Failure::Refused(refusal)) if refusal.is(400, "2007") => {
            Ok(refused(refusal.description.as_deref().unwrap_or_default(), typed))
        }
        Err(failure) => Err(failure),
    }
}

/// What the refusal of before 2021 comes to.
fn refused(description: &str, typed: &AddressParts) -> AddressCheck {
    let none = || AddressCheck::new(AddressStatus::None);
    let Ok(WireRefusal { corrected_address: Some(corrected) }) = serde_json::from_str(description) else {
        return none();
    };
    let mut suggestion = typed.clone();
    let mut doubtful = Vec::new();
    for (field, slot, value) in [
        (Field::AddressLine1, &mut suggestion.address_line1, corrected.address_line1),
        (Field::City, &mut suggestion.city, corrected.city),
        (Field::State, &mut suggestion.state, corrected.state),
        (Field::PostalCode, &mut suggestion.postal_code, corrected.postal_code),
    ] {
        if let Some(value) = value.filter(|value| value != slot) {
            *slot = value;
            doubtful.push(field);
        }
    }
    if doubtful.is_empty() {
        return none();
    }
    AddressCheck { status: AddressStatus::InteractionRequired, suggestions: vec![suggestion], doubtful }
}

#[derive(Deserialize)]
struct WireRefusal {
    #[serde(default)]
    corrected_address: Option<WireCorrection>,
}

#[derive(Deserialize)]
struct WireCorrection {
    #[serde(default, deserialize_with = "wire::text")]
    address_line1: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    city: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    postal_code: Option<String>,
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
    #[serde(default, deserialize_with = "wire::text")]
    validation_message: Option<String>,
}

impl WireVerdict {
    fn into_check(self) -> AddressCheck {
        let suggestions = self.suggested_addresses.unwrap_or_default().into_iter().map(WireSuggestion::into_parts);
        AddressCheck {
            status: AddressStatus::from_name(&self.status.unwrap_or_default()),
            suggestions: suggestions.take(MOST_SUGGESTIONS).collect(),
            doubtful: doubtful(&self.validation_message.unwrap_or_default()),
        }
    }
}

/// The message names fields, with commas between; nothing else of it is used.
fn doubtful(message: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for name in message.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let field = match name.to_ascii_lowercase().as_str() {
            "addressline1" | "street" => Field::AddressLine1,
            "addressline2" => Field::AddressLine2,
            "city" => Field::City,
            "state" | "region" => Field::State,
            "postalcode" => Field::PostalCode,
            "country" => Field::Country,
            _ => continue,
        };
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
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
