//! The customer as it is on the wire: camelCase, nulls left out.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// `Customer`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct Customer {
    pub(in crate::simulator) id: Uuid,
    pub(in crate::simulator) commerce_id: Uuid,
    pub(in crate::simulator) company_profile: CompanyProfile,
    pub(in crate::simulator) billing_profile: BillingProfile,
    #[serde(rename = "enableGDAPByDefault", skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) enable_gdap_by_default: Option<bool>,
    pub(in crate::simulator) relationship_to_partner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) user_credentials: Option<UserCredentials>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) associated_partner_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) links: Option<Value>,
    pub(in crate::simulator) attributes: Value,
}

/// `CustomerCompanyProfile`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct CompanyProfile {
    pub(in crate::simulator) tenant_id: Uuid,
    pub(in crate::simulator) domain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) company_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) organization_registration_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) links: Option<Value>,
    pub(in crate::simulator) attributes: Value,
}

/// `CustomerBillingProfile`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct BillingProfile {
    pub(in crate::simulator) id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) last_name: Option<String>,
    pub(in crate::simulator) email: String,
    pub(in crate::simulator) culture: String,
    pub(in crate::simulator) language: String,
    pub(in crate::simulator) company_name: String,
    pub(in crate::simulator) default_address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) links: Option<Value>,
    pub(in crate::simulator) attributes: Value,
}

/// `Address`.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct Address {
    pub(in crate::simulator) country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) address_line1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) address_line2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) address_line3: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) district: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::simulator) last_name: Option<String>,
    /// Empty, not absent, when none was sent (documented example of a direct customer).
    pub(in crate::simulator) phone_number: String,
}

/// `UserCredentials`: in the answer to a create and nowhere else.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::simulator) struct UserCredentials {
    pub(in crate::simulator) user_name: &'static str,
    pub(in crate::simulator) password: String,
}

impl Customer {
    /// As `GET /v1/customers/{id}` shows it: with links, the company's name and without credentials and reseller.
    pub(in crate::simulator) fn read_back(&self) -> Self {
        let mut customer = self.clone();
        let own = format!("/customers/{}", self.id);
        customer.user_credentials = None;
        customer.associated_partner_id = None;
        customer.company_profile = self.company_profile_read_back();
        customer.billing_profile.links = Some(self_link(&format!("{own}/profiles/billing")));
        customer.links = Some(self_link(&own));
        customer
    }

    /// As `GET /v1/customers/{id}/profiles/company` shows it: without the address and e-mail that need DAP.
    pub(in crate::simulator) fn company_profile_read_back(&self) -> CompanyProfile {
        let mut profile = self.company_profile.clone();
        profile.company_name = Some(self.billing_profile.company_name.clone());
        profile.links = Some(self_link(&format!("/customers/{}/profiles/company", self.id)));
        profile
    }

    /// As an item of the list shows it.
    pub(in crate::simulator) fn list_item(&self) -> Value {
        json!({
            "id": self.id,
            "companyProfile": self.company_profile_read_back(),
            "relationshipToPartner": self.relationship_to_partner,
            "links": self_link(&format!("/customers/{}", self.id)),
            "attributes": object_type("Customer"),
        })
    }
}

/// `{"objectType": …}`.
pub(in crate::simulator) fn object_type(name: &str) -> Value {
    json!({ "objectType": name })
}

/// `{"self": …}`.
pub(in crate::simulator) fn self_link(uri: &str) -> Value {
    json!({ "self": link(uri, &json!([])) })
}

/// One link.
pub(in crate::simulator) fn link(uri: &str, headers: &Value) -> Value {
    json!({ "uri": uri, "method": "GET", "headers": headers })
}

/// A collection without paging. `totalCount` is the number of items in this answer.
pub(in crate::simulator) fn collection(items: &[Value]) -> Value {
    json!({ "totalCount": items.len(), "items": items, "attributes": object_type("Collection") })
}

/// A customer that has been there for a while.
pub(in crate::simulator) fn settled_customer(id: Uuid, domain: &str, name: &str, reseller: Option<Uuid>) -> Customer {
    Customer {
        id,
        commerce_id: id,
        company_profile: CompanyProfile {
            tenant_id: id,
            domain: domain.to_owned(),
            company_name: Some(name.to_owned()),
            organization_registration_number: None,
            links: None,
            attributes: object_type("CustomerCompanyProfile"),
        },
        billing_profile: BillingProfile {
            id,
            first_name: None,
            last_name: None,
            email: format!("office@{}.example", domain.split('.').next().unwrap_or_default()),
            culture: "en-US".to_owned(),
            language: "en".to_owned(),
            company_name: name.to_owned(),
            default_address: Address {
                country: "US".to_owned(),
                city: Some("Redmond".to_owned()),
                state: Some("WA".to_owned()),
                address_line1: Some("1 Microsoft Way".to_owned()),
                postal_code: Some("98052".to_owned()),
                ..Address::default()
            },
            links: None,
            attributes: json!({ "etag": "7391522801963364", "objectType": "CustomerBillingProfile" }),
        },
        enable_gdap_by_default: None,
        relationship_to_partner: if reseller.is_some() { "reseller" } else { "none" },
        user_credentials: None,
        associated_partner_id: reseller,
        links: None,
        attributes: object_type("Customer"),
    }
}
