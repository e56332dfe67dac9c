//! How live and built-in rules of countries come together.

use super::*;
use crate::domain::{NewCustomerForm, Problem, all_countries, testing::wingtip_toys};

fn built_in(code: &str) -> CountryRules {
    CountryRules::built_in(&code.parse().unwrap())
}

fn from_live(code: &str, live: &LiveCountryRules) -> CountryRules {
    CountryRules::from_live(&code.parse().unwrap(), live)
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn values(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.value.as_str()).collect()
}

/// As recorded on 2019-01-11, with three of the 51 states.
fn united_states() -> LiveCountryRules {
    LiveCountryRules {
        default_culture: Some("en-US".to_owned()),
        is_state_required: true,
        supported_states: texts(&["AK", "CA", "WA"]),
        supported_languages: texts(&["en", "es"]),
        supported_cultures: texts(&["en-US", "es-US"]),
        is_postal_code_required: true,
        postal_code_regex: Some(r"^\d{5}(-\d{4})?$".to_owned()),
        is_city_required: true,
        phone_number_regex: Some(r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$".to_owned()),
        country_calling_codes: texts(&["1"]),
        ..LiveCountryRules::default()
    }
}

/// As recorded on 2021-12-15.
fn portugal() -> LiveCountryRules {
    LiveCountryRules {
        default_culture: Some("pt-PT".to_owned()),
        supported_languages: texts(&["en", "pt-PT"]),
        supported_cultures: texts(&["en-US", "pt-PT"]),
        is_postal_code_required: true,
        postal_code_regex: Some(r"^\d{4}(-\d{3})?$".to_owned()),
        is_city_required: true,
        country_calling_codes: texts(&["351"]),
        ..LiveCountryRules::default()
    }
}

#[test]
fn the_recorded_rules_of_the_united_states_get_names_and_labels() {
    let rules = from_live("US", &united_states());
    assert_eq!(rules.source, RulesSource::Live);
    assert_eq!(rules.country_name, "United States");
    let state = rules.state.clone().unwrap();
    assert_eq!((state.label.as_str(), state.required), ("State", true));
    assert_eq!(state.options.last().unwrap().label, "Washington");
    assert_eq!(rules.locality_order, ["city", "state", "postal_code"]);
    assert_eq!(rules.postal_code_label.as_deref(), Some("ZIP code"));
    assert_eq!(rules.postal_code_sample.as_deref(), Some("95014"));
    assert_eq!(rules.phone_sample.as_deref(), Some("(201) 555-0123"));
    assert!(!rules.phone_required);
    assert_eq!(rules.registration_number, None);
    assert_eq!(rules.cultures.first().unwrap().label, "English (United States)");
    assert_eq!(rules.languages.first().unwrap().label, "English");
}

#[test]
fn wingtip_toys_is_understood_by_live_and_built_in_rules() {
    for rules in [from_live("US", &united_states()), built_in("US")] {
        assert!(wingtip_toys().parse(&rules).is_ok(), "{:?}", rules.source);
    }
}

#[test]
fn the_default_culture_and_its_language_come_first() {
    let rules = from_live("PT", &portugal());
    assert_eq!(values(&rules.cultures), ["pt-PT", "en-US"]);
    assert_eq!(values(&rules.languages), ["pt-PT", "en"]);
    assert_eq!(rules.languages.first().unwrap().label, "Portuguese (Portugal)");
    assert_eq!(rules.state, None);
    assert_eq!(rules.locality_order, ["postal_code", "city"]);
}

#[test]
fn states_are_sent_as_microsoft_lists_them_and_shown_by_name() {
    let with = |code: &str, states: &[&str]| {
        let live = LiveCountryRules { supported_states: texts(states), ..LiveCountryRules::default() };
        from_live(code, &live).state.unwrap().options
    };
    for (country, listed, label) in [
        ("CN", "ZJ", "Zhejiang"),
        ("AU", "New South Wales", "New South Wales"),
        ("AU", "NSW", "New South Wales"),
        ("AE", "DU", "Dubai"),
        ("BR", "SP", "São Paulo"),
        ("JP", "東京都", "Tokyo"),
        ("SE", "Unheard", "Unheard"),
    ] {
        assert_eq!(with(country, &[listed]), [Choice { value: listed.to_owned(), label: label.to_owned() }]);
    }
}

#[test]
fn without_microsofts_answer_states_are_offered_where_its_values_are_known() {
    assert_eq!(built_in("US").state.unwrap().options.len(), 51);
    assert_eq!(built_in("CN").state.unwrap().options.len(), 31);
    assert_eq!(built_in("CA").state.unwrap().options.len(), 13);
    assert!(values(&built_in("AU").state.unwrap().options).contains(&"Jervis Bay Territory"));
    assert!(values(&built_in("AE").state.unwrap().options).contains(&"DU"));
    assert_eq!(built_in("JP").state.unwrap().options, []);
    assert_eq!(built_in("DE").state, None);
}

#[test]
fn labels_and_order_are_the_countrys() {
    for (code, order, postal_code) in [
        ("US", &["city", "state", "postal_code"][..], Some("ZIP code")),
        ("DE", &["postal_code", "city"], Some("Postal code")),
        ("JP", &["postal_code", "state", "city"], Some("Postal code")),
        ("GB", &["city", "postal_code"], Some("Postal code")),
        ("IE", &["district", "city", "state", "postal_code"], Some("Eircode")),
        ("IN", &["city", "postal_code", "state"], Some("PIN code")),
        ("BR", &["district", "city", "state", "postal_code"], Some("Postal code")),
        ("HK", &["state", "city"], None),
        ("AE", &["state", "city"], None),
        ("XE", &["city"], None),
    ] {
        let rules = built_in(code);
        assert_eq!(rules.locality_order, order, "{code}");
        assert_eq!(rules.postal_code_label.as_deref(), postal_code, "{code}");
    }
    assert_eq!(built_in("BR").district_label.as_deref(), Some("Neighborhood"));
    assert_eq!(built_in("SE").district_label, None);
    assert!(built_in("RU").has_middle_names && !built_in("SE").has_middle_names);
    assert_eq!(built_in("GB").city_label, "Post town");
    assert_eq!(built_in("AU").city_label, "Suburb");
    assert_eq!(built_in("JP").state.unwrap().label, "Prefecture");
    assert_eq!(built_in("AE").state.unwrap().label, "Emirate");
}

#[test]
fn what_microsoft_requires_is_shown_even_where_the_post_has_none() {
    let live = LiveCountryRules {
        is_city_required: true,
        is_state_required: true,
        is_postal_code_required: true,
        ..LiveCountryRules::default()
    };
    let rules = from_live("SG", &live);
    assert_eq!(rules.locality_order, ["postal_code", "city", "state"]);
    let rules = from_live("AN", &live);
    assert_eq!(rules.locality_order, ["city", "state", "postal_code"]);
    assert_eq!(rules.address_format, "%N%n%O%n%A%n%C%n%S%n%Z");
    let rules = from_live("AG", &LiveCountryRules::default());
    assert!(!rules.city_required && rules.postal_code_label.is_none());
}

#[test]
fn the_24_countries_want_a_number_and_a_phone_even_when_old_rules_are_silent() {
    let wanted: Vec<&str> = all_countries()
        .iter()
        .map(|(code, _)| *code)
        .filter(|code| {
            let live = from_live(code, &LiveCountryRules::default());
            let built_in = built_in(code);
            assert_eq!(live.registration_number, built_in.registration_number);
            assert_eq!(live.phone_required, live.registration_number.is_some());
            assert_eq!(built_in.phone_required, built_in.registration_number.is_some());
            live.registration_number.is_some()
        })
        .collect();
    assert_eq!(wanted.len(), 24);
    let number = built_in("AZ").registration_number.unwrap();
    assert_eq!((number.local_name.as_str(), number.sample.as_deref()), ("VOEN", Some("7 or 10 digits")));
    assert!(number.pattern.unwrap().matches("1234567890"));
}

#[test]
fn live_rules_of_the_registration_number_win() {
    let live = LiveCountryRules {
        is_registration_number_required: true,
        registration_number_regex: Some(r"^\d{3}$".to_owned()),
        registration_number_sample: Some("123".to_owned()),
        ..LiveCountryRules::default()
    };
    let number = from_live("BR", &live).registration_number.unwrap();
    assert_eq!((number.local_name.as_str(), number.sample.as_deref()), ("CNPJ", Some("123")));
    assert!(number.pattern.unwrap().matches("123"));
    let number = from_live("SE", &live).registration_number.unwrap();
    assert_eq!(number.local_name, "Registration number");
    let wrong_sample = LiveCountryRules { registration_number_sample: Some("12".to_owned()), ..live };
    assert_eq!(from_live("SE", &wrong_sample).registration_number.unwrap().sample, None);
}

#[test]
fn names_are_given_in_another_language() {
    let rules = from_live("PT", &portugal()).in_language("sv");
    assert_eq!(rules.country_name, "Portugal");
    let labels: Vec<&str> = rules.cultures.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["Portugisiska (Portugal)", "Engelska (USA)"]);
    assert_eq!(rules.languages.last().unwrap().label, "Engelska");
}

