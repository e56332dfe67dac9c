use std::time::Duration;

use axum::body::Body;
use http::Request;

use super::*;
use crate::simulator::{
    AddressAnswers, FIRST_UP,
    entra::claims,
    partner_center::{CountryRules, is_company_name},
};

const RESELLERS: &str = "/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf";

#[tokio::test]
async fn tokens_are_checked() {
    let simulator = start().await;
    let with_audience = |audience: &str| {
        let person = crate::simulator::people::by_upn("adele@tailwind.example").unwrap();
        let claims = claims::access_token_of_person(&simulator.simulation, person, audience);
        simulator.simulation.signing_key().sign(&claims).unwrap()
    };
    let token = |upn: &str| simulator.access_token(upn).unwrap();
    for (token, refusal) in [
        (String::new(), (401, 0)),
        ("nonsense".to_owned(), (401, 0)),
        (format!("{}x", token("adele@tailwind.example")), (401, 0)),
        (with_audience("https://graph.windows.net"), (401, 900_420)),
        (token("lidia@tailwind.example"), (401, 900_421)),
        (token("irvin@tailwind.example"), (403, 900_308)),
        (token("megan@firstup.example"), (403, 1002)),
        (simulator.app_only_token().unwrap(), (403, 900_329)),
    ] {
        assert_eq!(Client::with_token(&simulator, token).get(RESELLERS).await.refusal(), refusal);
    }
    let unsent = send(&simulator.router(), Request::get(RESELLERS).body(Body::empty()).unwrap()).await;
    assert_eq!(unsent.status, 401);
    let support = Client::of(&simulator, "grady@tailwind.example");
    assert!(support.get(RESELLERS).await.status.is_success());
    let create = support.create(&request_id(1), &documented_create_for_a_reseller()).await;
    assert_eq!(create.refusal(), (403, 900_150));
    let app = Client::with_token(&simulator, simulator.app_only_token().unwrap());
    let create = app.create(&request_id(1), &documented_create_for_a_reseller()).await;
    assert_eq!(create.refusal(), (403, 900_329));
}

#[tokio::test]
async fn a_token_expires_and_dies_with_its_key() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    assert_eq!(client.get(RESELLERS).await.status, 200);
    simulator.clock().advance(Duration::from_hours(1));
    assert_eq!(client.get(RESELLERS).await.status, 401);
    let client = Client::adele(&simulator);
    assert_eq!(client.get(RESELLERS).await.status, 200);
    simulator.rotate_signing_key().unwrap();
    assert_eq!(client.get(RESELLERS).await.status, 401);
}

#[tokio::test]
async fn the_resellers_begin_with_the_documented_ones() {
    let simulator = start().await;
    let list = Client::adele(&simulator).get(RESELLERS).await.json();
    let documented = json!([
        {"id":"484e548c-f5f3-4528-93a9-c16c6373cb59","name":"First Up Consultants","relationshipType":"is_indirect_cloud_solution_provider_of","state":"Active","mpnId":"4847383","location":"US","attributes":{"objectType":"PartnerRelationship"}},
        {"id":"b01b1487-b36e-4e6d-9b5e-0b58974c4b28","name":"ReleCloud","relationshipType":"is_indirect_cloud_solution_provider_of","state":"Active","mpnId":"4847433","location":"BR","attributes":{"objectType":"PartnerRelationship"}}
    ]);
    let items = list["items"].as_array().unwrap();
    assert_eq!(json!(items[..2]), documented);
    assert_eq!(list["totalCount"], items.len());
    assert!(items.iter().any(|item| item["state"] != "Active"));
}

#[tokio::test]
async fn a_world_can_hold_ten_thousand_resellers() {
    let simulator = start().await;
    simulator.load_world(Some(10_000), Some(1_000));
    let client = Client::adele(&simulator);
    let list = client.get(RESELLERS).await.json();
    let items = list["items"].as_array().unwrap();
    let different = |name: &str| {
        items.iter().map(|item| item[name].as_str().unwrap()).collect::<std::collections::HashSet<_>>().len()
    };
    assert_eq!((items.len(), different("id"), different("name")), (10_000, 10_000, 10_000));
    simulator.reset();
    assert!(client.get(RESELLERS).await.json()["totalCount"].as_u64().unwrap() < 20);
}

#[tokio::test]
async fn a_domain_is_taken_free_or_not_a_domain() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    for (domain, status) in [("Contoso.onmicrosoft.com", 200), ("nobodyhasthis.onmicrosoft.com", 404), ("contoso", 400)]
    {
        let reply = client.send(Method::HEAD, &format!("/v1/domains/{domain}"), &[], None).await;
        assert_eq!((reply.status.as_u16(), reply.body.len()), (status, 0), "{domain}");
        assert_ne!(reply.header("ms-cv"), "");
    }
}

