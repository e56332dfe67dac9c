//! The form by field, and what a change of country does to it.

use crate::domain::{Choice, CountryRules, Field, NewCustomerForm};

/// What was typed into a field.
pub(super) fn get(form: &NewCustomerForm, field: Field) -> &str {
    match field {
        Field::CustomerOf => &form.customer_of,
        Field::Reseller => &form.reseller_search,
        Field::Country => &form.country,
        Field::CompanyName => &form.company_name,
        Field::Domain => &form.domain,
        Field::RegistrationNumber => &form.registration_number,
        Field::AddressLine1 => &form.address_line1,
        Field::AddressLine2 => &form.address_line2,
        Field::AddressLine3 => &form.address_line3,
        Field::District => &form.district,
        Field::City => &form.city,
        Field::State => &form.state,
        Field::PostalCode => &form.postal_code,
        Field::FirstName => &form.first_name,
        Field::MiddleName => &form.middle_name,
        Field::LastName => &form.last_name,
        Field::Email => &form.email,
        Field::Phone => &form.phone,
        Field::Culture => &form.culture,
        Field::Language => &form.language,
        Field::Gdap => &form.gdap,
    }
}

/// Puts into a field what was typed.
pub(super) fn put(form: &mut NewCustomerForm, field: Field, value: String) {
    let slot = match field {
        Field::CustomerOf => &mut form.customer_of,
        Field::Reseller => &mut form.reseller_search,
        Field::Country => &mut form.country,
        Field::CompanyName => &mut form.company_name,
        Field::Domain => &mut form.domain,
        Field::RegistrationNumber => &mut form.registration_number,
        Field::AddressLine1 => &mut form.address_line1,
        Field::AddressLine2 => &mut form.address_line2,
        Field::AddressLine3 => &mut form.address_line3,
        Field::District => &mut form.district,
        Field::City => &mut form.city,
        Field::State => &mut form.state,
        Field::PostalCode => &mut form.postal_code,
        Field::FirstName => &mut form.first_name,
        Field::MiddleName => &mut form.middle_name,
        Field::LastName => &mut form.last_name,
        Field::Email => &mut form.email,
        Field::Phone => &mut form.phone,
        Field::Culture => &mut form.culture,
        Field::Language => &mut form.language,
        Field::Gdap => &mut form.gdap,
    };
    *slot = value;
}

/// The choices of a field that is a list in this country; empty: it is typed.
pub(super) fn choices(rules: &CountryRules, field: Field) -> &[Choice] {
    // The languages of no country would stay when one is chosen.
    if rules.country_name.is_empty() {
        return &[];
    }
    match field {
        Field::State => rules.state.as_ref().map_or(&[], |state| &state.options),
        Field::Culture => &rules.cultures,
        Field::Language => &rules.languages,
        _ => &[],
    }
}

/// The choice that `typed` means: by value, or by the words that are shown for it.
pub(super) fn find_choice<'a>(choices: &'a [Choice], typed: &str) -> Option<&'a Choice> {
    let typed = typed.trim();
    choices
        .iter()
        .find(|choice| choice.value.eq_ignore_ascii_case(typed))
        .or_else(|| choices.iter().find(|choice| choice.label.eq_ignore_ascii_case(typed)))
}

/// Carries what was typed over to another country: a state is found again by its name, invoices and messages get the
/// languages of the country unless `chosen` says that the person chose one that is possible there too.
pub(super) fn carry_over(
    form: &mut NewCustomerForm,
    from: &CountryRules,
    to: &CountryRules,
    chosen: impl Fn(Field) -> bool,
) {
    let typed = find_choice(choices(from, Field::State), &form.state)
        .map_or_else(|| form.state.clone(), |choice| choice.label.clone());
    let states = choices(to, Field::State);
    form.state = if states.is_empty() {
        typed
    } else {
        find_choice(states, &typed).map(|choice| choice.value.clone()).unwrap_or_default()
    };
    for field in [Field::Culture, Field::Language] {
        let possible = choices(to, field);
        let kept = find_choice(possible, get(form, field)).filter(|_| chosen(field));
        let value = kept.or(possible.first()).map(|choice| choice.value.clone()).unwrap_or_default();
        put(form, field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::united_states;
    use crate::islands::onboarding::samples::germany;

    #[test]
    fn a_state_is_found_again_by_its_name() {
        let mut form = NewCustomerForm { state: "washington".to_owned(), ..NewCustomerForm::default() };
        carry_over(&mut form, &CountryRules::before_choice(), &united_states(), |_| false);
        assert_eq!(form.state, "WA");
    }

    #[test]
    fn a_state_that_the_new_country_does_not_have_is_not_sent() {
        let mut form = NewCustomerForm { state: "Bavaria".to_owned(), ..NewCustomerForm::default() };
        carry_over(&mut form, &CountryRules::before_choice(), &united_states(), |_| false);
        assert_eq!(form.state, "");
    }

    #[test]
    fn the_name_of_a_state_survives_a_country_without_a_list() {
        let mut form = NewCustomerForm { state: "WA".to_owned(), ..NewCustomerForm::default() };
        carry_over(&mut form, &united_states(), &germany(), |_| false);
        assert_eq!(form.state, "Washington");
        carry_over(&mut form, &germany(), &united_states(), |_| false);
        assert_eq!(form.state, "WA");
    }

    #[test]
    fn a_chosen_language_is_kept_where_it_is_possible() {
        let english = || NewCustomerForm { language: "en".to_owned(), ..NewCustomerForm::default() };
        let mut form = english();
        carry_over(&mut form, &CountryRules::before_choice(), &germany(), |field| field == Field::Language);
        assert_eq!((form.culture.as_str(), form.language.as_str()), ("de-DE", "en"));
        let mut form = english();
        carry_over(&mut form, &CountryRules::before_choice(), &germany(), |_| false);
        assert_eq!(form.language, "de");
    }
}
