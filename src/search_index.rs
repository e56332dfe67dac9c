//! The words by which a list finds its rows, in tables that both engines have: no extension of PostgreSQL, whose rights an
//! operator may not have, and no module of SQLite.
//!
//! A word is in `search_word` once for each row that it stands in, and in `search_part` once for each of its ends, so that
//! rows are found by any part of a word through two ranges of primary keys. Words are shared: what a row costs is its
//! own words, five to ten short entries.

use std::collections::BTreeSet;

use crate::database::WriteTransaction;

/// Letters of a word that are kept; what follows is found by the key of its row.
const LONGEST_WORD: usize = 40;

/// Letters of a name that are looked at; a draft may hold a text of any length.
const LONGEST_NAME: usize = 255;

/// Stands before the first label of a domain: it is found by its beginning alone.
const DOMAIN: u8 = b'.';

/// What a row is found and sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findable<'a> {
    /// Registered name.
    pub company: &'a str,
    /// Initial domain in full.
    pub domain: &'a str,
    /// Name of the reseller.
    pub reseller: &'a str,
    /// Name of who started it.
    pub person: &'a str,
}

impl Findable<'_> {
    /// The key of the row: company, reseller and person in lower case, one line each. Rows are sorted by it, and every
    /// word that is looked for stands in it, or begins the domain.
    pub fn key(&self) -> Vec<u8> {
        [self.company, self.reseller, self.person].map(|name| fold(name.trim())).join("\n").into_bytes()
    }

    fn words(&self) -> BTreeSet<Vec<u8>> {
        let names = [self.company, self.reseller, self.person];
        let mut words = names.iter().flat_map(|name| words(name)).map(String::into_bytes).collect::<BTreeSet<_>>();
        if let Some(label) = words_of_domain(self.domain) {
            words.insert(label);
        }
        words
    }
}

/// The words of a text, in lower case: what stands between anything that is neither letter nor digit.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect())
        .collect()
}

fn words_of_domain(domain: &str) -> Option<Vec<u8>> {
    let label = domain.split('.').next().filter(|label| !label.is_empty())?;
    let mut word = vec![DOMAIN];
    word.extend(label.chars().take(LONGEST_WORD).collect::<String>().to_lowercase().into_bytes());
    Some(word)
}

fn fold(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect::<String>().to_lowercase()
}

/// The ends of a word, the whole one first.
fn ends(word: &[u8]) -> Vec<&[u8]> {
    match word.split_first() {
        Some((&DOMAIN, label)) => vec![label],
        _ => std::str::from_utf8(word)
            .map(|text| text.char_indices().filter_map(|(at, _)| word.get(at..)).collect())
            .unwrap_or_default(),
    }
}

/// The first bytes after all those that begin with `part`: the end of its range.
pub fn after_all_with(part: &str) -> Vec<u8> {
    let mut end = part.as_bytes().to_vec();
    // No byte of UTF-8 is FF, so the last one has a next one.
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

/// Brings the words of a row from what it was to what it is; `None`: there was, or is, no such row.
pub async fn replace(
    tx: &mut WriteTransaction,
    id: &str,
    was: Option<Findable<'_>>,
    is: Option<Findable<'_>>,
) -> Result<(), sqlx::Error> {
    let words_of = |row: Option<Findable<'_>>| row.map(|row| row.words()).unwrap_or_default();
    let (was, is) = (words_of(was), words_of(is));
    for word in was.difference(&is) {
        sqlx::query("DELETE FROM search_word WHERE word = $1 AND id = $2")
            .bind(word.as_slice())
            .bind(id)
            .execute(&mut **tx)
            .await?;
    }
    // In the order of the set, so that no two writers wait for each other.
    for word in is.difference(&was) {
        add_parts(tx, word).await?;
        sqlx::query("INSERT INTO search_word (word, id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(word.as_slice())
            .bind(id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Sees to it that a word can be found. Its parts are written together, so one of them tells of all.
async fn add_parts(tx: &mut WriteTransaction, word: &[u8]) -> Result<(), sqlx::Error> {
    let ends = ends(word);
    let Some(whole) = ends.first() else { return Ok(()) };
    let known = sqlx::query("SELECT 1 FROM search_part WHERE part = $1 AND word = $2")
        .bind(*whole)
        .bind(word)
        .fetch_optional(&mut **tx)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    for part in ends {
        sqlx::query("INSERT INTO search_part (part, word) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(part)
            .bind(word)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_stands_between_signs() {
        assert_eq!(words("AT&T \u{d6}sterreich, GmbH."), ["at", "t", "\u{f6}sterreich", "gmbh"]);
        assert!(words(" -/. ").is_empty());
        assert_eq!(words(&"x".repeat(300)), ["x".repeat(LONGEST_WORD)]);
    }

    #[test]
    fn a_word_is_found_by_each_of_its_parts_and_a_domain_by_its_beginning() {
        let row = Findable { company: "\u{dc}ber", domain: "uber24.onmicrosoft.com", ..Findable::default() };
        let words = row.words().into_iter().collect::<Vec<_>>();
        assert_eq!(words, [b".uber24".to_vec(), "\u{fc}ber".as_bytes().to_vec()]);
        assert_eq!(ends(&words[0]), [b"uber24"]);
        assert_eq!(ends(&words[1]), ["\u{fc}ber".as_bytes(), b"ber", b"er", b"r"]);
    }

    #[test]
    fn a_range_ends_right_behind_what_begins_so() {
        let end = after_all_with("\u{fc}b");
        assert!("\u{fc}b\u{10ffff}".as_bytes() < end.as_slice() && "\u{fc}c".as_bytes() >= end.as_slice());
    }

    #[test]
    fn a_key_never_outgrows_an_index() {
        let long = "\u{10ffff}".repeat(70_000);
        let row = Findable { company: &long, domain: &long, reseller: "", person: "Adele" };
        assert!(row.key().len() < 2_000, "{}", row.key().len());
        assert!(row.words().iter().all(|word| word.len() < 200));
    }
}
