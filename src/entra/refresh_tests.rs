//! What can be wrong with the answer to a refresh: whatever it is, no token comes of it, and what is not to be trusted
//! ends the grant.

use serde_json::{Value, json};

use super::{
    fake_provider::{FakeProvider, Signer, World, jar},
    *,
};
use crate::clock::SignedDuration;

type Spoil = fn(&mut World);

/// What ends the grant: the person has to sign in again, and the refresh token is used no second time.
const UNTRUSTED: &[(&str, Spoil)] = &[
    ("alg-none", |world| world.signer = Signer::Nobody),
    ("alg-hs256-public-key", |world| world.signer = Signer::PublicKeyAsSecret),
    ("alg-hs256-client-secret", |world| world.signer = Signer::ClientSecret),
    ("alg-rs512", |world| world.header_patch = json!({"alg": "RS512"})),
    ("bad-sig-rs256", |world| world.signer = Signer::Foreign),
    ("signature-altered", |world| world.signer = Signer::Altered),
    ("signature-stripped", |world| world.signer = Signer::Stripped),
    ("kid-unknown", |world| world.header_patch = json!({"kid": "unknown"})),
    ("crit-unknown", |world| world.header_patch = json!({"crit": ["x"], "x": 1})),
    ("id-token-garbage", |world| world.answer_patch = json!({"id_token": "a.b.c"})),
    ("iss-invalid", |world| claim(world, json!({"iss": "https://evil.example"}))),
    ("iss-missing", |world| claim(world, json!({"iss": null}))),
    ("aud-invalid", |world| claim(world, json!({"aud": "another-app"}))),
    ("aud-missing", |world| claim(world, json!({"aud": null}))),
    ("azp-invalid", |world| claim(world, json!({"azp": "another-app"}))),
    ("exp-past", |world| claim(world, json!({"exp": 1}))),
    ("exp-missing", |world| claim(world, json!({"exp": null}))),
    ("iat-missing", |world| claim(world, json!({"iat": null}))),
    ("iat-future", |world| claim(world, json!({"iat": 4_000_000_000_i64}))),
    ("nbf-future", |world| claim(world, json!({"nbf": 4_000_000_000_i64}))),
    ("sub-missing", |world| claim(world, json!({"sub": null}))),
    ("oid-missing", |world| claim(world, json!({"oid": null}))),
    ("oid-of-another", |world| claim(world, json!({"oid": "another"}))),
    ("tid-foreign", |world| claim(world, json!({"tid": "484e548c-f5f3-4528-93a9-c16c6373cb59"}))),
    ("at-hash-invalid", |world| claim(world, json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}))),
    ("amr-single", |world| world.access_claims_patch = json!({"amr": ["pwd"]})),
    ("access-token-for-id-token", |world| {
        claim(world, json!({"aud": "https://api.partnercenter.microsoft.com", "amr": ["pwd", "mfa"]}));
    }),
];

/// What is no answer: it may be better the next time, and costs nothing.
const UNUSABLE: &[(&str, Spoil)] = &[
    ("access-token-missing", |world| world.answer_patch = json!({"access_token": null})),
    ("token-type-missing", |world| world.answer_patch = json!({"token_type": null})),
    ("token-type-invalid", |world| world.answer_patch = json!({"token_type": "mac"})),
];

fn claim(world: &mut World, claims: Value) {
    world.claims_patch = claims;
}

/// Signs Adele in; an hour later her access token is over.
async fn an_hour_after_signing_in(provider: &FakeProvider, entra: &Entra) {
    let redirect = entra.start(SignInRequest::default()).await.unwrap();
    entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    provider.world().refreshes = 0;
}

#[tokio::test]
async fn a_refresh_whose_tokens_are_not_to_be_trusted_ends_the_grant() {
    let provider = FakeProvider::start().await;
    let (entra, adele) = (provider.entra(), FakeProvider::adele());
    for (name, spoil) in UNTRUSTED {
        an_hour_after_signing_in(&provider, &entra).await;
        spoil(&mut provider.world());
        let refused = entra.access_token(&adele).await;
        assert!(matches!(refused, Err(TokenError::SignInAgain)), "{name}: {:?}", refused.err());
        provider.world().do_well();
        let refused = entra.access_token(&adele).await;
        assert!(matches!(refused, Err(TokenError::SignInAgain)), "{name}: it has come back");
        assert_eq!(provider.world().refreshes, 1, "{name}");
        let known = entra.reread(&adele).await;
        assert!(matches!(known, Err(TokenError::SignInAgain)), "{name}: who it is");
    }
    assert_eq!(UNTRUSTED.len(), 27);
}

#[tokio::test]
async fn an_answer_to_a_refresh_that_is_none_is_not_used_and_costs_no_grant() {
    let provider = FakeProvider::start().await;
    let (entra, adele) = (provider.entra(), FakeProvider::adele());
    for (name, spoil) in UNUSABLE {
        an_hour_after_signing_in(&provider, &entra).await;
        let kept = provider.world().good_refresh_token.clone();
        spoil(&mut provider.world());
        assert!(matches!(entra.access_token(&adele).await, Err(TokenError::Unavailable)), "{name}");
        provider.world().do_well();
        // As Entra does: the former refresh token stays good.
        provider.world().good_refresh_token = kept;
        assert!(entra.access_token(&adele).await.is_ok(), "{name}");
    }
}
