//! The contact's phone number. What the person typed is what is sent: only Microsoft's own pattern, where a country has
//! one, is a wall.

use super::{CountryRules, Problem, text::optional};

/// Longer than every number with its country code and extension.
const MAX: u32 = 40;
/// E.164 allows 15 digits; an extension may follow.
const MAX_DIGITS: usize = 20;
/// The shortest numbers that companies have.
const MIN_DIGITS: usize = 4;

/// The number as typed, if it may be one.
pub(super) fn parse<'a>(text: &'a str, rules: &CountryRules) -> Result<Option<&'a str>, Problem> {
    let Some(number) = optional(text, MAX, rules.phone_required)? else { return Ok(None) };
    let fits = match &rules.phone_pattern {
        Some(pattern) => pattern.matches(number),
        None => is_plausible(number),
    };
    if fits {
        Ok(Some(number))
    } else {
        Err(Problem::Shape { sample: rules.phone_sample.clone().unwrap_or_else(|| "+46 8 123 456 78".to_owned()) })
    }
}

/// Digits with the signs that people put between them, and "ext." or "x" before an extension.
fn is_plausible(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (MIN_DIGITS..=MAX_DIGITS).contains(&digits)
        && number.rfind('+').is_none_or(|at| at <= 1)
        && number.chars().all(|character| {
            character.is_ascii_digit()
                || character.is_whitespace()
                || "+-()./#xextEXT\u{2010}\u{2011}\u{2013}".contains(character)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing;

    #[test]
    fn a_number_that_fits_microsofts_pattern_passes_as_typed() {
        let rules = testing::united_states();
        for number in [
            "4255550101",
            "(267)/1101945",
            "(004).091.4807",
            "(607)142-0859",
            "1.(458)-866-4473",
            "(238)0295386",
            "(927) 325/3908",
            "1(370)4817989",
            "(854) 9660329",
            "206.1847393",
            "5083665804",
        ] {
            assert_eq!(parse(number, &rules), Ok(Some(number)));
        }
    }

    #[test]
    fn another_countrys_number_is_refused_with_an_example() {
        let rules = testing::united_states();
        let shape = Problem::Shape { sample: "(201) 555-0123".to_owned() };
        for number in ["+14255550101", "08-123 456 78", "+46 8 123 456 78", "call me"] {
            assert_eq!(parse(number, &rules), Err(shape.clone()), "{number}");
        }
        assert_eq!(parse("<4255550101>", &rules), Err(Problem::Characters));
        assert_eq!(parse(&"1".repeat(41), &rules), Err(Problem::TooLong { max: 40 }));
    }

    #[test]
    fn where_no_pattern_is_known_any_plausible_number_passes() {
        let rules = CountryRules { phone_pattern: None, ..testing::united_states() };
        for number in [
            "+55(11)989661259",
            "08-123 456 78",
            "06 1 234 5678",
            "098765 43210",
            "+44 0 20 7946 0000 ext. 12",
            "(+46) 8 12",
        ] {
            assert_eq!(parse(number, &rules), Ok(Some(number)));
        }
        for number in ["123", "call 12345", "12345+6", "1".repeat(21).as_str()] {
            assert!(parse(number, &rules).is_err(), "{number}");
        }
    }

    #[test]
    fn a_number_is_missing_only_where_it_is_required() {
        let optional = testing::united_states();
        assert_eq!(parse(" ", &optional), Ok(None));
        let required = CountryRules { phone_required: true, ..optional };
        assert_eq!(parse(" ", &required), Err(Problem::Missing));
    }
}
