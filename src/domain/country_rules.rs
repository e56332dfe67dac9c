//! How the rules of a country come about: Microsoft's live rules joined with names and labels of ours, or, when
//! Microsoft cannot be asked, what is known without it.

use super::{
    Choice, CountryCode, CountryRules, Field, LiveCountryRules, Pattern, RegistrationNumberRule, RulesSource,
    StateRule, Untranslatable,
    country::{country_name, culture_name, language_name},
    data::{self, RegistrationNumber, StateValue, Territory},
    names::{country_name_in, culture_name_in, language_name_in},
    words,
};

impl LiveCountryRules {
    /// The expressions that are not used, and why: to be said aloud, because what they would refuse passes.
    pub fn untranslatable(&self) -> Vec<(&'static str, Untranslatable)> {
        let expressions = [
            ("postalCodeRegex", &self.postal_code_regex),
            ("phoneNumberRegex", &self.phone_number_regex),
            ("customerOrganizationRegistrationNumberRegex", &self.registration_number_regex),
        ];
        let why = |(name, regex): (&'static str, &Option<String>)| {
            Pattern::from_dotnet(regex.as_deref()?).err().map(|error| (name, error))
        };
        expressions.into_iter().filter_map(why).collect()
    }
}

impl CountryRules {
    /// Microsoft's rules with our names and labels.
    ///
    /// What Microsoft lists is the only choice; what it leaves out (rules of before 2021 say nothing of registration
    /// numbers) is filled in from what it documents.
    pub fn from_live(country: &CountryCode, live: &LiveCountryRules) -> Self {
        let known = Known::of(country);
        let mut rules = known.rules(RulesSource::Live, known.registration_number(live));
        let pattern_of = |regex: &Option<String>| regex.as_deref().and_then(pattern);
        set_patterns(&mut rules, pattern_of(&live.postal_code_regex), pattern_of(&live.phone_number_regex));
        offer_states(
            &mut rules,
            live.supported_states
                .iter()
                .filter(|state| is_one_line(state))
                .map(|state| known.state_choice(state))
                .collect(),
        );
        for (is_required, field) in [
            (live.is_city_required, Field::City),
            (live.is_state_required, Field::State),
            (live.is_postal_code_required, Field::PostalCode),
            (live.is_phone_number_required, Field::Phone),
        ] {
            if is_required {
                require(&mut rules, field);
            }
        }
        if !live.country_calling_codes.is_empty() {
            rules.calling_codes.clone_from(&live.country_calling_codes);
        }
        if !live.supported_cultures.is_empty() {
            rules.cultures = cultures_of(&live.supported_cultures);
        }
        rules.cultures = first(rules.cultures, |culture| Some(&culture.value) == live.default_culture.as_ref());
        if !live.supported_languages.is_empty() {
            rules.languages = languages_of(&live.supported_languages, &rules.cultures);
        }
        rules
    }

    /// The same, as they were when Microsoft was asked last.
    pub fn from_kept(country: &CountryCode, live: &LiveCountryRules) -> Self {
        Self { source: RulesSource::Kept, ..Self::from_live(country, live) }
    }

    /// The same with the names of country, cultures and languages in another language, given as a BCP 47 tag. Labels
    /// and sub-regions stay.
    #[must_use]
    pub fn in_language(mut self, language: &str) -> Self {
        if let Some(name) = country_name_in(self.country.as_str(), language) {
            name.clone_into(&mut self.country_name);
        }
        for (choices, name_in) in [
            (&mut self.cultures, culture_name_in as fn(&str, &str) -> Option<&'static str>),
            (&mut self.languages, language_name_in),
        ] {
            for choice in choices {
                if let Some(name) = name_in(&choice.value, language) {
                    name.clone_into(&mut choice.label);
                }
            }
        }
        self
    }

    /// The rules of a form in which no country has been chosen yet; no customer can be understood by them.
    pub fn before_choice() -> Self {
        Self::built_in(&CountryCode::unknown())
    }

    /// What is known without asking. Patterns only where Microsoft's own were recorded: the data of others are good
    /// for examples, but must not be a wall.
    pub fn built_in(country: &CountryCode) -> Self {
        let known = Known::of(country);
        let mut rules = known.rules(RulesSource::BuiltIn, known.registration_number(&LiveCountryRules::default()));
        let territory = known.territory;
        set_patterns(&mut rules, pattern(territory.postal_pattern), pattern(territory.phone_pattern));
        offer_states(&mut rules, known.states());
        for field in territory.required.chars().filter_map(field) {
            require(&mut rules, field);
        }
        // Microsoft wants a city nearly everywhere, also where the post does not.
        show(&mut rules, Field::City);
        rules
    }
}

/// What our tables say of a country.
struct Known<'a> {
    country: &'a CountryCode,
    territory: &'static Territory,
    number: Option<&'static RegistrationNumber>,
}

