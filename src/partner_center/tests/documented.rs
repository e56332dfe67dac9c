//! Every documented body decodes, and what is sent equals the documented requests.

use secrecy::ExposeSecret;

use super::*;
use crate::domain::{
    AddressCheck, AddressParts, AddressStatus, DomainAvailability, Field, LiveCountryRules, ResellerState,
};

async fn body_of_create(customer: &NewCustomer, suffix: &str, answer: &str) -> (Value, CreatedCustomer) {
    let server = server([marked(201, answer)]).await;
    let created = client(&server.uri()).create_customer(&token(), &ids(), customer, suffix).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/v1/customers"));
    (serde_json::from_slice(&request.body).unwrap(), created)
}

#[tokio::test]
async fn create_for_a_reseller_sends_and_reads_what_is_documented() {
    let (sent, created) =
        body_of_create(&wingtip_toys(), ".onmicrosoft.com", fixture!("create_for_reseller.response.json")).await;

    let documented: Value = serde_json::from_str(fixture!("create_for_reseller.request.json")).unwrap();
    assert_eq!(sent["enableGDAPByDefault"], json!(true), "the documented example is older than this field");
    assert_eq!(as_read(&sent, &["enablegdapbydefault"]), as_read(&documented, &[]));

    assert_eq!(created.id.as_str(), "626099fe-17af-4756-9fd0-6a73b7127859");
    assert_eq!(created.user_name.as_deref(), Some("admin"));
    assert_eq!(created.password.unwrap().expose_secret(), "0Krha*Io");
    assert_eq!(created.associated_partner_id.unwrap().as_str(), "484e548c-f5f3-4528-93a9-c16c6373cb59");
}

#[tokio::test]
async fn create_of_a_direct_customer_sends_and_reads_what_is_documented() {
    let (sent, created) = body_of_create(&test_company(), ".ccsctp.net", fixture!("create_direct.response.json")).await;

    let documented: Value = serde_json::from_str(fixture!("create_direct.request.json")).unwrap();
    // Microsoft's SDK sends these for a direct customer as well; the example leaves them out.
    let of_the_sdk = ["enablegdapbydefault", "relationshiptopartner", "attributes"];
    assert_eq!(as_read(&sent, &of_the_sdk), as_read(&documented, &[]));
    assert!(sent.get("AssociatedPartnerId").is_none());

    assert_eq!(created.id.as_str(), "dfd8cc0a-c592-468c-8461-869a38d24738");
    assert_eq!(created.password.unwrap().expose_secret(), "=;;n.=s9Z");
    assert_eq!(created.associated_partner_id, None);
}

#[tokio::test]
async fn create_sends_names_as_documented_and_neither_nulls_nor_a_region() {
    let (sent, _) =
        body_of_create(&wingtip_toys(), ".onmicrosoft.com", fixture!("create_for_reseller.response.json")).await;
    let text = sent.to_string();
    assert!(!text.contains("null") && !text.contains("Region"), "{text}");
    for name in
        ["enableGDAPByDefault", "CompanyProfile", "BillingProfile", "DefaultAddress", "AddressLine1", "PostalCode"]
    {
        assert!(text.contains(&format!("\"{name}\":")), "{name} in {text}");
    }
}

#[tokio::test]
async fn create_sends_the_registration_number_in_the_company_profile() {
    let mut customer = serde_json::to_value(wingtip_toys()).unwrap();
    customer["registration_number"] = json!("12345678");
    customer["enable_gdap_by_default"] = json!(false);
    let customer = serde_json::from_value(customer).unwrap();
    let (sent, _) = body_of_create(&customer, ".onmicrosoft.com", fixture!("create_for_reseller.response.json")).await;
    assert_eq!(sent["CompanyProfile"]["OrganizationRegistrationNumber"], json!("12345678"));
    assert_eq!(sent["enableGDAPByDefault"], json!(false));
}

