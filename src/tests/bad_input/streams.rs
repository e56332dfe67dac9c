//! B7: raw streams at our own listener. A second reading of the standard says which requests are in a stream; the portal
//! must not see another one, and none after one that is to be refused.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    middleware::{self, Next},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header;
use reseller_portal::server::listener;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{Trial, dice::Dice, reference};
use crate::support::{ADELE, World};

/// A stream that says nothing for so long is waiting for more.
const QUIET: Duration = Duration::from_millis(60);
/// So many streams at once.
pub(super) const AT_ONCE: usize = 8;

/// A request that must never be seen where it is the body of another; the number is the stream's.
pub(super) fn hidden(number: usize) -> String {
    format!("GET /hidden/{number:06} HTTP/1.1\r\nHost: portal.example\r\n\r\n")
}

/// Heads of one request, each of a kind.
fn head(dice: &mut Dice, cookie: &str) -> String {
    let method = match dice.below(16) {
        0 => "TRACE",
        1 => "CONNECT",
        2 => "OPTIONS",
        3 => "PUT",
        4 => "get",
        5 => "PRI",
        6 | 7 => "GET",
        _ => "POST",
    };
    let target = match dice.below(14) {
        0 => "http://evil.example/sign-in",
        1 => "http://portal.example/sign-in",
        2 => "portal.example:443",
        3 => "*",
        4 => "//evil.example/",
        5 => "/a b",
        6 => "https://portal.example/",
        _ => "/sign-in?a=1&a=2",
    };
    let version = match dice.below(16) {
        0 => "HTTP/1.0",
        1 => "HTTP/2.0",
        2 => "HTTP/1.2",
        3 => "http/1.1",
        4 => "HTTP/1.1 ",
        5 => "HTTP/1.0\r\nConnection: keep-alive",
        _ => "HTTP/1.1",
    };
    let host = match dice.below(16) {
        0 => "",
        1 => "Host: portal.example\r\nHost: portal.example\r\n",
        2 => "Host: portal.example\r\nHost: evil.example\r\n",
        3 => "Host:\r\n",
        4 => "Host: portal.example, evil.example\r\n",
        5 => "Host: u@portal.example\r\n",
        6 => "Host : portal.example\r\n",
        _ => "Host: portal.example\r\n",
    };
    let more = match dice.below(14) {
        0 => "Connection: close\r\n".to_owned(),
        1 => "X-Folded: a\r\n b\r\n".to_owned(),
        2 => "X: a\nY: b\r\n".to_owned(),
        3 => "X: a\rY: b\r\n".to_owned(),
        4 => "X\0: a\r\n".to_owned(),
        5 => (0..dice.below(300)).map(|at| format!("X-{at}: a\r\n")).collect(),
        6 => format!("X: {}\r\n", "a".repeat(dice.below(90_000))),
        7 => "Expect: 100-continue\r\n".to_owned(),
        8 => "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n".to_owned(),
        9 => ": empty\r\n".to_owned(),
        _ => String::new(),
    };
    let type_and_rights = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
    format!("{method} {target} {version}\r\n{host}{more}{type_and_rights}Cookie: {cookie}\r\n")
}

