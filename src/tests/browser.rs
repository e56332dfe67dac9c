//! A browser without script: cookies, redirects, forms. Shared with the benchmark.
#![allow(dead_code, clippy::allow_attributes, reason = "neither of the two uses all of it")]

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode, Url, header};

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Page {
    /// The page without what the form's island may say later.
    pub(crate) fn shown(&self) -> String {
        let Some((before, start)) = self.body.split_once(" data-start='") else { return self.body.clone() };
        let (_, after) = start.split_once('\'').unwrap_or_default();
        [before, after].concat()
    }

    /// The value of the first control of this name.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let wanted = format!("name=\"{name}\"");
        let tag = self.body.split('<').find(|tag| tag.starts_with("input") && tag.contains(&wanted))?;
        let value = tag.split_once(" value=")?.1;
        let quote = value.chars().next()?;
        Some(unescape(value[1..].split_once(quote)?.0))
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Undoes the escaping of HTML text.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// A browser without script. Cookies are kept by host and port, which for tests is what origins are.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    http: reqwest::Client,
    home: Url,
    cookies: BTreeMap<(String, String), String>,
    /// Origin of the page whose forms are sent; the portal's own unless told otherwise.
    origin: String,
    /// Headers that go along with every request.
    says: Vec<(String, String)>,
    /// Whether a request says nothing of its origin by itself.
    is_silent: bool,
}

impl Browser {
    pub(crate) fn new(home: Url) -> Self {
        let http = reseller_portal::http::client("test-browser").unwrap();
        let origin = home.origin().ascii_serialization();
        Self { http, home, cookies: BTreeMap::new(), origin, says: Vec::new(), is_silent: false }
    }

    /// The same browser at another process of the same portal: its cookies go along.
    pub(crate) fn at(&self, home: &Url) -> Self {
        let mut other = self.clone();
        let (from, to) = (host_of(&self.home), host_of(home));
        for ((host, name), value) in &self.cookies {
            if *host == from {
                other.cookies.insert((to.clone(), name.clone()), value.clone());
            }
        }
        other.origin = home.origin().ascii_serialization();
        other.home = home.clone();
        other
    }

    /// Signs in as one of the demo people; the answer is the page it ends on.
    pub(crate) async fn sign_in(&mut self, upn: &str) -> Page {
        self.get(&format!("/auth/start?login_hint={upn}")).await
    }

    /// Opens an address of the portal and follows redirects.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let url = self.home.join(path).unwrap();
        self.go(Method::GET, url, None).await
    }

    /// Sends a form of the portal's and follows redirects.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let url = self.home.join(path).unwrap();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.go(Method::POST, url, Some(body)).await
    }

    /// Opens an address of another origin, without following anything.
    pub(crate) async fn http_get(&mut self, origin: &Url, path: &str) -> Page {
        let url = origin.join(path).unwrap();
        let request = self.request(&Method::GET, &url);
        self.answer(url, request).await
    }

    /// Calls a server function with a JSON body.
    pub(crate) async fn call(&mut self, path: &str, body: &serde_json::Value) -> Page {
        let url = self.home.join(path).unwrap();
        let request = self.request(&Method::POST, &url).header(header::CONTENT_TYPE, "application/json");
        self.answer(url, request.body(body.to_string())).await
    }

    /// From now on these headers go along with every request.
    pub(crate) fn say(&mut self, headers: &[(&str, &str)]) {
        self.says = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    }

    /// From now on of all that tells where a request comes from these headers go along, and no other.
    pub(crate) fn say_nothing_but(&mut self, headers: &[(&str, &str)]) {
        self.is_silent = true;
        self.say(headers);
    }

    /// Asks once and follows nothing; the content type and the body if there is one.
    pub(crate) async fn ask(&mut self, method: Method, path: &str, body: Option<(&'static str, String)>) -> Page {
        let url = self.home.join(path).unwrap();
        let mut request = self.request(&method, &url);
        if let Some((content_type, body)) = body {
            request = request.header(header::CONTENT_TYPE, content_type).body(body);
        }
        self.answer(url, request).await
    }

    /// From now on forms are sent by a page of this origin.
    pub(crate) fn come_from(&mut self, origin: &str) {
        origin.clone_into(&mut self.origin);
    }

    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cookies.iter().map(|((_, name), value)| (name.as_str(), value.as_str()))
    }

    /// Its cookies at the portal, as the header has them.
    pub(crate) fn cookie_header(&self) -> String {
        self.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn go(&mut self, mut method: Method, mut url: Url, mut body: Option<String>) -> Page {
        for _ in 0..12 {
            let mut request = self.request(&method, &url);
            if let Some(body) = body.take() {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
            }
            let page = self.answer(url, request).await;
            let Some(location) = page.header("location").filter(|_| page.status.is_redirection()) else { return page };
            url = page.url.join(location).unwrap();
            method = Method::GET;
        }
        panic!("too many redirects, the last to {url}");
    }

    fn is_at_home(&self) -> bool {
        self.origin == self.home.origin().ascii_serialization()
    }

    fn request(&self, method: &Method, url: &Url) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method.clone(), url.clone());
        if *method == Method::POST && !self.is_silent {
            request = request
                .header(header::ORIGIN, &self.origin)
                .header("sec-fetch-site", if self.is_at_home() { "same-origin" } else { "cross-site" });
        }
        for (name, value) in &self.says {
            request = request.header(name, value);
        }
        let host = host_of(url);
        let cookies = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let cookies = cookies.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>();
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    async fn answer(&mut self, url: Url, request: reqwest::RequestBuilder) -> Page {
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            let key = (host_of(&url), name.to_owned());
            if value.is_empty() || rest.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        Page { url, status, headers, body: response.text().await.unwrap() }
    }
}

fn host_of(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
