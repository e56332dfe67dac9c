//! A whole address that was pasted into its first line: the portal says how it would be split, the person decides.

use super::{
    model::{Effect, Model},
    values,
};
use crate::{
    domain::{AddressParts, Field},
    i18n::p,
    islands::markup::{Element, el},
};

/// No address is longer.
const LONGEST: usize = 1_000;

/// How it stands with an address that was pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Split {
    /// There is none.
    #[default]
    Nothing,
    /// It can be split like this.
    Offered(AddressParts),
    /// It was split; before that the fields were like this.
    Done(AddressParts),
}

/// What a person says to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitStep {
    /// Split it.
    Use,
    /// Leave it as it is.
    Leave,
    /// As it was before.
    Undo,
}

impl Model {
    /// Something was pasted into the first line of the address.
    pub(super) fn pasted(&mut self, text: String) -> Vec<Effect> {
        self.split = Split::Nothing;
        let is_address = text.trim().contains('\n') && text.len() <= LONGEST;
        if is_address { vec![Effect::AskSplit { text, country: self.form.country.clone() }] } else { Vec::new() }
    }

    /// The portal has said what the parts are, if they can be told.
    pub(super) fn may_be_split(&mut self, parts: Option<AddressParts>) -> Vec<Effect> {
        self.split = parts.map(Split::Offered).unwrap_or_default();
        Vec::new()
    }

    pub(super) fn step_of_split(&mut self, step: SplitStep) -> Vec<Effect> {
        let before = self.form.address_parts();
        match (step, std::mem::take(&mut self.split)) {
            (SplitStep::Use, Split::Offered(parts)) => {
                self.split = Split::Done(before);
                self.put_address(parts)
            }
            (SplitStep::Undo, Split::Done(parts)) => self.put_address(parts),
            _ => vec![Effect::Focus(Field::AddressLine1.name())],
        }
    }

    /// Puts the parts of an address into their fields.
    fn put_address(&mut self, parts: AddressParts) -> Vec<Effect> {
        let AddressParts { address_line1, address_line2, city, state, postal_code, country } = parts;
        let known = values::find_choice(values::choices(&self.rules, Field::State), &state);
        let state = known.map(|choice| choice.value.clone()).unwrap_or(state);
        let mut effects = Vec::new();
        for (field, value) in [
            (Field::AddressLine1, address_line1),
            (Field::AddressLine2, address_line2),
            (Field::City, city),
            (Field::State, state),
            (Field::PostalCode, postal_code),
            (Field::Country, country),
        ] {
            if field != Field::Country || value != self.form.country {
                effects = self.set(field, value);
            }
        }
        effects.push(Effect::Focus(Field::AddressLine1.name()));
        effects
    }
}

/// What is said about it, and what can be done; spoken when it comes.
pub(super) fn split_notice(model: &Model) -> Element {
    let around = el("div").id("address-split").attr("role", "status");
    let action = |act: &str, label: &str, class: &str| {
        el("button").class(class).attr("type", "button").attr("data-act", act).text(label)
    };
    match &model.split {
        Split::Nothing => around,
        Split::Offered(parts) => {
            let AddressParts { address_line1, address_line2, city, state, postal_code, .. } = parts;
            let parts = [address_line1, address_line2, city, state, postal_code];
            let parts = parts.into_iter().filter(|part| !part.is_empty()).map(|part| el("li").text(part));
            around
                .class("notice notice--info")
                .child(el("p").words(p!(form.this_is_a_whole_address)))
                .child(el("ul").class("list").attr("translate", "no").all(parts))
                .child(
                    el("div")
                        .class("actions")
                        .child(action("split", &p!(form.split_it_into_the_fields), "button button--secondary"))
                        .child(action("no-split", &p!(form.leave_it), "button button--quiet")),
                )
        }
        Split::Done(_) => around
            .class("notice notice--info")
            .child(el("p").words(p!(form.the_address_was_split_into)))
            .child(el("div").class("actions").child(action("undo-split", &p!(form.undo), "button button--secondary"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{NewCustomerForm, testing::united_states},
        islands::onboarding::model::{Event, tests::start},
    };

    fn pasted() -> Model {
        let mut model = Model::new(start(united_states()), NewCustomerForm::default());
        model.update(Event::Typed(Field::Country, "US".to_owned()));
        model.update(Event::Typed(Field::AddressLine1, "One Microsoft WayRedmond, WA 98052".to_owned()));
        model
    }

    fn parts() -> AddressParts {
        AddressParts {
            address_line1: "One Microsoft Way".to_owned(),
            city: "Redmond".to_owned(),
            state: "Washington".to_owned(),
            postal_code: "98052".to_owned(),
            country: "US".to_owned(),
            ..AddressParts::default()
        }
    }

    #[test]
    fn only_several_lines_are_asked_about() {
        let mut model = pasted();
        assert!(model.update(Event::Pasted("One Microsoft Way\n".to_owned())).is_empty());
        let text = "One Microsoft Way\nRedmond, WA 98052".to_owned();
        let asked = Effect::AskSplit { text: text.clone(), country: "US".to_owned() };
        assert_eq!(model.update(Event::Pasted(text)), [asked]);
    }

    #[test]
    fn a_split_address_can_be_put_together_again() {
        let mut model = pasted();
        let before = model.form.clone();
        model.update(Event::MayBeSplit(Some(parts())));
        assert_eq!(model.form, before, "nothing by itself");
        model.update(Event::Split(SplitStep::Use));
        assert_eq!((model.form.address_line1.as_str(), model.form.state.as_str()), ("One Microsoft Way", "WA"));
        model.update(Event::Split(SplitStep::Undo));
        assert_eq!(model.form, before);
        assert_eq!(model.split, Split::Nothing);
    }
}
