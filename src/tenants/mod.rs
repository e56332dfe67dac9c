//! A tenant after it was created: what Partner Center says of it, its customer agreement, a new first password.
//!
//! Looking changes nothing and is shared between those who look. What changes something is an [`Act`]: an intent under ids
//! of its own, committed before Microsoft is asked, whose outcome is stored or is said not to be known.

mod acts;
mod agreement;
mod compare;
mod live;
mod password;
mod reset;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use jiff::{civil::Date, tz::TimeZone};
use secrecy::SecretString;
use tokio_util::task::TaskTracker;

use self::{acts::Acts, live::LiveCache};
pub use self::{
    acts::{Act, ActFailure, ActKind, ActState, Hindrance},
    agreement::{AgreementContent, may_attest},
    compare::{Compared, Finding, Subject, compare},
    live::{LiveTenant, NotTold, Told},
    reset::{PasswordContent, ReasonProblem, may_set_password},
};
use crate::{
    audit::{self, Actor, Audit, AuditError, Entry},
    clock::{self, Ambient},
    config::{Cloud, PasswordReset},
    credentials::{CredentialStore, CredentialsError},
    database::{Database, DatabaseError},
    domain::{AcceptanceErrors, CustomerId, Operator},
    entra::TokenError,
    journal::{Happening, Journal, JournalError, Onboarding},
    keyring::Keyring,
    partner_center::{PartnerCenter, PartnerCenterError},
    provisioning::TokenSource,
};

/// How long a request waits for an act; the act goes on without it, and the page says how far it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pauses before an outcome without a secret is stored again; what is not stored at last counts as not known.
const STORE_PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(2), Duration::from_secs(10)];

/// Why something was not done with a tenant.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// Some fields need attention.
    #[error("some fields need attention")]
    Unacceptable(AcceptanceErrors),
    /// The reason needs attention.
    #[error("the reason needs attention")]
    Unreasonable(ReasonProblem),
    /// There is no tenant yet.
    #[error("not created yet")]
    NotCreated,
    /// The same form was sent before, with another content.
    #[error("sent already with another content")]
    SentOtherwise,
    /// Another act of its kind is under way.
    #[error("another one is under way")]
    UnderWay,
    /// There is nothing to find out (any more).
    #[error("settled already")]
    Settled,
    /// The person's role, or the cloud, does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// The person has to sign in again.
    #[error("sign in again")]
    SignInAgain,
    /// Microsoft cannot be reached or does not answer as agreed.
    #[error("upstream: {0}")]
    Upstream(String),
    /// The portal's own tokens.
    #[error("not ready: {0}")]
    NotReady(String),
    /// The onboarding.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The credentials: not lost, or their keys are missing.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The acts.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It could not be recorded in the audit, and did not happen.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

impl From<sqlx::Error> for TenantError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<TokenError> for TenantError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::SignInAgain => Self::SignInAgain,
            TokenError::Unavailable | TokenError::NotConnected => Self::Upstream(error.to_string()),
            TokenError::Store(_) => Self::NotReady(error.to_string()),
        }
    }
}

impl From<PartnerCenterError> for TenantError {
    fn from(error: PartnerCenterError) -> Self {
        match error {
            PartnerCenterError::Unauthorized { .. } => Self::SignInAgain,
            _ => Self::Upstream(error.to_string()),
        }
    }
}

/// Tenants. Cheap to clone; all clones share what was told lately and what is under way.
#[derive(Clone)]
pub struct Tenants {
    journal: Journal,
    credentials: CredentialStore,
    acts: Acts,
    audit: Audit,
    tokens: Arc<dyn TokenSource>,
    partner_center: PartnerCenter,
    cloud: Cloud,
    password_reset: PasswordReset,
    ambient: Ambient,
    live: LiveCache,
    tasks: TaskTracker,
}

/// What [`Tenants`] is made of.
pub struct TenantsParts {
    /// Where acts are stored.
    pub database: Database,
    /// What the end of the audit is sealed with.
    pub keyring: Keyring,
    /// Onboardings.
    pub journal: Journal,
    /// Admin credentials.
    pub credentials: CredentialStore,
    /// Where tokens come from.
    pub tokens: Arc<dyn TokenSource>,
    /// The client.
    pub partner_center: PartnerCenter,
    /// Decides what there is.
    pub cloud: Cloud,
    /// Who may set a new first password.
    pub password_reset: PasswordReset,
    /// Time and randomness.
    pub ambient: Ambient,
}

