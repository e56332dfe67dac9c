//! What a bar has come to.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How many failures are told; the rest are counted.
const TOLD: usize = 12;

/// The outcome of one bar.
pub(crate) struct Bar {
    pub(crate) id: &'static str,
    attempts: u64,
    failures: Vec<String>,
    /// Figures beside the one that counts.
    notes: Vec<String>,
    /// What this machine does not allow to be tried.
    skipped: Vec<String>,
    started: Instant,
    took: Duration,
}

impl Bar {
    #[expect(clippy::disallowed_methods, reason = "how long a bar takes")]
    pub(crate) fn begin(id: &'static str) -> Self {
        Self {
            id,
            attempts: 0,
            failures: Vec::new(),
            notes: Vec::new(),
            skipped: Vec::new(),
            started: Instant::now(),
            took: Duration::ZERO,
        }
    }

    /// One at which the rig itself has stopped.
    pub(crate) fn given_up(id: &'static str) -> Self {
        let mut bar = Self::begin(id);
        bar.fail("the rig itself gave up; what it said stands above");
        bar
    }

    /// So many more attempts were made.
    pub(crate) fn tried(&mut self, attempts: usize) {
        self.attempts += u64::try_from(attempts).unwrap_or(u64::MAX);
    }

    pub(crate) fn fail(&mut self, what: impl Into<String>) {
        self.failures.push(what.into());
    }

    /// Fails unless `holds`.
    pub(crate) fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.fail(what());
        }
    }

    pub(crate) fn fail_all(&mut self, failures: impl IntoIterator<Item = String>) {
        for failure in failures {
            self.fail(failure);
        }
    }

    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.notes.push(what.into());
    }

    /// This could not be tried, and why: said aloud even where nothing else is said of a bar that holds.
    pub(crate) fn skip(&mut self, what: impl Into<String>) {
        self.skipped.push(what.into());
    }

    pub(crate) fn skipped(&self) -> &[String] {
        &self.skipped
    }

    pub(crate) fn end(mut self) -> Self {
        self.took = self.started.elapsed();
        if self.attempts == 0 {
            self.fail("nothing was tried");
        }
        self
    }

    pub(crate) fn holds(&self) -> bool {
        self.failures.is_empty()
    }

    /// The first failure that says this.
    pub(crate) fn failure(&self, says: &str) -> Option<&str> {
        self.failures.iter().map(String::as_str).find(|failure| failure.contains(says))
    }

    /// With no failure in n attempts the true rate is below 3/n, with 95% confidence.
    fn bound(&self) -> Option<f64> {
        let attempts = u32::try_from(self.attempts).ok().filter(|attempts| *attempts > 0)?;
        self.holds().then(|| 3.0 / f64::from(attempts))
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let verdict = if self.holds() { "holds" } else { "FAILS" };
        let bound = self.bound().map(|bound| format!(", below {bound:.1e} with 95%")).unwrap_or_default();
        let first = format!(
            "{:<3} {verdict}: {} of {} failed{bound}; {:.0} s",
            self.id.to_uppercase(),
            self.failures.len(),
            self.attempts,
            self.took.as_secs_f64()
        );
        let notes = self.notes.iter().map(|note| format!("\n      {note}"));
        let skipped = self.skipped.iter().map(|skipped| format!("\n    ? not tried: {skipped}"));
        let failures = self.told().iter().map(|failure| format!("\n    ! {failure}"));
        std::iter::once(first).chain(notes).chain(skipped).chain(failures).collect()
    }

    fn told(&self) -> &[String] {
        self.failures.get(..TOLD).unwrap_or(&self.failures)
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "bar": self.id,
            "holds": self.holds(),
            "attempts": self.attempts,
            "failed": self.failures.len(),
            "upper_bound_95": self.bound(),
            "seconds": self.took.as_secs_f64(),
            "notes": self.notes,
            "skipped": self.skipped,
            "failures": self.told(),
        })
    }
}
