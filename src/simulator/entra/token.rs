//! The token endpoint.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    authority::Authority,
    authorize::Parameters,
    claims::{self, AZURE_AD_GRAPH, MICROSOFT_GRAPH, PARTNER_CENTER},
    errors::{OAuthError, no_store},
    grants::{CODE_LIFETIME, REFRESH_TOKEN_LIFETIME, RefreshToken, SignIn, seconds},
};
use crate::simulator::{
    faults::FaultKind,
    options::RefreshTokens,
    shared::{CLIENT_ID, CLIENT_SECRET, Shared, Simulation},
};

/// `POST /{tenant}/oauth2/v2.0/token`.
pub(super) async fn token(
    State(shared): State<Simulation>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let form = Parameters::read(&body);
    match redeem(&shared, &tenant, &headers, &form) {
        Ok(body) => {
            let mut response = Json(body).into_response();
            no_store(&mut response);
            response
        }
        Err(error) => error.into_response(&shared),
    }
}

fn redeem(shared: &Shared, tenant: &str, headers: &HeaderMap, form: &Parameters) -> Result<Value, OAuthError> {
    let authority = Authority::find(shared, tenant).ok_or_else(|| OAuthError::unknown_tenant(tenant))?;
    if !is_form(headers) {
        let text = "The content type must be 'application/x-www-form-urlencoded'.";
        return Err(OAuthError::new("invalid_request", 900_144, text));
    }
    check_client(headers, form)?;
    match form.need("grant_type")? {
        "authorization_code" => {
            let sign_in = redeem_code(shared, &authority, form)?;
            shared.world().ledger.code_grants += 1;
            tokens(shared, sign_in, form.get("scope"), None)
        }
        "refresh_token" => {
            let (sign_in, family) = redeem_refresh_token(shared, &authority, form)?;
            shared.world().ledger.refresh_grants += 1;
            tokens(shared, sign_in, form.get("scope"), Some(family))
        }
        "client_credentials" => token_of_app(shared, form),
        other => {
            let text = format!("The app requested an unsupported grant type '{other}'.");
            Err(OAuthError::new("unsupported_grant_type", 70003, text))
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// `client_secret_basic` or `client_secret_post`.
fn check_client(headers: &HeaderMap, form: &Parameters) -> Result<(), OAuthError> {
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| basic_credentials(value.to_str().ok()?));
    let (client, secret) = match basic {
        Some((client, secret)) => (client, Some(secret)),
        None => (form.need("client_id")?.to_owned(), form.get("client_secret").map(str::to_owned)),
    };
    if client != CLIENT_ID.to_string() {
        return Err(OAuthError::unknown_client(&client));
    }
    match secret.as_deref() {
        Some(CLIENT_SECRET) => Ok(()),
        Some(_) => {
            let text = format!("Invalid client secret provided for the app '{CLIENT_ID}'.");
            Err(OAuthError::new("invalid_client", 7_000_215, text))
        }
        None => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            Err(OAuthError::new("invalid_client", 7_000_218, text))
        }
    }
}

/// Id and secret of `Basic` credentials; RFC 6749 §2.3.1 has both form-encoded before they are joined.
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ")?).ok()?).ok()?;
    let (client, secret) = decoded.split_once(':')?;
    let decode = |text: &str| {
        let pair = format!("={text}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decode(client)?, decode(secret)?))
}

fn redeem_code(shared: &Shared, authority: &Authority, form: &Parameters) -> Result<SignIn, OAuthError> {
    let refuse = |number, text: &str| Err(OAuthError::new("invalid_grant", number, text));
    let presented = form.need("code")?;
    let redirect_uri = form.need("redirect_uri")?;
    let verifier = form.need("code_verifier")?;
    let mut grants = shared.grants();
    let Some(code) = grants.codes.get_mut(presented) else {
        return refuse(9_002_313, "Invalid request. The authorization code is malformed or invalid.");
    };
    if code.redeemed {
        return refuse(54005, "The OAuth2 authorization code was already redeemed.");
    }
    if code.sign_in.at + CODE_LIFETIME < shared.clock.now() {
        return refuse(70008, "The provided authorization code has expired.");
    }
    if code.redirect_uri != redirect_uri {
        return refuse(500_112, "The reply address does not match the one provided when the code was requested.");
    }
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge || verifier.len() < 43 {
        return refuse(501_481, "The code_verifier does not match the code_challenge of the authorization request.");
    }
    if !authority.admits(code.sign_in.person) {
        return refuse(50020, "The code was issued to a person who does not exist in this tenant.");
    }
    code.redeemed = true;
    Ok(code.sign_in.clone())
}

fn redeem_refresh_token(
    shared: &Shared,
    authority: &Authority,
    form: &Parameters,
) -> Result<(SignIn, Uuid), OAuthError> {
    let refuse = |number, text: &str| Err(OAuthError::new("invalid_grant", number, text));
    let presented = form.need("refresh_token")?;
    if shared.world().faults.strike_in_handler(&FaultKind::MfaRequiredOnRefresh) {
        return refuse(50076, "Due to a configuration change, you must use multi-factor authentication.");
    }
    let changes = shared.world().changes.clone();
    let mut grants = shared.grants();
    let Some(token) = grants.refresh_tokens.get_mut(presented) else {
        return refuse(70000, "The provided value for the input parameter 'refresh_token' is not valid.");
    };
    if changes.get(token.sign_in.person.upn).is_some_and(|change| change.disabled) {
        return refuse(50057, "The user account is disabled.");
    }
    if token.revoked {
        return refuse(50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed.");
    }
    if token.issued_at + REFRESH_TOKEN_LIFETIME < shared.clock.now() {
        return refuse(700_082, "The refresh token has expired due to inactivity.");
    }
    if token.used && shared.options.refresh_tokens == RefreshTokens::SingleUse {
        return refuse(54005, "The refresh token was already redeemed.");
    }
    if !authority.admits(token.sign_in.person) {
        return refuse(50020, "The refresh token was issued to a person who does not exist in this tenant.");
    }
    token.used = true;
    Ok((token.sign_in.clone(), token.family))
}

/// Access token, and refresh and ID token where the scope asks for them.
fn tokens(
    shared: &Shared,
    sign_in: SignIn,
    narrowed_scope: Option<&str>,
    family: Option<Uuid>,
) -> Result<Value, OAuthError> {
    let scope = narrowed_scope.unwrap_or(&sign_in.scope).to_owned();
    let resource = resource_of(&scope)?;
    let asked_for = |name: &str| scope.split_ascii_whitespace().any(|asked| asked == name);
    let key = shared.signing_key();
    let cannot_sign = |_| OAuthError::new("server_error", 90033, "A transient error has occurred. Please try again.");
    let access_token = claims::access_token_of_person(shared, sign_in.person, resource);
    let lifetime = seconds(shared.options.access_token_lifetime);
    let mut body = json!({
        "token_type": "Bearer",
        "scope": granted_scope(&scope, resource),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": key.sign(&access_token).map_err(cannot_sign)?,
    });
    if asked_for("openid") {
        body["id_token"] = json!(key.sign(&claims::id_token(shared, &sign_in)).map_err(cannot_sign)?);
    }
    if asked_for("offline_access") || family.is_some() {
        let refresh_token = RefreshToken {
            sign_in,
            issued_at: shared.clock.now(),
            used: false,
            revoked: false,
            family: family.unwrap_or_else(|| shared.random.uuid()),
        };
        let value = shared.random.token();
        body["refresh_token"] = json!(value);
        shared.grants().refresh_tokens.insert(value, refresh_token);
    }
    Ok(body)
}

fn token_of_app(shared: &Shared, form: &Parameters) -> Result<Value, OAuthError> {
    let scope = form.need("scope")?;
    if !scope.ends_with("/.default") {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier."
        );
        return Err(OAuthError::new("invalid_scope", 1_002_012, text));
    }
    let claims = claims::access_token_of_app(shared, resource_of(scope)?);
    let lifetime = seconds(shared.options.access_token_lifetime);
    let access_token = shared
        .signing_key()
        .sign(&claims)
        .map_err(|_| OAuthError::new("server_error", 90033, "A transient error has occurred. Please try again."))?;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": access_token,
    }))
}

