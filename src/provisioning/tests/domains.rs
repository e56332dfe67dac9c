//! Two opinions about a domain, and suggestions.

use super::*;
use crate::{
    domain::{DomainQuestion, TenantQuestion},
    entra::TenantFinder,
};

const DISCOVERY: &str = r"/v2\.0/\.well-known/openid-configuration$";

fn tenant(id: &str) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({ "issuer": format!("https://login.microsoftonline.com/{id}/v2.0") }))
}

fn no_tenant() -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_tenant", "error_codes": [90002] }))
}

/// A portal whose Partner Center answers so about a domain, and whose authority so.
async fn world(at_partner_center: ResponseTemplate, at_entra: ResponseTemplate) -> (World, Provisioning) {
    let world = World::empty(Cloud::Global).await;
    world.answer("HEAD", "^/v1/domains/", at_partner_center).await;
    world.answer("GET", DISCOVERY, at_entra).await;
    let finder = TenantFinder::new(crate::http::client("test").unwrap(), world.partner_center.uri().parse().unwrap());
    let provisioning = world.provisioning.clone().with_tenant_finder(finder);
    (world, provisioning)
}

#[tokio::test]
async fn a_domain_is_free_by_partner_centers_word_and_taken_by_either_of_the_two() {
    let id = "11111111-1111-4111-8111-111111111111";
    let fault = || ResponseTemplate::new(503);
    for (at_partner_center, at_entra, expected) in [
        (answer(404), no_tenant(), DomainAvailability::Free),
        (answer(404), fault(), DomainAvailability::Free),
        (answer(404), tenant(id), DomainAvailability::Taken),
        (answer(200), no_tenant(), DomainAvailability::Taken),
        (fault(), tenant(id), DomainAvailability::Taken),
        (fault(), no_tenant(), DomainAvailability::CouldNotCheck),
        (fault(), fault(), DomainAvailability::CouldNotCheck),
        // A gateway that has lost its way, and a page that is no document.
        (ResponseTemplate::new(404), no_tenant(), DomainAvailability::CouldNotCheck),
        (fault(), ResponseTemplate::new(200).set_body_string("<html>"), DomainAvailability::CouldNotCheck),
    ] {
        let (_world, provisioning) = world(at_partner_center, at_entra).await;
        assert_eq!(provisioning.check_domain(&adele(), None, "contoso").await, expected);
    }
}

#[tokio::test]
async fn suggestions_that_could_not_be_checked_are_not_called_free() {
    let (_world, provisioning) = world(ResponseTemplate::new(503), ResponseTemplate::new(503)).await;
    let question =
        DomainQuestion { company_name: "Contoso AB".to_owned(), country: "SE".to_owned(), ..DomainQuestion::default() };
    let answer = provisioning.domain_answer(&adele(), &question).await;
    assert_eq!(answer.advice, None);
    let prefixes: Vec<_> = answer.candidates.iter().map(|candidate| candidate.prefix.as_str()).collect();
    assert_eq!(prefixes, ["contoso", "contosose", "contoso1", "contosose1"]);
    assert!(answer.candidates.iter().all(|candidate| candidate.advice.words == "could not check"));
}

#[tokio::test]
async fn what_is_typed_of_a_domain_reaches_no_other_address() {
    let (world, provisioning) = world(answer(404), no_tenant()).await;
    for prefix in ["../customers", "a/b", "a.example", "a?b", "", "é"] {
        assert_eq!(provisioning.check_domain(&adele(), None, prefix).await, DomainAvailability::CouldNotCheck);
    }
    assert!(world.partner_center.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_contacts_own_tenant_counts_and_that_of_the_reseller_does_not() {
    let question = |reseller: &str| TenantQuestion {
        company_name: "Wingtip Toys".to_owned(),
        email: "gena@wingtip.example".to_owned(),
        reseller_id: reseller.to_owned(),
        ..TenantQuestion::default()
    };
    let (_world, provisioning) = world(answer(404), tenant(RESELLER)).await;
    let found = provisioning.existing_tenant(&adele(), &question("")).await;
    assert_eq!(found.mail_domain.as_deref(), Some("wingtip.example"));
    assert!(provisioning.existing_tenant(&adele(), &question(RESELLER)).await.is_empty(), "somebody at the reseller");
    let (_world, provisioning) = world(answer(404), ResponseTemplate::new(503)).await;
    assert!(provisioning.existing_tenant(&adele(), &question("")).await.is_empty(), "no answer is no sign");
}

#[tokio::test]
async fn a_customer_with_the_domain_is_said_once_and_not_beside_its_onboarding() {
    const TENANT: &str = "626099fe-17af-4756-9fd0-6a73b7127859";
    let (world, provisioning) = world(answer(200), tenant(TENANT)).await;
    let listed = json!({
        "id": TENANT,
        "companyProfile": { "domain": "wingtiptoys.onmicrosoft.com", "companyName": "Wingtip Toys" },
    });
    world.answer("GET", "^/v1/customers$", ok(&json!({ "items": [listed] }))).await;
    world.answer_resellers("Active").await;
    let question = TenantQuestion {
        company_name: "Wingtip Toys".to_owned(),
        email: "gena@wingtip.example".to_owned(),
        prefix: "wingtiptoys".to_owned(),
        ..TenantQuestion::default()
    };
    let found = provisioning.existing_tenant(&adele(), &question).await;
    assert_eq!(found.customers.len(), 1, "found by its domain and by its tenant: {found:?}");
    assert_eq!(found.initial_domain, None, "it is the customer's, who is named");

    world.answer_creates(1, created()).await;
    let id = world.new_id();
    world.provisioning.save_draft(&adele(), &id, &wingtip_toys()).await.unwrap();
    world.create(&adele(), &id).await.unwrap();
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Created);
    let found = provisioning.existing_tenant(&adele(), &question).await;
    assert_eq!((found.onboardings.len(), found.customers.len()), (1, 0), "{found:?}");
}
