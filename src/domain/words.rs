//! The words of the form: labels, hints, and what is said about a problem. Said once, for the message beside the field
//! and the summary, on the server and in the browser.
//!
//! A message says what is wrong and how to put it right, in the words of the label: "Enter the ..." when nothing is
//! there, a description otherwise.

use super::{CountryRules, Field, Problem};
use crate::i18n::p;

/// The field's label.
pub fn label(field: Field, rules: &CountryRules) -> String {
    let name = match field {
        Field::CustomerOf => p!(form.label_customer_of),
        Field::Reseller => p!(form.label_reseller),
        Field::Country => p!(form.label_country),
        Field::CompanyName => p!(form.label_company_name),
        Field::Domain => p!(form.label_domain),
        Field::RegistrationNumber => {
            let label = registration_label(rules);
            return if rules.is_optional(field) { [label, optional()].concat() } else { label };
        }
        Field::AddressLine1 => p!(form.label_address_line1),
        Field::AddressLine2 => p!(form.label_address_line2),
        Field::AddressLine3 => p!(form.label_address_line3),
        Field::District => district(rules),
        Field::City => rules.city_label.clone(),
        Field::State => state(rules),
        Field::PostalCode => postal_code(rules),
        Field::FirstName => p!(form.label_first_name),
        Field::MiddleName => p!(form.label_middle_name),
        Field::LastName => p!(form.label_last_name),
        Field::Email => p!(form.label_email),
        Field::Phone => p!(form.label_phone),
        Field::Culture => p!(form.label_culture),
        Field::Language => p!(form.label_language),
        Field::Gdap => p!(form.label_gdap),
    };
    if rules.is_optional(field) { [name, optional()].concat() } else { name }
}

/// What stands behind the label of a field that may stay empty.
pub fn optional() -> String {
    p!(form.optional)
}

/// What helps to fill the field in.
pub fn hint(field: Field, rules: &CountryRules) -> Option<String> {
    let hint = match field {
        Field::Reseller => p!(form.hint_reseller),
        Field::Country => p!(form.hint_country),
        Field::CompanyName => p!(form.hint_company_name),
        Field::Domain => p!(form.hint_domain),
        Field::RegistrationNumber => return Some(registration_hint(rules)),
        Field::AddressLine1 => p!(form.hint_address_line1),
        Field::FirstName => p!(form.hint_first_name),
        Field::Email => p!(form.hint_email),
        Field::Phone => return Some(phone_hint(rules)),
        Field::Gdap => p!(form.hint_gdap),
        _ => return None,
    };
    Some(hint)
}

/// What is said about a problem, beside the field and in the summary.
pub fn message(field: Field, problem: &Problem, rules: &CountryRules) -> String {
    let subject = &subject(field, rules);
    match problem {
        Problem::Missing => missing(field, rules),
        Problem::TooShort { min } => too_short(field, subject, *min),
        Problem::TooLong { max } => p!(form.too_long, subject = subject, max = &max.to_string()),
        Problem::Characters => characters(field, subject),
        Problem::Shape { sample } => shape(field, subject, sample),
        Problem::NotAChoice => not_a_choice(field, rules),
        Problem::NotServed => not_served(rules),
        Problem::NotAName => p!(form.not_a_name),
        Problem::Placeholder => p!(form.placeholder),
        Problem::Taken => p!(form.taken),
        Problem::Held => p!(form.held),
        Problem::ForeignDomain => p!(form.foreign_domain),
        Problem::NotReady => p!(form.not_ready),
        Problem::NotWanted => not_wanted(field, subject, rules),
        Problem::Refused => refused(field, subject, rules),
    }
}

/// What is said when a text was typed that names no reseller, with the nearest one, if there is one.
pub fn unknown_reseller(typed: &str, nearest: Option<&str>) -> String {
    if let Some(name) = nearest {
        p!(form.unknown_reseller_nearest, typed = typed, nearest = name)
    } else {
        p!(form.unknown_reseller, typed = typed)
    }
}

/// What a sentence about the field begins with.
fn subject(field: Field, rules: &CountryRules) -> String {
    match field {
        Field::CustomerOf => p!(form.subject_customer_of),
        Field::Reseller => p!(form.subject_reseller),
        Field::Country => p!(form.subject_country),
        Field::CompanyName => p!(form.subject_company_name),
        Field::Domain => p!(form.subject_domain),
        Field::RegistrationNumber => registration_number(rules),
        Field::AddressLine1 => p!(form.subject_address_line1),
        Field::AddressLine2 => p!(form.subject_address_line2),
        Field::AddressLine3 => p!(form.label_address_line3),
        Field::District => district(rules),
        Field::City => rules.city_label.clone(),
        Field::State => state(rules),
        Field::PostalCode => postal_code(rules),
        Field::FirstName => p!(form.subject_first_name),
        Field::MiddleName => p!(form.label_middle_name),
        Field::LastName => p!(form.subject_last_name),
        Field::Email => p!(form.subject_email),
        Field::Phone => p!(form.subject_phone),
        Field::Culture => p!(form.subject_culture),
        Field::Language => p!(form.subject_language),
        Field::Gdap => p!(form.subject_gdap),
    }
}

