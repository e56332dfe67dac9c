//! Where secrets do not go. Everybody asks everything while this process logs all it can (TRACE); then every password,
//! token, key and session id that there was is looked for, plain and in every common spelling, in the log, the database,
//! the audit, the metrics, and in every address, header and body that went to browsers.
#![expect(clippy::print_stderr, reason = "figures")]

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request as HttpRequest, State},
    middleware::{self, Next},
    response::Response,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use reqwest::{Method, header};
use reseller_portal::{clock::Ambient, entra, keyring::Keyring};
use secrecy::ExposeSecret;
use serde_json::json;
use sqlx::Row;

use super::{Everybody, inventory, switch};
use crate::support::{World, capture_log};

/// With it one person asks for one record: enough for a bug that is planted.
const FEW: &str = "PORTAL_FEW_REQUESTS";

/// What has gone to a browser, and the address under which it was asked for.
struct Answered {
    method: Method,
    path: String,
    /// Address and `Referer` of the request.
    address: String,
    /// All headers of the answer but cookies.
    headers: String,
    cookies: String,
    body: String,
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Answered>>>);

impl Recorder {
    fn in_front_of(&self, portal: Router) -> Router {
        async fn note(State(recorder): State<Recorder>, request: HttpRequest, next: Next) -> Response {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let referer = request.headers().get(header::REFERER).map(|value| value.to_str().unwrap().to_owned());
            let address = format!("{} {}", request.uri(), referer.unwrap_or_default());
            let (parts, body) = next.run(request).await.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            let text = |of_cookies: bool| {
                let lines = parts.headers.iter().filter(|(name, _)| (*name == header::SET_COOKIE) == of_cookies);
                lines.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect::<Vec<_>>().join("\n")
            };
            let body = String::from_utf8_lossy(&bytes).into_owned();
            let answered = Answered { method, path, address, headers: text(false), cookies: text(true), body };
            recorder.0.lock().unwrap().push(answered);
            Response::from_parts(parts, Body::from(bytes))
        }
        portal.layer(middleware::from_fn_with_state(self.clone(), note))
    }
}

/// A secret, and in which spellings it is looked for.
struct Secret {
    what: &'static str,
    plain: String,
    spellings: Vec<String>,
}

impl Secret {
    fn new(what: &'static str, plain: &str) -> Self {
        let bytes = plain.as_bytes();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let mut spellings = BTreeSet::from([
            plain.to_owned(),
            hex.to_uppercase(),
            hex,
            url::form_urlencoded::byte_serialize(bytes).collect(),
            serde_json::to_string(plain).unwrap().trim_matches('"').to_owned(),
            plain.escape_debug().to_string(),
            plain.escape_default().to_string(),
            html(plain),
            // A vector of bytes as `Debug` shows it.
            bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", "),
        ]);
        // In base64 it looks different by what stands before it.
        for before in 0..3 {
            let moved = [&b"xx"[..before], bytes].concat();
            for text in [STANDARD_NO_PAD.encode(&moved), URL_SAFE_NO_PAD.encode(&moved)] {
                spellings.insert(text[[0, 2, 3][before]..text.len() - 2].to_owned());
            }
        }
        Self { what, plain: plain.to_owned(), spellings: spellings.into_iter().collect() }
    }
}

/// So many bytes of a spelling lead to it.
const START: usize = 8;

/// Looks for many secrets at once: there are thousands of pages, and a line of the log for every step.
struct Finder<'a> {
    secrets: Vec<&'a Secret>,
    /// Whether any spelling begins with these two bytes.
    begins: Vec<bool>,
    spellings: HashMap<&'a [u8], Vec<(usize, &'a str)>>,
}

impl<'a> Finder<'a> {
    fn of(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let secrets: Vec<_> = secrets.collect();
        let mut finder = Self { begins: vec![false; 1 << 16], spellings: HashMap::new(), secrets: Vec::new() };
        for (at, secret) in secrets.iter().enumerate() {
            for spelling in &secret.spellings {
                let bytes = spelling.as_bytes();
                assert!(bytes.len() >= START, "{} is too short to be looked for", secret.what);
                finder.begins[pair(bytes)] = true;
                finder.spellings.entry(&bytes[..START]).or_default().push((at, spelling.as_str()));
            }
        }
        Self { secrets, ..finder }
    }

