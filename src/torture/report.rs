//! What a bar has come to.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How many failures are told; the rest are counted.
const TOLD: usize = 12;

/// The outcome of one bar.
pub(crate) struct Bar {
    pub(crate) id: &'static str,
    attempts: u64,
    failed: u64,
    told: Vec<String>,
    /// Figures beside the one that counts.
    notes: Vec<String>,
    started: Instant,
    took: Duration,
}

impl Bar {
    #[expect(clippy::disallowed_methods, reason = "how long a bar takes")]
    pub(crate) fn begin(id: &'static str) -> Self {
        Self {
            id,
            attempts: 0,
            failed: 0,
            told: Vec::new(),
            notes: Vec::new(),
            started: Instant::now(),
            took: Duration::ZERO,
        }
    }

    /// So many more attempts were made.
    pub(crate) fn tried(&mut self, attempts: usize) {
        self.attempts += u64::try_from(attempts).unwrap_or(u64::MAX);
    }

    pub(crate) fn fail(&mut self, what: impl Into<String>) {
        self.failed += 1;
        if self.told.len() < TOLD {
            self.told.push(what.into());
        }
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

    pub(crate) fn end(mut self) -> Self {
        self.took = self.started.elapsed();
        if self.attempts == 0 {
            self.fail("nothing was tried");
        }
        self
    }

    pub(crate) fn holds(&self) -> bool {
        self.failed == 0
    }

    pub(crate) fn first_failure(&self) -> Option<&str> {
        self.told.first().map(String::as_str)
    }

    /// With no failure in n attempts the true rate is below 3/n, with 95% confidence.
    fn bound(&self) -> Option<f64> {
        let attempts = u32::try_from(self.attempts).ok().filter(|attempts| *attempts > 0)?;
        (self.failed == 0).then(|| 3.0 / f64::from(attempts))
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let verdict = if self.holds() { "holds" } else { "FAILS" };
        let bound = self.bound().map(|bound| format!(", below {bound:.1e} with 95%")).unwrap_or_default();
        let mut text = format!(
            "{:<3} {verdict}: {} of {} failed{bound}; {:.0} s",
            self.id.to_uppercase(),
            self.failed,
            self.attempts,
            self.took.as_secs_f64()
        );
        for note in &self.notes {
            text += &format!("\n      {note}");
        }
        for failure in &self.told {
            text += &format!("\n    ! {failure}");
        }
        text
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "bar": self.id,
            "holds": self.holds(),
            "attempts": self.attempts,
            "failed": self.failed,
            "upper_bound_95": self.bound(),
            "seconds": self.took.as_secs_f64(),
            "notes": self.notes,
            "failures": self.told,
        })
    }
}
