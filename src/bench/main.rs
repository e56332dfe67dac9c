//! `make bench`: how fast and how large the portal is, as ratios measured in one run.
//!
//! The server under test and the yardsticks run on one core, the load and the simulator on the other. How to read the
//! table stands in `README.md` beside this file.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a measuring program: it reads the clock, prints, and stops at the first surprise"
)]

#[path = "../tests/browser.rs"]
mod browser;
mod browsers;
mod cost;
mod countries;
mod creates;
#[path = "../server/demo/crowd.rs"]
mod crowd;
mod customers;
mod figures;
mod life;
mod load;
mod million;
mod pages;
mod processes;
mod yardstick;

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use browser::Browser;
use figures::Figures;
use processes::Processes;

/// Parts of a run, in their order; `cargo bench … -- pages life` runs these two.
const PARTS: [&str; 7] = ["pages", "cost", "creates", "countries", "life", "browsers", "customers"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is = |word: &str| arguments.iter().any(|argument| argument == word);
    if is("yardstick") {
        return yardstick::serve();
    }
    if !is("pinned") {
        // The load shares no core with what it is for.
        let this = std::env::current_exe().unwrap();
        let error = Command::new("taskset").args(["-c", "1"]).arg(this).args(&arguments).arg("pinned").exec();
        panic!("taskset: {error}");
    }
    let named: Vec<&str> = PARTS.into_iter().filter(|part| is(part)).collect();
    let parts = if named.is_empty() { PARTS.to_vec() } else { named };
    let json = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench.json");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(measure(&parts)).report(&json, is("--keep"));
}

async fn measure(parts: &[&str]) -> Figures {
    let dist: PathBuf = Path::new("dist").canonicalize().expect("dist: run `make build`");
    let mut figures = Figures::default();
    let is = |part: &str| parts.contains(&part);
    if is("pages") || is("cost") || is("creates") || is("countries") {
        let processes = Processes::start(&dist).await;
        let mut browser = Browser::new(processes.portal.clone());
        assert_eq!(browser.sign_in("adele@tailwind.example").await.status, 200, "signed in");
        if is("pages") {
            pages::measure(&mut figures, &dist, &processes, &mut browser).await;
        }
        if is("cost") {
            cost::measure(&mut figures, &processes, &browser).await;
        }
        if is("creates") {
            creates::measure(&mut figures, &processes, &mut browser).await;
        }
        if is("countries") {
            countries::measure(&mut figures, &mut browser).await;
        }
    }
    if is("life") {
        life::measure(&mut figures, &mut Processes::start(&dist).await).await;
    }
    if is("browsers") {
        browsers::measure(&mut figures, &dist);
    }
    if is("customers") {
        customers::measure(&mut figures, &dist).await;
    }
    figures
}

fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent / 100).min(values.len() - 1)]
}
