//! The card that fills as a person types.

use super::{checks::Answer, model::Model};
use crate::i18n::p;
use crate::islands::markup::{Element, el};

/// The card.
pub(super) fn preview(model: &Model) -> Element {
    el("section")
        .class("preview")
        .attr("aria-labelledby", "preview-title")
        .child(el("h2").class("card__title").id("preview-title").words(p!(form.this_customer)))
        .child(row(&p!(form.reseller), reseller(model), &model.readiness))
        .child(row(&p!(form.label_domain), domain(model), &model.domain.answer))
        .child(row(&p!(form.registered_address), envelope(model), &model.address.answer))
        .child(missing(model))
}

fn row(title: &str, content: Element, answer: &Answer) -> Element {
    el("div")
        .class("preview__row")
        .child(el("h3").class("preview__label").text(title))
        .child(content)
        .child(answer.echo())
}

fn reseller(model: &Model) -> Element {
    match &model.reseller {
        _ if model.is_direct() => el("p").words(p!(form.none_a_direct_customer_of)),
        Some(offer) => el("p").child(el("strong").text(&offer.name)).child(el("br")).text(&offer.meta),
        None => el("p").words(p!(form.not_chosen_yet)),
    }
}

fn domain(model: &Model) -> Element {
    if model.form.domain.is_empty() {
        return el("p").words(p!(form.not_given_yet));
    }
    el("p").class("mono").attr("translate", "no").text(&model.form.domain).child(el("wbr")).text(&model.domain_suffix)
}

/// The address as on an envelope, as the country writes it.
fn envelope(model: &Model) -> Element {
    let lines = model.form.formatted_address(&model.rules);
    if !model.knows_country() || lines.is_empty() {
        return el("p").words(p!(form.not_given_yet));
    }
    let mut envelope = el("p").class("envelope").attr("translate", "no");
    for line in lines {
        envelope = envelope.text(&line).child(el("br"));
    }
    envelope
}

/// The fields that still have to be filled in.
fn missing(model: &Model) -> Element {
    let fields = model.missing();
    let card = el("div").class("missing");
    if fields.is_empty() {
        return card.child(el("p").words(p!(form.nothing_is_missing)));
    }
    let title = p!(form.still_missing, count = &fields.len().to_string());
    let links = fields
        .into_iter()
        .map(|field| el("li").child(el("a").attr("href", &["#", field.name()].concat()).words(model.label(field))));
    card.child(el("h3").class("preview__label").words(title)).child(el("ul").all(links))
}
