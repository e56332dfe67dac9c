//! The authorization endpoint: strict about the request, generous about who signs in.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use url::{Host, Url};

use super::{
    authority::Authority,
    errors::{OAuthError, no_store},
    grants::{Code, SignIn},
    page,
};
use crate::simulator::{
    people::{self, Person},
    shared::{CLIENT_ID, Shared, Simulation},
};

/// Parameters of a query or form. The last of several with one name wins, except that [`Parameters::repeated`] tells.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    values: HashMap<String, String>,
    repeated: Option<String>,
}

impl Parameters {
    pub(super) fn read(text: &str) -> Self {
        let mut parameters = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            if parameters.values.insert(name.to_string(), value.into_owned()).is_some() {
                parameters.repeated = Some(name.into_owned());
            }
        }
        parameters
    }

    /// The value, if there is one and it is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| OAuthError::missing(name))
    }
}

/// Where the answer goes, and how. Known before the rest of the request is looked at.
#[derive(Clone, Debug)]
pub(super) struct ReturnAddress {
    redirect_uri: Url,
    /// To the letter as it was sent; compared with that of the token request.
    redirect_uri_as_sent: String,
    form_post: bool,
    state: Option<String>,
}

impl ReturnAddress {
    fn read(query: &Parameters) -> Result<Self, OAuthError> {
        let as_sent = query.need("redirect_uri")?;
        let mismatch = || {
            let text = format!(
                "The redirect URI '{as_sent}' specified in the request does not match the redirect URIs configured \
                 for the application '{CLIENT_ID}'. The simulator takes every http(s) address on loopback."
            );
            OAuthError::new("invalid_request", 50011, text)
        };
        let redirect_uri = Url::parse(as_sent).ok().filter(is_on_loopback).ok_or_else(mismatch)?;
        Ok(Self {
            redirect_uri,
            redirect_uri_as_sent: as_sent.to_owned(),
            form_post: query.get("response_mode") == Some("form_post"),
            state: query.get("state").map(str::to_owned),
        })
    }

    /// Sends the browser back with these parameters and the state.
    fn answer(self, parameters: &[(&str, &str)]) -> Response {
        let state = self.state.as_deref().map(|state| ("state", state));
        let parameters: Vec<(&str, &str)> = parameters.iter().copied().chain(state).collect();
        let mut response = if self.form_post {
            page::form_post(self.redirect_uri.as_str(), &parameters)
        } else {
            let mut address = self.redirect_uri;
            address.query_pairs_mut().extend_pairs(parameters);
            Redirect::to(address.as_str()).into_response()
        };
        no_store(&mut response);
        response
    }

    fn refuse(self, error: &OAuthError) -> Response {
        self.answer(&[("error", error.error), ("error_description", &error.description())])
    }
}

pub(super) fn is_on_loopback(address: &Url) -> bool {
    let host = match address.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    host && matches!(address.scheme(), "http" | "https") && address.fragment().is_none()
}

/// A request that may go on to the sign-in page.
#[derive(Debug)]
struct Request {
    scope: String,
    nonce: String,
    code_challenge: String,
}

impl Request {
    fn read(query: &Parameters) -> Result<Self, OAuthError> {
        if let Some(name) = &query.repeated {
            let text = format!("Duplicate parameter '{name}' in the request.");
            return Err(OAuthError::new("invalid_request", 9_000_411, text));
        }
        match query.need("response_type")? {
            "code" => {}
            other => {
                let text = format!("response_type '{other}' is not enabled for the application.");
                return Err(OAuthError::new("unsupported_response_type", 700_054, text));
            }
        }
        if !matches!(query.get("response_mode"), None | Some("query" | "form_post")) {
            return Err(OAuthError::new("invalid_request", 900_148, "The response_mode is not supported."));
        }
        let scope = query.need("scope")?;
        if !scope.split_ascii_whitespace().any(|name| name == "openid") {
            return Err(OAuthError::new("invalid_scope", 70011, "The scope must contain 'openid'."));
        }
        super::token::resource_of(scope)?;
        query.need("state")?;
        Ok(Self {
            scope: scope.to_owned(),
            nonce: query.need("nonce")?.to_owned(),
            code_challenge: code_challenge(query)?,
        })
    }
}

