//! After the create: is the tenant visible in Partner Center, and under the reseller that was sent?

use super::{
    Provisioning,
    completer::Token,
    schedule,
    verdict::{self, Match},
};
use crate::{
    clock::SignedDuration,
    entra::TokenError,
    journal::{JournalError, SeenReseller, Unverified},
    partner_center::PartnerCenterError,
};

impl Provisioning {
    /// One look at a new tenant.
    pub(super) async fn read_back(&self, token: Token, unverified: &Unverified) -> Result<(), JournalError> {
        let token = match token {
            Ok(token) => token,
            Err(TokenError::SignInAgain | TokenError::NotConnected) => {
                return self.journal.park_read_back(unverified).await;
            }
            Err(_) => return self.read_back_later(unverified, false, SeenReseller::NotYet, None).await,
        };
        let sent = unverified.reseller();
        let mut contradicts = false;
        if !unverified.is_seen() {
            match self.partner_center.once().customer(&token, unverified.customer()).await {
                Ok(seen) => {
                    contradicts = seen.associated_partner_id.as_ref().is_some_and(|named| Some(named) != sent);
                }
                Err(error) => return self.not_read(unverified, false, error).await,
            }
        }
        let named = match self.reseller_of(&token, unverified.customer(), sent).await {
            Ok(named) => named,
            Err(error) => return self.not_read(unverified, true, error).await,
        };
        let is_late = self.ambient.now().duration_since(unverified.created_at()) >= verdict::PATIENCE;
        let reseller = match named {
            Match::Same if !contradicts => SeenReseller::Right,
            Match::Unknown if !contradicts && !is_late => SeenReseller::NotYet,
            Match::Same | Match::Other | Match::Unknown => SeenReseller::Other,
        };
        match reseller {
            SeenReseller::Right => self.journal.record_read_back(unverified, true, reseller, None).await,
            // It may be put right at Microsoft; the page says so when it is.
            SeenReseller::Other | SeenReseller::NotYet => self.read_back_later(unverified, true, reseller, None).await,
        }
    }

    /// An answer without what was asked for: not visible yet, or nobody there.
    async fn not_read(
        &self,
        unverified: &Unverified,
        is_visible: bool,
        error: PartnerCenterError,
    ) -> Result<(), JournalError> {
        let asked = match error {
            PartnerCenterError::Unauthorized { .. } => return self.journal.park_read_back(unverified).await,
            PartnerCenterError::Throttled { retry_after } => retry_after,
            PartnerCenterError::Refused(_) | PartnerCenterError::Lost(_) => None,
        };
        self.read_back_later(unverified, is_visible, SeenReseller::NotYet, asked).await
    }

    async fn read_back_later(
        &self,
        unverified: &Unverified,
        is_visible: bool,
        reseller: SeenReseller,
        asked: Option<SignedDuration>,
    ) -> Result<(), JournalError> {
        let attempts = unverified.attempts();
        let at = schedule::next(&self.ambient, schedule::READ_BACKS, attempts, asked);
        let next = (attempts + 1 < schedule::MOST_READ_BACKS).then_some(at);
        if next.is_none() {
            tracing::warn!(customer.id = %unverified.customer(), "a new tenant was read back often enough");
        }
        self.journal.record_read_back(unverified, is_visible, reseller, next).await
    }
}