#[tokio::test]
async fn resellers_are_read_with_their_state() {
    let server = server([marked(200, fixture!("relationships.json"))]).await;
    let resellers = client(&server.uri()).resellers(&token()).await.unwrap();
    let names: Vec<_> = resellers.iter().map(|reseller| (reseller.name.as_str(), reseller.mpn_id.as_str())).collect();
    assert_eq!(names, [("First Up Consultants", "4847383"), ("ReleCloud", "4847433")]);
    assert_eq!(resellers[1].location, "BR");
    assert!(resellers.iter().all(|reseller| reseller.state == ResellerState::Active));
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(
        (request.url.path(), request.url.query()),
        ("/v1/relationships", Some("relationship_type=IsIndirectCloudSolutionProviderOf"))
    );
}

#[tokio::test]
async fn a_reseller_without_state_is_not_active_and_one_without_id_is_not_offered() {
    let list = json!({ "items": [
        { "id": "484E548C-F5F3-4528-93A9-C16C6373CB59", "name": "Without state", "mpnId": 4_847_383 },
        { "id": "not a guid", "name": "Without id", "state": "Active" },
    ]});
    let server = server([marked(200, &list.to_string())]).await;
    let resellers = client(&server.uri()).resellers(&token()).await.unwrap();
    assert_eq!(resellers.len(), 1);
    assert_eq!(resellers[0].state, ResellerState::Inactive(String::new()));
    assert_eq!(resellers[0].mpn_id, "4847383");
}

#[tokio::test]
async fn a_list_may_be_empty_null_or_missing() {
    for body in [r#"{"totalCount":0,"items":[]}"#, r#"{"items":null}"#, "{}"] {
        let server = server([marked(200, body)]).await;
        assert_eq!(client(&server.uri()).resellers(&token()).await.unwrap(), [], "{body}");
    }
}

async fn rules(body: &str) -> LiveCountryRules {
    let server = server([marked(200, body)]).await;
    let rules = client(&server.uri()).country_rules(&token(), &"us".parse().unwrap()).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.url.path(), "/v1/countryvalidationrules/US");
    rules
}

#[tokio::test]
async fn country_rules_are_read_in_both_shapes() {
    let today = rules(fixture!("country_rules_us.json")).await;
    assert_eq!(today.supported_states.len(), 51);
    assert_eq!(today.supported_cultures, ["en-US", "es-US"]);
    assert_eq!(today.country_calling_codes, ["1"]);
    assert!(today.is_state_required && today.is_postal_code_required && today.is_city_required);
    assert_eq!(today, rules(fixture!("country_rules_us_2015.json")).await);
}

#[tokio::test]
async fn country_rules_without_states_or_phone_are_read() {
    let portugal = rules(fixture!("country_rules_pt.json")).await;
    assert_eq!(portugal.default_culture.as_deref(), Some("pt-PT"));
    assert_eq!(portugal.supported_languages, ["en", "pt-PT"]);
    assert!(!portugal.is_state_required && portugal.supported_states.is_empty());
    assert_eq!(portugal.phone_number_regex, None);
    assert_eq!(rules("{}").await, LiveCountryRules::default());
}

#[tokio::test]
async fn country_rules_tell_what_is_wanted_of_a_registration_number() {
    let azerbaijan = rules(fixture!("country_rules_az_derived.json")).await;
    assert!(azerbaijan.is_registration_number_required && azerbaijan.is_phone_number_required);
    assert_eq!(azerbaijan.registration_number_regex.as_deref(), Some(r"^(\d{7}|\d{10})$"));
    assert_eq!(azerbaijan.registration_number_sample.as_deref(), Some("1234567"));
}

fn redmond() -> AddressParts {
    AddressParts {
        address_line1: "1 Microsoft Way".into(),
        city: "Redmond".into(),
        state: "WA".into(),
        postal_code: "98052".into(),
        country: "US".into(),
        ..AddressParts::default()
    }
}

async fn check(answer: ResponseTemplate) -> AddressCheck {
    let server = server([answer]).await;
    client(&server.uri()).check_address(&token(), &redmond()).await
}

