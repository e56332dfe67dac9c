//! From a committed intent to its outcome. Runs beside the request that asked for it, and outlives it.

use std::time::Duration;

use secrecy::SecretString;

use super::{Provisioning, reconcile::reseller_sent};
use crate::{
    clock::{self, SignedDuration, Timestamp},
    credentials::{CredentialsError, NewCredential},
    database::DatabaseError,
    journal::{Attempt, Committed, EvidenceRecord, Failure, JournalError, Reason, Sending},
    partner_center::{CallIds, CreatedCustomer, LostAnswer, PartnerCenterError, Refusal},
};

/// The client's own attempts of one create are as many as a minute may have; until it is over nobody asks again.
const ATTEMPTS_OF_A_MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// Pauses before the portal's own store is tried again with an outcome in hand: the password in it cannot be had a
/// second time, so a full disk or a restarting database gets some minutes.
const STORE_PAUSES: [Duration; 8] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_mins(1),
    Duration::from_mins(2),
];

/// Name of the administrator that Partner Center makes, for an answer that brings a password without a name.
const ADMINISTRATOR: &str = "admin";

type Answer = Result<CreatedCustomer, PartnerCenterError>;

/// What came of a create.
#[derive(Clone, Copy)]
pub(super) enum Outcome<'a> {
    /// A tenant, and what it was found by if no answer brought it.
    Created(&'a CreatedCustomer, Option<&'a EvidenceRecord>),
    /// None, after so long.
    Failed(&'a PartnerCenterError, SignedDuration),
}

/// Why an outcome is not stored yet.
#[derive(Debug, thiserror::Error)]
enum StoreError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Provisioning {
    /// Sends a committed intent in a task of its own; `started` is when its commit began.
    pub(super) fn send(&self, token: SecretString, committed: Committed, started: Timestamp) {
        let this = self.clone();
        let held = self.leases.hold(committed.attempt().lease());
        self.tasks.spawn(async move {
            let _held = held;
            this.attempt(&token, committed, started).await;
        });
    }

    /// Sends what was committed, and stores what comes of it.
    pub(super) async fn attempt(&self, token: &SecretString, committed: Committed, started: Timestamp) {
        match self.journal.mark_sending(committed).await {
            Ok(sending) => {
                crash_point!(BeforeSend);
                let asked = self.ambient.now();
                let answer = self.call(token, sending.attempt()).await;
                crash_point!(AfterAnswer);
                let answered = self.ambient.now();
                log(sending.attempt(), &answer);
                let upstream = answered.duration_since(asked);
                let outcome = match &answer {
                    Ok(created) => Outcome::Created(created, None),
                    Err(error) => Outcome::Failed(error, upstream),
                };
                self.conclude(&sending, outcome).await;
                let own = self.ambient.now().duration_since(started) - upstream;
                tracing::info!(
                    onboarding.id = %sending.attempt().id(),
                    upstream_ms = i64::try_from(upstream.as_millis()).unwrap_or(i64::MAX),
                    own_us = i64::try_from(own.as_micros()).unwrap_or(i64::MAX),
                    "an onboarding was concluded"
                );
            }
            // Nothing has been sent; when the lease ends somebody else takes it up.
            Err(error) => tracing::error!(%error, "an onboarding could not be marked as being sent"),
        }
    }

    async fn call(&self, token: &SecretString, attempt: &Attempt) -> Answer {
        let (customer, suffix) = (attempt.payload().customer(), attempt.payload().domain_suffix());
        self.partner_center.create_customer(token, &call_ids(attempt), customer, suffix).await
    }

    /// Stores an outcome, and does not give up soon: what is in hand cannot be had a second time.
    pub(super) async fn conclude(&self, sending: &Sending, outcome: Outcome<'_>) {
        let id = sending.attempt().id();
        for pause in STORE_PAUSES {
            match self.store(sending, outcome).await {
                Ok(()) => return,
                Err(StoreError::Journal(JournalError::Conflict)) => {
                    tracing::error!(onboarding.id = %id, "the outcome was not stored: another one stands already");
                    return;
                }
                Err(error) => {
                    tracing::error!(onboarding.id = %id, %error, "the outcome could not be stored; trying again");
                    clock::sleep(pause).await;
                }
            }
        }
        tracing::error!(onboarding.id = %id, "the outcome could not be stored and is lost; it will be looked for");
    }

    async fn store(&self, sending: &Sending, outcome: Outcome<'_>) -> Result<(), StoreError> {
        match outcome {
            Outcome::Created(created, evidence) => self.store_created(sending, created, evidence).await,
            Outcome::Failed(error, took) => Ok(self.store_failure(sending, error, took).await?),
        }
    }

