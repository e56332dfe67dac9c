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
        let oldest = self.ambient.now().saturating_sub(LONGEST).unwrap_or(Timestamp::MIN);
        let from = since.saturating_sub(A_DAY).unwrap_or(Timestamp::MIN).max(oldest);
        let filter = serde_json::json!({ "Field": "CompanyName", "Value": company_name, "Operator": "substring" });
        let mut url = self.endpoint(&["auditrecords"]);
        url.query_pairs_mut()
            .append_pair("startDate", &from.strftime("%Y-%m-%d").to_string())
            .append_pair("filter", &filter.to_string());
        let records: Vec<WireRecord> = self.get_all("auditrecords.list", token, url).await?;
        Ok(records.into_iter().filter_map(WireRecord::into_record).collect())
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
