//! A server for what a mock server cannot do: reset, break off, hang, own words in the status line.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// What to do with a connection once its request has been read.
pub(super) enum Act {
    /// Write these bytes, then close.
    Answer(String),
    /// Close without a word.
    Close,
    /// Say nothing and keep the connection open.
    Hang,
}

/// A server that deals with one connection per act and then is gone.
pub(super) struct Scripted {
    pub(super) address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub(super) fn start(script: impl IntoIterator<Item = Act> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut hanging = Vec::new();
            for act in script {
                let (mut stream, _) = listener.accept().unwrap();
                seen.lock().unwrap().push(read_request(&mut stream));
                match act {
                    Act::Answer(answer) => stream.write_all(answer.as_bytes()).unwrap(),
                    Act::Close => {}
                    Act::Hang => hanging.push(stream),
                }
            }
        });
        Self { address, requests }
    }

    /// Every request so far, head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// An answer that says how long it is, which may be a lie.
pub(super) fn answer(status_line: &str, length: usize, body: &str) -> Act {
    Act::Answer(format!("HTTP/1.1 {status_line}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"))
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        if body.len() >= length {
            return text;
        }
    }
}