#[tokio::test]
async fn an_address_is_sent_without_its_empty_parts() {
    let server = server([marked(200, fixture!("address_verified_shippable.json"))]).await;
    client(&server.uri()).check_address(&token(), &redmond()).await;
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/v1/validations/address"));
    assert_eq!(
        serde_json::from_slice::<Value>(&request.body).unwrap(),
        json!({ "AddressLine1": "1 Microsoft Way", "City": "Redmond", "State": "WA", "PostalCode": "98052", "Country": "US" })
    );
}

#[tokio::test]
async fn documented_answers_of_the_address_check_are_understood() {
    let verified = check(marked(200, fixture!("address_verified_shippable.json"))).await;
    assert_eq!(verified, AddressCheck::new(AddressStatus::VerifiedShippable));
    let none = check(marked(200, fixture!("address_none.json"))).await;
    let doubtful = vec![Field::PostalCode, Field::City];
    assert_eq!(none, AddressCheck { doubtful, ..AddressCheck::new(AddressStatus::None) });
    let street = AddressCheck {
        status: AddressStatus::StreetPartial,
        suggestions: vec![AddressParts { postal_code: "98052-6399".into(), ..redmond() }],
        doubtful: vec![Field::State, Field::PostalCode, Field::City],
    };
    assert_eq!(check(marked(200, fixture!("address_street_partial.json"))).await, street);
}