/// PKCE is not optional here, and `plain` is no choice.
fn code_challenge(query: &Parameters) -> Result<String, OAuthError> {
    let challenge = query.need("code_challenge")?;
    if query.get("code_challenge_method") != Some("S256") {
        return Err(OAuthError::new("invalid_request", 501_491, "The code_challenge_method must be 'S256'."));
    }
    let base64url = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_');
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        let text = "The size of the code_challenge must be 43 characters of base64url for the method S256.";
        return Err(OAuthError::new("invalid_request", 501_491, text));
    }
    Ok(challenge.to_owned())
}

/// `GET`: signs in whom `login_hint` names, otherwise shows the page.
pub(super) async fn ask(
    State(shared): State<Simulation>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Parameters::read(&query.unwrap_or_default());
    let (authority, address) = match where_from(&shared, &tenant, &query) {
        Ok(found) => found,
        Err(error) => return page::error(&error),
    };
    let request = match Request::read(&query) {
        Ok(request) => request,
        Err(error) => return address.refuse(&error),
    };
    let hinted = query.get("login_hint").and_then(people::by_upn);
    match (query.get("prompt"), hinted) {
        (Some("login"), _) => page::choose(&authority, hinted),
        (_, Some(person)) => sign_in(&shared, &authority, person, request, address),
        (Some("none"), None) => {
            let error =
                OAuthError::new("login_required", 50058, "A silent sign-in was asked for, but nobody is signed in.");
            address.refuse(&error)
        }
        _ => page::choose(&authority, None),
    }
}

/// `POST`: a button of the page was pressed. The form goes to the address of the page, so the query is the same.
pub(super) async fn answer(
    State(shared): State<Simulation>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let query = Parameters::read(&query.unwrap_or_default());
    let (authority, address) = match where_from(&shared, &tenant, &query) {
        Ok(found) => found,
        Err(error) => return page::error(&error),
    };
    let request = match Request::read(&query) {
        Ok(request) => request,
        Err(error) => return address.refuse(&error),
    };
    if form.contains_key("cancel") {
        let error = OAuthError::new("access_denied", 65004, "The person has declined to sign in.");
        return address.refuse(&error);
    }
    match form.get("upn").and_then(|upn| people::by_upn(upn)) {
        Some(person) => sign_in(&shared, &authority, person, request, address),
        None => page::choose(&authority, None),
    }
}

fn where_from(shared: &Shared, tenant: &str, query: &Parameters) -> Result<(Authority, ReturnAddress), OAuthError> {
    let authority = Authority::find(shared, tenant).ok_or_else(|| OAuthError::unknown_tenant(tenant))?;
    let client = query.need("client_id")?;
    if client != CLIENT_ID.to_string() {
        return Err(OAuthError::unknown_client(client));
    }
    Ok((authority, ReturnAddress::read(query)?))
}

fn sign_in(
    shared: &Shared,
    authority: &Authority,
    person: &'static Person,
    request: Request,
    address: ReturnAddress,
) -> Response {
    if !authority.admits(person) {
        let text = format!(
            "User account '{}' from identity provider '{}' does not exist in tenant '{}' and cannot access the \
             application '{CLIENT_ID}' in that tenant.",
            person.upn,
            person.organisation,
            authority.segment(),
        );
        return page::error(&OAuthError::new("interaction_required", 50020, text));
    }
    if shared.world().change_of(person).disabled {
        return page::error(&OAuthError::new("access_denied", 50057, "The user account is disabled."));
    }
    let code = shared.random.token();
    let sign_in = SignIn { person, scope: request.scope, nonce: Some(request.nonce), at: shared.clock.now() };
    let granted = Code {
        sign_in,
        redirect_uri: address.redirect_uri_as_sent.clone(),
        challenge: request.code_challenge,
        redeemed: false,
    };
    shared.grants().codes.insert(code.clone(), granted);
    let session_state = shared.random.uuid().to_string();
    address.answer(&[("code", &code), ("session_state", &session_state)])
}
