//! Copies of a SQLite database: made while the portal runs, put back while it does not.
//!
//! PostgreSQL has tools of its own for this, which do it better.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{DatabaseError, MIGRATIONS};
use crate::clock::Timestamp;

/// How long a statement waits for others that hold a lock.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no copy, or it was not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is not SQLite.
    #[error(
        "PORTAL_DATABASE_URL names PostgreSQL: use pg_dump --format=custom --file=FILE and pg_restore, see OPERATIONS.md"
    )]
    NotSqlite,
    /// A copy is never made over something else.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The file is not there, or is no database of the portal, or is damaged.
    #[error("{}: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A portal has the database open.
    #[error("the database is in use: stop the portal first (systemctl stop reseller-portal)")]
    InUse,
    /// The file system.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A statement failed.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Onboardings in it.
    pub onboardings: i64,
    /// Number of its last migration.
    pub schema: i64,
}

/// What was put back, and where that is which it has replaced.
#[derive(Debug)]
pub struct Restored {
    /// What the copy holds.
    pub copied: Copied,
    /// The former database; `None`: there was none.
    pub former: Option<PathBuf>,
}

/// Copies the database of `url` to `target`, as it is at one moment, while others go on using it. The copy is for the
/// owner's eyes alone, has been read through once, and holds nothing of what was erased.
pub async fn backup(url: &str, target: &Path) -> Result<Copied, BackupError> {
    let source = sqlite_file(url)?;
    if target.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    require_file(&source)?;
    let part = beside(target, "part");
    let made = copy_to(&source, &part).await;
    let copied = match made {
        Ok(()) => inspect(&part).await,
        Err(error) => Err(error),
    };
    match copied {
        Ok(copied) => {
            fs::rename(&part, target).and_then(|()| sync_folder(target)).map_err(|source| file(target, source))?;
            Ok(copied)
        }
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// Puts a copy in the place of the database of `url`, which nobody may have open. What was there is kept beside it under
/// a name with the time.
pub async fn restore(url: &str, copy: &Path, now: Timestamp) -> Result<Restored, BackupError> {
    let target = sqlite_file(url)?;
    let copied = inspect(copy).await?;
    let former = if target.exists() {
        require_unused(&target).await?;
        Some(beside(&target, &format!("before-restore-{}", now.strftime("%Y%m%dT%H%M%SZ"))))
    } else {
        None
    };
    let part = beside(&target, "part");
    create_private(&part)?;
    fs::copy(copy, &part).and_then(|_| File::open(&part)?.sync_all()).map_err(|source| file(&part, source))?;
    if let Some(former) = &former {
        fs::rename(&target, former).map_err(|source| file(&target, source))?;
    }
    fs::rename(&part, &target).and_then(|()| sync_folder(&target)).map_err(|source| file(&target, source))?;
    Ok(Restored { copied, former })
}

/// The file that a SQLite address names.
fn sqlite_file(url: &str) -> Result<PathBuf, BackupError> {
    if !url.starts_with("sqlite:") {
        return Err(BackupError::NotSqlite);
    }
    Ok(SqliteConnectOptions::from_str(url)?.get_filename().to_owned())
}

async fn copy_to(source: &Path, part: &Path) -> Result<(), BackupError> {
    create_private(part)?;
    let mut connection = open(source, false).await?;
    // The path is bound, so that none can be more than a path. SQLite takes an empty file for a new one.
    sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(&mut connection).await?;
    connection.close().await?;
    File::open(part).and_then(|copy| copy.sync_all()).map_err(|source| file(part, source))
}

/// Reads a whole database, and says what it holds.
async fn inspect(path: &Path) -> Result<Copied, BackupError> {
    const SCHEMA: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
    const ONBOARDINGS: &str = "SELECT COUNT(*) FROM onboarding";
    require_file(path)?;
    let unusable = |reason: String| BackupError::Unusable { path: path.to_owned(), reason };
    if has_log(path) {
        return Err(unusable("has a write-ahead log beside it: copies are made by `portal backup`".into()));
    }
    let mut connection = open(path, true).await?;
    match sqlx::query_scalar::<_, String>("PRAGMA integrity_check").fetch_one(&mut connection).await {
        Ok(answer) if answer == "ok" => {}
        Ok(answer) => return Err(unusable(format!("is damaged: {answer}"))),
        Err(error) => return Err(unusable(format!("is no database: {error}"))),
    }
    let figure = async |connection: &mut SqliteConnection, sql: &'static str| {
        sqlx::query_scalar::<_, i64>(sql).fetch_one(connection).await
    };
    let strange = |_| unusable("is no database of the portal".into());
    let schema = figure(&mut connection, SCHEMA).await.map_err(strange)?;
    let onboardings = figure(&mut connection, ONBOARDINGS).await.map_err(strange)?;
    connection.close().await?;
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if schema > newest {
        return Err(unusable(DatabaseError::NewerSchema(schema).to_string()));
    }
    Ok(Copied { onboardings, schema })
}

/// Takes the database for itself for a moment, which fails while anybody has it open, and leaves no log beside it.
async fn require_unused(path: &Path) -> Result<(), BackupError> {
    let in_use = |error: sqlx::Error| match &error {
        // SQLITE_BUSY and its extensions.
        sqlx::Error::Database(what) if what.message().contains("locked") => BackupError::InUse,
        _ => BackupError::Sql(error),
    };
    let mut connection = open(path, false).await?;
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").await.map_err(in_use)?;
    connection.execute("BEGIN EXCLUSIVE; COMMIT").await.map_err(in_use)?;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.map_err(in_use)?;
    connection.close().await?;
    if has_log(path) { Err(BackupError::InUse) } else { Ok(()) }
}

/// Opens a file as it is; `frozen`: nobody writes to it, so no lock and no log is needed, nor left behind.
async fn open(path: &Path, frozen: bool) -> Result<SqliteConnection, BackupError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(frozen).immutable(frozen);
    Ok(options.busy_timeout(PATIENCE).connect().await?)
}

