//! Recording that a customer has accepted the Microsoft Customer Agreement.

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::{
    ActFailure, ActKind, ActState, Errand, Hindrance, TenantError, Tenants,
    acts::{Act, Begun},
};
use crate::{
    domain::{Acceptance, AcceptanceForm, ActId, CustomerId, OnboardingId, Operator, Role},
    journal::Onboarding,
    partner_center::{AgreementTemplate, PartnerCenterError, RecordedAgreement, Refusal},
};

/// "The partner has confirmed this acceptance before": the same person once more.
const RECORDED_BEFORE: &str = "600061";

/// What an act of this kind stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementContent {
    /// Who has accepted, and when.
    pub acceptance: Acceptance,
    /// What was accepted.
    pub template: String,
}

impl AgreementContent {
    /// Who has accepted, and when, for the audit.
    pub(super) fn in_words(&self) -> String {
        let (first, last) = (self.acceptance.first_name(), self.acceptance.last_name());
        format!("{first} {last}, {}, on {}", self.acceptance.email(), self.acceptance.accepted_on())
    }
}

impl Act {
    /// What was attested; `None` for acts of another kind.
    pub fn agreement(&self) -> Option<AgreementContent> {
        serde_json::from_str(&self.content).ok().filter(|_| self.kind == ActKind::Agreement)
    }
}

/// Whether a person may attest that a customer has accepted: account managers and administrators of the provider, whoever
/// onboarded the customer. Microsoft lets no reseller attest.
pub fn may_attest(person: &Operator) -> bool {
    matches!(person.role(), Some(Role::AccountManager | Role::Admin))
}

impl Tenants {
    /// Where the agreement of a tenant stands, newest act first.
    pub async fn agreement_acts(&self, onboarding: &Onboarding) -> Result<Vec<Act>, TenantError> {
        Ok(self.acts.of(onboarding, ActKind::Agreement).await?)
    }

    /// What is to be accepted.
    pub async fn agreement_template(&self, operator: &Operator) -> Result<AgreementTemplate, TenantError> {
        self.require_agreements(operator)?;
        let token = self.token(operator).await?;
        Ok(self.partner_center.once().agreement_template(&token).await?)
    }

    /// Where the text of the agreement can be downloaded just now, in the customer's language where there is one.
    pub async fn agreement_document(&self, operator: &Operator, id: &OnboardingId) -> Result<Url, TenantError> {
        let onboarding = self.journal.find(operator, id).await?;
        self.require_agreements(operator)?;
        let token = self.token(operator).await?;
        let template = self.partner_center.agreement_template(&token).await?;
        let country = &onboarding.form.country;
        let culture = &onboarding.form.culture;
        match self.partner_center.agreement_document(&token, &template.id, culture, country).await {
            // Not every culture of a country has a text of its own.
            Err(PartnerCenterError::Refused(_)) => {
                Ok(self.partner_center.agreement_document(&token, &template.id, "en-US", country).await?)
            }
            answer => Ok(answer?),
        }
    }

    /// Tells Microsoft of an acceptance: the intent is committed before the call. The same form once more begins nothing.
    pub async fn record_agreement(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        act: &ActId,
        form: &AcceptanceForm,
    ) -> Result<(), TenantError> {
        let onboarding = self.journal.find(operator, id).await?;
        self.require_agreements(operator)?;
        let customer = created(&onboarding)?;
        let acceptance = form.parse(self.today()).map_err(TenantError::Unacceptable)?;
        let token = self.token(operator).await?;
        let template = self.partner_center.agreement_template(&token).await?.id;
        let content = AgreementContent { acceptance, template };
        let json = serde_json::to_string(&content).unwrap_or_default();
        let mut tx = self.acts.transaction().await?;
        match self.acts.begin(&mut tx, operator, &onboarding, (act, ActKind::Agreement, &json)).await? {
            Begun::Now(act) => {
                self.audit.record(&mut tx, &Errand::beginning(&act, operator)).await?;
                tx.commit().await?;
                let (this, errand) = (self.clone(), Errand { act: *act, operator: operator.clone(), customer, token });
                self.carry_out(async move { this.send_agreement(&errand, &content, false).await }).await;
                Ok(())
            }
            Begun::Before => Ok(()),
            Begun::Otherwise => Err(TenantError::SentOtherwise),
            Begun::UnderWay => Err(TenantError::UnderWay),
        }
    }

    /// Finds out what became of an acceptance whose answer was lost: what Partner Center has on record is read first, and
    /// only what is not there is sent again, under the same ids. `Settled` if there is nothing to find out (any more).
    pub async fn check_agreement(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        act: &ActId,
    ) -> Result<(), TenantError> {
        let onboarding = self.journal.find(operator, id).await?;
        self.require_agreements(operator)?;
        let customer = created(&onboarding)?;
        let token = self.token(operator).await?;
        let mut tx = self.acts.transaction().await?;
        let retaken = self.acts.retake(&mut tx, &onboarding, (act, ActKind::Agreement)).await?;
        let act = retaken.ok_or(TenantError::Settled)?;
        let content = act.agreement().ok_or(TenantError::Settled)?;
        self.audit.record(&mut tx, &Errand::beginning(&act, operator)).await?;
        tx.commit().await?;
        let (this, errand) = (self.clone(), Errand { act, operator: operator.clone(), customer, token });
        self.carry_out(async move { this.look_then_send(&errand, &content).await }).await;
        Ok(())
    }

