//! Ids, keys and passwords: random to look at, the same for the same seed.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
/// Everything that a careless page breaks on is in here: markup, quotes, escapes.
const SIGNS: &[u8] = b"!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"";

/// The seeded source.
#[derive(Debug)]
pub(super) struct Random(Mutex<ChaCha20Rng>);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    pub(super) fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// 256 bits, for codes and refresh tokens.
    pub(super) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// `MS-CV`: 16 characters of base64 and `.0`.
    pub(super) fn ms_cv(&self) -> String {
        format!("{}.0", STANDARD.encode(self.bytes::<12>()))
    }

    /// An etag as the billing profile has it: a signed 64-bit integer.
    pub(super) fn etag(&self) -> String {
        i64::from_le_bytes(self.bytes()).to_string()
    }

    pub(super) fn duration(&self, at_least: Duration, at_most: Duration) -> Duration {
        let span = at_most.saturating_sub(at_least);
        at_least + span.mul_f64(f64::from(u32::from_le_bytes(self.bytes())) / f64::from(u32::MAX))
    }

    /// Eight or nine characters with at least one of each kind.
    pub(super) fn password(&self) -> String {
        let kinds = [LOWER, UPPER, DIGITS, SIGNS];
        let [length, rotation, picks @ ..] = self.bytes::<11>();
        let length = 8 + usize::from(length % 2);
        (0..length)
            .zip(picks)
            .map(|(position, pick)| {
                let kind = kinds[(position * 3 + usize::from(rotation)) % kinds.len()];
                char::from(kind[usize::from(pick) % kind.len()])
            })
            .collect()
    }
}

/// An id that depends on nothing but its name, so that demo data are the same under every seed.
pub(super) fn stable_uuid(name: &str) -> Uuid {
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
