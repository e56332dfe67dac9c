//! Settings from the environment, parsed once at the start: a setting that is missing or wrong stops it with its name
//! and an example.

mod cloud;
mod environment;
mod password_reset;
mod proxies;
mod read;

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

use self::read::Reader;
pub use self::{
    cloud::Cloud,
    environment::{Environment, Source},
    password_reset::PasswordReset,
    proxies::TrustedProxies,
};
use crate::{domain::ServedCountries, http::is_loopback};

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

/// Where things are stored: all that `portal keys` needs.
#[derive(Clone, Debug)]
pub struct StorageConfig {
    /// `PORTAL_DATABASE_URL`: `sqlite:…` or `postgres://…`.
    pub database_url: SecretString,
    /// `PORTAL_KEYS_FILE`: the sealing keys.
    pub keys_file: PathBuf,
}

impl StorageConfig {
    /// Reads the settings of this process.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&Reader::new(&environment))
    }

    fn read(read: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            database_url: read.database("PORTAL_DATABASE_URL", "sqlite:portal.db")?,
            keys_file: read.text("PORTAL_KEYS_FILE").map_or_else(|| PathBuf::from("portal.keys.json"), PathBuf::from),
        })
    }
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
    /// `PORTAL_CREDENTIALS_KEPT_DAYS`: how long admin credentials wait for somebody to open them.
    pub credentials_kept: SignedDuration,
    /// `PORTAL_PASSWORD_RESET`: who may set a new first password.
    pub password_reset: PasswordReset,
    /// `PORTAL_CLOUD`.
    pub cloud: Cloud,
    /// `PORTAL_COUNTRIES`: where customers are created; everywhere by default.
    pub countries: ServedCountries,
    /// `PORTAL_ENVIRONMENT`: what the badge says.
    pub environment: Environment,
    /// The app registration.
    pub entra: EntraConfig,
    /// `PORTAL_PARTNER_CENTER_URL`: base address of the API.
    pub partner_center_url: Url,
    /// `PORTAL_SITE_DIR`: the built assets; `site` beside the executable by default.
    pub site_dir: PathBuf,
    /// `PORTAL_TRUSTED_PROXIES`: whose word on where a request came from is taken; nobody's by default.
    pub trusted_proxies: TrustedProxies,
    /// `PORTAL_RATE_FACTOR`: how many times the usual pace of requests one person may have.
    pub rate_factor: NonZeroU32,
    /// `PORTAL_CREATES_PER_DAY`: how many customers may be created a day, by everybody.
    pub creates_a_day: u32,
    /// `PORTAL_CREATES_PER_DAY_PERSON`: by one person.
    pub creates_a_day_person: u32,
    /// `PORTAL_CREATES_PER_DAY_RESELLER`: for one reseller.
    pub creates_a_day_reseller: u32,
    /// `PORTAL_LOG`: filter of the log.
    pub log: String,
    /// `PORTAL_OTLP_ENDPOINT`: where traces are sent (OTLP over HTTP); nowhere by default.
    pub otlp_endpoint: Option<Url>,
}

impl Config {
    /// Reads the settings of this process.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&environment)
    }

    /// Reads the address of the listener of operations alone.
    pub fn ops_listen_from_env() -> Result<SocketAddr, ConfigError> {
        ops_listen(&Reader::new(&environment))
    }

    /// Reads the settings from `source`.
    pub fn read(source: Source<'_>) -> Result<Self, ConfigError> {
        let read = Reader::new(source);
        let cloud = read.parsed("PORTAL_CLOUD", "global")?.unwrap_or_default();
        let partner_center_url =
            read.upstream("PORTAL_PARTNER_CENTER_URL", Cloud::partner_center(cloud), Cloud::API_HOSTS)?;
        let environment = match read.parsed("PORTAL_ENVIRONMENT", "production")? {
            // A machine that talks to itself has no customers, whatever it is told.
            _ if is_loopback(&partner_center_url) => Environment::Simulator,
            Some(environment) => environment,
            None => Environment::Production,
        };
        let storage = StorageConfig::read(&read)?;
        Ok(Self {
            listen: read.parsed("PORTAL_LISTEN", "127.0.0.1:3000")?.unwrap_or(([127, 0, 0, 1], 3000).into()),
            public_url: read.origin("PORTAL_PUBLIC_URL", "http://localhost:3000")?,
            ops_listen: ops_listen(&read)?,
            database_url: storage.database_url,
            keys_file: storage.keys_file,
            credentials_kept: read.days("PORTAL_CREDENTIALS_KEPT_DAYS", 7, 1..=90)?,
            password_reset: read.parsed("PORTAL_PASSWORD_RESET", "admins")?.unwrap_or_default(),
            cloud,
            countries: read.parsed("PORTAL_COUNTRIES", "SE,NL,TR")?.unwrap_or_default(),
            environment,
            entra: EntraConfig {
                authority: read.upstream("PORTAL_ENTRA_AUTHORITY", Cloud::authority(cloud), Cloud::SIGN_IN_HOSTS)?,
                tenant_id: read.guid("PORTAL_ENTRA_TENANT_ID", "72f988bf-86f1-41af-91ab-2d7cd011db47")?,
                client_id: read.required("PORTAL_ENTRA_CLIENT_ID", "11111111-2222-4333-8444-555555555555")?,
                client_secret: read.secret("PORTAL_ENTRA_CLIENT_SECRET", "PORTAL_ENTRA_CLIENT_SECRET_FILE")?,
            },
            partner_center_url,
            site_dir: read.text("PORTAL_SITE_DIR").map_or_else(site_beside_executable, PathBuf::from),
            trusted_proxies: read.parsed("PORTAL_TRUSTED_PROXIES", "127.0.0.1,::1,10.0.0.0/8")?.unwrap_or_default(),
            rate_factor: read.parsed("PORTAL_RATE_FACTOR", "2")?.unwrap_or(NonZeroU32::MIN),
            creates_a_day: read.parsed("PORTAL_CREATES_PER_DAY", "1000")?.unwrap_or(1_000),
            creates_a_day_person: read.parsed("PORTAL_CREATES_PER_DAY_PERSON", "100")?.unwrap_or(100),
            creates_a_day_reseller: read.parsed("PORTAL_CREATES_PER_DAY_RESELLER", "200")?.unwrap_or(200),
            log: read.text("PORTAL_LOG").unwrap_or_else(|| "info".into()),
            otlp_endpoint: read.collector("PORTAL_OTLP_ENDPOINT")?,
        })
    }

    /// Whether browsers reach the portal over TLS: decides the cookies' `Secure` and `__Host-`.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

fn ops_listen(read: &Reader<'_>) -> Result<SocketAddr, ConfigError> {
    Ok(read.parsed("PORTAL_OPS_LISTEN", "127.0.0.1:9464")?.unwrap_or(([127, 0, 0, 1], 9464).into()))
}

fn environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    std::env::var(name).ok()
}

/// `site` in the folder of the executable, from whatever folder it was started.
fn site_beside_executable() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|executable| executable.parent().map(|folder| folder.join("site")))
        .unwrap_or_else(|| PathBuf::from("site"))
}

#[cfg(test)]
mod tests;
