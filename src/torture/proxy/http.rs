//! Where an HTTP/1.1 message ends.

use std::io::{Error, ErrorKind, Result};

use tokio::{io::AsyncReadExt as _, net::TcpStream};

/// No message of either side is larger.
const LARGEST: usize = 32 << 20;

/// A connection and what was read of it beyond the last message.
pub(super) struct Wire {
    pub(super) stream: TcpStream,
    rest: Vec<u8>,
}

/// What ends the body of a message.
enum Body {
    None,
    Length(usize),
    Chunks,
    End,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, rest: Vec::new() }
    }

    /// The next request, to the letter; `None` if the peer has ended.
    pub(super) async fn request(&mut self) -> Result<Option<Vec<u8>>> {
        self.message(|head| body_of(head, Body::None)).await
    }

    /// The answer to a request.
    pub(super) async fn answer(&mut self, request: &[u8]) -> Result<Option<Vec<u8>>> {
        let is_head = request.starts_with(b"HEAD ");
        self.message(|head| {
            let status = head.split(' ').nth(1).unwrap_or_default();
            if is_head || status == "204" || status == "304" { Body::None } else { body_of(head, Body::End) }
        })
        .await
    }

    async fn message(&mut self, body: impl Fn(&str) -> Body) -> Result<Option<Vec<u8>>> {
        let head = loop {
            if let Some(at) = find(&self.rest, b"\r\n\r\n") {
                break at + 4;
            }
            if !self.more().await? {
                return if self.rest.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
            }
        };
        let text = String::from_utf8_lossy(&self.rest[..head]).into_owned();
        let end = match body(&text) {
            Body::None => head,
            Body::Length(length) => head + length,
            Body::Chunks => self.end_of_chunks(head).await?,
            Body::End => {
                while self.more().await? {}
                self.rest.len()
            }
        };
        while self.rest.len() < end {
            if !self.more().await? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        let rest = self.rest.split_off(end);
        Ok(Some(std::mem::replace(&mut self.rest, rest)))
    }

    async fn end_of_chunks(&mut self, mut at: usize) -> Result<usize> {
        loop {
            while find(&self.rest[at..], b"\r\n").is_none() {
                self.must_have_more().await?;
            }
            let line = at + find(&self.rest[at..], b"\r\n").unwrap_or_default();
            let text = String::from_utf8_lossy(&self.rest[at..line]).into_owned();
            let size = usize::from_str_radix(text.split(';').next().unwrap_or_default().trim(), 16)
                .map_err(|_| Error::from(ErrorKind::InvalidData))?;
            // The chunk, or the empty line behind the last one.
            at = line + 2 + size + 2;
            while self.rest.len() < at {
                self.must_have_more().await?;
            }
            if size == 0 {
                return Ok(at);
            }
        }
    }

    async fn must_have_more(&mut self) -> Result<()> {
        if self.more().await? { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    async fn more(&mut self) -> Result<bool> {
        if self.rest.len() > LARGEST {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(self.stream.read_buf(&mut self.rest).await? > 0)
    }
}

fn body_of(head: &str, otherwise: Body) -> Body {
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            return value.trim().parse().map_or(Body::End, Body::Length);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") && value.trim().eq_ignore_ascii_case("chunked") {
            return Body::Chunks;
        }
    }
    otherwise
}

pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
