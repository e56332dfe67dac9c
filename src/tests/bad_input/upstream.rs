//! B8: made-up answers of Partner Center and of Entra ID: to the client alone, and to a portal at which people work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reseller_portal::{
    clock::Ambient,
    domain::{AddressParts, CountryRules, NewCustomerForm},
    partner_center::{CallIds, Effort, PartnerCenter, Patience},
    simulator::SimulatorOptions,
};
use secrecy::SecretString;
use serde_json::json;
use sqlx::Row;

use super::{
    Trial,
    hostile_upstream::{CHANGES, Change, Honest, HostileUpstream, SCRIPT},
};
use crate::{
    browser::{Browser, Page},
    support::{ADELE, FIRST_UP, World, approve, domain_question, fill_in, wingtip_with},
};

const ID: &str = "d628adbe-b7ee-412e-ac55-58f22b4ba2f4";

/// Every operation, with the document that answers it.
const OPERATIONS: [(&str, &str); 17] = [
    ("create", "create_for_reseller.response.json"),
    ("repeat", "create_for_reseller.response.json"),
    ("customer", "customer.json"),
    ("details", "customer.json"),
    ("validation", "validation_status.json"),
    ("page", "customers_page_1.json"),
    ("by domain", "customers_page_2.json"),
    ("resellers", "relationships.json"),
    ("customer resellers", "customer_relationships.json"),
    ("address", "address_street_partial.json"),
    ("domain", "customer.json"),
    ("rules", "country_rules_us.json"),
    ("profile", "organization_profile.json"),
    ("template", "agreement_templates.json"),
    ("document", "agreement_document.json"),
    ("audit", "audit_records.json"),
    ("request", "relationship_request.json"),
];

/// The client, which tries once and does not wait long.
fn client(origin: &str) -> PartnerCenter {
    let effort = Effort {
        deadline: Duration::from_secs(5),
        attempts: 1,
        total: Duration::from_secs(5),
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(1),
        longest_retry_after: Duration::from_millis(1),
    };
    let patience = Patience { read: effort.clone(), create: effort.clone(), repeat: effort };
    let http = reseller_portal::http::client("test").unwrap();
    PartnerCenter::new(http, origin.parse().unwrap(), Ambient::system()).with_patience(patience)
}

