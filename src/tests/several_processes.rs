//! Two portals over one database, behind one address as it were.

use super::support::{ADELE, WINGTIP, World, approve, fill_in, onboard, settled};

#[tokio::test]
async fn a_session_of_one_process_is_one_of_the_other_and_ends_in_both() {
    let world = World::start().await;
    let second = world.start_portal().await;
    let mut here = world.browser_of(ADELE).await;
    let mut there = here.at(&second);
    let page = there.get("/customers/new").await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/customers/new"), "signed in there as well");
    here.post("/auth/sign-out", &[]).await;
    let page = there.get("/customers/new").await;
    assert_eq!(page.url.path(), "/sign-in", "signed out there as well");
}

#[tokio::test]
async fn what_is_approved_at_two_processes_at_once_is_sent_once() {
    let world = World::start().await;
    let second = world.start_portal().await;
    let mut here = world.browser_of(ADELE).await;
    let review = fill_in(&mut here, WINGTIP).await;
    let mut there = here.at(&second);
    let (one, other) = tokio::join!(approve(&mut here, &review), approve(&mut there, &review));
    assert_eq!(one.url.path(), other.url.path());
    settled(&mut there, other.url.path()).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn credentials_that_two_processes_are_asked_for_at_once_are_shown_once() {
    let world = World::start().await;
    let second = world.start_portal().await;
    let mut here = world.browser_of(ADELE).await;
    let page = onboard(&mut here, WINGTIP).await;
    let password = world.simulator.ledger().customers[0].password.clone();
    let address = format!("{}/credentials", page.url.path());
    let asks = (0..16).map(|at| {
        let mut browser = if at % 2 == 0 { here.clone() } else { here.at(&second) };
        let (address, token) = (address.clone(), format!("token-{at}"));
        tokio::spawn(async move { browser.post(&address, &[("token", &token)]).await })
    });
    let (mut shown, mut refused) = (0, 0);
    for ask in asks.collect::<Vec<_>>() {
        let page = ask.await.unwrap();
        match page.status.as_u16() {
            200 if super::browser::unescape(&page.body).contains(&password) => shown += 1,
            409 => refused += 1,
            status => panic!("{status}: {}", page.body),
        }
    }
    assert_eq!((shown, refused), (1, 15));
}
