//! Whether the rows are those that the portal has written, in their order and to the last one.

use std::fmt;

use sqlx::{Row, any::AnyRow};

use super::{Act, Audit, AuditError, COLUMNS, HEAD_ROW, Link, StoredRow};
use crate::{database::DatabaseError, keyring::KeyringError};

/// Rows that are read at once.
const BATCH: i64 = 1_000;

/// More faults than these say nothing new.
const MOST_FAULTS: usize = 50;

/// What is wrong with the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A row does not say what it said when it was written.
    Edited(i64),
    /// Rows are missing, from the first to the last of these positions.
    Deleted(i64, i64),
    /// A row follows none that is there: rows before it were removed and the rest numbered anew, or were rewritten.
    Unlinked(i64),
    /// A row stands where another one stood; it followed the row of the second position, if that is there.
    Reordered(i64, i64),
    /// The last rows are missing, from the first to the last of these positions.
    TailCut(i64, i64),
    /// There are rows after the last one that the portal has written.
    Added(i64),
    /// The rows fit each other and do not lead to the sealed end: some were rewritten, with all that follow.
    Rewritten(i64),
    /// The sealed end is missing, was changed, or its key is not there.
    Unsealable(String),
    /// While the portal ran it found that the rows before this one did not lead to the sealed end.
    Interrupted(i64, String),
    /// The row that was given to start from is not the one that stands there.
    NotTheStart(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(at) => write!(f, "row {at} was edited"),
            Self::Deleted(from, to) if from == to => write!(f, "row {from} was deleted"),
            Self::Deleted(from, to) => write!(f, "rows {from} to {to} were deleted"),
            Self::Unlinked(at) => {
                write!(f, "row {at} follows none that is there: rows before it were deleted or rewritten")
            }
            Self::Reordered(at, followed) => {
                write!(f, "row {at} was moved: it was written after the row that is now row {followed}")
            }
            Self::TailCut(from, to) if from == to => write!(f, "the tail is cut: row {from} is missing at the end"),
            Self::TailCut(from, to) => write!(f, "the tail is cut: rows {from} to {to} are missing at the end"),
            Self::Added(from) => write!(f, "rows from row {from} on were not written by the portal"),
            Self::Rewritten(last) => {
                write!(f, "the rows up to row {last} fit each other, but not the sealed end: some were rewritten")
            }
            Self::Unsealable(why) => write!(f, "the sealed end of the audit cannot be opened: {why}"),
            Self::Interrupted(at, why) => {
                write!(f, "row {at}: the portal noticed that the rows before it did not fit ({why})")
            }
            Self::NotTheStart(at) => write!(f, "row {at} is not the one that was noted: rows up to it were changed"),
        }
    }
}

/// What was looked through, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many rows.
    pub rows: u64,
    /// Where the chain ends: to be kept elsewhere, and given to a later look as its start.
    pub end: Link,
    /// Nothing: every row is as it was written, and none is missing.
    pub faults: Vec<Fault>,
}

impl Audit {
    /// Follows the chain from its start, or from a link that was noted before, to its end. Rows that are added
    /// meanwhile are part of it.
    pub async fn verify(&self, start: Option<&Link>) -> Result<Verified, AuditError> {
        let mut walk = Walk::from(start);
        if let Some(start) = start
            && self.link_at(start.position).await?.as_ref() != Some(start)
        {
            walk.fault(Fault::NotTheStart(start.position));
        }
        loop {
            let before = walk.last.position;
            self.follow(&mut walk).await?;
            // Read after the rows: what it names was committed with it, so that it is found by another look.
            let sealed = match self.sealed_end().await {
                Ok(end) => end,
                Err(fault) => {
                    walk.fault(fault?);
                    break;
                }
            };
            let nothing_new = walk.last.position == before;
            if sealed.position <= walk.last.position || nothing_new {
                walk.compare_with(&sealed);
                break;
            }
        }
        Ok(Verified { rows: walk.rows, end: walk.last, faults: walk.faults })
    }

    /// Looks through what comes after the last row so far.
    async fn follow(&self, walk: &mut Walk) -> Result<(), AuditError> {
        loop {
            let rows = self.rows_after(walk.last.position).await?;
            for row in &rows {
                self.look_at(walk, row).await?;
            }
            if rows.is_empty() || walk.faults.len() >= MOST_FAULTS {
                return Ok(());
            }
        }
    }

