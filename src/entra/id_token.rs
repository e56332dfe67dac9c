//! Verifies ID tokens (OpenID Connect Core 1.0, section 3.1.3.7). RS256 alone: what a token's header asks for is never
//! what decides.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use super::{
    Identity,
    error::EntraError,
    keys::KeySet,
    settings::{Door, TENANT},
};
use crate::{
    clock::{SignedDuration, Timestamp},
    domain::{PersonKey, ResellerId},
};

/// How far the authority's clock and ours may be apart.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// The longest name that is kept of what a token says.
const LONGEST_NAME: usize = 256;

/// Why an ID token is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// Not a JSON Web Token, or its claims are not of the types that they should be.
    #[error("not well-formed")]
    Malformed,
    /// Signed otherwise than with RS256, or not at all.
    #[error("not signed with RS256")]
    Algorithm,
    /// Signed with a key that the authority does not publish.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("wrong signature")]
    Signature,
    /// `iss` is not our authority.
    #[error("wrong issuer")]
    Issuer,
    /// `aud` is not our app alone.
    #[error("wrong audience")]
    Audience,
    /// `azp` is not our app.
    #[error("issued to another app")]
    AuthorizedParty,
    /// `exp` has passed, or there is none.
    #[error("expired")]
    Expired,
    /// `nbf` or `iat` is in the future.
    #[error("not valid yet")]
    NotYetValid,
    /// `nonce` is not the one of this sign-in.
    #[error("wrong nonce")]
    Nonce,
    /// No `sub`.
    #[error("no subject")]
    NoSubject,
    /// No `oid`.
    #[error("no object id")]
    NoObjectId,
    /// `at_hash` belongs to another access token.
    #[error("belongs to another access token")]
    AccessTokenHash,
}

/// What a token has to be like.
pub(super) struct Expected<'a> {
    /// The issuer; a template where the door is that of every organisation.
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) door: Door,
    /// The provider's tenant.
    pub(super) provider: &'a str,
    /// The nonce of the sign-in; a refresh has none.
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: &'a str,
    pub(super) now: Timestamp,
}

/// A token that was verified.
pub(super) struct Verified {
    pub(super) identity: Identity,
    /// How the person signed in, if the token says so.
    pub(super) methods: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Option<String>,
    aud: OneOrMany,
    azp: Option<String>,
    exp: Option<Number>,
    iat: Option<Number>,
    nbf: Option<Number>,
    nonce: Option<String>,
    tid: Option<String>,
    oid: Option<String>,
    name: Option<String>,
    preferred_username: Option<String>,
    upn: Option<String>,
    roles: Option<OneOrMany>,
    amr: Option<OneOrMany>,
    at_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

/// The id of the key that a token says it is signed with.
pub(super) fn key_id(token: &str) -> Result<Option<String>, IdTokenError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| IdTokenError::Malformed)?;
    // An extension that has to be understood, and is not (RFC 7515, 4.1.11).
    if header.crit.is_some() {
        return Err(IdTokenError::Malformed);
    }
    if header.alg != Algorithm::RS256 {
        return Err(IdTokenError::Algorithm);
    }
    Ok(header.kid)
}

/// Verifies a token.
pub(super) fn verify(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Verified, EntraError> {
    let claims = verify_signature(token, &keys.named(key_id(token)?.as_deref()))?;
    claims.check(expected)?;
    Ok(claims.into_verified()?)
}

fn verify_signature(token: &str, keys: &[&DecodingKey]) -> Result<Claims, IdTokenError> {
    if keys.is_empty() {
        return Err(IdTokenError::UnknownKey);
    }
    if planted!(SignatureNotChecked) {
        return jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| IdTokenError::Malformed);
    }
    let claims = keys
        .iter()
        .find_map(|key| jsonwebtoken::decode::<Value>(token, key, &signature_alone()).ok())
        .ok_or(IdTokenError::Signature)?
        .claims;
    serde_json::from_value(claims).map_err(|_| IdTokenError::Malformed)
}

/// The library would compare times with the machine's clock; everything but the signature is checked here.
fn signature_alone() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

