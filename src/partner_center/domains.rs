//! `/v1/domains`: whether a name is still free.

use reqwest::{Method, StatusCode};
use secrecy::SecretString;

use super::{
    PartnerCenter,
    call::{Call, Reply},
    error::Failure,
};
use crate::domain::DomainAvailability;

impl PartnerCenter {
    /// `HEAD /v1/domains/{domain}` with the full domain.
    pub async fn domain_availability(&self, token: &SecretString, domain: &str) -> DomainAvailability {
        let url = self.endpoint(&["domains", domain]);
        let call = Call::new("domains.exists", Method::HEAD, url, token, self.fresh_ids());
        self.read(&call, availability).await.unwrap_or(DomainAvailability::CouldNotCheck)
    }
}

/// 404 means free only if the service itself says so: a gateway that has lost its way answers 404 as well.
fn availability(reply: &Reply) -> Result<DomainAvailability, Failure> {
    match reply.status {
        StatusCode::OK => Ok(DomainAvailability::Taken),
        StatusCode::NOT_FOUND if reply.is_from_the_service() => Ok(DomainAvailability::Free),
        _ => reply.success().map(|_| DomainAvailability::CouldNotCheck),
    }
}
