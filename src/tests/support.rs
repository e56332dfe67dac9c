//! A portal and a simulator on free ports of loopback, each test with its own.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::Router;
use reqwest::Url;
use reseller_portal::{
    clock::{Ambient, ManualClock},
    config::Config,
    database::Database,
    server::{self, Portal},
    simulator::{Simulator, SimulatorOptions},
    state::AppState,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    browser::{Browser, Page},
    postgres::{self, PostgresDatabase},
};

/// A running portal with a simulator of its own.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) url: Url,
    database: TestDatabase,
    folder: PathBuf,
    /// Where operations ask.
    pub(crate) ops: Url,
    stop: CancellationToken,
    /// Of every portal that was started.
    portals: Mutex<Vec<AppState>>,
    settings: Vec<(&'static str, String)>,
    ambient: Ambient,
}

/// Where a portal under test stores things.
pub(crate) enum TestDatabase {
    Sqlite(PathBuf),
    Postgres(PostgresDatabase),
}

impl TestDatabase {
    /// On what this run is about.
    pub(crate) fn create(folder: &Path) -> Self {
        if postgres::is_default() { Self::Postgres(PostgresDatabase::create()) } else { Self::sqlite(folder) }
    }

    pub(crate) fn sqlite(folder: &Path) -> Self {
        Self::Sqlite(folder.join("portal.db"))
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite:{}", file.display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }
}

/// The data of the documented example "Create a customer for an indirect reseller".
pub(crate) const WINGTIP: &[(&str, &str)] = &[
    ("customer_of", "reseller"),
    ("reseller_id", FIRST_UP),
    ("reseller_search", "First Up Consultants"),
    ("country", "US"),
    ("company_name", "Wingtip Toys"),
    ("domain", "wingtiptoys"),
    ("address_line1", "One Microsoft Way"),
    ("city", "Redmond"),
    ("state", "WA"),
    ("postal_code", "98052"),
    ("first_name", "Gena"),
    ("last_name", "Soto"),
    ("email", "Gena@wingtiptoys.com"),
    ("phone", "4255550101"),
    ("culture", "en-US"),
    ("language", "en"),
    ("gdap", "on"),
];

/// The reseller of the documented example of relationships.
pub(crate) const FIRST_UP: &str = "484e548c-f5f3-4528-93a9-c16c6373cb59";

/// An account manager of the provider.
pub(crate) const ADELE: &str = "adele@tailwind.example";

static WORLDS: AtomicU32 = AtomicU32::new(0);

async fn loopback() -> TcpListener {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap()
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(SimulatorOptions::for_tests()).await
    }

    pub(crate) async fn with(options: SimulatorOptions) -> Self {
        Self::on(TestDatabase::create, options).await
    }

    /// A portal whose time is this clock's.
    pub(crate) async fn by_clock(clock: Arc<ManualClock>) -> Self {
        let ambient = Ambient { clock, ..Ambient::system() };
        Self::build(TestDatabase::create, SimulatorOptions::for_tests(), ambient).await
    }

    /// On a database of the test's choice, for what only one of the two can suffer from.
    pub(crate) async fn on(database: impl FnOnce(&Path) -> TestDatabase, options: SimulatorOptions) -> Self {
        Self::build(database, options, Ambient::system()).await
    }

