//! Sessions, by a clock that is moved by hand.

use std::sync::Arc;

use tower_sessions::session::Id;

use super::*;
use crate::{
    clock::{ManualClock, SignedDuration, SystemRandom},
    entra::EntraSettings,
    http,
};

struct Fixture {
    clock: Arc<ManualClock>,
    database: Database,
    sessions: Sessions,
}

async fn fixture() -> Fixture {
    let clock = Arc::new(ManualClock::new("2026-11-20T12:00:00Z".parse().unwrap()));
    let ambient = Ambient { clock: clock.clone(), random: Arc::new(SystemRandom) };
    let database = Database::temporary().await.unwrap();
    let keyring = Keyring::ephemeral(ambient.clone());
    let settings = EntraSettings {
        authority: "http://127.0.0.1:9".parse().unwrap(),
        tenant_id: "t".to_owned(),
        client_id: "c".to_owned(),
        client_secret: "s".into(),
        redirect_uri: "http://localhost:3000/auth/callback".parse().unwrap(),
        resource: "https://api.partnercenter.microsoft.com".to_owned(),
    };
    let client = http::client("test").unwrap();
    let entra = Entra::new(settings, client, database.clone(), keyring.clone(), ambient.clone());
    let sessions = Sessions::new(database.clone(), keyring, entra, ambient);
    Fixture { clock, database, sessions }
}

impl Fixture {
    /// The session of a request that brings this cookie.
    fn request(&self, id: Option<Id>) -> Session {
        Session::new(id, Arc::new(self.sessions.rows()), None)
    }

    async fn sign_in(&self, roles: &[&str]) -> Id {
        let session = self.request(None);
        self.sessions.sign_in(&session, &adele(roles), None).await.unwrap();
        session.id().unwrap()
    }

    async fn operator(&self, id: Id) -> Option<Operator> {
        self.sessions.operator(&self.request(Some(id))).await.unwrap()
    }

    /// As if the authority had been asked just now.
    async fn roles_are_fresh(&self) {
        sqlx::query("UPDATE operator SET checked_at = $1")
            .bind(self.sessions.ambient.now().as_microsecond())
            .execute(self.database.write())
            .await
            .unwrap();
    }

    async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query(statement).fetch_one(self.database.read()).await.unwrap().get(0)
    }
}

fn adele(roles: &[&str]) -> Identity {
    Identity {
        key: PersonKey { tid: "t".to_owned(), oid: "adele".to_owned() },
        name: "Adele Vance".to_owned(),
        sign_in_name: "adele@tailwind.example".to_owned(),
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
    }
}

#[tokio::test]
async fn the_strongest_role_counts_and_foreign_words_do_not() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Support", "Portal.Admin", "Portal.AccountManager", "Other.Owner"]).await;
    let operator = fixture.operator(id).await.unwrap();
    assert_eq!(operator.role(), Some(Role::Admin));
    assert_eq!(operator.name, "Adele Vance");
}

#[tokio::test]
async fn who_has_no_role_gets_no_session_and_loses_the_others() {
    let fixture = fixture().await;
    let earlier = fixture.sign_in(&["Portal.Admin"]).await;
    for roles in [&[][..], &["Portal.Owner"], &["portal.admin"]] {
        let session = fixture.request(None);
        let refused = fixture.sessions.sign_in(&session, &adele(roles), None).await;
        assert!(matches!(refused, Err(SessionError::NoRole)));
        assert_eq!(session.id(), None);
    }
    assert_eq!(fixture.operator(earlier).await, None);
}

#[tokio::test]
async fn a_changed_role_holds_from_the_next_request_on_in_every_session() {
    let fixture = fixture().await;
    let earlier = fixture.sign_in(&["Portal.Admin"]).await;
    fixture.sign_in(&["Portal.Support"]).await;
    assert_eq!(fixture.operator(earlier).await.unwrap().role(), Some(Role::Support));
}

#[tokio::test]
async fn a_session_that_somebody_has_planted_is_not_the_one_that_is_signed_in() {
    let fixture = fixture().await;
    // An id that nobody has given out, and one that is somebody's.
    for planted in [Id(4711), fixture.sign_in(&["Portal.Support"]).await] {
        let session = fixture.request(Some(planted));
        fixture.sessions.sign_in(&session, &adele(&["Portal.Admin"]), None).await.unwrap();
        assert_ne!(session.id(), Some(planted), "the planted session is signed in");
        assert_eq!(fixture.operator(planted).await, None);
    }
}