fn require_file(path: &Path) -> Result<(), BackupError> {
    let unusable = |reason: &str| Err(BackupError::Unusable { path: path.to_owned(), reason: reason.to_owned() });
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => unusable("is no file"),
        Err(source) if source.kind() == io::ErrorKind::NotFound => unusable("is not there"),
        Err(source) => Err(file(path, source)),
    }
}

/// Whether there is something in a log beside the file that is not in the file yet.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// `portal.db` and `part` make `portal.db.part`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// An empty file for the owner alone; what an interrupted attempt has left behind goes first.
fn create_private(path: &Path) -> Result<(), BackupError> {
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| file(path, source))
}

/// Makes a new name survive a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn file(path: &Path, source: io::Error) -> BackupError {
    BackupError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::{
        clock::Ambient,
        database::{Database, temporary::TemporaryDirectory, to_micros},
    };

    struct Place {
        directory: TemporaryDirectory,
        url: String,
    }

    impl Place {
        fn new() -> Self {
            let directory = TemporaryDirectory::create(&Ambient::system()).unwrap();
            let url = format!("sqlite:{}", directory.path().join("portal.db").display());
            Self { directory, url }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory.path().join(name)
        }
    }

    async fn add(db: &Database, company: &str) {
        let ambient = Ambient::system();
        let (id, now) = (ambient.uuid_v7().to_string(), to_micros(ambient.now()));
        let mut tx = db.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, domain, in_doubt, \
             created_at, changed_at) VALUES ($1, 'draft', 't', 'o', 'Адель ✓', '{}', $2, '', 0, $3, $3)",
        )
        .bind(&id)
        .bind(company)
        .bind(now)
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO onboarding_event (onboarding_id, position, to_state, happened_at) VALUES ($1, 1, 'draft', $2)",
        )
        .bind(&id)
        .bind(now)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Every row of every table, as SQLite would write it down.
    async fn rows(path: &Path) -> BTreeMap<String, Vec<String>> {
        let mut connection = open(path, true).await.unwrap();
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let mut all = BTreeMap::new();
        for table in tables {
            let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1) ORDER BY cid")
                .bind(&table)
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let quoted = columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join("||','||");
            let sql = AssertSqlSafe(format!("SELECT {quoted} FROM {table} ORDER BY 1"));
            all.insert(table, sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap());
        }
        all
    }

    #[tokio::test]
    async fn what_is_put_back_is_row_by_row_what_was_copied() {
        let place = Place::new();
        let db = Database::connect(&place.url).await.unwrap();
        for number in 0..100 {
            add(&db, &format!("Company {number}")).await;
        }
        // While somebody writes: the copy holds one moment, whole rows with their events.
        let writer = {
            let db = db.clone();
            tokio::spawn(async move {
                for number in 0..200 {
                    add(&db, &format!("Later {number}")).await;
                }
            })
        };
        let copied = backup(&place.url, &place.path("copy.db")).await.unwrap();
        writer.await.unwrap();
        assert!(copied.onboardings >= 100, "{copied:?}");
        db.close().await;
        let copy = rows(&place.path("copy.db")).await;
        assert_eq!(copy["onboarding"].len(), copy["onboarding_event"].len());
        assert_eq!(copy["onboarding"].len(), usize::try_from(copied.onboardings).unwrap());

        let now = "2026-11-20T22:00:00Z".parse().unwrap();
        let restored = restore(&place.url, &place.path("copy.db"), now).await.unwrap();
        assert_eq!(rows(&place.path("portal.db")).await, copy);
        let former = restored.former.unwrap();
        assert_eq!(former, place.path("portal.db.before-restore-20261120T220000Z"));
        assert_eq!(rows(&former).await["onboarding"].len(), 300, "the former database is kept");

        // And a portal works with it.
        let db = Database::connect(&place.url).await.unwrap();
        add(&db, "After").await;
        db.close().await;
        let mut expected = copy["onboarding"].clone();
        let now_there = rows(&place.path("portal.db")).await;
        expected.extend(now_there["onboarding"].iter().filter(|row| row.contains("After")).cloned());
        expected.sort();
        let mut found = now_there["onboarding"].clone();
        found.sort();
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn a_database_in_use_is_not_replaced() {
        let place = Place::new();
        let db = Database::connect(&place.url).await.unwrap();
        add(&db, "Company").await;
        backup(&place.url, &place.path("copy.db")).await.unwrap();
        let now = Ambient::system().now();
        let refused = restore(&place.url, &place.path("copy.db"), now).await;
        assert!(matches!(refused, Err(BackupError::InUse)), "{refused:?}");
        add(&db, "the portal goes on").await;
        db.close().await;
        restore(&place.url, &place.path("copy.db"), now).await.unwrap();
    }

    #[tokio::test]
    async fn a_copy_is_not_made_over_something_else_and_not_for_others_to_read() {
        use std::os::unix::fs::PermissionsExt;
        let place = Place::new();
        Database::connect(&place.url).await.unwrap().close().await;
        backup(&place.url, &place.path("copy.db")).await.unwrap();
        let mode = fs::metadata(place.path("copy.db")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = backup(&place.url, &place.path("copy.db")).await;
        assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
        assert!(!place.path("copy.db.part").exists());
    }

    #[tokio::test]
    async fn only_a_whole_database_of_the_portal_is_put_back() {
        let place = Place::new();
        Database::connect(&place.url).await.unwrap().close().await;
        let before = rows(&place.path("portal.db")).await;
        fs::write(place.path("text"), "no database").unwrap();
        backup(&place.url, &place.path("torn.db")).await.unwrap();
        let whole = fs::read(place.path("torn.db")).unwrap();
        fs::write(place.path("torn.db"), &whole[..whole.len() / 2]).unwrap();
        for name in ["absent", "text", "torn.db", "."] {
            let refused = restore(&place.url, &place.path(name), Ambient::system().now()).await;
            assert!(refused.is_err(), "{name}: {refused:?}");
        }
        assert_eq!(rows(&place.path("portal.db")).await, before);
    }

    #[tokio::test]
    async fn a_copy_of_a_newer_portal_is_refused() {
        let place = Place::new();
        let db = Database::connect(&place.url).await.unwrap();
        db.write()
            .execute(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', TRUE, x'00', 0)",
            )
            .await
            .unwrap();
        db.close().await;
        let refused = backup(&place.url, &place.path("copy.db")).await.unwrap_err().to_string();
        assert!(refused.contains("newer version"), "{refused}");
    }

    #[tokio::test]
    async fn a_server_is_left_to_its_own_tools() {
        let refused = backup("postgres://localhost/portal", Path::new("copy.db")).await.unwrap_err();
        assert!(refused.to_string().contains("pg_dump"));
    }
}
