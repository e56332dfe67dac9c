//! The connection pools and the schema.
//!
//! SQL is written once, for SQLite and PostgreSQL: placeholders `$1`, columns of type TEXT and BIGINT alone, instants as
//! microseconds since 1970 (BIGINT, columns end in `_at`). Migrations are the numbered files in `migrations/`; one that
//! has been released is never edited, because its checksum is kept in every database that ran it.

mod append_only;
pub mod backup;
mod host;
#[cfg(test)]
#[path = "../tests/postgres.rs"]
pub(crate) mod postgres;
mod temporary;
#[cfg(test)]
mod tests;

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Any, AnyPool, Connection, Executor, Row, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers},
    migrate::{MigrateError, Migrator},
    sqlite::SqliteConnectOptions,
};

pub use self::host::{HostClaim, SIGN_OF_LIFE};
use self::temporary::TemporaryDirectory;
use crate::clock::{Ambient, Timestamp};

/// The schema, embedded: the binary brings any older database up to date by itself.
static MIGRATIONS: Migrator = sqlx::migrate!("src/database/migrations");

/// How long a statement waits for a connection before it fails: longer than any transaction of ours takes, shorter than
/// the patience of a browser.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Readers beside the one writer of SQLite.
const SQLITE_READERS: u32 = 4;

/// Connections to PostgreSQL of one portal process.
const POSTGRES_CONNECTIONS: u32 = 16;

/// Set on every PostgreSQL connection: as with SQLite's `busy_timeout`, nobody waits for long for somebody else's lock,
/// and a process that died in a transaction does not hold its locks for long.
const POSTGRES_SETTINGS: &str = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s';";

/// Set on every SQLite connection. FULL: a commit that was answered survives a power cut (promise 1). `secure_delete`:
/// what is erased is overwritten with zeros (promise 2).
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; \
                               PRAGMA synchronous = FULL;";

/// Set on the writer. SQLite opens a file that cannot be written as one to be read, without a word, and the connection
/// stays so when it could be written again: one that cannot begin to write is none. (To begin alone proves nothing: on
/// such a file that is the beginning of a read. The number is one that nobody uses.)
const SQLITE_WRITER: &str = "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; PRAGMA user_version = 0; ROLLBACK;";

/// A transaction that changes something.
pub type WriteTransaction = Transaction<'static, Any>;

/// The database cannot be reached, or its schema or content is not ours.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A statement or connection failed.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(MigrateError),
    /// A newer portal has been here; this one does not know what its schema means and leaves it alone.
    #[error("the database was written by a newer version of the portal (schema {0}): start that version")]
    NewerSchema(i64),
    /// The file of a SQLite database cannot be made.
    #[error("database file {path}: {source}")]
    File {
        /// The file or its folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// Another machine has the file of a SQLite database open.
    #[error(
        "a portal on another machine uses this SQLite file, which one machine at a time can do; stop that portal, or give \
         both a PostgreSQL database (postgres://…)"
    )]
    OtherHost,
    /// The file of a SQLite database would be on a file system of the network.
    #[error(
        "{path} is on a file system of the network ({kind}), whose locks SQLite cannot trust; use a local disk, or a \
         PostgreSQL database (postgres://…)"
    )]
    NetworkFileSystem {
        /// The file.
        path: String,
        /// Kind of the file system.
        kind: String,
    },
    /// A row holds what the portal would never write.
    #[error("a stored row does not hold what it should: {0}")]
    Corrupt(&'static str),
}

impl From<MigrateError> for DatabaseError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::NewerSchema(version),
            other => Self::Migrate(other),
        }
    }
}

/// The connections: reads and writes go through pools of their own.
///
/// SQLite has one writer at a time, so its writing pool has one connection and writers queue in the process instead of
/// polling a lock. On PostgreSQL both are the same pool.
#[derive(Clone, Debug)]
pub struct Database {
    read: AnyPool,
    write: AnyPool,
    engine: Engine,
    /// Whether something may have been erased that the database itself still keeps; see [`Database::tidy`].
    erased: Arc<AtomicBool>,
    /// Lives as long as the last clone; see [`Database::temporary`].
    #[cfg_attr(not(test), expect(dead_code, reason = "kept for its end"))]
    temporary: Option<Arc<Temporary>>,
}

