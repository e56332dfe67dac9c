//! Passwords, read aloud.

use crate::i18n::p;

/// What a character is called when it is read to somebody: "capital K", "lower r", "zero", "asterisk".
pub(crate) fn name_of(character: char) -> String {
    match character {
        'A'..='Z' => p!(spelling.capital, letter = character.encode_utf8(&mut [0; 4])),
        'a'..='z' => p!(spelling.lower, letter = character.encode_utf8(&mut [0; 4])),
        '0' => p!(spelling.zero),
        '1' => p!(spelling.one),
        '2' => p!(spelling.two),
        '3' => p!(spelling.three),
        '4' => p!(spelling.four),
        '5' => p!(spelling.five),
        '6' => p!(spelling.six),
        '7' => p!(spelling.seven),
        '8' => p!(spelling.eight),
        '9' => p!(spelling.nine),
        ' ' => p!(spelling.space),
        '!' => p!(spelling.exclamation_mark),
        '"' => p!(spelling.double_quote),
        '#' => p!(spelling.hash),
        '$' => p!(spelling.dollar_sign),
        '%' => p!(spelling.percent_sign),
        '&' => p!(spelling.ampersand),
        '\'' => p!(spelling.apostrophe),
        '(' => p!(spelling.left_parenthesis),
        ')' => p!(spelling.right_parenthesis),
        '*' => p!(spelling.asterisk),
        '+' => p!(spelling.plus),
        ',' => p!(spelling.comma),
        '-' => p!(spelling.hyphen),
        '.' => p!(spelling.full_stop),
        '/' => p!(spelling.slash),
        ':' => p!(spelling.colon),
        ';' => p!(spelling.semicolon),
        '<' => p!(spelling.less_than),
        '=' => p!(spelling.equals),
        '>' => p!(spelling.greater_than),
        '?' => p!(spelling.question_mark),
        '@' => p!(spelling.at_sign),
        '[' => p!(spelling.left_square_bracket),
        '\\' => p!(spelling.backslash),
        ']' => p!(spelling.right_square_bracket),
        '^' => p!(spelling.caret),
        '_' => p!(spelling.underscore),
        '`' => p!(spelling.backtick),
        '{' => p!(spelling.left_brace),
        '|' => p!(spelling.vertical_bar),
        '}' => p!(spelling.right_brace),
        '~' => p!(spelling.tilde),
        other => other.to_string(),
    }
}

/// A text, character by character.
pub(crate) fn spell(text: &str) -> String {
    text.chars().map(name_of).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_say_their_case_and_signs_their_names() {
        assert_eq!(spell("0Krha*Io"), "zero, capital K, lower r, lower h, lower a, asterisk, capital I, lower o");
        assert_eq!(
            spell("=;;n.=s9Z"),
            "equals, semicolon, semicolon, lower n, full stop, equals, lower s, nine, capital Z"
        );
    }

    #[test]
    fn every_printable_character_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = (' '..='~').map(name_of).collect();
        assert_eq!(names.len(), 95);
        assert!(names.iter().all(|name| name.len() > 1));
    }
}
