//! How a row is bound to the one before, and the end of the chain to the keyring.
//!
//! The hash of a row needs no key: anybody can follow the chain. What cannot be made without a key is its end, which is
//! sealed, so that whoever edits a row and computes everything after it anew arrives at an end that does not fit. For
//! the same reason a rotation of the keys has one value to seal anew, and a key that was removed takes no proof with it.

use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};

use super::AuditError;
use crate::{
    database::DatabaseError,
    keyring::{Keyring, KeyringError, SealedColumn},
};
use secrecy::ExposeSecret;

/// Where the end of the chain is sealed.
pub const HEAD: SealedColumn = SealedColumn { table: "audit_head", column: "sealed", row: &["name"], owner: &[] };

/// The only row of the table.
pub(super) const HEAD_ROW: &str = "head";

/// Another layout of a row would be another version, so that no two rows give the same bytes.
const VERSION: &str = "audit 1";

/// The columns that are read by [`StoredRow::read`], in the order in which the hash covers them after the first two.
pub(super) const COLUMNS: &str = "position, former_hash, hash, happened_at, act, outcome, why, role, tid, oid, name, \
                                  address, record_kind, record, request_id, correlation_id, detail";

/// A row as it is stored, before anybody has believed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredRow {
    pub(super) position: i64,
    pub(super) former_hash: String,
    pub(super) hash: String,
    pub(super) happened_at: i64,
    pub(super) act: String,
    pub(super) outcome: String,
    pub(super) why: Option<String>,
    pub(super) role: String,
    pub(super) tid: Option<String>,
    pub(super) oid: Option<String>,
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
    pub(super) record_kind: Option<String>,
    pub(super) record: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) correlation_id: Option<String>,
    pub(super) detail: Option<String>,
}

impl StoredRow {
    pub(super) fn read(row: &AnyRow) -> Result<Self, DatabaseError> {
        Ok(Self {
            position: row.try_get("position")?,
            former_hash: row.try_get("former_hash")?,
            hash: row.try_get("hash")?,
            happened_at: row.try_get("happened_at")?,
            act: row.try_get("act")?,
            outcome: row.try_get("outcome")?,
            why: row.try_get("why")?,
            role: row.try_get("role")?,
            tid: row.try_get("tid")?,
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            address: row.try_get("address")?,
            record_kind: row.try_get("record_kind")?,
            record: row.try_get("record")?,
            request_id: row.try_get("request_id")?,
            correlation_id: row.try_get("correlation_id")?,
            detail: row.try_get("detail")?,
        })
    }

    /// Hash of what the row says and of what stands before it. The position is not in it: a row in the wrong place is
    /// told from an edited one.
    pub(super) fn computed_hash(&self) -> String {
        let happened_at = self.happened_at.to_string();
        let texts = [&self.former_hash, &happened_at, &self.act, &self.outcome, &self.role].map(Some);
        let optional = [
            &self.why,
            &self.tid,
            &self.oid,
            &self.name,
            &self.address,
            &self.record_kind,
            &self.record,
            &self.request_id,
            &self.correlation_id,
            &self.detail,
        ];
        let mut hash = Sha256::new_with_prefix(VERSION);
        for part in texts.into_iter().chain(optional.map(Option::as_ref)) {
            // Every part is preceded by its length, so that no two rows give the same bytes; nothing has none.
            let length = part.map_or(u64::MAX, |part| u64::try_from(part.len()).unwrap_or(u64::MAX));
            hash.update(length.to_be_bytes());
            hash.update(part.map_or("", String::as_str));
        }
        format!("{:x}", hash.finalize())
    }
}

/// A place in the chain: how many rows there are up to it, and the hash of the last one. Before the first row the
/// hash is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Position of the row.
    pub position: i64,
    /// Its hash, hex.
    pub hash: String,
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.position, self.hash)
    }
}

impl std::str::FromStr for Link {
    type Err = DatabaseError;

    fn from_str(text: &str) -> Result<Self, DatabaseError> {
        let corrupt = || DatabaseError::Corrupt("audit_head.sealed");
        let (position, hash) = text.split_once(':').ok_or_else(corrupt)?;
        Ok(Self { position: position.parse().map_err(|_| corrupt())?, hash: hash.to_owned() })
    }
}

impl Link {
    pub(super) fn of(row: &StoredRow) -> Self {
        Self { position: row.position, hash: row.hash.clone() }
    }

    pub(super) fn seal(&self, keyring: &Keyring) -> Result<String, KeyringError> {
        keyring.seal(HEAD.place(HEAD_ROW, ""), self.to_string().as_bytes())
    }

    /// What the sealed end says; before the first row nothing is sealed.
    pub(super) fn unseal(keyring: &Keyring, sealed: &str) -> Result<Self, AuditError> {
        if sealed.is_empty() {
            return Ok(Self::default());
        }
        let opened = keyring.open(HEAD.place(HEAD_ROW, ""), sealed)?;
        let text = std::str::from_utf8(opened.expose_secret()).unwrap_or_default();
        Ok(text.parse()?)
    }
}