#[tokio::test]
async fn half_an_hour_without_a_request_ends_a_session() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    for _ in 0..4 {
        fixture.clock.advance(SignedDuration::from_mins(29));
        fixture.roles_are_fresh().await;
        assert!(fixture.operator(id).await.is_some());
    }
    fixture.clock.advance(SignedDuration::from_mins(30));
    assert!(fixture.operator(id).await.is_none(), "still signed in after half an hour");
    // Once ended, no change of the clock brings it back.
    fixture.clock.advance(SignedDuration::from_mins(-30));
    assert!(fixture.operator(id).await.is_none());
}

#[tokio::test]
async fn ten_hours_end_a_session_however_busy_it_is() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    for _ in 0..39 {
        fixture.clock.advance(SignedDuration::from_mins(15));
        fixture.roles_are_fresh().await;
        assert!(fixture.operator(id).await.is_some());
    }
    fixture.clock.advance(SignedDuration::from_mins(15));
    assert!(fixture.operator(id).await.is_none());
}

#[tokio::test]
async fn the_ids_of_sessions_are_random_in_each_of_their_128_bits() {
    const SESSIONS: u32 = 1_000;
    let fixture = fixture().await;
    let (mut seen, mut set) = (std::collections::HashSet::new(), [0_u32; 128]);
    for _ in 0..SESSIONS {
        let session = fixture.request(None);
        session.insert(PERSON, &adele(&[]).key).await.unwrap();
        session.save().await.unwrap();
        let id = session.id().unwrap().0;
        assert!(seen.insert(id), "an id has come twice");
        for (bit, set) in set.iter_mut().enumerate() {
            *set += u32::from(id >> bit & 1 == 1);
        }
    }
    // Half of them, by six standard deviations.
    let allowed = 6.0 * f64::from(SESSIONS).sqrt() / 2.0;
    for (bit, set) in set.into_iter().enumerate() {
        assert!((f64::from(set) - f64::from(SESSIONS) / 2.0).abs() <= allowed, "bit {bit}: {set}");
    }
}

#[tokio::test]
async fn the_database_does_not_hold_what_the_cookie_holds() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    let row = sqlx::query("SELECT id FROM session").fetch_one(fixture.database.read()).await.unwrap();
    let stored: String = row.get("id");
    assert!(!stored.contains(&id.to_string()), "the cookie's id is stored");
    let key = fixture.sessions.browser_session_key(&fixture.request(Some(id))).await;
    assert_eq!(key.as_deref(), Some(stored.as_str()));
    assert_eq!(fixture.sessions.browser_session_key(&fixture.request(Some(Id(1)))).await, None);
    assert_eq!(fixture.sessions.browser_session_key(&fixture.request(None)).await, None);
}

#[tokio::test]
async fn a_session_that_was_signed_out_does_not_come_back() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    let in_flight = fixture.request(Some(id));
    in_flight.load().await.unwrap();
    fixture.sessions.sign_out(&fixture.request(Some(id)), None).await.unwrap();
    in_flight.save().await.unwrap();
    assert_eq!(fixture.operator(id).await, None, "it has come back");
    assert_eq!(fixture.count("SELECT COUNT(*) FROM session").await, 0);
    // Signing out twice is no error.
    fixture.sessions.sign_out(&fixture.request(Some(id)), None).await.unwrap();
}

#[tokio::test]
async fn who_signs_out_stands_in_the_audit_with_the_address() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    fixture.sessions.sign_out(&fixture.request(Some(id)), Some([192, 0, 2, 7].into())).await.unwrap();
    let row = sqlx::query("SELECT address FROM audit_event WHERE act = 'sign_out'")
        .fetch_one(fixture.database.read())
        .await
        .unwrap();
    assert_eq!(row.get::<Option<String>, _>("address").as_deref(), Some("192.0.2.7"));
}

