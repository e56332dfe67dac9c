//! Sealing keys and the envelope of everything secret that is stored.

mod file;
#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretBox, SecretSlice};
use zeroize::Zeroizing;

use crate::clock::Ambient;

/// Length of a key in bytes.
const KEY_LENGTH: usize = 32;

/// Length of a nonce in bytes: long enough that random ones do not meet.
const NONCE_LENGTH: usize = 24;

/// First part of an envelope; another algorithm or layout would be another version.
const VERSION: &str = "v1";

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

impl SealedIn<'_> {
    /// The associated data. Every part is preceded by its length, so that no two places (`a`, `bc` and `ab`, `c`) give
    /// the same bytes.
    fn associated_data(self, key_id: &str) -> Vec<u8> {
        let mut data = Vec::new();
        for part in [VERSION, key_id, self.table, self.column, self.row, self.owner] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            data.extend_from_slice(&length.to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
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

/// One key and its name.
struct Key {
    /// Letters, digits, `-` and `_`; stands in every envelope, so it must tell nothing.
    id: String,
    secret: SecretBox<[u8; KEY_LENGTH]>,
}

impl Key {
    /// A new key. Its id is random too: one that counts would name two keys alike after an old backup came back.
    fn generate(ambient: &Ambient) -> Self {
        let id = URL_SAFE_NO_PAD.encode(ambient.bytes::<6>());
        Self { id, secret: SecretBox::init_with_mut(|secret: &mut [u8; KEY_LENGTH]| ambient.random.fill(secret)) }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.secret.expose_secret().into())
    }
}

/// The keys of a keyring; the one that seals stands among those that open.
struct Keys {
    writing: Key,
    /// Keys of former times, which open what is not sealed anew yet.
    former: Vec<Key>,
}

impl Keys {
    fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.writing).chain(&self.former).find(|key| key.id == id)
    }
}

/// Several keys that open, one that seals. XChaCha20-Poly1305; envelope `v1.<key id>.<nonce>.<ciphertext>`.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<Keys>,
    ambient: Ambient,
}

impl fmt::Debug for Keyring {
    /// Names the keys and shows none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let former: Vec<&str> = self.keys.former.iter().map(|key| key.id.as_str()).collect();
        f.debug_struct("Keyring")
            .field("writing", &self.keys.writing.id)
            .field("former", &former)
            .finish_non_exhaustive()
    }
}

impl Keyring {
    /// Reads the keys file; makes one with a fresh key and mode 0600 if there is none.
    pub fn open_or_create(path: &Path, ambient: Ambient) -> Result<Self, KeyringError> {
        let keys = file::open_or_create(path, &ambient)?;
        Ok(Self { keys: Arc::new(keys), ambient })
    }

    /// A keyring with one random key that is kept nowhere; for tests and the demo.
    pub fn ephemeral(ambient: Ambient) -> Self {
        let keys = Keys { writing: Key::generate(&ambient), former: Vec::new() };
        Self { keys: Arc::new(keys), ambient }
    }

    /// Seals `plaintext` for one place.
    ///
    /// # Panics
    /// If `plaintext` is longer than 256 GiB.
    pub fn seal(&self, place: SealedIn<'_>, plaintext: &[u8]) -> String {
        let key = &self.keys.writing;
        let nonce = self.ambient.bytes::<NONCE_LENGTH>();
        let data = place.associated_data(&key.id);
        #[expect(clippy::expect_used, reason = "fails beyond 256 GiB alone, and what is sealed here are passwords")]
        let ciphertext = key
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: &data })
            .expect("a secret is shorter than 256 GiB");
        format!("{VERSION}.{}.{}.{}", key.id, URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(ciphertext))
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: SealedIn<'_>, envelope: &str) -> Result<SecretSlice<u8>, KeyringError> {
        let envelope = Envelope::parse(envelope)?;
        let key = self
            .keys
            .find(envelope.key_id)
            .ok_or_else(|| KeyringError::UnknownKey { key_id: envelope.key_id.to_owned() })?;
        let data = place.associated_data(&key.id);
        let plaintext = key
            .cipher()
            .decrypt(&XNonce::from(envelope.nonce), Payload { msg: &envelope.ciphertext, aad: &data })
            .map(Zeroizing::new)
            .map_err(|_| KeyringError::Unopenable)?;
        // An exact copy: to shrink the vector itself would leave a copy behind that nobody erases.
        Ok(SecretSlice::from(Box::<[u8]>::from(plaintext.as_slice())))
    }

    /// Whether the envelope was sealed with the key that seals today; if not, it waits to be sealed anew.
    pub fn is_current(&self, envelope: &str) -> bool {
        Envelope::parse(envelope).is_ok_and(|envelope| envelope.key_id == self.keys.writing.id)
    }
}

/// The parts of a sealed value.
struct Envelope<'a> {
    key_id: &'a str,
    nonce: [u8; NONCE_LENGTH],
    ciphertext: Vec<u8>,
}

impl<'a> Envelope<'a> {
    fn parse(text: &'a str) -> Result<Self, KeyringError> {
        Self::parts(text).ok_or(KeyringError::Unopenable)
    }

    fn parts(text: &'a str) -> Option<Self> {
        let mut parts = text.split('.');
        let (version, key_id, nonce, ciphertext) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if version != VERSION || parts.next().is_some() {
            return None;
        }
        Some(Self {
            key_id,
            nonce: URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?,
            ciphertext: URL_SAFE_NO_PAD.decode(ciphertext).ok()?,
        })
    }
}
