//! One world: simulator, portals, database, and the proxies between them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use reseller_portal::{
    sabotage::Bug,
    simulator::{Pace, PasswordStyle, RefreshTokens, Replay, Simulator, SimulatorOptions, Speed},
};

use crate::{
    Rig,
    browser::Browser,
    database::{Cluster, Database, Engine},
    portal::Portal,
    ports::free_port,
    proxy::Proxy,
};

/// People who may onboard; the last one is an administrator.
pub(crate) const ONBOARDERS: [&str; 3] =
    ["adele@tailwind.example", "diego@tailwind.example", "nestor@tailwind.example"];
/// Somebody who may look, and nothing else.
pub(crate) const SUPPORT: &str = "grady@tailwind.example";

/// How a world differs from the usual one.
pub(crate) struct Setup {
    /// How many times as fast the time of portals and simulator runs.
    pub(crate) factor: u32,
    /// How long a create takes, in real milliseconds.
    pub(crate) create_ms: (u64, u64),
    pub(crate) replay: Replay,
    pub(crate) refresh_tokens: RefreshTokens,
    /// In the portal's seconds.
    pub(crate) access_token_lifetime: u64,
    /// A folder for the database instead of the world's own.
    pub(crate) database_in: Option<PathBuf>,
    /// A server of its own, because it is going to die.
    pub(crate) own_server: bool,
    /// Settings of the portals beyond the usual.
    pub(crate) settings: Vec<(&'static str, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            factor: 1,
            create_ms: (0, 20),
            replay: Replay::SameAnswer,
            refresh_tokens: RefreshTokens::Reusable,
            access_token_lifetime: 3599,
            database_in: None,
            own_server: false,
            settings: Vec::new(),
        }
    }
}

/// A running world; everything in it ends with it.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    /// Between browsers and portals; its address is the public one.
    pub(crate) front: Proxy,
    /// Between portals and simulator.
    pub(crate) upstream: Proxy,
    pub(crate) database: Database,
    pub(crate) portals: Vec<Portal>,
    pub(crate) folder: PathBuf,
    factor: u32,
}

static WORLDS: AtomicU32 = AtomicU32::new(0);

impl World {
    pub(crate) async fn start(rig: &Rig, setup: Setup) -> Self {
        Self::start_with(rig, setup, rig.plant).await
    }

    async fn start_with(rig: &Rig, setup: Setup, plant: Option<Bug>) -> Self {
        let number = WORLDS.fetch_add(1, Ordering::Relaxed);
        let folder = rig.folder.join(format!("world-{number}"));
        fs::create_dir_all(folder.join("site/pkg")).unwrap();
        fs::write(folder.join("site/pkg/portal.css"), "").unwrap();
        let (front, upstream) = (Proxy::http(claim_of).await, Proxy::http(create_of).await);
        let pace = Pace { factor: setup.factor, since: now() };
        let simulator = Simulator::start(options(rig, &setup, &upstream, pace)).await.unwrap();
        upstream.lead_to(vec![simulator.address()]);
        let database = match rig.engine {
            Engine::Sqlite => Database::sqlite(setup.database_in.as_deref().unwrap_or(&folder).join("portal.db")),
            Engine::Postgres => {
                let cluster = if setup.own_server { Arc::new(Cluster::start()) } else { rig.cluster() };
                Database::postgres(cluster, format!("world{number}")).await
            }
        };
        let mut settings = settings(&simulator, &front, &database, &folder, pace);
        settings.extend(plant.map(|bug| ("PORTAL_PLANT", bug.name().to_owned())));
        settings.extend(setup.settings);
        let portals: Vec<_> =
            (0..2).map(|at| Portal::new(at, &folder, settings.clone(), free_port(), free_port())).collect();
        front.lead_to(portals.iter().map(Portal::address).collect());
        let world = Self { simulator, front, upstream, database, portals, folder, factor: setup.factor };
        // One after the other: the first makes keys and schema.
        for portal in &world.portals {
            portal.start(None);
            portal.is_ready().await;
            portal.keep_running();
        }
        world
    }

