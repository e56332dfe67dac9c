//! Reads the tenants that Partner Center lists, for the list of customers. Of several processes one does.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Provisioning;
use crate::{
    clock,
    database::DatabaseError,
    entra::TokenError,
    journal::JournalError,
    listing::{ReadingLease, SeenTenant, Tenants},
    partner_center::{CustomerSummary, PartnerCenterError},
};

/// How often it looks whether a reading is due: one row.
const TICK: Duration = Duration::from_secs(2);

/// Pages that are followed at most: a list without an end is none.
const MOST_PAGES: u32 = 20_000;

/// Why a reading did not come to its end.
#[derive(Debug, thiserror::Error)]
enum ReadingError {
    /// No account is connected, and nobody of the provider is signed in whose token could be used.
    #[error("a token: {0}")]
    Token(#[from] TokenError),
    /// Partner Center does not answer, or refuses.
    #[error("Partner Center: {0}")]
    PartnerCenter(#[from] PartnerCenterError),
    /// Our own store.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The lease has ended, and another process has begun.
    #[error("another process reads by now")]
    Overtaken,
    /// The list does not come to an end.
    #[error("more pages than a list can have")]
    Endless,
}

impl Provisioning {
    /// Keeps the list of customers up to date until told to stop: what an older portal has written is made findable,
    /// and the tenants that were not made here are read from time to time.
    pub async fn keep_listing(&self, tenants: Tenants, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = clock::sleep(TICK) => {}
            }
            if let Err(error) = self.make_all_findable(&stop).await {
                tracing::error!(%error, "older onboardings could not be made findable");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.read_tenants_if_due(&tenants) => {}
            }
        }
    }

    async fn make_all_findable(&self, stop: &CancellationToken) -> Result<(), JournalError> {
        while !stop.is_cancelled() && self.journal.make_findable().await? > 0 {}
        Ok(())
    }

    /// Reads the tenants that were not made here, if it is time to and no other process does.
    pub async fn read_tenants_if_due(&self, tenants: &Tenants) {
        let lease = match tenants.begin().await {
            Ok(Some(lease)) => lease,
            Ok(None) => return,
            Err(error) => return tracing::error!(%error, "whether the tenants are to be read could not be found out"),
        };
        match self.read_tenants(tenants, &lease).await {
            Ok(count) => tracing::info!(count, "the tenants of Partner Center were read"),
            Err(error) => {
                match &error {
                    // So is every portal before the first sign-in.
                    ReadingError::Token(TokenError::SignInAgain) => {
                        tracing::info!("nobody is there in whose name the tenants of Partner Center can be read");
                    }
                    error => {
                        tracing::warn!(%error, "the tenants of Partner Center could not be read; it will be tried again");
                    }
                }
                if let Err(error) = tenants.give_up(&lease).await {
                    tracing::error!(%error, "that they could not be read could not be stored");
                }
            }
        }
    }

    /// Reads all pages. What fails half way leaves what was there.
    async fn read_tenants(&self, tenants: &Tenants, lease: &ReadingLease) -> Result<usize, ReadingError> {
        // Without a connected account: of whoever has asked, or of those who have onboarded last.
        let people = lease.asked_by.clone().into_iter().chain(tenants.recent_owners().await?);
        let token = self.background_token(people).await?;
        let (mut next, mut count) = (None, 0_usize);
        for _ in 0..MOST_PAGES {
            let page = self.partner_center.customers_page(&token, next.as_ref()).await?;
            let seen = page.customers.into_iter().map(seen).collect::<Vec<_>>();
            count = count.saturating_add(seen.len());
            if !tenants.store(lease, &seen).await? {
                return Err(ReadingError::Overtaken);
            }
            next = page.next;
            if next.is_none() {
                tenants.finish(lease).await?;
                return Ok(count);
            }
        }
        Err(ReadingError::Endless)
    }
}

fn seen(customer: CustomerSummary) -> SeenTenant {
    SeenTenant {
        id: customer.id,
        company_name: customer.company_name.unwrap_or_default(),
        domain: customer.domain.unwrap_or_default(),
        relationship: customer.relationship_to_partner.unwrap_or_default(),
    }
}