#[test]
fn an_expression_that_cannot_be_used_is_named_and_lets_everything_pass() {
    let live = LiveCountryRules {
        postal_code_regex: Some(r"^(?!00000)\d{5}$".to_owned()),
        phone_number_regex: Some("(a+)+".to_owned()),
        ..united_states()
    };
    assert_eq!(
        live.untranslatable(),
        [("postalCodeRegex", Untranslatable::LookAround), ("phoneNumberRegex", Untranslatable::NestedRepetition)]
    );
    let rules = from_live("US", &live);
    assert_eq!((rules.postal_code_pattern, rules.phone_pattern), (None, None));
    assert_eq!(united_states().untranslatable(), []);
}

#[test]
fn rules_travel_as_few_bytes() {
    for (code, _) in all_countries() {
        let rules = built_in(code);
        let json = serde_json::to_string(&rules).unwrap();
        assert!(json.len() < 3_000, "{code}: {} bytes", json.len());
        assert_eq!(serde_json::from_str::<CountryRules>(&json).unwrap(), rules, "{code}");
    }
}

/// Antarctica and islands that have no telephones of their own.
const WITHOUT_PHONES: [&str; 7] = ["AQ", "BV", "GS", "HM", "PN", "TF", "UM"];

#[test]
fn every_country_has_rules_that_a_form_can_satisfy() {
    for (code, name) in all_countries() {
        for rules in [built_in(code), from_live(code, &LiveCountryRules::default())] {
            assert_eq!(rules.country_name, *name);
            assert!(!rules.cultures.is_empty() && !rules.languages.is_empty(), "{code}");
            assert!(rules.cultures.iter().chain(&rules.languages).all(|choice| choice.label != choice.value), "{code}");
            assert_eq!(rules.locality_order.iter().any(|name| name == "state"), rules.state.is_some(), "{code}");
            let has_postal_code = rules.locality_order.iter().any(|name| name == "postal_code");
            assert_eq!(has_postal_code, rules.postal_code_label.is_some(), "{code}");
            assert_eq!(rules.calling_codes.is_empty(), WITHOUT_PHONES.contains(code), "{code}");
            let customer = filled_in(&rules).parse(&rules);
            assert!(customer.is_ok(), "{code}: {customer:?}");
            let lines = customer.unwrap().formatted_address(&rules);
            assert!(lines.len() >= 4 && lines.iter().all(|line| !line.contains('%')), "{code}: {lines:?}");
        }
    }
}

