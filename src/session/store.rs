//! The rows of sessions.

use std::{collections::HashMap, pin::Pin};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::PERSON;
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::Database,
    domain::PersonKey,
};

/// A session ends after this time without a request.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends at this age in any case.
const LONGEST: SignedDuration = SignedDuration::from_hours(10);
/// How exactly the last request is kept; more often would make every page view a write.
const SEEN_STEP: SignedDuration = SignedDuration::from_mins(1);

/// What the store trait answers with, written out.
type Answer<'f, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'f>>;

/// The table `session`. It holds the person alone; a session with anything else in it is refused.
#[derive(Clone, Debug)]
pub struct SessionRows {
    database: Database,
    ambient: Ambient,
}

impl SessionRows {
    pub(super) fn new(database: Database, ambient: Ambient) -> Self {
        Self { database, ambient }
    }

    /// A new row under a new id of our own making. Entirely new: nothing can be stored under an id that a browser has
    /// brought.
    async fn insert(&self, record: &mut Record) -> Result<()> {
        let person = person_of(record)?;
        record.id = Id(i128::from_le_bytes(self.ambient.bytes()));
        let now = self.ambient.now().as_microsecond();
        sqlx::query("INSERT INTO session (id, tid, oid, made_at, seen_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(hash(&record.id))
            .bind(person.tid)
            .bind(person.oid)
            .bind(now)
            .bind(now)
            .execute(self.database.write())
            .await
            .map_err(backend)?;
        Ok(())
    }

    /// Changes a row that is there; one that is not was signed out meanwhile and does not come back. What stands in it
    /// already, as after each sign-in, is not written again.
    async fn update(&self, record: &Record) -> Result<()> {
        let person = person_of(record)?;
        sqlx::query("UPDATE session SET tid = $1, oid = $2 WHERE id = $3 AND (tid <> $1 OR oid <> $2)")
            .bind(person.tid)
            .bind(person.oid)
            .bind(hash(&record.id))
            .execute(self.database.write())
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn find(&self, id: &Id) -> Result<Option<Record>> {
        const SQL: &str = "SELECT tid, oid, made_at, seen_at FROM session WHERE id = $1";
        let Some(row) = self.live_row(SQL, id).await? else { return Ok(None) };
        let person = serde_json::to_value(PersonKey { tid: row.get("tid"), oid: row.get("oid") })
            .map_err(|error| Error::Encode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data: HashMap::from([(PERSON.to_owned(), person)]),
            // The crate's own date, by the machine's clock: nobody reads it, the row's age decides.
            expiry_date: OffsetDateTime::UNIX_EPOCH,
        }))
    }

    /// The session with what the portal knows of its person, in one question: every request asks it.
    pub(super) async fn with_person(&self, id: &Id) -> Result<Option<AnyRow>> {
        const SQL: &str = "SELECT session.tid, session.oid, made_at, seen_at, name, sign_in_name, role, checked_at \
                           FROM session JOIN operator ON operator.tid = session.tid AND operator.oid = session.oid \
                           WHERE session.id = $1 AND disabled_at IS NULL";
        self.live_row(SQL, id).await
    }

    /// What `sql` finds of a session, unless it has ended.
    async fn live_row(&self, sql: &'static str, id: &Id) -> Result<Option<AnyRow>> {
        let row = sqlx::query(sql).bind(hash(id)).fetch_optional(self.database.read()).await.map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let (made, seen) = (instant(row.get("made_at"))?, instant(row.get("seen_at"))?);
        let now = self.ambient.now();
        let has_ended = now.duration_since(made) >= LONGEST || now.duration_since(seen) >= IDLE;
        if has_ended && !planted!(SessionNeverEnds) {
            self.remove(id).await?;
            return Ok(None);
        }
        if now.duration_since(seen) >= SEEN_STEP {
            self.touch(id, now).await?;
        }
        Ok(Some(row))
    }

    async fn touch(&self, id: &Id, now: Timestamp) -> Result<()> {
        sqlx::query("UPDATE session SET seen_at = $1 WHERE id = $2 AND seen_at < $3")
            .bind(now.as_microsecond())
            .bind(hash(id))
            .bind(now.as_microsecond())
            .execute(self.database.write())
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn remove(&self, id: &Id) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE id = $1")
            .bind(hash(id))
            .execute(self.database.write())
            .await
            .map_err(backend)?;
        Ok(())
    }

    /// Whether a person has a session that has not ended.
    pub(super) async fn has_live(&self, person: &PersonKey) -> sqlx::Result<bool> {
        let (made_after, seen_after) = self.oldest_live();
        let row = sqlx::query(
            "SELECT COUNT(*) AS live FROM session WHERE tid = $1 AND oid = $2 AND made_at > $3 AND seen_at > $4",
        )
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(made_after)
        .bind(seen_after)
        .fetch_one(self.database.read())
        .await?;
        Ok(row.get::<i64, _>("live") > 0)
    }

    pub(super) async fn sweep(&self) -> sqlx::Result<()> {
        let (made_after, seen_after) = self.oldest_live();
        sqlx::query("DELETE FROM session WHERE made_at <= $1 OR seen_at <= $2")
            .bind(made_after)
            .bind(seen_after)
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    /// Sessions that were made or seen at these instants or before have ended.
    fn oldest_live(&self) -> (i64, i64) {
        let ago = |age| self.ambient.now().saturating_sub(age).unwrap_or(Timestamp::MIN).as_microsecond();
        (ago(LONGEST), ago(IDLE))
    }
}

impl SessionStore for SessionRows {
    fn create<'s, 'r, 'f>(&'s self, record: &'r mut Record) -> Answer<'f, ()>
    where
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(self.insert(record))
    }

    fn save<'s, 'r, 'f>(&'s self, record: &'r Record) -> Answer<'f, ()>
    where
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(self.update(record))
    }

    fn load<'s, 'i, 'f>(&'s self, id: &'i Id) -> Answer<'f, Option<Record>>
    where
        's: 'f,
        'i: 'f,
        Self: 'f,
    {
        Box::pin(self.find(id))
    }

    fn delete<'s, 'i, 'f>(&'s self, id: &'i Id) -> Answer<'f, ()>
    where
        's: 'f,
        'i: 'f,
        Self: 'f,
    {
        Box::pin(self.remove(id))
    }
}

/// What is stored of a session's id. Equal ids have equal hashes, so it names the session without opening it.
pub(super) fn hash(id: &Id) -> String {
    if planted!(SessionIdStored) {
        return id.to_string();
    }
    URL_SAFE_NO_PAD.encode(Sha256::digest(id.0.to_le_bytes()))
}

/// The person, if nothing else is in the session: what is stored there could be lost when two requests write at once.
fn person_of(record: &Record) -> Result<PersonKey> {
    match record.data.get(PERSON) {
        Some(person) if record.data.len() == 1 => {
            serde_json::from_value(person.clone()).map_err(|error| Error::Encode(error.to_string()))
        }
        _ => Err(Error::Encode("a session holds the person and nothing else".to_owned())),
    }
}

fn instant(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|error| Error::Decode(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "a function for `map_err`")]
fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
