//! A PostgreSQL database for one test. The server is started by the test runner (`.make/postgres.sh`). Shared by unit and
//! integration tests.
#![allow(dead_code, clippy::allow_attributes, reason = "neither of the two uses all of it")]

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// An empty schema on the run's server, gone with the value: for the portal it is a database of its own, and it costs a
/// hundredth of one.
#[derive(Debug)]
pub(crate) struct PostgresDatabase {
    server: String,
    name: String,
    url: String,
}

const SCRIPT: &str = ".make/postgres.sh";

static DATABASES: AtomicU32 = AtomicU32::new(0);

impl PostgresDatabase {
    pub(crate) fn create() -> Self {
        Self::create_on(&server())
    }

    /// On the server of this URL.
    pub(crate) fn create_on(server: &str) -> Self {
        let name = format!("test_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
        run(&mut psql(server, &format!("CREATE SCHEMA {name}")));
        let url = format!("{server}&options=-c%20search_path%3D{name}");
        Self { server: server.to_owned(), name, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Everything in it, as `pg_dump` writes it.
    pub(crate) fn dump(&self) -> Vec<u8> {
        run(Command::new("pg_dump").args(["--dbname", &self.server, "--schema", &self.name]))
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // If it stays, because a connection is still at work, it goes with the server.
        let _ = psql(&self.server, &format!("SET lock_timeout = '1s'; DROP SCHEMA {} CASCADE", self.name)).output();
    }
}

/// A server of a test's own, to be stopped and started. It ends with the test's process.
pub(crate) struct PostgresServer {
    url: String,
}

impl PostgresServer {
    pub(crate) fn start() -> Self {
        let id = std::process::id().to_string();
        let said = run(Command::new(SCRIPT).args(["start", &id]));
        Self { url: String::from_utf8(said).unwrap().trim().to_owned() }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// At once and without a word, as a power cut would.
    pub(crate) fn stop(&self) {
        let folder = self.url.split_once("host=").unwrap().1.split('&').next().unwrap();
        let pid = std::fs::read_to_string(format!("{folder}/data/postmaster.pid")).unwrap();
        run(Command::new("kill").args(["-QUIT", pid.lines().next().unwrap()]));
        while std::path::Path::new(&format!("{folder}/data/postmaster.pid")).exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    pub(crate) fn start_again(&self) {
        run(Command::new(SCRIPT).args(["again", &self.url]));
    }

    /// Cuts every connection to its databases.
    pub(crate) fn cut_connections(&self) {
        let sql =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND client_port = -1";
        run(&mut psql(&self.url, sql));
    }
}

/// Whether this run is the one on PostgreSQL (profile `postgres`).
pub(crate) fn is_default() -> bool {
    setting("PORTAL_TEST_DATABASE").as_deref() == Some("postgres")
}

fn server() -> String {
    setting("PORTAL_TEST_POSTGRES").expect("tests on PostgreSQL need its server: run them with cargo-nextest")
}

fn setting(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the runner's word to the tests, no setting of the portal")]
    std::env::var(name).ok()
}

fn psql(server: &str, sql: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--quiet", "--dbname", server, "--command", sql]);
    command
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().expect("PostgreSQL's programs are there: make setup");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
