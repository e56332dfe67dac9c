//! Three-valued answers of the live checks: yes, no, could not check. A failure is never a yes.

use serde::{Deserialize, Serialize};

/// Whether a domain prefix is still free (`HEAD /v1/domains/{domain}`); no reservation comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainAvailability {
    /// 404: nobody has it.
    Free,
    /// 200: another tenant has it.
    Taken,
    /// Any other answer, or none.
    CouldNotCheck,
}

/// The address as one line each, for showing a suggestion beside what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressParts {
    /// Building and street.
    pub address_line1: String,
    /// Second line.
    pub address_line2: String,
    /// City.
    pub city: String,
    /// State as Microsoft writes it.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// What Microsoft's address check says (`POST /v1/validations/address`); advice, never a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressCheck {
    /// `VerifiedShippable`, `Verified`.
    Verified,
    /// `InteractionRequired`, `StreetPartial`, `PremisesPartial`, `Multiple`: another spelling is offered.
    Suggestion(Vec<AddressParts>),
    /// `None`: Microsoft does not know this address.
    NotVerified,
    /// `NotValidated`, an answer that is not understood, or none.
    CouldNotCheck,
}

/// Whether a customer may be created for a reseller now (relationship and Microsoft Partner Agreement).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResellerReadiness {
    /// Active relationship, agreement signed.
    Ready,
    /// The relationship is not active.
    Inactive,
    /// The reseller has not accepted the Microsoft Partner Agreement.
    AgreementMissing,
    /// No usable answer.
    CouldNotCheck,
}
