//! What was measured: a table for people, JSON for programs, and what has moved since the figures that are kept in the
//! repository.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

/// The figures of the last release that kept its own.
const KEPT: &str = "src/bench/kept.json";

/// What a figure must hold.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Bar {
    /// It is too little below this.
    AtLeast(f64),
    /// It is too much above this.
    AtMost(f64),
}

/// One figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Figure {
    name: String,
    value: f64,
    unit: String,
    #[serde(default)]
    bar: Option<Bar>,
}

impl Figure {
    fn holds(&self) -> bool {
        match self.bar {
            Some(Bar::AtLeast(least)) => self.value >= least,
            Some(Bar::AtMost(most)) => self.value <= most,
            None => true,
        }
    }

    /// By how much two runs of the same program differ on a quiet machine, as a share.
    fn noise(&self) -> f64 {
        match self.unit.as_str() {
            "kB" => 0.01,
            "MB" => 0.05,
            _ if self.name.contains("p99") => 0.5,
            _ => 0.1,
        }
    }

    fn bar_text(&self) -> String {
        match self.bar {
            Some(Bar::AtLeast(least)) => format!("at least {} {}", number(least), self.unit),
            Some(Bar::AtMost(most)) => format!("at most {} {}", number(most), self.unit),
            None => String::new(),
        }
    }
}

/// All of a run.
#[derive(Debug, Default)]
pub(super) struct Figures(Vec<Figure>);

impl Figures {
    /// Adds what must be at most `most`.
    pub(super) fn most(&mut self, name: &str, value: f64, unit: &str, most: f64) {
        self.push(name, value, unit, Some(Bar::AtMost(most)));
    }

    /// Adds what must be at least `least`.
    pub(super) fn least(&mut self, name: &str, value: f64, unit: &str, least: f64) {
        self.push(name, value, unit, Some(Bar::AtLeast(least)));
    }

    /// Adds what is good to know.
    pub(super) fn know(&mut self, name: &str, value: f64, unit: &str) {
        self.push(name, value, unit, None);
    }

    fn push(&mut self, name: &str, value: f64, unit: &str, bar: Option<Bar>) {
        self.add(Figure { name: name.to_owned(), value, unit: unit.to_owned(), bar });
    }

    /// Adds a figure, and says it at once: a whole run takes minutes.
    pub(super) fn add(&mut self, figure: Figure) {
        eprintln!("{}: {} {}", figure.name, number(figure.value), figure.unit);
        self.0.push(figure);
    }

    /// Prints the table, and what has moved; writes the JSON beside it, and over the kept figures if `keep` says so.
    pub(super) fn report(&self, json: &Path, keep: bool) {
        let kept = fs::read_to_string(KEPT).ok().and_then(|text| serde_json::from_str(&text).ok());
        let mut kept: BTreeMap<String, f64> = kept.unwrap_or_default();
        println!("\n| Figure | Measured | Must be | Kept | Moved |\n|---|---|---|---|---|");
        for figure in &self.0 {
            let mark = if figure.holds() { "" } else { " **missed**" };
            let before = kept.get(&figure.name).copied();
            println!(
                "| {} | {} {}{mark} | {} | {} | {} |",
                figure.name,
                number(figure.value),
                figure.unit,
                figure.bar_text(),
                before.map(number).unwrap_or_default(),
                before.and_then(|before| moved(before, figure)).unwrap_or_default()
            );
        }
        let (all, missed) = (self.0.len(), self.0.iter().filter(|figure| !figure.holds()).count());
        println!("\n{all} figures, {missed} missed; {}", json.display());
        fs::write(json, serde_json::to_string_pretty(&self.0).unwrap()).unwrap();
        if keep {
            kept.extend(self.0.iter().map(|figure| (figure.name.clone(), figure.value)));
            fs::write(KEPT, serde_json::to_string_pretty(&kept).unwrap() + "\n").unwrap();
        }
    }
}

/// By how much a figure has moved, if that is more than it moves by itself.
fn moved(before: f64, figure: &Figure) -> Option<String> {
    let share = figure.value / before - 1.0;
    (share.abs() > figure.noise()).then(|| format!("{:+.0} %", share * 100.0))
}

/// Three digits are more than a machine repeats.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
