//! Help with the domain, the address, and a tenant that is there already: what is known of each, and what it looks like.

use super::{
    checks::{Answer, no_answer},
    fields::{around, input},
    model::Model,
};
use crate::{
    domain::{AddressAnswer, AddressParts, DomainAnswer, DomainCandidate, DomainQuestion, Field, compare_addresses},
    error::PortalError,
    i18n::p,
    islands::markup::{Element, el, unseen},
};

/// Id and name of the field for the reason.
pub(super) const REASON_ID: &str = "address_reason";
/// Name of what remembers for which address the reason is.
pub(super) const KEPT_ID: &str = "address_kept";

/// What a button sends, or does: use this domain.
pub(crate) const USE_DOMAIN: &str = "use-domain ";
/// Suggest domains, from this round on.
pub(crate) const DOMAINS: &str = "domains ";
/// Ask the customer for a relationship instead.
pub(crate) const RELATIONSHIP: &str = "relationship";

/// Is the domain free, and what else may be?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DomainState {
    pub answer: Answer,
    pub candidates: Vec<DomainCandidate>,
    /// So many times were others asked for.
    pub round: u32,
}

impl DomainState {
    pub(super) fn new(answer: Option<DomainAnswer>, round: u32) -> Self {
        let DomainAnswer { advice, candidates } = answer.unwrap_or_default();
        Self { answer: advice.map(Answer::of).unwrap_or_default(), candidates, round }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.answer == Answer::default() && self.candidates.is_empty()
    }

    pub(super) fn asking(&mut self, asked: &DomainQuestion) {
        // Nobody waits for the first suggestions: they are there when the field is reached.
        if !asked.prefix.is_empty() || asked.round > 0 {
            self.answer = Answer::checking();
        }
    }

    pub(super) fn answered(&mut self, asked: &DomainQuestion, answer: Result<DomainAnswer, PortalError>) {
        match answer {
            Ok(answer) => *self = Self::new(Some(answer), self.round),
            Err(_) if asked.prefix.is_empty() => *self = Self { round: self.round, ..Self::default() },
            Err(error) => self.answer = no_answer(&error),
        }
    }
}

/// Does Microsoft know the address, and what was decided about it?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AddressState {
    pub answer: Answer,
    pub suggestions: Vec<AddressParts>,
    pub is_doubtful: bool,
    /// Whether the address was to be kept without a reason.
    pub wants_reason: bool,
}

impl AddressState {
    pub(super) fn answered(&mut self, answer: Result<AddressAnswer, PortalError>) {
        *self = match answer {
            Ok(AddressAnswer { advice, is_doubtful, suggestions }) => {
                Self { answer: Answer::of(advice), suggestions, is_doubtful, wants_reason: false }
            }
            Err(error) => Self { answer: no_answer(&error), ..Self::default() },
        };
    }
}

/// A button that sends the form where there is no script, and is intercepted where there is.
fn submit(intent: &[&str], label: &[&str], class: &str) -> Element {
    let button = el("button").class(class).attr("type", "submit").attr("name", "intent");
    button.attr("value", &intent.concat()).text(&label.concat())
}

/// The prefix of the domain, with the part that is always the same behind it, and what may be used instead.
pub(super) fn domain_field(model: &Model, without_script: Option<Element>) -> Element {
    let field = Field::Domain;
    // The suffix is part of what the control is called.
    let input = input(model, field).attr("aria-labelledby", "domain-label domain-suffix");
    let suffix =
        el("span").class("input-group__suffix").id("domain-suffix").attr("translate", "no").text(&model.domain_suffix);
    around(model, field)
        .child(el("div").class("input-group").child(input).child(suffix))
        .child(model.domain.answer.status("domain-status"))
        .and(candidates(model))
        .and(without_script)
}

fn candidates(model: &Model) -> Option<Element> {
    let DomainState { candidates, round, .. } = &model.domain;
    if candidates.is_empty() {
        return None;
    }
    let item = |candidate: &DomainCandidate| {
        let button = submit(
            &[USE_DOMAIN, &candidate.prefix],
            &[&p!(form.use_prefix, prefix = &candidate.prefix)],
            "button button--quiet",
        );
        el("li").child(button).child(el("span").class("candidates__note").text(&candidate.advice.words))
    };
    let next = (round + 1).to_string();
    let group = el("div").class("candidates").id("domain-candidates").attr("role", "group");
    let others = submit(&[DOMAINS, &next], &[&p!(form.suggest_others)], "button button--quiet");
    Some(
        group
            .attr("aria-label", &p!(form.suggested_domains))
            .child(el("ul").all(candidates.iter().map(item)))
            .child(others),
    )
}

