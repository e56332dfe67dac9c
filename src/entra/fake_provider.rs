//! An OpenID provider for tests. It keeps to the standards and nothing more, and does wrong exactly what it is told to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::Duration,
};

use ::http::HeaderMap;
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tower_sessions::cookie::Cookie;
use url::Url;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers};

use super::{BrowserCookies, CallbackQuery, Entra, EntraSettings};
use crate::{
    clock::{Ambient, ManualClock, SystemRandom as AmbientRandom, Timestamp},
    database::Database,
    domain::PersonKey,
    http,
    keyring::Keyring,
};

pub(crate) const TENANT: &str = "a1b2c3d4-0000-4000-8000-00000000c0de";
pub(crate) const CLIENT_ID: &str = "5e11e700-0000-4000-8000-0000000000c1";
pub(crate) const CLIENT_SECRET: &str = "canary-client+secret/";
pub(crate) const ADELE: &str = "0b1e0000-0000-4000-8000-00000000ade1";
const RESOURCE: &str = "https://api.partnercenter.microsoft.com";

/// Who signs a token, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    /// The published key, RS256.
    Published,
    /// A key that is not published, under the published key's id.
    Foreign,
    /// Nobody: `alg` is `none`.
    Nobody,
    /// HS256 with the public key as the secret.
    PublicKeyAsSecret,
    /// HS256 with the client's secret.
    ClientSecret,
    /// The published key, and other claims afterwards.
    Altered,
    /// RS256 by its header, without a signature.
    Stripped,
}

/// How the token endpoint answers a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// With a new refresh token; the old one is dead from then on.
    Rotate,
    /// With the given status and OAuth error.
    Refuse(u16, &'static str),
}

/// What the provider knows, and what it does wrong. Patches are merged into what it would say; null takes a field away.
pub(crate) struct World {
    pub(crate) metadata_patch: Value,
    pub(crate) metadata_status: u16,
    pub(crate) header_patch: Value,
    pub(crate) claims_patch: Value,
    pub(crate) access_claims_patch: Value,
    pub(crate) answer_patch: Value,
    pub(crate) signer: Signer,
    pub(crate) key_ids: Vec<&'static str>,
    pub(crate) refresh: Refresh,
    pub(crate) refresh_delay: Duration,
    pub(crate) refreshes: u32,
    /// Refresh tokens that came after they had been replaced: what an authority takes for theft.
    pub(crate) reused: u32,
    pub(crate) good_refresh_token: String,
    /// The verifiers that codes were redeemed with.
    pub(crate) verifiers: Vec<String>,
    issued: u32,
    codes: HashMap<String, Authorization>,
    clock: Arc<ManualClock>,
    base: String,
}

