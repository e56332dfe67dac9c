//! What goes out when sign-ins begin, as the authority sees it: many requests, held against each other and against chance.
#![expect(clippy::print_stderr, reason = "figures")]

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    io::Write,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, write::ZlibEncoder};
use url::Url;

use super::{
    fake_provider::{CLIENT_ID, FakeProvider, jar},
    *,
};

/// How many sign-ins, unless the environment asks for more; 10,000 is the full size.
const SIGN_INS: &str = "PORTAL_AUTHORIZATIONS";
const FEW: usize = 200;

/// A random value of this many bytes is in each place.
const BYTES: usize = 32;

fn sign_ins() -> usize {
    std::env::var_os(SIGN_INS).map_or(FEW, |text| text.to_str().unwrap().parse().unwrap())
}

/// What has been seen in one place.
#[derive(Default)]
struct Seen {
    values: HashSet<String>,
    /// All of them, one after the other.
    all: Vec<u8>,
    /// How often each byte has come, wherever it stood.
    bytes: BTreeMap<u8, u32>,
    /// How often each bit was set.
    bits: Vec<u32>,
}

impl Seen {
    fn note(&mut self, value: &str) {
        let bytes = URL_SAFE_NO_PAD.decode(value).unwrap();
        assert_eq!(bytes.len(), BYTES, "{value}");
        assert!(self.values.insert(value.to_owned()), "a value has come twice");
        self.all.extend_from_slice(&bytes);
        self.bits.resize(8 * BYTES, 0);
        for (at, byte) in bytes.iter().enumerate() {
            *self.bytes.entry(*byte).or_default() += 1;
            for bit in 0..8 {
                self.bits[8 * at + bit] += u32::from(byte >> bit & 1);
            }
        }
    }

    /// How many of the bits are as often set as not, by five standard deviations: so many are random.
    fn random_bits(&self) -> usize {
        let values = f64::from(self.count());
        let allowed = 5.0 * values.sqrt() / 2.0;
        self.bits.iter().filter(|set| (f64::from(**set) - values / 2.0).abs() <= allowed).count()
    }

    /// Pearson's statistic over the 256 bytes: 255 on average, 22.6 its standard deviation.
    fn chi_square(&self) -> f64 {
        let expected = f64::from(self.count()) * 32.0 / 256.0;
        let seen = (0..=u8::MAX).map(|byte| f64::from(*self.bytes.get(&byte).unwrap_or(&0)));
        seen.map(|seen| (seen - expected).powi(2) / expected).sum()
    }

    /// Whether they can be said in fewer bytes.
    fn is_compressible(&self) -> bool {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&self.all).unwrap();
        encoder.finish().unwrap().len() < self.all.len()
    }

    fn count(&self) -> u32 {
        self.values.len().try_into().unwrap()
    }
}

fn parameters(url: &Url) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let parameters: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(parameters.len(), pairs.len(), "each once: {url}");
    parameters
}

#[tokio::test]
async fn states_nonces_and_challenges_never_repeat() {
    const PUBLIC: &str = "https://portal.example";
    let provider = FakeProvider::start().await;
    let entra = provider.entra_at(PUBLIC);
    let (mut seen, sign_ins) = (BTreeMap::<&str, Seen>::new(), sign_ins());
    for _ in 0..sign_ins {
        let redirect = entra.start(SignInRequest::default()).await.unwrap();
        let asked = parameters(&redirect.url);
        // Exactly this, and nothing that nobody needs.
        let fixed = [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", "https://portal.example/auth/callback"),
            ("scope", "https://api.partnercenter.microsoft.com/user_impersonation offline_access openid profile"),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in fixed {
            assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
        }
        let names = fixed.iter().map(|(name, _)| *name).chain(["state", "nonce", "code_challenge"]);
        assert_eq!(asked.keys().map(String::as_str).collect::<BTreeSet<_>>(), names.collect());
        for name in ["state", "nonce", "code_challenge"] {
            seen.entry(name).or_default().note(&asked[name]);
        }
        seen.entry("cookie").or_default().note(redirect.cookies[0].value());
        entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await.unwrap();
    }
    let verifiers = std::mem::take(&mut provider.world().verifiers);
    assert_eq!(verifiers.len(), sign_ins);
    for verifier in verifiers {
        assert!((43..=128).contains(&verifier.len()), "{}", verifier.len());
        seen.entry("code_verifier").or_default().note(&verifier);
    }
    assert_eq!(seen.len(), 5);
    for (name, seen) in &seen {
        let (bits, chi_square) = (seen.random_bits(), seen.chi_square());
        eprintln!(
            "{name}: {sign_ins} values, 0 repeats, {bits} random bits, chi-square {chi_square:.0} (255 expected)"
        );
        assert!(bits >= 128, "{name}: {bits} random bits");
        assert!(!seen.is_compressible(), "{name} can be compressed");
        assert!((125.0..385.0).contains(&chi_square), "{name}: {chi_square}");
    }
}

#[test]
fn values_that_are_not_random_are_noticed() {
    let mut counted = Seen::default();
    for number in 0..2_000_u64 {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        counted.note(&URL_SAFE_NO_PAD.encode(bytes));
    }
    assert!(counted.random_bits() < 16, "{}", counted.random_bits());
    assert!(counted.chi_square() > 1_000.0 && counted.is_compressible());
}
