//! Sign-in with Entra ID: authorization code with PKCE, App+User. Works with every OpenID provider that keeps to the
//! standards and gives the claims `tid` and `oid`.
//!
//! A sign-in begins with [`Entra::start`], which sends the browser to the authority, and ends with [`Entra::finish`],
//! which turns the browser's way back into an [`Identity`]. The provider's people and those of resellers come through a
//! [`Door`] each. From then on [`Entra::access_token`] gives the provider's people tokens for Partner Center, and
//! [`Entra::reread`] tells of everybody whether the authority still knows the person. Tokens never leave the server: refresh tokens are sealed in the database, access tokens are in
//! memory alone.

mod aadsts;
mod connection;
mod error;
mod grants;
mod id_token;
mod keys;
mod metadata;
mod problem;
mod return_to;
mod settings;
mod sign_in;
mod tenants;
mod token_endpoint;
mod tokens;
mod transaction;

#[cfg(test)]
#[cfg(feature = "simulator")] // whose dependencies can make keys and sign
mod authorization_tests;
#[cfg(test)]
#[cfg(feature = "simulator")] // whose dependencies can make keys and sign
mod bad_tokens;
#[cfg(test)]
#[cfg(feature = "simulator")] // whose dependencies can make keys and sign
mod connection_tests;
#[cfg(test)]
#[cfg(feature = "simulator")]
pub(crate) mod fake_provider;
#[cfg(test)]
#[cfg(feature = "simulator")]
mod refresh_tests;
#[cfg(test)]
#[cfg(feature = "simulator")] // whose dependencies can make keys and sign
mod tests;

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

pub use self::{
    aadsts::aadsts_words,
    connection::{Connection, Consent, Trouble},
    error::{EntraError, OAuthCode, Refusal, StoreError},
    id_token::IdTokenError,
    metadata::MetadataError,
    problem::{SignInProblem, UnknownProblem},
    return_to::ReturnTo,
    settings::{Door, EntraSettings},
    sign_in::{CallbackQuery, Finished, Identity, Redirect, SignInFailure, SignInRequest, SignedIn},
    tenants::{TenantFinder, TenantFound},
    transaction::{BrowserCookies, Purpose},
};
use self::{grants::Grants, metadata::Discovery, tokens::Tokens, transaction::Transactions};
use crate::{
    audit::Audit,
    clock::{Ambient, machine_time},
    database::Database,
    domain::PersonKey,
    http::AuthorityClient,
    keyring::{Keyring, SealedColumn},
    paths,
};

/// How long a call to the authority may take.
const CALL_DEADLINE: Duration = Duration::from_secs(15);

/// Gives the access token of a person for Partner Center; refreshes it when it is about to end, once for all askers.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The person has to sign in again: no grant, `invalid_grant`, MFA too old.
    #[error("the person has to sign in again")]
    SignInAgain,
    /// The person is none of the provider's, and the provider has connected no account for such people, or it has to be
    /// connected anew.
    #[error("the provider has connected no account")]
    NotConnected,
    /// The authority cannot be reached or does not answer as agreed.
    #[error("the authority cannot be reached")]
    Unavailable,
    /// The portal's own database or keys.
    #[error("the portal's store does not work: {0}")]
    Store(String),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

/// Where tokens and sign-ins under way are sealed.
pub const SEALED: [SealedColumn; 3] = [grants::REFRESH_TOKEN, grants::ACCESS_TOKEN, transaction::SIGN_IN];

/// Sign-in and tokens. Cheap to clone.
#[derive(Clone)]
pub struct Entra {
    inner: Arc<Inner>,
}

struct Inner {
    settings: EntraSettings,
    http: AuthorityClient,
    ambient: Ambient,
    provider: Discovery,
    organizations: Discovery,
    transactions: Transactions,
    grants: Grants,
    tokens: Tokens,
    database: Database,
    audit: Audit,
}

