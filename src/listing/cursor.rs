//! Where a page of the list begins.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::query::{CustomerQuery, Sort};
use crate::domain::Operator;

/// The place of a row in the order of the list. No two rows have the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Place {
    /// By the id of the onboarding, or what stands for it.
    Newest(String),
    /// By key and id.
    Company(Vec<u8>, String),
    /// By microseconds and id.
    Changed(i64, String),
}

impl Place {
    fn fits(&self, sort: Sort) -> bool {
        matches!(
            (self, sort),
            (Self::Newest(_), Sort::Newest) | (Self::Company(..), Sort::Company) | (Self::Changed(..), Sort::Changed)
        )
    }

    /// The order in which rows are shown.
    pub(super) fn shown_before(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Newest(one), Self::Newest(other)) => other.cmp(one),
            (Self::Changed(at, id), Self::Changed(other, of)) => (other, of).cmp(&(at, id)),
            (Self::Company(key, id), Self::Company(other, of)) => (key, id).cmp(&(other, of)),
            // Places of one list are of one kind.
            _ => std::cmp::Ordering::Equal,
        }
    }
}

/// On which side of a place the page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Side {
    /// Behind it.
    After,
    /// In front of it.
    Before,
    /// Behind it, beginning with it.
    From,
    /// In front of it, ending with it.
    UpTo,
}

/// Where a page begins. In an address it is opaque, and holds for the question that it was made for alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) place: Place,
    pub(super) side: Side,
}

#[derive(Serialize, Deserialize)]
struct Written(Side, Place, [u8; 8]);

impl Cursor {
    /// Whether the page lies in front of the place.
    pub fn goes_back(&self) -> bool {
        matches!(self.side, Side::Before | Side::UpTo)
    }

    /// As it stands in an address.
    pub fn write(&self, query: &CustomerQuery, viewer: &Operator) -> String {
        let written = Written(self.side, self.place.clone(), query.fingerprint(viewer));
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// Reads one; `None` for what is none, or belongs to another question.
    ///
    /// It opens nothing: whoever makes one up begins at that place of the rows that are theirs to see.
    pub fn read(text: &str, query: &CustomerQuery, viewer: &Operator) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let Written(side, place, fingerprint) = serde_json::from_slice(&bytes).ok()?;
        (fingerprint == query.fingerprint(viewer) && place.fits(query.sort)).then_some(Self { place, side })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::Role,
        journal::testing::{adele, person},
    };

    #[test]
    fn a_cursor_holds_for_its_question_and_person_alone() {
        let query = CustomerQuery { text: "winery".to_owned(), ..CustomerQuery::default() };
        let cursor =
            Cursor { place: Place::Newest("019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11".to_owned()), side: Side::After };
        let text = cursor.write(&query, &adele());
        assert_eq!(Cursor::read(&text, &query, &adele()), Some(cursor));
        assert!(!text.contains("019aa2f0"), "opaque: {text}");
        let other = CustomerQuery { text: "vineyard".to_owned(), ..CustomerQuery::default() };
        assert_eq!(Cursor::read(&text, &other, &adele()), None);
        assert_eq!(Cursor::read(&text, &query, &person("diego", Role::Admin)), None);
    }

    #[test]
    fn what_is_no_cursor_of_this_order_is_none() {
        let by_name = CustomerQuery { sort: Sort::Company, ..CustomerQuery::default() };
        let stolen = Cursor { place: Place::Newest("x".to_owned()), side: Side::After }.write(&by_name, &adele());
        for text in ["", "?", "AAAA", &"A".repeat(10_000), &stolen] {
            assert_eq!(Cursor::read(text, &by_name, &adele()), None, "{text}");
        }
    }
}
