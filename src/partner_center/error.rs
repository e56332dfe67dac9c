//! What can go wrong with a call, and what it proves.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use super::{property, wire};
use crate::{clock::SignedDuration, domain::Field};

/// Characters of third-party text that are kept; what the documentation calls the longest `description`.
const LONGEST_DESCRIPTION: usize = 1_024;

/// Longest code that is kept; the longest documented one has seven digits.
const LONGEST_CODE: usize = 32;

/// A definite refusal: Partner Center has understood the call and said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Error code, as text because some services send text.
    ///
    /// One number means different things in different services: decide by operation, status and code together.
    pub code: Option<String>,
    /// The field of the form that the answer names, if it names one.
    pub field: Option<Field>,
    /// Third-party text for the log alone, at most 1,024 characters, without control characters.
    pub description: Option<String>,
    /// `MS-CV` of the answer.
    pub ms_cv: Option<String>,
}

/// Why a call gave no result.
///
/// Every variant but [`PartnerCenterError::Lost`] is proof that the call has changed nothing. (One exception is known, and it is
/// Microsoft's: a create that is refused for the contact's mail address, code 27002, may use up the domain name.)
#[derive(Debug, thiserror::Error)]
pub enum PartnerCenterError {
    /// A definite refusal.
    #[error("Partner Center refused with status {} and code {:?}", .0.status, .0.code)]
    Refused(Refusal),
    /// 401: the token is not accepted; `mfa` says whether it lacks the second factor (900421, "MFA required").
    #[error("Partner Center does not accept the token")]
    Unauthorized {
        /// The second factor is missing.
        mfa: bool,
        /// What came back.
        refusal: Refusal,
    },
    /// 429, and the patience of the client is used up.
    #[error("Partner Center asks to wait")]
    Throttled {
        /// `Retry-After`.
        retry_after: Option<SignedDuration>,
    },
    /// No answer, or none that can be understood (time-out, reset, 5xx, truncated, HTML): for a write the outcome is
    /// not known.
    #[error("no usable answer from Partner Center: {}", .0.why)]
    Lost(LostAnswer),
}

/// What is left of an answer that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostAnswer {
    /// In words of ours, for the log.
    pub why: &'static str,
    /// HTTP status, if anything came back.
    pub status: Option<u16>,
    /// `MS-CV`, by which Microsoft finds what went wrong on its side.
    pub ms_cv: Option<String>,
}

impl From<&'static str> for LostAnswer {
    fn from(why: &'static str) -> Self {
        Self { why, status: None, ms_cv: None }
    }
}

/// Why there is no usable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// No connection was made, so that nothing was sent.
    NotConnected,
    /// The deadline of the attempt has passed.
    TimedOut,
    /// The connection ended before the answer did.
    BrokenOff,
    /// The answer is longer than an answer to this call can be.
    TooLong,
    /// 5xx or 408.
    ServerFault,
    /// 3xx: the API never redirects, so that somebody else answers. Not followed.
    Redirected,
    /// A success whose body is not what the operation answers with.
    Unreadable,
    /// It names another call's ids, or another customer than was sent: something on the way has mixed answers up.
    OfAnotherCall,
    /// 429 on a repeat of an attempt that was lost.
    ThrottledRepeat,
    /// 409: another delivery of the same request may still be running, or be done.
    Conflict,
    /// A refusal that the lost attempt may itself be the cause of.
    DoubtfulRefusal,
}

impl Loss {
    /// In words, for the log.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::NotConnected => "no connection could be made",
            Self::TimedOut => "the deadline has passed",
            Self::BrokenOff => "the connection ended before the answer did",
            Self::TooLong => "the answer is too long",
            Self::ServerFault => "a fault on the server's side",
            Self::Redirected => "a redirect, which the API never sends",
            Self::Unreadable => "the answer cannot be understood",
            Self::OfAnotherCall => "the answer is one to another call",
            Self::ThrottledRepeat => "asked to wait after a lost attempt",
            Self::Conflict => "a conflict after a lost attempt",
            Self::DoubtfulRefusal => "a refusal after a lost attempt, which may have caused it",
        }
    }

    /// Whether the request may have been acted on all the same.
    pub(super) fn may_have_arrived(self) -> bool {
        !matches!(self, Self::NotConnected)
    }

    /// Whether asking once more is likely to help a call that changes nothing.
    fn is_passing(self) -> bool {
        matches!(self, Self::NotConnected | Self::BrokenOff | Self::ServerFault | Self::OfAnotherCall)
    }
}

