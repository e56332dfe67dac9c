//! What Partner Center knows and rarely changes: the provider's resellers and the rules of countries.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    ProvisioningError, TokenSource,
    slot::{Age, Slot},
};
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    domain::{CountryCode, CountryRules, PersonKey, ResellerChoice},
    journal::JournalError,
    partner_center::{PartnerCenter, PartnerCenterError},
    relationships::Relationships,
    rulebook::{Lessons, Noted, Rulebook},
};

/// For a form: a minute is shorter than it takes to fill one in.
pub(super) const RESELLERS_AGE: Age =
    Age::AtMost { fresh: SignedDuration::from_secs(60), stale: SignedDuration::from_secs(10 * 60) };

/// Rules change a few times a year; yesterday's are better than none.
const COUNTRY_RULES_AGE: Age =
    Age::AtMost { fresh: SignedDuration::from_secs(3600), stale: SignedDuration::from_secs(24 * 3600) };

/// What another process has learned is known here after so long.
pub(super) const LESSONS_AGE: Age =
    Age::AtMost { fresh: SignedDuration::from_secs(60), stale: SignedDuration::from_secs(24 * 3600) };

/// The rules of one country.
type RulesSlot = Arc<Slot<Arc<CountryRules>>>;

/// The provider's resellers, sorted by name.
pub(super) type Resellers = Arc<[ResellerChoice]>;

/// The caches. They hold what is the same for every person of the provider, so it does not matter with whose token it
/// was read.
#[derive(Clone)]
pub(super) struct Directory {
    tokens: Arc<dyn TokenSource>,
    partner_center: PartnerCenter,
    relationships: Relationships,
    ambient: Ambient,
    resellers: Arc<Slot<Resellers>>,
    /// When this process has read the list last for somebody who was not in it; a list that says nothing new leaves no mark.
    reread_at: Arc<Mutex<Option<Timestamp>>>,
    /// By country; there are at most 26 times 26.
    countries: Arc<Mutex<HashMap<CountryCode, RulesSlot>>>,
    /// What outlives this process.
    rulebook: Option<Rulebook>,
    lessons: Arc<Slot<Arc<Lessons>>>,
}

impl Directory {
    pub(super) fn new(
        tokens: Arc<dyn TokenSource>,
        partner_center: PartnerCenter,
        relationships: Relationships,
        ambient: Ambient,
    ) -> Self {
        let (resellers, countries, lessons) = (Arc::default(), Arc::default(), Arc::default());
        let reread_at = Arc::default();
        Self {
            tokens,
            partner_center,
            relationships,
            ambient,
            resellers,
            reread_at,
            countries,
            rulebook: None,
            lessons,
        }
    }

    /// The same with a memory for rules of countries.
    pub(super) fn with_rulebook(self, rulebook: Rulebook) -> Self {
        Self { rulebook: Some(rulebook), ..self }
    }

    pub(super) fn rulebook(&self) -> Option<&Rulebook> {
        self.rulebook.as_ref()
    }

    /// The provider's resellers.
    pub(super) async fn resellers(&self, person: &PersonKey, age: Age) -> Result<Resellers, ProvisioningError> {
        self.resellers.get(&self.ambient, age, self.fetch_resellers(person)).await
    }

    /// Reads the list with the connected account's token, whoever has read it when.
    pub(super) async fn reread_resellers(&self) -> Result<(), ProvisioningError> {
        let token = self.tokens.borrowed_token().await?;
        let asked_at = self.ambient.now();
        let resellers = self.partner_center.resellers(&token).await?;
        *self.reread_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked_at);
        Ok(self.relationships.keep(&resellers, asked_at).await.map_err(JournalError::from)?)
    }

    /// When this process has done so last.
    pub(super) fn reread_at(&self) -> Option<Timestamp> {
        *self.reread_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The resellers as they were read last, if they were.
    pub(super) fn known_resellers(&self) -> Option<Resellers> {
        self.resellers.peek()
    }

    async fn fetch_resellers(&self, person: &PersonKey) -> Result<Resellers, ProvisioningError> {
        let token = self.tokens.access_token(person).await?;
        let asked_at = self.ambient.now();
        let mut resellers = match self.partner_center.resellers(&token).await {
            Err(PartnerCenterError::Unauthorized { .. }) if self.tokens.is_borrowed(person) => {
                return Err(ProvisioningError::NotConnected);
            }
            answer => answer?,
        };
        // Whoever asked, the list says who may come in as a reseller.
        if let Err(error) = self.relationships.keep(&resellers, asked_at).await {
            tracing::error!(%error, "the list of resellers could not be kept");
        }
        resellers.sort_by_cached_key(|reseller| reseller.name.to_lowercase());
        Ok(resellers.into())
    }

    /// What Partner Center says of a country.
    pub(super) async fn country_rules(
        &self,
        person: &PersonKey,
        country: &CountryCode,
    ) -> Result<Arc<CountryRules>, ProvisioningError> {
        let slot = {
            let mut countries = self.countries.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(countries.entry(country.clone()).or_default())
        };
        slot.get(&self.ambient, COUNTRY_RULES_AGE, self.fetch_country_rules(person, country)).await
    }

    async fn fetch_country_rules(
        &self,
        person: &PersonKey,
        country: &CountryCode,
    ) -> Result<Arc<CountryRules>, ProvisioningError> {
        let token = self.tokens.access_token(person).await?;
        let live = self.partner_center.country_rules(&token, country).await?;
        let noted = match &self.rulebook {
            Some(rulebook) => rulebook.keep(country, &live).await.unwrap_or_else(|error| {
                tracing::error!(%country, %error, "the rules of a country could not be kept");
                Noted::Known
            }),
            None => Noted::Known,
        };
        if noted == Noted::Changed {
            tracing::warn!(%country, "Microsoft has changed the rules of a country");
        }
        if noted != Noted::Known {
            for (expression, why) in live.untranslatable() {
                tracing::warn!(%country, expression, %why, "an expression of a country's rules cannot be used; Microsoft checks it alone");
            }
        }
        Ok(Arc::new(CountryRules::from_live(country, &live)))
    }

    /// What refusals have taught; nothing if that cannot be read.
    pub(super) async fn lessons(&self, age: Age) -> Arc<Lessons> {
        let Some(rulebook) = &self.rulebook else { return Arc::default() };
        let read = async { Ok(Arc::new(rulebook.lessons().await.map_err(JournalError::from)?)) };
        self.lessons.get(&self.ambient, age, read).await.unwrap_or_else(|error| {
            tracing::error!(%error, "what refusals have taught could not be read");
            Arc::default()
        })
    }

    /// Has them read again.
    pub(super) async fn forget_lessons(&self) {
        self.lessons.forget().await;
    }
}
