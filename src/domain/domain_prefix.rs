//! The prefix of a tenant's initial domain: `contoso` of `contoso.onmicrosoft.com`.

use super::Problem;

/// Longest prefix; Microsoft's PowerShell module allows 43 characters with `.onmicrosoft.com`.
pub(super) const LONGEST_PREFIX: usize = 27;
/// The same for messages.
const MAX_SHOWN: u32 = 27;

/// The prefix that a text is, if it is one.
#[cfg(feature = "ssr")]
pub fn domain_prefix(text: &str) -> Option<String> {
    parse(text).ok()
}

/// 1 to 27 letters a-z and digits; capital letters become small ones. Punycode is not a way round it.
pub(super) fn parse(text: &str) -> Result<String, Problem> {
    let prefix = text.trim().to_ascii_lowercase();
    if prefix.is_empty() {
        Err(Problem::Missing)
    } else if !prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        Err(Problem::Characters)
    } else if prefix.len() > LONGEST_PREFIX {
        Err(Problem::TooLong { max: MAX_SHOWN })
    } else {
        Ok(prefix)
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
}
