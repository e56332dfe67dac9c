//! What no page of ours sends: made-up inputs to every server function and form, to what reads cookies, callbacks,
//! envelopes and addresses, to the listener, and made-up answers of the upstreams. Chance comes from a seed that is printed.
#![expect(clippy::print_stderr, clippy::disallowed_methods, reason = "figures, times, and what repeats a run")]
#![expect(clippy::format_collect, clippy::too_many_lines, reason = "long lists of inputs, each on a line of its own")]

mod dice;
mod forms;
mod functions;
mod hostile_upstream;
mod parsers;
mod proxies;
mod redirects;
mod reference;
mod sizes;
mod streams;
mod upstream;

use std::{
    panic,
    sync::atomic::{AtomicUsize, Ordering},
};

use self::dice::Dice;
use crate::access::{strangers::SEED, switch};

/// The size of a run as a part of the full one: `1/500`, or `1`.
const SIZE: &str = "PORTAL_BAD_INPUT";

/// A test with all that it is made of: how often it tries, and by which chance.
struct Trial {
    name: &'static str,
    seed: u64,
}

impl Trial {
    /// Begins a test; says the seed.
    fn begin(name: &'static str) -> Self {
        let seed = switch(SEED).and_then(|seed| seed.parse().ok()).unwrap_or_else(Dice::any_seed);
        eprintln!("{name}: {SEED}={seed} {SIZE}={}", switch(SIZE).unwrap_or_else(|| USUAL.to_owned()));
        count_panics();
        Self { name, seed }
    }

    fn dice(&self) -> Dice {
        Dice::new(self.seed)
    }

    /// So much of `full` as this run is to try, and no less than `least`.
    #[expect(clippy::unused_self, reason = "without a trial that says its seed nothing is tried")]
    fn size(&self, full: usize, least: usize) -> usize {
        let text = switch(SIZE).unwrap_or_else(|| USUAL.to_owned());
        let (part, whole) = text.split_once('/').unwrap_or((&text, "1"));
        let number = |text: &str| text.trim().parse::<usize>().unwrap_or_else(|_| panic!("{SIZE}={text}"));
        (full.saturating_mul(number(part)) / number(whole).max(1)).clamp(least.min(full), full)
    }

    /// Whether this run has its full size.
    fn is_full(&self) -> bool {
        self.size(1_000_000, 1) == 1_000_000
    }

    /// Ends a test: nothing has panicked, and so often was it tried.
    fn end(&self, tried: usize, of_what: &str) {
        assert_eq!(PANICS.load(Ordering::SeqCst), 0, "{}: something has panicked", self.name);
        let bound = 3.0 / f64::from(u32::try_from(tried.max(1)).unwrap());
        eprintln!("{}: {tried} {of_what}, 0 failures (95%: below {bound:.7}), {} MB", self.name, resident_megabytes());
    }
}

/// What `make test` runs.
const USUAL: &str = "1/500";

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Counts what panics on any thread, also what is caught. Nextest gives each test a process of its own.
fn count_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        before(info);
    }));
}

/// Memory that is in use, of the portal, the simulator and the test together.
fn resident_megabytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<usize>().unwrap_or(0) / 1024
}
