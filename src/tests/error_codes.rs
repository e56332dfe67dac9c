//! Every code that the simulator can answer with: the page says what it means, whose move it is and what comes next, and
//! leads back to the field that it is about, with everything typed kept.

use std::collections::BTreeSet;

use reseller_portal::{
    refusals::{self, Asked, Mover, Names, Next, Row, TABLE},
    simulator::{CODES, Fault, FaultKind, Operation, RefusalCode},
};

use super::{
    browser::{Browser, Page, unescape},
    support::{ADELE, WINGTIP, World, approve, fill_in, onboard, settled, until, wingtip_with},
};

const NESTOR: &str = "nestor@tailwind.example";

/// What the documented example calls things.
const NAMES: Names<'_> =
    Names { country: "US", reseller: Some("First Up Consultants"), domain: "wingtiptoys.onmicrosoft.com" };

fn asked_by(operation: Operation) -> Asked {
    match operation {
        Operation::CreateCustomer => Asked::Create,
        Operation::RecordAgreement => Asked::Agreement,
        Operation::ResetPassword => Asked::Password,
        Operation::Relationships => Asked::Resellers,
        Operation::AgreementStatus => Asked::Readiness,
        Operation::Domain => Asked::Domain,
        Operation::Address => Asked::Address,
        other => panic!("{other:?} has no codes of its own"),
    }
}

/// Of each operation what it can be refused with, and what the table says of it.
fn refusals_of(operation: Operation) -> impl Iterator<Item = (&'static RefusalCode, &'static Row)> {
    let codes = CODES.iter().filter(move |code| code.operations.contains(&operation));
    codes.map(move |code| (code, refusals::explain(asked_by(operation), Some(code.status), Some(code.code))))
}

fn refusal(operation: Operation, code: &RefusalCode, count: u32) -> Fault {
    let kind = if code.code.is_empty() {
        FaultKind::Status { status: code.status, code: None, description: None }
    } else {
        FaultKind::Refusal { code: code.code.to_owned(), property: None }
    };
    Fault { operation, after: 0, count, commit: None, kind }
}

/// Without markup, so that a sentence with a name in it is one text.
fn text(page: &Page) -> String {
    let text: String =
        page.body.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect::<Vec<_>>().join(" ");
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(page: &Page, words: &str, row: &Row) {
    let said = text(page);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&words), "{words:?} is not on the page of {} {:?}: {said}", row.code, row.status);
}

#[test]
fn the_table_knows_every_code_of_the_simulator_and_the_simulator_every_code_of_the_table() {
    let mut answered = BTreeSet::new();
    for code in CODES {
        for operation in code.operations {
            let asked = asked_by(*operation);
            let row = refusals::explain(asked, Some(code.status), Some(code.code));
            assert_eq!(row.code, code.code, "{asked:?} {} {} is not in the table", code.status, code.code);
            answered.insert((format!("{asked:?}"), row.status, row.code));
        }
    }
    for row in TABLE.iter().filter(|row| row.status.is_some()) {
        for asked in row.asked {
            let key = (format!("{asked:?}"), row.status, row.code);
            assert!(answered.contains(&key), "{key:?} cannot be had from the simulator");
        }
    }
}

/// What parks an onboarding, waits, or may have made a tenant has pages of its own.
fn ends_at_once(row: &Row) -> bool {
    // What teaches the portal about a country has a test of its own.
    let teaches = row.field.is_some_and(|(field, _)| field.name() == "registration_number");
    !matches!(row.status, Some(401 | 409 | 429 | 500..)) && row.mover != Mover::Nobody && !teaches
}