#[test]
fn every_listed_country_has_rules_and_every_pattern_can_be_read() {
    assert_eq!(CountryRules::all().count(), 248);
    for (iso2, rules) in CountryRules::all() {
        let body = rules.body();
        assert_eq!(body["iso2Code"], iso2);
        assert!(!rules.cultures.is_empty(), "{iso2}");
        assert_eq!(body["isStateRequired"] == true, !rules.states.is_empty(), "{iso2}");
        assert_eq!(body.get("postalCodeRegex").is_some(), rules.postal_code.is_some(), "{iso2}");
        assert_eq!(body.get("phoneNumberRegex").is_some(), rules.phone.is_some(), "{iso2}");
    }
    let required = CountryRules::all().filter(|(_, rules)| rules.registration_number.is_some()).count();
    assert_eq!(required, 24);
}

#[test]
fn the_data_file_marks_what_is_derived_and_stays_small() {
    let text = include_str!("../data/countries.json");
    assert!(text.len() < 300_000);
    let entries: Value = serde_json::from_str(text).unwrap();
    let recorded: Vec<&str> = entries
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, entry)| entry["derived"] != true)
        .map(|(iso2, _)| iso2.as_str())
        .collect();
    assert_eq!(recorded, ["CN", "DE", "GB", "PT", "US"]);
}

#[tokio::test]
async fn recorded_rules_come_as_they_were_recorded() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let portugal = client.get("/v1/countryvalidationrules/PT").await.json();
    assert_eq!(portugal["supportedLanguagesList"], json!(["en", "pt-PT"]));
    assert_eq!(portugal["taxIdSample"], "PT980152267");
    assert_eq!(client.get("/v1/countryvalidationrules/us").await.json()["iso2Code"], "US");
    assert_eq!(client.get("/v1/countryvalidationrules/UK").await.status, 404);
}

#[tokio::test]
async fn the_addresses_of_the_sample_have_their_documented_results() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let cases = [
        (["1 Microsoft Way", "Redmond", "WA", "98052", "US"], "VerifiedShippable", 1),
        (["1 Microsoft Way", "Redmond", "WA", "98052-8300", "US"], "Verified", 1),
        (["1 Microsoft Way", "Seattle", "WA", "98052", "US"], "InteractionRequired", 1),
        (["Microsoft Way", "Redmond", "WA", "98052", "US"], "StreetPartial", 1),
        (["3 Microsoft Way", "Redmond", "WA", "98052", "US"], "PremisesPartial", 2),
        (["1 Microsoft Way", "Seattle", "WA", "98055", "US"], "None", 0),
        (["1 Microsoft Way", "Redmond", "WA", "98052", ""], "NotValidated", 0),
        (["1 Strada Dacia", "Bulboac", "Anenii Noi", "6512", "MD"], "Multiple", 3),
        (["Am Wall 12", "Bremen", "", "28195", "DE"], "VerifiedShippable", 1),
        (["Am Wall", "Bremen", "", "28195", "DE"], "StreetPartial", 3),
        (["Am Wall 12", "Bremen", "", "2819", "DE"], "None", 0),
        (["2 Main Street", "Boise", "ZZ", "83702", "US"], "None", 0),
    ];
    for ([line, city, state, postal_code, country], status, suggestions) in cases {
        let body = json!({
            "AddressLine1": line, "City": city, "State": state, "PostalCode": postal_code, "Country": country
        });
        let answer = client.post("/v1/validations/address", &body).await.json();
        assert_eq!(answer["status"], status, "{body}");
        assert_eq!(answer["suggestedAddresses"].as_array().unwrap().len(), suggestions, "{body}");
        let is_fine = status.starts_with("Verified");
        assert_eq!(answer.get("validationMessage").is_none(), is_fine, "{body}");
    }
}

#[tokio::test]
async fn the_address_check_can_answer_as_before_2021() {
    let simulator = start_with(|options| options.addresses = AddressAnswers::Before2021).await;
    let client = Client::adele(&simulator);
    let body = |line: &str| json!({ "AddressLine1": line, "City": "Redmond", "State": "WA", "PostalCode": "98052", "Country": "US" });
    let good = client.post("/v1/validations/address", &body("1 Microsoft Way")).await;
    assert_eq!((good.status.as_u16(), good.body.len()), (200, 0));
    let bad = client.post("/v1/validations/address", &body("Microsoft Way")).await;
    assert_eq!(bad.refusal(), (400, 2007));
    assert!(bad.text().contains("corrected_address"), "{}", bad.text());
}

