//! One field each: label, hint, error, control. The only `<input>` and `<select>` of the form's browser half.

use leptos::prelude::*;

use super::{state::Onboarding, values};
use crate::{
    domain::{Choice, CountryCode, Field},
    islands::icon::icon,
};

/// What a browser should know of a control.
struct Control {
    kind: &'static str,
    autocomplete: &'static str,
    class: &'static str,
    /// Nothing that a dictionary knows.
    verbatim: bool,
}

impl Control {
    const TEXT: Self = Self { kind: "text", autocomplete: "off", class: "input", verbatim: false };

    fn of(field: Field) -> Self {
        let text = |autocomplete| Self { autocomplete, ..Self::TEXT };
        match field {
            Field::CompanyName => Self { verbatim: true, ..text("organization") },
            Field::Domain | Field::RegistrationNumber => Self { verbatim: true, ..Self::TEXT },
            Field::AddressLine1 => text("address-line1"),
            Field::AddressLine2 => text("address-line2"),
            Field::City => text("address-level2"),
            Field::State => text("address-level1"),
            Field::PostalCode => Self { class: "input input--short", verbatim: true, ..text("postal-code") },
            Field::FirstName => Self { verbatim: true, ..text("given-name") },
            Field::LastName => Self { verbatim: true, ..text("family-name") },
            Field::Email => Self { kind: "email", verbatim: true, ..text("email") },
            Field::Phone => Self { kind: "tel", ..text("tel") },
            _ => Self::TEXT,
        }
    }
}

/// Id of a part of a field, e.g. `city-hint`.
pub(super) fn part(field: Field, part: &str) -> String {
    [field.name(), "-", part].concat()
}

/// Ids of the texts that belong to a control: hint first, then error.
pub(crate) fn control_described_by(field: Field, hint: bool, error: bool) -> Option<String> {
    let ids = match (hint, error) {
        (true, true) => [part(field, "hint").as_str(), " ", &part(field, "error")].concat(),
        (true, false) => part(field, "hint"),
        (false, true) => part(field, "error"),
        (false, false) => return None,
    };
    Some(ids)
}

impl Onboarding {
    /// `aria-describedby` of a field's control.
    pub(super) fn described_by(self, field: Field) -> Option<String> {
        control_described_by(field, self.hint(field).is_some(), self.has_error(field))
    }

    /// `aria-invalid` of a field's control.
    pub(super) fn invalid(self, field: Field) -> Option<&'static str> {
        self.has_error(field).then_some("true")
    }

    /// Class of the element around a field.
    pub(super) fn field_class(self, field: Field) -> &'static str {
        if self.has_error(field) { "field field--error" } else { "field" }
    }
}

/// Label, hint and error: everything above a control.
pub(super) fn heading(form: Onboarding, field: Field) -> AnyView {
    view! {
        <label class="field__label" for=field.name() id=part(field, "label")>
            {move || label_view(&form.label(field))}
        </label>
        {notes(form, field)}
    }
    .into_any()
}

/// A label, its "(optional)" set in a lighter weight.
fn label_view(label: &str) -> impl IntoView + use<> {
    const OPTIONAL: &str = " (optional)";
    let name = label.strip_suffix(OPTIONAL);
    view! {
        {name.unwrap_or(label).to_owned()}
        {name.map(|_| view! { <span class="field__optional">{OPTIONAL}</span> })}
    }
}

