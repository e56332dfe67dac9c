//! Indirect resellers as the form offers them.

use serde::{Deserialize, Serialize};

use super::ResellerId;
use crate::json::{Json, Read, read_struct};

/// Whether a customer may be created for the reseller now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResellerState {
    /// The relationship is active.
    Active,
    /// The relationship is in another state, which Partner Center names so.
    Inactive(String),
}

impl Read for ResellerState {
    fn read(json: &Json) -> Option<Self> {
        match json.text() {
            Some(word) => (word == "Active").then_some(Self::Active),
            None => json.field("Inactive").map(Self::Inactive),
        }
    }
}

/// One entry of the reseller combobox: a relationship of the provider (`GET /v1/relationships`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResellerChoice {
    /// Tenant id; goes into `AssociatedPartnerId`.
    pub id: ResellerId,
    /// Company name.
    pub name: String,
    /// MPN id (`PartnerID` in Microsoft's newer texts).
    pub mpn_id: String,
    /// Country of the reseller, ISO 3166-1 alpha-2.
    pub location: String,
    /// Whether it can be chosen.
    pub state: ResellerState,
}

read_struct!(ResellerChoice { id, name, mpn_id, location, state });
