//! What a database does to the portal that is locked, stopped or cut off: nothing is half done, nothing is shown, and all
//! works again when the cause has gone.

use std::time::{Duration, Instant};

use reseller_portal::{
    database::Database,
    simulator::{Fault, FaultKind, Operation, SimulatorOptions},
};

use super::{
    browser::{Browser, Page, unescape},
    postgres::{PostgresDatabase, PostgresServer},
    support::{ADELE, TestDatabase, WINGTIP, World, approve, fill_in, onboard, settled, wingtip_with},
};

/// After the cause has gone the portal works again within this time.
const HEALTHY_WITHIN: Duration = Duration::from_secs(5);

struct Revealed {
    address: String,
    password: String,
}

async fn onboarded(world: &World, browser: &mut Browser) -> Revealed {
    let page = onboard(browser, WINGTIP).await;
    let password = world.simulator.ledger().customers[0].password.clone();
    Revealed { address: format!("{}/credentials", page.url.path()), password }
}

async fn reveal(browser: &mut Browser, secret: &Revealed) -> Page {
    browser.post(&secret.address, &[("token", "any")]).await
}

/// Asks until the password is shown, and no longer than the portal may take.
async fn is_revealed_soon(browser: &mut Browser, secret: &Revealed) {
    let since = now();
    loop {
        let page = reveal(browser, secret).await;
        if page.status == 200 {
            assert!(unescape(&page.body).contains(&secret.password));
            return;
        }
        assert_eq!(page.status, 503, "{}", page.body);
        assert!(since.elapsed() < HEALTHY_WITHIN, "not healthy in time: {}", page.body);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "how long the portal takes is what is tested")]
    Instant::now()
}

fn assert_refused(page: &Page, secret: &Revealed) {
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(page.body.contains("not ready just now"), "in words: {}", page.body);
    assert!(!unescape(&page.body).contains(&secret.password));
}

#[tokio::test]
async fn while_a_sqlite_file_is_locked_nothing_is_shown_or_created_and_then_all_works() {
    let world = World::on(TestDatabase::sqlite, SimulatorOptions::for_tests()).await;
    let mut browser = world.browser_of(ADELE).await;
    let secret = onboarded(&world, &mut browser).await;
    let review = fill_in(&mut browser, &wingtip_with(&[("domain", "another")])).await;
    let other = Database::connect(&world.storage()[0].1).await.unwrap();
    let lock = other.begin().await.unwrap();
    let mut second = browser.clone();
    let (shown, created) = tokio::join!(reveal(&mut browser, &secret), approve(&mut second, &review));
    assert_refused(&shown, &secret);
    assert_eq!(created.status, 503);
    assert_eq!(world.simulator.ledger().customers.len(), 1, "nothing was sent that could not be stored before");
    assert_eq!(browser.get("/customers").await.status, 200, "pages that only read go on");
    drop(lock);
    other.close().await;
    is_revealed_soon(&mut browser, &secret).await;
    let page = approve(&mut browser, &review).await;
    settled(&mut browser, page.url.path()).await;
    assert_eq!(world.simulator.ledger().customers.len(), 2);
}

async fn on_own_server() -> (PostgresServer, World) {
    let server = PostgresServer::start();
    let database = PostgresDatabase::create_on(server.url());
    let world = World::on(move |_| TestDatabase::Postgres(database), SimulatorOptions::for_tests()).await;
    (server, world)
}

#[tokio::test]
async fn while_postgresql_is_away_nothing_is_shown_and_then_all_works() {
    let (server, world) = on_own_server().await;
    let (address, ops) = world.start_portal_with_ops().await;
    let mut browser = world.browser_of(ADELE).await.at(&address);
    let secret = onboarded(&world, &mut browser).await;
    server.stop();
    assert_refused(&reveal(&mut browser, &secret).await, &secret);
    assert_eq!(browser.http_get(&ops, "/readyz").await.status, 503);
    assert_eq!(browser.http_get(&ops, "/healthz").await.status, 200);
    let call = browser.call("/api/confirm-credentials", &serde_json::json!({ "id": "x" })).await;
    assert_eq!((call.status.as_u16(), call.body.as_str()), (503, r#"{"kind":"unavailable"}"#));
    server.start_again();
    is_revealed_soon(&mut browser, &secret).await;
    let ready = browser.http_get(&ops, "/readyz").await.body;
    assert!(ready.starts_with("ready\nentra: "), "no complaint: {ready}");
}

#[tokio::test]
async fn connections_to_postgresql_that_are_cut_are_made_anew() {
    let (server, world) = on_own_server().await;
    let mut browser = world.browser_of(ADELE).await;
    let secret = onboarded(&world, &mut browser).await;
    server.cut_connections();
    is_revealed_soon(&mut browser, &secret).await;
}

#[tokio::test]
async fn an_answer_that_comes_while_postgresql_is_away_is_kept_until_it_is_back() {
    let (server, world) = on_own_server().await;
    let mut browser = world.browser_of(ADELE).await;
    let review = fill_in(&mut browser, WINGTIP).await;
    world.simulator.script_fault(Fault {
        operation: Operation::CreateCustomer,
        after: 0,
        count: 1,
        commit: Some(true),
        kind: FaultKind::Hang { hang_ms: 1500 },
    });
    let page = approve(&mut browser, &review).await;
    while world.simulator.ledger().customers.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.stop();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    server.start_again();
    let page = settled(&mut browser, page.url.path()).await;
    assert!(page.body.contains("wingtiptoys.onmicrosoft.com"), "{}", page.body);
    let address = format!("{}/credentials", page.url.path());
    let password = world.simulator.ledger().customers[0].password.clone();
    is_revealed_soon(&mut browser, &Revealed { address, password }).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1);
}
