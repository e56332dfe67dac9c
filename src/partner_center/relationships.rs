//! `/v1/relationships`: the provider's indirect resellers, and those of one customer.

use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError, wire};
use crate::domain::{CustomerId, ResellerChoice, ResellerId, ResellerState};

/// An indirect reseller of one customer. Partner Center tells neither state nor location here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerReseller {
    /// Tenant id.
    pub id: ResellerId,
    /// Company name.
    pub name: String,
    /// MPN id.
    pub mpn_id: String,
}

impl PartnerCenter {
    /// `GET /v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf`: the provider's resellers.
    ///
    /// Code 1002 in the refusal means that the caller is no indirect provider.
    pub async fn resellers(&self, token: &SecretString) -> Result<Vec<ResellerChoice>, PartnerCenterError> {
        let mut url = self.endpoint(&["relationships"]);
        url.query_pairs_mut().append_pair("relationship_type", "IsIndirectCloudSolutionProviderOf");
        let relationships: Vec<WireRelationship> = self.get_all("relationships.list", token, url).await?;
        Ok(relationships.into_iter().filter_map(WireRelationship::into_choice).collect())
    }

    /// `GET /v1/customers/{id}/relationships`: the customer's indirect resellers; none for a direct customer.
    pub async fn customer_resellers(
        &self,
        token: &SecretString,
        id: &CustomerId,
    ) -> Result<Vec<CustomerReseller>, PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str(), "relationships"]);
        let relationships: Vec<WireRelationship> = self.get_all("customers.relationships", token, url).await?;
        Ok(relationships.into_iter().filter_map(WireRelationship::into_customer_reseller).collect())
    }
}

/// A relationship as the API sends it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRelationship {
    #[serde(default, deserialize_with = "wire::parsed")]
    id: Option<ResellerId>,
    #[serde(default, deserialize_with = "wire::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "wire::text", alias = "partnerId")]
    mpn_id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    location: Option<String>,
}

impl WireRelationship {
    /// An entry without a tenant id cannot be chosen, so it is not offered.
    fn into_choice(self) -> Option<ResellerChoice> {
        Some(ResellerChoice {
            id: self.id?,
            name: self.name.unwrap_or_default(),
            mpn_id: self.mpn_id.unwrap_or_default(),
            location: self.location.unwrap_or_default(),
            state: match self.state {
                Some(state) if state.eq_ignore_ascii_case("active") => ResellerState::Active,
                // No other state is documented; one that is missing is never taken for active.
                other => ResellerState::Inactive(other.unwrap_or_default()),
            },
        })
    }

    fn into_customer_reseller(self) -> Option<CustomerReseller> {
        Some(CustomerReseller {
            id: self.id?,
            name: self.name.unwrap_or_default(),
            mpn_id: self.mpn_id.unwrap_or_default(),
        })
    }
}
