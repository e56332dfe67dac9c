//! F3: the database gives out.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::AnyPool;

use crate::{
    Rig, audit,
    browser::Browser,
    database::{Cluster, Database, Engine},
    onboarding::{Claimed, Customer, Review, Stand, approve, claim_once, confirm, fill_in, follow, seal_one},
    report::Bar,
    world::{ONBOARDERS, Setup, Shared, World},
};

/// Each trouble so often, at full size.
const TIMES: usize = 10;
/// How soon after the cause has gone everything works again.
const HEALTHY: Duration = Duration::from_secs(5);
const DISK_MEGABYTES: usize = 8;

/// What is wrong with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    DiskFull,
    /// Another process holds SQLite's one lock for writers.
    Busy,
    /// The server dies and comes back.
    ServerDies,
    SocketsDropped,
    /// The network swallows everything.
    Silence,
    /// The table is locked, so that every connection of the pools waits.
    PoolExhausted,
    /// The file system, or the server, takes no more writes.
    ReadOnly,
}

impl Trouble {
    /// How long it lasts.
    fn lasts(self, rig: &Rig) -> Duration {
        Duration::from_secs(match self {
            Self::DiskFull | Self::ServerDies | Self::ReadOnly => 3,
            Self::SocketsDropped => 0,
            Self::Silence => 6,
            Self::Busy if rig.is_full() => 30,
            // Longer than anybody waits for a lock or a connection.
            Self::Busy | Self::PoolExhausted => 12,
        })
    }
}

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f3");
    match rig.engine {
        Engine::Sqlite => {
            match SmallDisk::mount(rig) {
                Some(disk) => suffer(&mut bar, rig, &[Trouble::DiskFull], Some(&disk)).await,
                None => bar.skip("a full disk: a file system of 8 MB may not be mounted here, which takes root"),
            }
            let mut troubles = vec![Trouble::Busy];
            if ReadOnly::works_in(&rig.folder) {
                troubles.push(Trouble::ReadOnly);
            } else {
                bar.skip("a read-only database: files may not be made immutable here (chattr +i), which takes root");
            }
            suffer(&mut bar, rig, &troubles, None).await;
        }
        Engine::Postgres => {
            let troubles = [
                Trouble::ServerDies,
                Trouble::SocketsDropped,
                Trouble::Silence,
                Trouble::PoolExhausted,
                Trouble::ReadOnly,
            ];
            suffer(&mut bar, rig, &troubles, None).await;
        }
    }
    bar.end()
}

/// One world, and what befalls it.
async fn suffer(bar: &mut Bar, rig: &Rig, troubles: &[Trouble], disk: Option<&SmallDisk>) {
    let setup = Setup { database_in: disk.map(|disk| disk.0.clone()), own_server: true, ..Setup::default() };
    let world = Arc::new(World::start(rig, setup).await);
    let mut owner = world.person(ONBOARDERS[0]).await;
    let mut shown = audit::Shown::new();
    let mut number = 0;
    for &trouble in troubles {
        for _ in 0..rig.count(TIMES) {
            bar.tried(1);
            number += 2;
            let outcome = one(rig, &world, &mut owner, trouble, number, disk, &mut shown).await;
            match outcome {
                Ok(note) => bar.note(note),
                Err(failure) => bar.fail(format!("{trouble:?}: {failure}")),
            }
        }
    }
    audit::promise(bar, &world, &shown).await;
}

/// A password that waits to be shown and a form that waits to be approved, in the middle of the trouble and after it.
async fn one(
    rig: &Rig,
    world: &Shared,
    owner: &mut Browser,
    trouble: Trouble,
    number: usize,
    disk: Option<&SmallDisk>,
    shown: &mut audit::Shown,
) -> Result<String, String> {
    let sealed = seal_one(owner, world, &Customer::new("f3", number, 'a')).await?;
    let waiting = fill_in(owner, &Customer::new("f3", number + 1, 'a')).await?;
    let token = rig.dice("f3").branch(u64::try_from(number).unwrap()).token();
    let lasts = trouble.lasts(rig);
    let cause = tokio::spawn(cause(Arc::clone(world), trouble, lasts, disk.map(|disk| disk.0.clone())));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (mut person, review) = (owner.clone(), sealed.clone());
    let first = token.clone();
    let during = tokio::spawn(async move { claim_once(&mut person, &review.id, &first).await });
    let mut person = owner.clone();
    let approval = waiting.clone();
    let approved = tokio::spawn(async move {
        person.post_once(&approval.path(), &[("payload_hash", &approval.hash)]).await.map(|page| page.status.as_u16())
    });
    cause.await.unwrap();
    let gone = Instant::now();
    let password = recovered(owner, &sealed, &token).await?;
    let healthy = gone.elapsed();
    shown.insert(sealed.id.clone(), password);
    let said = (during.await.unwrap(), approved.await.unwrap());
    fails_closed(trouble, &said.0)?;
    if healthy > HEALTHY {
        return Err(format!("healthy again only after {:.1} s", healthy.as_secs_f64()));
    }
    confirm(owner, &sealed.id).await.map_err(|_| "no confirmation")?;
    let password = finish(owner, world, &waiting, &token).await?;
    shown.insert(waiting.id, password);
    let claim = match said.0 {
        Ok(Claimed::Shown(_)) => "was answered".to_owned(),
        other => format!("{other:?}"),
    };
    Ok(format!(
        "{trouble:?}: meanwhile a claim {claim}, an approval {:?}; healthy {:.1} s after it",
        said.1,
        healthy.as_secs_f64()
    ))
}

