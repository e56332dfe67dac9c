//! The simulator's ledger against the portal's rows: what has really happened, and what the portal makes of it.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use reseller_portal::simulator::{Ledger, LedgerEntry};
use sqlx::{Row as _, any::AnyRow};

use crate::{browser::canaries, report::Bar, world::World};

/// After so long, in the portal's time, no onboarding may stand without an outcome.
const STUCK: Duration = Duration::from_mins(15);

/// One onboarding as the portal has it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) state: String,
    reason: Option<String>,
    customer_id: Option<String>,
    domain: String,
    /// State of the credentials.
    pub(crate) credential: Option<String>,
    pub(crate) is_sealed: bool,
}

impl Row {
    fn read(row: &AnyRow) -> Self {
        Self {
            id: row.get("id"),
            state: row.get("state"),
            reason: row.get("failure_reason"),
            customer_id: row.get("customer_id"),
            domain: row.get("domain"),
            credential: row.get("credential"),
            is_sealed: row.get::<i64, _>("is_sealed") == 1,
        }
    }

    fn has_ended(&self) -> bool {
        ["draft", "created", "rejected", "not_created"].contains(&self.state.as_str())
    }

    fn tell(&self) -> String {
        format!("{} is {} ({})", self.domain, self.state, self.reason.as_deref().unwrap_or("no reason"))
    }
}

/// Every onboarding.
pub(crate) async fn rows(world: &World) -> Vec<Row> {
    const SQL: &str = "SELECT o.id, o.state, o.failure_reason, o.customer_id, o.domain, c.state AS credential, \
                       CASE WHEN c.sealed IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS is_sealed \
                       FROM onboarding o LEFT JOIN credential c ON c.onboarding_id = o.id";
    world.database.rows(SQL).await.iter().map(Row::read).collect()
}

/// Waits until every onboarding has ended, at most so long that it counts as stuck.
pub(crate) async fn settled(world: &World) -> Vec<Row> {
    let started = Instant::now();
    loop {
        let rows = rows(world).await;
        if rows.iter().all(Row::has_ended) || started.elapsed() > world.machine_time(STUCK) {
            return rows;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// What people were shown, by the id of the onboarding.
pub(crate) type Shown = HashMap<String, String>;

/// The promise itself: one intent, one tenant; the password reaches one person, or is said to be missing.
pub(crate) async fn promise(bar: &mut Bar, world: &World, shown: &Shown) {
    let rows = settled(world).await;
    let ledger = world.simulator.ledger();
    bar.fail_all(rows.iter().filter(|row| !row.has_ended()).map(|row| format!("stuck: {}", row.tell())));
    tenants(bar, &ledger, &rows);
    for row in rows.iter().filter(|row| row.state == "created") {
        if let Some(tenant) = tenant_of(&ledger, row) {
            password(bar, row, tenant, shown.get(&row.id));
        }
    }
    bar.fail_all(world.panics());
    let count = |state: &str| rows.iter().filter(|row| row.state == state).count();
    let missing = rows.iter().filter(|row| row.credential.as_deref() == Some("missing")).count();
    bar.note(format!(
        "{} tenants in the ledger, {} onboardings created, {} refused or not created; {} passwords shown, {missing} \
         said to be missing",
        ledger.customers.len(),
        count("created"),
        count("rejected") + count("not_created"),
        shown.len()
    ));
}

/// Tenants and created onboardings are the same, one to one.
fn tenants(bar: &mut Bar, ledger: &Ledger, rows: &[Row]) {
    let mut by_customer: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows.iter().filter(|row| row.state == "created") {
        by_customer.entry(row.customer_id.as_deref().unwrap_or_default()).or_default().push(row);
        bar.expect(tenant_of(ledger, row).is_some(), || format!("created and not in the ledger: {}", row.tell()));
    }
    let mut by_domain: BTreeMap<String, u32> = BTreeMap::new();
    for tenant in &ledger.customers {
        *by_domain.entry(tenant.company_name.clone()).or_default() += 1;
        match by_customer.get(tenant.id.to_string().as_str()).map_or(0, Vec::len) {
            1 => {}
            0 => bar.fail(orphan(rows, tenant)),
            count => bar.fail(format!("{count} onboardings claim the tenant of {}", tenant.domain)),
        }
    }
    let duplicates = by_domain.into_iter().filter(|(_, count)| *count > 1);
    bar.fail_all(duplicates.map(|(name, count)| format!("{count} tenants for {name}")));
    bar.expect(ledger.burnt_domains.is_empty(), || "a domain was burnt".to_owned());
}

fn orphan(rows: &[Row], tenant: &LedgerEntry) -> String {
    let row = rows.iter().find(|row| row.domain == tenant.domain);
    let row = row.map_or_else(|| "the portal knows nothing of it".to_owned(), Row::tell);
    format!("orphan: {} exists, and {row}", tenant.domain)
}

fn tenant_of<'a>(ledger: &'a Ledger, row: &Row) -> Option<&'a LedgerEntry> {
    ledger.customers.iter().find(|tenant| {
        Some(tenant.id.to_string()) == row.customer_id && tenant.domain.eq_ignore_ascii_case(&row.domain)
    })
}

/// Shown right, or said to be missing where a repeat brings no password.
fn password(bar: &mut Bar, row: &Row, tenant: &LedgerEntry, shown: Option<&String>) {
    let brings_password = row.domain.split('.').next().is_none_or(|prefix| !prefix.ends_with(['b', 'c']));
    let is_missing = row.credential.as_deref() == Some("missing");
    match shown {
        Some(password) if *password != tenant.password => bar.fail(format!("{}: a wrong password", row.domain)),
        Some(_) => {}
        None if is_missing && !brings_password => {}
        None => bar.fail(format!("{}: the password was never shown ({:?})", row.domain, row.credential)),
    }
    bar.expect(!(is_missing && row.is_sealed), || format!("{}: missing and sealed", row.domain));
}

/// Whether there is a JSON Web Token in it: two parts of base64, both the beginning of an object.
fn has_token(text: &str) -> bool {
    let is_base64 = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    text.match_indices(".eyJ").any(|(at, _)| {
        let before = &text[..at];
        let head = before.rfind(|sign| !is_base64(sign)).map_or(before, |end| &before[end + 1..]);
        head.starts_with("eyJ")
    })
}

/// Nothing of what is secret is anywhere at rest: no password, no token, no session.
pub(crate) fn leaks(bar: &mut Bar, world: &World, sessions: &[String]) {
    for (place, bytes) in [("database", world.database.bytes()), ("backup", world.backup()), ("log", world.logs())] {
        let text = String::from_utf8_lossy(&bytes);
        bar.fail_all(canaries(&text).iter().map(|_| format!("a password in the {place}")));
        bar.expect(!has_token(&text), || format!("a token in the {place}"));
        let found = sessions.iter().filter(|session| text.contains(session.as_str())).count();
        bar.expect(found == 0, || format!("{found} session ids in the {place}"));
        bar.note(format!("K2: {} bytes of {place} searched", bytes.len()));
    }
}
