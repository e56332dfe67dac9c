//! What holds for every answer, and what is refused in front of every handler.

use serde_json::json;

use super::{
    browser::Browser,
    support::{ADELE, WINGTIP, World, capture_log, domain_question, fill_in},
};

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    for path in
        ["/", "/customers/new", "/customers", "/nowhere", "/robots.txt", "/pkg/nothing/portal.js", "/api/nothing"]
    {
        let page = browser.get(path).await;
        for (name, value) in [
            // Files of the portal's own may be kept; a page, and whatever else there is, may not.
            ("cache-control", if path == "/robots.txt" { "public, max-age=86400" } else { "no-store" }),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name} of {path}");
        }
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert!(page.header("x-request-id").is_some(), "{path}");
    }
}

#[tokio::test]
async fn no_two_pages_have_the_same_nonce() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let mut policies = std::collections::BTreeSet::new();
    for _ in 0..20 {
        policies.insert(browser.get("/customers/new").await.header("content-security-policy").unwrap().to_owned());
    }
    assert_eq!(policies.len(), 20, "pages share a nonce");
}

#[tokio::test]
async fn a_server_function_answers_with_the_status_that_its_failure_means() {
    let world = World::start().await;
    let nobody = world.browser().call("/api/check-domain", &domain_question("contoso")).await;
    assert_eq!((nobody.status.as_u16(), nobody.body.as_str()), (401, r#"{"kind":"unauthenticated"}"#));

    let mut support = world.browser_of("grady@tailwind.example").await;
    let refused = support.call("/api/check-domain", &domain_question("nobodyhasthis")).await;
    assert_eq!((refused.status.as_u16(), refused.body.as_str()), (403, r#"{"kind":"forbidden"}"#));

    let mut adele = world.browser_of(ADELE).await;
    let free = adele.call("/api/check-domain", &domain_question("nobodyhasthis")).await;
    assert_eq!(free.status, 200, "{}", free.body);
    assert!(free.body.contains(r#""tone":"good""#), "{}", free.body);
    let wrong = adele.call("/api/check-domain", &json!({ "wrong": 1 })).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    let plain = adele.post("/api/check-domain", &[("prefix", "contoso")]).await;
    assert_eq!(plain.status, 415, "only JSON is understood");
    let foreign = adele
        .call("/api/claim-credentials", &json!({ "id": "0193b0a0-0000-7000-8000-000000000000", "token": "t" }))
        .await;
    assert_eq!((foreign.status.as_u16(), foreign.body.as_str()), (404, r#"{"kind":"not_found"}"#));
}

#[tokio::test]
async fn a_form_of_another_origin_changes_nothing() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let review = fill_in(&mut adele, WINGTIP).await;
    let hash = review.value("payload_hash").unwrap();
    let mut elsewhere: Browser = adele.clone();
    elsewhere.come_from("https://evil.example");
    let refused = elsewhere.post(review.url.path(), &[("payload_hash", &hash)]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(world.simulator.ledger().customers.len(), 0);
}

#[tokio::test]
async fn more_than_any_form_holds_is_not_read() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let page = adele.post("/customers/new", &[("company_name", &"x".repeat(70_000))]).await;
    assert_eq!(page.status, 413, "it was read");
}

#[tokio::test]
async fn what_is_refused_in_front_of_every_handler_is_in_the_log() {
    let log = capture_log();
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    for _ in 0..25 {
        adele.post("/customers/0193b0a0-0000-7000-8000-000000000000/credentials", &[("token", "canary")]).await;
    }
    adele.come_from("https://evil.example");
    assert_eq!(adele.post("/customers/new", &[("company_name", "canary")]).await.status, 403);
    let log = log.text();
    for words in ["somebody asks too often and is told to wait", "a request of another origin was refused"] {
        let line = log.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}"));
        assert!(line.contains("WARN") && !line.contains("canary"), "{line}");
    }
}
