//! The way to the authority and back.

use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use secrecy::ExposeSecret;
use serde::Deserialize;
use tower_sessions::cookie::Cookie;
use url::Url;

use super::{
    Consent, Entra, EntraError, Inner,
    error::Refusal,
    id_token,
    metadata::Provider,
    return_to::ReturnTo,
    settings::{Door, TENANT},
    token_endpoint::{self, TokenCallError, Tokens},
    tokens::{self, HeldToken},
    transaction::{BrowserCookies, Purpose, Transaction},
};
use crate::domain::{PersonKey, ResellerId};

/// The longest sign-in name that is passed on.
const LONGEST_HINT: usize = 256;

/// What a sign-in starts with.
#[derive(Default)]
pub struct SignInRequest<'a> {
    /// Through which door.
    pub door: Door,
    /// What for.
    pub purpose: Purpose,
    /// Where the person goes on afterwards.
    pub return_to: ReturnTo,
    /// Key of a form that waits for the end of the sign-in.
    pub resume: Option<&'a str>,
    /// Sign-in name to be filled in at the authority.
    pub login_hint: Option<&'a str>,
    /// What the browser has brought.
    pub cookies: BrowserCookies,
}

/// Sends the browser to the authority.
pub struct Redirect {
    /// The authority's page.
    pub url: Url,
    /// The cookie of this sign-in, and the removal of those of the oldest if there are too many.
    pub cookies: Vec<Cookie<'static>>,
}

/// What a browser brings back from the authority. No `Debug`: the code is a secret.
#[derive(Deserialize)]
pub struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

impl CallbackQuery {
    /// Reads the query of the callback's address. A parameter that stands there twice makes it none (RFC 6749, 3.1).
    pub fn parse(query: &str) -> Result<Self, EntraError> {
        serde_urlencoded::from_str(query).map_err(|_| EntraError::MalformedResponse)
    }

    /// The state, which names the sign-in.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// Who has signed in, as the authority says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Tenant and object id.
    pub key: PersonKey,
    /// Display name (claim `name`).
    pub name: String,
    /// Sign-in name, for display alone (claim `preferred_username` or `upn`).
    pub sign_in_name: String,
    /// Values of the app roles (claim `roles`).
    pub roles: Vec<String>,
}

/// A sign-in that has come to its end.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub identity: Identity,
    /// Where to go on.
    pub return_to: ReturnTo,
    /// Key of the form that waits.
    pub resume: Option<String>,
}

/// What has come of a sign-in.
pub enum Finished {
    /// Somebody is there to work.
    SignedIn(SignedIn),
    /// An account has agreed; it is not kept yet.
    Consented(Consent),
}

impl Finished {
    /// Who is there to work, if that is what came of it.
    pub fn signed_in(self) -> Option<SignedIn> {
        match self {
            Self::SignedIn(signed_in) => Some(signed_in),
            Self::Consented(_) => None,
        }
    }
}

impl std::fmt::Debug for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignedIn(signed_in) => signed_in.fmt(f),
            Self::Consented(consent) => f.debug_tuple("Consented").field(&consent.identity.key).finish(),
        }
    }
}

/// A sign-in that has failed, with what is needed to try again without a loss.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct SignInFailure {
    /// Why.
    #[source]
    pub error: EntraError,
    /// Where the person wanted to go.
    pub return_to: ReturnTo,
    /// Key of the form that waits.
    pub resume: Option<String>,
}

impl From<EntraError> for SignInFailure {
    fn from(error: EntraError) -> Self {
        Self { error, return_to: ReturnTo::default(), resume: None }
    }
}

impl Entra {
    /// Begins a sign-in.
    pub async fn start(&self, request: SignInRequest<'_>) -> Result<Redirect, EntraError> {
        let inner = &self.inner;
        let provider = inner.discovery(request.door).provider().await?;
        let state = inner.ambient.token();
        let transaction = Transaction::new(
            (request.door, request.purpose),
            &provider.issuer,
            &request.return_to,
            request.resume,
            &inner.ambient,
        );
        let cookies = inner.transactions.begin(&state, &transaction, &request.cookies).await?;
        let url = inner.authorization_url(&provider, state, &transaction, request.login_hint);
        Ok(Redirect { url, cookies })
    }

