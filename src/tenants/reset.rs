//! A new first password for the administrator of a tenant, where the first one is lost.
//!
//! The intent is committed before Microsoft is asked. The password is of the portal's making and exists in memory alone
//! until Microsoft has accepted it; then it is sealed in the transaction that records the outcome. An answer that was lost
//! leaves a password that may hold and that nobody has: the page says so, and setting another one ends the doubt.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    ActFailure, ActKind, ActState, Errand, Hindrance, TenantError, Tenants,
    acts::{Act, Begun},
    agreement::created,
    password,
};
use crate::{
    audit::AuditError,
    clock,
    config::PasswordReset,
    credentials::{CredentialsError, NewCredential},
    database::DatabaseError,
    domain::{ActId, OnboardingId, Operator, PersonKey, Role, Side},
    journal::{Happening, JournalError, Onboarding},
    partner_center::PartnerCenterError,
};

/// Characters of a reason: enough to say something, and no more than a page shows.
const REASON: std::ops::RangeInclusive<usize> = 5..=500;

/// Name of the administrator that Partner Center makes with a tenant.
const ADMINISTRATOR: &str = "admin";

/// Pauses before the portal's own store is tried again with a password in hand that Microsoft has accepted.
const STORE_PAUSES: [Duration; 6] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_mins(1),
];

/// What an act of this kind stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordContent {
    /// Why it was set anew, in the words of whoever did.
    pub reason: String,
}

/// What is wrong with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonProblem {
    /// There is none, or none worth the name.
    TooShort,
    /// More than a page shows.
    TooLong,
}

impl Act {
    /// Why a password was set anew; `None` for acts of another kind.
    pub fn reason(&self) -> Option<String> {
        let content = serde_json::from_str::<PasswordContent>(&self.content).ok();
        content.filter(|_| self.kind == ActKind::Password).map(|content| content.reason)
    }
}

/// Whether a person may set a new first password: administrators; where the setting says so, account managers for what
/// they have onboarded themselves.
pub fn may_set_password(person: &Operator, owner: &PersonKey, right: PasswordReset) -> bool {
    match person.side {
        Side::Provider(Role::Admin) => true,
        Side::Provider(Role::AccountManager) => right == PasswordReset::Owners && person.key == *owner,
        Side::Provider(Role::Support) | Side::Reseller(_) => false,
    }
}

impl Tenants {
    /// Whether `operator` may set a new first password for the administrator of this tenant.
    pub fn may_set_password(&self, operator: &Operator, onboarding: &Onboarding) -> bool {
        self.cloud.has_password_reset() && may_set_password(operator, &onboarding.owner, self.password_reset)
    }

    /// The attempts to set a new first password, newest first.
    pub async fn password_acts(&self, onboarding: &Onboarding) -> Result<Vec<Act>, TenantError> {
        Ok(self.acts.of(onboarding, ActKind::Password).await?)
    }

    /// Sets a new first password and seals it like the first one. The same form once more begins nothing.
    pub async fn set_password(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        act: &ActId,
        reason: &str,
    ) -> Result<(), TenantError> {
        let onboarding = self.journal.find(operator, id).await?;
        if !self.may_set_password(operator, &onboarding) {
            return Err(TenantError::Forbidden);
        }
        let customer = created(&onboarding)?;
        let content = PasswordContent { reason: parse_reason(reason).map_err(TenantError::Unreasonable)? };
        // A password that cannot be sealed is not made: nobody would ever see it.
        self.credentials.can_seal()?;
        let token = self.token(operator).await?;
        let json = serde_json::to_string(&content).unwrap_or_default();
        let mut tx = self.acts.transaction().await?;
        match self.acts.begin(&mut tx, operator, &onboarding, (act, ActKind::Password, &json)).await? {
            Begun::Now(act) => {
                self.credentials.require_lost(&mut tx, id).await?;
                self.audit.record(&mut tx, &Errand::beginning(&act, operator)).await?;
                tx.commit().await?;
                let sign_in_name = [ADMINISTRATOR, "@", &onboarding.domain].concat();
                let (this, errand) = (self.clone(), Errand { act: *act, operator: operator.clone(), customer, token });
                self.carry_out(async move { this.send_password(&errand, sign_in_name).await }).await;
                Ok(())
            }
            Begun::Before => Ok(()),
            Begun::Otherwise => Err(TenantError::SentOtherwise),
            Begun::UnderWay => Err(TenantError::UnderWay),
        }
    }

