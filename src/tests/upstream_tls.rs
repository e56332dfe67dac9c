//! To whom the portal's client speaks: an upstream that can prove its name, over TLS 1.2 or newer. Tokens and secrets go to
//! nobody else.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use crate::access::switch;

/// Name and address of each upstream, for the process that asks them.
const UPSTREAMS: &str = "PORTAL_TEST_TLS_UPSTREAMS";

/// What a request must not reach.
const SECRET: &str = "Bearer canary";

/// An authority for certificates, and what it signs with.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

impl Authority {
    fn new() -> Self {
        let mut named = CertificateParams::new(Vec::new()).unwrap();
        named.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = named.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(named, key), certificate }
    }

    /// A server with a certificate for `name`, as `changed` has it.
    fn server(&self, name: &str, changed: impl FnOnce(&mut CertificateParams)) -> TlsAcceptor {
        let (params, key) = parts(name, changed);
        acceptor(params.signed_by(&key, &self.issuer).unwrap().der().clone(), &key)
    }
}

fn parts(name: &str, changed: impl FnOnce(&mut CertificateParams)) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    changed(&mut params);
    (params, KeyPair::generate().unwrap())
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// How somebody answers who is asked for the secret's sake.
enum Upstream {
    Tls(TlsAcceptor),
    /// Speaks HTTP where TLS is expected.
    Plain,
    /// Agrees to TLS 1.1 and to nothing newer.
    Old,
}

/// `ServerHello` of TLS 1.1 (RFC 4346, section 7.4.1.3): a record of a handshake with version, random, no session, a cipher
/// that both know.
fn old_hello() -> Vec<u8> {
    let body = [&[3, 2][..], &[7; 32], &[0], &[0xc0, 0x13], &[0]].concat();
    let length = u8::try_from(body.len()).unwrap();
    [&[22, 3, 2, 0, length + 4, 2, 0, 0, length][..], &body].concat()
}

/// Listens; counts the secrets that arrive.
async fn listen(upstream: Upstream, arrived: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            match &upstream {
                Upstream::Tls(acceptor) => {
                    if let Ok(mut stream) = acceptor.accept(socket).await {
                        answer(&mut stream, &arrived).await;
                    }
                }
                Upstream::Plain => answer(&mut socket, &arrived).await,
                Upstream::Old => {
                    read_some(&mut socket).await;
                    let _ = socket.write_all(&old_hello()).await;
                    read_some(&mut socket).await;
                }
            }
        }
    });
    port
}

async fn answer(stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin), arrived: &AtomicUsize) {
    let mut asked = vec![0; 4096];
    let count = stream.read(&mut asked).await.unwrap_or(0);
    if String::from_utf8_lossy(&asked[..count]).contains(SECRET) {
        arrived.fetch_add(1, Ordering::SeqCst);
    }
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
    let _ = stream.shutdown().await;
}

async fn read_some(socket: &mut TcpStream) {
    let _ = socket.read(&mut [0; 1024]).await;
}

/// The process that asks: which authorities are believed is read from its environment.
async fn ask(upstreams: &str) {
    let client = reseller_portal::http::client("test").unwrap();
    for (name, url) in upstreams.split(' ').filter_map(|upstream| upstream.split_once('=')) {
        let answer = client.get(url).header("authorization", SECRET).send().await;
        assert_eq!(answer.is_ok(), name == "right", "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn no_upstream_is_believed_that_cannot_prove_its_name_over_a_current_tls() {
    if let Some(upstreams) = switch(UPSTREAMS) {
        return ask(&upstreams).await;
    }
    let (ours, theirs) = (Authority::new(), Authority::new());
    let (alone, alone_key) = parts("localhost", |_| ());
    let self_signed = acceptor(alone.self_signed(&alone_key).unwrap().der().clone(), &alone_key);
    let as_is = |_: &mut CertificateParams| ();
    let expired = |params: &mut CertificateParams| params.not_after = date_time_ymd(2024, 1, 1);
    let not_yet = |params: &mut CertificateParams| params.not_before = date_time_ymd(3024, 1, 1);
    let wrong = [
        ("self-signed", Upstream::Tls(self_signed)),
        ("unknown-authority", Upstream::Tls(theirs.server("localhost", as_is))),
        ("expired", Upstream::Tls(ours.server("localhost", expired))),
        ("not-yet-valid", Upstream::Tls(ours.server("localhost", not_yet))),
        ("wrong-name", Upstream::Tls(ours.server("login.example", as_is))),
        ("tls-1.1", Upstream::Old),
        ("plain-http", Upstream::Plain),
    ];
    let arrived = Arc::new(AtomicUsize::new(0));
    let mut upstreams = Vec::new();
    for (name, upstream) in wrong {
        let port = listen(upstream, Arc::clone(&arrived)).await;
        upstreams.push(format!("{name}=https://localhost:{port}/"));
    }
    let seen = Arc::new(AtomicUsize::new(0));
    let port = listen(Upstream::Tls(ours.server("localhost", as_is)), Arc::clone(&seen)).await;
    upstreams.push(format!("right=https://localhost:{port}/"));

    let authorities = std::env::temp_dir().join(format!("reseller-portal-authorities-{}.pem", std::process::id()));
    std::fs::write(&authorities, &ours.certificate).unwrap();
    let ran = run_again(&upstreams.join(" "), &authorities).await;
    std::fs::remove_file(&authorities).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    assert_eq!(arrived.load(Ordering::SeqCst), 0, "a secret has arrived where it must not");
    assert_eq!(seen.load(Ordering::SeqCst), 1, "the right one was asked");
}

async fn run_again(upstreams: &str, authorities: &Path) -> std::process::Output {
    let mut again = Command::new(std::env::current_exe().unwrap());
    let own = "upstream_tls::no_upstream_is_believed_that_cannot_prove_its_name_over_a_current_tls";
    again.args(["--exact", own]).env(UPSTREAMS, upstreams).env("SSL_CERT_FILE", authorities).env_remove("SSL_CERT_DIR");
    tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap()
}
