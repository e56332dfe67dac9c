//! Markup that is written as it comes: what stands in a page hundreds of times costs little more than its letters.
//!
//! As views of the framework, the fifty rows of a list were half of what their page cost.

use leptos::{prelude::*, tachys::html::InertElement};

/// Markup under way. Only the source's own texts are taken as they are; everything else is escaped.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Nothing yet, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// What `print` writes.
    pub fn of(print: impl FnOnce(&mut Self)) -> Self {
        let mut html = Self::default();
        print(&mut html);
        html
    }

    /// Goes on with markup of ours.
    pub fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Goes on with anybody's text, between tags or in the double quotes of an attribute.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            let (before, behind) = rest.split_at(at);
            self.0.push_str(before);
            self.0.push_str(match behind.as_bytes()[0] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &behind[1..];
        }
        self.0.push_str(rest);
        self
    }

    /// As a view. It has to be one element.
    pub fn into_view(self) -> impl IntoView + use<> {
        InertElement::new(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sources_own_texts_are_markup() {
        let typed = "\"><script>alert('&')</script>";
        let html = Html::of(|html| {
            html.markup("<p title=\"").text(typed).markup("\">").text(typed).markup("</p>");
        });
        let escaped = "&quot;&gt;&lt;script&gt;alert('&amp;')&lt;/script&gt;";
        assert_eq!(html.0, format!("<p title=\"{escaped}\">{escaped}</p>"));
    }
}