impl Entra {
    /// Puts the parts together. Nothing is called before the first sign-in.
    pub fn new(
        settings: EntraSettings,
        http: reqwest::Client,
        database: Database,
        keyring: Keyring,
        ambient: Ambient,
    ) -> Self {
        let http = AuthorityClient::new(http, machine_time(CALL_DEADLINE));
        let inner = Inner {
            provider: Discovery::new(&settings, Door::Provider, http.clone(), ambient.clone()),
            organizations: Discovery::new(&settings, Door::Organizations, http.clone(), ambient.clone()),
            transactions: Transactions::new(database.clone(), keyring.clone(), ambient.clone(), settings.is_secure()),
            audit: Audit::new(database.clone(), keyring.clone(), ambient.clone()),
            grants: Grants::new(database.clone(), keyring, ambient.clone()),
            database,
            tokens: Tokens::default(),
            settings,
            http,
            ambient,
        };
        Self { inner: Arc::new(inner) }
    }

    /// A token for Partner Center that is good for at least another minute. What the people of other tenants have
    /// granted is for no such thing and does not leave this module.
    pub async fn access_token(&self, person: &PersonKey) -> Result<SecretString, TokenError> {
        if !self.is_provider(person) {
            return Err(TokenError::NotConnected);
        }
        tokens::access_token(&self.inner, person).await
    }

    /// Asks the authority who a signed-in person is by now. `SignInAgain` if it knows the person no more, or only the
    /// person can say.
    pub async fn reread(&self, person: &PersonKey) -> Result<Identity, TokenError> {
        tokens::reread(&self.inner, person).await
    }

    /// Whether somebody belongs to the provider's tenant; whoever does not is a reseller's or nobody's.
    pub fn is_provider(&self, person: &PersonKey) -> bool {
        self.inner.settings.is_provider(person)
    }

    /// Does not use the access token at hand again; the next one is made of what the person has granted last.
    pub fn discard_access_token(&self, person: &PersonKey) {
        self.inner.tokens.discard(person);
    }

    /// Erases what a person has granted, here and in the database.
    pub async fn forget(&self, person: &PersonKey) -> Result<(), StoreError> {
        self.inner.grants.forget(person).await?;
        self.inner.tokens.forget(person);
        Ok(())
    }

    /// Where the browser ends the session at the authority too, and comes back from to our sign-in page; `None` if the
    /// authority offers no such place or cannot be asked.
    pub async fn sign_out_url(&self, door: Door) -> Option<Url> {
        let provider = self.inner.discovery(door).provider().await.ok()?;
        let back = self.inner.settings.redirect_uri.join(paths::SIGN_IN).ok()?;
        let mut url = provider.end_session.clone()?;
        url.query_pairs_mut()
            .append_pair("post_logout_redirect_uri", back.as_str())
            .append_pair("client_id", &self.inner.settings.client_id);
        Some(url)
    }

    /// The origin of the authority, which a policy for forms has to name: signing out ends there.
    pub fn authority_origin(&self) -> String {
        self.inner.settings.authority.origin().ascii_serialization()
    }

    /// Whether the authority's metadata and keys are at hand or can be read now.
    pub async fn probe(&self) -> Result<(), MetadataError> {
        self.inner.provider.provider().await.map(|_| ())
    }

    /// The same for the door of every organisation.
    pub async fn probe_organizations(&self) -> Result<(), MetadataError> {
        self.inner.organizations.provider().await.map(|_| ())
    }

    /// Erases what nobody needs any more: old transactions, grants and tokens.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.inner.tokens.sweep(self.inner.ambient.now());
        self.inner.transactions.sweep().await?;
        self.inner.grants.sweep().await
    }
}

impl Inner {
    /// What the authority says of itself at a door.
    fn discovery(&self, door: Door) -> &Discovery {
        match door {
            Door::Provider => &self.provider,
            Door::Organizations => &self.organizations,
        }
    }
}
