//! The ledger: what a test needs to know about what has really happened.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::operation::Operation;

/// Everything that was done since the start or the last reset.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// Tenants that were made through the API, in order.
    pub customers: Vec<LedgerEntry>,
    /// Domains that are gone although the create was refused.
    pub burnt_domains: Vec<String>,
    /// Calls that arrived, by operation.
    pub operations: BTreeMap<Operation, u64>,
    /// Refresh tokens that were redeemed.
    pub refresh_grants: u64,
    /// Authorization codes that were redeemed.
    pub code_grants: u64,
}

/// One tenant. The simulator keeps the password, so that a test can compare it to the letter.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// Tenant id.
    pub id: Uuid,
    /// Domain in full, as it was sent.
    pub domain: String,
    /// Legal name.
    pub company_name: String,
    /// `MS-RequestId` that made it.
    pub request_id: Uuid,
    /// `MS-CorrelationId` of the first call.
    pub correlation_id: Uuid,
    /// The reseller; none for a direct customer.
    pub associated_partner_id: Option<Uuid>,
    /// Sign-in name of the person whose token it was; none for an app.
    pub created_by: Option<&'static str>,
    /// When it was committed.
    #[serde(serialize_with = "as_text")]
    pub created_at: Timestamp,
    /// First password of `admin@domain`.
    pub password: String,
    /// How many calls with this request id have come to an answer.
    pub answered: u64,
    /// How many of them were answered from memory.
    pub replayed: u64,
}

fn as_text<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

impl Ledger {
    /// The tenants with this domain, without regard to case: one, if all is well.
    pub fn with_domain<'a>(&'a self, domain: &'a str) -> impl Iterator<Item = &'a LedgerEntry> {
        self.customers.iter().filter(move |entry| entry.domain.eq_ignore_ascii_case(domain))
    }

    /// How many calls of an operation have arrived.
    pub fn count(&self, operation: Operation) -> u64 {
        self.operations.get(&operation).copied().unwrap_or_default()
    }
}
