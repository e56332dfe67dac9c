//! Values that several test modules start from.

use super::{Choice, CountryRules, NewCustomerForm, Pattern, RulesSource, StateRule};

/// A choice whose label is made of its value.
pub(crate) fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

/// The rules of the United States as Partner Center was recorded to send them in 2019 (three of the 51 states).
pub(crate) fn united_states() -> CountryRules {
    CountryRules {
        country: "US".parse().unwrap(),
        country_name: "United States".to_owned(),
        source: RulesSource::Live,
        state: Some(StateRule {
            label: "State".to_owned(),
            required: true,
            options: vec![choice("CA", "California"), choice("NY", "New York"), choice("WA", "Washington")],
        }),
        postal_code_label: Some("ZIP code".to_owned()),
        postal_code_required: true,
        postal_code_pattern: Some(Pattern::new(r"^\d{5}(-\d{4})?$")),
        postal_code_sample: Some("95014".to_owned()),
        district_label: None,
        city_label: "City".to_owned(),
        city_required: true,
        locality_order: ["city", "state", "postal_code"].map(str::to_owned).to_vec(),
        phone_required: false,
        phone_pattern: Some(Pattern::new(r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$")),
        phone_sample: Some("(201) 555-0123".to_owned()),
        calling_codes: vec!["1".to_owned()],
        address_format: "%N%n%O%n%A%n%C, %S %Z".to_owned(),
        registration_number: None,
        has_middle_names: false,
        cultures: vec![choice("en-US", "English (United States)"), choice("es-US", "Spanish (United States)")],
        languages: vec![choice("en", "English"), choice("es", "Spanish")],
    }
}

/// The customer of Microsoft's documents, as it would be typed.
pub(crate) fn wingtip_toys() -> NewCustomerForm {
    NewCustomerForm {
        customer_of: "reseller".to_owned(),
        reseller_id: "484e548c-f5f3-4528-93a9-c16c6373cb59".to_owned(),
        reseller_search: "First Up Consultants".to_owned(),
        country: "US".to_owned(),
        company_name: "Wingtip Toys".to_owned(),
        domain: "wingtiptoys".to_owned(),
        registration_number: String::new(),
        address_line1: "One Microsoft Way".to_owned(),
        address_line2: String::new(),
        address_line3: String::new(),
        district: String::new(),
        city: "Redmond".to_owned(),
        state: "WA".to_owned(),
        postal_code: "98052".to_owned(),
        first_name: "Gena".to_owned(),
        middle_name: String::new(),
        last_name: "Soto".to_owned(),
        email: "Gena@wingtiptoys.com".to_owned(),
        phone: "4255550101".to_owned(),
        culture: "en-US".to_owned(),
        language: "en".to_owned(),
        gdap: "on".to_owned(),
        ..NewCustomerForm::default()
    }
}
