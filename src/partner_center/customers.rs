//! `/v1/customers`: create, and what is read back afterwards.

use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    CallIds, PartnerCenter, PartnerCenterError,
    call::{Call, PageAt, Reply, Verdict},
    error::{Failure, Loss},
    redact, wire,
};
use crate::domain::{CustomerId, DefaultAddress, NewCustomer, ResellerId, SoldBy};

/// What a create brings back.
#[derive(Debug)]
pub struct CreatedCustomer {
    /// The new tenant.
    pub id: CustomerId,
    /// `admin`, without the domain; `None` if a replay brought no credentials.
    pub user_name: Option<String>,
    /// First password; `None` if a replay brought no credentials.
    pub password: Option<SecretString>,
    /// As Partner Center confirms it.
    pub associated_partner_id: Option<ResellerId>,
    /// `MS-CV` of the answer; `None` if the tenant was found without one.
    pub ms_cv: Option<String>,
}

/// A customer as a list or a look-up shows it; everything but the id may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerSummary {
    /// The tenant.
    pub id: CustomerId,
    /// Initial domain in full, as it was given at the create.
    pub domain: Option<String>,
    /// Registered name.
    pub company_name: Option<String>,
    /// `reseller`, `none` and others, as Partner Center spells it.
    pub relationship_to_partner: Option<String>,
    /// The indirect reseller; never in a list.
    pub associated_partner_id: Option<ResellerId>,
}

/// A page of the list of customers.
#[derive(Debug)]
pub struct CustomersPage {
    /// Those whose id could be read.
    pub customers: Vec<CustomerSummary>,
    /// Where the next page is; `None`: this was the last one.
    pub next: Option<NextCustomers>,
}

/// Where the next page of the list of customers is.
#[derive(Debug)]
pub struct NextCustomers(PageAt);

impl PartnerCenter {
    /// `POST /v1/customers`. Repeats a lost answer (time-out, reset, 5xx, 429) with the same request id, with back-off,
    /// until it is definite or patience ends with [`PartnerCenterError::Lost`].
    ///
    /// What counts as definite once an attempt was lost, and so may have made the tenant:
    /// - a 201 with an id, of course;
    /// - a refusal of the body's own contents (registration number, phone: 600002, 600049, 600050, 600051), which the
    ///   lost attempt must have met as well;
    /// - nothing else. A 401, a 403 or any other 400 (such as "the domain is in use", which no code is documented for) may be the lost attempt's own
    ///   doing or says nothing about it, and ends the call as [`PartnerCenterError::Lost`].
    ///
    /// As long as no attempt was lost, every 4xx is definite but a 409: with a request id that nobody else has, it can
    /// mean that something on the way has sent the request twice and the other one is at work or done. It is repeated, as
    /// after a lost attempt. [`PartnerCenterError::Throttled`] means that every attempt was answered with 429.
    pub async fn create_customer(
        &self,
        token: &SecretString,
        ids: &CallIds,
        customer: &NewCustomer,
        domain_suffix: &str,
    ) -> Result<CreatedCustomer, PartnerCenterError> {
        let call = self.create_call(token, ids, customer, domain_suffix);
        let mut doubt = Doubt { attempt_may_have_arrived: false };
        let weigh = |failure| doubt.weigh(failure);
        Ok(self
            .pursue(&call, &self.patience.create, |reply| created(&call, customer.domain_prefix(), reply), weigh)
            .await?)
    }

    /// Sends a create once more under the ids of one whose answer is not known (the process died, patience ended). One
    /// attempt: when the next one is due is the caller's to decide, and what this answer says of the earlier attempt too.
    /// A refusal, for one, may be the earlier attempt's own doing; see [`Refusal::is_about_the_body`](super::Refusal::is_about_the_body).
    pub async fn repeat_create_customer(
        &self,
        token: &SecretString,
        ids: &CallIds,
        customer: &NewCustomer,
        domain_suffix: &str,
    ) -> Result<CreatedCustomer, PartnerCenterError> {
        let call = self.create_call(token, ids, customer, domain_suffix);
        Ok(self
            .pursue(
                &call,
                &self.patience.repeat,
                |reply| created(&call, customer.domain_prefix(), reply),
                Verdict::Final,
            )
            .await?)
    }

    /// The address of the create.
    pub fn create_address(&self) -> String {
        self.endpoint(&["customers"]).into()
    }

