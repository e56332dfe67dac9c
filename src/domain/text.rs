//! What every typed text goes through before its field looks at it.

use super::Problem;

/// Trims a text and checks what holds for every field; `None`: nothing was typed.
///
/// `max` counts UTF-16 units, as Microsoft's services (.NET) do; for nearly every text that is the number of characters.
pub(super) fn tidy(text: &str, max: u32) -> Result<Option<&str>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        Ok(None)
    } else if text.chars().any(is_forbidden) {
        Err(Problem::Characters)
    } else if u32::try_from(text.encode_utf16().count()).map_or(true, |length| length > max) {
        Err(Problem::TooLong { max })
    } else {
        Ok(Some(text))
    }
}

/// The same for a field that must be filled in.
pub(super) fn required(text: &str, max: u32) -> Result<&str, Problem> {
    tidy(text, max)?.ok_or(Problem::Missing)
}

/// The same for a field that may stay empty, unless `required` says otherwise.
pub(super) fn optional(text: &str, max: u32, required: bool) -> Result<Option<&str>, Problem> {
    match tidy(text, max)? {
        None if required => Err(Problem::Missing),
        text => Ok(text),
    }
}

/// Control characters, the brackets of HTML, and the marks that silently break lines or turn the direction of text
/// (what is reviewed must be what is sent).
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '<' | '>' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What stands before and behind the first `at`. The standard library's search is made for long texts, and weighs 3 kB.
pub(crate) fn cut<'a>(text: &'a str, at: &str) -> Option<(&'a str, &'a str)> {
    let place = text.as_bytes().windows(at.len()).position(|part| part == at.as_bytes())?;
    Some((text.get(..place)?, text.get(place + at.len()..)?))
}

/// Letters and digits alone, in lower case: "S.A. de C.V." becomes "sadecv".
pub(super) fn squash(text: &str) -> String {
    case::lower(&text.chars().filter(|character| case::is_letter_or_digit(*character)).collect::<String>())
}

/// Letters of every script, small and capital. On the server from the standard library; in the browser from the engine
/// that is there anyway, so that the tables need not travel in the WebAssembly.
#[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
pub(crate) mod case {
    /// In small letters.
    pub(crate) fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    /// In capital letters.
    pub(crate) fn upper(text: &str) -> String {
        text.to_uppercase()
    }

    /// Whether it is a letter.
    pub(crate) fn is_letter(character: char) -> bool {
        character.is_alphabetic()
    }

    /// Whether it is a letter or a digit.
    pub(crate) fn is_letter_or_digit(character: char) -> bool {
        character.is_alphanumeric()
    }
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub(crate) mod case {
    use js_sys::JsString;

    use crate::domain::Pattern;

    /// In small letters.
    pub(crate) fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    /// In capital letters.
    pub(crate) fn upper(text: &str) -> String {
        JsString::from(text).to_upper_case().into()
    }

    /// Whether it is a letter.
    pub(crate) fn is_letter(character: char) -> bool {
        character.is_ascii_alphabetic() || is_beyond_ascii(character, r"\p{Alphabetic}")
    }

    /// Whether it is a letter or a digit.
    pub(crate) fn is_letter_or_digit(character: char) -> bool {
        character.is_ascii_alphanumeric() || is_beyond_ascii(character, r"[\p{Alphabetic}\p{N}]")
    }

    fn is_beyond_ascii(character: char, class: &str) -> bool {
        !character.is_ascii() && Pattern::new(class).matches(character.encode_utf8(&mut [0; 4]))
    }
}

/// Whether a text is one letter or digit three times or more ("aaa", "XXXX").
pub(super) fn repeats_one_character(squashed: &str) -> bool {
    let mut characters = squashed.chars();
    let first = characters.next();
    squashed.chars().count() >= 3 && characters.all(|character| Some(character) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_nothing_is_none() {
        assert_eq!(tidy("  One Microsoft Way\u{a0}\n", 200), Ok(Some("One Microsoft Way")));
        assert_eq!(tidy(" \t ", 200), Ok(None));
        assert_eq!(required("", 200), Err(Problem::Missing));
        assert_eq!(optional("", 200, false), Ok(None));
        assert_eq!(optional("", 200, true), Err(Problem::Missing));
    }

    #[test]
    fn html_control_characters_and_direction_marks_are_refused() {
        for text in ["<b>", "a>b", "a\0b", "a\nb", "a\u{7f}b", "a\u{85}b", "a\u{202e}b", "a\u{2028}b"] {
            assert_eq!(tidy(text, 200), Err(Problem::Characters), "{text:?}");
        }
        assert_eq!(tidy("O'Neill & Söhne \u{200c}", 200).map(|text| text.is_some()), Ok(true));
    }

    #[test]
    fn length_is_counted_as_dotnet_counts_it() {
        assert_eq!(tidy(&"é".repeat(200), 200).map(|text| text.is_some()), Ok(true));
        assert_eq!(tidy(&"é".repeat(201), 200), Err(Problem::TooLong { max: 200 }));
        assert_eq!(tidy("😀😀", 3), Err(Problem::TooLong { max: 3 }));
    }
}
