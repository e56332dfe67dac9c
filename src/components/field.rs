//! Fields of plain forms: label, hint, error, control; and what is wrong with a form, all in one place.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::t;

/// What a browser should know of a control.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// `type` of the input.
    pub kind: &'static str,
    /// What a browser may fill in.
    pub autocomplete: &'static str,
    /// Besides `input`.
    pub class: &'static str,
}

impl Control {
    /// Ordinary text.
    pub const TEXT: Self = Self { kind: "text", autocomplete: "off", class: "input" };
}

/// One line of text with everything around it.
#[component]
pub fn TextField(
    /// Name, and id, of the control.
    name: &'static str,
    /// What is asked.
    label: &'static str,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// How it is to be answered.
    #[prop(optional_no_strip)]
    hint: Option<&'static str>,
    /// What was typed.
    value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// What a browser should know.
    #[prop(default = Control::TEXT)]
    control: Control,
    /// The latest day that can be chosen, for dates.
    #[prop(optional_no_strip)]
    max: Option<String>,
) -> impl IntoView {
    let described_by = described_by(name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = field_class(error.is_some());
    view! {
        <div class=class>
            <label class="field__label" for=name>
                {label}
                {optional.then(|| view! { <span class="field__optional">{t!(components.optional)}</span> })}
            </label>
            {hint.map(|hint| view! { <p class="field__hint" id=format!("{name}-hint")>{hint}</p> })}
            {error.map(|error| view! { <FieldError name error/> })}
            <input
                class=control.class
                id=name
                name=name
                type=control.kind
                autocomplete=control.autocomplete
                value=value
                max=max
                aria-describedby=described_by
                aria-invalid=invalid
            />
        </div>
    }
}

/// What is wrong with a field, beside it.
#[component]
pub fn FieldError(
    /// Name of the control.
    name: &'static str,
    /// What is wrong.
    error: String,
) -> impl IntoView {
    view! {
        <p class="field__error" id=format!("{name}-error")>
            <Icon name=IconName::Alert/>
            <span>
                <span class="visually-hidden">{t!(components.error)}</span>
                {error}
            </span>
        </p>
    }
}

/// Everything that is wrong, with the way to each field: ids of controls, and what is said there.
#[component]
pub fn ErrorSummary(
    /// In the order of the form.
    errors: Vec<(&'static str, String)>,
) -> impl IntoView {
    let any = !errors.is_empty();
    let items = errors.into_iter().map(|(name, error)| view! { <li><a href=format!("#{name}")>{error}</a></li> });
    let items = items.collect_view();
    any.then(|| {
        view! {
            <div class="error-summary" tabindex="-1">
                <div role="alert">
                    <h2>{t!(components.there_is_a_problem)}</h2>
                    <ul>{items}</ul>
                </div>
            </div>
        }
    })
}

/// `aria-describedby` of a control: hint first, then error.
pub fn described_by(name: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let part = |part: &str, is_there: bool| is_there.then(|| format!("{name}-{part}"));
    let parts: Vec<String> = [part("hint", has_hint), part("error", has_error)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Class of the element around a field.
pub fn field_class(has_error: bool) -> &'static str {
    if has_error { "field field--error" } else { "field" }
}
