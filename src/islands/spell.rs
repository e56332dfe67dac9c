//! Passwords, read aloud.

/// What a character is called when it is read to somebody: "capital K", "lower r", "zero", "asterisk".
pub(crate) fn name_of(character: char) -> String {
    let name = match character {
        'A'..='Z' => return ['c', 'a', 'p', 'i', 't', 'a', 'l', ' ', character].iter().collect(),
        'a'..='z' => return ['l', 'o', 'w', 'e', 'r', ' ', character].iter().collect(),
        '0' => "zero",
        '1' => "one",
        '2' => "two",
        '3' => "three",
        '4' => "four",
        '5' => "five",
        '6' => "six",
        '7' => "seven",
        '8' => "eight",
        '9' => "nine",
        ' ' => "space",
        '!' => "exclamation mark",
        '"' => "double quote",
        '#' => "hash",
        '$' => "dollar sign",
        '%' => "percent sign",
        '&' => "ampersand",
        '\'' => "apostrophe",
        '(' => "left parenthesis",
        ')' => "right parenthesis",
        '*' => "asterisk",
        '+' => "plus",
        ',' => "comma",
        '-' => "hyphen",
        '.' => "full stop",
        '/' => "slash",
        ':' => "colon",
        ';' => "semicolon",
        '<' => "less than",
        '=' => "equals",
        '>' => "greater than",
        '?' => "question mark",
        '@' => "at sign",
        '[' => "left square bracket",
        '\\' => "backslash",
        ']' => "right square bracket",
        '^' => "caret",
        '_' => "underscore",
        '`' => "backtick",
        '{' => "left brace",
        '|' => "vertical bar",
        '}' => "right brace",
        '~' => "tilde",
        other => return other.to_string(),
    };
    name.to_owned()
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
