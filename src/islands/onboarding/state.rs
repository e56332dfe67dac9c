//! What the form knows: what was typed, what is wrong with it, what the country wants.

use leptos::prelude::*;

use super::{checks::Checks, combobox::Combobox, values};
use crate::{
    domain::{
        CountryCode, CountryRules, CustomerOf, Field, FieldError, FieldErrors, NewCustomerForm, Problem,
        ResellerChoice, ResellerId, words,
    },
    islands::browser,
};

/// The form's signals. A copy of it goes to every part of the view.
#[derive(Clone, Copy)]
pub(super) struct Onboarding {
    /// As typed.
    pub form: RwSignal<NewCustomerForm>,
    /// What the country wants; those of [`values::no_country`] until one is chosen and its rules are there.
    pub rules: RwSignal<CountryRules>,
    /// What is shown beside the fields now.
    pub errors: RwSignal<FieldErrors>,
    /// What was wrong at the last attempt to continue; stands still until the next, so that nothing jumps while typing.
    pub summary: RwSignal<FieldErrors>,
    /// The chosen reseller; always that of `reseller_id`.
    pub reseller: RwSignal<Option<ResellerChoice>>,
    /// Whether the browser's half is at work; false in the server's markup and until it has been taken over.
    pub live: RwSignal<bool>,
    /// The answers of the live checks.
    pub checks: Checks,
    /// The list of resellers.
    pub combobox: Combobox,
    /// `.onmicrosoft.com` or its like in another cloud.
    pub domain_suffix: StoredValue<String>,
    /// Fields that the person has written to.
    touched: StoredValue<Vec<Field>>,
    /// Set for a moment after a submit, so that a double click sends once.
    sent: StoredValue<bool>,
}

impl Onboarding {
    /// The state that the server's markup shows.
    pub(super) fn new(start: super::FormStart) -> Self {
        let mut form = start.form;
        if let Some(reseller) = start.reseller.as_ref().filter(|_| form.reseller_search.is_empty()) {
            form.reseller_search.clone_from(&reseller.name);
        }
        Self {
            form: RwSignal::new(form),
            rules: RwSignal::new(start.rules.unwrap_or_else(values::no_country)),
            errors: RwSignal::new(start.errors.clone()),
            summary: RwSignal::new(start.errors),
            reseller: RwSignal::new(start.reseller),
            live: RwSignal::new(false),
            checks: Checks::new(),
            combobox: Combobox::new(),
            domain_suffix: StoredValue::new(start.domain_suffix),
            touched: StoredValue::new(Vec::new()),
            sent: StoredValue::new(false),
        }
    }

    /// What was typed into a field; no subscription.
    pub(super) fn value(self, field: Field) -> String {
        self.form.with_untracked(|form| values::get(form, field).to_owned())
    }

    /// What the field is called in the chosen country.
    pub(super) fn label(self, field: Field) -> String {
        self.rules.with(|rules| words::label(field, rules))
    }

    /// Help with a field.
    pub(super) fn hint(self, field: Field) -> Option<String> {
        self.rules.with(|rules| words::hint(field, rules))
    }

    /// The error that is shown beside a field.
    pub(super) fn error(self, field: Field) -> Option<String> {
        self.errors.with(|errors| errors.get(field).map(|problem| self.message(field, problem)))
    }

    /// A problem in words.
    pub(super) fn message(self, field: Field, problem: &Problem) -> String {
        self.rules.with(|rules| words::message(field, problem, rules))
    }

    /// Whether an error is shown beside a field.
    pub(super) fn has_error(self, field: Field) -> bool {
        self.errors.with(|errors| errors.get(field).is_some())
    }

    /// Whether the rules are those of the country that is chosen now.
    pub(super) fn knows_country(self) -> bool {
        self.form.with(|form| self.rules.with(|rules| rules.country.as_str() == form.country))
    }

    /// Whether the customer is to be the provider's own.
    pub(super) fn is_direct(self) -> bool {
        self.form.with(|form| form.customer_of() == Some(CustomerOf::Direct))
    }

    /// What is wrong with a field now, whether it is shown or not; subscribes to the form and the rules.
    pub(super) fn problem(self, field: Field) -> Option<Problem> {
        self.form.with(|form| self.rules.with(|rules| form.problem(field, rules)))
    }

    /// Everything that is wrong now.
    pub(super) fn problems(self) -> FieldErrors {
        self.form.with(|form| self.rules.with(|rules| form.problems(rules)))
    }

    /// A person wrote into a control.
    pub(super) fn typed(self, name: &str, mut value: String) {
        let Some(field) = Field::from_name(name) else { return };
        if field == Field::CustomerOf {
            value = browser::radio_value(name).unwrap_or_default();
        }
        if field == Field::Domain && value.bytes().any(|byte| byte.is_ascii_uppercase()) {
            value.make_ascii_lowercase();
            browser::set_value(name, &value);
        }
        self.touched.update_value(|touched| touched.push(field));
        self.set(field, value);
    }

    /// Changes the value of a field and everything that hangs on it, but not the control.
    pub(super) fn set(self, field: Field, value: String) {
        self.form.update(|form| {
            values::put(form, field, value);
            if field == Field::Reseller {
                form.reseller_id.clear();
            }
        });
        match field {
            Field::Reseller => self.forget_reseller(),
            Field::Country => self.load_rules(),
            Field::Domain => self.checks.domain_changed(self),
            Field::AddressLine1 | Field::AddressLine2 | Field::City | Field::State | Field::PostalCode => {
                self.checks.address_changed(self);
            }
            _ => {}
        }
        self.relent(field);
    }

