//! One portal process: started, killed, started again.

use std::{
    fs::{self, OpenOptions},
    net::SocketAddr,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// How soon a supervisor sees that a process has ended.
const LOOK: Duration = Duration::from_millis(25);
/// How long a start may take.
const START: Duration = Duration::from_mins(1);

/// One place at which a portal runs; clones are the same.
#[derive(Clone)]
pub(crate) struct Portal(Arc<Inner>);

struct Inner {
    settings: Vec<(&'static str, String)>,
    listen: SocketAddr,
    ops: SocketAddr,
    log: PathBuf,
    child: Mutex<Option<Child>>,
    /// How often it has ended by SIGABRT.
    aborted: AtomicU32,
    /// How it has ended the last time.
    last_ended: Mutex<Option<ExitStatus>>,
}

impl Portal {
    pub(crate) fn new(
        number: usize,
        folder: &Path,
        settings: Vec<(&'static str, String)>,
        listen: u16,
        ops: u16,
    ) -> Self {
        Self(Arc::new(Inner {
            settings,
            listen: ([127, 0, 0, 1], listen).into(),
            ops: ([127, 0, 0, 1], ops).into(),
            log: folder.join(format!("portal-{number}.log")),
            child: Mutex::default(),
            aborted: AtomicU32::new(0),
            last_ended: Mutex::default(),
        }))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.listen
    }

    pub(crate) fn log(&self) -> &Path {
        &self.0.log
    }

    pub(crate) fn aborted(&self) -> u32 {
        self.0.aborted.load(Ordering::Relaxed)
    }

    /// Starts the process; `crash` names a place at which it is to die.
    pub(crate) fn start(&self, crash: Option<&str>) {
        let mut command = self.command(&["serve"]);
        command.envs(crash.map(|crash| ("PORTAL_CRASH", crash)));
        *self.child() =
            Some(command.spawn().expect("the portal, built beside the rig: `make races` or `make torture`"));
    }

    /// Another command of the portal with the same settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let binary = std::env::current_exe().unwrap().with_file_name("portal");
        let log = OpenOptions::new().create(true).append(true).open(&self.0.log).unwrap();
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .env_clear()
            .envs(self.0.settings.iter().map(|(name, value)| (name, value)))
            // The races are the torture here, not the limits.
            .env("PORTAL_RATE_FACTOR", "100000")
            .env("PORTAL_CREATES_PER_DAY", "10000000")
            .env("PORTAL_CREATES_PER_DAY_PERSON", "10000000")
            .env("PORTAL_CREATES_PER_DAY_RESELLER", "10000000")
            .env("PORTAL_LISTEN", self.0.listen.to_string())
            .env("PORTAL_OPS_LISTEN", self.0.ops.to_string())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        command
    }

    /// From now on it is started again whenever it ends.
    pub(crate) fn keep_running(&self) {
        let weak = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(inner) = weak.upgrade() {
                let portal = Self(inner);
                if portal.has_ended().is_some_and(|ended| ended) {
                    portal.start(None);
                }
                drop(portal);
                tokio::time::sleep(LOOK).await;
            }
        });
    }

    /// Whether the process has ended; `None` if it is not meant to run.
    fn has_ended(&self) -> Option<bool> {
        let mut child = self.child();
        let status = child.as_mut()?.try_wait().unwrap();
        self.note(status);
        Some(status.is_some())
    }

    fn note(&self, status: Option<ExitStatus>) {
        if status.is_some() {
            *self.0.last_ended.lock().unwrap_or_else(PoisonError::into_inner) = status;
        }
        if status.and_then(|status| status.signal()) == Some(6) {
            self.0.aborted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&self) {
        if let Some(child) = self.child().as_mut() {
            let _ = child.kill();
        }
    }

    /// SIGTERM, as a supervisor sends it.
    pub(crate) fn terminate(&self) {
        if let Some(child) = self.child().as_ref() {
            let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        }
    }

    /// Ends the process as a supervisor does, and waits until the next one can work; answers how long it took to end.
    ///
    /// It has to be one that is [kept running](Self::keep_running).
    pub(crate) async fn restart(&self) -> Result<Duration, String> {
        let before = self.process();
        let started = Instant::now();
        self.terminate();
        while self.process() == before {
            if started.elapsed() > START {
                return Err("it does not end".to_owned());
            }
            tokio::time::sleep(LOOK).await;
        }
        let took = started.elapsed();
        self.is_ready().await;
        let status = *self.0.last_ended.lock().unwrap_or_else(PoisonError::into_inner);
        match status {
            Some(status) if status.success() => Ok(took),
            other => Err(format!("it has ended with {other:?}")),
        }
    }

    fn process(&self) -> Option<u32> {
        self.child().as_ref().map(Child::id)
    }

    /// Ends the process for good.
    pub(crate) fn end(&self) {
        if let Some(mut child) = self.child().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Waits until the process can work.
    pub(crate) async fn is_ready(&self) {
        let started = Instant::now();
        while started.elapsed() < START {
            if self.answers("readyz").await {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
        let log = fs::read_to_string(&self.0.log).unwrap_or_default();
        let last: Vec<_> = log.lines().rev().take(5).collect();
        panic!("a portal does not become ready; {} ends with {last:#?}", self.0.log.display());
    }

    /// Whether the listener for operations says yes.
    pub(crate) async fn answers(&self, path: &str) -> bool {
        let client = reseller_portal::http::client("torture").unwrap();
        let answer = client.get(format!("http://{}/{path}", self.0.ops)).timeout(Duration::from_secs(3)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.0.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
