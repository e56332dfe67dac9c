//! Markup as a value: what the server prints, and what the browser brings the document in line with.
//!
//! An island is a function from what it knows to markup. The server calls it once; the browser calls it after every
//! event and changes in the document what differs ([`super::patch`]). Texts and attribute values are escaped by the
//! printer, and the browser never parses any of it, so nothing that was typed can become markup.

use std::ops::Deref;

use leptos::tachys::html::InertElement;

/// An element with attributes and children. In a box, because it is handed on by every step of its making: as a pointer
/// that costs two instructions, as a value twenty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element(Box<Parts>);

/// What an element is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(super) tag: &'static str,
    pub(super) attributes: Vec<(&'static str, String)>,
    pub(super) children: Vec<Node>,
    /// Whether the children are the server's alone, and the browser leaves them as they are.
    pub(super) settled: bool,
}

/// A child of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Text(String),
    Element(Element),
}

/// An element without attributes and children.
#[inline(never)] // called hundreds of times
pub(crate) fn el(tag: &'static str) -> Element {
    Element(Box::new(Parts { tag, attributes: Vec::new(), children: Vec::new(), settled: false }))
}

/// A decorative icon; `href` names a symbol of the sprite, e.g. `/icons.svg#check`.
pub(crate) fn icon(href: &str) -> Element {
    el("svg").class("icon").attr("aria-hidden", "true").child(el("use").attr("href", href))
}

/// What only a screen reader says.
pub(crate) fn unseen(text: &str) -> Element {
    el("span").class("visually-hidden").text(text)
}

impl Deref for Element {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Element {
    /// Sets an attribute.
    #[inline(never)]
    pub(crate) fn attr(mut self, name: &'static str, value: &str) -> Self {
        self.0.attributes.push((name, value.to_owned()));
        self
    }

    /// Sets an attribute if there is a value for it.
    #[inline(never)]
    pub(crate) fn maybe(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// Sets an attribute that is true by being there.
    #[inline(never)]
    pub(crate) fn flag(self, name: &'static str, is_set: bool) -> Self {
        self.maybe(name, is_set.then_some(""))
    }

    /// Sets the class.
    #[inline(never)]
    pub(crate) fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// Sets the id. Among the children of one element, it is what the browser knows an element by.
    #[inline(never)]
    pub(crate) fn id(self, id: &str) -> Self {
        self.attr("id", id)
    }

    /// Adds a text.
    #[inline(never)]
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.children.push(Node::Text(text.to_owned()));
        self
    }

    /// Adds a text that nobody else needs.
    #[inline(never)]
    pub(crate) fn words(mut self, text: String) -> Self {
        self.0.children.push(Node::Text(text));
        self
    }

    /// Adds an element.
    #[inline(never)]
    pub(crate) fn child(mut self, child: Element) -> Self {
        self.0.children.push(Node::Element(child));
        self
    }

    /// Adds an element if there is one.
    #[inline(never)]
    pub(crate) fn and(self, child: Option<Element>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Adds elements.
    pub(crate) fn all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        for child in children {
            self = self.child(child);
        }
        self
    }

    /// Leaves the children to the server: the browser neither has nor touches them.
    pub(crate) fn settled(mut self) -> Self {
        self.0.settled = true;
        self
    }

    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The printed form, to stand in a page.
    pub(crate) fn into_html(self) -> InertElement {
        let mut html = String::new();
        self.print(&mut html);
        InertElement::new(html)
    }

    /// Prints the element.
    pub(crate) fn print(&self, html: &mut String) {
        html.push('<');
        html.push_str(self.tag);
        for (name, value) in &self.attributes {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape(value, html);
            html.push('"');
        }
        html.push('>');
        if matches!(self.tag, "br" | "input" | "wbr") {
            return;
        }
        for child in &self.children {
            match child {
                Node::Text(text) => escape(text, html),
                Node::Element(element) => element.print(html),
            }
        }
        html.push_str("</");
        html.push_str(self.tag);
        html.push('>');
    }
}

fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    // Most texts have nothing to escape, and are copied in one piece.
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (before, behind) = rest.split_at(at);
        html.push_str(before);
        html.push_str(match behind.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &behind[1..];
    }
    html.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(element: &Element) -> String {
        let mut html = String::new();
        element.print(&mut html);
        html
    }

    #[test]
    fn elements_print_as_html() {
        let field = el("p")
            .class("field")
            .flag("hidden", true)
            .flag("disabled", false)
            .text("Name")
            .child(el("input").maybe("value", None));
        assert_eq!(printed(&field), r#"<p class="field" hidden="">Name<input></p>"#);
    }

    #[test]
    fn nothing_typed_becomes_markup() {
        let typed = r#""><script>alert('&')</script>"#;
        let html = printed(&el("p").attr("title", typed).text(typed));
        let escaped = "&quot;&gt;&lt;script&gt;alert('&amp;')&lt;/script&gt;";
        assert_eq!(html, format!(r#"<p title="{escaped}">{escaped}</p>"#));
    }
}
