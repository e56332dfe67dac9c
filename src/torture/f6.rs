//! F6: the sealing key changes while the portals work, and whoever changes it is killed.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::Row as _;

use crate::{
    Rig, audit,
    browser::Browser,
    f1::{Ended, onboard},
    onboarding::{Claimed, Customer, Review, claim, seal_one},
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// Sealed passwords at full size.
const SEALED: usize = 10_000;
/// `portal keys rotate` is killed so often before it may end.
const KILLS: usize = 20;
/// Who seals at once.
const WORKERS: usize = 12;

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f6");
    let world = Arc::new(World::start(rig, Setup::default()).await);
    let owner = world.person(ONBOARDERS[0]).await;
    let sealed = seal(&mut bar, &world, &owner, rig.count(SEALED)).await;
    bar.tried(sealed.len());
    let before = key_ids(&world).await;
    let rest = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn(load(Arc::clone(&world), owner.clone(), Arc::clone(&rest)));
    let kills = killed_rotations(rig, &world).await;
    // The rig's proxy, through which a rotation reaches PostgreSQL, goes on meanwhile.
    let ended = tokio::task::block_in_place(|| rotation(&world).wait().unwrap());
    rest.store(true, Ordering::Relaxed);
    let (mut shown, failures) = load.await.unwrap();
    bar.fail_all(failures);
    bar.expect(ended.success(), || format!("the last rotation ends with {ended}"));
    let after = key_ids(&world).await;
    bar.expect(after.len() == 1, || format!("sealed with {} keys", after.len()));
    bar.expect(before.is_disjoint(&after), || "values are still sealed with a former key".to_owned());
    reveal_all(&mut bar, owner, sealed, &mut shown).await;
    audit::promise(&mut bar, &world, &shown).await;
    audit::leaks(&mut bar, &world, &[]);
    bar.note(format!("{kills} rotations killed under load"));
    bar.end()
}

/// Onboards so many, by several people at once.
async fn seal(bar: &mut Bar, world: &Shared, owner: &Browser, count: usize) -> Vec<Review> {
    let next = Arc::new(AtomicUsize::new(0));
    let sealed = Arc::new(Mutex::new(Vec::new()));
    let workers = (0..WORKERS.min(count)).map(|_| {
        let (world, mut owner, next, sealed) =
            (Arc::clone(world), owner.clone(), Arc::clone(&next), Arc::clone(&sealed));
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return;
                }
                let review = seal_one(&mut owner, &world, &Customer::new("f6", number, 'a')).await;
                sealed.lock().unwrap_or_else(PoisonError::into_inner).push(review);
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let sealed = std::mem::take(&mut *sealed.lock().unwrap_or_else(PoisonError::into_inner));
    let mut reviews = Vec::new();
    for review in sealed {
        match review {
            Ok(review) => reviews.push(review),
            Err(failure) => bar.fail(failure),
        }
    }
    reviews
}

/// Ids of the keys with which passwords are sealed: an envelope is `version.key.nonce.ciphertext`.
async fn key_ids(world: &World) -> BTreeSet<String> {
    let rows = world.database.rows("SELECT sealed FROM credential WHERE sealed IS NOT NULL").await;
    rows.iter().filter_map(|row| row.get::<String, _>("sealed").split('.').nth(1).map(str::to_owned)).collect()
}

fn rotation(world: &World) -> std::process::Child {
    world.portals[0].command(&["keys", "rotate"]).spawn().unwrap()
}

async fn killed_rotations(rig: &Rig, world: &World) -> usize {
    let mut dice = rig.dice("f6");
    let count = rig.count(KILLS).max(3);
    for _ in 0..count {
        let mut rotating = rotation(world);
        tokio::time::sleep(Duration::from_millis(30) + dice.millis(1500)).await;
        let _ = rotating.kill();
        let _ = rotating.wait();
        // A portal as well, now and then: it reads the keys anew.
        if dice.percent(25) {
            dice.pick(&world.portals).kill();
        }
    }
    count
}

/// Whole onboardings, one after the other, until it may rest.
async fn load(world: Shared, mut owner: Browser, rest: Arc<AtomicBool>) -> (audit::Shown, Vec<String>) {
    let mut shown = audit::Shown::new();
    let mut failures = Vec::new();
    let mut dice = crate::dice::Dice::new(6);
    let mut number = 0;
    while !rest.load(Ordering::Relaxed) {
        number += 1;
        match onboard(&world, &mut owner, &Customer::new("f6load", number, 'a'), &mut dice).await {
            Ok(Ended::Shown(id, password)) => {
                shown.insert(id, password);
            }
            Ok(Ended::Missing(_)) => failures.push(format!("meanwhile: the password of {number} is missing")),
            Err(failure) => failures.push(format!("meanwhile: {failure}")),
        }
    }
    (shown, failures)
}

async fn reveal_all(bar: &mut Bar, mut owner: Browser, sealed: Vec<Review>, shown: &mut audit::Shown) {
    let mut dice = crate::dice::Dice::new(66);
    for review in sealed {
        match claim(&mut owner, &review.id, &dice.token()).await {
            Ok(Claimed::Shown(password)) => {
                shown.insert(review.id, password);
            }
            other => bar.fail(format!("{}: {other:?}", review.id)),
        }
    }
}
