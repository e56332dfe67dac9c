//! Tables of countries, for the server alone: they would be dead weight in the browser, which gets the rules of one
//! country at a time. Sources and licences: `README.md` beside this file.

#[rustfmt::skip]
mod table;

use table::TERRITORIES;

/// A country or region of Microsoft's list, with what public data says about its addresses. Empty texts: not known, or
/// not used there.
pub(super) struct Territory {
    /// ISO 3166-1 alpha-2, or one of Microsoft's own.
    pub(super) code: &'static str,
    /// The cultures that Microsoft accepts, the default first.
    pub(super) cultures: &'static [&'static str],
    /// The languages that Microsoft was recorded to accept.
    pub(super) languages: &'static [&'static str],
    /// See [`CountryRules::address_format`](super::CountryRules::address_format).
    pub(super) address_format: &'static str,
    /// The letters `D`, `C`, `S` and `Z` in the order in which people of the country write district, city, state and
    /// postal code.
    pub(super) locality: &'static str,
    /// Those of them that an address must have.
    pub(super) required: &'static str,
    /// What a state is called.
    pub(super) state_label: &'static str,
    /// What is sent for a state when Microsoft's list cannot be had.
    pub(super) state_value: StateValue,
    /// Sub-regions: code (ISO 3166-2 without the country, or empty), Latin name, another spelling (or empty).
    pub(super) regions: &'static [(&'static str, &'static str, &'static str)],
    /// What a part of a city or a village is called, where addresses name one.
    pub(super) district_label: &'static str,
    /// What a city is called.
    pub(super) city_label: &'static str,
    /// What a postal code is called.
    pub(super) postal_label: &'static str,
    /// Microsoft's pattern, where it was recorded.
    pub(super) postal_pattern: &'static str,
    /// Postal codes that exist.
    pub(super) postal_samples: &'static [&'static str],
    /// Microsoft's pattern, where it was recorded.
    pub(super) phone_pattern: &'static str,
    /// A number as people of the country write it.
    pub(super) phone_sample: &'static str,
    /// Without the plus sign.
    pub(super) calling_code: &'static str,
}

/// What Microsoft expects as a state, as far as is known without asking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StateValue {
    /// The code of the sub-region, two letters at most.
    Code,
    /// Its name.
    Name,
    /// Not known: whatever is typed.
    FreeText,
}

/// What holds for a country that is not in Microsoft's list: Google's defaults, and the culture that nearly all have.
pub(super) static UNKNOWN: Territory = Territory {
    code: "",
    cultures: &["en-US"],
    languages: &[],
    address_format: "%N%n%O%n%A%n%C",
    locality: "C",
    required: "C",
    state_label: "",
    state_value: StateValue::FreeText,
    regions: &[],
    district_label: "",
    city_label: "City",
    postal_label: "",
    postal_pattern: "",
    postal_samples: &[],
    phone_pattern: "",
    phone_sample: "",
    calling_code: "",
};

impl Territory {
    /// The Latin name of a sub-region, however it is given: code, name, other spelling.
    pub(super) fn region_name(&self, given: &str) -> Option<&'static str> {
        let is_given = |spelling: &str| !spelling.is_empty() && spelling.eq_ignore_ascii_case(given);
        self.regions
            .iter()
            .find(|(code, name, other)| is_given(code) || is_given(name) || is_given(other))
            .map(|(_, name, _)| *name)
    }
}

/// The country with this code.
pub(super) fn territory(code: &str) -> Option<&'static Territory> {
    let at = TERRITORIES.binary_search_by(|territory| territory.code.cmp(code)).ok()?;
    TERRITORIES.get(at)
}

/// Where a name on official papers has a part between the given and the family name: patronymics, and middle names that
/// the law knows.
const MIDDLE_NAMES: [&str; 19] =
    ["AM", "AZ", "BG", "BY", "CA", "DK", "GE", "KG", "KZ", "MD", "NO", "PH", "RU", "TJ", "TM", "UA", "US", "UZ", "VN"];

/// See [`MIDDLE_NAMES`].
pub(super) fn has_middle_names(code: &str) -> bool {
    MIDDLE_NAMES.contains(&code)
}

/// The 24 countries where Microsoft wants the registration number of the company, and with it a phone number.
pub(super) struct RegistrationNumber {
    /// ISO 3166-1 alpha-2.
    pub(super) country: &'static str,
    /// What people of the country call it.
    pub(super) local_name: &'static str,
    /// What it must look like, from the lengths that Microsoft announced; empty: none announced.
    pub(super) pattern: &'static str,
    /// The same in words.
    pub(super) shape: &'static str,
}

/// See [`RegistrationNumber`]; Microsoft's announcements of November 2020 and March 2021.
pub(super) fn registration_number(country: &str) -> Option<&'static RegistrationNumber> {
    REGISTRATION_NUMBERS.iter().find(|number| number.country == country)
}

const fn number(
    country: &'static str,
    local_name: &'static str,
    pattern: &'static str,
    shape: &'static str,
) -> RegistrationNumber {
    RegistrationNumber { country, local_name, pattern, shape }
}

static REGISTRATION_NUMBERS: [RegistrationNumber; 24] = [
    number("AE", "TRN", "", ""),
    number("AM", "INN", r"^(\d{8}|\d{10})$", "8 or 10 digits"),
    number("AZ", "VOEN", r"^(\d{7}|\d{10})$", "7 or 10 digits"),
    // Not announced, but the same everywhere; since July 2026 the first twelve may be letters too.
    number("BR", "CNPJ", r"^[0-9A-Z]{12}\d{2}$", "14 digits"),
    number("BY", "UNP", r"^\d{9}$", "9 digits"),
    number("HU", "Adószám", r"^\d{10,11}$", "10 or 11 digits"),
    number("IN", "PAN or tax ID", "", ""),
    number("IQ", "TIN", "", ""),
    number("KG", "INN (ИНН)", r"^\d{14}$", "14 digits"),
    number("KZ", "BIN or IIN", r"^\d{12}$", "12 digits"),
    number("MD", "IDNO", r"^(\d{6,8}|\d{13})$", "6, 7, 8 or 13 digits"),
    number("MM", "TIN", "", ""),
    number("PL", "NIP", "", ""),
    number("RU", "INN (ИНН)", r"^(\d{9,10}|\d{12})$", "9, 10 or 12 digits"),
    number("SA", "TIN", "", ""),
    number("SS", "TIN", "", ""),
    number("TH", "TIN", "", ""),
    number("TJ", "INN", r"^(\d{9,10}|\d{12})$", "9, 10 or 12 digits"),
    number("TR", "VKN", "", ""),
    number("UA", "EDRPOU", r"^(\d{8}|\d{10}|\d{12})$", "8, 10 or 12 digits"),
    number("UZ", "INN", r"^\d{9}$", "9 digits"),
    number("VE", "RIF", "", ""),
    number("VN", "TIN (MST)", "", ""),
    number("ZA", "TRN", "", ""),
];
