//! What Partner Center says of a created tenant, asked at most once a minute however many look at it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::SecretString;

use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    config::Cloud,
    domain::CustomerId,
    partner_center::{
        CustomerDetails, CustomerReseller, PartnerCenter, PartnerCenterError, RecordedAgreement, ValidationStatus,
    },
};

/// Nobody asks again within this time.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Whoever says "ask again" is not heard more often than this; nor is a Partner Center that does not answer.
const REST: SignedDuration = SignedDuration::from_secs(10);
/// What is older says nothing about now, and is not shown.
const STALE: SignedDuration = SignedDuration::from_secs(10 * 60);
/// Tenants that are kept at most; a place costs a few kilobytes.
const KEPT: usize = 1_000;

/// Why Partner Center has not told something. None of them says anything about the tenant but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTold {
    /// The person's sign-in is not accepted.
    SignInAgain,
    /// The person has no role in Partner Center that may see it.
    NoRole,
    /// No usable answer.
    Unreachable,
    /// This cloud does not offer it.
    NotOffered,
    /// Partner Center does not know the customer, or does not show it yet.
    NotFound,
}

/// What was told, or why not.
pub type Told<T> = Result<T, NotTold>;

/// Everything that was asked about a tenant at one time.
#[derive(Clone, Debug)]
pub struct LiveTenant {
    /// When.
    pub asked_at: Timestamp,
    /// Company and billing profile, domain, reseller.
    pub customer: Told<CustomerDetails>,
    /// The indirect resellers of the customer.
    pub resellers: Told<Vec<CustomerReseller>>,
    /// Whether Microsoft has checked the account.
    pub validation: Told<ValidationStatus>,
    /// Acceptances of the customer agreement that partners have recorded.
    pub agreements: Told<Vec<RecordedAgreement>>,
    /// Whether the customer has accepted in the Microsoft 365 admin center.
    pub signed_by_customer: Told<bool>,
}

impl From<PartnerCenterError> for NotTold {
    fn from(error: PartnerCenterError) -> Self {
        match error {
            PartnerCenterError::Unauthorized { .. } => Self::SignInAgain,
            PartnerCenterError::Refused(refusal) if refusal.status == 403 => Self::NoRole,
            PartnerCenterError::Refused(refusal) if refusal.status == 404 => Self::NotFound,
            PartnerCenterError::Refused(_) | PartnerCenterError::Throttled { .. } | PartnerCenterError::Lost(_) => {
                Self::Unreachable
            }
        }
    }
}

impl LiveTenant {
    /// Nothing was told, for one reason.
    pub(super) fn nothing(asked_at: Timestamp, why: NotTold) -> Self {
        Self {
            asked_at,
            customer: Err(why),
            resellers: Err(why),
            validation: Err(why),
            agreements: Err(why),
            signed_by_customer: Err(why),
        }
    }

    /// Asks, each question once and all at the same time.
    pub(super) async fn ask(
        partner_center: &PartnerCenter,
        cloud: Cloud,
        token: &SecretString,
        id: &CustomerId,
        asked_at: Timestamp,
    ) -> Self {
        let client = partner_center.once();
        let agreements = async {
            if cloud.has_agreements() {
                Ok(client.recorded_agreements(token, id).await?)
            } else {
                Err(NotTold::NotOffered)
            }
        };
        let signed = async {
            if cloud.has_agreements() {
                Ok(client.agreement_signed_by_customer(token, id).await?)
            } else {
                Err(NotTold::NotOffered)
            }
        };
        let (customer, resellers, validation, agreements, signed_by_customer) = tokio::join!(
            client.customer_details(token, id),
            client.customer_resellers(token, id),
            client.validation_status(token, id),
            agreements,
            signed,
        );
        Self {
            asked_at,
            customer: customer.map_err(NotTold::from),
            resellers: resellers.map_err(NotTold::from),
            validation: validation.map_err(NotTold::from),
            agreements,
            signed_by_customer,
        }
    }

    /// Whether it is about the tenant rather than about the person who asked, so that others may see it too.
    fn is_for_everybody(&self) -> bool {
        !matches!(self.customer, Err(NotTold::SignInAgain | NotTold::NoRole))
    }

    /// For how long it is shown without asking again.
    fn lasts(&self) -> SignedDuration {
        if self.customer.is_ok() { FRESH } else { REST }
    }
}

type Place = Arc<tokio::sync::Mutex<Option<LiveTenant>>>;

/// What was told lately. One asker asks for all; those who come meanwhile wait for that answer.
#[derive(Clone, Default)]
pub(super) struct LiveCache(Arc<Mutex<HashMap<CustomerId, Place>>>);

impl LiveCache {
    /// What was told within the last minutes, without asking and without waiting.
    pub(super) fn peek(&self, id: &CustomerId, now: Timestamp) -> Option<LiveTenant> {
        let place = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()?;
        let kept = place.try_lock().ok()?;
        kept.clone().filter(|live| now.duration_since(live.asked_at) <= STALE)
    }

    /// What is known if it is fresh enough, else what `ask` brings. `again`: a person wants it anew.
    pub(super) async fn get(
        &self,
        ambient: &Ambient,
        id: &CustomerId,
        again: bool,
        ask: impl Future<Output = LiveTenant>,
    ) -> LiveTenant {
        let place = self.place(id);
        let mut kept = place.lock().await;
        let is_fresh = |live: &LiveTenant| {
            let lasts = if again { REST } else { live.lasts() };
            ambient.now().duration_since(live.asked_at) < lasts
        };
        if let Some(live) = kept.as_ref().filter(|live| is_fresh(live)) {
            return live.clone();
        }
        let live = ask.await;
        if live.is_for_everybody() {
            *kept = Some(live.clone());
        }
        live
    }

    /// Something was changed at Microsoft: what was told before no longer counts.
    pub(super) fn forget(&self, id: &CustomerId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn place(&self, id: &CustomerId) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= KEPT && !places.contains_key(id) {
            // Those whom nobody is asking about just now; whoever comes back asks anew.
            places.retain(|_, place| Arc::strong_count(place) > 1);
        }
        Arc::clone(places.entry(id.clone()).or_default())
    }
}
