//! The states of an onboarding, which may follow which, and why one stands still.

use crate::{database::DatabaseError, domain::Field};

/// Where an onboarding stands (DESIGN: `draft -> submitted -> sending -> created | rejected | unknown -> …`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnboardingState {
    /// Being filled in.
    Draft,
    /// A reseller's, complete, until somebody of the provider has looked at it. Nothing is sent before.
    AwaitingApproval,
    /// The intent is committed; nothing that counts has been sent yet.
    Submitted,
    /// The first byte may have gone out.
    Sending,
    /// There is a tenant.
    Created,
    /// Partner Center refused; nothing was created.
    Rejected,
    /// The answer was lost; the portal will find out.
    Unknown,
    /// The portal is finding the outcome out.
    Reconciling,
    /// Found out: nothing was created.
    NotCreated,
    /// A person has to decide or act (the reason says what).
    NeedsAttention,
}

impl OnboardingState {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::AwaitingApproval,
        Self::Submitted,
        Self::Sending,
        Self::Created,
        Self::Rejected,
        Self::Unknown,
        Self::Reconciling,
        Self::NotCreated,
        Self::NeedsAttention,
    ];

    /// The one table of what may follow what. Every step asks it before it writes, and its statement names the state
    /// that it starts from, so that a move that is not in here happens nowhere.
    pub(super) fn may_become(self, to: Self) -> bool {
        use OnboardingState::{
            AwaitingApproval, Created, Draft, NeedsAttention, NotCreated, Reconciling, Rejected, Sending, Submitted,
            Unknown,
        };
        match self {
            Draft => matches!(to, AwaitingApproval | Submitted),
            // Back to `draft`: sent back with a comment, or withdrawn.
            AwaitingApproval => matches!(to, Draft | Submitted),
            Submitted => matches!(to, Sending | NeedsAttention | Created),
            // Back to `submitted`: asked to wait before anything was done.
            Sending => matches!(to, Submitted | Created | Rejected | Unknown | Reconciling | NeedsAttention),
            Unknown => matches!(to, Reconciling | Created | NeedsAttention),
            Reconciling => matches!(to, Created | Rejected | NotCreated | NeedsAttention),
            NeedsAttention => matches!(to, Submitted | Reconciling | Created),
            // An answer with a tenant in it is the truth, however late it comes.
            Rejected | NotCreated => matches!(to, Created),
            Created => false,
        }
    }

    /// Whether the portal itself is at work on it, so that a page should look again soon.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Submitted | Self::Sending | Self::Unknown | Self::Reconciling)
    }

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::AwaitingApproval => "awaiting_approval",
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
    pub fn parse(text: &str) -> Result<Self, DatabaseError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(DatabaseError::Corrupt("onboarding.state"))
    }
}

/// What has happened to an onboarding: it came into a state, or a step after the create was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It came into this state.
    Became(OnboardingState),
    /// Partner Center shows the new tenant.
    Visible,
    /// Partner Center names the right reseller for it (or none, for a direct customer).
    ResellerVerified,
    /// Partner Center names another reseller than was sent.
    ResellerDiffers,
    /// That the customer has accepted the Microsoft Customer Agreement was recorded at Microsoft.
    AgreementRecorded,
    /// A new first password was set at Microsoft, in place of one that was lost.
    PasswordSet,
    /// It is a draft again, because somebody of the provider wants something changed.
    SentBack,
    /// It is a draft again, because its owner wants to change something.
    Withdrawn,
    /// The credentials were sealed to the reseller.
    HandedOver,
    /// The credentials were sealed to their former owner again.
    TakenBack,
}

impl Happening {
    /// Those that are more than to have come into a state.
    pub const STEPS: [Self; 9] = [
        Self::Visible,
        Self::ResellerVerified,
        Self::ResellerDiffers,
        Self::AgreementRecorded,
        Self::PasswordSet,
        Self::SentBack,
        Self::Withdrawn,
        Self::HandedOver,
        Self::TakenBack,
    ];

    /// The state that follows from it, if it changes any.
    #[cfg(test)]
    pub(super) fn leads_to(self) -> Option<OnboardingState> {
        match self {
            Self::Became(state) => Some(state),
            Self::SentBack | Self::Withdrawn => Some(OnboardingState::Draft),
            _ => None,
        }
    }

