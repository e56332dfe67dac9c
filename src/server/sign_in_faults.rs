//! Everything that can be wrong with a sign-in, by name, against the whole portal: each ends on a page in words with a
//! reference number that is in the log too, a refusal is in the audit, and nobody has a session or a token of it.
//!
//! The names of faults in answers and ID tokens are those of the OpenID Foundation's tests for relying parties where those
//! have one. What applies to a refresh as well is in `entra/refresh_tests.rs`.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use sqlx::Row;
use tower::ServiceExt;
use tower_sessions::cookie::Cookie;
use url::Url;
use wiremock::{Mock, ResponseTemplate, matchers};

use super::Portal;
use crate::{
    clock::SignedDuration,
    config::Config,
    entra::{
        TokenError,
        fake_provider::{CLIENT_ID, CLIENT_SECRET, FakeProvider, Signer, TENANT, World},
    },
};

/// What is wrong.
enum Fault {
    /// Something that the provider says.
    Said(fn(&mut World)),
    /// The same with its own address, and what it says of itself is read anew.
    OfMetadata(fn(&str) -> Value),
    /// What the token endpoint answers instead.
    Token(fn() -> ResponseTemplate),
    /// What the browser brings back: the query, and how it is changed.
    Query(fn(&str) -> String),
    /// The browser comes back without the cookie of the sign-in.
    WithoutCookie,
    /// The browser comes back so many minutes later.
    Late(i64),
    /// The browser has come back with this before, and has lost its session since.
    Again,
    /// The access token stands in place of the ID token.
    AccessTokenForIdToken,
}

use Fault::{AccessTokenForIdToken, Again, Late, OfMetadata, Query, Said, Token, WithoutCookie};

/// A fault, its name, and the word under which the sign-in page explains it.
struct Case(&'static str, Fault, &'static str);

fn signed(world: &mut World, signer: Signer, header: Value) {
    world.signer = signer;
    world.header_patch = header;
}

/// Faults of what the browser brings back.
fn of_the_response() -> Vec<Case> {
    vec![
        Case("state-missing", Query(|query| without(query, "state")), "expired"),
        Case("state-invalid", Query(|query| format!("{}&state=invented", without(query, "state"))), "expired"),
        Case("state-twice", Query(|query| format!("{query}&state=invented")), "failed"),
        Case("code-missing", Query(|query| without(query, "code")), "failed"),
        Case("code-invalid", Query(|query| format!("{}&code=invented", without(query, "code"))), "failed"),
        Case("iss-param-wrong", Query(|query| format!("{query}&iss=https://evil.example")), "failed"),
        Case(
            "iss-param-missing",
            OfMetadata(|_| json!({"authorization_response_iss_parameter_supported": true})),
            "failed",
        ),
        Case("error-access-denied", Query(|query| error_in(query, "access_denied", "canary")), "denied"),
        Case("error-server", Query(|query| error_in(query, "server_error", "canary")), "unavailable"),
        Case("error-invented", Query(|query| error_in(query, "<script>", "canary")), "failed"),
        Case("error-second-factor", Query(|query| error_in(query, "access_denied", "AADSTS50076: x")), "second-factor"),
        Case("cookie-missing", WithoutCookie, "expired"),
        Case("response-late", Late(11), "expired"),
        Case("response-replayed", Again, "expired"),
    ]
}

/// Faults of the ID token's signature, header and keys.
fn of_the_signature() -> Vec<Case> {
    vec![
        Case("alg-none", Said(|world| signed(world, Signer::Nobody, json!({}))), "failed"),
        Case("alg-hs256-public-key", Said(|world| signed(world, Signer::PublicKeyAsSecret, json!({}))), "failed"),
        Case("alg-hs256-client-secret", Said(|world| signed(world, Signer::ClientSecret, json!({}))), "failed"),
        Case("alg-rs512", Said(|world| signed(world, Signer::Published, json!({"alg": "RS512"}))), "failed"),
        Case("alg-es256", Said(|world| signed(world, Signer::Published, json!({"alg": "ES256"}))), "failed"),
        Case("alg-missing", Said(|world| signed(world, Signer::Published, json!({"alg": null}))), "failed"),
        Case("bad-sig-rs256", Said(|world| signed(world, Signer::Foreign, json!({}))), "failed"),
        Case("signature-altered", Said(|world| signed(world, Signer::Altered, json!({}))), "failed"),
        Case("signature-stripped", Said(|world| signed(world, Signer::Stripped, json!({}))), "failed"),
        Case("kid-unknown", Said(|world| signed(world, Signer::Published, json!({"kid": "unknown"}))), "failed"),
        Case("crit-unknown", Said(|world| signed(world, Signer::Published, json!({"crit": ["x"], "x": 1}))), "failed"),
        // Each leads to a key of the forger's, if anybody looks there.
        Case("jku-elsewhere", Said(|world| leading_away(world, "jku")), "failed"),
        Case("x5u-elsewhere", Said(|world| leading_away(world, "x5u")), "failed"),
        Case(
            "jwk-embedded",
            Said(|world| {
                let key = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"});
                signed(world, Signer::Foreign, json!({"kid": null, "jwk": key}));
            }),
            "failed",
        ),
        Case("idtoken-access-token", AccessTokenForIdToken, "failed"),
    ]
}

