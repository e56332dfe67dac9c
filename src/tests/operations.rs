//! What operations rely on: metrics that name nobody, an end within ten seconds, a release without test switches.

use std::{
    collections::BTreeSet,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reseller_portal::simulator::{Simulator, SimulatorOptions, Speed};
use tokio::{net::TcpStream, time::Instant};

use super::{
    browser::Browser,
    ports::free_port,
    support::{ADELE, FIRST_UP, WINGTIP, World, approve, domain_question, fill_in, onboard},
};

/// The portal ends by then; a second more than it allows itself, for a busy machine.
const STOPPED_WITHIN: Duration = Duration::from_secs(11);

impl World {
    /// What the listener of operations answers.
    async fn asked_by_operations(&self, path: &str) -> String {
        let answer = self.browser().http_get(&self.ops, path).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }
}

#[tokio::test]
async fn the_metrics_of_a_whole_onboarding_name_nobody() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, WINGTIP).await;
    let token = page.value("token").expect("a one-time token");
    browser.post(&format!("{}/credentials", page.url.path()), &[("token", &token)]).await;
    browser.call("/api/check-domain", &domain_question("contoso")).await;
    browser.get("/nowhere/canary").await;

    let text = world.asked_by_operations("/metrics").await;
    for sample in [
        "portal_onboardings{state=\"created\"} 1.0",
        "portal_credentials{state=\"claimed\"} 1.0",
        "portal_sign_ins_total{outcome=\"signed_in\"} 1",
        "portal_reveals_total{outcome=\"shown\"} 1",
        "portal_http_request_duration_seconds_count{method=\"POST\",route=\"/customers/{id}/credentials\",status=\"200\"} 1",
        "portal_http_request_duration_seconds_count{method=\"POST\",route=\"/api/check-domain\",status=\"200\"} 1",
        "portal_http_request_duration_seconds_count{method=\"GET\",route=\"unmatched\",status=\"404\"} 1",
        "portal_upstream_call_duration_seconds_count{upstream=\"partner_center\",operation=\"customers.create\",status=\"2xx\"} 1",
        "portal_database_up 1.0",
    ] {
        assert!(text.contains(&format!("{sample}\n")), "{sample} is not in\n{text}");
    }
    let tenant = world.simulator.ledger().customers[0].id.to_string();
    let onboarding = page.url.path().rsplit('/').next().unwrap();
    for secret in ["canary", "wingtip", "contoso", "adele", "Adele", FIRST_UP, &tenant, onboarding] {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
    }
    let ready = world.asked_by_operations("/readyz").await;
    assert!(ready.starts_with("ready\n") && ready.contains("partner_center: answered 0 s ago"), "{ready}");
}

#[tokio::test]
async fn what_a_proxy_or_client_says_about_itself_is_not_believed() {
    let world = World::start().await;
    let client = reseller_portal::http::client("test").unwrap();
    let start = world.url.join("/auth/start").unwrap();
    let plain = client.get(start.clone()).send().await.unwrap();
    let forged = client
        .get(start)
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-forwarded-prefix", "/evil")
        .header("forwarded", "for=203.0.113.7;host=evil.example;proto=https")
        .header("x-original-url", "/evil")
        .header("x-request-id", "evil-id")
        .send()
        .await
        .unwrap();
    assert_eq!(plain.status(), forged.status());
    let redirect_uri = |answer: &reqwest::Response| {
        let location: reqwest::Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        location.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned()
    };
    assert_eq!(redirect_uri(&plain), redirect_uri(&forged));
    let text = format!("{:?}", forged.headers());
    assert!(!text.contains("evil") && !text.contains("strict-transport-security"), "{text}");
}

