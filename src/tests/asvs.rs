//! What OWASP's standard asks for, row by row, and the tests that hold it (`asvs.json`). The page for people is made of it.

use std::{collections::BTreeSet, fmt::Write, fs};

use serde::Deserialize;

use super::threats::{is_dated, known_tests};

const ROWS: &str = include_str!("asvs.json");
const PAGE: &str = "src/ASVS.md";
/// With this the test writes the page instead of comparing it.
const UPDATE: &str = "PORTAL_UPDATE_ASVS";

/// How many rows of levels 1 and 2 concern a portal like this; one that is taken out is noticed.
const COUNT: usize = 120;

const INTRODUCTION: &str = "# OWASP ASVS, row by row

The rows of the OWASP Application Security Verification Standard 5.0.0, levels 1 and 2, that concern a portal like this
one, each with the tests that fail if it no longer holds. The standard is CC BY-SA 4.0 (https://github.com/OWASP/ASVS); the
numbers are its own, the words are ours and shorter, and what counts is what stands there under the number.

Made of `src/tests/asvs.json` by a test, which fails where a row names a test that is not in the sources, or has neither a
test nor a dated reason why there is none. After a change that is meant `PORTAL_UPDATE_ASVS=1` makes the test write this
page. Rows that are not here are about what the portal does not have: passwords of its own, uploads, WebRTC, GraphQL, mail.
";

/// What the chapters are about, by the first number.
const CHAPTERS: [(&str, &str); 15] = [
    ("V1", "What is typed stays text"),
    ("V2", "What is typed is checked, and acts have their order and limits"),
    ("V3", "Browsers"),
    ("V4", "HTTP"),
    ("V6", "Who somebody is"),
    ("V7", "Sessions"),
    ("V8", "Who may what"),
    ("V9", "Tokens"),
    ("V10", "OAuth and OpenID Connect"),
    ("V11", "Cryptography"),
    ("V12", "TLS"),
    ("V13", "Settings"),
    ("V14", "Data"),
    ("V15", "Parts and code"),
    ("V16", "Logs and errors"),
];

/// One row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    level: u8,
    /// What it asks for.
    says: String,
    #[serde(default)]
    held_by: Vec<String>,
    /// Since when there is no test, or not of everything, and why.
    open: Option<String>,
}

impl Row {
    fn chapter(&self) -> &str {
        self.id.split('.').next().unwrap()
    }

    /// What is wrong with its proof.
    fn complaint(&self, known: &BTreeSet<String>) -> Option<String> {
        let id = &self.id;
        if !(1..=2).contains(&self.level) {
            return Some(format!("{id}: of level {}", self.level));
        }
        if self.open.as_deref().is_some_and(|reason| !is_dated(reason)) {
            return Some(format!("{id}: `open` needs a date and a reason"));
        }
        if self.held_by.is_empty() && self.open.is_none() {
            return Some(format!("{id}: neither a test nor a reason why there is none"));
        }
        self.held_by.iter().find(|name| !known.contains(*name)).map(|name| format!("{id}: there is no test {name}"))
    }

    fn line(&self) -> String {
        // Functions have names, browser tests sentences.
        let quote = |name: &String| if name.contains(' ') { format!("\"{name}\"") } else { format!("`{name}`") };
        let mut proof: Vec<_> = self.held_by.iter().map(quote).collect();
        let word = if self.held_by.is_empty() { "not yet" } else { "in part" };
        proof.extend(self.open.as_ref().map(|reason| format!("**{word}**, {reason}")));
        format!("| {} | {} | {} | {} |", self.id, self.level, self.says, proof.join(", "))
    }
}

fn rows() -> Vec<Row> {
    serde_json::from_str(ROWS).unwrap()
}

fn page(rows: &[Row]) -> String {
    let whole = rows.iter().filter(|row| row.open.is_none()).count();
    let none = rows.iter().filter(|row| row.held_by.is_empty()).count();
    let mut page = INTRODUCTION.to_owned();
    writeln!(
        page,
        "\nOf {} rows {whole} are held, {} in part, {none} by no test yet.",
        rows.len(),
        rows.len() - whole - none
    )
    .unwrap();
    for (chapter, about) in CHAPTERS {
        writeln!(
            page,
            "\n## {chapter}: {}\n\n| Row | Level | What it asks | Held by |\n|---|---|---|---|",
            about.to_lowercase()
        )
        .unwrap();
        for row in rows.iter().filter(|row| row.chapter() == chapter) {
            writeln!(page, "{}", row.line()).unwrap();
        }
    }
    page
}

#[test]
fn every_row_of_the_standard_is_held_by_a_test_or_says_why_not() {
    let (rows, known) = (rows(), known_tests().unwrap());
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!((rows.len(), ids.len()), (COUNT, COUNT), "each once");
    assert!(rows.iter().all(|row| CHAPTERS.iter().any(|(chapter, _)| row.chapter() == *chapter)));
    let complaints: Vec<_> = rows.iter().filter_map(|row| row.complaint(&known)).collect();
    assert!(complaints.is_empty(), "in src/tests/asvs.json:\n{}", complaints.join("\n"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch")]
fn the_page_of_the_standard_says_what_the_rows_say() {
    let made = page(&rows());
    if std::env::var(UPDATE).is_ok() {
        fs::write(PAGE, &made).unwrap();
        return;
    }
    assert_eq!(fs::read_to_string(PAGE).unwrap_or_default(), made, "{UPDATE}=1 writes {PAGE}");
}

#[test]
fn a_planted_row_without_proof_is_found() {
    let known = known_tests().unwrap();
    let planted = [
        r#"{"id": "V1.1.1", "level": 1, "says": "a"}"#,
        r#"{"id": "V1.1.1", "level": 1, "says": "a", "held_by": ["nobody_has_written_this_test"]}"#,
        r#"{"id": "V1.1.1", "level": 1, "says": "a", "held_by": ["nobody has written this test"]}"#,
        r#"{"id": "V1.1.1", "level": 1, "says": "a", "held_by": ["known_tests"]}"#,
        r#"{"id": "V1.1.1", "level": 3, "says": "a", "held_by": ["of_32_claims_at_once_one_wins"]}"#,
        r#"{"id": "V1.1.1", "level": 1, "says": "a", "open": "soon: it will be written when there is time for it"}"#,
        r#"{"id": "V1.1.1", "level": 1, "says": "a", "open": "2026-11-20: no time"}"#,
    ];
    for row in planted {
        assert!(serde_json::from_str::<Row>(row).unwrap().complaint(&known).is_some(), "{row}");
    }
}
