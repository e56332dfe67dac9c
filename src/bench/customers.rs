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

use super::{browser::Browser, figures::Figures, load::Question, million::Engine, percentile, processes::Processes};

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

/// Measures on both.
pub(super) async fn measure(figures: &mut Figures, dist: &Path) {
    for engine in Engine::ALL {
        let database = engine.million().await;
        queries(figures, engine, &database).await;
        let processes = Processes::start_on(dist, &database).await;
        let mut browser = Browser::new(processes.portal.clone());
        browser.sign_in("adele@tailwind.example").await;
        cost(figures, engine, &processes, &browser).await;
        pages(figures, engine, &browser).await;
        whole_list(figures, engine, &processes, &browser).await;
        drop(processes);
        Engine::forget(&database);
    }
}

fn row(figures: &mut Figures, engine: Engine, kind: &str, what: &str, taken: &[f64], most: f64) {
    let name = format!("1,000,000 customers, {}, {kind}: {what}", engine.name());
    figures.know(&format!("{name} p50"), percentile(taken, 50), "ms");
    figures.most(&format!("{name} p99"), percentile(taken, 99), "ms", most);
}

/// What a page asks of the database, in this process: one at a time, the first dozen left out.
async fn queries(figures: &mut Figures, engine: Engine, database: &str) {
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
        row(figures, engine, kind, "query", &taken[WARM..], 20.0);
    }
    db.close().await;
}

/// Pages that are asked for every 20 ms, whether or not the last one has come: what waits for another counts.
async fn pages(figures: &mut Figures, engine: Engine, browser: &Browser) {
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
        row(figures, engine, kind, "page at 50/s", &taken, 50.0);
    }
}

async fn whole_list(figures: &mut Figures, engine: Engine, processes: &Processes, browser: &Browser) {
    let before = processes.resident_megabytes();
    let started = Instant::now();
    let (lines, most) = export(processes, browser).await;
    let name = engine.name();
    // Drafts of others, one in fifty of all, are not in it.
    assert!(lines > 970_000, "{lines} lines");
    figures.most(&format!("export of 1,000,000 customers, {name}"), started.elapsed().as_secs_f64(), "s", 60.0);
    figures.most(&format!("growth of resident memory meanwhile, {name}"), (most - before).max(0.0), "MB", 32.0);
}

/// What a page of fifty of them costs the portal's core, whoever waits for it.
async fn cost(figures: &mut Figures, engine: Engine, processes: &Processes, browser: &Browser) {
    let url = processes.portal.join("/customers").unwrap();
    let page = Question::get(&url, &browser.cookie_header());
    page.times(50).await;
    let before = processes.cpu_seconds();
    page.times(400).await;
    let each = (processes.cpu_seconds() - before) * 1e6 / 400.0;
    figures.most(&format!("customers page of 1,000,000, {}, CPU", engine.name()), each, "\u{b5}s", 400.0);
}

/// Lines of the file, and the most memory that the portal had meanwhile. It is given up after five minutes.
async fn export(processes: &Processes, browser: &Browser) -> (usize, f64) {
    let client = reseller_portal::http::client("bench").unwrap();
    let url = processes.portal.join("/customers/export.csv").unwrap();
    let started = Instant::now();
    let mut answer = client.get(url).header("cookie", browser.cookie_header()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let (mut lines, mut most) = (0, 0.0_f64);
    while let Some(chunk) = answer.chunk().await.unwrap() {
        lines += chunk.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
        most = most.max(processes.resident_megabytes());
        if started.elapsed() > Duration::from_mins(5) {
            break;
        }
    }
    (lines, most)
}
