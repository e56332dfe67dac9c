//! A statement that is put together from texts of ours and bound values of anybody's.

use sqlx::{
    Any, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use crate::database::Database;

/// A value that is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A part of a statement. Its text is the source's, never anybody else's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sql(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(&'static str),
    /// Written out, so that PostgreSQL plans for it.
    Number(u32),
    /// An index by which SQLite reads the table just named: of two that would do, it takes the one that is unique, however
    /// large the rows behind it are. PostgreSQL compares what they cost.
    Index(&'static str),
    Value(Value),
}

impl Sql {
    pub(super) fn new(text: &'static str) -> Self {
        Self(vec![Piece::Text(text)])
    }

    /// Goes on with a text.
    pub(super) fn text(mut self, text: &'static str) -> Self {
        self.0.push(Piece::Text(text));
        self
    }

    /// Goes on with a number of ours.
    pub(super) fn number(mut self, number: u32) -> Self {
        self.0.push(Piece::Number(number));
        self
    }

    /// Goes on with the index by which SQLite reads the table that was named last, if it is told one.
    pub(super) fn by_index(mut self, index: Option<&'static str>) -> Self {
        self.0.extend(index.map(Piece::Index));
        self
    }

    /// Goes on with a value.
    pub(super) fn value(mut self, value: impl Into<Value>) -> Self {
        self.0.push(Piece::Value(value.into()));
        self
    }

    /// Goes on with another part.
    pub(super) fn part(mut self, part: &Self) -> Self {
        self.0.extend_from_slice(&part.0);
        self
    }

    /// Goes on with all of them, each as one more condition.
    pub(super) fn and_all<'a>(mut self, conditions: impl IntoIterator<Item = &'a Self>) -> Self {
        for condition in conditions {
            self = self.text(" AND ").part(condition);
        }
        self
    }

    /// The text, with a numbered place for each value.
    fn to_text(&self, is_sqlite: bool) -> String {
        let (mut text, mut number) = (String::new(), 0_usize);
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Number(number) => text.push_str(&number.to_string()),
                Piece::Index(index) if is_sqlite => {
                    text.push_str(" INDEXED BY ");
                    text.push_str(index);
                }
                Piece::Index(_) => {}
                Piece::Value(_) => {
                    number += 1;
                    text.push('$');
                    text.push_str(&number.to_string());
                }
            }
        }
        text
    }

    fn query(&self, db: &Database) -> Query<'_, Any, AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.to_text(db.is_sqlite())));
        for piece in &self.0 {
            query = match piece {
                Piece::Text(_) | Piece::Number(_) | Piece::Index(_) => query,
                Piece::Value(Value::Text(text)) => query.bind(text),
                Piece::Value(Value::Number(number)) => query.bind(*number),
                Piece::Value(Value::Bytes(bytes)) => query.bind(bytes),
            };
        }
        query
    }

    pub(super) async fn rows(&self, db: &Database) -> Result<Vec<AnyRow>, sqlx::Error> {
        self.query(db).fetch_all(db.read()).await
    }

    pub(super) async fn row(&self, db: &Database) -> Result<Option<AnyRow>, sqlx::Error> {
        self.query(db).fetch_optional(db.read()).await
    }
}
