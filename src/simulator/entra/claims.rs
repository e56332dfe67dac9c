//! What stands in the tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{authority::issuer, grants::SignIn};
use crate::simulator::{
    people::{PROVIDER_TENANT, Person},
    shared::{CLIENT_ID, Shared},
};

/// Audience of the Partner Center API.
pub(in crate::simulator) const PARTNER_CENTER: &str = "https://api.partnercenter.microsoft.com";
/// The retired audience that the API refuses with 900420.
pub(in crate::simulator) const AZURE_AD_GRAPH: &str = "https://graph.windows.net";
/// Microsoft Graph: what a token is for when no other resource was asked for.
pub(super) const MICROSOFT_GRAPH: &str = "https://graph.microsoft.com";

/// An ID token of version 2.0.
pub(super) fn id_token(shared: &Shared, sign_in: &SignIn) -> Value {
    let person = sign_in.person;
    let change = shared.world().change_of(person);
    let now = shared.clock.unix_seconds();
    let mut claims = json!({
        "aud": CLIENT_ID,
        "iss": issuer(&shared.origin, person.tenant),
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "name": person.name,
        "preferred_username": change.sign_in_name.as_deref().unwrap_or(person.upn),
        "oid": change.oid.unwrap_or(person.oid),
        "sub": pairwise_subject(person, &CLIENT_ID.to_string()),
        "tid": person.tenant,
        "amr": person.amr(),
        "ver": "2.0",
    });
    if let Some(nonce) = &sign_in.nonce {
        claims["nonce"] = json!(nonce);
    }
    let roles = change.roles.unwrap_or_else(|| person.app_role.into_iter().map(str::to_owned).collect());
    if !roles.is_empty() {
        claims["roles"] = json!(roles);
    }
    claims
}

/// An access token of version 1.0 for a person (App+User).
pub(in crate::simulator) fn access_token_of_person(shared: &Shared, person: &Person, audience: &str) -> Value {
    let mut claims = access_token(shared, person.tenant, audience);
    claims["amr"] = json!(person.amr());
    claims["name"] = json!(person.name);
    claims["oid"] = json!(person.oid);
    claims["scp"] = json!("user_impersonation");
    claims["sub"] = json!(pairwise_subject(person, audience));
    claims["unique_name"] = json!(person.upn);
    claims["upn"] = json!(person.upn);
    claims
}

/// An access token of version 1.0 for the app alone.
pub(in crate::simulator) fn access_token_of_app(shared: &Shared, audience: &str) -> Value {
    let mut claims = access_token(shared, PROVIDER_TENANT, audience);
    claims["idtyp"] = json!("app");
    claims["oid"] = json!(CLIENT_ID);
    claims["sub"] = json!(CLIENT_ID);
    claims
}

fn access_token(shared: &Shared, tenant: Uuid, audience: &str) -> Value {
    let now = shared.clock.unix_seconds();
    json!({
        "aud": audience,
        "iss": format!("{}/{tenant}/", shared.origin),
        "iat": now,
        "nbf": now,
        "exp": now + super::grants::seconds(shared.options.access_token_lifetime),
        "acr": "1",
        "appid": CLIENT_ID,
        "appidacr": "1",
        "tenant_region_scope": "EU",
        "tid": tenant,
        "ver": "1.0",
    })
}

/// The same person has another subject in every application.
fn pairwise_subject(person: &Person, application: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{} {application}", person.oid)))
}
