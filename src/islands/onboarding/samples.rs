//! Countries' rules for the tests of the form.

use crate::domain::{Choice, CountryRules, Pattern, RulesSource, StateRule};

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

fn names(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|&name| name.to_owned()).collect()
}

/// States as a list, postal code last.
#[expect(clippy::unwrap_used, reason = "a test")]
pub(crate) fn united_states() -> CountryRules {
    CountryRules {
        country: "US".parse().unwrap(),
        source: RulesSource::Live,
        state: Some(StateRule {
            label: "State".to_owned(),
            required: true,
            options: vec![choice("CA", "California"), choice("WA", "Washington")],
        }),
        postal_code_label: Some("ZIP code".to_owned()),
        postal_code_required: true,
        postal_code_pattern: Some(Pattern::new(r"\d{5}(-\d{4})?")),
        postal_code_sample: Some("98052".to_owned()),
        city_label: "City".to_owned(),
        city_required: true,
        locality_order: names(&["city", "state", "postal_code"]),
        phone_required: false,
        phone_pattern: None,
        calling_codes: vec!["1".to_owned()],
        registration_number: None,
        cultures: vec![choice("en-US", "English (United States)")],
        languages: vec![choice("en", "English")],
    }
}

/// No states, postal code first.
#[expect(clippy::unwrap_used, reason = "a test")]
pub(crate) fn germany() -> CountryRules {
    CountryRules {
        country: "DE".parse().unwrap(),
        state: None,
        postal_code_label: Some("Postal code".to_owned()),
        postal_code_sample: Some("10117".to_owned()),
        locality_order: names(&["postal_code", "city"]),
        calling_codes: vec!["49".to_owned()],
        cultures: vec![choice("de-DE", "German (Germany)")],
        languages: vec![choice("de", "German"), choice("en", "English")],
        ..united_states()
    }
}
