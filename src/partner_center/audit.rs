//! `/v1/auditrecords`: what was done, as far as Partner Center tells.

use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError, wire};
use crate::{
    clock::{SignedDuration, Timestamp},
    domain::{CorrelationId, CustomerId},
};

/// The operation that makes a customer.
const ADD_CUSTOMER: &str = "add_customer";
/// Where the record keeps the initial domain.
const DOMAIN: &str = "PrimaryDomainName";
/// Days are Microsoft's: one more is asked for, in case it is yesterday there.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Older records are refused.
const LONGEST: SignedDuration = SignedDuration::from_hours(89 * 24);

/// That a customer was added, or was to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// How it ended.
    pub status: AuditStatus,
    /// The tenant, if there is one.
    pub customer: Option<CustomerId>,
    /// Initial domain in full.
    pub domain: Option<String>,
    /// `MS-CorrelationId` of the create.
    pub correlation_id: Option<CorrelationId>,
}

/// A customer that was added, whoever has done it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedCustomer {
    /// The tenant.
    pub customer: CustomerId,
    /// Registered name; may be empty.
    pub company_name: String,
    /// Initial domain in full; may be empty.
    pub domain: String,
    /// Sign-in name of whoever has added it; may be empty.
    pub added_by: String,
    /// When; `None` if the record does not say it.
    pub added_at: Option<Timestamp>,
    /// `MS-CorrelationId` of the create.
    pub correlation_id: Option<CorrelationId>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditStatus {
    /// It was done.
    Succeeded,
    /// It was not.
    Failed,
    /// It is not over, or the record says something that is not documented.
    UnderWay,
}

impl PartnerCenter {
    /// `GET /v1/auditrecords`: the customers that were added since the day of `since` under a name that contains
    /// `company_name`. How soon a record appears is not documented, so that none proves nothing by itself.
    pub async fn added_customers(
        &self,
        token: &SecretString,
        company_name: &str,
        since: Timestamp,
    ) -> Result<Vec<AuditRecord>, PartnerCenterError> {
        let filter = serde_json::json!({ "Field": "CompanyName", "Value": company_name, "Operator": "substring" });
        let mut url = self.records_since(since);
        url.query_pairs_mut().append_pair("filter", &filter.to_string());
        let records: Vec<WireRecord> = self.get_all("auditrecords.list", token, url).await?;
        Ok(records.into_iter().filter_map(WireRecord::into_record).collect())
    }

    /// The same of every name: all customers that were added since the day of `since`, by whatever program.
    pub async fn all_added_customers(
        &self,
        token: &SecretString,
        since: Timestamp,
    ) -> Result<Vec<AddedCustomer>, PartnerCenterError> {
        let records: Vec<WireRecord> = self.get_all("auditrecords.all", token, self.records_since(since)).await?;
        Ok(records.into_iter().filter_map(WireRecord::into_added).collect())
    }

    fn records_since(&self, since: Timestamp) -> url::Url {
        let oldest = self.ambient.now().saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
        let from = since.saturating_sub(A_DAY).unwrap_or(Timestamp::MIN).max(oldest);
        let mut url = self.endpoint(&["auditrecords"]);
        url.query_pairs_mut().append_pair("startDate", &from.strftime("%Y-%m-%d").to_string());
        url
    }
}

/// A record as the API sends it; the values before and after are not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRecord {
    #[serde(default, deserialize_with = "wire::text")]
    operation_type: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    operation_status: Option<String>,
    #[serde(default, deserialize_with = "wire::parsed")]
    customer_id: Option<CustomerId>,
    #[serde(default, deserialize_with = "wire::text")]
    customer_name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    user_principal_name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    operation_date: Option<String>,
    #[serde(default, deserialize_with = "wire::parsed")]
    original_correlation_id: Option<CorrelationId>,
    #[serde(default = "Option::default")]
    customized_data: Option<Vec<WireDatum>>,
}

#[derive(Deserialize)]
struct WireDatum {
    #[serde(default, deserialize_with = "wire::text")]
    key: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    value: Option<String>,
}

impl WireRecord {
    /// `None` for every other operation, and for one that has made no tenant.
    fn into_added(self) -> Option<AddedCustomer> {
        let company_name = self.customer_name.clone().unwrap_or_default();
        let added_by = self.user_principal_name.clone().unwrap_or_default();
        let added_at = self.operation_date.as_deref().and_then(|text| text.parse().ok());
        let record = self.into_record().filter(|record| record.status == AuditStatus::Succeeded)?;
        Some(AddedCustomer {
            customer: record.customer?,
            company_name,
            domain: record.domain.unwrap_or_default(),
            added_by,
            added_at,
            correlation_id: record.correlation_id,
        })
    }

    /// `None` for every other operation.
    fn into_record(self) -> Option<AuditRecord> {
        self.operation_type.filter(|operation| operation.eq_ignore_ascii_case(ADD_CUSTOMER))?;
        let is_domain = |datum: &WireDatum| datum.key.as_deref().is_some_and(|key| key.eq_ignore_ascii_case(DOMAIN));
        let domain = self.customized_data.into_iter().flatten().find(is_domain).and_then(|datum| datum.value);
        let status = match self.operation_status.as_deref() {
            Some(status) if status.eq_ignore_ascii_case("succeeded") => AuditStatus::Succeeded,
            Some(status) if status.eq_ignore_ascii_case("failed") => AuditStatus::Failed,
            _ => AuditStatus::UnderWay,
        };
        Some(AuditRecord { status, customer: self.customer_id, domain, correlation_id: self.original_correlation_id })
    }
}