#[tokio::test]
async fn a_relationship_is_asked_for_by_a_link_that_can_name_an_active_reseller() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let path = "/v1/customers/relationshiprequests";
    let link = client.get(path).await.json();
    assert_eq!(
        link["url"],
        "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship\
         &partnerId=a1b2c3d4-0000-4000-8000-00000000c0de&msppId=0&DAP=false#/BillingAccounts/partner-invitation"
    );
    assert_eq!(link["attributes"]["objectType"], "RelationshipRequest");
    let named = client.get(&format!("{path}?indirectResellerId={FIRST_UP}")).await.json();
    assert!(named["url"].as_str().unwrap().contains(&FIRST_UP.to_string()), "{named}");
    let stranger = client.get(&format!("{path}?indirectResellerId=0193b0a0-0000-7000-8000-000000000000")).await;
    assert_eq!(stranger.refusal(), (400, 3000));
    let app = Client::with_token(&simulator, simulator.app_only_token().unwrap());
    assert_eq!(app.get(path).await.refusal(), (403, 900_329));
}

#[tokio::test]
async fn the_gateway_does_not_know_other_paths_nor_other_cases() {
    let simulator = start().await;
    for path in ["/v1/nothing", "/v1/Customers", "/customers"] {
        let reply = Client::adele(&simulator).get(path).await;
        assert_eq!(reply.status, 404);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body, json!({ "statusCode": 404, "message": "Resource not found" }));
        assert_eq!(reply.header("ms-requestid"), "");
    }
}

#[tokio::test]
async fn the_list_has_pages_that_are_continued_by_a_header() {
    let simulator = start().await;
    simulator.load_world(None, Some(7));
    let client = Client::adele(&simulator);
    let first = client.get("/v1/customers?size=3").await.json();
    assert_eq!(first["totalCount"], 3);
    let mut seen: Vec<Value> = first["items"].as_array().unwrap().clone();
    let mut links = first["links"].clone();
    while let Some(next) = links.get("next") {
        let path = format!("/v1{}", next["uri"].as_str().unwrap());
        let header = &next["headers"][0];
        let headers = [(header["key"].as_str().unwrap(), header["value"].as_str().unwrap())];
        let page = client.send(Method::GET, &path, &headers, None).await.json();
        seen.extend(page["items"].as_array().unwrap().clone());
        links = page["links"].clone();
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen[6].get("billingProfile"), None);
    assert_eq!(client.get("/v1/customers?seekOperation=Next").await.refusal(), (400, 3000));
}

#[tokio::test]
async fn the_list_is_filtered_by_name_domain_and_reseller() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let filtered = async |field: &str, value: &str, operator: &str| {
        let filter = json!({ "Field": field, "Value": value, "Operator": operator }).to_string();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("size", "0")
            .append_pair("filter", &filter)
            .finish();
        client.get(&format!("/v1/customers?{query}")).await
    };
    assert_eq!(filtered("Domain", "COHO", "starts_with").await.json()["totalCount"], 1);
    assert_eq!(filtered("CompanyName", "graphic", "starts_with").await.json()["totalCount"], 1);
    assert_eq!(filtered("IndirectReseller", &FIRST_UP.to_string(), "starts_with").await.json()["totalCount"], 2);
    assert_eq!(filtered("Domain", "coho", "substring").await.refusal(), (400, 3000));
    assert_eq!(filtered("Email", "coho", "starts_with").await.refusal(), (400, 3000));
}

#[tokio::test]
async fn the_agreement_of_a_reseller_is_looked_up_by_one_id() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let path = "/v1/compliance/csp/agreementstatus";
    for query in ["tenantId=484e548c-f5f3-4528-93a9-c16c6373cb59", "mpnId=4847383"] {
        assert_eq!(client.get(&format!("{path}?{query}")).await.json()["isAgreementSigned"], true);
    }
    let resellers = client.get(RESELLERS).await.json();
    let unsigned = resellers["items"].as_array().unwrap().iter().find(|item| item["name"] == "Fabrikam Residences");
    let by_tenant = format!("tenantId={}", unsigned.unwrap()["id"].as_str().unwrap());
    let by_mpn = format!("mpnId={}", unsigned.unwrap()["mpnId"].as_str().unwrap());
    for (query, code) in [
        ("", 2001),
        ("mpnId=1&tenantId=2", 2000),
        ("mpnId=abc", 2000),
        ("tenantId=abc", 2000),
        ("mpnId=1", 2200),
        ("tenantId=00000000-0000-4000-8000-000000000000", 2205),
        (by_mpn.as_str(), 2203),
        (by_tenant.as_str(), 2206),
    ] {
        assert_eq!(client.get(&format!("{path}?{query}")).await.refusal(), (400, code), "{query}");
    }
}

