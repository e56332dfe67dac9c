//! A PostgreSQL database for one test. The server is started by the test runner (`.make/postgres.sh`).

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// An empty database of the run's server, gone with the value.
#[derive(Debug)]
pub(crate) struct PostgresDatabase {
    name: String,
    url: String,
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

impl PostgresDatabase {
    pub(crate) fn create() -> Self {
        Self::create_on(&server())
    }

    /// On the server of this URL.
    pub(crate) fn create_on(server: &str) -> Self {
        let name = format!("test_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
        run(Command::new("createdb").arg("--maintenance-db").arg(server).arg(&name));
        let url = server.replacen(":///postgres?", &format!(":///{name}?"), 1);
        Self { name, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Everything in it, as `pg_dump` writes it.
    pub(crate) fn dump(&self) -> Vec<u8> {
        run(Command::new("pg_dump").arg("--dbname").arg(&self.url))
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // If it stays, it goes with the server. The test's connections may be open still.
        let server = self.url.replacen(&self.name, "postgres", 1);
        let _ = Command::new("dropdb").arg("--force").arg("--maintenance-db").arg(server).arg(&self.name).output();
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

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().expect("PostgreSQL's programs are there: make setup");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
