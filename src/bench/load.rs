//! Requests over connections that stay open, written and read by hand: a client that costs next to nothing leaves the
//! server to be what is measured.

use std::time::{Duration, Instant};

use reqwest::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
};

/// Requests in flight.
const CONNECTIONS: u32 = 16;

/// What is asked for, again and again.
#[derive(Clone)]
pub(super) struct Question {
    address: String,
    request: String,
}

impl Question {
    /// A GET, with these cookies.
    pub(super) fn get(url: &Url, cookie: &str) -> Self {
        let (address, path) = place(url);
        let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{cookie}\r\n");
        Self { address, request }
    }

    /// A call of a server function, by a page of the portal.
    pub(super) fn call(url: &Url, cookie: &str, body: &serde_json::Value) -> Self {
        let (address, path) = place(url);
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\norigin: http://{address}\r\n\
             sec-fetch-site: same-origin\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self { address, request }
    }

    /// The same, compressed if the server likes to.
    pub(super) fn compressed(&self) -> Self {
        Self { request: self.request.replacen("\r\n", "\r\naccept-encoding: gzip\r\n", 1), ..self.clone() }
    }

    /// Answers a second while [`CONNECTIONS`] ask for them without a pause.
    pub(super) async fn per_second(&self, time: Duration) -> f64 {
        let started = Instant::now();
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let question = self.clone();
                tokio::spawn(async move {
                    let mut connection = question.connect().await;
                    let mut count = 0_u32;
                    while started.elapsed() < time {
                        connection.ask(&question.request).await;
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let mut total = 0;
        for task in tasks {
            total += task.await.unwrap();
        }
        f64::from(total) / started.elapsed().as_secs_f64()
    }

    /// Milliseconds from when each answer was due to be asked for until it was there, at a steady rate: what waits for
    /// another counts.
    pub(super) async fn latencies(&self, per_second: f64, time: Duration) -> Vec<f64> {
        let between = Duration::from_secs_f64(f64::from(CONNECTIONS) / per_second);
        let started = Instant::now();
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let question = self.clone();
                tokio::spawn(async move {
                    let mut connection = question.connect().await;
                    let mut due = started + between * number / CONNECTIONS;
                    let mut taken = Vec::new();
                    while due < started + time {
                        // The runtime's timer is a millisecond, and many requests would go out at once.
                        while Instant::now() < due {
                            yield_now().await;
                        }
                        connection.ask(&question.request).await;
                        taken.push(due.elapsed().as_secs_f64() * 1000.0);
                        due += between;
                    }
                    taken
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    }

    /// Asks so many times, one after the other.
    pub(super) async fn times(&self, count: u32) {
        let mut connection = self.connect().await;
        for _ in 0..count {
            connection.ask(&self.request).await;
        }
    }

    async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Connection { stream, buffer: vec![0; 256 * 1024] }
    }
}

fn place(url: &Url) -> (String, String) {
    let address = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    (address, format!("{}{query}", url.path()))
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Sends a request and reads its answer, which has to be a good one.
    async fn ask(&mut self, request: &str) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = 0;
        loop {
            let more = self.stream.read(&mut self.buffer[read..]).await.unwrap();
            assert!(more > 0, "the server has closed the connection");
            read += more;
            if is_whole(&self.buffer[..read]) {
                return;
            }
        }
    }
}

/// Whether an answer is there to its last byte.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    match length {
        Some(length) => answer.len() == end + 4 + length.parse::<usize>().unwrap(),
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    }
}
