//! What is counted and timed, for the whole process, and the names under which `/metrics` publishes it.
//!
//! A label is one of a handful of words that stand in the sources: the functions take `&'static str`, closed enums, or
//! the pattern of a route, so that no person, tenant, domain or id can become one.

use std::{
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use http::{Method, StatusCode};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};
use tokio::time::Instant;

/// The services that the portal calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// Entra ID.
    Entra,
    /// The Partner Center API.
    PartnerCenter,
}

impl Upstream {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Entra, Self::PartnerCenter];

    /// As a label has it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::PartnerCenter => "partner_center",
        }
    }
}

/// How long ago an upstream answered, and how long ago it did not.
#[derive(Clone, Copy, Debug, Default)]
pub struct LastHeard {
    /// Since the last answer of any status; `None`: there was none yet.
    pub answered: Option<Duration>,
    /// Since the last call without an answer, if that came after the last answer.
    pub silent: Option<Duration>,
}

/// How a sign-in ends: well, or with the word of a problem.
pub const SIGN_INS: [&str; 11] = [
    "signed_in",
    "denied",
    "second-factor",
    "no-role",
    "foreign-tenant",
    "providers-own",
    "no-relationship",
    "disabled",
    "expired",
    "unavailable",
    "failed",
];
const REFRESHES: [&str; 4] = ["renewed", "refused", "no_answer", "malformed"];
const TOO_OFTEN: [&str; 7] = ["sign_in", "check", "search", "create", "reveal", "daily", "all"];
const REVEALS: [&str; 5] = ["shown", "gone", "not_found", "key_missing", "failed"];

