//! Looking for entries: newest first, from a position downwards.

use sqlx::AssertSqlSafe;

use super::{Act, ActorRole, Audit, AuditError, COLUMNS, Link, REFUSED, RecordKind, StoredRow};
use crate::{
    clock::{SignedDuration, Timestamp},
    database::{from_micros, to_micros},
};

/// Which entries are asked for; what is `None` or empty does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Part of the person's name, or the whole object id.
    pub person: String,
    /// Whole id of the record, or `MS-RequestId` or `MS-CorrelationId`.
    pub record: String,
    /// What was done.
    pub act: Option<Act>,
    /// Whether it was refused.
    pub refused: Option<bool>,
    /// Not before this day, UTC.
    pub from: Option<Timestamp>,
    /// Not after this day, UTC; the instant at which it begins.
    pub to: Option<Timestamp>,
}

impl Search {
    /// Whether it says anything, so that not everything fits.
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// The conditions, and what is bound to their parameters from `$1` on.
    fn conditions(&self) -> (Vec<String>, Vec<Value>) {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let (person, record) = (self.person.trim(), self.record.trim());
        if !person.is_empty() {
            // SQLite's LOWER knows the letters of English alone.
            let (lower, typed) = (like(&person.to_lowercase()), like(person));
            let (lower, typed, oid) = (bind(lower), bind(typed), bind(Value::Text(person.to_owned())));
            conditions
                .push(format!("(LOWER(name) LIKE {lower} ESCAPE '!' OR name LIKE {typed} ESCAPE '!' OR oid = {oid})"));
        }
        if !record.is_empty() {
            let id = bind(Value::Text(record.to_lowercase()));
            conditions.push(format!("(record = {id} OR request_id = {id} OR correlation_id = {id})"));
        }
        if let Some(act) = self.act {
            conditions.push(format!("act = {}", bind(Value::Text(act.as_str().to_owned()))));
        }
        if let Some(refused) = self.refused {
            let sign = if refused { "=" } else { "<>" };
            conditions.push(format!("outcome {sign} {}", bind(Value::Text(REFUSED.to_owned()))));
        }
        if let Some(from) = self.from {
            conditions.push(format!("happened_at >= {}", bind(Value::Number(to_micros(from)))));
        }
        if let Some(to) = self.to {
            let end = to.saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
            conditions.push(format!("happened_at < {}", bind(Value::Number(to_micros(end)))));
        }
        (conditions, values)
    }
}

/// What is bound to a parameter.
enum Value {
    Text(String),
    Number(i64),
}

/// Anywhere in a text.
fn like(part: &str) -> Value {
    Value::Text(format!("%{}%", part.replace('!', "!!").replace('%', "!%").replace('_', "!_")))
}

/// An entry as a page and an export show it: the words are those that are stored, so that what was edited is shown too.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RecordedAct {
    /// Its place, from 1.
    pub position: i64,
    /// When.
    #[serde(serialize_with = "as_rfc3339")]
    pub at: Timestamp,
    /// What.
    pub act: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why it was refused.
    pub why: Option<String>,
    /// What the person was then.
    pub role: String,
    /// Tenant of the person.
    pub tid: Option<String>,
    /// Object id of the person.
    pub oid: Option<String>,
    /// The person's name.
    pub name: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// What the record is.
    pub record_kind: Option<String>,
    /// Id of the record.
    pub record: Option<String>,
    /// `MS-RequestId`.
    pub request_id: Option<String>,
    /// `MS-CorrelationId`.
    pub correlation_id: Option<String>,
    /// More in words.
    pub detail: Option<String>,
    /// Hash of the row before.
    pub former_hash: String,
    /// Hash of this row.
    pub hash: String,
}

fn as_rfc3339<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

impl RecordedAct {
    fn of(row: StoredRow) -> Result<Self, AuditError> {
        Ok(Self {
            position: row.position,
            at: from_micros(row.happened_at)?,
            act: row.act,
            outcome: row.outcome,
            why: row.why,
            role: row.role,
            tid: row.tid,
            oid: row.oid,
            name: row.name,
            address: row.address,
            record_kind: row.record_kind,
            record: row.record,
            request_id: row.request_id,
            correlation_id: row.correlation_id,
            detail: row.detail,
            former_hash: row.former_hash,
            hash: row.hash,
        })
    }

    /// Whether it was refused.
    pub fn is_refused(&self) -> bool {
        self.outcome == REFUSED
    }

    /// What was done, in words.
    pub fn act_label(&self) -> String {
        Act::parse(&self.act).map_or_else(|_| self.act.clone(), |act| act.label().to_owned())
    }

    /// What the person was, in words.
    pub fn role_label(&self) -> String {
        ActorRole::parse(&self.role).map_or_else(|_| self.role.clone(), |role| role.label().to_owned())
    }

    /// What the record is.
    pub fn kind(&self) -> Option<RecordKind> {
        RecordKind::parse(self.record_kind.as_deref()?).ok()
    }
}

impl Audit {
    /// The newest entries that fit, at most `limit`, before the position `before` if it is given.
    pub async fn search(
        &self,
        search: &Search,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedAct>, AuditError> {
        let (mut conditions, mut values) = search.conditions();
        if let Some(before) = before {
            values.push(Value::Number(before));
            conditions.push(format!("position < ${}", values.len()));
        }
        let all = if conditions.is_empty() { String::new() } else { format!("WHERE {} ", conditions.join(" AND ")) };
        let sql = format!("SELECT {COLUMNS} FROM audit_event {all}ORDER BY position DESC LIMIT {limit}");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        let rows = query.fetch_all(self.db.read()).await?;
        rows.iter().map(|row| RecordedAct::of(StoredRow::read(row)?)).collect()
    }

    /// The last row, to be noted elsewhere; `None`: there is none.
    pub async fn last(&self) -> Result<Option<Link>, AuditError> {
        let last = self.search(&Search::default(), None, 1).await?;
        Ok(last.into_iter().next().map(|act| Link { position: act.position, hash: act.hash }))
    }
}