impl<'a> Known<'a> {
    fn of(country: &'a CountryCode) -> Self {
        Self {
            country,
            territory: data::territory(country.as_str()).unwrap_or(&data::UNKNOWN),
            number: data::registration_number(country.as_str()),
        }
    }

    /// Names, labels and order; nothing is required yet but the phone number that goes with a registration number.
    fn rules(&self, source: RulesSource, registration_number: Option<RegistrationNumberRule>) -> CountryRules {
        let territory = self.territory;
        let cultures = cultures_of(territory.cultures);
        let state = |label| StateRule { label, required: false, options: Vec::new() };
        CountryRules {
            country: self.country.clone(),
            country_name: self.name(source).to_owned(),
            source,
            state: filled(territory.state_label).map(state),
            postal_code_label: filled(territory.postal_label),
            postal_code_required: false,
            postal_code_pattern: None,
            postal_code_sample: None,
            district_label: filled(territory.district_label),
            city_label: territory.city_label.to_owned(),
            city_required: false,
            locality_order: territory.locality.chars().filter_map(field).map(|field| field.name().to_owned()).collect(),
            phone_required: self.number.is_some(),
            phone_pattern: None,
            phone_sample: None,
            calling_codes: filled(territory.calling_code).into_iter().collect(),
            address_format: territory.address_format.to_owned(),
            registration_number,
            has_middle_names: data::has_middle_names(self.country.as_str()),
            languages: languages_of(&self.languages(), &cultures),
            cultures,
        }
    }

    /// A country of which we have no name exists when Microsoft has rules for it.
    fn name(&self, source: RulesSource) -> &str {
        match source {
            RulesSource::BuiltIn => country_name(self.country.as_str()).unwrap_or_default(),
            RulesSource::Live | RulesSource::Kept => {
                country_name(self.country.as_str()).unwrap_or(self.country.as_str())
            }
        }
    }

    /// The choices to offer without Microsoft's list; none where it is not known what Microsoft expects.
    fn states(&self) -> Vec<Choice> {
        let value = |code: &str, name: &str| match self.territory.state_value {
            StateValue::Code => Some(code.to_owned()),
            StateValue::Name => Some(name.to_owned()),
            StateValue::FreeText => None,
        };
        let choice = |(code, name, _): &(&str, &str, &str)| {
            Some(Choice { value: value(code, name)?, label: (*name).to_owned() })
        };
        self.territory.regions.iter().filter_map(choice).collect()
    }

    /// A state of Microsoft's list with its name, if it is known; Microsoft lists codes in some countries, names in others.
    fn state_choice(&self, state: &str) -> Choice {
        let name = self.territory.region_name(state).unwrap_or(state);
        Choice { value: state.to_owned(), label: name.to_owned() }
    }

    /// Recorded ones, or those of the cultures and English.
    fn languages(&self) -> Vec<&'static str> {
        let mut languages = self.territory.languages.to_vec();
        if languages.is_empty() {
            languages.extend(self.territory.cultures.iter().map(|culture| primary(culture)));
            languages.push("en");
        }
        unique(languages)
    }

    /// Live rules are believed when they want a number; that they are silent means nothing, since they may be of the
    /// time before.
    fn registration_number(&self, live: &LiveCountryRules) -> Option<RegistrationNumberRule> {
        if !live.is_registration_number_required && self.number.is_none() {
            return None;
        }
        let local_name = self.number.map_or(words::REGISTRATION_NUMBER, |number| number.local_name).to_owned();
        let rule = match live.registration_number_regex.as_deref().and_then(pattern) {
            Some(pattern) => RegistrationNumberRule {
                sample: live.registration_number_sample.clone().filter(|sample| pattern.matches(sample)),
                pattern: Some(pattern),
                required: true,
                local_name,
            },
            None => RegistrationNumberRule {
                local_name,
                required: true,
                pattern: self.number.and_then(|number| pattern(number.pattern)),
                sample: self.number.and_then(|number| filled(number.shape)),
            },
        };
        Some(rule)
    }
}

/// What must match, and examples that do.
fn set_patterns(rules: &mut CountryRules, postal_code: Option<Pattern>, phone: Option<Pattern>) {
    let territory = data::territory(rules.country.as_str()).unwrap_or(&data::UNKNOWN);
    let example = |samples: &[&str], pattern: Option<&Pattern>| {
        samples.iter().find(|sample| matches(pattern, sample)).map(|sample| (*sample).to_owned())
    };
    rules.postal_code_sample = example(territory.postal_samples, postal_code.as_ref());
    rules.phone_sample = example(&[territory.phone_sample], phone.as_ref()).filter(|sample| !sample.is_empty());
    if postal_code.is_some() {
        show(rules, Field::PostalCode);
    }
    rules.postal_code_pattern = postal_code;
    rules.phone_pattern = phone;
}

