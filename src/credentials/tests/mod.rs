use std::sync::Arc;

use sqlx::Executor;

use super::*;
use crate::clock::{ManualClock, SystemRandom};

mod hand_over;

const PASSWORD: &str = "=;;n.=s9Z-canary";

struct World {
    clock: Arc<ManualClock>,
    ambient: Ambient,
    db: Database,
    store: CredentialStore,
}

impl World {
    async fn new() -> Self {
        Self::on(Database::temporary().await.unwrap())
    }

    fn on(db: Database) -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-20T12:00:00Z".parse().unwrap()));
        let ambient = Ambient { clock: clock.clone(), random: Arc::new(SystemRandom) };
        let store = CredentialStore::new(db.clone(), Keyring::ephemeral(ambient.clone()), ambient.clone());
        Self { clock, ambient, db, store }
    }

    /// A created onboarding of Adele's.
    async fn onboarding(&self) -> OnboardingId {
        const SQL: &str = "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, \
                           domain, in_doubt, created_at, changed_at) \
                           VALUES ($1, 'created', 'tid', 'adele', 'adele', '{}', '', '', 0, 0, 0)";
        let id = OnboardingId::from(self.ambient.uuid_v7());
        sqlx::query(SQL).bind(id.as_str()).execute(self.db.write()).await.unwrap();
        id
    }

    async fn seal(&self, id: &OnboardingId, password: Option<&str>) {
        let password = password.map(SecretString::from);
        let credential = password
            .as_ref()
            .map(|password| NewCredential { user_name: "admin@wingtiptoys.onmicrosoft.com".to_owned(), password });
        let mut tx = self.db.begin().await.unwrap();
        self.store.seal(&mut tx, id, &adele().key, credential.as_ref()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn sealed(&self) -> OnboardingId {
        let id = self.onboarding().await;
        self.seal(&id, Some(PASSWORD)).await;
        id
    }

    async fn claim(&self, who: &Operator, token: &str, replay: Replay, id: &OnboardingId) -> Outcome {
        self.store.claim(who, "session-canary", id, &SecretString::from(token), replay).await
    }

    async fn status(&self, id: &OnboardingId) -> CredentialsStatus {
        self.store.status(&person("grady", Role::Support), id).await.unwrap().unwrap()
    }

    async fn column(&self, id: &OnboardingId) -> Option<String> {
        let row = sqlx::query("SELECT sealed FROM credential WHERE onboarding_id = $1")
            .bind(id.as_str())
            .fetch_one(self.db.read())
            .await
            .unwrap();
        row.get("sealed")
    }

    /// What the audit says, from the first act on: which, with which outcome, and why.
    async fn on_record(&self) -> Vec<String> {
        let rows = sqlx::query("SELECT act, outcome, COALESCE(why, '') AS why FROM audit_event ORDER BY position")
            .fetch_all(self.db.read())
            .await
            .unwrap();
        let text = |row: &AnyRow, column| row.get::<String, _>(column);
        rows.iter()
            .map(|row| [text(row, "act"), text(row, "outcome"), text(row, "why")].join(" ").trim_end().to_owned())
            .collect()
    }

    fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }
}

type Outcome = Result<Credential, CredentialsError>;

fn person(name: &str, role: Role) -> Operator {
    Operator {
        key: PersonKey { tid: "tid".to_owned(), oid: name.to_owned() },
        name: name.to_owned(),
        sign_in_name: String::new(),
        side: Side::Provider(role),
        address: None,
    }
}

fn adele() -> Operator {
    person("adele", Role::AccountManager)
}

fn password(outcome: &Outcome) -> &str {
    outcome.as_ref().unwrap().password.expose_secret()
}

fn is_gone(outcome: &Outcome) -> bool {
    matches!(outcome, Err(CredentialsError::Gone(_)))
}

fn is_not_found(outcome: &Outcome) -> bool {
    matches!(outcome, Err(CredentialsError::NotFound))
}

