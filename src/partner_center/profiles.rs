//! `/v1/profiles`: the organisation whose token it is.

use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError, wire};

/// The provider as Partner Center knows it; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrganizationProfile {
    /// Company name.
    #[serde(deserialize_with = "wire::text")]
    pub company_name: Option<String>,
    /// Default domain.
    #[serde(deserialize_with = "wire::text")]
    pub domain: Option<String>,
    /// Entra tenant id.
    #[serde(deserialize_with = "wire::text")]
    pub tenant_id: Option<String>,
}

impl PartnerCenter {
    /// `GET /v1/profiles/organization`.
    pub async fn organization_profile(&self, token: &SecretString) -> Result<OrganizationProfile, PartnerCenterError> {
        self.get("profiles.organization", token, self.endpoint(&["profiles", "organization"])).await
    }
}
