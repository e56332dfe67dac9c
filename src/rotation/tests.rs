use std::sync::Arc;

use secrecy::SecretString;

use super::*;
use crate::{
    clock::{Ambient, SignedDuration},
    credentials::{CredentialStore, NewCredential, Replay},
    domain::{OnboardingId, Operator, PersonKey, Role, Side},
    entra::{
        Entra, SignInRequest,
        fake_provider::{FakeProvider, jar},
    },
    keyring::{add_key, write_with_newest},
    session::Sessions,
};

const PAUSE: Duration = Duration::from_millis(10);

/// Everything that seals, over one database and one keys file.
struct World {
    provider: FakeProvider,
    entra: Entra,
    sessions: Sessions,
    credentials: CredentialStore,
    folder: std::path::PathBuf,
    adele: Operator,
}

impl World {
    async fn new() -> Self {
        let mut provider = FakeProvider::start().await;
        let folder = std::env::temp_dir().join(format!("rotation-test-{}", Ambient::system().uuid_v4()));
        std::fs::create_dir(&folder).unwrap();
        provider.keyring = Keyring::open_or_create(&folder.join("keys.json"), Ambient::system()).unwrap();
        let (db, keyring, ambient) = (provider.database.clone(), provider.keyring.clone(), provider.ambient.clone());
        let entra = provider.entra();
        let sessions = Sessions::new(db.clone(), keyring.clone(), entra.clone(), ambient.clone());
        let credentials = CredentialStore::new(db, keyring, ambient);
        let adele = Operator {
            key: FakeProvider::adele(),
            name: "Adele Vance".to_owned(),
            sign_in_name: String::new(),
            side: Side::Provider(Role::AccountManager),
            address: None,
        };
        Self { provider, entra, sessions, credentials, folder, adele }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.join("keys.json")
    }

    /// The keyring as a process has it that has just been started.
    fn keyring(&self) -> Keyring {
        Keyring::open_file(&self.file(), Ambient::system()).unwrap()
    }

