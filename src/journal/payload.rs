//! What is sent, to the letter.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::rows::to_json;
use crate::{database::DatabaseError, domain::NewCustomer};

/// What is sent, to the letter: kept beside the onboarding, so that a repeat sends the same whatever has changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    customer: NewCustomer,
    domain_suffix: String,
}

impl Payload {
    /// `domain_suffix` with its leading dot.
    pub fn new(customer: NewCustomer, domain_suffix: &str) -> Self {
        Self { customer, domain_suffix: domain_suffix.to_owned() }
    }

    /// The customer.
    pub fn customer(&self) -> &NewCustomer {
        &self.customer
    }

    /// Suffix of the initial domain, with its leading dot.
    pub fn domain_suffix(&self) -> &str {
        &self.domain_suffix
    }

    /// The initial domain in full.
    pub fn domain(&self) -> String {
        [self.customer.domain_prefix(), &self.domain_suffix].concat()
    }

    /// SHA-256 of the canonical JSON, hexadecimal.
    pub fn hash(&self) -> String {
        hash(&self.to_json())
    }

    /// Canonical JSON: the fields in the order of the types, no white space.
    pub(super) fn to_json(&self) -> String {
        to_json(self)
    }

    /// What was stored, if it still has the hash that was stored with it.
    pub(super) fn from_json(json: &str, expected: &str) -> Result<Self, DatabaseError> {
        if hash(json) != expected {
            return Err(DatabaseError::Corrupt("onboarding.payload_hash"));
        }
        serde_json::from_str(json).map_err(|_| DatabaseError::Corrupt("onboarding.payload"))
    }
}

fn hash(json: &str) -> String {
    format!("{:x}", Sha256::digest(json))
}
