//! The create: one intent, one request id, and never an outcome that is guessed.

use secrecy::ExposeSecret;

use super::{
    scripted::{Act, Scripted, answer},
    *,
};

const DEFINITE: &str = r#"{"code":600050,"description":"The number does not fit.","source":"PartnerFD"}"#;
const UNKNOWN: &str = r#"{"code":27002,"description":"invalid","source":"PartnerFD"}"#;

fn full_answer() -> Act {
    let body = fixture!("create_for_reseller.response.json");
    answer("201 Created", body.len(), body)
}

#[tokio::test]
async fn sends_the_documented_headers() {
    let server = server([created()]).await;
    create(&client(&server.uri())).await.unwrap();
    for (name, value) in [
        ("Authorization", "Bearer eyJ0-canary-token"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("MS-RequestId", REQUEST_ID),
        ("MS-CorrelationId", CORRELATION_ID),
        ("X-Locale", "en-US"),
        ("MS-PartnerCenter-Application", "reseller-portal"),
    ] {
        assert_eq!(sent(&server, name).await, [value], "{name}");
    }
}

#[tokio::test]
async fn an_answer_to_another_call_is_not_used() {
    let other = |domain: &str| {
        let body = fixture!("create_for_reseller.response.json");
        marked(201, &body.replace("WingtipToys678152504", domain).replace("0Krha*Io", "of somebody else"))
    };
    let with_ids = |request: &str, correlation: &str| {
        other("WINGTIPTOYS678152504")
            .insert_header("MS-RequestId", request)
            .insert_header("MS-CorrelationId", correlation)
    };
    let (request, correlation) = (REQUEST_ID.to_uppercase(), CORRELATION_ID.to_uppercase());
    let strange = "0f6e1f0e-6a0b-4c59-9f39-6c8f6f0c7a11";
    for (answer, is_used, why) in [
        (with_ids(strange, strange), false, "both ids"),
        (other("woodgrove"), false, "another domain"),
        (with_ids(&request, &correlation), true, "ours"),
        (with_ids(strange, &correlation), true, "one id was made anew on the way"),
    ] {
        let server = server([answer, created()]).await;
        let created = create(&client(&server.uri())).await.unwrap();
        let password = created.password.unwrap();
        assert_eq!(password.expose_secret(), if is_used { "of somebody else" } else { "0Krha*Io" }, "{why}");
        assert_eq!(sent(&server, "MS-RequestId").await, vec![REQUEST_ID; if is_used { 1 } else { 2 }], "{why}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_ids() {
    for (lost, why) in [
        (created().set_delay(Duration::from_secs(5)), "time-out"),
        (status(500), "500"),
        (status(503), "503"),
        (status(504), "504"),
        (status(408), "408"),
        (status(201), "empty"),
        (status(202), "202 without a body"),
        (marked(201, "<html>502 Bad Gateway</html>"), "HTML"),
        (marked(201, r#"{"id":"626099fe-17af-4756-9f"#), "truncated"),
        (marked(201, r#"{"attributes":{"objectType":"Customer"}}"#), "no id"),
        (status(307).insert_header("Location", "/elsewhere"), "redirect"),
        (status(429).insert_header("Retry-After", "0"), "429"),
    ] {
        let server = server([lost, created()]).await;
        let created = create(&client(&server.uri())).await.unwrap();
        assert_eq!(created.password.unwrap().expose_secret(), "0Krha*Io", "{why}");
        assert_eq!(sent(&server, "MS-RequestId").await, [REQUEST_ID; 2], "{why}");
        assert_eq!(sent(&server, "MS-CorrelationId").await, [CORRELATION_ID; 2], "{why}");
        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests[0].body, requests[1].body, "{why}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_asked_again_with_the_same_ids() {
    let server = Scripted::start([
        Act::Close,
        Act::Hang,
        answer("201 Created", 1_085, r#"{"id":"626099fe-17af-4756-9fd0-6a73b7127859","#),
        full_answer(),
    ]);
    let created = create(&client(&server.address)).await.unwrap();
    assert_eq!(created.password.unwrap().expose_secret(), "0Krha*Io");
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| request.contains(&format!("ms-requestid: {REQUEST_ID}"))), "{requests:?}");
}

#[tokio::test]
async fn patience_ends_with_an_outcome_that_is_not_known() {
    let server = server([status(503)]).await;
    let outcome = create(&client(&server.uri())).await;
    assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
    assert_eq!(sent(&server, "MS-RequestId").await, [REQUEST_ID; 4]);
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_lost() {
    let outcome = create(&client("http://127.0.0.1:9")).await;
    assert!(
        matches!(&outcome, Err(PartnerCenterError::Lost(lost)) if lost.why == "no connection could be made"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let server = server([status(429).insert_header("Retry-After", "1"), created()]).await;
    let started = tokio::time::Instant::now();
    create(&client(&server.uri())).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_retry_after_beyond_patience_ends_the_call_at_once() {
    let answer = refusal(429, fixture!("error_gateway_throttled.json")).insert_header("Retry-After", "57");
    let server = server([answer]).await;
    let outcome = create(&client(&server.uri())).await;
    let Err(PartnerCenterError::Throttled { retry_after: Some(wait) }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(wait.as_secs(), 57);
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn throttling_after_a_lost_attempt_leaves_the_outcome_unknown() {
    let server = server([status(503), status(429).insert_header("Retry-After", "57")]).await;
    let outcome = create(&client(&server.uri())).await;
    assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_is_definite_and_not_repeated() {
    for code in [400, 403, 404, 405, 412] {
        let server = server([refusal(code, UNKNOWN)]).await;
        let outcome = create(&client(&server.uri())).await;
        let Err(PartnerCenterError::Refused(refusal)) = outcome else { panic!("{code}: {outcome:?}") };
        assert_eq!((refusal.status, refusal.code.as_deref()), (code, Some("27002")));
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_refusal_after_a_lost_attempt_is_definite_only_if_it_is_about_the_body() {
    let definite = server([status(503), refusal(400, DEFINITE)]).await;
    let outcome = create(&client(&definite.uri())).await;
    assert!(matches!(&outcome, Err(PartnerCenterError::Refused(refusal)) if refusal.is(400, "600050")), "{outcome:?}");

    for doubtful in [refusal(400, UNKNOWN), refusal(403, UNKNOWN), status(404), status(401)] {
        let server = server([status(503), doubtful]).await;
        let outcome = create(&client(&server.uri())).await;
        assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
        assert_eq!(server.received_requests().await.unwrap().len(), 2, "a doubtful refusal is not repeated");
    }
}

#[tokio::test]
async fn a_conflict_after_a_lost_attempt_is_waited_out() {
    let server = server([status(504), status(409), status(409), created()]).await;
    assert!(create(&client(&server.uri())).await.is_ok());
    assert_eq!(sent(&server, "MS-RequestId").await, [REQUEST_ID; 4]);
}

#[tokio::test]
async fn a_conflict_at_the_first_attempt_is_no_refusal_because_the_request_may_have_been_delivered_twice() {
    let server = server([status(409), refusal(400, UNKNOWN)]).await;
    let outcome = create(&client(&server.uri())).await;
    assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{outcome:?}");
    assert_eq!(sent(&server, "MS-RequestId").await, [REQUEST_ID; 2]);
}

#[tokio::test]
async fn a_repeat_of_an_earlier_call_is_one_attempt_and_hands_on_what_it_hears() {
    let repeat = async |answer| {
        let server = server([answer]).await;
        let client = client(&server.uri());
        let outcome = client.repeat_create_customer(&token(), &ids(), &wingtip_toys(), ".onmicrosoft.com").await;
        assert_eq!(sent(&server, "MS-RequestId").await, [REQUEST_ID]);
        outcome
    };
    assert!(repeat(created()).await.is_ok());
    for (code, about_the_body) in [(UNKNOWN, false), (DEFINITE, true)] {
        let Err(PartnerCenterError::Refused(refusal)) = repeat(refusal(400, code)).await else { panic!("{code}") };
        assert_eq!(refusal.is_about_the_body(), about_the_body);
    }
    let throttled = repeat(status(429).insert_header("Retry-After", "57")).await;
    assert!(
        matches!(throttled, Err(PartnerCenterError::Throttled { retry_after: Some(wait) }) if wait.as_secs() == 57)
    );
    assert!(matches!(repeat(status(401)).await, Err(PartnerCenterError::Unauthorized { .. })));
    assert!(matches!(repeat(status(503)).await, Err(PartnerCenterError::Lost(_))));
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_never_sent_again() {
    for (answer, expected) in [
        (status(401), false),
        (refusal(401, r#"{"code":900420,"description":"audience"}"#), false),
        (refusal(401, r#"{"code":900421,"description":"mfa"}"#), true),
        (refusal(401, r#"{"code":"900421"}"#), true),
        (status(401).insert_header("WWW-Authenticate", "Bearer error=\"MFA required\""), true),
    ] {
        let server = server([answer]).await;
        let outcome = create(&client(&server.uri())).await;
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "the token was sent again");
        let Err(PartnerCenterError::Unauthorized { mfa, refusal }) = outcome else { panic!("{outcome:?}") };
        assert_eq!((mfa, refusal.status), (expected, 401));
    }
}

#[tokio::test]
async fn the_refusal_of_2019_names_the_second_factor_in_the_status_line() {
    let server = Scripted::start([answer("401 Unauthorized - MFA required", 0, "")]);
    let outcome = create(&client(&server.address)).await;
    assert!(matches!(outcome, Err(PartnerCenterError::Unauthorized { mfa: true, .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_token_that_cannot_stand_in_a_header_is_not_sent() {
    let server = server([created()]).await;
    let token = SecretString::from("line\nbreak");
    let outcome = client(&server.uri()).create_customer(&token, &ids(), &wingtip_toys(), ".onmicrosoft.com").await;
    assert!(matches!(outcome, Err(PartnerCenterError::Unauthorized { mfa: false, .. })), "{outcome:?}");
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn passwords_survive_to_the_letter() {
    for password in ["0Krha*Io", "=;;n.=s9Z", "\"\\/<&>'", "pass word ", "\u{e9}\u{1f511}"] {
        let body = json!({
            "id": "626099fe-17af-4756-9fd0-6a73b7127859",
            "userCredentials": { "userName": "admin", "password": password },
        });
        let server = server([marked(201, &body.to_string())]).await;
        let created = create(&client(&server.uri())).await.unwrap();
        assert_eq!(created.password.unwrap().expose_secret(), password);
    }
}

#[tokio::test]
async fn a_replay_may_bring_no_credentials() {
    for credentials in
        [json!(null), json!({}), json!({ "userName": "admin", "password": "" }), json!({ "password": { "length": 8 } })]
    {
        let body = json!({ "id": "626099fe-17af-4756-9fd0-6a73b7127859", "userCredentials": credentials });
        let server = server([marked(201, &body.to_string())]).await;
        let created = create(&client(&server.uri())).await.unwrap();
        assert!(created.password.is_none(), "{credentials}");
    }
}

#[tokio::test]
async fn the_id_may_stand_in_the_company_profile_and_names_in_pascal_case() {
    let tenant = "626099fe-17af-4756-9fd0-6a73b7127859";
    for body in [
        json!({ "companyProfile": { "tenantId": tenant } }),
        json!({ "Id": tenant, "UserCredentials": { "UserName": "admin", "Password": "0Krha*Io" } }),
    ] {
        let server = server([marked(201, &body.to_string())]).await;
        assert_eq!(create(&client(&server.uri())).await.unwrap().id.as_str(), tenant);
    }
}
