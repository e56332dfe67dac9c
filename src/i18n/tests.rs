use http::{HeaderMap, header};
use leptos::prelude::*;

use super::*;
use crate::clock::Timestamp;

fn of(headers: &[(header::HeaderName, &str)]) -> Language {
    let headers: HeaderMap = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
    Language::of_request(&headers)
}

#[test]
fn a_browser_is_answered_in_the_first_of_its_languages_that_there_is() {
    for (asked, language) in [
        ("sv-SE,sv;q=0.9,en;q=0.8", Language::Swedish),
        ("nl", Language::Dutch),
        ("tr-TR", Language::Turkish),
        ("de-DE,de;q=0.9,nl;q=0.8,en;q=0.7", Language::Dutch),
        ("en;q=0.2, tr;q=0.7", Language::Turkish),
        ("sv;q=0, en", Language::English),
        ("zh-TW,zh;q=0.9", Language::TraditionalChinese),
        ("zh-Hant-HK", Language::TraditionalChinese),
        ("zh-CN,zh;q=0.9,sv;q=0.1", Language::Swedish),
        ("zh-Hans-TW", Language::English),
        ("da, nb", Language::English),
        ("*", Language::English),
        (";;q=,\u{e9}", Language::English),
        ("en-XA", Language::English),
    ] {
        assert_eq!(accepted_of(asked), language, "{asked}");
    }
    assert_eq!(of(&[]), Language::English);
}

fn accepted_of(asked: &str) -> Language {
    let headers: HeaderMap = header::HeaderValue::from_bytes(asked.as_bytes())
        .into_iter()
        .map(|value| (header::ACCEPT_LANGUAGE, value))
        .collect();
    Language::of_request(&headers)
}

#[test]
fn what_was_chosen_counts_before_what_the_browser_asks_for() {
    let with = |cookie: &'static str| of(&[(header::COOKIE, cookie), (header::ACCEPT_LANGUAGE, "sv")]);
    assert_eq!(with("id=1; portal-language=zh-Hant"), Language::TraditionalChinese);
    assert_eq!(with("portal-language=nl; id=1"), Language::Dutch);
    assert_eq!(with("portal-language=xx"), Language::Swedish, "not a language");
    assert_eq!(with("other=nl"), Language::Swedish);
    assert_eq!(with("portal-language=en-XA"), Language::Pseudo);
}

#[test]
fn every_message_can_be_said_in_every_language() {
    let complaints = complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn every_language_has_words_of_its_own() {
    // A file that was copied and never translated is one with the same words. What is the same is a name or a number.
    for language in [Language::Swedish, Language::Dutch, Language::Turkish, Language::TraditionalChinese] {
        let (same, all) = same_as_english(language);
        assert!(same * 20 < all, "{language:?}: {same} of {all} messages are the English ones");
    }
}

#[test]
fn the_word_order_is_the_languages_own_and_markup_goes_with_it() {
    let said = |language| {
        speaking(language, || {
            let when = view! { <b>"x"</b> };
            rich!(time.exact, date = when, time = "now").to_html()
        })
        .replace("<!>", "")
    };
    assert_eq!(said(Language::English), "<b>x</b>, now UTC");
    assert_eq!(said(Language::Swedish), "<b>x</b> kl. now UTC");
}

#[test]
fn moments_and_plurals_are_said_by_the_rules_of_the_language() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let now = at("2026-11-20T19:30:05Z");
    let (minute, minutes, far) = (at("2026-11-20T19:29:00Z"), at("2026-11-20T19:27:05Z"), at("2026-05-02T07:00:09Z"));
    for (language, one, many, date, exact_date) in [
        (Language::English, "1 minute ago", "3 minutes ago", "2 May 2026", "2 May 2026, 07:00:09 UTC"),
        (Language::Swedish, "för 1 minut sedan", "för 3 minuter sedan", "2 maj 2026", "2 maj 2026 kl. 07:00:09 UTC"),
        (Language::Dutch, "1 minuut geleden", "3 minuten geleden", "2 mei 2026", "2 mei 2026 om 07:00:09 UTC"),
        (Language::Turkish, "1 dakika önce", "3 dakika önce", "2 Mayıs 2026", "2 Mayıs 2026 07:00:09 UTC"),
        (Language::TraditionalChinese, "1 分鐘前", "3 分鐘前", "2026年5月2日", "2026年5月2日 07:00:09 UTC"),
    ] {
        assert_eq!(relative(language, minute, now), one);
        assert_eq!(relative(language, minutes, now), many);
        assert_eq!(relative(language, far, now), date);
        assert_eq!(exact(language, far), exact_date);
    }
}

#[test]
fn numbers_have_the_separators_of_the_language() {
    for (language, said) in [
        (Language::English, "1,234,567 days ago"),
        (Language::Swedish, "för 1\u{a0}234\u{a0}567 dagar sedan"),
        (Language::Dutch, "1.234.567 dagen geleden"),
        (Language::Turkish, "1.234.567 gün önce"),
        (Language::TraditionalChinese, "1,234,567 天前"),
    ] {
        assert_eq!(t!(in language; time.days_ago, count = 1_234_567), said);
    }
}

#[test]
fn without_a_page_the_language_is_english() {
    assert_eq!(Language::of_page(), Language::English);
    assert_eq!(speaking(Language::Turkish, Language::of_page), Language::Turkish);
    assert_eq!(Language::of_page(), Language::English);
}

#[test]
fn a_number_that_is_only_shown_leaves_the_browser_no_choice() {
    let book = leptos::serde_json::to_string(&phrasebook(&area::form)).unwrap();
    assert!(book.contains("one\u{e0fe}") && book.contains("Still missing: \u{e000}"), "{book}");
    assert!(!book.contains("zero"), "{book}");
}
