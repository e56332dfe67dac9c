use std::{collections::HashSet, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::simulator::{FIRST_UP, Fault, FaultKind, Operation, Pace};

/// Changes one place of the documented request.
fn changed(pointer: &str, value: Value) -> Value {
    let mut body = documented_create_for_a_reseller();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

fn with_domain(prefix: &str) -> Value {
    changed("/CompanyProfile/Domain", json!(format!("{prefix}.onmicrosoft.com")))
}

#[tokio::test]
async fn the_documented_request_for_a_reseller_brings_the_documented_answer() {
    let simulator = start().await;
    let reply = Client::adele(&simulator).create(&request_id(1), &documented_create_for_a_reseller()).await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("ms-requestid"), request_id(1));
    assert_eq!(reply.header("ms-correlationid"), "5b1f7d1b-0d6b-4f6b-8a52-3f4b1d3c2b10");
    assert_eq!(reply.header("ms-cv").len(), 18);
    let customer = reply.json();
    let id = customer["id"].clone();
    let expected = json!({
        "id": id,
        "commerceId": id,
        "companyProfile": {
            "tenantId": id,
            "domain": "WingtipToys678152504.onmicrosoft.com",
            "companyName": "Wingtip Toys678152504",
            "links": { "self": {
                "uri": format!("/customers/{}/profiles/company", id.as_str().unwrap()), "method": "GET", "headers": []
            } },
            "attributes": { "objectType": "CustomerCompanyProfile" }
        },
        "billingProfile": {
            "id": customer["billingProfile"]["id"],
            "email": "Gena@wingtiptoys.com",
            "culture": "en-US",
            "language": "En",
            "companyName": "Wingtip Toys678152504",
            "defaultAddress": {
                "country": "US",
                "city": "Redmond",
                "state": "WA",
                "addressLine1": "One Microsoft Way",
                "postalCode": "98052",
                "firstName": "Gena",
                "lastName": "Soto",
                "phoneNumber": "4255550101"
            },
            "attributes": {
                "etag": customer["billingProfile"]["attributes"]["etag"], "objectType": "CustomerBillingProfile"
            }
        },
        "relationshipToPartner": "reseller",
        "userCredentials": { "userName": "admin", "password": "0Krha*Io" },
        "associatedPartnerId": "484e548c-f5f3-4528-93a9-c16c6373cb59",
        "attributes": { "objectType": "Customer" }
    });
    assert_eq!(customer, expected);
}

#[tokio::test]
async fn the_documented_request_for_a_direct_customer_brings_the_documented_answer() {
    let simulator = start().await;
    let client = Client::with_token(&simulator, simulator.app_only_token().unwrap());
    let customer = client.create(&request_id(1), &documented_direct_create()).await.json();
    assert_eq!(customer["relationshipToPartner"], "none");
    assert_eq!(customer["companyProfile"].get("companyName"), None);
    assert_eq!(customer["billingProfile"]["defaultAddress"]["phoneNumber"], "");
    assert_ne!(customer["commerceId"], customer["id"]);
    assert_eq!(customer.get("associatedPartnerId"), None);
}

#[tokio::test]
async fn the_first_two_passwords_are_the_documented_ones_and_the_rest_are_awkward() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let mut passwords = Vec::new();
    for number in 0..40 {
        let reply = client.create(&request_id(number), &with_domain(&format!("customer{number}"))).await;
        passwords.push(reply.json()["userCredentials"]["password"].as_str().unwrap().to_owned());
    }
    assert_eq!(passwords[..2], ["0Krha*Io", "=;;n.=s9Z"]);
    assert!(passwords.iter().all(|password| (8..=9).contains(&password.len())));
    assert_eq!(passwords.iter().collect::<HashSet<_>>().len(), passwords.len());
    let all = passwords.concat();
    assert!(['<', '&', '"', '\''].iter().all(|sign| all.contains(*sign)), "{all}");
    let told: Vec<String> = simulator.ledger().customers.into_iter().map(|entry| entry.password).collect();
    assert_eq!(told, passwords);
}

#[tokio::test]
async fn canary_passwords_can_be_asked_for() {
    let simulator = start_with(|options| options.passwords = PasswordStyle::Canary).await;
    let customer = Client::adele(&simulator).create(&request_id(1), &with_domain("canary")).await.json();
    assert!(customer["userCredentials"]["password"].as_str().unwrap().starts_with("PCPW-"));
}

