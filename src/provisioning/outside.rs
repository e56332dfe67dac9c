//! Once a day: which customers Partner Center's audit records have and the portal has not made. They become entries of
//! our own audit, where they stay when Microsoft's records end after 90 days.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Provisioning, ProvisioningError};
use crate::{clock, journal::Outsider, partner_center::AddedCustomer};

/// How often it is asked whether it is time.
const TICK: Duration = Duration::from_mins(1);

/// In so many people's names a token is tried for if no account is connected.
const PEOPLE: u32 = 5;

impl Provisioning {
    /// Compares each day until told to stop.
    pub async fn keep_comparing(&self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.compare_with_partner_center().await {
                tracing::warn!(%error, "Partner Center's audit records could not be compared; it is tried again in an hour");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = clock::sleep(TICK) => {}
            }
        }
    }

    /// Compares if it is time to, and if there is an account or anybody in whose name Partner Center can be asked.
    pub async fn compare_with_partner_center(&self) -> Result<(), ProvisioningError> {
        if !self.journal.has_somebody_to_ask_for().await? {
            return Ok(());
        }
        let Some(comparison) = self.journal.begin_comparison().await? else { return Ok(()) };
        let token = self.background_token(self.journal.people_to_ask_for(PEOPLE).await?).await?;
        for added in self.partner_center.all_added_customers(&token, comparison.since).await? {
            let outsider = Outsider {
                customer: &added.customer,
                correlation_id: added.correlation_id.as_ref(),
                detail: &in_words(&added),
            };
            self.journal.record_outsider(outsider).await?;
        }
        Ok(self.journal.finish_comparison(&comparison).await?)
    }
}

/// Name, domain, by whom and when, as far as the record says it.
fn in_words(added: &AddedCustomer) -> String {
    let mut parts: Vec<String> = [&added.company_name, &added.domain].into_iter().cloned().collect();
    if !added.added_by.is_empty() {
        parts.push(["by ", &added.added_by].concat());
    }
    if let Some(at) = added.added_at {
        parts.push(at.strftime("on %Y-%m-%d at %H:%M UTC").to_string());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}
