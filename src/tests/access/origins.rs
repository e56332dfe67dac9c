//! What comes from a page of another origin, in all the ways in which headers can say so, or fail to. What browsers make
//! of it is in `browsers.rs`.

use reqwest::Method;
use sqlx::Row;

use super::{Everybody, Request, inventory};
use crate::{browser::Browser, support::World};

/// What `Sec-Fetch-Site` says, and whether that is one of ours.
const SITES: [(Option<&str>, Option<bool>); 8] = [
    (None, None),
    (Some("same-origin"), Some(true)),
    (Some("same-site"), Some(false)),
    (Some("cross-site"), Some(false)),
    (Some("none"), Some(false)),
    (Some("SAME-ORIGIN"), Some(false)),
    (Some("same-origin, cross-site"), Some(false)),
    (Some(""), Some(false)),
];

const CONTENT_TYPES: [&str; 5] = [
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=b",
    "application/json",
    "text/plain; application/json",
];

/// What `Origin` says; the first is none, the second the own one.
fn origins(own: &str) -> [Option<String>; 10] {
    let text = |text: &str| Some(text.to_owned());
    [
        None,
        text(own),
        text("null"),
        text("http://localhost:1"),
        text("https://evil.example"),
        Some(own.replace("http://", "https://")),
        Some(format!("{own}.evil.example")),
        Some(format!("{own}/")),
        Some(own.to_uppercase()),
        text(""),
    ]
}

/// What there is to change, as text: whatever a form or a function could do shows in one of these.
pub(super) async fn state_of(world: &World) -> Vec<String> {
    const SEEN: [&str; 10] = [
        "SELECT id || state || form || COALESCE(payload_hash, '') FROM onboarding",
        "SELECT onboarding_id || state || owner_tid || owner_oid FROM credential",
        "SELECT reseller_id || submission FROM reseller_setting",
        "SELECT tid || oid || connected_by FROM provider_connection",
        "SELECT tid || oid || CASE WHEN disabled_at IS NULL THEN '' ELSE 'out' END FROM operator",
        "SELECT id || tid || oid FROM session",
        "SELECT id || kind || state FROM tenant_act",
        "SELECT id || sealed FROM parked_form",
        "SELECT domain || onboarding_id FROM domain_reservation",
        "SELECT CASE WHEN asked_at = 0 THEN 'not asked' ELSE 'asked' END FROM partner_tenant_reading",
    ];
    let database = world.open_database().await;
    let mut state = Vec::new();
    for statement in SEEN {
        let rows = sqlx::query(statement).fetch_all(database.read()).await.unwrap();
        state.extend(rows.iter().map(|row| row.get::<String, _>(0)));
    }
    database.close().await;
    state.sort();
    state
}

async fn send(
    browser: &mut Browser,
    request: &Request,
    id: &str,
    headers: &[(&str, &str)],
    content_type: &'static str,
) -> u16 {
    let (_, path, body) = request.as_sent(id);
    browser.say_nothing_but(headers);
    let page = browser.ask(Method::POST, &path, Some((content_type, body.unwrap_or_default().1))).await;
    let is_refusal = page.body.contains("That did not come from this portal");
    assert_eq!(is_refusal, page.status == 403 && is_refusal, "{path}: {}", page.body);
    if is_refusal { 403 } else { 200 }
}

