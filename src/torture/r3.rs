//! R3: the same form is sent by many at the same moment.

use std::sync::Arc;

use reseller_portal::simulator::Operation;
use tokio::sync::Barrier;

use crate::{
    Rig, audit,
    browser::Browser,
    onboarding::{Customer, Review, Stand, approve, fill_in, follow, submit_changed, title},
    report::Bar,
    world::{ONBOARDERS, Setup, World},
};

/// At full size.
const FORMS: usize = 200;
/// Submits of each form at the same moment.
const SUBMITS: usize = 50;

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("r3");
    let world = World::start(rig, Setup { create_ms: (20, 200), ..Setup::default() }).await;
    let mut owner = world.person(ONBOARDERS[0]).await;
    let count = rig.count(FORMS);
    for number in 0..count {
        let customer = Customer::new("r3", number, 'a');
        bar.tried(SUBMITS);
        if let Err(failure) = one(&world, &mut owner, &customer).await {
            bar.fail(format!("{}: {failure}", customer.domain));
        }
    }
    let ledger = world.simulator.ledger();
    let (made, asked) = (ledger.customers.len(), ledger.count(Operation::CreateCustomer));
    bar.expect(made == count, || format!("{made} tenants for {count} forms"));
    bar.expect(asked == u64::try_from(count).unwrap(), || format!("{asked} creates were sent for {count} forms"));
    let rows = audit::rows(&world).await.len();
    bar.expect(rows == count, || format!("{rows} rows for {count} forms"));
    bar.fail_all(world.panics());
    bar.note(format!("{count} forms, {SUBMITS} submits each, two processes: {asked} creates"));
    bar.end()
}

async fn one(world: &World, owner: &mut Browser, customer: &Customer) -> Result<(), String> {
    let review = fill_in(owner, customer).await?;
    submit_at_once(owner, &review).await?;
    match follow(owner, world, &review).await? {
        Stand::Sealed => {}
        other => return Err(format!("ends as {other:?}")),
    }
    // Refresh, Back, submit again: there is one onboarding, and this is its page.
    approve(owner, &review).await?;
    let changed = submit_changed(owner, customer, &review.id).await.map_err(|_| "no answer to a changed form")?;
    if changed.status == 422 {
        Ok(())
    } else {
        Err(format!("a changed form for the same onboarding: {} {}", changed.status, title(&changed)))
    }
}

async fn submit_at_once(owner: &Browser, review: &Review) -> Result<(), String> {
    let barrier = Arc::new(Barrier::new(SUBMITS));
    let submits = (0..SUBMITS).map(|_| {
        let (mut browser, barrier, review) = (owner.clone(), Arc::clone(&barrier), review.clone());
        tokio::spawn(async move {
            barrier.wait().await;
            let page = browser.post_once(&review.path(), &[("payload_hash", &review.hash)]).await;
            page.map(|page| page.url.path() == review.page() && page.status == 200)
        })
    });
    let mut elsewhere = 0;
    for submit in submits.collect::<Vec<_>>() {
        if !matches!(submit.await.unwrap(), Ok(true)) {
            elsewhere += 1;
        }
    }
    if elsewhere == 0 { Ok(()) } else { Err(format!("{elsewhere} submits did not lead to the onboarding")) }
}
