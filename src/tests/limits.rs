//! Who asks too often is told when to come again, and nobody else notices.

use serde_json::json;

use super::{
    browser::{Browser, Page},
    support::{ADELE, WINGTIP, World, approve, fill_in, onboard, wingtip_with},
};

const NOWHERE: &str = "/customers/0193b0a0-0000-7000-8000-000000000000/credentials";

#[tokio::test]
async fn who_tries_passwords_too_often_is_told_when_to_come_again_and_others_are_not_held_up() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let mut refused = None;
    for _ in 0..40 {
        let page = adele.post(NOWHERE, &[("token", "a")]).await;
        if page.status == 429 {
            refused = Some(page);
            break;
        }
        assert_eq!(page.status, 404);
    }
    let refused = refused.expect("forty at once are too many");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    assert!(refused.body.contains("too often") && refused.body.contains("nothing is lost"), "{}", refused.body);

    // The same pace, whichever way a password is asked for.
    let id = "0193b0a0-0000-7000-8000-000000000000";
    let page = adele.call("/api/claim-credentials", &json!({ "id": id, "token": "a" })).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after").is_some()), (429, true), "{}", page.body);
    assert_eq!(page.body, r#"{"kind":"too_often"}"#);
    assert_eq!(adele.get("/").await.status, 200, "other pages are open");

    let mut diego = world.browser_of("diego@tailwind.example").await;
    assert_eq!(diego.post(NOWHERE, &[("token", "a")]).await.status, 404);
}

#[tokio::test]
async fn a_flood_of_sign_ins_from_one_address_is_stopped() {
    let world = World::start().await;
    let mut anybody = world.browser();
    for _ in 0..400 {
        let page = anybody.http_get(&world.url, "/auth/start").await;
        if page.status == 429 {
            assert!(page.header("retry-after").is_some());
            assert_eq!(anybody.http_get(&world.url, "/sign-in").await.status, 200, "the page with the button is open");
            return;
        }
        assert_eq!(page.status, 303);
    }
    panic!("four hundred sign-ins in a row are let through");
}

/// One kind of request: as often as somebody may ask at once, and how.
struct Kind {
    act: &'static str,
    at_once: usize,
    path: &'static str,
    form: Option<&'static [(&'static str, &'static str)]>,
}

const KINDS: [Kind; 4] = [
    Kind { act: "search", at_once: 60, path: "/customers?q=nobody", form: None },
    Kind { act: "check", at_once: 120, path: "/customers/new/save", form: Some(&[("draft", "")]) },
    Kind {
        act: "create",
        at_once: 20,
        path: "/customers/0193b0a0-0000-7000-8000-000000000000/review",
        form: Some(&[("payload_hash", "x")]),
    },
    Kind { act: "reveal", at_once: 20, path: NOWHERE, form: Some(&[("token", "a")]) },
];

impl Kind {
    async fn ask(&self, browser: &mut Browser) -> Page {
        match self.form {
            Some(form) => browser.post(self.path, form).await,
            None => browser.get(self.path).await,
        }
    }
}

#[tokio::test]
async fn whoever_exceeds_a_pace_is_told_when_to_come_again_and_nobody_else_and_nothing_else_is_held_up() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let mut others = Vec::new();
    for upn in ["diego@tailwind.example", "grady@tailwind.example", "nestor@tailwind.example"] {
        others.push(world.browser_of(upn).await);
    }
    for (at, kind) in KINDS.iter().enumerate() {
        let mut let_through = 0;
        let refused = loop {
            let page = kind.ask(&mut adele).await;
            if page.status == 429 {
                break page;
            }
            let_through += 1;
            assert!(let_through < 3 * kind.at_once, "{}: nobody is stopped", kind.act);
        };
        // Nobody is stopped early; each of the kinds before has asked once for this one.
        assert!(let_through + at >= kind.at_once, "{}: {let_through}", kind.act);
        let wait: u64 = refused.header("retry-after").expect("when to come again").parse().unwrap();
        assert!((1..=3).contains(&wait), "{}: {wait}", kind.act);
        assert!(refused.body.contains("too often"), "{}: {}", kind.act, refused.body);

        for other in &mut others {
            for _ in 0..5 {
                assert_ne!(kind.ask(other).await.status, 429, "{}: a colleague is held up", kind.act);
            }
        }
        for later in KINDS.iter().skip(at + 1) {
            assert_ne!(later.ask(&mut adele).await.status, 429, "{} is held up by {}", later.act, kind.act);
        }
        assert_eq!(adele.get("/").await.status, 200, "{}: other pages are open", kind.act);
        tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
        assert_ne!(kind.ask(&mut adele).await.status, 429, "{}: after the wait", kind.act);
    }
    let metrics = world.browser().http_get(&world.ops, "/metrics").await.body;
    for Kind { act, .. } in KINDS {
        let counted = metrics.lines().any(|line| {
            line.starts_with("portal_requests_turned_away_total")
                && line.contains(&format!("\"{act}\""))
                && !line.ends_with(" 0")
        });
        assert!(counted, "{act} is not counted in {metrics}");
    }
}

#[tokio::test]
async fn who_has_created_enough_for_today_keeps_the_draft() {
    let world = World::set(&[("PORTAL_CREATES_PER_DAY_PERSON", "1")]).await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, WINGTIP).await;
    let review =
        fill_in(&mut adele, &wingtip_with(&[("domain", "tailspintoys"), ("company_name", "Tailspin Toys")])).await;
    let refused = approve(&mut adele, &review).await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() <= 24 * 60 * 60);
    assert!(
        refused.body.contains("Enough customers for today") && refused.body.contains("midnight"),
        "{}",
        refused.body
    );
    assert!(adele.get("/").await.body.contains("Tailspin Toys"), "the draft waits on the home page");
    assert_eq!(world.simulator.ledger().customers.len(), 1);
    let mut nestor = world.browser_of("nestor@tailwind.example").await;
    let audit = nestor.get("/audit?outcome=refused&person=adele").await;
    assert!(audit.body.contains("enough_for_today"), "{}", audit.body);
}