    /// The secrets that are in a text.
    fn all_in(&self, text: &[u8]) -> Vec<&'a Secret> {
        let mut found = BTreeSet::new();
        for at in 0..(text.len() + 1).saturating_sub(START) {
            let rest = &text[at..];
            if self.begins[pair(rest)]
                && let Some(spellings) = self.spellings.get(&rest[..START])
            {
                let there = spellings.iter().filter(|(_, spelling)| rest.starts_with(spelling.as_bytes()));
                found.extend(there.map(|(secret, _)| *secret));
            }
        }
        found.into_iter().map(|at| self.secrets[at]).collect()
    }

    /// None is in a text, but for those that may.
    fn check(&self, place: &str, text: &[u8], may: impl Fn(&Secret) -> bool) {
        for secret in self.all_in(text) {
            assert!(may(secret), "{} in {place}", secret.what);
        }
    }
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#x27;")
}

/// The tokens of everybody who is signed in, as the authority has given them.
async fn tokens(world: &World) -> Vec<Secret> {
    let keyring = Keyring::open_file(&world.keys_file(), Ambient::system()).unwrap();
    let database = world.open_database().await;
    let mut tokens = Vec::new();
    let rows = sqlx::query("SELECT tid, oid, refresh_token, access_token FROM entra_grant");
    for row in rows.fetch_all(database.read()).await.unwrap() {
        let owner = format!("{}/{}", row.get::<String, _>("tid"), row.get::<String, _>("oid"));
        for (what, name, column) in [
            ("a refresh token", "refresh_token", entra::SEALED[0]),
            ("an access token", "access_token", entra::SEALED[1]),
        ] {
            let Some(sealed) = row.get::<Option<String>, _>(name).filter(|sealed| !sealed.is_empty()) else { continue };
            let opened = keyring.open(column.place(&owner, &owner), &sealed).unwrap();
            tokens.push(Secret::new(what, std::str::from_utf8(opened.expose_secret()).unwrap()));
        }
    }
    database.close().await;
    tokens
}

/// The keys of the keys file: texts that are long enough to be one.
fn keys(world: &World) -> Vec<Secret> {
    fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if text.len() >= 40 => found.push(text.clone()),
            serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
            serde_json::Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
            _ => {}
        }
    }
    let file = std::fs::read(world.keys_file()).unwrap();
    let mut found = Vec::new();
    texts(&serde_json::from_slice(&file).unwrap(), &mut found);
    found.iter().map(|key| Secret::new("a sealing key", key)).collect()
}

/// Whether a password may be in this answer: it is the one to whoever opens it.
fn opens(answered: &Answered) -> bool {
    let is_form = answered.path.ends_with("/credentials");
    answered.method == Method::POST && (is_form || answered.path == "/api/claim-credentials")
}