    fn create_call<'a>(
        &self,
        token: &'a SecretString,
        ids: &CallIds,
        customer: &NewCustomer,
        domain_suffix: &str,
    ) -> Call<'a> {
        Call::new("customers.create", Method::POST, self.endpoint(&["customers"]), token, ids.clone())
            .json(&WireNewCustomer::new(customer, domain_suffix))
    }

    /// `GET /v1/customers/{id}`. That it is not found proves nothing in the first minutes after a create.
    pub async fn customer(&self, token: &SecretString, id: &CustomerId) -> Result<CustomerSummary, PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str()]);
        let customer: WireCustomer = self.get("customers.get", token, url).await?;
        customer.into_summary().ok_or(PartnerCenterError::Lost(Loss::Unreadable.text().into()))
    }

    /// `GET /v1/customers`: all customers of the provider, a page at a time, from `next` on.
    ///
    /// The list does not say through which reseller a customer is sold; only a call for each reseller would.
    pub async fn customers_page(
        &self,
        token: &SecretString,
        next: Option<&NextCustomers>,
    ) -> Result<CustomersPage, PartnerCenterError> {
        let first = || {
            let mut url = self.endpoint(&["customers"]);
            // 0 is what Microsoft's SDK sends: the server's own page size.
            url.query_pairs_mut().append_pair("size", "0");
            PageAt::first(url)
        };
        let at = next.map_or_else(first, |next| next.0.clone());
        let (customers, next) = self.get_page::<WireCustomer>("customers.list", token, &at).await?;
        let customers = customers.into_iter().filter_map(WireCustomer::into_summary).collect();
        Ok(CustomersPage { customers, next: next.map(NextCustomers) })
    }

    /// `GET /v1/customers` with a filter: the customers whose initial domain begins with `prefix`, whatever its case.
    pub async fn customers_by_domain(
        &self,
        token: &SecretString,
        prefix: &str,
    ) -> Result<Vec<CustomerSummary>, PartnerCenterError> {
        let filter = serde_json::json!({ "Field": "Domain", "Value": prefix, "Operator": "starts_with" });
        let mut url = self.endpoint(&["customers"]);
        // 0 is what Microsoft's SDK sends with a filter: the server's own page size.
        url.query_pairs_mut().append_pair("size", "0").append_pair("filter", &filter.to_string());
        let customers: Vec<WireCustomer> = self.get_all("customers.list", token, url).await?;
        Ok(customers.into_iter().filter_map(WireCustomer::into_summary).collect())
    }
}

/// What is sent to create the customer, as JSON without anything that names a person: for Microsoft's support.
pub fn redacted_create_body(customer: &NewCustomer, domain_suffix: &str) -> String {
    redact::body(&WireNewCustomer::new(customer, domain_suffix))
}

/// The answer to a create with this prefix; one that names another is the answer to another create.
fn created(call: &Call<'_>, prefix: &str, reply: &Reply) -> Result<CreatedCustomer, Failure> {
    let created: WireCreated = wire::decode(call.operation(), reply.success()?)?;
    let domain = created.company_profile.as_ref().and_then(|company| company.domain.as_deref());
    let named = domain.and_then(|domain| domain.trim().split('.').next()).filter(|named| !named.is_empty());
    if named.is_some_and(|named| !named.eq_ignore_ascii_case(prefix)) {
        return Err(Failure::lost(Loss::OfAnotherCall));
    }
    Ok(CreatedCustomer { ms_cv: reply.correlation_vector(), ..created.into_created()? })
}

/// The body of a create, for tests.
#[cfg(test)]
pub(super) fn body_of(customer: &NewCustomer) -> serde_json::Value {
    serde_json::to_value(WireNewCustomer::new(customer, ".onmicrosoft.com")).unwrap()
}

/// What is known of the earlier attempts of one create.
struct Doubt {
    attempt_may_have_arrived: bool,
}

impl Doubt {
    /// Decides what a failure proves; see [`PartnerCenter::create_customer`].
    fn weigh(&mut self, failure: Failure) -> Verdict {
        let in_doubt = self.attempt_may_have_arrived;
        match failure {
            Failure::Lost { loss, .. } => {
                self.attempt_may_have_arrived |= loss.may_have_arrived();
                Verdict::Again(failure)
            }
            Failure::Throttled { retry_after } if in_doubt => {
                Verdict::Again(Failure::Lost { loss: Loss::ThrottledRepeat, retry_after, came: None })
            }
            Failure::Throttled { .. } => Verdict::Again(failure),
            Failure::Refused(refusal) if refusal.status == 409 => {
                self.attempt_may_have_arrived = true;
                Verdict::Again(Failure::lost(Loss::Conflict))
            }
            Failure::Refused(refusal) if in_doubt && !refusal.is_about_the_body() => {
                Verdict::Final(Failure::lost(Loss::DoubtfulRefusal))
            }
            Failure::Unauthorized { .. } if planted!(RefusedTokenAgain) => Verdict::Again(failure),
            Failure::Unauthorized { .. } if in_doubt => Verdict::Final(Failure::lost(Loss::DoubtfulRefusal)),
            Failure::Refused(_) | Failure::Unauthorized { .. } => Verdict::Final(failure),
        }
    }
}

/// Body of the create, as the documentation and Microsoft's SDK send it; nulls are left out.
///
/// `Region` is never sent: a value in it had United States addresses refused (27002). The contact's name stands in the
/// address alone, as in the documented requests.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireNewCustomer<'a> {
    #[serde(rename = "enableGDAPByDefault")]
    enable_gdap_by_default: bool,
    company_profile: WireNewCompany<'a>,
    billing_profile: WireNewBilling<'a>,
    relationship_to_partner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_partner_id: Option<&'a str>,
    attributes: ObjectType,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ObjectType {
    object_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireNewCompany<'a> {
    domain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_registration_number: Option<&'a str>,
    attributes: ObjectType,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireNewBilling<'a> {
    email: &'a str,
    culture: &'a str,
    language: &'a str,
    company_name: &'a str,
    default_address: WireAddress<'a>,
    attributes: ObjectType,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireAddress<'a> {
    country: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    address_line1: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_line2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_line3: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'a str>,
    first_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<&'a str>,
    last_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
}

