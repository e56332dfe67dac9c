//! Acceptances of the customer agreement.

use super::*;

fn ines() -> AcceptanceForm {
    let text = str::to_owned;
    AcceptanceForm {
        first_name: text("Ines"),
        last_name: text("Kramer"),
        email: text("office@northwindbakery.example"),
        phone: String::new(),
        accepted_on: text("2026-02-03"),
        attested: text("on"),
    }
}

fn on_record() -> ResponseTemplate {
    ok(&json!({ "items": [{ "type": "MicrosoftCustomerAgreement", "dateAgreed": "2026-02-03T00:00:00",
        "primaryContact": { "firstName": "Ines", "lastName": "Kramer", "email": "OFFICE@northwindbakery.example" } }] }))
}

#[tokio::test]
async fn an_acceptance_is_recorded_once_however_often_its_form_is_sent() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", ResponseTemplate::new(201).set_body_json(json!({}))).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let (form, adele) = (world.act(), adele());
    for _ in 0..3 {
        tenants.record_agreement(&adele, &id, &form, &ines()).await.unwrap();
    }
    assert_eq!(world.calls("POST", "/agreements").await.len(), 1);
    let act = world.last(&id, ActKind::Agreement).await;
    assert_eq!((act.state, act.actor_name.as_str()), (ActState::Done, "adele"));
    let other = AcceptanceForm { last_name: "Soto".to_owned(), ..ines() };
    let otherwise = tenants.record_agreement(&adele, &id, &form, &other).await;
    assert!(matches!(otherwise, Err(TenantError::SentOtherwise)), "{otherwise:?}");
    let done = |act: &str| (act.to_owned(), "done".to_owned());
    assert_eq!(world.audit().await, [done("attest_agreement"), done("record_agreement")]);
}

#[tokio::test]
async fn a_lost_acceptance_is_looked_up_before_it_is_repeated() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", ResponseTemplate::new(504)).await;
    world.answer("GET", "/customers/.*/agreements$", ok(&json!({ "items": [] }))).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let form = world.act();
    tenants.record_agreement(&adele(), &id, &form, &ines()).await.unwrap();
    assert_eq!(world.last(&id, ActKind::Agreement).await.state, ActState::Unknown, "not there yet proves nothing");

    world.answer_once("POST", "/agreements$", ResponseTemplate::new(201).set_body_json(json!({}))).await;
    tenants.check_agreement(&adele(), &id, &form).await.unwrap();
    assert_eq!(world.last(&id, ActKind::Agreement).await.state, ActState::Done);
    let calls = world.calls("POST", "/agreements").await;
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].headers["MS-RequestId"], calls[1].headers["MS-RequestId"], "the same request");
    let again = tenants.check_agreement(&adele(), &id, &form).await;
    assert!(matches!(again, Err(TenantError::Settled)), "{again:?}");
}

#[tokio::test]
async fn a_lost_acceptance_that_is_on_record_is_not_sent_again() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", ResponseTemplate::new(504)).await;
    world.answer("GET", "/customers/.*/agreements$", on_record()).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    tenants.record_agreement(&adele(), &id, &world.act(), &ines()).await.unwrap();
    assert_eq!(world.last(&id, ActKind::Agreement).await.state, ActState::Done);
    assert_eq!(world.calls("POST", "/agreements").await.len(), 1);
}

#[tokio::test]
async fn what_microsoft_had_already_is_said_to_be_recorded() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", refused(409, "600061")).await;
    let id = world.created(None).await;
    world.tenants(PasswordReset::Admins).record_agreement(&adele(), &id, &world.act(), &ines()).await.unwrap();
    let act = world.last(&id, ActKind::Agreement).await;
    assert_eq!(act.state, ActState::Done);
    assert_eq!(act.failure.map(|failure| failure.hindrance), Some(Hindrance::RecordedBefore));
}

#[tokio::test]
async fn support_and_resellers_attest_nothing() {
    let world = World::new().await;
    let id = world.created(None).await;
    let grady = person("grady", Role::Support);
    let outcome = world.tenants(PasswordReset::Admins).record_agreement(&grady, &id, &world.act(), &ines()).await;
    assert!(matches!(outcome, Err(TenantError::Forbidden)), "{outcome:?}");
    assert!(may_attest(&person("diego", Role::AccountManager)), "a colleague stands in");
}
