//! Numbers in messages, with the separators of CLDR.

use fluent_bundle::FluentValue;

use super::Language;

/// A formatter as Fluent asks for one; `M` is the memory of Fluent's own formatters, which this one has no use for.
pub(super) type Formatter<M> = fn(&FluentValue<'_>, &M) -> Option<String>;

/// What writes the numbers of a language.
pub(super) fn formatter<M>(language: Language) -> Formatter<M> {
    match language {
        Language::Swedish => grouped::<M, '\u{a0}'>,
        Language::Dutch | Language::Turkish => grouped::<M, '.'>,
        _ => grouped::<M, ','>,
    }
}

/// Whole numbers in groups of three; anything else is left to Fluent.
fn grouped<M, const SEPARATOR: char>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    if number.value.fract() != 0.0 {
        return None;
    }
    let digits = format!("{:.0}", number.value.abs());
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(SEPARATOR);
        }
        text.push(digit);
    }
    Some(if number.value < 0.0 { format!("-{text}") } else { text })
}
