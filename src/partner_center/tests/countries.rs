//! B5 of the bars: for each of the 248 countries the form renders, a good example passes, and what is broken is refused
//! with the right words, by the form as by the simulator, which knows nothing of our code.
//!
//! `PORTAL_COUNTRY_INPUTS` is the number of invented forms, `PORTAL_COUNTRY_SEED` what they are invented from.

use std::fmt::Write;

use leptos::prelude::*;
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    components::testing::html,
    domain::{
        Choice, CountryRules, Field, FieldErrors, LiveCountryRules, NewCustomerForm, Problem, ServedCountries,
        testing::wingtip_toys, words,
    },
    pages::{Keeping, NewCustomerPage, NewCustomerView},
    partner_center::{country_rules, customers::body_of},
    simulator::verdict,
};

/// As many as a run of all tests has time for.
const INPUTS: u32 = 1_500;
const SEED: u64 = 5;

/// The rules of a country as the simulator answers them, understood.
struct Country {
    code: &'static str,
    live: LiveCountryRules,
    rules: CountryRules,
}

fn countries() -> Vec<Country> {
    let country = |(code, body): (&'static str, &Value)| {
        let live = country_rules::read(body.clone());
        let rules = CountryRules::from_live(&code.parse().unwrap(), &live);
        Country { code, live, rules }
    };
    verdict::countries().map(country).collect()
}

impl Country {
    /// A form that takes the rules' own examples and first choices.
    fn example(&self) -> NewCustomerForm {
        let rules = &self.rules;
        let first = |choices: &[Choice]| choices.first().map(|choice| choice.value.clone()).unwrap_or_default();
        NewCustomerForm {
            country: self.code.to_owned(),
            state: rules.state.as_ref().map(|state| first(&state.options)).unwrap_or_default(),
            district: "Centre".to_owned(),
            middle_name: "J.".to_owned(),
            postal_code: rules.postal_code_sample.clone().unwrap_or_default(),
            phone: rules.phone_sample.clone().unwrap_or_else(|| "12345678".to_owned()),
            registration_number: rules.registration_number.as_ref().map_or_else(String::new, |rule| {
                rule.sample.clone().filter(|sample| !sample.contains(' ')).unwrap_or_else(|| "1234567".to_owned())
            }),
            culture: first(&rules.cultures),
            language: first(&rules.languages),
            ..wingtip_toys()
        }
    }

    /// What the form says about a field that was filled in so.
    fn said(&self, field: Field, form: &NewCustomerForm) -> Option<String> {
        form.problem(field, &self.rules).map(|problem| words::message(field, &problem, &self.rules))
    }

    /// The body as it would be if the form sent what was typed.
    fn as_typed(&self, form: &NewCustomerForm) -> Value {
        let mut body = body_of(&self.example().parse(&self.rules).unwrap());
        let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map_or(Value::Null, Into::into);
        let shown = |field, value: &str| if self.rules.shows(field) { text(value) } else { Value::Null };
        body["CompanyProfile"]["OrganizationRegistrationNumber"] =
            shown(Field::RegistrationNumber, &form.registration_number);
        let billing = &mut body["BillingProfile"];
        billing["Culture"] = text(&form.culture);
        let address = &mut billing["DefaultAddress"];
        address["City"] = shown(Field::City, &form.city);
        address["State"] = shown(Field::State, &form.state);
        address["PostalCode"] = shown(Field::PostalCode, &form.postal_code);
        address["PhoneNumber"] = text(&form.phone);
        body
    }
}

fn verdict_of(body: &Value) -> Option<(u32, String)> {
    verdict::of_body(body.to_string().as_bytes())
}

