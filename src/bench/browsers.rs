//! What is measured in a browser: scripts of their own, which print a figure a line.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use super::figures::{Figure, Figures};

/// Each a file of `end2end/bench/`.
const SCRIPTS: [&str; 3] = ["combobox", "interactive", "lighthouse"];

/// Runs them one after the other.
pub(super) fn measure(figures: &mut Figures, dist: &Path) {
    for script in SCRIPTS {
        let file = format!("end2end/bench/{script}.mjs");
        // The browser and what it talks to share both cores, as on a laptop.
        let mut child = Command::new("taskset")
            .args(["-c", "0,1", "node", &file])
            .arg(dist)
            .stdout(Stdio::piped())
            .spawn()
            .expect("node");
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            figures.add(serde_json::from_str::<Figure>(&line.unwrap()).unwrap());
        }
        assert!(child.wait().unwrap().success(), "{file}");
    }
}