/// Makes one call; answers whether it came to something, and what its failure would say in a log.
async fn call(client: &PartnerCenter, operation: &str) -> Result<(), String> {
    let token = SecretString::from("token");
    let (customer, ids) =
        (ID.parse().unwrap(), CallIds { request_id: ID.parse().unwrap(), correlation_id: ID.parse().unwrap() });
    let us = "US".parse().unwrap();
    let form: NewCustomerForm = serde_json::from_value(
        wingtip_with(&[("domain", "WingtipToys678152504")])
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    )
    .unwrap();
    let wingtip = form.parse(&CountryRules::built_in(&us)).unwrap();
    let since = "2026-11-20T12:00:00Z".parse().unwrap();
    let none = |error: reseller_portal::partner_center::PartnerCenterError| error.to_string();
    match operation {
        "create" => client.create_customer(&token, &ids, &wingtip, "onmicrosoft.com").await.map(drop).map_err(none),
        "repeat" => {
            client.repeat_create_customer(&token, &ids, &wingtip, "onmicrosoft.com").await.map(drop).map_err(none)
        }
        "customer" => client.customer(&token, &customer).await.map(drop).map_err(none),
        "details" => client.customer_details(&token, &customer).await.map(drop).map_err(none),
        "validation" => client.validation_status(&token, &customer).await.map(drop).map_err(none),
        "page" => client.customers_page(&token, None).await.map(drop).map_err(none),
        "by domain" => client.customers_by_domain(&token, "wingtip").await.map(drop).map_err(none),
        "resellers" => client.resellers(&token).await.map(drop).map_err(none),
        "customer resellers" => client.customer_resellers(&token, &customer).await.map(drop).map_err(none),
        "address" => {
            drop(client.check_address(&token, &AddressParts::default()).await);
            Ok(())
        }
        "domain" => {
            client.domain_availability(&token, "wingtiptoys.onmicrosoft.com").await;
            Ok(())
        }
        "rules" => client.country_rules(&token, &us).await.map(drop).map_err(none),
        "profile" => client.organization_profile(&token).await.map(drop).map_err(none),
        "template" => client.agreement_template(&token).await.map(drop).map_err(none),
        "document" => client.agreement_document(&token, ID, "en", "US").await.map(drop).map_err(none),
        "audit" => client.all_added_customers(&token, since).await.map(drop).map_err(none),
        "request" => {
            client.relationship_request(&token, Some(&FIRST_UP.parse().unwrap())).await.map(drop).map_err(none)
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_of_partner_center_is_too_much_for_its_client() {
    let trial = Trial::begin("no_answer_of_partner_center_is_too_much_for_its_client");
    let mut dice = trial.dice();
    let upstream = HostileUpstream::start(dice.fork()).await;
    let client = client(&upstream.origin);
    let bodies = OPERATIONS
        .map(|(operation, file)| (operation, std::fs::read(format!("src/partner_center/fixtures/{file}")).unwrap()));
    let count = trial.size(5_000, 510);
    let (mut understood, mut own_documents) = (0, Vec::new());
    for at in 0..count {
        let (operation, body) = &bodies[at % bodies.len()];
        let status = if matches!(*operation, "create" | "repeat") { 201 } else { 200 };
        upstream.says(Honest { status, headers: "Content-Type: application/json\r\n".to_owned(), body: body.clone() });
        let change = (at >= bodies.len()).then(|| CHANGES[(at / bodies.len()) % CHANGES.len()]);
        upstream.changes(move |_, _| change);
        let outcome = tokio::time::timeout(Duration::from_secs(8), call(&client, operation)).await.expect("no hang");
        if change.is_none() {
            own_documents.push((*operation, outcome.clone()));
        }
        understood += usize::from(outcome.is_ok());
        if let Err(said) = outcome {
            // A code, which is made fit for a page, is all that is kept of what a refusal says.
            assert!(!said.contains(['<', '>']), "{operation} {change:?}: {said}");
        }
    }
    assert!(own_documents.iter().all(|(_, outcome)| outcome.is_ok()), "not understood: {own_documents:#?}");
    assert_eq!(own_documents.len(), bodies.len());
    assert_eq!(upstream.followed(), 0, "a redirect was followed");
    eprintln!("{understood} of {count} came to something");
    trial.end(count, "answers to the client");
}

/// A portal whose every call goes through a hostile upstream, which is honest for now.
async fn surrounded(trial: &Trial) -> (World, HostileUpstream) {
    let upstream = HostileUpstream::start(trial.dice()).await;
    // The world starts with a portal that nobody has to do with; it asks nothing by itself.
    let options = SimulatorOptions { public_origin: Some(upstream.origin.clone()), ..SimulatorOptions::for_tests() };
    let settings = [("PORTAL_RATE_FACTOR", "100000"), ("PORTAL_CREATES_PER_DAY_PERSON", "100000")];
    let world = World::set_with(options, &settings).await;
    upstream.stands_before(world.simulator.address());
    (world, upstream)
}

/// Is no fault of ours, and shows nothing as it came.
fn is_clean(page: &Page, about: &str) {
    assert!(!page.body.contains("<script>hostile"), "{about}: {}", page.body);
    assert_ne!(page.status.as_u16(), 500, "{about}: {}", page.body);
    assert!(
        page.headers.values().all(|value| !String::from_utf8_lossy(value.as_bytes()).contains("<script>")),
        "{about}"
    );
}

/// Starts an onboarding, the answer to whose create is changed; answers its address.
async fn create(browser: &mut Browser, number: usize) -> String {
    let (name, domain) = (format!("Hostile {number}"), format!("hostile{number}"));
    let review = fill_in(browser, &wingtip_with(&[("company_name", &name), ("domain", &domain)])).await;
    assert!(review.url.path().ends_with("/review"), "{}", review.body);
    approve(browser, &review).await.url.path().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_onboarding_with_a_made_up_answer_parks_with_its_request_id() {
    let trial = Trial::begin("an_onboarding_with_a_made_up_answer_parks_with_its_request_id");
    let (world, upstream) = surrounded(&trial).await;
    let mut browser = world.browser_of(ADELE).await;
    let count = trial.size(500, 15);
    let at = Arc::new(AtomicUsize::new(0));
    let mut paths = Vec::new();
    for number in 0..count {
        let change = CHANGES[number % CHANGES.len()];
        let of_this = Arc::clone(&at);
        let before = at.load(Ordering::SeqCst);
        upstream.changes(move |method, path| {
            let is_create = method == "POST" && path.ends_with("/v1/customers");
            is_create.then(|| {
                of_this.fetch_add(1, Ordering::SeqCst);
                change
            })
        });
        paths.push((create(&mut browser, number).await, change));
        // The create has been answered once with this change, and is repeated with whatever comes then.
        let answered = async {
            while at.load(Ordering::SeqCst) == before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), answered).await.expect("the create is sent");
    }
    // The last of them have tried three times.
    let database = world.open_database().await;
    for _ in 0..400 {
        let sql = "SELECT COUNT(*) FROM onboarding WHERE state IN ('submitted', 'sending')";
        let sending: i64 = sqlx::query(sql).fetch_one(database.read()).await.unwrap().get(0);
        if sending == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    upstream.changes(|_, _| None);
    let mut states = std::collections::BTreeMap::new();
    for (path, change) in &paths {
        let id = path.split('/').nth(2).unwrap();
        let row = sqlx::query("SELECT state, request_id, company_name FROM onboarding WHERE id = $1").bind(id);
        let row = row.fetch_one(database.read()).await.unwrap();
        let (state, request_id): (String, String) = (row.get("state"), row.get("request_id"));
        let page = browser.get(path).await;
        is_clean(&page, &format!("{change:?} {state}"));
        assert_eq!(page.status, 200, "{change:?} {state}");
        assert!(page.body.contains(&request_id), "{change:?} {state}: its request id is on the page");
        *states.entry(state).or_insert(0) += 1;
        is_clean(&browser.get(&format!("{path}/progress")).await, "progress");
    }
    for path in ["/", "/customers", "/resellers", "/audit", "/settings", "/customers/export.csv"] {
        is_clean(&browser.get(path).await, path);
    }
    let ledger = world.simulator.ledger();
    let made = ledger.customers.len();
    let domains: std::collections::BTreeSet<_> = ledger.customers.iter().map(|made| made.domain.clone()).collect();
    assert_eq!(domains.len(), made, "no tenant twice");
    assert_eq!(upstream.followed(), 0, "a redirect was followed");
    database.close().await;
    eprintln!("{states:?}, {made} tenants");
    trial.end(count, "onboardings");
}

/// Asks one thing of the portal that it asks Partner Center; what is wrong with the answer is none of the person's business.
async fn ask(mut browser: Browser, number: usize) {
    let address = json!({ "address": { "address_line1": "One Microsoft Way", "address_line2": "", "city": "Redmond",
        "state": "WA", "postal_code": "98052", "country": "US" } });
    let company = json!({ "question": { "company_name": format!("Wingtip {number}"), "email": "a@wingtip.example",
        "prefix": "wingtip", "reseller_id": "", "draft": "" } });
    let country = ["US", "DE", "PT", "JP"][number % 4];
    let asked = [
        ("/api/check-domain", domain_question(&format!("hostile{number}"))),
        ("/api/check-address", address),
        ("/api/check-reseller", json!({ "reseller": FIRST_UP })),
        ("/api/country-rules", json!({ "country": country })),
        ("/api/find-tenant", company),
    ];
    if let Some((path, question)) = asked.get(number % 7) {
        let answer = browser.call(path, question).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    } else if number % 7 == 5 {
        is_clean(&browser.get("/resellers").await, "resellers");
    } else {
        let page = fill_in(&mut browser, &wingtip_with(&[("domain", &format!("hostile{number}"))])).await;
        is_clean(&page, "the form");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_with_a_made_up_answer_is_one_that_could_not_be_made() {
    let trial = Trial::begin("a_check_with_a_made_up_answer_is_one_that_could_not_be_made");
    let (world, upstream) = surrounded(&trial).await;
    let browser = world.browser_of(ADELE).await;
    let count = trial.size(5_000, 63);
    let answered = Arc::new(AtomicUsize::new(0));
    let of_all = Arc::clone(&answered);
    upstream.changes(move |_, path| {
        path.starts_with("/v1/").then(|| CHANGES[of_all.fetch_add(1, Ordering::SeqCst) % CHANGES.len()])
    });
    // Most of a check is the pauses between its attempts.
    for batch in (0..count).collect::<Vec<_>>().chunks(63) {
        let asking = batch.iter().map(|number| tokio::spawn(ask(browser.clone(), *number))).collect::<Vec<_>>();
        for one in asking {
            one.await.unwrap();
        }
    }
    assert_eq!(upstream.followed(), 0, "a redirect was followed");
    let answered = answered.load(Ordering::SeqCst);
    // What was asked a moment ago is not asked again.
    assert!(answered * 2 > count, "{answered}");
    trial.end(answered, "answers to checks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_a_made_up_answer_is_none() {
    let trial = Trial::begin("a_sign_in_with_a_made_up_answer_is_none");
    let (world, upstream) = surrounded(&trial).await;
    let count = trial.size(500, 45);
    let (mut signed_in, mut portal) = (0, world.url.clone());
    for number in 0..count {
        let (change, end) =
            (CHANGES[number % CHANGES.len()], ["/token", "/keys", "/openid-configuration"][number / CHANGES.len() % 3]);
        if end != "/token" {
            // What is known of the authority is kept for a day: a portal that does not know it yet.
            portal = world.start_portal().await;
        }
        upstream.changes(move |_, path| path.split('?').next().unwrap_or_default().ends_with(end).then_some(change));
        let mut browser = world.browser().at(&portal);
        let page = browser.sign_in(ADELE).await;
        is_clean(&page, &format!("{end} {change:?}"));
        assert_eq!(page.url.origin(), portal.origin(), "{end} {change:?}: {}", page.url);
        assert_eq!(page.status, 200, "{end} {change:?}: {}", page.body);
        assert!(!page.body.contains("hostile()"), "{end} {change:?}: {}", page.body);
        if page.url.path() == "/" {
            signed_in += 1;
            // Only where the change leaves a whole and true answer.
            let harmless = [
                Change::Informational,
                Change::Headers,
                Change::OtherShape,
                Change::Mutated,
                Change::Marks,
                Change::OtherStatus,
                Change::WrongLength,
                Change::NoText,
                Change::Huge,
                Change::Markup,
            ];
            assert!(harmless.contains(&change), "signed in with {end} {change:?}");
            assert!(page.body.contains("Adele"), "{}", page.body);
        }
    }
    assert_eq!(upstream.followed(), 0, "a redirect was followed");
    assert!(!SCRIPT.is_empty());
    eprintln!("{signed_in} of {count} were signed in all the same");
    trial.end(count, "sign-ins");
}
