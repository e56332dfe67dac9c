//! What was chosen for the last customer of the same reseller: put in where nobody has chosen yet, and said to be so.

use super::{
    model::{Effect, Model},
    values,
};
use crate::{
    domain::{Field, ResellerId, UsualChoices},
    i18n::p,
};

impl Model {
    /// Whether what stands in a field comes from the last customer.
    pub(super) fn is_taken(&self, field: Field) -> bool {
        self.taken.contains(&field)
    }

    /// What is said about that.
    pub(super) fn taken_words(&self, field: Field) -> Option<String> {
        self.is_taken(field).then(|| p!(form.taken_from_the_last))
    }

    /// Asks what the last customer of the chosen reseller had, if nobody has chosen a country yet.
    pub(super) fn ask_usual(&self) -> Option<Effect> {
        let is_free = self.form.country.is_empty() || self.is_taken(Field::Country);
        self.reseller_id().filter(|_| is_free).map(Effect::AskUsual)
    }

    /// What the last customer of a reseller had has come.
    pub(super) fn usually(&mut self, reseller: &ResellerId, usual: Option<UsualChoices>) -> Vec<Effect> {
        let is_free = self.form.country.is_empty() || self.is_taken(Field::Country);
        if !is_free || self.reseller_id().as_ref() != Some(reseller) {
            return Vec::new();
        }
        let was_taken = std::mem::take(&mut self.taken);
        let usual = usual.unwrap_or_default();
        // What came from another reseller's customer goes with that reseller.
        if usual.country.is_empty() && was_taken.is_empty() {
            return Vec::new();
        }
        let effects = self.set(Field::Country, usual.country.clone());
        self.usual = Some(usual);
        if self.knows_country() {
            self.take_usual();
        }
        effects
    }

    /// Puts in what is usual, once the rules of the country are there.
    pub(super) fn take_usual(&mut self) {
        let Some(usual) = self.usual.clone().filter(|usual| usual.country == self.rules.country.as_str()) else {
            return;
        };
        // A person has chosen the country; that it is the same one is chance.
        if self.is_touched(Field::Country) {
            return;
        }
        self.taken = vec![Field::Country];
        for (field, wanted) in [(Field::Culture, &usual.culture), (Field::Language, &usual.language)] {
            let choices = values::choices(&self.rules, field);
            let now = values::get(&self.form, field);
            let is_default = now.is_empty() || choices.first().is_some_and(|first| first.value == now);
            if is_default && now != wanted && choices.iter().any(|choice| choice.value == *wanted) {
                values::put(&mut self.form, field, wanted.clone());
                self.taken.push(field);
            } else if now == wanted && choices.first().is_none_or(|first| first.value != now) {
                self.taken.push(field);
            }
        }
        // A form begins with the rights given.
        if !self.is_touched(Field::Gdap) && usual.gdap.is_empty() {
            self.form.gdap.clear();
            self.taken.push(Field::Gdap);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{Field, NewCustomerForm, UsualChoices},
        islands::onboarding::{
            model::{Effect, Event, Model, tests::start},
            samples::{first_up, germany},
        },
    };

    fn usual() -> UsualChoices {
        UsualChoices {
            country: "DE".to_owned(),
            culture: "de-DE".to_owned(),
            language: "en".to_owned(),
            gdap: String::new(),
        }
    }

    fn with_reseller() -> Model {
        let mut start = start(crate::domain::CountryRules::before_choice());
        start.reseller = Some(first_up());
        Model::new(start, NewCustomerForm { gdap: "on".to_owned(), ..NewCustomerForm::default() })
    }

    #[test]
    fn what_the_last_customer_had_is_put_in_and_said() {
        let mut model = with_reseller();
        let reseller = first_up().id.parse().unwrap();
        let effects = model.update(Event::Usual(reseller, Some(usual())));
        assert_eq!(effects, [Effect::AskRules("DE".parse().unwrap())]);
        model.update(Event::Rules(Box::new(germany())));
        assert_eq!((model.form.country.as_str(), model.form.language.as_str()), ("DE", "en"));
        assert_eq!(model.form.gdap, "");
        assert!(model.is_taken(Field::Country) && model.is_taken(Field::Language) && model.is_taken(Field::Gdap));
        assert!(!model.is_taken(Field::Culture), "it is what the country has anyway");
        model.update(Event::Typed(Field::Language, "de".to_owned()));
        assert!(!model.is_taken(Field::Language), "a person has chosen it");
    }

    #[test]
    fn a_country_that_a_person_chose_stays() {
        let mut model = with_reseller();
        model.update(Event::Typed(Field::Country, "SE".to_owned()));
        assert!(model.update(Event::Usual(first_up().id.parse().unwrap(), Some(usual()))).is_empty());
        assert_eq!(model.form.country, "SE");
    }

    #[test]
    fn what_another_resellers_customer_had_goes_with_that_reseller() {
        let mut model = with_reseller();
        let reseller: crate::domain::ResellerId = first_up().id.parse().unwrap();
        model.update(Event::Usual(reseller.clone(), Some(usual())));
        model.update(Event::Rules(Box::new(germany())));
        model.update(Event::Usual(reseller, None));
        assert_eq!(model.form.country, "");
        assert!(!model.is_taken(Field::Country));
    }
}
