//! What a country wants of an address, a phone number and a company: Microsoft's live rules joined with names and
//! labels of ours.

use serde::{Deserialize, Serialize};

use super::{CountryCode, Field, Pattern};

/// A value that Microsoft expects and the words that a person sees for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Sent as it is.
    pub value: String,
    /// Shown.
    pub label: String,
}

/// What `GET /v1/countryvalidationrules/{iso2}` says, in either of its two shapes; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "Microsoft's answer is made of flags")]
pub struct LiveCountryRules {
    /// e.g. `pt-PT`.
    pub default_culture: Option<String>,
    /// Whether the address must name a state.
    pub is_state_required: bool,
    /// The states that are accepted; empty: free text or none.
    pub supported_states: Vec<String>,
    /// Languages that the customer may choose; not always two letters.
    pub supported_languages: Vec<String>,
    /// Cultures that the customer may choose.
    pub supported_cultures: Vec<String>,
    /// Whether the address must have a postal code.
    pub is_postal_code_required: bool,
    /// .NET regular expression.
    pub postal_code_regex: Option<String>,
    /// Whether the address must name a city.
    pub is_city_required: bool,
    /// .NET regular expression.
    pub phone_number_regex: Option<String>,
    /// Without the plus sign.
    pub country_calling_codes: Vec<String>,
    /// .NET regular expression of the company's registration number.
    pub registration_number_regex: Option<String>,
    /// An example of one.
    pub registration_number_sample: Option<String>,
    /// Whether a registration number must be sent; in every other country it must not be.
    pub is_registration_number_required: bool,
    /// Whether a phone number must be sent.
    pub is_phone_number_required: bool,
}

/// Where the rules come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RulesSource {
    /// Asked of Partner Center.
    Live,
    /// Partner Center could not be asked: what we know ourselves; Microsoft checks the rest when the tenant is created.
    BuiltIn,
}

/// The state, province or prefecture of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRule {
    /// What the country calls it: State, Province, Prefecture, Emirate …
    pub label: String,
    /// Whether it must be given.
    pub required: bool,
    /// The only choices; empty: free text.
    pub options: Vec<Choice>,
}

/// The company's registration or tax number, where the country wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationNumberRule {
    /// What the country calls it, e.g. CNPJ.
    pub local_name: String,
    /// What it must look like.
    pub pattern: Option<Pattern>,
    /// An example ("1234567"), or the shape in words ("7 or 10 digits"): words have blanks, numbers never do.
    pub sample: Option<String>,
}

/// Everything the form needs to know of a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryRules {
    /// The country.
    pub country: CountryCode,
    /// Its English name; empty when there is no such country.
    pub country_name: String,
    /// Where the rules come from.
    pub source: RulesSource,
    /// `None`: the country's addresses have no state.
    pub state: Option<StateRule>,
    /// `ZIP code`, `PIN code`, `Eircode`, else `Postal code`; `None`: no postal codes here.
    pub postal_code_label: Option<String>,
    /// Whether it must be given.
    pub postal_code_required: bool,
    /// What it must look like.
    pub postal_code_pattern: Option<Pattern>,
    /// An example.
    pub postal_code_sample: Option<String>,
    /// `City`, `Post town`, `Suburb`, `District`.
    pub city_label: String,
    /// Whether it must be given.
    pub city_required: bool,
    /// Names of the fields `city`, `state`, `postal_code` in the country's order, e.g. `["postal_code", "city"]`.
    pub locality_order: Vec<String>,
    /// Whether a phone number must be given.
    pub phone_required: bool,
    /// What it must look like.
    pub phone_pattern: Option<Pattern>,
    /// An example, as people in the country write it.
    pub phone_sample: Option<String>,
    /// Without the plus sign.
    pub calling_codes: Vec<String>,
    /// How an envelope is written there, in the notation of Google's address data: `%N` contact, `%O` company,
    /// `%A` address lines, `%C` city, `%S` state, `%Z` postal code, `%n` new line.
    pub address_format: String,
    /// `None`: the country wants none, and none may be sent (error 600002).
    pub registration_number: Option<RegistrationNumberRule>,
    /// Cultures for `BillingProfile.Culture`; the first is the default.
    pub cultures: Vec<Choice>,
    /// Languages for `BillingProfile.Language`; the first is the default.
    pub languages: Vec<Choice>,
}

impl CountryRules {
    /// Whether the form of this country has the field. What was typed into a field that it does not have is kept, but
    /// neither checked nor sent.
    pub fn shows(&self, field: Field) -> bool {
        match field {
            Field::RegistrationNumber => self.registration_number.is_some(),
            Field::City => self.locality_order.iter().any(|name| name == Field::City.name()),
            Field::State => self.state.is_some(),
            Field::PostalCode => self.postal_code_label.is_some(),
            _ => true,
        }
    }

    /// Whether the form of this country can be sent without the field.
    pub fn is_optional(&self, field: Field) -> bool {
        match field {
            Field::AddressLine2 => true,
            Field::City => !self.city_required,
            Field::State => self.state.as_ref().is_none_or(|state| !state.required),
            Field::PostalCode => !self.postal_code_required,
            Field::Phone => !self.phone_required,
            _ => false,
        }
    }
}