/// Hint and error.
pub(super) fn notes(form: Onboarding, field: Field) -> AnyView {
    view! {
        {move || {
            form.hint(field).map(|hint| view! { <p class="field__hint" id=part(field, "hint")>{hint}</p> })
        }}
        {move || {
            form.error(field)
                .map(|error| {
                    view! {
                        <p class="field__error" id=part(field, "error")>
                            {icon("/icons.svg#alert")}
                            <span class="visually-hidden">"Error: "</span>
                            {error}
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// A control for text, without its surroundings. What is in it is the browser's; the form is told by events.
pub(super) fn input(form: Onboarding, field: Field) -> AnyView {
    let Control { kind, autocomplete, class, verbatim } = Control::of(field);
    // The suffix of the domain is part of what the control is called.
    let labelled_by = (field == Field::Domain).then_some("domain-label domain-suffix");
    view! {
        <input
            class=class
            type=kind
            id=field.name()
            name=field.name()
            value=form.value(field)
            autocomplete=autocomplete
            autocapitalize=verbatim.then_some(if field == Field::Domain || field == Field::Email { "none" } else { "words" })
            spellcheck=verbatim.then_some("false")
            aria-labelledby=labelled_by
            aria-describedby=move || form.described_by(field)
            aria-invalid=move || form.invalid(field)
        />
    }
    .into_any()
}

/// A field for text.
pub(super) fn text_field(form: Onboarding, field: Field) -> AnyView {
    view! {
        <div class=move || form.field_class(field)>
            {heading(form, field)}
            {input(form, field)}
        </div>
    }
    .into_any()
}

/// A field with the choices of the chosen country; made anew for another country.
fn select_field(form: Onboarding, field: Field) -> AnyView {
    let choices = form.rules.with_untracked(|rules| values::choices(rules, field).to_vec());
    let typed = form.value(field);
    let chosen = values::find_choice(&choices, &typed).map(|choice| choice.value.clone());
    // A state is never chosen for a person; the languages of a country are.
    let (chosen, prompt) = match field {
        Field::State => (chosen.clone(), Some("Choose from the list")),
        _ if choices.is_empty() => (None, Some("Choose the country first")),
        _ => (chosen.or_else(|| choices.first().map(|choice| choice.value.clone())), None),
    };
    let options = choices
        .into_iter()
        .map(|Choice { value, label }| {
            let selected = chosen.as_ref() == Some(&value);
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class=move || form.field_class(field)>
            {heading(form, field)}
            <select
                class="select"
                id=field.name()
                name=field.name()
                autocomplete=if field == Field::State { "address-level1" } else { "off" }
                aria-describedby=move || form.described_by(field)
                aria-invalid=move || form.invalid(field)
            >
                {prompt.map(|prompt| view! { <option value="">{prompt}</option> })}
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// A field whose kind depends on the country.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    field: Field,
    /// The country whose choices it offers; `None`: text.
    list_of: Option<CountryCode>,
}

/// Fields that the country orders, lists or leaves out. What is typed stays: a field is made anew only when it becomes
/// another kind of control, and then takes its value from the form.
pub(super) fn by_country(form: Onboarding, fields: fn(Onboarding) -> Vec<Field>) -> AnyView {
    let places = move || {
        let fields = fields(form);
        form.rules.with(|rules| {
            fields
                .into_iter()
                .filter(|field| rules.shows(*field))
                .map(|field| {
                    let is_list =
                        matches!(field, Field::Culture | Field::Language) || !values::choices(rules, field).is_empty();
                    Place { field, list_of: is_list.then(|| rules.country.clone()) }
                })
                .collect::<Vec<_>>()
        })
    };
    view! {
        <For
            each=places
            key=Place::clone
            children=move |place| match place.list_of {
                Some(_) => select_field(form, place.field),
                None => text_field(form, place.field),
            }
        />
    }
    .into_any()
}

/// City, state and postal code as the country writes them.
pub(super) fn locality(form: Onboarding) -> Vec<Field> {
    form.rules.with(|rules| rules.locality_order.iter().filter_map(|name| Field::from_name(name)).collect())
}

/// The number that the company is registered under.
pub(super) fn registration(_: Onboarding) -> Vec<Field> {
    vec![Field::RegistrationNumber]
}

/// The languages of invoices and messages.
pub(super) fn languages(_: Onboarding) -> Vec<Field> {
    vec![Field::Culture, Field::Language]
}
