//! Where a person goes on after the sign-in.

use std::fmt;

use url::Url;

use crate::paths;

/// Longer ones are not made by our pages.
const LONGEST: usize = 2048;

/// No id of an element of ours is longer.
const LONGEST_PLACE: usize = 40;

/// An address of our own: path, query, and the place in the page; nothing that leads elsewhere. What is not one becomes the
/// home page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

impl Default for ReturnTo {
    fn default() -> Self {
        Self(paths::HOME.to_owned())
    }
}

impl ReturnTo {
    /// Reads an address that a browser has sent.
    pub fn parse(text: &str) -> Self {
        if planted!(AnyReturnAddress) {
            return Self(text.to_owned());
        }
        Self::own_address(text).map(Self).unwrap_or_default()
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with one more query parameter.
    #[must_use]
    pub fn with_parameter(&self, name: &str, value: &str) -> Self {
        let (address, place) = self.0.split_at(self.0.find('#').unwrap_or(self.0.len()));
        let separator = if address.contains('?') { '&' } else { '?' };
        let parameter = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        Self(format!("{address}{separator}{parameter}{place}"))
    }

    fn own_address(text: &str) -> Option<String> {
        let plain = text.len() <= LONGEST && !text.contains('\\') && !text.chars().any(char::is_control);
        if !plain || !is_rooted(text) {
            return None;
        }
        // Browsers and this parser follow the same standard: what they would make of the text is what counts.
        let origin = Url::parse("http://portal.invalid").ok()?;
        let url = origin.join(text).ok()?;
        let mut address = url.path().to_owned();
        if let Some(query) = url.query() {
            address.push('?');
            address.push_str(query);
        }
        // The field that somebody was in. A text of another kind is none of ours, and is left out.
        if let Some(place) = url.fragment().filter(|place| is_place(place)) {
            address.push('#');
            address.push_str(place);
        }
        // Once more, because `/.//host` is `//host` when its dots are resolved. The sign-in's own addresses are no
        // place to return to: one of them would begin the next sign-in.
        let own = url.origin() == origin.origin() && is_rooted(&address) && !address.starts_with("/auth/");
        own.then_some(address)
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text can be the id of an element of ours.
fn is_place(text: &str) -> bool {
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.len() <= LONGEST_PLACE && text.bytes().all(is_ours)
}

fn is_rooted(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_our_own_are_kept() {
        for text in ["/", "/customers", "/customers/new?draft=0190-a&x=%2F%2F", "/a%5Cb", "/search?q=http://a.example/"]
        {
            assert_eq!(ReturnTo::parse(text).as_str(), text);
        }
        assert_eq!(ReturnTo::parse("/a/../customers#part").as_str(), "/customers#part");
        assert_eq!(
            ReturnTo::parse("/customers/new?draft=0190-a#address_line1").as_str(),
            "/customers/new?draft=0190-a#address_line1"
        );
        for place in ["", "<b>", ":~:text=x", "a%20b"] {
            assert_eq!(ReturnTo::parse(&format!("/customers#{place}")).as_str(), "/customers", "{place}");
        }
    }

    #[test]
    fn every_way_out_leads_home() {
        for text in [
            "",
            "customers",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: a=b",
            "/a\0",
            " //evil.example",
            "https://evil.example/",
            "https:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "?a=b",
            "@evil.example",
            "/auth/start?return_to=/",
            "/a/../auth/start",
        ] {
            assert_eq!(ReturnTo::parse(text), ReturnTo::default(), "{text:?}");
        }
        assert_eq!(ReturnTo::parse(&format!("/{}", "a".repeat(3000))), ReturnTo::default());
    }

    #[test]
    fn parameters_are_added_and_escaped() {
        assert_eq!(ReturnTo::parse("/a").with_parameter("resume", "x&y").as_str(), "/a?resume=x%26y");
        assert_eq!(ReturnTo::parse("/a?b=c").with_parameter("resume", "x").as_str(), "/a?b=c&resume=x");
        assert_eq!(ReturnTo::parse("/a#part").with_parameter("resume", "x").as_str(), "/a?resume=x#part");
    }

    proptest! {
        #[test]
        fn no_text_leads_to_another_origin(text in "[/\\\\.@:?#%a-e\t\n ]{0,12}") {
            let base = Url::parse("https://portal.example/sign-in").unwrap();
            let target = base.join(ReturnTo::parse(&text).as_str()).unwrap();
            prop_assert_eq!(target.origin(), base.origin());
        }
    }
}
