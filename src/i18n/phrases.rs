//! What islands say. The browser gets neither Fluent nor messages, but the few templates that an island can need, in the
//! language of the page: a list whose order is that of the English file, which both sides know since they were compiled.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Key, keys::Variable};
use crate::json::{Json, Read};

/// Stands in a template for the variable with the number behind it; from the private use area, which no text of ours has.
const FIRST: u32 = 0xe000;
/// Stands between the templates of a phrase that has several, and within each behind the plural category that it is for.
const NEXT: char = '\u{e0ff}';
const BEHIND: char = '\u{e0fe}';

/// The templates of an area, in one language; a prop of the island that says them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phrasebook(Cow<'static, [String]>);

impl Read for Phrasebook {
    fn read(json: &Json) -> Option<Self> {
        Vec::read(json).map(|phrases| Self(Cow::Owned(phrases)))
    }
}

#[cfg(feature = "ssr")]
mod server {
    use std::{
        borrow::Cow,
        collections::BTreeMap,
        sync::{Mutex, PoisonError},
    };

    use fluent_bundle::FluentValue;

    use super::{BEHIND, FIRST, Key, NEXT, Phrasebook, Variable};
    use crate::i18n::{Language, catalogue, filled, keys::Area, plain};

    /// Made once each: they are the same on every page, and Fluent makes six of each that counts.
    static BOOKS: Mutex<BTreeMap<(usize, Language), &'static [String]>> = Mutex::new(BTreeMap::new());

    /// The phrases of an area in the language of the page.
    pub(crate) fn phrasebook(area: &Area) -> Phrasebook {
        let language = Language::of_page();
        let mut books = BOOKS.lock().unwrap_or_else(PoisonError::into_inner);
        let book = books.entry((area.number, language)).or_insert_with(|| written(area, language).leak());
        Phrasebook(Cow::Borrowed(book))
    }

    fn written(area: &Area, language: Language) -> Vec<String> {
        let template = |key: Key, names: Vec<&'static str>| {
            let places = (FIRST..).map_while(char::from_u32);
            let arguments = |category: Option<&'static str>| -> Vec<(&'static str, FluentValue<'_>)> {
                let value = |name: &'static str, place: char| match category {
                    Some(category) if name == "count" => category.into(),
                    _ => place.to_string().into(),
                };
                names.iter().zip(places.clone()).map(|(name, place)| (*name, value(name, place))).collect()
            };
            // Both, as `p_count!` gives them; a number that is only shown is a text like others.
            if !(names.contains(&"count") && names.contains(&"shown")) {
                return filled(language, key, arguments(None));
            }
            let variant = |category| filled(language, key, arguments(Some(category)));
            let other = variant("other");
            let others = ["zero", "one", "two", "few", "many"].into_iter();
            let others = others.map(|category| (category, variant(category))).filter(|(_, words)| *words != other);
            let variants = others.map(|(category, words)| format!("{category}{BEHIND}{words}{NEXT}"));
            variants.chain([format!("other{BEHIND}{other}")]).collect()
        };
        catalogue::keys_of(area).map(|(key, names)| template(key, names)).collect()
    }

    /// Nothing: the server has the messages.
    pub(crate) fn keep(_: usize, _: Phrasebook) {}

    /// What the phrase says.
    pub(crate) fn phrase(key: Key, values: &[(Variable, &str)]) -> String {
        if values.is_empty() {
            return plain(Language::of_page(), key).to_owned();
        }
        let arguments = values.iter().map(|(variable, value)| (variable.name, (*value).into())).collect();
        filled(Language::of_page(), key, arguments)
    }

    /// What the phrase says of so many.
    pub(crate) fn counted(key: Key, shown: Variable, count: u32) -> String {
        filled(Language::of_page(), key, vec![("count", count.into()), (shown.name, count.to_string().into())])
    }
}
#[cfg(feature = "ssr")]
pub(crate) use server::{counted, keep, phrase, phrasebook};

#[cfg(not(feature = "ssr"))]
mod browser {
    use std::cell::RefCell;

    use js_sys::{Array, Intl::PluralRules, Object};
    use leptos::prelude::document;

    use super::{BEHIND, FIRST, Key, NEXT, Phrasebook, Variable};

    thread_local! {
        /// The phrases of this page, by the number of their area. A page has one language, and is gone when another is
        /// chosen.
        static BOOKS: RefCell<Vec<(usize, Vec<String>)>> = const { RefCell::new(Vec::new()) };
    }

    /// Keeps the phrases that came with an island; `area` is the number of theirs.
    pub(crate) fn keep(area: usize, Phrasebook(phrases): Phrasebook) {
        BOOKS.with(|books| books.borrow_mut().push((area, phrases.into_owned())));
    }

    fn template(key: Key) -> String {
        BOOKS.with(|books| {
            let books = books.borrow();
            let book = books.iter().find(|(area, _)| *area == key.area).map(|(_, phrases)| phrases);
            book.and_then(|phrases| phrases.get(key.message)).cloned().unwrap_or_default()
        })
    }

    fn fill(template: &str, place: usize, value: &str) -> String {
        let place = u32::try_from(place).ok().and_then(|place| char::from_u32(FIRST + place));
        place.map_or_else(|| template.to_owned(), |place| template.replace(place, value))
    }

    /// What the phrase says.
    pub(crate) fn phrase(key: Key, values: &[(Variable, &str)]) -> String {
        values.iter().fold(template(key), |words, (variable, value)| fill(&words, variable.place, value))
    }

    /// What the phrase says of so many.
    pub(crate) fn counted(key: Key, shown: Variable, count: u32) -> String {
        let language = document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
        let rules = PluralRules::new(&Array::of1(&language.into()), &Object::new());
        let category = rules.select(count.into()).as_string().unwrap_or_default();
        let template = template(key);
        let mut variants = template.split(NEXT).filter_map(|variant| variant.split_once(BEHIND));
        // The last one is for everything else.
        let words = variants.find(|(of, _)| *of == category || *of == "other").map(|(_, words)| words);
        fill(words.unwrap_or_default(), shown.place, &count.to_string())
    }
}
#[cfg(not(feature = "ssr"))]
pub(crate) use browser::{counted, keep, phrase};
