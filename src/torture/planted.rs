//! Bugs that are planted one after the other: a bar that does not catch its own is no evidence.

use reseller_portal::sabotage::Bug;

use crate::{Rig, report::Bar, run_bar};

/// Which bar has to catch it, and what it has to say: another failure would be no proof.
fn caught_by(bug: Bug) -> Option<(&'static str, &'static str)> {
    Some(match bug {
        Bug::ClaimReadsThenWrites => ("r1", "shown to"),
        Bug::ClaimIsForfeit => ("r2", "the claimant was refused"),
        Bug::NotErased => ("r2", "are not erased"),
        Bug::TokenLogged => ("r2", "a token in the log"),
        Bug::IntentTwice => ("r3", "creates were sent"),
        Bug::NoRefreshLock => ("r4", "refreshes for one ended token"),
        Bug::NewRequestId => ("f1", "ends as"),
        Bug::NotFoundIsTrusted => ("f1", "stuck"),
        Bug::LostIsRefused => ("f1", "orphan"),
        Bug::SealApart => ("f2", "ends as"),
        // Tests catch the others (`src/tests/planted/`): nothing has to fail around the portal for them to show.
        _ => return None,
    })
}

/// Each planted bug, by the bar that has to catch it.
pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut all = Bar::begin("planted");
    for &bug in Bug::ALL {
        let Some((name, says)) = caught_by(bug) else { continue };
        all.tried(1);
        let bar = run_bar(name, &rig.with(bug)).await;
        match bar.failure(says) {
            Some(failure) => all.note(format!("{}: caught by {name} ({failure})", bug.name())),
            None => all.fail(format!("{} was not caught: {}", bug.name(), bar.text())),
        }
    }
    all.end()
}
