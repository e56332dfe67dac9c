//! Which key has sealed what, and sealing everything anew with another one.
//!
//! A rotation goes on under load and after a crash: it takes rows in small batches, and changes one only if it still
//! holds what was read (compare-and-set), so that it never undoes what somebody else has written meanwhile. What is left
//! on a former key is seen in the rows themselves; there is no progress to be kept.

mod statements;
#[cfg(test)]
#[cfg(feature = "simulator")] // as those of `entra`, whose provider they use
mod tests;

use std::{collections::BTreeMap, time::Duration};

use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use crate::{
    audit, credentials,
    database::{Database, DatabaseError},
    entra,
    keyring::{Keyring, KeyringError, SealedColumn, key_id_of, prefix},
    session,
};

/// Rows in one transaction: short enough that nobody waits for it.
const BATCH: i64 = 50;

/// How often everything is looked through. Those who seal notice the new key within seconds, so the second time finds
/// little and the third time nothing.
const PASSES: u32 = 10;

/// Every column that holds sealed values.
pub const SEALED_COLUMNS: [SealedColumn; 6] =
    [audit::HEAD, credentials::SEALED, entra::SEALED[0], entra::SEALED[1], entra::SEALED[2], session::PARKED_FORM];

/// Why sealed values could not be looked through.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The keys.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
}

impl From<sqlx::Error> for RotationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// How many values are sealed with which key.
pub type SealedBy = BTreeMap<String, u64>;

/// What sealing anew has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values that are sealed with the writing key now and were not before.
    pub done: u64,
    /// Values that do not open: their key is not there, or they were changed. They stay as they are.
    pub shut: u64,
    /// Values that were sealed with a former key in the meantime, by a portal that has not noticed the new one.
    pub left: u64,
}

/// How many values are sealed with which key.
pub async fn sealed_by(db: &Database) -> Result<SealedBy, RotationError> {
    let mut found = SealedBy::new();
    for column in SEALED_COLUMNS {
        let mut known: Vec<String> = Vec::new();
        // One row of each key that has not been met yet: there are few keys and many rows.
        while let Some(id) = another_key(db, column, &known).await? {
            let count = count(db, column, &id).await?;
            *found.entry(id.clone()).or_default() += count;
            known.push(id);
        }
    }
    Ok(found)
}

/// How many values wait for keys that the keyring does not have.
pub async fn waiting_for_keys(db: &Database, keyring: &Keyring) -> Result<SealedBy, RotationError> {
    let mut waiting = sealed_by(db).await?;
    let known = keyring.key_ids();
    waiting.retain(|id, _| !known.iter().any(|(known, _)| known == id));
    Ok(waiting)
}

/// Tries one value of each key that the keyring has; answers the ids of those that do not open it. Such a key has the
/// right name and the wrong content: it comes from somewhere else, or was damaged.
pub async fn wrong_keys(db: &Database, keyring: &Keyring) -> Result<Vec<String>, RotationError> {
    let mut wrong = Vec::new();
    for (id, _) in keyring.key_ids() {
        for column in SEALED_COLUMNS {
            let sql = AssertSqlSafe(statements::one_of_key(column, &prefix(&id)));
            let Some(row) = sqlx::query(sql).bind(prefix(&id)).fetch_optional(db.read()).await? else { continue };
            let value = SealedValue::read(column, &row)?;
            if matches!(value.open(keyring), Err(KeyringError::Unopenable)) {
                wrong.push(id);
                break;
            }
        }
    }
    Ok(wrong)
}