fn missing(field: Field, rules: &CountryRules) -> String {
    match field {
        Field::CompanyName => p!(form.missing_company_name),
        Field::Domain => p!(form.missing_domain),
        Field::AddressLine1 => p!(form.missing_address_line1),
        Field::AddressLine2 => p!(form.missing_address_line2),
        Field::AddressLine3 => p!(form.missing_address_line3),
        Field::District => p!(form.enter_the, what = &inside(&district(rules))),
        Field::FirstName => p!(form.missing_first_name),
        Field::MiddleName => p!(form.missing_middle_name),
        Field::LastName => p!(form.missing_last_name),
        Field::Email => p!(form.missing_email),
        Field::RegistrationNumber => {
            p!(form.missing_registration_number, name = &in_sentence(registration_number(rules)))
        }
        Field::City => p!(form.enter_the, what = &inside(&rules.city_label)),
        Field::State => missing_state(rules),
        Field::PostalCode => p!(form.enter_a, what = &with_article(&inside(&postal_code(rules)))),
        Field::Phone => p!(form.missing_phone, country = &country(rules)),
        Field::CustomerOf | Field::Reseller | Field::Country | Field::Culture | Field::Language | Field::Gdap => {
            not_a_choice(field, rules)
        }
    }
}

fn missing_state(rules: &CountryRules) -> String {
    let is_list = rules.state.as_ref().is_some_and(|state| !state.options.is_empty());
    let what = inside(&state(rules));
    if is_list { p!(form.select_the, what = &what) } else { p!(form.enter_the, what = &what) }
}

fn not_a_choice(field: Field, rules: &CountryRules) -> String {
    match field {
        Field::CustomerOf => p!(form.select_customer_of),
        Field::Reseller => p!(form.select_reseller),
        Field::Country => p!(form.select_country),
        Field::Culture => p!(form.select_culture),
        Field::Language => p!(form.select_language),
        Field::Gdap => p!(form.select_gdap),
        Field::State => p!(form.select_from_list, what = &inside(&state(rules))),
        _ => p!(form.select_entry),
    }
}

fn too_short(field: Field, subject: &str, min: u32) -> String {
    let min = &min.to_string();
    if matches!(field, Field::FirstName | Field::MiddleName | Field::LastName) {
        p!(form.too_short_letters, subject = subject, min = min)
    } else {
        p!(form.too_short, subject = subject, min = min)
    }
}

fn characters(field: Field, subject: &str) -> String {
    match field {
        Field::Domain => p!(form.characters_domain, subject = subject),
        Field::RegistrationNumber => p!(form.characters_number, subject = subject),
        _ => p!(form.characters, subject = subject),
    }
}

fn shape(field: Field, subject: &str, sample: &str) -> String {
    match field {
        Field::Email => p!(form.shape_email, sample = sample),
        Field::Phone => p!(form.shape_phone, sample = sample),
        _ if sample.is_empty() => p!(form.shape_unknown, what = &inside(subject)),
        Field::RegistrationNumber if sample.contains(' ') => p!(form.shape_words, subject = subject, sample = sample),
        _ => p!(form.shape, subject = subject, sample = sample),
    }
}

/// Somebody at the provider has decided so, and can say why.
fn not_served(rules: &CountryRules) -> String {
    p!(form.not_served, country = &country(rules))
}

fn not_wanted(field: Field, subject: &str, rules: &CountryRules) -> String {
    let country = &country(rules);
    if field == Field::RegistrationNumber {
        p!(form.not_wanted_number, country = country)
    } else {
        p!(form.not_wanted, what = &inside(subject), country = country)
    }
}

fn refused(field: Field, subject: &str, rules: &CountryRules) -> String {
    if field == Field::Country {
        p!(form.refused_country, country = &country(rules))
    } else {
        p!(form.refused, what = &inside(subject))
    }
}

fn registration_hint(rules: &CountryRules) -> String {
    let sample = rules.registration_number.as_ref().and_then(|rule| rule.sample.as_deref());
    match sample {
        Some(words) if words.contains(' ') => p!(form.hint_number_words, sample = words),
        Some(example) => p!(form.hint_number_like, sample = example),
        None => p!(form.hint_number),
    }
}

