//! What becomes of a person who works on while somebody changes the role, the relationship or the account.

use std::sync::Arc;

use serde_json::json;
use tower_sessions::session::Id;

use super::*;
use crate::{
    clock::SignedDuration,
    domain::{ResellerChoice, ResellerState},
    entra::{
        SignInRequest,
        fake_provider::{FakeProvider, Refresh, jar},
    },
};

struct Fixture {
    provider: FakeProvider,
    sessions: Sessions,
    id: Id,
}

impl Fixture {
    /// Adele has signed in, an account manager.
    async fn signed_in() -> Self {
        let provider = FakeProvider::start().await;
        let entra = provider.entra();
        let (database, keyring) = (provider.database.clone(), provider.keyring.clone());
        let sessions = Sessions::new(database, keyring, entra.clone(), provider.ambient.clone());
        let redirect = entra.start(SignInRequest::default()).await.unwrap();
        let finished = entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await.unwrap();
        let session = Session::new(None, Arc::new(sessions.rows()), None);
        sessions.sign_in(&session, &finished.signed_in().unwrap().identity, None).await.unwrap();
        Self { provider, id: session.id().unwrap(), sessions }
    }

    async fn operator_after(&self, minutes: i64) -> Result<Option<Operator>, SessionError> {
        self.provider.clock.advance(SignedDuration::from_mins(minutes));
        self.sessions.operator(&Session::new(Some(self.id), Arc::new(self.sessions.rows()), None)).await
    }

    /// Until the authority has been asked so often.
    async fn asked(&self, times: u32) {
        while self.provider.world().refreshes < times {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_role_that_was_taken_away_at_entra_is_gone_within_the_hour() {
    let fixture = Fixture::signed_in().await;
    assert!(fixture.operator_after(29).await.unwrap().is_some());
    assert_eq!(fixture.provider.world().refreshes, 0, "nobody is asked twice in half an hour");
    fixture.provider.world().claims_patch = json!({ "roles": ["Portal.Support"] });
    assert_eq!(fixture.operator_after(2).await.unwrap().unwrap().role(), Some(Role::AccountManager));
    fixture.asked(1).await;
    while fixture.operator_after(0).await.unwrap().unwrap().role() != Some(Role::Support) {
        tokio::task::yield_now().await;
    }
    fixture.provider.world().claims_patch = json!({ "roles": [] });
    assert!(fixture.operator_after(29).await.unwrap().is_some());
    assert!(fixture.operator_after(2).await.unwrap().is_some(), "answered while the authority is asked");
    fixture.asked(2).await;
    while fixture.operator_after(0).await.unwrap().is_some() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn while_the_authority_is_down_a_role_is_believed_for_an_hour_and_no_longer() {
    let fixture = Fixture::signed_in().await;
    fixture.provider.world().refresh = Refresh::Refuse(503, "temporarily_unavailable");
    assert!(fixture.operator_after(29).await.unwrap().is_some());
    assert!(fixture.operator_after(29).await.unwrap().is_some());
    fixture.asked(1).await;
    assert!(matches!(fixture.operator_after(2).await, Err(SessionError::Unconfirmed)));
    fixture.provider.world().refresh = Refresh::Rotate;
    assert!(fixture.operator_after(1).await.unwrap().is_some(), "it answers again, and nobody has to sign in");
}

#[tokio::test]
async fn whom_entra_has_revoked_is_out_within_the_hour() {
    let fixture = Fixture::signed_in().await;
    fixture.provider.world().refresh = Refresh::Refuse(400, "invalid_grant");
    assert!(fixture.operator_after(29).await.unwrap().is_some());
    assert!(fixture.operator_after(2).await.unwrap().is_some());
    fixture.asked(1).await;
    while fixture.operator_after(0).await.unwrap().is_some() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn of_many_at_once_one_asks_even_if_another_has_looked_at_the_clock_a_little_earlier() {
    let fixture = Fixture::signed_in().await;
    let (sessions, clock, adele) = (&fixture.sessions, &fixture.provider.clock, FakeProvider::adele());
    clock.advance(SignedDuration::from_mins(31));
    assert!(sessions.may_ask(&adele).await.unwrap());
    clock.advance(SignedDuration::from_millis(-1));
    assert!(!sessions.may_ask(&adele).await.unwrap());
    clock.advance(SignedDuration::from_hours(-1));
    assert!(sessions.may_ask(&adele).await.unwrap(), "a clock that was set back keeps nobody from asking");
}

#[tokio::test]
async fn a_relationship_that_ends_shuts_its_people_out_at_the_next_request() {
    let fixture = Fixture::signed_in().await;
    let (sessions, now) = (&fixture.sessions, fixture.provider.now());
    let tid = "484e548c-f5f3-4528-93a9-c16c6373cb59";
    let reseller = |state| ResellerChoice {
        id: tid.parse().unwrap(),
        name: "First Up Consultants".to_owned(),
        mpn_id: "4847383".to_owned(),
        location: "US".to_owned(),
        state,
    };
    let identity = Identity {
        key: PersonKey { tid: tid.to_owned(), oid: "megan".to_owned() },
        name: "Megan Bowen".to_owned(),
        sign_in_name: "megan@firstup.example".to_owned(),
        roles: vec!["Portal.Admin".to_owned()],
    };
    let session = Session::new(None, Arc::new(sessions.rows()), None);
    let unknown = sessions.sign_in(&session, &identity, None).await;
    assert!(matches!(unknown, Err(SessionError::NoRelationship)));
    sessions.relationships.keep(&[reseller(ResellerState::Active)], now).await.unwrap();
    sessions.sign_in(&session, &identity, None).await.unwrap();
    let operator = sessions.operator(&session).await.unwrap().unwrap();
    assert_eq!((operator.role(), operator.reseller().unwrap().name.as_str()), (None, "First Up Consultants"));
    fixture.provider.clock.advance(SignedDuration::from_secs(1));
    let ended = [reseller(ResellerState::Inactive("Suspended".to_owned()))];
    sessions.relationships.keep(&ended, fixture.provider.now()).await.unwrap();
    assert_eq!(sessions.operator(&session).await.unwrap(), None);
}

#[tokio::test]
async fn of_many_requests_one_in_half_a_minute_asks_an_authority_that_is_down() {
    let fixture = Fixture::signed_in().await;
    fixture.provider.world().refresh = Refresh::Refuse(503, "temporarily_unavailable");
    assert!(fixture.operator_after(29).await.unwrap().is_some());
    assert!(fixture.operator_after(2).await.unwrap().is_some());
    fixture.asked(1).await;
    for _ in 0..3 {
        assert!(fixture.operator_after(0).await.unwrap().is_some());
    }
    // Whoever asked beside a request would have done so by now.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(fixture.provider.world().refreshes, 1, "while the role is still believed");
    assert!(fixture.operator_after(28).await.unwrap().is_some());
    fixture.asked(2).await;
    assert!(matches!(fixture.operator_after(1).await, Err(SessionError::Unconfirmed)));
    let asked = fixture.provider.world().refreshes;
    for _ in 0..3 {
        assert!(matches!(fixture.operator_after(0).await, Err(SessionError::Unconfirmed)));
    }
    assert_eq!(fixture.provider.world().refreshes, asked, "when it is not believed any more");
}
