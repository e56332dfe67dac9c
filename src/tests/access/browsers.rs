//! What a page of another origin can make real browsers do to the portal: whatever a page may send, it sends from a site
//! of the same name (where cookies go along) and from a foreign one, to every address and function that changes
//! something. Nothing may change; a page of the portal's own is let in.
#![expect(clippy::print_stderr, reason = "figures")]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Query, Request as HttpRequest, State},
    middleware::{self, Next},
    response::{Html, Response},
    routing::get,
};
use reqwest::{Method, Url, header};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};

use super::{Everybody, Request, inventory, origins::state_of};
use crate::resellers::{MEGAN, NESTOR};

/// The page that does it.
const PAGE: &str = include_str!("page.html");
/// Ways of a page to send a POST, and to load an address.
const POSTS: [&str; 7] =
    ["form-urlencoded", "form-plain", "form-multipart", "fetch-plain", "fetch-urlencoded", "beacon", "form-top"];
const GETS: [&str; 6] = ["image", "stylesheet", "frame", "fetch-get", "link", "top"];
/// Browsers fetch ahead when they see fit.
const AHEAD: &str = "prefetch";
/// How long a browser may take to do all of it from one page.
const PATIENCE: Duration = Duration::from_mins(2);

/// A request as it arrived.
#[derive(Clone, Debug)]
struct Arrival {
    way: String,
    path: String,
    has_session: bool,
    is_refused_as_foreign: bool,
    status: u16,
}

/// What the page and the test tell each other.
#[derive(Clone)]
struct Stage {
    arrivals: Arc<Mutex<Vec<Arrival>>>,
    plan: Arc<Mutex<Value>>,
    /// A page that has done its part asks which is next.
    next: mpsc::Sender<oneshot::Sender<String>>,
}

impl Stage {
    /// The pages of the test, for whatever origin.
    fn pages(&self) -> Router {
        async fn arrived(State(stage): State<Stage>, Query(asked): Query<BTreeMap<String, String>>) -> &'static str {
            let (way, path) = (&asked["way"], &asked["path"]);
            let is_it = |seen: &Arrival| seen.way == *way && seen.path == *path;
            if stage.wait(|arrivals| arrivals.iter().any(is_it)).await { "yes" } else { "no" }
        }
        async fn signed_in(State(stage): State<Stage>) -> &'static str {
            let is_in = |seen: &Arrival| seen.path == "/" && seen.has_session && seen.status == 200;
            if stage.wait(|arrivals| arrivals.iter().any(is_in)).await { "yes" } else { "no" }
        }
        async fn next(State(stage): State<Stage>) -> String {
            let (told, answer) = oneshot::channel();
            stage.next.send(told).await.unwrap();
            // The last page waits until its browser ends.
            answer.await.unwrap_or_default()
        }
        async fn page(State(stage): State<Stage>) -> Html<String> {
            Html(PAGE.replace("/* the plan */", &stage.plan.lock().unwrap().to_string()))
        }
        Router::new()
            .route("/_page/arrived", get(arrived))
            .route("/_page/signed-in", get(signed_in))
            .route("/_page/next", get(next))
            .route("/_page/blank", get(async || Html("")))
            .route("/_page/attack", get(page))
            .with_state(self.clone())
    }

    /// Whether it has come to this within some seconds.
    async fn wait(&self, is_so: impl Fn(&[Arrival]) -> bool) -> bool {
        for _ in 0..400 {
            if is_so(&self.arrivals.lock().unwrap()) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }

    /// The portal with somebody in front who notes what arrives. One header is taken away: it would separate the page
    /// from the window that it has opened, and it could use each window once.
    fn in_front_of(&self, portal: Router) -> Router {
        async fn note(State(stage): State<Stage>, request: HttpRequest, next: Next) -> Response {
            let mut arrival = arrival_of(&request);
            let (mut parts, body) = next.run(request).await.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            arrival.status = parts.status.as_u16();
            arrival.is_refused_as_foreign =
                arrival.status == 403 && String::from_utf8_lossy(&bytes).contains("That did not come from this portal");
            stage.arrivals.lock().unwrap().push(arrival);
            parts.headers.remove("cross-origin-opener-policy");
            Response::from_parts(parts, Body::from(bytes))
        }
        portal.layer(middleware::from_fn_with_state(self.clone(), note)).merge(self.pages())
    }

    fn arrived(&self, way: &str, path: &str) -> Vec<Arrival> {
        let arrivals = self.arrivals.lock().unwrap();
        arrivals.iter().filter(|arrival| arrival.way == way && arrival.path == path).cloned().collect()
    }
}

