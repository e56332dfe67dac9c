//! B4: bodies at the limit, beyond it, without end, packed, a byte at a time, of ten thousand parts. Meanwhile somebody else
//! goes on working.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use http::header;
use reqwest::Url;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Trial, resident_megabytes};
use crate::{
    browser::Browser,
    support::{ADELE, World, domain_question},
};

/// What the portal reads of a body at most.
const LIMIT: usize = 64 * 1024;
/// Memory may grow by so much.
const GROWTH_MEGABYTES: usize = 16;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A person at work while others do their worst.
struct Worker {
    stop: Arc<AtomicBool>,
    working: tokio::task::JoinHandle<Vec<Duration>>,
}

impl Worker {
    fn begin(mut browser: Browser) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let working = tokio::spawn(async move {
            let mut times = Vec::new();
            while !until.load(Ordering::Relaxed) {
                let started = Instant::now();
                let page = browser.get("/customers").await;
                assert_eq!((page.status.as_u16(), page.url.path()), (200, "/customers"));
                times.push(started.elapsed());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            times
        });
        Self { stop, working }
    }

    /// How long most pages took.
    async fn end(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        let mut times = self.working.await.unwrap();
        times.sort_unstable();
        times[times.len() * 99 / 100]
    }
}

struct Sender {
    client: reqwest::Client,
    url: Url,
    cookies: String,
}

impl Sender {
    fn new(world: &World, browser: &Browser) -> Self {
        let cookies = browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        Self { client: reseller_portal::http::client("test").unwrap(), url: world.url.clone(), cookies }
    }

    async fn status(&self, path: &str, content_type: &str, coding: Option<&str>, body: Vec<u8>) -> u16 {
        let url = self.url.join(path).unwrap();
        let request = self.client.post(url).header("sec-fetch-site", "same-origin");
        let request = request.header(header::COOKIE, &self.cookies).header(header::CONTENT_TYPE, content_type);
        let request = match coding {
            Some(coding) => request.header(header::CONTENT_ENCODING, coding),
            None => request,
        };
        request.body(body).send().await.unwrap().status().as_u16()
    }

