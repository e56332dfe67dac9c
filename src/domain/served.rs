//! The countries in which the provider takes customers through this portal.

use std::{collections::BTreeSet, str::FromStr};

use super::{CountryCode, country_name};

/// All countries, or those that a setting names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServedCountries {
    /// Every country of Microsoft's list.
    #[default]
    All,
    /// These and no other.
    Only(BTreeSet<CountryCode>),
}

/// Not a list of countries.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be codes of countries of Microsoft's list, with commas in between; \"{0}\" is none")]
pub struct NotCountries(String);

impl ServedCountries {
    /// Whether customers are taken in this country.
    pub fn serves(&self, country: &CountryCode) -> bool {
        match self {
            Self::All => true,
            Self::Only(countries) => countries.contains(country),
        }
    }

    /// The same for a code that may be none.
    pub fn serves_code(&self, code: &str) -> bool {
        code.parse().is_ok_and(|country| self.serves(&country))
    }
}

impl FromStr for ServedCountries {
    type Err = NotCountries;

    fn from_str(text: &str) -> Result<Self, NotCountries> {
        let country = |code: &str| {
            let country = code.parse::<CountryCode>().ok().filter(|country| country_name(country.as_str()).is_some());
            country.ok_or_else(|| NotCountries(code.to_owned()))
        };
        let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty());
        let countries: BTreeSet<CountryCode> = codes.map(country).collect::<Result<_, _>>()?;
        if countries.is_empty() { Err(NotCountries(text.to_owned())) } else { Ok(Self::Only(countries)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_all_or_those_that_are_named() {
        let some: ServedCountries = "se, NL,xk".parse().unwrap();
        assert!(some.serves_code("SE") && some.serves_code("XK") && !some.serves_code("US"));
        assert!(!some.serves_code("Sweden"));
        assert!(ServedCountries::All.serves_code("US"));
        assert!(",".parse::<ServedCountries>().is_err(), "nobody means none");
        assert_eq!("SE,UK".parse::<ServedCountries>(), Err(NotCountries("UK".to_owned())));
    }
}
