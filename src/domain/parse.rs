//! From the form as it was typed to the customer that may be sent: one function a field, used by the live check of that
//! field and by the reading of the whole form alike.

use super::{
    Choice, CountryCode, CountryRules, CustomerOf, DefaultAddress, Field, FieldError, FieldErrors, NewCustomer,
    NewCustomerForm, Problem, ResellerId, SoldBy, company_name, domain_prefix, email, person_name, phone, postal_code,
    registration_number,
    text::{optional, required},
};

/// Longest address line (Microsoft's documented limit); also ours for city and state, where none is documented.
const MAX_LINE: u32 = 200;

impl NewCustomerForm {
    /// Understands the form by the country's rules, or says everything that is wrong with it.
    pub fn parse(&self, rules: &CountryRules) -> Result<NewCustomer, FieldErrors> {
        let errors = self.problems(rules);
        if errors.is_empty() {
            self.understood(rules).map_err(|error| FieldErrors::from_iter([error]))
        } else {
            Err(errors)
        }
    }

    /// Everything that is wrong with the form.
    pub fn problems(&self, rules: &CountryRules) -> FieldErrors {
        let error = |field| self.problem(field, rules).map(|problem| FieldError { field, problem });
        Field::ALL.into_iter().filter_map(error).collect()
    }

    /// What is wrong with one field, for the check while typing. As long as no country is chosen, what depends on the
    /// country is not judged.
    pub fn problem(&self, field: Field, rules: &CountryRules) -> Option<Problem> {
        if depends_on_country(field) && self.country(rules).is_err() {
            return None;
        }
        match field {
            Field::CustomerOf => self.whose().err(),
            Field::Reseller => self.whose().ok().and_then(|whose| self.sold_by(whose).err()),
            Field::Country => self.country(rules).err(),
            Field::CompanyName => company_name::parse(&self.company_name).err(),
            Field::Domain => domain_prefix::parse(&self.domain).err(),
            Field::RegistrationNumber => self.registration_number(rules).err(),
            Field::AddressLine1 => required(&self.address_line1, MAX_LINE).err(),
            Field::AddressLine2 => optional(&self.address_line2, MAX_LINE, false).err(),
            Field::AddressLine3 => optional(&self.address_line3, MAX_LINE, false).err(),
            Field::District => self.district(rules).err(),
            Field::City => self.city(rules).err(),
            Field::State => self.state(rules).err(),
            Field::PostalCode => postal_code::parse(&self.postal_code, rules).err(),
            Field::FirstName => person_name::parse(&self.first_name).err(),
            Field::MiddleName => self.middle_name(rules).err(),
            Field::LastName => person_name::parse(&self.last_name).err(),
            Field::Email => email::parse(&self.email).err(),
            Field::Phone => phone::parse(&self.phone, rules).err(),
            Field::Culture => choice(&self.culture, &rules.cultures).err(),
            Field::Language => choice(&self.language, &rules.languages).err(),
            Field::Gdap => self.gdap().err(),
        }
    }

    /// The customer; stops at the first problem, so that the value of a field cannot be had without its check.
    fn understood(&self, rules: &CountryRules) -> Result<NewCustomer, FieldError> {
        Ok(NewCustomer {
            sold_by: self.sold_by(self.whose().map_err(at(Field::CustomerOf))?).map_err(at(Field::Reseller))?,
            company_name: company_name::parse(&self.company_name).map_err(at(Field::CompanyName))?.to_owned(),
            domain_prefix: domain_prefix::parse(&self.domain).map_err(at(Field::Domain))?,
            registration_number: self.registration_number(rules).map_err(at(Field::RegistrationNumber))?,
            default_address: self.default_address(rules)?,
            email: email::parse(&self.email).map_err(at(Field::Email))?.to_owned(),
            culture: choice(&self.culture, &rules.cultures).map_err(at(Field::Culture))?.to_owned(),
            language: choice(&self.language, &rules.languages).map_err(at(Field::Language))?.to_owned(),
            enable_gdap_by_default: self.gdap().map_err(at(Field::Gdap))?,
        })
    }

