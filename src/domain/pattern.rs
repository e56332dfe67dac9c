//! A regular expression of Microsoft's country rules.

use serde::{Deserialize, Serialize};

use crate::json::{Json, Read};

/// A regular expression that all of a text must match. Those of Microsoft come through `Pattern::from_dotnet`.
///
/// On the server it runs in linear time on `regex-lite`, whose `\d` is ASCII; in the browser on the engine that is
/// there anyway, so that no regular-expression engine travels in the WebAssembly. A pattern that cannot be understood
/// matches everything: Microsoft decides then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(String);

impl Read for Pattern {
    fn read(json: &Json) -> Option<Self> {
        json.text().map(Self)
    }
}

impl Pattern {
    /// Keeps the text of the expression.
    pub fn new(regex: impl Into<String>) -> Self {
        Self(regex.into())
    }

    /// The text of the expression.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether all of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        engine::matches(&self.0, text).unwrap_or(true)
    }

    /// Whether the engine of this side reads it.
    #[cfg(feature = "ssr")]
    pub(super) fn is_understood(&self) -> bool {
        engine::matches(&self.0, "").is_some()
    }
}

#[cfg(any(feature = "ssr", feature = "simulator"))]
mod engine {
    use std::{
        collections::HashMap,
        sync::{LazyLock, PoisonError, RwLock},
    };

    use regex_lite::Regex;

    /// More than all countries together have.
    const MOST: usize = 2_000;

    /// The expressions of countries are few, and to read one takes longer than to use it: a memory, and no state.
    static READ: LazyLock<RwLock<HashMap<String, Option<Regex>>>> = LazyLock::new(RwLock::default);

    /// `None`: the expression is not understood.
    pub(super) fn matches(regex: &str, text: &str) -> Option<bool> {
        if let Some(known) = READ.read().unwrap_or_else(PoisonError::into_inner).get(regex) {
            return known.as_ref().map(|known| known.is_match(text));
        }
        let read = Regex::new(&["^(?:", regex, ")$"].concat()).ok();
        let answer = read.as_ref().map(|read| read.is_match(text));
        let mut known = READ.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(regex.to_owned(), read);
        answer
    }
}

#[cfg(all(feature = "hydrate", not(any(feature = "ssr", feature = "simulator"))))]
mod engine {
    use wasm_bindgen::JsValue;

    /// `None`: the expression is not understood. With the flag `u` the engine throws on an escape that it does not
    /// know (`\Z`, `\p{IsGreek}`), where without it would take the letter for itself and refuse good values.
    pub(super) fn matches(regex: &str, text: &str) -> Option<bool> {
        let regex = ["^(?:", regex, ")$"].concat();
        let arguments = js_sys::Array::of2(&JsValue::from_str(&regex), &JsValue::from_str("u"));
        // The constructor throws on what it does not understand; `construct` turns that into a value.
        js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"))
            .and_then(|constructor| js_sys::Reflect::construct(&constructor.into(), &arguments))
            .map(|regex| js_sys::RegExp::from(regex).test(text))
            .ok()
    }
}

#[cfg(not(any(feature = "ssr", feature = "simulator", feature = "hydrate")))]
mod engine {
    /// A build for neither side has no engine and understands nothing.
    pub(super) fn matches(_regex: &str, _text: &str) -> Option<bool> {
        None
    }
}

#[cfg(all(test, any(feature = "ssr", feature = "simulator")))]
mod tests {
    use super::*;

    /// Every expression that Microsoft is known to have sent, with a text that fits and one that does not.
    const RECORDED: [(&str, &str, &str); 10] = [
        ("^[0-9]{6,6}$", "266033", "26603"),
        ("^[0-9]{5,5}$", "28195", "EC1Y 8SY"),
        (r"^DE[\d]{9,9}$", "DE123456789", "DE12345678"),
        (
            "^([gG][iI][rR][ ]?0[aA]{2,2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)[ ]?[0-9][a-zA-Z]{2,2})$",
            "EC1Y 8SY",
            "98052",
        ),
        (r"^GB(([\d]{3,3}[\d]{4,4}[\d]{2,2}([\d]{3,3})?)|((GD|HA)[\d]{3,3}))$", "GBGD123", "GB12"),
        (r"^\d{5}(-\d{4})?$", "98052-6399", "98052-63"),
        (r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$", "(425) 555-0101", "+14255550101"),
        (r"^\d{4}(-\d{3})?$", "1000-001", "1000001"),
        (r"^PT[\d]{9,9}$", "PT980152267", "980152267"),
        (r"^(\d{7}|\d{10})$", "1234567890", "12345678"),
    ];

    #[test]
    fn every_recorded_expression_is_understood() {
        for (regex, fits, does_not) in RECORDED {
            assert!(regex_lite::Regex::new(regex).is_ok(), "{regex}");
            assert!(Pattern::new(regex).matches(fits), "{regex} {fits}");
            assert!(!Pattern::new(regex).matches(does_not), "{regex} {does_not}");
        }
    }

    #[test]
    fn all_of_the_text_must_match_even_without_anchors() {
        assert!(!Pattern::new(r"\d{3}|\d{5}").matches("1234"));
        assert!(Pattern::new(r"\d{3}|\d{5}").matches("12345"));
        assert!(!Pattern::new(r"^\d{5}$").matches("12345\n"));
    }

    #[test]
    fn an_expression_that_is_not_understood_matches_everything() {
        for regex in [r"(?=lookahead)\d", r"\p{IsGreek}+", r"(unclosed", r"(?<a>x)\k<a>"] {
            assert!(Pattern::new(regex).matches("anything"), "{regex}");
        }
    }

    #[test]
    fn non_ascii_digits_are_no_digits() {
        assert!(!Pattern::new(r"^\d{5}$").matches("١٢٣٤٥"));
    }
}
