//! The given and the family name of the main contact.

use super::{
    Problem,
    text::{case, optional, repeats_one_character, required, squash},
};

/// Microsoft's rule of 2024; its older reference says 50.
const MAX: u32 = 40;
/// Fewest letters, except in scripts where one sign is a name.
const MIN: u32 = 2;

/// Names that Microsoft takes for a placeholder, squashed. Short on purpose: "Null" and "Na" are real family names.
const PLACEHOLDERS: [&str; 12] = [
    "test",
    "tester",
    "testing",
    "admin",
    "administrator",
    "nobody",
    "noname",
    "none",
    "unknown",
    "anonymous",
    "dummy",
    "user",
];

/// At most 40 characters with a letter among them, not a single letter, not a placeholder.
pub(super) fn parse(text: &str) -> Result<&str, Problem> {
    let name = required(text, MAX)?;
    let squashed = squash(name);
    if !squashed.chars().any(case::is_letter) || is_placeholder(&squashed) {
        Err(Problem::Placeholder)
    } else if squashed.chars().nth(1).is_none() && !squashed.chars().all(is_name_by_itself) {
        Err(Problem::TooShort { min: MIN })
    } else {
        Ok(name)
    }
}

/// What stands between given and family name may be an initial, or nothing.
pub(super) fn parse_middle(text: &str) -> Result<Option<&str>, Problem> {
    let Some(name) = optional(text, MAX, false)? else { return Ok(None) };
    let squashed = squash(name);
    if !squashed.chars().any(case::is_letter) || is_placeholder(&squashed) {
        Err(Problem::Placeholder)
    } else {
        Ok(Some(name))
    }
}

fn is_placeholder(squashed: &str) -> bool {
    PLACEHOLDERS.contains(&squashed) || repeats_one_character(squashed)
}

/// Chinese characters, which Microsoft exempts, and Korean syllables, because there Kim is one sign too.
fn is_name_by_itself(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        || matches!(character, '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_pass() {
        for name in
            ["Gena", "Bo", "O'Neill", "María José", "王", "김", "Ó Briain", "d'Arc", "Anne-Marie", "Ng", "Testa"]
        {
            assert_eq!(parse(name), Ok(name));
        }
    }

    #[test]
    fn a_middle_name_may_be_an_initial_or_missing() {
        assert_eq!(parse_middle(" "), Ok(None));
        assert_eq!(parse_middle("J."), Ok(Some("J.")));
        assert_eq!(parse_middle("Иванович"), Ok(Some("Иванович")));
        assert_eq!(parse_middle("test"), Err(Problem::Placeholder));
        assert_eq!(parse_middle("-"), Err(Problem::Placeholder));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (name, problem) in [
            ("", Problem::Missing),
            ("A", Problem::TooShort { min: 2 }),
            ("J.", Problem::TooShort { min: 2 }),
            ("Test", Problem::Placeholder),
            ("ADMIN", Problem::Placeholder),
            ("no-body", Problem::Placeholder),
            ("xxx", Problem::Placeholder),
            ("12345", Problem::Placeholder),
            ("😀😀", Problem::Placeholder),
            ("...", Problem::Placeholder),
            ("<b>Gena</b>", Problem::Characters),
            ("Ge\tna", Problem::Characters),
        ] {
            assert_eq!(parse(name), Err(problem), "{name:?}");
        }
        assert_eq!(parse(&"ab".repeat(20)).map(str::len), Ok(40));
        assert_eq!(parse(&"abc".repeat(14)), Err(Problem::TooLong { max: 40 }));
    }
}
