//! The prefix of a tenant's initial domain: `contoso` of `contoso.onmicrosoft.com`.

use super::{Problem, text::case};

/// Longest prefix; Microsoft's PowerShell module allows 43 characters with `.onmicrosoft.com`.
const MAX: usize = 27;
/// The same for messages.
const MAX_SHOWN: u32 = 27;

/// 1 to 27 letters a-z and digits; capital letters become small ones. Punycode is not a way round it.
pub(super) fn parse(text: &str) -> Result<String, Problem> {
    let prefix = text.trim().to_ascii_lowercase();
    if prefix.is_empty() {
        Err(Problem::Missing)
    } else if !prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        Err(Problem::Characters)
    } else if prefix.len() > MAX {
        Err(Problem::TooLong { max: MAX_SHOWN })
    } else {
        Ok(prefix)
    }
}

/// What can stand in a prefix of a text: Latin letters lose their accents, the rest falls away.
pub(super) fn fold(text: &str) -> String {
    case::lower(text).chars().flat_map(|character| unaccent(character).chars()).take(MAX).collect()
}

/// Another prefix to try when one is taken: with the country's code at its end ("contosose").
pub fn suggest_other_domain(prefix: &str, country: &str) -> String {
    let country = fold(country);
    let room = MAX.saturating_sub(country.len());
    fold(prefix).chars().take(room).chain(country.chars()).collect()
}

/// The ASCII letters for a small Latin letter or a digit; empty for everything else.
fn unaccent(character: char) -> &'static str {
    const ASCII: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    if let Some(at) = ASCII.find(character) {
        return ASCII.get(at..=at).unwrap_or_default();
    }
    match character {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'č' => "c",
        'ð' | 'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' => "o",
        'ö' | 'ő' | 'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ų' => "u",
        'ü' | 'ű' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_pass_in_lower_case() {
        assert_eq!(parse(" WingtipToys "), Ok("wingtiptoys".to_owned()));
        assert_eq!(parse("3m"), Ok("3m".to_owned()));
        assert_eq!(parse(&"a".repeat(27)), Ok("a".repeat(27)));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in
            ["a-b", "a.b", "a b", "contoso.onmicrosoft.com", "café", "<b>", "a\0", "xn--caf-dma", "١", "K\u{212a}"]
        {
            assert_eq!(parse(text), Err(Problem::Characters), "{text:?}");
        }
        assert_eq!(parse("  "), Err(Problem::Missing));
        assert_eq!(parse(&"a".repeat(28)), Err(Problem::TooLong { max: 27 }));
    }

    #[test]
    fn another_prefix_carries_the_country() {
        assert_eq!(suggest_other_domain("contoso", "SE"), "contosose");
        assert_eq!(suggest_other_domain(&"a".repeat(27), "US"), format!("{}us", "a".repeat(25)));
    }
}
