//! Sealing keys and the envelope of everything secret that is stored.

mod edit;
mod file;
mod place;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretBox, SecretSlice};
use zeroize::Zeroizing;

use self::file::Stamp;
pub use self::{
    edit::{add_key, retire_key, write_with_newest},
    place::{SealedColumn, SealedIn},
};
use crate::clock::{Ambient, SignedDuration, Timestamp};

/// Length of a key in bytes.
const KEY_LENGTH: usize = 32;

/// Length of a nonce in bytes: long enough that random ones do not meet.
const NONCE_LENGTH: usize = 24;

/// First part of an envelope; another algorithm or layout would be another version.
const VERSION: &str = "v1";

/// How long a process may go on sealing with a key that is no longer the writing one.
pub const NOTICED_WITHIN: SignedDuration = SignedDuration::from_secs(2);

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
    /// There is no keys file (yet, or any more).
    #[error("keys file {path} is missing")]
    Missing {
        /// Where it should be.
        path: String,
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

/// The keys of a keyring in the order of the file, and which of them seals.
struct Keys {
    all: Vec<Key>,
    writing: usize,
}

impl Keys {
    fn writing(&self) -> &Key {
        &self.all[self.writing]
    }

    fn find(&self, id: &str) -> Option<&Key> {
        self.all.iter().find(|key| key.id == id)
    }
}

/// What a key is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// It sealed once, and opens what is not sealed anew yet.
    Former,
    /// It seals.
    Writing,
    /// It came after the writing one and has not sealed anything yet.
    Next,
}

/// Several keys that open, one that seals. XChaCha20-Poly1305; envelope `v1.<key id>.<nonce>.<ciphertext>`.
///
/// The file may change while the portal runs: a key that is not known is looked for in it at once, another writing key
/// is noticed within [`NOTICED_WITHIN`]. Keys that are at hand stay so if the file disappears or cannot be read.
#[derive(Clone)]
pub struct Keyring {
    shared: Arc<Shared>,
}

struct Shared {
    /// `None`: the keys are kept nowhere.
    file: Option<PathBuf>,
    held: RwLock<Held>,
    ambient: Ambient,
}

#[derive(Clone)]
struct Held {
    /// `None`: the file has not been there yet.
    keys: Option<Arc<Keys>>,
    /// Of the file as it was looked at last.
    stamp: Option<Stamp>,
    looked_at: Timestamp,
}

impl fmt::Debug for Keyring {
    /// Names the keys and shows none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("keys", &self.key_ids()).finish_non_exhaustive()
    }
}

impl Keyring {
    /// Reads the keys file.
    pub fn open_file(path: &Path, ambient: Ambient) -> Result<Self, KeyringError> {
        let keyring = Self::waiting_for(path, ambient);
        keyring.look(&keyring.held())?;
        match keyring.keys() {
            Some(_) => Ok(keyring),
            None => Err(KeyringError::Missing { path: path.display().to_string() }),
        }
    }

    /// Reads the keys file; makes one with a fresh key and mode 0600 if there is none.
    pub fn open_or_create(path: &Path, ambient: Ambient) -> Result<Self, KeyringError> {
        match Self::open_file(path, ambient.clone()) {
            Err(KeyringError::Missing { .. }) => {
                file::create(path, &ambient)?;
                Self::open_file(path, ambient)
            }
            result => result,
        }
    }

    /// A keyring whose file is missing: nothing is sealed or opened until it is there.
    pub fn waiting_for(path: &Path, ambient: Ambient) -> Self {
        let held = Held { keys: None, stamp: None, looked_at: Timestamp::MIN };
        Self { shared: Arc::new(Shared { file: Some(path.to_owned()), held: RwLock::new(held), ambient }) }
    }

    /// A keyring with one random key that is kept nowhere; for tests and the demo.
    pub fn ephemeral(ambient: Ambient) -> Self {
        let keys = Keys { all: vec![Key::generate(&ambient)], writing: 0 };
        let held = Held { keys: Some(Arc::new(keys)), stamp: None, looked_at: Timestamp::MIN };
        Self { shared: Arc::new(Shared { file: None, held: RwLock::new(held), ambient }) }
    }