#[tokio::test]
async fn the_grant_goes_with_the_last_session() {
    let fixture = fixture().await;
    sqlx::query(
        "INSERT INTO entra_grant (tid, oid, refresh_token, version, lease, lease_ends_at, refreshed_at) \
                 VALUES ('t', 'adele', 'sealed', 1, '', 0, 0)",
    )
    .execute(fixture.database.write())
    .await
    .unwrap();
    let (desk, laptop) = (fixture.sign_in(&["Portal.Admin"]).await, fixture.sign_in(&["Portal.Admin"]).await);
    fixture.sessions.sign_out(&fixture.request(Some(desk)), None).await.unwrap();
    assert_eq!(fixture.count("SELECT COUNT(*) FROM entra_grant").await, 1);
    fixture.sessions.sign_out(&fixture.request(Some(laptop)), None).await.unwrap();
    assert_eq!(fixture.count("SELECT COUNT(*) FROM entra_grant").await, 0);
}

#[tokio::test]
async fn a_session_holds_the_person_and_nothing_else() {
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    let session = fixture.request(Some(id));
    session.insert("basket", 7).await.unwrap();
    assert!(session.save().await.is_err());
    let anonymous = fixture.request(None);
    anonymous.insert("basket", 7).await.unwrap();
    assert!(anonymous.save().await.is_err());
}

#[tokio::test]
async fn a_parked_form_comes_back_once() {
    let fixture = fixture().await;
    let sessions = &fixture.sessions;
    let key = sessions.park_form(r#"{"company_name":"canary"}"#).await.unwrap();
    assert!(is_parked_form_key(&key));
    let row = sqlx::query("SELECT id, sealed FROM parked_form").fetch_one(fixture.database.read()).await.unwrap();
    let (id, sealed): (String, String) = (row.get("id"), row.get("sealed"));
    assert!(!id.contains(&key) && !sealed.contains("canary"));
    assert_eq!(sessions.take_parked_form("no key").await.unwrap(), None);
    assert_eq!(sessions.take_parked_form(&"a".repeat(43)).await.unwrap(), None);
    assert_eq!(sessions.take_parked_form(&key).await.unwrap().as_deref(), Some(r#"{"company_name":"canary"}"#));
    assert_eq!(sessions.take_parked_form(&key).await.unwrap(), None);
}

#[test]
fn what_cannot_be_the_key_of_a_parked_form_is_seen_before_anybody_is_asked() {
    assert!(is_parked_form_key(&"aZ0-_".repeat(9)[..43]));
    for text in ["", "no key", &"a".repeat(42), &"a".repeat(44), &["a".repeat(42), "=".to_owned()].concat()] {
        assert!(!is_parked_form_key(text), "{text}");
    }
}

#[tokio::test]
async fn what_has_ended_is_swept() {
    let fixture = fixture().await;
    let key = fixture.sessions.park_form("{}").await.unwrap();
    fixture.sign_in(&["Portal.Admin"]).await;
    fixture.clock.advance(SignedDuration::from_mins(59));
    let fresh = fixture.sign_in(&["Portal.Admin"]).await;
    fixture.sessions.sweep().await.unwrap();
    assert_eq!(fixture.count("SELECT COUNT(*) FROM session").await, 1);
    assert!(fixture.operator(fresh).await.is_some());
    fixture.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(fixture.sessions.take_parked_form(&key).await.unwrap(), None);
    fixture.sessions.sweep().await.unwrap();
    assert_eq!(fixture.count("SELECT COUNT(*) FROM parked_form").await, 0);
}

#[test]
fn the_cookie_is_tied_to_the_host_over_https() {
    assert_eq!(cookie_name(&"https://portal.example".parse().unwrap()), "__Host-portal");
    assert_eq!(cookie_name(&"http://localhost:3000".parse().unwrap()), "portal");
}

#[tokio::test]
async fn a_clock_that_jumps_revives_no_session() {
    for jump in [SignedDuration::from_hours(1), SignedDuration::from_hours(365 * 24)] {
        let fixture = fixture().await;
        let id = fixture.sign_in(&["Portal.Admin"]).await;
        fixture.clock.jump(jump);
        assert_eq!(fixture.operator(id).await, None, "{jump:?}");
        fixture.clock.jump(-jump);
        assert_eq!(fixture.operator(id).await, None, "it had ended");
    }
    let fixture = fixture().await;
    let id = fixture.sign_in(&["Portal.Admin"]).await;
    fixture.clock.advance(SignedDuration::from_mins(31));
    fixture.sessions.sweep().await.unwrap();
    fixture.clock.jump(-SignedDuration::from_hours(1));
    assert_eq!(fixture.operator(id).await, None);
}
