//! The only place where an HTTP client is built, and the bridge that lets `oauth2` use it.

use std::time::Duration;

/// A client for the upstreams: follows no redirect, uses no proxy from the environment, and gives up on a connection
/// that is not made within ten seconds. The deadline of a whole call is set where the call is made.
pub fn client(user_agent: &str) -> Result<reqwest::Client, reqwest::Error> {
    #[expect(clippy::disallowed_methods, reason = "the one place where clients are built")]
    reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_secs(90))
        .build()
}
