//! The fault proxy: between browser and portal (where it is the load balancer as well), between portal and upstream, and
//! between portal and PostgreSQL.
//!
//! For HTTP it knows where a message ends and nothing else: a [`Fault`] is scripted for a key (the domain in a create,
//! the token of a claim), and the next exchange with that key meets it. For everything else it passes bytes on, and can
//! drop or freeze all connections at once.

mod exchange;
mod http;

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::Url;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

pub(crate) use self::exchange::Fault;

/// Finds the key of a request, if it is one that faults are scripted for.
pub(crate) type KeyOf = fn(&[u8]) -> Option<String>;

/// A running proxy; it stops with the rig.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    targets: RwLock<Vec<SocketAddr>>,
    socket: RwLock<Option<PathBuf>>,
    next: AtomicUsize,
    in_turn: AtomicBool,
    script: Mutex<HashMap<String, VecDeque<Fault>>>,
    struck: AtomicUsize,
    key_of: Option<KeyOf>,
    /// Counts orders to drop every connection.
    drop_all: watch::Sender<u64>,
    frozen: watch::Sender<bool>,
}

impl Proxy {
    /// One that understands HTTP.
    pub(crate) async fn http(key_of: KeyOf) -> Self {
        Self::listen(Some(key_of)).await
    }

    /// One that passes bytes on.
    pub(crate) async fn raw() -> Self {
        Self::listen(None).await
    }

    async fn listen(key_of: Option<KeyOf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            targets: RwLock::default(),
            socket: RwLock::default(),
            next: AtomicUsize::new(0),
            in_turn: AtomicBool::new(true),
            script: Mutex::default(),
            struck: AtomicUsize::new(0),
            key_of,
            drop_all: watch::Sender::new(0),
            frozen: watch::Sender::new(false),
        });
        tokio::spawn(accept(listener, Arc::clone(&inner)));
        Self { address, inner }
    }

    pub(crate) fn url(&self) -> Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    /// Where connections go, in turn.
    pub(crate) fn lead_to(&self, targets: Vec<SocketAddr>) {
        *self.inner.targets.write().unwrap_or_else(PoisonError::into_inner) = targets;
    }

    /// From now on connections go to the first target that takes them, those that are open as well.
    pub(crate) fn prefer_the_first(&self) {
        self.inner.in_turn.store(false, Ordering::Relaxed);
        self.drop_all();
    }

    /// Where connections go instead: a socket of this machine.
    pub(crate) fn lead_to_socket(&self, path: PathBuf) {
        *self.inner.socket.write().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }

    /// The next exchanges with this key meet these faults, one each.
    pub(crate) fn script(&self, key: &str, faults: impl IntoIterator<Item = Fault>) {
        let mut script = self.inner.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.entry(key.to_owned()).or_default().extend(faults);
    }

    /// How many faults have struck.
    pub(crate) fn struck(&self) -> usize {
        self.inner.struck.load(Ordering::Relaxed)
    }

    /// Resets every connection that is open.
    pub(crate) fn drop_all(&self) {
        self.inner.drop_all.send_modify(|count| *count += 1);
        self.inner.struck.fetch_add(1, Ordering::Relaxed);
    }

    /// Accepts and says nothing for a while.
    pub(crate) async fn freeze(&self, span: Duration) {
        self.inner.frozen.send_replace(true);
        tokio::time::sleep(span).await;
        self.inner.frozen.send_replace(false);
        self.drop_all();
    }
}

impl Inner {
    fn take(&self, request: &[u8]) -> Option<Fault> {
        let key = self.key_of?(request)?;
        let fault = self.script.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&key)?.pop_front()?;
        self.struck.fetch_add(1, Ordering::Relaxed);
        Some(fault)
    }

    /// A connection to the next target that takes one.
    async fn connect(&self) -> Option<TcpStream> {
        let targets = self.targets.read().unwrap_or_else(PoisonError::into_inner).clone();
        let in_turn = self.in_turn.load(Ordering::Relaxed);
        let first = if in_turn { self.next.fetch_add(1, Ordering::Relaxed) } else { 0 };
        for at in 0..targets.len() {
            if let Ok(stream) = TcpStream::connect(targets[(first + at) % targets.len()]).await {
                let _ = stream.set_nodelay(true);
                return Some(stream);
            }
        }
        None
    }
}

async fn accept(listener: TcpListener, inner: Arc<Inner>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let inner = Arc::clone(&inner);
        tokio::spawn(async move {
            if inner.key_of.is_some() {
                exchange::serve(&inner, stream).await;
            } else {
                pass_on(&inner, stream).await;
            }
        });
    }
}

/// Bytes to and fro until either side ends or all are dropped.
async fn pass_on(inner: &Inner, mut client: TcpStream) {
    let mut dropped = inner.drop_all.subscribe();
    let mut frozen = inner.frozen.subscribe();
    if frozen.wait_for(|frozen| !frozen).await.is_err() {
        return;
    }
    let socket = inner.socket.read().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
    let Ok(mut server) = UnixStream::connect(socket).await else { return reset(client) };
    let ended = tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => true,
        _ = dropped.changed() => false,
        () = freeze(frozen) => false,
    };
    if !ended {
        reset(client);
    }
}

/// Comes back after a time of silence that has begun while the connection was open.
async fn freeze(mut frozen: watch::Receiver<bool>) {
    let _ = frozen.wait_for(|frozen| *frozen).await;
    let _ = frozen.wait_for(|frozen| !frozen).await;
}

/// Ends a connection with RST.
fn reset(stream: TcpStream) {
    let _ = stream.set_zero_linger();
    drop(stream);
}
