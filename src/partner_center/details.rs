//! `/v1/customers/{id}` in full, and whether Microsoft has checked the account.

use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError, wire};
use crate::domain::{CustomerId, ResellerId};

/// A customer as Partner Center keeps it; whatever it does not tell is missing. Without DAP or GDAP that is the company's
/// own address and mail address; the billing profile is told to every partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerDetails {
    /// Registered name: the billing profile's, else the company profile's.
    pub company_name: Option<String>,
    /// Initial domain in full.
    pub domain: Option<String>,
    /// Mail address of the contact.
    pub email: Option<String>,
    /// Culture of invoices, e.g. `en-US`.
    pub culture: Option<String>,
    /// Language of messages, e.g. `en`.
    pub language: Option<String>,
    /// Where invoices go.
    pub address: BillingAddress,
    /// `reseller`, `none` and others, as Partner Center spells it.
    pub relationship_to_partner: Option<String>,
    /// The indirect reseller, where the answer names one.
    pub associated_partner_id: Option<ResellerId>,
}

/// The address of a billing profile; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BillingAddress {
    /// ISO 3166-1 alpha-2.
    #[serde(deserialize_with = "wire::text")]
    pub country: Option<String>,
    /// State or province.
    #[serde(deserialize_with = "wire::text")]
    pub state: Option<String>,
    /// City.
    #[serde(deserialize_with = "wire::text")]
    pub city: Option<String>,
    /// First line.
    #[serde(deserialize_with = "wire::text")]
    pub address_line1: Option<String>,
    /// Second line.
    #[serde(deserialize_with = "wire::text")]
    pub address_line2: Option<String>,
    /// Postal code.
    #[serde(deserialize_with = "wire::text")]
    pub postal_code: Option<String>,
    /// Given name of the contact.
    #[serde(deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Family name of the contact.
    #[serde(deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// Phone number of the contact.
    #[serde(deserialize_with = "wire::text")]
    pub phone_number: Option<String>,
}

/// Whether Microsoft has checked the customer's account. Anything but `Allowed` and `NoStatus` blocks purchases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValidationStatus {
    /// Checked, and good.
    Allowed,
    /// Being looked at by people.
    UnderReview,
    /// Refused.
    NotAllowed,
    /// Not looked at yet.
    NotReady,
    /// There is no status, which blocks nothing (404, code 600074).
    NoStatus,
    /// `Unknown`, or a word that is not documented.
    Unknown,
}

impl PartnerCenter {
    /// `GET /v1/customers/{id}`, with the billing profile.
    pub async fn customer_details(
        &self,
        token: &SecretString,
        id: &CustomerId,
    ) -> Result<CustomerDetails, PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str()]);
        let customer: WireDetails = self.get("customers.get", token, url).await?;
        Ok(customer.into_details())
    }

    /// `GET /v1/customers/{id}/validationStatus?type=account`.
    pub async fn validation_status(
        &self,
        token: &SecretString,
        id: &CustomerId,
    ) -> Result<ValidationStatus, PartnerCenterError> {
        let mut url = self.endpoint(&["customers", id.as_str(), "validationStatus"]);
        url.query_pairs_mut().append_pair("type", "account");
        match self.get::<WireValidation>("customers.validation_status", token, url).await {
            Ok(validation) => Ok(validation.into_status()),
            Err(PartnerCenterError::Refused(refusal)) if refusal.is(404, "600074") => Ok(ValidationStatus::NoStatus),
            Err(error) => Err(error),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDetails {
    #[serde(default)]
    company_profile: Option<WireCompany>,
    #[serde(default)]
    billing_profile: Option<WireBilling>,
    #[serde(default, deserialize_with = "wire::text")]
    relationship_to_partner: Option<String>,
    #[serde(default, deserialize_with = "wire::parsed")]
    associated_partner_id: Option<ResellerId>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireCompany {
    #[serde(deserialize_with = "wire::text")]
    domain: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    company_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireBilling {
    #[serde(deserialize_with = "wire::text")]
    company_name: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    email: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    culture: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    language: Option<String>,
    default_address: Option<BillingAddress>,
}

#[derive(Deserialize)]
struct WireValidation {
    #[serde(default, deserialize_with = "wire::text")]
    status: Option<String>,
}

impl WireDetails {
    fn into_details(self) -> CustomerDetails {
        let (company, billing) = (self.company_profile.unwrap_or_default(), self.billing_profile.unwrap_or_default());
        CustomerDetails {
            company_name: billing.company_name.or(company.company_name),
            domain: company.domain,
            email: billing.email,
            culture: billing.culture,
            language: billing.language,
            address: billing.default_address.unwrap_or_default(),
            relationship_to_partner: self.relationship_to_partner,
            associated_partner_id: self.associated_partner_id,
        }
    }
}

impl WireValidation {
    /// "Not Ready" has a blank on the wire.
    fn into_status(self) -> ValidationStatus {
        let letters = |word: String| word.replace(' ', "").to_ascii_lowercase();
        match self.status.map(letters).as_deref() {
            Some("allowed") => ValidationStatus::Allowed,
            Some("underreview") => ValidationStatus::UnderReview,
            Some("notallowed") => ValidationStatus::NotAllowed,
            Some("notready") => ValidationStatus::NotReady,
            _ => ValidationStatus::Unknown,
        }
    }
}
