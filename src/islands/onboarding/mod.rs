//! The onboarding form: fields that follow the country, errors as a person types, live checks, the list of resellers.

mod address;
mod checks;
mod combobox;
mod fields;
mod preview;
#[cfg(test)]
pub(crate) mod samples;
mod state;
mod summary;
mod values;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::HtmlButtonElement;

pub(crate) use self::{fields::control_described_by, preview::reseller_meta, values::no_country};
use self::{
    fields::{by_country, heading, input, notes, text_field},
    state::Onboarding,
};
use crate::{
    domain::{CountryRules, Field, FieldErrors, NewCustomerForm, OnboardingId, ResellerChoice, suggest_domain},
    islands::browser,
    paths,
};

/// Id of the list of everything that is wrong.
const SUMMARY_ID: &str = "error-summary";

/// What the form starts with; printed into the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormStart {
    /// The onboarding that the form's draft belongs to.
    pub draft: OnboardingId,
    /// What was typed so far.
    pub form: NewCustomerForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What the chosen country wants; `None`: none is chosen.
    pub rules: Option<CountryRules>,
    /// The reseller of `form.reseller_id`.
    pub reseller: Option<ResellerChoice>,
    /// Whether the person may create a customer of the provider itself.
    pub may_create_direct: bool,
    /// `.onmicrosoft.com` or its like in another cloud.
    pub domain_suffix: String,
}

/// The form. Its children stand between the reseller and the company: the list of countries, and what only browsers
/// without script need; the server alone renders them, so that 248 countries are not sent twice.
#[island]
pub fn OnboardingForm(
    /// What the form starts with.
    start: FormStart,
    /// The country's field, and fallbacks marked `data-without-script`.
    children: Children,
) -> impl IntoView {
    let may_create_direct = start.may_create_direct;
    let draft = start.draft.as_str().to_owned();
    let form = Onboarding::new(start);
    Effect::new(move || start_in_browser(form));
    Effect::new(move || show_country_error(form));
    view! {
        {move || summary::summary(form)}
        <h1 class="page__title">"Onboard a customer"</h1>
        <div class="columns">
            <form
                class="columns__main stack"
                method="post"
                action=paths::NEW_CUSTOMER
                novalidate=true
                on:input=move |event| {
                    if let Some((name, value)) = browser::named_value(event.target()) {
                        form.typed(&name, value);
                    }
                }
                on:focusout=move |event| leave(form, &event)
                on:submit=move |event| submit(form, &event)
            >
                // The first button is the one that the Enter key presses.
                <button
                    type="submit"
                    name="intent"
                    value="continue"
                    class="visually-hidden"
                    tabindex="-1"
                    aria-hidden="true"
                >
                    "Continue"
                </button>
                <input type="hidden" name="draft" value=draft/>
                {group(
                    "Reseller and country",
                    vec![customer_of(form, may_create_direct), combobox::reseller_field(form), children().into_any()],
                )}
                {group("Company", company(form))}
                {group("Registered address", registered_address(form))}
                {group("Main contact", contact(form))}
                {group("Languages and rights", vec![row(vec![by_country(form, fields::languages)]), gdap(form)])}
                {actions()}
            </form>
            <aside class="columns__aside">{preview::preview(form)}</aside>
        </div>
    }
    .into_any()
}

/// Fields that belong together, under a heading.
fn group(title: &'static str, fields: Vec<AnyView>) -> AnyView {
    view! {
        <fieldset class="group">
            <legend class="group__title">{title}</legend>
            {fields}
        </fieldset>
    }
    .into_any()
}

/// Fields beside each other, where there is room.
fn row(fields: Vec<AnyView>) -> AnyView {
    view! { <div class="row">{fields}</div> }.into_any()
}

fn company(form: Onboarding) -> Vec<AnyView> {
    vec![text_field(form, Field::CompanyName), domain_field(form), by_country(form, fields::registration)]
}

fn registered_address(form: Onboarding) -> Vec<AnyView> {
    vec![
        text_field(form, Field::AddressLine1),
        text_field(form, Field::AddressLine2),
        row(vec![by_country(form, fields::locality)]),
        form.checks.address.status("address-status"),
        (move || address::suggestion(form)).into_any(),
    ]
}

fn contact(form: Onboarding) -> Vec<AnyView> {
    vec![
        row(vec![text_field(form, Field::FirstName), text_field(form, Field::LastName)]),
        text_field(form, Field::Email),
        text_field(form, Field::Phone),
    ]
}

fn actions() -> AnyView {
    view! {
        <div class="actions">
            <button type="submit" name="intent" value="continue" class="button">
                "Continue"
            </button>
            <button type="submit" name="intent" value="save" class="button button--secondary">
                "Save and finish later"
            </button>
        </div>
    }
    .into_any()
}