    /// Changes the value of a field and its control.
    pub(super) fn write(self, field: Field, value: String) {
        browser::set_value(field.name(), &value);
        self.set(field, value);
    }

    /// Takes a reseller; nothing but a choice from the list leads here.
    pub(super) fn choose_reseller(self, reseller: ResellerChoice) {
        browser::set_value(Field::Reseller.name(), &reseller.name);
        self.form.update(|form| {
            form.reseller_id = reseller.id.as_str().to_owned();
            form.reseller_search.clone_from(&reseller.name);
        });
        self.checks.reseller_chosen(self, reseller.id.clone());
        self.reseller.set(Some(reseller));
        self.relent(Field::Reseller);
    }

    /// Id of the reseller whose customer this is to be.
    pub(super) fn reseller_id(self) -> Option<ResellerId> {
        self.reseller.with_untracked(|reseller| reseller.as_ref().map(|reseller| reseller.id.clone()))
    }

    fn forget_reseller(self) {
        if self.reseller.with_untracked(Option::is_some) {
            self.reseller.set(None);
            self.checks.reseller.clear();
        }
    }

    /// An error goes, or changes its words, with the keystroke that fixes it; none comes.
    fn relent(self, field: Field) {
        if untrack(|| self.has_error(field)) {
            self.replace(field, untrack(|| self.problem(field)));
        }
    }

    /// A person left a field: blamed only for what will not become right by itself.
    pub(super) fn left(self, name: &str) {
        // The list of resellers has ways of its own to say that nothing is chosen yet.
        let Some(field) = Field::from_name(name).filter(|field| *field != Field::Reseller) else { return };
        let problem = untrack(|| self.problem(field));
        if problem.as_ref().is_some_and(|problem| *problem != Problem::Missing) {
            self.replace(field, problem);
        }
    }

    fn replace(self, field: Field, problem: Option<Problem>) {
        let others = self
            .errors
            .with_untracked(|errors| errors.iter().filter(|error| error.field != field).cloned().collect::<Vec<_>>());
        let new = problem.map(|problem| FieldError { field, problem });
        self.errors.set(others.into_iter().chain(new).collect());
    }

    /// Whether the form may be sent; if not, everything that is wrong is shown.
    pub(super) fn may_send(self) -> bool {
        if self.sent.get_value() {
            return false;
        }
        // A country whose rules did not arrive is judged by the server.
        let blind = !self.value(Field::Country).is_empty() && !untrack(|| self.knows_country());
        let problems = if blind { FieldErrors::default() } else { untrack(|| self.problems()) };
        if problems.is_empty() {
            self.sent.set_value(true);
            set_timeout(move || self.sent.set_value(false), std::time::Duration::from_secs(2));
            return true;
        }
        self.errors.set(problems.clone());
        self.summary.set(problems);
        browser::mark_title();
        request_animation_frame(|| browser::focus(super::SUMMARY_ID));
        false
    }

    /// Asks what the chosen country wants.
    fn load_rules(self) {
        let Ok(country) = self.value(Field::Country).parse::<CountryCode>() else { return };
        leptos::task::spawn_local(async move {
            let answer = crate::api::load_country_rules(country.clone()).await;
            // Another country may have been chosen meanwhile.
            if let Ok(rules) = answer
                && self.value(Field::Country) == country.as_str()
            {
                self.adopt(rules);
            }
        });
    }

    /// Makes the rules of a country those of the form.
    fn adopt(self, rules: CountryRules) {
        let focused = browser::focused();
        let touched = self.touched.get_value();
        self.rules.with_untracked(|old| {
            self.form.update(|form| values::carry_over(form, old, &rules, |field| touched.contains(&field)));
        });
        self.rules.set(rules);
        // What is wrong only in the former country is wrong no more.
        let remaining = self.errors.with_untracked(|errors| {
            errors
                .iter()
                .filter_map(|error| match error.problem {
                    // Only the server can see these.
                    Problem::Taken | Problem::ForeignDomain | Problem::NotReady | Problem::Refused => {
                        Some(error.clone())
                    }
                    _ => {
                        untrack(|| self.problem(error.field)).map(|problem| FieldError { field: error.field, problem })
                    }
                })
                .collect()
        });
        self.errors.set(remaining);
        self.checks.address_changed(self);
        // Fields that the country orders or lists in another way were made anew.
        request_animation_frame(move || {
            if browser::focused() != focused {
                browser::focus(&focused);
            }
        });
    }

    /// Takes over what the browser put into the controls: kept from an earlier visit, or typed before the script came.
    pub(super) fn take_over(self) {
        let country = self.value(Field::Country);
        for field in Field::ALL {
            let name = field.name();
            let value = if field == Field::CustomerOf { browser::radio_value(name) } else { browser::value(name) };
            if let Some(value) = value
                && value != self.value(field)
            {
                if field == Field::Reseller {
                    self.set(field, value);
                } else {
                    self.form.update(|form| values::put(form, field, value));
                }
            }
        }
        if self.value(Field::Country) != country {
            self.load_rules();
        }
        if !self.value(Field::Domain).is_empty() {
            self.checks.domain_changed(self);
        }
        self.checks.address_changed(self);
        if let Some(reseller) = self.reseller_id() {
            self.checks.reseller_chosen(self, reseller);
        }
    }
}
