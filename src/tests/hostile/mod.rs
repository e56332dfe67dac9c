//! Hostile texts through the whole portal: typed into every field, shown on every page, exported, searched for, logged.

mod cells;
mod markup;
pub(crate) mod texts;

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::Method;
use reseller_portal::simulator::{Fault, FaultKind, Operation};
use tracing_subscriber::{Layer, filter::LevelFilter, layer::SubscriberExt};

use self::{
    cells::{is_neutral, table},
    markup::{difference, has_foreign_parts, skeleton},
};
use super::{
    browser::Page,
    support::{ADELE, World, onboard, save, until, wingtip_with},
};

const NESTOR: &str = "nestor@tailwind.example";

/// Every field of the form that takes a text.
const FIELDS: [&str; 19] = [
    "reseller_search",
    "country",
    "company_name",
    "domain",
    "registration_number",
    "address_line1",
    "address_line2",
    "address_line3",
    "district",
    "city",
    "state",
    "postal_code",
    "first_name",
    "middle_name",
    "last_name",
    "email",
    "phone",
    "culture",
    "language",
];

/// The form with one text in every field.
fn filled<'a>(draft: &'a str, intent: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("draft", draft), ("intent", intent), ("customer_of", "reseller")];
    form.extend(FIELDS.map(|field| (field, text)));
    form
}

/// A portal of which one person may ask as often as these tests do.
async fn unhurried() -> World {
    World::set(&[("PORTAL_RATE_FACTOR", "1000"), ("PORTAL_CREATES_PER_DAY_PERSON", "1000")]).await
}