    /// Somebody at a browser, signed in.
    pub(crate) async fn person(&self, upn: &'static str) -> Browser {
        let mut browser = Browser::new(self.front.url(), upn);
        assert!(browser.sign_in().await, "{upn} cannot sign in; see {}", self.folder.display());
        browser
    }

    /// How long the machine waits when the portal waits so long.
    pub(crate) fn machine_time(&self, span: Duration) -> Duration {
        span / self.factor
    }

    /// Everything that the portals have logged.
    pub(crate) fn logs(&self) -> Vec<u8> {
        self.portals.iter().flat_map(|portal| fs::read(portal.log()).unwrap_or_default()).collect()
    }

    /// What `portal backup` makes of the database. PostgreSQL has its dump for that, which is part of its
    /// [bytes](Database::bytes).
    pub(crate) fn backup(&self) -> Vec<u8> {
        if self.database.proxy().is_some() {
            return Vec::new();
        }
        let file = self.folder.join("backup.db");
        let _ = fs::remove_file(&file);
        let path = file.display().to_string();
        let made = self.portals[0].command(&["backup", &path]).status().unwrap();
        assert!(made.success(), "portal backup: {made}; see {}", self.folder.display());
        fs::read(file).unwrap()
    }

    /// Panics of the portals, which no fault excuses.
    pub(crate) fn panics(&self) -> Vec<String> {
        let log = self.logs();
        let text = String::from_utf8_lossy(&log);
        text.lines().filter(|line| line.contains("panicked at")).map(str::to_owned).collect()
    }
}

/// Portals are told to end; the folder stays until the rig ends, for whoever wants to look.
impl Drop for World {
    fn drop(&mut self) {
        for portal in &self.portals {
            portal.end();
        }
    }
}

fn options(rig: &Rig, setup: &Setup, upstream: &Proxy, pace: Pace) -> SimulatorOptions {
    SimulatorOptions {
        public_origin: Some(format!("http://{}", upstream.address)),
        seed: rig.seed,
        speed: Speed {
            create_at_least: Duration::from_millis(setup.create_ms.0),
            create_at_most: Duration::from_millis(setup.create_ms.1),
            // The longest that was reported.
            invisible_for: Duration::from_secs(if setup.factor > 1 { 90 } else { 0 }),
        },
        access_token_lifetime: Duration::from_secs(setup.access_token_lifetime),
        refresh_tokens: setup.refresh_tokens,
        replay: setup.replay,
        passwords: PasswordStyle::Canary,
        pace,
        ..SimulatorOptions::for_tests()
    }
}

fn settings(
    simulator: &Simulator,
    front: &Proxy,
    database: &Database,
    folder: &Path,
    pace: Pace,
) -> Vec<(&'static str, String)> {
    let mut settings = simulator.env();
    settings.extend([
        ("PORTAL_PUBLIC_URL", format!("http://{}", front.address)),
        ("PORTAL_DATABASE_URL", database.url()),
        ("PORTAL_KEYS_FILE", folder.join("keys.json").display().to_string()),
        ("PORTAL_SITE_DIR", folder.join("site").display().to_string()),
        ("PORTAL_LOG", "info".to_owned()),
        ("PORTAL_CLOCK", format!("{}@{}", pace.factor, pace.since.as_microsecond())),
    ]);
    settings
}

#[expect(clippy::disallowed_methods, reason = "from here on the time of portals and simulator is counted")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// The domain's prefix in a create, or `refresh` for the redemption of a refresh token.
fn create_of(request: &[u8]) -> Option<String> {
    if request.starts_with(b"POST /v1/customers HTTP") {
        return between(request, "\"Domain\":\"", ".");
    }
    let text = String::from_utf8_lossy(request);
    (text.contains("/oauth2/v2.0/token ") && text.contains("grant_type=refresh_token")).then(|| "refresh".to_owned())
}

/// The token of a claim.
fn claim_of(request: &[u8]) -> Option<String> {
    request.starts_with(b"POST /api/claim-credentials").then(|| between(request, "\"token\":\"", "\""))?
}

fn between(bytes: &[u8], before: &str, after: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0.to_owned())
}

/// Worlds are shared by tasks.
pub(crate) type Shared = Arc<World>;
