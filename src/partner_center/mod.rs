//! The typed Partner Center client: one file a resource, wire types private to it.

use reqwest::Url;
use secrecy::SecretString;

use crate::{
    clock::{Ambient, SignedDuration},
    domain::{
        AddressCheck, AddressParts, CorrelationId, CountryCode, CustomerId, DomainAvailability, LiveCountryRules,
        NewCustomer, RequestId, ResellerChoice, ResellerId,
    },
};

/// The two ids of one intended call.
#[derive(Clone, Debug)]
pub struct CallIds {
    /// `MS-RequestId`: the same on every repeat of a lost answer.
    pub request_id: RequestId,
    /// `MS-CorrelationId`.
    pub correlation_id: CorrelationId,
}

/// A definite refusal: Partner Center has understood the call and said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Error code, as text because some services send text.
    pub code: Option<String>,
    /// Third-party text for the log alone, at most 1,024 characters.
    pub description: Option<String>,
    /// `MS-CV` of the answer.
    pub ms_cv: Option<String>,
}

/// Why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub enum PartnerCenterError {
    /// A definite refusal.
    #[error("Partner Center refused with status {} and code {:?}", .0.status, .0.code)]
    Refused(Refusal),
    /// 401: the token is not accepted; `mfa` says whether it lacks the second factor (900421, "MFA required").
    #[error("Partner Center does not accept the token")]
    Unauthorized {
        /// The second factor is missing.
        mfa: bool,
        /// What came back.
        refusal: Refusal,
    },
    /// 429, and the patience of the client is used up.
    #[error("Partner Center asks to wait")]
    Throttled {
        /// `Retry-After`.
        retry_after: Option<SignedDuration>,
    },
    /// No answer, or none that can be understood (time-out, reset, 5xx, truncated, HTML): for a write the outcome is
    /// not known.
    #[error("no usable answer from Partner Center: {0}")]
    Lost(&'static str),
}

/// What a create brings back.
#[derive(Debug)]
pub struct CreatedCustomer {
    /// The new tenant.
    pub id: CustomerId,
    /// `admin`, without the domain; `None` if a replay brought no credentials.
    pub user_name: Option<String>,
    /// First password; `None` if a replay brought no credentials.
    pub password: Option<SecretString>,
    /// As Partner Center confirms it.
    pub associated_partner_id: Option<ResellerId>,
}

/// The client. Cheap to clone; a token is an argument of each call.
#[derive(Clone, Debug)]
pub struct PartnerCenter {
    http: reqwest::Client,
    base: Url,
    ambient: Ambient,
}

impl PartnerCenter {
    /// A client for the API at `base`.
    pub fn new(http: reqwest::Client, base: Url, ambient: Ambient) -> Self {
        Self { http, base, ambient }
    }

    /// `POST /v1/customers`. Repeats a lost answer (time-out, reset, 5xx, 429) with the same request id, with back-off,
    /// until it is definite or patience ends with [`PartnerCenterError::Lost`].
    pub async fn create_customer(
        &self,
        token: &SecretString,
        ids: &CallIds,
        customer: &NewCustomer,
        domain_suffix: &str,
    ) -> Result<CreatedCustomer, PartnerCenterError> {
        todo!("{:?} {:?} {:?} {token:?} {ids:?} {customer:?} {domain_suffix}", self.http, self.base, self.ambient)
    }

    /// `GET /v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf`: the provider's resellers.
    pub async fn resellers(&self, token: &SecretString) -> Result<Vec<ResellerChoice>, PartnerCenterError> {
        todo!("{token:?}")
    }

    /// `HEAD /v1/domains/{domain}` with the full domain.
    pub async fn domain_availability(&self, token: &SecretString, domain: &str) -> DomainAvailability {
        todo!("{token:?} {domain:?}")
    }

    /// `POST /v1/validations/address`.
    pub async fn check_address(&self, token: &SecretString, address: &AddressParts) -> AddressCheck {
        todo!("{token:?} {address:?}")
    }

    /// `GET /v1/countryvalidationrules/{iso2}`.
    pub async fn country_rules(
        &self,
        token: &SecretString,
        country: &CountryCode,
    ) -> Result<LiveCountryRules, PartnerCenterError> {
        todo!("{token:?} {country:?}")
    }

    /// `GET /v1/compliance/csp/agreementstatus?tenantId=…`: whether the reseller has signed the Microsoft Partner Agreement.
    pub async fn reseller_agreement_signed(
        &self,
        token: &SecretString,
        reseller: &ResellerId,
    ) -> Result<bool, PartnerCenterError> {
        todo!("{token:?} {reseller:?}")
    }
}