/// Faults of what the ID token claims.
fn of_the_claims() -> Vec<Case> {
    macro_rules! claims {
        ($($json:tt)+) => { Said(|world| world.claims_patch = json!($($json)+)) };
    }
    vec![
        Case("iss-invalid", claims!({"iss": "https://evil.example"}), "failed"),
        Case("iss-missing", claims!({"iss": null}), "failed"),
        Case("aud-invalid", claims!({"aud": "another-app"}), "failed"),
        Case("aud-missing", claims!({"aud": null}), "failed"),
        Case("aud-several", claims!({"aud": [CLIENT_ID, "another-app"], "azp": CLIENT_ID}), "failed"),
        Case("azp-invalid", claims!({"azp": "another-app"}), "failed"),
        Case("exp-past", claims!({"exp": 1}), "failed"),
        Case("exp-missing", claims!({"exp": null}), "failed"),
        Case("exp-no-number", claims!({"exp": "tomorrow"}), "failed"),
        Case("iat-missing", claims!({"iat": null}), "failed"),
        Case("iat-future", claims!({"iat": 4_000_000_000_i64}), "failed"),
        Case("nbf-future", claims!({"nbf": 4_000_000_000_i64}), "failed"),
        Case("nonce-invalid", claims!({"nonce": "another"}), "failed"),
        Case("nonce-missing", claims!({"nonce": null}), "failed"),
        Case("sub-missing", claims!({"sub": null}), "failed"),
        Case("oid-missing", claims!({"oid": null}), "failed"),
        Case("tid-foreign", claims!({"tid": "484e548c-f5f3-4528-93a9-c16c6373cb59"}), "foreign-tenant"),
        Case("tid-missing", claims!({"tid": null}), "foreign-tenant"),
        Case("at-hash-invalid", claims!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), "failed"),
        Case("roles-missing", claims!({"roles": null}), "no-role"),
        Case("amr-single", Said(|world| world.access_claims_patch = json!({"amr": ["pwd"]})), "second-factor"),
        Case("amr-missing", Said(|world| world.access_claims_patch = json!({"amr": null})), "second-factor"),
    ]
}

/// Faults of the token endpoint's answer.
fn of_the_token_endpoint() -> Vec<Case> {
    vec![
        Case("id-token-missing", Said(|world| world.answer_patch = json!({"id_token": null})), "failed"),
        Case("id-token-garbage", Said(|world| world.answer_patch = json!({"id_token": "a.b.c"})), "failed"),
        Case("access-token-missing", Said(|world| world.answer_patch = json!({"access_token": null})), "unavailable"),
        Case("token-type-invalid", Said(|world| world.answer_patch = json!({"token_type": "mac"})), "unavailable"),
        Case(
            "token-redirect",
            Token(|| ResponseTemplate::new(307).insert_header("location", "/elsewhere")),
            "unavailable",
        ),
        Case("token-html", Token(|| ResponseTemplate::new(200).set_body_string("<html>canary")), "unavailable"),
        Case("token-down", Token(|| ResponseTemplate::new(503)), "unavailable"),
        Case(
            "token-refused",
            Token(|| {
                let words = json!({"error": "invalid_grant", "error_description": "canary"});
                ResponseTemplate::new(400).set_body_json(words)
            }),
            "failed",
        ),
    ]
}

