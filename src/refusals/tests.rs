use std::{collections::HashSet, fmt::Write, fs, path::Path};

use super::*;

const PAGE: &str = "src/ERRORS.md";

const INTRODUCTION: &str = "# What Microsoft's error codes mean here

Made of `src/refusals/table.rs` by a test, which fails when the two differ, and then writes this page anew. One number means
different things in different services, so that a line is found by what was asked, status and code together; of several
that fit the first counts. A code that is not here is said to be unknown, with everything that Microsoft's support asks for.
Where Microsoft's answer names a property (27002, 3000 and the like), the message stands at that field.

`simulator` answers with each of these: `POST /_simulator/faults` with
`{\"operation\": \"create_customer\", \"kind\": \"refusal\", \"code\": \"600051\"}`, or a customer whose company name is
`Refused 600051` (`Refused 27002 PostalCode` names a property). `GET /_simulator/codes` lists them; a code of that list that
is missing here fails a test.

Known: *documented* by Microsoft, *seen* by people who have met it, *otherwise* for every other answer with this status.
";

impl Asked {
    fn heading(self) -> &'static str {
        match self {
            Self::Create => "Creating the customer (`POST /v1/customers`)",
            Self::Agreement => "Recording an acceptance of the customer agreement",
            Self::Password => "Setting a new first password",
            Self::Resellers => "The list of resellers",
            Self::Readiness => "Whether a reseller has accepted the Microsoft Partner Agreement",
            Self::Domain => "Whether a domain is taken",
            Self::Address => "Checking an address",
        }
    }
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for asked in Asked::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n| Status | Code | Known | What happened | Field | Whose move | What to do | First on the page |\n\
             |---|---|---|---|---|---|---|---|\n",
            asked.heading()
        );
        for row in TABLE.iter().filter(|row| row.asked.contains(&asked)) {
            line(&mut page, row);
        }
    }
    page
}

fn line(page: &mut String, row: &Row) {
    let status = row.status.map_or_else(|| "any".to_owned(), |status| status.to_string());
    let code = if row.code.is_empty() { "any other, or none" } else { row.code };
    let known = format!("{:?}", row.known).to_lowercase();
    let field = row.field.map_or_else(|| "–".to_owned(), |(field, _)| format!("`{}`", field.name()));
    let mover = format!("{:?}", row.mover).to_lowercase();
    let next = match row.next {
        Next::Change => "Change the details",
        Next::SendAgain => "Change the details, or send them again",
        Next::Resellers => "Change the details; the resellers",
        Next::Support => "Copy for Microsoft's support",
        Next::SignIn => "Sign in again",
        Next::Retry => "The same form",
        Next::Wait => "–",
    };
    let _ =
        writeln!(page, "| {status} | {code} | {known} | {} | {field} | {mover} | {} | {next} |", row.what, row.advice);
}

#[test]
fn the_page_for_people_says_what_the_table_says() {
    let path = Path::new(PAGE);
    let page = page();
    if fs::read_to_string(path).unwrap_or_default() != page {
        fs::write(path, page).unwrap();
        panic!("{PAGE} was not as the table is, and was written anew: look at what has changed, and commit it");
    }
}

#[test]
fn no_line_is_there_twice() {
    let mut seen = HashSet::new();
    for row in TABLE {
        for asked in row.asked {
            assert!(seen.insert((asked, row.status, row.code)), "{asked:?} {:?} {}", row.status, row.code);
        }
    }
}

#[test]
fn every_sentence_says_what_happened_and_what_to_do_without_blame_and_numbers() {
    for row in TABLE.iter().chain([&table::UNKNOWN]) {
        for text in [row.what, row.advice] {
            assert!(text.starts_with(|first: char| first.is_uppercase() || first == '{'), "{text}");
            assert!(text.ends_with('.') && !text.contains("  "), "{text}");
            assert!(!text.contains(|sign: char| sign.is_ascii_digit()), "{text}");
            let words = text.to_lowercase();
            for word in ["valid", "please", "sorry", "oops", "error"] {
                assert!(!words.contains(word), "{text}");
            }
        }
        assert_eq!(row.what.matches(". ").count(), 0, "one sentence: {}", row.what);
    }
}

