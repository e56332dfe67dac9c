//! B2 of ID tokens and key sets: what is not the token of the authority, letter for letter, is refused, and refused by a
//! word. The size and the seed are those of `src/tests/bad_input`.
#![expect(clippy::print_stderr, clippy::disallowed_methods, reason = "figures, and what decides the size")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    fake_provider::{CLIENT_ID, FakeProvider, TENANT},
    id_token::{self, Expected},
    keys::KeySet,
    settings::Door,
};
use crate::clock::Timestamp;

/// Chance that a seed repeats (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn mutated(&mut self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len() + 1);
            let until = (at + self.below(20)).min(bytes.len());
            match self.below(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(7),
                1 => bytes.insert(at, *b".=_-A{\"\0 %".get(self.below(10)).unwrap()),
                2 => drop(bytes.drain(at..until)),
                3 => bytes.truncate(at),
                4 => drop(bytes.splice(at..at, text.bytes().skip(at / 2).take(30).collect::<Vec<_>>())),
                _ => {
                    let by = at.min(bytes.len());
                    bytes.rotate_left(by);
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn chance() -> Dice {
    let seed = std::env::var("PORTAL_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().1);
    eprintln!("PORTAL_SEED={seed}");
    Dice(seed)
}

/// How often this run tries.
fn size(full: usize) -> usize {
    let text = std::env::var("PORTAL_BAD_INPUT").unwrap_or_else(|_| "1/500".to_owned());
    let (part, whole) = text.split_once('/').unwrap_or((&text, "1"));
    full * part.parse::<usize>().unwrap() / whole.parse::<usize>().unwrap()
}

/// A header or claims of another making, so that they still are JSON.
fn otherwise(dice: &mut Dice, part: &str) -> String {
    let mut value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let fields = value.as_object_mut().unwrap();
    let names =
        ["alg", "kid", "crit", "jwk", "jku", "x5c", "b64", "zip", "iss", "aud", "exp", "nbf", "nonce", "tid", "oid"];
    let values = [
        json!(null),
        json!("none"),
        json!("HS256"),
        json!("RS512"),
        json!(""),
        json!(-1),
        json!(1e300),
        json!([]),
        json!(["exp"]),
        json!({}),
        json!("../../x"),
        json!("one\0"),
        json!(["a", "b"]),
        json!("\u{202e}"),
    ];
    for _ in 0..=dice.below(2) {
        fields.insert(names[dice.below(names.len())].to_owned(), values[dice.below(values.len())].clone());
    }
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn no_id_token_but_the_signed_one_is_believed() {
    let provider = FakeProvider::start().await;
    let (token, issuer, document) = provider.token_and_keys();
    let keys = KeySet::from_json(document.as_bytes(), &issuer, TENANT).unwrap();
    let now = provider.now();
    let verify = |token: &str, now: Timestamp| {
        let expected = Expected {
            issuer: &issuer,
            client_id: CLIENT_ID,
            door: Door::Provider,
            provider: TENANT,
            nonce: None,
            access_token: "",
            now,
        };
        id_token::verify(token, &keys, &expected).is_ok()
    };
    assert!(verify(&token, now));
    let (mut dice, count) = (chance(), size(1_000_000));
    let parts: Vec<&str> = token.split('.').collect();
    for _ in 0..count {
        let made_up = match dice.below(6) {
            0 => format!("{}.{}.{}", otherwise(&mut dice, parts[0]), parts[1], parts[2]),
            1 => format!("{}.{}.{}", parts[0], otherwise(&mut dice, parts[1]), parts[2]),
            2 => format!("{}.{}.", otherwise(&mut dice, parts[0]), otherwise(&mut dice, parts[1])),
            _ => dice.mutated(&token),
        };
        assert!(made_up == token || !verify(&made_up, now), "{made_up}");
    }
    eprintln!("{count} tokens, none believed");
}

#[tokio::test]
async fn no_key_set_is_too_much_for_its_reader() {
    let provider = FakeProvider::start().await;
    let (token, issuer, document) = provider.token_and_keys();
    let (mut dice, count) = (chance(), size(1_000_000) / 4);
    for _ in 0..count {
        let made_up = dice.mutated(&document);
        if let Some(keys) = KeySet::from_json(made_up.as_bytes(), &issuer, TENANT) {
            let _ = id_token::key_id(&token).map(|id| keys.named(id.as_deref()).len());
        }
    }
    eprintln!("{count} key sets");
}

#[tokio::test]
async fn what_is_no_id_of_a_tenant_makes_no_issuer() {
    let provider = FakeProvider::start().await;
    for (tid, expected) in [("484e548c-f5f3-4528-93a9-c16c6373cb59", true), ("common", false), ("../t", false)] {
        provider.world().claims_patch = json!({"tid": tid, "iss": format!("https://authority.example/{tid}/v2.0")});
        let (token, issuer, document) = provider.token_and_keys();
        let keys = KeySet::from_json(document.as_bytes(), &issuer, TENANT).unwrap();
        let template = Expected {
            issuer: "https://authority.example/{tenantid}/v2.0",
            client_id: CLIENT_ID,
            door: Door::Organizations,
            provider: TENANT,
            nonce: None,
            access_token: "",
            now: provider.now(),
        };
        assert_eq!(id_token::verify(&token, &keys, &template).is_ok(), expected, "{tid}");
    }
}
