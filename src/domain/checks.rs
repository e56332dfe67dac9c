//! Answers of the live checks: yes, no, could not check. A failure is never a yes.

use serde::{Deserialize, Serialize};

use crate::json::{read_enum, read_struct};

/// Whether a domain prefix is still free. Partner Center has no reservation; that of the portal is among its own people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainAvailability {
    /// Nobody has it, by Partner Center's own word.
    Free,
    /// Another tenant has it.
    Taken,
    /// Another onboarding in this portal has chosen it.
    Held,
    /// Any other answer, or none.
    CouldNotCheck,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Yes.
    Good,
    /// No.
    Bad,
    /// Could not check, or somebody has to decide.
    Unknown,
}

read_enum!(Tone { "good" => Good, "bad" => Bad, "unknown" => Unknown });

/// What a check has found, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// How it went.
    pub tone: Tone,
    /// What it comes to.
    pub words: String,
}

read_struct!(Advice { tone, words });

/// Which domain is wanted, and for whom: what a suggestion is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainQuestion {
    /// The prefix that was typed; empty: only suggestions are wanted.
    pub prefix: String,
    /// Registered name, may be empty.
    pub company_name: String,
    /// Contact's mail address, may be empty.
    pub email: String,
    /// ISO 3166-1 alpha-2, may be empty.
    pub country: String,
    /// The onboarding that the answer is for.
    pub draft: String,
    /// 0: the first suggestions, 1: the next ones ...
    pub round: u32,
}

/// A prefix that may be used instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCandidate {
    /// The prefix.
    pub prefix: String,
    /// Whether it is free; one that is taken is no candidate.
    pub advice: Advice,
}

read_struct!(DomainCandidate { prefix, advice });

/// What is known of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainAnswer {
    /// About the prefix that was typed.
    pub advice: Option<Advice>,
    /// What may be used instead; nothing if the typed one is free.
    pub candidates: Vec<DomainCandidate>,
}

read_struct!(DomainAnswer { advice, candidates });

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

read_struct!(AddressParts { address_line1, address_line2, city, state, postal_code, country });

impl AddressParts {
    /// What tells this address from another, for a decision that holds for it alone.
    pub fn fingerprint(&self) -> String {
        let parts =
            [&self.address_line1, &self.address_line2, &self.city, &self.state, &self.postal_code, &self.country];
        parts.map(|part| part.trim()).join("|")
    }
}

/// What Microsoft says of an address, for the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressAnswer {
    /// In words.
    pub advice: Advice,
    /// Whether somebody has to decide: use another spelling, or keep the own one.
    pub is_doubtful: bool,
    /// Other spellings, at most three.
    pub suggestions: Vec<AddressParts>,
}

read_struct!(AddressAnswer { advice, is_doubtful, suggestions });

/// The company that a customer is to be created for, as far as it tells whether it has a tenant already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantQuestion {
    /// Registered name.
    pub company_name: String,
    /// Contact's mail address.
    pub email: String,
    /// The prefix that was typed, may be empty.
    pub prefix: String,
    /// The chosen reseller, may be empty.
    pub reseller_id: String,
    /// The onboarding that the answer is for.
    pub draft: String,
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

read_enum!(ResellerReadiness {
    "ready" => Ready,
    "inactive" => Inactive,
    "agreement_missing" => AgreementMissing,
    "could_not_check" => CouldNotCheck,
});