#[tokio::test]
async fn the_claimant_gets_name_and_password_to_the_letter() {
    let world = World::new().await;
    let id = world.sealed().await;
    let shown = world.claim(&adele(), "t", Replay::SameToken, &id).await;
    assert_eq!(password(&shown), PASSWORD);
    let shown = shown.unwrap();
    assert_eq!(shown.user_name, "admin@wingtiptoys.onmicrosoft.com");
    assert_eq!(shown.until, world.ambient.now() + KEPT_OPENED);
    assert!(!format!("{shown:?}").contains(PASSWORD));
}

#[tokio::test]
async fn of_32_claims_at_once_one_wins() {
    let world = Arc::new(World::new().await);
    for replay in [Replay::SameToken, Replay::Never] {
        let id = world.sealed().await;
        let claims: Vec<_> = (0..32)
            .map(|at| {
                let (world, id) = (Arc::clone(&world), id.clone());
                tokio::spawn(async move { world.claim(&adele(), &format!("token {at}"), replay, &id).await })
            })
            .collect();
        let mut shown = 0;
        for claim in claims {
            let outcome = claim.await.unwrap();
            if outcome.is_ok() {
                shown += 1;
            } else {
                assert!(is_gone(&outcome));
            }
        }
        assert_eq!(shown, 1, "{replay:?}");
    }
}

/// R1 in small: many secrets, 32 contenders each over two processes, allowed persons and others, an expiry in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_secrets_has_one_claimant_over_two_processes() {
    const SECRETS: usize = 20;
    const CONTENDERS: usize = 32;
    let world = World::new().await;
    let there = world.db.of_another_process().await;
    let there = CredentialStore { db: there, ..world.store.clone() };
    let stores = [world.store.clone(), there];
    for _ in 0..SECRETS {
        let id = world.sealed().await;
        let barrier = Arc::new(tokio::sync::Barrier::new(CONTENDERS));
        let claims = (0..CONTENDERS).map(|at| {
            let (store, id, barrier) = (stores[at % 2].clone(), id.clone(), Arc::clone(&barrier));
            let who = match at % 4 {
                0 | 1 => adele(),
                2 => person("nestor", Role::Admin),
                _ => person("diego", Role::AccountManager),
            };
            tokio::spawn(async move {
                barrier.wait().await;
                if at == 30 {
                    store.sweep().await.unwrap();
                }
                let token = SecretString::from(format!("token {at}"));
                (at, store.claim(&who, &format!("session {at}"), &id, &token, Replay::SameToken).await)
            })
        });
        let mut shown = 0;
        for claim in claims.collect::<Vec<_>>() {
            let (at, outcome) = claim.await.unwrap();
            if at % 4 == 3 {
                assert!(is_not_found(&outcome), "somebody else's");
            } else if outcome.is_ok() {
                assert_eq!(password(&outcome), PASSWORD);
                shown += 1;
            } else {
                assert!(is_gone(&outcome));
            }
        }
        assert_eq!(shown, 1);
    }
}

#[tokio::test]
async fn the_same_token_in_the_same_session_is_answered_again_for_120_seconds() {
    let world = World::new().await;
    let id = world.sealed().await;
    let first = world.claim(&adele(), "t", Replay::SameToken, &id).await.unwrap();
    world.advance(SignedDuration::from_secs(119));
    let again = world.claim(&adele(), "t", Replay::SameToken, &id).await;
    assert_eq!(password(&again), PASSWORD);
    assert_eq!(again.unwrap().until, first.until, "asking again does not prolong it");
    world.advance(SignedDuration::from_secs(1));
    let late = world.claim(&adele(), "t", Replay::SameToken, &id).await;
    assert!(
        matches!(late, Err(CredentialsError::Gone(status)) if matches!(*status, CredentialsStatus::Unconfirmed { .. }))
    );
}

