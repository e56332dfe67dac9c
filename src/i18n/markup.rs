//! Messages with markup in them: where a name is bold or a time has its exact form, word order is still the language's.

use leptos::prelude::*;

use super::{Key, Language, filled};

/// Stands in a text for the view with the number behind it; from the private use area, which no text of ours has.
const FIRST: u32 = 0xf0000;

/// The message with each view at its place.
pub(crate) fn with_markup(key: Key, views: Vec<(&'static str, AnyView)>) -> AnyView {
    let places = (FIRST..).map_while(char::from_u32);
    let arguments = views.iter().zip(places).map(|((name, _), place)| (*name, place.to_string().into())).collect();
    let text = filled(Language::of_page(), key, arguments);
    let mut views: Vec<Option<AnyView>> = views.into_iter().map(|(_, view)| Some(view)).collect();
    let mut parts = Vec::new();
    let mut words = String::new();
    for character in text.chars() {
        let place = u32::from(character).checked_sub(FIRST).and_then(|place| usize::try_from(place).ok());
        match place.and_then(|place| views.get_mut(place)) {
            Some(view) => {
                if !words.is_empty() {
                    parts.push(std::mem::take(&mut words).into_any());
                }
                parts.extend(view.take());
            }
            None => words.push(character),
        }
    }
    if !words.is_empty() {
        parts.push(words.into_any());
    }
    parts.into_any()
}
