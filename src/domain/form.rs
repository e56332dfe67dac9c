//! The onboarding form as it was typed.

use serde::{Deserialize, Serialize};

use super::AddressParts;

/// For whom the customer is created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerOf {
    /// An indirect reseller's customer; the normal case.
    #[default]
    Reseller,
    /// The provider's own, direct customer; an explicit choice, never the result of an empty field.
    Direct,
}

/// The onboarding form, every field as it was typed; the names are those of the HTML controls.
///
/// Nothing in it is trusted: [`NewCustomerForm::parse`] is the only way to a [`NewCustomer`](super::NewCustomer).
/// Unknown fields are ignored by the decoder of forms; owner, role and state are not in it, so they cannot be set by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewCustomerForm {
    /// `reseller` or `direct`.
    pub customer_of: String,
    /// Tenant id of the chosen reseller; set by choosing alone.
    pub reseller_id: String,
    /// What was typed into the reseller's search.
    pub reseller_search: String,
    /// ISO 3166-1 alpha-2 (and Microsoft's few own codes).
    pub country: String,
    /// Registered name.
    pub company_name: String,
    /// Prefix of the initial domain.
    pub domain: String,
    /// Registration or tax number, where the country wants it.
    pub registration_number: String,
    /// Building and street.
    pub address_line1: String,
    /// Optional second line.
    pub address_line2: String,
    /// Optional third line.
    pub address_line3: String,
    /// Part of a city, village: where addresses name one.
    pub district: String,
    /// City, post town or suburb.
    pub city: String,
    /// State, province, prefecture: the value that Microsoft expects.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// Given name of the main contact.
    pub first_name: String,
    /// Middle name or patronymic, where names have one.
    pub middle_name: String,
    /// Family name of the main contact.
    pub last_name: String,
    /// Contact's mail address.
    pub email: String,
    /// Contact's phone number.
    pub phone: String,
    /// e.g. `en-US`.
    pub culture: String,
    /// e.g. `en`.
    pub language: String,
    /// `on`: give the provider the default roles (`enableGDAPByDefault`).
    pub gdap: String,
    /// Fingerprint of the address that is kept as it is typed, although Microsoft would write it differently.
    #[serde(skip_serializing_if = "String::is_empty")] // a draft is stored as drafts were before
    pub address_kept: String,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_reason: String,
}

impl NewCustomerForm {
    /// The explicit choice at the top of the form; `None` if it is neither of the two.
    pub fn customer_of(&self) -> Option<CustomerOf> {
        match self.customer_of.as_str() {
            "reseller" => Some(CustomerOf::Reseller),
            "direct" => Some(CustomerOf::Direct),
            _ => None,
        }
    }

    /// The address as typed.
    pub fn address_parts(&self) -> AddressParts {
        let value = |text: &String| text.trim().to_owned();
        AddressParts {
            address_line1: value(&self.address_line1),
            address_line2: value(&self.address_line2),
            city: value(&self.city),
            state: value(&self.state),
            postal_code: value(&self.postal_code),
            country: value(&self.country),
        }
    }
}