    async fn look_at(&self, walk: &mut Walk, row: &StoredRow) -> Result<(), AuditError> {
        let expected = walk.last.position + 1;
        let is_gap = row.position != expected;
        if is_gap {
            walk.fault(Fault::Deleted(expected, row.position - 1));
        }
        let is_sound = row.computed_hash() == row.hash;
        if !is_sound {
            walk.fault(Fault::Edited(row.position));
        } else if row.former_hash != walk.last.hash && !is_gap && walk.last_is_sound {
            walk.fault(match self.position_of(&row.former_hash).await? {
                Some(followed) => Fault::Reordered(row.position, followed),
                None => Fault::Unlinked(row.position),
            });
        }
        if row.act == Act::InterruptAudit.as_str() {
            walk.fault(Fault::Interrupted(row.position, row.why.clone().unwrap_or_default()));
        }
        walk.rows += 1;
        walk.last = Link::of(row);
        walk.last_is_sound = is_sound;
        Ok(())
    }

    pub(super) async fn rows_after(&self, position: i64) -> Result<Vec<StoredRow>, AuditError> {
        let sql = format!("SELECT {COLUMNS} FROM audit_event WHERE position > $1 ORDER BY position LIMIT $2");
        let found = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(position).bind(BATCH).fetch_all(self.db.read()).await?;
        Ok(found.iter().map(StoredRow::read).collect::<Result<_, _>>()?)
    }

    async fn link_at(&self, position: i64) -> Result<Option<Link>, AuditError> {
        const SQL: &str = "SELECT position, hash FROM audit_event WHERE position = $1";
        let found = sqlx::query(SQL).bind(position).fetch_optional(self.db.read()).await?;
        let link = |row: AnyRow| -> Result<Link, sqlx::Error> {
            Ok(Link { position: row.try_get("position")?, hash: row.try_get("hash")? })
        };
        Ok(found.map(link).transpose()?)
    }

    /// Where the row with this hash stands; the start of the chain is before the first row.
    async fn position_of(&self, hash: &str) -> Result<Option<i64>, AuditError> {
        const SQL: &str = "SELECT position FROM audit_event WHERE hash = $1";
        if hash.is_empty() {
            return Ok(Some(0));
        }
        let found = sqlx::query(SQL).bind(hash).fetch_optional(self.db.read()).await?;
        Ok(found.map(|row| row.try_get("position")).transpose()?)
    }

    /// The sealed end; or what is wrong with it, unless it could not be asked for.
    async fn sealed_end(&self) -> Result<Link, Result<Fault, AuditError>> {
        const SQL: &str = "SELECT sealed FROM audit_head WHERE name = $1";
        let found = sqlx::query(SQL).bind(HEAD_ROW).fetch_optional(self.db.read()).await.map_err(|e| Err(e.into()))?;
        let Some(row) = found else { return Err(Ok(Fault::Unsealable("it is missing".to_owned()))) };
        let sealed: &str = row.try_get("sealed").map_err(|error| Err(error.into()))?;
        Link::unseal(&self.keyring, sealed).map_err(|error| match error {
            AuditError::Keyring(KeyringError::Missing { .. }) => Err(error),
            AuditError::Keyring(_) | AuditError::Database(DatabaseError::Corrupt(_)) => {
                Ok(Fault::Unsealable(error.to_string()))
            }
            AuditError::Database(_) => Err(error),
        })
    }
}

/// How far the look has come.
struct Walk {
    last: Link,
    /// Whether its hash is the one that it was written with, as far as anybody can tell.
    last_is_sound: bool,
    rows: u64,
    faults: Vec<Fault>,
}

impl Walk {
    fn from(start: Option<&Link>) -> Self {
        Self { last: start.cloned().unwrap_or_default(), last_is_sound: true, rows: 0, faults: Vec::new() }
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    fn compare_with(&mut self, sealed: &Link) {
        let last = self.last.position;
        if sealed.position > last {
            self.fault(Fault::TailCut(last + 1, sealed.position));
        } else if sealed.position < last {
            self.fault(Fault::Added(sealed.position + 1));
        } else if *sealed != self.last && self.faults.is_empty() {
            self.fault(Fault::Rewritten(last));
        }
    }
}
