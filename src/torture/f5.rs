//! F5: the processes are restarted one after the other, as an upgrade does it, while people work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    Rig, audit,
    browser::Browser,
    dice::Dice,
    f1::{Ended, onboard},
    onboarding::Customer,
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// Restarts at full size.
const RESTARTS: usize = 50;
/// Who opens pages all the time, and how long each looks at one.
const READERS: usize = 8;
const LOOK: Duration = Duration::from_millis(40);
/// Who onboards all the time.
const ONBOARDING: usize = 2;
/// What a supervisor waits before it kills; half a second more for what starts and notices here.
const DRAIN: Duration = Duration::from_millis(10_500);

/// What the people share.
struct Work {
    world: Shared,
    is_over: AtomicBool,
    pages: AtomicUsize,
    /// Of these without an answer.
    unanswered: AtomicUsize,
}

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f5");
    let world = Arc::new(World::start(rig, Setup { create_ms: (200, 1_500), ..Setup::default() }).await);
    let work = Arc::new(Work {
        world: Arc::clone(&world),
        is_over: AtomicBool::new(false),
        pages: AtomicUsize::new(0),
        unanswered: AtomicUsize::new(0),
    });
    let mut people = Vec::new();
    for at in 0..READERS + ONBOARDING {
        people.push(world.person(ONBOARDERS[at % ONBOARDERS.len()]).await);
    }
    let onboarders = people.split_off(READERS).into_iter().enumerate();
    let onboarders = onboarders.map(|(at, person)| {
        let dice = rig.dice("f5").branch(u64::try_from(at).unwrap());
        tokio::spawn(onboard_on(Arc::clone(&work), person, at, dice))
    });
    let onboarders = onboarders.collect::<Vec<_>>();
    let readers =
        people.into_iter().enumerate().map(|(at, person)| tokio::spawn(read_on(Arc::clone(&work), person, at)));
    let readers = readers.collect::<Vec<_>>();
    let (mut longest, restarts) = (Duration::ZERO, rig.count(RESTARTS).max(world.portals.len()));
    for number in 0..restarts {
        bar.tried(1);
        match world.portals[number % world.portals.len()].restart().await {
            Ok(took) => longest = longest.max(took),
            Err(ended) => bar.fail(format!("restart {number}: {ended}")),
        }
    }
    work.is_over.store(true, Ordering::Relaxed);
    bar.expect(longest <= DRAIN, || format!("a process took {longest:?} to end"));
    for reader in readers {
        bar.fail_all(reader.await.unwrap());
    }
    let mut shown = audit::Shown::new();
    for onboarder in onboarders {
        let (own, failures) = onboarder.await.unwrap();
        shown.extend(own);
        bar.fail_all(failures);
    }
    let (pages, unanswered) = (work.pages.load(Ordering::Relaxed), work.unanswered.load(Ordering::Relaxed));
    // What was under way is answered, and the load balancer asks again what met a connection that had just been closed.
    bar.expect(unanswered == 0, || format!("{unanswered} pages were not answered"));
    bar.expect(pages > restarts, || format!("{pages} pages were opened"));
    bar.tried(pages);
    bar.note(format!("{restarts} restarts, the longest drain {longest:?}; {pages} pages; {} onboardings", shown.len()));
    audit::promise(&mut bar, &world, &shown).await;
    bar.end()
}

/// Opens pages; answers what was wrong with them.
async fn read_on(work: Arc<Work>, mut person: Browser, number: usize) -> Vec<String> {
    let mut failures = Vec::new();
    for page in ["/", "/customers", "/customers/new"].iter().cycle().skip(number) {
        if work.is_over.load(Ordering::Relaxed) {
            break;
        }
        work.pages.fetch_add(1, Ordering::Relaxed);
        match person.get_once(page).await {
            Ok(found) if found.status == 200 && found.url.path() == *page => {}
            Ok(found) => failures.push(format!("{page} is answered with {} from {}", found.status, found.url.path())),
            Err(_) => {
                work.unanswered.fetch_add(1, Ordering::Relaxed);
            }
        }
        tokio::time::sleep(LOOK).await;
    }
    failures
}

/// Onboards one customer after the other; answers what was shown, and what went wrong.
async fn onboard_on(
    work: Arc<Work>,
    mut person: Browser,
    number: usize,
    mut dice: Dice,
) -> (audit::Shown, Vec<String>) {
    let (mut shown, mut failures) = (audit::Shown::new(), Vec::new());
    for at in 0.. {
        if work.is_over.load(Ordering::Relaxed) {
            break;
        }
        let customer = Customer::new("f5", at * ONBOARDING + number, 'a');
        match onboard(&work.world, &mut person, &customer, &mut dice).await {
            Ok(Ended::Shown(id, password)) => {
                shown.insert(id, password);
            }
            Ok(Ended::Missing(review)) => failures.push(format!("{}: nobody has the password", review.id)),
            Err(failure) => failures.push(format!("{}: {failure}", customer.domain)),
        }
    }
    (shown, failures)
}
