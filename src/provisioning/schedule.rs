//! When the portal tries again: at most about three calls a minute for one onboarding, and never before Microsoft wants.

use crate::clock::{Ambient, SignedDuration, Timestamp};

/// A longer `Retry-After` is not waited for by the portal: a person says when to go on.
pub(super) const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// How often a create whose answer was lost is repeated; after that the portal looks without touching.
pub(super) const MOST_REPEATS: u32 = 3;

/// How often an outcome is looked for before a person is asked to; three quarters of an hour at one a minute.
pub(super) const MOST_LOOKS: u32 = 40;

/// How often a new tenant is read back: about two hours.
pub(super) const MOST_READ_BACKS: u32 = 30;

/// The moment after `attempts` attempts, `asked` (`Retry-After`) from now at the earliest.
pub(super) fn next(ambient: &Ambient, pauses: &[u32], attempts: u32, asked: Option<SignedDuration>) -> Timestamp {
    let longest = pauses.len().saturating_sub(1);
    let at = usize::try_from(attempts).unwrap_or(longest).min(longest);
    let seconds = pauses.get(at).copied().unwrap_or(60);
    // Up to a quarter more, so that those who failed together do not come back together.
    let jitter = u32::from(u8::from_be_bytes(ambient.bytes())) * seconds / (4 * 255);
    let pause = SignedDuration::from_secs(i64::from(seconds + jitter)).max(asked.unwrap_or_default());
    let now = ambient.now();
    now.saturating_add(pause).unwrap_or(now)
}

/// Before the create is sent again that nothing came of, in seconds.
pub(super) const SENDS: &[u32] = &[60, 120, 300];

/// Before an outcome is looked for again.
pub(super) const LOOKS: &[u32] = &[15, 45, 60];

/// Before a new tenant is looked for again.
pub(super) const READ_BACKS: &[u32] = &[8, 30, 60, 60, 120, 300];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::testing::ambient;

    fn seconds(pauses: &[u32], attempts: u32, asked: Option<i64>) -> i64 {
        let (_, ambient) = ambient();
        let at = next(&ambient, pauses, attempts, asked.map(SignedDuration::from_secs));
        at.duration_since(ambient.now()).as_secs()
    }

    #[test]
    fn pauses_grow_to_their_longest_with_a_little_chance() {
        for (attempts, pause) in [(0, 15), (1, 45), (2, 60), (3, 60), (u32::MAX, 60)] {
            let waited = seconds(LOOKS, attempts, None);
            assert!((pause..=pause * 5 / 4).contains(&waited), "{attempts}: {waited}");
        }
    }

    #[test]
    fn those_who_failed_together_do_not_come_back_together() {
        // That the chance of 64 of them stays below half is no chance worth naming.
        let longest = (0..64).map(|_| seconds(LOOKS, 2, None)).max();
        assert!(longest > Some(66), "{longest:?}");
    }

    #[test]
    fn what_microsoft_asks_for_is_kept() {
        assert_eq!(seconds(LOOKS, 0, Some(57)), 57);
        assert!(seconds(LOOKS, 2, Some(5)) >= 60);
    }

    #[test]
    fn no_minute_sees_more_than_three_attempts() {
        for pauses in [SENDS, LOOKS, READ_BACKS] {
            let mut at = vec![0];
            for attempts in 0..10 {
                let last = *at.last().unwrap();
                at.push(last + pauses[attempts.min(pauses.len() - 1)]);
            }
            for from in &at {
                let within = at.iter().filter(|other| (*from..from + 60).contains(*other)).count();
                assert!(within <= 3, "{pauses:?}: {within} from second {from}");
            }
        }
    }
}