    async fn build(database: impl FnOnce(&Path) -> TestDatabase, options: SimulatorOptions, ambient: Ambient) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let folder = std::env::temp_dir().join(format!(
            "reseller-portal-test-{}-{}",
            std::process::id(),
            WORLDS.fetch_add(1, Ordering::Relaxed)
        ));
        let site = folder.join("site/pkg");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(site.join("portal.css"), "").unwrap();
        std::fs::write(folder.join("site/robots.txt"), "").unwrap();
        let database = database(&folder);
        let nowhere: Url = "http://127.0.0.1:1".parse().unwrap();
        let stop = CancellationToken::new();
        let mut world = Self {
            simulator,
            url: nowhere.clone(),
            database,
            folder,
            ops: nowhere,
            stop,
            settings: Vec::new(),
            portals: Mutex::default(),
            ambient,
        };
        (world.url, world.ops) = world.start_portal_with_ops().await;
        world
    }

    /// With settings of the test's own.
    pub(crate) async fn set(settings: &[(&'static str, &str)]) -> Self {
        Self::set_with(SimulatorOptions::for_tests(), settings).await
    }

    /// The same with a simulator of the test's choice.
    pub(crate) async fn set_with(options: SimulatorOptions, settings: &[(&'static str, &str)]) -> Self {
        let mut world = Self::with(options).await;
        world.settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        (world.url, world.ops) = world.start_portal_with_ops().await;
        world
    }

    /// One more portal process, as it were: its own state, the same database, keys and upstreams. Answers its address.
    pub(crate) async fn start_portal(&self) -> Url {
        self.start_portal_with_ops().await.0
    }

    /// The same, with the address that operations ask.
    pub(crate) async fn start_portal_with_ops(&self) -> (Url, Url) {
        self.start_portal_behind(|portal| portal).await
    }

    /// One more portal, which believes that browsers reach it at `public_url`, and so with other cookies and headers.
    pub(crate) async fn start_portal_as(&self, public_url: &str) -> Url {
        self.start_portal_of(&[("PORTAL_PUBLIC_URL", public_url.to_owned())], |portal| portal).await.0
    }

    /// The same, with something of the test's in front of its routes.
    pub(crate) async fn start_portal_behind(&self, in_front: impl FnOnce(Router) -> Router) -> (Url, Url) {
        self.start_portal_of(&[], in_front).await
    }

    async fn start_portal_of(
        &self,
        first: &[(&'static str, String)],
        in_front: impl FnOnce(Router) -> Router,
    ) -> (Url, Url) {
        let (web, ops) = (loopback().await, loopback().await);
        let at = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap()).parse::<Url>().unwrap();
        let (url, ops_url) = (at(&web), at(&ops));
        let mut settings = first.to_vec();
        settings.extend(self.simulator.env());
        settings.extend(self.storage());
        settings.extend(self.settings.iter().cloned());
        settings.extend([
            ("PORTAL_PUBLIC_URL", url.to_string()),
            ("PORTAL_OPS_LISTEN", ops.local_addr().unwrap().to_string()),
            ("PORTAL_SITE_DIR", self.folder.join("site").display().to_string()),
        ]);
        let config =
            Config::read(&|name| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
                .unwrap();
        let portal = Portal::build(config, self.ambient.clone()).await.unwrap();
        tokio::spawn(server::listener::serve(web, in_front(portal.router()), self.stop.clone()));
        tokio::spawn(server::listener::serve(ops, portal.ops_router(), self.stop.clone()));
        let (provisioning, until) = (portal.state().provisioning.clone(), self.stop.clone());
        tokio::spawn(async move { provisioning.keep_completing(until).await });
        self.portals.lock().unwrap().push(portal.state().clone());
        (url, ops_url)
    }

    /// From now on every portal keeps its list of customers up to date. Other tests count what is asked of Partner Center.
    pub(crate) fn keep_listing(&self) {
        for state in self.portals.lock().unwrap().clone() {
            let until = self.stop.clone();
            tokio::spawn(async move { state.provisioning.keep_listing(state.listing.tenants(), until).await });
        }
    }

    /// The settings of where things are stored.
    pub(crate) fn storage(&self) -> [(&'static str, String); 2] {
        [("PORTAL_DATABASE_URL", self.database.url()), ("PORTAL_KEYS_FILE", self.keys_file().display().to_string())]
    }

    pub(crate) fn keys_file(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.url.clone())
    }

    /// A browser in which `upn` is signed in.
    pub(crate) async fn browser_of(&self, upn: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_in(upn).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/"), "{}", page.body);
        browser
    }
}

impl World {
    /// The database of the portals, for what no page does.
    pub(crate) async fn open_database(&self) -> Database {
        Database::connect(&self.database.url()).await.unwrap()
    }

    /// Every byte of the database: file, write-ahead log, shared memory; of PostgreSQL a dump.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let file = match &self.database {
            TestDatabase::Sqlite(file) => file.display(),
            TestDatabase::Postgres(database) => return database.dump(),
        };
        ["", "-wal", "-shm"]
            .into_iter()
            .filter_map(|suffix| std::fs::read(format!("{file}{suffix}")).ok())
            .flatten()
            .collect()
    }
}

/// The log of this process at TRACE, from now on.
#[derive(Clone, Default)]
pub(crate) struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything that this process logs from now on, whichever thread and crate it comes from. Nextest gives each test a
/// process of its own, so nothing else is in it.
pub(crate) fn capture_log() -> CapturedLog {
    let log = CapturedLog::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("one capture a process");
    log
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What the form asks about a domain while nothing else is filled in.
pub(crate) fn domain_question(prefix: &str) -> serde_json::Value {
    serde_json::json!({ "question": {
        "prefix": prefix, "company_name": "", "email": "", "country": "", "draft": "", "round": 0,
    } })
}

/// `WINGTIP` with other values for some fields.
pub(crate) fn wingtip_with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = WINGTIP.to_vec();
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    form
}

/// Fills in the form and sends it; the answer is the review, or the form with its errors.
pub(crate) async fn fill_in(browser: &mut Browser, form: &[(&str, &str)]) -> Page {
    let empty = browser.get("/customers/new").await;
    let draft = empty.value("draft").expect("the form names its draft");
    let mut form = form.to_vec();
    form.extend([("draft", draft.as_str()), ("intent", "continue")]);
    browser.post("/customers/new", &form).await
}

/// Stores a draft, and answers under which id: that is not the one of the page that it was typed on.
pub(crate) async fn save(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let named = browser.get("/customers/new").await.value("draft").expect("the form names its draft");
    let mut form = fields.to_vec();
    form.extend([("draft", named.as_str()), ("intent", "country")]);
    let stored = browser.post("/customers/new", &form).await.value("draft").expect("the form again");
    assert_ne!(stored, named);
    stored
}

/// Approves a review; the answer is the page of the onboarding.
pub(crate) async fn approve(browser: &mut Browser, review: &Page) -> Page {
    let hash = review.value("payload_hash").expect("the review names what was seen");
    browser.post(review.url.path(), &[("payload_hash", &hash)]).await
}

/// Looks at the page of an onboarding until the portal has finished its work.
pub(crate) async fn settled(browser: &mut Browser, path: &str) -> Page {
    for _ in 0..200 {
        let page = browser.get(path).await;
        if !page.body.contains("data-phase=\"waiting\"") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} did not settle");
}

/// Looks at a page until it says this.
pub(crate) async fn until(browser: &mut Browser, path: &str, words: &str) -> Page {
    for _ in 0..200 {
        let page = browser.get(path).await;
        if page.body.contains(words) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} never says {words}");
}

/// From the empty form to the tenant's page.
pub(crate) async fn onboard(browser: &mut Browser, form: &[(&str, &str)]) -> Page {
    let review = fill_in(browser, form).await;
    assert!(review.url.path().ends_with("/review"), "{}", review.body);
    let page = approve(browser, &review).await;
    settled(browser, page.url.path()).await
}