/// A claim in the middle of it is refused as unavailable, or waits until it is over; it is never half done.
fn fails_closed(trouble: Trouble, during: &Result<Claimed, crate::browser::Lost>) -> Result<(), String> {
    match during {
        Ok(Claimed::Refused(503) | Claimed::Shown(_)) | Err(_) => Ok(()),
        other => Err(format!("{trouble:?}: a claim meanwhile was answered {other:?}")),
    }
}

/// Asks with the same token until the password is there.
async fn recovered(owner: &mut Browser, review: &Review, token: &str) -> Result<String, String> {
    let started = Instant::now();
    let mut last = String::new();
    while started.elapsed() < 3 * HEALTHY {
        match claim_once(owner, &review.id, token).await {
            Ok(Claimed::Shown(password)) => return Ok(password),
            other => last = format!("{other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("not healthy again: {last}"))
}

async fn finish(owner: &mut Browser, world: &World, review: &Review, token: &str) -> Result<String, String> {
    approve(owner, review).await?;
    match follow(owner, world, review).await? {
        Stand::Sealed => {}
        other => return Err(format!("the onboarding ends as {other:?}")),
    }
    let password = recovered(owner, review, token).await?;
    confirm(owner, &review.id).await.map_err(|_| "no confirmation")?;
    Ok(password)
}

async fn cause(world: Shared, trouble: Trouble, lasts: Duration, disk: Option<PathBuf>) {
    match (trouble, &world.database) {
        (Trouble::DiskFull, _) => {
            let filler = disk.unwrap().join("filler");
            // As much as there is room for; that it ends in an error is the purpose.
            let _ = fs::write(&filler, vec![b'x'; DISK_MEGABYTES << 20]);
            tokio::time::sleep(lasts).await;
            fs::remove_file(filler).unwrap();
        }
        (Trouble::Busy, database) => hold(&database.pool().await, "BEGIN IMMEDIATE", lasts).await,
        (Trouble::PoolExhausted, database) => {
            hold(&database.pool().await, "BEGIN; LOCK TABLE credential IN ACCESS EXCLUSIVE MODE", lasts).await;
        }
        (_, Database::Postgres { cluster, proxy, .. }) => match trouble {
            Trouble::ServerDies => die(cluster, lasts).await,
            Trouble::Silence => proxy.freeze(lasts).await,
            Trouble::ReadOnly => refuse_writes(&world.database.pool().await, lasts).await,
            _ => proxy.drop_all(),
        },
        (_, Database::Sqlite { file }) => {
            let files = ["", "-wal", "-shm"].map(|suffix| PathBuf::from(format!("{}{suffix}", file.display())));
            let read_only = ReadOnly::make(files.into());
            tokio::time::sleep(lasts).await;
            drop(read_only);
        }
    }
}

/// Lets the server refuse whatever writes, on the connections that are open as well.
async fn refuse_writes(pool: &AnyPool, span: Duration) {
    for (sql, span) in [
        ("ALTER SYSTEM SET default_transaction_read_only = on", span),
        ("ALTER SYSTEM RESET default_transaction_read_only", Duration::ZERO),
    ] {
        sqlx::query(sql).execute(pool).await.unwrap();
        sqlx::query("SELECT pg_reload_conf()").execute(pool).await.unwrap();
        tokio::time::sleep(span).await;
    }
    pool.close().await;
}

async fn hold(pool: &AnyPool, lock: &'static str, span: Duration) {
    let mut connection = pool.acquire().await.unwrap();
    for sql in lock.split("; ") {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    tokio::time::sleep(span).await;
    sqlx::query("ROLLBACK").execute(&mut *connection).await.unwrap();
    drop(connection);
    pool.close().await;
}

async fn die(cluster: &Cluster, span: Duration) {
    cluster.crash();
    tokio::time::sleep(span).await;
    cluster.resume();
}

/// Files that take no writes, not even by those who have them open: what a file system does that has found an error.
struct ReadOnly(Vec<PathBuf>);

impl ReadOnly {
    fn make(files: Vec<PathBuf>) -> Self {
        let files: Vec<_> = files.into_iter().filter(|file| file.exists()).collect();
        change_attributes("+i", &files);
        Self(files)
    }

    /// Whether it is allowed, and has an effect, on this file system.
    fn works_in(folder: &Path) -> bool {
        let path = folder.join("read-only");
        let mut file = fs::File::create(&path).unwrap();
        let _read_only = Self::make(vec![path]);
        file.write_all(b"x").is_err()
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        change_attributes("-i", &self.0);
    }
}

fn change_attributes(change: &str, files: &[PathBuf]) {
    let _ = Command::new("chattr").arg(change).args(files).stderr(Stdio::null()).status();
}

/// A file system with room for next to nothing.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(rig: &Rig) -> Option<Self> {
        let path = rig.folder.join("small-disk");
        fs::create_dir_all(&path).unwrap();
        let size = format!("size={DISK_MEGABYTES}m");
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
