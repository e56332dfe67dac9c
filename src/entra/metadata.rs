//! What the authority says about itself (OpenID Connect Discovery 1.0).

use std::sync::Arc;

use oauth2::{AuthType, AuthUrl, HttpResponse, TokenUrl};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::{
    keys::KeySet,
    settings::{Door, EntraSettings},
};
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    http::{AuthorityClient, TransportError, Upstream, is_loopback},
};

/// How long a set is used without looking for a newer one.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long the last good set is used while no newer one can be had; Entra asks its clients to look once a day.
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// Pause after an attempt that failed while a good set is at hand.
const PAUSE_WITH_SET: SignedDuration = SignedDuration::from_secs(60);
/// Pause after an attempt that failed without one: those who waited for it do not each try again.
const PAUSE_WITHOUT_SET: SignedDuration = SignedDuration::from_secs(2);
/// Shortest time between two looks for a key that is not in the set.
const KEY_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// Why there are no metadata to work with.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MetadataError {
    /// No answer.
    #[error(transparent)]
    Transport(Arc<TransportError>),
    /// An answer other than 200.
    #[error("status {0}")]
    Status(u16),
    /// Not a metadata document or key set.
    #[error("not the document that was expected")]
    Malformed,
    /// The document of another issuer.
    #[error("the document names another issuer than the one that was asked")]
    IssuerMismatch,
    /// An endpoint at a place where the portal sends nothing.
    #[error("the {0} is at a host that is not allowed")]
    ForbiddenEndpoint(&'static str),
    /// The authority does not sign with RS256.
    #[error("the authority does not offer RS256")]
    NoRs256,
    /// The authority takes client secrets in no way that the portal knows.
    #[error("the authority offers neither client_secret_basic nor client_secret_post")]
    NoClientAuthentication,
    /// No key that could have signed.
    #[error("no usable signing key")]
    NoKey,
    /// The last attempt failed a moment ago.
    #[error("not tried again so soon after a failure")]
    Pausing,
}

impl From<TransportError> for MetadataError {
    fn from(error: TransportError) -> Self {
        Self::Transport(Arc::new(error))
    }
}

/// The authority as it describes itself, checked.
pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) authorization: AuthUrl,
    pub(super) token: TokenUrl,
    pub(super) end_session: Option<Url>,
    pub(super) client_authentication: AuthType,
    /// Whether each authorization response names its issuer (RFC 9207).
    pub(super) names_issuer: bool,
    pub(super) keys: KeySet,
    keys_at: Url,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    end_session_endpoint: Option<Url>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Reads the metadata when they are needed, one reader at a time, and keeps them.
pub(super) struct Discovery {
    authority: Url,
    /// Where the metadata are; `None`: the authority's address is none that could be asked.
    metadata_at: Option<Url>,
    issuer: String,
    tenant: String,
    client: AuthorityClient,
    ambient: Ambient,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    known: Option<Known>,
    failed_at: Option<Timestamp>,
    keys_asked_at: Option<Timestamp>,
}

struct Known {
    provider: Arc<Provider>,
    read_at: Timestamp,
}

impl Discovery {
    pub(super) fn new(settings: &EntraSettings, door: Door, client: AuthorityClient, ambient: Ambient) -> Self {
        Self {
            authority: settings.authority.clone(),
            metadata_at: settings.metadata_at(door),
            issuer: settings.issuer_at(door),
            tenant: settings.tenant_at(door).to_owned(),
            client,
            ambient,
            state: Mutex::default(),
        }
    }

    /// The authority's metadata and keys; the last good ones while it cannot be reached.
    pub(super) async fn provider(&self) -> Result<Arc<Provider>, MetadataError> {
        let mut state = self.state.lock().await;
        let now = self.ambient.now();
        if let Some(provider) = state.younger_than(FRESH, now) {
            return Ok(provider);
        }
        let usable = state.younger_than(USABLE, now);
        let pause = if usable.is_some() { PAUSE_WITH_SET } else { PAUSE_WITHOUT_SET };
        if is_within(state.failed_at, pause, now) {
            return usable.ok_or(MetadataError::Pausing);
        }
        match self.read().await {
            Ok(provider) => Ok(state.keep(provider, now)),
            Err(error) => {
                state.failed_at = Some(now);
                tracing::warn!(%error, stale_set_in_use = usable.is_some(), "entra.metadata: cannot be read");
                usable.ok_or(error)
            }
        }
    }

    /// The same with the keys read anew, if the key is still unknown and nobody has looked within the last minute: the
    /// authority has begun to sign with a new one.
    pub(super) async fn provider_for_key(&self, id: Option<&str>) -> Result<Arc<Provider>, MetadataError> {
        let provider = self.provider().await?;
        let mut state = self.state.lock().await;
        let current = state.known.as_ref().map_or(provider, |known| Arc::clone(&known.provider));
        let now = self.ambient.now();
        if !current.keys.named(id).is_empty() || is_within(state.keys_asked_at, KEY_PAUSE, now) {
            return Ok(current);
        }
        state.keys_asked_at = Some(now);
        let keys = self.read_keys(&current.keys_at).await?;
        Ok(state.replace_keys(&current, keys))
    }

    async fn read(&self) -> Result<Provider, MetadataError> {
        let url = self.metadata_at.clone().ok_or(MetadataError::Malformed)?;
        Upstream::SignIn.check(&url).map_err(|_| MetadataError::ForbiddenEndpoint("authority"))?;
        let document: Document = serde_json::from_slice(&self.get(url).await?).map_err(|_| MetadataError::Malformed)?;
        self.check(&document)?;
        let keys = self.read_keys(&document.jwks_uri).await?;
        document.into_provider(keys)
    }

