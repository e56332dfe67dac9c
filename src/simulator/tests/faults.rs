use std::{io::ErrorKind, time::Duration};

use axum::body::Body;
use http::Request;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::simulator::{Fault, FaultKind, Operation};

fn fault(operation: Operation, kind: FaultKind) -> Fault {
    Fault { operation, after: 0, count: 1, commit: None, kind }
}

/// One request over TCP, because some faults are below HTTP.
async fn over_tcp(simulator: &Simulator, method: &str, path: &str, body: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(simulator.address()).await?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {}\r\nMS-RequestId: {}\r\nMS-CorrelationId: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        simulator.access_token("adele@tailwind.example").unwrap(),
        request_id(1),
        request_id(2),
        body.len(),
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

async fn create_over_tcp(simulator: &Simulator) -> std::io::Result<Vec<u8>> {
    over_tcp(simulator, "POST", "/v1/customers", &documented_create_for_a_reseller().to_string()).await
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_commit_can_be_asked_for_again() {
    let simulator = start().await;
    simulator.script_fault(fault(Operation::CreateCustomer, FaultKind::TimeoutAfterCommit));
    let client = Client::adele(&simulator);
    let body = documented_create_for_a_reseller();
    let lost = tokio::time::timeout(Duration::from_millis(200), client.create(&request_id(1), &body)).await;
    assert!(lost.is_err());
    assert_eq!(simulator.ledger().customers.len(), 1);
    let again = client.create(&request_id(1), &body).await.json();
    assert_eq!(again["userCredentials"]["password"], simulator.ledger().customers[0].password);
}

#[tokio::test]
async fn before_the_commit_nothing_is_made() {
    let simulator = start().await;
    simulator.script_fault(fault(Operation::CreateCustomer, FaultKind::TimeoutBeforeCommit));
    let client = Client::adele(&simulator);
    let body = documented_create_for_a_reseller();
    let lost = tokio::time::timeout(Duration::from_millis(100), client.create(&request_id(1), &body)).await;
    assert!(lost.is_err());
    assert!(simulator.ledger().customers.is_empty());
    assert_eq!(simulator.ledger().count(Operation::CreateCustomer), 1);
}

#[tokio::test]
async fn a_reset_ends_the_connection_without_an_answer() {
    let simulator = start().await;
    simulator.script_fault(fault(Operation::CreateCustomer, FaultKind::Reset));
    assert_eq!(create_over_tcp(&simulator).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(simulator.ledger().customers.is_empty());
    simulator.script_fault(fault(Operation::CreateCustomer, FaultKind::ResetAfterCommit));
    assert_eq!(create_over_tcp(&simulator).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_announced() {
    let simulator = start().await;
    simulator.script_fault(fault(Operation::CreateCustomer, FaultKind::Truncated));
    let answer = create_over_tcp(&simulator).await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let announced =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned)).unwrap();
    assert!(head.starts_with("HTTP/1.1 201"));
    assert!(body.len() < announced.parse().unwrap());
    assert_eq!(simulator.ledger().customers.len(), 1);
}

#[tokio::test]
async fn the_old_refusal_for_want_of_mfa_has_its_own_reason_phrase() {
    let simulator = start().await;
    simulator.script_fault(fault(Operation::Any, FaultKind::UnauthorizedMfaOld));
    let answer = over_tcp(&simulator, "GET", "/v1/customers", "").await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 401 Unauthorized - MFA required\r\n"));
}

#[tokio::test]
async fn faults_come_in_order_and_are_used_up() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let script = json!([
        { "operation": "list_customers", "after": 1, "count": 2, "kind": "status_429", "retry_after": 7 },
        { "operation": "list_customers", "kind": "status", "status": 503 },
        { "operation": "list_customers", "kind": "status", "status": 400, "code": 600_006 },
        { "operation": "list_customers", "kind": "unauthorized_mfa" },
        { "operation": "list_customers", "kind": "malformed" },
        { "operation": "list_customers", "kind": "html" },
        { "operation": "list_customers", "kind": "empty" }
    ]);
    let scripted = client.post("/_simulator/faults", &script).await;
    assert_eq!(scripted.status, 200, "{}", scripted.text());
    assert_eq!(client.get("/v1/customers").await.status, 200);
    for _ in 0..2 {
        let throttled = client.get("/v1/customers").await;
        assert_eq!((throttled.status.as_u16(), throttled.header("retry-after")), (429, "7"));
        assert_eq!(client.get("/v1/profiles/mpn").await.status, 200, "other operations are spared");
    }
    assert_eq!(client.get("/v1/customers").await.status, 503);
    assert_eq!(client.get("/v1/customers").await.refusal(), (400, 600_006));
    assert_eq!(client.get("/v1/customers").await.refusal(), (401, 900_421));
    let malformed = client.get("/v1/customers").await;
    assert!(malformed.status.is_success() && serde_json::from_slice::<Value>(&malformed.body).is_err());
    assert!(client.get("/v1/customers").await.text().starts_with("<html>"));
    assert_eq!(client.get("/v1/customers").await.body.len(), 0);
    client.get("/v1/customers").await.json();
    assert_eq!(simulator.faults_to_come(), 0);
}

#[tokio::test]
async fn a_fault_may_commit_against_its_nature() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let script = json!({ "operation": "create_customer", "commit": true, "kind": "status", "status": 504 });
    client.post("/_simulator/faults", &script).await;
    assert_eq!(client.create(&request_id(1), &documented_create_for_a_reseller()).await.status, 504);
    assert_eq!(simulator.ledger().customers.len(), 1);
    assert_eq!(client.create(&request_id(1), &documented_create_for_a_reseller()).await.status, 201);
}

#[tokio::test]
async fn the_control_is_open_over_http() {
    let simulator = start().await;
    let client = Client::adele(&simulator);
    let call = async |method: Method, path: &str, body: Value| {
        let reply = client.send(method, path, &[], Some(&body)).await;
        (reply.status.as_u16(), serde_json::from_slice::<Value>(&reply.body).unwrap_or_default())
    };
    client.create(&request_id(1), &documented_create_for_a_reseller()).await.json();
    let (_, ledger) = call(Method::GET, "/_simulator/ledger", json!(null)).await;
    assert_eq!(ledger["customers"][0]["domain"], "WingtipToys678152504.onmicrosoft.com");
    assert_eq!(ledger["customers"][0]["password"], "0Krha*Io");
    assert_eq!(ledger["operations"]["create_customer"], 1);
    assert_eq!(call(Method::POST, "/_simulator/world", json!({ "customers": 3 })).await.0, 204);
    assert_eq!(client.get("/v1/customers").await.json()["totalCount"], 3);
    assert_eq!(call(Method::POST, "/_simulator/clock", json!({ "seconds": 10 })).await.0, 200);
    assert_eq!(call(Method::POST, "/_simulator/faults", json!({ "kind": "earthquake" })).await.0, 422);
    assert_eq!(call(Method::POST, "/_simulator/reset", json!(null)).await.0, 204);
    assert!(simulator.ledger().customers.is_empty());
    let health = send(&simulator.router(), Request::get("/health").body(Body::empty()).unwrap()).await;
    assert_eq!(health.text(), "ok");
}

#[tokio::test]
async fn a_stopped_simulator_no_longer_answers() {
    let simulator = start().await;
    let address = simulator.address();
    assert_eq!(simulator.env()[1], ("PORTAL_ENTRA_AUTHORITY", format!("http://{address}")));
    simulator.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}
