//! The calls to the token endpoint.

use std::{fmt, time::Duration};

use oauth2::{
    AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardErrorResponse, StandardRevocableToken,
    StandardTokenResponse, TokenResponse,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{error::Refusal, metadata::Provider, settings::EntraSettings};
use crate::{
    http::{AuthorityClient, TransportError},
    measure,
};

/// Taken for granted where an authority does not say how long an access token lives; Entra's shortest.
const ASSUMED_LIFETIME: Duration = Duration::from_hours(1);

/// The `oauth2` client with an ID token among the fields of an answer.
pub(super) type OAuthClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The field that OpenID Connect adds to an answer of the token endpoint.
#[derive(Serialize, Deserialize)]
pub(super) struct IdTokenField {
    id_token: Option<String>,
}

impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenField([redacted])")
    }
}

impl ExtraTokenFields for IdTokenField {}

/// Tokens as they have come from the authority.
pub(super) struct Tokens {
    pub(super) access_token: SecretString,
    pub(super) lifetime: Duration,
    pub(super) refresh_token: Option<SecretString>,
    pub(super) id_token: Option<SecretString>,
}

/// Why there are none.
#[derive(Debug)]
pub(super) enum TokenCallError {
    /// The authority said no.
    Refused(Refusal),
    /// The call did not get through, or its answer did not.
    NoAnswer,
    /// An answer that is none.
    Malformed,
}

/// The client of one set of metadata.
pub(super) fn oauth_client(settings: &EntraSettings, provider: &Provider) -> OAuthClient {
    Client::new(ClientId::new(settings.client_id.clone()))
        .set_client_secret(ClientSecret::new(settings.client_secret.expose_secret().to_owned()))
        .set_auth_type(provider.client_authentication.clone())
        .set_auth_uri(provider.authorization.clone())
        .set_token_uri(provider.token.clone())
        .set_redirect_uri(RedirectUrl::from_url(settings.redirect_uri.clone()))
}

/// Exchanges the code of a sign-in.
pub(super) async fn exchange_code(
    client: &OAuthClient,
    http: &AuthorityClient,
    code: &str,
    verifier: &str,
) -> Result<Tokens, TokenCallError> {
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
        .request_async(http)
        .await;
    read(answer)
}

/// Exchanges a refresh token for an access token. The scopes are named again, as Entra wants it.
pub(super) async fn refresh(
    client: &OAuthClient,
    http: &AuthorityClient,
    refresh_token: &SecretString,
    scopes: impl IntoIterator<Item = String>,
) -> Result<Tokens, TokenCallError> {
    let answer = client
        .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
        .add_scopes(scopes.into_iter().map(Scope::new))
        .request_async(http)
        .await;
    let answer = read(answer);
    measure::refresh(match &answer {
        Ok(_) => "renewed",
        Err(TokenCallError::Refused(_)) => "refused",
        Err(TokenCallError::NoAnswer) => "no_answer",
        Err(TokenCallError::Malformed) => "malformed",
    });
    answer
}

type Answer = Result<
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    RequestTokenError<TransportError, StandardErrorResponse<BasicErrorResponseType>>,
>;

/// Keeps of an error what may be logged: the library's own errors hold the answer's body.
fn read(answer: Answer) -> Result<Tokens, TokenCallError> {
    let answer = answer.map_err(|error| match error {
        RequestTokenError::ServerResponse(refusal) => {
            let description = refusal.error_description().map(String::as_str);
            TokenCallError::Refused(Refusal::new(refusal.error().as_ref(), description))
        }
        RequestTokenError::Request(error) => {
            tracing::warn!(%error, "entra.token: no answer");
            TokenCallError::NoAnswer
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => TokenCallError::Malformed,
    })?;
    if !matches!(answer.token_type(), BasicTokenType::Bearer) {
        return Err(TokenCallError::Malformed);
    }
    let secret = |text: &String| SecretString::from(text.as_str());
    Ok(Tokens {
        access_token: secret(answer.access_token().secret()),
        lifetime: answer.expires_in().unwrap_or(ASSUMED_LIFETIME),
        refresh_token: answer.refresh_token().map(|token| secret(token.secret())),
        id_token: answer.extra_fields().id_token.as_ref().map(secret),
    })
}
