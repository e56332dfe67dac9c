//! The list of customers over a million of them, on both databases: what the queries of a page take, what pages take at
//! a steady 50 a second on the portal's one core, and the whole list as a file.
//!
//! Each kind takes a few seconds, however slow it is: then there are fewer of it.

use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, Instant},
};

use reseller_portal::{
    clock::Ambient,
    database::Database,
    domain::{Operator, PersonKey, Role, Side},
    listing::{CustomerQuery, Listing},
};

use super::{browser::Browser, million::Engine, percentile, processes::Processes};

/// Queries and pages of each kind; at 50 a second, six seconds.
const SAMPLES: u32 = 300;
const PAUSE: Duration = Duration::from_millis(20);
/// No kind is measured longer than this.
const LONGEST: Duration = Duration::from_secs(12);
/// Rows of a page.
const ROWS: u32 = 50;

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

/// Measures and prints the rows of the table.
pub(super) async fn measure(dist: &Path) {
    for engine in Engine::ALL {
        let database = engine.million().await;
        queries(engine, &database).await;
        let processes = Processes::start_on(dist, &database).await;
        let mut browser = Browser::new(processes.portal.clone());
        browser.sign_in("adele@tailwind.example").await;
        pages(engine, &browser).await;
        whole_list(engine, &processes, &browser).await;
        drop(processes);
        Engine::forget(&database);
    }
}

fn row(engine: Engine, kind: &str, what: &str, taken: &[f64], bar: &str) {
    let (p50, p99, count) = (percentile(taken, 50), percentile(taken, 99), taken.len());
    let name = engine.name();
    println!("| 1,000,000 customers, {name}, {kind}: {what} p50, p99 of {count} | {p50:.1} ms, {p99:.1} ms | {bar} |");
}

/// What a page asks of the database, in this process: one at a time, the first dozen left out.
async fn queries(engine: Engine, database: &str) {
    const WARM: usize = 12;
    let db = Database::connect(database).await.unwrap();
    let listing = Listing::new(db.clone(), Ambient::system());
    let operator = Operator {
        key: PersonKey { tid: "a1b2c3d4-0000-4000-8000-00000000c0de".into(), oid: "bench".into() },
        name: "Bench".into(),
        sign_in_name: "bench@tailwind.example".into(),
        side: Side::Provider(Role::AccountManager),
        address: None,
    };
    for (kind, address) in KINDS {
        let asked = address.split_once('?').map_or("", |(_, query)| query);
        let fields = url::form_urlencoded::parse(asked.as_bytes()).into_owned().collect::<HashMap<_, _>>();
        let query = CustomerQuery::read(|name| fields.get(name).cloned(), &operator);
        let (started, mut taken) = (Instant::now(), Vec::new());
        while taken.len() < WARM + usize::try_from(SAMPLES).unwrap()
            && (started.elapsed() < LONGEST || taken.len() < 2 * WARM)
        {
            let asked = Instant::now();
            listing.page(&operator, &query, None, ROWS).await.unwrap();
            taken.push(asked.elapsed().as_secs_f64() * 1000.0);
        }
        row(engine, kind, "query", &taken[WARM..], "p99 20 ms");
    }
    db.close().await;
}

/// Pages that are asked for every 20 ms, whether or not the last one has come: what waits for another counts.
async fn pages(engine: Engine, browser: &Browser) {
    for (kind, address) in KINDS {
        let mut ticks = tokio::time::interval(PAUSE);
        let (started, mut asked) = (Instant::now(), Vec::new());
        for _ in 0..SAMPLES {
            if started.elapsed() > LONGEST {
                break;
            }
            ticks.tick().await;
            let mut browser = browser.clone();
            asked.push(tokio::spawn(async move {
                let asked = Instant::now();
                assert_eq!(browser.get(address).await.status, 200, "{address}");
                asked.elapsed().as_secs_f64() * 1000.0
            }));
        }
        let mut taken = Vec::new();
        for page in asked {
            taken.push(page.await.unwrap());
        }
        row(engine, kind, "page at 50/s", &taken, "p99 50 ms");
    }
}

async fn whole_list(engine: Engine, processes: &Processes, browser: &Browser) {
    let before = processes.resident_kilobytes();
    let started = Instant::now();
    let (lines, most) = export(processes, browser).await;
    let seconds = started.elapsed().as_secs_f64();
    let growth = most.saturating_sub(before) as f64 / 1000.0;
    let name = engine.name();
    println!("| export of {lines} lines, {name} | {seconds:.1} s | 60 s |");
    println!("| growth of resident memory meanwhile, {name} | {growth:.1} MB | 32 MB |");
}

/// Lines of the file, and the most memory that the portal had meanwhile. It is given up after five minutes.
async fn export(processes: &Processes, browser: &Browser) -> (usize, u64) {
    let cookie = browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let client = reseller_portal::http::client("bench").unwrap();
    let url = processes.portal.join("/customers/export.csv").unwrap();
    let started = Instant::now();
    let mut answer = client.get(url).header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let (mut lines, mut most) = (0, 0);
    while let Some(chunk) = answer.chunk().await.unwrap() {
        lines += chunk.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
        most = most.max(processes.resident_kilobytes());
        if started.elapsed() > Duration::from_mins(5) {
            break;
        }
    }
    (lines, most)
}