#[tokio::test]
async fn no_secret_is_anywhere_but_with_whom_it_belongs_to() {
    let (asking, records): (&[&str], _) = match switch(FEW) {
        Some(_) => (&["manager 1"], 1),
        None => (&["anonymous", "manager 2", "manager 1", "reseller A"], 2),
    };
    let log = capture_log();
    let mut everybody = Everybody::gather().await;
    let recorder = Recorder::default();
    let (url, ops) = everybody.world.start_portal_behind(|portal| recorder.in_front_of(portal)).await;
    for (_, browser) in &mut everybody.people {
        *browser = browser.at(&url);
    }
    let mut secrets = tokens(&everybody.world).await;
    assert!(secrets.len() >= 6, "of everybody two");
    secrets.extend(keys(&everybody.world));
    secrets.push(Secret::new("the client's secret", "simulator-only"));
    for (_, browser) in &everybody.people {
        secrets.extend(
            browser.cookies().filter(|(name, _)| *name == "portal").map(|(_, id)| Secret::new("a session", id)),
        );
    }
    let before = everybody.world.database_bytes();

    let ids: Vec<_> = everybody.records.iter().take(2).map(|(_, id)| id.clone()).collect();
    let requests = inventory();
    for request in &requests {
        for (_, browser) in everybody.people.iter_mut().filter(|(name, _)| asking.contains(name)) {
            for id in ids.iter().take(if request.names_a_record() { records } else { 1 }) {
                request.ask(browser, id).await;
            }
        }
    }
    // Everybody has signed out by now; a sign-in leaves an address with a code in it, and the audit is read.
    let mut nestor = everybody.world.browser().at(&url);
    nestor.sign_in("nestor@tailwind.example").await;
    nestor.http_get(&url, "/auth/callback?error=access_denied&error_description=x&state=y").await;
    let audit = nestor.post("/audit/export", &[("format", "jsonl")]).await.body;
    nestor.get("/audit").await;
    nestor.call("/api/claim-credentials", &json!({ "id": ids[0], "token": "another" })).await;
    let metrics = nestor.http_get(&ops, "/metrics").await.body;
    secrets.extend(tokens(&everybody.world).await);
    secrets.extend(nestor.cookies().filter(|(name, _)| *name == "portal").map(|(_, id)| Secret::new("a session", id)));
    let passwords: Vec<_> =
        everybody.world.simulator.ledger().customers.iter().map(|tenant| tenant.password.clone()).collect();
    let passwords: Vec<_> = passwords.iter().map(|password| Secret::new("a password", password)).collect();
    assert!(passwords.len() >= 2 && passwords.iter().all(|password| password.plain.len() >= 8));

    let after = everybody.world.database_bytes();
    let (log, answers) = (log.text(), recorder.0.lock().unwrap());
    let finder = Finder::of(secrets.iter().chain(&passwords));
    let never = |_: &Secret| false;
    finder.check("the log", log.as_bytes(), never);
    finder.check("the audit", audit.as_bytes(), never);
    finder.check("the metrics", metrics.as_bytes(), never);
    finder.check("the database", &before, never);
    finder.check("the database", &after, never);
    let mut shown = 0;
    for answer in answers.iter() {
        let path = &answer.path;
        finder.check(&format!("the address {path}"), answer.address.as_bytes(), never);
        finder.check(&format!("a header of {path}"), answer.headers.as_bytes(), never);
        finder.check(&format!("a cookie of {path}"), answer.cookies.as_bytes(), |secret| secret.what == "a session");
        let opens = opens(answer);
        finder.check(&format!("the body of {} {path}", answer.method), answer.body.as_bytes(), |secret| {
            secret.what == "a password" && opens
        });
        shown += usize::from(opens && !finder.all_in(answer.body.as_bytes()).is_empty());
    }
    assert!(shown >= 1, "somebody has opened one, or there is nothing to be found");
    assert!(log.contains("TRACE") && log.contains("SELECT"), "the log says all it can");
    assert!(audit.contains("claim_credentials") && metrics.contains("portal_"));
    // Whatever begins like a JSON Web Token is one, also where nobody knows it.
    for token in ["eyJ0eXAi", "eyJhbGci", "Bearer ey"] {
        assert!(!log.contains(token), "an unknown token in the log");
        assert!(
            answers.iter().all(|answer| !answer.body.contains(token) && !answer.headers.contains(token)),
            "{token}"
        );
    }
    assert!(!log.contains("code_verifier=") && !log.contains("?code="), "an authorization code in the log");
    eprintln!(
        "{} secrets, {} spellings; {} answers, {} kB of log: 0 found",
        secrets.len() + passwords.len(),
        secrets.iter().chain(&passwords).map(|secret| secret.spellings.len()).sum::<usize>(),
        answers.len(),
        log.len() / 1024,
    );
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    let secret = Secret::new("a password", "Wek@#<\"q9\u{e9}");
    let quoted = format!("{:?}", secret.plain);
    let debugged = format!("{:?}", secret.plain.as_bytes());
    let finder = Finder::of([&secret].into_iter());
    let is_found = |text: &str| !finder.all_in(text.as_bytes()).is_empty();
    for text in [&quoted, &debugged, &format!("a={}", html(&secret.plain)), &json!({ "p": secret.plain }).to_string()] {
        assert!(is_found(text), "{text}");
    }
    for before in ["", "a", "ab", "abc"] {
        let text = STANDARD_NO_PAD.encode(format!("{before}{} and more", secret.plain));
        assert!(is_found(&text), "{before}");
    }
    assert!(!is_found("Wek@#<\"q8") && !is_found("Wek@") && !is_found(""));
}
