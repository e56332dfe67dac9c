//! B7 with nginx and `HAProxy` in front: what they understand otherwise than the portal. They are no part of what `make test`
//! sets up, so that a machine without them is told what it has not tried.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::net::TcpStream;

use super::{
    Trial,
    streams::{AT_ONCE, STAMP, a_portal, answers, listening, stream},
};
use crate::ports::free_port;

/// A proxy; it ends with the test.
struct Proxy {
    process: Child,
    folder: std::path::PathBuf,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Where Debian puts a program of administrators.
fn program(name: &str) -> Option<String> {
    ["/usr/sbin", "/usr/bin", "/sbin", "/usr/local/sbin"]
        .into_iter()
        .map(|folder| format!("{folder}/{name}"))
        .find(|path| Path::new(path).exists())
}

/// Starts a proxy in front of an address, if there is such a program.
async fn start(name: &str, upstream: SocketAddr) -> Option<(Proxy, SocketAddr)> {
    let program = program(name)?;
    let folder = std::env::temp_dir().join(format!("reseller-portal-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (address, at) = (SocketAddr::from(([127, 0, 0, 1], free_port())), folder.display());
    let (settings, arguments) = match name {
        "nginx" => (
            format!(
                "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log; events {{ }}
                 http {{ access_log off; client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f;
                   uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;
                   upstream portal {{ server {upstream}; keepalive 4; }}
                   server {{ listen {address}; location / {{ proxy_pass http://portal; proxy_http_version 1.1;
                     proxy_request_buffering off; proxy_set_header Connection \"\"; proxy_set_header Host $host; proxy_set_header {STAMP} 1; }} }} }}"
            ),
            ["-c", "settings", "-e", "stderr"],
        ),
        _ => (
            format!(
                "defaults\n mode http\n timeout client 2s\n timeout server 5s\n timeout connect 2s\n http-reuse always\n\
                 frontend people\n bind {address}\n http-request set-header {STAMP} 1\n \
                 default_backend portal\nbackend portal\n server one {upstream}\n"
            ),
            ["-f", "settings", "-db", "-q"],
        ),
    };
    let file = folder.join("settings");
    std::fs::write(&file, settings).unwrap();
    let arguments =
        arguments.map(|argument| if argument == "settings" { file.display().to_string() } else { argument.to_owned() });
    let process = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let proxy = Proxy { process, folder };
    for _ in 0..100 {
        if TcpStream::connect(address).await.is_ok() {
            return Some((proxy, address));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} does not listen");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_no_stream_hides_a_request_in_another() {
    let trial = Trial::begin("behind_a_proxy_no_stream_hides_a_request_in_another");
    let (mut dice, (_world, router, cookie)) = (trial.dice(), a_portal().await);
    let count = trial.size(10_000, 200);
    let mut tried = 0;
    for name in ["nginx", "haproxy"] {
        let (upstream, seen, _stop) = listening(&router).await;
        let Some((_proxy, address)) = start(name, upstream).await else {
            eprintln!(
                "NOT TRIED: {name} is not installed (apt-get install {name}); the streams went to the portal alone"
            );
            continue;
        };
        let senders = (0..AT_ONCE).map(|first| {
            let (cookie, mut dice) = (cookie.clone(), dice.fork());
            tokio::spawn(async move {
                for number in (first..count).step_by(AT_ONCE) {
                    answers(address, &stream(&mut dice, &cookie, number)).await;
                }
            })
        });
        for sender in senders.collect::<Vec<_>>() {
            sender.await.unwrap();
        }
        let seen = seen.lock().unwrap().clone();
        let smuggled: Vec<_> = seen.iter().filter(|asked| !asked.is_stamped).collect();
        assert!(smuggled.is_empty(), "behind {name} the portal has seen what the proxy has not: {smuggled:?}");
        // Most are refused by the proxy. One that lets nothing through would hide nothing, too.
        assert!(seen.len() > count / 40, "{} requests came through {name}", seen.len());
        eprintln!("{name}: {} requests of {count} streams came through", seen.len());
        tried += count;
    }
    trial.end(tried, "streams through proxies");
}
