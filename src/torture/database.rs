//! The database under the portals: a SQLite file, or a PostgreSQL cluster of the rig's own behind a proxy.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use sqlx::{
    AnyPool, AssertSqlSafe,
    any::{AnyPoolOptions, AnyRow, install_default_drivers},
};

use crate::proxy::Proxy;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// One database.
pub(crate) enum Database {
    Sqlite { file: PathBuf },
    Postgres { cluster: Arc<Cluster>, name: String, proxy: Proxy },
}

impl Database {
    pub(crate) fn sqlite(file: PathBuf) -> Self {
        Self::Sqlite { file }
    }

    /// A new database of the cluster, behind a proxy.
    pub(crate) async fn postgres(cluster: Arc<Cluster>, name: String) -> Self {
        let proxy = Proxy::raw().await;
        proxy.lead_to_socket(cluster.socket());
        cluster.create(&name).await;
        Self::Postgres { cluster, name, proxy }
    }

    /// What the portals are told.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { file } => format!("sqlite:{}", file.display()),
            Self::Postgres { name, proxy, .. } => format!("postgres://postgres@{}/{name}", proxy.address),
        }
    }

    /// The proxy in between, if there is one.
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { proxy, .. } => Some(proxy),
        }
    }

    /// What a query finds, past the proxy.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<AnyRow> {
        let pool = self.pool().await;
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }

    /// One connection, past the proxy.
    pub(crate) async fn pool(&self) -> AnyPool {
        install_default_drivers();
        let url = match self {
            Self::Sqlite { .. } => self.url(),
            Self::Postgres { cluster, name, .. } => cluster.url_of(name),
        };
        AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap()
    }

    /// Everything that is kept: files with their logs, and a dump.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Sqlite { file } => ["", "-wal", "-shm"]
                .into_iter()
                .filter_map(|suffix| fs::read(format!("{}{suffix}", file.display())).ok())
                .flatten()
                .collect(),
            Self::Postgres { cluster, name, .. } => {
                let mut bytes = cluster.dump(name);
                bytes.extend(
                    files_below(&cluster.folder.join("data")).iter().filter_map(|file| fs::read(file).ok()).flatten(),
                );
                bytes
            }
        }
    }
}

/// A throw-away PostgreSQL, by the script that the tests use: on a socket of its own, gone when this process is.
pub(crate) struct Cluster {
    url: String,
    /// Socket, data and log.
    folder: PathBuf,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let printed = script(&["start", &std::process::id().to_string()]);
        let url = printed.trim().to_owned();
        let folder = url.split_once("host=").unwrap().1.split('&').next().unwrap().into();
        Self { url, folder }
    }

    fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    fn url_of(&self, name: &str) -> String {
        self.url.replace("/postgres?", &format!("/{name}?"))
    }

    /// Ends the server at once, as a crash would.
    pub(crate) fn crash(&self) {
        let noted = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let id = noted.lines().next().unwrap();
        assert!(Command::new("kill").args(["-QUIT", id]).status().unwrap().success());
        while Path::new(&format!("/proc/{id}")).exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Starts it again, on the same data.
    pub(crate) fn resume(&self) {
        script(&["again", &self.url]);
    }

    /// Makes a database in which a commit that was answered survives a crash of the server.
    async fn create(&self, name: &str) {
        install_default_drivers();
        let pool = AnyPoolOptions::new().max_connections(1).connect(&self.url).await.unwrap();
        for sql in [format!("CREATE DATABASE {name}"), format!("ALTER DATABASE {name} SET synchronous_commit = on")] {
            sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        }
        pool.close().await;
    }

    fn dump(&self, name: &str) -> Vec<u8> {
        let folder = self.folder.display().to_string();
        let output = Command::new("pg_dump").args(["-h", &folder, "-U", "postgres", name]).output().unwrap();
        assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

fn script(arguments: &[&str]) -> String {
    let output = Command::new(".make/postgres.sh").args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}
