//! Shims until the domain says these things itself.

use crate::domain::{CountryRules, Field, NewCustomerForm, Problem};

pub(crate) fn problem(form: &NewCustomerForm, field: Field, rules: Option<&CountryRules>) -> Option<Problem> {
    let value = super::values::get(form, field);
    let optional = match field {
        Field::AddressLine2 | Field::Gdap => true,
        Field::State => !rules.is_some_and(|rules| rules.state.as_ref().is_some_and(|state| state.required)),
        Field::PostalCode => !rules.is_some_and(|rules| rules.postal_code_required),
        Field::City => !rules.is_none_or(|rules| rules.city_required),
        Field::Phone => !rules.is_some_and(|rules| rules.phone_required),
        Field::RegistrationNumber => !rules.is_some_and(|rules| rules.registration_number.is_some()),
        _ => false,
    };
    if value.is_empty() && !optional {
        Some(Problem::Missing)
    } else if value.contains('<') {
        Some(Problem::Characters)
    } else {
        None
    }
}

pub(crate) fn message(field: Field, problem: &Problem, rules: Option<&CountryRules>) -> String {
    match problem {
        Problem::Missing => format!("Enter {}", label(field, rules)),
        _ => format!("{} has characters it cannot have", label(field, rules)),
    }
}

pub(crate) fn label(field: Field, rules: Option<&CountryRules>) -> String {
    match field {
        Field::CustomerOf => "Customer of",
        Field::Reseller => "Indirect reseller",
        Field::Country => "Country or region of the company",
        Field::CompanyName => "Registered company name",
        Field::Domain => "Microsoft domain",
        Field::RegistrationNumber => "Company registration or tax number",
        Field::AddressLine1 => "Address line 1",
        Field::AddressLine2 => "Address line 2",
        Field::City => rules.map_or("City", |rules| rules.city_label.as_str()),
        Field::State => {
            rules.and_then(|rules| rules.state.as_ref()).map_or("State or province", |state| state.label.as_str())
        }
        Field::PostalCode => rules.and_then(|rules| rules.postal_code_label.as_deref()).unwrap_or("Postal code"),
        Field::FirstName => "Given name",
        Field::LastName => "Family name",
        Field::Email => "Contact's email address",
        Field::Phone => "Phone number",
        Field::Culture => "Language and currency format of invoices",
        Field::Language => "Language of Microsoft's messages",
        Field::Gdap => "Give the provider standard admin roles on the new tenant",
    }
    .to_owned()
}

pub(crate) fn hint(field: Field, _rules: Option<&CountryRules>) -> Option<String> {
    match field {
        Field::Reseller => Some("Search by name, MPN ID or country"),
        Field::Country => Some("The registered address, not where the contact works"),
        Field::CompanyName => Some("Exactly as in official documents, no short forms"),
        Field::Domain => Some("Cannot be changed later. Letters and numbers, up to 27"),
        Field::Gdap => Some("Needed to re-issue a lost password"),
        _ => None,
    }
    .map(str::to_owned)
}

pub(crate) fn formatted_address(form: &NewCustomerForm, _rules: &CountryRules) -> Vec<String> {
    [&form.company_name, &form.address_line1, &form.address_line2, &form.city, &form.state, &form.postal_code]
        .into_iter()
        .filter(|line| !line.is_empty())
        .cloned()
        .collect()
}

pub(crate) fn suggest_domain(company_name: &str) -> String {
    company_name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(27).collect()
}

pub(crate) fn suggest_other_domain(prefix: &str, country: &str) -> String {
    [prefix, &country.to_ascii_lowercase()].concat()
}
