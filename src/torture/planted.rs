//! Bugs that are planted one after the other: a bar that does not catch its own is no evidence.

use reseller_portal::sabotage::Bug;

use crate::{Rig, report::Bar, run_bar};

/// Which bar has to catch it.
fn caught_by(bug: Bug) -> &'static str {
    match bug {
        Bug::ClaimReadsThenWrites => "r1",
        Bug::ClaimIsForfeit | Bug::NotErased | Bug::TokenLogged => "r2",
        Bug::IntentTwice => "r3",
        Bug::NoRefreshLock => "r4",
        Bug::NewRequestId | Bug::LostIsRefused => "f1",
        Bug::SealApart => "f2",
    }
}

/// Each planted bug, by the bar that has to catch it.
pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut all = Bar::begin("planted");
    for &bug in Bug::ALL {
        all.tried(1);
        let name = caught_by(bug);
        let bar = run_bar(name, &rig.with(bug)).await;
        match bar.first_failure() {
            Some(failure) => all.note(format!("{}: caught by {name} ({failure})", bug.name())),
            None => all.fail(format!("{} was not caught by {name}", bug.name())),
        }
    }
    all.end()
}