#[tokio::test]
async fn the_same_seed_brings_the_same_tenant() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let simulator = start().await;
        ids.push(Client::adele(&simulator).create(&request_id(1), &with_domain("same")).await.json()["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn on_the_wire_the_mark_comes_first_and_the_content_length_counts_it() {
    let simulator = start().await;
    let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
    let request = format!(
        "GET /v1/countryvalidationrules/us HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
        simulator.access_token("adele@tailwind.example").unwrap()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end_of_head = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let head = String::from_utf8(answer[..end_of_head].to_vec()).unwrap().to_lowercase();
    let body = &answer[end_of_head..];
    assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
    assert!(body.starts_with(BYTE_ORDER_MARK));
}

#[tokio::test]
async fn a_repeat_with_the_same_request_id_brings_the_same_answer_and_makes_nothing() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let first = client.create(&request_id(1), &with_domain("once")).await;
    let mut other_spelling = with_domain("once");
    let billing = other_spelling["BillingProfile"].take();
    other_spelling.as_object_mut().unwrap().remove("BillingProfile");
    other_spelling["billingProfile"] = billing;
    let second = client.create(&request_id(1), &other_spelling).await;
    assert_eq!(first.body, second.body);
    let ledger = simulator.ledger();
    assert_eq!(ledger.customers.len(), 1);
    assert_eq!((ledger.customers[0].answered, ledger.customers[0].replayed), (2, 1));
}

#[tokio::test]
async fn another_body_under_the_same_request_id_is_a_conflict() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    client.create(&request_id(1), &with_domain("first")).await.json();
    assert_eq!(client.create(&request_id(1), &with_domain("second")).await.refusal().0, 409);
    assert_eq!(simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn replay_can_bring_no_password_or_a_conflict() {
    for (replay, status) in [(Replay::WithoutPassword, 201), (Replay::Conflict, 409)] {
        let simulator = start_with(|options| options.replay = replay).await;
        let client = Client::adele(&simulator);
        client.create(&request_id(1), &with_domain("once")).await.json();
        let repeat = client.create(&request_id(1), &with_domain("once")).await;
        assert_eq!(repeat.status, status);
        assert!(!repeat.text().contains("password"));
    }
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let kind = FaultKind::NoPasswordOnReplay;
    simulator.script_fault(Fault { operation: Operation::CreateCustomer, after: 0, count: 1, commit: None, kind });
    assert!(client.create(&request_id(1), &with_domain("once")).await.text().contains("password"));
    assert!(!client.create(&request_id(1), &with_domain("once")).await.text().contains("password"));
    assert!(client.create(&request_id(1), &with_domain("once")).await.text().contains("password"));
}

#[tokio::test]
async fn the_last_letter_of_a_domain_can_say_what_a_repeat_brings() {
    let simulator = start_with(|options| options.replay = Replay::AsTheDomainSays).await;
    let client = Client::adele(&simulator);
    for (number, (domain, status, has_password)) in
        (1..).zip([("alpha", 201, true), ("club", 201, false), ("disc", 409, false)])
    {
        let body = with_domain(domain);
        assert!(client.create(&request_id(number), &body).await.text().contains("password"), "{domain}");
        let repeat = client.create(&request_id(number), &body).await;
        assert_eq!((repeat.status.as_u16(), repeat.text().contains("password")), (status, has_password), "{domain}");
    }
}

#[tokio::test]
async fn its_time_can_run_faster() {
    let since = jiff::Timestamp::UNIX_EPOCH;
    let simulator = start_with(|options| options.pace = Pace { factor: 2, since }).await;
    let real = start().await;
    let twice = real.clock().unix_seconds() * 2;
    assert!((twice..twice + 20).contains(&simulator.clock().unix_seconds()));
}

#[tokio::test]
async fn many_creates_at_once_with_one_request_id_make_one_tenant() {
    let simulator = start_with(|options| {
        options.speed = Speed { create_at_least: Duration::from_millis(50), ..Speed::instant() };
    })
    .await;
    let client = Client::adele(&simulator);
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.create(&request_id(1), &with_domain("once")).await.json() })
        })
        .collect();
    let mut answers = HashSet::new();
    for call in calls {
        answers.insert(call.await.unwrap().to_string());
    }
    assert_eq!(answers.len(), 1);
    assert_eq!(simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn two_creates_of_one_domain_make_one_tenant() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    client.create(&request_id(1), &with_domain("taken")).await.json();
    let second = client.create(&request_id(2), &with_domain("TAKEN")).await;
    assert_eq!(second.refusal(), (400, 27002));
    assert!(second.text().contains("already used by another tenant"));
    assert_eq!(client.create(&request_id(3), &with_domain("contoso")).await.refusal().0, 400);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_create() {
    let simulator = start_with(|options| {
        let a_moment = Duration::from_millis(150);
        options.speed = Speed { create_at_least: a_moment, create_at_most: a_moment, ..Speed::instant() };
    })
    .await;
    let client = Client::adele(&simulator);
    let (id, body) = (request_id(1), with_domain("patience"));
    assert!(tokio::time::timeout(Duration::from_millis(20), client.create(&id, &body)).await.is_err());
    let taken = client.send(Method::HEAD, "/v1/domains/patience.onmicrosoft.com", &[], None).await;
    assert_eq!(taken.status, 200, "the domain is gone from the first moment");
    let again = client.create(&id, &body).await.json();
    assert_eq!(simulator.ledger().customers.len(), 1);
    assert_eq!(again["id"], simulator.ledger().customers[0].id.to_string());
}

#[tokio::test]
async fn a_new_customer_is_not_found_for_a_while() {
    let simulator = start_with(|options| options.speed.invisible_for = Duration::from_secs(90)).await;
    let client = Client::adele(&simulator);
    let id = client.create(&request_id(1), &with_domain("shy")).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/customers/{id}");
    assert_eq!(client.get(&path).await.refusal(), (404, 1000));
    simulator.clock().advance(Duration::from_secs(91));
    let customer = client.get(&path).await.json();
    assert_eq!(customer["companyProfile"]["domain"], "shy.onmicrosoft.com");
    assert_eq!(customer.get("userCredentials"), None);
    let resellers = client.get(&format!("{path}/relationships")).await.json();
    assert_eq!(resellers["items"][0]["id"], FIRST_UP.to_string());
}

#[tokio::test]
async fn an_undeliverable_address_burns_the_domain() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let mut body = with_domain("burnt");
    body["BillingProfile"]["Email"] = json!("gena@wingtiptoys.invalid");
    let refused = client.create(&request_id(1), &body).await;
    assert_eq!(refused.refusal(), (400, 27002));
    assert!(refused.text().contains("NotificationEmailAddress"));
    assert_eq!(client.create(&request_id(2), &with_domain("burnt")).await.refusal().0, 400);
    assert_eq!(simulator.ledger().burnt_domains, ["burnt.onmicrosoft.com"]);
    assert!(simulator.ledger().customers.is_empty());
}