    /// As it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Became(state) => state.as_str(),
            Self::Visible => "visible",
            Self::ResellerVerified => "reseller_verified",
            Self::ResellerDiffers => "reseller_differs",
            Self::AgreementRecorded => "agreement_recorded",
            Self::PasswordSet => "password_set",
            Self::SentBack => "sent_back",
            Self::Withdrawn => "withdrawn",
            Self::HandedOver => "handed_over",
            Self::TakenBack => "taken_back",
        }
    }

    /// As it was stored.
    pub(super) fn parse(text: &str) -> Result<Self, DatabaseError> {
        Self::STEPS
            .into_iter()
            .find(|step| step.as_str() == text)
            .map_or_else(|| OnboardingState::parse(text).map(Self::Became), Ok)
    }
}

/// Why an onboarding was refused, waits, or needs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The token was not accepted or could not be had: the owner has to sign in again. It goes on by itself then.
    SignInAgain,
    /// A reseller's onboarding, and the provider's account for those was not accepted or is not connected. It goes on by
    /// itself when an administrator has connected one.
    NotConnected,
    /// Partner Center asked to wait.
    Throttled,
    /// Nothing was sent: no token could be had just then.
    NotSent,
    /// A definite refusal; the code says why.
    Refused,
    /// No usable answer: the outcome is not known.
    LostAnswer,
    /// What is stored is not what was approved, so it is not sent.
    PayloadChanged,
    /// The tenant was created, and Partner Center names another reseller (or none) than was sent.
    ResellerDiffers,
    /// The answer was lost; the domain is taken, and no customer of the provider has it.
    DomainTaken,
    /// The answer was lost; the audit records say that the customer was added, and it is not to be seen.
    NotVisible,
    /// The answer was lost; the customer with this domain is another company's or another reseller's.
    FoundOther,
    /// The answer was lost; the customer with this domain is the outcome of another onboarding.
    OutcomeOfAnother,
    /// The answer was lost, and Partner Center could not be asked for long enough.
    NoEvidence,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 13] = [
        Self::SignInAgain,
        Self::NotConnected,
        Self::Throttled,
        Self::NotSent,
        Self::Refused,
        Self::LostAnswer,
        Self::PayloadChanged,
        Self::ResellerDiffers,
        Self::DomainTaken,
        Self::NotVisible,
        Self::FoundOther,
        Self::OutcomeOfAnother,
        Self::NoEvidence,
    ];

    /// Whether asking Microsoft once more may change something.
    pub fn is_resumable(self) -> bool {
        matches!(
            self,
            Self::SignInAgain
                | Self::NotConnected
                | Self::Throttled
                | Self::NotSent
                | Self::DomainTaken
                | Self::NotVisible
                | Self::FoundOther
                | Self::OutcomeOfAnother
                | Self::NoEvidence
        )
    }

    /// As it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::SignInAgain => "sign_in_again",
            Self::NotConnected => "not_connected",
            Self::Throttled => "throttled",
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::LostAnswer => "lost_answer",
            Self::PayloadChanged => "payload_changed",
            Self::ResellerDiffers => "reseller_differs",
            Self::DomainTaken => "domain_taken",
            Self::NotVisible => "not_visible",
            Self::FoundOther => "found_other",
            Self::OutcomeOfAnother => "outcome_of_another",
            Self::NoEvidence => "no_evidence",
        }
    }

    /// As it was stored.
    pub(super) fn parse(text: &str) -> Result<Self, DatabaseError> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or(DatabaseError::Corrupt("onboarding.failure_reason"))
    }
}

/// Why an onboarding stands where it stands, in a form that a page may show: numbers and ids, not third-party text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status; `None`: there was no answer.
    pub status: Option<u16>,
    /// Partner Center's error code.
    pub code: Option<String>,
    /// The field of the form that the answer names, if it names one.
    pub field: Option<Field>,
    /// `MS-CV` of the answer.
    pub ms_cv: Option<String>,
    /// What it means.
    pub reason: Reason,
}

impl Failure {
    /// A failure without an answer of Partner Center.
    pub fn because(reason: Reason) -> Self {
        Self { status: None, code: None, field: None, ms_cv: None, reason }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::because(reason)
    }
}
