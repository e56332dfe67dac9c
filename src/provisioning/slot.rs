//! A value that is costly to get, kept for a while.

use tokio::sync::Mutex;

use super::ProvisioningError;
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    partner_center::Refusal,
};

/// After a failure nobody tries again for so long: those who wait would each wait for a time-out of their own.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(5);

/// How old a kept value may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Age {
    /// Asked for after this question came in.
    Live,
    /// At most `fresh`; if it cannot be got anew, at most `stale`.
    AtMost {
        /// Nobody asks again within this time.
        fresh: SignedDuration,
        /// Better than nothing for so long.
        stale: SignedDuration,
    },
}

/// A value that is costly to get. One asker gets it for all: those who come meanwhile wait for that answer.
pub(super) struct Slot<T>(Mutex<Content<T>>);

struct Content<T> {
    /// The value, and when it was asked for.
    kept: Option<(T, Timestamp)>,
    failed_at: Option<Timestamp>,
    /// What Microsoft said then, if it said anything.
    refused: Option<Box<Refusal>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Mutex::new(Content { kept: None, failed_at: None, refused: None }))
    }
}

impl<T: Clone> Slot<T> {
    /// The kept value if it is young enough, else what `fetch` brings.
    ///
    /// That a person has no token says nothing about the value: the next asker tries with an own token.
    pub(super) async fn get(
        &self,
        ambient: &Ambient,
        age: Age,
        fetch: impl Future<Output = Result<T, ProvisioningError>>,
    ) -> Result<T, ProvisioningError> {
        let asked_at = ambient.now();
        let mut content = self.0.lock().await;
        if let Some(value) = content.fresh(age, asked_at) {
            return Ok(value);
        }
        let now = ambient.now();
        if content.has_failed_since(age, asked_at, now) {
            return content.stale(age, now).ok_or_else(|| content.failed_just_now());
        }
        match fetch.await {
            Ok(value) => {
                *content = Content { kept: Some((value.clone(), now)), failed_at: None, refused: None };
                Ok(value)
            }
            Err(error @ (ProvisioningError::SignInAgain | ProvisioningError::NotConnected)) => Err(error),
            Err(error) => {
                content.failed_at = Some(ambient.now());
                content.refused = match &error {
                    ProvisioningError::Refused(refusal) => Some(refusal.clone()),
                    _ => None,
                };
                content.stale(age, now).ok_or(error)
            }
        }
    }

    /// Forgets what is kept.
    pub(super) async fn forget(&self) {
        self.0.lock().await.kept = None;
    }

    /// What is kept, however old, without waiting.
    pub(super) fn peek(&self) -> Option<T> {
        self.0.try_lock().ok()?.kept.as_ref().map(|(value, _)| value.clone())
    }
}

impl<T: Clone> Content<T> {
    fn fresh(&self, age: Age, asked_at: Timestamp) -> Option<T> {
        self.kept_since(match age {
            Age::Live => asked_at,
            Age::AtMost { fresh, .. } => before(asked_at, fresh),
        })
    }

    /// The last failure once more.
    fn failed_just_now(&self) -> ProvisioningError {
        self.refused.clone().map_or_else(unreachable_just_now, ProvisioningError::Refused)
    }

    fn stale(&self, age: Age, now: Timestamp) -> Option<T> {
        match age {
            Age::Live => None,
            Age::AtMost { stale, .. } => self.kept_since(before(now, stale)),
        }
    }

    fn kept_since(&self, oldest: Timestamp) -> Option<T> {
        self.kept.as_ref().filter(|(_, at)| *at >= oldest).map(|(value, _)| value.clone())
    }

    fn has_failed_since(&self, age: Age, asked_at: Timestamp, now: Timestamp) -> bool {
        let since = match age {
            Age::Live => asked_at,
            Age::AtMost { .. } => before(now, REST_AFTER_FAILURE),
        };
        self.failed_at.is_some_and(|at| at > since)
    }
}

fn before(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

fn unreachable_just_now() -> ProvisioningError {
    ProvisioningError::Upstream("could not be reached a moment ago".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::testing::ambient;

    #[tokio::test]
    async fn after_a_failure_nobody_asks_for_five_seconds_and_then_somebody_does() {
        let (clock, ambient) = ambient();
        let slot = Slot::<u32>::default();
        let age = Age::AtMost { fresh: SignedDuration::from_mins(1), stale: SignedDuration::from_mins(10) };
        let fails = async { Err(ProvisioningError::Upstream("down".to_owned())) };
        assert!(slot.get(&ambient, age, fails).await.is_err());
        clock.advance(SignedDuration::from_millis(4_999));
        assert!(slot.get(&ambient, age, async { Ok(1) }).await.is_err());
        clock.advance(SignedDuration::from_millis(1));
        assert_eq!(slot.get(&ambient, age, async { Ok(1) }).await.ok(), Some(1));
    }
}