/// Adds what Microsoft says of the address, and the decision, if there is one to take.
pub(super) fn address_help(model: &Model, address: Element) -> Element {
    let kept = el("input").attr("type", "hidden").attr("name", KEPT_ID).id(KEPT_ID);
    let address = address
        .child(model.address.answer.status("address-status"))
        .child(kept.attr("value", &model.form.address_kept));
    if model.address.is_doubtful {
        return address.child(decision(model));
    }
    // What was decided goes along until the address is another one.
    let reason = el("input").attr("type", "hidden").attr("name", REASON_ID).id(REASON_ID);
    address.child(reason.attr("value", &model.form.address_reason))
}

/// Another spelling beside what was typed, and a button for each; or a reason to keep it. Nothing is put in by itself.
fn decision(model: &Model) -> Element {
    let is_kept = model.form.kept_address_reason().is_some();
    let typed = model.form.address_parts();
    let spelling = |(place, suggested): (usize, &AddressParts)| {
        let act = ["use-address-", &place.to_string()].concat();
        let button = el("button").class("button button--secondary").attr("type", "button").attr("data-act", &act);
        el("div")
            .child(el("p").class("notice__title").words(p!(form.microsoft_writes)))
            .child(differences(suggested, &typed))
            .child(button.words(p!(form.use_suggested)))
    };
    let offers = (!is_kept && !model.address.suggestions.is_empty()).then(|| {
        let typed = el("div").child(el("p").class("notice__title").words(p!(form.you_typed))).child(lines(&typed));
        el("div").class("row").child(typed).all(model.address.suggestions.iter().enumerate().map(spelling))
    });
    let wants_reason = model.address.wants_reason && !is_kept;
    let label = el("label").class("field__label").attr("for", REASON_ID);
    let hint = el("p").class("field__hint").id("address_reason-hint");
    let reason = el("input")
        .id(REASON_ID)
        .class("input")
        .attr("type", "text")
        .attr("name", REASON_ID)
        .attr("maxlength", "500")
        .attr("autocomplete", "off")
        .attr("value", &model.form.address_reason)
        .attr(
            "aria-describedby",
            if wants_reason { "address_reason-hint address_reason-error" } else { "address_reason-hint" },
        )
        .maybe("aria-invalid", wants_reason.then_some("true"));
    let error = el("p").class("field__error").id("address_reason-error");
    let keep = el("button").class("button button--secondary").attr("type", "button").attr("data-act", "keep-address");
    let said = if is_kept { p!(form.the_address_is_kept_as) } else { String::new() };
    el("div")
        .class("notice notice--info")
        .id("address-decision")
        .attr("role", "group")
        .attr("aria-label", &p!(form.decide_about_the_address))
        .and(offers)
        .child(
            el("div")
                .class(if wants_reason { "field field--error" } else { "field" })
                .child(label.words(p!(form.reason_for_keeping_the_address)))
                .child(hint.words(p!(form.such_as_as_in_the)))
                .and(
                    wants_reason
                        .then(|| error.child(unseen(&p!(form.error))).words(p!(form.enter_the_reason_then_keep))),
                )
                .child(reason),
        )
        .child(el("div").class("actions").child(keep.words(p!(form.keep_mine))))
        .child(el("p").class("field__status").attr("data-state", "good").attr("role", "status").text(&said))
}

/// An address on its lines.
fn lines(address: &AddressParts) -> Element {
    let mut lines = el("p").class("envelope").attr("translate", "no");
    for (_, part, _) in compare_addresses(address, address) {
        lines = lines.text(part).child(el("br"));
    }
    lines
}

/// The same with what differs from `other` marked, and said.
fn differences(address: &AddressParts, other: &AddressParts) -> Element {
    let mut lines = el("p").class("envelope").attr("translate", "no");
    for (_, part, other) in compare_addresses(address, other) {
        lines = match part {
            _ if part == other => lines.text(part),
            "" => lines.child(el("del").child(unseen(&p!(form.left_out))).text(other)),
            _ => lines.child(el("mark").child(unseen(&p!(form.differs))).text(part)),
        };
        lines = lines.child(el("br"));
    }
    lines
}

/// That the company seems to have a tenant already, and the way to it: a choice, not a wall.
pub(super) fn tenant_notice(model: &Model) -> Element {
    let around = el("div").id("tenant-notice").attr("role", "status");
    if model.tenant.is_empty() {
        return around;
    }
    let item = |sign: &String| el("li").text(sign);
    let ask = submit(&[RELATIONSHIP], &[&p!(form.ask_for_a_relationship)], "button button--secondary");
    around.child(
        el("div")
            .class("notice notice--warning")
            .child(el("p").class("notice__title").words(p!(form.this_company_seems_to_have)))
            .child(el("ul").class("list").all(model.tenant.iter().map(item)))
            .child(el("p").words(p!(form.a_second_tenant_is_seldom)))
            .child(el("div").class("actions").child(ask)),
    )
}
