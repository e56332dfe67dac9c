//! What the portal is compared with: axum that sends bytes, and axum that writes the same page by hand.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::Html,
    routing::get,
};
use tokio::net::TcpListener;

/// Listens on `BENCH_LISTEN`, on one thread. The page is the file `BENCH_PAGE`.
pub(super) fn serve() {
    let page = std::fs::read_to_string(std::env::var("BENCH_PAGE").unwrap()).unwrap();
    let listen = std::env::var("BENCH_LISTEN").unwrap();
    let page: &'static Page = Box::leak(Box::new(Page::of(page)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async move {
        let router = Router::new()
            .route("/static", get(move || async move { Html(page.whole.as_str()) }))
            .route("/by-hand", get(by_hand))
            .with_state(page);
        axum::serve(TcpListener::bind(listen).await.unwrap(), router).await.unwrap();
    });
}

/// A page, whole and taken apart: markup that is as it is, and what a handler would put into it.
struct Page {
    whole: String,
    parts: Vec<Part>,
}

enum Part {
    Markup(String),
    /// A text or the value of an attribute, not escaped.
    Value(String),
}

impl Page {
    /// Everything between tags and between quotes is taken for a value.
    fn of(whole: String) -> Self {
        let mut parts = vec![Part::Markup(String::new())];
        let mut end_of_value = None;
        for character in whole.chars() {
            if end_of_value == Some(character) {
                end_of_value = None;
                parts.push(Part::Markup(character.to_string()));
                continue;
            }
            let part = parts.last_mut().unwrap();
            match part {
                Part::Markup(text) | Part::Value(text) => text.push(character),
            }
            let ends = match (character, end_of_value) {
                ('>', None) => Some('<'),
                ('"' | '\'', None) => Some(character),
                _ => None,
            };
            if ends.is_some() {
                end_of_value = ends;
                parts.push(Part::Value(String::new()));
            }
        }
        for part in &mut parts {
            if let Part::Value(text) = part {
                *text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            }
        }
        Self { whole, parts }
    }
}

/// Writes the page anew for each request, as somebody would who has no framework: every value is escaped into one string
/// that grows. There is no session, no database, no policy and no log.
async fn by_hand(State(page): State<&'static Page>, headers: HeaderMap) -> Html<String> {
    let _ = headers.get(header::COOKIE);
    let mut html = String::new();
    for part in &page.parts {
        match part {
            Part::Markup(text) => html.push_str(text),
            Part::Value(text) => escape(text, &mut html),
        }
    }
    Html(html)
}

fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}