impl<'a> WireNewCustomer<'a> {
    fn new(customer: &'a NewCustomer, domain_suffix: &str) -> Self {
        Self {
            enable_gdap_by_default: customer.enable_gdap_by_default(),
            company_profile: WireNewCompany {
                domain: format!("{}{domain_suffix}", customer.domain_prefix()),
                organization_registration_number: customer.registration_number(),
                attributes: ObjectType { object_type: "CustomerCompanyProfile" },
            },
            billing_profile: WireNewBilling {
                email: customer.email(),
                culture: customer.culture(),
                language: customer.language(),
                company_name: customer.company_name(),
                default_address: WireAddress::new(customer.default_address()),
                attributes: ObjectType { object_type: "CustomerBillingProfile" },
            },
            relationship_to_partner: "none",
            associated_partner_id: match customer.sold_by() {
                SoldBy::Reseller(id) => Some(id.as_str()),
                SoldBy::Direct => None,
            },
            attributes: ObjectType { object_type: "Customer" },
        }
    }
}

impl<'a> WireAddress<'a> {
    fn new(address: &'a DefaultAddress) -> Self {
        Self {
            country: address.country().as_str(),
            city: address.city(),
            state: address.state(),
            address_line1: address.address_line1(),
            address_line2: address.address_line2(),
            address_line3: address.address_line3(),
            district: address.district(),
            postal_code: address.postal_code(),
            first_name: address.first_name(),
            middle_name: address.middle_name(),
            last_name: address.last_name(),
            phone_number: address.phone_number(),
        }
    }
}

/// What is read of the answer to a create. Names are camel case on the wire; here the other case is understood as well,
/// because nothing brings the password back once this answer was not understood.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCreated {
    #[serde(default, deserialize_with = "wire::parsed", alias = "Id")]
    id: Option<CustomerId>,
    #[serde(default, alias = "CompanyProfile")]
    company_profile: Option<WireCreatedCompany>,
    #[serde(default, alias = "UserCredentials")]
    user_credentials: Option<WireCredentials>,
    #[serde(default, deserialize_with = "wire::parsed", alias = "AssociatedPartnerId")]
    associated_partner_id: Option<ResellerId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCreatedCompany {
    #[serde(default, deserialize_with = "wire::parsed", alias = "TenantId")]
    tenant_id: Option<CustomerId>,
    #[serde(default, deserialize_with = "wire::text", alias = "Domain")]
    domain: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCredentials {
    #[serde(default, deserialize_with = "wire::text", alias = "UserName")]
    user_name: Option<String>,
    #[serde(default, deserialize_with = "secret", alias = "Password")]
    password: Option<SecretString>,
}

/// A password to the letter; an empty one, or what is no text, is none.
fn secret<'de, D: Deserializer<'de>>(json: D) -> Result<Option<SecretString>, D::Error> {
    wire::text(json).map(|text| text.filter(|text| !text.is_empty()).map(SecretString::from))
}

impl WireCreated {
    /// Without an id there is nothing to hold on to: the answer counts as lost, and its repeat may bring one.
    fn into_created(self) -> Result<CreatedCustomer, Failure> {
        let id = self
            .id
            .or_else(|| self.company_profile.and_then(|company| company.tenant_id))
            .ok_or_else(|| Failure::lost(Loss::Unreadable))?;
        let credentials = self.user_credentials.unwrap_or_default();
        Ok(CreatedCustomer {
            id,
            user_name: credentials.user_name,
            password: credentials.password,
            associated_partner_id: self.associated_partner_id,
            ms_cv: None,
        })
    }
}

/// A customer in a list or a look-up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCustomer {
    #[serde(default, deserialize_with = "wire::parsed")]
    id: Option<CustomerId>,
    #[serde(default)]
    company_profile: Option<WireCompany>,
    #[serde(default, deserialize_with = "wire::text")]
    relationship_to_partner: Option<String>,
    #[serde(default, deserialize_with = "wire::parsed")]
    associated_partner_id: Option<ResellerId>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCompany {
    #[serde(default, deserialize_with = "wire::parsed")]
    tenant_id: Option<CustomerId>,
    #[serde(default, deserialize_with = "wire::text")]
    domain: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    company_name: Option<String>,
}

impl WireCustomer {
    fn into_summary(self) -> Option<CustomerSummary> {
        let company = self.company_profile.unwrap_or_default();
        Some(CustomerSummary {
            id: self.id.or(company.tenant_id)?,
            domain: company.domain,
            company_name: company.company_name,
            relationship_to_partner: self.relationship_to_partner,
            associated_partner_id: self.associated_partner_id,
        })
    }
}