/// Name and value of a label.
type Label = (&'static str, &'static str);
type CounterBy<const N: usize> = Family<[Label; N], Counter>;
type TimerBy<L> = Family<L, Histogram, fn() -> Histogram>;
/// Method, route, status.
type RequestLabels = [(&'static str, String); 3];

struct Measures {
    requests: TimerBy<RequestLabels>,
    upstream_calls: TimerBy<[Label; 3]>,
    throttled: CounterBy<1>,
    sign_ins: CounterBy<1>,
    refreshes: CounterBy<1>,
    reveals: CounterBy<1>,
    too_often: CounterBy<1>,
    heard: Mutex<[Heard; Upstream::ALL.len()]>,
}

#[derive(Clone, Copy, Default)]
struct Heard {
    answered: Option<Instant>,
    silent: Option<Instant>,
}

static MEASURES: LazyLock<Measures> = LazyLock::new(|| Measures {
    requests: Family::new_with_constructor(request_buckets),
    upstream_calls: Family::new_with_constructor(upstream_buckets),
    throttled: counters("upstream", &Upstream::ALL.map(Upstream::label)),
    sign_ins: counters("outcome", &SIGN_INS),
    refreshes: counters("outcome", &REFRESHES),
    reveals: counters("outcome", &REVEALS),
    too_often: counters("act", &TOO_OFTEN),
    heard: Mutex::default(),
});

/// Counters that begin at 0: one that appeared with its first event would hide that event from an alert.
fn counters(label: &'static str, values: &[&'static str]) -> CounterBy<1> {
    let family = CounterBy::default();
    for value in values {
        family.get_or_create(&[(label, *value)]).inc_by(0);
    }
    family
}

/// Pages are answered in a few milliseconds; what takes seconds waits for Microsoft.
fn request_buckets() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

/// Reads take tens of milliseconds, creates seconds, and a deadline ends every call within a minute.
fn upstream_buckets() -> Histogram {
    Histogram::new([0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0])
}

/// A request of a browser was answered: `route` is the pattern that the path has matched, never the path.
pub fn request(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let labels = [
        ("method", known_method(method).to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    MEASURES.requests.get_or_create(&labels).observe(took.as_secs_f64());
}

/// A client may send any word as its method.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// An upstream was called once (each repeat counts); `None`: there was no answer.
pub fn upstream_call(upstream: Upstream, operation: &'static str, status: Option<StatusCode>, took: Duration) {
    let labels = [("upstream", upstream.label()), ("operation", operation), ("status", status_class(status))];
    MEASURES.upstream_calls.get_or_create(&labels).observe(took.as_secs_f64());
    if status == Some(StatusCode::TOO_MANY_REQUESTS) {
        MEASURES.throttled.get_or_create(&[("upstream", upstream.label())]).inc();
    }
    let mut heard = MEASURES.heard.lock().unwrap_or_else(PoisonError::into_inner);
    for (one, heard) in Upstream::ALL.into_iter().zip(heard.iter_mut()) {
        match status {
            Some(_) if one == upstream => *heard = Heard { answered: Some(Instant::now()), silent: None },
            None if one == upstream => heard.silent = Some(Instant::now()),
            _ => {}
        }
    }
}

fn status_class(status: Option<StatusCode>) -> &'static str {
    match status.map(|status| status.as_u16()) {
        None => "none",
        Some(429) => "429",
        Some(..200) => "1xx",
        Some(200..300) => "2xx",
        Some(300..400) => "3xx",
        Some(400..500) => "4xx",
        Some(500..) => "5xx",
    }
}

/// A sign-in has ended; `outcome` is one of [`SIGN_INS`].
pub fn sign_in(outcome: &'static str) {
    MEASURES.sign_ins.get_or_create(&[("outcome", outcome)]).inc();
}

/// A request was turned away because somebody asks too often; `act` is what was asked for, `daily` for a cap of the
/// day, `all` for too much at once.
pub fn too_often(act: &'static str) {
    MEASURES.too_often.get_or_create(&[("act", act)]).inc();
}

/// A refresh token was used; `outcome` is `renewed`, `refused`, `no_answer` or `malformed`.
pub fn refresh(outcome: &'static str) {
    MEASURES.refreshes.get_or_create(&[("outcome", outcome)]).inc();
}

/// Somebody asked for admin credentials; `outcome` is `shown`, `gone`, `not_found`, `key_missing` or `failed`.
pub fn reveal(outcome: &'static str) {
    MEASURES.reveals.get_or_create(&[("outcome", outcome)]).inc();
}

/// When an upstream was heard of last.
pub fn last_heard(upstream: Upstream) -> LastHeard {
    let heard = *MEASURES.heard.lock().unwrap_or_else(PoisonError::into_inner);
    let found = Upstream::ALL.into_iter().zip(heard).find(|(one, _)| *one == upstream);
    let Some((_, Heard { answered, silent })) = found else { return LastHeard::default() };
    LastHeard { answered: answered.map(|at| at.elapsed()), silent: silent.map(|at| at.elapsed()) }
}

/// Puts everything into a registry, under its published name.
pub fn publish(registry: &mut Registry) {
    let seconds = || Unit::Seconds;
    let measures = &*MEASURES;
    registry.register_with_unit(
        "http_request_duration",
        "Time until a request of a browser was answered, by pattern of its path and status",
        seconds(),
        measures.requests.clone(),
    );
    registry.register_with_unit(
        "upstream_call_duration",
        "Time of each call to Microsoft, repeats included, by operation and class of status (none: no answer)",
        seconds(),
        measures.upstream_calls.clone(),
    );
    registry.register(
        "upstream_throttled",
        "Calls to Microsoft that were answered with 429",
        measures.throttled.clone(),
    );
    registry.register("sign_ins", "Sign-ins that have ended, by outcome", measures.sign_ins.clone());
    registry.register("token_refreshes", "Uses of a refresh token, by outcome", measures.refreshes.clone());
    registry.register("reveals", "Requests for admin credentials, by outcome", measures.reveals.clone());
    registry.register(
        "requests_turned_away",
        "Requests answered 429 because somebody asks too often, or 503 because there were too many (all)",
        measures.too_often.clone(),
    );
}
