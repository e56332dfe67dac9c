//! An address of several lines, as somebody has copied it from elsewhere, in the fields of its country.
//!
//! Postal code and state are found by their rules, from the end of the address; the city is what stands beside or before
//! them, the street what is left. Whoever asked sees the parts before anything is put into a field, so this may be wrong,
//! but it must not invent: every part is a piece of the text.

use super::{AddressParts, CountryRules, Field, all_countries, country_synonyms};

/// No address has more lines.
const LINES: usize = 12;
/// A postal code consists of so many words at most.
const CODE_WORDS: usize = 3;

/// The country that the last line of an address names, or its first one.
pub fn country_of_address(text: &str) -> Option<&'static str> {
    let lines = lines(text);
    [lines.last()?, lines.first()?].into_iter().find_map(|line| country_named(line))
}

/// The parts of an address of this country; `None` if there is nothing to tell them by.
pub fn split_address(text: &str, rules: &CountryRules) -> Option<AddressParts> {
    let mut lines = lines(text);
    lines.retain(|line| country_named(line) != Some(rules.country.as_str()));
    let mut rest = Rest { lines, rules };
    let postal_code = rest.take_postal_code();
    let state = rest.take_state();
    let is_at_the_start = rest.begins_with_the_place();
    let city = if rules.shows(Field::City) { rest.take_city(is_at_the_start) } else { None };
    if postal_code.is_none() && state.is_none() {
        return None;
    }
    let mut street = rest.lines.into_iter().filter(|line| !line.is_empty());
    Some(AddressParts {
        address_line1: street.next()?,
        address_line2: street.collect::<Vec<_>>().join(", "),
        city: city.unwrap_or_default(),
        state: state.unwrap_or_default(),
        postal_code: postal_code.unwrap_or_default(),
        country: rules.country.as_str().to_owned(),
    })
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| trimmed(line).to_owned());
    lines.filter(|line| !line.is_empty()).take(LINES).collect()
}

/// Without what only separates.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '\u{3012}' | '-'))
}

fn country_named(line: &str) -> Option<&'static str> {
    let is_it = |name: &str| name.to_lowercase() == line.to_lowercase();
    let countries = all_countries().iter();
    let named = |code: &str, name: &str| is_it(name) || country_synonyms(code).iter().any(|name| is_it(name));
    countries.map(|&(code, name)| (code, name)).find(|(code, name)| named(code, name)).map(|(code, _)| code)
}

/// What of the lines has not been found a field for yet. A line that was used up stays, empty, so that its place is known.
struct Rest<'a> {
    lines: Vec<String>,
    rules: &'a CountryRules,
}

