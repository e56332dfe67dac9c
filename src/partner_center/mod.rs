//! The typed Partner Center client: one file a resource, wire types private to it.
//!
//! A token is an argument of each call; the client keeps none. What a cloud does not offer (customers of indirect
//! resellers, agreements) is for the caller to know, from [`Cloud`](crate::config::Cloud): the client sends what it is
//! asked to send. Answers are read as the service really sends them (byte order mark, numbers for texts, missing
//! fields), and cut off at a size. Nothing of a body or a header is ever logged.

mod addresses;
mod agreements;
mod audit;
mod call;
mod country_rules;
mod customer_agreements;
mod customers;
mod details;
mod domains;
mod error;
mod patience;
mod profiles;
mod property;
mod redact;
mod relationship_requests;
mod relationships;
mod users;
mod wire;

#[cfg(test)]
mod tests;

use reqwest::Url;

pub use self::{
    audit::{AddedCustomer, AuditRecord, AuditStatus},
    customer_agreements::{AgreementTemplate, RecordedAgreement, redacted_agreement_body},
    customers::{CreatedCustomer, CustomerSummary, CustomersPage, NextCustomers, redacted_create_body},
    details::{BillingAddress, CustomerDetails, ValidationStatus},
    error::{LostAnswer, PartnerCenterError, Refusal},
    patience::{Effort, Patience},
    profiles::OrganizationProfile,
    relationships::CustomerReseller,
    users::{CustomerUserId, redacted_password_body},
};
use crate::{
    clock::Ambient,
    domain::{CorrelationId, RequestId},
};

/// The two ids of one intended call.
#[derive(Clone, Debug)]
pub struct CallIds {
    /// `MS-RequestId`: the same on every repeat of a lost answer.
    pub request_id: RequestId,
    /// `MS-CorrelationId`.
    pub correlation_id: CorrelationId,
}

/// The client. Cheap to clone; a token is an argument of each call.
#[derive(Clone, Debug)]
pub struct PartnerCenter {
    http: reqwest::Client,
    base: Url,
    ambient: Ambient,
    patience: Patience,
}

impl PartnerCenter {
    /// A client for the API at `base`, with the usual [`Patience`].
    pub fn new(http: reqwest::Client, base: Url, ambient: Ambient) -> Self {
        Self { http, base, ambient, patience: Patience::default() }
    }

    /// The same client, which tries nothing a second time.
    #[must_use]
    pub fn once(&self) -> Self {
        Self { patience: self.patience.clone().once(), ..self.clone() }
    }

    /// The same client with another patience.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }
}