/// Faults of the metadata and of the published keys.
fn of_the_metadata() -> Vec<Case> {
    vec![
        Case("discovery-issuer", OfMetadata(|_| json!({"issuer": "https://evil.example"})), "unavailable"),
        Case(
            "discovery-issuer-slash",
            OfMetadata(|base| json!({"issuer": format!("{base}/{TENANT}/v2.0/")})),
            "unavailable",
        ),
        Case(
            "discovery-token-elsewhere",
            OfMetadata(|_| json!({"token_endpoint": "https://evil.example/token"})),
            "unavailable",
        ),
        Case("discovery-keys-elsewhere", OfMetadata(|_| json!({"jwks_uri": "file:///etc/passwd"})), "unavailable"),
        Case(
            "discovery-alg-none",
            OfMetadata(|_| json!({"id_token_signing_alg_values_supported": ["none"]})),
            "unavailable",
        ),
        Case("jwks-invalid", OfMetadata(|base| json!({"jwks_uri": format!("{base}/token")})), "unavailable"),
        Case("jwks-missing", OfMetadata(|base| json!({"jwks_uri": format!("{base}/nowhere")})), "unavailable"),
    ]
}

fn without(query: &str, name: &str) -> String {
    let parts = query.split('&').filter(|part| part.split('=').next() != Some(name));
    parts.collect::<Vec<_>>().join("&")
}

fn error_in(query: &str, error: &str, description: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(without(query, "code"));
    pairs.append_pair("error", error).append_pair("error_description", description).finish()
}

fn leading_away(world: &mut World, name: &str) {
    let elsewhere = format!("{}/elsewhere", world.base());
    signed(world, Signer::Foreign, json!({"kid": "theirs", name: elsewhere}));
}

/// What the portal logs on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A portal whose authority does wrong what it is told to.
struct Bench {
    provider: FakeProvider,
    portal: Portal,
    folder: PathBuf,
    log: Log,
    _logging: tracing::subscriber::DefaultGuard,
}

/// A browser that keeps its cookies.
struct Browser {
    app: Router,
    cookies: Vec<Cookie<'static>>,
}

/// An answer, its body read.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl Browser {
    async fn get(&mut self, path: &str) -> Answer {
        let jar = self.cookies.iter().map(|cookie| cookie.stripped().to_string()).collect::<Vec<_>>().join("; ");
        let request = Request::builder().uri(path).header(header::HOST, "portal.example").header(header::COOKIE, jar);
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = self.app.clone().oneshot(request).await.unwrap().into_parts();
        for value in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = Cookie::parse(value.to_str().unwrap().to_owned()).unwrap();
            self.cookies.retain(|known| known.name() != cookie.name());
            if cookie.max_age().is_none_or(tower_sessions::cookie::time::SignedDuration::is_positive) {
                self.cookies.push(cookie);
            }
        }
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    fn has_session(&self) -> bool {
        self.cookies.iter().any(|cookie| cookie.name() == "portal")
    }
}

impl Bench {
    async fn start(name: &str) -> Self {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let logging = tracing::subscriber::set_default(subscriber);
        let provider = FakeProvider::start().await;
        let folder = std::env::temp_dir().join(format!("reseller-portal-{name}-{}", std::process::id()));
        let site = folder.join("site/pkg");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(site.join("portal.css"), "").unwrap();
        let portal = Self::portal(&provider, &folder).await;
        Self { provider, portal, folder, log, _logging: logging }
    }