/// A body with its length, said rightly or not.
fn framed(dice: &mut Dice, hidden: &str) -> String {
    let length = hidden.len();
    let chunk = format!("{length:x}\r\n{hidden}\r\n0\r\n\r\n");
    let with = |fields: &str, body: &str| format!("{fields}\r\n{body}");
    match dice.below(34) {
        0..4 => with("", ""),
        4..7 => with(&format!("Content-Length: {length}\r\n"), hidden),
        7..10 => with("Transfer-Encoding: chunked\r\n", &chunk),
        10 => with(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", chunk.len()), &chunk),
        11 => with(&format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", chunk.len()), &chunk),
        12 => with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{hidden}")),
        13 => with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", &format!("0\r\n\r\n{hidden}")),
        14 => with(&format!("Content-Length: {length}\r\nContent-Length: 0\r\n"), hidden),
        15 => with(&format!("Content-Length: 0\r\nContent-Length: {length}\r\n"), hidden),
        16 => with(&format!("Content-Length: {length}, {length}\r\n"), hidden),
        17 => with(&format!("Content-Length: {length}\r\nContent-Length: {length}\r\n"), hidden),
        18 => {
            let lie = dice.pick(&["+0", "-1", "0x0", "00", "0 0", "", "1e1", "18446744073709551616", "\"0\"", "０"]);
            with(&format!("Content-Length: {lie}\r\n"), hidden)
        }
        19 => with(&format!("Content-Length : {length}\r\n"), hidden),
        20..24 => {
            let coding = dice.pick(&[
                "xchunked",
                "chunked, identity",
                "identity, chunked",
                "gzip, chunked",
                "chunked, chunked",
                "identity",
                "\u{b}chunked",
                "chunked\u{b}",
                "\"chunked\"",
                "chunked;q=1",
                "",
                "Chunked",
                "chunked ,",
                "ch\u{0}unked",
            ]);
            with(&format!("Transfer-Encoding: {coding}\r\n"), &chunk)
        }
        24 => with(&format!("Transfer-Encoding : chunked\r\nContent-Length: {length}\r\n"), hidden),
        25 => with(&format!("X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n"), hidden),
        26 => with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", &chunk),
        27 => with("Transfer-Encoding:\tchunked\r\n", &chunk),
        _ => with("Transfer-Encoding: chunked\r\n", &wrong_chunks(dice, hidden)),
    }
}

/// Chunks of which something is wrong, or unusual.
fn wrong_chunks(dice: &mut Dice, hidden: &str) -> String {
    let length = hidden.len();
    match dice.below(12) {
        0 => format!("{length:x}\n{hidden}\r\n0\r\n\r\n"),
        1 => format!("{length:x}\r\n{hidden}\n0\r\n\r\n"),
        2 => format!("0x{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
        3 => format!("+{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
        4 => format!("1{length:016x}\r\n{hidden}\r\n0\r\n\r\n"),
        5 => format!("{length:x};a\n b\r\n{hidden}\r\n0\r\n\r\n"),
        6 => format!("{length:x};a=\"\r\n\"\r\n{hidden}\r\n0\r\n\r\n"),
        7 => format!("0\r\nContent-Length: {length}\r\n\r\n{hidden}"),
        8 => format!("0\r\n{hidden}"),
        9 => format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", length - 2),
        10 => format!("{length:x} \r\n{hidden}\r\n0\r\n\r\n"),
        _ => format!("\r\n{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
    }
}

/// A stream of two or three requests, and the one after which the server closes it.
pub(super) fn stream(dice: &mut Dice, cookie: &str, number: usize) -> Vec<u8> {
    let hidden = hidden(number);
    let mut stream = Vec::new();
    for _ in 0..=dice.below(2) {
        stream.extend_from_slice(head(dice, cookie).as_bytes());
        stream.extend_from_slice(framed(dice, &hidden).as_bytes());
    }
    stream.extend_from_slice(b"GET /robots.txt HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n");
    if dice.once_in(4) { dice.mutated(&stream) } else { stream }
}

/// Whether an answer is that of the checks in front of everything, which let nothing of it through. A handler's may look
/// the same after a body in chunks, after which nothing follows either.
fn is_refusal(answer: &Response) -> bool {
    matches!(answer.status().as_u16(), 400 | 405 | 501)
        && answer.headers().get(header::CONNECTION).is_some_and(|connection| connection == "close")
}

/// A request as the portal has seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    method: String,
    pub(super) target: String,
    /// Whether a proxy has sent it as a request of its own.
    pub(super) is_stamped: bool,
}

/// What a proxy adds to each request that it sends, and no stream has.
pub(super) const STAMP: &str = "X-Stamp-Of-The-Proxy";

pub(super) type Seen = Arc<Mutex<Vec<Asked>>>;

/// The portal behind a listener of its own, and what it sees.
pub(super) async fn listening(router: &Router) -> (SocketAddr, Seen, CancellationToken) {
    let seen = Seen::default();
    let of_this = Arc::clone(&seen);
    let router = router.clone().layer(middleware::from_fn(move |request: Request, next: Next| {
        let target = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let (method, is_stamped) = (request.method().to_string(), request.headers().contains_key(STAMP));
        let (seen, asked) = (Arc::clone(&of_this), Asked { method, target, is_stamped });
        async move {
            seen.lock().unwrap().push(asked.clone());
            let answer = next.run(request).await;
            if is_refusal(&answer) {
                let mut seen = seen.lock().unwrap();
                let own = seen.iter().rposition(|one| *one == asked).unwrap();
                seen.remove(own);
            }
            answer
        }
    }));
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (socket.local_addr().unwrap(), CancellationToken::new());
    tokio::spawn(listener::serve(socket, router, stop.clone()));
    (address, seen, stop)
}

/// Sends a stream and reads until the server has closed, or waits.
pub(super) async fn answers(address: SocketAddr, stream: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let (mut from, mut to) = socket.split();
    let mut answers = Vec::new();
    let sending = async {
        // A server that has refused reads no further.
        let _ = to.write_all(stream).await;
    };
    let reading = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(Ok(count @ 1..)) = tokio::time::timeout(QUIET, from.read(&mut buffer)).await {
            answers.extend_from_slice(&buffer[..count]);
        }
    };
    tokio::join!(sending, reading);
    answers
}

/// The statuses of final answers.
fn statuses(answers: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(answers);
    let after = text.split("HTTP/1.").skip(1).filter_map(|part| part.get(2..5)?.parse().ok());
    after.filter(|status| *status >= 200).collect()
}

/// What is the same in both readings of a target.
fn same(one: &Asked, (method, target): &(String, String)) -> bool {
    one.method == *method && one.target.split('#').next() == target.split('#').next()
}

pub(super) async fn a_portal() -> (World, Router, String) {
    let world = World::set(&[("PORTAL_RATE_FACTOR", "100000")]).await;
    let browser = world.browser_of(ADELE).await;
    let cookie = browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let mut router = None;
    world.start_portal_behind(|portal| router.insert(portal).clone()).await;
    (world, router.unwrap(), cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_stream_hides_a_request_in_another() {
    let trial = Trial::begin("no_stream_hides_a_request_in_another");
    let (mut dice, (world, router, cookie)) = (trial.dice(), a_portal().await);
    let count = trial.size(10_000, 400);
    let senders = (0..AT_ONCE).map(|first| {
        let (router, cookie, mut dice) = (router.clone(), cookie.clone(), dice.fork());
        tokio::spawn(async move {
            let (mut agreed, mut refused) = (0, 0);
            for number in (first..count).step_by(AT_ONCE) {
                let sent = stream(&mut dice, &cookie, number);
                let expected = reference::read(&sent);
                let (address, seen, stop) = listening(&router).await;
                let statuses = statuses(&answers(address, &sent).await);
                stop.cancel();
                let seen = seen.lock().unwrap().clone();
                let shown = || String::from_utf8_lossy(&sent).chars().take(3_000).collect::<String>();
                let is_prefix = seen.len() <= expected.requests.len()
                    && seen.iter().zip(&expected.requests).all(|(one, other)| same(one, other));
                assert!(is_prefix, "seen {seen:?}, in the stream {expected:?}:\n{}", shown());
                assert!(statuses.len() <= seen.len() + 1, "{statuses:?} for {seen:?}:\n{}", shown());
                assert!(!statuses.contains(&500), "{statuses:?}:\n{}", shown());
                agreed += usize::from(seen.len() == expected.requests.len());
                refused += usize::from(expected.refused);
            }
            (agreed, refused)
        })
    });
    let (mut agreed, mut refused) = (0, 0);
    for sender in senders.collect::<Vec<_>>() {
        let counts = sender.await.unwrap();
        agreed += counts.0;
        refused += counts.1;
    }
    eprintln!("{agreed} of {count} streams were read to the same request, {refused} had something to refuse");
    // A server that refuses everything would pass, too.
    assert!(agreed * 3 > count, "{agreed} of {count}");
    assert_eq!(world.browser().get("/sign-in").await.status, 200, "the portal is there");
    trial.end(count, "streams");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_invented_cookie_is_a_session() {
    let trial = Trial::begin("no_invented_cookie_is_a_session");
    let (mut dice, (_world, router, cookie)) = (trial.dice(), a_portal().await);
    let count = trial.size(100_000, 600);
    let (name, id) = cookie.split_once('=').unwrap();
    let (name, id) = (name.to_owned(), id.split(';').next().unwrap().to_owned());
    let mut tried = 0;
    for at in 0..count {
        let invented = match dice.below(8) {
            0 => URL_SAFE_NO_PAD.encode(dice.bytes(40)),
            1 => URL_SAFE_NO_PAD.encode([dice.number().to_le_bytes(), dice.number().to_le_bytes()].concat()),
            2 => id.to_ascii_lowercase() + "A",
            3 => format!("{id}=="),
            4 => format!("\"{id}"),
            5 => "A".repeat(dice.below(30_000)),
            _ => String::from_utf8_lossy(&dice.mutated(id.as_bytes())).into_owned(),
        };
        if invented.trim() == id || invented.trim().starts_with(&format!("{id};")) {
            continue;
        }
        let cookies = match at % 3 {
            0 => format!("{name}={invented}"),
            1 => format!("{name}={invented}; __Host-{name}={id}; {name}2={id}"),
            _ => format!("{name}={invented}; portal-sign-in-{invented}=x"),
        };
        let Ok(request) = Request::builder()
            .uri("/customers")
            .header(header::HOST, "portal.example")
            .header(header::COOKIE, cookies.as_bytes())
            .body(Body::empty())
        else {
            continue;
        };
        let answer = router.clone().oneshot(request).await.unwrap();
        let to_sign_in =
            answer.headers().get(header::LOCATION).is_some_and(|to| to.as_bytes().starts_with(b"/sign-in"));
        assert!(answer.status() == 303 && to_sign_in, "{} for {cookies}", answer.status());
        tried += 1;
    }
    trial.end(tried, "invented cookies");
}

#[tokio::test]
async fn a_sign_in_looks_no_further_than_a_browsers_own_cookies() {
    let (_world, router, _) = a_portal().await;
    let invented = (0..1_000).map(|number| format!("portal-sign-in-{number:043}=x")).collect::<Vec<_>>().join("; ");
    let request = Request::builder()
        .uri("/auth/start")
        .header(header::HOST, "portal.example")
        .header(header::COOKIE, invented)
        .body(Body::empty());
    let answer = router.oneshot(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 303);
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().count();
    assert!(cookies <= 21, "{cookies} cookies come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_do_not_come_keep_no_page_from_anybody() {
    // More than may be at work at once.
    const WAITING: usize = 700;
    let (_world, router, _) = a_portal().await;
    let ask = |method: &str, path: &str, body: Body| {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "portal.example");
        tokio::spawn(router.clone().oneshot(request.header("sec-fetch-site", "same-origin").body(body).unwrap()))
    };
    let never = || Body::from_stream(tokio_stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let waiting: Vec<_> = (0..WAITING).map(|_| ask("POST", "/customers/new", never())).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(waiting.iter().all(|one| !one.is_finished()), "they are waited for");
    let page = ask("GET", "/sign-in", Body::empty()).await.unwrap().unwrap();
    assert_eq!(page.status(), 200);
    for one in waiting {
        one.abort();
    }
}
