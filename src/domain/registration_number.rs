//! The company's registration or tax number, which some countries want and all others refuse (errors 600002, 600049,
//! 600050).

use super::{Problem, RegistrationNumberRule, text::optional};

/// As typed, with its separators.
const MAX_TYPED: u32 = 40;
/// Fewest and most letters and digits where the country's own pattern is not known.
const MIN: u32 = 5;
/// See [`MIN`].
const MAX: u32 = 22;

/// Letters and digits alone, which is what Microsoft takes; a CNPJ is typed "12.345.678/0001-95". `None`: it was left out,
/// and may be.
pub(super) fn parse(text: &str, rule: &RegistrationNumberRule) -> Result<Option<String>, Problem> {
    let Some(typed) = optional(text, MAX_TYPED, rule.required)? else { return Ok(None) };
    let number: String =
        typed.chars().filter(|character| !is_separator(*character)).collect::<String>().to_ascii_uppercase();
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Problem::Characters);
    }
    match &rule.pattern {
        Some(pattern) if pattern.matches(&number) => Ok(Some(number)),
        Some(_) => Err(Problem::Shape { sample: rule.sample.clone().unwrap_or_default() }),
        None => within_limits(number).map(Some),
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '.' | '/' | '\u{2010}'..='\u{2014}')
}

fn within_limits(number: String) -> Result<String, Problem> {
    match u32::try_from(number.len()) {
        Ok(length) if length < MIN => Err(Problem::TooShort { min: MIN }),
        Ok(length) if length <= MAX => Ok(number),
        _ => Err(Problem::TooLong { max: MAX }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Pattern;

    fn azerbaijan() -> RegistrationNumberRule {
        RegistrationNumberRule {
            local_name: "VOEN".to_owned(),
            required: true,
            pattern: Some(Pattern::new(r"^(\d{7}|\d{10})$")),
            sample: Some("7 or 10 digits".to_owned()),
        }
    }

    fn without_pattern() -> RegistrationNumberRule {
        RegistrationNumberRule { pattern: None, sample: None, ..azerbaijan() }
    }

    #[test]
    fn separators_fall_away() {
        assert_eq!(parse(" 123-45 67 ", &azerbaijan()), Ok(Some("1234567".to_owned())));
        assert_eq!(parse("12.345.678/0001-95", &without_pattern()), Ok(Some("12345678000195".to_owned())));
        assert_eq!(parse("j-12345678-9", &without_pattern()), Ok(Some("J123456789".to_owned())));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let shape = Problem::Shape { sample: "7 or 10 digits".to_owned() };
        for (typed, problem) in [
            ("", Problem::Missing),
            ("- -", Problem::Characters),
            ("12345_67", Problem::Characters),
            ("<1234567>", Problem::Characters),
            ("１２３４５６７", Problem::Characters),
            ("12345678", shape.clone()),
            ("ABCDEFG", shape),
        ] {
            assert_eq!(parse(typed, &azerbaijan()), Err(problem), "{typed}");
        }
        let optional = RegistrationNumberRule { required: false, ..azerbaijan() };
        assert_eq!(parse(" ", &optional), Ok(None));
        assert!(parse("12", &optional).is_err());
        assert_eq!(parse("1234", &without_pattern()), Err(Problem::TooShort { min: 5 }));
        assert_eq!(parse(&"1".repeat(23), &without_pattern()), Err(Problem::TooLong { max: 22 }));
    }
}
