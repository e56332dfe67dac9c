//! `GET /v1/countryvalidationrules/{iso2}`, and the same rules for the checks of a create.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use axum::extract::{Path, State};
use http::StatusCode;
use regex_lite::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::{
    answer::{Answer, Refusal, ok},
    auth::Caller,
};
use crate::simulator::shared::Simulation;

/// One country: the answer to the letter, and what the checks need of it.
#[derive(Debug)]
pub(in crate::simulator) struct CountryRules {
    body: Value,
    pub(in crate::simulator) states: Vec<String>,
    pub(in crate::simulator) languages: Vec<String>,
    pub(in crate::simulator) cultures: Vec<String>,
    pub(in crate::simulator) is_city_required: bool,
    pub(in crate::simulator) is_postal_code_required: bool,
    pub(in crate::simulator) postal_code: Option<Regex>,
    pub(in crate::simulator) phone: Option<Regex>,
    /// Pattern of the registration number, where one is required. So is a phone number there.
    pub(in crate::simulator) registration_number: Option<String>,
    /// A number is refused, whatever it is. No rule of Microsoft's says so; the control does.
    pub(in crate::simulator) refuses_numbers: bool,
}

/// The rules of a country as the control has changed them.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct ChangedRules {
    /// What is answered.
    published: Arc<CountryRules>,
    /// What a create is checked by. Microsoft's documents and its checks do not always say the same.
    checked: Arc<CountryRules>,
}

impl ChangedRules {
    /// Puts `rules` into the answer, and those and `create` into the checks. `None`: there is no such country.
    pub(in crate::simulator) fn of(iso2: &str, rules: &Value, create: &Value) -> Option<Self> {
        let mut body = CountryRules::of(iso2)?.body.clone();
        merge(&mut body, rules);
        let published = Arc::new(CountryRules::new(body.clone()));
        merge(&mut body, create);
        Some(Self { published, checked: Arc::new(CountryRules::new(body)) })
    }
}

/// Sets the fields of an object; null takes one away.
fn merge(body: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().into_iter().flatten() {
        match (value, body.as_object_mut()) {
            (Value::Null, Some(body)) => drop(body.remove(name)),
            (value, Some(body)) => drop(body.insert(name.clone(), value.clone())),
            (_, None) => {}
        }
    }
}

/// What has been changed, by country.
pub(in crate::simulator) type Changes = BTreeMap<String, ChangedRules>;

#[derive(Deserialize)]
struct Entry {
    rule: Value,
}

static COUNTRIES: LazyLock<BTreeMap<String, Arc<CountryRules>>> = LazyLock::new(|| {
    let entries: BTreeMap<String, Entry> =
        serde_json::from_str(include_str!("../data/countries.json")).unwrap_or_default();
    entries.into_iter().map(|(iso2, entry)| (iso2, Arc::new(CountryRules::new(entry.rule)))).collect()
});

impl CountryRules {
    fn new(body: Value) -> Self {
        let pattern = |name: &str| body[name].as_str().and_then(|pattern| Regex::new(pattern).ok());
        Self {
            states: texts(&body["supportedStatesList"]),
            languages: texts(&body["supportedLanguagesList"]),
            cultures: texts(&body["supportedCulturesList"]),
            is_city_required: body["isCityRequired"] == true,
            is_postal_code_required: body["isPostalCodeRequired"] == true,
            postal_code: pattern("postalCodeRegex"),
            phone: pattern("phoneNumberRegex"),
            registration_number: body["customerOrganizationRegistrationNumberRegex"].as_str().map(str::to_owned),
            refuses_numbers: body["customerOrganizationRegistrationNumberRefused"] == true,
            body,
        }
    }

    /// The rules of a country; lower case is accepted.
    pub(super) fn of(iso2: &str) -> Option<Arc<Self>> {
        COUNTRIES.get(&iso2.to_ascii_uppercase()).cloned()
    }

    /// Those by which a create is checked.
    pub(super) fn checked(changes: &Changes, iso2: &str) -> Option<Arc<Self>> {
        changes.get(iso2).map_or_else(|| Self::of(iso2), |changed| Some(Arc::clone(&changed.checked)))
    }

    fn published(changes: &Changes, iso2: &str) -> Option<Arc<Self>> {
        let answered = changes.get(&iso2.to_ascii_uppercase());
        answered.map_or_else(|| Self::of(iso2), |changed| Some(Arc::clone(&changed.published)))
    }

    /// The culture in the spelling of the list.
    pub(super) fn culture(&self, sent: &str) -> Option<&str> {
        self.cultures.iter().map(String::as_str).find(|culture| culture.eq_ignore_ascii_case(sent))
    }

    /// Whether a language is one of the list, or the two letters with which one of the list begins.
    pub(super) fn speaks(&self, sent: &str) -> bool {
        self.languages.iter().any(|language| {
            let first = language.split('-').next().unwrap_or_default();
            language.eq_ignore_ascii_case(sent) || first.eq_ignore_ascii_case(sent)
        })
    }

    /// Whether a state is one of the list, where there is a list.
    pub(super) fn has_state(&self, sent: &str) -> bool {
        self.states.is_empty() || self.states.iter().any(|state| state.eq_ignore_ascii_case(sent))
    }

    #[cfg(test)]
    pub(in crate::simulator) fn all() -> impl Iterator<Item = (&'static str, &'static Self)> {
        COUNTRIES.iter().map(|(iso2, rules)| (iso2.as_str(), rules.as_ref()))
    }

    #[cfg(test)]
    pub(in crate::simulator) fn body(&self) -> &Value {
        &self.body
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The rules of one country.
pub(super) async fn get(State(shared): State<Simulation>, _: Caller, Path(iso2): Path<String>) -> Answer {
    let rules = CountryRules::published(&shared.world().countries, &iso2);
    match rules {
        Some(rules) => ok(&rules.body),
        None => Err(Refusal::classic(StatusCode::NOT_FOUND, 1000, "The country is not known.").about("iso2Code")),
    }
}