    /// Ends a sign-in: exchanges the code, verifies who it is and keeps what was granted.
    pub async fn finish(&self, query: CallbackQuery, cookies: &BrowserCookies) -> Result<Finished, SignInFailure> {
        let state = query.state().ok_or(EntraError::StateMismatch)?;
        let transaction = self.inner.transactions.take(state, cookies).await?;
        let (return_to, resume) = (transaction.return_to(), transaction.resume());
        let finished = async {
            let (identity, answer) = self.inner.identify(&query, &transaction).await?;
            Ok(match transaction.purpose {
                Purpose::Connect => Finished::Consented(Consent { identity, answer }),
                Purpose::SignIn => {
                    self.inner.keep(&identity.key, answer).await?;
                    Finished::SignedIn(SignedIn {
                        identity,
                        return_to: transaction.return_to(),
                        resume: transaction.resume(),
                    })
                }
            })
        };
        finished.await.map_err(|error| SignInFailure { error, return_to, resume })
    }

    /// Removes the cookie of a sign-in that is over.
    pub fn spent_cookie(&self, query: &CallbackQuery) -> Option<Cookie<'static>> {
        query.state().map(|state| self.inner.transactions.spent(state))
    }
}

impl Inner {
    fn authorization_url(
        &self,
        provider: &Provider,
        state: String,
        transaction: &Transaction,
        login_hint: Option<&str>,
    ) -> Url {
        let verifier = PkceCodeVerifier::new(transaction.verifier.clone());
        let client = token_endpoint::oauth_client(&self.settings, provider);
        let mut request = client
            .authorize_url(|| CsrfToken::new(state))
            .add_scopes(self.settings.scopes(transaction.door).into_iter().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_extra_param("nonce", transaction.nonce.clone());
        if let Some(hint) = login_hint.filter(|hint| hint.len() <= LONGEST_HINT) {
            request = request.add_extra_param("login_hint", hint.to_owned());
        }
        if transaction.purpose == Purpose::Connect {
            // Whoever is signed in at the authority just now is not who is to be connected without being asked.
            request = request.add_extra_param("prompt", "login");
        }
        request.url().0
    }

    async fn identify(
        &self,
        query: &CallbackQuery,
        transaction: &Transaction,
    ) -> Result<(Identity, Tokens), EntraError> {
        let provider = self.discovery(transaction.door).provider().await?;
        check_issuer(query, transaction, &provider)?;
        if let Some(error) = &query.error {
            return Err(EntraError::Denied(Refusal::new(error, query.error_description.as_deref())));
        }
        let code = query.code.as_deref().ok_or(EntraError::MissingCode)?;
        let client = token_endpoint::oauth_client(&self.settings, &provider);
        let answer = token_endpoint::exchange_code(&client, &self.http, code, &transaction.verifier).await?;
        let identity = self.verified_identity(&answer, transaction).await?;
        Ok((identity, answer))
    }

    async fn verified_identity(&self, answer: &Tokens, transaction: &Transaction) -> Result<Identity, EntraError> {
        let id_token = answer.id_token.as_ref().ok_or(EntraError::MissingIdToken)?;
        let verified = tokens::verify(self, transaction.door, id_token, answer, Some(&transaction.nonce)).await?;
        match id_token::second_factor(verified.methods.as_deref(), answer.access_token.expose_secret()) {
            Some(true) => Ok(verified.identity),
            Some(false) | None => Err(EntraError::SecondFactorMissing),
        }
    }

    /// Without a refresh token the session can act for as long as its access token lives. An older grant goes: it is
    /// not what the person has just agreed to.
    async fn keep(&self, person: &PersonKey, answer: Tokens) -> Result<(), EntraError> {
        let token = HeldToken::from_answer(&answer, self.ambient.now());
        match &answer.refresh_token {
            Some(refresh_token) => self.grants.store(person, refresh_token, &token).await?,
            None => self.grants.forget(person).await?,
        }
        self.tokens.keep(person, token).await;
        Ok(())
    }
}

/// A response of another authority must not be taken to ours (RFC 9207). Where the issuer is a template, the ID token
/// decides which tenant's it is.
fn check_issuer(query: &CallbackQuery, transaction: &Transaction, provider: &Provider) -> Result<(), EntraError> {
    let named = match &query.iss {
        Some(issuer) => fits(&provider.issuer, issuer),
        None => !provider.names_issuer,
    };
    if named && transaction.issuer == provider.issuer { Ok(()) } else { Err(EntraError::IssuerMismatch) }
}

/// Whether an issuer is the one that the metadata name, or one that their template makes of some tenant.
fn fits(named: &str, issuer: &str) -> bool {
    match named.split_once(TENANT) {
        None => issuer == named,
        Some((before, after)) => issuer
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|tenant| tenant.parse::<ResellerId>().is_ok()),
    }
}

impl From<TokenCallError> for EntraError {
    fn from(error: TokenCallError) -> Self {
        match error {
            TokenCallError::Refused(refusal) if !refusal.error.is_outage() => Self::TokenRefused(refusal),
            TokenCallError::Refused(_) | TokenCallError::NoAnswer | TokenCallError::Malformed => Self::TokenUnavailable,
        }
    }
}
