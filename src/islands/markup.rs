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
    /// The server's alone.
    #[cfg(feature = "ssr")]
    Printed(&'static str),
}

/// Siblings that are the same on many pages, printed once and kept for good. What is in them was escaped when they were.
#[cfg(feature = "ssr")]
#[derive(Debug, Default)]
pub(crate) struct Printed {
    html: String,
    /// Where each of them ends.
    ends: Vec<usize>,
}

#[cfg(feature = "ssr")]
impl Printed {
    /// Prints them.
    pub(crate) fn of(siblings: impl IntoIterator<Item = Element>) -> Self {
        let mut printed = Self::default();
        for sibling in siblings {
            sibling.print(&mut printed.html);
            printed.ends.push(printed.html.len());
        }
        printed
    }

    /// All of them.
    pub(crate) fn all(&'static self) -> Vec<Node> {
        vec![Node::Printed(&self.html)]
    }

    /// All of them, with another one in this place.
    pub(crate) fn with(&'static self, place: usize, other: Element) -> Vec<Node> {
        let end = |place: usize| self.ends.get(place).copied().unwrap_or(self.html.len());
        let start = place.checked_sub(1).map_or(0, end);
        vec![Node::Printed(&self.html[..start]), Node::Element(other), Node::Printed(&self.html[end(place)..])]
    }
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

    /// Adds children of any kind.
    pub(crate) fn nodes(mut self, children: Vec<Node>) -> Self {
        self.0.children.extend(children);
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
}

impl Element {
    /// The printed form, to stand in a page.
    pub(crate) fn into_html(self) -> InertElement {
        InertElement::new(self.to_html())
    }

    /// The printed form.
    pub(crate) fn to_html(&self) -> String {
        let mut html = String::new();
        self.print(&mut html);
        html
    }

    /// Prints the element.
    pub(crate) fn print(&self, html: &mut String) {
        html.push('<');
        html.push_str(self.tag);
        for (name, value) in &self.attributes {
            // JSON is full of the one and has hardly any of the other.
            let (quote, escaped) = if value.contains('"') { ("'", "&#39;") } else { ("\"", "&quot;") };
            html.push(' ');
            html.push_str(name);
            html.push('=');
            html.push_str(quote);
            escape(value, quote.as_bytes()[0], escaped, html);
            html.push_str(quote);
        }
        html.push('>');
        if matches!(self.tag, "br" | "input" | "wbr") {
            return;
        }
        for child in &self.children {
            match child {
                Node::Text(text) => escape(text, b'>', "&gt;", html),
                Node::Element(element) => element.print(html),
                #[cfg(feature = "ssr")]
                Node::Printed(printed) => html.push_str(printed),
            }
        }
        html.push_str("</");
        html.push_str(self.tag);
        html.push('>');
    }
}

/// Where the next of them is.
#[cfg(feature = "ssr")]
fn find(text: &str, other: u8) -> Option<usize> {
    memchr::memchr3(b'&', b'<', other, text.as_bytes())
}

/// The same with less code: browsers print next to nothing.
#[cfg(not(feature = "ssr"))]
fn find(text: &str, other: u8) -> Option<usize> {
    text.bytes().position(|byte| byte == b'&' || byte == b'<' || byte == other)
}

/// Adds a text with `&`, `<` and one more character escaped, all of them ASCII.
fn escape(text: &str, other: u8, escaped: &str, html: &mut String) {
    let mut rest = text;
    // Most texts have nothing to escape, and are copied in one piece.
    while let Some(at) = find(rest, other) {
        let (before, behind) = rest.split_at(at);
        html.push_str(before);
        html.push_str(match behind.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => escaped,
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
        let (title, text) =
            ("\">&lt;script>alert(&#39;&amp;&#39;)&lt;/script>", "\"&gt;&lt;script&gt;alert('&amp;')&lt;/script&gt;");
        assert_eq!(html, format!("<p title='{title}'>{text}</p>"));
        assert_eq!(printed(&el("p").attr("title", "it's <b>")), r#"<p title="it's &lt;b>"></p>"#);
    }

    #[test]
    fn of_what_was_printed_before_one_can_be_another() {
        static PRINTED: std::sync::LazyLock<Printed> =
            std::sync::LazyLock::new(|| Printed::of(["a", "<", "c"].map(|text| el("li").text(text))));
        let list = |nodes| printed(&el("ul").nodes(nodes));
        assert_eq!(list(PRINTED.all()), "<ul><li>a</li><li>&lt;</li><li>c</li></ul>");
        assert_eq!(list(PRINTED.with(0, el("b"))), "<ul><b></b><li>&lt;</li><li>c</li></ul>");
        assert_eq!(list(PRINTED.with(1, el("b"))), "<ul><li>a</li><b></b><li>c</li></ul>");
        assert_eq!(list(PRINTED.with(2, el("b"))), "<ul><li>a</li><li>&lt;</li><b></b></ul>");
    }
}