/// What goes with the last user of a temporary database.
#[derive(Debug)]
enum Temporary {
    #[cfg_attr(not(test), expect(dead_code, reason = "kept for its end"))]
    Folder(TemporaryDirectory),
    #[cfg(test)]
    Postgres(postgres::PostgresDatabase),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Database {
    /// Whether it is SQLite, for statements that help its planner.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.engine == Engine::Sqlite
    }

    /// Connects to `sqlite:…` or `postgres://…` and brings the schema up to date. A SQLite file that is not there is
    /// made, for the owner's eyes alone; `sqlite::memory:` is a [`temporary`](Self::temporary) database.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        install_default_drivers();
        if url == "sqlite::memory:" {
            return Self::temporary_sqlite().await;
        }
        let database = if url.starts_with("sqlite:") {
            Self::connect_sqlite(url, None).await?
        } else {
            Self::connect_postgres(url).await?
        };
        Ok(database)
    }

    /// A SQLite database of its own that is gone with the last clone; for tests and the demo.
    ///
    /// It is a file and not in memory, because SQLite's shared memory databases lock whole tables and know no WAL: a
    /// test on one would prove nothing about the real one. Tests get a PostgreSQL database instead where the runner
    /// says so.
    pub async fn temporary() -> Result<Self, DatabaseError> {
        #[cfg(test)]
        if postgres::is_default() {
            return Self::temporary_postgres().await;
        }
        Self::temporary_sqlite().await
    }

    pub(crate) async fn temporary_sqlite() -> Result<Self, DatabaseError> {
        install_default_drivers();
        let directory = TemporaryDirectory::create(&Ambient::system())?;
        let url = format!("sqlite:{}", directory.path().join("portal.db").display());
        Self::connect_sqlite(&url, Some(Arc::new(Temporary::Folder(directory)))).await
    }

    async fn connect_sqlite(url: &str, temporary: Option<Arc<Temporary>>) -> Result<Self, DatabaseError> {
        let options = SqliteConnectOptions::from_str(url)?;
        let file = options.get_filename().to_owned();
        host::refuse_network_file_system(&file)?;
        create_private_file(&file)?;
        let options = AnyConnectOptions::from_str(url)?;
        let lock = lock_folder(&file).await?;
        // The writer comes first: WAL is a property of the file, so the readers find it switched on.
        let connected = sqlite_writer().connect_with(options.clone()).await;
        let write = connected.map_err(|error| read_only(&file).unwrap_or(error.into()))?;
        MIGRATIONS.run(&write).await?;
        append_only::protect(&write, Engine::Sqlite).await?;
        drop(lock);
        let read = sqlite_pool(SQLITE_READERS, "PRAGMA query_only = ON;").connect_with(options).await?;
        Ok(Self { read, write, engine: Engine::Sqlite, erased: perhaps_erased(), temporary })
    }

    async fn connect_postgres(url: &str) -> Result<Self, DatabaseError> {
        // On a connection of its own, without the settings below: whoever comes second waits until the first has migrated.
        let migrator = AnyPoolOptions::new().max_connections(1).connect(url).await?;
        MIGRATIONS.run(&migrator).await?;
        append_only::protect(&migrator, Engine::Postgres).await?;
        migrator.close().await;
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(POSTGRES_SETTINGS).await?;
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        let erased = perhaps_erased();
        Ok(Self { read: pool.clone(), write: pool, engine: Engine::Postgres, erased, temporary: None })
    }

    /// For statements that change nothing; on SQLite one that does fails.
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// For single statements that change something; several go together in a transaction of [`begin`](Self::begin).
    pub fn write(&self) -> &AnyPool {
        &self.write
    }

    /// Begins a transaction that changes something. Dropped without `commit`, it never happened.
    ///
    /// On SQLite it takes the writer's lock at once: one that reads first and asks for the lock later would be refused
    /// whenever another process has written in between.
    pub async fn begin(&self) -> Result<WriteTransaction, DatabaseError> {
        Ok(match self.engine {
            Engine::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.write.begin().await?,
        })
    }

    /// Notes that something was erased of which the database itself still keeps former versions: SQLite in its
    /// write-ahead log, PostgreSQL in its pages. The next [`tidy`](Self::tidy), seconds from now, makes it let go of
    /// them: nobody has to wait for that with an answer in hand.
    pub fn note_erased(&self) {
        self.erased.store(true, Ordering::Relaxed);
    }

    /// Makes the database let go of what was erased, if anything was. Runs every few seconds beside everything else, and
    /// again until it has succeeded; a process that died in between does it when it starts again.
    ///
    /// What this cannot reach are PostgreSQL's own log and its backups: there an envelope stays until they are gone, and
    /// its key is what makes it worthless (`portal keys rotate`, then `retire`).
    pub async fn tidy(&self) {
        if !self.erased.swap(false, Ordering::Relaxed) {
            return;
        }
        match self.let_go().await {
            Ok(true) => {}
            // A reader in mid-query needs the log.
            Ok(false) => self.note_erased(),
            Err(error) => {
                self.note_erased();
                tracing::warn!(%error, "what was erased could not be given up by the database; it will be tried again");
            }
        }
    }

    /// Whether nothing of what was erased is left.
    async fn let_go(&self) -> sqlx::Result<bool> {
        match self.engine {
            Engine::Sqlite => {
                let outcome = self.write.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)").await?;
                Ok(outcome.try_get::<i64, _>("busy")? == 0)
            }
            Engine::Postgres => self.write.execute("VACUUM (SKIP_LOCKED) credential").await.map(|_| true),
        }
    }

    /// Waits for what is running and closes every connection.
    pub async fn close(&self) {
        // Where others have the file open, the last write-ahead log is not emptied by closing it.
        if self.engine == Engine::Sqlite {
            self.tidy().await;
        }
        self.read.close().await;
        self.write.close().await;
    }
}

