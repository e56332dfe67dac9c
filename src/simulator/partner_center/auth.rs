//! Who calls: the checks of the bearer token.

use axum::extract::FromRequestParts;
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde_json::Value;
use uuid::Uuid;

use super::answer::Refusal;
use crate::simulator::{
    entra::claims::PARTNER_CENTER,
    people::{self, PROVIDER_TENANT, PartnerRole, Person},
    shared::{Shared, Simulation},
};

/// Who calls: the provider's app, alone or for a person of the provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    person: Option<&'static Person>,
}

impl Caller {
    /// Refuses app-only tokens.
    pub(super) fn must_be_a_person(self) -> Result<(), Refusal> {
        if self.person.is_some() {
            return Ok(());
        }
        let text = "The operation does not support app-only tokens; use App+User authentication.";
        Err(Refusal::classic(StatusCode::FORBIDDEN, 900_329, text))
    }

    /// Refuses people who may only read.
    pub(super) fn must_be_admin_agent(self) -> Result<(), Refusal> {
        match self.person {
            Some(person) if person.partner_role != PartnerRole::AdminAgent => {
                let text = "The role of the signed-in user does not permit the operation.";
                Err(Refusal::classic(StatusCode::FORBIDDEN, 900_150, text))
            }
            _ => Ok(()),
        }
    }

    /// Refuses people whom no GDAP role lets manage users of the customer.
    pub(super) fn must_manage_users(self, customer_has_gdap: bool) -> Result<(), Refusal> {
        if customer_has_gdap && self.person.is_some_and(|person| person.manages_users) {
            return Ok(());
        }
        let text = "The signed-in user has no role in the customer's tenant that permits the operation.";
        Err(Refusal::classic(StatusCode::FORBIDDEN, 900_308, text))
    }

    /// The person's sign-in name.
    pub(super) fn upn(self) -> Option<&'static str> {
        self.person.map(|person| person.upn)
    }

    fn from_claims(shared: &Shared, claims: &Value) -> Result<Self, Refusal> {
        let refuse = |message: &str| Refusal::gateway(StatusCode::UNAUTHORIZED, message);
        if claims["exp"].as_u64().is_none_or(|expires| expires <= shared.clock.unix_seconds()) {
            return Err(refuse("Unauthorized. Access token has expired."));
        }
        if claims["aud"] != PARTNER_CENTER {
            let text = format!("The audience of the token is not accepted; ask for {PARTNER_CENTER}.");
            return Err(Refusal::classic(StatusCode::UNAUTHORIZED, 900_420, text));
        }
        let tenant = claims["tid"].as_str().and_then(|tid| Uuid::try_parse(tid).ok());
        if tenant != Some(PROVIDER_TENANT) {
            // Indirect resellers have no access to the API at all.
            return Err(Refusal::classic(StatusCode::FORBIDDEN, 1002, "Authorization Failed"));
        }
        if claims["idtyp"] == "app" {
            return Ok(Self { person: None });
        }
        if !has_mfa_claim(claims) {
            return Err(Refusal::mfa_required());
        }
        let person = claims["oid"]
            .as_str()
            .and_then(|oid| people::by_oid(Uuid::try_parse(oid).ok()?))
            .ok_or_else(|| refuse("Unauthorized. Access token is invalid."))?;
        if person.partner_role == PartnerRole::None {
            let text = "The caller has no role in the partner's tenant.";
            return Err(Refusal::classic(StatusCode::FORBIDDEN, 900_308, text));
        }
        Ok(Self { person: Some(person) })
    }
}

impl FromRequestParts<Simulation> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Simulation) -> Result<Self, Refusal> {
        let claims = claims(shared, &parts.headers).ok_or_else(|| {
            Refusal::gateway(StatusCode::UNAUTHORIZED, "Unauthorized. Access token is missing or invalid.")
        })?;
        Self::from_claims(shared, &claims)
    }
}

/// For the probe header `ValidateMfa`.
pub(super) fn has_mfa(shared: &Shared, headers: &HeaderMap) -> bool {
    claims(shared, headers).is_some_and(|claims| has_mfa_claim(&claims))
}

fn has_mfa_claim(claims: &Value) -> bool {
    claims["amr"].as_array().is_some_and(|methods| methods.iter().any(|method| method == "mfa"))
}

fn claims(shared: &Shared, headers: &HeaderMap) -> Option<Value> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| shared.signing_key().verify(token.trim()))?
}