#[test]
#[expect(clippy::print_stderr, reason = "the figures of the bar")]
fn in_every_country_good_examples_pass_and_broken_ones_are_refused_on_both_sides() {
    let (mut wrong, mut counts) = (String::new(), [0; 5]);
    let all = countries();
    for country in &all {
        let code = country.code;
        let example = country.example();
        match example.parse(&country.rules) {
            Ok(customer) => {
                if let Some(refusal) = verdict_of(&body_of(&customer)) {
                    writeln!(wrong, "{code}: the example is refused: {refusal:?}").unwrap();
                }
                counts[0] += 1;
            }
            Err(errors) => {
                writeln!(wrong, "{code}: the example does not pass: {errors:?}").unwrap();
                continue;
            }
        }
        for (field, form, code_of_refusal, words) in broken(country) {
            let said = country.said(field, &form).unwrap_or_default();
            if !words.iter().any(|words| said.contains(words.as_str())) {
                writeln!(wrong, "{code} {field:?}: said {said:?} and not {words:?}").unwrap();
            }
            let refusal = verdict_of(&country.as_typed(&form));
            if refusal.as_ref().map(|(code, _)| *code) != Some(code_of_refusal) {
                writeln!(wrong, "{code} {field:?}: the simulator says {refusal:?}").unwrap();
            }
            counts[match field {
                Field::PostalCode => 1,
                Field::State => 2,
                Field::Phone => 3,
                _ => 4,
            }] += 1;
        }
    }
    let [passed, postal_codes, states, phones, numbers] = counts;
    eprintln!(
        "{passed} examples of {} countries; refused: {postal_codes} postal codes, {states} states, {phones} phone numbers, \
         {numbers} registration numbers",
        all.len()
    );
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!((all.len(), passed, phones), (248, 248, 248));
    // Missing, and of another form, in each of the 24.
    assert_eq!(numbers, 48);
}

/// What is broken in a country: field, form, the simulator's code, one of the words that must be said.
fn broken(country: &Country) -> Vec<(Field, NewCustomerForm, u32, Vec<String>)> {
    let (rules, example) = (&country.rules, country.example());
    let mut broken = Vec::new();
    if let Some(label) = &rules.postal_code_label {
        let sample = rules.postal_code_sample.clone().unwrap_or_default();
        let expected = match &rules.postal_code_pattern {
            Some(_) => vec![format!("{label} must look like {sample}"), format!("{label} cannot have")],
            None => vec![format!("{label} cannot have")],
        };
        let wrong = if rules.postal_code_pattern.is_some() { "#1#" } else { "---" };
        broken.push((
            Field::PostalCode,
            NewCustomerForm { postal_code: wrong.to_owned(), ..example.clone() },
            27002,
            expected,
        ));
    }
    if let Some(state) = &rules.state {
        let (typed, expected) = if state.options.is_empty() {
            ("x".repeat(201), "must be 200 characters or less".to_owned())
        } else {
            ("Atlantis".to_owned(), "from the list".to_owned())
        };
        broken.push((Field::State, NewCustomerForm { state: typed, ..example.clone() }, 27002, vec![expected]));
    }
    let phone = NewCustomerForm { phone: "call me".to_owned(), ..example.clone() };
    broken.push((Field::Phone, phone, 27002, vec!["Enter a phone number, like ".to_owned()]));
    if let Some(rule) = &rules.registration_number {
        for (typed, code) in [("", 600_049), ("12", 600_050)] {
            let form = NewCustomerForm { registration_number: typed.to_owned(), ..example.clone() };
            broken.push((Field::RegistrationNumber, form, code, vec![rule.local_name.clone()]));
        }
    }
    broken
}

