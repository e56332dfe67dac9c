//! Countries, cultures and languages with their English names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::InvalidId;
#[cfg(feature = "ssr")]
use super::names;
#[cfg(feature = "ssr")]
use crate::i18n::Language;
use crate::json::read_text;

/// A country or region code: two capital letters, ISO 3166-1 alpha-2 or one of Microsoft's own (XK …).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode(String);

impl CountryCode {
    /// The code that ISO 3166-1 leaves free for "no country".
    #[cfg(feature = "ssr")]
    pub(super) fn unknown() -> Self {
        Self("ZZ".to_owned())
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

read_text!(CountryCode);

impl FromStr for CountryCode {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(InvalidId)
        }
    }
}

impl TryFrom<String> for CountryCode {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every country that Microsoft's list of locales names, as code and name in the language of the page, sorted by name.
#[cfg(feature = "ssr")]
pub fn all_countries() -> &'static [(&'static str, &'static str)] {
    names::countries_in(Language::of_page().tag())
}

/// Name of a country in the language of the page.
#[cfg(feature = "ssr")]
pub fn country_name(code: &str) -> Option<&'static str> {
    names::country_name_in(code, Language::of_page().tag())
}

/// Other names under which people look for a country ("Burma", "Holland", "UK").
#[cfg(feature = "ssr")]
pub fn country_synonyms(code: &str) -> &'static [&'static str] {
    match code {
        "AE" => &["UAE", "Emirates"],
        "BA" => &["Bosnia"],
        "BY" => &["Belorussia"],
        "CD" => &["Congo (DRC)", "DR Congo", "Zaire"],
        "CG" => &["Congo (Republic)"],
        "CH" => &["Schweiz", "Suisse", "Svizzera"],
        "CI" => &["Ivory Coast"],
        "CN" => &["PRC"],
        "CV" => &["Cabo Verde"],
        "CZ" => &["Czech Republic"],
        "DE" => &["Deutschland"],
        "ES" => &["Espana"],
        "FI" => &["Suomi"],
        "GB" => &["UK", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"],
        "GR" => &["Hellas"],
        "HK" => &["Hongkong"],
        "HR" => &["Hrvatska"],
        "HU" => &["Magyarorszag"],
        "KR" => &["Korea", "Republic of Korea"],
        "LA" => &["Lao"],
        "MK" => &["Macedonia"],
        "MM" => &["Burma"],
        "MO" => &["Macau"],
        "NL" => &["Holland"],
        "PS" => &["Palestine"],
        "RU" => &["Russian Federation"],
        "SE" => &["Sverige"],
        "SK" => &["Slovak Republic"],
        "SZ" => &["Swaziland"],
        "TL" => &["East Timor"],
        "TR" => &["Turkey"],
        "US" => &["USA", "America"],
        "VA" => &["Holy See"],
        _ => &[],
    }
}

/// Name of a culture, e.g. "Portuguese (Portugal)" for `pt-PT`.
#[cfg(feature = "ssr")]
pub fn culture_name(culture: &str) -> Option<&'static str> {
    names::culture_name_in(culture, Language::of_page().tag())
}

/// Name of a language, e.g. "Portuguese" for `pt`; Microsoft has languages with a region, too (`pt-PT`).
#[cfg(feature = "ssr")]
pub fn language_name(language: &str) -> Option<&'static str> {
    names::language_name_in(language, Language::of_page().tag())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_microsofts_list_has_a_name_and_its_place() {
        let all = all_countries();
        assert_eq!(all.len(), 248);
        let place = |code: &str| all.iter().position(|(known, _)| *known == code);
        for (earlier, later) in [("AF", "AX"), ("AX", "AL"), ("CR", "CI"), ("CI", "HR"), ("GB", "US"), ("ZM", "ZW")] {
            assert!(place(earlier).is_some() && place(earlier) < place(later), "{earlier} {later}");
        }
        for code in ["AN", "XE", "XJ", "XK", "XS"] {
            assert!(country_name(code).is_some(), "{code}");
        }
        assert_eq!(country_name("TR"), Some("Türkiye"));
        assert_eq!(country_name("UK"), None);
    }

    #[test]
    fn synonyms_are_of_countries_that_exist() {
        let known = all_countries().iter().filter(|(code, _)| !country_synonyms(code).is_empty()).count();
        assert_eq!(known, 33);
        assert!(country_synonyms("GB").contains(&"UK"));
    }

    #[test]
    fn cultures_and_languages_have_names() {
        assert_eq!(culture_name("pt-PT"), Some("Portuguese (Portugal)"));
        assert_eq!(culture_name("az-Latn-AZ"), Some("Azerbaijani (Latin, Azerbaijan)"));
        assert_eq!(culture_name("EN-us"), Some("English (United States)"));
        assert_eq!(language_name("pt"), Some("Portuguese"));
        assert_eq!(language_name("pt-PT"), Some("Portuguese (Portugal)"));
        assert_eq!(language_name("zh-CHS"), Some("Chinese (Simplified)"));
        assert_eq!(language_name("tlh"), None);
    }
}