    fn head(&self, path: &str, content_type: &str, length: &str) -> String {
        let host = self.url.authority();
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\nContent-Type: {content_type}\r\n{length}\r\n\r\n",
            self.cookies
        )
    }

    async fn socket(&self) -> TcpStream {
        TcpStream::connect(self.url.socket_addrs(|| None).unwrap()[0]).await.unwrap()
    }

    /// Sends chunks until the server has had enough; answers its status and how many bytes went out.
    async fn endless(&self, path: &str, content_type: &str, most: u64) -> (u16, u64) {
        let mut socket = self.socket().await;
        let (mut from, mut to) = socket.split();
        to.write_all(self.head(path, content_type, "Transfer-Encoding: chunked").as_bytes()).await.unwrap();
        let sending = async {
            let chunk = [b"10000\r\n".as_slice(), &vec![b'a'; 0x10000], b"\r\n"].concat();
            let mut sent = 0;
            while sent < most && to.write_all(&chunk).await.is_ok() {
                sent += 0x10000;
            }
            sent
        };
        let reading = async {
            let mut answer = Vec::new();
            let _ = from.read_to_end(&mut answer).await;
            String::from_utf8_lossy(&answer).get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
        };
        let (sent, status) = tokio::join!(sending, reading);
        (status, sent)
    }

    /// Sends a byte a second; answers the status, 0 if there is none, and after how long the connection was closed.
    async fn trickle(&self, text: String) -> (u16, Duration) {
        let (started, mut socket) = (Instant::now(), self.socket().await);
        let (mut from, mut to) = socket.split();
        let sending = async {
            for byte in text.bytes() {
                if to.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let mut answer = Vec::new();
        tokio::select! {
            () = sending => {}
            _ = from.read_to_end(&mut answer) => {}
        }
        let status = String::from_utf8_lossy(&answer).get(9..12).and_then(|status| status.parse().ok());
        (status.unwrap_or(0), started.elapsed())
    }
}

async fn at_work() -> (World, Sender, Worker) {
    let world = World::set(&[("PORTAL_RATE_FACTOR", "100000")]).await;
    let browser = world.browser_of(ADELE).await;
    let (sender, worker) = (Sender::new(&world, &browser), Worker::begin(browser));
    (world, sender, worker)
}

/// A form of so many bytes, and a question to a function.
fn of_size(bytes: usize) -> [(&'static str, &'static str, Vec<u8>); 2] {
    let mut form = b"intent=save&company_name=".to_vec();
    form.resize(bytes, b'x');
    let mut question = domain_question("").to_string().into_bytes();
    let (end, missing) = (question.split_off(question.len() - 2), bytes - question.len() - 2);
    question.extend(std::iter::repeat_n(b' ', missing));
    question.extend(end);
    [("/customers/new", FORM, form), ("/api/check-domain", JSON, question)]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_read_up_to_the_limit_whatever_it_says_of_its_length() {
    let trial = Trial::begin("a_body_is_read_up_to_the_limit_whatever_it_says_of_its_length");
    let (_world, sender, worker) = at_work().await;
    for (size, is_too_large) in [(LIMIT - 1, false), (LIMIT, false), (LIMIT + 1, true), (10 * LIMIT, true)] {
        for (path, content_type, body) in of_size(size) {
            let by_length = sender.status(path, content_type, None, body.clone()).await;
            let mut socket = sender.socket().await;
            socket.write_all(sender.head(path, content_type, "Transfer-Encoding: chunked").as_bytes()).await.unwrap();
            let mut chunked = format!("{size:x}\r\n").into_bytes();
            chunked.extend(body);
            chunked.extend(b"\r\n0\r\n\r\n");
            let _ = socket.write_all(&chunked).await;
            let mut answer = [0; 12];
            socket.read_exact(&mut answer).await.unwrap();
            let in_chunks = String::from_utf8_lossy(&answer[9..]).parse::<u16>().unwrap();
            assert_eq!(
                (by_length == 413, in_chunks == 413),
                (is_too_large, is_too_large),
                "{path} {size}: {by_length} {in_chunks}"
            );
            assert!(by_length < 500 && in_chunks < 500, "{path} {size}: {by_length} {in_chunks}");
        }
    }
    let typical = worker.end().await;
    eprintln!("pages of somebody else: p99 {typical:?}");
    trial.end(16, "bodies");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_end_costs_no_memory_and_holds_nobody_up() {
    let trial = Trial::begin("a_body_without_end_costs_no_memory_and_holds_nobody_up");
    let (_world, sender, worker) = at_work().await;
    let most = u64::try_from(trial.size(10_000, 64)).unwrap() * 1_000_000;
    let before = resident_megabytes();
    let endless = [("/customers/new", FORM), ("/api/check-domain", JSON), ("/language", FORM), ("/nowhere", FORM)];
    let all = futures(endless.iter().map(|(path, content_type)| sender.endless(path, content_type, most))).await;
    for ((status, sent), (path, _)) in all.iter().zip(endless) {
        assert_eq!(*status, 413, "{path} after {sent} bytes");
        // What the kernel holds on both sides, and no more.
        assert!(*sent < 32_000_000, "{path} has taken {sent} bytes");
    }
    let grown = resident_megabytes().saturating_sub(before);
    assert!(grown <= GROWTH_MEGABYTES, "{grown} MB more");
    let typical = worker.end().await;
    assert!(typical < Duration::from_secs(1), "{typical:?}");
    eprintln!("{all:?}; {grown} MB more; pages of somebody else: p99 {typical:?}");
    trial.end(endless.len(), "bodies without end");
}

/// All of them at once, in one task.
async fn futures<T>(all: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pinned = all.into_iter().map(|one| (Box::pin(one), None)).collect::<Vec<_>>();
    std::future::poll_fn(|context| {
        for (future, answer) in pinned.iter_mut().filter(|(_, answer)| answer.is_none()) {
            if let std::task::Poll::Ready(ready) = future.as_mut().poll(context) {
                *answer = Some(ready);
            }
        }
        if pinned.iter().all(|(_, answer)| answer.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    pinned.into_iter().filter_map(|(_, answer)| answer).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_packed_is_not_unpacked() {
    let trial = Trial::begin("what_is_packed_is_not_unpacked");
    let (_world, sender, worker) = at_work().await;
    // "intent=save", packed by each; what is in them does not matter.
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\xcc+I\xcd+\xb1-N,K\x05\0\x0f\x12\xd0\x9c\x0b\0\0\0".to_vec();
    let zstd = b"\x28\xb5\x2f\xfd\x20\x0bY\0\0intent=save".to_vec();
    let mut tried = 0;
    for (coding, body) in [
        ("gzip", gzip.clone()),
        ("br", b"\x0b\x05\x80intent=save\x03".to_vec()),
        ("zstd", zstd),
        ("deflate", gzip.clone()),
        ("x-gzip", gzip),
    ] {
        for (path, content_type) in [("/customers/new", FORM), ("/language", FORM), ("/api/check-domain", JSON)] {
            assert_eq!(sender.status(path, content_type, Some(coding), body.clone()).await, 415, "{path} {coding}");
            tried += 1;
        }
    }
    worker.end().await;
    trial.end(tried, "packed bodies");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_fields_and_ten_thousand_levels_are_an_answer_at_once() {
    let trial = Trial::begin("ten_thousand_fields_and_ten_thousand_levels_are_an_answer_at_once");
    let (_world, sender, worker) = at_work().await;
    let name = |number: usize| format!("{number:x}").replace(|digit: char| digit.is_ascii_digit(), "g");
    let forms = [
        "a&".repeat(10_000),
        (0..10_000).map(|number| format!("{}&", name(number))).collect(),
        format!("{}intent=save", "company_name=x&".repeat(4_000)),
        "=&".repeat(10_000),
        "%&".repeat(10_000),
    ];
    let levels = ["[", "{\"a\":", "[{\"question\":"]
        .map(|level| level.repeat(10_000 / level.len().max(2) * 2).chars().take(LIMIT).collect::<String>());
    let wide = json!({ "question": (0..8_000).map(|number| (name(number), 1)).collect::<Vec<_>>() }).to_string();
    let closed = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let asked = forms
        .into_iter()
        .map(|form| ("/customers/new", FORM, form))
        .chain(levels.into_iter().chain([closed, wide]).map(|question| ("/api/check-domain", JSON, question)));
    let mut tried = 0;
    for (path, content_type, body) in asked {
        let started = Instant::now();
        let status = sender.status(path, content_type, None, body.into_bytes()).await;
        let took = started.elapsed();
        let right: &[u16] = if path.starts_with("/api") { &[400, 413, 422] } else { &[200, 303, 413, 422] };
        assert!(right.contains(&status), "{path}: {status}");
        assert!(took < Duration::from_secs(2), "{path}: {took:?}");
        tried += 1;
    }
    worker.end().await;
    trial.end(tried, "bodies of many parts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_a_second_is_not_waited_for() {
    let trial = Trial::begin("a_byte_a_second_is_not_waited_for");
    let (_world, sender, worker) = at_work().await;
    let slow_heads =
        futures((0..20).map(|_| sender.trickle(sender.head("/customers/new", FORM, "Content-Length: 9")))).await;
    for (_, closed_after) in &slow_heads {
        let seconds = closed_after.as_secs();
        assert!((9..=13).contains(&seconds), "a head is waited for {closed_after:?}");
    }
    if trial.is_full() {
        // Half a minute, which is too long for every run: the unit test of `server::body` has it by a clock of its own.
        let slow_bodies = futures((0..20).map(|_| async {
            let mut socket = sender.socket().await;
            let head = sender.head("/customers/new", FORM, "Content-Length: 99");
            socket.write_all(head.as_bytes()).await.unwrap();
            let started = Instant::now();
            let (mut from, mut to) = socket.split();
            let mut answer = [0; 12];
            tokio::select! {
                () = async { loop { let _ = to.write_all(b"a").await; tokio::time::sleep(Duration::from_secs(1)).await; } } => {}
                read = from.read_exact(&mut answer) => { read.unwrap(); }
            }
            (String::from_utf8_lossy(&answer[9..]).into_owned(), started.elapsed())
        }))
        .await;
        for (status, after) in &slow_bodies {
            assert_eq!(status, "408");
            assert!((28..=34).contains(&after.as_secs()), "{after:?}");
        }
    }
    let typical = worker.end().await;
    assert!(typical < Duration::from_secs(1), "{typical:?}");
    eprintln!("pages of somebody else: p99 {typical:?}");
    trial.end(slow_heads.len(), "slow senders");
}
