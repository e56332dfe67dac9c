//! F3: the database gives out.

use std::{
    fs,
    path::PathBuf,
    process::Command,
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
}

impl Trouble {
    fn all(engine: Engine, has_small_disk: bool) -> Vec<Self> {
        match engine {
            Engine::Sqlite if has_small_disk => vec![Self::DiskFull, Self::Busy],
            Engine::Sqlite => vec![Self::Busy],
            Engine::Postgres => vec![Self::ServerDies, Self::SocketsDropped, Self::Silence, Self::PoolExhausted],
        }
    }

    /// How long it lasts.
    fn lasts(self) -> Duration {
        Duration::from_secs(match self {
            Self::DiskFull | Self::ServerDies => 3,
            Self::SocketsDropped => 0,
            Self::Silence => 6,
            // Longer than anybody waits for a lock or a connection.
            Self::Busy | Self::PoolExhausted => 12,
        })
    }
}

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("f3");
    let disk = if rig.engine == Engine::Sqlite { SmallDisk::mount(rig) } else { None };
    if rig.engine == Engine::Sqlite && disk.is_none() {
        bar.note("no disk of 8 MB could be mounted: run as root for that part");
    }
    let setup = Setup { database_in: disk.as_ref().map(|disk| disk.0.clone()), own_server: true, ..Setup::default() };
    let world = Arc::new(World::start(rig, setup).await);
    let mut owner = world.person(ONBOARDERS[0]).await;
    let mut shown = audit::Shown::new();
    let mut number = 0;
    for trouble in Trouble::all(rig.engine, disk.is_some()) {
        for _ in 0..rig.count(TIMES) {
            bar.tried(1);
            number += 2;
            let outcome = one(rig, &world, &mut owner, trouble, number, disk.as_ref(), &mut shown).await;
            match outcome {
                Ok(note) => bar.note(note),
                Err(failure) => bar.fail(format!("{trouble:?}: {failure}")),
            }
        }
    }
    audit::promise(&mut bar, &world, &shown).await;
    bar.end()
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
    let cause = tokio::spawn(cause(Arc::clone(world), trouble, disk.map(|disk| disk.0.clone())));
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

async fn cause(world: Shared, trouble: Trouble, disk: Option<PathBuf>) {
    let lasts = trouble.lasts();
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
            _ => proxy.drop_all(),
        },
        (_, Database::Sqlite { .. }) => {}
    }
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

/// A file system with room for next to nothing.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(rig: &Rig) -> Option<Self> {
        let path = rig.folder.join("small-disk");
        fs::create_dir_all(&path).unwrap();
        let size = format!("size={DISK_MEGABYTES}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
