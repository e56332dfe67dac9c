//! F2: a process dies at every place that has a name.

use std::{collections::HashMap, sync::Arc, time::Duration};

use reseller_portal::{sabotage::CrashPoint, simulator::RefreshTokens};

use crate::{
    Rig, audit,
    browser::Browser,
    dice::Dice,
    f1::onboard,
    onboarding::Customer,
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// How often at each place, at full size: at the first, second and third time that it is reached.
const TIMES: usize = 3;
/// Onboardings at the side of each death.
const BESIDE: usize = 4;
/// An access token is refreshed between any two deaths: it is good for two seconds of ours and a minute of margin.
const TOKEN_SECONDS: u64 = 100;
const FACTOR: u32 = 20;

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f2");
    let setup = Setup {
        factor: FACTOR,
        create_ms: (10, 150),
        access_token_lifetime: TOKEN_SECONDS,
        refresh_tokens: RefreshTokens::Reusable,
        ..Setup::default()
    };
    let world = Arc::new(World::start(rig, setup).await);
    let mut owner = world.person(ONBOARDERS[0]).await;
    let mut shown = HashMap::new();
    let mut reached = 0;
    let times = rig.count(TIMES);
    for (at, place) in CrashPoint::ALL.iter().enumerate() {
        for nth in 1..=times {
            bar.tried(1);
            let number = (at * TIMES + nth) * 100;
            if die_at(&mut bar, &world, &mut owner, &mut shown, *place, nth, number).await {
                reached += 1;
            } else {
                bar.fail(format!("{} was not reached for the {nth}. time", place.name()));
            }
        }
    }
    audit::promise(&mut bar, &world, &shown).await;
    audit::leaks(&mut bar, &world, &owner.session().map(str::to_owned).into_iter().collect::<Vec<_>>());
    bar.note(format!("{} places, {reached} deaths", CrashPoint::ALL.len()));
    bar.end()
}

/// Lets the first process die at the place, and onboards beside it; whether it has died.
async fn die_at(
    bar: &mut Bar,
    world: &Shared,
    owner: &mut Browser,
    shown: &mut HashMap<String, String>,
    place: CrashPoint,
    nth: usize,
    number: usize,
) -> bool {
    let portal = &world.portals[0];
    let before = portal.aborted();
    let is_at_start = place == CrashPoint::AfterMigration;
    // A start reaches its place once, an end too.
    let is_reached_once = is_at_start || place == CrashPoint::InShutdown;
    let crash = if is_reached_once { place.name().to_owned() } else { format!("{}:{nth}", place.name()) };
    if is_at_start {
        portal.end();
        portal.start(Some(&crash));
    } else {
        portal.restart(Some(&crash)).await;
    }
    world.front.prefer_the_first();
    for round in 0..12 {
        if place == CrashPoint::InShutdown {
            portal.terminate();
        }
        beside(bar, world, owner, shown, number + round * BESIDE).await;
        if portal.aborted() > before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    false
}

async fn beside(bar: &mut Bar, world: &Shared, owner: &Browser, shown: &mut HashMap<String, String>, number: usize) {
    let seed = u64::try_from(number).unwrap();
    let onboardings = (0..BESIDE).map(|at| {
        let (world, mut browser) = (Arc::clone(world), owner.clone());
        tokio::spawn(async move {
            let customer = Customer::new("f2", number + at, 'a');
            let mut dice = Dice::new(seed).branch(u64::try_from(at).unwrap());
            let ended = onboard(&world, &mut browser, &customer, &mut dice).await;
            ended.map_err(|failure| format!("{}: {failure}", customer.domain))
        })
    });
    for onboarding in onboardings.collect::<Vec<_>>() {
        match onboarding.await.unwrap() {
            Ok(password) => shown.extend(password),
            Err(failure) => bar.fail(failure),
        }
    }
}