#[tokio::test]
async fn a_refused_create_says_what_happened_whose_move_it_is_and_leads_back_to_the_field() {
    // One person creates more here than one may in a minute.
    let world = World::set(&[("PORTAL_RATE_FACTOR", "100")]).await;
    let mut browser = world.browser_of(ADELE).await;
    for (code, row) in refusals_of(Operation::CreateCustomer).filter(|(_, row)| ends_at_once(row)) {
        world.simulator.script_fault(refusal(Operation::CreateCustomer, code, 1));
        let page = onboard(&mut browser, &form_with(row)).await;
        assert!(text(&page).contains("Microsoft refused, and nothing was created"), "{}: {}", code.code, page.body);
        says(&page, &row.what(NAMES), row);
        let mover = match row.mover {
            Mover::Reseller => "The move of First Up Consultants",
            mover => mover.title(),
        };
        says(&page, &format!("{mover} : {}", row.advice(NAMES)), row);
        assert!(page.body.contains("Change the details"), "{}", page.body);
        assert_eq!(page.body.contains("href=\"#support\""), row.next == Next::Support, "{row:?}");
        let is_about_resellers = page.body.contains("Look at the resellers");
        assert_eq!(is_about_resellers, row.next == Next::Resellers, "{row:?}");
        assert!(!page.body.contains(code.description) || code.description.is_empty(), "third-party words: {row:?}");

        let form = browser.post(&format!("{}/copy", page.url.path()), &[]).await;
        assert_eq!(form.url.path(), "/customers/new", "{row:?}");
        assert_eq!(form.value("company_name").as_deref(), Some("Wingtip Toys"), "what was typed is kept");
        says(&form, &row.what(NAMES), row);
        says(&form, &format!("{} : {}", row.mover.title(), row.advice(NAMES)), row);
        let marked = marked_fields(&form);
        match row.field {
            Some((field, _)) => assert_eq!(marked, [field.name()], "{row:?}"),
            None => assert!(marked.is_empty(), "{row:?}: {marked:?}"),
        }
    }
    assert_eq!(world.simulator.ledger().customers.len(), 0);
}

fn form_with(row: &Row) -> Vec<(&'static str, &'static str)> {
    let phone_is_missing = row.code == "600051";
    wingtip_with(if phone_is_missing { &[("phone", "")] } else { &[] })
}

/// The names of the fields with a message.
fn marked_fields(page: &Page) -> Vec<String> {
    let messages = page.body.split("id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    messages.filter_map(|(id, _)| id.strip_suffix("-error")).map(str::to_owned).collect()
}

/// What the refusal is about changes the form for everybody, see `countries.rs`; here it is what the pages say.
#[tokio::test]
async fn a_refusal_for_the_registration_number_is_explained_and_keeps_what_was_typed() {
    let is_about_it = |row: &Row| row.field.is_some_and(|(field, _)| field.name() == "registration_number");
    for (code, row) in refusals_of(Operation::CreateCustomer).filter(|(_, row)| is_about_it(row)) {
        let world = World::start().await;
        let mut browser = world.browser_of(ADELE).await;
        world.simulator.script_fault(refusal(Operation::CreateCustomer, code, 1));
        let page = onboard(&mut browser, WINGTIP).await;
        says(&page, &row.what(NAMES), row);
        says(&page, &format!("{} : {}", row.mover.title(), row.advice(NAMES)), row);
        let form = browser.post(&format!("{}/copy", page.url.path()), &[]).await;
        says(&form, &row.what(NAMES), row);
        assert_eq!(form.value("company_name").as_deref(), Some("Wingtip Toys"), "what was typed is kept");
        if row.code == "600049" {
            assert_eq!(marked_fields(&form), ["registration_number"], "{}", form.body);
        }
    }
}

#[tokio::test]
async fn the_field_that_microsoft_names_is_the_one_that_is_marked_until_it_is_changed() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    for (property, field) in [
        ("StateInvalid - Details", "state"),
        ("NotificationEmailAddress", "email"),
        ("BillingProfile.DefaultAddress.PostalCode", "postal_code"),
        ("AddressLine1", "address_line1"),
        ("CompanyName", "company_name"),
        ("Domain", "domain"),
    ] {
        let kind = FaultKind::Refusal { code: "27002".to_owned(), property: Some(property.to_owned()) };
        let operation = Operation::CreateCustomer;
        world.simulator.script_fault(Fault { operation, after: 0, count: 1, commit: None, kind });
        let page = onboard(&mut browser, WINGTIP).await;
        let form = browser.post(&format!("{}/copy", page.url.path()), &[]).await;
        assert_eq!(marked_fields(&form), [field], "{property}: {}", form.body);
        assert!(!form.body.contains("NotificationEmailAddress"), "third-party words");
        let draft = form.value("draft").unwrap();
        let mut changed = wingtip_with(&[(field, "98053")]);
        changed.extend([("draft", draft.as_str()), ("intent", "save")]);
        browser.post("/customers/new", &changed).await;
        let again = browser.get(&format!("/customers/new?draft={draft}")).await;
        assert!(marked_fields(&again).is_empty(), "{property}: it has been changed");
        assert!(again.body.contains("Microsoft refused these answers before"), "what was said stays above the form");
    }
}

