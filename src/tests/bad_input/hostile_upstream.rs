//! An upstream that answers what no upstream should: what the honest answer would be, changed by chance.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::dice::Dice;

/// Stands in every text that is changed; shown as it is it would be script, and it must not be shown at all where texts of
/// upstreams are not.
pub(super) const SCRIPT: &str = "<script>hostile()</script>";

/// What is done to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// A megabyte here, or twenty.
    Huge,
    /// A hundred thousand levels.
    Deep,
    /// Values of other types, fields too few.
    OtherShape,
    /// Bytes that are no UTF-8.
    NoText,
    /// A mark too many, or of another encoding.
    Marks,
    /// Markup in each text, passwords too.
    Markup,
    /// Leads to somebody else.
    Redirect,
    /// The length is not right.
    WrongLength,
    /// Fifty answers in advance.
    Informational,
    /// A page of a proxy, as a success or as a failure.
    Page,
    /// A status that does not fit.
    OtherStatus,
    /// No HTTP at all.
    Noise,
    /// Headers without end, and what should be in none.
    Headers,
    /// The connection ends without a word.
    Nothing,
    /// Some bytes are others.
    Mutated,
}

pub(super) const CHANGES: [Change; 15] = [
    Change::Huge,
    Change::Deep,
    Change::OtherShape,
    Change::NoText,
    Change::Marks,
    Change::Markup,
    Change::Redirect,
    Change::WrongLength,
    Change::Informational,
    Change::Page,
    Change::OtherStatus,
    Change::Noise,
    Change::Headers,
    Change::Nothing,
    Change::Mutated,
];

/// An honest answer.
#[derive(Clone, Debug)]
pub(super) struct Honest {
    pub(super) status: u16,
    /// Lines, each with its end.
    pub(super) headers: String,
    pub(super) body: Vec<u8>,
}

/// Which requests are answered otherwise, by method and path.
pub(super) type Which = Box<dyn Fn(&str, &str) -> Option<Change> + Send>;

/// Where honest answers come from.
enum Source {
    /// Another server.
    Server(SocketAddr),
    /// The same answer to everything.
    Always(Honest),
}

struct Shared {
    source: Mutex<Option<Source>>,
    which: Mutex<Which>,
    dice: Mutex<Dice>,
    /// Where redirects lead, and how often somebody came.
    trap: SocketAddr,
    trapped: Arc<AtomicUsize>,
}

/// The upstream; it ends with the test's process.
#[derive(Clone)]
pub(super) struct HostileUpstream {
    pub(super) origin: String,
    shared: Arc<Shared>,
}

impl HostileUpstream {
    pub(super) async fn start(dice: Dice) -> Self {
        let (listener, trap) = (bind().await, bind().await);
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let trapped = Arc::new(AtomicUsize::new(0));
        let shared = Arc::new(Shared {
            source: Mutex::new(None),
            which: Mutex::new(Box::new(|_, _| None)),
            dice: Mutex::new(dice),
            trap: trap.local_addr().unwrap(),
            trapped: Arc::clone(&trapped),
        });
        tokio::spawn(async move {
            while trap.accept().await.is_ok() {
                trapped.fetch_add(1, Ordering::SeqCst);
            }
        });
        let of_all = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&of_all)));
            }
        });
        Self { origin, shared }
    }

    /// In front of another server.
    pub(super) fn stands_before(&self, server: SocketAddr) {
        *self.shared.source.lock().unwrap() = Some(Source::Server(server));
    }

    /// Answers always the same.
    pub(super) fn says(&self, honest: Honest) {
        *self.shared.source.lock().unwrap() = Some(Source::Always(honest));
    }

    pub(super) fn changes(&self, which: impl Fn(&str, &str) -> Option<Change> + Send + 'static) {
        *self.shared.which.lock().unwrap() = Box::new(which);
    }

    /// How often a redirect was followed.
    pub(super) fn followed(&self) -> usize {
        self.shared.trapped.load(Ordering::SeqCst)
    }
}

async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// Reads one HTTP message: head and body, as long as the head says.
async fn message(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    let (head, mut body) = loop {
        let count = socket.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break (String::from_utf8_lossy(&bytes[..end + 2]).into_owned(), bytes[end + 4..].to_vec());
        }
    };
    let lower = head.to_ascii_lowercase();
    let length =
        lower.split("\r\ncontent-length:").nth(1).and_then(|rest| rest.split("\r\n").next()?.trim().parse().ok());
    while body.len() < length.unwrap_or(0) {
        let count = socket.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&buffer[..count]);
    }
    Some((head, body))
}