#[tokio::test]
async fn another_token_session_or_person_learns_who_opened_them() {
    let world = World::new().await;
    let id = world.sealed().await;
    let at = world.ambient.now();
    world.claim(&adele(), "t", Replay::SameToken, &id).await.unwrap();
    let nestor = person("nestor", Role::Admin);
    let token = SecretString::from("t");
    let others = [
        world.claim(&adele(), "other", Replay::SameToken, &id).await,
        world.claim(&adele(), "t", Replay::Never, &id).await,
        world.claim(&nestor, "t", Replay::SameToken, &id).await,
        world.store.claim(&adele(), "another session", &id, &token, Replay::SameToken).await,
    ];
    let expected =
        CredentialsStatus::Claimed { by: adele().key, by_name: "adele".to_owned(), at, until: at + KEPT_OPENED };
    for other in others {
        let learns_it = matches!(&other, Err(CredentialsError::Gone(status)) if **status == expected);
        assert!(learns_it, "shown to another page: {other:?}");
    }
}

#[tokio::test]
async fn without_script_the_claim_itself_erases_and_a_reload_shows_nothing() {
    let world = World::new().await;
    let id = world.sealed().await;
    let shown = world.claim(&adele(), "t", Replay::Never, &id).await;
    assert_eq!(password(&shown), PASSWORD);
    assert_eq!(world.column(&id).await, None);
    assert!(is_gone(&world.claim(&adele(), "t", Replay::Never, &id).await));
    assert!(is_gone(&world.claim(&adele(), "t", Replay::SameToken, &id).await));
    world.store.confirm(&adele(), &id).await.unwrap();
    assert!(matches!(world.status(&id).await, CredentialsStatus::Confirmed { .. }));
}

