//! Who asks too often is told when to come again, and nobody else notices.

use serde_json::json;

use super::support::{ADELE, WINGTIP, World, approve, fill_in, onboard, wingtip_with};

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
}
