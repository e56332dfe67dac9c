//! What happens to a create when the way to Partner Center misbehaves.

use reseller_portal::simulator::{Fault, FaultKind, Operation, PasswordStyle, Replay, SimulatorOptions};

use super::{
    browser::{Browser, Page, unescape},
    support::{ADELE, WINGTIP, World, approve, fill_in, onboard, settled, until},
};

fn fault(kind: FaultKind) -> Fault {
    Fault { operation: Operation::CreateCustomer, after: 0, count: 1, commit: None, kind }
}

async fn show_password(browser: &mut Browser, page: &Page) -> Page {
    let token = page.value("token").expect("a one-time token");
    browser.post(&format!("{}/credentials", page.url.path()), &[("token", &token)]).await
}

#[tokio::test]
async fn a_lost_answer_is_repeated_with_the_same_request_id_and_ends_with_the_password_sealed() {
    for kind in [
        FaultKind::ResetAfterCommit,
        FaultKind::Truncated,
        FaultKind::Html,
        FaultKind::Empty,
        FaultKind::Status { status: 503, code: None, description: None },
    ] {
        let world = World::start().await;
        let mut browser = world.browser_of(ADELE).await;
        world.simulator.script_fault(Fault { commit: Some(true), ..fault(kind.clone()) });
        let page = onboard(&mut browser, WINGTIP).await;
        let ledger = world.simulator.ledger();
        assert_eq!(ledger.customers.len(), 1, "{kind:?}: one intent, one tenant");
        assert_eq!(ledger.count(Operation::CreateCustomer), 2, "{kind:?}: asked again");
        let shown = show_password(&mut browser, &page).await;
        assert!(unescape(&shown.body).contains(&ledger.customers[0].password), "{kind:?}: {}", shown.body);
    }
}

#[tokio::test]
async fn a_refusal_is_said_in_words_and_the_answers_can_be_changed() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let kind = FaultKind::Status { status: 400, code: Some(600_050), description: Some("upstream words".into()) };
    world.simulator.script_fault(fault(kind));
    let page = onboard(&mut browser, WINGTIP).await;
    assert_eq!(world.simulator.ledger().customers.len(), 0);
    assert!(!page.body.contains("upstream words"), "nobody's words but ours reach a page");
    assert!(page.body.contains("600050"), "the code is there for Microsoft's support");
    let draft = browser.post(&format!("{}/copy", page.url.path()), &[]).await;
    assert_eq!(draft.url.path(), "/customers/new");
    assert_eq!(draft.value("company_name").as_deref(), Some("Wingtip Toys"));
}

#[tokio::test]
async fn a_token_that_is_refused_parks_the_onboarding_and_signing_in_again_resumes_it() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    world.simulator.script_fault(fault(FaultKind::UnauthorizedMfa));
    let page = onboard(&mut browser, WINGTIP).await;
    assert_eq!(world.simulator.ledger().customers.len(), 0);
    assert!(page.body.contains("Sign in again"), "{}", page.body);
    let address = format!("{}/resume", page.url.path());
    let resumed = browser.post(&address, &[]).await;
    let page = settled(&mut browser, resumed.url.path()).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1);
    assert!(page.value("token").is_some());
}

#[tokio::test]
async fn signing_in_again_is_enough_for_a_parked_onboarding_to_go_on() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    world.simulator.script_fault(fault(FaultKind::UnauthorizedMfa));
    let page = onboard(&mut browser, WINGTIP).await;
    assert_eq!(world.simulator.ledger().customers.len(), 0);
    let mut again = world.browser_of(ADELE).await;
    let page = until(&mut again, page.url.path(), "Show the password now").await;
    let ledger = world.simulator.ledger();
    assert_eq!((ledger.customers.len(), ledger.customers[0].answered), (1, 1));
    assert!(page.value("token").is_some());
}

#[tokio::test]
async fn a_replay_without_a_password_is_loud_and_says_how_to_set_a_new_one() {
    let options = SimulatorOptions { replay: Replay::WithoutPassword, ..SimulatorOptions::for_tests() };
    let world = World::with(options).await;
    let mut browser = world.browser_of(ADELE).await;
    world.simulator.script_fault(fault(FaultKind::ResetAfterCommit));
    let page = onboard(&mut browser, WINGTIP).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1);
    assert!(
        page.body.contains("Nobody has the admin password") && page.body.contains("can set a new one on this page"),
        "{}",
        page.body
    );
    let home = browser.get("/").await;
    assert!(home.body.contains("Needs attention") && home.body.contains("Wingtip Toys"), "{}", home.body);
}

#[tokio::test]
async fn a_new_tenant_is_read_back_and_its_reseller_verified() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, WINGTIP).await;
    let page = until(&mut browser, page.url.path(), "<span>Reseller verified").await;
    let steps = browser.get(&format!("{}/progress?waits=false", page.url.path())).await;
    assert_eq!(steps.body.matches(r#"data-state="done""#).count(), 5, "{}", steps.body);
    assert!(!page.body.contains("http-equiv=\"refresh\""), "nothing moves any more");
}

#[tokio::test]
async fn the_steps_alone_are_for_those_who_are_signed_in_and_for_pages_that_still_say_the_same() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, WINGTIP).await;
    let steps = format!("{}/progress", page.url.path());
    let created = browser.get(&format!("{steps}?waits=false")).await;
    assert_eq!(created.status, 200);
    assert!(created.body.contains("Visible in Partner Center") && !created.body.contains("<html"), "{}", created.body);
    assert_eq!(browser.get(&format!("{steps}?waits=true")).await.status, 205, "the page has a tenant to show");
    assert_eq!(world.browser().get(&format!("{steps}?waits=true")).await.status, 401);
    let absent = browser.get("/customers/0193b0a0-0000-7000-8000-000000000000/progress?waits=true").await;
    assert_eq!(absent.status, 404);
}

#[tokio::test]
async fn neither_the_database_nor_the_log_holds_a_password_or_a_token() {
    let log = super::support::capture_log();
    let options = SimulatorOptions { passwords: PasswordStyle::Canary, ..SimulatorOptions::for_tests() };
    let world = World::with(options).await;
    let mut browser = world.browser_of(ADELE).await;
    let review = fill_in(&mut browser, WINGTIP).await;
    let page = approve(&mut browser, &review).await;
    let page = settled(&mut browser, page.url.path()).await;
    let sealed = world.database_bytes();
    let shown = show_password(&mut browser, &page).await;
    let password = world.simulator.ledger().customers[0].password.clone();
    assert!(password.starts_with("PCPW-") && unescape(&shown.body).contains(&password));
    let after = world.database_bytes();

    let session = browser.cookies().find(|(name, _)| *name == "portal").map(|(_, value)| value.to_owned()).unwrap();
    let log = log.text();
    assert!(log.contains("request"), "the log was captured");
    for (what, secret) in [("password", password.as_str()), ("session", &session), ("client secret", "simulator-only")]
    {
        for (place, bytes) in [("database before", &sealed), ("database after", &after)] {
            assert!(!contains(bytes, secret), "{what} in the {place}");
        }
        assert!(!log.contains(secret), "{what} in the log");
    }
    // Access and ID tokens are JSON Web Tokens; all begin like one of these, and no sealed value does by chance.
    for token in ["eyJ0eXAi", "eyJhbGci"] {
        assert!(!log.contains(token), "a token in the log");
        assert!(!contains(&sealed, token) && !contains(&after, token), "a token in the database");
    }
    assert!(!log.contains("code=") && !log.contains("code_verifier"), "an authorization code in the log");
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}