/// The one resource that a scope names. A scope of OpenID names alone is for Microsoft Graph.
pub(super) fn resource_of(scope: &str) -> Result<&'static str, OAuthError> {
    let mut found = None;
    for name in scope.split_ascii_whitespace() {
        if matches!(name, "openid" | "profile" | "email" | "offline_access" | "User.Read") {
            continue;
        }
        let (resource, permission) = name.rsplit_once('/').unwrap_or((name, ""));
        let known = [PARTNER_CENTER, AZURE_AD_GRAPH, MICROSOFT_GRAPH].into_iter().find(|known| *known == resource);
        let Some(known) = known else {
            let text = format!("The resource principal named {resource} was not found in the tenant.");
            return Err(OAuthError::new("invalid_resource", 500_011, text));
        };
        if !matches!(permission, "user_impersonation" | ".default" | "User.Read") {
            let text = format!("The provided value for the input parameter 'scope' is not valid: {name}.");
            return Err(OAuthError::new("invalid_scope", 70011, text));
        }
        if found.is_some_and(|found| found != known) {
            let text =
                "Provided value for the input parameter scope is not valid because it contains more than one resource.";
            return Err(OAuthError::new("invalid_scope", 28000, text));
        }
        found = Some(known);
    }
    Ok(found.unwrap_or(MICROSOFT_GRAPH))
}

/// Entra leaves `offline_access` out of the scope that it grants.
fn granted_scope(asked: &str, resource: &str) -> String {
    let mut names: Vec<&str> = asked.split_ascii_whitespace().filter(|name| *name != "offline_access").collect();
    let impersonation = format!("{resource}/user_impersonation");
    if resource == PARTNER_CENTER && !names.contains(&impersonation.as_str()) {
        names.push(&impersonation);
    }
    names.join(" ")
}