/// How one attempt failed; [`PartnerCenterError`] plus what is needed to decide on a repeat.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// 4xx.
    Refused(Refusal),
    /// 401.
    Unauthorized { mfa: bool, refusal: Refusal },
    /// 429.
    Throttled { retry_after: Option<Duration> },
    /// No usable answer; of an answer that came, what Microsoft's support asks for.
    Lost { loss: Loss, retry_after: Option<Duration>, came: Option<Came> },
}

/// What came back in place of a usable answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Came {
    pub(super) status: u16,
    pub(super) ms_cv: Option<String>,
}

impl Failure {
    /// A loss without advice when to come back.
    pub(super) fn lost(loss: Loss) -> Self {
        Self::Lost { loss, retry_after: None, came: None }
    }

    /// What the server advises.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } | Self::Lost { retry_after, .. } => *retry_after,
            Self::Refused(_) | Self::Unauthorized { .. } => None,
        }
    }

    /// Whether a call that changes nothing should be tried again. A time-out is not: it has cost a long wait already.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Throttled { .. } => true,
            Self::Lost { loss, .. } => loss.is_passing(),
            Self::Refused(_) | Self::Unauthorized { .. } => false,
        }
    }
}

impl From<Failure> for PartnerCenterError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Unauthorized { mfa, refusal } => Self::Unauthorized { mfa, refusal },
            Failure::Throttled { retry_after } => {
                Self::Throttled { retry_after: retry_after.and_then(|wait| SignedDuration::try_from(wait).ok()) }
            }
            Failure::Lost { loss, came, .. } => {
                let (status, ms_cv) = came.map(|came| (came.status, came.ms_cv)).unzip();
                Self::Lost(LostAnswer { why: loss.text(), status, ms_cv: ms_cv.flatten() })
            }
        }
    }
}

/// An error body in any of the three shapes: classic (`code`, `description`), customer service (`code`, `message`,
/// `description`) and gateway (`statusCode`, `message`).
#[derive(Debug, Default, Deserialize)]
struct ErrorBody {
    #[serde(default, deserialize_with = "wire::text", alias = "Code")]
    code: Option<String>,
    #[serde(default, deserialize_with = "wire::text", alias = "Description")]
    description: Option<String>,
    #[serde(default, deserialize_with = "wire::text", alias = "Message")]
    message: Option<String>,
    #[serde(default, alias = "Data")]
    data: serde_json::Value,
}

impl Refusal {
    /// Reads an error body; one that is empty, HTML or otherwise strange leaves code and description out.
    pub(super) fn read(status: StatusCode, body: &[u8], ms_cv: Option<String>) -> Self {
        let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
        let description = body.description.or(body.message);
        let field = property::named(&body.data, description.as_deref());
        let description = description.map(|text| fit_for_log(&text));
        Self { status: status.as_u16(), code: body.code.map(fit_for_page), field, description, ms_cv }
    }

    /// Whether the same body is refused so each time it is sent, before a tenant is made of it: the codes that are
    /// documented for the create. Any other refusal of a repeat may be the earlier attempt's own doing.
    pub fn is_about_the_body(&self) -> bool {
        ["600002", "600049", "600050", "600051"].iter().any(|code| self.is(400, code))
    }

    /// Whether the refusal has this status and code.
    pub(super) fn is(&self, status: u16, code: &str) -> bool {
        self.status == status && self.code.as_deref() == Some(code)
    }
}

/// Cuts third-party text to size and takes out what could forge a line of a log.
fn fit_for_log(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_DESCRIPTION).collect()
}

/// A code is a number, or a word at most: what else stands there is cut to what a page and a ticket can hold.
fn fit_for_page(code: String) -> String {
    let is_word = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if code.len() <= LONGEST_CODE && is_word || planted!(AnyCodeIsShown) {
        return code;
    }
    code.chars().filter(char::is_ascii_alphanumeric).take(LONGEST_CODE).collect()
}
