//! A regular expression of Microsoft's country rules.

use serde::{Deserialize, Serialize};

/// A regular expression as `GET /v1/countryvalidationrules/{iso2}` sends it (.NET dialect, always anchored).
///
/// On the server it runs in linear time on `regex-lite`, whose `\d` is ASCII; in the browser on the engine that is
/// there anyway, so that no regular-expression engine travels in the WebAssembly. A pattern that cannot be understood
/// matches everything: Microsoft decides then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(String);

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
    #[cfg(feature = "ssr")]
    pub fn matches(&self, text: &str) -> bool {
        regex_lite::Regex::new(&format!("^(?:{})$", self.0)).map_or(true, |regex| regex.is_match(text))
    }

    /// Whether all of `text` matches.
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    pub fn matches(&self, text: &str) -> bool {
        use wasm_bindgen::JsValue;
        // The constructor throws on what it does not understand; `construct` turns that into a value.
        let arguments = js_sys::Array::of1(&JsValue::from_str(&format!("^(?:{})$", self.0)));
        js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp"))
            .and_then(|constructor| js_sys::Reflect::construct(&constructor.into(), &arguments))
            .map_or(true, |regex| js_sys::RegExp::from(regex).test(text))
    }
}
