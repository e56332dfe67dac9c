//! Onboardings as lists show them.

use leptos::prelude::*;

use super::{
    badge::{Badge, Tone},
    notice::{Notice, NoticeKind},
    time::Exactly,
};
use crate::{
    clock::Timestamp,
    domain::{CustomerOf, OnboardingId},
    i18n::t,
    journal::{Onboarding, OnboardingState, Reason, SentBack},
};

/// Through whom a customer is sold to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoldThrough {
    /// This indirect reseller.
    Reseller(String),
    /// The provider itself.
    Direct,
    /// A draft that does not say yet.
    NotChosen,
}

impl SoldThrough {
    /// Of an onboarding, whatever its state.
    pub fn of(onboarding: &Onboarding) -> Self {
        match (&onboarding.reseller_name, onboarding.form.customer_of()) {
            (Some(name), _) => Self::Reseller(name.clone()),
            (None, Some(CustomerOf::Direct)) => Self::Direct,
            (None, _) => Self::NotChosen,
        }
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Reseller(name) => name.clone(),
            Self::Direct => t!(components.direct_customer).to_owned(),
            Self::NotChosen => t!(components.not_chosen_yet).to_owned(),
        }
    }
}

/// One onboarding in a list: no secret, and no answer of the form beyond what names it.
#[derive(Clone, Debug)]
pub struct OnboardingRow {
    /// Our id.
    pub id: OnboardingId,
    /// Registered name; empty in a draft without one.
    pub company_name: String,
    /// Full initial domain; empty in a draft without one.
    pub domain: String,
    /// The reseller, or that there is none.
    pub sold_through: SoldThrough,
    /// Where it stands.
    pub state: OnboardingState,
    /// What the owner should do next.
    pub next: NextAction,
    /// Who started it.
    pub person: String,
    /// When the state last changed.
    pub changed_at: Timestamp,
}

impl OnboardingRow {
    /// The row of an onboarding.
    pub fn new(onboarding: &Onboarding) -> Self {
        Self {
            id: onboarding.id.clone(),
            company_name: onboarding.company_name.clone(),
            domain: onboarding.domain.clone(),
            sold_through: SoldThrough::of(onboarding),
            state: onboarding.state,
            next: NextAction::of(onboarding),
            person: onboarding.owner_name.clone(),
            changed_at: onboarding.changed_at,
        }
    }

    /// What the onboarding is called.
    pub fn name(&self) -> String {
        name_or_placeholder(&self.company_name)
    }
}

/// What the owner of an onboarding should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum NextAction {
    Mend,
    Continue,
    Look,
    SignIn,
    SeeWhoseMove,
    CheckAgain,
    CorrectReseller,
    ChangeDetails,
    SendAgain,
    Follow,
    SeeWhatToDo,
}

impl NextAction {
    fn of(onboarding: &Onboarding) -> Self {
        match (onboarding.state, onboarding.failure.as_ref().map(|failure| failure.reason)) {
            (OnboardingState::Draft, _) if onboarding.sent_back.is_some() => Self::Mend,
            (OnboardingState::Draft, _) => Self::Continue,
            (OnboardingState::AwaitingApproval, _) => Self::Look,
            (OnboardingState::NeedsAttention, Some(Reason::SignInAgain)) => Self::SignIn,
            (OnboardingState::NeedsAttention, Some(Reason::NotConnected)) => Self::SeeWhoseMove,
            (OnboardingState::NeedsAttention, Some(reason)) if reason.is_resumable() => Self::CheckAgain,
            (OnboardingState::Created, Some(_)) => Self::CorrectReseller,
            (OnboardingState::Rejected, _) => Self::ChangeDetails,
            (OnboardingState::NotCreated, _) => Self::SendAgain,
            (state, _) if state.is_working() => Self::Follow,
            _ => Self::SeeWhatToDo,
        }
    }

    /// In two or three words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mend => t!(components.mend_and_send_again),
            Self::Continue => t!(components.do_continue),
            Self::Look => t!(components.look_at_it),
            Self::SignIn => t!(components.sign_in_again),
            Self::SeeWhoseMove => t!(components.see_whose_move_it_is),
            Self::CheckAgain => t!(components.look_and_check_again),
            Self::CorrectReseller => t!(components.have_the_reseller_corrected),
            Self::ChangeDetails => t!(components.change_the_details),
            Self::SendAgain => t!(components.send_it_again),
            Self::Follow => t!(components.follow),
            Self::SeeWhatToDo => t!(components.see_what_to_do),
        }
    }
}

/// The company's name, or what stands for it in a draft without one.
pub fn name_or_placeholder(company_name: &str) -> String {
    if company_name.is_empty() { t!(components.draft_without_a_name).to_owned() } else { company_name.to_owned() }
}

/// A state as a badge says it.
pub fn state_words(state: OnboardingState) -> (Tone, &'static str) {
    match state {
        OnboardingState::Draft => (Tone::Neutral, t!(components.draft)),
        OnboardingState::AwaitingApproval => (Tone::Waiting, t!(components.waits_for_approval)),
        OnboardingState::Submitted => (Tone::Working, t!(components.waiting_to_be_sent)),
        OnboardingState::Sending => (Tone::Working, t!(components.being_created)),
        OnboardingState::Created => (Tone::Good, t!(components.created)),
        OnboardingState::Rejected => (Tone::Bad, t!(components.refused)),
        OnboardingState::Unknown => (Tone::Warning, t!(components.outcome_not_known)),
        OnboardingState::Reconciling => (Tone::Working, t!(components.asking_microsoft)),
        OnboardingState::NotCreated => (Tone::Neutral, t!(components.not_created)),
        OnboardingState::NeedsAttention => (Tone::Bad, t!(components.needs_attention)),
    }
}

/// The state of an onboarding in a word.
#[component]
pub fn StateBadge(
    /// The state.
    state: OnboardingState,
) -> impl IntoView {
    let (tone, label) = state_words(state);
    view! { <Badge tone label/> }
}

/// What somebody of the provider wants changed before a draft is sent.
#[component]
pub fn SentBackNotice(
    /// Who, when, and what.
    sent_back: SentBack,
) -> impl IntoView {
    let SentBack { at, by_name, comment } = sent_back;
    view! {
        <Notice kind=NoticeKind::Warning title=t!(components.it_was_sent_back_please)>
            <blockquote class="quote">{comment}</blockquote>
            <p class="soft">{by_name} ", " <Exactly at/></p>
        </Notice>
    }
}
