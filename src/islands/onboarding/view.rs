//! The form's page, made of what the form knows.

use super::{
    FORM_ID, SUMMARY_ID,
    advice::{address_help, domain_field, tenant_notice},
    combobox::reseller_field,
    fields::{by_country, list_field, locality, notes, taken, text_field},
    model::{Fault, Model},
    preview::preview,
    split::split_notice,
};
use crate::{
    domain::Field,
    i18n::p,
    islands::markup::{Element, Node, el, icon, unseen},
    paths,
};

/// What the server alone puts into the form.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerParts {
    /// The options of the list of countries.
    pub(crate) countries: Vec<Node>,
    /// Search and choice of a reseller for browsers without script.
    pub(crate) resellers: Option<Element>,
    /// The button that loads the fields of another country, for browsers without script.
    pub(crate) update_country: Option<Element>,
    /// What the form sends about itself, so that its draft can be kept.
    pub(crate) keeping: Vec<Element>,
    /// How the draft stands.
    pub(crate) kept: Vec<Element>,
    /// The button that suggests domains, for browsers without script.
    pub(crate) suggest_domains: Option<Element>,
}

/// Everything below the stepper.
pub(super) fn page(model: &Model, parts: ServerParts) -> Vec<Element> {
    let heading = el("h1").class("page__title").words(p!(form.onboard_a_customer));
    let kept = el("div").id("draft-line").all(parts.kept.clone()).settled();
    let aside = el("aside").class("columns__aside").child(preview(model)).child(kept);
    let columns = el("div").class("columns").child(form(model, parts)).child(aside);
    summary(model).into_iter().chain([heading, columns]).collect()
}

/// Everything that was wrong when the person wanted to go on, at the top of the page. What has been mended since is marked
/// and stays where it is, so that nothing jumps while typing.
fn summary(model: &Model) -> Option<Element> {
    let faults = &model.summary;
    let is_mended = |fault: &Fault| model.fault(fault.field).is_none();
    let item = |fault: &Fault| {
        let link = el("a").attr("href", &["#", fault.field.name()].concat()).text(&fault.words);
        if is_mended(fault) {
            el("li")
                .class("error-summary__mended")
                .child(icon("/icons.svg#check"))
                .child(unseen(&p!(form.mended)))
                .child(link)
        } else {
            el("li").child(link)
        }
    };
    // An alert speaks with every change in it, and that a line was mended is nothing to interrupt somebody for.
    let role = if faults.iter().any(is_mended) { "group" } else { "alert" };
    let said = el("div")
        .attr("role", role)
        .child(el("h2").words(p!(form.there_is_a_problem)))
        .child(el("ul").all(faults.iter().map(item)));
    let summary = el("div").class("error-summary").id(SUMMARY_ID).attr("tabindex", "-1").child(said);
    (!faults.is_empty()).then_some(summary)
}

fn form(model: &Model, parts: ServerParts) -> Element {
    let sale = group(p!(form.reseller_and_country));
    let sale = if model.is_resellers_own {
        sale.child(own_reseller(model))
    } else {
        sale.child(customer_of(model)).child(reseller_field(model)).and(parts.resellers)
    };
    let sale = sale.child(list_field(model, Field::Country, parts.countries)).and(parts.update_country);
    let company = group(p!(form.company))
        .child(text_field(model, Field::CompanyName))
        .child(domain_field(model, parts.suggest_domains))
        .and(by_country(model, Field::RegistrationNumber));
    let languages = row().and(by_country(model, Field::Culture)).and(by_country(model, Field::Language));
    el("form")
        .class("columns__main stack")
        .id(FORM_ID)
        .attr("method", "post")
        .attr("action", paths::NEW_CUSTOMER)
        .flag("novalidate", true)
        // The first button of a form is the one that the Enter key presses.
        .child(
            button("continue", &p!(form.do_continue), "visually-hidden")
                .attr("tabindex", "-1")
                .attr("aria-hidden", "true"),
        )
        .child(el("input").attr("type", "hidden").attr("name", "draft").attr("value", &model.draft))
        .child(el("div").id("draft-fields").flag("hidden", true).all(parts.keeping).settled())
        .child(sale)
        .child(company)
        .child(registered_address(model))
        .child(contact(model))
        .child(group(p!(form.languages_and_rights)).child(languages).child(gdap(model)))
        .child(el("div").class("actions").child(button("continue", &p!(form.do_continue), "button")).child(button(
            "save",
            &p!(form.save_and_finish_later),
            "button button--secondary",
        )))
}