#[tokio::test]
async fn bad_fields_are_refused_with_the_documented_codes() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let address = "/BillingProfile/DefaultAddress";
    let cases = [
        ("/CompanyProfile/Domain".to_owned(), json!(null), 27002),
        ("/CompanyProfile/Domain".to_owned(), json!("with-hyphen.onmicrosoft.com"), 27002),
        ("/CompanyProfile/Domain".to_owned(), json!(format!("{}.onmicrosoft.com", "a".repeat(28))), 27002),
        ("/CompanyProfile/Domain".to_owned(), json!("contoso.example"), 27002),
        ("/CompanyProfile/OrganizationRegistrationNumber".to_owned(), json!("12-34"), 600_002),
        ("/BillingProfile/CompanyName".to_owned(), json!("LLC"), 27002),
        ("/BillingProfile/Email".to_owned(), json!("gena@microsoft.com"), 27002),
        ("/BillingProfile/Email".to_owned(), json!("gena@tailwind.example"), 27002),
        ("/BillingProfile/Email".to_owned(), json!({}), 3000),
        ("/BillingProfile/Culture".to_owned(), json!("de-DE"), 27002),
        ("/BillingProfile/Language".to_owned(), json!("de"), 27002),
        (format!("{address}/Country"), json!("us"), 27002),
        (format!("{address}/Country"), json!("ZZ"), 20000),
        (format!("{address}/Country"), json!("RU"), 20000),
        (format!("{address}/Region"), json!("NA"), 27002),
        (format!("{address}/State"), json!("Washington"), 27002),
        (format!("{address}/State"), json!(null), 27002),
        (format!("{address}/City"), json!(" "), 27002),
        (format!("{address}/AddressLine1"), json!("a".repeat(201)), 27002),
        (format!("{address}/PostalCode"), json!("SW1A 1AA"), 27002),
        (format!("{address}/PhoneNumber"), json!("+14255550101"), 27002),
        ("/UserCredentials".to_owned(), json!({ "Password": "chosen" }), 27002),
        ("/AssociatedPartnerId".to_owned(), json!("not a guid"), 3000),
        ("/AssociatedPartnerId".to_owned(), json!("00000000-0000-4000-8000-000000000000"), 800_016),
    ];
    for (number, (pointer, value, code)) in (1..).zip(cases) {
        let reply = client.create(&request_id(number), &changed(&pointer, value.clone())).await;
        assert_eq!(reply.refusal(), (400, code), "{pointer} = {value}: {}", reply.text());
    }
    assert!(simulator.ledger().customers.is_empty());
    assert!(client.create(&request_id(99), &documented_create_for_a_reseller()).await.status.is_success());
}

