//! Languages that nobody speaks, for tests and for eyes: what is not in a message file stays English in them.

use std::borrow::Cow;

use super::Language;

/// What is done to the texts of a language, if it is one of these.
pub(super) fn transform(language: Language) -> Option<fn(&str) -> Cow<'_, str>> {
    match language {
        Language::Pseudo => Some(longer),
        Language::PseudoRightToLeft => Some(right_to_left),
        _ => None,
    }
}

/// Each vowel twice, which makes a text about 40% longer, and every letter with an accent.
fn longer(text: &str) -> Cow<'_, str> {
    let mut result = String::with_capacity(text.len() * 3);
    for character in text.chars() {
        let (accented, again) = accent(character);
        result.push(accented);
        result.extend(again.then_some(accented));
    }
    result.into()
}

/// The same from right to left.
fn right_to_left(text: &str) -> Cow<'_, str> {
    let words = longer(text);
    // The override ends with the text, so that names and numbers in between stay readable.
    if words.trim().is_empty() { words } else { ["\u{202e}", &words, "\u{202c}"].concat().into() }
}

fn accent(character: char) -> (char, bool) {
    const PLAIN: &str = "aeiouAEIOUbcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ";
    const ACCENTED: &str = "áéíóúÁÉÍÓÚƀçđƒĝĥĵķĺɱñþɋŕšţṽŵẋýžƁÇĐƑĜĤĴĶĹṀÑÞɊŔŠŢṼŴẊÝŽ";
    let at = PLAIN.chars().position(|plain| plain == character);
    let accented = at.and_then(|at| ACCENTED.chars().nth(at)).unwrap_or(character);
    (accented, at.is_some_and(|at| at < 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_longer_by_about_two_fifths() {
        let english = "Check the details before you create the tenant";
        let longer = longer(english);
        let (before, after) = (english.chars().count(), longer.chars().count());
        assert!((125..=150).contains(&(after * 100 / before)), "{longer}");
        assert!(!longer.chars().any(|character| character.is_ascii_alphabetic()), "{longer}");
    }
}
