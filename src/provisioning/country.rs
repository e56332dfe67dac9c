//! The rules of a country: what Partner Center says now, else what it said last, else what was built in; then what its
//! refusals have taught.

use super::{Provisioning, directory::LESSONS_AGE};
use crate::{
    audit::AuditError,
    domain::{CountryCode, CountryRules, Field, NumberLesson, Operator},
    journal::{Attempt, Onboarding},
    partner_center::Refusal,
    refusals::{self, Asked},
    rulebook::Rulebook,
};

impl Provisioning {
    /// The country's rules; from what we know ourselves if Partner Center cannot be asked.
    pub async fn country_rules(&self, operator: &Operator, country: &CountryCode) -> CountryRules {
        let mut rules = match self.directory.country_rules(&operator.key, country).await {
            Ok(live) => live.as_ref().clone(),
            Err(error) => {
                let kept = self.kept_rules(country).await;
                let source = if kept.is_some() { "the last ones" } else { "built-in ones" };
                tracing::warn!(%country, %error, "the country's rules could not be asked for; {source} do");
                kept.unwrap_or_else(|| CountryRules::built_in(country))
            }
        };
        let lessons = self.directory.lessons(LESSONS_AGE).await;
        rules.learn(lessons.get(country).map_or(&[], Vec::as_slice));
        rules
    }

    async fn kept_rules(&self, country: &CountryCode) -> Option<CountryRules> {
        match self.directory.rulebook()?.last(country).await {
            Ok(kept) => kept.map(|kept| CountryRules::from_kept(country, &kept)),
            Err(error) => {
                tracing::error!(%country, %error, "the last rules of a country could not be read");
                None
            }
        }
    }

    /// Whether customers are created in this country.
    pub fn serves(&self, country: &CountryCode) -> bool {
        self.served.serves(country)
    }

    /// Lets everybody profit from what a refusal says about a country.
    pub(super) async fn learn(&self, attempt: &Attempt, refusal: &Refusal) {
        let Some(rulebook) = self.directory.rulebook() else { return };
        let customer = attempt.payload().customer();
        let code = refusal.code.as_deref().unwrap_or_default();
        let lesson = NumberLesson::of_refusal(code, refusal.description.as_deref(), customer.registration_number());
        let Some(lesson) = lesson else { return };
        let country = customer.default_address().country();
        match rulebook.learn(country, &lesson).await {
            Ok(()) => tracing::warn!(%country, code, "a refusal has changed what the form asks for in a country"),
            Err(error) => tracing::error!(%country, code, %error, "what a refusal teaches could not be kept"),
        }
        self.directory.forget_lessons().await;
    }

    /// Takes back what refusals have taught about a country.
    pub async fn forget_lessons(&self, operator: &Operator, country: &CountryCode) -> Result<bool, AuditError> {
        let Some(rulebook) = self.directory.rulebook() else { return Ok(false) };
        let forgotten = rulebook.forget(operator, country).await?;
        self.directory.forget_lessons().await;
        Ok(forgotten)
    }

    /// What is known of countries beyond this process.
    pub fn rulebook(&self) -> Option<&Rulebook> {
        self.directory.rulebook()
    }
}

/// Whether the answers of an ended onboarding are to be looked at in the form at once, because Microsoft has named a
/// field of them.
pub fn names_a_field(onboarding: &Onboarding) -> bool {
    let Some(failure) = &onboarding.failure else { return false };
    let row = refusals::explain(Asked::Create, failure.status, failure.code.as_deref());
    matches!(row.field, Some((Field::RegistrationNumber | Field::Phone, _)))
}