#[test]
fn what_is_about_a_field_leads_back_to_the_form() {
    for row in TABLE.iter().filter(|row| row.field.is_some() && row.asked.contains(&Asked::Create)) {
        assert!(matches!(row.next, Next::Change | Next::SendAgain | Next::Resellers), "{row:?}");
    }
}

#[test]
fn a_number_means_what_it_means_where_it_was_met() {
    let row = |asked, status, code| explain(asked, Some(status), Some(code));
    assert_eq!(row(Asked::Create, 400, "20000").field, Some((Field::Country, Wrong::Refused)));
    assert_eq!(row(Asked::Create, 404, "20000").code, "", "an order that is not found is none of ours");
    assert_eq!(row(Asked::Agreement, 400, "600049").field, None);
    assert_eq!(row(Asked::Create, 403, "900308").mover, Mover::Provider);
    assert_eq!(row(Asked::Password, 403, "900308").next, Next::Retry);
}

#[test]
fn what_is_not_known_is_said_to_be_unknown_and_leads_to_support() {
    for (status, code) in [(Some(418), Some("made-up")), (None, None), (Some(451), Some(""))] {
        let row = explain(Asked::Create, status, code);
        assert_eq!((row.mover, row.next), (Mover::Microsoft, Next::Support));
        assert!(row.what(Names::default()).contains("without a reason that this portal knows"));
    }
    assert_eq!(explain(Asked::Create, Some(400), Some("123456")).next, Next::Change, "some field it is");
}

#[test]
fn the_field_is_the_one_that_microsoft_names() {
    let unnamed = explain(Asked::Create, Some(400), Some("27002"));
    assert_eq!(unnamed.field_error(None), None);
    assert_eq!(unnamed.field_error(Some(Field::City)), Some((Field::City, Problem::Refused)));
    let missing = explain(Asked::Create, Some(400), Some("600051"));
    assert_eq!(missing.field_error(Some(Field::Phone)), Some((Field::Phone, Problem::Missing)));
}

#[test]
fn sentences_name_the_country_the_reseller_and_the_domain() {
    let names = Names { country: "US", reseller: Some("First Up"), domain: "contoso.onmicrosoft.com" };
    let said = |code, status| {
        let row = explain(Asked::Create, Some(status), Some(code));
        [row.what(names), row.advice(names)].join(" ")
    };
    assert!(said("2030", 403).contains("may not sell in the United States"));
    assert!(said("900123", 403).contains("A global admin of First Up must sign it"));
    assert!(said("1003", 409).contains("contoso.onmicrosoft.com is taken"));
    for row in TABLE {
        let text = [row.what(Names::default()), row.advice(Names::default())].concat();
        assert!(!text.contains(['{', '}']), "{text}");
    }
}

#[test]
fn every_sentence_is_said_in_every_language() {
    let sentences: HashSet<&str> =
        TABLE.iter().chain([&table::UNKNOWN]).flat_map(|row| [row.what, row.advice]).collect();
    let untold: Vec<_> = sentences.iter().filter(|sentence| !MESSAGES.contains_key(**sentence)).collect();
    assert!(untold.is_empty(), "not in the messages: {untold:#?}");
    let unused: Vec<_> = MESSAGES.keys().filter(|message| !sentences.contains(message.as_str())).collect();
    assert!(unused.is_empty(), "in no row: {unused:#?}");
    let names = Names { country: "US", reseller: Some("First Up"), domain: "contoso.onmicrosoft.com" };
    let said = |language, status, code| {
        let row = explain(Asked::Create, Some(status), Some(code));
        i18n::speaking(language, || [row.what(names), row.advice(names)].join(" "))
    };
    let swedish = said(Language::Swedish, 403, "900123");
    assert!(swedish.contains("En global administratör hos First Up måste signera det"), "{swedish}");
    let chinese = said(Language::TraditionalChinese, 409, "1003");
    assert!(chinese.contains("contoso.onmicrosoft.com 已被使用"), "{chinese}");
}
