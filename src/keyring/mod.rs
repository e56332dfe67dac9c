//! Sealing keys and the envelope of everything secret that is stored.

use std::path::Path;

use secrecy::SecretSlice;

use crate::clock::Ambient;

/// What a sealed value belongs to; bound to it as associated data, so that a ciphertext opens only in its own place.
#[derive(Clone, Copy, Debug)]
pub struct SealedIn<'a> {
    /// Table.
    pub table: &'a str,
    /// Column.
    pub column: &'a str,
    /// Primary key of the row.
    pub row: &'a str,
    /// To whom the row belongs, e.g. `tid/oid`.
    pub owner: &'a str,
}

/// Why a sealed value does not open, or a keys file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The keys file cannot be read, written or understood.
    #[error("keys file {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No key of this id is in the keys file.
    #[error("sealed with key {key_id}, which is not in the keys file")]
    UnknownKey {
        /// Id in the envelope.
        key_id: String,
    },
    /// Not an envelope, or it was changed, or it stands in another place than it was made for.
    #[error("sealed value does not open")]
    Unopenable,
}

/// Several keys that open, one that seals. XChaCha20-Poly1305; envelope `v1.<key id>.<nonce>.<ciphertext>`.
#[derive(Clone)]
pub struct Keyring {
    ambient: Ambient,
}

impl Keyring {
    /// Reads the keys file; makes one with a fresh key and mode 0600 if there is none.
    pub fn open_or_create(path: &Path, ambient: Ambient) -> Result<Self, KeyringError> {
        todo!("{path:?} {ambient:?}")
    }

    /// A keyring with one random key that is kept nowhere; for tests and the demo.
    pub fn ephemeral(ambient: Ambient) -> Self {
        Self { ambient }
    }

    /// Seals `plaintext` for one place.
    pub fn seal(&self, place: SealedIn<'_>, plaintext: &[u8]) -> String {
        todo!("{:?} {place:?} {plaintext:?}", self.ambient)
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: SealedIn<'_>, envelope: &str) -> Result<SecretSlice<u8>, KeyringError> {
        todo!("{place:?} {envelope:?}")
    }
}