#[tokio::test]
async fn each_status_of_the_address_check_has_its_meaning_however_it_is_spelt() {
    let other = AddressParts { city: "Seattle".into(), ..redmond() };
    for (name, status) in [
        ("VerifiedShippable", AddressStatus::VerifiedShippable),
        ("Verified shippable", AddressStatus::VerifiedShippable),
        ("Verified", AddressStatus::Verified),
        ("InteractionRequired", AddressStatus::InteractionRequired),
        ("Interaction required", AddressStatus::InteractionRequired),
        ("StreetPartial", AddressStatus::StreetPartial),
        ("Premises partial", AddressStatus::PremisesPartial),
        ("Multiple", AddressStatus::Multiple),
        ("None", AddressStatus::None),
        ("NotValidated", AddressStatus::NotValidated),
        ("Not validated", AddressStatus::NotValidated),
        ("SomethingNew", AddressStatus::NoAnswer),
    ] {
        let suggested = json!({ "addressLine1": "1 Microsoft Way", "city": "Seattle", "state": "WA",
                                "postalCode": "98052", "country": "US" });
        let answer = json!({ "status": name, "suggestedAddresses": [suggested] });
        let check = check(marked(200, &answer.to_string())).await;
        assert_eq!(check.status, status, "{name}");
        let expected = if status.is_verified() { Vec::new() } else { vec![other.clone()] };
        assert_eq!(check.suggestions, expected, "{name}");
    }
    assert_eq!(check(marked(200, r#"{"status":"Multiple"}"#)).await, AddressCheck::new(AddressStatus::Multiple));
}

#[tokio::test]
async fn the_address_check_of_before_2021_is_understood() {
    assert_eq!(check(status(200)).await, AddressCheck::new(AddressStatus::Verified));
    let corrected = AddressCheck {
        status: AddressStatus::InteractionRequired,
        suggestions: vec![AddressParts { postal_code: "98052-8300".into(), ..redmond() }],
        doubtful: vec![Field::PostalCode],
    };
    assert_eq!(check(refusal(400, fixture!("address_before_2021.json"))).await, corrected);
    let bare = r#"{"code":2007,"description":"The address is not valid.","source":"PartnerFD"}"#;
    assert_eq!(check(refusal(400, bare)).await, AddressCheck::new(AddressStatus::None));
}

#[tokio::test]
async fn an_address_that_cannot_be_checked_is_never_verified() {
    for answer in [status(400), status(401), status(500), marked(200, "{}"), marked(200, "<html>")] {
        assert_eq!(check(answer).await, AddressCheck::no_answer());
    }
}

#[tokio::test]
async fn the_link_for_a_relationship_names_the_reseller_and_leads_to_microsoft() {
    let reseller = "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap();
    let server = server([marked(200, fixture!("relationship_request.json"))]).await;
    let link = client(&server.uri()).relationship_request(&token(), Some(&reseller)).await.unwrap();
    assert_eq!(link.host_str(), Some("admin.microsoft.com"));
    assert!(link.as_str().ends_with("#/BillingAccounts/partner-invitation"));
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.url.path(), "/v1/customers/relationshiprequests");
    assert_eq!(request.url.query(), Some("indirectResellerId=484e548c-f5f3-4528-93a9-c16c6373cb59"));
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_is_none() {
    for body in [r#"{"url":"https://evil.example/"}"#, r#"{"url":"javascript:alert(1)"}"#, "{}"] {
        let server = server([marked(200, body)]).await;
        assert!(client(&server.uri()).relationship_request(&token(), None).await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn a_domain_is_free_only_if_the_service_says_so() {
    let of_the_service = |code| status(code).insert_header("MS-CV", "Yy/YaA0gYEmfQyR/.0");
    for (answer, expected) in [
        (of_the_service(200), DomainAvailability::Taken),
        (of_the_service(404), DomainAvailability::Free),
        (status(404), DomainAvailability::CouldNotCheck),
        (of_the_service(400), DomainAvailability::CouldNotCheck),
        (of_the_service(401), DomainAvailability::CouldNotCheck),
        (of_the_service(204), DomainAvailability::CouldNotCheck),
        (of_the_service(302), DomainAvailability::CouldNotCheck),
        (of_the_service(503), DomainAvailability::CouldNotCheck),
    ] {
        let server = server([answer]).await;
        let found = client(&server.uri()).domain_availability(&token(), "wingtip.onmicrosoft.com").await;
        let request = server.received_requests().await.unwrap().remove(0);
        assert_eq!((request.method.as_str(), request.url.path()), ("HEAD", "/v1/domains/wingtip.onmicrosoft.com"));
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_domain_cannot_reach_another_resource() {
    let server = server([status(404)]).await;
    client(&server.uri()).domain_availability(&token(), "../customers?x=/y").await;
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.url.path(), "/v1/domains/..%2Fcustomers%3Fx=%2Fy");
}

#[tokio::test]
async fn the_agreement_is_signed_only_if_the_answer_says_so() {
    let ask = async |body: &str| {
        let server = server([marked(200, body)]).await;
        let reseller = "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap();
        let signed = client(&server.uri()).reseller_agreement_signed(&token(), &reseller).await;
        let request = server.received_requests().await.unwrap().remove(0);
        assert_eq!(request.url.path(), "/v1/compliance/csp/agreementstatus");
        assert_eq!(request.url.query(), Some("tenantId=484e548c-f5f3-4528-93a9-c16c6373cb59"));
        signed
    };
    assert!(ask(fixture!("agreement_status.json")).await.unwrap());
    assert!(!ask(r#"{"isAgreementSigned":false}"#).await.unwrap());
    assert!(matches!(ask("{}").await, Err(PartnerCenterError::Lost(_))));
}

#[tokio::test]
async fn a_customer_is_read_back_with_its_reseller() {
    let server = server([marked(200, fixture!("customer.json"))]).await;
    let id = "626099fe-17af-4756-9fd0-6a73b7127859".parse().unwrap();
    let customer = client(&server.uri()).customer(&token(), &id).await.unwrap();
    assert_eq!(customer.id, id);
    assert_eq!(customer.domain.as_deref(), Some("WingtipToys678152504.onmicrosoft.com"));
    assert_eq!(customer.company_name.as_deref(), Some("Wingtip Toys678152504"));
    assert_eq!(customer.relationship_to_partner.as_deref(), Some("reseller"));
    assert_eq!(customer.associated_partner_id.unwrap().as_str(), "484e548c-f5f3-4528-93a9-c16c6373cb59");
}

#[tokio::test]
async fn resellers_of_a_customer_are_read_without_a_state() {
    let server = server([marked(200, fixture!("customer_relationships.json"))]).await;
    let id = "626099fe-17af-4756-9fd0-6a73b7127859".parse().unwrap();
    let resellers = client(&server.uri()).customer_resellers(&token(), &id).await.unwrap();
    assert_eq!(resellers.len(), 1);
    assert_eq!(resellers[0].name, "First Up Consultants");
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.url.path(), "/v1/customers/626099fe-17af-4756-9fd0-6a73b7127859/relationships");
}

#[tokio::test]
async fn the_organization_profile_is_read() {
    let server = server([marked(200, fixture!("organization_profile.json"))]).await;
    let profile = client(&server.uri()).organization_profile(&token()).await.unwrap();
    assert_eq!(profile.company_name.as_deref(), Some("Tailwind Traders Distribution"));
    assert_eq!(profile.domain.as_deref(), Some("tailwind.example"));
    assert_eq!(profile.tenant_id.as_deref(), Some("a1b2c3d4-0000-4000-8000-00000000c0de"));
}

#[tokio::test]
async fn customers_by_domain_follow_the_next_link_with_its_header() {
    let server =
        server([marked(200, fixture!("customers_page_1.json")), marked(200, fixture!("customers_page_2.json"))]).await;
    let customers = client(&server.uri()).customers_by_domain(&token(), "wingtip").await.unwrap();
    let domains: Vec<_> = customers.iter().filter_map(|customer| customer.domain.as_deref()).collect();
    assert_eq!(domains, ["WingtipToys678152504.onmicrosoft.com", "wingtiptoys2.onmicrosoft.com"]);

    let requests = server.received_requests().await.unwrap();
    let filter = requests[0].url.query_pairs().find(|(name, _)| name == "filter").unwrap().1.into_owned();
    assert_eq!(
        serde_json::from_str::<Value>(&filter).unwrap(),
        json!({ "Field": "Domain", "Value": "wingtip", "Operator": "starts_with" })
    );
    assert!(!requests[0].headers.contains_key("MS-ContinuationToken"));
    assert_eq!((requests[1].url.path(), requests[1].url.query()), ("/v1/customers", Some("size=0&seekOperation=Next")));
    assert_eq!(requests[1].headers["MS-ContinuationToken"], "AAE1dG9rZW4=");
    assert_ne!(requests[0].headers["MS-RequestId"], requests[1].headers["MS-RequestId"]);
}

#[tokio::test]
async fn a_next_link_cannot_lead_to_another_host_or_choose_other_headers() {
    let page = |uri: &str| {
        let next = json!({ "uri": uri, "headers": [{ "key": "Authorization", "value": "Bearer theirs" }] });
        marked(200, &json!({ "items": [], "links": { "next": next } }).to_string())
    };
    let server = server([page("//evil.example/customers"), page("https://evil.example/")]).await;
    let outcome = client(&server.uri()).customers_by_domain(&token(), "wingtip").await;
    assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
    assert_eq!(sent(&server, "Authorization").await, vec![format!("Bearer {TOKEN}"); 2]);
}

#[tokio::test]
async fn a_list_without_end_is_lost_rather_than_cut_short() {
    let server = server([marked(200, r#"{"items":[],"links":{"next":{"uri":"/customers"}}}"#)]).await;
    let outcome = client(&server.uri()).customers_by_domain(&token(), "wingtip").await;
    assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
}

#[tokio::test]
async fn audit_records_tell_which_customers_were_added() {
    let server = server([marked(200, fixture!("audit_records.json"))]).await;
    let since = "2026-11-20T00:10:00Z".parse().unwrap();
    let added = client(&server.uri()).added_customers(&token(), "Wingtip \"Toys\"", since).await.unwrap();
    let record = AuditRecord {
        status: AuditStatus::Succeeded,
        customer: Some("626099fe-17af-4756-9fd0-6a73b7127859".parse().unwrap()),
        domain: Some("WingtipToys678152504.onmicrosoft.com".to_owned()),
        correlation_id: Some(CORRELATION_ID.parse().unwrap()),
    };
    assert_eq!(added, [record], "what was done to a customer later is no addition");

    let requests = server.received_requests().await.unwrap();
    let query = |wanted: &str| requests[0].url.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
    assert_eq!(query("startDate"), "2026-11-19", "a day more than ours");
    assert_eq!(
        serde_json::from_str::<Value>(&query("filter")).unwrap(),
        json!({ "Field": "CompanyName", "Value": "Wingtip \"Toys\"", "Operator": "substring" })
    );
}
