//! Good news of a moment ago. From the form to its review is one click, and both ask the same: Microsoft is asked once.
//!
//! Bad news is never kept: whoever has mended something shall see so at once. And nothing that is kept lets a customer be
//! created that Microsoft would refuse: it has the last word on each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    clock::{SignedDuration, Timestamp},
    domain::{OnboardingId, ResellerId},
};

/// Longer than the way from the form to its review, shorter than it takes to read that.
const RECENT: SignedDuration = SignedDuration::from_secs(10);

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum News {
    /// The domain is free by everybody's word, and chosen for this onboarding, so that nobody here takes it meanwhile.
    Free(OnboardingId, String),
    /// The reseller has signed its agreement.
    Signed(ResellerId),
}

/// Who has said what, and when. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(Arc<Mutex<HashMap<News, Timestamp>>>);

impl Recent {
    /// Whether it was said a moment ago.
    pub(super) fn has(&self, news: &News, now: Timestamp) -> bool {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get(news).is_some_and(|at| is_recent(*at, now))
    }

    /// Notes what was said just now, and forgets what is older.
    pub(super) fn note(&self, news: News, now: Timestamp) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.retain(|_, at| is_recent(*at, now));
        heard.insert(news, now);
    }
}

fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    // A clock that was set back makes nothing younger.
    (SignedDuration::ZERO..RECENT).contains(&now.duration_since(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_recent_for_ten_seconds_and_gone_after_the_next() {
        let (recent, start) = (Recent::default(), Timestamp::UNIX_EPOCH);
        let after = |seconds: i64| start + SignedDuration::from_secs(seconds);
        let id: OnboardingId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let free = |domain: &str| News::Free(id.clone(), domain.to_owned());
        recent.note(free("wingtip"), start);
        assert!(recent.has(&free("wingtip"), after(9)));
        assert!(!recent.has(&free("wingtip"), after(10)) && !recent.has(&free("wingtip"), after(-1)));
        assert!(!recent.has(&free("other"), start));
        recent.note(free("other"), after(20));
        assert_eq!(recent.0.lock().unwrap().len(), 1);
    }
}
