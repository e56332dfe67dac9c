//! A static axum handler: the fastest that this kind of server can be.

use axum::{Router, response::Html, routing::get};
use tokio::net::TcpListener;

/// Sends as many bytes as `BENCH_BYTES` says, from `BENCH_LISTEN`, on one thread.
pub(super) fn serve() {
    let bytes: usize = std::env::var("BENCH_BYTES").unwrap().parse().unwrap();
    let listen = std::env::var("BENCH_LISTEN").unwrap();
    let body: &'static str = Box::leak("x".repeat(bytes).into_boxed_str());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async move {
        let router = Router::new().route("/", get(move || async move { Html(body) }));
        axum::serve(TcpListener::bind(listen).await.unwrap(), router).await.unwrap();
    });
}