    /// Seals `plaintext` for one place.
    ///
    /// # Panics
    /// If `plaintext` is longer than 256 GiB.
    pub fn seal(&self, place: SealedIn<'_>, plaintext: &[u8]) -> Result<String, KeyringError> {
        let keys = self.current_keys()?;
        let key = keys.writing();
        let nonce = self.shared.ambient.bytes::<NONCE_LENGTH>();
        let data = place.associated_data(&key.id);
        #[expect(clippy::expect_used, reason = "fails beyond 256 GiB alone, and what is sealed here are passwords")]
        let ciphertext = key
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: &data })
            .expect("a secret is shorter than 256 GiB");
        Ok(format!("{}{}.{}", prefix(&key.id), URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(ciphertext)))
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: SealedIn<'_>, envelope: &str) -> Result<SecretSlice<u8>, KeyringError> {
        let envelope = Envelope::parse(envelope)?;
        let keys = self.keys_with(envelope.key_id)?;
        let key = keys
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

    /// Whether anything can be sealed: to be asked before something is begun whose end has to be.
    pub fn can_seal(&self) -> Result<(), KeyringError> {
        self.current_keys().map(|_| ())
    }

    /// The id of the key that seals.
    pub fn writing_key_id(&self) -> Result<String, KeyringError> {
        Ok(self.current_keys()?.writing().id.clone())
    }

    /// The ids of all keys in the order of the file, which is that of their age.
    pub fn key_ids(&self) -> Vec<(String, KeyUse)> {
        let Some(keys) = self.keys() else { return Vec::new() };
        let all = keys.all.iter().enumerate();
        all.map(|(at, key)| {
            let is_for = match at.cmp(&keys.writing) {
                std::cmp::Ordering::Less => KeyUse::Former,
                std::cmp::Ordering::Equal => KeyUse::Writing,
                std::cmp::Ordering::Greater => KeyUse::Next,
            };
            (key.id.clone(), is_for)
        })
        .collect()
    }

    fn keys(&self) -> Option<Arc<Keys>> {
        self.held().keys
    }

    /// The keys as the file has had them within the last [`NOTICED_WITHIN`].
    fn current_keys(&self) -> Result<Arc<Keys>, KeyringError> {
        let held = self.held();
        let age = self.shared.ambient.now().duration_since(held.looked_at);
        // A clock that was set back makes an age negative.
        let is_fresh = held.keys.is_some() && age >= SignedDuration::ZERO && age < NOTICED_WITHIN;
        if !is_fresh {
            self.look_and_log(&held);
        }
        self.keys().ok_or_else(|| self.missing())
    }

    /// The keys, looked up in the file again if this one is not among them.
    fn keys_with(&self, id: &str) -> Result<Arc<Keys>, KeyringError> {
        let held = self.held();
        if held.keys.as_ref().is_none_or(|keys| keys.find(id).is_none()) {
            self.look_and_log(&held);
        }
        self.keys().ok_or_else(|| self.missing())
    }

    fn missing(&self) -> KeyringError {
        let path = self.shared.file.as_ref().map_or_else(String::new, |path| path.display().to_string());
        KeyringError::Missing { path }
    }

    fn held(&self) -> Held {
        self.shared.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look_and_log(&self, held: &Held) {
        if let Err(error) = self.look(held) {
            tracing::error!(%error, "the keys file has changed and cannot be used; the keys at hand stay in use");
        }
    }

    /// Reads the file if it is another than before.
    fn look(&self, held: &Held) -> Result<(), KeyringError> {
        let Some(path) = &self.shared.file else { return Ok(()) };
        let stamp = file::stamp(path);
        let read = match &stamp {
            Some(stamp) if held.stamp.as_ref() != Some(stamp) => Some(file::read(path)),
            _ => None,
        };
        let mut now = self.shared.held.write().unwrap_or_else(PoisonError::into_inner);
        now.looked_at = self.shared.ambient.now();
        let was_there = now.stamp.is_some();
        now.stamp = stamp;
        match read {
            Some(Ok(keys)) => now.keys = Some(Arc::new(keys)),
            Some(Err(error)) => return Err(error),
            None if was_there && now.stamp.is_none() => return Err(self.missing()),
            None => {}
        }
        Ok(())
    }
}

/// What every envelope of a key begins with.
pub fn prefix(key_id: &str) -> String {
    format!("{VERSION}.{key_id}.")
}

/// The id of the key that an envelope was sealed with; `None` if it is none.
pub fn key_id_of(envelope: &str) -> Option<&str> {
    Envelope::parse(envelope).ok().map(|envelope| envelope.key_id)
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
