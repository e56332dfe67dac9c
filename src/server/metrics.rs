//! `/metrics`: what the process has counted, and what the database says at the moment of the scrape.
//!
//! The figures of the database are the same whichever process of several is asked, and survive a restart.

use std::{fs, sync::atomic::AtomicU64};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};
use prometheus_client::{
    encoding::text::encode,
    metrics::{family::Family, gauge::Gauge, info::Info},
    registry::{Registry, Unit},
};
use sqlx::Row;

use super::{COMMIT, VERSION, headers};
use crate::{
    clock::{Ambient, Timestamp},
    database::{Database, DatabaseError, from_micros},
    measure::{self, Upstream},
};

/// The format of the answer.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Kinds of onboardings and credentials that are published even when there is none, so that an alert has something to
/// look at from the first day.
const ONBOARDING_STATES: [&str; 10] = [
    "draft",
    "awaiting_approval",
    "submitted",
    "sending",
    "created",
    "rejected",
    "unknown",
    "reconciling",
    "not_created",
    "needs_attention",
];
const CREDENTIAL_STATES: [&str; 6] = ["sealed", "claimed", "confirmed", "unconfirmed", "expired", "missing"];

type Amount = Gauge<f64, AtomicU64>;
type AmountBy<const N: usize> = Family<[(&'static str, &'static str); N], Amount>;

/// Where the figures come from.
#[derive(Clone)]
struct Sources {
    db: Database,
    ambient: Ambient,
}

/// The route, for the listener of operations.
pub fn router(db: Database, ambient: Ambient) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .with_state(Sources { db, ambient })
        .layer(axum::middleware::from_fn(|request, next| headers::add(false, request, next)))
}

async fn scrape(State(sources): State<Sources>) -> Response {
    let stored = match stored(&sources).await {
        Ok(stored) => Some(stored),
        Err(error) => {
            tracing::warn!(%error, "the metrics are without those of the database");
            None
        }
    };
    let mut registry = Registry::with_prefix("portal");
    measure::publish(&mut registry);
    publish_process(&mut registry);
    publish_upstreams(&mut registry);
    publish_pools(&mut registry, &sources.db);
    let up = Amount::default();
    up.set(if stored.is_some() { 1.0 } else { 0.0 });
    registry.register("database_up", "1 if the database has answered this scrape", up);
    if let Some(stored) = stored {
        stored.publish(&mut registry, sources.ambient.now());
    }
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response()
}

/// What the database holds.
#[derive(Default)]
struct Stored {
    /// State, count, when the state of the oldest was last changed.
    onboardings: Vec<Group>,
    /// The same of credentials, by when they were sealed.
    credentials: Vec<Group>,
    /// When the unopened credentials end that end first.
    first_expiry: Option<Timestamp>,
    /// When the refresh token was used that has not been used for the longest time, and how many there are.
    oldest_refresh: Option<Timestamp>,
    refresh_tokens: i64,
    sessions: i64,
}

struct Group {
    state: String,
    count: i64,
    oldest: Option<Timestamp>,
}

async fn stored(Sources { db, .. }: &Sources) -> Result<Stored, DatabaseError> {
    const ONBOARDINGS: &str = "SELECT state, COUNT(*), MIN(changed_at) FROM onboarding GROUP BY state";
    const CREDENTIALS: &str = "SELECT state, COUNT(*), MIN(sealed_at) FROM credential GROUP BY state";
    const EXPIRY: &str = "SELECT MIN(expires_at) FROM credential WHERE state = 'sealed'";
    const TOKENS: &str = "SELECT COUNT(*), MIN(refreshed_at) FROM entra_grant";
    const SESSIONS: &str = "SELECT COUNT(*) FROM session";
    let (expiry, tokens, sessions) = tokio::try_join!(
        sqlx::query(EXPIRY).fetch_one(db.read()),
        sqlx::query(TOKENS).fetch_one(db.read()),
        sqlx::query(SESSIONS).fetch_one(db.read()),
    )?;
    Ok(Stored {
        onboardings: groups(db, ONBOARDINGS).await?,
        credentials: groups(db, CREDENTIALS).await?,
        first_expiry: instant(expiry.try_get(0)?)?,
        oldest_refresh: instant(tokens.try_get(1)?)?,
        refresh_tokens: tokens.try_get(0)?,
        sessions: sessions.try_get(0)?,
    })
}