#[tokio::test]
async fn a_company_name_can_ask_the_simulator_for_a_code_and_the_new_attempt_is_a_new_request() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, &wingtip_with(&[("company_name", "Refused 27002 City")])).await;
    assert!(page.body.contains("27002"), "{}", page.body);
    let form = browser.post(&format!("{}/copy", page.url.path()), &[]).await;
    assert_eq!(marked_fields(&form), ["city"]);
    let draft = form.value("draft").unwrap();
    let mut fields = WINGTIP.to_vec();
    fields.extend([("draft", draft.as_str()), ("intent", "continue")]);
    let review = browser.post("/customers/new", &fields).await;
    let sent = approve(&mut browser, &review).await;
    let created = settled(&mut browser, sent.url.path()).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1);
    assert_ne!(request_id(&page), request_id(&created), "another request id");
    assert!(page.url.path() != created.url.path());
}

fn request_id(page: &Page) -> String {
    let rest = page.body.split("MS-RequestId: ").nth(1).expect("the text for Microsoft's support");
    rest.chars().take(36).collect()
}

#[tokio::test]
async fn a_sign_in_that_microsoft_does_not_accept_says_why_and_whose_move_it_is() {
    for (code, row) in refusals_of(Operation::CreateCustomer).filter(|(code, _)| code.status == 401) {
        // Each with a portal of its own: whoever signs in lets go on what has waited for that.
        let world = World::start().await;
        let mut browser = world.browser_of(ADELE).await;
        world.simulator.script_fault(refusal(Operation::CreateCustomer, code, 1));
        let page = onboard(&mut browser, WINGTIP).await;
        says(&page, row.what(NAMES).trim_end_matches('.'), row);
        says(&page, &format!("{} : {}", row.mover.title(), row.advice(NAMES)), row);
        assert!(page.body.contains("/sign-in?return_to="), "{}", page.body);
    }
}

#[tokio::test]
async fn a_fault_that_passes_is_nobodys_move() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    for (at, (code, _)) in
        refusals_of(Operation::CreateCustomer).filter(|(_, row)| row.mover == Mover::Nobody).enumerate()
    {
        world.simulator.script_fault(refusal(Operation::CreateCustomer, code, 1));
        let domain = format!("wingtippasses{at}");
        let page = onboard(&mut browser, &wingtip_with(&[("domain", &domain)])).await;
        assert!(page.value("token").is_some(), "{}: the portal goes on by itself: {}", code.code, page.body);
    }
}

#[tokio::test]
async fn an_acceptance_that_is_refused_says_why() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let path = visible_tenant(&mut adele, WINGTIP).await;
    for (code, row) in refusals_of(Operation::RecordAgreement).filter(|(code, _)| code.status < 500) {
        world.simulator.script_fault(refusal(Operation::RecordAgreement, code, 1));
        let act = adele.get(&format!("{path}/agreement")).await.value("act").unwrap();
        let fields = [
            ("act", act.as_str()),
            ("first_name", "Ines"),
            ("last_name", "Kramer"),
            ("email", "office@northwindbakery.example"),
            ("accepted_on", "2026-02-03"),
            ("attested", "on"),
        ];
        let page = adele.post(&format!("{path}/agreement"), &fields).await;
        says(&page, row.what(NAMES).trim_end_matches('.'), row);
        if row.mover != Mover::Nobody {
            says(&page, &row.advice(NAMES), row);
            let ticket = ticket(&page);
            assert!(ticket.contains("MS-RequestId: ") && !ticket.contains("Kramer"), "it names nobody: {ticket}");
        }
    }
}