#[tokio::test]
async fn a_refused_state_is_named_as_it_was_seen() {
    let simulator = start().await;
    let body = changed("/BillingProfile/DefaultAddress/Region", json!("NA"));
    let reply = Client::adele(&simulator).create(&request_id(1), &body).await;
    let error: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(error["data"], json!(["property_name:  StateInvalid - Details", "details:  "]));
    assert_eq!(error["source"], "PartnerFD");
}

#[tokio::test]
async fn registration_number_and_phone_are_needed_in_some_countries() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let mut body = with_domain("budapest");
    body["BillingProfile"]["Culture"] = json!("hu-HU");
    body["BillingProfile"]["Language"] = json!("hu");
    body["BillingProfile"]["DefaultAddress"] =
        json!({ "Country": "HU", "City": "Budapest", "AddressLine1": "Fő utca 1", "PostalCode": "1011" });
    let mut number = 0;
    let mut attempt = async |body: &Value| {
        number += 1;
        client.create(&request_id(number), body).await.refusal()
    };
    assert_eq!(attempt(&body).await, (400, 600_049));
    body["CompanyProfile"]["organizationRegistrationNumber"] = json!("123");
    assert_eq!(attempt(&body).await, (400, 600_050));
    body["CompanyProfile"]["organizationRegistrationNumber"] = json!("1234567890");
    assert_eq!(attempt(&body).await, (400, 600_051));
    body["BillingProfile"]["DefaultAddress"]["PhoneNumber"] = json!("+3612345678");
    assert!(client.create(&request_id(9), &body).await.status.is_success());
}

#[tokio::test]
async fn a_reseller_must_be_active_and_have_signed() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let resellers = client.get("/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf").await.json();
    let id_of = |name: &str| {
        resellers["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap()["id"].clone()
    };
    for (number, (name, refusal)) in
        (1..).zip([("Fabrikam Residences", (403, 900_123)), ("Trey Research", (400, 800_016))])
    {
        let body = changed("/AssociatedPartnerId", id_of(name));
        assert_eq!(client.create(&request_id(number), &body).await.refusal(), refusal, "{name}");
    }
    let direct = client.create(&request_id(3), &changed("/AssociatedPartnerId", json!(""))).await.json();
    assert_eq!(direct["relationshipToPartner"], "none", "an empty id makes a direct customer, without a word");
}

#[tokio::test]
async fn a_create_needs_both_ids() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let (id, body) = (request_id(1), documented_create_for_a_reseller());
    for headers in [
        &[("MS-RequestId", id.as_str())][..],
        &[("MS-CorrelationId", id.as_str())],
        &[("MS-RequestId", "not a guid"), ("MS-CorrelationId", id.as_str())],
    ] {
        let reply = client.send(Method::POST, "/v1/customers", headers, Some(&body)).await;
        assert_eq!(reply.refusal(), (400, 3000));
    }
}
