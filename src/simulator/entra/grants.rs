//! What has been granted and not yet redeemed.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::simulator::people::Person;

/// An authorization code is good for ten minutes.
pub(super) const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// A refresh token is good for 90 days.
pub(super) const REFRESH_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Who has signed in where, and what was asked for.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct SignIn {
    pub(in crate::simulator) person: &'static Person,
    /// Names separated by blanks, as they were asked for.
    pub(in crate::simulator) scope: String,
    pub(in crate::simulator) nonce: Option<String>,
    pub(in crate::simulator) at: Timestamp,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) sign_in: SignIn,
    pub(super) redirect_uri: String,
    /// PKCE, method S256.
    pub(super) challenge: String,
    pub(super) redeemed: bool,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(super) struct RefreshToken {
    pub(super) sign_in: SignIn,
    pub(super) issued_at: Timestamp,
    pub(super) used: bool,
    /// The person's sessions were ended since.
    pub(super) revoked: bool,
    /// All tokens that came from one sign-in.
    pub(super) family: Uuid,
}

/// Codes and refresh tokens.
#[derive(Debug, Default)]
pub(in crate::simulator) struct Grants {
    pub(super) codes: HashMap<String, Code>,
    pub(super) refresh_tokens: HashMap<String, RefreshToken>,
}

impl Grants {
    /// Ends the sessions of one person.
    pub(in crate::simulator) fn revoke(&mut self, upn: &str) {
        for token in self.refresh_tokens.values_mut().filter(|token| token.sign_in.person.upn == upn) {
            token.revoked = true;
        }
    }

    /// Ends every session: no refresh token is accepted any more.
    pub(in crate::simulator) fn revoke_all(&mut self) {
        self.refresh_tokens.clear();
    }
}

/// The lifetime that tokens state, in whole seconds.
pub(super) fn seconds(lifetime: Duration) -> u64 {
    lifetime.as_secs()
}
