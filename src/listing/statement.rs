//! A statement that is put together from texts of ours and bound values of anybody's.

use sqlx::{
    Any, AnyPool, AssertSqlSafe,
    any::{AnyArguments, AnyRow},
    query::Query,
};

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
    pub(super) fn to_text(&self) -> String {
        let (mut text, mut number) = (String::new(), 0_usize);
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Number(number) => text.push_str(&number.to_string()),
                Piece::Value(_) => {
                    number += 1;
                    text.push('$');
                    text.push_str(&number.to_string());
                }
            }
        }
        text
    }

    fn query(&self) -> Query<'_, Any, AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.to_text()));
        for piece in &self.0 {
            query = match piece {
                Piece::Text(_) | Piece::Number(_) => query,
                Piece::Value(Value::Text(text)) => query.bind(text),
                Piece::Value(Value::Number(number)) => query.bind(*number),
                Piece::Value(Value::Bytes(bytes)) => query.bind(bytes),
            };
        }
        query
    }

    pub(super) async fn rows(&self, pool: &AnyPool) -> Result<Vec<AnyRow>, sqlx::Error> {
        self.query().fetch_all(pool).await
    }

    pub(super) async fn row(&self, pool: &AnyPool) -> Result<Option<AnyRow>, sqlx::Error> {
        self.query().fetch_optional(pool).await
    }
}