/// One request a connection.
async fn serve(mut socket: TcpStream, shared: Arc<Shared>) {
    let Some((head, body)) = message(&mut socket).await else { return };
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let from = match &*shared.source.lock().unwrap() {
        Some(Source::Server(address)) => Ok(*address),
        Some(Source::Always(honest)) => Err(honest.clone()),
        None => return,
    };
    let honest = match from {
        Ok(address) => match forwarded(address, &head, &body).await {
            Some(honest) => honest,
            None => return,
        },
        Err(honest) => honest,
    };
    let change = (shared.which.lock().unwrap())(&method, &path);
    let bytes = match change {
        None => plain(&honest, &method),
        Some(change) => changed(change, &honest, &mut shared.dice.lock().unwrap(), shared.trap),
    };
    let _ = socket.write_all(&bytes).await;
    let _ = socket.shutdown().await;
    // What the other side still sends is read, or its answer would be lost by a reset.
    let mut rest = [0; 1024];
    while socket.read(&mut rest).await.is_ok_and(|count| count > 0) {}
}

async fn forwarded(address: SocketAddr, head: &str, body: &[u8]) -> Option<Honest> {
    let mut socket = TcpStream::connect(address).await.ok()?;
    let lines = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head = lines.map(|line| format!("{line}\r\n")).collect::<String>();
    socket.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).await.ok()?;
    socket.write_all(body).await.ok()?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.get(9..12)?.parse().ok()?;
    let framing = ["content-length:", "transfer-encoding:", "connection:"];
    let headers =
        head.lines().skip(1).filter(|line| !framing.iter().any(|name| line.to_ascii_lowercase().starts_with(name)));
    let headers = headers.map(|line| format!("{line}\r\n")).collect();
    let body = &answer[end + 4..];
    let body =
        if head.to_ascii_lowercase().contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_vec() };
    Some(Honest { status, headers, body })
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16).unwrap_or(0);
        if size == 0 || rest.len() < end + 4 + size {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    body
}

fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// The answer as it is.
fn plain(honest: &Honest, method: &str) -> Vec<u8> {
    if method == "HEAD" {
        return format!("HTTP/1.1 {} X\r\n{}Connection: close\r\n\r\n", honest.status, honest.headers).into_bytes();
    }
    answer(honest.status, &honest.headers, &honest.body)
}

fn json_of(honest: &Honest) -> Value {
    serde_json::from_slice(honest.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&honest.body)).unwrap_or_default()
}