#[tokio::test]
async fn a_new_password_that_is_refused_says_why() {
    let world = World::start().await;
    let mut nestor = world.browser_of(NESTOR).await;
    let path = visible_tenant(&mut nestor, &wingtip_with(&[("company_name", "Forgotten Toys")])).await;
    for (code, row) in refusals_of(Operation::ResetPassword).filter(|(code, _)| code.status < 500) {
        world.simulator.script_fault(refusal(Operation::ResetPassword, code, 1));
        let act = nestor.get(&format!("{path}/password")).await.value("act").unwrap();
        let fields = [("act", act.as_str()), ("reason", "the answer was lost")];
        let page = nestor.post(&format!("{path}/password"), &fields).await;
        assert!(page.body.contains("No new password was set"), "{}: {}", code.code, page.body);
        says(&page, &row.what(NAMES), row);
        says(&page, &row.advice(NAMES), row);
        assert!(page.body.contains("MS-RequestId: ") && page.body.contains("resetpassword"), "{}", page.body);
    }
}

/// The text for Microsoft's support.
fn ticket(page: &Page) -> String {
    unescape(page.body.split("copy-block__text").nth(1).unwrap().split("</pre>").next().unwrap())
}

async fn visible_tenant(browser: &mut Browser, form: &[(&str, &str)]) -> String {
    let page = onboard(browser, form).await;
    let path = page.url.path().to_owned();
    until(browser, &path, "Reseller verified").await;
    path
}

#[tokio::test]
async fn a_list_of_resellers_that_microsoft_does_not_show_says_why() {
    for (code, row) in refusals_of(Operation::Relationships).filter(|(code, _)| (402..429).contains(&code.status)) {
        let world = World::start().await;
        let mut browser = world.browser_of(ADELE).await;
        world.simulator.script_fault(refusal(Operation::Relationships, code, 9));
        let page = browser.get("/resellers").await;
        says(&page, &row.what(Names::default()), row);
        says(&page, &format!("{} : {}", row.mover.title(), row.advice(Names::default())), row);
        let form = browser.get("/customers/new").await;
        says(&form, &row.what(Names::default()), row);
    }
}

#[tokio::test]
async fn a_check_that_microsoft_refuses_is_no_gate_unless_it_is_an_answer() {
    for operation in [Operation::AgreementStatus, Operation::Domain, Operation::Address] {
        for (code, row) in refusals_of(operation) {
            let world = World::start().await;
            let mut browser = world.browser_of(ADELE).await;
            world.simulator.script_fault(refusal(operation, code, 9));
            let page = fill_in(&mut browser, WINGTIP).await;
            if row.field.is_some() {
                assert_eq!(marked_fields(&page), ["reseller_search"], "{row:?}: {}", page.body);
                continue;
            }
            assert!(page.url.path().ends_with("/review"), "{row:?}: {}", page.body);
            says(&page, row.what.trim_end_matches('.'), row);
        }
    }
}

#[tokio::test]
async fn an_unknown_code_is_said_to_be_unknown_with_everything_that_support_needs() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let kind = FaultKind::Status { status: 451, code: Some(987_654), description: Some("<b>upstream</b>".into()) };
    let operation = Operation::CreateCustomer;
    world.simulator.script_fault(Fault { operation, after: 0, count: 1, commit: None, kind });
    let page = onboard(&mut browser, WINGTIP).await;
    let said = text(&page);
    for words in [
        "without a reason that this portal knows",
        "Microsoft's move",
        "Error code: 987654",
        "Status: 451",
        "MS-RequestId: ",
        "MS-CorrelationId: ",
        "MS-CV: ",
        "Time (UTC): ",
        "/v1/customers (create a customer)",
        "Request body (redacted)",
        "\"CompanyName\": \"Wingtip Toys\"",
        "ends in .com]",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let ticket = ticket(&page);
    for secret in ["Gena", "Soto", "gena@", "4255550101", "One Microsoft Way", "Bearer", "eyJ"] {
        assert!(!ticket.contains(secret), "{secret}: {ticket}");
    }
    assert!(!page.body.contains("upstream"), "{}", page.body);
}

#[tokio::test]
async fn a_created_tenant_keeps_the_ids_of_its_answer() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let page = onboard(&mut browser, WINGTIP).await;
    let said = text(&page);
    for words in ["MS-CV: ", "Status: 201", "Sent last (UTC): ", "Customer ID: "] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