struct Authorization {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

/// The provider on a port of its own, and the portal's side of it.
pub(crate) struct FakeProvider {
    pub(crate) server: MockServer,
    world: Arc<Mutex<World>>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ambient: Ambient,
    pub(crate) database: Database,
    pub(crate) keyring: Keyring,
}

impl FakeProvider {
    pub(crate) async fn start() -> Self {
        let server = MockServer::start().await;
        let clock = Arc::new(ManualClock::new("2026-11-20T12:00:00Z".parse().unwrap()));
        let ambient = Ambient { clock: clock.clone(), random: Arc::new(AmbientRandom) };
        let world = Arc::new(Mutex::new(World::new(server.uri(), clock.clone())));
        let at = |method: &str, path: String, answer: fn(&mut World, &Request) -> ResponseTemplate| {
            let responder = Answer { world: world.clone(), answer };
            Mock::given(matchers::method(method)).and(matchers::path(path)).respond_with(responder).mount(&server)
        };
        at("GET", format!("/{TENANT}/v2.0/.well-known/openid-configuration"), World::metadata).await;
        at("GET", "/keys".to_owned(), World::keys).await;
        at("POST", "/token".to_owned(), World::token).await;
        let database = Database::temporary().await.unwrap();
        let keyring = Keyring::ephemeral(ambient.clone());
        Self { server, world, clock, ambient, database, keyring }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(crate) fn settings(&self, public_url: &str) -> EntraSettings {
        EntraSettings {
            authority: self.server.uri().parse().unwrap(),
            tenant_id: TENANT.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.into(),
            redirect_uri: public_url.parse::<Url>().unwrap().join("/auth/callback").unwrap(),
            resource: RESOURCE.to_owned(),
        }
    }

    /// The portal's side, as a process of its own would have it.
    pub(crate) fn entra(&self) -> Entra {
        self.entra_at("http://localhost:3000")
    }

    pub(crate) fn entra_at(&self, public_url: &str) -> Entra {
        let (database, keyring) = (self.database.clone(), self.keyring.clone());
        Entra::new(self.settings(public_url), http::client("test").unwrap(), database, keyring, self.ambient.clone())
    }

    /// What the provider's page does when the person agrees: the query that the browser brings back.
    pub(crate) fn agree(&self, url: &Url) -> String {
        let asked: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["client_id"], CLIENT_ID);
        let mut world = self.world();
        let code = world.fresh("code");
        let authorization = Authorization {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        world.codes.insert(code.clone(), authorization);
        format!("code={code}&state={}&session_state=x", asked["state"])
    }

    pub(crate) fn callback(&self, url: &Url) -> CallbackQuery {
        CallbackQuery::parse(&self.agree(url)).unwrap()
    }

    pub(crate) fn adele() -> PersonKey {
        PersonKey { tid: TENANT.to_owned(), oid: ADELE.to_owned() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ambient.now()
    }

    /// An ID token without nonce, its issuer, and the published keys.
    pub(crate) fn token_and_keys(&self) -> (String, String, String) {
        let world = self.world();
        (world.id_token(None), world.issuer(), world.key_set().to_string())
    }
}

/// What a browser brings back of the cookies that it was given.
pub(crate) fn jar(cookies: &[Cookie<'static>]) -> BrowserCookies {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        headers.append("cookie", cookie.stripped().to_string().parse().unwrap());
    }
    BrowserCookies::from_headers(&headers)
}

struct Answer {
    world: Arc<Mutex<World>>,
    answer: fn(&mut World, &Request) -> ResponseTemplate,
}

impl Respond for Answer {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        (self.answer)(&mut self.world.lock().unwrap(), request)
    }
}

impl World {
    fn new(base: String, clock: Arc<ManualClock>) -> Self {
        Self {
            metadata_patch: json!({}),
            metadata_status: 200,
            header_patch: json!({}),
            claims_patch: json!({}),
            access_claims_patch: json!({}),
            answer_patch: json!({}),
            signer: Signer::Published,
            key_ids: vec!["one"],
            refresh: Refresh::Rotate,
            refresh_delay: Duration::ZERO,
            refreshes: 0,
            reused: 0,
            good_refresh_token: String::new(),
            verifiers: Vec::new(),
            issued: 0,
            codes: HashMap::new(),
            clock,
            base,
        }
    }

    /// Takes back whatever it was told to do wrong.
    pub(crate) fn do_well(&mut self) {
        for patch in [
            &mut self.metadata_patch,
            &mut self.header_patch,
            &mut self.claims_patch,
            &mut self.access_claims_patch,
            &mut self.answer_patch,
        ] {
            *patch = json!({});
        }
        (self.metadata_status, self.signer, self.refresh) = (200, Signer::Published, Refresh::Rotate);
    }

    /// The provider's own address.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    fn issuer(&self) -> String {
        format!("{}/{TENANT}/v2.0", self.base)
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("canary-{kind}-{}", self.issued)
    }

