//! The transport: one HTTP exchange, what its answer proves, and when it is repeated.

use std::time::Duration;

use reqwest::{
    Method, RequestBuilder, Response, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;
use tracing::Instrument;
use zeroize::Zeroizing;

use super::{
    CallIds, Effort, PartnerCenter, PartnerCenterError, Refusal,
    error::{Came, Failure, Loss},
    wire::{self, Collection, Link},
};
use crate::{
    clock::{self, Timestamp},
    measure,
};

/// Name of the header that pages a collection.
pub(super) const CONTINUATION_TOKEN: &str = "MS-ContinuationToken";

const REQUEST_ID: &str = "MS-RequestId";
const CORRELATION_ID: &str = "MS-CorrelationId";
const CORRELATION_VECTOR: &str = "MS-CV";

/// Under this name the portal appears in Partner Center's audit records.
const APPLICATION: &str = "reseller-portal";

/// Longest answer that is read; the largest documented one has a few kilobytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// Longest page of a collection: the relationship list is not paged, and a provider may have 10,000 resellers.
const LONGEST_PAGE: usize = 16 << 20;

/// Longest correlation vector; the specification allows 128 characters.
const LONGEST_VECTOR: usize = 200;

/// Pages that are followed at most.
const MOST_PAGES: u32 = 50;

/// Where a page of a collection is.
#[derive(Clone, Debug)]
pub(super) struct PageAt {
    url: Url,
    continuation_token: Option<HeaderValue>,
}

impl PageAt {
    /// The first page.
    pub(super) fn first(url: Url) -> Self {
        Self { url, continuation_token: None }
    }
}

/// What came out of an attempt of a write: over, or worth another one.
pub(super) enum Verdict {
    /// The call is over.
    Final(Failure),
    /// Another attempt may tell.
    Again(Failure),
}

/// One intended call. Its repeats carry the same ids.
pub(super) struct Call<'a> {
    operation: &'static str,
    method: Method,
    url: Url,
    token: &'a SecretString,
    ids: CallIds,
    /// Wiped on drop, because one of them holds a password.
    body: Option<Zeroizing<Vec<u8>>>,
    continuation_token: Option<HeaderValue>,
    longest_answer: usize,
}

impl<'a> Call<'a> {
    /// A call that sends no body.
    pub(super) fn new(
        operation: &'static str,
        method: Method,
        url: Url,
        token: &'a SecretString,
        ids: CallIds,
    ) -> Self {
        let (body, continuation_token) = (None, None);
        Self { operation, method, url, token, ids, body, continuation_token, longest_answer: LONGEST_ANSWER }
    }

    /// Sends `body` as JSON.
    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        // None of our bodies can fail to encode: they have text keys and no custom encoder.
        self.body = Some(Zeroizing::new(serde_json::to_vec(body).unwrap_or_default()));
        self
    }

    /// Name of the operation in the log.
    pub(super) fn operation(&self) -> &'static str {
        self.operation
    }
}

/// An answer with any status.
pub(super) struct Reply {
    /// HTTP status.
    pub(super) status: StatusCode,
    headers: HeaderMap,
    /// Text after the number in the status line, if it is not the usual one (HTTP/1 only).
    reason: Option<hyper::ext::ReasonPhrase>,
    /// Wiped on drop, because one of them holds a password.
    body: Result<Zeroizing<Vec<u8>>, Loss>,
    received_at: Timestamp,
}

