//! Signs of life for everything that this process works on: one statement for all of it, not one each. With hundreds of
//! creates in flight the commits of each for itself would be felt on every page.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    clock,
    journal::{Journal, Lease},
};

/// How often; a lease outlasts two of them that fail.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Leases of one statement: each rewrites a row of some kilobytes, and whoever else wants to write waits for it.
const AT_ONCE: usize = 100;

/// The leases that are held by running work.
#[derive(Clone)]
pub(super) struct Leases {
    journal: Journal,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    leases: HashMap<u64, Lease>,
    /// Number of the next one.
    next: u64,
    /// Whether somebody renews them.
    renewed: bool,
}

/// A lease that is renewed as long as this value lives, which is as long as the work.
#[must_use]
pub(super) struct HeldLease {
    number: u64,
    held: Arc<Mutex<Held>>,
}

impl Leases {
    pub(super) fn new(journal: Journal) -> Self {
        Self { journal, held: Arc::default() }
    }

    /// Renews this one, too.
    pub(super) fn hold(&self, lease: &Lease) -> HeldLease {
        let mut held = lock(&self.held);
        let number = held.next;
        held.next += 1;
        held.leases.insert(number, lease.clone());
        if !std::mem::replace(&mut held.renewed, true) {
            tokio::spawn(self.clone().keep_renewing());
        }
        HeldLease { number, held: Arc::clone(&self.held) }
    }

    /// Until there is none.
    async fn keep_renewing(self) {
        loop {
            clock::sleep(SIGN_OF_LIFE).await;
            if lock(&self.held).is_idle() {
                return;
            }
            self.renew().await;
        }
    }

    /// Says once of all of them that somebody is at work. What fails is tried again by the next one.
    pub(super) async fn renew(&self) {
        let (numbers, leases): (Vec<_>, Vec<_>) = lock(&self.held).leases.clone().into_iter().unzip();
        for (numbers, leases) in numbers.chunks(AT_ONCE).zip(leases.chunks(AT_ONCE)) {
            match self.journal.renew(leases).await {
                Ok(lost) => self.give_up(numbers, leases, &lost),
                Err(error) => tracing::warn!(%error, "the leases of onboardings could not be renewed"),
            }
        }
    }

    /// Somebody else has taken these over. Whoever works on one of them learns it with the next step, which compares the
    /// lease before it changes anything; but what is under way is not broken off, because its answer may bring a password.
    fn give_up(&self, numbers: &[u64], leases: &[Lease], lost: &[&Lease]) {
        for (number, lease) in numbers.iter().zip(leases) {
            let is_lost = lost.iter().any(|lost| std::ptr::eq(*lost, lease));
            // One whose work has ended meanwhile is not lost.
            if is_lost && lock(&self.held).leases.remove(number).is_some() {
                tracing::warn!(onboarding.id = %lease.id(), "somebody else has taken an onboarding over");
            }
        }
    }

    /// How many are renewed.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        lock(&self.held).leases.len()
    }
}

impl Held {
    /// Whether there is none, and from now on nobody who renews.
    fn is_idle(&mut self) -> bool {
        self.renewed = !self.leases.is_empty();
        !self.renewed
    }
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        lock(&self.held).leases.remove(&self.number);
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::SignedDuration,
        journal::{
            DraftSummary, Intent,
            testing::{adele, ambient, journal, payload, wingtip_toys},
        },
    };

    async fn begin(journal: &Journal, id: u128) -> Lease {
        let (id, form, payload) = (uuid::Uuid::from_u128(id).into(), wingtip_toys(), payload());
        journal.save_draft(&adele(), &id, &form, DraftSummary::default()).await.unwrap();
        let intent = Intent { form: &form, payload: &payload, reseller_name: None };
        journal.begin(&adele(), &id, intent).await.unwrap().attempt().lease().clone()
    }

    #[tokio::test]
    async fn what_is_worked_on_is_kept_alive_and_left_alone_when_the_work_has_ended() {
        let (clock, ambient) = ambient();
        let journal = journal(&ambient).await;
        let leases = Leases::new(journal.clone());
        // More than one statement has.
        let mut work = Vec::new();
        for id in 0..150 {
            work.push(leases.hold(&begin(&journal, id).await));
        }
        for _ in 0..5 {
            clock.advance(SignedDuration::from_secs(20));
            leases.renew().await;
            assert_eq!(journal.due(1000).await.unwrap(), []);
        }
        work.truncate(1);
        clock.advance(SignedDuration::from_secs(20));
        leases.renew().await;
        clock.advance(SignedDuration::from_secs(20));
        assert_eq!(journal.due(1000).await.unwrap().len(), 149);
        drop(work);
        assert_eq!(leases.count(), 0);
    }

    #[tokio::test]
    async fn one_task_renews_them_all_and_ends_when_there_is_none() {
        let (_, ambient) = ambient();
        let journal = journal(&ambient).await;
        let (one, other) = (begin(&journal, 1).await, begin(&journal, 2).await);
        let leases = Leases::new(journal);
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        // What the database has begun comes to its end first.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let before = tasks();
        let work = [leases.hold(&one), leases.hold(&other)];
        assert_eq!(tasks(), before + 1);
        tokio::task::yield_now().await;
        assert_eq!(tasks(), before + 1, "it stays");
        assert!(!lock(&leases.held).is_idle());
        assert!(lock(&leases.held).renewed);
        drop(work);
        assert!(lock(&leases.held).is_idle());
        assert!(!lock(&leases.held).renewed, "the next one begins anew");
    }

    #[tokio::test]
    async fn what_somebody_else_has_taken_over_is_not_renewed_again() {
        let (clock, ambient) = ambient();
        let journal = journal(&ambient).await;
        let leases = Leases::new(journal.clone());
        let slow = begin(&journal, 1).await;
        let overtaken = leases.hold(&slow);
        clock.advance(SignedDuration::from_secs(31));
        let taken = journal.take(slow.id()).await.unwrap();
        leases.renew().await;
        assert_eq!(leases.count(), 0);
        // In the same process the two are told apart, too.
        let _taken = leases.hold(taken.work.lease());
        drop(overtaken);
        assert_eq!(leases.count(), 1);
    }
}
