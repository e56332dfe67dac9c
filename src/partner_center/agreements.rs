//! `/v1/compliance/csp/agreementstatus`: whether a reseller may get customers at all.

use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError};
use crate::domain::ResellerId;

impl PartnerCenter {
    /// `GET /v1/compliance/csp/agreementstatus?tenantId=..`: whether the reseller has signed the Microsoft Partner Agreement.
    pub async fn reseller_agreement_signed(
        &self,
        token: &SecretString,
        reseller: &ResellerId,
    ) -> Result<bool, PartnerCenterError> {
        let mut url = self.endpoint(&["compliance", "csp", "agreementstatus"]);
        url.query_pairs_mut().append_pair("tenantId", reseller.as_str());
        let status: WireAgreementStatus = self.get("agreementstatus.get", token, url).await?;
        Ok(status.is_agreement_signed)
    }
}

/// The one field is required: an answer without it is no answer, neither yes nor no.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAgreementStatus {
    is_agreement_signed: bool,
}
