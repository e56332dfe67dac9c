//! B3: addresses to go on at, which lead nowhere else: judged by two parsers of the WHATWG's standard that are none of ours,
//! Node's and that of the crate `url`.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use axum::{Router, body::Body, extract::Request};
use http::header;
use reqwest::Url;
use reseller_portal::entra::ReturnTo;
use serde_json::json;
use tower::ServiceExt;
use url::form_urlencoded::Serializer;

use super::{Trial, dice::Dice};
use crate::{
    access::inventory,
    support::{ADELE, World},
};

const OWN: &str = "https://portal.example";

/// What stands before a host that is another's.
const WAYS: [&str; 64] = [
    "//",
    "///",
    "////",
    "/////",
    "/\\",
    "\\\\",
    "\\/",
    "/\\/",
    "/\\\\",
    "\\",
    "/%09/",
    "/\t/",
    "/\n/",
    "/\r/",
    "/\r\n/",
    "\t//",
    "\n//",
    " //",
    "/ /",
    "//\t",
    "/%0a/",
    "/%0d/",
    "/%2f",
    "/%2F/",
    "/%5c",
    "/%5C/",
    "%2f%2f",
    "/.//",
    "/.\\",
    "/..//",
    "/./\\",
    "/a/..//",
    "/a/%2e%2e//",
    "/a/..;//",
    "/%2e//",
    "/%2e%2e/\\",
    "/;@",
    "/@",
    "//@",
    "//:@",
    "/:@",
    "//user:pass@",
    "/?//",
    "/#//",
    ".//",
    "..//",
    "?//",
    "#//",
    "/\u{2044}",
    "/\u{ff0f}",
    "\u{ff0f}\u{ff0f}",
    "/\u{2215}",
    "/\u{a0}/",
    "\u{feff}//",
    "/\u{b}/",
    "/\0/",
    "/\u{200b}/",
    "https://",
    "https:",
    "https:/",
    "http:///",
    "HtTpS:\\\\",
    "//%00",
    "//;",
];

/// Hosts that are another's, some of which look like ours.
const HOSTS: [&str; 9] = [
    "evil.example",
    "evil.example:443/%2f..",
    "portal.example@evil.example",
    "portal.example.evil.example",
    "evil.example\\@portal.example",
    "evil.example#portal.example",
    "evil\u{3002}example",
    "[::ffff:127.0.0.1]",
    "2130706433",
];

/// Whole addresses with a meaning of their own.
const OTHERS: [&str; 14] = [
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "javascript://portal.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://portal.example/x",
    "file:///etc/passwd",
    "about:blank",
    "ftp:evil.example",
    "mailto:a@evil.example",
    "view-source:https://evil.example",
    "intent://evil.example#Intent;scheme=https;end",
    "wss://evil.example",
];

/// The tricks that are known, each with each host.
fn tricks() -> Vec<String> {
    let hosts = WAYS.iter().flat_map(|way| HOSTS.iter().map(move |host| format!("{way}{host}")));
    hosts.chain(OTHERS.map(str::to_owned)).collect()
}

/// An address made of pieces of which tricks are made.
fn made_up(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(6) {
        match dice.below(6) {
            0 => text.push_str(dice.pick(&HOSTS)),
            1 => text.push_str(dice.pick(&[
                "/",
                "\\",
                ".",
                "..",
                "@",
                ":",
                "?",
                "#",
                "%",
                "//",
                "/customers",
                "%2e",
                ";",
            ])),
            2 => text.push_str(&String::from_utf8_lossy(&dice.bytes(5))),
            3 => text.push_str(dice.pick(&OTHERS)),
            _ => text.push_str(dice.pick(&WAYS)),
        }
    }
    if dice.once_in(3) { format!("/{text}") } else { text }
}