#[tokio::test]
async fn who_may_not_open_them_finds_nothing() {
    let world = World::new().await;
    let id = world.sealed().await;
    // Whoever looks on may not, not even at what was an own onboarding before the role changed.
    for other in [person("grady", Role::Support), person("adele", Role::Support), person("diego", Role::AccountManager)]
    {
        assert!(is_not_found(&world.claim(&other, "t", Replay::SameToken, &id).await), "opened by {other:?}");
        assert!(!may_claim(&other, &adele().key, None), "{other:?}");
    }
    let unknown = OnboardingId::from(world.ambient.uuid_v7());
    assert!(is_not_found(&world.claim(&adele(), "t", Replay::SameToken, &unknown).await));
    assert!(world.store.status(&adele(), &unknown).await.unwrap().is_none());
    let nestor = person("nestor", Role::Admin);
    assert!([&adele(), &nestor].into_iter().all(|who| may_claim(who, &adele().key, None)));
    assert_eq!(password(&world.claim(&nestor, "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn who_was_refused_stands_in_the_audit_and_why() {
    let world = World::new().await;
    let (id, expired) = (world.sealed().await, world.sealed().await);
    let diego = person("diego", Role::AccountManager);
    assert!(is_not_found(&world.claim(&diego, "t", Replay::SameToken, &id).await));
    world.claim(&adele(), "t", Replay::SameToken, &id).await.unwrap();
    world.claim(&adele(), "t", Replay::SameToken, &id).await.unwrap();
    assert!(is_gone(&world.claim(&adele(), "other", Replay::SameToken, &id).await));
    assert!(world.store.confirm(&diego, &id).await.is_err());
    world.store.confirm(&adele(), &id).await.unwrap();
    assert!(is_gone(&world.claim(&adele(), "t", Replay::SameToken, &id).await));
    world.advance(KEPT_UNOPENED);
    assert!(is_gone(&world.claim(&adele(), "t", Replay::SameToken, &expired).await));
    let elsewhere = Keyring::ephemeral(world.ambient.clone());
    let wrong = CredentialStore::new(world.db.clone(), elsewhere, world.ambient.clone());
    let unopened = world.sealed().await;
    assert!(wrong.claim(&adele(), "s", &unopened, &SecretString::from("t"), Replay::Never).await.is_err());
    let mut recorded = world.on_record().await;
    // The wrong keys do not open the end of the audit's chain either, which is on record by itself.
    recorded.retain(|act| !act.starts_with("interrupt_audit"));
    assert_eq!(
        recorded,
        [
            "claim_credentials refused not_found",
            "claim_credentials done",
            "repeat_credentials done",
            "claim_credentials refused claimed",
            "confirm_credentials refused not_found",
            "confirm_credentials done",
            "claim_credentials refused confirmed",
            "claim_credentials refused expired",
            "claim_credentials refused key_missing",
        ]
    );
}

#[tokio::test]
async fn what_the_sweep_erases_stands_in_the_audit_as_expired_or_unconfirmed() {
    let world = World::new().await;
    let opened = world.sealed().await;
    world.claim(&adele(), "t", Replay::SameToken, &opened).await.unwrap();
    world.advance(KEPT_OPENED);
    world.store.sweep().await.unwrap();
    world.sealed().await;
    world.advance(KEPT_UNOPENED);
    world.store.sweep().await.unwrap();
    let recorded = world.on_record().await;
    assert_eq!(recorded, ["claim_credentials done", "forget_credentials done", "expire_credentials done"]);
}

#[tokio::test]
async fn a_wrong_key_rolls_the_claim_back() {
    let world = World::new().await;
    let id = world.sealed().await;
    let elsewhere = Keyring::ephemeral(world.ambient.clone());
    let wrong = CredentialStore::new(world.db.clone(), elsewhere, world.ambient.clone());
    for replay in [Replay::SameToken, Replay::Never] {
        let outcome = wrong.claim(&adele(), "s", &id, &SecretString::from("t"), replay).await;
        assert!(matches!(outcome, Err(CredentialsError::Keyring(KeyringError::UnknownKey { .. }))));
        assert!(matches!(world.status(&id).await, CredentialsStatus::Sealed { .. }));
    }
    assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn a_ciphertext_in_the_row_of_another_onboarding_does_not_open() {
    let world = World::new().await;
    let (id, other) = (world.sealed().await, world.sealed().await);
    sqlx::query("UPDATE credential SET sealed = (SELECT sealed FROM credential WHERE onboarding_id = $1) WHERE onboarding_id = $2")
        .bind(other.as_str())
        .bind(id.as_str())
        .execute(world.db.write())
        .await
        .unwrap();
    let outcome = world.claim(&adele(), "t", Replay::SameToken, &id).await;
    let stays_shut = matches!(outcome, Err(CredentialsError::Keyring(KeyringError::Unopenable)));
    assert!(stays_shut, "opened in another row: {outcome:?}");
}

#[tokio::test]
async fn a_row_with_another_owner_does_not_open() {
    let world = World::new().await;
    let id = world.sealed().await;
    sqlx::query("UPDATE credential SET owner_oid = 'diego'").execute(world.db.write()).await.unwrap();
    let outcome = world.claim(&person("diego", Role::AccountManager), "t", Replay::SameToken, &id).await;
    assert!(matches!(outcome, Err(CredentialsError::Keyring(KeyringError::Unopenable))));
}

#[tokio::test]
async fn the_claimants_word_erases_them_and_nobody_elses() {
    let world = World::new().await;
    let id = world.sealed().await;
    let nestor = person("nestor", Role::Admin);
    assert!(matches!(world.store.confirm(&adele(), &id).await, Err(CredentialsError::NotFound)), "nobody opened them");
    world.claim(&adele(), "t", Replay::SameToken, &id).await.unwrap();
    assert!(matches!(world.store.confirm(&nestor, &id).await, Err(CredentialsError::NotFound)));
    world.store.confirm(&adele(), &id).await.unwrap();
    assert_eq!(world.column(&id).await, None);
    let confirmed = world.status(&id).await;
    world.advance(SignedDuration::from_secs(1));
    world.store.confirm(&adele(), &id).await.unwrap();
    assert_eq!(world.status(&id).await, confirmed, "a repeat changes nothing");
    assert!(is_gone(&world.claim(&adele(), "t", Replay::SameToken, &id).await));
}

#[tokio::test]
async fn a_confirmation_counts_even_after_the_portal_gave_up_waiting() {
    let world = World::new().await;
    let id = world.sealed().await;
    world.claim(&adele(), "t", Replay::Never, &id).await.unwrap();
    world.advance(SignedDuration::from_mins(10));
    world.store.sweep().await.unwrap();
    assert!(matches!(world.status(&id).await, CredentialsStatus::Unconfirmed { .. }));
    world.store.confirm(&adele(), &id).await.unwrap();
    assert!(matches!(world.status(&id).await, CredentialsStatus::Confirmed { .. }));
}

#[tokio::test]
async fn the_sweep_erases_what_nobody_confirmed() {
    let world = World::new().await;
    let id = world.sealed().await;
    world.claim(&adele(), "t", Replay::SameToken, &id).await.unwrap();
    assert_eq!(world.store.sweep().await.unwrap(), 0);
    world.advance(KEPT_OPENED);
    assert!(matches!(world.status(&id).await, CredentialsStatus::Unconfirmed { .. }), "before the sweep has run");
    assert!(world.column(&id).await.is_some());
    assert_eq!(world.store.sweep().await.unwrap(), 1);
    assert_eq!(world.column(&id).await, None);
    assert!(matches!(world.status(&id).await, CredentialsStatus::Unconfirmed { .. }));
    assert_eq!(world.store.sweep().await.unwrap(), 0);
}

#[tokio::test]
async fn the_sweep_erases_what_nobody_opened() {
    let world = World::new().await;
    let id = world.sealed().await;
    let end = world.ambient.now() + KEPT_UNOPENED;
    assert_eq!(world.status(&id).await, CredentialsStatus::Sealed { expires_at: end });
    world.advance(KEPT_UNOPENED);
    assert_eq!(world.status(&id).await, CredentialsStatus::Expired { at: end }, "before the sweep has run");
    assert!(is_gone(&world.claim(&adele(), "t", Replay::SameToken, &id).await), "nobody is in time any more");
    assert_eq!(world.store.sweep().await.unwrap(), 1);
    assert_eq!(world.column(&id).await, None);
    assert_eq!(world.status(&id).await, CredentialsStatus::Expired { at: end });
}

#[tokio::test]
async fn a_clock_that_jumps_erases_nothing_that_is_not_due() {
    let year = SignedDuration::from_hours(365 * 24);
    for jump in [year, SignedDuration::from_hours(1), -SignedDuration::from_hours(1), SignedDuration::from_mins(61)] {
        let world = World::new().await;
        let (unopened, opened) = (world.sealed().await, world.sealed().await);
        world.claim(&adele(), "t", Replay::SameToken, &opened).await.unwrap();
        world.store.sweep().await.unwrap();
        world.clock.jump(jump);
        assert_eq!(world.store.sweep().await.unwrap(), 0, "{jump:?}");
        world.advance(SignedDuration::from_secs(5));
        assert_eq!(world.store.sweep().await.unwrap(), 0, "{jump:?}");
        assert!(world.column(&unopened).await.is_some() && world.column(&opened).await.is_some());
        world.clock.jump(-jump);
        assert_eq!(world.store.sweep().await.unwrap(), 0);
        let again = world.claim(&adele(), "t", Replay::SameToken, &opened).await;
        assert_eq!(password(&again), PASSWORD, "once the date is right again, {jump:?}");
        assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &unopened).await), PASSWORD);
    }
}

#[tokio::test]
async fn a_date_that_stays_is_believed_in_the_end() {
    let world = World::new().await;
    let id = world.sealed().await;
    world.store.sweep().await.unwrap();
    world.clock.jump(KEPT_UNOPENED);
    assert_eq!(world.store.sweep().await.unwrap(), 0);
    world.advance(SignedDuration::from_mins(10));
    assert_eq!(world.store.sweep().await.unwrap(), 1);
    assert_eq!(world.column(&id).await, None);
}

#[tokio::test]
async fn unopened_credentials_are_warned_about_two_days_before_their_end() {
    let world = World::new().await;
    let id = world.sealed().await;
    assert!(!world.status(&id).await.expires_soon(world.ambient.now()));
    assert_eq!(world.store.first_to_expire(&adele()).await.unwrap(), None);
    let end = world.ambient.now() + KEPT_UNOPENED;
    world.advance(KEPT_UNOPENED - SOON);
    assert!(world.status(&id).await.expires_soon(world.ambient.now()));
    assert_eq!(world.store.first_to_expire(&adele()).await.unwrap(), Some(end));
    assert_eq!(world.store.first_to_expire(&person("diego", Role::AccountManager)).await.unwrap(), None);
    world.advance(SOON);
    assert_eq!(world.store.first_to_expire(&adele()).await.unwrap(), None, "too late");
}

#[tokio::test]
async fn how_long_they_are_kept_can_be_set() {
    let mut world = World::new().await;
    world.store = world.store.clone().keep_unopened_for(SignedDuration::from_hours(24));
    let id = world.sealed().await;
    let expires_at = world.ambient.now() + SignedDuration::from_hours(24);
    assert_eq!(world.status(&id).await, CredentialsStatus::Sealed { expires_at });
}

#[tokio::test]
async fn a_store_that_cannot_write_shows_nothing_and_loses_nothing() {
    let world = World::new().await;
    let id = world.sealed().await;
    // Whatever keeps a row from being changed: the rules of the database say no at the last moment.
    let (table, elsewhere) = ("credential", "credential_elsewhere");
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    sqlx::query(sqlx::AssertSqlSafe(rename(table, elsewhere))).execute(world.db.write()).await.unwrap();
    for replay in [Replay::SameToken, Replay::Never] {
        assert!(matches!(world.claim(&adele(), "t", replay, &id).await, Err(CredentialsError::Database(_))));
    }
    sqlx::query(sqlx::AssertSqlSafe(rename(elsewhere, table))).execute(world.db.write()).await.unwrap();
    assert!(matches!(world.status(&id).await, CredentialsStatus::Sealed { .. }));
    assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn what_cannot_be_put_on_record_is_not_shown_and_not_lost() {
    let world = World::new().await;
    let id = world.sealed().await;
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    let (table, elsewhere) = ("audit_event", "audit_event_elsewhere");
    sqlx::query(sqlx::AssertSqlSafe(rename(table, elsewhere))).execute(world.db.write()).await.unwrap();
    for replay in [Replay::SameToken, Replay::Never] {
        let outcome = world.claim(&adele(), "t", replay, &id).await;
        assert!(matches!(outcome, Err(CredentialsError::Audit(_))), "shown without a record: {outcome:?}");
    }
    sqlx::query(sqlx::AssertSqlSafe(rename(elsewhere, table))).execute(world.db.write()).await.unwrap();
    assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn on_a_full_disk_sqlite_stores_tenant_and_password_or_neither_and_then_works_again() {
    const INSERT: &str = "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, domain, \
                          in_doubt, created_at, changed_at) VALUES ($1, 'created', '', '', '', $2, '', '', 0, 0, 0)";
    let world = World::on(Database::temporary_sqlite().await.unwrap());
    let sealed = world.sealed().await;
    // No page more than there are; of this connection, the one writer.
    world.db.write().execute("PRAGMA max_page_count = 1").await.unwrap();
    assert_eq!(password(&world.claim(&adele(), "t", Replay::Never, &sealed).await), PASSWORD, "to erase needs no room");
    let is_stored_whole = async || {
        let id = OnboardingId::from(world.ambient.uuid_v7());
        let mut tx = world.db.begin().await.unwrap();
        let inserted = sqlx::query(INSERT).bind(id.as_str()).bind("x".repeat(500)).execute(&mut *tx).await;
        let password = SecretString::from(PASSWORD);
        let credential = NewCredential { user_name: "admin".to_owned(), password: &password };
        let whole = inserted.is_ok()
            && world.store.seal(&mut tx, &id, &adele().key, Some(&credential)).await.is_ok()
            && tx.commit().await.is_ok();
        let count = "SELECT (SELECT COUNT(*) FROM onboarding WHERE id = $1) + \
                     (SELECT COUNT(*) FROM credential WHERE onboarding_id = $1)";
        let row = sqlx::query(count).bind(id.as_str()).fetch_one(world.db.read()).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), if whole { 2 } else { 0 });
        whole
    };
    let mut stored = 0;
    while is_stored_whole().await {
        stored += 1;
        assert!(stored < 1000, "the disk does not get full");
    }
    // SQLite has ended that transaction by itself; the next one begins on another connection, for which there is room.
    assert!(is_stored_whole().await, "it works again at once");
}

#[tokio::test]
async fn an_exhausted_pool_refuses_and_then_works() {
    let world = World::new().await;
    let id = world.sealed().await;
    let mut held = Vec::new();
    for _ in 0..world.db.write().options().get_max_connections() {
        held.push(world.db.begin().await.unwrap());
    }
    assert!(matches!(world.claim(&adele(), "t", Replay::Never, &id).await, Err(CredentialsError::Database(_))));
    held.clear();
    assert_eq!(password(&world.claim(&adele(), "t", Replay::Never, &id).await), PASSWORD);
}

#[tokio::test]
async fn an_answer_without_a_password_is_missing_until_one_comes() {
    let world = World::new().await;
    let id = world.onboarding().await;
    world.seal(&id, None).await;
    assert_eq!(world.status(&id).await, CredentialsStatus::Missing);
    let outcome = world.claim(&adele(), "t", Replay::SameToken, &id).await;
    assert!(matches!(outcome, Err(CredentialsError::Gone(status)) if *status == CredentialsStatus::Missing));
    world.seal(&id, Some(PASSWORD)).await;
    assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn a_late_answer_brings_nothing_back() {
    let world = World::new().await;
    let id = world.sealed().await;
    world.seal(&id, None).await;
    assert!(matches!(world.status(&id).await, CredentialsStatus::Sealed { .. }));
    world.claim(&adele(), "t", Replay::Never, &id).await.unwrap();
    for late in [Some("another"), None] {
        world.seal(&id, late).await;
        assert!(matches!(world.status(&id).await, CredentialsStatus::Claimed { .. }));
        assert_eq!(world.column(&id).await, None);
    }
}

#[tokio::test]
async fn the_files_of_the_database_hold_no_password_and_after_erasure_no_ciphertext() {
    let world = World::new().await;
    let (confirmed, expired) = (world.sealed().await, world.sealed().await);
    let envelopes = [world.column(&confirmed).await.unwrap(), world.column(&expired).await.unwrap()];
    world.claim(&adele(), "token-canary", Replay::SameToken, &confirmed).await.unwrap();
    for secret in [PASSWORD, "token-canary", "session-canary"] {
        assert!(!world.db.holds_on_disk(secret), "{secret}");
    }
    assert!(envelopes.iter().all(|envelope| world.db.holds_on_disk(envelope)), "the search finds what is there");
    world.store.confirm(&adele(), &confirmed).await.unwrap();
    world.advance(KEPT_UNOPENED);
    world.store.sweep().await.unwrap();
    for envelope in &envelopes {
        assert!(!world.db.holds_on_disk(envelope));
    }
}

#[tokio::test]
async fn without_script_the_files_of_the_database_hold_no_ciphertext_of_what_was_shown() {
    let world = World::new().await;
    world.store.sweep().await.unwrap();
    let id = world.sealed().await;
    let envelope = world.column(&id).await.unwrap();
    world.claim(&adele(), "t", Replay::Never, &id).await.unwrap();
    world.store.sweep().await.unwrap();
    assert!(!world.db.holds_on_disk(&envelope));
}