impl Rest<'_> {
    fn take_postal_code(&mut self) -> Option<String> {
        self.rules.postal_code_label.as_ref()?;
        for at in (0..self.lines.len()).rev() {
            let line = self.lines.get(at)?.clone();
            let words: Vec<&str> = line.split_whitespace().collect();
            for count in (1..=CODE_WORDS.min(words.len())).rev() {
                let (before, last) = words.split_at(words.len() - count);
                let (first, after) = words.split_at(count);
                for (code, others) in [(last, before), (first, after)] {
                    let code = trimmed(&code.join(" ")).to_owned();
                    if self.is_postal_code(&code, at) {
                        trimmed(&others.join(" ")).clone_into(&mut self.lines[at]);
                        return Some(code);
                    }
                }
            }
        }
        None
    }

    /// Where the country has no pattern, a code is what has digits and stands beside the place: the number of a house
    /// stands in the first line.
    fn is_postal_code(&self, text: &str, line: usize) -> bool {
        if let Some(pattern) = &self.rules.postal_code_pattern {
            return pattern.matches(text);
        }
        let words: Vec<&str> = text.split(' ').collect();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        line > 0 && words.len() <= 2 && digits >= 3 && words.iter().all(|word| has_digit(word))
    }

    fn take_state(&mut self) -> Option<String> {
        let options = &self.rules.state.as_ref()?.options;
        for line in self.lines.iter_mut().skip(1).rev() {
            let found = options.iter().find_map(|option| {
                let names = [&option.label, &option.value];
                names.into_iter().find_map(|name| Some((option.value.clone(), without(line, name)?)))
            });
            if let Some((state, others)) = found {
                *line = others;
                return Some(state);
            }
        }
        None
    }

    /// Whether the country writes the place before the street, and this address does so.
    fn begins_with_the_place(&self) -> bool {
        let format = &self.rules.address_format;
        let place = format.find("%C").or_else(|| format.find("%S"));
        let is_so = place.zip(format.find("%A")).is_some_and(|(place, street)| place < street);
        is_so && self.lines.first().is_some_and(String::is_empty)
    }

    /// The line nearest to the place that is not the only one left: something must be the street.
    fn take_city(&mut self, is_at_the_start: bool) -> Option<String> {
        let mut left: Vec<usize> = (0..self.lines.len()).filter(|at| !self.lines[*at].is_empty()).collect();
        if left.len() < 2 {
            return None;
        }
        if is_at_the_start {
            left.reverse();
        }
        let line = self.lines.get_mut(left.pop()?)?;
        Some(std::mem::take(line))
    }
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// The line without this name at its end or beginning; `None` if it is at neither.
fn without(line: &str, name: &str) -> Option<String> {
    let ends = |rest: &str| rest.is_empty() || !rest.ends_with(char::is_alphanumeric);
    let begins = |rest: &str| rest.is_empty() || !rest.starts_with(char::is_alphanumeric);
    let split = line.len().checked_sub(name.len())?;
    if let (Some(before), Some(end)) = (line.get(..split), line.get(split..))
        && end.eq_ignore_ascii_case(name)
        && ends(before)
    {
        return Some(trimmed(before).to_owned());
    }
    let (start, after) = line.split_at_checked(name.len())?;
    (start.eq_ignore_ascii_case(name) && begins(after)).then(|| trimmed(after).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(country: &str, text: &str) -> Option<[String; 5]> {
        let rules = CountryRules::built_in(&country.parse().unwrap());
        let parts = split_address(text, &rules)?;
        assert_eq!(parts.country, country);
        Some([parts.address_line1, parts.address_line2, parts.city, parts.state, parts.postal_code])
    }

    #[test]
    fn an_address_is_split_as_its_country_writes_it() {
        for (country, text, expected) in [
            (
                "US",
                "One Microsoft Way\nBuilding 34\nRedmond, WA 98052-6399\nUnited States",
                ["One Microsoft Way", "Building 34", "Redmond", "WA", "98052-6399"],
            ),
            (
                "US",
                "One Microsoft Way,\r\nRedmond, Washington 98052",
                ["One Microsoft Way", "", "Redmond", "WA", "98052"],
            ),
            ("DE", "Unter den Linden 17\n10117 Berlin\nGermany", ["Unter den Linden 17", "", "Berlin", "", "10117"]),
            ("SE", "Finlandsgatan 36\n164 74 Kista\n", ["Finlandsgatan 36", "", "Kista", "", "164 74"]),
            ("GB", "10 Downing Street\nLondon\nSW1A 2AA", ["10 Downing Street", "", "London", "", "SW1A 2AA"]),
            (
                "FR",
                "37 quai du Pr\u{e9}sident Roosevelt\n92130 Issy-les-Moulineaux",
                ["37 quai du Pr\u{e9}sident Roosevelt", "", "Issy-les-Moulineaux", "", "92130"],
            ),
        ] {
            assert_eq!(split(country, text), Some(expected.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_not_split() {
        for text in ["", "One Microsoft Way", "Dear Sir\nHow are you", "98052"] {
            assert_eq!(split("US", text), None, "{text:?}");
        }
    }

    #[test]
    fn an_address_may_name_its_country() {
        assert_eq!(country_of_address("Unter den Linden 17\n10117 Berlin\nGermany"), Some("DE"));
        assert_eq!(country_of_address("Unter den Linden 17\n10117 Berlin"), None);
    }

    #[test]
    fn every_part_is_a_piece_of_the_text() {
        let text = "One Microsoft Way\nBuilding 34\nRedmond, WA 98052";
        for part in split("US", text).unwrap() {
            assert!(text.contains(&part), "{part}");
        }
    }
}
