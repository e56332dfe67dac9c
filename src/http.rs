//! The only place where an HTTP client is built, the list of hosts it may talk to, and the bridge that lets `oauth2` use
//! it (that crate knows the previous version of reqwest alone).

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use tokio::time::Instant;
use tracing::Instrument;
use url::{Host, Url};

use crate::measure;

/// The most that is read of an answer of the sign-in authority; its key set, the largest, has about 20 KiB.
const AUTHORITY_ANSWER_LIMIT: usize = 256 * 1024;

/// Sign-in hosts of Microsoft's clouds. 21Vianet answers under two names.
const SIGN_IN_HOSTS: [&str; 4] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
];

/// Hosts of the Partner Center API.
const PARTNER_CENTER_HOSTS: [&str; 2] =
    ["api.partnercenter.microsoft.com", "partner.partnercenterapi.microsoftonline.cn"];

/// A client for the upstreams.
///
/// Follows no redirect, uses no proxy from the environment, and gives up on a connection that is not made within ten
/// seconds. The deadline of a whole call is set where the call is made.
pub fn client(user_agent: &str) -> Result<reqwest::Client, reqwest::Error> {
    #[expect(clippy::disallowed_methods, reason = "the one place where clients are built")]
    reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(if planted!(RedirectsFollowed) { Policy::limited(10) } else { Policy::none() })
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_secs(90))
        .build()
}

/// The services that the portal calls; each has hosts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// Entra ID, where secrets and tokens are sent to.
    SignIn,
    /// The Partner Center API, where access tokens are sent to.
    PartnerCenter,
}

/// An address to which the portal sends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a host of Microsoft's clouds over https, or this machine itself")]
pub struct ForbiddenHost;

impl Upstream {
    /// Checks that `url` is one of this service's own addresses over https on the usual port, or an address of this
    /// machine, which is where the simulator is.
    pub fn check(self, url: &Url) -> Result<(), ForbiddenHost> {
        let hosts: &[&str] = match self {
            Self::SignIn => &SIGN_IN_HOSTS,
            Self::PartnerCenter => &PARTNER_CENTER_HOSTS,
        };
        let anonymous = url.username().is_empty() && url.password().is_none();
        let microsoft =
            url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|host| hosts.contains(&host));
        if anonymous && (microsoft || is_loopback(url)) { Ok(()) } else { Err(ForbiddenHost) }
    }
}

/// Whether an http or https address leads to this machine itself.
pub fn is_loopback(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// Why a call came to nothing. Holds no address and no content.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection, a broken one, or the deadline has passed.
    #[error("no answer: {0}")]
    NoAnswer(#[source] reqwest::Error),
    /// The answer is larger than any that is expected.
    #[error("the answer is too large")]
    TooLarge,
    /// The request cannot be expressed in HTTP.
    #[error("the request is not well-formed")]
    Request,
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        Self::NoAnswer(error.without_url())
    }
}

/// The body of an answer, as long as it has at most `limit` bytes.
pub async fn read_body(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(TransportError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The calls to the sign-in authority: one deadline for each whole call, and a limit for its answer.
#[derive(Clone, Debug)]
pub struct AuthorityClient {
    client: reqwest::Client,
    deadline: Duration,
}

impl AuthorityClient {
    /// Calls by `client` that take at most `deadline` each.
    pub fn new(client: reqwest::Client, deadline: Duration) -> Self {
        Self { client, deadline }
    }

    /// Reads a public document of the authority: its metadata or keys.
    pub async fn get(&self, url: Url) -> Result<HttpResponse, TransportError> {
        let request = http::Request::get(url.as_str())
            .header(http::header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| TransportError::Request)?;
        self.send(request).await
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let operation = if request.method() == http::Method::POST { "token" } else { "metadata" };
        let started = Instant::now();
        let span = tracing::info_span!("ask Entra ID", otel.kind = "client", operation);
        let answer = self.exchange(request).instrument(span).await;
        let status = answer.as_ref().ok().map(HttpResponse::status);
        measure::upstream_call(measure::Upstream::Entra, operation, status, started.elapsed());
        answer
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut request = reqwest::Request::try_from(request)?;
        *request.timeout_mut() = Some(self.deadline);
        let response = self.client.execute(request).await?;
        let mut answer = http::Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(response.headers());
        }
        answer.body(read_body(response, AUTHORITY_ANSWER_LIMIT).await?).map_err(|_| TransportError::Request)
    }
}

impl<'c> AsyncHttpClient<'c> for AuthorityClient {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(upstream: Upstream, url: &str) -> bool {
        upstream.check(&url.parse().unwrap()).is_ok()
    }

    #[test]
    fn microsofts_hosts_are_allowed_over_https_alone() {
        assert!(check(Upstream::SignIn, "https://login.microsoftonline.com/common/oauth2/v2.0/token"));
        assert!(check(Upstream::PartnerCenter, "https://api.partnercenter.microsoft.com"));
        for url in [
            "http://login.microsoftonline.com/",
            "https://login.microsoftonline.com:8443/",
            "https://login.microsoftonline.com.evil.example/",
            "https://evil.example/login.microsoftonline.com",
            "https://login.microsoftonline.com@evil.example/",
            "https://user@login.microsoftonline.com/",
            "https://api.partnercenter.microsoft.com/",
            "ftp://login.microsoftonline.com/",
            "data:text/plain,login.microsoftonline.com",
        ] {
            assert!(!check(Upstream::SignIn, url), "{url}");
        }
    }

    #[test]
    fn this_machine_is_allowed_and_its_neighbours_are_not() {
        for url in ["http://127.0.0.1:4000", "http://localhost:4000", "https://localhost", "http://[::1]:4000"] {
            assert!(check(Upstream::SignIn, url), "{url}");
            assert!(check(Upstream::PartnerCenter, url), "{url}");
        }
        for url in ["http://192.168.0.1", "http://169.254.169.254", "http://localhost.evil.example", "http://[::]"] {
            assert!(!check(Upstream::SignIn, url), "{url}");
        }
    }

    /// Names the upstream to a second process of this test, whose environment has proxies in it.
    const UPSTREAM: &str = "PORTAL_TEST_UPSTREAM";

    #[tokio::test]
    async fn a_proxy_of_the_environment_is_not_used() {
        if let Some(upstream) = std::env::var_os(UPSTREAM) {
            let upstream = upstream.into_string().unwrap();
            let ours = client("ours").unwrap().get(&upstream).send().await;
            assert!(ours.is_err(), "nobody is there, so something else has answered");
            #[expect(clippy::disallowed_methods, reason = "shows what any other client would do")]
            let other = reqwest::Client::builder().user_agent("other").build().unwrap();
            let _ = other.get(&upstream).send().await;
            return;
        }
        let proxy = wiremock::MockServer::start().await;
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "http::tests::a_proxy_of_the_environment_is_not_used"]);
        again.env(UPSTREAM, format!("http://{free}/")).env_remove("NO_PROXY").env_remove("no_proxy");
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            again.env(name, proxy.uri());
        }
        let ran = tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        let asked = proxy.received_requests().await.unwrap();
        let agents = asked.iter().map(|request| request.headers["user-agent"].to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(agents, ["other"]);
    }
}
