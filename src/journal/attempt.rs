//! What a step needs to have happened before is its argument: nothing is sent without a [`Committed`], and there is no
//! outcome without a [`Sending`].

use super::{OnboardingState, Payload};
use crate::{
    clock::{SignedDuration, Timestamp},
    database::to_micros,
    domain::{CorrelationId, CustomerId, OnboardingId, PersonKey, RequestId, ResellerId},
};

/// How long whoever is at work may be silent before others may take the onboarding over.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// The right to work on one onboarding; it ends [`LEASE`] after the last [`Journal::renew`](super::Journal::renew).
#[derive(Clone, Debug)]
pub struct Lease {
    pub(super) id: OnboardingId,
    pub(super) holder: String,
}

impl Lease {
    /// The onboarding.
    pub fn id(&self) -> &OnboardingId {
        &self.id
    }
}

/// An onboarding in somebody's hands, and the state that it was in then: what every step compares before it sets.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    pub(super) lease: &'a Lease,
    pub(super) state: OnboardingState,
    pub(super) attempts: u32,
}

impl Held<'_> {
    /// How often it has been tried before, in the step that it is in.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

/// Under which ids what is sent, in whose name.
#[derive(Debug)]
pub struct Attempt {
    pub(super) lease: Lease,
    pub(super) owner: PersonKey,
    pub(super) request_id: RequestId,
    pub(super) correlation_id: CorrelationId,
    pub(super) payload: Payload,
    /// How often it has been tried before, in the step that it is in.
    pub(super) attempts: u32,
    /// Whether it goes on from its commit, and not from where somebody else left it.
    pub(super) is_new: bool,
}

impl Attempt {
    /// The onboarding.
    pub fn id(&self) -> &OnboardingId {
        &self.lease.id
    }

    /// To whom the onboarding belongs.
    pub fn owner(&self) -> &PersonKey {
        &self.owner
    }

    /// The right to work on it.
    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    /// `MS-RequestId`, the same each time this onboarding is sent.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// `MS-CorrelationId`.
    pub fn correlation_id(&self) -> &CorrelationId {
        &self.correlation_id
    }

    /// What is sent.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }
}

/// An intent that is stored for good and that this process alone may send. No attempt that counts was made so far.
#[derive(Debug)]
pub struct Committed(pub(super) Attempt);

impl Committed {
    /// The intent.
    pub fn attempt(&self) -> &Attempt {
        &self.0
    }

    /// For the steps.
    pub fn held(&self) -> Held<'_> {
        Held { lease: &self.0.lease, state: OnboardingState::Submitted, attempts: self.0.attempts }
    }
}

/// A committed intent whose first byte may have gone out.
#[derive(Debug)]
pub struct Sending {
    pub(super) attempt: Attempt,
    pub(super) state: OnboardingState,
}

impl Sending {
    /// The intent.
    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// For the steps.
    pub fn held(&self) -> Held<'_> {
        Held { lease: &self.attempt.lease, state: self.state, attempts: self.attempt.attempts }
    }
}

/// An intent that may have been carried out, and nobody knows: what is found out about it is its outcome.
#[derive(Debug)]
pub struct Doubtful {
    pub(super) sending: Sending,
    pub(super) repeats: u32,
    pub(super) last_sent_at: Timestamp,
    pub(super) submitted_at: Timestamp,
}

impl Doubtful {
    /// What was sent.
    pub fn sending(&self) -> &Sending {
        &self.sending
    }

    /// How often it has been looked into so far.
    pub fn attempts(&self) -> u32 {
        self.sending.attempt.attempts
    }

    /// How often the create was repeated since the answer was lost.
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// When a create may have gone out last.
    pub fn last_sent_at(&self) -> Timestamp {
        self.last_sent_at
    }

    /// When the intent was committed.
    pub fn submitted_at(&self) -> Timestamp {
        self.submitted_at
    }
}

/// A created tenant that has not been read back completely.
#[derive(Debug)]
pub struct Unverified {
    pub(super) lease: Lease,
    pub(super) owner: PersonKey,
    pub(super) customer: CustomerId,
    pub(super) reseller: Option<ResellerId>,
    pub(super) seen: bool,
    pub(super) differs: bool,
    pub(super) attempts: u32,
    pub(super) created_at: Timestamp,
}

impl Unverified {
    /// The right to work on it.
    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    /// To whom the onboarding belongs.
    pub fn owner(&self) -> &PersonKey {
        &self.owner
    }

    /// The tenant.
    pub fn customer(&self) -> &CustomerId {
        &self.customer
    }

    /// Whether Partner Center has shown it already.
    pub fn is_seen(&self) -> bool {
        self.seen
    }

    /// The reseller that was sent; `None` for a direct customer.
    pub fn reseller(&self) -> Option<&ResellerId> {
        self.reseller.as_ref()
    }

    /// How often it has been looked for so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When the create was recorded.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }
}

/// An onboarding that this process alone works on from now on.
#[derive(Debug)]
pub struct Taken {
    /// What there is to do.
    pub work: Work,
    /// In whose name: the owner's, or that of the person who has asked for it.
    pub person: PersonKey,
    /// Whether it had waited for its owner to sign in: tokens from before are of no use.
    pub was_parked: bool,
}

/// What there is to do with an onboarding.
#[derive(Debug)]
pub enum Work {
    /// It has not been sent (with an effect) yet.
    Send(Committed),
    /// It may have been carried out.
    FindOut(Doubtful),
    /// Its tenant has to be read back.
    Verify(Unverified),
}

impl Work {
    /// The right to work on it.
    pub fn lease(&self) -> &Lease {
        match self {
            Self::Send(committed) => committed.0.lease(),
            Self::FindOut(doubtful) => doubtful.sending.attempt.lease(),
            Self::Verify(unverified) => &unverified.lease,
        }
    }
}

/// Whether a created tenant was news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is recorded now.
    Now,
    /// It had been recorded before, by an attempt that overtook this one.
    Before,
}

pub(super) fn lease_end(now: Timestamp) -> i64 {
    to_micros(now.saturating_add(LEASE).unwrap_or(now))
}
