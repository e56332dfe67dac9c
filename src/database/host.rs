//! One machine at a time for a SQLite file.
//!
//! SQLite's locks hold between processes of one machine (containers on it included, as they share its kernel), and not
//! between machines that reach the file over a network. A row in the database names the machine that has it open, and
//! signs of life tell a machine that uses it from one that was switched off.

use std::{fs, path::Path, time::Duration};

use sqlx::Row;

use super::{Database, DatabaseError, Engine};

/// How often the machine that has the file open gives a sign of life.
pub const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// How long another machine is watched before it counts as switched off: longer than two signs of life.
const WATCHED: Duration = Duration::from_secs(25);

/// Kinds of file systems on which locks or shared memory do not hold between all who reach them.
const NETWORK: &[&str] = &[
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.ceph",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.sshfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "nfs",
    "nfs4",
    "ocfs2",
    "smb3",
    "smbfs",
];

/// The right of this machine to have a SQLite file open. Processes of one machine share it.
#[derive(Clone, Debug)]
pub struct HostClaim {
    db: Database,
    host: String,
}

impl Database {
    /// Claims a SQLite file for this machine; `None` where there is nothing to claim: on PostgreSQL, and on systems that
    /// do not tell one run of a machine from another.
    pub async fn claim_for_this_host(&self) -> Result<Option<HostClaim>, DatabaseError> {
        match fs::read_to_string("/proc/sys/kernel/random/boot_id") {
            Ok(boot_id) if self.engine == Engine::Sqlite => self.claim_for(boot_id.trim(), WATCHED).await.map(Some),
            _ => Ok(None),
        }
    }

    pub(super) async fn claim_for(&self, host: &str, watched: Duration) -> Result<HostClaim, DatabaseError> {
        let claim = HostClaim { db: self.clone(), host: host.to_owned() };
        if let Some(other) = claim.take_free().await? {
            // This machine after a crash has another name, too; so only signs of life prove that it is another.
            tracing::warn!(
                watched_s = watched.as_secs(),
                "the database file was open on another machine, or on this one before it crashed; watching for signs of life"
            );
            tokio::time::sleep(watched).await;
            claim.take_over(&other).await?;
        }
        Ok(claim)
    }
}

/// Another machine, as its last sign of life was seen.
struct Other {
    host: String,
    beat: i64,
}

impl HostClaim {
    /// Takes the claim if nobody else has it; else answers who.
    async fn take_free(&self) -> Result<Option<Other>, DatabaseError> {
        const TAKE: &str = "INSERT INTO host_claim (claim, host, beat) VALUES ('host', $1, 1) \
                            ON CONFLICT (claim) DO UPDATE SET host = excluded.host, beat = host_claim.beat + 1 \
                            WHERE host_claim.host IN ('', excluded.host)";
        let mut tx = self.db.begin().await?;
        let taken = sqlx::query(TAKE).bind(&self.host).execute(&mut *tx).await?.rows_affected() == 1;
        let row = sqlx::query("SELECT host, beat FROM host_claim").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(if taken { None } else { Some(Other { host: row.try_get("host")?, beat: row.try_get("beat")? }) })
    }

    /// Takes the claim from a machine that has given no sign of life since.
    async fn take_over(&self, other: &Other) -> Result<(), DatabaseError> {
        let taken = sqlx::query("UPDATE host_claim SET host = $1, beat = beat + 1 WHERE host = $2 AND beat = $3")
            .bind(&self.host)
            .bind(&other.host)
            .bind(other.beat)
            .execute(self.db.write())
            .await?;
        if taken.rows_affected() == 1 || self.take_free().await?.is_none() {
            Ok(())
        } else {
            Err(DatabaseError::OtherHost)
        }
    }

    /// A sign of life; `OtherHost` if another machine has taken over: then nothing may be written any more.
    pub async fn sign_of_life(&self) -> Result<(), DatabaseError> {
        match self.take_free().await? {
            None => Ok(()),
            Some(_) => Err(DatabaseError::OtherHost),
        }
    }

    /// Lets go, so that another machine need not watch for signs of life. Other processes of this one take it up again.
    pub async fn release(&self) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE host_claim SET host = '' WHERE host = $1")
            .bind(&self.host)
            .execute(self.db.write())
            .await?;
        Ok(())
    }
}

/// Refuses a place where SQLite would lose data without a word.
pub(super) fn refuse_network_file_system(file: &Path) -> Result<(), DatabaseError> {
    let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else { return Ok(()) };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A folder that is not there is complained of when the file is made.
    let Ok(folder) = folder.canonicalize() else { return Ok(()) };
    match file_system(&mounts, &folder) {
        Some(kind) if NETWORK.contains(&kind) => {
            Err(DatabaseError::NetworkFileSystem { path: file.display().to_string(), kind: kind.to_owned() })
        }
        _ => Ok(()),
    }
}

/// The kind of file system on which a folder is: that of the longest mount point above it, the last of several.
fn file_system<'a>(mounts: &'a str, folder: &Path) -> Option<&'a str> {
    let mounts = mounts.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let point = before.split(' ').nth(4)?.replace("\\040", " ");
        folder.starts_with(&point).then_some((point.len(), after.split(' ').next()?))
    });
    mounts.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(300);

    #[tokio::test]
    async fn processes_of_one_machine_share_the_claim() {
        let db = Database::temporary().await.unwrap();
        let first = db.claim_for("a", SHORT).await.unwrap();
        let second = db.claim_for("a", SHORT).await.unwrap();
        first.release().await.unwrap();
        second.sign_of_life().await.unwrap();
        assert!(db.claim_for("b", Duration::ZERO).await.is_ok(), "without a sign of life it is taken over");
        assert!(matches!(second.sign_of_life().await, Err(DatabaseError::OtherHost)));
    }

    #[tokio::test]
    async fn a_machine_that_gives_signs_of_life_keeps_others_out() {
        let db = Database::temporary().await.unwrap();
        let first = db.claim_for("a", SHORT).await.unwrap();
        let alive = tokio::spawn(async move {
            loop {
                first.sign_of_life().await.unwrap();
                tokio::time::sleep(SHORT / 5).await;
            }
        });
        let refused = db.claim_for("b", SHORT).await.unwrap_err();
        assert!(refused.to_string().contains("PostgreSQL"), "{refused}");
        alive.abort();
        let _ = alive.await;
        assert!(db.claim_for("b", SHORT).await.is_ok(), "once it is dead");
    }

    #[tokio::test]
    async fn whoever_lets_go_makes_nobody_wait() {
        let db = Database::temporary().await.unwrap();
        db.claim_for("a", SHORT).await.unwrap().release().await.unwrap();
        let next = tokio::time::timeout(SHORT, db.claim_for("b", Duration::from_mins(1))).await;
        assert!(next.unwrap().is_ok());
    }

    #[test]
    fn the_file_system_is_that_of_the_nearest_mount_point() {
        let mounts = "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n\
                      40 22 0:35 / /srv rw shared:1 - nfs4 server:/export rw\n\
                      41 40 0:36 / /srv/local\\040disk rw - xfs /dev/vdb rw\n";
        for (folder, kind) in [
            ("/var/lib", "ext4"),
            ("/srv", "nfs4"),
            ("/srv/portal", "nfs4"),
            ("/srvother", "ext4"),
            ("/srv/local disk/portal", "xfs"),
        ] {
            assert_eq!(file_system(mounts, Path::new(folder)), Some(kind), "{folder}");
        }
    }
}