#[test]
fn the_form_of_every_country_renders_with_its_fields_in_its_order() {
    for country in countries() {
        let (code, rules) = (country.code, &country.rules);
        let view = NewCustomerView {
            keeping: Keeping::default(),
            draft: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            form: country.example(),
            errors: FieldErrors::default(),
            rules: Some(rules.clone()),
            resellers: None,
            domain_answer: None,
            domain_round: 0,
            chosen_reseller: None,
            usual: None,
            may_create_direct: false,
            is_resellers_own: false,
            not_connected: false,
            domain_suffix: ".onmicrosoft.com",
            shows_errors: false,
            served: ServedCountries::All,
            sent_back: None,
            refused: None,
            list_refused: None,
            upstream_down: false,
        };
        let page = html(move || view! { <NewCustomerPage props=view/> });
        let at = |field: Field| page.find(&format!(r#"name="{}""#, field.name()));
        for field in Field::ALL {
            // Said elsewhere, or only after the second line.
            if !matches!(field, Field::CustomerOf | Field::AddressLine3) {
                assert_eq!(at(field).is_some(), rules.shows(field), "{code} {field:?}");
            }
        }
        let places: Vec<_> = rules.locality_order.iter().filter_map(|name| at(Field::from_name(name)?)).collect();
        assert_eq!(places.len(), rules.locality_order.len(), "{code}");
        assert!(places.is_sorted(), "{code}");
        let culture = rules.cultures.first().unwrap();
        assert!(page.contains(&format!(r#"<option value="{}" selected"#, culture.value)), "{code}");
    }
}

#[test]
fn the_rules_of_a_country_travel_in_less_than_3_kb() {
    for country in countries() {
        let json = serde_json::to_string(&country.rules).unwrap();
        assert!(json.len() < 3_000, "{}: {} bytes", country.code, json.len());
        assert_eq!(serde_json::from_str::<CountryRules>(&json).unwrap(), country.rules, "{}", country.code);
        assert_eq!(country.live.untranslatable(), [], "{}", country.code);
    }
}

/// Any text, and texts that come near to what a field wants.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ A-Za-z0-9.@<>-]{0,60}",
        "[0-9]{3,7}(-[0-9]{3,4})?",
        "[A-Z]{1,2}[0-9]{1,2}[A-Z]? ?[0-9][A-Z]{2}",
        "\\+?[0-9 ()./-]{4,24}",
        "[0-9A-Z]{4,23}",
        "[A-Z]{2}",
        "\\PC{190,260}",
        prop::sample::select(vec![
            "",
            "Redmond",
            "en-US",
            "ES-us",
            "en",
            "New York",
            "ca",
            "---",
            "12.345.678/0001-95"
        ])
        .prop_map(str::to_owned),
    ]
}

const MUTATED: [Field; 16] = [
    Field::CompanyName,
    Field::Domain,
    Field::RegistrationNumber,
    Field::AddressLine1,
    Field::AddressLine2,
    Field::AddressLine3,
    Field::District,
    Field::City,
    Field::State,
    Field::PostalCode,
    Field::FirstName,
    Field::MiddleName,
    Field::LastName,
    Field::Email,
    Field::Phone,
    Field::Culture,
];

fn put(form: &mut NewCustomerForm, field: Field, text: &str) {
    let mut fields = serde_json::to_value(&*form).unwrap();
    fields[field.name()] = json!(text);
    *form = serde_json::from_value(fields).unwrap();
}

/// Whether Microsoft, too, would refuse what the form refuses: not what is stricter here for safety's sake.
fn is_microsofts(field: Field, problem: &Problem, rules: &CountryRules) -> bool {
    match (field, problem) {
        (Field::PostalCode, Problem::Shape { .. } | Problem::Missing)
        | (Field::State, Problem::NotAChoice | Problem::Missing | Problem::TooLong { .. })
        | (Field::City, Problem::Missing | Problem::TooLong { .. })
        | (Field::Culture, Problem::NotAChoice | Problem::Missing)
        | (Field::RegistrationNumber, _) => true,
        (Field::Phone, Problem::Shape { .. }) => rules.phone_pattern.is_some(),
        _ => false,
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "the figures of the bar")]
#[expect(clippy::disallowed_methods, reason = "its size and its seed come from whoever runs it at full size")]
fn whatever_is_typed_the_form_and_the_simulator_agree() {
    let of = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = of("PORTAL_COUNTRY_INPUTS").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(INPUTS);
    let seed = of("PORTAL_COUNTRY_SEED").unwrap_or(SEED);
    let all = countries();
    let examples: Vec<NewCustomerForm> = all.iter().map(Country::example).collect();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let inputs = (0..all.len(), prop::collection::vec((prop::sample::select(MUTATED.to_vec()), text()), 1..4));
    let (accepted, refused) = (std::cell::Cell::new(0_u32), std::cell::Cell::new(0_u32));
    runner
        .run(&inputs, |(at, changes)| {
            let (country, mut form) = (&all[at], examples[at].clone());
            for (field, text) in &changes {
                put(&mut form, *field, text);
            }
            match form.parse(&country.rules) {
                Ok(customer) => {
                    accepted.set(accepted.get() + 1);
                    let refusal = verdict_of(&body_of(&customer));
                    prop_assert_eq!(refusal, None, "{} {:?}", country.code, changes);
                }
                Err(errors) => {
                    refused.set(refused.get() + 1);
                    let mut is_microsofts_too = false;
                    for error in errors.iter() {
                        let said = words::message(error.field, &error.problem, &country.rules);
                        prop_assert!(!said.is_empty(), "{} {:?}", country.code, error);
                        is_microsofts_too |= is_microsofts(error.field, &error.problem, &country.rules);
                    }
                    if is_microsofts_too {
                        let refusal = verdict_of(&country.as_typed(&form));
                        prop_assert!(refusal.is_some(), "{} {:?} {:?}", country.code, changes, errors);
                    }
                }
            }
            Ok::<(), TestCaseError>(())
        })
        .unwrap();
    eprintln!("{cases} forms from seed {seed}: {} accepted by both, {} refused", accepted.get(), refused.get());
}
