//! The words of the form: labels, hints, and what is said about a problem. Said once, for the message beside the field
//! and the summary, on the server and in the browser.
//!
//! A message says what is wrong and how to put it right, in the words of the label: "Enter the ..." when nothing is
//! there, a description otherwise.

use super::{CountryRules, Field, Problem};

/// The field's label.
pub fn label(field: Field, rules: &CountryRules) -> String {
    let name = match field {
        Field::CustomerOf => "Who sells to the customer",
        Field::Reseller => "Indirect reseller",
        Field::Country => "Country or region of the company",
        Field::CompanyName => "Registered company name",
        Field::Domain => "Microsoft domain",
        Field::RegistrationNumber => {
            let optional = if rules.is_optional(field) { " (optional)" } else { "" };
            return [registration_label(rules).as_str(), optional].concat();
        }
        Field::AddressLine1 => "Address line 1",
        Field::AddressLine2 => "Address line 2",
        Field::AddressLine3 => "Address line 3",
        Field::District => district(rules),
        Field::City => &rules.city_label,
        Field::State => state(rules),
        Field::PostalCode => postal_code(rules),
        Field::FirstName => "Given name",
        Field::MiddleName => "Middle name",
        Field::LastName => "Family name",
        Field::Email => "Contact's email address",
        Field::Phone => "Phone number",
        Field::Culture => "Language and currency format of invoices",
        Field::Language => "Language of Microsoft's messages",
        Field::Gdap => "Give the provider standard admin roles on the new tenant",
    };
    if rules.is_optional(field) { [name, " (optional)"].concat() } else { name.to_owned() }
}

