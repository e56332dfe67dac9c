//! A person at a browser: cookies, redirects, forms; and patience, because connections break and processes die.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use reqwest::{Client, Method, StatusCode, Url, header};

/// How long a person tries again before it counts as a failure of the portal.
const PATIENCE: Duration = Duration::from_mins(1);
/// No answer at all within this time counts as none.
const DEADLINE: Duration = Duration::from_secs(30);

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    location: Option<String>,
    pub(crate) body: String,
}

impl Page {
    /// The value of the first control of this name.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let wanted = format!("name=\"{name}\"");
        let tag = self.body.split('<').find(|tag| tag.starts_with("input") && tag.contains(&wanted))?;
        let value = tag.split_once("value=\"")?.1.split_once('"')?.0;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    }

    /// Every canary in it.
    pub(crate) fn canaries(&self) -> Vec<String> {
        canaries(&self.body)
    }
}

/// Every password of the form `PCPW-<uuid>`.
pub(crate) fn canaries(text: &str) -> Vec<String> {
    let mut found: Vec<_> = text.match_indices("PCPW-").filter_map(|(at, _)| text.get(at..at + 41)).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(str::to_owned).collect()
}

/// No whole answer.
#[derive(Debug)]
pub(crate) struct Lost;

/// A browser; clones share nothing but what they had when they were made.
#[derive(Clone)]
pub(crate) struct Browser {
    http: Client,
    home: Url,
    upn: &'static str,
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    pub(crate) fn new(home: Url, upn: &'static str) -> Self {
        Self { http: connections(), home, upn, cookies: BTreeMap::new() }
    }

    pub(crate) fn upn(&self) -> &'static str {
        self.upn
    }

    /// The session's cookie.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookies.iter().find(|((_, name), _)| name == "portal").map(|(_, value)| value.as_str())
    }

    /// Signs in; false if the portal does not let this person in within its patience.
    pub(crate) async fn sign_in(&mut self) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let path = format!("/auth/start?login_hint={}", self.upn);
            if let Ok(page) = self.once(Method::GET, &path, None).await
                && page.status == 200
                && page.url.path() == "/"
            {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        false
    }

    /// Opens a page, again and again if need be; signs in when the session has ended.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Page, Lost> {
        self.patiently(Method::GET, path, None).await
    }

    /// Opens a page once, whatever comes of it.
    pub(crate) async fn get_once(&mut self, path: &str) -> Result<Page, Lost> {
        self.once(Method::GET, path, None).await
    }

    /// Sends a form until there is an answer. Every form of the portal may be sent twice.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Result<Page, Lost> {
        self.patiently(Method::POST, path, Some(Body::Form(encoded(form)))).await
    }

    /// Calls a server function until there is an answer.
    pub(crate) async fn call(&mut self, path: &str, body: &serde_json::Value) -> Result<Page, Lost> {
        self.patiently(Method::POST, path, Some(Body::Json(body.to_string()))).await
    }

    /// Calls a server function once.
    pub(crate) async fn call_once(&mut self, path: &str, body: &serde_json::Value) -> Result<Page, Lost> {
        self.once(Method::POST, path, Some(Body::Json(body.to_string()))).await
    }

    /// Sends a form once.
    pub(crate) async fn post_once(&mut self, path: &str, form: &[(&str, &str)]) -> Result<Page, Lost> {
        self.once(Method::POST, path, Some(Body::Form(encoded(form)))).await
    }

    async fn patiently(&mut self, method: Method, path: &str, body: Option<Body>) -> Result<Page, Lost> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            match self.once(method.clone(), path, body.clone()).await {
                Ok(page) if page.url.path() == "/sign-in" || page.status == 401 => {
                    if !self.sign_in().await {
                        return Err(Lost);
                    }
                }
                Ok(page) if !page.status.is_server_error() => return Ok(page),
                _ => tokio::time::sleep(Duration::from_millis(150)).await,
            }
        }
        Err(Lost)
    }

    /// One request, and the redirects that follow.
    async fn once(&mut self, mut method: Method, path: &str, mut body: Option<Body>) -> Result<Page, Lost> {
        let mut url = self.home.join(path).unwrap();
        for _ in 0..12 {
            let page = self.exchange(&method, url, body.take()).await?;
            let Some(location) = page.location.as_ref().filter(|_| page.status.is_redirection()) else {
                return Ok(page);
            };
            url = page.url.join(location).map_err(|_| Lost)?;
            method = Method::GET;
        }
        Err(Lost)
    }

    async fn exchange(&mut self, method: &Method, url: Url, body: Option<Body>) -> Result<Page, Lost> {
        let mut request = self.http.request(method.clone(), url.clone()).timeout(DEADLINE);
        if *method == Method::POST {
            let origin = self.home.origin().ascii_serialization();
            request = request.header(header::ORIGIN, origin).header("sec-fetch-site", "same-origin");
        }
        request = match body {
            Some(Body::Form(text)) => {
                request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(text)
            }
            Some(Body::Json(text)) => request.header(header::CONTENT_TYPE, "application/json").body(text),
            None => request,
        };
        let cookies = self.cookies_for(&url);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let response = request.send().await.map_err(|_| Lost)?;
        self.keep_cookies(&url, response.headers());
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = response.status();
        let body = response.text().await.map_err(|_| Lost)?;
        Ok(Page { url, status, location, body })
    }

    fn cookies_for(&self, url: &Url) -> String {
        let host = host_of(url);
        let own = self.cookies.iter().filter(|((of, _), _)| *of == host);
        own.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&mut self, url: &Url, headers: &header::HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let Some((name, rest)) = cookie.to_str().ok().and_then(|cookie| cookie.split_once('=')) else { continue };
            let value = rest.split(';').next().unwrap_or_default();
            let key = (host_of(url), name.to_owned());
            if value.is_empty() || rest.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
    }
}

#[derive(Clone)]
enum Body {
    Form(String),
    Json(String),
}

fn connections() -> Client {
    reseller_portal::http::client("torture").unwrap()
}

fn encoded(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

fn host_of(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
