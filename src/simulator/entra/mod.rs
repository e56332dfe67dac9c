//! Entra ID: metadata, keys, the sign-in page, tokens, sign-out.

mod authority;
mod authorize;
pub(super) mod claims;
mod errors;
pub(super) mod grants;
pub(super) mod keys;
mod metadata;
mod page;
mod token;

use axum::{Router, routing::get};

use super::shared::Simulation;

/// The routes of one authority; `{tenant}` is a tenant id, `common` or `organizations`.
pub(super) fn routes() -> Router<Simulation> {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(metadata::metadata))
        .route("/{tenant}/discovery/v2.0/keys", get(metadata::keys))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::ask).post(authorize::answer))
        .route("/{tenant}/oauth2/v2.0/token", axum::routing::post(token::token))
        .route("/{tenant}/oauth2/v2.0/logout", get(page::sign_out).post(page::sign_out))
}