    async fn portal(provider: &FakeProvider, folder: &std::path::Path) -> Portal {
        let settings = [
            ("PORTAL_ENTRA_AUTHORITY", provider.server.uri()),
            ("PORTAL_ENTRA_TENANT_ID", TENANT.to_owned()),
            ("PORTAL_ENTRA_CLIENT_ID", CLIENT_ID.to_owned()),
            ("PORTAL_ENTRA_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            // Nobody is there: signing in needs no Partner Center.
            ("PORTAL_PARTNER_CENTER_URL", "http://127.0.0.1:9".to_owned()),
            ("PORTAL_DATABASE_URL", format!("sqlite:{}", folder.join("portal.db").display())),
            ("PORTAL_KEYS_FILE", folder.join("keys.json").display().to_string()),
            ("PORTAL_SITE_DIR", folder.join("site").display().to_string()),
        ];
        let setting = |name: &str| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        Portal::build(Config::read(&setting).unwrap(), provider.ambient.clone()).await.unwrap()
    }

    fn browser(&self) -> Browser {
        Browser { app: self.portal.router(), cookies: Vec::new() }
    }

    /// Everything that has been recorded of sign-ins that were refused.
    async fn refusals(&self) -> Vec<String> {
        let statement = "SELECT why FROM audit_event WHERE act = 'sign_in' AND outcome = 'refused' ORDER BY position";
        let rows = sqlx::query(statement).fetch_all(self.portal.db.read()).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn sessions(&self) -> i64 {
        sqlx::query("SELECT COUNT(*) FROM session").fetch_one(self.portal.db.read()).await.unwrap().get(0)
    }

    /// The answer to a sign-in with this fault, and how many redirects it took from the authority back to a page.
    async fn strike(&mut self, browser: &mut Browser, fault: &Fault) -> Answer {
        if let OfMetadata(patch) = fault {
            let patch = patch(&self.provider.server.uri());
            self.provider.world().metadata_patch = patch;
            self.portal = Self::portal(&self.provider, &self.folder).await;
            browser.app = self.portal.router();
        }
        if let Said(spoil) = fault {
            spoil(&mut self.provider.world());
        }
        if matches!(fault, AccessTokenForIdToken) {
            // Signed by the same authority for the same person, and meant for somebody else.
            let claims =
                json!({"aud": "https://api.partnercenter.microsoft.com", "nonce": null, "amr": ["pwd", "mfa"]});
            self.provider.world().claims_patch = claims;
        }
        let started = browser.get("/auth/start?return_to=/customers").await;
        if started.location().starts_with('/') {
            return started;
        }
        let mut query = self.provider.agree(&started.location().parse::<Url>().unwrap());
        match fault {
            Query(change) => query = change(&query),
            WithoutCookie => browser.cookies.clear(),
            Late(minutes) => self.provider.clock.advance(SignedDuration::from_mins(*minutes)),
            Again => {
                let cookies = browser.cookies.clone();
                let first = browser.get(&format!("/auth/callback?{query}")).await;
                assert_eq!(first.location(), "/customers");
                sqlx::query("DELETE FROM session").execute(self.portal.db.write()).await.unwrap();
                self.portal.state().entra.forget(&FakeProvider::adele()).await.unwrap();
                browser.cookies = cookies;
            }
            _ => {}
        }
        let callback = format!("/auth/callback?{query}");
        if let Token(answer) = fault {
            let mock = Mock::given(matchers::path("/token")).respond_with(answer()).with_priority(1);
            mock.up_to_n_times(1).mount(&self.provider.server).await;
        }
        browser.get(&callback).await
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn refuses_all(name: &str, cases: Vec<Case>) -> usize {
    let mut bench = Bench::start(name).await;
    for Case(name, fault, word) in &cases {
        let (before, mut browser) = (bench.refusals().await, bench.browser());
        let refused = bench.strike(&mut browser, fault).await;
        let page = Url::parse("http://portal.invalid").unwrap().join(refused.location()).unwrap();
        assert_eq!(page.path(), "/sign-in", "{name}: {page}");
        let said = |key: &str| page.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned());
        assert_eq!(said("problem").as_deref(), Some(*word), "{name}: {page}");
        let reference = said("ref").unwrap_or_else(|| panic!("{name}: no reference in {page}"));
        assert_eq!(reference.len(), 8, "{name}");
        let log = String::from_utf8(bench.log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.lines().filter(|line| line.contains(&reference)).count(), 1, "{name}: {log}");

        // One redirect, to a page in words that has the number and a way on.
        let shown = browser.get(refused.location()).await;
        assert_eq!(shown.status, StatusCode::OK, "{name}");
        assert!(shown.body.contains(r#"role="alert""#) && shown.body.contains(&reference), "{name}: {}", shown.body);
        assert!(shown.body.contains("Sign in with Microsoft"), "{name}: {}", shown.body);
        assert!(!shown.body.contains("canary") && !page.as_str().contains("canary"), "{name}: words of somebody else");

        let mut expected = before;
        expected.push((*word).to_owned());
        assert_eq!(bench.refusals().await, expected, "{name}: in the audit");
        assert!(!browser.has_session(), "{name}: {:?}", browser.cookies);
        assert_eq!(bench.sessions().await, 0, "{name}");
        assert_eq!(browser.get("/customers").await.status, StatusCode::SEE_OTHER, "{name}: nobody is signed in");
        let token = bench.portal.state().entra.access_token(&FakeProvider::adele()).await;
        assert!(matches!(token, Err(TokenError::SignInAgain)), "{name}");
        bench.provider.world().do_well();
        if matches!(fault, OfMetadata(_)) {
            bench.portal = Bench::portal(&bench.provider, &bench.folder).await;
        }
    }
    let asked = bench.provider.server.received_requests().await.unwrap();
    assert!(asked.iter().all(|request| !request.url.path().contains("elsewhere")), "nobody was led away");

    // The same portal lets in whom nothing is wrong with.
    let mut browser = bench.browser();
    let begun = browser.get("/auth/start?return_to=/customers").await;
    let query = bench.provider.agree(&begun.location().parse().unwrap());
    assert_eq!(browser.get(&format!("/auth/callback?{query}")).await.location(), "/customers");
    assert!(browser.has_session());
    cases.len()
}

#[tokio::test]
async fn what_is_wrong_with_what_the_browser_brings_back_is_refused_by_its_name() {
    assert_eq!(refuses_all("faults-response", of_the_response()).await, 14);
}

#[tokio::test]
async fn what_is_wrong_with_signature_or_key_of_an_id_token_is_refused_by_its_name() {
    assert_eq!(refuses_all("faults-signature", of_the_signature()).await, 15);
}

#[tokio::test]
async fn what_is_wrong_with_the_claims_of_an_id_token_is_refused_by_its_name() {
    assert_eq!(refuses_all("faults-claims", of_the_claims()).await, 22);
}

#[tokio::test]
async fn what_is_wrong_with_tokens_or_metadata_is_refused_by_its_name() {
    let mut cases = of_the_token_endpoint();
    cases.extend(of_the_metadata());
    assert_eq!(refuses_all("faults-authority", cases).await, 15);
}

#[tokio::test]
async fn a_key_without_an_id_is_accepted_where_there_is_one_and_leads_to_a_session() {
    let bench = Bench::start("kid-absent").await;
    bench.provider.world().header_patch = json!({"kid": null});
    let mut browser = bench.browser();
    let begun = browser.get("/auth/start?return_to=/customers").await;
    let query = bench.provider.agree(&begun.location().parse().unwrap());
    assert_eq!(browser.get(&format!("/auth/callback?{query}")).await.location(), "/customers");
    assert!(browser.has_session());
    let recorded = "SELECT COUNT(*) FROM audit_event WHERE act = 'sign_in' AND outcome = 'done'";
    let recorded: i64 = sqlx::query(recorded).fetch_one(bench.portal.db.read()).await.unwrap().get(0);
    assert_eq!(recorded, 1);
}

/// How many ids are planted, unless the environment asks for more; 1,000 is the full size.
const FIXATIONS: &str = "PORTAL_FIXATIONS";

#[tokio::test]
async fn an_id_that_was_planted_before_the_sign_in_is_dead_after_it() {
    let rounds = std::env::var_os(FIXATIONS).map_or(20, |text| text.to_str().unwrap().parse::<usize>().unwrap());
    let bench = Bench::start("fixation").await;
    let mut given = std::collections::BTreeSet::new();
    for round in 0..rounds {
        // By turns: one that somebody made up, and one that the attacker has been given.
        let mut attacker = bench.browser();
        let planted = if round % 2 == 0 {
            let bytes = bench.portal.state().ambient.bytes::<16>();
            base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes)
        } else {
            sign_in(&bench, &mut attacker).await
        };
        let mut victim = bench.browser();
        victim.cookies.push(Cookie::new("portal", planted.clone()));
        let new = sign_in(&bench, &mut victim).await;
        assert_ne!(new, planted);
        assert!(given.insert(new), "each sign-in has an id of its own");
        assert_eq!(victim.get("/customers").await.status, StatusCode::OK);
        attacker.cookies = vec![Cookie::new("portal", planted)];
        assert!(attacker.get("/customers").await.location().starts_with("/sign-in"), "round {round}: it is alive");
    }
    assert_eq!(given.len(), rounds);
}

/// Signs somebody in; answers the session's id as the browser has it.
async fn sign_in(bench: &Bench, browser: &mut Browser) -> String {
    let begun = browser.get("/auth/start").await;
    let query = bench.provider.agree(&begun.location().parse().unwrap());
    assert_eq!(browser.get(&format!("/auth/callback?{query}")).await.location(), "/");
    browser.cookies.iter().find(|cookie| cookie.name() == "portal").unwrap().value().to_owned()
}