#[tokio::test]
async fn everything_about_a_customer_can_be_read() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let id = client.create(&request_id(1), &documented_create_for_a_reseller()).await.json()["id"].clone();
    let base = format!("/v1/customers/{}", id.as_str().unwrap());
    let get = async |path: &str| client.get(&format!("{base}{path}")).await.json();
    assert_eq!(get("/profiles/company").await["companyName"], "Wingtip Toys678152504");
    assert_eq!(get("/profiles/billing").await["defaultAddress"]["state"], "WA");
    assert_eq!(get("/validationStatus?type=account").await["status"], "Allowed");
    assert_eq!(get("/agreements").await["totalCount"], 0);
    assert_eq!(client.get("/v1/customers/nonsense").await.refusal(), (400, 3000));
    let users = get("/users").await;
    assert_eq!(users["items"][0]["userPrincipalName"], "admin@WingtipToys678152504.onmicrosoft.com");
    let reset = format!("{base}/users/{}/resetpassword", users["items"][0]["id"].as_str().unwrap());
    let body = json!({ "passwordProfile": { "password": "N3w-passw0rd", "forceChangePassword": true } });
    let answer = client.send(Method::PATCH, &reset, &[], Some(&body)).await.json();
    assert_eq!(answer["passwordProfile"]["password"], "N3w-passw0rd");
}

#[tokio::test]
async fn an_agreement_is_confirmed_once_for_a_contact() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let id = client.create(&request_id(1), &documented_create_for_a_reseller()).await.json()["id"].clone();
    let path = format!("/v1/customers/{}/agreements", id.as_str().unwrap());
    let mut body = json!({
        "primaryContact": { "firstName": "Ines", "lastName": "Kramer", "email": "office@northwindbakery.example" },
        "templateId": "117a77b0-9360-443b-8795-c6dedc750cf9",
        "dateAgreed": "2026-02-03T00:00:00.000Z",
        "type": "MicrosoftCustomerAgreement"
    });
    assert_eq!(client.post(&path, &body).await.status, 201);
    let again = client.post(&path, &body).await;
    assert_eq!(again.refusal(), (409, 600_061));
    assert!(again.text().contains("\"isRetryable\":false"));
    body["primaryContact"]["lastName"] = json!("Soto");
    assert_eq!(client.post(&path, &body).await.status, 201);
    body["dateAgreed"] = json!("2999-01-01T00:00:00Z");
    assert_eq!(client.post(&path, &body).await.refusal(), (400, 3000));
}

#[tokio::test]
async fn an_audit_record_tells_of_the_create_but_not_of_the_password() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let created = client.create(&request_id(1), &documented_create_for_a_reseller()).await.json();
    let records = client.get("/v1/auditrecords").await.json();
    let record = &records["items"][0];
    assert_eq!(record["operationType"], "add_customer");
    assert_eq!(record["customerId"], created["id"]);
    assert_eq!(record["userPrincipalName"], "adele@tailwind.example");
    let new_value: Value = serde_json::from_str(record["resourceNewValue"].as_str().unwrap()).unwrap();
    assert_eq!(new_value["UserCredentials"]["Password"], "");
    assert_eq!(client.get("/v1/auditrecords?startDate=2020-01-01").await.refusal(), (400, 3000));
}

#[tokio::test]
async fn the_provider_tells_about_itself() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    assert_eq!(client.get("/v1/profiles/organization").await.json()["companyName"], "Tailwind Traders");
    assert_eq!(client.get("/v1/profiles/legalbusiness").await.json()["vettingStatus"], "authorized");
    assert_eq!(client.get("/v1/profiles/mpn?mpnId=4847433").await.json()["partnerName"], "ReleCloud");
    assert_eq!(client.get("/v1/profiles/mpn?mpnId=1").await.refusal(), (404, 3000));
    assert_eq!(client.get("/v1/profiles/billing").await.json()["billingCurrency"], "USD");
    assert_eq!(client.get("/v1/profiles/support").await.status, 200);
    let probe = client.send(Method::GET, "/v1/profiles/mpn", &[("ValidateMfa", "true")], None).await;
    assert_eq!(probe.header("ismfacompliant"), "true");
}

#[test]
fn company_names_follow_the_rules_of_the_portal() {
    for name in ["Wingtip Toys", "3M", "Northwind Bakery GmbH", "\u{5fae}\u{8f6f}", "Munson's Pickles & Preserves"] {
        assert!(is_company_name(name), "{name}");
    }
    for name in ["", "A", "  ", "!!", "--", "LLC", "Inc.", "aaa", "A B C", "two\nlines", &"x y".repeat(100)] {
        assert!(!is_company_name(name), "{name}");
    }
}
