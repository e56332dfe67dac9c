//! A second opinion on where one request ends and the next begins: RFC 9112 as a server has to read it, without a line in
//! common with the one that is tested.

/// What stands in a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// Method, path and query of each request whose head is right.
    pub(super) requests: Vec<(String, String)>,
    /// Whether something follows that is to be refused.
    pub(super) refused: bool,
}

/// Why no further request is read.
enum Stop {
    /// Too few bytes.
    Incomplete,
    /// Against the standard.
    Wrong,
}

type Read<T> = Result<T, Stop>;

/// How long a body is.
enum Framing {
    Bytes(u64),
    Chunked,
}

struct Head {
    method: String,
    target: String,
    framing: Framing,
    closes: bool,
}

pub(super) fn read(stream: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut rest = stream;
    loop {
        let head = match head(&mut rest) {
            Ok(head) => head,
            Err(stop) => {
                reading.refused = matches!(stop, Stop::Wrong);
                return reading;
            }
        };
        reading.requests.push((head.method, head.target));
        let body = match head.framing {
            Framing::Bytes(count) => take(&mut rest, count),
            Framing::Chunked => chunks(&mut rest),
        };
        match body {
            Ok(()) if head.closes => return reading,
            Ok(()) => {}
            Err(stop) => {
                reading.refused = matches!(stop, Stop::Wrong);
                return reading;
            }
        }
    }
}

/// A line without its end; a line feed alone is one (section 2.2), a carriage return alone is nothing.
fn line<'a>(rest: &mut &'a [u8]) -> Read<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(Stop::Incomplete)?;
    let (line, tail) = rest.split_at(end);
    *rest = &tail[1..];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.contains(&b'\r') || line.contains(&0) { Err(Stop::Wrong) } else { Ok(line) }
}

fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

fn head(rest: &mut &[u8]) -> Read<Head> {
    let mut first = line(rest)?;
    while first.is_empty() {
        first = line(rest)?;
    }
    let [method, target, version] = first.split(|byte| *byte == b' ').collect::<Vec<_>>()[..] else {
        return Err(Stop::Wrong);
    };
    let is_1_1 = match version {
        b"HTTP/1.1" => true,
        b"HTTP/1.0" => false,
        _ => return Err(Stop::Wrong),
    };
    if !is_token(method) || target.is_empty() || target.iter().any(u8::is_ascii_control) {
        return Err(Stop::Wrong);
    }
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    loop {
        let field = line(rest)?;
        if field.is_empty() {
            break;
        }
        // A space at its beginning would continue the line before; that is refused, too.
        let colon = field.iter().position(|byte| *byte == b':').ok_or(Stop::Wrong)?;
        let (name, value) = (&field[..colon], field[colon + 1..].trim_ascii());
        if !is_token(name) {
            return Err(Stop::Wrong);
        }
        fields.push((String::from_utf8_lossy(name).to_ascii_lowercase(), value.to_vec()));
    }
    let values = |name: &str| {
        fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_slice()).collect::<Vec<_>>()
    };
    let target = own_target(method, target, &values("host"), is_1_1)?;
    let codings = values("transfer-encoding");
    let lengths = values("content-length");
    let framing = match codings.as_slice() {
        [] => length(&lengths)?,
        [coding] if is_1_1 && coding.eq_ignore_ascii_case(b"chunked") => Framing::Chunked,
        _ => return Err(Stop::Wrong),
    };
    let connection = values("connection").join(&b","[..]).to_ascii_lowercase();
    let says = |word: &[u8]| connection.split(|byte| *byte == b',').any(|token| token.trim_ascii() == word);
    // Both together are an attempt at something: at least the connection ends with it (section 6.1).
    let is_both = !codings.is_empty() && !lengths.is_empty();
    let closes = is_both || says(b"close") || (!is_1_1 && !says(b"keep-alive"));
    Ok(Head { method: String::from_utf8_lossy(method).into_owned(), target, framing, closes })
}

