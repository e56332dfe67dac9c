//! Reads: what is repeated, what is understood, and what never leaves the client.

use std::{
    io,
    sync::{Arc, Mutex},
};

use super::{
    scripted::{Act, Scripted},
    *,
};

async fn read(server: &MockServer) -> Result<OrganizationProfile, PartnerCenterError> {
    client(&server.uri()).organization_profile(&token()).await
}

fn profile() -> ResponseTemplate {
    marked(200, fixture!("organization_profile.json"))
}

#[tokio::test]
async fn reads_carry_ids_of_their_own_and_no_body() {
    let server = server([profile()]).await;
    read(&server).await.unwrap();
    read(&server).await.unwrap();
    let ids = sent(&server, "MS-RequestId").await;
    assert_ne!(ids[0], ids[1]);
    let request = server.received_requests().await.unwrap().remove(0);
    assert!(request.body.is_empty() && !request.headers.contains_key("Content-Type"));
}

#[tokio::test]
async fn a_passing_failure_is_repeated_with_the_same_id() {
    for passing in [status(500), status(503), status(429).insert_header("Retry-After", "0")] {
        let server = server([passing, profile()]).await;
        read(&server).await.unwrap();
        let ids = sent(&server, "MS-RequestId").await;
        assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    }
}

#[tokio::test]
async fn reads_give_up_after_three_attempts() {
    let faulty = server([status(503)]).await;
    assert!(matches!(read(&faulty).await, Err(PartnerCenterError::Lost(_))));
    assert_eq!(faulty.received_requests().await.unwrap().len(), 3);

    let busy = server([status(429)]).await;
    assert!(matches!(read(&busy).await, Err(PartnerCenterError::Throttled { retry_after: None })));
    assert_eq!(busy.received_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_read_that_times_out_is_not_repeated() {
    let server = server([profile().set_delay(Duration::from_secs(5))]).await;
    assert!(
        matches!(&read(&server).await, Err(PartnerCenterError::Lost(lost)) if lost.why == "the deadline has passed")
    );
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_answer_is_lost_and_never_taken_for_one() {
    for (answer, why) in [
        (status(200), "empty"),
        (marked(200, "<!DOCTYPE html><title>Sign in</title>"), "HTML"),
        (marked(200, r#"{"companyName":"Tail"#), "truncated"),
        (marked(200, r#"{"companyName":"Tailwind"}{"more":1}"#), "two values"),
        (marked(200, "\u{1}"), "noise"),
        (status(302).insert_header("Location", "https://evil.example/"), "redirect"),
    ] {
        let server = server([answer]).await;
        let outcome = read(&server).await;
        assert!(matches!(outcome, Err(PartnerCenterError::Lost(_))), "{why}: {outcome:?}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "{why}");
    }
}

#[tokio::test]
async fn an_answer_without_a_mark_is_read_as_well() {
    let server = server([refusal(200, fixture!("organization_profile.json"))]).await;
    assert!(read(&server).await.is_ok());
}

#[tokio::test]
async fn an_answer_beyond_its_size_is_lost() {
    let body = format!(r#"{{"companyName":"{}"}}"#, "x".repeat(2 << 20));
    let server = server([marked(200, &body)]).await;
    assert!(
        matches!(&read(&server).await, Err(PartnerCenterError::Lost(lost)) if lost.why == "the answer is too long")
    );
}

#[tokio::test]
async fn ten_thousand_resellers_are_read() {
    let items: Vec<Value> = (0..10_000)
        .map(|n| json!({ "id": format!("00000000-0000-4000-8000-{n:012}"), "name": format!("Reseller {n}"), "state": "Active" }))
        .collect();
    let server = server([marked(200, &json!({ "items": items }).to_string())]).await;
    let client = client(&server.uri()).with_patience(Patience::default());
    assert_eq!(client.resellers(&token()).await.unwrap().len(), 10_000);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = server([profile()]).await;
    let server = server([status(307).insert_header("Location", elsewhere.uri())]).await;
    assert!(read(&server).await.is_err());
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_base_address_may_have_a_path() {
    let server = server([profile()]).await;
    client(&format!("{}/partner/", server.uri())).organization_profile(&token()).await.unwrap();
    assert_eq!(server.received_requests().await.unwrap()[0].url.path(), "/partner/v1/profiles/organization");
}

async fn refused(answer: ResponseTemplate) -> Refusal {
    let server = server([answer]).await;
    match read(&server).await {
        Err(PartnerCenterError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_shape_of_error_is_understood() {
    let classic = refused(refusal(404, fixture!("error_classic.json"))).await;
    assert_eq!(classic.code.as_deref(), Some("3000"));
    assert_eq!(classic.description.as_deref(), Some("The given partner id was not found."));
    assert_eq!(classic.ms_cv.as_deref(), Some("ObwhuhD2tUKJoM+Z.0"));

    let newer = refused(refusal(409, fixture!("error_customer_service.json"))).await;
    assert_eq!((newer.status, newer.code.as_deref()), (409, Some("600061")));

    let gateway = refused(status(404).set_body_string(fixture!("error_gateway.json"))).await;
    assert_eq!(
        gateway,
        Refusal { status: 404, code: None, field: None, description: Some("Resource not found".into()), ms_cv: None }
    );
}

#[tokio::test]
async fn an_error_body_may_be_marked_empty_or_html() {
    assert_eq!(refused(marked(400, r#"{"code":"2000"}"#)).await.code.as_deref(), Some("2000"));
    for answer in
        [status(403), refusal(403, "<html>Forbidden</html>"), refusal(403, r#"{"code":27"#), refusal(403, "[]")]
    {
        let refusal = refused(answer).await;
        assert_eq!((refusal.status, refusal.code, refusal.description), (403, None, None));
    }
}

#[tokio::test]
async fn a_description_is_cut_to_size_and_cannot_forge_a_line() {
    let long = format!("first\r\nsecond {}", "\u{e9}".repeat(5_000));
    let refusal = refused(refusal(400, &json!({ "code": 1, "description": long }).to_string())).await;
    let description = refusal.description.unwrap();
    assert_eq!(description.chars().count(), 1_024);
    assert!(description.starts_with("first  second"));
}

#[tokio::test]
async fn a_code_is_a_number_or_a_word_whatever_text_stands_in_its_place() {
    for (sent, kept) in [
        ("Call +1 555 0100 <b>now</b>", "Call15550100bnowb"),
        ("6000\n47", "600047"),
        ("InvalidInput.Address_1-a", "InvalidInput.Address_1-a"),
        (&"9".repeat(33), &"9".repeat(32)),
    ] {
        let refusal = refused(refusal(400, &json!({ "code": sent, "description": "" }).to_string())).await;
        assert_eq!(refusal.code.as_deref(), Some(kept), "a page would show the upstream's text");
    }
}

#[tokio::test]
async fn a_stale_connection_is_replaced() {
    let body = fixture!("organization_profile.json");
    let server = Scripted::start([Act::Close, scripted::answer("200 OK", body.len(), body)]);
    assert!(client(&server.address).organization_profile(&token()).await.is_ok());
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let server = server([status(429).insert_header("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), profile()]).await;
    assert!(read(&server).await.is_ok(), "a date that has passed means now");
}

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_one_line_a_call_and_no_secret_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server =
        server([status(503), created(), marked(200, r#"{"companyName":"Tailwind","domain":["0Krha*Io"#)]).await;
    let created = create(&client(&server.uri())).await.unwrap();
    let unreadable = read(&server).await;
    drop(guard);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("asked Partner Center")).collect();
    assert_eq!(lines.len(), 3, "{log}");
    for part in ["customers.create", "status=201", "attempt=2", "duration_ms=", REQUEST_ID, CORRELATION_ID] {
        assert!(lines[1].contains(part), "{part} in {}", lines[1]);
    }
    // The mock server, which is no part of the product, logs what it receives; its lines are not ours to judge.
    let ours = log.lines().filter(|line| !line.contains("wiremock"));
    let shown = format!("{created:?} {unreadable:?} {:?}", client(&server.uri()));
    for text in ours.chain([shown.as_str()]) {
        for secret in [TOKEN, "0Krha*Io", "Gena"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
