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
use crate::i18n::{Language, t};

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

    /// The same with the names of country, cultures and languages in another language, given as a BCP 47 tag, and
    /// with its labels. Sub-regions stay.
    #[must_use]
    pub fn in_language(mut self, language: &str) -> Self {
        if let Some(name) = country_name_in(self.country.as_str(), language) {
            name.clone_into(&mut self.country_name);
        }
        for choice in &mut self.cultures {
            rename(choice, culture_name_in(&choice.value, language));
        }
        for choice in &mut self.languages {
            rename(choice, language_name_in(&choice.value, language));
        }
        let spoken = Language::from_tag(language).unwrap_or_default();
        let labels = [
            Some(&mut self.city_label),
            self.district_label.as_mut(),
            self.postal_code_label.as_mut(),
            self.state.as_mut().map(|state| &mut state.label),
        ];
        for label in labels.into_iter().flatten() {
            if let Some(words) = label_in(label, spoken) {
                words.clone_into(label);
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

/// A label of the tables in another language.
fn label_in(label: &str, language: Language) -> Option<&'static str> {
    Some(match label {
        "Area" => t!(in language; labels.area),
        "City" => t!(in language; labels.city),
        "County" => t!(in language; labels.county),
        "Department" => t!(in language; labels.department),
        "District" => t!(in language; labels.district),
        "Do or si" => t!(in language; labels.do_or_si),
        "Eircode" => t!(in language; labels.eircode),
        "Emirate" => t!(in language; labels.emirate),
        "Island" => t!(in language; labels.island),
        "Neighborhood" => t!(in language; labels.neighborhood),
        "Oblast" => t!(in language; labels.oblast),
        "PIN code" => t!(in language; labels.pin_code),
        "Parish" => t!(in language; labels.parish),
        "Post town" => t!(in language; labels.post_town),
        "Postal code" => t!(in language; labels.postal_code),
        "Prefecture" => t!(in language; labels.prefecture),
        "Province" => t!(in language; labels.province),
        "State" => t!(in language; labels.state),
        "Suburb" => t!(in language; labels.suburb),
        "Townland" => t!(in language; labels.townland),
        "Village or township" => t!(in language; labels.village_or_township),
        "ZIP code" => t!(in language; labels.zip_code),
        _ => return None,
    })
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

fn rename(choice: &mut Choice, name: Option<&str>) {
    if let Some(name) = name {
        name.clone_into(&mut choice.label);
    }
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
#[path = "country_rules_tests.rs"]
mod tests;
