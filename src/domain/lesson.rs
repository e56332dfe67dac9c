//! What Microsoft's refusals have taught about the registration number of a country, for everybody who comes after.

use super::{CountryRules, Field, Pattern, RegistrationNumberRule, data, words};

/// A lesson about the registration numbers of a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberLesson {
    /// 600049: one must be given.
    Wanted,
    /// 600002: none is accepted.
    NotWanted,
    /// 600050: it must fit this expression of .NET, which Microsoft named in its refusal.
    Format(String),
}

impl NumberLesson {
    /// What the refusal of a create teaches. `description` is Microsoft's text: of 600050 it ends with the expected
    /// expression, which is all that is read of it; one that the refused number fits after all is not believed.
    pub fn of_refusal(code: &str, description: Option<&str>, refused: Option<&str>) -> Option<Self> {
        match code {
            "600049" => Some(Self::Wanted),
            "600002" => Some(Self::NotWanted),
            "600050" => {
                let regex = expected_format(description?)?;
                let pattern = Pattern::from_dotnet(regex).ok()?;
                (!refused.is_some_and(|number| pattern.matches(number))).then(|| Self::Format(regex.to_owned()))
            }
            _ => None,
        }
    }
}

/// The expression at the end of a text, from its anchor on.
fn expected_format(description: &str) -> Option<&str> {
    const LONGEST: usize = 200;
    let regex = description.get(description.find('^')?..)?.trim_end();
    let regex = regex.trim_end_matches(['.', '"', '\'', ' ']);
    (regex.ends_with('$') && regex.len() <= LONGEST).then_some(regex)
}

impl CountryRules {
    /// Applies what was learned. Where Microsoft wants a number by its documents or its rules, a refusal can mean that
    /// one number (it and the address belong to different countries); nobody is kept from giving one there.
    pub fn learn(&mut self, lessons: &[NumberLesson]) {
        let is_documented = self.registration_number.is_some();
        for lesson in lessons {
            match lesson {
                NumberLesson::Wanted => self.number_rule().required = true,
                NumberLesson::NotWanted if is_documented => {
                    self.number_rule().required = false;
                }
                NumberLesson::NotWanted => self.registration_number = None,
                NumberLesson::Format(regex) => {
                    if let (Some(rule), Ok(pattern)) = (&mut self.registration_number, Pattern::from_dotnet(regex)) {
                        rule.sample = rule.sample.take().filter(|sample| pattern.matches(sample));
                        rule.pattern = Some(pattern);
                    }
                }
            }
        }
    }

    fn number_rule(&mut self) -> &mut RegistrationNumberRule {
        let known = data::registration_number(self.country.as_str());
        self.registration_number.get_or_insert_with(|| RegistrationNumberRule {
            local_name: known.map_or(words::REGISTRATION_NUMBER, |known| known.local_name).to_owned(),
            required: true,
            pattern: None,
            sample: None,
        })
    }

    /// Whether a number was typed that the form no longer asks for.
    pub fn leaves_number_out(&self, typed: &str) -> bool {
        !self.shows(Field::RegistrationNumber) && !typed.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{NewCustomerForm, Problem, testing::wingtip_toys};

    fn built_in(code: &str, lessons: &[NumberLesson]) -> CountryRules {
        let mut rules = CountryRules::built_in(&code.parse().unwrap());
        rules.learn(lessons);
        rules
    }

    #[test]
    fn refusals_teach_and_other_codes_do_not() {
        let of = |code, text| NumberLesson::of_refusal(code, text, Some("12"));
        assert_eq!(of("600049", None), Some(NumberLesson::Wanted));
        assert_eq!(of("600002", Some("whatever")), Some(NumberLesson::NotWanted));
        assert_eq!(of("600051", None), None);
        let format = |regex: &str| Some(NumberLesson::Format(regex.to_owned()));
        let text = r"Organization registration id format is invalid. Expected format: ^(\d{7}|\d{10})$";
        assert_eq!(of("600050", Some(text)), format(r"^(\d{7}|\d{10})$"));
        assert_eq!(of("600050", Some("It must be '^[0-9]{9}$'.")), format("^[0-9]{9}$"));
        let long = format!("^{}$", "x".repeat(300));
        for text in ["It is wrong", "^open", "^(?!x)y$", r"^\d{2}$", &long] {
            assert_eq!(of("600050", Some(text)), None, "{text}");
        }
        assert_eq!(of("600050", None), None);
    }

    #[test]
    fn a_country_that_wants_a_number_after_all_gets_the_field() {
        let rules = built_in("SE", &[NumberLesson::Wanted, NumberLesson::Format(r"^\d{10}$".to_owned())]);
        let form = NewCustomerForm { country: "SE".to_owned(), ..wingtip_toys() };
        assert_eq!(form.problem(Field::RegistrationNumber, &rules), Some(Problem::Missing));
        assert_eq!(
            words::message(Field::RegistrationNumber, &Problem::Missing, &rules),
            "Enter the registration number of the company"
        );
        assert_eq!(words::label(Field::RegistrationNumber, &rules), "Company registration or tax number");
        let wrong = NewCustomerForm { registration_number: "12".to_owned(), ..form };
        assert!(wrong.problem(Field::RegistrationNumber, &rules).is_some());
    }

    #[test]
    fn a_country_that_wants_none_loses_the_field_and_what_was_typed_is_kept() {
        let rules = built_in("SE", &[NumberLesson::NotWanted]);
        assert!(rules.leaves_number_out("5560001234") && !rules.leaves_number_out(" "));
        let form = NewCustomerForm {
            country: "SE".to_owned(),
            registration_number: "5560001234".to_owned(),
            ..wingtip_toys()
        };
        assert_eq!(form.problem(Field::RegistrationNumber, &rules), None);
    }

    #[test]
    fn where_microsoft_wants_one_by_its_documents_a_refusal_makes_it_optional() {
        let rules = built_in("BR", &[NumberLesson::NotWanted]);
        assert!(rules.is_optional(Field::RegistrationNumber));
        assert_eq!(
            words::label(Field::RegistrationNumber, &rules),
            "Company registration or tax number (CNPJ) (optional)"
        );
        assert!(!built_in("BR", &[NumberLesson::Wanted]).is_optional(Field::RegistrationNumber));
    }
}
