//! `POST /v1/validations/address`: the inputs with documented results, and sensible rules for the rest.

use axum::{body::Bytes, extract::State};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refusal, no_body, ok},
    auth::Caller,
    body::JsonBody,
    country_rules::CountryRules,
};
use crate::simulator::{options::AddressAnswers, shared::Simulation};

/// Countries whose states are compared with a list.
const STATES_ARE_CHECKED: [&str; 4] = ["CA", "CN", "MX", "US"];

/// The six parts, empty when they were not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Parts {
    country: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    address_line1: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    address_line2: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    postal_code: String,
}

impl Parts {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let body = JsonBody::read(bytes)?;
        let part = |name| Ok(body.root().text(name)?.unwrap_or_default().trim().to_owned());
        Ok(Self {
            country: part("Country")?,
            city: part("City")?,
            state: part("State")?,
            address_line1: part("AddressLine1")?,
            address_line2: part("AddressLine2")?,
            postal_code: part("PostalCode")?,
        })
    }

    fn is(&self, country: &str, line: &str) -> bool {
        self.country.eq_ignore_ascii_case(country) && self.address_line1.eq_ignore_ascii_case(line)
    }
}

/// What the check says.
#[derive(Debug)]
struct Verdict {
    status: &'static str,
    suggestions: Vec<Parts>,
    message: Option<String>,
}

impl Verdict {
    fn new(status: &'static str, suggestions: impl Into<Vec<Parts>>) -> Self {
        Self { status, suggestions: suggestions.into(), message: None }
    }

    /// Names the fields that do not fit, as the documented answers do.
    fn saying(mut self, message: impl Into<String>) -> Self {
        let fields = message.into();
        let fields: Vec<String> = fields.split(", ").map(|field| format!("'{field}'")).collect();
        self.message = Some(format!("Address field invalid for property: {}", fields.join(", ")));
        self
    }
}

/// Always 200; the status is in the body.
pub(super) async fn check(State(shared): State<Simulation>, _: Caller, bytes: Bytes) -> Answer {
    let original = Parts::read(&bytes)?;
    let verdict = documented(&original).unwrap_or_else(|| judged(&original));
    if shared.options.addresses == AddressAnswers::Before2021 {
        return before_2021(&verdict);
    }
    let mut body = json!({
        "originalAddress": original,
        "suggestedAddresses": verdict.suggestions,
        "status": verdict.status,
    });
    if let Some(message) = verdict.message {
        body["validationMessage"] = Value::String(message);
    }
    ok(&body)
}

/// Nothing for a good address; otherwise 2007 with JSON in a text.
fn before_2021(verdict: &Verdict) -> Answer {
    if verdict.status.starts_with("Verified") {
        return Ok(no_body(StatusCode::OK));
    }
    let corrected = verdict.suggestions.first().map(|parts| {
        json!({ "address_line1": parts.address_line1, "city": parts.city, "state": parts.state,
                "postal_code": parts.postal_code })
    });
    let description = json!({ "code": "60071", "reason": "AddressInvalid", "corrected_address": corrected });
    Err(Refusal::classic(StatusCode::BAD_REQUEST, 2007, description.to_string()))
}

/// The inputs of Microsoft's own sample, and the street of its documented create.
fn documented(address: &Parts) -> Option<Verdict> {
    if address.country.is_empty() {
        return Some(Verdict::new("NotValidated", []).saying("Country"));
    }
    if address.is("MD", "1 Strada Dacia") {
        let suggestion = |postal_code: &str| Parts { postal_code: postal_code.to_owned(), ..address.clone() };
        let suggestions = ["6512", "6513", "6514"].map(suggestion);
        return Some(Verdict::new("Multiple", suggestions).saying("City, State"));
    }
    let redmond = |line: &str, postal_code: &str| Parts {
        city: "Redmond".to_owned(),
        state: "WA".to_owned(),
        address_line1: line.to_owned(),
        postal_code: postal_code.to_owned(),
        ..address.clone()
    };
    let in_redmond = address.city.eq_ignore_ascii_case("Redmond") && address.state.eq_ignore_ascii_case("WA");
    let campus = redmond("1 Microsoft Way", "98052-8300");
    if address.is("US", "1 Microsoft Way") || address.is("US", "One Microsoft Way") {
        return Some(match address.postal_code.as_str() {
            "98052" if in_redmond => Verdict::new("VerifiedShippable", [campus]),
            "98052-8300" if in_redmond => Verdict::new("Verified", [campus]),
            "98052" | "98052-8300" => Verdict::new("InteractionRequired", [campus]).saying("City"),
            _ => Verdict::new("None", []).saying("Region, PostalCode, City"),
        });
    }
    if address.is("US", "Microsoft Way") {
        let suggestions = [redmond("1 Microsoft Way", "98052-6399")];
        return Some(Verdict::new("StreetPartial", suggestions).saying("Region, PostalCode, City"));
    }
    address.is("US", "3 Microsoft Way").then(|| {
        let suggestions = [redmond("1 Microsoft Way", "98052-8300"), redmond("5 Microsoft Way", "98052-8300")];
        Verdict::new("PremisesPartial", suggestions).saying("AddressLine1")
    })
}

/// Every other address: parts that cannot be right make it `None`, a street without a number is incomplete.
fn judged(address: &Parts) -> Verdict {
    let Some(rules) = CountryRules::of(&address.country) else {
        return Verdict::new("NotValidated", []).saying("Country");
    };
    let wrong = wrong_parts(address, &rules);
    if !wrong.is_empty() {
        return Verdict::new("None", []).saying(wrong.join(", "));
    }
    if !address.address_line1.contains(|sign: char| sign.is_ascii_digit()) {
        let suggestion =
            |number: u8| Parts { address_line1: format!("{number} {}", address.address_line1), ..address.clone() };
        return Verdict::new("StreetPartial", [1, 2, 3].map(suggestion)).saying("AddressLine1");
    }
    let tidied = Parts {
        country: address.country.to_ascii_uppercase(),
        postal_code: address.postal_code.to_uppercase(),
        ..address.clone()
    };
    Verdict::new("VerifiedShippable", [tidied])
}

fn wrong_parts(address: &Parts, rules: &CountryRules) -> Vec<&'static str> {
    let checks_states = STATES_ARE_CHECKED.iter().any(|iso2| address.country.eq_ignore_ascii_case(iso2));
    let postal_code_fits = rules.postal_code.as_ref().is_none_or(|pattern| pattern.is_match(&address.postal_code));
    let nowhere = address.address_line1.to_lowercase().contains("nowhere");
    [
        ("AddressLine1", address.address_line1.is_empty() || nowhere),
        ("City", address.city.is_empty() && rules.is_city_required),
        ("State", checks_states && !rules.has_state(&address.state)),
        ("PostalCode", if address.postal_code.is_empty() { rules.is_postal_code_required } else { !postal_code_fits }),
    ]
    .into_iter()
    .filter_map(|(name, is_wrong)| is_wrong.then_some(name))
    .collect()
}
