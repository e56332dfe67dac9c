//! The list of customers over a million of them: pages at a steady 50 a second, one at a time on the portal's one core,
//! and the whole list as a file.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{Connection, Executor, SqliteConnection};

use super::{browser::Browser, percentile, processes::Processes};

/// Pages of each kind; at 50 a second, four seconds.
const PAGES: usize = 200;
const PAUSE: Duration = Duration::from_millis(20);

/// Kinds of pages, and their addresses.
const KINDS: [(&str, &str); 10] = [
    ("first page", "/customers"),
    ("by company", "/customers?sort=company"),
    ("deep page", "/customers?to=2022-05-06"),
    ("company part, rare", "/customers?q=akori"),
    ("company part, rare, by company", "/customers?q=akori&sort=company"),
    ("company part, common", "/customers?q=winery"),
    ("domain prefix", "/customers?q=koriba12"),
    ("reseller with a fifth of all", "/customers?reseller=00000000-0000-4000-8000-000000000000"),
    ("needs attention", "/customers?state=attention&sort=changed"),
    ("nothing found", "/customers?q=qqxxzz"),
];

/// The file is made once and kept: it takes minutes.
pub(super) async fn million() -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("million-customers.db");
    if file.exists() {
        return file;
    }
    let part = file.with_extension("part");
    let _ = fs::remove_file(&part);
    let url = format!("sqlite:{}", part.display());
    let db = reseller_portal::database::Database::connect(&url).await.unwrap();
    db.close().await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    connection.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;").await.unwrap();
    connection.execute("BEGIN").await.unwrap();
    connection.execute(include_str!("million.sql")).await.unwrap();
    connection.execute("COMMIT").await.unwrap();
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    connection.close().await.unwrap();
    fs::rename(&part, &file).unwrap();
    file
}

/// Measures and prints the rows of the table.
pub(super) async fn measure(dist: &Path) {
    let file = million().await;
    let processes = Processes::start_on(dist, &format!("sqlite:{}", file.display())).await;
    let mut browser = Browser::new(processes.portal.clone());
    browser.sign_in("adele@tailwind.example").await;
    for (kind, address) in KINDS {
        let mut taken = Vec::new();
        for _ in 0..PAGES {
            let started = Instant::now();
            assert_eq!(browser.get(address).await.status, 200, "{address}");
            taken.push(started.elapsed().as_secs_f64() * 1000.0);
            tokio::time::sleep(PAUSE.saturating_sub(started.elapsed())).await;
        }
        let (p50, p99) = (percentile(&taken, 50), percentile(&taken, 99));
        println!("| 1,000,000 customers, {kind}: page p50, p99 | {p50:.1} ms, {p99:.1} ms | p99 50 ms |");
    }
    let before = processes.resident_kilobytes();
    let started = Instant::now();
    let (lines, most) = export(&processes, &browser).await;
    let seconds = started.elapsed().as_secs_f64();
    let growth = most.saturating_sub(before) as f64 / 1000.0;
    println!("| export of {lines} lines | {seconds:.1} s | 60 s |");
    println!("| growth of resident memory meanwhile | {growth:.1} MB | 32 MB |");
}

/// Lines of the file, and the most memory that the portal had meanwhile.
async fn export(processes: &Processes, browser: &Browser) -> (usize, u64) {
    let cookie = browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let client = reseller_portal::http::client("bench").unwrap();
    let url = processes.portal.join("/customers/export.csv").unwrap();
    let mut answer = client.get(url).header("cookie", cookie).send().await.unwrap();
    let (mut lines, mut most) = (0, 0);
    while let Some(chunk) = answer.chunk().await.unwrap() {
        lines += chunk.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
        most = most.max(processes.resident_kilobytes());
    }
    (lines, most)
}
