//! F7: the wall clock jumps while the portal runs.

use std::{fs, path::Path, time::Duration};

use crate::{
    Rig, audit,
    onboarding::{Claimed, Customer, Stand, approve, claim, claim_once, fill_in, follow, seal_one},
    report::Bar,
    world::{ONBOARDERS, Setup, World},
};

/// Each jump so often, at full size.
const TIMES: usize = 20;
const HOUR: i64 = 3600;

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f7");
    let jump = rig.folder.join("jump");
    let settings = vec![("PORTAL_CLOCK_JUMP", jump.display().to_string())];
    // Slow enough that a create is under way when the clock jumps.
    let world = World::start(rig, Setup { create_ms: (800, 1200), settings, ..Setup::default() }).await;
    let mut shown = audit::Shown::new();
    for round in 0..rig.count(TIMES) {
        // An hour either way is what a change to summer time does where somebody sets the clock by hand.
        for (at, seconds) in [-HOUR, HOUR].into_iter().enumerate() {
            bar.tried(1);
            if let Err(failure) = one(rig, &world, &jump, seconds, round * 2 + at, &mut shown).await {
                bar.fail(format!("{seconds} s: {failure}"));
            }
        }
        bar.tried(1);
        match far(rig, &world, &jump, round).await {
            Ok((id, password)) => {
                shown.insert(id, password);
            }
            Err(failure) => bar.fail(format!("far away: {failure}")),
        }
    }
    audit::promise(&mut bar, &world, &shown).await;
    bar.end()
}

/// While a create is under way and a password waits.
async fn one(
    rig: &Rig,
    world: &World,
    jump: &Path,
    seconds: i64,
    number: usize,
    shown: &mut audit::Shown,
) -> Result<(), String> {
    let mut dice = rig.dice("f7").branch(u64::try_from(number).unwrap());
    let mut owner = world.person(ONBOARDERS[0]).await;
    let sealed = seal_one(&mut owner, world, &Customer::new("f7", 2 * number, 'a')).await?;
    let running = fill_in(&mut owner, &Customer::new("f7", 2 * number + 1, 'a')).await?;
    approve(&mut owner, &running).await?;
    fs::write(jump, seconds.to_string()).unwrap();
    // Time for the sweep, which takes up what dead processes have left behind.
    tokio::time::sleep(Duration::from_secs(6)).await;
    fs::write(jump, "0").unwrap();
    for review in [&sealed, &running] {
        match follow(&mut owner, world, review).await? {
            Stand::Sealed => {}
            other => return Err(format!("{} ends as {other:?}", review.id)),
        }
        match claim(&mut owner, &review.id, &dice.token()).await {
            Ok(Claimed::Shown(password)) => shown.insert(review.id.clone(), password),
            other => return Err(format!("the claim ends as {other:?}")),
        };
    }
    Ok(())
}

/// A year ahead every session has ended, and does not come back; but a password is not lost to a clock that was wrong.
async fn far(rig: &Rig, world: &World, jump: &Path, round: usize) -> Result<(String, String), String> {
    let mut dice = rig.dice("f7 far").branch(u64::try_from(round).unwrap());
    let mut owner = world.person(ONBOARDERS[0]).await;
    let review = seal_one(&mut owner, world, &Customer::new("far", round, 'a')).await?;
    fs::write(jump, (365 * 24 * HOUR).to_string()).unwrap();
    tokio::time::sleep(Duration::from_secs(6)).await;
    let then = claim_once(&mut owner, &review.id, &dice.token()).await;
    fs::write(jump, "0").unwrap();
    let revived = claim_once(&mut owner, &review.id, &dice.token()).await;
    let again = claim(&mut owner, &review.id, &dice.token()).await;
    match (&then, &revived, &again) {
        (Ok(Claimed::Refused(401)), Ok(Claimed::Refused(401)), Ok(Claimed::Shown(password))) => {
            Ok((review.id, password.clone()))
        }
        _ => Err(format!("a year ahead {then:?}, back again {revived:?}, signed in anew {again:?}")),
    }
}