/// A button that sends the form.
pub(crate) fn button(intent: &str, label: &str, class: &str) -> Element {
    el("button").class(class).attr("type", "submit").attr("name", "intent").attr("value", intent).text(label)
}

/// For fields that belong together, under a heading.
#[inline(never)]
fn group(title: String) -> Element {
    el("fieldset").class("group").child(el("legend").class("group__title").words(title))
}

/// For fields beside each other, where there is room.
fn row() -> Element {
    el("div").class("row")
}

/// Whose customer it is to be: asked only of those who may choose.
fn customer_of(model: &Model) -> Element {
    let field = Field::CustomerOf;
    let name = field.name();
    if !model.may_create_direct {
        return el("input").attr("type", "hidden").attr("name", name).attr("value", "reseller");
    }
    let radio = |id: &str, value: &str, label: &str| {
        let is_chosen = model.form.customer_of == value;
        let radio = el("input").id(id).attr("type", "radio").attr("name", name).attr("value", value);
        el("div").class("choice").child(radio.flag("checked", is_chosen)).child(el("label").attr("for", id).text(label))
    };
    let direct = radio("customer_of_direct", "direct", &p!(form.our_own_direct_customer))
        .child(el("p").class("choice__hint").words(p!(form.no_reseller_is_named_we)));
    let choice = el("fieldset")
        .class(model.field_class(field))
        .id("customer_of-field")
        .maybe("aria-describedby", model.described_by(field).as_deref())
        .child(el("legend").class("field__label").words(model.label(field)));
    notes(model, field, choice).child(radio(name, "reseller", &p!(form.an_indirect_resellers_customer))).child(direct)
}

/// The reseller whose person fills in the form: said, and not asked for.
fn own_reseller(model: &Model) -> Element {
    let (name, meta) = model.reseller.as_ref().map_or(("", ""), |own| (&own.name, &own.meta));
    el("div")
        .class("field")
        .id("reseller_search-field")
        .child(el("p").class("field__label").words(p!(form.reseller)))
        .child(el("p").child(el("strong").text(name)).child(el("br")).text(meta))
        .child(model.readiness.status("reseller-status"))
}

fn registered_address(model: &Model) -> Element {
    let third = model.shows_third_line().then(|| text_field(model, Field::AddressLine3));
    let address = group(p!(form.registered_address))
        .child(text_field(model, Field::AddressLine1))
        .child(split_notice(model))
        .child(text_field(model, Field::AddressLine2))
        .and(third)
        .child(locality(model, row()));
    address_help(model, address)
}

fn contact(model: &Model) -> Element {
    let names = row()
        .child(text_field(model, Field::FirstName))
        .and(by_country(model, Field::MiddleName))
        .child(text_field(model, Field::LastName));
    group(p!(form.main_contact))
        .child(names)
        .child(text_field(model, Field::Email))
        .child(tenant_notice(model))
        .child(text_field(model, Field::Phone))
}

/// Whether the provider gets the default roles.
fn gdap(model: &Model) -> Element {
    let field = Field::Gdap;
    let tick = el("input")
        .id(field.name())
        .attr("type", "checkbox")
        .attr("name", field.name())
        .attr("value", "on")
        .flag("checked", model.form.gdap == "on")
        .maybe("aria-describedby", model.described_by(field).as_deref());
    let hint = model.hint(field).unwrap_or_default();
    el("div")
        .class("choice")
        .child(tick)
        .child(el("label").attr("for", field.name()).words(model.label(field)))
        .child(el("p").class("choice__hint").id("gdap-hint").words(hint))
        .and(taken(model, field))
}
