//! Sealing keys: rotated under load and over dead processes, lost and found again.

use std::{
    fs,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use reseller_portal::{
    clock::Ambient,
    credentials::{CredentialStore, NewCredential, Replay},
    database::Database,
    domain::{OnboardingId, Operator, PersonKey, Role, Side},
    keyring::{KeyUse, Keyring},
    rotation,
};
use secrecy::{ExposeSecret, SecretString};

use super::support::{ADELE, WINGTIP, World, fill_in, onboard};

/// Rows that are sealed when the rotation begins.
const ROWS: usize = 200;

/// How often the rotation is killed before it may end.
const KILLS: u64 = 20;

/// A store that seals and opens beside the portal, as another process would.
struct Store {
    db: Database,
    keyring: Keyring,
    credentials: CredentialStore,
    operator: Operator,
}

impl Store {
    async fn open(world: &World) -> Self {
        let db = Database::connect(&world.storage()[0].1).await.unwrap();
        let keyring = Keyring::open_file(&world.keys_file(), Ambient::system()).unwrap();
        let credentials = CredentialStore::new(db.clone(), keyring.clone(), Ambient::system());
        let operator = Operator {
            key: PersonKey { tid: "tid".to_owned(), oid: "adele".to_owned() },
            name: "Adele Vance".to_owned(),
            sign_in_name: ADELE.to_owned(),
            side: Side::Provider(Role::AccountManager),
            address: None,
        };
        Self { db, keyring, credentials, operator }
    }

    /// The credentials of a created onboarding, with a password of its own.
    async fn seal(&self) -> OnboardingId {
        let id = OnboardingId::from(Ambient::system().uuid_v7());
        let mut tx = self.db.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, domain, in_doubt, \
             created_at, changed_at) VALUES ($1, 'created', 'tid', 'adele', 'adele', '{}', '', '', 0, 0, 0)",
        )
        .bind(id.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        let password = SecretString::from(format!("PCPW-{id}"));
        let credential = NewCredential { user_name: "admin@x".to_owned(), password: &password };
        self.credentials.seal(&mut tx, &id, &self.operator.key, Some(&credential)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn is_revealed_right(&self, id: &OnboardingId) -> bool {
        let token = SecretString::from("token");
        let shown = self.credentials.claim(&self.operator, "session", id, &token, Replay::Never).await;
        shown.unwrap().password.expose_secret() == format!("PCPW-{id}")
    }
}

fn portal(world: &World, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    command.args(arguments).envs(world.storage()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Carries out a command to its end.
async fn run(world: &World, arguments: &[&str]) -> (bool, String) {
    let mut command = portal(world, arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_goes_on_under_load_and_after_twenty_kills() {
    let world = World::start().await;
    let store = Arc::new(Store::open(&world).await);
    let (first, _) = store.keyring.key_ids().remove(0);
    let mut before = Vec::new();
    for _ in 0..ROWS {
        before.push(store.seal().await);
    }
    // The load: somebody opens what is there, somebody brings more.
    let opener = tokio::spawn({
        let (store, ids) = (Arc::clone(&store), before.split_off(ROWS / 2));
        async move {
            for id in ids {
                assert!(store.is_revealed_right(&id).await);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    });
    let bringer = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            let mut ids = Vec::new();
            for _ in 0..80 {
                ids.push(store.seal().await);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            ids
        }
    });
    for kill in 0..KILLS {
        let mut rotation = portal(&world, &["keys", "rotate"]).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(30 + 8 * kill)).await;
        rotation.kill().unwrap();
        rotation.wait().unwrap();
    }
    let (done, said) = run(&world, &["keys", "rotate"]).await;
    assert!(done, "{said}");
    opener.await.unwrap();
    before.extend(bringer.await.unwrap());

    let sealed = rotation::sealed_by(&store.db).await.unwrap();
    let writing = store.keyring.writing_key_id().unwrap();
    assert_ne!(writing, first);
    assert_eq!(sealed.keys().collect::<Vec<_>>(), [&writing], "nothing is left on a former key");
    let keys = store.keyring.key_ids();
    let former = keys.iter().filter(|(_, is_for)| *is_for == KeyUse::Former).map(|(id, _)| id.as_str());
    let (done, said) = run(&world, &["keys", "retire"].into_iter().chain(former).collect::<Vec<_>>()).await;
    assert!(done, "{said}");
    for id in &before {
        assert!(store.is_revealed_right(id).await, "readable to the last row");
    }
}

#[tokio::test]
async fn a_key_that_something_is_sealed_with_is_not_retired() {
    let world = World::start().await;
    let store = Store::open(&world).await;
    store.seal().await;
    let (first, _) = store.keyring.key_ids().remove(0);
    let (done, said) = run(&world, &["keys", "retire", &first]).await;
    assert!(!done && said.contains("first: portal keys rotate"), "{said}");
    let (done, said) = run(&world, &["keys", "new"]).await;
    assert!(done && said.contains("does not seal yet"), "{said}");
    let (_, said) = run(&world, &["keys", "list"]).await;
    assert!(said.contains(&format!("{first}  seals, 2 values")) && said.contains("next, seals after"), "{said}");
}

#[tokio::test]
async fn without_its_key_a_password_is_not_shown_and_not_lost() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, WINGTIP).await;
    let password = world.simulator.ledger().customers[0].password.clone();
    let review = fill_in(&mut browser, &super::support::wingtip_with(&[("domain", "another")])).await;

    // The machine is set up anew, and the keys were forgotten.
    let aside = world.keys_file().with_extension("aside");
    fs::rename(world.keys_file(), &aside).unwrap();
    let (address, ops) = world.start_portal_with_ops().await;
    assert!(!world.keys_file().exists(), "no other keys take their place");
    let mut browser = browser.at(&address);
    let ready = browser.http_get(&ops, "/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.body);
    assert!(ready.body.contains("is missing") && ready.body.contains("backup"), "{}", ready.body);

    let (reveal, form) = (format!("{}/credentials", page.url.path()), [("token", "any")]);
    let refused = browser.post(&reveal, &form).await;
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("not ready just now"), "{}", refused.body);
    let refused = super::support::approve(&mut browser, &review).await;
    assert_eq!(refused.status, 503, "no tenant is created whose password could not be sealed");
    assert_eq!(world.simulator.ledger().customers.len(), 1);

    // The wrong backup first.
    fs::remove_file(world.keys_file()).unwrap_or_default();
    Keyring::open_or_create(&world.keys_file(), Ambient::system()).unwrap();
    assert_eq!(browser.post(&reveal, &form).await.status, 503);
    let ready = browser.http_get(&ops, "/readyz").await;
    assert_eq!(ready.status, 200, "what is new can be sealed");
    assert!(ready.body.contains("cannot be opened without it"), "{}", ready.body);

    fs::rename(&aside, world.keys_file()).unwrap();
    let shown = browser.post(&reveal, &form).await;
    assert_eq!(shown.status, 200);
    assert!(super::browser::unescape(&shown.body).contains(&password), "as soon as the key is back, without a restart");
    let ready = browser.http_get(&ops, "/readyz").await.body;
    assert!(ready.starts_with("ready\nentra: "), "no complaint: {ready}");
}
