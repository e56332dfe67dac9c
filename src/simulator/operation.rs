//! The names of what the simulator does, for counters and fault scripts.

use http::Method;
use serde::{Deserialize, Serialize};

/// One kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operation {
    Metadata,
    Keys,
    Authorize,
    Token,
    SignOut,
    CreateCustomer,
    GetCustomer,
    ListCustomers,
    CustomerDetails,
    RecordAgreement,
    ResetPassword,
    Relationships,
    Domain,
    Address,
    RelationshipRequest,
    CountryRules,
    AgreementStatus,
    Profile,
    AuditRecords,
    /// Everything else; in a fault script: every operation.
    Any,
}

impl Operation {
    /// What a request asks for.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        match path.strip_prefix("/v1/") {
            Some(resource) => Self::of_partner_center(method, resource),
            None => Self::of_entra(path),
        }
    }

    fn of_partner_center(method: &Method, resource: &str) -> Self {
        let parts: Vec<&str> = resource.split('/').collect();
        match parts.as_slice() {
            ["customers"] if method == Method::POST => Self::CreateCustomer,
            ["customers"] => Self::ListCustomers,
            ["customers", "relationshiprequests"] => Self::RelationshipRequest,
            ["customers", _] => Self::GetCustomer,
            ["customers", .., "resetpassword"] => Self::ResetPassword,
            ["customers", _, "agreements"] if method == Method::POST => Self::RecordAgreement,
            ["customers", ..] => Self::CustomerDetails,
            ["relationships"] => Self::Relationships,
            ["domains", _] => Self::Domain,
            ["validations", "address"] => Self::Address,
            ["countryvalidationrules", _] => Self::CountryRules,
            ["compliance", ..] => Self::AgreementStatus,
            ["profiles", ..] => Self::Profile,
            ["auditrecords"] => Self::AuditRecords,
            _ => Self::Any,
        }
    }

    fn of_entra(path: &str) -> Self {
        let ends = [
            ("/.well-known/openid-configuration", Self::Metadata),
            ("/discovery/v2.0/keys", Self::Keys),
            ("/oauth2/v2.0/authorize", Self::Authorize),
            ("/oauth2/v2.0/token", Self::Token),
            ("/oauth2/v2.0/logout", Self::SignOut),
        ];
        ends.into_iter().find(|(end, _)| path.ends_with(end)).map_or(Self::Any, |(_, operation)| operation)
    }
}