/// The only states that are accepted, by name; none: whatever is typed, where the country's addresses have a state at
/// all.
fn offer_states(rules: &mut CountryRules, mut states: Vec<Choice>) {
    states.sort_by_cached_key(|state| state.label.to_lowercase());
    if !states.is_empty() {
        show(rules, Field::State);
    }
    if let Some(state) = &mut rules.state {
        state.options = states;
    }
}

/// Makes a field one that must be filled in.
fn require(rules: &mut CountryRules, field: Field) {
    match field {
        Field::City => rules.city_required = true,
        Field::PostalCode => rules.postal_code_required = true,
        Field::Phone => rules.phone_required = true,
        _ => {}
    }
    if field != Field::Phone {
        show(rules, field);
    }
    if let (Field::State, Some(state)) = (field, &mut rules.state) {
        state.required = true;
    }
}

/// Gives a country's addresses a field that they do not usually have, at the end of the locality and on the envelope.
fn show(rules: &mut CountryRules, field: Field) {
    let token = match field {
        Field::State => {
            let state = || StateRule { label: "State".to_owned(), required: false, options: Vec::new() };
            rules.state.get_or_insert_with(state);
            "%S"
        }
        Field::PostalCode => {
            rules.postal_code_label.get_or_insert_with(|| "Postal code".to_owned());
            "%Z"
        }
        _ => "%C",
    };
    if !rules.locality_order.iter().any(|shown| shown == field.name()) {
        rules.locality_order.push(field.name().to_owned());
    }
    if !rules.address_format.contains(token) {
        rules.address_format = match field {
            Field::City => rules.address_format.replacen("%A", "%A%n%C", 1),
            _ => [&rules.address_format, "%n", token].concat(),
        };
    }
}

/// The field that a letter of the tables stands for.
fn field(letter: char) -> Option<Field> {
    match letter {
        'D' => Some(Field::District),
        'C' => Some(Field::City),
        'S' => Some(Field::State),
        'Z' => Some(Field::PostalCode),
        _ => None,
    }
}

/// The choices with their names.
fn cultures_of<T: AsRef<str>>(cultures: &[T]) -> Vec<Choice> {
    let cultures = cultures.iter().map(AsRef::as_ref).filter(|culture| is_one_line(culture));
    cultures.map(|culture| named(culture, culture_name)).collect()
}

/// The choices with their names, first the one that is spoken where the default culture is.
fn languages_of<T: AsRef<str>>(languages: &[T], cultures: &[Choice]) -> Vec<Choice> {
    let spoken = cultures.first().map_or("en", |culture| primary(&culture.value));
    let languages = languages.iter().map(AsRef::as_ref).filter(|language| is_one_line(language));
    first(languages.map(|language| named(language, language_name)).collect(), |choice| {
        primary(&choice.value).eq_ignore_ascii_case(spoken)
    })
}

/// Choices travel a line each.
fn is_one_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

fn named(value: &str, name_of: fn(&str) -> Option<&'static str>) -> Choice {
    Choice { value: value.to_owned(), label: name_of(value).unwrap_or(value).to_owned() }
}

/// Moves the first one that fits to the front.
fn first(mut choices: Vec<Choice>, fits: impl Fn(&Choice) -> bool) -> Vec<Choice> {
    if let Some(part) = choices.iter().position(fits).and_then(|at| choices.get_mut(..=at)) {
        part.rotate_right(1);
    }
    choices
}

/// `pt` of `pt-PT`.
fn primary(tag: &str) -> &str {
    tag.split_once('-').map_or(tag, |(language, _)| language)
}

fn unique(mut values: Vec<&'static str>) -> Vec<&'static str> {
    let mut seen = Vec::new();
    values.retain(|value| {
        let is_new = !seen.contains(value);
        seen.push(value);
        is_new
    });
    values
}

fn filled(text: &'static str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// `None`: there is none, or it cannot be used; see [`LiveCountryRules::untranslatable`].
fn pattern(regex: &str) -> Option<Pattern> {
    if regex.trim().is_empty() { None } else { Pattern::from_dotnet(regex).ok() }
}

fn matches(pattern: Option<&Pattern>, text: &str) -> bool {
    pattern.is_none_or(|pattern| pattern.matches(text))
}

#[cfg(test)]
mod tests {
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
            phone_number_regex: Some(
                r"^(1[ \-\/\.]?)?(\((\d{3})\)|(\d{3}))[ \-\/\.]?(\d{3})[ \-\/\.]?(\d{4})$".to_owned(),
            ),
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
                assert!(
                    rules.cultures.iter().chain(&rules.languages).all(|choice| choice.label != choice.value),
                    "{code}"
                );
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
}
