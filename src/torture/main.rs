//! `make torture`: does the portal keep its promises when everything around it fails?
//!
//! The rig runs real portal processes (two of them, over one database) against the simulator, with fault proxies in
//! between, and drives them as people at browsers would. Afterwards it holds the simulator's ledger, which knows what has
//! really happened, against the portal's rows. Each bar of `bars` below stands in a file of its own, with its figures at
//! the top; `src/ARCHITECTURE.md` says how to read and run it. `make races`, a part of `make test`, is the same in small.
//!
//! All chance comes from the seed that is printed; what the machine does with the time in between is its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it reads the clock, prints, and stops at the first surprise of its own"
)]

mod audit;
mod browser;
mod database;
mod dice;
mod f1;
mod f2;
mod f3;
mod f5;
mod f6;
mod f7;
mod onboarding;
mod planted;
mod portal;
#[path = "../tests/ports.rs"]
mod ports;
mod proxy;
mod r1;
mod r2;
mod r3;
mod r4;
mod report;
mod world;

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Instant,
};

use clap::Parser;
use reseller_portal::sabotage::Bug;
use tokio::sync::Semaphore;

use crate::{
    database::{Cluster, Engine},
    dice::Dice,
    report::Bar,
};

/// Drives portals while everything fails that can.
#[derive(Parser)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of a command line")]
struct Arguments {
    /// Where all chance comes from; another one each time if left out.
    #[arg(long)]
    seed: Option<u64>,
    /// Share of the full size.
    #[arg(long, default_value = "1", value_parser = fraction)]
    size: f64,
    /// Only these bars.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Under the portals.
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Engine,
    /// With this bug planted.
    #[arg(long, value_parser = bug)]
    plant: Option<Bug>,
    /// Several bars at once, and one closing line if all hold: for `make races`.
    #[arg(long)]
    quick: bool,
    /// Instead: plants each bug and fails if its bar holds.
    #[arg(long)]
    planted: bool,
    /// One line of JSON for each bar.
    #[arg(long)]
    json: bool,
    /// Leave the folder with logs and databases.
    #[arg(long)]
    keep: bool,
}

/// What every bar needs to know.
pub(crate) struct Rig {
    pub(crate) seed: u64,
    size: f64,
    pub(crate) engine: Engine,
    pub(crate) plant: Option<Bug>,
    pub(crate) folder: PathBuf,
    cluster: Arc<OnceLock<Arc<Cluster>>>,
}

impl Rig {
    /// A count at this size; never nothing.
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "thousands, times a share of one"
    )]
    pub(crate) fn count(&self, full: usize) -> usize {
        ((full as f64 * self.size).ceil() as usize).max(1)
    }

    /// Whether this is what the bars ask for, and not a part of it.
    pub(crate) fn is_full(&self) -> bool {
        self.size >= 1.0
    }

    /// The chance of one bar.
    pub(crate) fn dice(&self, bar: &str) -> Dice {
        let mut hasher = DefaultHasher::new();
        bar.hash(&mut hasher);
        Dice::new(self.seed).branch(hasher.finish())
    }

    /// The same with a bug planted.
    pub(crate) fn with(&self, bug: Bug) -> Self {
        Self { plant: Some(bug), folder: self.folder.clone(), cluster: Arc::clone(&self.cluster), ..*self }
    }

    /// The one PostgreSQL of this run.
    pub(crate) fn cluster(&self) -> Arc<Cluster> {
        let start = || Arc::new(Cluster::start());
        Arc::clone(self.cluster.get_or_init(start))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| u64::from(std::process::id()) * 7919 + 17);
    let folder = std::env::temp_dir().join(format!("reseller-portal-torture-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let rig = Arc::new(Rig {
        seed,
        size: arguments.size,
        engine: arguments.database,
        plant: arguments.plant,
        folder: folder.clone(),
        cluster: Arc::default(),
    });
    let started = Instant::now();
    let bars = run(&rig, &arguments).await;
    let held = bars.iter().filter(|bar| bar.holds()).count();
    if !arguments.json {
        let (engine, seconds) = (rig.engine.name(), started.elapsed().as_secs());
        let size = arguments.size;
        println!("torture on {engine}, seed {seed}, size {size}: {held} of {} bars hold, {seconds} s", bars.len());
    }
    drop(rig);
    if arguments.keep {
        println!("{}", folder.display());
    } else {
        let _ = fs::remove_dir_all(folder);
    }
    if held == bars.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs what was asked for, and tells of each bar as soon as it has ended.
async fn run(rig: &Arc<Rig>, arguments: &Arguments) -> Vec<Bar> {
    let is_wanted = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
    let names =
        if arguments.planted { vec!["planted"] } else { BARS.into_iter().filter(|name| is_wanted(name)).collect() };
    // Most of the time a bar waits.
    let at_once = Arc::new(Semaphore::new(if arguments.quick { 3 } else { 1 }));
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    for name in names {
        let (rig, at_once, tell) = (Arc::clone(rig), Arc::clone(&at_once), tell.clone());
        tokio::spawn(async move {
            let _turn = at_once.acquire().await;
            let bar = tokio::spawn(async move {
                if name == "planted" { planted::run(&rig).await } else { run_bar(name, &rig).await }
            });
            let _ = tell.send(bar.await.unwrap_or_else(|_| Bar::given_up(name)));
        });
    }
    drop(tell);
    let mut bars = Vec::new();
    while let Some(bar) = told.recv().await {
        if arguments.quick && bar.holds() {
            for skipped in bar.skipped() {
                println!("torture: {} could not try {skipped}", bar.id);
            }
        } else {
            println!("{}", if arguments.json { bar.json().to_string() } else { bar.text() });
        }
        bars.push(bar);
    }
    bars
}

/// The bars, in the order in which they are run.
const BARS: [&str; 10] = ["f1", "f2", "f3", "f5", "f6", "f7", "r4", "r1", "r2", "r3"];

pub(crate) async fn run_bar(name: &str, rig: &Rig) -> Bar {
    match name {
        "r1" => r1::run(rig).await,
        "r2" => r2::run(rig).await,
        "r3" => r3::run(rig).await,
        "r4" => r4::run(rig).await,
        "f1" => f1::run(rig).await,
        "f2" => f2::run(rig).await,
        "f3" => f3::run(rig).await,
        "f5" => f5::run(rig).await,
        "f6" => f6::run(rig).await,
        _ => f7::run(rig).await,
    }
}

/// `1/50`, or `0.02`.
fn fraction(text: &str) -> Result<f64, String> {
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| format!("'{text}' is not a number"));
    match text.split_once('/') {
        None => number(text),
        Some((of, parts)) => Ok(number(of)? / number(parts)?),
    }
}

fn bug(text: &str) -> Result<Bug, String> {
    Bug::by_name(text).ok_or_else(|| {
        let names: Vec<_> = Bug::ALL.iter().map(|bug| bug.name()).collect();
        format!("one of {}", names.join(", "))
    })
}