/// The answer with something wrong in it.
fn changed(change: Change, honest: &Honest, dice: &mut Dice, trap: SocketAddr) -> Vec<u8> {
    let Honest { status, headers, body } = honest;
    let (status, body) = (*status, body.as_slice());
    match change {
        Change::Huge => {
            let size = if dice.once_in(4) { 20 << 20 } else { 1 << 20 };
            let text = SCRIPT.repeat(size / SCRIPT.len());
            let body = match dice.below(3) {
                0 => text,
                1 => format!("{{\"items\":[{}1]}}", "1,".repeat(size / 2)),
                _ => format!(
                    "{{\"pad\":\"{text}\",{}",
                    String::from_utf8_lossy(body).trim_start_matches(['\u{feff}', '{'])
                ),
            };
            answer(status, headers, body.as_bytes())
        }
        Change::Deep => {
            let level = dice.pick(&["[", "{\"a\":", "{\"items\":[", "{\"keys\":["]);
            answer(status, headers, level.repeat(100_000).as_bytes())
        }
        Change::OtherShape => {
            let mut json = json_of(honest);
            reshape(&mut json, dice);
            answer(status, headers, json.to_string().as_bytes())
        }
        Change::NoText => {
            let mut body = body.to_vec();
            for _ in 0..=dice.below(3) {
                let at = dice.below(body.len() + 1);
                let piece =
                    *dice.of(&[&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\0", b"\xf5\x80\x80\x80", b"\x80"]);
                body.splice(at..at, piece.iter().copied());
            }
            answer(status, headers, &body)
        }
        Change::Marks => {
            let text = String::from_utf8_lossy(body).into_owned();
            let body = match dice.below(4) {
                0 => format!("\u{feff}\u{feff}{text}").into_bytes(),
                1 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                2 => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
                _ => format!("{text}\u{feff}").into_bytes(),
            };
            answer(status, headers, &body)
        }
        Change::Markup => {
            let mut json = json_of(honest);
            mark(&mut json);
            answer(status, headers, json.to_string().as_bytes())
        }
        Change::Redirect => {
            let status = *dice.of(&[301, 302, 303, 307, 308, 300]);
            let to = match dice.below(3) {
                0 => format!("http://{trap}/v1/customers"),
                1 => format!("//{trap}/"),
                _ => format!("http://{trap}/{SCRIPT}"),
            };
            answer(status, &format!("{headers}Location: {to}\r\nRefresh: 0;url={to}\r\n"), body)
        }
        Change::WrongLength => {
            let length = match dice.below(5) {
                0 => body.len() + 1 + dice.below(1_000),
                1 => body.len() / 2,
                2 => 0,
                3 => usize::MAX,
                _ => body.len() + (1 << 30),
            };
            let more = if dice.once_in(4) { "Transfer-Encoding: chunked\r\n" } else { "" };
            let head =
                format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n{more}Connection: close\r\n\r\n");
            [head.as_bytes(), body].concat()
        }
        Change::Informational => {
            let mut bytes = Vec::new();
            for _ in 0..50 {
                bytes.extend(format!("HTTP/1.1 {} X\r\nLink: <x>\r\n\r\n", dice.of(&[100, 102, 103])).into_bytes());
            }
            bytes.extend(answer(status, headers, body));
            bytes
        }
        Change::Page => {
            let status = *dice.of(&[status, 200, 201, 400, 403, 404, 407, 500, 502, 503]);
            let page = format!("<!doctype html><title>{SCRIPT}</title><body>{SCRIPT}{SCRIPT}</body>");
            answer(status, "Content-Type: text/html\r\n", page.as_bytes())
        }
        Change::OtherStatus => {
            let status = *dice.of(&[
                200, 202, 204, 205, 206, 226, 304, 400, 401, 409, 410, 418, 421, 429, 451, 499, 500, 501, 511, 599,
                799, 999,
            ]);
            let refusal = format!(
                "{{\"code\":\"{SCRIPT}\",\"description\":\"{SCRIPT}\",\"error\":\"{SCRIPT}\",\"error_description\":\"{SCRIPT}\",\"data\":[\"{SCRIPT}\"]}}"
            );
            let body = if dice.once_in(2) { refusal.as_bytes() } else { body };
            answer(
                status,
                &format!("{headers}Retry-After: {}\r\nWWW-Authenticate: {SCRIPT}\r\n", dice.number_text()),
                body,
            )
        }
        Change::Noise => dice.bytes(2_000),
        Change::Headers => {
            let more = match dice.below(5) {
                0 => (0..500).map(|at| format!("X-{at}: {SCRIPT}\r\n")).collect(),
                1 => format!("X: {}\r\n", "a".repeat(500_000)),
                2 => format!("MS-CV: {SCRIPT}\r\nSet-Cookie: a=b\r\nMS-RequestId: {SCRIPT}\r\n"),
                3 => "Content-Encoding: gzip\r\n".to_owned(),
                _ => "X\0: a\r\n folded\r\n".to_owned(),
            };
            answer(status, &format!("{headers}{more}"), body)
        }
        Change::Nothing => Vec::new(),
        Change::Mutated => answer(status, headers, &dice.mutated(body)),
    }
}

/// Puts a value of another type in place of some of them, or takes them away.
fn reshape(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(fields) => {
            if dice.once_in(3) {
                let name = fields.keys().nth(dice.below(fields.len())).cloned().unwrap_or_default();
                fields.remove(&name);
            }
            fields.values_mut().for_each(|inner| reshape(inner, dice));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| reshape(inner, dice)),
        _ => {}
    }
    if dice.once_in(6) {
        *value = match dice.below(8) {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => serde_json::json!(-1),
            3 => serde_json::json!([]),
            4 => serde_json::json!({}),
            5 => serde_json::json!([[value.clone()]]),
            6 => serde_json::json!(1e300),
            _ => Value::String(dice.text()),
        };
    }
}

/// Puts markup behind each text.
fn mark(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(mark),
        Value::Array(items) => items.iter_mut().for_each(mark),
        Value::String(text) => text.push_str(SCRIPT),
        _ => {}
    }
}
