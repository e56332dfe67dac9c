//! B2: what reads a callback, cookies and sealed envelopes, many times over. (ID tokens: `src/entra/bad_tokens.rs`, since
//! only the sign-in can reach what verifies them.)

use std::time::{Duration, Instant};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
};
use http::{HeaderMap, HeaderValue, header};
use reseller_portal::{
    clock::Ambient,
    entra::{BrowserCookies, CallbackQuery},
    keyring::{Keyring, SealedIn},
};
use secrecy::ExposeSecret;
use tower::ServiceExt;

use super::{Trial, dice::Dice};
use crate::support::{ADELE, World};

/// None of these reads takes longer, whatever the machine does besides.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs a reader so often, each time over what `make` makes.
fn often<T>(dice: &mut Dice, count: usize, mut make: impl FnMut(&mut Dice) -> T, mut read: impl FnMut(&T)) {
    for _ in 0..count {
        let input = make(dice);
        let fastest = (0..3).map(|_| {
            let started = Instant::now();
            read(&input);
            started.elapsed()
        });
        // Once is enough, unless something has held it up.
        assert!(fastest.into_iter().any(|took| took < LONGEST));
    }
}

#[test]
fn no_query_of_a_callback_is_too_much_for_its_reader() {
    let trial = Trial::begin("no_query_of_a_callback_is_too_much_for_its_reader");
    let (mut dice, count) = (trial.dice(), trial.size(1_000_000, 4_000));
    let sample = b"state=Zm9vYmFy&code=0.AX8A-b.c_d&error=access_denied&error_description=AADSTS65004%3A+x&iss=https%3A%2F%2Fa%2Fv2.0&session_state=x";
    let mut understood = 0;
    let make = |dice: &mut Dice| {
        let bytes = if dice.once_in(5) { dice.bytes(300) } else { dice.mutated(sample) };
        String::from_utf8_lossy(&bytes).into_owned()
    };
    often(&mut dice, count, make, |query| {
        if let Ok(query) = CallbackQuery::parse(query) {
            understood += 1;
            std::hint::black_box(query.state());
        }
    });
    assert!(understood > 0);
    for twice in ["state=a&state=b", "code=a&code=a", "iss=a&x=1&iss=b", "error=a&error=b"] {
        assert!(CallbackQuery::parse(twice).is_err(), "a parameter that stands there twice makes it none: {twice}");
    }
    trial.end(count, "queries");
}

#[test]
fn no_cookie_is_too_much_for_its_reader() {
    let trial = Trial::begin("no_cookie_is_too_much_for_its_reader");
    let (mut dice, count) = (trial.dice(), trial.size(1_000_000, 4_000));
    let sample = b"__Host-portal-session=AAECAwQFBgcICQoLDA0ODw; portal-sign-in-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=x; language=sv";
    let make = |dice: &mut Dice| {
        let mut headers = HeaderMap::new();
        for _ in 0..=dice.below(3) {
            let bytes = if dice.once_in(5) { dice.bytes(300) } else { dice.mutated(sample) };
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.append(header::COOKIE, value);
            }
        }
        headers
    };
    often(&mut dice, count, make, |headers| {
        std::hint::black_box(BrowserCookies::from_headers(headers));
        std::hint::black_box(reseller_portal::i18n::Language::of_request(headers));
    });
    trial.end(count, "headers");
}

#[test]
fn no_envelope_but_the_sealed_one_opens() {
    let trial = Trial::begin("no_envelope_but_the_sealed_one_opens");
    let (mut dice, count) = (trial.dice(), trial.size(1_000_000, 4_000));
    let keyring = Keyring::ephemeral(Ambient::system());
    let place = SealedIn { table: "credential", column: "sealed", row: "1", owner: "a/b" };
    let long = "x".repeat(5_000);
    let envelopes =
        ["", "PCPW-secret", long.as_str()].map(|secret| (keyring.seal(place, secret.as_bytes()).unwrap(), secret));
    for (envelope, secret) in &envelopes {
        assert_eq!(keyring.open(place, envelope).unwrap().expose_secret(), secret.as_bytes());
    }
    let make = |dice: &mut Dice| {
        let (envelope, _) = dice.of(&envelopes);
        let bytes = if dice.once_in(8) { dice.bytes(200) } else { dice.mutated(envelope.as_bytes()) };
        String::from_utf8_lossy(&bytes).into_owned()
    };
    often(&mut dice, count, make, |envelope| {
        let opens = keyring.open(place, envelope).is_ok();
        assert_eq!(opens, envelopes.iter().any(|(sealed, _)| sealed == envelope), "{envelope}");
    });
    trial.end(count, "envelopes");
}

#[tokio::test]
async fn no_callback_and_no_sign_out_is_too_much_for_the_portal() {
    let trial = Trial::begin("no_callback_and_no_sign_out_is_too_much_for_the_portal");
    let (mut dice, world) = (trial.dice(), World::set(&[("PORTAL_RATE_FACTOR", "100000")]).await);
    let count = trial.size(100_000, 300);
    let browser = world.browser_of(ADELE).await;
    let mut router = None;
    world.start_portal_behind(|portal| router.insert(portal).clone()).await;
    let router = router.unwrap();
    let (name, session) = browser.cookies().next().unwrap();
    let started = browser.clone().http_get(&world.url, "/auth/start").await;
    let begun = started.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let to: reqwest::Url = started.header("location").unwrap().parse().unwrap();
    let state = to.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    for at in 0..count {
        let query =
            String::from_utf8_lossy(&dice.mutated(format!("state={state}&code=a.b&iss=x").as_bytes())).into_owned();
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes())
            .collect::<String>()
            .replace("%3D", "=")
            .replace("%26", "&");
        let cookies = dice.mutated(format!("{name}={}; {begun}", &session[..session.len() - 4]).as_bytes());
        let Ok(cookies) = HeaderValue::from_bytes(&cookies) else { continue };
        let request = if at % 4 == 0 {
            Request::builder().method("POST").uri("/auth/sign-out").header("sec-fetch-site", "same-origin")
        } else {
            Request::builder().uri(format!("/auth/callback?{query}"))
        };
        let Ok(request) = request
            .header(header::HOST, "portal.example")
            .header(header::COOKIE, cookies)
            .body(Body::from(dice.bytes(50)))
        else {
            continue;
        };
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 303, "{query}");
        let sets_session = answer.headers().get_all(header::SET_COOKIE).iter().any(|cookie| {
            let cookie = cookie.to_str().unwrap();
            cookie.starts_with(&format!("{name}=")) && !cookie.contains("Max-Age=0")
        });
        assert!(!sets_session, "nobody is signed in by {query}");
        to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    }
    let mut browser = browser;
    assert_eq!(browser.get("/").await.url.path(), "/", "who was signed in still is");
    trial.end(count, "callbacks and sign-outs");
}