/// What a process before this one has erased last may not be gone yet.
fn perhaps_erased() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(true))
}

/// An instant as it is stored.
pub fn to_micros(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

/// A stored instant.
pub fn from_micros(micros: i64) -> Result<Timestamp, DatabaseError> {
    Timestamp::from_microsecond(micros).map_err(|_| DatabaseError::Corrupt("instant"))
}

/// Why a file did not become a database that is written to, if that is why.
fn read_only(file: &Path) -> Option<DatabaseError> {
    let source = OpenOptions::new().write(true).open(file).err()?;
    Some(DatabaseError::File { path: file.display().to_string(), source })
}

fn sqlite_pool(connections: u32, role: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A file does not go away as a server does: no ping before each statement, no renewal.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(SQLITE_SETTINGS).await?;
                connection.execute(role).await?;
                Ok(())
            })
        })
}

/// Connections that can write begin transactions.
fn sqlite_writer() -> AnyPoolOptions {
    sqlite_pool(1, SQLITE_WRITER)
        // Where SQLite ends a transaction by itself, as on a full disk, the driver goes on believing in it and begins no
        // other (sqlx 0.9). The ping lets a rollback that is on its way come first.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// Of processes that start at once one prepares the file at a time: for SQLite the crate has no lock of its own, as it has for
/// PostgreSQL. The folder is locked, because to close the file itself would end SQLite's locks on it.
async fn lock_folder(file: &Path) -> Result<File, DatabaseError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let path = folder.display().to_string();
    let lock = move || {
        let folder = File::open(folder)?;
        folder.lock()?;
        Ok(folder)
    };
    let locked = tokio::task::spawn_blocking(lock).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    locked.map_err(|source| DatabaseError::File { path, source })
}

/// Makes the file before SQLite does, which would leave it readable for everybody; the log files take over its mode.
fn create_private_file(path: &Path) -> Result<(), DatabaseError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(DatabaseError::File { path: path.display().to_string(), source: error })
        }
        _ => Ok(()),
    }
}