    async fn look_then_send(&self, errand: &Errand, content: &AgreementContent) {
        match self.is_on_record(errand, &content.acceptance).await {
            Ok(true) => self.conclude(errand, ActState::Done, None).await,
            Ok(false) => self.send_agreement(errand, content, true).await,
            Err(_) => {
                let lost = ActFailure::because(Hindrance::Lost);
                self.conclude(errand, ActState::Unknown, Some(&lost)).await;
            }
        }
    }

    async fn is_on_record(&self, errand: &Errand, acceptance: &Acceptance) -> Result<bool, PartnerCenterError> {
        let known = self.partner_center.recorded_agreements(&errand.token, &errand.customer).await?;
        Ok(known.iter().any(|known| is_the_same(known, acceptance)))
    }

    /// One call, and what it proves. `is_repeat`: an earlier one may have been carried out.
    async fn send_agreement(&self, errand: &Errand, content: &AgreementContent, is_repeat: bool) {
        let Errand { act, customer, token, .. } = errand;
        let AgreementContent { acceptance, template } = content;
        let answer = self.partner_center.record_agreement(token, &act.call_ids(), customer, template, acceptance).await;
        log(act, &answer);
        let (state, failure) = match answer {
            Ok(()) => (ActState::Done, None),
            Err(PartnerCenterError::Lost(lost)) => match self.is_on_record(errand, acceptance).await {
                Ok(true) => (ActState::Done, None),
                // That it is not there yet proves nothing: it may still be on its way.
                Ok(false) | Err(_) => (ActState::Unknown, Some(ActFailure::lost(&lost))),
            },
            Err(error) => judge(&error, is_repeat),
        };
        self.conclude(errand, state, failure.as_ref()).await;
    }

    fn require_agreements(&self, operator: &Operator) -> Result<(), TenantError> {
        if may_attest(operator) && self.cloud.has_agreements() { Ok(()) } else { Err(TenantError::Forbidden) }
    }
}

/// What an answer that is no success proves.
fn judge(error: &PartnerCenterError, is_repeat: bool) -> (ActState, Option<ActFailure>) {
    // What says nothing about the acceptance says nothing about the earlier call either.
    let not_done = if is_repeat { ActState::Unknown } else { ActState::Refused };
    match error {
        PartnerCenterError::Refused(refusal) if is_recorded_before(refusal) => {
            // Of a repeat it is our own earlier call that was recorded.
            let before = (!is_repeat).then(|| ActFailure::of(refusal, Hindrance::RecordedBefore));
            (ActState::Done, before)
        }
        PartnerCenterError::Refused(refusal) => {
            let state = if refusal.status == 400 { ActState::Refused } else { not_done };
            (state, Some(ActFailure::of(refusal, Hindrance::Refused)))
        }
        PartnerCenterError::Unauthorized { refusal, .. } => {
            (not_done, Some(ActFailure::of(refusal, Hindrance::SignInAgain)))
        }
        PartnerCenterError::Throttled { .. } => (not_done, Some(ActFailure::because(Hindrance::Throttled))),
        PartnerCenterError::Lost(answer) => (ActState::Unknown, Some(ActFailure::lost(answer))),
    }
}

fn is_recorded_before(refusal: &Refusal) -> bool {
    refusal.code.as_deref() == Some(RECORDED_BEFORE)
}

/// The same person on the same day; a day that Partner Center does not tell does not count against it.
fn is_the_same(known: &RecordedAgreement, acceptance: &Acceptance) -> bool {
    let same = |theirs: &Option<String>, ours: &str| {
        theirs.as_ref().is_some_and(|theirs| theirs.trim().to_lowercase() == ours.to_lowercase())
    };
    same(&known.first_name, acceptance.first_name())
        && same(&known.last_name, acceptance.last_name())
        && same(&known.email, acceptance.email())
        && known.accepted_on.is_none_or(|day| day == acceptance.accepted_on())
}

/// The tenant of an onboarding that has one.
pub(super) fn created(onboarding: &Onboarding) -> Result<CustomerId, TenantError> {
    onboarding.customer_id.clone().ok_or(TenantError::NotCreated)
}

fn log(act: &Act, answer: &Result<(), PartnerCenterError>) {
    let (onboarding, request, correlation) = (&act.onboarding, &act.request_id, &act.correlation_id);
    match answer {
        Ok(()) => tracing::info!(
            onboarding.id = %onboarding, ms.request_id = %request, ms.correlation_id = %correlation,
            "the acceptance of the customer agreement was recorded"
        ),
        Err(error) => tracing::warn!(
            onboarding.id = %onboarding, ms.request_id = %request, ms.correlation_id = %correlation, %error,
            "the acceptance of the customer agreement was not recorded, or it is not known"
        ),
    }
}
