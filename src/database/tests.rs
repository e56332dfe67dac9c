use sqlx::Row;

use super::*;

impl Database {
    /// A PostgreSQL database that is gone with the last clone.
    pub(crate) async fn temporary_postgres() -> Result<Self, DatabaseError> {
        let temporary = postgres::PostgresDatabase::create();
        let mut database = Self::connect(temporary.url()).await?;
        database.temporary = Some(Arc::new(Temporary::Postgres(temporary)));
        Ok(database)
    }

    /// The same database as another process would have it; the temporary one lives until both are gone.
    pub(crate) async fn of_another_process(&self) -> Self {
        let url = match self.temporary.as_deref().unwrap() {
            Temporary::Folder(folder) => format!("sqlite:{}", folder.path().join("portal.db").display()),
            Temporary::Postgres(database) => database.url().to_owned(),
        };
        let mut database = Self::connect(&url).await.unwrap();
        database.temporary.clone_from(&self.temporary);
        database
    }

    /// Whether a temporary database contains the text: on SQLite in any file (with its logs), erased pages included; on
    /// PostgreSQL in its dump.
    pub(crate) fn holds_on_disk(&self, text: &str) -> bool {
        let contents = match self.temporary.as_deref().unwrap() {
            Temporary::Folder(folder) => folder.files(),
            Temporary::Postgres(database) => vec![database.dump()],
        };
        contents.iter().any(|content| content.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

/// The address of an empty database, with what removes it.
fn empty() -> (String, Temporary) {
    if postgres::is_default() {
        let database = postgres::PostgresDatabase::create();
        return (database.url().to_owned(), Temporary::Postgres(database));
    }
    empty_sqlite()
}

fn empty_sqlite() -> (String, Temporary) {
    let folder = TemporaryDirectory::create(&Ambient::system()).unwrap();
    (format!("sqlite:{}", folder.path().join("a.db").display()), Temporary::Folder(folder))
}

#[tokio::test]
async fn pragmas_hold_on_readers_and_on_the_writer() {
    let db = Database::temporary_sqlite().await.unwrap();
    for pool in [db.read(), db.write()] {
        for (pragma, expected) in [("foreign_keys", 1), ("synchronous", 2), ("secure_delete", 1)] {
            let row = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"))).fetch_one(pool).await.unwrap();
            assert_eq!(row.get::<i64, _>(0), expected, "{pragma}");
        }
        let row = sqlx::query("PRAGMA journal_mode").fetch_one(pool).await.unwrap();
        assert_eq!(row.get::<String, _>(0), "wal");
    }
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    assert!(sqlx::query("CREATE TABLE t (a TEXT)").execute(db.read()).await.is_err());
}

#[tokio::test]
async fn sqlite_is_written_to_again_after_it_has_ended_a_transaction_by_itself() {
    let db = Database::temporary_sqlite().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    // What SQLite does when the disk is full.
    tx.execute("ROLLBACK").await.unwrap();
    assert!(tx.commit().await.is_err());
    db.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn sqlite_is_not_written_to_by_a_connection_that_was_opened_while_it_could_not_be() {
    let (url, _guard) = empty_sqlite();
    // Without its log and shared memory there is nothing to be read either.
    let _open = Database::connect(&url).await.unwrap();
    let read_only = AnyConnectOptions::from_str(&format!("{url}?mode=ro")).unwrap();
    let short = Duration::from_millis(300);
    let writer = sqlite_pool(1, SQLITE_WRITER).acquire_timeout(short).connect_with(read_only.clone()).await;
    assert!(writer.is_err());
    let reader = sqlite_pool(1, "PRAGMA query_only = ON;").acquire_timeout(short).connect_with(read_only).await;
    assert!(reader.unwrap().acquire().await.is_ok(), "which is enough for a reader");
}

#[tokio::test]
async fn a_transaction_that_is_not_committed_never_happened() {
    let db = Database::temporary().await.unwrap();
    db.write().execute("CREATE TABLE t (a TEXT)").await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO t VALUES ('x')").await.unwrap();
    drop(tx);
    let row = sqlx::query("SELECT COUNT(*) FROM t").fetch_one(db.read()).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 0);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (url, _guard) = empty();
    let db = Database::connect(&url).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, $1, 0)",
    )
    .bind(vec![0_u8])
    .execute(db.write())
    .await
    .unwrap();
    db.close().await;
    assert!(matches!(Database::connect(&url).await, Err(DatabaseError::NewerSchema(9999))));
}

#[tokio::test]
async fn processes_that_start_at_once_on_an_empty_database_all_come_up() {
    let (url, _guard) = empty();
    let starts = (0..6).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { Database::connect(&url).await })
    });
    for start in starts.collect::<Vec<_>>() {
        let db = start.await.unwrap().unwrap();
        sqlx::query("SELECT COUNT(*) FROM onboarding").fetch_one(db.read()).await.unwrap();
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    let (url, _guard) = empty();
    let db = Database::connect(&url).await.unwrap();
    db.write().execute("DELETE FROM _sqlx_migrations WHERE version = 4").await.unwrap();
    db.write().execute("DROP TABLE host_claim").await.unwrap();
    db.close().await;
    // Its first statement adds columns that are there already.
    assert!(matches!(Database::connect(&url).await, Err(DatabaseError::Migrate(_))));
    install_default_drivers();
    let pool = AnyPoolOptions::new().connect(&url).await.unwrap();
    let row = sqlx::query("SELECT COUNT(*) FROM _sqlx_migrations WHERE version = 4").fetch_one(&pool).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 0);
    assert!(sqlx::query("SELECT host FROM host_claim").fetch_all(&pool).await.is_err(), "nor its last");
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TemporaryDirectory::create(&Ambient::system()).unwrap();
    let url = format!("sqlite:{}", directory.path().join("a.db").display());
    let db = Database::connect(&url).await.unwrap();
    db.write().execute("CREATE TABLE t (a TEXT)").await.unwrap();
    for name in ["a.db", "a.db-wal", "a.db-shm"] {
        let mode = std::fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_temporary_database_leaves_no_file_behind() {
    let db = Database::temporary_sqlite().await.unwrap();
    let Temporary::Folder(folder) = db.temporary.as_deref().unwrap() else { panic!("a folder") };
    let path = folder.path().to_owned();
    assert!(path.exists());
    drop(db);
    assert!(!path.exists());
}

#[test]
fn instants_survive_storage_to_the_microsecond() {
    let instant: Timestamp = "2026-11-20T19:16:00.123456Z".parse().unwrap();
    assert_eq!(from_micros(to_micros(instant)).unwrap(), instant);
    assert!(from_micros(i64::MAX).is_err());
}
