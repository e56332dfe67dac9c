//! A million customers, in SQLite and in PostgreSQL.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use reseller_portal::database::Database;

use super::crowd;

const CUSTOMERS: u32 = 1_000_000;

/// The database under the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    /// A server of the bench's own, which ends with it and runs where it likes: the portal alone is held to one core.
    Postgres,
}

impl Engine {
    pub(super) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Address of a database that holds them. It takes minutes to make: the file is kept, by what it was made with.
    pub(super) async fn million(self) -> String {
        match self {
            Self::Sqlite => {
                let hash = crowd::SQLITE.bytes().fold(0_u32, |hash, byte| hash.rotate_left(5) ^ u32::from(byte));
                let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("million-customers-{hash:08x}.db"));
                if !file.exists() {
                    let part = file.with_extension("part");
                    let _ = fs::remove_file(&part);
                    fill(&format!("sqlite:{}", part.display())).await;
                    fs::rename(&part, &file).unwrap();
                }
                // What portals have stored in the last one (sessions, sealed by keys that are gone) is left out.
                let copy = std::env::temp_dir().join(format!("reseller-portal-bench-{}.db", std::process::id()));
                fs::copy(&file, &copy).unwrap();
                format!("sqlite:{}", copy.display())
            }
            Self::Postgres => {
                let id = std::process::id().to_string();
                let started = Command::new("taskset")
                    .args(["-c", "0,1", ".make/postgres.sh", "start", &id])
                    .stdin(Stdio::null())
                    .output()
                    .unwrap();
                assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
                let url = String::from_utf8(started.stdout).unwrap().trim().to_owned();
                fill(&url).await;
                url
            }
        }
    }

    /// Takes away what [`million`](Self::million) has made for this run.
    pub(super) fn forget(url: &str) {
        if let Some(file) = url.strip_prefix("sqlite:") {
            for suffix in ["", "-wal", "-shm"] {
                let _ = fs::remove_file([file, suffix].concat());
            }
        }
    }
}

async fn fill(url: &str) {
    Database::connect(url).await.unwrap().close().await;
    crowd::gather(url, CUSTOMERS).await.unwrap();
}
