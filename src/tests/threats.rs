//! The threat model names the test that holds each threat; these tests hold the threat model to the sources.

use std::{collections::BTreeSet, error::Error, fs, path::Path};

type Outcome = Result<(), Box<dyn Error>>;

const THREATS: &str = include_str!("../THREATS.md");
const LOCK: &str = include_str!("../../Cargo.lock");

/// How many threats there are; one that is taken out leaves a hole in the numbers, which is how it is noticed.
const COUNT: usize = 60;

/// One row of the table.
struct Threat<'a> {
    id: &'a str,
    held_by: &'a str,
}

fn threats(document: &str) -> Vec<Threat<'_>> {
    let rows = document.lines().filter(|line| line.starts_with("| T"));
    rows.filter_map(|row| match *row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>() {
        [id, _, _, held_by] => Some(Threat { id, held_by }),
        _ => None,
    })
    .collect()
}

/// The names between every other pair of `mark`.
fn between(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.split(mark).skip(1).step_by(2)
}

/// Whether a reason why there is no test says since when, and says something.
pub(crate) fn is_dated(reason: &str) -> bool {
    let (date, why) = reason.split_once(": ").unwrap_or_default();
    date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok() && why.len() >= 30
}

/// Every function that is a test, and every title of a browser test.
pub(crate) fn known_tests() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let root = Path::new(".");
    let mut found = BTreeSet::new();
    let mut folders = vec![root.join("src"), root.join("end2end/tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "ts") {
                tests_of(&fs::read_to_string(&path)?, &mut found);
            }
        }
    }
    Ok(found)
}

fn tests_of(source: &str, found: &mut BTreeSet<String>) {
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix("test(\"").and_then(|rest| rest.split('"').next()) {
            found.insert(title.to_owned());
        }
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")) {
            if is_test {
                found.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            is_test = false;
        }
    }
}

/// What is wrong with the proof of one threat.
fn complaint(threat: &Threat<'_>, known: &BTreeSet<String>) -> Option<String> {
    let Threat { id, held_by } = threat;
    if let Some(reason) = held_by.strip_prefix("not yet, ") {
        return (!is_dated(reason)).then(|| format!("{id}: `not yet` needs a date and a reason"));
    }
    let named = between(held_by, '`').chain(between(held_by, '"')).collect::<Vec<_>>();
    if named.is_empty() {
        return Some(format!("{id}: names no test"));
    }
    named.into_iter().find(|name| !known.contains(*name)).map(|name| format!("{id}: there is no test {name}"))
}

#[test]
fn every_threat_is_held_by_a_test_or_says_why_not() -> Outcome {
    let (threats, known) = (threats(THREATS), known_tests()?);
    let expected = (1..=COUNT).map(|number| format!("T{number}")).collect::<Vec<_>>();
    assert_eq!(threats.iter().map(|threat| threat.id).collect::<Vec<_>>(), expected);
    let complaints = threats.iter().filter_map(|threat| complaint(threat, &known)).collect::<Vec<_>>();
    assert!(complaints.is_empty(), "in src/THREATS.md:\n{}", complaints.join("\n"));
    Ok(())
}

#[test]
fn a_planted_test_that_does_not_exist_is_found() -> Outcome {
    let known = known_tests()?;
    let planted = [
        "| T1 | a | b | `nobody_has_written_this_test` |",
        "| T1 | a | b | `of_32_claims_at_once_one_wins`, `nobody_has_written_this_test` |",
        "| T1 | a | b | \"nobody has written this test\" |",
        "| T1 | a | b | tested by hand |",
        "| T1 | a | b | `known_tests` |",
        "| T1 | a | b | not yet, soon: it will be written when there is time for it |",
        "| T1 | a | b | not yet, 2026-11-20: no time |",
    ];
    for row in planted {
        let threats = threats(row);
        assert_eq!(threats.iter().filter_map(|threat| complaint(threat, &known)).count(), 1, "{row}");
    }
    Ok(())
}

#[test]
fn every_crate_of_the_release_is_in_the_lock_file_with_a_checksum() {
    for package in LOCK.split("[[package]]\n").skip(1) {
        let ours = ["reseller-portal", "portal-hydrate-form", "portal-hydrate-pages"];
        let ours = ours.iter().any(|name| package.contains(&format!("\"{name}\"\n")));
        let fetched = package.contains("\nsource = \"registry+") && package.contains("\nchecksum = \"");
        assert!(ours || fetched, "{package}");
    }
}
