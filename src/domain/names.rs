//! How countries, cultures and languages are called in the languages of the interface (CLDR). For the server alone, which
//! puts the names into the pages: as tables in the browser they would weigh more than the form.

use std::{collections::HashMap, sync::LazyLock};

/// The languages in which there are names, the default first: tag and table.
const LANGUAGES: [(&str, &str); 5] = [
    ("en", include_str!("data/names/en.tsv")),
    ("sv", include_str!("data/names/sv.tsv")),
    ("nl", include_str!("data/names/nl.tsv")),
    ("tr", include_str!("data/names/tr.tsv")),
    ("zh-Hant", include_str!("data/names/zh-Hant.tsv")),
];

/// Where Chinese is written with the traditional characters; what else is Chinese has no table, and these serve better
/// than English does.
const CHINESE: &str = "zh-Hant";

/// The names of one language.
struct Names {
    /// Code and name, as the language's speakers sort them.
    countries: Vec<(&'static str, &'static str)>,
    country: HashMap<&'static str, &'static str>,
    /// By the code in small letters: Microsoft is not particular about them.
    culture: HashMap<String, &'static str>,
    language: HashMap<String, &'static str>,
}

static NAMES: LazyLock<Vec<(&'static str, Names)>> =
    LazyLock::new(|| LANGUAGES.iter().map(|(tag, table)| (*tag, Names::read(table))).collect());

impl Names {
    fn read(table: &'static str) -> Self {
        let mut names =
            Self { countries: Vec::new(), country: HashMap::new(), culture: HashMap::new(), language: HashMap::new() };
        for line in table.lines() {
            let mut cells = line.splitn(3, '\t');
            let (Some(kind), Some(code), Some(name)) = (cells.next(), cells.next(), cells.next()) else { continue };
            match kind {
                "country" => names.countries.push((code, name)),
                "culture" => drop(names.culture.insert(code.to_ascii_lowercase(), name)),
                _ => drop(names.language.insert(code.to_ascii_lowercase(), name)),
            }
        }
        names.country = names.countries.iter().copied().collect();
        names
    }
}

/// The table of the language that a BCP 47 tag asks for (`sv`, `sv-SE`, `zh-TW`); English where there is none.
fn names(tag: &str) -> Option<&'static Names> {
    let primary = tag.split('-').next().unwrap_or_default();
    let wanted = if primary.eq_ignore_ascii_case("zh") { CHINESE } else { primary };
    let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(wanted));
    found.or_else(|| NAMES.first()).map(|(_, names)| names)
}

/// Every country of Microsoft's list, as code and name, sorted as speakers of the language do.
pub fn countries_in(language: &str) -> &'static [(&'static str, &'static str)] {
    names(language).map_or(&[], |names| &names.countries)
}

/// Name of a country in a language, given as a BCP 47 tag; English where there is no table of that language.
pub fn country_name_in(code: &str, language: &str) -> Option<&'static str> {
    names(language)?.country.get(code).copied()
}

/// Name of a culture in a language, e.g. "Portugisiska (Portugal)" for `pt-PT` in `sv`.
pub fn culture_name_in(culture: &str, language: &str) -> Option<&'static str> {
    names(language)?.culture.get(&culture.to_ascii_lowercase()).copied()
}

/// Name of a language in a language; Microsoft has languages with a region, too (`pt-PT`).
pub fn language_name_in(code: &str, language: &str) -> Option<&'static str> {
    let known = names(language)?.language.get(&code.to_ascii_lowercase()).copied();
    known.or_else(|| culture_name_in(code, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_the_same_countries_cultures_and_languages() {
        let english = names("en").unwrap();
        assert_eq!((english.country.len(), english.culture.len(), english.language.len()), (248, 135, 72));
        for (tag, names) in NAMES.iter() {
            assert!(english.country.keys().all(|code| names.country.contains_key(code)), "{tag}");
            assert!(english.culture.keys().all(|code| names.culture.contains_key(code)), "{tag}");
            assert!(english.language.keys().all(|code| names.language.contains_key(code)), "{tag}");
        }
    }

    #[test]
    fn names_are_in_the_operators_language() {
        for (language, turkey, portuguese, norwegian) in [
            ("en", "Türkiye", "Portuguese (Portugal)", "Norwegian"),
            ("sv-SE", "Turkiet", "Portugisiska (Portugal)", "Norska"),
            ("nl", "Turkije", "Portugees (Portugal)", "Noors"),
            ("tr", "Türkiye", "Portekizce (Portekiz)", "Norveççe"),
            ("zh-TW", "土耳其", "葡萄牙文（葡萄牙）", "挪威文"),
            ("de", "Türkiye", "Portuguese (Portugal)", "Norwegian"),
            ("", "Türkiye", "Portuguese (Portugal)", "Norwegian"),
        ] {
            assert_eq!(country_name_in("TR", language), Some(turkey), "{language}");
            assert_eq!(culture_name_in("PT-pt", language), Some(portuguese), "{language}");
            assert_eq!(language_name_in("no", language), Some(norwegian), "{language}");
        }
        assert_eq!(country_name_in("UK", "sv"), None);
        for code in ["AN", "XE", "XJ", "XK", "XS"] {
            assert!(NAMES.iter().all(|(_, names)| names.country.contains_key(code)), "{code}");
        }
    }

    #[test]
    fn countries_are_sorted_as_speakers_of_the_language_do() {
        let last = |language: &str| countries_in(language).last().map(|(_, name)| *name);
        assert_eq!(last("en"), Some("Zimbabwe"));
        assert_eq!(last("sv"), Some("Östtimor"), "å, ä and ö come last");
        let place = |language: &str, code: &str| countries_in(language).iter().position(|(known, _)| *known == code);
        assert!(place("tr", "CZ") < place("tr", "DK"), "ç follows c");
        assert!(place("en", "AX") < place("en", "AL"), "å is an a");
    }
}
