//! What a create asks for, read from its body.

use uuid::Uuid;

use crate::simulator::partner_center::{
    answer::Refusal,
    body::{JsonBody, Node},
    wire::Address,
};

/// The body of `POST /v1/customers`. Empty texts are as good as none.
#[derive(Clone, Debug)]
pub(super) struct CreateRequest {
    pub(super) domain: Option<String>,
    pub(super) registration_number: Option<String>,
    pub(super) email: Option<String>,
    pub(super) culture: Option<String>,
    pub(super) language: Option<String>,
    pub(super) company_name: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) address: Address,
    pub(super) region: Option<String>,
    pub(super) enable_gdap_by_default: Option<bool>,
    pub(super) associated_partner_id: Option<Uuid>,
    pub(super) names_a_password: bool,
}

impl CreateRequest {
    pub(super) fn read(body: &JsonBody) -> Result<Self, Refusal> {
        let root = body.root();
        let (company, billing) = (root.get("CompanyProfile"), root.get("BillingProfile"));
        let address = billing.get("DefaultAddress");
        Ok(Self {
            domain: company.filled("Domain")?,
            registration_number: company.filled("OrganizationRegistrationNumber")?,
            email: billing.filled("Email")?,
            culture: billing.filled("Culture")?,
            language: billing.filled("Language")?,
            company_name: billing.filled("CompanyName")?,
            first_name: billing.filled("FirstName")?,
            last_name: billing.filled("LastName")?,
            address: read_address(address)?,
            region: address.filled("Region")?,
            enable_gdap_by_default: root.truth("EnableGDAPByDefault")?,
            associated_partner_id: reseller(root)?,
            names_a_password: root.get("UserCredentials").get("Password").is_there(),
        })
    }
}

fn read_address(address: Node<'_>) -> Result<Address, Refusal> {
    Ok(Address {
        country: address.filled("Country")?.unwrap_or_default(),
        city: address.filled("City")?,
        state: address.filled("State")?,
        address_line1: address.filled("AddressLine1")?,
        address_line2: address.filled("AddressLine2")?,
        address_line3: address.filled("AddressLine3")?,
        district: address.filled("District")?,
        postal_code: address.filled("PostalCode")?,
        first_name: address.filled("FirstName")?,
        middle_name: address.filled("MiddleName")?,
        last_name: address.filled("LastName")?,
        phone_number: address.filled("PhoneNumber")?.unwrap_or_default(),
    })
}

/// An empty text makes a direct customer, without a word: that is the trap of the real API.
fn reseller(root: Node<'_>) -> Result<Option<Uuid>, Refusal> {
    let Some(text) = root.filled("AssociatedPartnerId")? else { return Ok(None) };
    Uuid::try_parse(&text)
        .map(Some)
        .map_err(|_| Refusal::bad_property("AssociatedPartnerId", "AssociatedPartnerId must be a GUID."))
}
