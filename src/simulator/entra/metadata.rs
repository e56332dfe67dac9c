//! The OpenID configuration and the keys.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{authority::Authority, errors::OAuthError};
use crate::simulator::shared::Simulation;

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub(super) async fn metadata(State(shared): State<Simulation>, Path(tenant): Path<String>) -> Response {
    let Some(authority) = Authority::find(&shared, &tenant) else {
        return OAuthError::unknown_tenant(&tenant).into_response(&shared);
    };
    let origin = &shared.origin;
    let base = format!("{origin}/{}", authority.segment());
    Json(json!({
        "issuer": authority.issuer(origin),
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "response_modes_supported": ["query", "form_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "oid"],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": false,
    }))
    .into_response()
}

/// `GET /{tenant}/discovery/v2.0/keys`.
pub(super) async fn keys(State(shared): State<Simulation>, Path(tenant): Path<String>) -> Response {
    let Some(authority) = Authority::find(&shared, &tenant) else {
        return OAuthError::unknown_tenant(&tenant).into_response(&shared);
    };
    let key = shared.signing_key().jwk(&authority.issuer(&shared.origin));
    Json(json!({ "keys": [key] })).into_response()
}