/// A form that takes the rules' own examples and first choices.
fn filled_in(rules: &CountryRules) -> NewCustomerForm {
    let first_value = |choices: &[Choice]| choices.first().map(|choice| choice.value.clone());
    NewCustomerForm {
        country: rules.country.to_string(),
        state: rules.state.as_ref().and_then(|state| first_value(&state.options)).unwrap_or("State".to_owned()),
        postal_code: rules.postal_code_sample.clone().unwrap_or("12345".to_owned()),
        phone: rules.phone_sample.clone().unwrap_or("12345678".to_owned()),
        registration_number: rules.registration_number.as_ref().map_or(String::new(), example),
        culture: first_value(&rules.cultures).unwrap(),
        language: first_value(&rules.languages).unwrap(),
        ..wingtip_toys()
    }
}

/// As many ones as the pattern allows.
fn example(rule: &RegistrationNumberRule) -> String {
    (5..=22).map(|length| "1".repeat(length)).find(|number| matches(rule.pattern.as_ref(), number)).unwrap()
}

#[test]
fn a_country_that_nobody_knows_is_not_a_choice() {
    for (rules, country) in [(CountryRules::before_choice(), "ZZ"), (built_in("UK"), "UK")] {
        let form = NewCustomerForm { country: country.to_owned(), ..filled_in(&rules) };
        let errors = form.parse(&rules).unwrap_err();
        assert_eq!(errors.get(Field::Country), Some(&Problem::NotAChoice));
        assert_eq!(errors.iter().count(), 1);
    }
    let rules = from_live("QZ", &LiveCountryRules::default());
    assert_eq!(rules.country_name, "QZ");
    assert!(filled_in(&rules).parse(&rules).is_ok());
}

#[test]
fn envelopes_follow_the_country() {
    let lines = |code: &str| filled_in(&built_in(code)).formatted_address(&built_in(code));
    assert_eq!(lines("SE"), ["Wingtip Toys", "Gena Soto", "One Microsoft Way", "SE-11455 Redmond", "Sweden"]);
    assert_eq!(
        lines("GB"),
        ["Gena Soto", "Wingtip Toys", "One Microsoft Way", "Redmond", "EC1Y 8SY", "United Kingdom"]
    );
    assert_eq!(
        lines("AE"),
        ["Gena Soto", "Wingtip Toys", "One Microsoft Way", "Redmond", "Abu Dhabi", "United Arab Emirates"]
    );
}
