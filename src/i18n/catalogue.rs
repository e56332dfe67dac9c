//! The messages: Fluent files in the binary, and what they say.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{
    Key, Language,
    keys::{AREAS, Area, Entry},
    numbers, pseudo,
};

/// The messages of one area in one language.
struct Texts {
    bundle: FluentBundle<FluentResource>,
    /// Names, in the order of the English file.
    names: Vec<&'static str>,
    /// Those that say the same whatever happens, in the same order.
    plain: Vec<Option<&'static str>>,
}

impl Texts {
    fn new(language: Language, (entries, files): &(&'static [Entry], [&'static str; 5])) -> Self {
        let english = files[0];
        let names: Vec<&'static str> = entries.iter().map(|entry| &english[entry.start..entry.end]).collect();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier(language)]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(numbers::formatter(language)));
        bundle.set_transform(pseudo::transform(language));
        // A file that Fluent cannot read in part is kept in part; the test of the grammar knows.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(files[language.file()].to_owned());
        let _ = bundle.add_resource(resource);
        let plain = names
            .iter()
            .zip(*entries)
            .map(|(name, entry)| (entry.variables[0] == 0).then(|| &*say(&bundle, name, None).into_owned().leak()))
            .collect();
        Self { bundle, names, plain }
    }
}

fn identifier(language: Language) -> LanguageIdentifier {
    language.plural_tag().parse().unwrap_or_default()
}

fn say<'a>(
    bundle: &'a FluentBundle<FluentResource>,
    name: &'a str,
    arguments: Option<&'a FluentArgs<'_>>,
) -> Cow<'a, str> {
    let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else { return name.into() };
    bundle.format_pattern(pattern, arguments, &mut Vec::new())
}

/// Read when a language is first spoken, and kept.
static TEXTS: [LazyLock<Vec<Texts>>; Language::ALL.len()] = [
    LazyLock::new(|| texts(Language::English)),
    LazyLock::new(|| texts(Language::Swedish)),
    LazyLock::new(|| texts(Language::Dutch)),
    LazyLock::new(|| texts(Language::Turkish)),
    LazyLock::new(|| texts(Language::TraditionalChinese)),
    LazyLock::new(|| texts(Language::Pseudo)),
    LazyLock::new(|| texts(Language::PseudoRightToLeft)),
];

fn texts(language: Language) -> Vec<Texts> {
    AREAS.iter().map(|area| Texts::new(language, area)).collect()
}

fn of(language: Language, key: Key) -> (&'static Texts, &'static str) {
    let texts = &TEXTS[language.number()][key.area];
    (texts, texts.names[key.message])
}

/// Names of the variables of a message of an English file, each once.
fn variables_of<'a>(text: &'a str, entry: &Entry) -> Vec<&'a str> {
    let rest = &text[entry.end..];
    let begins = |(at, _): &(usize, &str)| rest[at + 1..].starts_with(|next: char| next.is_ascii_lowercase());
    let end = rest.match_indices('\n').find(begins).map_or(rest.len(), |(at, _)| at);
    let behind = rest[..end].split('$').skip(1);
    let name = |part: &'a str| part.split(|next: char| !next.is_ascii_alphanumeric() && next != '_').next();
    let mut names = Vec::new();
    for name in behind.filter_map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The messages of an area in the order of its file, each with the names of its variables in their order.
pub(super) fn keys_of(area: &Area) -> impl Iterator<Item = (Key, Vec<&'static str>)> {
    let area = area.number();
    let (entries, files) = AREAS[area];
    entries.iter().enumerate().map(move |(message, entry)| (Key { area, message }, variables_of(files[0], entry)))
}

/// The messages of an area by their English words, with the name of each variable in braces: for sentences that are data.
pub(crate) fn by_words(area: &Area) -> HashMap<String, Key> {
    let words = |(key, names): (Key, Vec<&'static str>)| {
        let named = names.into_iter().map(|name| (name, ["{", name, "}"].concat().into())).collect();
        (filled(Language::English, key, named), key)
    };
    keys_of(area).map(words).collect()
}

/// A message without variables.
pub(crate) fn plain(language: Language, key: Key) -> &'static str {
    let (texts, name) = of(language, key);
    texts.plain[key.message].unwrap_or(name)
}

/// A message with what it is about.
pub(crate) fn filled(language: Language, key: Key, arguments: Vec<(&'static str, FluentValue<'_>)>) -> String {
    let (texts, name) = of(language, key);
    let arguments = arguments.into_iter().collect::<FluentArgs<'_>>();
    say(&texts.bundle, name, Some(&arguments)).into_owned()
}

/// What Fluent cannot read or say: of each message the language, area and name.
#[cfg(test)]
pub(super) fn complaints() -> Vec<String> {
    let mut complaints = Vec::new();
    for language in Language::ALL {
        for ((entries, files), texts) in AREAS.iter().zip(TEXTS[language.number()].iter()) {
            let place = |name: &str| format!("{language:?}: {name}");
            if let Err((_, errors)) = FluentResource::try_new(files[language.file()].to_owned()) {
                complaints.extend(errors.iter().map(|error| place(&error.to_string())));
            }
            for (entry, name) in entries.iter().zip(&texts.names) {
                let text = files[0];
                // Whatever is given: a text and a number stand for each variable in turn.
                let names = variables_of(text, entry);
                for value in [FluentValue::from("x"), FluentValue::from(1), FluentValue::from(2)] {
                    let arguments: FluentArgs<'_> = names.iter().map(|name| (*name, value.clone())).collect();
                    let Some(pattern) = texts.bundle.get_message(name).and_then(|message| message.value()) else {
                        complaints.push(place(name));
                        break;
                    };
                    let mut errors = Vec::new();
                    let said = texts.bundle.format_pattern(pattern, Some(&arguments), &mut errors);
                    if !errors.is_empty() || said.trim().is_empty() {
                        complaints.push(place(&format!("{name}: {errors:?}")));
                    }
                }
            }
        }
    }
    complaints
}

/// How many messages are the English ones, and how many there are.
#[cfg(test)]
pub(super) fn same_as_english(language: Language) -> (usize, usize) {
    let files = AREAS.iter().map(|(_, files)| (files[0], files[language.file()]));
    let lines = |text: &'static str| text.lines().filter(|line| line.contains(" = "));
    let pairs: Vec<_> = files.flat_map(|(english, other)| lines(english).zip(lines(other))).collect();
    (pairs.iter().filter(|(english, other)| english == other).count(), pairs.len())
}
