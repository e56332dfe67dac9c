//! F1: onboardings while everything fails that can.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reseller_portal::simulator::Replay;

use crate::{
    Rig, audit,
    browser::Browser,
    dice::Dice,
    onboarding::{Claimed, Customer, Review, Stand, approve, claim, confirm, fill_in, follow},
    proxy::Fault,
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// At full size.
const ONBOARDINGS: usize = 10_000;
/// At once.
const IN_FLIGHT: usize = 50;
/// A process dies after so many onboardings, on average: more than 500 times at full size.
const PER_KILL: u64 = 18;
/// Of a hundred creates so many meet a fault.
const FAULTY: u64 = 40;
/// How many times as fast as real time.
const FACTOR: u32 = 20;

/// What the workers share.
struct Run {
    world: Shared,
    next: AtomicUsize,
    ended: AtomicUsize,
    count: usize,
    shown: Mutex<HashMap<String, String>>,
    missing: Mutex<Vec<(Browser, Review)>>,
    failures: Mutex<Vec<String>>,
    dice: Dice,
}

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f1");
    let setup = Setup { factor: FACTOR, create_ms: (20, 1200), replay: Replay::AsTheDomainSays, ..Setup::default() };
    let world = Arc::new(World::start(rig, setup).await);
    let count = rig.count(ONBOARDINGS);
    let run = Arc::new(Run {
        world: Arc::clone(&world),
        next: AtomicUsize::new(0),
        ended: AtomicUsize::new(0),
        count,
        shown: Mutex::default(),
        missing: Mutex::default(),
        failures: Mutex::default(),
        dice: rig.dice("f1"),
    });
    let people = people(&world).await;
    let sessions = people.iter().filter_map(|person| person.session().map(str::to_owned)).collect::<Vec<_>>();
    let kills = tokio::spawn(kill_now_and_then(Arc::clone(&run)));
    let workers = (0..IN_FLIGHT.min(count)).map(|at| {
        let person = people[at % people.len()].clone();
        tokio::spawn(work(Arc::clone(&run), person))
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let kills = kills.await.unwrap();
    bar.tried(count);
    bar.note(format!(
        "{} faults struck, {kills} processes killed with up to {IN_FLIGHT} in flight",
        world.upstream.struck()
    ));
    look_again(&run).await;
    bar.fail_all(std::mem::take(&mut *run.failures.lock().unwrap_or_else(PoisonError::into_inner)));
    let shown = std::mem::take(&mut *run.shown.lock().unwrap_or_else(PoisonError::into_inner));
    audit::promise(&mut bar, &world, &shown).await;
    audit::leaks(&mut bar, &world, &sessions);
    bar.end()
}

/// An attempt that was taken for dead may bring the password after its repeat has brought none.
async fn look_again(run: &Run) {
    audit::settled(&run.world).await;
    let missing = std::mem::take(&mut *run.missing.lock().unwrap_or_else(PoisonError::into_inner));
    let mut dice = run.dice.branch(u64::MAX - 1);
    for (mut browser, review) in missing {
        let ended = match follow(&mut browser, &run.world, &review).await {
            Ok(Stand::Sealed) => reveal(&mut browser, review, &mut dice).await,
            Ok(Stand::Missing) => continue,
            other => Err(format!("{}: was missing, ends as {other:?}", review.id)),
        };
        match ended {
            Ok(Ended::Shown(id, password)) => {
                run.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(id, password);
            }
            Ok(Ended::Missing(_)) => {}
            Err(failure) => run.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure),
        }
    }
}

async fn people(world: &World) -> Vec<Browser> {
    let mut people = Vec::new();
    for upn in ONBOARDERS {
        people.push(world.person(upn).await);
    }
    people
}

async fn work(run: Arc<Run>, mut browser: Browser) {
    loop {
        let number = run.next.fetch_add(1, Ordering::Relaxed);
        if number >= run.count {
            return;
        }
        let mode = ['a', 'b', 'c'][number % 3];
        let customer = Customer::new("f1", number, mode);
        let mut dice = run.dice.branch(u64::try_from(number).unwrap());
        if dice.percent(FAULTY) {
            run.world.upstream.script(&customer.domain, faults(&mut dice));
        }
        match onboard(&run.world, &mut browser, &customer, &mut dice).await {
            Ok(Ended::Shown(id, password)) => {
                run.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(id, password);
            }
            Ok(Ended::Missing(review)) => {
                run.missing.lock().unwrap_or_else(PoisonError::into_inner).push((browser.clone(), review));
            }
            Err(failure) => {
                run.failures
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(format!("{}: {failure}", customer.domain));
            }
        }
        run.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// How an onboarding of a created tenant has ended for its person.
pub(crate) enum Ended {
    /// Id of the onboarding, and the password.
    Shown(String, String),
    /// The page says that nobody has the password.
    Missing(Review),
}

/// One onboarding to its end.
pub(crate) async fn onboard(
    world: &World,
    browser: &mut Browser,
    customer: &Customer,
    dice: &mut Dice,
) -> Result<Ended, String> {
    let review = fill_in(browser, customer).await?;
    approve(browser, &review).await?;
    match follow(browser, world, &review).await? {
        Stand::Sealed => {}
        Stand::Missing if customer.mode() != 'a' => return Ok(Ended::Missing(review)),
        other => return Err(format!("ends as {other:?}")),
    }
    reveal(browser, review, dice).await
}

/// Shown once, stored, and shown to nobody afterwards.
async fn reveal(browser: &mut Browser, review: Review, dice: &mut Dice) -> Result<Ended, String> {
    let shown = match claim(browser, &review.id, &dice.token()).await {
        Ok(Claimed::Shown(password)) => password,
        other => return Err(format!("the claim ends as {other:?}")),
    };
    match confirm(browser, &review.id).await {
        Ok(200) => {}
        other => return Err(format!("the confirmation ends as {other:?}")),
    }
    match claim(browser, &review.id, &dice.token()).await {
        Ok(Claimed::Refused(409)) => Ok(Ended::Shown(review.id, shown)),
        other => Err(format!("a second claim ends as {other:?}")),
    }
}

/// One fault or two for the same create, each of a kind that has been seen.
fn faults(dice: &mut Dice) -> Vec<Fault> {
    let count = if dice.percent(20) { 2 } else { 1 };
    (0..count).map(|_| fault(dice)).collect()
}

fn fault(dice: &mut Dice) -> Fault {
    // Longer than the portal waits for one answer.
    let for_ever = Duration::from_mins(4) / FACTOR;
    let minute = Duration::from_mins(1) / FACTOR;
    let thousandths = dice.below(1000);
    let carried_out = dice.percent(50);
    match dice.below(11) {
        0 => Fault::SilenceBefore(for_ever),
        1 => Fault::SilenceAfter(for_ever),
        2 => Fault::ResetBefore,
        3 => Fault::ResetDuring(dice.millis(1500)),
        4 => Fault::Cut { thousandths, rudely: true },
        5 => Fault::Cut { thousandths, rudely: false },
        6 => Fault::Instead { status: 429, retry_after: Some(5), carried_out: false },
        7 => Fault::Instead { status: 503, retry_after: None, carried_out },
        8 => Fault::RequestTwice,
        9 => Fault::AnswerTwice,
        _ => Fault::Stall(minute),
    }
}

/// Kills a random process, and on PostgreSQL drops the connections to it now and then.
async fn kill_now_and_then(run: Arc<Run>) -> u64 {
    let mut dice = run.dice.branch(u64::MAX);
    let mut kills = 0;
    let mut due = dice.below(2 * PER_KILL);
    loop {
        let ended = u64::try_from(run.ended.load(Ordering::Relaxed)).unwrap_or(u64::MAX);
        if ended >= u64::try_from(run.count).unwrap_or(0) {
            return kills;
        }
        if ended >= due {
            dice.pick(&run.world.portals).kill();
            kills += 1;
            due += dice.below(2 * PER_KILL) + 1;
            if let Some(proxy) = run.world.database.proxy() {
                proxy.drop_all();
            }
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
