//! Time and randomness, injected: nothing else in the portal asks the machine for either.

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

pub use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A way to get the current date and time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current instant, UTC.
    fn now(&self) -> Timestamp;

    /// Time since some moment of the past. It goes on evenly when somebody sets the date, so that the two together show
    /// a jump.
    fn steady(&self) -> SignedDuration {
        self.now().duration_since(Timestamp::UNIX_EPOCH)
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask the machine for the time")]
    fn now(&self) -> Timestamp {
        let machine = Timestamp::now();
        #[cfg(feature = "torture")]
        let machine = crate::sabotage::hurried(machine);
        machine
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that may ask the machine for the time")]
    fn steady(&self) -> SignedDuration {
        static START: OnceLock<Instant> = OnceLock::new();
        SignedDuration::try_from(portal_time(START.get_or_init(Instant::now).elapsed())).unwrap_or(SignedDuration::MAX)
    }
}

/// How long the machine waits when the portal means to wait so long.
///
/// Every pause and deadline that is about the portal's time (leases, patience, sweeps) goes through here, so that
/// `make torture` can hurry them with the clock.
#[cfg(not(feature = "torture"))]
pub const fn machine_time(span: Duration) -> Duration {
    span
}
#[cfg(feature = "torture")]
pub use crate::sabotage::shortened as machine_time;

/// The reverse: what a span of the machine's monotonic clock is in the portal's time.
#[cfg(not(feature = "torture"))]
pub const fn portal_time(span: Duration) -> Duration {
    span
}
#[cfg(feature = "torture")]
pub use crate::sabotage::lengthened as portal_time;

/// Sleeps, in the portal's time.
pub async fn sleep(span: Duration) {
    tokio::time::sleep(machine_time(span)).await;
}

/// A clock that stands still until it is told to advance; for tests.
#[derive(Debug)]
pub struct ManualClock(Mutex<(Timestamp, SignedDuration)>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Mutex::new((start, SignedDuration::ZERO)))
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.jump(by);
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.1 = shown.1.saturating_add(by);
    }

    /// Sets the date, backwards if `by` is negative, without any time passing.
    pub fn jump(&self, by: SignedDuration) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.0 = shown.0.saturating_add(by).unwrap_or(shown.0);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    fn steady(&self) -> SignedDuration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// A clock may stray so far from the even passage of time before it counts as having jumped.
const JUMP: SignedDuration = SignedDuration::from_mins(1);

/// How long a clock has to go evenly after a jump before it is believed.
const BELIEVED_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Watches whether the clock can be believed, for what cannot be undone if it was wrong.
#[derive(Debug, Default)]
pub struct JumpWatch(Mutex<Watched>);

#[derive(Debug, Default)]
struct Watched {
    last: Option<(Timestamp, SignedDuration)>,
    doubted_until: Option<SignedDuration>,
}

impl JumpWatch {
    /// Whether the clock has gone evenly for a while. To be asked regularly: a jump is seen between two questions.
    pub fn believes(&self, clock: &dyn Clock) -> bool {
        let (now, steady) = (clock.now(), clock.steady());
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((then, steady_then)) = watched.last.replace((now, steady)) {
            let jumped_by = now.duration_since(then).saturating_sub(steady.saturating_sub(steady_then));
            if jumped_by.abs() >= JUMP {
                let seconds = jumped_by.as_secs();
                tracing::error!(
                    jumped_by_s = seconds,
                    "the machine's clock has jumped; what it says ends is kept for now"
                );
                watched.doubted_until = Some(steady.saturating_add(BELIEVED_AFTER));
            }
        }
        watched.doubted_until.is_none_or(|until| steady >= until)
    }
}

/// A source of unpredictable bytes.
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's random number generator.
#[derive(Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::expect_used,
        reason = "a machine without randomness cannot keep one secret; stopping is the answer"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// The clock and the random source of this process, handed to everything that needs either.
#[derive(Clone, Debug)]
pub struct Ambient {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids, nonces and tokens come from.
    pub random: Arc<dyn Random>,
}

impl Ambient {
    /// The machine's own clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }

    /// The current instant, UTC.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A random UUID (version 4), for ids that must not tell when they were made.
    pub fn uuid_v4(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A UUID that sorts by time (version 7), for our own records.
    pub fn uuid_v7(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// 256 random bits in URL-safe base64 (43 characters): state, nonce, verifier, claim token.
    pub fn token(&self) -> String {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}
