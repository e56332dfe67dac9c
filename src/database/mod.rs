//! The connection pools and the schema.
//!
//! SQL is written once, for SQLite and PostgreSQL: placeholders `$1`, columns of type TEXT and BIGINT alone, instants as
//! microseconds since 1970 (BIGINT, columns end in `_at`).

use sqlx::AnyPool;

/// The database cannot be reached, or its schema is not ours.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A statement or connection failed.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// Reads and writes go through pools of their own: SQLite has one writer at a time, so its writing pool has one
/// connection and writers queue in the process instead of polling a lock. On PostgreSQL both are the same pool.
#[derive(Clone, Debug)]
pub struct Database {
    read: AnyPool,
    write: AnyPool,
}

impl Database {
    /// Connects to `sqlite:…` or `postgres://…` and brings the schema up to date.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        todo!("{url}")
    }

    /// For statements that change nothing.
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// For transactions and statements that change something.
    pub fn write(&self) -> &AnyPool {
        &self.write
    }
}