    fn metadata(&mut self, _: &Request) -> ResponseTemplate {
        let document = json!({
            "issuer": self.issuer(),
            "authorization_endpoint": format!("{}/authorize", self.base),
            "token_endpoint": format!("{}/token", self.base),
            "jwks_uri": format!("{}/keys", self.base),
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        ResponseTemplate::new(self.metadata_status).set_body_json(patched(document, &self.metadata_patch))
    }

    fn keys(&mut self, _: &Request) -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(self.key_set())
    }

    fn key_set(&self) -> Value {
        let (n, e) = (URL_SAFE_NO_PAD.encode(modulus()), "AQAB");
        let keys = self.key_ids.iter().map(|id| json!({"kty": "RSA", "use": "sig", "kid": id, "n": n, "e": e}));
        json!({"keys": keys.collect::<Vec<_>>()})
    }

    fn token(&mut self, request: &Request) -> ResponseTemplate {
        let form: HashMap<String, String> = serde_urlencoded::from_bytes(&request.body).unwrap();
        if !authenticates(request, &form) {
            return ResponseTemplate::new(401).set_body_json(json!({"error": "invalid_client"}));
        }
        match form["grant_type"].as_str() {
            "authorization_code" => self.redeem(&form),
            "refresh_token" => self.renew(&form),
            other => panic!("grant type {other}"),
        }
    }

    fn redeem(&mut self, form: &HashMap<String, String>) -> ResponseTemplate {
        let fits = |authorization: &Authorization| {
            authorization.challenge == URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]))
                && authorization.redirect_uri == form["redirect_uri"]
        };
        match self.codes.remove(&form["code"]).filter(fits) {
            Some(authorization) => {
                self.verifiers.push(form["code_verifier"].clone());
                self.tokens(Some(&authorization.nonce))
            }
            None => ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"})),
        }
    }

    fn renew(&mut self, form: &HashMap<String, String>) -> ResponseTemplate {
        self.refreshes += 1;
        if form["refresh_token"] != self.good_refresh_token {
            self.reused += 1;
            return ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"}));
        }
        let answer = match self.refresh {
            Refresh::Rotate => self.tokens(None),
            Refresh::Refuse(status, error) => {
                let description = "AADSTS50173: canary-words of somebody else";
                let body = json!({"error": error, "error_description": description});
                ResponseTemplate::new(status).set_body_json(body)
            }
        };
        answer.set_delay(self.refresh_delay)
    }

    fn tokens(&mut self, nonce: Option<&str>) -> ResponseTemplate {
        self.good_refresh_token = self.fresh("refresh");
        let id = self.fresh("access");
        let access_claims = json!({"aud": RESOURCE, "amr": ["pwd", "mfa"], "oid": ADELE, "tid": TENANT, "jti": id});
        let access_token =
            sign(&json!({"alg": "RS256"}), &patched(access_claims, &self.access_claims_patch), published());
        let answer = json!({
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": access_token,
            "refresh_token": self.good_refresh_token,
            "id_token": self.id_token(nonce),
        });
        ResponseTemplate::new(200).set_body_json(patched(answer, &self.answer_patch))
    }

    fn id_token(&self, nonce: Option<&str>) -> String {
        let now = crate::clock::Clock::now(&*self.clock).as_second();
        let claims = json!({
            "iss": self.issuer(),
            "sub": "pairwise-subject",
            "aud": CLIENT_ID,
            "exp": now + 3600,
            "iat": now,
            "nonce": nonce,
            "tid": TENANT,
            "oid": ADELE,
            "name": "Adele Vance",
            "preferred_username": "adele@tailwind.example",
            "roles": ["Portal.AccountManager"],
        });
        let claims = patched(claims, &self.claims_patch);
        let header =
            |algorithm: &str| patched(json!({"alg": algorithm, "typ": "JWT", "kid": "one"}), &self.header_patch);
        match self.signer {
            Signer::Published => sign(&header("RS256"), &claims, published()),
            Signer::Foreign => sign(&header("RS256"), &claims, foreign()),
            Signer::Nobody => format!("{}.", signing_input(&header("none"), &claims)),
            Signer::PublicKeyAsSecret => sign_symmetrically(&header("HS256"), &claims, modulus()),
            Signer::ClientSecret => sign_symmetrically(&header("HS256"), &claims, CLIENT_SECRET.as_bytes()),
            Signer::Altered => {
                let signed = sign(&header("RS256"), &claims, published());
                let altered = patched(claims, &json!({"name": "Somebody Else"}));
                format!("{}.{}", signing_input(&header("RS256"), &altered), signed.rsplit('.').next().unwrap())
            }
            Signer::Stripped => format!("{}.", signing_input(&header("RS256"), &claims)),
        }
    }
}

/// `client_secret_basic` as RFC 6749 writes it, or `client_secret_post`.
fn authenticates(request: &Request, form: &HashMap<String, String>) -> bool {
    let encoded: String = url::form_urlencoded::byte_serialize(CLIENT_SECRET.as_bytes()).collect();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT_ID}:{encoded}"));
    let by_header = request.headers.get("authorization").is_some_and(|value| *value == *format!("Basic {basic}"));
    let by_form = form.get("client_secret").is_some_and(|secret| secret == CLIENT_SECRET);
    by_header != by_form
}

fn patched(mut value: Value, patch: &Value) -> Value {
    let fields: &mut Map<String, Value> = value.as_object_mut().unwrap();
    for (name, new) in patch.as_object().unwrap() {
        if new.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), new.clone());
        }
    }
    value
}

fn published() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

fn foreign() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

/// The number behind the headers of an `RSAPublicKey` of 2048 bits in DER.
fn modulus() -> &'static [u8] {
    &published().public_key().as_ref()[9..265]
}

fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn sign(header: &Value, claims: &Value, key: &RsaKeyPair) -> String {
    let input = signing_input(header, claims);
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn sign_symmetrically(header: &Value, claims: &Value, secret: &[u8]) -> String {
    use aws_lc_rs::hmac;
    let input = signing_input(header, claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))
}