/// The published names in a text, without what a histogram or a counter adds to them.
fn names_in(text: &str) -> BTreeSet<String> {
    let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
    text.match_indices("portal_")
        .filter(|(at, _)| !text[..*at].ends_with(is_name))
        .map(|(at, _)| text[at..].split(|character| !is_name(character)).next().unwrap_or_default())
        .map(|name| {
            ["_bucket", "_count", "_sum", "_total", "_info"].iter().fold(name, |name, end| name.trim_end_matches(end))
        })
        .filter(|name| *name != "portal_")
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_metric_is_documented_and_every_alert_and_panel_names_one() {
    let documented = names_in(include_str!("../OPERATIONS.md"));
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    onboard(&mut browser, WINGTIP).await;
    let published = names_in(&world.asked_by_operations("/metrics").await);
    let missing = published.difference(&documented).collect::<Vec<_>>();
    assert!(missing.is_empty(), "not in src/OPERATIONS.md: {missing:?}");
    let gone = documented.difference(&published).collect::<Vec<_>>();
    assert!(gone.is_empty(), "in src/OPERATIONS.md and not published: {gone:?}");
    for file in [include_str!("../../.deploy/alerts.yml"), include_str!("../../.deploy/grafana.json")] {
        let used = names_in(file);
        let strange = used.difference(&published).collect::<Vec<_>>();
        assert!(used.len() > 5 && strange.is_empty(), "never published: {strange:?}");
    }
    serde_json::from_str::<serde_json::Value>(include_str!("../../.deploy/grafana.json")).unwrap();
}

/// A portal in a process of its own, and a simulator in this one.
struct Process {
    child: Child,
    url: reqwest::Url,
    ops: SocketAddr,
    folder: PathBuf,
    simulator: Simulator,
}

impl Process {
    async fn start(name: &str, create_takes: Duration) -> Self {
        let speed = Speed { create_at_least: create_takes, create_at_most: create_takes, ..Speed::instant() };
        let simulator = Simulator::start(SimulatorOptions { speed, ..SimulatorOptions::for_tests() }).await.unwrap();
        let folder = std::env::temp_dir().join(format!("reseller-portal-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("site/pkg")).unwrap();
        fs::write(folder.join("site/pkg/portal.css"), "").unwrap();
        let (listen, ops) = (free_address(), free_address());
        let url: reqwest::Url = format!("http://{listen}").parse().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_portal"))
            .arg("serve")
            .current_dir(&folder)
            .envs(simulator.env())
            .env("PORTAL_LISTEN", listen.to_string())
            .env("PORTAL_OPS_LISTEN", ops.to_string())
            .env("PORTAL_PUBLIC_URL", url.as_str())
            .env("PORTAL_SITE_DIR", folder.join("site"))
            .stderr(Stdio::from(fs::File::create(folder.join("log")).unwrap()))
            .spawn()
            .unwrap();
        let process = Self { child, url, ops, folder, simulator };
        let client = reseller_portal::http::client("test").unwrap();
        for _ in 0..200 {
            if client.get(format!("http://{ops}/readyz")).send().await.is_ok_and(|answer| answer.status() == 200) {
                return process;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the portal did not start: {}", process.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn signal(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// How long it takes to end, and how it does.
    async fn ended(&mut self) -> (Duration, Option<i32>) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (started.elapsed(), status.code());
            }
            assert!(started.elapsed() < STOPPED_WITHIN, "it has not ended: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn approved(&self) -> String {
        let mut browser = Browser::new(self.url.clone());
        browser.sign_in(ADELE).await;
        let review = fill_in(&mut browser, WINGTIP).await;
        approve(&mut browser, &review).await.url.path().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

#[tokio::test]
async fn a_stop_waits_for_a_create_and_for_no_idle_connection() {
    let mut portal = Process::start("stop-waits", Duration::from_secs(2)).await;
    let idle = TcpStream::connect((portal.url.host_str().unwrap(), portal.url.port().unwrap())).await.unwrap();
    portal.approved().await;
    portal.signal();
    let (took, code) = portal.ended().await;
    drop(idle);
    assert_eq!(code, Some(0), "{}", portal.log());
    assert!(took < Duration::from_secs(6), "{took:?}\n{}", portal.log());
    let log = portal.log();
    assert!(log.contains("the customer was created") && log.contains("the portal has stopped"), "{log}");
    assert_eq!(portal.simulator.ledger().customers.len(), 1);
    // Each line can be read alone.
    for line in log.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(event["message"].is_string() && event["timestamp"].is_string() && event["level"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn a_stop_takes_ten_seconds_at_most_and_a_second_signal_none() {
    let mut portal = Process::start("stop-ends", Duration::from_mins(1)).await;
    portal.approved().await;
    portal.signal();
    let (took, code) = portal.ended().await;
    assert_eq!(code, Some(0));
    assert!(took > Duration::from_secs(5), "the create was given its time: {took:?}");
    assert!(portal.log().contains("were still being sent"), "{}", portal.log());

    let mut portal = Process::start("stop-at-once", Duration::from_mins(1)).await;
    portal.approved().await;
    portal.signal();
    tokio::time::sleep(Duration::from_millis(300)).await;
    portal.signal();
    let (took, code) = portal.ended().await;
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn the_release_check_finds_the_simulator_and_planted_bugs() {
    let check = |file: &Path| {
        let output = Command::new(".make/release-check.sh").arg(file).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    // This very build has both sides in it.
    let (code, said) = check(Path::new(env!("CARGO_BIN_EXE_portal")));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the simulator's control") && said.contains("the demo's people"), "{said}");
    let folder = std::env::temp_dir().join(format!("reseller-portal-release-check-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (content, expected) in [
        (&b"\0PORTAL_ENTRA_TENANT_ID\0"[..], 0),
        (&b"\0PORTAL_ENTRA_TENANT_ID\0PORTAL_PLANT\0"[..], 1),
        (&b"\0PORTAL_ENTRA_TENANT_ID\0PORTAL_CRASH\0"[..], 1),
        (&b"another program"[..], 2),
    ] {
        fs::write(folder.join("binary"), content).unwrap();
        assert_eq!(check(&folder.join("binary")).0, Some(expected));
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_command_explains_itself() {
    let said = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_portal")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let all = said(&["--help"]);
    for command in ["serve", "check", "backup", "restore", "health"] {
        assert!(all.contains(&format!("\n  {command} ")), "{command} is not in\n{all}");
        assert!(said(&[command, "--help"]).contains("Usage: portal"), "{command}");
    }
    assert!(said(&["--version"]).contains("(commit "));
    // What unit and image call exists.
    assert!(include_str!("../../.deploy/Dockerfile").contains("CMD [\"/portal/portal\", \"health\"]\n"));
    assert!(include_str!("../../.deploy/debian/reseller-portal.service").contains("/portal serve\n"));
}

#[tokio::test]
async fn the_health_command_asks_the_portal_that_runs() {
    let portal = Process::start("health", Duration::ZERO).await;
    let healthy = |ops: SocketAddr| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        command.arg("health").env("PORTAL_OPS_LISTEN", ops.to_string()).status().unwrap().success()
    };
    assert!(healthy(portal.ops));
    assert!(!healthy(free_address()), "nobody listens there");
}
