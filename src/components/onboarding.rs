//! Onboardings as lists show them.

use leptos::prelude::*;

use super::badge::{Badge, Tone};
use crate::{
    clock::Timestamp,
    domain::{CustomerOf, OnboardingId},
    journal::{Onboarding, OnboardingState, Reason},
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
            Self::Direct => "Direct customer".to_owned(),
            Self::NotChosen => "Not chosen yet".to_owned(),
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
    /// What the owner should do next, in two or three words.
    pub next: &'static str,
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
            next: next_action(onboarding),
            person: onboarding.owner_name.clone(),
            changed_at: onboarding.changed_at,
        }
    }

    /// What the onboarding is called.
    pub fn name(&self) -> String {
        name_or_placeholder(&self.company_name)
    }
}

/// What the owner should do next.
fn next_action(onboarding: &Onboarding) -> &'static str {
    match (onboarding.state, onboarding.failure.as_ref().map(|failure| failure.reason)) {
        (OnboardingState::Draft, _) => "Continue",
        (OnboardingState::NeedsAttention, Some(Reason::SignInAgain)) => "Sign in again",
        (OnboardingState::NeedsAttention, Some(Reason::NotConnected)) => "See whose move it is",
        (OnboardingState::NeedsAttention, Some(reason)) if reason.is_resumable() => "Look and check again",
        (OnboardingState::Created, Some(_)) => "Have the reseller corrected",
        (OnboardingState::Rejected, _) => "Change the details",
        (OnboardingState::NotCreated, _) => "Send it again",
        (state, _) if state.is_working() => "Follow",
        _ => "See what to do",
    }
}

/// The company's name, or what stands for it in a draft without one.
pub fn name_or_placeholder(company_name: &str) -> String {
    if company_name.is_empty() { "Draft without a name".to_owned() } else { company_name.to_owned() }
}

/// A state as a badge says it.
pub fn state_words(state: OnboardingState) -> (Tone, &'static str) {
    match state {
        OnboardingState::Draft => (Tone::Neutral, "Draft"),
        OnboardingState::Submitted => (Tone::Working, "Waiting to be sent"),
        OnboardingState::Sending => (Tone::Working, "Being created"),
        OnboardingState::Created => (Tone::Good, "Created"),
        OnboardingState::Rejected => (Tone::Bad, "Refused"),
        OnboardingState::Unknown => (Tone::Warning, "Outcome not known"),
        OnboardingState::Reconciling => (Tone::Working, "Asking Microsoft"),
        OnboardingState::NotCreated => (Tone::Neutral, "Not created"),
        OnboardingState::NeedsAttention => (Tone::Bad, "Needs attention"),
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
