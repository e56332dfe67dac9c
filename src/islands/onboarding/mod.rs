//! The onboarding form: fields that follow the country, errors as a person types, live checks, the list of resellers.
//!
//! [`model`] is what the form knows and how that changes, [`mod@view`] the page that it makes; the server calls both once,
//! the browser again after every event. [`browser_half`] is all that touches the document.

mod advice;
mod browser_half;
mod checks;
mod combobox;
mod fields;
mod keep;
mod model;
mod preview;
#[cfg(test)]
pub(crate) mod samples;
mod split;
mod usual;
mod values;
mod view;

use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub(crate) use self::{
    advice::{DOMAINS, RELATIONSHIP, USE_DOMAIN},
    combobox::Offer,
    fields::option,
    model::Start,
    view::{ServerParts, button},
};
#[cfg(feature = "ssr")]
use super::markup::{Element, el};
#[cfg(feature = "ssr")]
use crate::domain::NewCustomerForm;

/// Id of the element that is the form's.
const ROOT_ID: &str = "onboarding";
/// Id of the form in it.
pub(crate) const FORM_ID: &str = "onboarding-form";
/// Id of what is said about the draft.
pub(crate) const KEPT_ID: &str = "draft-kept";
/// Id of the same for screen readers, which are told of a change and not of every save.
pub(crate) const SAID_ID: &str = "draft-said";
/// Id of the field that says which save of the page is sent.
pub(crate) const SAVE_ID: &str = "draft-save";
/// Id of what stands there once the draft is stored, with its address.
pub(crate) const STORED_ID: &str = "draft-stored";
/// Id of the field that names the field in which the person is.
pub(crate) const AT_ID: &str = "draft-at";
/// Id of the list of everything that is wrong.
const SUMMARY_ID: &str = "error-summary";

/// Makes the form of the page live. It has no children: the form stands before it, because children would bring the
/// framework's types for views of any kind into the WebAssembly.
#[island]
pub fn OnboardingForm() -> impl IntoView {
    if cfg!(not(feature = "ssr")) {
        browser_half::start();
    }
}

/// The form as the server prints it. `start` goes along, as JSON, so that the browser begins where the server ended.
#[cfg(feature = "ssr")]
pub(crate) fn onboarding_form(start: Start, json: &str, form: NewCustomerForm, parts: ServerParts) -> Element {
    let model = model::Model::new(start, form);
    el("div").id(ROOT_ID).attr("data-start", json).all(view::page(&model, parts))
}