impl Tenants {
    /// Over these parts.
    pub fn new(parts: TenantsParts) -> Self {
        let TenantsParts {
            database,
            keyring,
            journal,
            credentials,
            tokens,
            partner_center,
            cloud,
            password_reset,
            ambient,
        } = parts;
        Self {
            audit: Audit::new(database.clone(), keyring, ambient.clone()),
            acts: Acts::new(database, ambient.clone()),
            journal,
            credentials,
            tokens,
            partner_center,
            cloud,
            password_reset,
            ambient,
            live: LiveCache::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Whether acceptances of the customer agreement can be recorded in this cloud.
    pub fn has_agreements(&self) -> bool {
        self.cloud.has_agreements()
    }

    /// The day in UTC, in which Microsoft reads the day of an acceptance.
    pub fn today(&self) -> Date {
        self.ambient.now().to_zoned(TimeZone::UTC).date()
    }

    /// What Partner Center said of a tenant within the last minutes, if somebody has asked. Neither asks nor waits.
    pub fn known(&self, onboarding: &Onboarding) -> Option<LiveTenant> {
        self.live.peek(onboarding.customer_id.as_ref()?, self.ambient.now())
    }

    /// What Partner Center says of a tenant, a minute old at most; `again`: ten seconds. `None` before there is a tenant.
    ///
    /// An [`Onboarding`] in hand is the proof that `viewer` may see it. That Microsoft could not be asked is an answer.
    pub async fn live(&self, viewer: &Operator, onboarding: &Onboarding, again: bool) -> Option<LiveTenant> {
        let customer = onboarding.customer_id.as_ref()?;
        let ask = async {
            let asked_at = self.ambient.now();
            match self.token(viewer).await {
                Ok(token) => LiveTenant::ask(&self.partner_center, self.cloud, &token, customer, asked_at).await,
                Err(TokenError::SignInAgain) => LiveTenant::nothing(asked_at, NotTold::SignInAgain),
                Err(TokenError::NotConnected) => LiveTenant::nothing(asked_at, NotTold::NoRole),
                Err(_) => LiveTenant::nothing(asked_at, NotTold::Unreachable),
            }
        };
        Some(self.live.get(&self.ambient, customer, again, ask).await)
    }

    /// With whose token Microsoft is asked about a tenant: the one place that decides it. It is the person's own, so that
    /// Partner Center's rules for that person hold here too; for a reseller's people it is that of the connected account.
    async fn token(&self, operator: &Operator) -> Result<SecretString, TokenError> {
        self.tokens.access_token(&operator.key).await
    }

    /// Carries an act out beside the request that asked for it, and waits for it for a while.
    async fn carry_out(&self, act: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(act);
        // Whoever hangs up, or waits for too long, ends nothing.
        let _ = tokio::time::timeout(clock::machine_time(PATIENCE), task).await;
    }

    /// Stores an outcome that holds no secret.
    async fn conclude(&self, errand: &Errand, state: ActState, failure: Option<&ActFailure>) {
        for pause in STORE_PAUSES {
            match self.store(errand, state, failure).await {
                Ok(()) => return self.live.forget(&errand.customer),
                Err(error) => {
                    tracing::error!(onboarding.id = %errand.act.onboarding, %error, "an outcome could not be stored");
                    clock::sleep(pause).await;
                }
            }
        }
    }

    async fn store(&self, errand: &Errand, state: ActState, failure: Option<&ActFailure>) -> Result<(), TenantError> {
        let act = &errand.act;
        let mut tx = self.acts.transaction().await?;
        if !self.acts.finish(&mut tx, act, state, failure).await? {
            return Ok(());
        }
        if state == ActState::Done && act.kind == ActKind::Agreement {
            self.journal.note(&mut tx, &act.onboarding, Happening::AgreementRecorded, &act.actor_name).await?;
        }
        self.audit.record(&mut tx, &errand.outcome(state, failure)).await?;
        Ok(tx.commit().await?)
    }

    /// Waits until nothing is under way any more; for the end of the process.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// An act on its way to Microsoft: for whom, about which tenant, with whose token.
struct Errand {
    act: Act,
    operator: Operator,
    customer: CustomerId,
    token: SecretString,
}

impl Errand {
    /// What the audit says when it begins.
    fn beginning<'a>(act: &'a Act, operator: &'a Operator) -> Entry<'a> {
        let (what, detail) = match act.kind {
            ActKind::Agreement => (audit::Act::AttestAgreement, act.agreement().map(|content| content.in_words())),
            ActKind::Password => (audit::Act::AskForPassword, act.reason()),
        };
        entry(Entry::done(what, Actor::Operator(operator)), act).with_detail(detail.unwrap_or_default())
    }

    /// What the audit says of its outcome.
    fn outcome(&self, state: ActState, failure: Option<&ActFailure>) -> Entry<'_> {
        let actor = Actor::Operator(&self.operator);
        let what = match self.act.kind {
            ActKind::Agreement => audit::Act::RecordAgreement,
            ActKind::Password => audit::Act::SetPassword,
        };
        let outcome = match (state, failure) {
            (ActState::Done, _) => Entry::done(what, actor),
            (_, Some(failure)) => Entry::refused(what, actor, failure.in_words()),
            (_, None) => Entry::refused(what, actor, "unknown"),
        };
        entry(outcome, &self.act)
    }
}

fn entry<'a>(entry: Entry<'a>, act: &'a Act) -> Entry<'a> {
    entry.on_onboarding(&act.onboarding).under(&act.request_id, &act.correlation_id)
}
