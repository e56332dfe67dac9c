//! Brings the document in line with [`Markup`](super::markup): the browser's half.
//!
//! What is there already is kept and changed, so that the focus, the caret and what a screen reader stands on stay where
//! they are. Elements with an id are found again by it, in whatever order they come.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlOptionElement};

use super::{
    browser,
    markup::{Element, Node},
};

/// Makes the children of an element what they should be.
pub(crate) fn patch(parent: &web_sys::Element, children: &[Element]) {
    let focused = browser::focused();
    let children: Vec<Node> = children.iter().cloned().map(Node::Element).collect();
    patch_children(parent, &children);
    // An element that was moved has lost it.
    if !focused.is_empty() && browser::focused() != focused {
        browser::focus(&focused);
    }
}

fn patch_children(parent: &web_sys::Node, wanted: &[Node]) {
    remove_unwanted(parent, wanted);
    // The document's own functions fail only for what is not where it was a moment ago; a page that somebody else
    // changes meanwhile is then right after the next event.
    let mut here = parent.first_child();
    for wanted in wanted {
        if let Some(known) = find(here.clone(), wanted) {
            if here.as_ref() == Some(&known) {
                here = known.next_sibling();
            } else {
                let _ = parent.insert_before(&known, here.as_ref());
            }
            patch_node(&known, wanted);
        } else if let Some(new) = make(wanted) {
            let _ = parent.insert_before(&new, here.as_ref());
        }
    }
    while let Some(superfluous) = here {
        here = superfluous.next_sibling();
        let _ = parent.remove_child(&superfluous);
    }
}

/// Takes away the elements that have an id and are wanted no more. First, because what stands behind them would be moved
/// to their place otherwise, and a list in which somebody spells a name forgets the letters when it is moved.
fn remove_unwanted(parent: &web_sys::Node, wanted: &[Node]) {
    let mut next = parent.first_child();
    while let Some(node) = next {
        next = node.next_sibling();
        let id = node.dyn_ref::<web_sys::Element>().map(web_sys::Element::id).unwrap_or_default();
        let is_wanted = |wanted: &Node| matches!(wanted, Node::Element(wanted) if wanted.get("id") == Some(&*id));
        if !id.is_empty() && !wanted.iter().any(is_wanted) {
            let _ = parent.remove_child(&node);
        }
    }
}

/// The node among `here` and what follows it that the wanted one is a later state of.
fn find(here: Option<web_sys::Node>, wanted: &Node) -> Option<web_sys::Node> {
    let mut candidate = here;
    while let Some(node) = candidate {
        let element = node.dyn_ref::<web_sys::Element>();
        match (wanted, element) {
            (Node::Text(_), None) if node.node_type() == web_sys::Node::TEXT_NODE => return Some(node),
            (Node::Element(wanted), Some(element))
                if element.local_name() == wanted.tag && element.id() == wanted.get("id").unwrap_or_default() =>
            {
                return Some(node);
            }
            // Without an id there is nothing to know a later one by.
            (Node::Element(wanted), _) if wanted.get("id").is_some() => candidate = node.next_sibling(),
            _ => return None,
        }
    }
    None
}

fn patch_node(node: &web_sys::Node, wanted: &Node) {
    match (wanted, node.dyn_ref::<web_sys::Element>()) {
        (Node::Element(wanted), Some(element)) => {
            patch_attributes(element, wanted);
            if !wanted.settled {
                patch_children(element, &wanted.children);
            }
            patch_control(element, wanted);
        }
        (Node::Text(text), _) if node.text_content().as_deref() != Some(text) => node.set_text_content(Some(text)),
        _ => {}
    }
}

fn patch_attributes(element: &web_sys::Element, wanted: &Element) {
    for (name, value) in &wanted.attributes {
        if element.get_attribute(name).as_deref() != Some(value) {
            let _ = element.set_attribute(name, value);
        }
    }
    for name in element.get_attribute_names().iter().filter_map(|name| name.as_string()) {
        if wanted.get(&name).is_none() {
            let _ = element.remove_attribute(&name);
        }
    }
}

/// What a person changes is no attribute: the text in a field, the tick in a box, the choice from a list.
fn patch_control(element: &web_sys::Element, wanted: &Element) {
    if let Some(control) = element.dyn_ref::<HtmlInputElement>() {
        if matches!(wanted.get("type"), Some("checkbox" | "radio")) {
            control.set_checked(wanted.get("checked").is_some());
        } else {
            browser::write(control, wanted.get("value").unwrap_or_default());
        }
    } else if let Some(option) = element.dyn_ref::<HtmlOptionElement>()
        && wanted.get("selected").is_some()
        && !option.selected()
    {
        option.set_selected(true);
    } else if let Some(value) = wanted.get("data-value") {
        // A list whose entries are the server's; what is chosen is not. Its value has the name that a field's has.
        // Whoever is in it spells a name, letter by letter, and would lose the ones before.
        let list: &HtmlInputElement = element.unchecked_ref();
        if list.value() != value && !element.matches(":focus").unwrap_or(false) {
            list.set_value(value);
        }
    }
}

fn make(wanted: &Node) -> Option<web_sys::Node> {
    match wanted {
        Node::Text(text) => Some(document().create_text_node(text).into()),
        #[cfg(feature = "ssr")]
        Node::Printed(_) => None,
        Node::Element(wanted) => {
            let element = if matches!(wanted.tag, "svg" | "use") {
                document().create_element_ns(Some("http://www.w3.org/2000/svg"), wanted.tag)
            } else {
                document().create_element(wanted.tag)
            };
            let element: web_sys::Node = element.ok()?.into();
            patch_node(&element, &Node::Element(wanted.clone()));
            Some(element)
        }
    }
}
