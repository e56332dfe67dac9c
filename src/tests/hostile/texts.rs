//! The hostile texts of `texts.json`, for the tests of pages, of the whole portal, and of the browser.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A text, or one that is repeated so often.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Once(String),
    Repeated(String, usize),
}

/// All of them, by their kind.
pub(crate) fn by_kind() -> BTreeMap<String, Vec<String>> {
    let kinds: BTreeMap<String, Vec<Entry>> = serde_json::from_str(include_str!("texts.json")).unwrap();
    let text = |entry| match entry {
        Entry::Once(text) => text,
        Entry::Repeated(text, times) => text.repeat(times),
    };
    kinds.into_iter().map(|(kind, entries)| (kind, entries.into_iter().map(text).collect())).collect()
}

/// All of them.
pub(crate) fn all() -> Vec<String> {
    let all: Vec<String> = by_kind().into_values().flatten().collect();
    assert!(all.len() >= 500, "{} texts", all.len());
    all
}
