//! The connected account, over the years and Entra's refusals.

use super::{
    fake_provider::{FakeProvider, Refresh, jar},
    *,
};
use crate::{
    clock::SignedDuration,
    domain::{Operator, Role, Side},
};

fn nestor() -> Operator {
    Operator {
        key: PersonKey { tid: fake_provider::TENANT.to_owned(), oid: "nestor".to_owned() },
        name: "Nestor Wilke".to_owned(),
        sign_in_name: "nestor@tailwind.example".to_owned(),
        side: Side::Provider(Role::Admin),
        address: None,
    }
}

async fn connect(provider: &FakeProvider, entra: &Entra) {
    let request = SignInRequest { purpose: Purpose::Connect, ..SignInRequest::default() };
    let redirect = entra.start(request).await.unwrap();
    assert!(redirect.url.query().unwrap().contains("prompt=login"), "{}", redirect.url);
    let finished = entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await.unwrap();
    let Finished::Consented(consent) = finished else { panic!("an account has agreed, nobody has signed in") };
    entra.connect(&nestor(), consent).await.unwrap();
}

#[tokio::test]
async fn the_connected_account_gives_tokens_and_no_sign_out_of_the_same_account_ends_it() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    assert!(matches!(entra.connection_token().await, Err(TokenError::NotConnected)));
    connect(&provider, &entra).await;
    assert!(entra.connection_token().await.is_ok());
    assert!(
        matches!(entra.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)),
        "nobody signed in"
    );
    entra.forget(&FakeProvider::adele()).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(2));
    let processes = [provider.entra(), provider.entra()];
    let (one, other) = tokio::join!(processes[0].connection_token(), processes[1].connection_token());
    assert!(one.is_ok() && other.is_ok());
    let refreshes = provider.world().refreshes;
    assert_eq!((refreshes, provider.world().reused), (1, 0), "one refreshes for all");
    assert!(entra.disconnect(&nestor()).await.unwrap());
    assert!(matches!(provider.entra().connection_token().await, Err(TokenError::NotConnected)));
    assert_eq!(entra.connection().await.unwrap(), None);
}

#[tokio::test]
async fn a_refusal_is_kept_with_its_number_until_the_account_is_connected_again() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    connect(&provider, &entra).await;
    provider.world().refresh = Refresh::Refuse(400, "invalid_grant");
    provider.clock.advance(SignedDuration::from_hours(2));
    for _ in 0..2 {
        assert!(matches!(entra.connection_token().await, Err(TokenError::NotConnected)));
    }
    let trouble = entra.connection().await.unwrap().unwrap().trouble.unwrap();
    assert_eq!((trouble.aadsts, trouble.since), (Some(50_173), provider.now()));
    assert_eq!(provider.world().refreshes, 1, "Entra is not asked again in vain");
    provider.world().refresh = Refresh::Rotate;
    connect(&provider, &entra).await;
    assert_eq!(entra.connection().await.unwrap().unwrap().trouble, None);
    assert!(entra.connection_token().await.is_ok());
}

#[tokio::test]
async fn an_outage_of_entra_is_no_trouble_of_the_account() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    connect(&provider, &entra).await;
    provider.world().refresh = Refresh::Refuse(503, "temporarily_unavailable");
    provider.clock.advance(SignedDuration::from_hours(2));
    assert!(matches!(entra.connection_token().await, Err(TokenError::Unavailable)));
    assert_eq!(entra.connection().await.unwrap().unwrap().trouble, None);
}

#[tokio::test]
async fn a_renewal_is_asked_for_two_weeks_before_the_ninety_days_are_over() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    connect(&provider, &entra).await;
    let connection = entra.connection().await.unwrap().unwrap();
    let days = |days: i64| connection.connected_at.saturating_add(SignedDuration::from_hours(24 * days)).unwrap();
    assert!(!connection.is_old(days(75)) && connection.is_old(days(76)));
    assert_eq!(connection.renew_by(), days(90));
}

#[tokio::test]
async fn what_people_of_other_tenants_have_granted_is_no_token_for_partner_center() {
    let provider = FakeProvider::start().await;
    let foreign = PersonKey { tid: "484e548c-f5f3-4528-93a9-c16c6373cb59".to_owned(), oid: "megan".to_owned() };
    assert!(matches!(provider.entra().access_token(&foreign).await, Err(TokenError::NotConnected)));
}

#[tokio::test]
async fn that_the_account_is_used_is_noted_once_an_hour_and_at_once_if_it_was_in_trouble() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    connect(&provider, &entra).await;
    let connected_at = provider.now();
    let noted = async || {
        assert!(entra.connection_token().await.is_ok());
        entra.connection().await.unwrap().unwrap()
    };
    provider.clock.advance(SignedDuration::from_mins(59));
    assert_eq!(noted().await.used_at, connected_at, "not every call is a write");
    provider.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(noted().await.used_at, provider.now());
    // Another process was refused, and this one was not.
    provider.clock.advance(SignedDuration::from_mins(1));
    entra.inner.note_trouble(None).await;
    assert!(entra.connection().await.unwrap().unwrap().trouble.is_some());
    let connection = noted().await;
    assert_eq!((connection.used_at, connection.trouble), (provider.now(), None));
}

#[tokio::test]
async fn a_token_of_the_account_that_is_not_used_again_costs_nobody_else_a_refresh() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let redirect = entra.start(SignInRequest::default()).await.unwrap();
    entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await.unwrap();
    connect(&provider, &entra).await;
    entra.discard_connection_token();
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
    assert_eq!(provider.world().refreshes, 0, "Adele's own is as good as before");
    assert!(entra.connection_token().await.is_ok());
    assert_eq!(provider.world().refreshes, 1);
}
