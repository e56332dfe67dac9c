//! The card that fills as a person types.

use leptos::prelude::*;

use super::state::Onboarding;
use crate::domain::{Field, Problem, ResellerChoice};

/// The card.
pub(super) fn preview(form: Onboarding) -> AnyView {
    view! {
        <section class="preview" aria-labelledby="preview-title">
            <h2 class="card__title" id="preview-title">"This customer"</h2>
            <div class="preview__row">
                <h3 class="preview__label">"Reseller"</h3>
                {move || reseller(form)}
                {form.checks.reseller.echo()}
            </div>
            <div class="preview__row">
                <h3 class="preview__label">"Microsoft domain"</h3>
                {move || domain(form)}
                {form.checks.domain.echo()}
            </div>
            <div class="preview__row">
                <h3 class="preview__label">"Registered address"</h3>
                {move || envelope(form)}
                {form.checks.address.echo()}
            </div>
            <div class="missing">{move || missing(form)}</div>
        </section>
    }
    .into_any()
}

fn reseller(form: Onboarding) -> AnyView {
    if form.is_direct() {
        return view! { <p>"None: a direct customer of the provider"</p> }.into_any();
    }
    form.reseller.with(|reseller| match reseller {
        Some(reseller) => view! {
            <p>
                <strong>{reseller.name.clone()}</strong>
                <br/>
                {reseller_meta(reseller)}
            </p>
        }
        .into_any(),
        None => view! { <p>"Not chosen yet"</p> }.into_any(),
    })
}

/// MPN id and country of a reseller.
pub(crate) fn reseller_meta(reseller: &ResellerChoice) -> String {
    let place = place_name(&reseller.location);
    ["MPN ID ", &reseller.mpn_id, " \u{b7} ", &place].concat()
}

/// English name of a country: on the server from the table; in the browser from the list of countries that is on the
/// page anyway, so that the table need not travel a second time.
fn place_name(code: &str) -> String {
    #[cfg(feature = "ssr")]
    let name = crate::domain::country_name(code).map(str::to_owned);
    #[cfg(not(feature = "ssr"))]
    let name = crate::islands::browser::option_text(Field::Country.name(), code);
    name.unwrap_or_else(|| code.to_owned())
}

fn domain(form: Onboarding) -> impl IntoView {
    let prefix = form.form.with(|form| form.domain.clone());
    if prefix.is_empty() {
        return view! { <p>"Not given yet"</p> }.into_any();
    }
    let suffix = form.domain_suffix.get_value();
    view! { <p class="mono" translate="no">{prefix}<wbr/>{suffix}</p> }.into_any()
}

fn envelope(form: Onboarding) -> impl IntoView {
    let lines = form.form.with(|typed| form.rules.with(|rules| typed.formatted_address(rules)));
    if lines.is_empty() || !form.knows_country() {
        return view! { <p>"Not given yet"</p> }.into_any();
    }
    lines_view(lines).into_any()
}

/// An address, one line each.
fn lines_view(lines: Vec<String>) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <span>{line}<br/></span> }).collect_view();
    view! { <p class="envelope" translate="no">{lines}</p> }
}

/// The fields that still have to be filled in.
fn missing(form: Onboarding) -> impl IntoView {
    let fields: Vec<Field> =
        Field::ALL.into_iter().filter(|field| form.problem(*field) == Some(Problem::Missing)).collect();
    if fields.is_empty() {
        return view! { <p>"Nothing is missing."</p> }.into_any();
    }
    let count = fields.len();
    let links = fields
        .into_iter()
        .map(|field| {
            view! {
                <li>
                    <a href=["#", field.name()].concat()>{form.label(field)}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <h3 class="preview__label">"Still missing: " {count}</h3>
        <ul>{links}</ul>
    }
    .into_any()
}