/// Where Microsoft has a pattern of its own, that pattern knows the country's way of writing alone.
fn phone_hint(rules: &CountryRules) -> String {
    match (&rules.phone_pattern, &rules.phone_sample) {
        _ if rules.country_name.is_empty() => p!(form.hint_phone),
        (Some(_), Some(sample)) => p!(form.hint_phone_like, country = &country(rules), sample = sample),
        _ => p!(form.hint_phone_outside, country = &country(rules)),
    }
}

/// What a registration number is called where the country has no name of its own for it.
pub(super) const REGISTRATION_NUMBER: &str = "Registration number";

fn registration_label(rules: &CountryRules) -> String {
    match &rules.registration_number {
        Some(rule) if rule.local_name != REGISTRATION_NUMBER => {
            p!(form.label_registration_number, name = &rule.local_name)
        }
        _ => p!(form.label_registration_number_alone),
    }
}

fn registration_number(rules: &CountryRules) -> String {
    let name = rules.registration_number.as_ref().map(|rule| rule.local_name.as_str());
    let name = name.filter(|name| *name != REGISTRATION_NUMBER);
    name.map_or_else(|| p!(form.registration_number), str::to_owned)
}

/// A name of the country's own stays as it is.
fn in_sentence(name: String) -> String {
    if name == p!(form.registration_number) { inside(&name) } else { name }
}

fn district(rules: &CountryRules) -> String {
    rules.district_label.clone().unwrap_or_else(|| p!(form.district))
}

fn state(rules: &CountryRules) -> String {
    rules.state.as_ref().map_or_else(|| p!(form.state), |state| state.label.clone())
}

fn postal_code(rules: &CountryRules) -> String {
    rules.postal_code_label.clone().unwrap_or_else(|| p!(form.postal_code))
}

fn country(rules: &CountryRules) -> String {
    let name = rules.country_name.as_str();
    if has_articles() { country_in_a_sentence(name) } else { name.to_owned() }
}

/// The country in the middle of an English sentence: "the United States", "Sweden".
pub fn country_in_a_sentence(name: &str) -> String {
    let takes_article = name.starts_with("United ")
        || [" Islands", " Republic", " Territory", " Territories"].iter().any(|end| name.ends_with(end))
        || ["Bahamas", "Gambia", "Maldives", "Netherlands", "Philippines"].contains(&name);
    if takes_article { ["the ", name].concat() } else { name.to_owned() }
}

/// Whether sentences of the language of the page want a lower-case label, and English articles.
fn has_articles() -> bool {
    p!(form.labels_in_sentences) == "lower, with articles"
}

/// A label in the middle of a sentence of the language of the page.
fn inside(label: &str) -> String {
    if p!(form.labels_in_sentences).starts_with("lower") { lower(label) } else { label.to_owned() }
}

/// A label in the middle of a sentence of English, or of another language with small letters: "City" becomes "city"; "ZIP
/// code", "PIN code" and the name Eircode stay.
fn lower(label: &str) -> String {
    if label == "Eircode" {
        return label.to_owned();
    }
    let mut characters = label.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_ascii_lowercase() => {
            [first.to_ascii_lowercase(), second].into_iter().chain(characters).collect()
        }
        _ => label.to_owned(),
    }
}