/// Seals everything anew that is not sealed with the writing key; `pause` lies between two looks at all of it, so that
/// whoever still seals with a former key has noticed.
pub async fn reseal(db: &Database, keyring: &Keyring, pause: Duration) -> Result<Resealed, RotationError> {
    let mut result = Resealed::default();
    for pass in 0..PASSES {
        if pass > 0 {
            tokio::time::sleep(pause).await;
        }
        let (mut done, mut shut) = (0, 0);
        for column in SEALED_COLUMNS {
            let of_column = reseal_column(db, keyring, column).await?;
            done += of_column.done;
            shut += of_column.shut;
        }
        result = Resealed { done: result.done + done, shut, left: done };
        // The first look proves nothing: somebody may have sealed with a former key just after it.
        if pass > 0 && done == 0 {
            break;
        }
    }
    db.note_erased();
    db.tidy().await;
    Ok(result)
}

async fn reseal_column(db: &Database, keyring: &Keyring, column: SealedColumn) -> Result<Resealed, RotationError> {
    let mut result = Resealed::default();
    let mut after: Vec<String> = column.row.iter().map(|_| String::new()).collect();
    loop {
        let current = prefix(&keyring.writing_key_id()?);
        let sql = AssertSqlSafe(statements::batch(column, &current));
        let mut query = sqlx::query(sql).bind(&current).bind(BATCH);
        for key in &after {
            query = query.bind(key);
        }
        let rows = query.fetch_all(db.read()).await?;
        let Some(last) = rows.last() else { return Ok(result) };
        after = SealedValue::read(column, last)?.row;
        let mut tx = db.begin().await?;
        for row in &rows {
            let value = SealedValue::read(column, row)?;
            match value.anew(keyring) {
                Ok(envelope) => {
                    let sql = AssertSqlSafe(statements::replace(column));
                    let mut query = sqlx::query(sql).bind(envelope).bind(value.envelope);
                    for key in value.row {
                        query = query.bind(key);
                    }
                    result.done += query.execute(&mut *tx).await?.rows_affected();
                }
                Err(KeyringError::UnknownKey { .. } | KeyringError::Unopenable) => result.shut += 1,
                Err(error) => return Err(error.into()),
            }
        }
        crash_point!(InRotation);
        tx.commit().await.map_err(DatabaseError::from)?;
    }
}

async fn another_key(db: &Database, column: SealedColumn, known: &[String]) -> Result<Option<String>, RotationError> {
    let known: Vec<String> = known.iter().map(|id| prefix(id)).collect();
    let sql = AssertSqlSafe(statements::one_of_no_key(column, &known));
    let mut query = sqlx::query(sql);
    for prefix in &known {
        query = query.bind(prefix);
    }
    let Some(row) = query.fetch_optional(db.read()).await? else { return Ok(None) };
    let id = key_id_of(row.try_get("sealed_value")?).ok_or(DatabaseError::Corrupt(column.column))?;
    Ok(Some(id.to_owned()))
}

async fn count(db: &Database, column: SealedColumn, id: &str) -> Result<u64, RotationError> {
    let sql = AssertSqlSafe(statements::count(column, &prefix(id)));
    let row = sqlx::query(sql).bind(prefix(id)).fetch_one(db.read()).await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
}

/// One sealed value and where it belongs.
struct SealedValue {
    column: SealedColumn,
    row: Vec<String>,
    owner: Vec<String>,
    envelope: String,
}

impl SealedValue {
    fn read(column: SealedColumn, row: &AnyRow) -> Result<Self, RotationError> {
        let texts = |names: &[&str]| names.iter().map(|name| row.try_get(*name)).collect::<sqlx::Result<Vec<String>>>();
        Ok(Self {
            column,
            row: texts(column.row)?,
            owner: texts(column.owner)?,
            envelope: row.try_get("sealed_value")?,
        })
    }

    fn open(&self, keyring: &Keyring) -> Result<secrecy::SecretSlice<u8>, KeyringError> {
        keyring.open(self.column.place(&self.row.join("/"), &self.owner.join("/")), &self.envelope)
    }

    fn anew(&self, keyring: &Keyring) -> Result<String, KeyringError> {
        let plaintext = self.open(keyring)?;
        keyring.seal(self.column.place(&self.row.join("/"), &self.owner.join("/")), plaintext.expose_secret())
    }
}
