//! The people of resellers: who is one, and what such a person sees and may do.

use serde_json::json;

use super::{
    browser::{Browser, Page},
    support::{ADELE, FIRST_UP, WINGTIP, World, approve, fill_in, onboard, save, until, wingtip_with},
};

pub(crate) const MEGAN: &str = "megan@firstup.example";
pub(crate) const ALEX: &str = "alex@relecloud.example";
pub(crate) const RELECLOUD: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";

/// A portal that has heard of the provider's resellers, as after any visit of an account manager.
async fn world_with_resellers() -> World {
    let world = World::start().await;
    world.browser_of(ADELE).await.get("/resellers").await;
    world
}

pub(crate) async fn sign_in_as_reseller(world: &World, upn: &str) -> (Browser, Page) {
    let mut browser = world.browser();
    let page = browser.get(&format!("/auth/start?as=reseller&login_hint={upn}")).await;
    (browser, page)
}

/// What the simulator is told.
pub(crate) async fn tell(world: &World, path: &str, body: &serde_json::Value) {
    let mut client = Browser::new(world.simulator.origin().parse().unwrap());
    let told = client.call(path, body).await;
    assert!(told.status.is_success(), "{path}: {}", told.body);
}

#[tokio::test]
async fn a_person_of_an_active_relationship_is_a_reseller_and_nobody_else_of_another_tenant_is() {
    let world = World::start().await;
    let (_, too_early) = sign_in_as_reseller(&world, MEGAN).await;
    assert!(too_early.body.contains("Your organisation is no reseller here"), "{}", too_early.body);

    world.browser_of(ADELE).await.get("/resellers").await;
    let (_, page) = sign_in_as_reseller(&world, MEGAN).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/"), "{}", page.body);
    assert!(page.body.contains("Reseller, First Up Consultants"), "{}", page.body);
    assert!(!page.body.contains(r#"href="/resellers""#), "a reseller is told of no other");

    tell(&world, &format!("/_simulator/resellers/{FIRST_UP}"), &json!({ "state": "Inactive" })).await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, &wingtip_with(&[("reseller_id", RELECLOUD), ("reseller_search", "ReleCloud")])).await;
    let (_, ended) = sign_in_as_reseller(&world, MEGAN).await;
    assert!(ended.body.contains("Your organisation is no reseller here"), "{}", ended.body);
}

#[tokio::test]
async fn a_role_that_another_tenant_assigns_is_worth_nothing() {
    let world = world_with_resellers().await;
    for roles in [json!(["Portal.AccountManager"]), json!(["Portal.Admin", "Portal.Support"])] {
        tell(&world, &format!("/_simulator/people/{MEGAN}"), &json!({ "roles": roles })).await;
        let (mut megan, page) = sign_in_as_reseller(&world, MEGAN).await;
        assert!(!page.body.contains(r#"href="/resellers""#), "another tenant's role counts: {}", page.body);
        assert!(page.body.contains("Reseller, First Up Consultants"), "{}", page.body);
        assert_eq!(megan.get("/resellers").await.status, 403);
    }
}

#[tokio::test]
async fn the_doors_are_not_mixed_up() {
    let world = world_with_resellers().await;
    let (mut browser, page) = sign_in_as_reseller(&world, ADELE).await;
    assert!(page.body.contains("You belong to the provider"), "{}", page.body);
    assert!(browser.get("/").await.url.path().starts_with("/sign-in"));
    let mut megan = world.browser();
    let refused = megan.sign_in(MEGAN).await;
    assert!(refused.body.contains("AADSTS50020"), "{}", refused.body);
}

#[tokio::test]
async fn a_new_account_of_the_same_name_is_another_person_and_a_new_name_the_same_one() {
    let world = world_with_resellers().await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let draft = save(&mut megan, &[("company_name", "Canary Ltd")]).await;
    assert!(megan.get("/").await.body.contains("Canary Ltd"));

    let renamed = json!({ "sign_in_name": "megan.married@firstup.example" });
    tell(&world, &format!("/_simulator/people/{MEGAN}"), &renamed).await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    assert!(megan.get("/").await.body.contains("Canary Ltd"), "same oid, another name");

    let made_anew = json!({ "oid": "0b1ec700-0000-4000-8000-00000000beef" });
    tell(&world, &format!("/_simulator/people/{MEGAN}"), &made_anew).await;
    let (mut impostor, page) = sign_in_as_reseller(&world, MEGAN).await;
    assert_eq!(page.url.path(), "/", "{}", page.body);
    assert!(!impostor.get("/").await.body.contains("Canary Ltd"), "same name, another oid");
    assert_eq!(impostor.get(&format!("/customers/{draft}")).await.status, 404);
}

#[tokio::test]
async fn a_reseller_sees_its_own_customers_and_no_trace_of_the_others() {
    let world = world_with_resellers().await;
    let mut adele = world.browser_of(ADELE).await;
    let own = onboard(&mut adele, WINGTIP).await;
    let relecloud = [
        ("reseller_id", RELECLOUD),
        ("reseller_search", "ReleCloud"),
        ("company_name", "Canary Foreign"),
        ("domain", "canaryforeign"),
    ];
    let foreign = onboard(&mut adele, &wingtip_with(&relecloud)).await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let list = megan.get("/customers").await;
    assert!(list.body.contains("Wingtip Toys"), "{}", list.body);
    assert!(!list.body.contains("Canary Foreign") && !list.body.contains("canaryforeign"), "{}", list.body);
    assert_eq!(megan.get(own.url.path()).await.status, 200);
    let absent = megan.get("/customers/0193b0a0-0000-7000-8000-000000000000").await;
    assert_eq!((megan.get(foreign.url.path()).await.status, absent.status.as_u16()), (absent.status, 404));
    assert_eq!(megan.get(&format!("{}/progress", foreign.url.path())).await.status, 404);
    let (mut alex, _) = sign_in_as_reseller(&world, ALEX).await;
    assert_eq!(alex.get(foreign.url.path()).await.status, 200);
    assert_eq!(alex.get(own.url.path()).await.status, 404);
}

#[tokio::test]
async fn for_whom_a_reseller_creates_is_no_answer_of_the_form() {
    let world = world_with_resellers().await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let form = megan.get("/customers/new").await;
    assert!(form.body.contains("First Up Consultants"), "{}", form.body);
    assert!(!form.body.contains(r#"name="reseller_search""#), "there is nothing to choose");
    assert!(form.body.contains("Customers cannot be created just now"), "nothing is connected: {}", form.body);
    for seller in [("reseller", RELECLOUD), ("direct", "")] {
        let posted = [("customer_of", seller.0), ("reseller_id", seller.1), ("reseller_search", "ReleCloud")];
        let review = fill_in(&mut megan, &wingtip_with(&posted)).await;
        let is_for_their_own = review.body.contains("Create tenant for First Up Consultants");
        assert!(is_for_their_own, "the form has decided for whom: {}", review.body);
        assert!(review.url.path().ends_with("/review"), "{}", review.body);
        assert!(!review.body.contains("ReleCloud"), "{}", review.body);
    }
}

#[tokio::test]
async fn without_a_connected_account_nothing_is_sent_and_the_page_says_whose_move_it_is() {
    let world = world_with_resellers().await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let review = fill_in(&mut megan, WINGTIP).await;
    let hash = review.value("payload_hash").unwrap();
    let refused = megan.post(review.url.path(), &[("payload_hash", &hash)]).await;
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("Your provider has to connect this portal"), "{}", refused.body);
    assert!(megan.get("/").await.body.contains("Drafts"), "what was typed is kept");
    assert!(world.simulator.ledger().customers.is_empty());
}

#[tokio::test]
async fn server_functions_tell_a_reseller_of_no_other() {
    let world = world_with_resellers().await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let search = megan.call("/api/search-resellers", &json!({ "query": "" })).await;
    assert_eq!((search.status.as_u16(), search.body.as_str()), (403, r#"{"kind":"forbidden"}"#));
    let mut answers = Vec::new();
    for id in [RELECLOUD, "0193b0a0-0000-4000-8000-000000000000"] {
        let answer = megan.call("/api/check-reseller", &json!({ "reseller": id })).await;
        answers.push((answer.status, answer.body));
    }
    assert_eq!(answers.first(), answers.last(), "another reseller and none are the same");
}

pub(crate) const NESTOR: &str = "nestor@tailwind.example";

/// An administrator lets Nestor's account agree that the onboardings of resellers run with it.
pub(crate) async fn connect(world: &World) -> Browser {
    let mut nestor = world.browser_of(NESTOR).await;
    let page = nestor.post("/settings/connection", &[]).await;
    assert!(page.body.contains("Pick an account"), "whoever is signed in there is not taken: {}", page.body);
    let settings = nestor.post(page.url.as_str(), &[("upn", NESTOR)]).await;
    assert_eq!(settings.url.path(), "/settings", "{}", settings.body);
    assert!(settings.body.contains("The account is connected"), "{}", settings.body);
    nestor
}

#[tokio::test]
async fn a_reseller_onboards_from_the_sign_in_to_the_credentials_with_the_connected_account() {
    let world = World::start().await;
    connect(&world).await;
    // Nobody has looked at the list of resellers so far.
    let (mut megan, home) = sign_in_as_reseller(&world, MEGAN).await;
    assert_eq!(home.url.path(), "/", "{}", home.body);
    assert!(!megan.get("/customers/new").await.body.contains("Customers cannot be created just now"));
    let forged = [("customer_of", "reseller"), ("reseller_id", RELECLOUD), ("reseller_search", "ReleCloud")];
    let page = onboard(&mut megan, &wingtip_with(&forged)).await;
    assert!(page.body.contains("Created"), "{}", page.body);
    let made = world.simulator.ledger().customers;
    let [tenant] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!(
        tenant.associated_partner_id.map(|id| id.to_string()).as_deref(),
        Some(FIRST_UP),
        "whatever the form says"
    );
    assert_eq!(tenant.created_by, Some(NESTOR));

    let token = page.value("token").unwrap();
    let shown = megan.post(&format!("{}/credentials", page.url.path()), &[("token", &token)]).await;
    assert!(shown.status.is_success() && shown.body.contains("admin@wingtiptoys.onmicrosoft.com"), "{}", shown.body);
}

#[tokio::test]
async fn an_account_is_connected_by_administrators_alone_and_with_a_second_factor() {
    let world = World::start().await;
    for upn in [ADELE, "grady@tailwind.example"] {
        let mut browser = world.browser_of(upn).await;
        assert_eq!(browser.get("/settings").await.status, 403, "{upn}");
        assert_eq!(browser.post("/settings/connection", &[]).await.status, 403, "{upn}");
        assert_eq!(browser.post("/settings/connection/remove", &[]).await.status, 403, "{upn}");
    }
    let mut nestor = world.browser_of(NESTOR).await;
    let page = nestor.post("/settings/connection", &[]).await;
    let refused = nestor.post(page.url.as_str(), &[("upn", "lidia@tailwind.example")]).await;
    assert!(refused.body.contains("Your sign-in had no second factor"), "{}", refused.body);
    assert!(nestor.get("/settings").await.body.contains("No account is connected"));
}

#[tokio::test]
async fn what_waits_for_the_account_goes_on_when_it_is_connected_again() {
    let world = World::start().await;
    let mut nestor = connect(&world).await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let review = fill_in(&mut megan, WINGTIP).await;
    let fault = serde_json::json!({ "operation": "create_customer", "kind": "unauthorized_mfa" });
    tell(&world, "/_simulator/faults", &fault).await;
    let page = approve(&mut megan, &review).await;
    let path = page.url.path().to_owned();
    until(&mut megan, &path, "The provider has to connect its account").await;
    nestor.post("/settings/connection/remove", &[]).await;
    connect(&world).await;
    let page = until(&mut megan, &path, "Show the password now").await;
    assert_eq!(world.simulator.ledger().customers.len(), 1, "{}", page.body);
}

#[tokio::test]
async fn whoever_is_shut_out_is_out_at_the_next_request_and_stays_so_over_a_sign_in() {
    let world = world_with_resellers().await;
    let mut nestor = world.browser_of(NESTOR).await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let mut settings = nestor.get("/settings").await;
    let person = [("tid", FIRST_UP), ("oid", "0b1ec700-0000-4000-8000-000000000007")];
    assert!(settings.body.contains(MEGAN), "{}", settings.body);
    settings = nestor.post("/settings/people", &[person[0], person[1], ("access", "end")]).await;
    assert!(settings.body.contains("The person is shut out"), "{}", settings.body);
    assert!(megan.get("/").await.url.path().starts_with("/sign-in"), "shut out, and still in");
    let (_, refused) = sign_in_as_reseller(&world, MEGAN).await;
    assert!(refused.body.contains("You have been shut out"), "{}", refused.body);
    nestor.post("/settings/people", &[person[0], person[1], ("access", "give")]).await;
    let (_, page) = sign_in_as_reseller(&world, MEGAN).await;
    assert_eq!(page.url.path(), "/", "{}", page.body);
    let own = [("tid", "a1b2c3d4-0000-4000-8000-00000000c0de"), ("oid", "0b1ec700-0000-4000-8000-000000000003")];
    assert_eq!(nestor.post("/settings/people", &[own[0], own[1], ("access", "end")]).await.status, 422);
}