    fn default_address(&self, rules: &CountryRules) -> Result<DefaultAddress, FieldError> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(DefaultAddress {
            country: self.country(rules).map_err(at(Field::Country))?,
            address_line1: required(&self.address_line1, MAX_LINE).map_err(at(Field::AddressLine1))?.to_owned(),
            address_line2: optional(&self.address_line2, MAX_LINE, false)
                .map(owned)
                .map_err(at(Field::AddressLine2))?,
            address_line3: optional(&self.address_line3, MAX_LINE, false)
                .map(owned)
                .map_err(at(Field::AddressLine3))?,
            district: self.district(rules).map(owned).map_err(at(Field::District))?,
            city: self.city(rules).map(owned).map_err(at(Field::City))?,
            state: self.state(rules).map(owned).map_err(at(Field::State))?,
            postal_code: postal_code::parse(&self.postal_code, rules).map_err(at(Field::PostalCode))?,
            first_name: person_name::parse(&self.first_name).map_err(at(Field::FirstName))?.to_owned(),
            middle_name: self.middle_name(rules).map(owned).map_err(at(Field::MiddleName))?,
            last_name: person_name::parse(&self.last_name).map_err(at(Field::LastName))?.to_owned(),
            phone_number: phone::parse(&self.phone, rules).map(owned).map_err(at(Field::Phone))?,
        })
    }

    fn whose(&self) -> Result<CustomerOf, Problem> {
        self.customer_of().ok_or_else(|| missing_or(&self.customer_of, Problem::NotAChoice))
    }

    /// A reseller counts when it was chosen from the list; what was typed into the search never does.
    fn sold_by(&self, whose: CustomerOf) -> Result<SoldBy, Problem> {
        match whose {
            CustomerOf::Direct => Ok(SoldBy::Direct),
            CustomerOf::Reseller => match self.reseller_id.trim().parse::<ResellerId>() {
                Ok(id) => Ok(SoldBy::Reseller(id)),
                Err(_) if self.reseller_id.trim().is_empty() => {
                    Err(missing_or(&self.reseller_search, Problem::NotAChoice))
                }
                Err(_) => Err(Problem::NotAChoice),
            },
        }
    }

    /// The country must be one that exists, and the one whose rules these are.
    fn country(&self, rules: &CountryRules) -> Result<CountryCode, Problem> {
        match self.country.trim().parse::<CountryCode>() {
            Ok(country) if country == rules.country && !rules.country_name.is_empty() => Ok(country),
            _ => Err(missing_or(&self.country, Problem::NotAChoice)),
        }
    }

    fn registration_number(&self, rules: &CountryRules) -> Result<Option<String>, Problem> {
        let parse = |rule| registration_number::parse(&self.registration_number, rule);
        Ok(rules.registration_number.as_ref().map(parse).transpose()?.flatten())
    }

    fn district(&self, rules: &CountryRules) -> Result<Option<&str>, Problem> {
        if rules.shows(Field::District) { optional(&self.district, MAX_LINE, false) } else { Ok(None) }
    }

    fn middle_name(&self, rules: &CountryRules) -> Result<Option<&str>, Problem> {
        if rules.shows(Field::MiddleName) { person_name::parse_middle(&self.middle_name) } else { Ok(None) }
    }

    fn city(&self, rules: &CountryRules) -> Result<Option<&str>, Problem> {
        if rules.shows(Field::City) { optional(&self.city, MAX_LINE, rules.city_required) } else { Ok(None) }
    }

    /// What Microsoft expects, which is one of its list where it has one; the name is understood as well as the value.
    fn state<'a>(&'a self, rules: &'a CountryRules) -> Result<Option<&'a str>, Problem> {
        let Some(rule) = &rules.state else { return Ok(None) };
        match optional(&self.state, MAX_LINE, rule.required)? {
            Some(state) if !rule.options.is_empty() => choice(state, &rule.options).map(Some),
            state => Ok(state),
        }
    }

    /// A checkbox sends `on` or nothing.
    fn gdap(&self) -> Result<bool, Problem> {
        match self.gdap.as_str() {
            "on" => Ok(true),
            "" => Ok(false),
            _ => Err(Problem::NotAChoice),
        }
    }
}

/// Whether the country's rules decide about the field.
fn depends_on_country(field: Field) -> bool {
    matches!(
        field,
        Field::RegistrationNumber
            | Field::District
            | Field::City
            | Field::State
            | Field::PostalCode
            | Field::MiddleName
            | Field::Phone
            | Field::Culture
            | Field::Language
    )
}

