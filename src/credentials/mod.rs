//! The admin credentials of a new tenant: sealed, claimed by exactly one person, confirmed, erased.

use secrecy::SecretString;

use crate::{
    clock::{Ambient, Timestamp},
    database::{Database, DatabaseError},
    domain::{OnboardingId, Operator, PersonKey},
    keyring::{Keyring, KeyringError},
};

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

/// The admin credentials in the clear. They leave through the one answer that shows them; no `Clone`, no `Serialize`,
/// a `Debug` that says nothing, erased from memory when dropped.
#[derive(Debug)]
pub struct Credential {
    /// Sign-in name in full: `admin@contoso.onmicrosoft.com`.
    pub user_name: String,
    /// First password.
    pub password: SecretString,
    /// Until when the same page may ask again.
    pub until: Timestamp,
}

/// How the asking page can deal with a lost answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// A script keeps the claim token in memory: the same token in the same session is answered again for 120 s.
    SameToken,
    /// A plain form: a reload repeats the POST, so the token counts once.
    Never,
}

/// Why no credentials are shown.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Opened already, expired or missing; the status says which.
    #[error("not to be opened (again)")]
    Gone(Box<CredentialsStatus>),
    /// No such onboarding, not created yet, or not this person's.
    #[error("no such credentials")]
    NotFound,
    /// The key is not there or does not fit: the claim was rolled back, nothing is lost.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The life of the credentials.
#[derive(Clone)]
pub struct CredentialStore {
    db: Database,
    keyring: Keyring,
    ambient: Ambient,
}

impl CredentialStore {
    /// Over this database and keyring.
    pub fn new(db: Database, keyring: Keyring, ambient: Ambient) -> Self {
        Self { db, keyring, ambient }
    }

    /// Where the credentials stand. `None`: the onboarding has none (yet) or is not `viewer`'s to see.
    pub async fn status(
        &self,
        viewer: &Operator,
        id: &OnboardingId,
    ) -> Result<Option<CredentialsStatus>, CredentialsError> {
        todo!("{:?} {viewer:?} {id:?}", self.db)
    }

    /// Opens the credentials for exactly one asker: a compare-and-set decides, and the winner alone gets them.
    /// `session` is a stable text that identifies the browser session; only hashes of it and of `token` are kept.
    pub async fn claim(
        &self,
        operator: &Operator,
        session: &str,
        id: &OnboardingId,
        token: &SecretString,
        replay: Replay,
    ) -> Result<Credential, CredentialsError> {
        let _ = (&self.keyring, &self.ambient);
        todo!("{operator:?} {session} {id:?} {token:?} {replay:?}")
    }

    /// "I have stored it": erases the ciphertext. Only for the claimant; a repeat changes nothing.
    pub async fn confirm(&self, operator: &Operator, id: &OnboardingId) -> Result<(), CredentialsError> {
        todo!("{operator:?} {id:?}")
    }

    /// Erases what is past its time: unopened past `expires_at`, shown past the 120 s. Runs every few seconds.
    pub async fn sweep(&self) -> Result<u64, CredentialsError> {
        todo!()
    }
}
