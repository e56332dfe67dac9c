//! One field each: label, hint, error, control.

use super::{model::Model, values};
use crate::{
    domain::{Choice, Field, words},
    i18n::p,
    islands::markup::{Element, Node, el, icon, unseen},
};

/// What a browser should know of a control.
struct Control {
    kind: &'static str,
    autocomplete: &'static str,
    class: &'static str,
    /// Nothing that a dictionary knows; the value of `autocapitalize`.
    verbatim: Option<&'static str>,
}

impl Control {
    const TEXT: Self = Self { kind: "text", autocomplete: "off", class: "input", verbatim: None };

    fn of(field: Field) -> Self {
        let text = |autocomplete| Self { autocomplete, ..Self::TEXT };
        let name = |autocomplete| Self { verbatim: Some("words"), ..text(autocomplete) };
        match field {
            Field::CompanyName => name("organization"),
            Field::Domain => Self { verbatim: Some("none"), ..Self::TEXT },
            Field::RegistrationNumber => Self { verbatim: Some("characters"), ..Self::TEXT },
            Field::AddressLine1 => text("address-line1"),
            Field::AddressLine2 => text("address-line2"),
            Field::AddressLine3 => text("address-line3"),
            Field::District => text("address-level3"),
            Field::City => text("address-level2"),
            Field::State => text("address-level1"),
            Field::PostalCode => {
                Self { class: "input input--short", verbatim: Some("characters"), ..text("postal-code") }
            }
            Field::FirstName => name("given-name"),
            Field::MiddleName => name("additional-name"),
            Field::LastName => name("family-name"),
            Field::Email => Self { kind: "email", verbatim: Some("none"), ..text("email") },
            Field::Phone => Self { kind: "tel", ..text("tel") },
            Field::Country => text("country"),
            _ => Self::TEXT,
        }
    }
}

/// Id of a part of a field, e.g. `city-hint`.
pub(super) fn part(field: Field, part: &str) -> String {
    [field.name(), "-", part].concat()
}

impl Model {
    /// `aria-describedby` of a field's control: hint first, then where the answer comes from, then error.
    pub(super) fn described_by(&self, field: Field) -> Option<String> {
        let ids: Vec<String> = [
            self.hint(field).map(|_| part(field, "hint")),
            self.taken_words(field).map(|_| part(field, "taken")),
            self.fault(field).map(|_| part(field, "error")),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// `aria-invalid` of a field's control.
    pub(super) fn invalid(&self, field: Field) -> Option<&'static str> {
        self.fault(field).map(|_| "true")
    }

    /// Class of the element around a field.
    pub(super) fn field_class(&self, field: Field) -> &'static str {
        if self.fault(field).is_some() { "field field--error" } else { "field" }
    }
}

/// The element around a field, with label, hint and error: everything above a control.
pub(super) fn around(model: &Model, field: Field) -> Element {
    heading(model, field, el("div").class(model.field_class(field)).id(&part(field, "field")))
}

/// Puts label, hint and error into an element.
pub(super) fn heading(model: &Model, field: Field, around: Element) -> Element {
    let label = el("label").class("field__label").id(&part(field, "label")).attr("for", field.name());
    notes(model, field, around.child(labelled(label, &model.label(field))))
}

/// A label, its "(optional)" set in a lighter weight.
fn labelled(element: Element, label: &str) -> Element {
    let optional = words::optional();
    match label.strip_suffix(&optional) {
        Some(name) => element.text(name).child(el("span").class("field__optional").text(&optional)),
        None => element.text(label),
    }
}

/// Puts the hint, where the answer comes from, and the error into an element.
pub(super) fn notes(model: &Model, field: Field, around: Element) -> Element {
    let hint = model.hint(field).map(|hint| el("p").class("field__hint").id(&part(field, "hint")).words(hint));
    let error = model.fault(field).map(|words| {
        el("p")
            .class("field__error")
            .id(&part(field, "error"))
            .child(icon("/icons.svg#alert"))
            .child(el("span").child(unseen(&p!(form.error))).text(words))
    });
    around.and(hint).and(taken(model, field)).and(error)
}

/// That what stands in a field comes from the last customer.
pub(super) fn taken(model: &Model, field: Field) -> Option<Element> {
    model.taken_words(field).map(|words| {
        el("p")
            .class("field__taken")
            .id(&part(field, "taken"))
            .child(icon("/icons.svg#info"))
            .child(el("span").text(&words))
    })
}

fn control(model: &Model, field: Field, tag: &'static str, class: &str) -> Element {
    el(tag)
        .class(class)
        .id(field.name())
        .attr("name", field.name())
        .attr("autocomplete", Control::of(field).autocomplete)
        .maybe("aria-describedby", model.described_by(field).as_deref())
        .maybe("aria-invalid", model.invalid(field))
}

/// A control for text, without its surroundings.
pub(super) fn input(model: &Model, field: Field) -> Element {
    let Control { kind, class, verbatim, .. } = Control::of(field);
    control(model, field, "input", class)
        .attr("type", kind)
        .attr("value", values::get(&model.form, field))
        .maybe("autocapitalize", verbatim)
        .maybe("spellcheck", verbatim.map(|_| "false"))
}

/// A field for text.
pub(super) fn text_field(model: &Model, field: Field) -> Element {
    around(model, field).child(input(model, field))
}

/// A field with a list, without what it lists.
pub(super) fn list_field(model: &Model, field: Field, options: Vec<Node>) -> Element {
    let list = control(model, field, "select", "select").nodes(options);
    // 248 countries travel once, in the server's markup.
    let list =
        if field == Field::Country { list.attr("data-value", values::get(&model.form, field)).settled() } else { list };
    around(model, field).child(list)
}

/// An entry of a list.
pub(crate) fn option(value: &str, label: &str, is_selected: bool) -> Element {
    el("option").attr("value", value).flag("selected", is_selected).text(label)
}

/// A field that is a list in some countries, a text in others, and not there in the rest.
pub(super) fn by_country(model: &Model, field: Field) -> Option<Element> {
    if !model.rules.shows(field) {
        return None;
    }
    let choices = values::choices(&model.rules, field);
    let is_list = matches!(field, Field::Culture | Field::Language) || !choices.is_empty();
    Some(if is_list { list_field(model, field, options(model, field, choices)) } else { text_field(model, field) })
}

/// The choices of the country, and before them, where nothing is chosen for a person, a line that says so.
fn options(model: &Model, field: Field, choices: &[Choice]) -> Vec<Node> {
    let chosen = values::find_choice(choices, values::get(&model.form, field)).map(|choice| &choice.value);
    let prompt = match field {
        _ if choices.is_empty() => Some(p!(form.choose_the_country_first)),
        Field::State => Some(p!(form.choose_from_the_list)),
        _ => None,
    };
    let prompt = prompt.map(|prompt| option("", &prompt, chosen.is_none()));
    let choices = choices.iter().map(|choice| option(&choice.value, &choice.label, Some(&choice.value) == chosen));
    prompt.into_iter().chain(choices).map(Node::Element).collect()
}

/// Puts district, city, state and postal code into an element, as the country writes them.
pub(super) fn locality(model: &Model, around: Element) -> Element {
    let fields = model.rules.locality_order.iter().filter_map(|name| Field::from_name(name));
    fields.fold(around, |around, field| around.and(by_country(model, field)))
}
