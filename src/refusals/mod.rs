//! What Microsoft's error codes mean here: to which field they lead, in which words, whose move it is, what comes next.
//!
//! One table as data (`table.rs`), because one number means different things in different services: a row is found by
//! what was asked, status and code together. `src/ERRORS.md` is the same table for people, made by a test. Other
//! languages have its sentences in the messages `refusals`, found by the English words.

mod table;
#[cfg(test)]
mod tests;

pub use self::table::TABLE;
use std::{collections::HashMap, sync::LazyLock};

use crate::{
    domain::{Field, Problem, country_name, words},
    i18n::{self, Key, Language, area, t},
};

/// What Partner Center was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// To create the customer.
    Create,
    /// To record an acceptance of the customer agreement.
    Agreement,
    /// To set a new first password.
    Password,
    /// For the list of resellers.
    Resellers,
    /// Whether a reseller has accepted the Microsoft Partner Agreement.
    Readiness,
    /// Whether a domain is taken.
    Domain,
    /// To check an address.
    Address,
}

impl Asked {
    /// Everything, in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::Create, Self::Agreement, Self::Password, Self::Resellers, Self::Readiness, Self::Domain, Self::Address];
}

/// Who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mover {
    /// Whoever onboards the customer.
    Operator,
    /// The indirect reseller, in its own Partner Center.
    Reseller,
    /// An administrator of the provider, or whoever runs this portal for it.
    Provider,
    /// Microsoft's partner support.
    Microsoft,
    /// The portal goes on by itself.
    Nobody,
}

impl Mover {
    /// Whose move it is, for the operator.
    pub fn title(self) -> &'static str {
        match self {
            Self::Operator => t!(failure.your_move),
            Self::Reseller => t!(failure.the_resellers_move),
            Self::Provider => t!(failure.an_administrators_move),
            Self::Microsoft => t!(failure.microsofts_move),
            Self::Nobody => t!(failure.nobodys_move),
        }
    }
}

/// What the page offers first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The form, with everything that was typed, as a new onboarding under a new request id.
    Change,
    /// The same, to be sent once more as it is when somebody else has done something.
    SendAgain,
    /// The list of resellers.
    Resellers,
    /// The text for Microsoft's partner support.
    Support,
    /// A sign-in that leads back.
    SignIn,
    /// Once more, from the page that it stands on.
    Retry,
    /// Nothing: it goes on.
    Wait,
}

/// What is wrong with the field: those of [`Problem`] that Microsoft's codes can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Not given, and it has to be.
    Missing,
    /// Given, and it must not be.
    NotWanted,
    /// Given, and not accepted.
    Refused,
    /// Somebody else has it.
    Taken,
    /// The reseller cannot get customers.
    NotReady,
}

impl From<Wrong> for Problem {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Missing => Self::Missing,
            Wrong::NotWanted => Self::NotWanted,
            Wrong::Refused => Self::Refused,
            Wrong::Taken => Self::Taken,
            Wrong::NotReady => Self::NotReady,
        }
    }
}

/// How much is known about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Microsoft documents it.
    Documented,
    /// People have met it.
    Seen,
    /// Any other answer with this status, or without a code.
    Otherwise,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What was asked.
    pub asked: &'static [Asked],
    /// HTTP status; `None`: whichever.
    pub status: Option<u16>,
    /// Error code; empty: any other, or none.
    pub code: &'static str,
    /// How much is known about it.
    pub known: Known,
    /// The field of the form that it is about.
    pub field: Option<(Field, Wrong)>,
    /// What happened. `{country}`, `{reseller}` and `{domain}` are those of the onboarding.
    pub what: &'static str,
    /// Who can do something about it.
    pub mover: Mover,
    /// What that is.
    pub advice: &'static str,
    /// What the page offers.
    pub next: Next,
}

/// What the sentences name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// The reseller's name.
    pub reseller: Option<&'a str>,
    /// Initial domain in full.
    pub domain: &'a str,
}

impl Row {
    /// Whether it is about this answer: a code counts for more than a status.
    fn fits(&self, asked: Asked, status: Option<u16>, code: &str) -> bool {
        self.asked.contains(&asked) && self.code == code && (self.status.is_none() || self.status == status)
    }

    /// What happened, with names.
    pub fn what(&self, names: Names<'_>) -> String {
        filled(self.what, names)
    }

    /// What is to be done about it, with names.
    pub fn advice(&self, names: Names<'_>) -> String {
        filled(self.advice, names)
    }

    /// Where it is said in the form. What Microsoft itself named counts for more than what the code usually means.
    pub fn field_error(&self, named: Option<Field>) -> Option<(Field, Problem)> {
        let usual = self.field.map(|(field, wrong)| (field, Problem::from(wrong)));
        match (named, usual) {
            (Some(named), Some((field, problem))) if named == field => Some((field, problem)),
            (Some(named), None) => Some((named, Problem::Refused)),
            (_, usual) => usual,
        }
    }
}

/// The row for an answer; there is one for every answer.
pub fn explain(asked: Asked, status: Option<u16>, code: Option<&str>) -> &'static Row {
    let find = |code: &str| TABLE.iter().find(|row| row.fits(asked, status, code));
    code.filter(|code| !code.is_empty()).and_then(find).or_else(|| find("")).unwrap_or(&table::UNKNOWN)
}

/// The sentences in other languages.
static MESSAGES: LazyLock<HashMap<String, Key>> = LazyLock::new(|| i18n::by_words(&area::refusals));

/// The sentence in the language of the page, with names in their places.
fn filled(text: &str, names: Names<'_>) -> String {
    let language = Language::of_page();
    let country = country_name(names.country);
    let reseller = names.reseller.unwrap_or(t!(failure.the_reseller));
    let domain = if names.domain.is_empty() { t!(failure.the_domain) } else { names.domain };
    if language != Language::English
        && let Some(message) = MESSAGES.get(text)
    {
        let country = country.unwrap_or(t!(failure.this_country));
        let names = [("country", country), ("reseller", reseller), ("domain", domain)];
        return i18n::filled(language, *message, names.map(|(name, value)| (name, value.into())).to_vec());
    }
    let country = country.map(words::country_in_a_sentence);
    text.replace("{country}", country.as_deref().unwrap_or(t!(failure.this_country)))
        .replace("{reseller}", reseller)
        .replace("{domain}", domain)
}
