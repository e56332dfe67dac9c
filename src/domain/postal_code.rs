//! Postal codes: any case, blanks, hyphens and full stops are taken, and the way of writing that the country wants is sent.

use super::{
    CountryRules, Problem,
    text::{case, optional},
};

/// No postal code of the world is longer.
const MAX: u32 = 20;

/// The postal code as the country writes it; `None` where there are none or it was left empty.
pub(super) fn parse(text: &str, rules: &CountryRules) -> Result<Option<String>, Problem> {
    if rules.postal_code_label.is_none() {
        return Ok(None);
    }
    let Some(text) = optional(text, MAX, rules.postal_code_required)? else { return Ok(None) };
    let typed = normal(text);
    let bare = bare(&typed);
    if bare.is_empty() {
        return Err(Problem::Characters);
    }
    let Some(pattern) = &rules.postal_code_pattern else { return Ok(Some(typed)) };
    let sample = rules.postal_code_sample.as_deref().unwrap_or_default();
    [typed, spaced_like(&bare, sample), bare]
        .into_iter()
        .find(|spelling| pattern.matches(spelling))
        .map(Some)
        .ok_or_else(|| Problem::Shape { sample: sample.to_owned() })
}

/// Capital letters and single blanks.
fn normal(text: &str) -> String {
    case::upper(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Letters and digits alone.
fn bare(text: &str) -> String {
    text.chars().filter(|character| case::is_letter_or_digit(*character)).collect()
}

/// Puts the sample's blanks and hyphens between the letters and digits: "1000001" becomes "1000-001" like "2725-079".
fn spaced_like(bare: &str, sample: &str) -> String {
    let mut characters = bare.chars();
    let mut spaced = String::new();
    for sign in sample.chars() {
        spaced.extend(if case::is_letter_or_digit(sign) { characters.next() } else { Some(sign) });
    }
    spaced.extend(characters);
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Pattern, testing};

    fn rules(pattern: &str, sample: &str) -> CountryRules {
        CountryRules {
            postal_code_pattern: Some(Pattern::new(pattern)),
            postal_code_sample: Some(sample.to_owned()),
            ..testing::united_states()
        }
    }

    #[test]
    fn a_code_is_sent_as_the_country_writes_it() {
        const GB: &str = "^([gG][iI][rR][ ]?0[aA]{2,2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)[ ]?[0-9][a-zA-Z]{2,2})$";
        const PT: &str = r"^\d{4}(-\d{3})?$";
        const US: &str = r"^\d{5}(-\d{4})?$";
        for (pattern, sample, typed, sent) in [
            (US, "95014", " 98052 ", "98052"),
            (US, "95014", "98052-6399", "98052-6399"),
            (US, "95014", "98 052", "98052"),
            (PT, "2725-079", "1000001", "1000-001"),
            (PT, "2725-079", "1000.001", "1000-001"),
            (PT, "2725-079", "1000 001", "1000-001"),
            (PT, "2725-079", "1000", "1000"),
            (GB, "EC1Y 8SY", "ec1y   8sy", "EC1Y 8SY"),
            (GB, "EC1Y 8SY", "sw1a1aa", "SW1A1AA"),
            ("^[0-9]{5,5}$", "26133", "28.195", "28195"),
        ] {
            assert_eq!(parse(typed, &rules(pattern, sample)), Ok(Some(sent.to_owned())), "{typed}");
        }
    }

    #[test]
    fn another_countrys_code_is_refused_with_an_example() {
        let shape = Problem::Shape { sample: "95014".to_owned() };
        let rules = rules(r"^\d{5}(-\d{4})?$", "95014");
        for typed in ["EC1Y 8SY", "1234", "123456", "１２３４５"] {
            assert_eq!(parse(typed, &rules), Err(shape.clone()), "{typed}");
        }
        assert_eq!(parse("---", &rules), Err(Problem::Characters));
        assert_eq!(parse("<98052>", &rules), Err(Problem::Characters));
        assert_eq!(parse(&"1".repeat(21), &rules), Err(Problem::TooLong { max: 20 }));
        assert_eq!(parse("", &rules), Err(Problem::Missing));
    }

    #[test]
    fn a_country_without_codes_sends_none() {
        let rules = CountryRules { postal_code_label: None, ..testing::united_states() };
        assert_eq!(parse("98052", &rules), Ok(None));
    }

    #[test]
    fn without_a_pattern_any_code_is_sent() {
        let rules = CountryRules { postal_code_pattern: None, postal_code_required: false, ..testing::united_states() };
        assert_eq!(parse("ab  12-3", &rules), Ok(Some("AB 12-3".to_owned())));
        assert_eq!(parse("", &rules), Ok(None));
    }
}