    async fn seal_credentials(&self) -> OnboardingId {
        const SQL: &str = "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, \
                           domain, in_doubt, created_at, changed_at) \
                           VALUES ($1, 'created', $2, $3, 'adele', '{}', '', '', 0, 0, 0)";
        let id = OnboardingId::from(Ambient::system().uuid_v7());
        let PersonKey { tid, oid } = &self.adele.key;
        let db = &self.provider.database;
        sqlx::query(SQL).bind(id.as_str()).bind(tid).bind(oid).execute(db.write()).await.unwrap();
        let password = SecretString::from("PCPW-canary");
        let credential = NewCredential { user_name: "admin@x".to_owned(), password: &password };
        let mut tx = db.begin().await.unwrap();
        self.credentials.seal(&mut tx, &id, &self.adele.key, Some(&credential)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn sealed_by(&self) -> SealedBy {
        sealed_by(&self.provider.database).await.unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn everything_that_is_sealed_opens_after_a_rotation_and_nothing_is_left_on_the_old_key() {
    let world = World::new().await;
    let provider = &world.provider;
    // Two tokens, a sign-in under way, a form that waits, and more credentials than one batch takes.
    let redirect = world.entra.start(SignInRequest::default()).await.unwrap();
    let cookies = jar(&redirect.cookies);
    world.entra.finish(provider.callback(&redirect.url), &cookies).await.unwrap();
    let under_way = world.entra.start(SignInRequest::default()).await.unwrap();
    let parked = world.sessions.park_form("{\"a\":1}").await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..120 {
        ids.push(world.seal_credentials().await);
    }
    let old = world.keyring().writing_key_id().unwrap();
    assert_eq!(world.sealed_by().await, SealedBy::from([(old.clone(), 124)]));

    let new = write_with_newest(&world.file(), &Ambient::system()).unwrap();
    let done = reseal(&provider.database, &world.keyring(), PAUSE).await.unwrap();
    assert_eq!(done, Resealed { done: 124, shut: 0, left: 0 });
    assert_eq!(world.sealed_by().await, SealedBy::from([(new, 124)]));
    crate::keyring::retire_key(&world.file(), &Ambient::system(), &old).unwrap();

    // The portal that runs has noticed by itself.
    let another_process = provider.entra();
    assert!(another_process.access_token(&world.adele.key).await.is_ok(), "the access token");
    provider.clock.advance(SignedDuration::from_mins(5));
    assert!(world.entra.finish(provider.callback(&under_way.url), &jar(&under_way.cookies)).await.is_ok());
    assert_eq!(world.sessions.take_parked_form(&parked).await.unwrap().as_deref(), Some("{\"a\":1}"));
    provider.clock.advance(SignedDuration::from_hours(1));
    assert!(provider.entra().access_token(&world.adele.key).await.is_ok(), "the refresh token");
    for id in &ids {
        let token = SecretString::from("t");
        let shown = world.credentials.claim(&world.adele, "session", id, &token, Replay::Never).await.unwrap();
        assert_eq!(shown.password.expose_secret(), "PCPW-canary");
    }
}

#[tokio::test]
async fn a_rotation_overwrites_nothing_that_changed_meanwhile() {
    let world = World::new().await;
    let id = world.seal_credentials().await;
    let db = &world.provider.database;
    let row = sqlx::query(AssertSqlSafe(statements::batch(credentials::SEALED, "v1.none.")))
        .bind("v1.none.")
        .bind(1_i64)
        .bind("")
        .fetch_one(db.read())
        .await
        .unwrap();
    let read = SealedValue::read(credentials::SEALED, &row).unwrap();
    // It is opened and erased between the rotation's look and its write.
    let token = SecretString::from("t");
    world.credentials.claim(&world.adele, "session", &id, &token, Replay::Never).await.unwrap();
    let late = sqlx::query(AssertSqlSafe(statements::replace(credentials::SEALED)))
        .bind(read.anew(&world.keyring()).unwrap())
        .bind(&read.envelope)
        .bind(id.as_str())
        .execute(db.write())
        .await
        .unwrap();
    assert_eq!(late.rows_affected(), 0);
    let sealed: u64 = world.sealed_by().await.values().sum();
    assert_eq!(sealed, 1, "what is erased stays so; the end of the audit is sealed");
}

#[tokio::test]
async fn values_of_a_lost_key_are_counted_and_left_alone() {
    let world = World::new().await;
    world.seal_credentials().await;
    let lost = world.keyring().writing_key_id().unwrap();
    std::fs::remove_file(world.file()).unwrap();
    let other = Keyring::open_or_create(&world.file(), Ambient::system()).unwrap();
    let db = &world.provider.database;
    assert_eq!(waiting_for_keys(db, &other).await.unwrap(), SealedBy::from([(lost.clone(), 1)]));
    assert_eq!(reseal(db, &other, PAUSE).await.unwrap(), Resealed { done: 0, shut: 1, left: 0 });
    assert_eq!(world.sealed_by().await, SealedBy::from([(lost, 1)]));
}

#[tokio::test]
async fn a_key_with_the_right_name_and_the_wrong_content_is_found_out() {
    let world = World::new().await;
    world.seal_credentials().await;
    let db = &world.provider.database;
    assert!(wrong_keys(db, &world.keyring()).await.unwrap().is_empty());
    let id = world.keyring().writing_key_id().unwrap();
    let wrong = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7_u8; 32]);
    std::fs::write(world.file(), format!(r#"{{"writing":"{id}","keys":[{{"id":"{id}","key":"{wrong}"}}]}}"#)).unwrap();
    assert_eq!(wrong_keys(db, &world.keyring()).await.unwrap(), [id]);
}

#[tokio::test]
async fn a_key_that_waits_is_the_one_that_a_rotation_takes() {
    let world = World::new().await;
    let waiting = add_key(&world.file(), &Ambient::system()).unwrap();
    assert_ne!(world.keyring().writing_key_id().unwrap(), waiting);
    assert_eq!(write_with_newest(&world.file(), &Ambient::system()).unwrap(), waiting);
    assert_ne!(write_with_newest(&world.file(), &Ambient::system()).unwrap(), waiting, "none waits: a new one");
}

#[tokio::test]
async fn a_rotation_that_is_killed_again_and_again_comes_to_its_end() {
    let world = Arc::new(World::new().await);
    for _ in 0..300 {
        world.seal_credentials().await;
    }
    let new = write_with_newest(&world.file(), &Ambient::system()).unwrap();
    let mut kills = 0;
    loop {
        let (db, keyring) = (world.provider.database.clone(), world.keyring());
        let rotation = tokio::spawn(async move { reseal(&db, &keyring, PAUSE).await });
        tokio::time::sleep(Duration::from_millis(3 * (kills + 1))).await;
        rotation.abort();
        match rotation.await {
            Ok(done) => break assert_eq!(done.unwrap().left, 0),
            Err(_) => kills += 1,
        }
    }
    assert!(kills > 0, "at least one was killed in the middle");
    assert_eq!(world.sealed_by().await, SealedBy::from([(new, 300)]));
}
