//! R4: an access token has ended, and everybody needs a new one at once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reseller_portal::{
    domain::{DomainAnswer, DomainQuestion, Tone},
    simulator::{Operation, RefreshTokens},
};
use serde_json::json;
use tokio::sync::Barrier;

use crate::{
    Rig,
    browser::Browser,
    proxy::Fault,
    report::Bar,
    world::{ONBOARDERS, Setup, World},
};

/// Ended tokens at full size, in each of the two modes.
const ROUNDS: usize = 200;
/// Calls at the same moment over both processes.
const CALLS: usize = 200;
const FACTOR: u32 = 5;
/// The portal does not use a token in the last minute of its life.
const MARGIN: Duration = Duration::from_mins(1);
/// What a token is good for.
const LIFETIME: Duration = Duration::from_secs(70);
/// Who a person is is asked anew so often, which is a refresh, too, whatever token is at hand.
const ROLES_BELIEVED: Duration = Duration::from_mins(30);

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("r4");
    for mode in [RefreshTokens::SingleUse, RefreshTokens::Reusable] {
        let setup = Setup {
            factor: FACTOR,
            refresh_tokens: mode,
            access_token_lifetime: LIFETIME.as_secs(),
            ..Setup::default()
        };
        let world = World::start(rig, setup).await;
        rounds(&mut bar, rig, &world, mode).await;
        bar.fail_all(world.panics());
    }
    bar.end()
}

async fn rounds(bar: &mut Bar, rig: &Rig, world: &World, mode: RefreshTokens) {
    let signed_in = Instant::now();
    let browser = world.person(ONBOARDERS[0]).await;
    let mut rereads = 0;
    let mut dice = rig.dice("r4");
    let count = rig.count(ROUNDS);
    let before = world.simulator.ledger();
    let good_for = world.machine_time(LIFETIME.saturating_sub(MARGIN));
    let mut failed = 0;
    for _ in 0..count {
        // The token ends for whoever would have used it to its last minute.
        tokio::time::sleep(world.machine_time(LIFETIME.saturating_sub(MARGIN) + Duration::from_secs(1))).await;
        // Up to five seconds of the portal's time.
        world.upstream.script("refresh", [Fault::Stall(dice.millis(5_000) / FACTOR)]);
        let granted = world.simulator.ledger().refresh_grants;
        let started = Instant::now();
        failed += calls(&browser).await;
        let refreshes = world.simulator.ledger().refresh_grants - granted;
        // On a machine that is slow the new token has ended, too, before everybody was served.
        let took = started.elapsed();
        let fair = 1 + took.as_millis() / good_for.as_millis();
        let due = signed_in.elapsed().as_millis() / world.machine_time(ROLES_BELIEVED).as_millis() - rereads;
        let beyond = u128::from(refreshes).saturating_sub(fair);
        rereads += beyond.min(due);
        bar.expect(beyond <= due, || {
            format!("{mode:?}: {refreshes} refreshes for one ended token, within {:.1} s", took.as_secs_f64())
        });
        bar.tried(CALLS);
    }
    let after = world.simulator.ledger();
    let grants = after.refresh_grants - before.refresh_grants;
    let asked = after.count(Operation::Token) - before.count(Operation::Token);
    bar.expect(failed == 0, || format!("{mode:?}: {failed} calls failed"));
    bar.expect(asked == grants, || format!("{mode:?}: {} refreshes were refused", asked - grants));
    bar.note(format!(
        "{mode:?}: {count} ended tokens, {CALLS} calls each, {grants} refreshes, {rereads} of them for the roles"
    ));
}

/// Calls that need a token, all at once; how many failed.
async fn calls(browser: &Browser) -> usize {
    let barrier = Arc::new(Barrier::new(CALLS));
    let calls = (0..CALLS).map(|at| {
        let (mut browser, barrier) = (browser.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            let question = DomainQuestion { prefix: format!("nobodyhas{at}"), ..DomainQuestion::default() };
            browser.call_once("/api/check-domain", &json!({ "question": question })).await.map(|page| {
                let answer = serde_json::from_str::<DomainAnswer>(&page.body).unwrap_or_default();
                answer.advice.is_some_and(|advice| advice.tone == Tone::Good)
            })
        })
    });
    let mut failed = 0;
    for call in calls.collect::<Vec<_>>() {
        failed += usize::from(!matches!(call.await.unwrap(), Ok(true)));
    }
    failed
}