impl Reply {
    /// The body of a success, without byte order mark; any other status is the failure that it means.
    pub(super) fn success(&self) -> Result<&[u8], Failure> {
        let retry_after = self.retry_after();
        match self.status {
            status if status.is_success() => {
                self.body.as_ref().map(|body| wire::without_mark(body)).map_err(|loss| Failure::lost(*loss))
            }
            StatusCode::UNAUTHORIZED => {
                let refusal = self.refusal();
                Err(Failure::Unauthorized { mfa: refusal.is(401, "900421") || self.names_mfa(), refusal })
            }
            StatusCode::TOO_MANY_REQUESTS => Err(Failure::Throttled { retry_after }),
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                let came = Came { status: status.as_u16(), ms_cv: self.correlation_vector() };
                Err(Failure::Lost { loss: Loss::ServerFault, retry_after, came: Some(came) })
            }
            status if status.is_client_error() => Err(Failure::Refused(self.refusal())),
            _ => Err(Failure::lost(Loss::Redirected)),
        }
    }

    /// Whether Partner Center itself has answered; its gateway, and whatever else stands in between, sends none of
    /// these headers.
    pub(super) fn is_from_the_service(&self) -> bool {
        [CORRELATION_VECTOR, REQUEST_ID, CORRELATION_ID].iter().any(|name| self.headers.contains_key(*name))
    }

    /// Whether it names the ids of another call, which the service repeats from the request. On a kept connection one answer
    /// too many shifts all that follow, and what one customer was created with would be taken for another's. Both ids
    /// have to differ: one alone may have been made anew on the way.
    fn is_of_another_call(&self, ids: &CallIds) -> bool {
        let differs =
            |name, sent: &str| self.header(name).is_some_and(|named| !named.trim().eq_ignore_ascii_case(sent));
        differs(REQUEST_ID, ids.request_id.as_str()) && differs(CORRELATION_ID, ids.correlation_id.as_str())
    }

    /// The status alone makes a refusal definite, so a body that broke off counts as empty.
    fn refusal(&self) -> Refusal {
        let body = self.body.as_ref().map_or(&[][..], |body| wire::without_mark(body));
        Refusal::read(self.status, body, self.correlation_vector())
    }

    /// `MS-CV`, by which Microsoft's support finds the call; what is longer than one can be is none.
    pub(super) fn correlation_vector(&self) -> Option<String> {
        let vector = self.header(CORRELATION_VECTOR)?.trim();
        let fits = (1..=LONGEST_VECTOR).contains(&vector.len()) && vector.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| vector.to_owned())
    }

    /// The refusal of 2019 has no body; it says "MFA required" in the status line.
    fn names_mfa(&self) -> bool {
        let reason = self.reason.as_ref().map(|reason| String::from_utf8_lossy(reason.as_bytes()).to_ascii_lowercase());
        let challenge = self.header(WWW_AUTHENTICATE.as_str()).map(str::to_ascii_lowercase);
        [reason, challenge].into_iter().flatten().any(|text| text.contains("mfa required"))
    }

    /// `Retry-After`, in seconds or as a date.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.header(RETRY_AFTER.as_str())?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Some(Duration::try_from(at.duration_since(self.received_at)).unwrap_or(Duration::ZERO))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl PartnerCenter {
    /// Address of a resource below `/v1`; each segment is encoded, so that none can become two.
    pub(super) fn endpoint(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        // Fails for a base that cannot have a path ("mailto:"), which no request can be made to either.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v1").extend(segments);
        }
        url
    }

    /// Ids for a call that nobody but us has to know of.
    pub(super) fn fresh_ids(&self) -> CallIds {
        CallIds { request_id: self.ambient.uuid_v4().into(), correlation_id: self.ambient.uuid_v4().into() }
    }

    /// `GET`s one resource.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        token: &SecretString,
        url: Url,
    ) -> Result<T, PartnerCenterError> {
        let call = Call::new(operation, Method::GET, url, token, self.fresh_ids());
        Ok(self.read(&call, |reply| wire::decode(operation, reply.success()?)).await?)
    }

    /// `GET`s a collection to its end. One that has no end within reason is lost rather than cut short: what is
    /// missing in a list must not be taken for what is missing in Partner Center.
    pub(super) async fn get_all<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        token: &SecretString,
        url: Url,
    ) -> Result<Vec<T>, PartnerCenterError> {
        let (mut all, mut at) = (Vec::new(), Some(PageAt::first(url)));
        for _ in 0..MOST_PAGES {
            let Some(this) = at else { return Ok(all) };
            let (items, next) = self.get_page(operation, token, &this).await?;
            all.extend(items);
            at = next;
        }
        if at.is_none() { Ok(all) } else { Err(PartnerCenterError::Lost("more pages than a list can have".into())) }
    }

    /// `GET`s one page of a collection; answers where the next one is.
    pub(super) async fn get_page<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        token: &SecretString,
        at: &PageAt,
    ) -> Result<(Vec<T>, Option<PageAt>), PartnerCenterError> {
        let mut call = Call::new(operation, Method::GET, at.url.clone(), token, self.fresh_ids());
        call.longest_answer = LONGEST_PAGE;
        call.continuation_token.clone_from(&at.continuation_token);
        let page: Collection<T> = self.read(&call, |reply| wire::decode(operation, reply.success()?)).await?;
        let (items, next) = page.into_parts();
        let next = next.map(|link| {
            let url =
                self.follow(&link).ok_or(PartnerCenterError::Lost("the next page has no usable address".into()))?;
            let token = link.continuation_token().and_then(|token| HeaderValue::from_str(token).ok());
            Ok::<_, PartnerCenterError>(PageAt { url, continuation_token: token })
        });
        Ok((items, next.transpose()?))
    }

    /// The address of a next page: path and query of the link on our own host, whatever the link says.
    fn follow(&self, link: &Link) -> Option<Url> {
        let below_version = link.uri.strip_prefix("/v1/").or_else(|| link.uri.strip_prefix('/'))?;
        let (path, query) =
            below_version.split_once('?').map_or((below_version, None), |(path, query)| (path, Some(query)));
        let mut url = self.endpoint(&path.split('/').collect::<Vec<_>>());
        url.set_query(query);
        Some(url)
    }

    /// Makes a call that changes nothing, and repeats it after a passing failure.
    pub(super) async fn read<T>(
        &self,
        call: &Call<'_>,
        settle: impl Fn(&Reply) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let judge = |failure: Failure| {
            if failure.is_passing() { Verdict::Again(failure) } else { Verdict::Final(failure) }
        };
        self.pursue(call, &self.patience.read, settle, judge).await
    }

    /// Makes a call as often as `judge` wants and `effort` allows.
    pub(super) async fn pursue<T>(
        &self,
        call: &Call<'_>,
        effort: &Effort,
        settle: impl Fn(&Reply) -> Result<T, Failure>,
        mut judge: impl FnMut(Failure) -> Verdict,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let mut attempt = 1;
        loop {
            let outcome = self.exchange(call, effort.deadline, attempt).await.and_then(|reply| settle(&reply));
            let failure = match outcome.map_err(&mut judge) {
                Ok(value) => return Ok(value),
                Err(Verdict::Final(failure)) => return Err(failure),
                Err(Verdict::Again(failure)) => failure,
            };
            let Some(pause) =
                effort.pause(attempt, clock::portal_time(started.elapsed()), failure.retry_after(), &self.ambient)
            else {
                return Err(failure);
            };
            clock::sleep(pause).await;
            attempt += 1;
        }
    }

    /// One attempt, and its one line in the log.
    async fn exchange(&self, call: &Call<'_>, deadline: Duration, attempt: u32) -> Result<Reply, Failure> {
        let started = Instant::now();
        let span = tracing::info_span!(
            "ask Partner Center",
            otel.kind = "client",
            operation = call.operation,
            attempt,
            ms.request_id = call.ids.request_id.as_str(),
            ms.correlation_id = call.ids.correlation_id.as_str(),
        );
        let outcome = self.send(call, deadline).instrument(span).await;
        let status = outcome.as_ref().ok().map(|reply| reply.status);
        measure::upstream_call(measure::Upstream::PartnerCenter, call.operation, status, started.elapsed());
        tracing::debug!(
            operation = call.operation,
            status = outcome.as_ref().ok().map(|reply| reply.status.as_u16()),
            lost = outcome.as_ref().err().map(tracing::field::debug),
            attempt,
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id = call.ids.request_id.as_str(),
            correlation_id = call.ids.correlation_id.as_str(),
            "asked Partner Center"
        );
        outcome
    }

    async fn send(&self, call: &Call<'_>, deadline: Duration) -> Result<Reply, Failure> {
        let ids = if planted!(NewRequestId) { &self.fresh_ids() } else { &call.ids };
        let request = self.request(call, ids)?.timeout(clock::machine_time(deadline));
        let mut response = request.send().await.map_err(|error| Failure::lost(loss(&error)))?;
        let body = read_body(&mut response, call.longest_answer).await;
        let reply = Reply {
            status: response.status(),
            reason: response.extensions().get().cloned(),
            headers: std::mem::take(response.headers_mut()),
            body,
            received_at: self.ambient.now(),
        };
        if reply.is_of_another_call(ids) && !planted!(AnotherCallsAnswer) {
            tracing::error!(
                operation = call.operation,
                "Partner Center's answer is one to another call; it is not used"
            );
            return Err(Failure::lost(Loss::OfAnotherCall));
        }
        Ok(reply)
    }

    fn request(&self, call: &Call<'_>, ids: &CallIds) -> Result<RequestBuilder, Failure> {
        let authorization = bearer(call.token).ok_or_else(unusable_token)?;
        if planted!(TokenLogged) {
            tracing::info!(token = call.token.expose_secret(), "planted");
        }
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .header(AUTHORIZATION, authorization)
            .header(ACCEPT, "application/json")
            .header(REQUEST_ID, ids.request_id.as_str())
            .header(CORRELATION_ID, ids.correlation_id.as_str())
            .header("X-Locale", "en-US")
            .header("MS-PartnerCenter-Application", APPLICATION);
        if let Some(token) = &call.continuation_token {
            request = request.header(HeaderName::from_static("ms-continuationtoken"), token);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_vec());
        }
        Ok(request)
    }
}

/// `Authorization`, marked as sensitive so that no layer below prints it.
fn bearer(token: &SecretString) -> Option<HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A token that cannot stand in a header: nothing is sent, and signing in again is the remedy, as after a 401.
fn unusable_token() -> Failure {
    let description = Some("the token cannot be sent".to_owned());
    let refusal =
        Refusal { status: StatusCode::UNAUTHORIZED.as_u16(), code: None, field: None, description, ms_cv: None };
    Failure::Unauthorized { mfa: false, refusal }
}

fn loss(error: &reqwest::Error) -> Loss {
    // A connection that is not made in time is both; that nothing was sent is the better news.
    if error.is_connect() || error.is_builder() {
        Loss::NotConnected
    } else if error.is_timeout() {
        Loss::TimedOut
    } else {
        Loss::BrokenOff
    }
}

async fn read_body(response: &mut Response, longest: usize) -> Result<Zeroizing<Vec<u8>>, Loss> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(|error| loss(&error))? {
        if body.len().saturating_add(chunk.len()) > longest {
            return Err(Loss::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