fn arrival_of(request: &HttpRequest) -> Arrival {
    let query = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let way = query.into_iter().find(|(name, _)| name == "way").map(|(_, way)| way.into_owned());
    let mut cookies = request.headers().get_all(header::COOKIE).iter();
    Arrival {
        way: way.unwrap_or_default(),
        path: request.uri().path().to_owned(),
        has_session: cookies.any(|line| line.to_str().unwrap().contains("portal=")),
        is_refused_as_foreign: false,
        status: 0,
    }
}

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Chromium,
    Firefox,
}

/// A browser at work; it ends with this value, and so does its profile.
struct Running {
    child: Child,
    profile: PathBuf,
}

impl Kind {
    fn program(self) -> PathBuf {
        let (setting, names) = match self {
            Self::Chromium => {
                ("CHROMIUM", ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"].as_slice())
            }
            Self::Firefox => ("FIREFOX", ["firefox-esr", "firefox"].as_slice()),
        };
        let folders = std::env::var("PATH").unwrap();
        let mut files = names.iter().flat_map(|name| std::env::split_paths(&folders).map(move |at| at.join(name)));
        let set = super::switch(setting).filter(|path| !path.is_empty()).map(PathBuf::from);
        set.or_else(|| files.find(|file| file.exists()))
            .unwrap_or_else(|| panic!("{self:?} is missing: `make setup`, or name it with {setting}"))
    }

    fn open(self, address: &Url) -> Running {
        let folder = format!("reseller-portal-test-{self:?}-{}", uuid::Uuid::now_v7());
        let profile = std::env::temp_dir().join(folder);
        fs::create_dir_all(&profile).unwrap();
        let mut command = Command::new(self.program());
        match self {
            Self::Chromium => {
                let place = format!("--user-data-dir={}", profile.display());
                command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", &place]);
                command.args(["--disable-popup-blocking", "--disable-background-networking", "--disable-sync"]);
                command.args([
                    "--disable-component-update",
                    "--disable-dev-shm-usage",
                    "--disable-background-timer-throttling",
                ]);
            }
            Self::Firefox => {
                fs::write(profile.join("user.js"), FIREFOX_SETTINGS).unwrap();
                command.args(["--headless", "--no-remote", "--profile"]).arg(&profile);
                command.env("HOME", &profile);
            }
        }
        // A group of its own: what is in the path may be a script that starts the browser.
        let child =
            command.arg(address.as_str()).process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Running { child, profile }
    }
}

/// A page may open a window; no tour, no reports, no updates, and no asking whether there is a network.
const FIREFOX_SETTINGS: &str = r#"
user_pref("dom.disable_open_during_load", false);
user_pref("dom.min_background_timeout_value", 4);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
"#;

impl Drop for Running {
    fn drop(&mut self) {
        let kill = format!("kill -s KILL -- -{}", self.child.id());
        let _ = Command::new("sh").args(["-c", &kill]).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

/// What is sent to an address: the fields of a form, and the same as text. JSON becomes the name of a field, in such a
/// way that a form of type text/plain sends JSON again.
fn sent(request: &Request, id: &str) -> Value {
    let (_, path, body) = request.as_sent(id);
    let text = body.unwrap_or_default().1;
    let fields: Vec<(String, String)> = match text.strip_suffix('}') {
        Some("{") => vec![("{\"x\":\"".to_owned(), "\"}".to_owned())],
        Some(start) => vec![(format!("{start},\"x\":\""), "\"}".to_owned())],
        None => url::form_urlencoded::parse(text.as_bytes()).into_owned().collect(),
    };
    json!({ "path": path, "fields": fields, "text": text })
}

async fn listen(router: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// Signs somebody in at a browser, has pages of two other origins do what they can, and then one of the portal's own.
async fn attack(kind: Kind, upn: &str, query: &str) {
    let everybody = Everybody::gather().await;
    let record = everybody.records.first().unwrap().1.clone();
    let posts = inventory().into_iter().filter(|request| request.method == Method::POST).collect::<Vec<_>>();
    assert!(posts.len() > 25, "forms and functions: {posts:?}");
    let sends = posts.iter().map(|request| sent(request, &record)).collect::<Vec<_>>();
    let paths = sends.iter().map(|sent| sent["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>();

    let (asks, mut turns) = mpsc::channel::<oneshot::Sender<String>>(1);
    let stage = Stage { arrivals: Arc::default(), plan: Arc::default(), next: asks };
    let in_front = stage.clone();
    let (portal, _) = everybody.world.start_portal_behind(|portal| in_front.in_front_of(portal)).await;
    let own = portal.origin().ascii_serialization();
    let port = listen(stage.pages()).await;
    let (same_site, cross_site) = (format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}"));
    let play = |phase: &str, target: &str| {
        *stage.plan.lock().unwrap() = json!({ "phase": phase, "target": target, "posts": sends, "gets": paths });
    };
    let page = "/_page/attack";

    play("start", &format!("{own}/auth/start?{query}login_hint={upn}"));
    let _browser = kind.open(&format!("{same_site}{page}").parse().unwrap());
    let mut done = async |what: &str| {
        let turn = tokio::time::timeout(PATIENCE, turns.recv()).await;
        turn.unwrap_or_else(|_| panic!("{kind:?} does not come to an end: {what}")).unwrap()
    };
    let turn = done("sign-in").await;
    let before = state_of(&everybody.world).await;
    play("same-site", &own);
    turn.send(format!("{same_site}{page}")).unwrap();
    let turn = done("pages of the same site").await;
    play("cross-site", &own);
    turn.send(format!("{cross_site}{page}")).unwrap();
    let turn = done("pages of another site").await;
    for phase in ["same-site", "cross-site"] {
        for path in &paths {
            for way in POSTS {
                let arrivals = stage.arrived(&format!("{phase}.{way}"), path);
                assert!(!arrivals.is_empty(), "{kind:?} has sent no {way} from {phase} to {path}");
                for arrival in arrivals {
                    assert!(arrival.is_refused_as_foreign, "{kind:?}: a {way} of {phase} was let in: {arrival:?}");
                    // Without the session it would be no proof.
                    assert!(phase == "cross-site" || arrival.has_session, "{kind:?}: {arrival:?}");
                }
            }
            for way in GETS {
                let arrivals = stage.arrived(&format!("{phase}.{way}"), path);
                assert!(!arrivals.is_empty(), "{kind:?} has not asked as {way} from {phase} for {path}");
            }
        }
    }
    assert_eq!(before, state_of(&everybody.world).await, "{kind:?}: a page of another origin has changed something");

    play("own", &own);
    turn.send(format!("{own}{page}")).unwrap();
    let _turn = done("pages of the portal").await;
    // Whoever has signed out is a stranger at the addresses that follow, but not one of another origin.
    for path in &paths {
        for way in POSTS {
            let arrivals = stage.arrived(&format!("own.{way}"), path);
            assert!(!arrivals.is_empty(), "{kind:?} has sent no {way} from the own origin to {path}");
            let refused = arrivals.iter().find(|arrival| arrival.is_refused_as_foreign);
            assert!(refused.is_none(), "{kind:?}: an own {way} was refused: {refused:?}");
        }
    }
    let arrivals = stage.arrivals.lock().unwrap().clone();
    let count = |is: &dyn Fn(&Arrival) -> bool| arrivals.iter().filter(|arrival| is(arrival)).count();
    let foreign = |arrival: &Arrival| !arrival.way.is_empty() && !arrival.way.starts_with("own.");
    eprintln!(
        "{kind:?}, {upn}: {} addresses, {} requests of other origins ({} refused, {} with the session, {} fetched \
         ahead), 0 changes; {} of the own origin, all let in",
        paths.len(),
        count(&foreign),
        count(&|arrival| foreign(arrival) && arrival.is_refused_as_foreign),
        count(&|arrival| foreign(arrival) && arrival.has_session),
        count(&|arrival| foreign(arrival) && arrival.way.ends_with(AHEAD)),
        count(&|arrival| arrival.way.starts_with("own.")),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_changes_nothing_in_chromium() {
    attack(Kind::Chromium, MEGAN, "as=reseller&").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts browsers again: `make access`"]
async fn a_page_of_another_origin_changes_nothing_of_an_administrators_in_chromium() {
    attack(Kind::Chromium, NESTOR, "").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "Firefox is for `make access`"]
async fn a_page_of_another_origin_changes_nothing_in_firefox() {
    attack(Kind::Firefox, MEGAN, "as=reseller&").await;
    attack(Kind::Firefox, NESTOR, "").await;
}

#[cfg(feature = "torture")]
#[test]
#[ignore = "starts browsers again: `make access`"]
fn a_dropped_origin_check_is_noticed_by_a_browser() {
    crate::planted::Planted(reseller_portal::sabotage::Bug::NoOriginCheck)
        .must_fail("access::browsers::a_page_of_another_origin_changes_nothing_in_chromium", "was let in");
}