    async fn store_failure(
        &self,
        sending: &Sending,
        error: &PartnerCenterError,
        took: SignedDuration,
    ) -> Result<(), JournalError> {
        match error {
            PartnerCenterError::Refused(refusal) => {
                self.learn(sending.attempt(), refusal).await;
                self.journal.finish_rejected(sending, &refused(refusal, Reason::Refused)).await
            }
            PartnerCenterError::Unauthorized { refusal, .. } => {
                let reason = self.whose_move(sending.attempt().owner());
                self.journal.park(sending.held(), &refused(refusal, reason)).await
            }
            PartnerCenterError::Throttled { retry_after } => {
                let failure = Failure { status: Some(429), ..Failure::because(Reason::Throttled) };
                self.postpone(sending.held(), &failure, *retry_after).await
            }
            PartnerCenterError::Lost(_) if planted!(LostIsRefused) => {
                self.journal.finish_rejected(sending, &Reason::Refused.into()).await
            }
            PartnerCenterError::Lost(lost_answer) => {
                // As many calls as a minute may have were made; unless they took that long.
                let rest = (ATTEMPTS_OF_A_MINUTE - took).max(SignedDuration::ZERO);
                let now = self.ambient.now();
                let at = now.saturating_add(rest).unwrap_or(now);
                self.journal.mark_unknown(sending, &lost(lost_answer), at).await
            }
        }
    }

    /// The tenant and its sealed password, both or neither.
    async fn store_created(
        &self,
        sending: &Sending,
        created: &CreatedCustomer,
        evidence: Option<&EvidenceRecord>,
    ) -> Result<(), StoreError> {
        let intent = sending.attempt();
        let failure = names_another_reseller(intent, created).then_some(Reason::ResellerDiffers);
        let credential = created.password.as_ref().map(|password| NewCredential {
            user_name: full_user_name(created.user_name.as_deref(), &intent.payload().domain()),
            password,
        });
        let mut tx = self.journal.transaction().await?;
        match evidence {
            Some(evidence) => self.journal.finish_found(&mut tx, sending, &created.id, evidence).await?,
            None => {
                self.journal.finish_created(&mut tx, sending, &created.id, created.ms_cv.as_deref(), failure).await?
            }
        };
        if planted!(SealApart) {
            tx.commit().await.map_err(DatabaseError::from)?;
            tx = self.journal.transaction().await?;
        }
        crash_point!(BeforeSeal);
        self.credentials.seal(&mut tx, intent.id(), intent.owner(), credential.as_ref()).await?;
        crash_point!(BeforeOutcome);
        tx.commit().await.map_err(DatabaseError::from)?;
        crash_point!(AfterOutcome);
        Ok(())
    }
}

/// Under which ids an onboarding is sent, each time.
pub(super) fn call_ids(attempt: &Attempt) -> CallIds {
    CallIds { request_id: attempt.request_id().clone(), correlation_id: attempt.correlation_id().clone() }
}

/// Whether the answer names another reseller than was sent. That it names none says nothing yet: the tenant is read back.
fn names_another_reseller(intent: &Attempt, created: &CreatedCustomer) -> bool {
    let sent = reseller_sent(intent.payload().customer().sold_by());
    created.associated_partner_id.as_ref().is_some_and(|named| Some(named) != sent)
}

/// `admin` becomes `admin@contoso.onmicrosoft.com`; a name in full stays.
fn full_user_name(name: Option<&str>, domain: &str) -> String {
    match name {
        Some(full) if full.contains('@') => full.to_owned(),
        name => [name.unwrap_or(ADMINISTRATOR), "@", domain].concat(),
    }
}

pub(super) fn refused(refusal: &Refusal, reason: Reason) -> Failure {
    let Refusal { status, code, field, ms_cv, .. } = refusal.clone();
    Failure { status: Some(status), code, field, ms_cv, reason }
}

/// An answer that cannot be used, with what Microsoft's support asks for.
pub(super) fn lost(answer: &LostAnswer) -> Failure {
    let LostAnswer { status, ms_cv, .. } = answer.clone();
    Failure { status, ms_cv, ..Failure::because(Reason::LostAnswer) }
}

/// One line for each outcome, with the ids that Microsoft's support asks for; a token or a password has no way into it.
pub(super) fn log(intent: &Attempt, answer: &Answer) {
    let (onboarding, request, correlation) = (intent.id(), intent.request_id(), intent.correlation_id());
    match answer {
        Ok(created) => tracing::info!(
            onboarding.id = %onboarding,
            ms.request_id = %request,
            ms.correlation_id = %correlation,
            customer.id = %created.id,
            customer.has_password = created.password.is_some(),
            reseller.differs = names_another_reseller(intent, created),
            "the customer was created"
        ),
        Err(error) => tracing::warn!(
            onboarding.id = %onboarding,
            ms.request_id = %request,
            ms.correlation_id = %correlation,
            ms.cv = refusal_of(error).and_then(|refusal| refusal.ms_cv.as_deref()),
            ms.description = refusal_of(error).and_then(|refusal| refusal.description.as_deref()),
            %error,
            "the customer was not created, or it is not known"
        ),
    }
}

fn refusal_of(error: &PartnerCenterError) -> Option<&Refusal> {
    match error {
        PartnerCenterError::Refused(refusal) | PartnerCenterError::Unauthorized { refusal, .. } => Some(refusal),
        PartnerCenterError::Throttled { .. } | PartnerCenterError::Lost(_) => None,
    }
}
