//! Who did what, when, from where, on which record, and what came of it.
//!
//! An entry is a row in the transaction of the act that it tells of: there is none without the other. Rows are only
//! added (`database/append_only.rs`), each holds the hash of the one before, and the end of the chain is sealed with the
//! keyring, so that `verify` finds what somebody with the database alone has edited, removed, moved or cut off.

mod act;
mod chain;
mod export;
mod search;
#[cfg(test)]
mod tests;
mod verify;

use sqlx::Row;

use self::chain::{COLUMNS, HEAD_ROW, StoredRow};
pub use self::{
    act::{Act, Actor, ActorRole, Entry, RecordKind},
    chain::{HEAD, Link},
    export::{Export, Format},
    search::{RecordedAct, Search},
    verify::{Fault, Verified},
};
use crate::{
    clock::Ambient,
    database::{Database, DatabaseError, WriteTransaction, to_micros},
    keyring::{Keyring, KeyringError},
};

/// Why an act could not be recorded, and therefore did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database failed.
    #[error("audit: {0}")]
    Database(#[from] DatabaseError),
    /// Nothing can be sealed or opened just now.
    #[error("audit: {0}")]
    Keyring(#[from] KeyringError),
}

impl From<sqlx::Error> for AuditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The audit. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Audit {
    db: Database,
    keyring: Keyring,
    ambient: Ambient,
}

impl Audit {
    /// Over this database and keyring.
    pub fn new(db: Database, keyring: Keyring, ambient: Ambient) -> Self {
        Self { db, keyring, ambient }
    }

    /// Records an act in its own transaction.
    ///
    /// To be called last before the commit: whoever has called it makes everybody else who records wait for the end of
    /// the transaction.
    pub async fn record(&self, tx: &mut WriteTransaction, entry: &Entry<'_>) -> Result<(), AuditError> {
        // Changes nothing, and makes everybody else wait here: two rows cannot follow the same one.
        const LOCK: &str = "UPDATE audit_head SET sealed = sealed WHERE name = $1 RETURNING sealed";
        const END: &str = "UPDATE audit_head SET sealed = $1 WHERE name = $2";
        // All rows are fetched although there is one: SQLite is done when the statement has run to its end.
        let heads = sqlx::query(LOCK).bind(HEAD_ROW).fetch_all(&mut **tx).await?;
        let head = heads.first().ok_or(DatabaseError::Corrupt("audit_head"))?;
        let mut end = match self.end(tx, head.try_get("sealed")?).await? {
            Ok(end) => end,
            Err((last, why)) => self.add(tx, last, &interruption(&why)).await?,
        };
        end = self.add(tx, end, entry).await?;
        sqlx::query(END).bind(end.seal(&self.keyring)?).bind(HEAD_ROW).execute(&mut **tx).await?;
        Ok(())
    }

    /// Records in a transaction of its own what has changed nothing else: a refusal, an export.
    pub async fn record_alone(&self, entry: &Entry<'_>) -> Result<(), AuditError> {
        let mut tx = self.db.begin().await?;
        self.record(&mut tx, entry).await?;
        Ok(tx.commit().await?)
    }

    /// The same for a refusal, which stays one whether or not it can be recorded.
    pub async fn record_refusal(&self, entry: &Entry<'_>) {
        if let Err(error) = self.record_alone(entry).await {
            tracing::error!(audit.act = entry.act.as_str(), %error, "a refusal could not be recorded in the audit");
        }
    }

    /// Where the chain ends; or the last row that is there, and why it cannot be taken for the end.
    async fn end(&self, tx: &mut WriteTransaction, sealed: &str) -> Result<Result<Link, (Link, String)>, AuditError> {
        const LAST: &str = "SELECT position, hash FROM audit_event ORDER BY position DESC LIMIT 1";
        let why = match Link::unseal(&self.keyring, sealed) {
            Ok(end) => return Ok(Ok(end)),
            Err(AuditError::Keyring(error @ KeyringError::Missing { .. })) => return Err(error.into()),
            Err(error) => error.to_string(),
        };
        let last = match sqlx::query(LAST).fetch_optional(&mut **tx).await? {
            Some(row) => Link { position: row.try_get("position")?, hash: row.try_get("hash")? },
            None => Link::default(),
        };
        Ok(Err((last, why)))
    }

    /// Adds a row after `former`, and answers where it stands.
    async fn add(&self, tx: &mut WriteTransaction, former: Link, entry: &Entry<'_>) -> Result<Link, AuditError> {
        const SQL: &str = "INSERT INTO audit_event (position, former_hash, hash, happened_at, act, outcome, why, role, \
                           tid, oid, name, address, record_kind, record, request_id, correlation_id, detail) VALUES \
                           ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
        let row = self.row(former, entry);
        let link = Link::of(&row);
        // The log keeps another copy of the chain, out of the database's reach. If the transaction does not commit, the
        // position comes once more.
        tracing::info!(
            audit.position = row.position,
            audit.hash = row.hash,
            audit.act = row.act,
            audit.outcome = row.outcome,
            audit.record = row.record,
            "audit"
        );
        sqlx::query(SQL)
            .bind(row.position)
            .bind(row.former_hash)
            .bind(row.hash)
            .bind(row.happened_at)
            .bind(row.act)
            .bind(row.outcome)
            .bind(row.why)
            .bind(row.role)
            .bind(row.tid)
            .bind(row.oid)
            .bind(row.name)
            .bind(row.address)
            .bind(row.record_kind)
            .bind(row.record)
            .bind(row.request_id)
            .bind(row.correlation_id)
            .bind(row.detail)
            .execute(&mut **tx)
            .await?;
        Ok(link)
    }

    fn row(&self, former: Link, entry: &Entry<'_>) -> StoredRow {
        let text = |text: &str| text.to_owned();
        let key = entry.actor.key();
        let mut row = StoredRow {
            position: former.position + 1,
            former_hash: former.hash,
            hash: String::new(),
            happened_at: to_micros(self.ambient.now()),
            act: text(entry.act.as_str()),
            outcome: text(if entry.why.is_some() { REFUSED } else { DONE }),
            why: entry.why.clone(),
            role: text(entry.actor.role().as_str()),
            tid: key.map(|key| key.tid.clone()),
            oid: key.map(|key| key.oid.clone()),
            name: entry.actor.name().map(text),
            address: entry.actor.address().map(|address| address.to_string()),
            record_kind: entry.record.map(|(kind, _)| text(kind.as_str())),
            record: entry.record.map(|(_, id)| text(id)),
            request_id: entry.request_id.map(|id| text(id.as_str())),
            correlation_id: entry.correlation_id.map(|id| text(id.as_str())),
            detail: entry.detail.clone(),
        };
        row.hash = row.computed_hash();
        row
    }
}

/// The column `outcome`.
const DONE: &str = "done";
const REFUSED: &str = "refused";

/// That what stands before does not lead to the sealed end. The row stays, so that it cannot be passed over later.
fn interruption(why: &str) -> Entry<'static> {
    tracing::error!(why, "the audit was changed, or its key is missing: run `portal audit verify`");
    Entry::refused(Act::InterruptAudit, Actor::Portal, why)
}
