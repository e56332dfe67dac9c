//! A customer that may be sent to Partner Center.

use serde::{Deserialize, Serialize};

use super::{CountryCode, ResellerId};

/// Who sells to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoldBy {
    /// An indirect reseller: `AssociatedPartnerId` is its tenant id.
    Reseller(ResellerId),
    /// The provider itself; no `AssociatedPartnerId` is sent.
    Direct,
}

/// `BillingProfile.DefaultAddress`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultAddress {
    pub(super) country: CountryCode,
    pub(super) address_line1: String,
    pub(super) address_line2: Option<String>,
    // What is newer than a stored customer must not change its hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) address_line3: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) district: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) first_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) middle_name: Option<String>,
    pub(super) last_name: String,
    pub(super) phone_number: Option<String>,
}

impl DefaultAddress {
    /// ISO 3166-1 alpha-2.
    pub fn country(&self) -> &CountryCode {
        &self.country
    }

    /// Building and street, 1 to 200 characters.
    pub fn address_line1(&self) -> &str {
        &self.address_line1
    }

    /// Second line, at most 200 characters.
    pub fn address_line2(&self) -> Option<&str> {
        self.address_line2.as_deref()
    }

    /// Third line, at most 200 characters.
    pub fn address_line3(&self) -> Option<&str> {
        self.address_line3.as_deref()
    }

    /// Part of a city or village, where addresses name one.
    pub fn district(&self) -> Option<&str> {
        self.district.as_deref()
    }

    /// City, where the country has one.
    pub fn city(&self) -> Option<&str> {
        self.city.as_deref()
    }

    /// The value that Microsoft expects.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Postal code, where the country has them.
    pub fn postal_code(&self) -> Option<&str> {
        self.postal_code.as_deref()
    }

    /// Given name of the main contact.
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// Middle name or patronymic of the main contact.
    pub fn middle_name(&self) -> Option<&str> {
        self.middle_name.as_deref()
    }

    /// Family name of the main contact.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// As typed; Microsoft expects the form that the country writes.
    pub fn phone_number(&self) -> Option<&str> {
        self.phone_number.as_deref()
    }
}

/// A customer that may be sent to Partner Center: made by [`NewCustomerForm::parse`](super::NewCustomerForm::parse) alone.
///
/// `Serialize` and `Deserialize` are for the journal, which keeps what was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomer {
    pub(super) sold_by: SoldBy,
    pub(super) company_name: String,
    pub(super) domain_prefix: String,
    pub(super) registration_number: Option<String>,
    pub(super) default_address: DefaultAddress,
    pub(super) email: String,
    pub(super) culture: String,
    pub(super) language: String,
    pub(super) enable_gdap_by_default: bool,
}

impl NewCustomer {
    /// Who sells to the customer.
    pub fn sold_by(&self) -> &SoldBy {
        &self.sold_by
    }

    /// Registered name, 2 to 255 characters.
    pub fn company_name(&self) -> &str {
        &self.company_name
    }

    /// `contoso` of `contoso.onmicrosoft.com`: 1 to 27 letters a-z and digits.
    pub fn domain_prefix(&self) -> &str {
        &self.domain_prefix
    }

    /// Registration or tax number; only where the country wants it.
    pub fn registration_number(&self) -> Option<&str> {
        self.registration_number.as_deref()
    }

    /// Registered address of the company.
    pub fn default_address(&self) -> &DefaultAddress {
        &self.default_address
    }

    /// The whole initial domain, e.g. `contoso.onmicrosoft.com`; `suffix` is the cloud's (`onmicrosoft.com`).
    pub fn domain(&self, suffix: &str) -> String {
        format!("{}.{}", self.domain_prefix, suffix.trim_start_matches('.'))
    }

    /// Contact's mail address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// e.g. `en-US`.
    pub fn culture(&self) -> &str {
        &self.culture
    }

    /// e.g. `en`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Whether the provider gets the default roles (GDAP) on the new tenant.
    pub fn enable_gdap_by_default(&self) -> bool {
        self.enable_gdap_by_default
    }
}
