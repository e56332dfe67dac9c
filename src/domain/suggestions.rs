//! Domain prefixes that suggest themselves: made of the company's name, without its legal form, in Latin letters.
//!
//! The server's alone: transliteration is tables of every script, which nobody should have to load.

use any_ascii::any_ascii_char;

use super::{domain_prefix::LONGEST_PREFIX, legal_forms::without_legal_form, text::case};

/// Shorter ones are taken, or nobody recognises the company in them.
const SHORTEST: usize = 3;

/// Second labels of registries, as in "co.uk" and "com.br".
const REGISTRY_LABELS: [&str; 12] = ["ac", "co", "com", "edu", "go", "gob", "gov", "ltd", "ne", "net", "or", "org"];

/// The last number that is put behind a name.
const LAST_NUMBER: u32 = 99;

/// Prefixes for a company, the best first, without end to speak of. Each is 1 to 27 letters and digits, none comes twice.
pub fn domain_candidates(company_name: &str, email: &str, country: &str) -> Vec<String> {
    let country_code = latin(country, country);
    let words: Vec<String> = without_legal_form(company_name)
        .iter()
        .map(|word| latin(word, country))
        .filter(|word| !word.is_empty())
        .collect();
    let name = fit(&words, LONGEST_PREFIX);
    let mail = label_of(email).unwrap_or_default();
    let base = if name.is_empty() { mail.clone() } else { name };
    let mut candidates = Candidates::default();
    candidates.add(&base, "");
    candidates.add(&mail, "");
    candidates.add(&base, &country_code);
    if words.len() > 2 {
        candidates.add(&words.iter().take(2).map(String::as_str).collect::<String>(), "");
    }
    if let [first, _, ..] = words.as_slice() {
        candidates.add(first, &country_code);
        candidates.add(first, "");
    }
    if words.len() > 2 {
        let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
        candidates.add(&initials, &country_code);
    }
    for number in 1..=LAST_NUMBER {
        candidates.add(&base, &number.to_string());
        candidates.add(&base, &format!("{country_code}{number}"));
    }
    candidates.0
}

#[derive(Default)]
struct Candidates(Vec<String>);

impl Candidates {
    fn add(&mut self, name: &str, end: &str) {
        let room = LONGEST_PREFIX.saturating_sub(end.len());
        let candidate: String = name.chars().take(room).chain(end.chars()).collect();
        let is_the_best = self.0.is_empty() && !candidate.is_empty();
        if !name.is_empty() && (is_the_best || candidate.len() >= SHORTEST) && !self.0.contains(&candidate) {
            self.0.push(candidate);
        }
    }
}

/// As many words as have room; the first one in any case, cut off if it has to be.
fn fit(words: &[String], room: usize) -> String {
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() > room {
            break;
        }
        name.extend(word.chars().take(room - name.len()));
    }
    name
}

/// The name in a mail address's domain: `wingtiptoys` of `gena@mail.wingtiptoys.co.uk`. `None` for addresses of mail
/// services, which say nothing of a company.
fn label_of(email: &str) -> Option<String> {
    let domain = super::mail_domain::company_mail_domain(email)?;
    let mut labels: Vec<&str> = domain.split('.').collect();
    labels.pop();
    if labels.len() > 1 && labels.last().is_some_and(|label| REGISTRY_LABELS.contains(label)) {
        labels.pop();
    }
    let label = labels.last()?;
    let label: String = label.chars().filter(char::is_ascii_alphanumeric).take(LONGEST_PREFIX).collect();
    (!label.is_empty() && !domain.contains("xn--")).then_some(label)
}

/// Latin letters and digits for a word, as its country writes them where it has no others.
fn latin(word: &str, country: &str) -> String {
    // Small letters come last: that of a capital dotted I is two characters.
    word.chars().map(|character| spelled(character, country)).collect::<String>()
}

fn spelled(character: char, country: &str) -> String {
    let small = case::lower(&character.to_string());
    let own = match (country, small.as_str()) {
        // Chinese readings of Japanese names say nothing to anybody.
        ("JP", _) if is_han(character) => Some(""),
        ("DE" | "AT" | "CH" | "LI" | "LU" | "", "ä") => Some("ae"),
        ("DE" | "AT" | "CH" | "LI" | "LU" | "", "ö") | ("DK", "ø") => Some("oe"),
        ("DE" | "AT" | "CH" | "LI" | "LU" | "", "ü") => Some("ue"),
        ("DK", "å") => Some("aa"),
        _ => None,
    };
    let ascii = own.map_or_else(|| small.chars().map(any_ascii_char).collect(), str::to_owned);
    ascii.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::domain_prefix;

    fn first(name: &str, country: &str) -> String {
        domain_candidates(name, "", country).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn a_prefix_suggests_itself() {
        for (name, country, prefix) in [
            ("Wingtip Toys", "US", "wingtiptoys"),
            ("Contoso, Ltd.", "GB", "contoso"),
            ("Adventure Works Pty Ltd", "AU", "adventureworks"),
            ("Müller & Söhne GmbH", "DE", "muellersoehne"),
            ("Müller & Söhne AB", "SE", "mullersohne"),
            ("Smørrebrød & Ål A/S", "DK", "smoerrebroedaal"),
            ("Café Français SARL", "FR", "cafefrancais"),
            ("Łódź Straße Æøå", "PL", "lodzstrasseaeoa"),
            ("İstanbul Çiçek A.Ş.", "TR", "istanbulcicek"),
            ("ООО Ромашка", "KZ", "romashka"),
            ("北京微软有限公司", "CN", "beijingweiruan"),
            ("Ltd", "GB", "ltd"),
            ("B & Q", "GB", "bq"),
            ("The Very Long Name of a Company in the West", "US", "theverylongnameofacompanyin"),
            ("Donaudampfschifffahrtsgesellschaft", "AT", "donaudampfschifffahrtsgesel"),
        ] {
            assert_eq!(first(name, country), prefix, "{name}");
        }
    }

    #[test]
    fn a_name_that_cannot_be_read_aloud_in_latin_letters_gives_way_to_the_mail_domain() {
        assert_eq!(domain_candidates("株式会社", "a@denki.co.jp", "JP").first().map(String::as_str), Some("denki"));
        assert_eq!(domain_candidates("日本電気株式会社", "a@gmail.com", "JP"), Vec::<String>::new());
        assert_eq!(domain_candidates("", "", ""), Vec::<String>::new());
    }

    #[test]
    fn others_follow_without_end_and_none_twice() {
        let candidates = domain_candidates("Contoso Pharma Research", "info@contoso-pharma.example", "SE");
        assert_eq!(
            candidates.iter().take(6).map(String::as_str).collect::<Vec<_>>(),
            ["contosopharmaresearch", "contosopharma", "contosopharmaresearchse", "contosose", "contoso", "cprse"]
        );
        let distinct: std::collections::HashSet<_> = candidates.iter().collect();
        assert!(candidates.len() > 100 && distinct.len() == candidates.len());
    }

    proptest! {
        #[test]
        fn whatever_the_name_each_is_a_prefix(name in "\\PC{0,80}", email in "\\PC{0,30}", country in "[A-Z]{0,2}") {
            for candidate in domain_candidates(&name, &email, &country) {
                prop_assert_eq!(domain_prefix(&candidate), Some(candidate.clone()));
            }
        }
    }
}
