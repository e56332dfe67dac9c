//! Finishes what was begun, whoever began it: a row whose process died, whose answer was lost, whose time to be sent
//! has come, whose owner has signed in again, or whose tenant has not been read back. On several processes one of them
//! takes it.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::{Provisioning, schedule};
use crate::{
    clock::{self, SignedDuration, Timestamp},
    domain::PersonKey,
    entra::TokenError,
    journal::{Committed, Failure, Held, JournalError, Reason, Taken, Work},
};

/// A token, or why there is none.
pub(super) type Token = Result<SecretString, TokenError>;

/// How often it looks for what is due: one query by three indexes.
const TICK: Duration = Duration::from_secs(1);

/// Onboardings that it works on at once.
pub(super) const AT_ONCE: usize = 64;

impl Provisioning {
    /// Completes what is due until told to stop.
    pub async fn keep_completing(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = clock::sleep(TICK) => {}
            }
            if let Err(error) = self.complete().await {
                tracing::error!(%error, "what is due could not be looked for");
            }
        }
    }

    /// Takes up what is due and works on it in tasks of their own. Returns how many.
    pub async fn complete(&self) -> Result<usize, JournalError> {
        let mut taken = 0;
        for id in self.journal.due(self.at_once.available_permits()).await? {
            let Ok(permit) = Arc::clone(&self.at_once).try_acquire_owned() else { break };
            let started = self.ambient.now();
            match self.journal.take(&id).await {
                Ok(work) => {
                    crash_point!(AfterTakingOver);
                    self.work_on(work, started, Some(permit));
                    taken += 1;
                }
                // Somebody else was faster, or has finished it.
                Err(JournalError::Conflict | JournalError::NotFound) => {}
                Err(error) => tracing::error!(onboarding.id = %id, %error, "an onboarding could not be taken up"),
            }
        }
        Ok(taken)
    }

    /// Works on an onboarding in a task of its own, and shows signs of life meanwhile.
    pub(super) fn work_on(&self, taken: Taken, started: Timestamp, permit: Option<OwnedSemaphorePermit>) {
        let this = self.clone();
        let held = self.leases.hold(taken.work.lease());
        self.tasks.spawn(async move {
            let (_permit, _held) = (permit, held);
            this.advance(taken, started).await;
        });
    }

    async fn advance(&self, Taken { work, person, was_parked }: Taken, started: Timestamp) {
        let id = work.lease().id().clone();
        if was_parked {
            // The token at hand is the one that was refused.
            self.tokens.discard(&person);
        }
        // Whatever this comes to may bring a password, which has to be sealed.
        let token = match self.credentials.can_seal() {
            Ok(()) => self.tokens.access_token(&person).await,
            Err(error) => Err(TokenError::Store(error.to_string())),
        };
        let done = match work {
            Work::Send(committed) => self.send_late(token, committed, started).await,
            Work::FindOut(doubtful) => self.find_out(token, &doubtful).await,
            Work::Verify(unverified) => self.read_back(token, &unverified).await,
        };
        match done {
            Ok(()) => {}
            Err(JournalError::Conflict) => {
                tracing::warn!(onboarding.id = %id, "somebody else has gone on with an onboarding meanwhile");
            }
            // The lease ends, and the next one takes it up.
            Err(error) => tracing::error!(onboarding.id = %id, %error, "a step of an onboarding could not be stored"),
        }
    }

    /// Sends what was committed and never sent with an effect.
    async fn send_late(&self, token: Token, committed: Committed, started: Timestamp) -> Result<(), JournalError> {
        match token {
            Ok(token) => self.attempt(&token, committed, started).await,
            Err(TokenError::SignInAgain | TokenError::NotConnected) => {
                let reason = self.whose_move(committed.attempt().owner());
                self.journal.park(committed.held(), &reason.into()).await?;
            }
            Err(error) => {
                tracing::warn!(%error, "an onboarding waits for a token");
                self.postpone(committed.held(), &Reason::NotSent.into(), None).await?;
            }
        }
        Ok(())
    }

    /// Nothing came of it: it is sent again later; after a `Retry-After` beyond all patience, when a person says so.
    pub(super) async fn postpone(
        &self,
        held: Held<'_>,
        failure: &Failure,
        asked: Option<SignedDuration>,
    ) -> Result<(), JournalError> {
        if asked.is_some_and(|asked| asked > schedule::LONGEST_WAIT) {
            return self.journal.park(held, failure).await;
        }
        let at = schedule::next(&self.ambient, schedule::SENDS, held.attempts(), asked);
        self.journal.postpone(held, failure, at).await
    }

    /// Why an onboarding stands still without a good token, by whose token it would be.
    pub(super) fn whose_move(&self, owner: &PersonKey) -> Reason {
        if self.tokens.is_borrowed(owner) { Reason::NotConnected } else { Reason::SignInAgain }
    }
}

/// The places of those who are worked on.
pub(super) fn places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}