#[tokio::test]
async fn four_hundred_combinations_of_headers_at_every_address_that_changes_something() {
    let mut everybody = Everybody::gather().await;
    let own = everybody.world.url.origin().ascii_serialization();
    let posts = inventory().into_iter().filter(|request| request.method == Method::POST).collect::<Vec<_>>();
    assert!(posts.len() > 25, "forms and functions: {posts:?}");
    let record = everybody.records.first().unwrap().1.clone();
    let before = state_of(&everybody.world).await;
    // An administrator may most; a reseller's person is who can open the record's credentials.
    let (mut refused, mut combinations) = (0, 0);
    for person in ["administrator", "reseller A"] {
        let (_, browser) = everybody.people.iter_mut().find(|(name, _)| *name == person).unwrap();
        let mut browser = browser.clone();
        for (site, verdict) in SITES {
            for origin in origins(&own) {
                let is_ours = verdict.unwrap_or_else(|| origin.as_deref() == Some(own.as_str()));
                let mut headers = Vec::new();
                headers.extend(site.map(|site| ("sec-fetch-site", site)));
                headers.extend(origin.as_deref().map(|origin| ("origin", origin)));
                for content_type in CONTENT_TYPES {
                    combinations += 1;
                    if is_ours {
                        continue;
                    }
                    // All combinations at a form and at a function, and each at some of the others by turns.
                    for (at, request) in posts.iter().enumerate() {
                        let always =
                            ["/customers/{id}/copy", "/api/claim-credentials"].contains(&request.pattern.as_str());
                        if always || (at + combinations).is_multiple_of(12) {
                            let status = send(&mut browser, request, &record, &headers, content_type).await;
                            assert_eq!(status, 403, "a foreign {} with {headers:?} was let in", request.pattern);
                            refused += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(combinations, 2 * 400);
    assert!(refused > 2_000, "{refused}");
    let after = state_of(&everybody.world).await;
    assert_eq!(before, after, "nothing has changed");
}

#[tokio::test]
async fn what_says_that_it_is_ours_is_let_in_whatever_the_other_header_says() {
    let mut everybody = Everybody::gather().await;
    let own = everybody.world.url.origin().ascii_serialization();
    let record = everybody.records.first().unwrap().1.clone();
    let (_, megan) = everybody.people.iter_mut().find(|(name, _)| *name == "reseller A").unwrap();
    let posts = inventory().into_iter().filter(|request| request.method == Method::POST);
    for request in posts.filter(|request| request.pattern != "/auth/sign-out") {
        let json = if request.is_function() { "application/json" } else { "application/x-www-form-urlencoded" };
        for headers in [
            vec![("origin", own.as_str())],
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
            vec![("sec-fetch-site", "same-origin"), ("origin", own.as_str())],
        ] {
            assert_eq!(send(megan, &request, &record, &headers, json).await, 200, "{} {headers:?}", request.pattern);
        }
    }
}

#[tokio::test]
async fn nothing_changes_by_a_request_that_only_asks() {
    let mut everybody = Everybody::gather().await;
    let record = everybody.records.first().unwrap().1.clone();
    let before = state_of(&everybody.world).await;
    for (_, browser) in everybody.people.iter_mut().filter(|(who, _)| ["administrator", "reseller A"].contains(who)) {
        for request in inventory() {
            let (_, path, body) = request.as_sent(&record);
            // What a form or function would take from the body stands in the address.
            let fields = body.map(|(_, text)| text).unwrap_or_default();
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                for address in [path.clone(), format!("{path}{}{fields}", if path.contains('?') { "&" } else { "?" })] {
                    let page = browser.ask(method.clone(), &address.replace(['{', '}', '"', '\n'], ""), None).await;
                    assert!(page.status.as_u16() < 500, "{method} {address}: {}", page.status);
                }
            }
        }
    }
    assert_eq!(before, state_of(&everybody.world).await);
}

#[tokio::test]
async fn nobody_gets_a_session_but_by_the_way_back_from_the_authority() {
    let world = World::set(&[("PORTAL_RATE_FACTOR", "1000")]).await;
    let sessions = async || {
        let database = world.open_database().await;
        let statement = "SELECT COUNT(*) FROM session";
        let count: i64 = sqlx::query(statement).fetch_one(database.read()).await.unwrap().get(0);
        database.close().await;
        count
    };
    for request in inventory() {
        for person in ["", "?login_hint=adele@tailwind.example", "?tid=a&oid=b&roles=Portal.Admin"] {
            let (method, path, body) = request.as_sent("0193b0a0-0000-7000-8000-000000000000");
            let page = world.browser().ask(method, &format!("{path}{person}"), body).await;
            let cookies = page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
            let sessions = cookies.filter(|cookie| cookie.starts_with("portal=") && !cookie.starts_with("portal=;"));
            assert_eq!(sessions.count(), 0, "{} {path}{person}", request.method);
        }
    }
    assert_eq!(sessions().await, 0);
    // A page of another site leads to the button, not through the authority and back.
    let mut lured = world.browser();
    lured.say(&[("sec-fetch-site", "cross-site")]);
    let page = lured.ask(Method::GET, "/auth/start?login_hint=adele@tailwind.example&return_to=/customers", None).await;
    assert_eq!(page.header("location"), Some("/sign-in?return_to=%2Fcustomers"));
    assert_eq!(sessions().await, 0);
    assert_eq!(world.browser().sign_in("adele@tailwind.example").await.status, 200);
    assert_eq!(sessions().await, 1);
}