impl Claims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), EntraError> {
        let tenant = self.check_tenant(expected)?;
        if self.iss != expected.issuer.replace(TENANT, tenant) {
            return Err(IdTokenError::Issuer.into());
        }
        self.check_audience(expected.client_id)?;
        self.check_times(expected.now)?;
        if expected.nonce.is_some() && self.nonce.as_deref() != expected.nonce && !planted!(NonceNotCompared) {
            return Err(IdTokenError::Nonce.into());
        }
        if self.sub.as_deref().is_none_or(str::is_empty) {
            return Err(IdTokenError::NoSubject.into());
        }
        Ok(self.check_access_token(expected.access_token)?)
    }

    /// Before the issuer, so that a person of another tenant is told so: Entra signs for all tenants with the same keys.
    /// Answers the tenant, which is what the issuer of this very token has to name.
    fn check_tenant(&self, expected: &Expected<'_>) -> Result<&str, EntraError> {
        let tid = self.tid.as_deref().unwrap_or_default();
        let is_provider = tid.eq_ignore_ascii_case(expected.provider) || planted!(AnyTenantSignsIn);
        match expected.door {
            Door::Provider if is_provider => Ok(tid),
            Door::Provider => Err(EntraError::ForeignTenant),
            Door::Organizations if is_provider => Err(EntraError::ProvidersOwn),
            // Whatever is no GUID could make another address of the template.
            Door::Organizations if tid.parse::<ResellerId>().is_ok() => Ok(tid),
            Door::Organizations => Err(IdTokenError::Issuer.into()),
        }
    }

    fn check_audience(&self, client_id: &str) -> Result<(), IdTokenError> {
        let audience: &[String] = match &self.aud {
            OneOrMany::One(audience) => std::slice::from_ref(audience),
            OneOrMany::Many(audiences) => audiences,
        };
        if !matches!(audience, [only] if only == client_id) && !planted!(AudienceNotCompared) {
            return Err(IdTokenError::Audience);
        }
        if self.azp.as_deref().is_some_and(|party| party != client_id) {
            return Err(IdTokenError::AuthorizedParty);
        }
        Ok(())
    }

    fn check_times(&self, now: Timestamp) -> Result<(), IdTokenError> {
        let ends = self.exp.as_ref().ok_or(IdTokenError::Expired).and_then(instant)?;
        if now.duration_since(ends) >= TOLERANCE {
            return Err(IdTokenError::Expired);
        }
        let issued = self.iat.as_ref().ok_or(IdTokenError::Malformed)?;
        for begins in [Some(issued), self.nbf.as_ref()].into_iter().flatten() {
            if instant(begins)?.duration_since(now) > TOLERANCE {
                return Err(IdTokenError::NotYetValid);
            }
        }
        Ok(())
    }

    /// `at_hash` is the left half of the access token's hash.
    fn check_access_token(&self, access_token: &str) -> Result<(), IdTokenError> {
        let Some(claimed) = self.at_hash.as_deref() else {
            return Ok(());
        };
        let hash = Sha256::digest(access_token);
        let half = hash.get(..hash.len() / 2).unwrap_or_default();
        if URL_SAFE_NO_PAD.encode(half) == claimed { Ok(()) } else { Err(IdTokenError::AccessTokenHash) }
    }

    fn into_verified(self) -> Result<Verified, IdTokenError> {
        let tid = self.tid.unwrap_or_default().to_ascii_lowercase();
        // A slash is for keys of the portal's own.
        let oid = self
            .oid
            .filter(|oid| !oid.is_empty() && !oid.contains('/'))
            .ok_or(IdTokenError::NoObjectId)?
            .to_ascii_lowercase();
        let sign_in_name = displayable(&self.preferred_username.or(self.upn).unwrap_or_default());
        let name = displayable(&self.name.unwrap_or_default());
        Ok(Verified {
            identity: Identity {
                name: if name.is_empty() { sign_in_name.clone() } else { name },
                sign_in_name,
                key: PersonKey { tid, oid },
                roles: self.roles.map(OneOrMany::into_vec).unwrap_or_default(),
            },
            methods: self.amr.map(OneOrMany::into_vec),
        })
    }
}

/// A `NumericDate`: seconds since 1970, with or without a fraction.
fn instant(date: &Number) -> Result<Timestamp, IdTokenError> {
    let since_1970 = match date.as_i64() {
        Some(seconds) => Some(SignedDuration::from_secs(seconds)),
        None => date.as_f64().and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok()),
    };
    since_1970.and_then(|duration| Timestamp::from_duration(duration).ok()).ok_or(IdTokenError::Malformed)
}

/// A name without what could disturb a page or a line of the log.
fn displayable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>().trim().to_owned()
}

/// Whether a second factor took part in the sign-in, if the ID token or else the access token tells. An access token is
/// not ours to read, but Partner Center will look for just this in it, and it has come straight from the authority.
pub(super) fn second_factor(methods: Option<&[String]>, access_token: &str) -> Option<bool> {
    #[derive(Deserialize)]
    struct Methods {
        amr: Option<OneOrMany>,
    }
    let told = |methods: &[String]| planted!(OneFactorIsEnough) || methods.iter().any(|method| method == "mfa");
    if let Some(methods) = methods {
        return Some(told(methods));
    }
    let claims: Methods = jsonwebtoken::dangerous::insecure_decode_claims(access_token).ok()?;
    Some(told(&claims.amr?.into_vec()))
}
