//! From a committed intent to its outcome. Runs beside the request that asked for it, and outlives it.

use std::time::Duration;

use secrecy::SecretString;

use super::Provisioning;
use crate::{
    clock::{self, Timestamp},
    credentials::{CredentialsError, NewCredential},
    database::DatabaseError,
    domain::SoldBy,
    journal::{Committed, Failure, JournalError, Lease, Sending, reason},
    partner_center::{CallIds, CreatedCustomer, PartnerCenterError, Refusal},
};

/// How often a sender says that it is alive; the lease outlasts two of them that fail.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

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
        self.tasks.spawn(async move {
            let lease = committed.lease().clone();
            tokio::select! {
                () = this.attempt(&token, committed, started) => {}
                () = this.keep_alive(&lease) => {}
            }
        });
    }

    /// Never ends; the attempt beside it does.
    async fn keep_alive(&self, lease: &Lease) {
        loop {
            clock::sleep(SIGN_OF_LIFE).await;
            if let Err(error) = self.journal.renew(lease).await {
                tracing::warn!(%error, "the lease of an onboarding could not be renewed");
            }
        }
    }

    async fn attempt(&self, token: &SecretString, committed: Committed, started: Timestamp) {
        match self.journal.mark_sending(committed).await {
            Ok(sending) => {
                crash_point!(BeforeSend);
                let asked = self.ambient.now();
                let answer = self.call(token, sending.intent()).await;
                crash_point!(AfterAnswer);
                let answered = self.ambient.now();
                log(sending.intent(), &answer);
                self.conclude(&sending, &answer).await;
                let upstream = answered.duration_since(asked);
                let own = self.ambient.now().duration_since(started) - upstream;
                tracing::info!(
                    onboarding.id = %sending.intent().id(),
                    upstream_ms = i64::try_from(upstream.as_millis()).unwrap_or(i64::MAX),
                    own_us = i64::try_from(own.as_micros()).unwrap_or(i64::MAX),
                    "an onboarding was concluded"
                );
            }
            // Nothing has been sent; when the lease ends the onboarding says so.
            Err(error) => tracing::error!(%error, "an onboarding could not be marked as being sent"),
        }
    }

    async fn call(&self, token: &SecretString, intent: &Committed) -> Answer {
        let ids = CallIds { request_id: intent.request_id().clone(), correlation_id: intent.correlation_id().clone() };
        let (customer, suffix) = (intent.payload().customer(), intent.payload().domain_suffix());
        if intent.is_in_doubt() {
            self.partner_center.repeat_create_customer(token, &ids, customer, suffix).await
        } else {
            self.partner_center.create_customer(token, &ids, customer, suffix).await
        }
    }

    /// Stores the outcome, and does not give up soon.
    async fn conclude(&self, sending: &Sending, answer: &Answer) {
        let id = sending.intent().id();
        for pause in STORE_PAUSES {
            match self.store(sending, answer).await {
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
        tracing::error!(onboarding.id = %id, "the outcome could not be stored and is lost; resume the onboarding");
    }

    async fn store(&self, sending: &Sending, answer: &Answer) -> Result<(), StoreError> {
        match answer {
            Ok(created) => self.store_created(sending, created).await?,
            Err(PartnerCenterError::Refused(refusal)) => {
                self.journal.finish_rejected(sending, &refused(refusal, reason::REFUSED)).await?;
            }
            Err(PartnerCenterError::Unauthorized { refusal, .. }) => {
                let failure = refused(refusal, reason::SIGN_IN_AGAIN);
                self.journal.mark_needs_attention(sending.intent(), &failure).await?;
            }
            Err(PartnerCenterError::Throttled { .. }) => {
                let failure = Failure { status: Some(429), ..Failure::because(reason::THROTTLED) };
                self.journal.mark_needs_attention(sending.intent(), &failure).await?;
            }
            Err(PartnerCenterError::Lost(_)) if planted!(LostIsRefused) => {
                self.journal.finish_rejected(sending, &Failure::because(reason::REFUSED)).await?;
            }
            Err(PartnerCenterError::Lost(_)) => {
                self.journal.mark_unknown(sending, &Failure::because(reason::LOST_ANSWER)).await?;
            }
        }
        Ok(())
    }

    /// The tenant and its sealed password, both or neither.
    async fn store_created(&self, sending: &Sending, created: &CreatedCustomer) -> Result<(), StoreError> {
        let intent = sending.intent();
        let failure = reseller_differs(intent, created).then(|| Failure::because(reason::RESELLER_DIFFERS));
        let credential = created.password.as_ref().map(|password| NewCredential {
            user_name: full_user_name(created.user_name.as_deref(), &intent.payload().domain()),
            password,
        });
        let mut tx = self.journal.transaction().await?;
        self.journal.finish_created(&mut tx, sending, &created.id, failure.as_ref()).await?;
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

/// Whether Partner Center confirms another reseller than was sent, or none, or one where none was sent.
fn reseller_differs(intent: &Committed, created: &CreatedCustomer) -> bool {
    let sent = match intent.payload().customer().sold_by() {
        SoldBy::Reseller(id) => Some(id),
        SoldBy::Direct => None,
    };
    sent != created.associated_partner_id.as_ref()
}

/// `admin` becomes `admin@contoso.onmicrosoft.com`; a name in full stays.
fn full_user_name(name: Option<&str>, domain: &str) -> String {
    match name {
        Some(full) if full.contains('@') => full.to_owned(),
        name => [name.unwrap_or(ADMINISTRATOR), "@", domain].concat(),
    }
}

fn refused(refusal: &Refusal, reason: &str) -> Failure {
    Failure {
        status: Some(refusal.status),
        code: refusal.code.clone(),
        ms_cv: refusal.ms_cv.clone(),
        reason: reason.to_owned(),
    }
}

/// One line for each outcome, with the ids that Microsoft's support asks for; a token or a password has no way into it.
fn log(intent: &Committed, answer: &Answer) {
    let (onboarding, request, correlation) = (intent.id(), intent.request_id(), intent.correlation_id());
    match answer {
        Ok(created) => tracing::info!(
            onboarding.id = %onboarding,
            ms.request_id = %request,
            ms.correlation_id = %correlation,
            customer.id = %created.id,
            customer.has_password = created.password.is_some(),
            reseller.differs = reseller_differs(intent, created),
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
