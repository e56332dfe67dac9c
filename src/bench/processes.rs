//! The processes under test: portal and yardstick on core 0, simulator on core 1.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use reqwest::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SIMULATOR: &str = "127.0.0.1:4719";
const PORTAL: &str = "127.0.0.1:4720";
const OPS: &str = "127.0.0.1:4721";
const YARDSTICK: &str = "127.0.0.1:4722";

/// The running processes; they end with this value.
pub(super) struct Processes {
    pub(super) portal: Url,
    folder: PathBuf,
    children: std::cell::RefCell<Vec<Child>>,
    command: Command,
    portal_child: Option<Child>,
    portal_id: u32,
}

impl Processes {
    /// Starts simulator and portal from `dist/`, on an empty database.
    pub(super) async fn start(dist: &Path) -> Self {
        let database = folder().join("portal.db");
        Self::start_on(dist, &format!("sqlite:{}", database.display())).await
    }

    /// Starts simulator and portal from `dist/`.
    pub(super) async fn start_on(dist: &Path, database: &str) -> Self {
        let folder = folder();
        fs::create_dir_all(&folder).unwrap();
        let simulator_binary = dist.join("simulator");
        let simulator = on_core(1, &simulator_binary)
            .args(["--listen", SIMULATOR, "--create-delay-ms", "0", "--invisible-ms", "0"])
            .stdout(File::create(folder.join("simulator.out")).unwrap())
            .stderr(File::create(folder.join("simulator.log")).unwrap())
            .spawn()
            .expect("dist/simulator: run `make build`");
        let settings = Command::new(&simulator_binary).args(["env", "--listen", SIMULATOR]).output().unwrap();
        let mut portal = on_core(0, &dist.join("portal"));
        for line in String::from_utf8(settings.stdout).unwrap().lines() {
            if let Some((name, value)) = line.split_once('=') {
                portal.env(name, value);
            }
        }
        portal
            // A hundred people in the shape of one.
            .env("PORTAL_RATE_FACTOR", "100000")
            .env("PORTAL_CREATES_PER_DAY_PERSON", "10000000")
            .env("PORTAL_CREATES_PER_DAY_RESELLER", "10000000")
            .env("PORTAL_CREATES_PER_DAY", "10000000")
            .env("PORTAL_LISTEN", PORTAL)
            .env("PORTAL_PUBLIC_URL", format!("http://{PORTAL}"))
            .env("PORTAL_OPS_LISTEN", OPS)
            .env("PORTAL_DATABASE_URL", database)
            .env("PORTAL_KEYS_FILE", folder.join("keys.json"))
            .env("PORTAL_LOG", "info")
            .env("TOKIO_WORKER_THREADS", "1")
            .stderr(File::options().create(true).append(true).open(folder.join("portal.log")).unwrap());
        answers(&format!("http://{SIMULATOR}/health")).await;
        let portal_child = portal.spawn().expect("dist/portal: run `make build`");
        until_ready().await;
        Self {
            portal: format!("http://{PORTAL}").parse().unwrap(),
            folder,
            portal_id: portal_child.id(),
            command: portal,
            portal_child: Some(portal_child),
            children: vec![simulator].into(),
        }
    }

    /// Starts the yardstick, which sends this page.
    pub(super) async fn start_yardstick(&self, page: &str) -> Url {
        let file = self.folder.join("page.html");
        fs::write(&file, page).unwrap();
        let child = on_core(0, &std::env::current_exe().unwrap())
            .arg("yardstick")
            .env("BENCH_PAGE", file)
            .env("BENCH_LISTEN", YARDSTICK)
            .spawn()
            .unwrap();
        self.children.borrow_mut().push(child);
        let url = format!("http://{YARDSTICK}/static");
        answers(&url).await;
        url.parse().unwrap()
    }

    /// Where the database is, if it is a file.
    pub(super) fn database(&self) -> String {
        format!("sqlite:{}", self.folder.join("portal.db").display())
    }

    /// The next creates are carried out and answered late.
    pub(super) async fn slow_creates(&self, count: usize, delay: Duration) {
        let hang_ms = u64::try_from(delay.as_millis()).unwrap();
        let fault =
            serde_json::json!({ "operation": "create_customer", "count": count, "kind": "hang", "hang_ms": hang_ms });
        let client = reseller_portal::http::client("bench").unwrap();
        let request = client.post(format!("http://{SIMULATOR}/_simulator/faults"));
        let answer = request.header("content-type", "application/json").body(fault.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Resident memory of the portal, in MB.
    pub(super) fn resident_megabytes(&self) -> f64 {
        self.memory("VmRSS:")
    }

    /// The part of it that is no file of the disk.
    pub(super) fn anonymous_megabytes(&self) -> f64 {
        self.memory("RssAnon:")
    }

    fn memory(&self, kind: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.portal_id)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(kind)).unwrap();
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }

    /// The seconds that the portal has had on its core so far, in the kernel too.
    pub(super) fn cpu_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.portal_id)).unwrap();
        let behind_name = stat.rsplit_once(") ").unwrap().1;
        let ticks: f64 = behind_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum();
        // A tick is a hundredth of a second on every Linux of the last twenty years.
        ticks / 100.0
    }

    /// Ends the portal and starts it again on the same database; answers how long it took to be ready.
    pub(super) async fn restart(&mut self) -> Duration {
        let mut former = self.portal_child.take().unwrap();
        let _ = Command::new("kill").args(["-TERM", &former.id().to_string()]).status();
        former.wait().unwrap();
        let started = Instant::now();
        let portal = self.command.spawn().unwrap();
        self.portal_id = portal.id();
        self.portal_child = Some(portal);
        until_ready().await;
        started.elapsed()
    }

    /// What the log says of each finished onboarding: milliseconds that were not spent waiting for Partner Center.
    pub(super) async fn own_milliseconds(&self, count: usize) -> Vec<f64> {
        for _ in 0..300 {
            let log = fs::read_to_string(self.folder.join("portal.log")).unwrap();
            let own = log
                .lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
                .filter_map(|event| event["own_us"].as_f64())
                .map(|micros| micros / 1000.0)
                .collect::<Vec<_>>();
            if own.len() >= count {
                return own;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the log does not tell of {count} onboardings");
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in self.children.get_mut().iter_mut().chain(&mut self.portal_child) {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where a run keeps its files.
fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("reseller-portal-bench-{}", std::process::id()))
}

fn on_core(core: u32, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

/// Waits for the portal by asking it a thousand times a second, with as little as that takes.
async fn until_ready() {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        if is_ready().await.unwrap_or(false) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("the portal does not become ready");
}

async fn is_ready() -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(OPS).await?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

async fn answers(url: &str) {
    let client = reseller_portal::http::client("bench").unwrap();
    for _ in 0..200 {
        if client.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{url} does not answer");
}
