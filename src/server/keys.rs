//! The sealing keys at the start, and `portal keys`.

use std::{path::Path, time::Duration};

use secrecy::ExposeSecret;

use super::StartError;
use crate::{
    audit::{Act, Actor, Audit, Entry, RecordKind},
    clock::Ambient,
    config::StorageConfig,
    database::Database,
    keyring::{self, KeyUse, Keyring, KeyringError, NOTICED_WITHIN},
    rotation::{self, RotationError, SealedBy},
};

/// Between two looks for values that are sealed with a former key: until then every portal has noticed the writing one,
/// and what it was about to store is stored.
const PAUSE: Duration = Duration::from_secs(NOTICED_WITHIN.as_secs().unsigned_abs() + 1);

/// What to do with the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysCommand<'a> {
    /// Say which there are and what is sealed with each.
    List,
    /// Add one that opens and does not seal yet.
    New,
    /// Let the newest one seal, and seal everything anew with it.
    Rotate,
    /// Remove some that nothing is sealed with.
    Retire(&'a [String]),
}

/// Opens the keys. Where values are sealed, no new file takes the place of a missing one: the portal starts without, says
/// so, and works as soon as the file is back.
pub(super) async fn open(path: &Path, db: &Database, ambient: &Ambient) -> Result<Keyring, StartError> {
    let keyring = match Keyring::open_file(path, ambient.clone()) {
        Err(KeyringError::Missing { .. }) if rotation::sealed_by(db).await?.is_empty() => {
            Keyring::open_or_create(path, ambient.clone())?
        }
        Err(KeyringError::Missing { .. }) => Keyring::waiting_for(path, ambient.clone()),
        keyring => keyring?,
    };
    for complaint in complaints(db, &keyring).await? {
        tracing::error!("{complaint}");
    }
    Ok(keyring)
}

/// What is wrong with the keys, a sentence for each fault; nothing if every sealed value can be opened.
pub(super) async fn complaints(db: &Database, keyring: &Keyring) -> Result<Vec<String>, RotationError> {
    let mut complaints = Vec::new();
    if let Err(error) = keyring.can_seal() {
        complaints.push(format!(
            "{error}: nothing can be sealed, so nobody can sign in and no customer can be created; put the file back from its backup"
        ));
    }
    for (id, count) in rotation::waiting_for_keys(db, keyring).await? {
        complaints.push(format!(
            "the sealing key {id} is missing, and {count} stored values cannot be opened without it; put it back into the keys file from its backup"
        ));
    }
    for id in rotation::wrong_keys(db, keyring).await? {
        complaints.push(format!(
            "the sealing key {id} does not open what was sealed with it, so the keys file is damaged or not this portal's; put the right one back from its backup"
        ));
    }
    Ok(complaints)
}

/// Carries out `portal keys …`.
pub async fn run(command: KeysCommand<'_>) -> Result<(), String> {
    let config = StorageConfig::from_env().map_err(|error| error.to_string())?;
    let db = Database::connect(config.database_url.expose_secret()).await.map_err(|error| error.to_string())?;
    let done = carry_out(command, &config.keys_file, &db).await;
    db.close().await;
    done
}

async fn carry_out(command: KeysCommand<'_>, file: &Path, db: &Database) -> Result<(), String> {
    let ambient = Ambient::system();
    match command {
        KeysCommand::List => list(file, db, ambient).await,
        KeysCommand::New => new(file, db, &ambient).await,
        KeysCommand::Rotate => rotate(file, db, &ambient, PAUSE).await,
        KeysCommand::Retire(ids) => retire(file, db, &ambient, ids, PAUSE).await,
    }
}

async fn list(file: &Path, db: &Database, ambient: Ambient) -> Result<(), String> {
    let keyring = Keyring::open_file(file, ambient).map_err(text)?;
    let mut sealed = rotation::sealed_by(db).await.map_err(text)?;
    for (id, is_for) in keyring.key_ids() {
        let count = sealed.remove(&id).unwrap_or(0);
        say(&match is_for {
            KeyUse::Former if count == 0 => format!("{id}  former, nothing is sealed with it: portal keys retire {id}"),
            KeyUse::Former => format!("{id}  former, {count} values are sealed with it: portal keys rotate"),
            KeyUse::Writing => format!("{id}  seals, {count} values"),
            KeyUse::Next => format!("{id}  next, seals after: portal keys rotate"),
        });
    }
    for (id, count) in &sealed {
        say(&format!("{id}  MISSING, {count} values cannot be opened without it: put it back from a backup"));
    }
    if sealed.is_empty() { Ok(()) } else { Err("keys are missing".to_owned()) }
}

