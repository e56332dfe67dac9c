//! The main job without script: sign in, onboard, see the credentials once.

use super::support::{ADELE, FIRST_UP, WINGTIP, World, approve, fill_in, onboard, save, settled, wingtip_with};

#[tokio::test]
async fn an_account_manager_onboards_wingtip_toys_and_sees_the_password_once() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, WINGTIP).await;
    assert!(page.body.contains("wingtiptoys.onmicrosoft.com"));

    let ledger = world.simulator.ledger();
    assert_eq!(ledger.customers.len(), 1);
    let tenant = &ledger.customers[0];
    assert_eq!(tenant.associated_partner_id.map(|id| id.to_string()).as_deref(), Some(FIRST_UP));
    assert!(page.body.contains(&tenant.id.to_string()), "the page names the tenant");
    assert!(!super::browser::unescape(&page.body).contains(&tenant.password), "a GET shows no secret");

    let token = page.value("token").expect("a one-time token");
    let address = format!("{}/credentials", page.url.path());
    let shown = browser.post(&address, &[("token", &token)]).await;
    let text = super::browser::unescape(&shown.body);
    assert_eq!(shown.status, 200, "{text}");
    assert!(text.contains("admin@wingtiptoys.onmicrosoft.com"));
    assert!(text.contains(&tenant.password), "{text}");
    assert_eq!(shown.header("cache-control"), Some("no-store"));

    let again = browser.post(&address, &[("token", &token)]).await;
    assert_eq!(again.status, 409, "a reload shows nothing");
    assert!(!super::browser::unescape(&again.body).contains(&tenant.password));
    let page = browser.get(page.url.path()).await;
    assert!(page.body.contains("Adele Vance"), "the page says who opened it");
    assert!(!super::browser::unescape(&page.body).contains(&tenant.password));
}

#[tokio::test]
async fn two_submits_at_once_make_one_row_and_one_upstream_create() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let review = fill_in(&mut browser, WINGTIP).await;
    let (mut first, mut second) = (browser.clone(), browser.clone());
    let (one, other) = tokio::join!(approve(&mut first, &review), approve(&mut second, &review));
    assert_eq!(one.url.path(), other.url.path(), "both lead to the same onboarding");
    settled(&mut browser, one.url.path()).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1);
    let back = approve(&mut browser, &review).await;
    assert_eq!(back.url.path(), one.url.path(), "Back and resubmit leads there, too");
    assert_eq!(world.simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn the_same_form_with_other_answers_is_refused_after_it_was_sent_and_shows_what_was() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let review = fill_in(&mut browser, WINGTIP).await;
    let sent = approve(&mut browser, &review).await;
    settled(&mut browser, sent.url.path()).await;
    let draft = sent.url.path().strip_prefix("/customers/").unwrap().to_owned();
    let mut again = wingtip_with(&[("company_name", "Tailspin Toys")]);
    again.extend([("draft", draft.as_str()), ("intent", "continue")]);
    let page = browser.post("/customers/new", &again).await;
    assert_eq!(page.status, 422, "{}", page.body);
    assert!(page.body.contains("already sent") && page.body.contains(sent.url.path()), "{}", page.body);
    assert_eq!(page.value("company_name").as_deref(), Some("Tailspin Toys"), "what was typed is kept");
    assert_ne!(page.value("draft").unwrap(), draft, "for another onboarding");
    let other = browser.post(review.url.path(), &[("payload_hash", "another")]).await;
    assert_eq!(other.status, 422);

    let mut same = WINGTIP.to_vec();
    same.extend([("draft", draft.as_str()), ("intent", "continue")]);
    assert_eq!(browser.post("/customers/new", &same).await.url.path(), sent.url.path());
    assert_eq!(world.simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn what_was_typed_is_kept_when_something_is_wrong() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = fill_in(&mut browser, &wingtip_with(&[("postal_code", "SW1A 2AA"), ("city", "<b>Redmond")])).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("There is a problem"));
    assert_eq!(page.value("postal_code").as_deref(), Some("SW1A 2AA"));
    assert_eq!(page.value("city").as_deref(), Some("<b>Redmond"));
    assert_eq!(page.value("company_name").as_deref(), Some("Wingtip Toys"));
    assert_eq!(world.simulator.ledger().customers.len(), 0);
}

#[tokio::test]
async fn a_session_that_ended_in_mid_form_leads_back_to_the_draft() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let form = browser.get("/customers/new").await;
    let draft = form.value("draft").unwrap();
    let mut stranger = world.browser();
    let mut fields = WINGTIP.to_vec();
    fields.extend([("draft", draft.as_str()), ("intent", "continue")]);
    let page = stranger.post("/customers/new", &fields).await;
    assert_eq!(page.url.path(), "/sign-in");
    let resume = page.url.query_pairs().find(|(name, _)| name == "resume").unwrap().1.into_owned();
    let page = stranger.get(&format!("/auth/start?resume={resume}&login_hint={ADELE}")).await;
    assert_eq!(page.url.path(), "/customers/new");
    assert_eq!(page.value("company_name").as_deref(), Some("Wingtip Toys"));
    assert!(!page.url.query().unwrap().contains("resume"), "the page itself brings nothing back");
}

#[tokio::test]
async fn an_unknown_and_a_foreign_onboarding_are_the_same_404() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let draft = save(&mut adele, &[("company_name", "Secret plan")]).await;
    assert!(adele.get(&format!("/customers/new?draft={draft}")).await.body.contains("Secret plan"));
    let mut diego = world.browser_of("diego@tailwind.example").await;
    let foreign = diego.get(&format!("/customers/{draft}")).await;
    let absent = diego.get("/customers/0193b0a0-0000-7000-8000-000000000000").await;
    let nonsense = diego.get("/customers/nonsense").await;
    assert_eq!((foreign.status.as_u16(), absent.status.as_u16(), nonsense.status.as_u16()), (404, 404, 404));
    assert!(!foreign.body.contains("Secret plan"));
}

#[tokio::test]
async fn without_script_another_reseller_can_be_found_after_one_was_chosen() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let draft = browser.get("/customers/new").await.value("draft").unwrap();
    let form =
        [("draft", draft.as_str()), ("reseller_id", FIRST_UP), ("reseller_search", "Relecloud"), ("intent", "search")];
    let mut fields = form.to_vec();
    fields.push(("customer_of", "reseller"));
    let page = browser.post("/customers/new", &fields).await;
    assert!(page.body.contains("b01b1487-b36e-4e6d-9b5e-0b58974c4b28"), "ReleCloud is offered");
}
