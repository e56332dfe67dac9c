//! Where credentials stand, by their row and the time.

use sqlx::{Row, any::AnyRow};

use crate::{
    clock::{SignedDuration, Timestamp},
    database::{DatabaseError, from_micros},
    domain::PersonKey,
};

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "state, expires_at, claimant_tid, claimant_oid, claimant_name, claimed_at, claim_until_at, confirmed_at"
    };
}
pub(super) use columns;

/// Where the credentials of a created tenant stand; what a page may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialsStatus {
    /// Waiting to be shown; erased at `expires_at` if nobody comes.
    Sealed {
        /// End of their life.
        expires_at: Timestamp,
    },
    /// Shown, not yet confirmed.
    Claimed {
        /// To whom.
        by: PersonKey,
        /// That person's name.
        by_name: String,
        /// When.
        at: Timestamp,
        /// Until then the same browser page may ask again.
        until: Timestamp,
    },
    /// Shown and confirmed to be stored.
    Confirmed {
        /// To whom.
        by: PersonKey,
        /// That person's name.
        by_name: String,
        /// When they were shown.
        at: Timestamp,
        /// When it was confirmed.
        confirmed_at: Timestamp,
    },
    /// Shown, never confirmed; gone.
    Unconfirmed {
        /// To whom.
        by: PersonKey,
        /// That person's name.
        by_name: String,
        /// When.
        at: Timestamp,
    },
    /// Never opened; gone.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// Microsoft's answer brought no password.
    Missing,
}

/// How long before their end unopened credentials are warned about.
pub const SOON: SignedDuration = SignedDuration::from_hours(48);

impl CredentialsStatus {
    /// In a word, as it is stored.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sealed { .. } => State::Sealed,
            Self::Claimed { .. } => State::Claimed,
            Self::Confirmed { .. } => State::Confirmed,
            Self::Unconfirmed { .. } => State::Unconfirmed,
            Self::Expired { .. } => State::Expired,
            Self::Missing => State::Missing,
        }
        .as_str()
    }

    /// Whether nobody is known to have the password, and nobody can open it any more.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Unconfirmed { .. } | Self::Expired { .. } | Self::Missing)
    }

    /// Whether they are erased within [`SOON`] if nobody opens them.
    pub fn expires_soon(&self, now: Timestamp) -> bool {
        matches!(self, Self::Sealed { expires_at } if expires_at.duration_since(now) <= SOON)
    }
}

/// The column `state`; time moves some of them on before the row is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Sealed,
    Claimed,
    Confirmed,
    Unconfirmed,
    Expired,
    Missing,
}

impl State {
    const ALL: [Self; 6] =
        [Self::Sealed, Self::Claimed, Self::Confirmed, Self::Unconfirmed, Self::Expired, Self::Missing];

    /// As it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Claimed => "claimed",
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::Expired => "expired",
            Self::Missing => "missing",
        }
    }

    fn parse(text: &str) -> Result<Self, DatabaseError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(DatabaseError::Corrupt("credential.state"))
    }
}

/// Reads a row as of `now`: what is past its time counts as gone, even if nobody has swept it away yet.
pub(super) fn read(row: &AnyRow, now: Timestamp) -> Result<CredentialsStatus, DatabaseError> {
    Ok(match State::parse(row.try_get("state")?)? {
        State::Missing => CredentialsStatus::Missing,
        State::Sealed if instant(row, "expires_at")? > now => {
            CredentialsStatus::Sealed { expires_at: instant(row, "expires_at")? }
        }
        State::Sealed | State::Expired => CredentialsStatus::Expired { at: instant(row, "expires_at")? },
        State::Claimed if instant(row, "claim_until_at")? > now => {
            let Claim { by, by_name, at } = claim(row)?;
            CredentialsStatus::Claimed { by, by_name, at, until: instant(row, "claim_until_at")? }
        }
        State::Claimed | State::Unconfirmed => {
            let Claim { by, by_name, at } = claim(row)?;
            CredentialsStatus::Unconfirmed { by, by_name, at }
        }
        State::Confirmed => {
            let Claim { by, by_name, at } = claim(row)?;
            CredentialsStatus::Confirmed { by, by_name, at, confirmed_at: instant(row, "confirmed_at")? }
        }
    })
}

/// Who opened them and when.
struct Claim {
    by: PersonKey,
    by_name: String,
    at: Timestamp,
}

fn claim(row: &AnyRow) -> Result<Claim, DatabaseError> {
    Ok(Claim {
        by: PersonKey { tid: row.try_get("claimant_tid")?, oid: row.try_get("claimant_oid")? },
        by_name: row.try_get("claimant_name")?,
        at: instant(row, "claimed_at")?,
    })
}

fn instant(row: &AnyRow, column: &str) -> Result<Timestamp, DatabaseError> {
    from_micros(row.try_get(column)?)
}