fn query(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn is_as_harmless(page: &Page, expected: &[String], text: &str) {
    let found = skeleton(&page.body);
    let path = page.url.path();
    assert!(found == expected, "{path} with {text:?}: {}", difference(expected, &found));
}

/// A page is served, and nothing in it is of the text's making.
fn is_clean(page: &Page, text: &str) {
    assert!(!page.status.is_server_error(), "{} with {text:?}: {}", page.url.path(), page.status);
    assert_eq!(has_foreign_parts(&page.body), None, "{} with {text:?}", page.url.path());
    assert!(page.headers.keys().all(|name| !name.as_str().contains("hostile")), "{text:?} has made a header");
    assert!(page.header("set-cookie").is_none_or(|cookie| !cookie.contains("hostile=1")), "{text:?}");
}

async fn in_every_field(at: usize, parts: usize) {
    let world = unhurried().await;
    let mut browser = world.browser_of(ADELE).await;
    let draft = save(&mut browser, &[]).await;
    let (form, customer) = (format!("/customers/new?draft={draft}"), format!("/customers/{draft}"));
    browser.post("/customers/new", &filled(&draft, "save", "Contoso")).await;
    let expected = [
        skeleton(&browser.get("/").await.body),
        skeleton(&browser.get(&form).await.body),
        skeleton(&browser.get(&customer).await.body),
    ];
    for text in texts::all().iter().skip(at).step_by(parts) {
        let saved = browser.post("/customers/new", &filled(&draft, "save", text)).await;
        is_clean(&saved, text);
        if saved.status == 413 {
            // Nineteen times a very long text is more than a form may be; once is not, unless it grows in the sending.
            assert!(query(text).len() * FIELDS.len() > 32_000, "{text:?} is not too much");
            let alone = [("draft", draft.as_str()), ("intent", "save"), ("company_name", text.as_str())];
            let saved = browser.post("/customers/new", &alone).await;
            for page in [saved, browser.get(&form).await, browser.get(&customer).await] {
                is_clean(&page, text);
            }
            continue;
        }
        assert!(saved.status.is_success(), "{text:?}: {}", saved.body);
        let form = browser.get(&form).await;
        is_clean(&form, text);
        let customer = browser.get(&customer).await;
        is_clean(&customer, text);
        if !text.trim().is_empty() && !text.chars().all(char::is_control) {
            is_as_harmless(&saved, &expected[0], text);
            is_as_harmless(&form, &expected[1], text);
            is_as_harmless(&customer, &expected[2], text);
        }
        assert_eq!(form.value("city").as_ref(), Some(text), "what was typed is what comes back");
        let checked = browser.post("/customers/new", &filled(&draft, "continue", text)).await;
        is_clean(&checked, text);
        assert_eq!(checked.status, 422, "{text:?} is no answer to every question");
        // A long text is no address at all.
        if text.len() < 2_000 {
            is_clean(&browser.get(&format!("/customers?q={}", query(text))).await, text);
        }
    }
    assert_eq!(world.simulator.ledger().customers.len(), 0);
}

#[tokio::test]
async fn a_hostile_text_in_every_field_changes_no_page_first_part() {
    in_every_field(0, 4).await;
}

#[tokio::test]
async fn a_hostile_text_in_every_field_changes_no_page_second_part() {
    in_every_field(1, 4).await;
}

#[tokio::test]
async fn a_hostile_text_in_every_field_changes_no_page_third_part() {
    in_every_field(2, 4).await;
}

#[tokio::test]
async fn a_hostile_text_in_every_field_changes_no_page_fourth_part() {
    in_every_field(3, 4).await;
}

#[tokio::test]
async fn what_is_no_text_at_all_is_no_fault_of_ours() {
    let world = unhurried().await;
    let mut browser = world.browser_of(ADELE).await;
    let draft = save(&mut browser, &[]).await;
    // Lone surrogates, overlong forms, what never was UTF-8, broken escapes: as bytes that a form can send.
    for bytes in ["%ED%A0%80", "%ED%BF%BF", "%C0%AE%C0%AE", "%FF%FE", "%F5%80%80%80", "%", "%G1", "%u003c", "%E2%80"] {
        for intent in ["save", "continue", "search", "country"] {
            let fields = FIELDS.map(|field| format!("&{field}={bytes}")).concat();
            let body = format!("draft={draft}&intent={intent}&customer_of=reseller{fields}");
            let form = "application/x-www-form-urlencoded";
            let answer = browser.ask(Method::POST, "/customers/new", Some((form, body))).await;
            assert!(!answer.status.is_server_error(), "{bytes} {intent}: {}", answer.status);
        }
        let answer = browser.ask(Method::GET, &format!("/customers?q={bytes}&at={bytes}"), None).await;
        assert!(!answer.status.is_server_error(), "{bytes}: {}", answer.status);
    }
    assert!(browser.get(&format!("/customers/new?draft={draft}")).await.status.is_success());
}

#[tokio::test]
async fn no_exported_cell_is_computed_or_obeyed_and_none_becomes_two() {
    let world = unhurried().await;
    let mut browser = world.browser_of(ADELE).await;
    let mut texts: Vec<String> =
        texts::by_kind().into_iter().filter(|(kind, _)| kind != "long").flat_map(|(_, texts)| texts).collect();
    texts.truncate(500);
    for (text, number) in texts.iter().zip(1_u128..) {
        let draft = uuid::Uuid::from_u128(number).to_string();
        browser.post("/customers/new", &filled(&draft, "save", text)).await;
    }
    let rows = table(&browser.get("/customers/export.csv").await.body);
    assert!(rows.len() > 180, "{} of {} are in the file", rows.len(), texts.len());
    for row in &rows {
        assert_eq!(row.len(), 11, "{row:?}");
        for cell in row {
            is_neutral(cell);
        }
    }
}

#[tokio::test]
async fn what_people_say_to_the_audit_stays_in_its_cell() {
    let world = unhurried().await;
    let mut nestor = world.browser_of(NESTOR).await;
    let page = onboard(&mut nestor, &wingtip_with(&[("company_name", "Forgotten Toys")])).await;
    let path = page.url.path().to_owned();
    until(&mut nestor, &path, "Reseller verified").await;
    let kind = FaultKind::Refusal { code: "900416".to_owned(), property: None };
    let operation = Operation::ResetPassword;
    world.simulator.script_fault(Fault { operation, after: 0, count: 1_000, commit: None, kind });
    let kinds = texts::by_kind();
    for text in ["formulas", "lines", "terminal", "nul", "bidi"].iter().flat_map(|kind| &kinds[*kind]) {
        let act = nestor.get(&format!("{path}/password")).await.value("act").unwrap();
        let reason = format!("{text} was the reason");
        let page = nestor.post(&format!("{path}/password"), &[("act", &act), ("reason", &reason)]).await;
        is_clean(&page, text);
        is_clean(&nestor.get(&format!("/audit?person={}&record={}", query(text), query(text))).await, text);
    }
    is_clean(&nestor.get("/audit").await, "the audit");
    let rows = table(&nestor.post("/audit/export", &[("format", "csv")]).await.body);
    assert!(rows.len() > 150, "{}", rows.len());
    for row in &rows {
        assert_eq!(row.len(), 17, "{row:?}");
        for cell in row {
            is_neutral(cell);
        }
    }
    let lines = nestor.post("/audit/export", &[("format", "jsonl")]).await.body;
    for line in lines.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
}

/// The log as people read it, and how many events were in it.
#[derive(Clone, Default)]
struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    events: Arc<AtomicUsize>,
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // One event is one write.
        self.events.fetch_add(1, Ordering::Relaxed);
        self.text.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn say_to_the_log(world: &World, texts: &[String]) {
    let mut browser = world.browser_of(ADELE).await;
    let draft = browser.get("/customers/new").await.value("draft").unwrap();
    for text in texts.iter().filter(|text| text.len() < 2_000) {
        browser.post("/customers/new", &filled(&draft, "save", text)).await;
        browser.post("/customers/new", &filled(&draft, "continue", text)).await;
        let text = query(text);
        browser.get(&format!("/customers?q={text}")).await;
        browser.get(&format!("/customers/{text}?{text}={text}")).await;
        browser.get(&format!("/auth/callback?error={text}&error_description={text}&state={text}&code={text}")).await;
        browser.get(&format!("/sign-in?problem={text}&return_to={text}&resume={text}")).await;
    }
    // And what Microsoft says.
    let description = Some(texts.iter().take(60).cloned().collect::<Vec<_>>().join(" "));
    let kind = FaultKind::Status { status: 400, code: Some(123_456), description };
    let operation = Operation::CreateCustomer;
    world.simulator.script_fault(Fault { operation, after: 0, count: 1, commit: None, kind });
    onboard(&mut browser, super::support::WINGTIP).await;
}

#[tokio::test]
async fn an_event_is_one_line_of_the_log_whatever_it_is_about() {
    let log = Log::default();
    let writer = log.clone();
    let ours = tracing_subscriber::filter::Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("reseller_portal", LevelFilter::TRACE);
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(ours));
    tracing::subscriber::set_global_default(subscriber).expect("one log a process");
    let kinds = texts::by_kind();
    let texts: Vec<String> = ["lines", "terminal", "nul", "bidi", "script", "formulas"]
        .iter()
        .flat_map(|kind| kinds[*kind].clone())
        .collect();
    let world = unhurried().await;
    say_to_the_log(&world, &texts).await;
    let text = String::from_utf8(log.text.lock().unwrap().clone()).unwrap();
    let events = log.events.load(Ordering::Relaxed);
    assert!(events > texts.len() * 4, "{events}");
    assert_eq!(text.matches('\n').count(), events, "one line an event");
    for line in text.lines() {
        let begins_as_a_line = line.starts_with("20") && line.chars().nth(10) == Some('T');
        assert!(begins_as_a_line, "forged: {line:?}");
        assert!(!line.contains(|sign: char| sign.is_control() && sign != '\t'), "obeyed by a terminal: {line:?}");
    }
    assert!(!text.contains("Set-Cookie: hostile") || !text.contains("\nSet-Cookie"), "{text}");
}

#[test]
fn the_texts_are_as_many_as_the_bar_asks_for() {
    let kinds = texts::by_kind();
    for kind in ["html", "script", "bidi", "zero_width", "lines", "terminal", "formulas", "long", "nul"] {
        assert!(!kinds[kind].is_empty(), "{kind}");
    }
    assert!(texts::all().iter().any(|text| text.chars().count() >= 10_000));
}
