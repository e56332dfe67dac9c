//! How many onboardings may be sent a day. A person, or a script with a person's session, that makes hundreds of tenants
//! is stopped before they are there: a tenant cannot be taken back.
//!
//! Counted in the database, in the transaction that begins an onboarding, so that the cap is exact over all processes.

use sqlx::Row;

use super::JournalError;
use crate::{
    clock::Timestamp,
    database::WriteTransaction,
    domain::{Operator, ResellerId},
};

/// How many onboardings may be sent between two midnights (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyCaps {
    /// By one person.
    pub person: u32,
    /// For one reseller.
    pub reseller: u32,
    /// By everybody.
    pub everybody: u32,
}

impl Default for DailyCaps {
    /// Several times what busy people do.
    fn default() -> Self {
        Self { person: 100, reseller: 200, everybody: 1_000 }
    }
}

/// Which of the caps was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapReached {
    /// The person's.
    Person,
    /// The reseller's.
    Reseller,
    /// Everybody's.
    Everybody,
}

impl CapReached {
    /// For the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Reseller => "reseller",
            Self::Everybody => "everybody",
        }
    }
}

impl DailyCaps {
    /// Counts one more, or says which cap it would pass; the caller's transaction is then not to be committed.
    ///
    /// The rows are taken in the same order by everybody, the one that all share last, so that nobody waits in a circle.
    pub(super) async fn count(
        self,
        tx: &mut WriteTransaction,
        now: Timestamp,
        operator: &Operator,
        reseller: Option<&ResellerId>,
    ) -> Result<(), JournalError> {
        let person = format!("person/{}/{}", operator.key.tid, operator.key.oid);
        let day = now.strftime("%F").to_string();
        one_more(tx, &day, &person, self.person, CapReached::Person).await?;
        if let Some(reseller) = reseller {
            one_more(tx, &day, &format!("reseller/{reseller}"), self.reseller, CapReached::Reseller).await?;
        }
        one_more(tx, &day, "everybody", self.everybody, CapReached::Everybody).await
    }
}

async fn one_more(
    tx: &mut WriteTransaction,
    day: &str,
    who: &str,
    cap: u32,
    reached: CapReached,
) -> Result<(), JournalError> {
    const SQL: &str = "INSERT INTO daily_creates (who, day, creates) VALUES ($1, $2, 1) \
                           ON CONFLICT (who) DO UPDATE SET day = excluded.day, creates = \
                           CASE WHEN daily_creates.day = excluded.day THEN daily_creates.creates + 1 ELSE 1 END \
                           RETURNING creates";
    let creates: i64 = sqlx::query(SQL).bind(who).bind(day).fetch_one(&mut **tx).await?.try_get("creates")?;
    if creates > i64::from(cap) && !planted!(NoDailyCap) { Err(JournalError::CapReached(reached)) } else { Ok(()) }
}

/// Seconds until the counts begin anew.
pub fn seconds_to_midnight(now: Timestamp) -> u64 {
    const DAY: i64 = 24 * 60 * 60;
    u64::try_from(DAY - now.as_second().rem_euclid(DAY)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::JoinSet;

    use super::*;
    use crate::{
        clock::{ManualClock, SignedDuration},
        domain::Role,
        journal::{
            DraftSummary, Intent, Journal,
            testing::{self, adele, ambient, payload, person, wingtip_toys},
        },
    };

    async fn journal(caps: DailyCaps) -> (Arc<ManualClock>, Journal) {
        let (clock, ambient) = ambient();
        (clock, testing::journal(&ambient).await.capped(caps))
    }

    /// Sends one more onboarding.
    async fn send(journal: &Journal, owner: &Operator) -> Result<(), JournalError> {
        let (id, form, payload) = (journal.ambient.uuid_v7().into(), wingtip_toys(), payload());
        journal.save_draft(owner, &id, &form, DraftSummary::default()).await.unwrap();
        let intent = Intent { form: &form, payload: &payload, reseller_name: None };
        journal.begin(owner, &id, intent).await.map(drop)
    }

    fn reached(outcome: &Result<(), JournalError>) -> Option<CapReached> {
        if let Err(JournalError::CapReached(cap)) = outcome { Some(*cap) } else { None }
    }

    #[tokio::test]
    async fn of_all_who_send_at_the_same_time_exactly_as_many_begin_as_may() {
        let (_, journal) = journal(DailyCaps { person: 5, ..DailyCaps::default() }).await;
        let mut sends = JoinSet::new();
        for _ in 0..20 {
            let journal = journal.clone();
            sends.spawn(async move { send(&journal, &adele()).await });
        }
        let outcomes = sends.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5, "as many as may");
        assert!(outcomes.iter().all(|outcome| outcome.is_ok() || reached(outcome) == Some(CapReached::Person)));
        let submitted = journal.waiting_for(&adele()).await.unwrap();
        assert_eq!((submitted.running.len(), submitted.drafts.len()), (5, 15), "what was refused is a draft still");
    }

    #[tokio::test]
    async fn the_count_begins_anew_at_midnight() {
        let (clock, journal) = journal(DailyCaps { person: 1, ..DailyCaps::default() }).await;
        send(&journal, &adele()).await.unwrap();
        let refused = send(&journal, &adele()).await;
        assert_eq!(reached(&refused), Some(CapReached::Person));
        let wait = seconds_to_midnight(journal.ambient.now());
        assert_eq!(wait, 12 * 60 * 60);
        clock.advance(SignedDuration::from_secs(i64::try_from(wait).unwrap() - 1));
        assert!(send(&journal, &adele()).await.is_err());
        clock.advance(SignedDuration::from_secs(1));
        send(&journal, &adele()).await.unwrap();
    }

    #[tokio::test]
    async fn people_share_the_cap_of_a_reseller_and_everybody_the_last_one() {
        let diego = person("diego", Role::AccountManager);
        for (caps, cap) in [
            (DailyCaps { reseller: 3, ..DailyCaps::default() }, CapReached::Reseller),
            (DailyCaps { everybody: 3, ..DailyCaps::default() }, CapReached::Everybody),
        ] {
            let (_, journal) = journal(caps).await;
            for owner in [&adele(), &diego, &adele()] {
                send(&journal, owner).await.unwrap();
            }
            for owner in [&adele(), &diego] {
                assert_eq!(reached(&send(&journal, owner).await), Some(cap));
            }
        }
    }
}