fn with_article(word: &str) -> String {
    if !has_articles() {
        return word.to_owned();
    }
    let begins_with_vowel = word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    [if begins_with_vowel { "an " } else { "a " }, word].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RegistrationNumberRule, testing::united_states};

    fn brazil() -> CountryRules {
        CountryRules {
            country_name: "Brazil".to_owned(),
            phone_required: true,
            postal_code_label: Some("Postal code".to_owned()),
            registration_number: Some(RegistrationNumberRule {
                local_name: "CNPJ".to_owned(),
                required: true,
                pattern: None,
                sample: Some("14 digits".to_owned()),
            }),
            ..united_states()
        }
    }

    #[test]
    fn messages_say_what_is_wrong_and_how_to_put_it_right() {
        let shape = |sample: &str| Problem::Shape { sample: sample.to_owned() };
        let us = united_states();
        for (field, problem, said) in [
            (Field::CustomerOf, Problem::Missing, "Select who sells to the customer"),
            (Field::Reseller, Problem::Missing, "Select the indirect reseller from the list"),
            (Field::Country, Problem::Missing, "Select the country or region of the company from the list"),
            (Field::CompanyName, Problem::Missing, "Enter the registered company name"),
            (Field::CompanyName, Problem::TooLong { max: 255 }, "Company name must be 255 characters or less"),
            (Field::CompanyName, Problem::TooShort { min: 2 }, "Company name must have at least 2 letters or numbers"),
            (
                Field::CompanyName,
                Problem::NotAName,
                "Enter the full registered name, not only \"LLC\" or a repeated letter",
            ),
            (Field::Domain, Problem::Missing, "Enter the Microsoft domain"),
            (Field::Domain, Problem::Characters, "Domain can only have letters a to z and numbers"),
            (Field::Domain, Problem::TooLong { max: 27 }, "Domain must be 27 characters or less"),
            (Field::City, Problem::Missing, "Enter the city"),
            (Field::City, Problem::Characters, "City cannot have < or > or characters that do not print"),
            (Field::State, Problem::Missing, "Select the state"),
            (Field::State, Problem::NotAChoice, "Select the state from the list"),
            (Field::PostalCode, Problem::Missing, "Enter a ZIP code"),
            (Field::PostalCode, shape("95014"), "ZIP code must look like 95014"),
            (
                Field::LastName,
                Problem::Placeholder,
                "Enter the contact's real name. Microsoft refuses names such as \"test\" and \"admin\"",
            ),
            (Field::FirstName, Problem::TooShort { min: 2 }, "Given name must have at least 2 letters"),
            (
                Field::Email,
                shape("name@example.com"),
                "Enter an email address in the correct format, like name@example.com",
            ),
            (Field::Phone, shape("(201) 555-0123"), "Enter a phone number, like (201) 555-0123"),
            (
                Field::RegistrationNumber,
                Problem::NotWanted,
                "Microsoft does not accept a registration number for the United States. We removed it; check and send \
                 again",
            ),
            (
                Field::Country,
                Problem::NotServed,
                "Customers in the United States are not created here. Ask an administrator of the portal which countries \
                 are",
            ),
            (
                Field::Country,
                Problem::Refused,
                "Your organisation may not sell in the United States. Ask your Microsoft partner manager",
            ),
        ] {
            assert_eq!(message(field, &problem, &us), said);
        }
    }

    #[test]
    fn a_country_has_its_own_words() {
        let shape = |sample: &str| Problem::Shape { sample: sample.to_owned() };
        let rules = brazil();
        for (field, problem, said) in [
            (Field::RegistrationNumber, Problem::Missing, "Enter the CNPJ of the company"),
            (Field::RegistrationNumber, shape("14 digits"), "CNPJ must be 14 digits"),
            (Field::RegistrationNumber, shape("12345678000195"), "CNPJ must look like 12345678000195"),
            (Field::Phone, Problem::Missing, "Enter a phone number. Microsoft requires it for Brazil"),
            (Field::PostalCode, Problem::Missing, "Enter a postal code"),
        ] {
            assert_eq!(message(field, &problem, &rules), said);
        }
        assert_eq!(label(Field::RegistrationNumber, &rules), "Company registration or tax number (CNPJ)");
        assert_eq!(label(Field::Phone, &rules), "Phone number");
        assert_eq!(
            hint(Field::RegistrationNumber, &rules).as_deref(),
            Some("Business number, not a personal one. 14 digits")
        );
        let irish = CountryRules { postal_code_label: Some("Eircode".to_owned()), ..rules };
        assert_eq!(message(Field::PostalCode, &Problem::Missing, &irish), "Enter an Eircode");
    }

    #[test]
    fn optional_fields_are_marked() {
        let rules = united_states();
        assert_eq!(label(Field::AddressLine2, &rules), "Address line 2 (optional)");
        assert_eq!(label(Field::Phone, &rules), "Phone number (optional)");
        assert_eq!(label(Field::AddressLine3, &rules), "Address line 3 (optional)");
        assert_eq!(label(Field::PostalCode, &rules), "ZIP code");
        assert_eq!(
            hint(Field::Phone, &rules).as_deref(),
            Some("As it is written in the United States, like (201) 555-0123")
        );
    }

    #[test]
    fn no_message_blames_or_begs() {
        let problems = [
            Problem::Missing,
            Problem::TooShort { min: 2 },
            Problem::TooLong { max: 9 },
            Problem::Characters,
            Problem::Shape { sample: String::new() },
            Problem::Shape { sample: "1".to_owned() },
            Problem::NotAChoice,
            Problem::NotServed,
            Problem::NotAName,
            Problem::Placeholder,
            Problem::Taken,
            Problem::Held,
            Problem::ForeignDomain,
            Problem::NotReady,
            Problem::NotWanted,
            Problem::Refused,
        ];
        for rules in [united_states(), brazil()] {
            for field in Field::ALL {
                for problem in &problems {
                    let said = message(field, problem, &rules);
                    assert!(said.starts_with(|first: char| first.is_uppercase()), "{said}");
                    let words = said.to_lowercase();
                    for word in ["valid", "please", "sorry", "oops", "required field"] {
                        assert!(!words.contains(word), "{said}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_typed_is_named_where_it_helps() {
        assert_eq!(
            unknown_reseller("Contso", Some("Contoso AB (SE)")),
            "\"Contso\" is not one of your resellers. Did you mean Contoso AB (SE)?"
        );
        assert_eq!(unknown_reseller("Contso", None), "\"Contso\" is not one of your resellers.");
    }
}
