//! What a page in the pseudo language still says in plain English: such words are in no message file.

/// Names of the sample data, of products and of formats, which stay as they are in every language; and of characters.
const NAMES: &[&str] = &[
    "Ab",
    "Adatum",
    "Adele",
    "Alabama",
    "Aviation",
    "Az",
    "Bowen",
    "CSV",
    "Cal",
    "California",
    "Cherry",
    "Coho",
    "Consultants",
    "Contoso",
    "Cupertino",
    "English",
    "Entra",
    "Fabrikam",
    "First",
    "Flugzeugbau",
    "Gena",
    "GmbH",
    "Grady",
    "Litware",
    "Megan",
    "Nederlands",
    "Nestor",
    "Northwind",
    "Proseware",
    "ReleCloud",
    "Residences",
    "Soto",
    "States",
    "Suspended",
    "Svenska",
    "Sweden",
    "Tailspin",
    "Toys",
    "United",
    "Vance",
    "Wilke",
    "Winery",
    "Wingtip",
    "amp",
    "com",
    "example",
    "gena",
    "onmicrosoft",
    "tailwind",
    "und",
    "wingtiptoys",
];

/// What a person has written in the sample data.
const WRITTEN: &str = "The street is missing its number.";

/// The words that stand in none of the message files, each with its surroundings.
pub(super) fn untranslated(html: &str) -> Vec<String> {
    let is_left = |text: &String| !text.starts_with(WRITTEN) && text.split(|c: char| !c.is_alphabetic()).any(is_plain);
    texts(html).into_iter().filter(is_left).collect()
}

/// A word of a language, rather than a name, an id or an abbreviation.
fn is_plain(word: &str) -> bool {
    word.len() > 2
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && word.bytes().skip(1).any(|byte| byte.is_ascii_lowercase())
        && !NAMES.contains(&word)
}

/// What a person sees or hears: texts between the tags, and the attributes that are read out. What is marked as not to be
/// translated is left out, with everything in it.
fn texts(html: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut silent: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        if silent.is_empty() && !text.trim().is_empty() {
            texts.push(text.trim().to_owned());
        }
        let end = tag.find('>').unwrap_or(tag.len() - 1);
        let (tag, after) = tag.split_at(end + 1);
        rest = after;
        let name = tag.trim_matches(['<', '>', '/']).split([' ', '/', '>']).next().unwrap_or_default();
        if tag.starts_with("</") {
            if silent.last() == Some(&name) {
                silent.pop();
            }
        } else {
            let is_quiet = tag.contains("translate=\"no\"") || ["script", "style", "title"].contains(&name);
            let is_void = ["input", "br", "wbr", "meta", "link", "use"].contains(&name);
            if !is_void && (is_quiet || silent.last() == Some(&name)) {
                silent.push(name);
            }
            if silent.is_empty() {
                texts.extend(read_out(tag));
            }
        }
    }
    texts
}

fn read_out(tag: &str) -> Vec<String> {
    let attribute = |name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    ["aria-label", "title", "placeholder", "data-label", "alt"].into_iter().filter_map(attribute).collect()
}

#[test]
fn english_between_tags_and_in_attributes_is_found_and_names_are_not() {
    let html = r#"<p title="Not said">Ƀáá <b translate="no">left alone</b> Wingtip Toys</p><i>plain words</i>"#;
    assert_eq!(untranslated(html), ["Not said", "plain words"]);
}
