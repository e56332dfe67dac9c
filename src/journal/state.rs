//! The states of an onboarding and why one stands still.

use crate::database::DatabaseError;

/// Where an onboarding stands (DESIGN: `draft -> submitted -> sending -> created | rejected | unknown -> …`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnboardingState {
    /// Being filled in.
    Draft,
    /// The intent is committed; nothing has been sent yet.
    Submitted,
    /// The first byte may have gone out.
    Sending,
    /// Partner Center answered 201.
    Created,
    /// Partner Center refused; nothing was created.
    Rejected,
    /// The answer was lost; the outcome is not known.
    Unknown,
    /// The portal is finding the outcome out.
    Reconciling,
    /// Found out: nothing was created.
    NotCreated,
    /// A person has to decide or act (the reason says what).
    NeedsAttention,
}

impl OnboardingState {
    const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submitted,
        Self::Sending,
        Self::Created,
        Self::Rejected,
        Self::Unknown,
        Self::Reconciling,
        Self::NotCreated,
        Self::NeedsAttention,
    ];

    /// Whether the portal itself is at work on it, so that a page should look again soon.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Submitted | Self::Sending | Self::Reconciling)
    }

    /// As it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Sending => "sending",
            Self::Created => "created",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Reconciling => "reconciling",
            Self::NotCreated => "not_created",
            Self::NeedsAttention => "needs_attention",
        }
    }

    /// As it was stored.
    pub(super) fn parse(text: &str) -> Result<Self, DatabaseError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(DatabaseError::Corrupt("onboarding.state"))
    }
}

/// The values of [`Failure::reason`].
pub mod reason {
    /// The token was not accepted or could not be had: the person has to sign in again. Nothing was created by this
    /// attempt; it can be resumed.
    pub const SIGN_IN_AGAIN: &str = "sign_in_again";
    /// Partner Center asked to wait for longer than a person would. It can be resumed.
    pub const THROTTLED: &str = "throttled";
    /// Nothing was sent: the process ended too early, or the authority that gives tokens cannot be reached. It can be
    /// resumed.
    pub const NOT_SENT: &str = "not_sent";
    /// A definite refusal; the code says why.
    pub const REFUSED: &str = "refused";
    /// No usable answer: the outcome is not known. It can be resumed.
    pub const LOST_ANSWER: &str = "lost_answer";
    /// What is stored is not what was approved, so it is not sent.
    pub const PAYLOAD_CHANGED: &str = "payload_changed";
    /// The tenant was created, and Partner Center names another reseller (or none) than was sent.
    pub const RESELLER_DIFFERS: &str = "reseller_differs";
}

/// Why Partner Center refused, in a form that a page may show: numbers and ids, not third-party text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// HTTP status; `None`: there was no answer.
    pub status: Option<u16>,
    /// Partner Center's error code.
    pub code: Option<String>,
    /// `MS-CV` of the answer.
    pub ms_cv: Option<String>,
    /// One of [`reason`].
    pub reason: String,
}

impl Failure {
    /// A failure without an answer of Partner Center.
    pub fn because(reason: &str) -> Self {
        Self { status: None, code: None, ms_cv: None, reason: reason.to_owned() }
    }
}
