//! Scripted faults: what goes wrong, with which operation, and when.

use serde::{Deserialize, Serialize};

use super::operation::Operation;

/// One scripted fault. As JSON, for `POST /_simulator/faults`:
///
/// ```json
/// {"operation": "create_customer", "after": 0, "count": 1, "kind": "timeout_after_commit"}
/// {"operation": "relationships", "kind": "status_429", "retry_after": 2}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which operation it strikes; every one if left out.
    #[serde(default = "any_operation")]
    pub operation: Operation,
    /// How many calls it lets pass first.
    #[serde(default)]
    pub after: u32,
    /// How many calls it strikes then.
    #[serde(default = "once")]
    pub count: u32,
    /// Whether the operation is carried out. Left out: what is natural for the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<bool>,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Nothing is done and nothing answered; the connection stays open for ten minutes.
    TimeoutBeforeCommit,
    /// All is done and nothing answered.
    TimeoutAfterCommit,
    /// The answer comes late.
    Hang {
        /// By how many milliseconds.
        hang_ms: u64,
    },
    /// The connection is reset before anything is done.
    Reset,
    /// The connection is reset when all is done.
    ResetAfterCommit,
    /// Too many requests, in the shape of the gateway.
    #[serde(rename = "status_429")]
    TooManyRequests {
        /// Seconds in `Retry-After`; no header if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// Any status, in the classic shape if there is a code, otherwise with an empty body.
    Status {
        /// HTTP status, 400 to 599.
        status: u16,
        /// Number in the body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u32>,
        /// Text in the body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// A refusal with one of Partner Center's codes, see [`CODES`](super::CODES).
    Refusal {
        /// The code.
        code: String,
        /// The property that the answer names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        property: Option<String>,
    },
    /// 401 with code 900421, as since 2026.
    UnauthorizedMfa,
    /// 401 with an empty body and its own reason phrase, as from 2019 on.
    UnauthorizedMfaOld,
    /// The body is not JSON.
    Malformed,
    /// The body is the error page of a proxy.
    Html,
    /// The connection ends in the middle of the body.
    Truncated,
    /// No body at all.
    Empty,
    /// A repeat of a finished create brings the customer without its password.
    NoPasswordOnReplay,
    /// A repeat of a finished create is answered with 409.
    ConflictOnReplay,
    /// Entra refuses a refresh token for want of a second factor (AADSTS50076).
    MfaRequiredOnRefresh,
}

impl FaultKind {
    /// Whether the operation is carried out although something goes wrong.
    pub(super) fn commits(&self) -> bool {
        !matches!(
            self,
            Self::TimeoutBeforeCommit
                | Self::Reset
                | Self::TooManyRequests { .. }
                | Self::Status { .. }
                | Self::Refusal { .. }
                | Self::UnauthorizedMfa
                | Self::UnauthorizedMfaOld
        )
    }

    /// Struck by a handler that knows more than method and path.
    fn is_for_a_handler(&self) -> bool {
        matches!(self, Self::NoPasswordOnReplay | Self::ConflictOnReplay | Self::MfaRequiredOnRefresh)
    }
}

const fn once() -> u32 {
    1
}

const fn any_operation() -> Operation {
    Operation::Any
}

/// The faults that are still to come, in the order in which they were scripted.
#[derive(Debug, Default)]
pub(super) struct FaultScript(Vec<Fault>);

impl FaultScript {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn to_come(&self) -> &[Fault] {
        &self.0
    }

    /// The fault that strikes a call of this operation, if one does.
    pub(super) fn strike(&mut self, operation: Operation) -> Option<Fault> {
        self.take(|fault| {
            !fault.kind.is_for_a_handler() && (fault.operation == Operation::Any || fault.operation == operation)
        })
    }

    /// The same for faults of a kind that a handler asks for itself.
    pub(super) fn strike_in_handler(&mut self, kind: &FaultKind) -> bool {
        self.take(|fault| fault.kind == *kind).is_some()
    }

    fn take(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let position = self.0.iter().position(fits)?;
        let fault = self.0.get_mut(position)?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        let struck = fault.clone();
        fault.count = fault.count.saturating_sub(1);
        if fault.count == 0 {
            self.0.remove(position);
        }
        Some(struck)
    }
}
