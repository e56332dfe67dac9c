//! F2: a process dies at every place that has a name.

use std::{os::unix::process::ExitStatusExt as _, sync::Arc, time::Duration};

use reseller_portal::{sabotage::CrashPoint, simulator::Replay};

use crate::{
    Rig, audit,
    browser::Browser,
    dice::Dice,
    f1::{Ended, onboard},
    onboarding::{Claimed, Customer, Review, claim, seal_one},
    proxy::Fault,
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// How often at each place, at full size: at the first, second and third time that it is reached.
const TIMES: usize = 3;
/// Onboardings at the side of each death.
const BESIDE: usize = 4;
/// An access token is refreshed between any two deaths: it is good for two seconds of ours and a minute of margin.
const TOKEN_SECONDS: u64 = 100;
/// Looks at a place that is not reached before it is given up: the other process does some of the work.
const ROUNDS: usize = 24;
const FACTOR: u32 = 20;

struct Run {
    world: Shared,
    owner: Browser,
    shown: audit::Shown,
    failures: Vec<String>,
}

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f2");
    let setup = Setup {
        factor: FACTOR,
        create_ms: (10, 150),
        access_token_lifetime: TOKEN_SECONDS,
        replay: Replay::AsTheDomainSays,
        ..Setup::default()
    };
    let world = Arc::new(World::start(rig, setup).await);
    let owner = world.person(ONBOARDERS[0]).await;
    let session = owner.session().map(str::to_owned);
    let mut run = Run { world, owner, shown: audit::Shown::new(), failures: Vec::new() };
    let times = rig.count(TIMES);
    let mut reached = 0;
    for (at, place) in CrashPoint::ALL.iter().enumerate() {
        for nth in 1..=times {
            bar.tried(1);
            if run.die_at(*place, nth, (at * TIMES + nth) * 100).await {
                reached += 1;
            } else {
                bar.fail(format!("{} was not reached for the {nth}. time", place.name()));
            }
        }
    }
    bar.fail_all(std::mem::take(&mut run.failures));
    audit::promise(&mut bar, &run.world, &run.shown).await;
    audit::leaks(&mut bar, &run.world, &session.into_iter().collect::<Vec<_>>());
    bar.note(format!("{} places, {reached} deaths", CrashPoint::ALL.len()));
    bar.end()
}

impl Run {
    /// Lets the first process die at the place, and onboards beside it; whether it has died.
    async fn die_at(&mut self, place: CrashPoint, nth: usize, number: usize) -> bool {
        if place == CrashPoint::InRotation {
            return self.rotation_dies(nth, number).await;
        }
        let portal = self.world.portals[0].clone();
        let before = portal.aborted();
        // A start reaches its place once, an end too.
        let is_reached_once = matches!(place, CrashPoint::AfterMigration | CrashPoint::InShutdown);
        let crash = if is_reached_once { place.name().to_owned() } else { format!("{}:{nth}", place.name()) };
        portal.end();
        portal.start(Some(&crash));
        if place != CrashPoint::AfterMigration {
            portal.is_ready().await;
        }
        self.world.front.prefer_the_first();
        for round in 0..ROUNDS {
            if place == CrashPoint::InShutdown {
                portal.terminate();
            }
            self.onboard_beside(place, number + round * BESIDE).await;
            if portal.aborted() > before {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        false
    }

    /// The one who changes the keys dies; the next one finishes it.
    async fn rotation_dies(&mut self, nth: usize, number: usize) -> bool {
        // With one to be sealed anew every column has a batch.
        let sealed = seal_one(&mut self.owner, &self.world, &Customer::new("f2", number, 'a')).await;
        let rotate = |crash: &str| {
            let mut command = self.world.portals[0].command(&["keys", "rotate"]);
            command.env("PORTAL_CRASH", crash).status().unwrap()
        };
        let died = rotate(&format!("{}:{nth}", CrashPoint::InRotation.name()));
        let ended = rotate("");
        if !ended.success() {
            self.failures.push(format!("a rotation after a dead one ends with {ended}"));
        }
        match sealed {
            Ok(review) => self.show(review, &Dice::new(u64::try_from(number).unwrap()).token()).await,
            Err(failure) => self.failures.push(failure),
        }
        died.signal() == Some(6)
    }

    async fn show(&mut self, review: Review, token: &str) {
        match claim(&mut self.owner, &review.id, token).await {
            Ok(Claimed::Shown(password)) => {
                self.shown.insert(review.id, password);
            }
            other => self.failures.push(format!("{} after a dead rotation: {other:?}", review.id)),
        }
    }

    async fn onboard_beside(&mut self, place: CrashPoint, number: usize) {
        let needs_doubt = matches!(place, CrashPoint::AfterTakingOver | CrashPoint::BeforeEvidence);
        let onboardings = (0..BESIDE).map(|at| {
            let (world, browser) = (Arc::clone(&self.world), self.owner.clone());
            let customer = Customer::new("f2", number + at, if needs_doubt { 'c' } else { 'a' });
            if needs_doubt {
                // As often as a client asks within a minute: then the outcome is in doubt.
                let lost = Fault::Instead { status: 503, retry_after: None, carried_out: true };
                world.upstream.script(&customer.domain, [lost; 3]);
            }
            tokio::spawn(one(world, browser, customer, u64::try_from(number + at).unwrap()))
        });
        for onboarding in onboardings.collect::<Vec<_>>() {
            match onboarding.await.unwrap() {
                Ok(Ended::Shown(id, password)) => {
                    self.shown.insert(id, password);
                }
                Ok(Ended::Missing(_)) => {}
                Err(failure) => self.failures.push(failure),
            }
        }
    }
}

async fn one(world: Shared, mut browser: Browser, customer: Customer, seed: u64) -> Result<Ended, String> {
    let ended = onboard(&world, &mut browser, &customer, &mut Dice::new(seed)).await;
    ended.map_err(|failure| format!("{}: {failure}", customer.domain))
}
