//! The database under the portals: a SQLite file, or a PostgreSQL cluster of the rig's own behind a proxy.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt as _},
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
        proxy.lead_to(vec![([127, 0, 0, 1], cluster.port).into()]);
        cluster.run("createdb", &[&name]);
        Self::Postgres { cluster, name, proxy }
    }

    /// What the portals are told.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { file } => format!("sqlite:{}", file.display()),
            Self::Postgres { name, proxy, .. } => format!("postgres://portal@{}/{name}", proxy.address),
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

    /// Changes something behind the portals' back.
    pub(crate) async fn execute(&self, sql: &str) {
        let pool = self.pool().await;
        sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        pool.close().await;
    }

    pub(crate) async fn pool(&self) -> AnyPool {
        install_default_drivers();
        let url = match self {
            Self::Sqlite { .. } => self.url(),
            Self::Postgres { cluster, name, .. } => format!("postgres://portal@127.0.0.1:{}/{name}", cluster.port),
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
                let mut bytes = cluster.run("pg_dump", &[name]);
                cluster.run("psql", &["-q", "-c", "CHECKPOINT", name]);
                bytes.extend(files_below(&cluster.folder).iter().filter_map(|file| fs::read(file).ok()).flatten());
                bytes
            }
        }
    }
}

/// A throw-away cluster on a free port of loopback, of an unprivileged user, because PostgreSQL refuses root.
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    pub(crate) fn start(folder: &Path, port: u16) -> Self {
        let folder = folder.join("postgres");
        fs::create_dir_all(&folder).unwrap();
        if let Some((user, group)) = unprivileged() {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let cluster = Self { folder, port };
        let data = cluster.folder.join("data").display().to_string();
        cluster.command("initdb", &["-D", &data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]);
        cluster.resume();
        cluster
    }

    /// Starts the server again.
    pub(crate) fn resume(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200",
            self.port,
            self.folder.display()
        );
        self.control("start", &["-o", &options, "-l", &self.folder.join("server.log").display().to_string()]);
    }

    /// Stops it at once, as a crash would.
    pub(crate) fn stop(&self) {
        self.control("stop", &["-m", "immediate"]);
    }

    fn control(&self, what: &str, more: &[&str]) {
        let data = self.folder.join("data").display().to_string();
        self.command("pg_ctl", &[&["-D", &data, "-w", what], more].concat());
    }

    /// A client program on this cluster.
    fn run(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let port = self.port.to_string();
        self.command(program, &[&["-h", "127.0.0.1", "-p", &port, "-U", "portal"], arguments].concat())
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let mut command = Command::new(program_of(program));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        if let Some((user, group)) = unprivileged() {
            command.uid(user).gid(group);
        }
        if program == "pg_ctl" {
            // The server keeps what it is given, and whoever waits for the end of a pipe would wait for its end.
            command.stdout(Stdio::null()).stderr(Stdio::null());
            assert!(command.status().unwrap().success(), "{program} {arguments:?}");
            return Vec::new();
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data").display().to_string();
        let mut command = Command::new(program_of("pg_ctl"));
        command.args(["-D", &data, "-w", "stop", "-m", "immediate"]).current_dir(&self.folder);
        if let Some((user, group)) = unprivileged() {
            command.uid(user).gid(group);
        }
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Where Debian puts the programs of a server, or what the path has.
fn program_of(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|program| program.exists());
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(name))
}

/// User and group `nobody`, if we are root.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    (fs::metadata("/proc/self").unwrap().uid() == 0).then_some((65534, 65534))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}
