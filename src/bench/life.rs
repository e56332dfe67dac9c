//! From the start to being ready, and the memory of a portal that waits and of one that works.

use std::time::Duration;

use reseller_portal::database::Database;

use super::{browser::Browser, figures::Figures, load::Question, median, percentile, processes::Processes};

/// Starts, of which the median counts.
const STARTS: usize = 7;
/// Sessions, one of ten thousand people each.
const SESSIONS: i64 = 10_000;
/// Of whom so many have really signed in here, and are who asks.
const PEOPLE: usize = 20;
/// Requests a second of all of them together.
const RATE: f64 = 200.0;

/// Measures all of it; `processes` is left as it was, but for its memory.
pub(super) async fn measure(figures: &mut Figures, processes: &mut Processes) {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(processes.restart().await.as_secs_f64() * 1000.0);
    }
    figures.most("from start to ready", median(&starts), "ms", 150.0);
    tokio::time::sleep(Duration::from_secs(2)).await;
    figures.most("resident memory, idle", processes.resident_megabytes(), "MB", 30.0);
    figures.know("of it not of a file, idle", processes.anonymous_megabytes(), "MB");

    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let mut browser = Browser::new(processes.portal.clone());
        assert_eq!(browser.sign_in("adele@tailwind.example").await.status, 200);
        people.push(browser.cookie_header());
    }
    sessions(&processes.database()).await;
    let url = processes.portal.join("/customers/new").unwrap();
    let share = RATE / people.len() as f64;
    let asked = people.into_iter().map(|cookie| {
        let page = Question::get(&url, &cookie);
        tokio::spawn(async move { page.latencies(share, Duration::from_secs(10)).await })
    });
    let mut taken = Vec::new();
    for asked in asked.collect::<Vec<_>>() {
        taken.extend(asked.await.unwrap());
    }
    figures.most("10,000 sessions and 200 requests/s, p99", percentile(&taken, 99), "ms", 100.0);
    figures.most("10,000 sessions and 200 requests/s, resident memory", processes.resident_megabytes(), "MB", 100.0);
}

/// Rows as ten thousand people would have left them, each with a session.
async fn sessions(database: &str) {
    let database = Database::connect(database).await.unwrap();
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {SESSIONS})");
    let people = format!(
        "{numbers} INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at, checked_at) \
         SELECT tid, 'bench-' || i, name, sign_in_name, role, roles_read_at, checked_at FROM operator, n \
         WHERE operator.oid = (SELECT MIN(oid) FROM operator)"
    );
    let rows = format!(
        "{numbers} INSERT INTO session (id, tid, oid, made_at, seen_at) \
         SELECT 'bench-' || i, tid, 'bench-' || i, made_at, seen_at FROM session, n \
         WHERE session.id = (SELECT MIN(id) FROM session)"
    );
    for sql in [people, rows] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(database.write()).await.unwrap();
    }
    database.close().await;
}