/// Whose customer it is to be: asked only of those who may choose.
fn customer_of(form: Onboarding, may_create_direct: bool) -> AnyView {
    let name = Field::CustomerOf.name();
    if !may_create_direct {
        return view! { <input type="hidden" name=name value="reseller"/> }.into_any();
    }
    let direct = untrack(|| form.is_direct());
    view! {
        <fieldset
            class=move || form.field_class(Field::CustomerOf)
            aria-describedby=move || form.described_by(Field::CustomerOf)
        >
            <legend class="field__label">{move || form.label(Field::CustomerOf)}</legend>
            {notes(form, Field::CustomerOf)}
            <div class="choice">
                <input type="radio" id=name name=name value="reseller" checked=!direct/>
                <label for=name>"An indirect reseller's customer"</label>
            </div>
            <div class="choice">
                <input
                    type="radio"
                    id="customer_of_direct"
                    name=name
                    value="direct"
                    checked=direct
                    aria-describedby="customer_of_direct-hint"
                />
                <label for="customer_of_direct">"Our own, direct customer"</label>
                <p class="choice__hint" id="customer_of_direct-hint">
                    "No reseller is named; we bill the customer ourselves"
                </p>
            </div>
        </fieldset>
    }
    .into_any()
}

/// The prefix of the domain, with the part that is always the same behind it.
fn domain_field(form: Onboarding) -> AnyView {
    let field = Field::Domain;
    view! {
        <div class=move || form.field_class(field)>
            {heading(form, field)}
            <div class="input-group">
                {input(form, field)}
                <span class="input-group__suffix" id="domain-suffix" translate="no">
                    {form.domain_suffix.get_value()}
                </span>
            </div>
            {form.checks.domain.status("domain-status")}
            {move || suggested_domain(form)}
        </div>
    }
    .into_any()
}

/// A prefix made of the company's name, offered as long as none is given.
fn suggested_domain(form: Onboarding) -> Option<impl IntoView + use<>> {
    let suggested = form
        .form
        .with(|typed| if typed.domain.is_empty() { suggest_domain(&typed.company_name) } else { String::new() });
    (form.live.get() && !suggested.is_empty()).then(|| {
        let label = ["Use ", &suggested].concat();
        view! {
            <button
                type="button"
                class="button button--quiet"
                on:click=move |_| {
                    form.write(Field::Domain, suggested.clone());
                    browser::focus(Field::Domain.name());
                }
            >
                {label}
            </button>
        }
    })
}

/// Whether the provider gets the default roles.
fn gdap(form: Onboarding) -> AnyView {
    let name = Field::Gdap.name();
    view! {
        <div class="choice">
            <input
                type="checkbox"
                id=name
                name=name
                value="on"
                checked=form.value(Field::Gdap) == "on"
                aria-describedby="gdap-hint"
            />
            <label for=name>{move || form.label(Field::Gdap)}</label>
            <p class="choice__hint" id="gdap-hint">{move || form.hint(Field::Gdap)}</p>
        </div>
    }
    .into_any()
}

/// Takes the server's page over.
fn start_in_browser(form: Onboarding) {
    untrack(|| form.take_over());
    browser::remove_fallbacks();
    form.live.set(true);
    if form.summary.with_untracked(|errors| !errors.is_empty()) {
        browser::focus(SUMMARY_ID);
    }
}

/// A control lost the focus.
fn leave(form: Onboarding, event: &web_sys::FocusEvent) {
    // On the way to a button nothing may appear: what is below would move away from under the pointer.
    if browser::is_button(event.related_target()) {
        return;
    }
    if let Some((name, _)) = browser::named_value(event.target()) {
        form.left(&name);
    }
}

/// The form is about to be sent.
fn submit(form: Onboarding, event: &web_sys::SubmitEvent) {
    let button = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
    // A draft may be as unfinished as it likes.
    if button.is_some_and(|button| button.value() != "continue") {
        return;
    }
    if !form.may_send() {
        event.prevent_default();
    }
}

/// The country's field is the server's; its error comes and goes here all the same.
fn show_country_error(form: Onboarding) {
    let field = Field::Country;
    let error = form.error(field);
    let described_by = control_described_by(field, true, error.is_some());
    if let Some(control) = browser::element(field.name()) {
        browser::set_attribute(&control, "aria-invalid", error.as_ref().map(|_| "true"));
        browser::set_attribute(&control, "aria-describedby", described_by.as_deref());
        if let Ok(Some(around)) = control.closest(".field") {
            browser::set_attribute(&around, "class", Some(form.field_class(field)));
        }
    }
    if let Some(text) = browser::element("country-error") {
        browser::set_attribute(&text, "hidden", error.is_none().then_some(""));
        text.set_text_content(error.as_deref());
    }
}