async fn new(file: &Path, db: &Database, ambient: &Ambient) -> Result<(), String> {
    if !file.exists() {
        Keyring::open_or_create(file, ambient.clone()).map_err(text)?;
        say(&format!("{} was made, with one key", file.display()));
        let lost: u64 = rotation::sealed_by(db).await.map_err(text)?.values().sum();
        if lost > 0 {
            say(&format!("{lost} stored values are sealed with keys that are not in it; they stay shut without them"));
        }
        return Ok(());
    }
    let id = keyring::add_key(file, ambient).map_err(text)?;
    record(file, db, ambient, Act::AddKey, &id).await?;
    say(&format!("{id} was added; it opens and does not seal yet"));
    say("Copy the keys file to every machine that runs a portal on this database, then: portal keys rotate");
    Ok(())
}

async fn rotate(file: &Path, db: &Database, ambient: &Ambient, pause: Duration) -> Result<(), String> {
    let before = Keyring::open_file(file, ambient.clone()).map_err(text)?;
    let writing = before.writing_key_id().map_err(text)?;
    if is_unfinished(&before, &writing, &rotation::sealed_by(db).await.map_err(text)?) {
        say(&format!("an earlier rotation to {writing} has not come to its end and goes on"));
    } else {
        let id = keyring::write_with_newest(file, ambient).map_err(text)?;
        record(file, db, ambient, Act::RotateKeys, &id).await?;
        say(&format!("{id} seals from now on"));
    }
    let keyring = Keyring::open_file(file, ambient.clone()).map_err(text)?;
    let done = rotation::reseal(db, &keyring, pause).await.map_err(text)?;
    say(&format!("{} values were sealed anew", done.done));
    if done.left > 0 {
        return Err("somebody goes on sealing with a former key: does every portal have this keys file?".to_owned());
    }
    if done.shut > 0 {
        return Err(format!("{} values could not be opened and stay as they are: portal keys list", done.shut));
    }
    let keys = keyring.key_ids();
    let former = keys.iter().filter(|(_, is_for)| *is_for == KeyUse::Former).map(|(id, _)| id.as_str());
    let former = former.collect::<Vec<_>>().join(" ");
    say("nothing is sealed with a former key any more; once no backup needs them:");
    say(&format!("portal keys retire {former}"));
    Ok(())
}

/// Whether the newest key seals already and former ones still have values: a rotation that was killed.
fn is_unfinished(keyring: &Keyring, writing: &str, sealed: &SealedBy) -> bool {
    let keys = keyring.key_ids();
    let is_newest = keys.last().is_some_and(|(id, _)| id == writing);
    let former = keys.iter().filter(|(_, is_for)| *is_for == KeyUse::Former);
    is_newest && former.into_iter().any(|(id, _)| sealed.contains_key(id))
}

async fn retire(file: &Path, db: &Database, ambient: &Ambient, ids: &[String], pause: Duration) -> Result<(), String> {
    refuse_if_used(db, ids).await?;
    // What a portal was about to store with one of them is stored after this.
    tokio::time::sleep(pause).await;
    refuse_if_used(db, ids).await?;
    for id in ids {
        keyring::retire_key(file, ambient, id).map_err(text)?;
        record(file, db, ambient, Act::RetireKey, id).await?;
        say(&format!("{id} was removed; what is sealed with it in old backups stays shut for ever"));
    }
    Ok(())
}

/// Says in the audit that the file was changed. It is changed first: no entry tells of what has not happened.
async fn record(file: &Path, db: &Database, ambient: &Ambient, act: Act, id: &str) -> Result<(), String> {
    let keyring = Keyring::open_file(file, ambient.clone()).map_err(text)?;
    let audit = Audit::new(db.clone(), keyring, ambient.clone());
    let entry = Entry::done(act, Actor::Command).on(RecordKind::Key, id);
    let recorded = audit.record_alone(&entry).await;
    recorded.map_err(|error| format!("the keys file was changed, and it could not be recorded: {error}"))
}

async fn refuse_if_used(db: &Database, ids: &[String]) -> Result<(), String> {
    let sealed = rotation::sealed_by(db).await.map_err(text)?;
    match ids.iter().find_map(|id| sealed.get(id).map(|count| (id, count))) {
        Some((id, count)) => Err(format!("{count} values are sealed with {id}; first: portal keys rotate")),
        None => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a function for `map_err`")]
fn text(error: impl ToString) -> String {
    error.to_string()
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}
