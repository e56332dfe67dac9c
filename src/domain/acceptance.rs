//! That a customer has accepted the Microsoft Customer Agreement: who, when, and who says so.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CountryRules, Problem, email, person_name, phone};

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AcceptanceForm {
    /// Given name of the person who has accepted.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Mail address.
    pub email: String,
    /// Phone number, may be empty.
    pub phone: String,
    /// The day, as a browser sends it: `2026-11-20`.
    pub accepted_on: String,
    /// `on` if the operator attests it.
    pub attested: String,
}

/// What a form became once it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    first_name: String,
    last_name: String,
    email: String,
    phone: Option<String>,
    #[serde(with = "day")]
    accepted_on: Date,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptanceField {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Mail address.
    Email,
    /// Phone number.
    Phone,
    /// The day.
    AcceptedOn,
    /// The operator's word.
    Attested,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptanceProblem {
    /// As in the onboarding form.
    Text(Problem),
    /// No day was given.
    NoDate,
    /// Not a day of the calendar.
    NotADate,
    /// Microsoft takes no day that is still to come.
    InTheFuture {
        /// The last day that can be given (UTC).
        today: Date,
    },
    /// The box is not ticked.
    NotAttested,
}

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptanceError {
    /// Where.
    pub field: AcceptanceField,
    /// What.
    pub problem: AcceptanceProblem,
}

/// Everything that is wrong with a form, in its order, at most one per field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptanceErrors(Vec<AcceptanceError>);

impl AcceptanceField {
    /// Name of its control.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::AcceptedOn => "accepted_on",
            Self::Attested => "attested",
        }
    }
}

impl AcceptanceErrors {
    /// What is wrong with this field.
    pub fn get(&self, field: AcceptanceField) -> Option<&AcceptanceError> {
        self.0.iter().find(|error| error.field == field)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = &AcceptanceError> {
        self.0.iter()
    }

    fn note<T>(&mut self, field: AcceptanceField, outcome: Result<T, AcceptanceProblem>) -> Option<T> {
        outcome.map_err(|problem| self.0.push(AcceptanceError { field, problem })).ok()
    }
}

impl AcceptanceForm {
    /// Understands the form, or says everything that is wrong with it. `today` is the day in UTC, the zone that
    /// Microsoft reads it in.
    pub fn parse(&self, today: Date) -> Result<Acceptance, AcceptanceErrors> {
        use AcceptanceField::{AcceptedOn, Attested, Email, FirstName, LastName, Phone};
        let mut errors = AcceptanceErrors::default();
        let text = AcceptanceProblem::Text;
        let first_name = errors.note(FirstName, person_name::parse(&self.first_name).map_err(text));
        let last_name = errors.note(LastName, person_name::parse(&self.last_name).map_err(text));
        let email = errors.note(Email, email::parse(&self.email).map_err(text));
        let phone = errors.note(Phone, phone::parse(&self.phone, &CountryRules::before_choice()).map_err(text));
        let accepted_on = errors.note(AcceptedOn, parse_day(&self.accepted_on, today));
        let attested = errors.note(Attested, self.attested());
        match (first_name, last_name, email, phone, accepted_on, attested) {
            (Some(first_name), Some(last_name), Some(email), Some(phone), Some(accepted_on), Some(())) => {
                Ok(Acceptance {
                    first_name: first_name.to_owned(),
                    last_name: last_name.to_owned(),
                    email: email.to_owned(),
                    phone: phone.map(str::to_owned),
                    accepted_on,
                })
            }
            _ => Err(errors),
        }
    }

    fn attested(&self) -> Result<(), AcceptanceProblem> {
        if self.attested == "on" { Ok(()) } else { Err(AcceptanceProblem::NotAttested) }
    }
}

fn parse_day(text: &str, today: Date) -> Result<Date, AcceptanceProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AcceptanceProblem::NoDate);
    }
    // The longest form that the parser of dates takes includes a time, which nobody means here.
    let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text).ok_or(AcceptanceProblem::NotADate)?;
    if day > today { Err(AcceptanceProblem::InTheFuture { today }) } else { Ok(day) }
}

impl Acceptance {
    /// Given name of the person who has accepted.
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// Family name.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// Mail address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Phone number.
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// The day.
    pub fn accepted_on(&self) -> Date {
        self.accepted_on
    }
}

/// A day as it is stored.
mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-20".parse().unwrap()
    }

    fn ines() -> AcceptanceForm {
        AcceptanceForm {
            first_name: "Ines".to_owned(),
            last_name: "Kramer".to_owned(),
            email: "office@northwindbakery.example".to_owned(),
            phone: String::new(),
            accepted_on: "2026-02-03".to_owned(),
            attested: "on".to_owned(),
        }
    }

    fn wrong(form: &AcceptanceForm) -> Vec<AcceptanceField> {
        form.parse(today()).map_or_else(|errors| errors.iter().map(|error| error.field).collect(), |_| Vec::new())
    }

    #[test]
    fn a_complete_form_is_understood_and_stored_as_it_is() {
        let acceptance = ines().parse(today()).unwrap();
        assert_eq!((acceptance.first_name(), acceptance.phone()), ("Ines", None));
        let stored = serde_json::to_string(&acceptance).unwrap();
        assert!(stored.contains(r#""accepted_on":"2026-02-03""#), "{stored}");
        assert_eq!(serde_json::from_str::<Acceptance>(&stored).unwrap(), acceptance);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_in_the_order_of_the_form() {
        use AcceptanceField::{AcceptedOn, Attested, Email, FirstName, LastName};
        assert_eq!(wrong(&AcceptanceForm::default()), [FirstName, LastName, Email, AcceptedOn, Attested]);
    }

    #[test]
    fn no_day_to_come_is_taken_and_today_is() {
        for (day, fits) in [("2026-11-20", true), ("2026-11-21", false), ("2999-01-01", false)] {
            let form = AcceptanceForm { accepted_on: day.to_owned(), ..ines() };
            assert_eq!(form.parse(today()).is_ok(), fits, "{day}");
        }
    }

    #[test]
    fn what_is_no_day_is_said_to_be_none() {
        for text in ["20.11.2026", "2026-02-30", "2026-11-20T10:00", "yesterday", "20261120"] {
            let form = AcceptanceForm { accepted_on: text.to_owned(), ..ines() };
            let errors = form.parse(today()).unwrap_err();
            assert_eq!(errors.get(AcceptanceField::AcceptedOn).unwrap().problem, AcceptanceProblem::NotADate, "{text}");
        }
    }
}