/// An address of ours, as pages of ours name it.
fn legal(dice: &mut Dice) -> String {
    let id = format!("0193b0a0-0000-7000-8000-{:012x}", dice.number() & 0xffff_ffff_ffff);
    let path = match dice.below(6) {
        0 => "/".to_owned(),
        1 => "/customers".to_owned(),
        2 => format!("/customers/{id}/review"),
        3 => format!("/customers/new?draft={id}"),
        4 => "/a%5Cb/%2F%2Fevil.example/%E2%82%AC".to_owned(),
        _ => format!("/customers/{id}"),
    };
    let mut address = path;
    if dice.once_in(2) {
        let value = dice.text().chars().take(60).collect::<String>();
        let separator = if address.contains('?') { '&' } else { '?' };
        let query =
            Serializer::new(String::new()).append_pair("q", &value).append_pair("to", "//evil.example").finish();
        address = format!("{address}{separator}{query}");
    }
    if dice.once_in(3) {
        address.push_str(dice.pick(&["#city", "#address_line1", "#a-b"]));
    }
    address
}

/// Those of the addresses that Node takes for another origin's than ours.
fn escapes_in_node(addresses: &[String]) -> Vec<String> {
    const JUDGE: &str = r"
        let text = '';
        process.stdin.on('data', (more) => (text += more)).on('end', () => {
            const { own, addresses } = JSON.parse(text);
            const origin = (to) => { try { return new URL(to, own + '/sign-in').origin; } catch { return 'none'; } };
            console.log(JSON.stringify(addresses.filter((to) => origin(to) !== own)));
        });";
    let mut node = Command::new("node")
        .args(["-e", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js, as `make test` has it");
    let question = json!({ "own": OWN, "addresses": addresses }).to_string();
    node.stdin.take().unwrap().write_all(question.as_bytes()).unwrap();
    serde_json::from_slice(&node.wait_with_output().unwrap().stdout).unwrap()
}

fn is_own(address: &str) -> bool {
    let own: Url = OWN.parse().unwrap();
    own.join("/sign-in").unwrap().join(address).is_ok_and(|to| to.origin() == own.origin())
}

#[test]
fn no_address_to_go_on_at_leads_to_another_origin() {
    let trial = Trial::begin("no_address_to_go_on_at_leads_to_another_origin");
    let mut dice = trial.dice();
    let known = tricks();
    assert!(known.len() > 500, "{}", known.len());
    let generated = (0..trial.size(100_000, 5_000)).map(|_| made_up(&mut dice)).collect::<Vec<_>>();
    let asked = known.iter().chain(&generated).collect::<Vec<_>>();
    // The judges are worth something if they find what is not cut back.
    let raw = asked.iter().map(|text| (*text).clone()).collect::<Vec<_>>();
    let escaping = escapes_in_node(&raw).len();
    assert!(escaping * 4 > raw.len(), "{escaping} of {} lead away as they are", raw.len());
    let kept = asked.iter().map(|text| ReturnTo::parse(text).as_str().to_owned()).collect::<Vec<_>>();
    for (text, address) in asked.iter().zip(&kept) {
        assert!(is_own(address), "{text:?} leads to {address:?}");
        assert!(!address.starts_with("/auth/"), "{text:?}");
        assert!(address.is_ascii() && !address.bytes().any(|byte| byte.is_ascii_control()), "{text:?}: {address:?}");
    }
    assert_eq!(escapes_in_node(&kept), Vec::<String>::new());
    let ours = (0..1_000).map(|_| legal(&mut dice)).collect::<Vec<_>>();
    for address in &ours {
        assert_eq!(ReturnTo::parse(address).as_str(), address);
    }
    assert_eq!(escapes_in_node(&ours), Vec::<String>::new());
    trial.end(asked.len(), &format!("addresses ({escaping} lead away as they are), 1000 of ours kept"));
}

async fn location(router: &Router, request: http::request::Builder, body: String) -> Option<String> {
    let answer = router.clone().oneshot(request.body(Body::from(body)).ok()?).await.unwrap();
    assert!(answer.status().as_u16() < 500, "{}", answer.status());
    answer.headers().get(header::LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned())
}

#[tokio::test]
async fn nobody_is_led_away_by_what_a_request_brings() {
    let trial = Trial::begin("nobody_is_led_away_by_what_a_request_brings");
    let (mut dice, world) = (trial.dice(), World::set(&[("PORTAL_RATE_FACTOR", "100000")]).await);
    let browser = world.browser_of(ADELE).await;
    let cookies = browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let mut router = None;
    let (portal, _) = world.start_portal_behind(|portal| router.insert(portal).clone()).await;
    let router = router.unwrap();
    let posts: Vec<_> = inventory().into_iter().filter(|request| request.method == "POST").collect();
    let mut texts = tricks();
    texts.extend((0..trial.size(10_000, 50)).map(|_| made_up(&mut dice)));
    // In a small run every tenth of the known ones, and others each time.
    let step = if trial.is_full() { 1 } else { 10 };
    let first = dice.below(step);
    let mut led_to = Vec::new();
    for (at, text) in texts.iter().skip(first).step_by(step).enumerate() {
        let mut fields = Serializer::new(String::new());
        for name in ["return_to", "redirect", "next", "post_logout_redirect_uri", "url", "resume"] {
            fields.append_pair(name, text);
        }
        let fields = fields.finish();
        let ask = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
            // Whatever is no host at all is refused before anything looks at it.
            let host = text
                .parse::<http::uri::Authority>()
                .map_or_else(|_| "evil.example".to_owned(), |host| host.to_string());
            let request =
                request.header(header::HOST, host).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            match http::HeaderValue::from_bytes(text.as_bytes()) {
                Ok(text) => request.header(header::REFERER, text.clone()).header("x-forwarded-host", text),
                Err(_) => request,
            }
        };
        let signed_in = |request: http::request::Builder| request.header(header::COOKIE, &cookies);
        // Who is signed in is led on at once, by the page that leads to the sign-in and by the choice of a language.
        led_to.push(location(&router, signed_in(ask("GET", &format!("/sign-in?{fields}"))), String::new()).await);
        led_to.push(location(&router, ask("POST", "/language"), format!("language=en&{fields}")).await);
        // A form without a session, a function, and what is posted to every other address.
        let post = &posts[at % posts.len()];
        let path =
            post.pattern.replace("{id}", &url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
        if post.pattern == "/auth/sign-out" {
            let to = location(&router, ask("POST", &path), fields.clone()).await.unwrap();
            let to: Url = to.parse().unwrap();
            let back =
                to.query_pairs().find(|(name, _)| name == "post_logout_redirect_uri").map(|(_, to)| to.into_owned());
            let back = back.unwrap_or_else(|| portal.to_string());
            assert!(back.starts_with(portal.as_str()), "{text:?}: {to}");
            assert!(to.as_str().starts_with(world.simulator.origin()), "{text:?}: {to}");
        } else if post.pattern != "/settings/connection" {
            led_to.push(location(&router, ask("POST", &path), fields.clone()).await);
            led_to.push(location(&router, signed_in(ask("POST", &path)), fields.clone()).await);
        }
        // The way to the authority and back keeps it in the browser's absence.
        if at % 10 == 0 {
            let started = browser.clone().http_get(&portal, &format!("/auth/start?login_hint={ADELE}&{fields}")).await;
            assert!(started.header("location").unwrap().starts_with(world.simulator.origin()), "{text:?}");
            let mut back = world.browser().at(&portal);
            let page = back.get(&format!("/auth/start?login_hint={ADELE}&{fields}")).await;
            assert_eq!(page.url.origin(), portal.origin(), "{text:?} leads to {}", page.url);
        }
    }
    let led_to = led_to.into_iter().flatten().collect::<Vec<_>>();
    assert!(led_to.len() > texts.len() / step, "{}", led_to.len());
    for address in &led_to {
        assert!(is_own(address), "{address}");
    }
    assert_eq!(escapes_in_node(&led_to), Vec::<String>::new());
    trial.end(led_to.len(), "redirects of the portal");
}
