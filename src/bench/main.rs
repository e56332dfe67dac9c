//! `make bench`: how fast and how large the portal is, as ratios measured in one run.
//!
//! The server under test and the yardstick run on one core, the load and the simulator on the other. Runs of the two
//! are interleaved, so that what disturbs the machine disturbs both.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a measuring program: it reads the clock, prints, and stops at the first surprise"
)]

#[path = "../tests/browser.rs"]
mod browser;
mod countries;
mod creates;
#[path = "../server/demo/crowd.rs"]
mod crowd;
mod customers;
mod million;
mod processes;
mod yardstick;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use browser::Browser;
use processes::Processes;

/// One measurement of one server.
const ROUND: Duration = Duration::from_secs(3);
/// Rounds of each; the median counts.
const ROUNDS: usize = 3;
/// Requests in flight.
const CONNECTIONS: usize = 16;
/// Onboardings whose own share is measured.
const CREATES: usize = 150;

fn main() {
    if std::env::args().any(|argument| argument == "yardstick") {
        yardstick::serve();
    } else {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(measure());
    }
}

async fn measure() {
    let dist = Path::new("dist");
    let processes = Processes::start(dist).await;
    let mut browser = Browser::new(processes.portal.clone());
    let home = browser.sign_in("adele@tailwind.example").await;
    assert_eq!(home.status, 200, "signed in");
    let page = browser.get("/customers/new").await;
    assert_eq!(page.status, 200, "the form");

    let idle_kb = processes.resident_kilobytes();
    let yardstick = processes.start_yardstick(page.body.len()).await;
    let cookie = browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let form = processes.portal.join("/customers/new").unwrap();
    let (mut of_form, mut of_static) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_static.push(requests_per_second(&yardstick, "").await);
        of_form.push(requests_per_second(&form, &cookie).await);
    }
    let (form_rate, static_rate) = (median(of_form), median(of_static));

    let (own, customers) = own_share_of_creates(&processes, &mut browser).await;
    let loaded_kb = processes.resident_kilobytes();
    let claims = creates::claims(&mut browser, &customers).await;
    let own_in_flight = creates::own_share_in_flight(&processes, &mut browser, CREATES).await;
    let flood = creates::flood(&processes, &mut browser, CREATES + own_in_flight.len()).await;
    let front = front_end_bytes(&dist.join("site/pkg"));

    println!("| Figure | Measured | Bar |");
    println!("|---|---|---|");
    println!("| WebAssembly and JavaScript of the form page, brotli | {:.1} kB | 120 kB |", front as f64 / 1000.0);
    println!("| form page HTML | {:.1} kB | 35 kB |", page.body.len() as f64 / 1000.0);
    println!("| form page, signed in, requests/s on one core | {form_rate:.0} | |");
    println!("| static axum sending the same bytes, requests/s on one core | {static_rate:.0} | |");
    println!("| form page against static axum | {:.3} | 0.080 |", form_rate / static_rate);
    println!("| portal's own share of a create, p50 of {CREATES} | {:.2} ms | |", percentile(&own, 50));
    println!("| portal's own share of a create, p99 of {CREATES} | {:.2} ms | 10 ms |", percentile(&own, 99));
    println!("| own share with 50 creates in flight, p50 | {:.2} ms | 5 ms |", percentile(&own_in_flight, 50));
    println!("| own share with 50 creates in flight, p99 | {:.2} ms | 15 ms |", percentile(&own_in_flight, 99));
    println!("| a claim with its page, p50 of {CREATES} | {:.2} ms | 3 ms |", percentile(&claims, 50));
    println!("| form page p99 before the flood | {:.1} ms | |", percentile(&flood.pages_before, 99));
    println!("| form page p99 with 500 creates in flight | {:.1} ms | |", percentile(&flood.pages_meanwhile, 99));
    println!("| growth of that p99 | {:.0} % | 20 % |", creates::growth(&flood));
    println!(
        "| resident memory with 500 creates in flight | {:.1} MB | 120 MB |",
        flood.resident_kilobytes as f64 / 1000.0
    );
    countries::measure(&mut browser).await;
    println!("| resident memory, idle | {:.1} MB | 60 MB |", idle_kb as f64 / 1000.0);
    println!("| resident memory after the load | {:.1} MB | |", loaded_kb as f64 / 1000.0);
    drop(processes);
    customers::measure(dist).await;
}

/// Keep-alive requests by [`CONNECTIONS`] tasks for one [`ROUND`].
async fn requests_per_second(url: &reqwest::Url, cookie: &str) -> f64 {
    let client = reseller_portal::http::client("bench").unwrap();
    let started = Instant::now();
    let tasks = (0..CONNECTIONS).map(|_| {
        let (client, url, cookie) = (client.clone(), url.clone(), cookie.to_owned());
        tokio::spawn(async move {
            let mut count = 0_u32;
            while started.elapsed() < ROUND {
                let answer = client.get(url.clone()).header("cookie", &cookie).send().await.unwrap();
                assert_eq!(answer.status(), 200);
                answer.bytes().await.unwrap();
                count += 1;
            }
            count
        })
    });
    let mut total = 0;
    for task in tasks.collect::<Vec<_>>() {
        total += task.await.unwrap();
    }
    f64::from(total) / started.elapsed().as_secs_f64()
}

/// Onboards customers one after the other; answers what the portal itself says of its share, and their addresses.
async fn own_share_of_creates(processes: &Processes, browser: &mut Browser) -> (Vec<f64>, Vec<String>) {
    let mut customers = Vec::new();
    for number in 0..CREATES {
        let reviewed = creates::review(browser, number).await;
        customers.push(creates::approve(browser, &reviewed).await);
    }
    (processes.own_milliseconds(CREATES).await, customers)
}

/// Brotli bytes of what the browser loads for the form besides HTML and CSS.
fn front_end_bytes(pkg: &Path) -> u64 {
    let loaded = ["form.js.br", "form_bg.wasm.br", "keys.js.br"];
    loaded.map(|name| fs::metadata(pkg.join(name)).expect("dist/site/pkg: run `make build`").len()).iter().sum()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent / 100).min(values.len() - 1)]
}
