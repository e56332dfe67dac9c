//! R2: the answer with the password breaks off, and the page asks again.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    Rig, audit,
    browser::Browser,
    dice::Dice,
    onboarding::{Claimed, Customer, Review, claim, claim_once, confirm, seal_one},
    proxy::Fault,
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// Reveals at full size.
const REVEALS: usize = 2_000;
/// At once.
const WORKERS: usize = 12;
/// Of a hundred answers so many end with the process instead of the connection.
const KILLED: u64 = 5;
/// Slow enough that a disk that stands still for some seconds is not taken for one hundred and twenty.
const FACTOR: u32 = 4;
/// How long the same page is answered again.
const KEPT: Duration = Duration::from_mins(2);

struct Run {
    world: Shared,
    next: AtomicUsize,
    count: usize,
    dice: Dice,
    failures: Mutex<Vec<String>>,
    /// Shown and not confirmed: what must be gone after 120 seconds.
    opened: Mutex<Vec<(Browser, Review, String)>>,
}

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("r2");
    let world = Arc::new(World::start(rig, Setup { factor: FACTOR, ..Setup::default() }).await);
    let run = Arc::new(Run {
        world: Arc::clone(&world),
        next: AtomicUsize::new(0),
        count: rig.count(REVEALS),
        dice: rig.dice("r2"),
        failures: Mutex::default(),
        opened: Mutex::default(),
    });
    let owner = world.person(ONBOARDERS[0]).await;
    let thieves = [world.person(ONBOARDERS[0]).await, world.person(ONBOARDERS[2]).await];
    let workers = (0..WORKERS.min(run.count))
        .map(|at| tokio::spawn(work(Arc::clone(&run), owner.clone(), thieves[at % 2].clone())));
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    bar.tried(run.count);
    bar.note(format!("{} answers cut", world.front.struck()));
    bar.fail_all(std::mem::take(&mut *run.failures.lock().unwrap_or_else(PoisonError::into_inner)));
    let opened = std::mem::take(&mut *run.opened.lock().unwrap_or_else(PoisonError::into_inner));
    too_late(&mut bar, &world, opened).await;
    bar.fail_all(world.panics());
    bar.end()
}

async fn work(run: Arc<Run>, mut owner: Browser, mut thief: Browser) {
    loop {
        let number = run.next.fetch_add(1, Ordering::Relaxed);
        if number >= run.count {
            return;
        }
        let mut dice = run.dice.branch(u64::try_from(number).unwrap());
        if let Err(failure) = one(&run, &mut owner, &mut thief, number, &mut dice).await {
            run.failures.lock().unwrap_or_else(PoisonError::into_inner).push(format!("reveal {number}: {failure}"));
        }
    }
}

async fn one(
    run: &Run,
    owner: &mut Browser,
    thief: &mut Browser,
    number: usize,
    dice: &mut Dice,
) -> Result<(), String> {
    let customer = Customer::new("r2", number, 'a');
    let review = seal_one(owner, &run.world, &customer).await?;
    let token = dice.token();
    let password = deliver(&run.world, owner, thief, &review, &token, dice).await?;
    let domain = format!("{}.onmicrosoft.com", customer.domain);
    let right = run.world.simulator.ledger().with_domain(&domain).any(|tenant| tenant.password == password);
    if !right {
        return Err("a wrong password".to_owned());
    }
    if dice.percent(50) {
        return after_confirmation(owner, &review, &token).await;
    }
    let opened = (owner.clone(), review, token);
    run.opened.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
    Ok(())
}

/// The answer is cut at a random byte, twice perhaps; the thief comes in between with a token of his own.
async fn deliver(
    world: &World,
    owner: &mut Browser,
    thief: &mut Browser,
    review: &Review,
    token: &str,
    dice: &mut Dice,
) -> Result<String, String> {
    let cuts = 1 + dice.below(2);
    let faults = (0..cuts).map(|_| Fault::Cut { thousandths: dice.below(1000), rudely: dice.percent(50) });
    world.front.script(token, faults.collect::<Vec<_>>());
    // No more often than answers are cut: who kills whatever has just begun to start waits for ever.
    let mut kills = if dice.percent(KILLED) { cuts } else { 0 };
    let started = Instant::now();
    while started.elapsed() < world.machine_time(KEPT) {
        match claim_once(owner, &review.id, token).await {
            Ok(Claimed::Shown(password)) => return Ok(password),
            Ok(Claimed::Refused(status)) if status < 500 => return Err(format!("the claimant was refused: {status}")),
            _ => {}
        }
        if kills > 0 {
            kills -= 1;
            dice.pick(&world.portals).kill();
        }
        // A request that was lost on its way in has opened nothing, and whoever comes next is no thief.
        if is_opened(world, review).await {
            match claim(thief, &review.id, &dice.token()).await {
                Ok(Claimed::Refused(_)) => {}
                other => return Err(format!("the thief: {other:?}")),
            }
        }
    }
    Err("not delivered within 120 seconds".to_owned())
}

async fn is_opened(world: &World, review: &Review) -> bool {
    let sql = format!("SELECT state FROM credential WHERE onboarding_id = '{}' AND state = 'claimed'", review.id);
    !world.database.rows(&sql).await.is_empty()
}

async fn after_confirmation(owner: &mut Browser, review: &Review, token: &str) -> Result<(), String> {
    let confirmed = confirm(owner, &review.id).await;
    let again = claim(owner, &review.id, token).await;
    match (&confirmed, &again) {
        (Ok(200), Ok(Claimed::Refused(409))) => Ok(()),
        _ => Err(format!("confirmed: {confirmed:?}, asked again: {again:?}")),
    }
}

/// After 120 seconds the claimant's own token brings nothing either, and every column is erased.
async fn too_late(bar: &mut Bar, world: &World, opened: Vec<(Browser, Review, String)>) {
    // And the sweep that comes every five seconds.
    tokio::time::sleep(world.machine_time(KEPT + Duration::from_secs(15))).await;
    for (mut owner, review, token) in opened {
        match claim(&mut owner, &review.id, &token).await {
            Ok(Claimed::Refused(409)) => {}
            other => bar.fail(format!("after 120 seconds: {other:?}")),
        }
    }
    let sealed = audit::rows(world).await.into_iter().filter(|row| row.is_sealed).count();
    bar.expect(sealed == 0, || format!("{sealed} columns are not erased"));
    audit::leaks(bar, world, &[]);
}