/// The target as far as it is the server's own: path and query.
fn own_target(method: &[u8], target: &[u8], hosts: &[&[u8]], is_1_1: bool) -> Read<String> {
    let host = match hosts {
        [host] if !host.is_empty() && !host.iter().any(|byte| b" /?#@".contains(byte)) => Some(*host),
        [] if !is_1_1 => None,
        _ => return Err(Stop::Wrong),
    };
    if matches!(method, b"CONNECT" | b"TRACE") {
        return Err(Stop::Wrong);
    }
    let text = String::from_utf8_lossy(target).into_owned();
    if text.starts_with('/') {
        return Ok(text);
    }
    if text == "*" {
        return if method == b"OPTIONS" { Ok(text) } else { Err(Stop::Wrong) };
    }
    let (scheme, after) = text.split_once("://").ok_or(Stop::Wrong)?;
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, path) = after.split_at(end);
    let is_ours = host.is_none_or(|host| host.eq_ignore_ascii_case(authority.as_bytes()));
    if !is_token(scheme.as_bytes()) || !is_ours {
        return Err(Stop::Wrong);
    }
    Ok(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
}

fn length(values: &[&[u8]]) -> Read<Framing> {
    let number = |value: &[u8]| {
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        digits.then(|| String::from_utf8_lossy(value).parse::<u64>().ok()).flatten().ok_or(Stop::Wrong)
    };
    let Some((first, others)) = values.split_first() else { return Ok(Framing::Bytes(0)) };
    let count = number(first)?;
    for other in others {
        if number(other)? != count {
            return Err(Stop::Wrong);
        }
    }
    Ok(Framing::Bytes(count))
}

fn take(rest: &mut &[u8], count: u64) -> Read<()> {
    let count = usize::try_from(count).ok().filter(|count| *count <= rest.len()).ok_or(Stop::Incomplete)?;
    *rest = &rest[count..];
    Ok(())
}

fn chunks(rest: &mut &[u8]) -> Read<()> {
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or(Stop::Incomplete)?;
        let size = rest[..end].strip_suffix(b"\r").ok_or(Stop::Wrong)?;
        if size.contains(&b'\r') {
            return Err(Stop::Wrong);
        }
        *rest = &rest[end + 1..];
        let digits = size.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii_end();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(Stop::Wrong);
        }
        let size = u64::from_str_radix(&String::from_utf8_lossy(digits), 16).map_err(|_| Stop::Wrong)?;
        if size == 0 {
            break;
        }
        take(rest, size)?;
        match rest {
            [b'\r', b'\n', ..] => *rest = &rest[2..],
            [] | [b'\r'] => return Err(Stop::Incomplete),
            _ => return Err(Stop::Wrong),
        }
    }
    while !line(rest)?.is_empty() {}
    Ok(())
}

#[test]
fn the_second_opinion_reads_as_the_standard_says() {
    let paths = |stream: &str| {
        let reading = read(stream.as_bytes());
        (reading.requests.iter().map(|(_, path)| path.as_str()).collect::<Vec<_>>().join(" "), reading.refused)
    };
    let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_eq!(paths(&get.repeat(2)), ("/a /a".to_owned(), false));
    let post = |framing: &str, body: &str| format!("POST /b HTTP/1.1\r\nHost: h\r\n{framing}\r\n\r\n{body}{get}");
    assert_eq!(paths(&post("Content-Length: 3", "abc")), ("/b /a".to_owned(), false));
    assert_eq!(paths(&post("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n")), ("/b /a".to_owned(), false));
    assert_eq!(paths(&post("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n")), ("/b".to_owned(), false));
    assert_eq!(paths(&post("Connection: close", "")), ("/b".to_owned(), false));
    for framing in [
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Content-Length: 3, 3",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "X: y\r\n Transfer-Encoding: chunked",
        "Host: h",
    ] {
        assert_eq!(paths(&post(framing, "abc")), (String::new(), true), "{framing}");
    }
    assert_eq!(paths(&post("Transfer-Encoding: chunked", "3\nabc\r\n0\r\n\r\n")), ("/b".to_owned(), true));
    assert_eq!(paths("GET http://h/x HTTP/1.1\r\nHost: h\r\n\r\n"), ("/x".to_owned(), false));
    assert_eq!(paths("GET http://g/x HTTP/1.1\r\nHost: h\r\n\r\n"), (String::new(), true));
}