/// What helps to fill the field in.
pub fn hint(field: Field, rules: &CountryRules) -> Option<String> {
    let hint = match field {
        Field::Reseller => "Search by name, MPN ID or country",
        Field::Country => "The registered address, not where the contact works",
        Field::CompanyName => "Exactly as in official documents, no short forms",
        Field::Domain => "It can never be changed. Letters and numbers, up to 27",
        Field::RegistrationNumber => return Some(registration_hint(rules)),
        Field::AddressLine1 => "Building and street",
        Field::FirstName => "Main contact at the customer",
        Field::Email => "Not the reseller's own domain. The admin password is not sent here",
        Field::Phone => return Some(phone_hint(rules)),
        Field::Gdap => "Needed to re-issue a lost password",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// What is said about a problem, beside the field and in the summary.
pub fn message(field: Field, problem: &Problem, rules: &CountryRules) -> String {
    let subject = subject(field, rules);
    match problem {
        Problem::Missing => missing(field, rules),
        Problem::TooShort { min } => too_short(field, subject, *min),
        Problem::TooLong { max } => [subject, " must be ", &max.to_string(), " characters or less"].concat(),
        Problem::Characters => characters(field, subject),
        Problem::Shape { sample } => shape(field, subject, sample),
        Problem::NotAChoice => not_a_choice(field, rules),
        Problem::NotServed => not_served(rules),
        Problem::NotAName => "Enter the full registered name, not only \"LLC\" or a repeated letter".to_owned(),
        Problem::Placeholder => {
            "Enter the contact's real name. Microsoft refuses names such as \"test\" and \"admin\"".to_owned()
        }
        Problem::Taken => "This domain is already used. Try another".to_owned(),
        Problem::Held => {
            "Another onboarding here has just chosen this domain. Choose another, or try again in 15 minutes".to_owned()
        }
        Problem::ForeignDomain => {
            "Use the customer's own email address, not one at the reseller's domain or at Microsoft's".to_owned()
        }
        Problem::NotReady => "Select another indirect reseller. This one cannot get new customers now".to_owned(),
        Problem::NotWanted => not_wanted(field, subject, rules),
        Problem::Refused => refused(field, subject, rules),
    }
}

/// What is said when a text was typed that names no reseller, with the nearest one, if there is one.
pub fn unknown_reseller(typed: &str, nearest: Option<&str>) -> String {
    let known = nearest.map(|name| [" Did you mean ", name, "?"].concat()).unwrap_or_default();
    ["\"", typed, "\" is not one of your resellers.", &known].concat()
}

/// What a sentence about the field begins with.
fn subject(field: Field, rules: &CountryRules) -> &str {
    match field {
        Field::CustomerOf => "Who sells to the customer",
        Field::Reseller => "Indirect reseller",
        Field::Country => "Country or region",
        Field::CompanyName => "Company name",
        Field::Domain => "Domain",
        Field::RegistrationNumber => registration_number(rules),
        Field::AddressLine1 => "Address line 1",
        Field::AddressLine2 => "Address line 2",
        Field::AddressLine3 => "Address line 3",
        Field::District => district(rules),
        Field::City => &rules.city_label,
        Field::State => state(rules),
        Field::PostalCode => postal_code(rules),
        Field::FirstName => "Given name",
        Field::MiddleName => "Middle name",
        Field::LastName => "Family name",
        Field::Email => "Email address",
        Field::Phone => "Phone number",
        Field::Culture => "Language and currency format",
        Field::Language => "Language of Microsoft's messages",
        Field::Gdap => "Standard admin roles",
    }
}

fn missing(field: Field, rules: &CountryRules) -> String {
    let what = match field {
        Field::CompanyName => "the registered company name",
        Field::Domain => "the Microsoft domain",
        Field::RegistrationNumber => {
            return ["Enter the ", in_sentence(registration_number(rules)), " of the company"].concat();
        }
        Field::AddressLine1 => "address line 1, the building and street",
        Field::AddressLine2 => "address line 2",
        Field::AddressLine3 => "address line 3",
        Field::District => return ["Enter the ", &lower(district(rules))].concat(),
        Field::City => return ["Enter the ", &lower(&rules.city_label)].concat(),
        Field::State => return missing_state(rules),
        Field::PostalCode => return ["Enter ", &with_article(&lower(postal_code(rules)))].concat(),
        Field::FirstName => "the contact's given name",
        Field::MiddleName => "the contact's middle name",
        Field::LastName => "the contact's family name",
        Field::Email => "the contact's email address",
        Field::Phone => {
            return ["Enter a phone number. Microsoft requires it for ", &country(rules)].concat();
        }
        Field::CustomerOf | Field::Reseller | Field::Country | Field::Culture | Field::Language | Field::Gdap => {
            return not_a_choice(field, rules);
        }
    };
    ["Enter ", what].concat()
}

fn missing_state(rules: &CountryRules) -> String {
    let is_list = rules.state.as_ref().is_some_and(|state| !state.options.is_empty());
    [if is_list { "Select the " } else { "Enter the " }, &lower(state(rules))].concat()
}

fn not_a_choice(field: Field, rules: &CountryRules) -> String {
    let what = match field {
        Field::CustomerOf => "who sells to the customer",
        Field::Reseller => "the indirect reseller from the list",
        Field::Country => "the country or region of the company from the list",
        Field::State => return ["Select the ", &lower(state(rules)), " from the list"].concat(),
        Field::Culture => "the language and currency format of invoices",
        Field::Language => "the language of Microsoft's messages",
        Field::Gdap => "whether the provider gets standard admin roles",
        _ => "an entry of the list",
    };
    ["Select ", what].concat()
}

fn too_short(field: Field, subject: &str, min: u32) -> String {
    let unit = if matches!(field, Field::FirstName | Field::MiddleName | Field::LastName) {
        " letters"
    } else {
        " letters or numbers"
    };
    [subject, " must have at least ", &min.to_string(), unit].concat()
}

fn characters(field: Field, subject: &str) -> String {
    let rest = match field {
        Field::Domain => " can only have letters a to z and numbers",
        Field::RegistrationNumber => " can only have letters and numbers",
        _ => " cannot have < or > or characters that do not print",
    };
    [subject, rest].concat()
}

fn shape(field: Field, subject: &str, sample: &str) -> String {
    match field {
        Field::Email => ["Enter an email address in the correct format, like ", sample].concat(),
        Field::Phone => ["Enter a phone number, like ", sample].concat(),
        _ if sample.is_empty() => ["Check the ", &lower(subject), ". Microsoft expects another format"].concat(),
        Field::RegistrationNumber if sample.contains(' ') => [subject, " must be ", sample].concat(),
        _ => [subject, " must look like ", sample].concat(),
    }
}

/// Somebody at the provider has decided so, and can say why.
fn not_served(rules: &CountryRules) -> String {
    let country = country(rules);
    ["Customers in ", &country, " are not created here. Ask an administrator of the portal which countries are"]
        .concat()
}

fn not_wanted(field: Field, subject: &str, rules: &CountryRules) -> String {
    let country = country(rules);
    if field == Field::RegistrationNumber {
        ["Microsoft does not accept a registration number for ", &country, ". We removed it; check and send again"]
            .concat()
    } else {
        ["Microsoft does not accept the ", &lower(subject), " for ", &country, ". Remove it and send again"].concat()
    }
}

fn refused(field: Field, subject: &str, rules: &CountryRules) -> String {
    if field == Field::Country {
        let country = country(rules);
        ["Your organisation may not sell in ", &country, ". Ask your Microsoft partner manager"].concat()
    } else {
        ["Microsoft did not accept the ", &lower(subject), ". Check it and send again"].concat()
    }
}

fn registration_hint(rules: &CountryRules) -> String {
    let sample = rules.registration_number.as_ref().and_then(|rule| rule.sample.as_deref());
    let shape = match sample {
        Some(words) if words.contains(' ') => [". ", words].concat(),
        Some(example) => [". Like ", example].concat(),
        None => String::new(),
    };
    ["Business number, not a personal one", &shape].concat()
}

/// Where Microsoft has a pattern of its own, that pattern knows the country's way of writing alone.
fn phone_hint(rules: &CountryRules) -> String {
    match (&rules.phone_pattern, &rules.phone_sample) {
        _ if rules.country_name.is_empty() => "With country code".to_owned(),
        (Some(_), Some(sample)) => ["As it is written in ", &country(rules), ", like ", sample].concat(),
        _ => ["With country code if outside ", &country(rules)].concat(),
    }
}

/// What a registration number is called where the country has no name of its own for it.
pub(super) const REGISTRATION_NUMBER: &str = "Registration number";

fn registration_label(rules: &CountryRules) -> String {
    const LABEL: &str = "Company registration or tax number";
    match &rules.registration_number {
        Some(rule) if rule.local_name != REGISTRATION_NUMBER => [LABEL, " (", &rule.local_name, ")"].concat(),
        _ => LABEL.to_owned(),
    }
}

fn registration_number(rules: &CountryRules) -> &str {
    rules.registration_number.as_ref().map_or(REGISTRATION_NUMBER, |rule| &rule.local_name)
}

/// A name of the country's own stays as it is.
fn in_sentence(name: &str) -> &str {
    if name == REGISTRATION_NUMBER { "registration number" } else { name }
}

fn district(rules: &CountryRules) -> &str {
    rules.district_label.as_deref().unwrap_or("District")
}

fn state(rules: &CountryRules) -> &str {
    rules.state.as_ref().map_or("State", |state| &state.label)
}

fn postal_code(rules: &CountryRules) -> &str {
    rules.postal_code_label.as_deref().unwrap_or("Postal code")
}

fn country(rules: &CountryRules) -> String {
    country_in_a_sentence(&rules.country_name)
}

/// The country in the middle of a sentence: "the United States", "Sweden".
pub fn country_in_a_sentence(name: &str) -> String {
    let takes_article = name.starts_with("United ")
        || [" Islands", " Republic", " Territory", " Territories"].iter().any(|end| name.ends_with(end))
        || ["Bahamas", "Gambia", "Maldives", "Netherlands", "Philippines"].contains(&name);
    if takes_article { ["the ", name].concat() } else { name.to_owned() }
}

/// A label in the middle of a sentence: "City" becomes "city"; "ZIP code", "PIN code" and the name Eircode stay.
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
