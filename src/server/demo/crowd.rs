//! A database full of customers, for tests and measurements of what happens with very many. Shared with the benchmark.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// What SQLite makes the rows with, and PostgreSQL.
pub const SQLITE: &str = include_str!("crowd.sqlite.sql");
const POSTGRES: &str = include_str!("crowd.postgres.sql");
/// Nothing of it is lost that could not be made again; the database is not in use yet.
const SQLITE_IN_HASTE: &str =
    "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; BEGIN";
const SQLITE_IN_PEACE: &str = "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)";
const POSTGRES_IN_HASTE: &str =
    "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '256MB'";

/// Puts so many customers into a database that has its tables and is empty. A million take some minutes.
pub async fn gather(database_url: &str, customers: u32) -> Result<(), sqlx::Error> {
    let rows = |sql: &str| AssertSqlSafe(sql.replace("{customers}", &customers.to_string()));
    if database_url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(database_url).await?;
        for sql in [rows(SQLITE_IN_HASTE), rows(SQLITE), rows(SQLITE_IN_PEACE)] {
            sqlx::raw_sql(sql).execute(&mut connection).await?;
        }
        connection.close().await
    } else {
        let mut connection = PgConnection::connect(database_url).await?;
        for sql in [rows(POSTGRES_IN_HASTE), rows(POSTGRES)] {
            sqlx::raw_sql(sql).execute(&mut connection).await?;
        }
        connection.close().await
    }
}