/// The value of the choice that was meant: Microsoft takes `EN-US` for `en-US`, and people write names.
fn choice<'a>(text: &str, choices: &'a [Choice]) -> Result<&'a str, Problem> {
    let text = text.trim();
    let is_meant = |meant: &str| meant.eq_ignore_ascii_case(text);
    choices
        .iter()
        .find(|choice| is_meant(&choice.value))
        .or_else(|| choices.iter().find(|choice| is_meant(&choice.label)))
        .map(|choice| choice.value.as_str())
        .ok_or_else(|| missing_or(text, Problem::NotAChoice))
}

fn missing_or(text: &str, problem: Problem) -> Problem {
    if text.trim().is_empty() { Problem::Missing } else { problem }
}

fn at(field: Field) -> impl Fn(Problem) -> FieldError {
    move |problem| FieldError { field, problem }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        RegistrationNumberRule, StateRule,
        testing::{united_states, wingtip_toys},
    };

    fn problem_after(field: Field, change: impl Fn(&mut NewCustomerForm)) -> Option<Problem> {
        let mut form = wingtip_toys();
        change(&mut form);
        form.problem(field, &united_states())
    }

    /// The text behind a control, as a test changes it.
    fn text_of(form: &mut NewCustomerForm, field: Field) -> &mut String {
        match field {
            Field::CustomerOf => &mut form.customer_of,
            Field::Reseller => &mut form.reseller_id,
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
        }
    }

    #[test]
    fn wingtip_toys_of_microsofts_documents_is_understood() {
        let customer = wingtip_toys().parse(&united_states()).unwrap();
        assert_eq!(customer.sold_by(), &SoldBy::Reseller("484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap()));
        assert_eq!(customer.company_name(), "Wingtip Toys");
        assert_eq!(customer.domain("onmicrosoft.com"), "wingtiptoys.onmicrosoft.com");
        assert_eq!(customer.domain(".onmicrosoft.com"), "wingtiptoys.onmicrosoft.com");
        assert_eq!(customer.registration_number(), None);
        assert_eq!(customer.email(), "Gena@wingtiptoys.com");
        assert_eq!((customer.culture(), customer.language()), ("en-US", "en"));
        assert!(customer.enable_gdap_by_default());
        let address = customer.default_address();
        assert_eq!(address.country().as_str(), "US");
        assert_eq!((address.address_line1(), address.address_line2()), ("One Microsoft Way", None));
        assert_eq!((address.city(), address.state()), (Some("Redmond"), Some("WA")));
        assert_eq!((address.postal_code(), address.phone_number()), (Some("98052"), Some("4255550101")));
        assert_eq!((address.first_name(), address.last_name()), ("Gena", "Soto"));
    }

    #[test]
    fn an_empty_form_says_everything_that_is_missing_at_once() {
        let errors = NewCustomerForm::default().parse(&united_states()).unwrap_err();
        let fields: Vec<Field> = errors.iter().map(|error| error.field).collect();
        assert_eq!(
            fields,
            [
                Field::CustomerOf,
                Field::Country,
                Field::CompanyName,
                Field::Domain,
                Field::AddressLine1,
                Field::FirstName,
                Field::LastName,
                Field::Email
            ]
        );
        assert!(errors.iter().all(|error| error.problem == Problem::Missing));
    }

    #[test]
    fn with_the_country_chosen_its_fields_are_missing_too() {
        let form =
            NewCustomerForm { country: "us".to_owned(), customer_of: "reseller".to_owned(), ..Default::default() };
        let errors = form.problems(&united_states());
        for field in [Field::Reseller, Field::City, Field::State, Field::PostalCode, Field::Culture, Field::Language] {
            assert_eq!(errors.get(field), Some(&Problem::Missing), "{field:?}");
        }
        for field in [Field::Country, Field::RegistrationNumber, Field::AddressLine2, Field::Phone, Field::Gdap] {
            assert_eq!(errors.get(field), None, "{field:?}");
        }
    }

    #[test]
    fn every_text_refuses_html_control_characters_and_excess() {
        let rules = CountryRules {
            registration_number: Some(number_rule()),
            district_label: Some("District".to_owned()),
            has_middle_names: true,
            ..united_states()
        };
        for field in Field::ALL {
            for text in ["<script>alert(1)</script>", "Red\u{1}mond", &"ab".repeat(500)] {
                let mut form = wingtip_toys();
                text.clone_into(text_of(&mut form, field));
                assert!(form.problem(field, &rules).is_some(), "{field:?} {text:?}");
                assert!(form.parse(&rules).is_err(), "{field:?} {text:?}");
            }
        }
    }

    #[test]
    fn address_lines_and_city_hold_200_characters() {
        for field in [Field::AddressLine1, Field::AddressLine2, Field::City] {
            let with = |length: usize| problem_after(field, |form| *text_of(form, field) = "x".repeat(length));
            assert_eq!(with(200), None);
            assert_eq!(with(201), Some(Problem::TooLong { max: 200 }));
        }
    }

    #[test]
    fn the_reseller_counts_only_when_chosen() {
        let typed = |id: &str, search: &str| {
            problem_after(Field::Reseller, |form| {
                id.clone_into(&mut form.reseller_id);
                search.clone_into(&mut form.reseller_search);
            })
        };
        assert_eq!(typed("", ""), Some(Problem::Missing));
        assert_eq!(typed("", "Contso"), Some(Problem::NotAChoice));
        assert_eq!(typed("4847383", "First Up Consultants"), Some(Problem::NotAChoice));
        assert_eq!(typed("484E548C-F5F3-4528-93A9-C16C6373CB59", ""), None);
    }

    #[test]
    fn a_direct_customer_is_an_explicit_choice_and_never_an_empty_field() {
        let mut form = wingtip_toys();
        form.reseller_id.clear();
        assert!(form.parse(&united_states()).is_err());
        form.customer_of.clear();
        assert_eq!(form.problem(Field::CustomerOf, &united_states()), Some(Problem::Missing));
        "both".clone_into(&mut form.customer_of);
        assert_eq!(form.problem(Field::CustomerOf, &united_states()), Some(Problem::NotAChoice));
        "direct".clone_into(&mut form.customer_of);
        assert_eq!(form.parse(&united_states()).map(|customer| customer.sold_by), Ok(SoldBy::Direct));
    }

    #[test]
    fn rules_of_another_country_are_never_applied() {
        let form = NewCustomerForm { country: "SE".to_owned(), ..wingtip_toys() };
        let errors = form.parse(&united_states()).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [Field::Country]);
        assert_eq!(problem_after(Field::Country, |form| form.country.push('A')), Some(Problem::NotAChoice));
    }

    #[test]
    fn a_state_is_one_of_microsofts_list() {
        let state = |text: &str| {
            let form = NewCustomerForm { state: text.to_owned(), ..wingtip_toys() };
            form.state(&united_states()).map(|state| state.map(str::to_owned))
        };
        assert_eq!(state("wa"), Ok(Some("WA".to_owned())));
        assert_eq!(state("Washington"), Ok(Some("WA".to_owned())));
        assert_eq!(state("Bavaria"), Err(Problem::NotAChoice));
        assert_eq!(state(" "), Err(Problem::Missing));
    }

    #[test]
    fn a_state_is_free_text_where_there_is_no_list() {
        let rule = StateRule { label: "Prefecture".to_owned(), required: false, options: Vec::new() };
        let rules = CountryRules { state: Some(rule), ..united_states() };
        let form = NewCustomerForm { state: " Tokyo ".to_owned(), ..wingtip_toys() };
        assert_eq!(form.state(&rules), Ok(Some("Tokyo")));
        assert_eq!(NewCustomerForm { state: String::new(), ..form }.state(&rules), Ok(None));
    }

    #[test]
    fn what_the_country_does_not_show_is_neither_checked_nor_sent() {
        let rules =
            CountryRules { state: None, postal_code_label: None, locality_order: Vec::new(), ..united_states() };
        let form = NewCustomerForm { registration_number: "<1>".to_owned(), ..wingtip_toys() };
        let customer = form.parse(&rules).unwrap();
        assert_eq!(customer.registration_number(), None);
        let address = customer.default_address();
        assert_eq!((address.city(), address.state(), address.postal_code()), (None, None, None));
    }

    #[test]
    fn a_registration_number_is_read_where_the_country_wants_one() {
        let rules = CountryRules { registration_number: Some(number_rule()), ..united_states() };
        let form = NewCustomerForm { registration_number: "123-4567".to_owned(), ..wingtip_toys() };
        assert_eq!(form.parse(&rules).unwrap().registration_number(), Some("1234567"));
        assert_eq!(wingtip_toys().problem(Field::RegistrationNumber, &rules), Some(Problem::Missing));
    }

    #[test]
    fn culture_and_language_are_choices_and_keep_microsofts_spelling() {
        let form = NewCustomerForm { culture: "EN-us".to_owned(), language: "En".to_owned(), ..wingtip_toys() };
        let customer = form.parse(&united_states()).unwrap();
        assert_eq!((customer.culture(), customer.language()), ("en-US", "en"));
        assert_eq!(
            problem_after(Field::Culture, |form| "sv-SE".clone_into(&mut form.culture)),
            Some(Problem::NotAChoice)
        );
        assert_eq!(problem_after(Field::Language, |form| form.language.clear()), Some(Problem::Missing));
    }

    #[test]
    fn a_checkbox_is_on_or_absent() {
        let gdap = |text: &str| NewCustomerForm { gdap: text.to_owned(), ..Default::default() }.gdap();
        assert_eq!((gdap("on"), gdap("")), (Ok(true), Ok(false)));
        assert_eq!(gdap("yes"), Err(Problem::NotAChoice));
    }

    fn number_rule() -> RegistrationNumberRule {
        RegistrationNumberRule {
            local_name: "VOEN".to_owned(),
            required: true,
            pattern: Some(crate::domain::Pattern::new(r"^(\d{7}|\d{10})$")),
            sample: Some("7 or 10 digits".to_owned()),
        }
    }

    /// Any text, and texts that come near to what a field wants.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ A-Za-z0-9.@<>-]{0,60}",
            "[0-9]{5}(-[0-9]{4})?",
            "[a-z]{1,10}@[a-z]{1,10}\\.[a-z]{2,3}",
            "[A-Z][a-z]{1,12}( [A-Z][a-z]{1,12})?",
            "\\PC{190,260}",
            prop::sample::select(vec!["", "US", "reseller", "direct", "on", "en-US", "ES-us", "en", "New York", "ca"])
                .prop_map(str::to_owned),
        ]
    }

    /// A form with one to three fields changed, so that some are right.
    fn form() -> impl Strategy<Value = NewCustomerForm> {
        prop::collection::vec((prop::sample::select(Field::ALL.to_vec()), text()), 1..4).prop_map(|changes| {
            let mut form = wingtip_toys();
            for (field, text) in changes {
                *text_of(&mut form, field) = text;
            }
            form
        })
    }

    /// What would have to be typed to get this customer.
    fn typed(customer: &NewCustomer) -> NewCustomerForm {
        let address = customer.default_address();
        let (customer_of, reseller_id) = match customer.sold_by() {
            SoldBy::Reseller(id) => ("reseller", id.to_string()),
            SoldBy::Direct => ("direct", String::new()),
        };
        NewCustomerForm {
            customer_of: customer_of.to_owned(),
            reseller_id,
            reseller_search: String::new(),
            country: address.country().to_string(),
            company_name: customer.company_name().to_owned(),
            domain: customer.domain_prefix().to_owned(),
            registration_number: customer.registration_number().unwrap_or_default().to_owned(),
            address_line1: address.address_line1().to_owned(),
            address_line2: address.address_line2().unwrap_or_default().to_owned(),
            address_line3: address.address_line3().unwrap_or_default().to_owned(),
            district: address.district().unwrap_or_default().to_owned(),
            city: address.city().unwrap_or_default().to_owned(),
            state: address.state().unwrap_or_default().to_owned(),
            postal_code: address.postal_code().unwrap_or_default().to_owned(),
            first_name: address.first_name().to_owned(),
            middle_name: address.middle_name().unwrap_or_default().to_owned(),
            last_name: address.last_name().to_owned(),
            email: customer.email().to_owned(),
            phone: address.phone_number().unwrap_or_default().to_owned(),
            culture: customer.culture().to_owned(),
            language: customer.language().to_owned(),
            gdap: if customer.enable_gdap_by_default() { "on" } else { "" }.to_owned(),
            ..NewCustomerForm::default()
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_understood_or_refused_with_words(form in form()) {
            let rules = united_states();
            match form.parse(&rules) {
                Ok(customer) => {
                    prop_assert_eq!(typed(&customer).parse(&rules), Ok(customer.clone()));
                    prop_assert!(!customer.formatted_address(&rules).is_empty());
                }
                Err(errors) => {
                    prop_assert!(!errors.is_empty());
                    for error in errors.iter() {
                        prop_assert_eq!(form.problem(error.field, &rules), Some(error.problem.clone()));
                        prop_assert!(!crate::domain::words::message(error.field, &error.problem, &rules).is_empty());
                    }
                }
            }
            let lines = form.formatted_address(&rules);
            prop_assert_eq!(lines.last(), Some(&rules.country_name));
        }
    }
}
