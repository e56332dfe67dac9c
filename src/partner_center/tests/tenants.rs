//! What is asked about a created tenant, and what is done with it.

use super::*;
use crate::domain::{Acceptance, AcceptanceForm, CustomerId};

fn wingtip() -> CustomerId {
    "626099fe-17af-4756-9fd0-6a73b7127859".parse().unwrap()
}

fn ines() -> Acceptance {
    let text = str::to_owned;
    let form = AcceptanceForm {
        first_name: text("Ines"),
        last_name: text("Kramer"),
        email: text("office@northwindbakery.example"),
        phone: text("+494215550100"),
        accepted_on: text("2026-02-03"),
        attested: text("on"),
    };
    form.parse("2026-11-20".parse().unwrap()).unwrap()
}

#[tokio::test]
async fn a_customer_is_read_with_its_billing_profile() {
    let server = server([marked(200, fixture!("customer.json"))]).await;
    let details = client(&server.uri()).customer_details(&token(), &wingtip()).await.unwrap();
    assert_eq!(details.company_name.as_deref(), Some("Wingtip Toys678152504"));
    assert_eq!(details.domain.as_deref(), Some("WingtipToys678152504.onmicrosoft.com"));
    assert_eq!((details.email.as_deref(), details.culture.as_deref()), (Some("Gena@wingtiptoys.com"), Some("en-US")));
    assert_eq!((details.address.state.as_deref(), details.address.last_name.as_deref()), (Some("WA"), Some("Soto")));
    assert_eq!(details.associated_partner_id.unwrap().as_str(), "484e548c-f5f3-4528-93a9-c16c6373cb59");
}

#[tokio::test]
async fn a_customer_of_which_little_is_told_is_read_all_the_same() {
    for body in ["{}", r#"{"companyProfile":null,"billingProfile":{"defaultAddress":null}}"#] {
        let server = server([marked(200, body)]).await;
        let details = client(&server.uri()).customer_details(&token(), &wingtip()).await.unwrap();
        assert_eq!(details, CustomerDetails::default(), "{body}");
    }
}

#[tokio::test]
async fn the_status_of_the_account_is_read_however_it_is_spelt() {
    let status = async |answer: ResponseTemplate| {
        let server = server([answer]).await;
        client(&server.uri()).validation_status(&token(), &wingtip()).await.unwrap()
    };
    assert_eq!(status(marked(200, fixture!("validation_status.json"))).await, ValidationStatus::Allowed);
    for (word, expected) in [
        ("UnderReview", ValidationStatus::UnderReview),
        ("NotAllowed", ValidationStatus::NotAllowed),
        ("Not Ready", ValidationStatus::NotReady),
        ("Something", ValidationStatus::Unknown),
    ] {
        let body = json!({ "type": "account", "status": word }).to_string();
        assert_eq!(status(marked(200, &body)).await, expected, "{word}");
    }
    let none = r#"{"code":600074,"message":"","description":"","errorName":"","isRetryable":false}"#;
    assert_eq!(status(refusal(404, none)).await, ValidationStatus::NoStatus);
}

#[tokio::test]
async fn the_template_of_the_customer_agreement_is_found() {
    let server = server([marked(200, fixture!("agreement_templates.json"))]).await;
    let template = client(&server.uri()).agreement_template(&token()).await.unwrap();
    assert_eq!(template.id, "117a77b0-9360-443b-8795-c6dedc750cf9");
    assert_eq!(template.link.as_deref(), Some("https://aka.ms/customeragreement"));
    let request = server.received_requests().await.unwrap().remove(0);
    assert_eq!(request.url.query(), Some("agreementType=MicrosoftCustomerAgreement"), "the default is another one");
}

#[tokio::test]
async fn the_text_of_the_agreement_is_never_somewhere_without_tls() {
    let ask = async |body: &str| {
        let server = server([marked(200, body)]).await;
        client(&server.uri()).agreement_document(&token(), "t", "en-US", "US").await
    };
    let address = ask(fixture!("agreement_document.json")).await.unwrap();
    assert_eq!(address.as_str(), "https://agreements.example/download/en-US");
    for uri in ["http://agreements.example/", "javascript:alert(1)", "//agreements.example/", ""] {
        let outcome = ask(&json!({ "downloadUri": uri }).to_string()).await;
        assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{uri}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_acceptance_is_sent_as_documented_and_once() {
    let server = server([marked(201, fixture!("agreement.response.json"))]).await;
    let template = "117a77b0-9360-443b-8795-c6dedc750cf9";
    client(&server.uri()).record_agreement(&token(), &ids(), &wingtip(), template, &ines()).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    assert_eq!((requests.len(), requests[0].method.as_str()), (1, "POST"));
    assert_eq!(requests[0].url.path(), format!("/v1/customers/{}/agreements", wingtip()));
    assert_eq!(requests[0].headers["MS-RequestId"], REQUEST_ID);
    let documented: Value = serde_json::from_str(fixture!("agreement.request.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&requests[0].body).unwrap(), documented);
}

#[tokio::test]
async fn a_lost_answer_to_an_acceptance_is_not_repeated_by_the_client() {
    let server = server([status(502)]).await;
    let outcome = client(&server.uri()).record_agreement(&token(), &ids(), &wingtip(), "t", &ines()).await;
    assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_on_record_is_read_with_its_day() {
    let server = server([marked(200, fixture!("customer_agreements.json"))]).await;
    let recorded = client(&server.uri()).recorded_agreements(&token(), &wingtip()).await.unwrap();
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].email.as_deref(), Some("office@northwindbakery.example"));
    assert_eq!(recorded[0].accepted_on, Some("2026-02-03".parse().unwrap()), "without a zone");
}

#[tokio::test]
async fn whether_the_customer_has_signed_is_yes_no_or_no_answer() {
    let ask = async |body: &str| {
        let server = server([marked(200, body)]).await;
        client(&server.uri()).agreement_signed_by_customer(&token(), &wingtip()).await
    };
    assert!(ask(fixture!("agreement_signed_by_customer.json")).await.unwrap());
    assert!(matches!(ask("{}").await, Err(PartnerCenterError::Lost(_))));
}

#[tokio::test]
async fn a_new_password_is_set_as_documented_for_the_user_that_was_looked_up() {
    let server =
        server([marked(200, fixture!("customer_users.json")), marked(200, fixture!("reset_password.response.json"))])
            .await;
    let client = client(&server.uri());
    let name = "admin@wingtiptoys678152504.onmicrosoft.com";
    let user = client.customer_user(&token(), &wingtip(), name).await.unwrap().unwrap();
    let password = SecretString::from("N3w-passw0rd");
    client.set_password(&token(), &ids(), &wingtip(), &user, &password).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(1);
    let path = format!("/v1/customers/{}/users/95794928-9abe-4548-8b43-50ffc20b9404/resetpassword", wingtip());
    assert_eq!((request.method.as_str(), request.url.path()), ("PATCH", path.as_str()));
    let documented: Value = serde_json::from_str(fixture!("reset_password.request.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), documented);
}

#[tokio::test]
async fn a_user_with_another_name_is_not_the_administrator() {
    let server = server([marked(200, fixture!("customer_users.json"))]).await;
    let user = client(&server.uri()).customer_user(&token(), &wingtip(), "admin@other.onmicrosoft.com").await;
    assert_eq!(user.unwrap(), None);
}