    /// Looks the administrator up and sets the password; what each answer proves is the whole matter.
    async fn send_password(&self, errand: &Errand, sign_in_name: String) {
        let Errand { act, customer, token, .. } = errand;
        // A look-up changes nothing, so whatever goes wrong with it is a definite no.
        let user = match self.partner_center.once().customer_user(token, customer, &sign_in_name).await {
            Ok(Some(user)) => user,
            Ok(None) => return self.not_set(errand, ActFailure::because(Hindrance::NoSuchUser)).await,
            Err(PartnerCenterError::Lost(_)) => {
                return self.not_set(errand, ActFailure::because(Hindrance::Unreachable)).await;
            }
            Err(error) => return self.not_set(errand, failure_of(&error)).await,
        };
        let password = password::make(&self.ambient);
        match self.partner_center.set_password(token, &act.call_ids(), customer, &user, &password).await {
            Ok(()) => self.keep(errand, &NewCredential { user_name: sign_in_name, password: &password }).await,
            Err(error @ PartnerCenterError::Lost(_)) => {
                tracing::warn!(onboarding.id = %act.onboarding, %error, "it is not known if a new password was set");
                self.conclude(errand, ActState::Unknown, Some(&failure_of(&error))).await;
            }
            Err(error) => self.not_set(errand, failure_of(&error)).await,
        }
    }

    async fn not_set(&self, errand: &Errand, failure: ActFailure) {
        tracing::warn!(
            onboarding.id = %errand.act.onboarding,
            ms.request_id = %errand.act.request_id,
            ms.correlation_id = %errand.act.correlation_id,
            ms.cv = failure.ms_cv.as_deref(),
            failure = failure.in_words(),
            "no new password was set"
        );
        self.conclude(errand, ActState::Refused, Some(&failure)).await;
    }

    /// Stores the password that Microsoft has accepted, and does not give up soon: it cannot be had a second time.
    async fn keep(&self, errand: &Errand, credential: &NewCredential<'_>) {
        let act = &errand.act;
        for pause in STORE_PAUSES {
            match self.seal_and_record(errand, credential).await {
                Ok(true) => {
                    tracing::info!(onboarding.id = %act.onboarding, "a new first password was set and sealed");
                    return;
                }
                Ok(false) => {
                    tracing::error!(onboarding.id = %act.onboarding, "a new password was not kept: its act is over");
                    return;
                }
                Err(error) => {
                    tracing::error!(onboarding.id = %act.onboarding, %error, "a new password could not be stored");
                    clock::sleep(pause).await;
                }
            }
        }
        tracing::error!(onboarding.id = %act.onboarding, "a new password is lost; another one has to be set");
    }

    /// The sealed password and its record, both or neither; `false`: the act is over, and nothing was stored.
    async fn seal_and_record(&self, errand: &Errand, credential: &NewCredential<'_>) -> Result<bool, StoreError> {
        let act = &errand.act;
        let mut tx = self.acts.transaction().await?;
        if !self.acts.finish(&mut tx, act, ActState::Done, None).await? {
            return Ok(false);
        }
        self.credentials.renew(&mut tx, &act.onboarding, credential).await?;
        self.journal.note(&mut tx, &act.onboarding, Happening::PasswordSet, &act.actor_name).await?;
        self.audit.record(&mut tx, &errand.outcome(ActState::Done, None)).await?;
        tx.commit().await.map_err(DatabaseError::from)?;
        Ok(true)
    }
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
    #[error(transparent)]
    Audit(#[from] AuditError),
}

fn failure_of(error: &PartnerCenterError) -> ActFailure {
    match error {
        PartnerCenterError::Refused(refusal) => ActFailure::of(refusal, Hindrance::Refused),
        PartnerCenterError::Unauthorized { refusal, .. } => ActFailure::of(refusal, Hindrance::SignInAgain),
        PartnerCenterError::Throttled { .. } => ActFailure::because(Hindrance::Throttled),
        PartnerCenterError::Lost(answer) => ActFailure::lost(answer),
    }
}

/// On one line and in a few words at least.
fn parse_reason(text: &str) -> Result<String, ReasonProblem> {
    let reason = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason: String = reason.chars().filter(|character| !character.is_control()).collect();
    match reason.chars().count() {
        length if length < *REASON.start() => Err(ReasonProblem::TooShort),
        length if length > *REASON.end() => Err(ReasonProblem::TooLong),
        _ => Ok(reason),
    }
}
