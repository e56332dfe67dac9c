//! How long the client waits and how often it tries.

use std::time::Duration;

use crate::clock::Ambient;

/// How long the client waits and how often it tries, for calls that only read and for the create.
#[derive(Clone, Debug)]
pub struct Patience {
    /// Calls that change nothing, checks included.
    pub read: Effort,
    /// `POST /v1/customers`.
    pub create: Effort,
    /// The same for a create whose answer was lost.
    pub repeat: Effort,
}

impl Default for Patience {
    /// Reads: three attempts of 20 seconds. Create: attempts of three minutes (the deadline of Microsoft's own SDK;
    /// a create took 16 seconds when it was recorded), no new one later than a minute after the first. Whatever is
    /// lost by then is found out on a schedule that survives this process, one attempt of a minute at a time.
    fn default() -> Self {
        let create = Effort {
            deadline: Duration::from_mins(3),
            attempts: 3,
            total: Duration::from_mins(1),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(30),
        };
        Self {
            read: Effort {
                deadline: Duration::from_secs(20),
                attempts: 3,
                total: Duration::from_secs(40),
                first_pause: Duration::from_millis(250),
                longest_pause: Duration::from_secs(5),
                longest_retry_after: Duration::from_secs(5),
            },
            repeat: Effort { deadline: Duration::from_mins(1), attempts: 1, ..create.clone() },
            create,
        }
    }
}

impl Patience {
    /// The same deadlines, and nothing is tried a second time: for those who have a schedule of their own.
    #[must_use]
    pub fn once(self) -> Self {
        let once = |effort| Effort { attempts: 1, ..effort };
        Self { read: once(self.read), create: once(self.create), repeat: once(self.repeat) }
    }
}

/// How long and how often one kind of call is tried.
#[derive(Clone, Debug)]
pub struct Effort {
    /// For one attempt, until its answer is complete.
    pub deadline: Duration,
    /// Attempts at most.
    pub attempts: u32,
    /// No attempt begins later than this after the first.
    pub total: Duration,
    /// Before the second attempt; eight times as long before each further one.
    pub first_pause: Duration,
    /// No pause of our own choice is longer (jitter excluded).
    pub longest_pause: Duration,
    /// A longer `Retry-After` is not waited for, and not ignored either: the call ends.
    pub longest_retry_after: Duration,
}

impl Effort {
    /// The pause before the attempt that follows attempt number `attempt` (from 1) and begins `elapsed` after the
    /// first; `None` when it is time to give up.
    pub(super) fn pause(
        &self,
        attempt: u32,
        elapsed: Duration,
        retry_after: Option<Duration>,
        ambient: &Ambient,
    ) -> Option<Duration> {
        let asked = retry_after.unwrap_or(Duration::ZERO);
        let pause = self.back_off(attempt, ambient).max(asked);
        let goes_on =
            attempt < self.attempts && asked <= self.longest_retry_after && elapsed.saturating_add(pause) <= self.total;
        goes_on.then_some(pause)
    }

    /// Exponential, plus up to a half, so that callers who failed together do not come back together.
    fn back_off(&self, attempt: u32, ambient: &Ambient) -> Duration {
        let factor = 8_u32.saturating_pow(attempt.saturating_sub(1));
        let pause = self.first_pause.saturating_mul(factor).min(self.longest_pause);
        let jitter = pause.saturating_mul(u32::from(u8::from_be_bytes(ambient.bytes()))) / (2 * u32::from(u8::MAX));
        pause.saturating_add(jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effort() -> Effort {
        Patience::default().create
    }

    #[test]
    fn pauses_grow_and_stay_within_their_bounds() {
        let ambient = Ambient::system();
        let patient = Effort { attempts: 8, ..effort() };
        for (attempt, base) in [(1, 1), (2, 8), (3, 30), (7, 30)] {
            let pause = patient.pause(attempt, Duration::ZERO, None, &ambient).unwrap();
            assert!(pause >= Duration::from_secs(base), "{attempt}: {pause:?}");
            assert!(pause <= Duration::from_secs(base) * 3 / 2, "{attempt}: {pause:?}");
        }
    }

    #[test]
    fn retry_after_is_kept_or_the_call_ends() {
        let ambient = Ambient::system();
        let pause = |seconds| effort().pause(1, Duration::ZERO, Some(Duration::from_secs(seconds)), &ambient);
        assert_eq!(pause(30), Some(Duration::from_secs(30)));
        assert_eq!(pause(31), None);
    }

    #[test]
    fn attempts_and_total_time_are_bounded() {
        let ambient = Ambient::system();
        assert_eq!(effort().pause(3, Duration::ZERO, None, &ambient), None);
        assert_eq!(effort().pause(2, Duration::from_mins(1), None, &ambient), None);
    }
}
