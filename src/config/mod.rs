//! Settings from the environment, parsed once at the start: a setting that is missing or wrong stops it with its name
//! and an example.

mod cloud;
mod environment;

use std::{net::SocketAddr, path::PathBuf};

use secrecy::SecretString;
use url::Url;

pub use self::{
    cloud::Cloud,
    environment::{Environment, Source},
};

/// A setting that is missing or wrong.
#[derive(Debug, thiserror::Error)]
#[error("{name} {problem}; for example: {name}={example}")]
pub struct ConfigError {
    /// Name of the setting.
    pub name: &'static str,
    /// What is wrong with it.
    pub problem: String,
    /// A value that would do.
    pub example: &'static str,
}

/// The provider's app registration in Entra ID.
#[derive(Clone, Debug)]
pub struct EntraConfig {
    /// `PORTAL_ENTRA_AUTHORITY`: base address of the authority.
    pub authority: Url,
    /// `PORTAL_ENTRA_TENANT_ID`: the provider's tenant.
    pub tenant_id: String,
    /// `PORTAL_ENTRA_CLIENT_ID`.
    pub client_id: String,
    /// `PORTAL_ENTRA_CLIENT_SECRET`, or the content of the file that `PORTAL_ENTRA_CLIENT_SECRET_FILE` names.
    pub client_secret: SecretString,
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// `PORTAL_LISTEN`: address of the web listener.
    pub listen: SocketAddr,
    /// `PORTAL_PUBLIC_URL`: the origin that browsers use; decides cookies, redirect URI and origin check.
    pub public_url: Url,
    /// `PORTAL_OPS_LISTEN`: address of the listener for `/healthz` and `/readyz`.
    pub ops_listen: SocketAddr,
    /// `PORTAL_DATABASE_URL`: `sqlite:…` or `postgres://…`.
    pub database_url: SecretString,
    /// `PORTAL_KEYS_FILE`: the sealing keys.
    pub keys_file: PathBuf,
    /// `PORTAL_CLOUD`.
    pub cloud: Cloud,
    /// `PORTAL_ENVIRONMENT`: what the badge says.
    pub environment: Environment,
    /// The app registration.
    pub entra: EntraConfig,
    /// `PORTAL_PARTNER_CENTER_URL`: base address of the API.
    pub partner_center_url: Url,
    /// `PORTAL_SITE_DIR`: the built assets; `site` beside the executable by default.
    pub site_dir: PathBuf,
    /// `PORTAL_LOG`: filter of the log.
    pub log: String,
}