async fn groups(db: &Database, sql: &'static str) -> Result<Vec<Group>, DatabaseError> {
    let rows = sqlx::query(sql).fetch_all(db.read()).await?;
    rows.iter()
        .map(|row| Ok(Group { state: row.try_get(0)?, count: row.try_get(1)?, oldest: instant(row.try_get(2)?)? }))
        .collect()
}

fn instant(micros: Option<i64>) -> Result<Option<Timestamp>, DatabaseError> {
    micros.map(from_micros).transpose()
}

impl Stored {
    fn publish(&self, registry: &mut Registry, now: Timestamp) {
        registry.register(
            "onboardings",
            "Onboardings by state; those of created, rejected and not_created only grow",
            counts(&ONBOARDING_STATES, &self.onboardings),
        );
        registry.register("credentials", "Admin credentials by state", counts(&CREDENTIAL_STATES, &self.credentials));
        let of = |groups: &[Group], states: &[&str]| {
            groups.iter().filter(|group| states.contains(&group.state.as_str())).filter_map(|group| group.oldest).min()
        };
        let ages = [
            (
                "oldest_unknown_age",
                "Age of the oldest onboarding whose outcome is not known; 0 if there is none",
                of(&self.onboardings, &["unknown", "reconciling", "sending"]),
            ),
            (
                "oldest_attention_age",
                "Age of the oldest onboarding that waits for a person to act; 0 if there is none",
                of(&self.onboardings, &["needs_attention"]),
            ),
            (
                "oldest_approval_age",
                "Age of the oldest onboarding of a reseller that waits for an account manager; 0 if there is none",
                of(&self.onboardings, &["awaiting_approval"]),
            ),
            (
                "oldest_unopened_age",
                "Age of the oldest admin credentials that nobody has opened; 0 if there are none",
                of(&self.credentials, &["sealed"]),
            ),
            (
                "oldest_refresh_token_age",
                "Time since the refresh token was used that has been idle for the longest; it ends after 90 days",
                self.oldest_refresh,
            ),
        ];
        for (name, help, oldest) in ages {
            let age = oldest.map_or(0.0, |oldest| seconds_between(oldest, now));
            registry.register_with_unit(name, help, Unit::Seconds, amount(age));
        }
        if let Some(expiry) = self.first_expiry {
            registry.register_with_unit(
                "next_credentials_expiry",
                "Time until unopened admin credentials are erased; absent if there are none",
                Unit::Seconds,
                amount(seconds_between(now, expiry)),
            );
        }
        registry.register(
            "refresh_tokens",
            "People whose refresh token is stored",
            amount(number(self.refresh_tokens)),
        );
        registry.register("sessions", "Sessions of browsers", amount(number(self.sessions)));
    }
}

/// Counts by state. A state that this list does not know cannot become a label: the sources decide what is published.
fn counts(states: &'static [&'static str], groups: &[Group]) -> AmountBy<1> {
    let family = AmountBy::default();
    for state in states {
        let count = groups.iter().find(|group| group.state == *state).map_or(0, |group| group.count);
        family.get_or_create(&[("state", *state)]).set(number(count));
    }
    family
}

fn publish_process(registry: &mut Registry) {
    registry.register("build", "Which portal this is", Info::new([("version", VERSION), ("commit", COMMIT)]));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u32>().ok());
    if let Some(kilobytes) = kilobytes {
        registry.register_with_unit(
            "resident_memory",
            "Memory that the process occupies",
            Unit::Bytes,
            amount(f64::from(kilobytes) * 1024.0),
        );
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        let open = u32::try_from(open.count()).unwrap_or(u32::MAX);
        registry.register("open_files", "File descriptors in use", amount(f64::from(open)));
    }
}

