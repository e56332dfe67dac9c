//! Finding a reseller by what was typed.

use crate::domain::ResellerChoice;

/// How many matches are shown; whoever sees more of them types another letter.
const SHOWN: usize = 50;

/// At most 50 resellers in whose name, MPN id or country every word of `query` occurs, best first, and how many there
/// are in all. `resellers` are sorted by name, and among equally good matches that order stays.
pub(super) fn search(resellers: &[ResellerChoice], query: &str) -> (Vec<ResellerChoice>, u32) {
    let query = query.trim().to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<(Rank, &ResellerChoice)> =
        resellers.iter().filter_map(|reseller| Some((rank(reseller, &query, &words)?, reseller))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    (found.into_iter().take(SHOWN).map(|(_, reseller)| reseller.clone()).collect(), total)
}

/// How well a reseller fits; the smaller the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The name begins with the query, or the MPN id is the query.
    Beginning,
    /// Each word of the query begins a word of the name, or the MPN id.
    Words,
    /// Anywhere.
    Within,
}

fn rank(reseller: &ResellerChoice, query: &str, words: &[&str]) -> Option<Rank> {
    let name = reseller.name.to_lowercase();
    let country = reseller.location.to_lowercase();
    let within = |word: &&str| name.contains(word) || reseller.mpn_id.contains(word) || country == *word;
    if !words.iter().all(within) {
        return None;
    }
    let begins = |word: &&str| {
        name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word))
            || reseller.mpn_id.starts_with(word)
    };
    Some(if name.starts_with(query) || reseller.mpn_id == query {
        Rank::Beginning
    } else if words.iter().all(begins) {
        Rank::Words
    } else {
        Rank::Within
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ResellerState;

    fn reseller(name: &str, mpn_id: &str, location: &str) -> ResellerChoice {
        ResellerChoice {
            id: "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap(),
            name: name.to_owned(),
            mpn_id: mpn_id.to_owned(),
            location: location.to_owned(),
            state: ResellerState::Active,
        }
    }

    fn names(query: &str) -> Vec<String> {
        let resellers = [
            reseller("ACME Contoso", "4847001", "DE"),
            reseller("Contoso AB", "4847002", "SE"),
            reseller("First Up Consultants", "4847383", "US"),
            reseller("MicrocontosoX", "4847003", "SE"),
        ];
        search(&resellers, query).0.into_iter().map(|reseller| reseller.name).collect()
    }

    #[test]
    fn an_empty_query_finds_all_in_their_order() {
        assert_eq!(names("  "), ["ACME Contoso", "Contoso AB", "First Up Consultants", "MicrocontosoX"]);
    }

    #[test]
    fn the_beginning_of_the_name_comes_before_a_word_and_a_word_before_a_part() {
        assert_eq!(names("CONTOSO"), ["Contoso AB", "ACME Contoso", "MicrocontosoX"]);
    }

    #[test]
    fn words_may_stand_in_any_order_and_in_any_of_the_three() {
        assert_eq!(names("consult first"), ["First Up Consultants"]);
        assert_eq!(names("contoso se"), ["Contoso AB", "MicrocontosoX"]);
        assert_eq!(names("4847383"), ["First Up Consultants"]);
        assert!(names("contoso us").is_empty());
    }

    #[test]
    fn a_word_may_begin_the_name_and_another_the_mpn_id() {
        let resellers = [reseller("Xcontoso", "14847", "DE"), reseller("ACME-Contoso", "4847001", "DE")];
        let (found, _) = search(&resellers, "contoso 4847");
        let names: Vec<&str> = found.iter().map(|reseller| reseller.name.as_str()).collect();
        assert_eq!(names, ["ACME-Contoso", "Xcontoso"], "what begins with the words comes before what has them within");
    }

    #[test]
    fn all_are_counted_and_fifty_are_shown() {
        let many: Vec<ResellerChoice> = (0..120).map(|at| reseller("Contoso", &at.to_string(), "SE")).collect();
        let (shown, total) = search(&many, "contoso");
        assert_eq!((shown.len(), total), (50, 120));
    }
}