    async fn read_keys(&self, at: &Url) -> Result<KeySet, MetadataError> {
        let json = self.get(at.clone()).await?;
        let keys = KeySet::from_json(&json, &self.issuer, &self.tenant).ok_or(MetadataError::Malformed)?;
        if keys.is_empty() { Err(MetadataError::NoKey) } else { Ok(keys) }
    }

    async fn get(&self, url: Url) -> Result<Vec<u8>, MetadataError> {
        let response: HttpResponse = self.client.get(url).await?;
        match response.status().as_u16() {
            200 => Ok(response.into_body()),
            status => Err(MetadataError::Status(status)),
        }
    }

    fn check(&self, document: &Document) -> Result<(), MetadataError> {
        if document.issuer != self.issuer {
            return Err(MetadataError::IssuerMismatch);
        }
        let algorithms = document.id_token_signing_alg_values_supported.as_ref();
        if algorithms.is_some_and(|names| !names.iter().any(|name| name == "RS256")) {
            return Err(MetadataError::NoRs256);
        }
        self.check_endpoint("authorization endpoint", &document.authorization_endpoint)?;
        self.check_endpoint("token endpoint", &document.token_endpoint)?;
        self.check_endpoint("key set", &document.jwks_uri)?;
        document.end_session_endpoint.as_ref().map_or(Ok(()), |url| self.check_endpoint("end session endpoint", url))
    }

    /// An authority of Microsoft's may name any of its sign-in hosts and never this machine; one on this machine its
    /// own host alone.
    fn check_endpoint(&self, name: &'static str, url: &Url) -> Result<(), MetadataError> {
        let allowed = Upstream::SignIn.check(url).is_ok()
            && if is_loopback(&self.authority) {
                url.host_str() == self.authority.host_str()
            } else {
                !is_loopback(url)
            };
        if allowed { Ok(()) } else { Err(MetadataError::ForbiddenEndpoint(name)) }
    }
}

impl Document {
    fn into_provider(self, keys: KeySet) -> Result<Provider, MetadataError> {
        Ok(Provider {
            client_authentication: self.client_authentication()?,
            issuer: self.issuer,
            authorization: AuthUrl::from_url(self.authorization_endpoint),
            token: TokenUrl::from_url(self.token_endpoint),
            end_session: self.end_session_endpoint,
            names_issuer: self.authorization_response_iss_parameter_supported,
            keys,
            keys_at: self.jwks_uri,
        })
    }

    /// `client_secret_basic` comes first: it is what the standards take for granted, and what an authority that knows
    /// both expects of a client that has registered for neither.
    fn client_authentication(&self) -> Result<AuthType, MetadataError> {
        let Some(methods) = &self.token_endpoint_auth_methods_supported else {
            return Ok(AuthType::BasicAuth);
        };
        let offers = |name: &str| methods.iter().any(|method| method == name);
        if offers("client_secret_basic") {
            Ok(AuthType::BasicAuth)
        } else if offers("client_secret_post") {
            Ok(AuthType::RequestBody)
        } else {
            Err(MetadataError::NoClientAuthentication)
        }
    }
}

impl Provider {
    fn with_keys(&self, keys: KeySet) -> Self {
        Self {
            issuer: self.issuer.clone(),
            authorization: self.authorization.clone(),
            token: self.token.clone(),
            end_session: self.end_session.clone(),
            client_authentication: self.client_authentication.clone(),
            names_issuer: self.names_issuer,
            keys,
            keys_at: self.keys_at.clone(),
        }
    }
}

impl State {
    fn younger_than(&self, age: SignedDuration, now: Timestamp) -> Option<Arc<Provider>> {
        let known = self.known.as_ref()?;
        is_within(Some(known.read_at), age, now).then(|| Arc::clone(&known.provider))
    }

    fn keep(&mut self, provider: Provider, now: Timestamp) -> Arc<Provider> {
        let provider = Arc::new(provider);
        self.known = Some(Known { provider: Arc::clone(&provider), read_at: now });
        self.failed_at = None;
        provider
    }

    /// The rest of the set is as old as it was.
    fn replace_keys(&mut self, current: &Provider, keys: KeySet) -> Arc<Provider> {
        let provider = Arc::new(current.with_keys(keys));
        if let Some(known) = &mut self.known {
            known.provider = Arc::clone(&provider);
        }
        provider
    }
}

/// Whether `instant` was at most `age` ago. One in the future was not: the clock has been set back.
fn is_within(instant: Option<Timestamp>, age: SignedDuration, now: Timestamp) -> bool {
    instant.is_some_and(|instant| {
        let elapsed = now.duration_since(instant);
        !elapsed.is_negative() && elapsed < age
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;

    #[test]
    fn an_authority_elsewhere_does_not_lead_to_this_machine() {
        let settings = EntraSettings {
            authority: "https://login.microsoftonline.com".parse().unwrap(),
            tenant_id: "t".to_owned(),
            client_id: "c".to_owned(),
            client_secret: "s".into(),
            redirect_uri: "https://portal.example/auth/callback".parse().unwrap(),
            resource: "https://api.partnercenter.microsoft.com".to_owned(),
        };
        let (_, ambient) = crate::journal::testing::ambient();
        let http = AuthorityClient::new(http::client("test").unwrap(), std::time::Duration::from_secs(1));
        let discovery = Discovery::new(&settings, Door::Provider, http, ambient);
        let allowed = |url: &str| discovery.check_endpoint("token endpoint", &url.parse().unwrap()).is_ok();
        assert!(allowed("https://login.microsoftonline.com/t/oauth2/v2.0/token"));
        assert!(!allowed("http://127.0.0.1:4000/token"));
        assert!(!allowed("https://evil.example/token"));
    }
}