fn publish_upstreams(registry: &mut Registry) {
    let family = AmountBy::default();
    for upstream in Upstream::ALL {
        if let Some(answered) = measure::last_heard(upstream).answered {
            family.get_or_create(&[("upstream", upstream.label())]).set(answered.as_secs_f64());
        }
    }
    registry.register_with_unit(
        "upstream_last_answer_age",
        "Time since Microsoft answered this process last; absent before the first call",
        Unit::Seconds,
        family,
    );
}

fn publish_pools(registry: &mut Registry, db: &Database) {
    let family = AmountBy::default();
    for (pool, connections) in [("read", db.read()), ("write", db.write())] {
        let (open, idle) = (connections.size(), connections.num_idle());
        let idle = u32::try_from(idle).unwrap_or(open).min(open);
        for (state, count) in [("in_use", open - idle), ("idle", idle)] {
            family.get_or_create(&[("pool", pool), ("state", state)]).set(f64::from(count));
        }
        let most = connections.options().get_max_connections();
        family.get_or_create(&[("pool", pool), ("state", "most")]).set(f64::from(most));
    }
    registry.register("database_connections", "Connections to the database by pool (most: the limit)", family);
}

fn amount(value: f64) -> Amount {
    let gauge = Amount::default();
    gauge.set(value);
    gauge
}

fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

/// Counts of rows are far below 2^53, up to which this is exact.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "there is no lossless way, and none is needed")]
fn number(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::to_micros;

    async fn text_of(db: Database) -> String {
        let sources = Sources { db, ambient: Ambient::system() };
        let response = scrape(State(sources)).await;
        assert_eq!(response.headers()["content-type"], OPEN_METRICS);
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    fn value(text: &str, sample: &str) -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {sample} in\n{text}")).parse().unwrap()
    }

    async fn insert(db: &Database, state: &str, changed_at: Timestamp) {
        sqlx::query(
            "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, domain, in_doubt, \
             created_at, changed_at) VALUES ($1, $2, 'tenant-canary', 'person-canary', 'Name Canary', '{}', \
             'Company Canary', 'domain-canary.example', 0, $3, $3)",
        )
        .bind(Ambient::system().uuid_v7().to_string())
        .bind(state)
        .bind(to_micros(changed_at))
        .execute(db.write())
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn the_figures_of_the_database_are_those_of_the_moment() {
        let db = Database::temporary().await.unwrap();
        let now = Ambient::system().now();
        insert(&db, "created", now).await;
        insert(&db, "created", now).await;
        insert(&db, "unknown", now - crate::clock::SignedDuration::from_secs(90)).await;
        insert(&db, "awaiting_approval", now - crate::clock::SignedDuration::from_secs(300)).await;
        let text = text_of(db).await;
        assert!((value(&text, "portal_onboardings{state=\"created\"}") - 2.0).abs() < 0.1);
        assert!((value(&text, "portal_onboardings{state=\"rejected\"}")).abs() < 0.1);
        let age = value(&text, "portal_oldest_unknown_age_seconds");
        assert!((90.0..95.0).contains(&age), "{age}");
        let waits = value(&text, "portal_oldest_approval_age_seconds");
        assert!((300.0..305.0).contains(&waits), "{waits}");
        assert!((value(&text, "portal_database_up") - 1.0).abs() < 0.1);
        assert!(!text.contains("canary") && !text.contains("Canary"), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }

    #[tokio::test]
    async fn a_scrape_without_a_database_says_so_and_tells_the_rest() {
        let db = Database::temporary().await.unwrap();
        db.close().await;
        let text = text_of(db).await;
        assert!(value(&text, "portal_database_up").abs() < 0.1);
        assert!(text.contains("portal_build_info{version="), "{text}");
        assert!(!text.contains("portal_onboardings"));
    }

    #[test]
    fn every_problem_of_a_sign_in_is_counted_from_the_start() {
        for problem in crate::entra::SignInProblem::ALL {
            assert!(measure::SIGN_INS.contains(&problem.word()), "{problem}");
        }
    }
}
