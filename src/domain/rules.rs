//! What a country wants of an address, a phone number and a company: Microsoft's live rules joined with names and
//! labels of ours.

use serde::{Deserialize, Serialize};

use super::{CountryCode, Field, Pattern};
use crate::json::{Json, Read, read_enum, read_struct};

/// A value that Microsoft expects and the words that a person sees for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Sent as it is.
    pub value: String,
    /// Shown.
    pub label: String,
}

/// What `GET /v1/countryvalidationrules/{iso2}` says, in either of its two shapes; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)] // what an older portal has kept lacks what this one knows
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
    /// Partner Center could not be asked: what it said last.
    Kept,
    /// Partner Center could not be asked: what we know ourselves; Microsoft checks the rest when the tenant is created.
    BuiltIn,
}

read_enum!(RulesSource { "Live" => Live, "Kept" => Kept, "BuiltIn" => BuiltIn });

/// The state, province or prefecture of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRule {
    /// What the country calls it: State, Province, Prefecture, Emirate …
    pub label: String,
    /// Whether it must be given.
    pub required: bool,
    /// The only choices; empty: free text.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "packed")]
    pub options: Vec<Choice>,
}

read_struct!(StateRule { label, required, options });

/// The company's registration or tax number, where the country wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationNumberRule {
    /// What the country calls it, e.g. CNPJ.
    pub local_name: String,
    /// Whether it must be given; where Microsoft has refused one and wants one by its documents, it may be left out.
    pub required: bool,
    /// What it must look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// An example ("1234567"), or the shape in words ("7 or 10 digits"): words have blanks, numbers never do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
}

read_struct!(RegistrationNumberRule { local_name, required, pattern, sample });

/// Everything the form needs to know of a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked alone")]
pub struct CountryRules {
    /// The country.
    pub country: CountryCode,
    /// Its English name; empty when there is no such country.
    pub country_name: String,
    /// Where the rules come from.
    pub source: RulesSource,
    /// `None`: the country's addresses have no state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<StateRule>,
    /// `ZIP code`, `PIN code`, `Eircode`, else `Postal code`; `None`: no postal codes here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code_label: Option<String>,
    /// Whether it must be given.
    pub postal_code_required: bool,
    /// What it must look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code_pattern: Option<Pattern>,
    /// An example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code_sample: Option<String>,
    /// What a part of a city or a village is called; `None`: addresses there name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district_label: Option<String>,
    /// `City`, `Post town`, `Suburb`, `District`.
    pub city_label: String,
    /// Whether it must be given.
    pub city_required: bool,
    /// Names of the fields `district`, `city`, `state`, `postal_code` in the country's order, e.g. `["postal_code", "city"]`.
    pub locality_order: Vec<String>,
    /// Whether a phone number must be given.
    pub phone_required: bool,
    /// What it must look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_pattern: Option<Pattern>,
    /// An example, as people in the country write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_sample: Option<String>,
    /// Without the plus sign.
    pub calling_codes: Vec<String>,
    /// How an envelope is written there, in the notation of Google's address data: `%N` contact, `%O` company,
    /// `%A` address lines, `%D` district, `%C` city, `%S` state, `%Z` postal code, `%n` new line.
    pub address_format: String,
    /// `None`: the country wants none, and none may be sent (error 600002).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<RegistrationNumberRule>,
    /// Whether names have a part between the given and the family name.
    #[serde(default)]
    pub has_middle_names: bool,
    /// Cultures for `BillingProfile.Culture`; the first is the default.
    #[serde(with = "packed")]
    pub cultures: Vec<Choice>,
    /// Languages for `BillingProfile.Language`; the first is the default.
    #[serde(with = "packed")]
    pub languages: Vec<Choice>,
}

read_struct!(CountryRules {
    country,
    country_name,
    source,
    state,
    postal_code_label,
    postal_code_required,
    postal_code_pattern,
    postal_code_sample,
    district_label,
    city_label,
    city_required,
    locality_order,
    phone_required,
    phone_pattern,
    phone_sample,
    calling_codes,
    address_format,
    registration_number,
    has_middle_names,
    cultures,
    languages
});

impl CountryRules {
    /// Whether the form of this country has the field. What was typed into a field that it does not have is kept, but
    /// neither checked nor sent.
    pub fn shows(&self, field: Field) -> bool {
        match field {
            Field::RegistrationNumber => self.registration_number.is_some(),
            Field::District => self.district_label.is_some(),
            Field::MiddleName => self.has_middle_names,
            Field::City => self.locality_order.iter().any(|name| name == Field::City.name()),
            Field::State => self.state.is_some(),
            Field::PostalCode => self.postal_code_label.is_some(),
            _ => true,
        }
    }

    /// Whether the form of this country can be sent without the field.
    pub fn is_optional(&self, field: Field) -> bool {
        match field {
            Field::AddressLine2 | Field::AddressLine3 | Field::District | Field::MiddleName => true,
            Field::RegistrationNumber => self.registration_number.as_ref().is_some_and(|rule| !rule.required),
            Field::City => !self.city_required,
            Field::State => self.state.as_ref().is_none_or(|state| !state.required),
            Field::PostalCode => !self.postal_code_required,
            Field::Phone => !self.phone_required,
            _ => false,
        }
    }
}

impl Read for Vec<Choice> {
    fn read(json: &Json) -> Option<Self> {
        Some(json.text().map(|text| packed::unpack(&text)).unwrap_or_default())
    }
}

/// Choices as one text, a line each, with a tab between value and label where they differ: as a list of records the
/// hundred provinces of Italy would be larger than all other rules together.
mod packed {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Choice;

    pub(super) fn serialize<S: Serializer>(choices: &[Choice], to: S) -> Result<S::Ok, S::Error> {
        let line = |choice: &Choice| {
            if choice.label == choice.value {
                choice.value.clone()
            } else {
                [&*choice.value, "\t", &choice.label].concat()
            }
        };
        to.serialize_str(&choices.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Choice>, D::Error> {
        String::deserialize(from).map(|text| unpack(&text))
    }

    pub(super) fn unpack(text: &str) -> Vec<Choice> {
        let choice = |line: &str| {
            let (value, label) = line.split_once('\t').unwrap_or((line, line));
            Choice { value: value.to_owned(), label: label.to_owned() }
        };
        text.split('\n').filter(|line| !line.is_empty()).map(choice).collect()
    }
}
