//! The simulator's own time: that of the machine, hurried if need be, and whatever a test adds to it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use super::options::Pace;

/// A clock that can be put forward.
#[derive(Debug)]
pub struct SimulatorClock {
    pace: Pace,
    ahead_milliseconds: AtomicU64,
}

impl Default for SimulatorClock {
    fn default() -> Self {
        Self::with_pace(Pace::REAL)
    }
}

impl SimulatorClock {
    pub(super) fn with_pace(pace: Pace) -> Self {
        Self { pace, ahead_milliseconds: AtomicU64::new(0) }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the simulator asks the machine for the time"
        )]
        let machine = Timestamp::now();
        self.hurried(machine) + SignedDuration::try_from(self.ahead()).unwrap_or_default()
    }

    fn hurried(&self, machine: Timestamp) -> Timestamp {
        let since = machine.duration_since(self.pace.since);
        let factor = i32::try_from(self.pace.factor).unwrap_or(1);
        since.checked_mul(factor).and_then(|since| self.pace.since.checked_add(since).ok()).unwrap_or(machine)
    }

    /// Seconds since 1970, as tokens carry them.
    pub fn unix_seconds(&self) -> u64 {
        self.now().as_second().unsigned_abs()
    }

    /// Puts the clock forward: tokens expire, new customers become visible.
    pub fn advance(&self, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Back to the time of the machine.
    pub fn reset(&self) {
        self.ahead_milliseconds.store(0, Ordering::Relaxed);
    }

    /// Waits in real time.
    pub(super) async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            tokio::time::sleep(duration).await;
        }
    }

    fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead_milliseconds.load(Ordering::Relaxed))
    }
}
