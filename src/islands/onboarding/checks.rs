//! The live checks: domain, address, reseller. They advise; none of them ever keeps a person from going on.
//!
//! Each waits until typing rests, and an answer counts only if what it was asked about still stands there.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use super::{state::Onboarding, values};
use crate::{
    api,
    domain::{
        AddressCheck, AddressParts, DomainAvailability, Field, NewCustomerForm, ResellerId, ResellerReadiness,
        suggest_other_domain, words,
    },
    error::PortalError,
    islands::icon::icon,
};

/// How long typing must rest before the portal is asked.
const REST: Duration = Duration::from_millis(500);

/// Where a check stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    /// Nothing to say.
    #[default]
    Idle,
    /// Asked, not answered.
    Checking,
    /// Yes.
    Good,
    /// No.
    Bad,
    /// Could not check; never a yes.
    Unknown,
}

impl Tone {
    /// Value of `data-state`.
    fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Checking => "checking",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }

    fn icon(self) -> Option<&'static str> {
        match self {
            Self::Idle => None,
            Self::Checking => Some("/icons.svg#clock"),
            Self::Good => Some("/icons.svg#check"),
            Self::Bad => Some("/icons.svg#alert"),
            Self::Unknown => Some("/icons.svg#info"),
        }
    }
}

/// A check's state in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    tone: Tone,
    words: String,
}

impl Answer {
    fn new(tone: Tone, words: impl Into<String>) -> Self {
        Self { tone, words: words.into() }
    }

    /// Why a check brought no answer.
    fn unknown(error: &PortalError, otherwise: &'static str) -> Self {
        let words = match error {
            PortalError::Unauthenticated => {
                "Your session has ended. Your answers are kept when you continue and sign in"
            }
            PortalError::Unreachable => "The portal cannot be reached just now",
            _ => otherwise,
        };
        Self::new(Tone::Unknown, words)
    }
}

/// One check: its answer, and the clock that waits for typing to rest.
#[derive(Clone, Copy)]
pub(super) struct Check {
    answer: RwSignal<Answer>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Check {
    fn new() -> Self {
        Self { answer: RwSignal::new(Answer::default()), timer: StoredValue::new(None) }
    }

    /// Forgets the answer.
    pub(super) fn clear(self) {
        self.wait();
        if self.answer.with_untracked(|answer| answer.tone != Tone::Idle) {
            self.answer.set(Answer::default());
        }
    }

    fn wait(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Runs `ask` once typing rests.
    fn later(self, ask: impl FnOnce() + 'static) {
        self.clear();
        self.timer.set_value(set_timeout_with_handle(ask, REST).ok());
    }

    fn checking(self) {
        self.answer.set(Answer::new(Tone::Checking, "Checking\u{2026}"));
    }

    /// The answer beside a field, announced once it has settled.
    pub(super) fn status(self, id: &'static str) -> AnyView {
        view! {
            <p class="field__status" id=id role="status" data-state=move || self.state()>
                {move || self.content()}
            </p>
        }
        .into_any()
    }

    /// The answer in the card; silent, because the field's own is announced.
    pub(super) fn echo(self) -> AnyView {
        view! {
            <p class="field__status" data-state=move || self.state()>
                {move || self.content()}
            </p>
        }
        .into_any()
    }

    fn state(self) -> &'static str {
        self.answer.with(|answer| answer.tone.name())
    }

    fn content(self) -> impl IntoView + use<> {
        let answer = self.answer.get();
        view! {
            {answer.tone.icon().map(icon)}
            <span>{answer.words}</span>
        }
    }
}

/// All of them.
#[derive(Clone, Copy)]
pub(super) struct Checks {
    /// Is the domain free?
    pub domain: Check,
    /// Does Microsoft know the address?
    pub address: Check,
    /// Can customers be created for the reseller?
    pub reseller: Check,
    /// Another spelling of the address.
    pub suggestion: RwSignal<Option<AddressParts>>,
}

impl Checks {
    pub(super) fn new() -> Self {
        Self { domain: Check::new(), address: Check::new(), reseller: Check::new(), suggestion: RwSignal::new(None) }
    }

    pub(super) fn domain_changed(self, form: Onboarding) {
        self.domain.clear();
        if untrack(|| form.problem(Field::Domain)).is_none() {
            self.domain.later(move || spawn_local(self.ask_domain(form)));
        }
    }

    async fn ask_domain(self, form: Onboarding) {
        let prefix = form.value(Field::Domain);
        self.domain.checking();
        let answer = api::check_domain(prefix.clone()).await;
        if form.value(Field::Domain) == prefix {
            let country = form.value(Field::Country);
            let full = [prefix.as_str(), &form.domain_suffix.get_value()].concat();
            self.domain.answer.set(domain_words(answer, &prefix, &full, &country));
        }
    }

    pub(super) fn address_changed(self, form: Onboarding) {
        self.address.clear();
        if self.suggestion.with_untracked(Option::is_some) {
            self.suggestion.set(None);
        }
        let complete = untrack(|| form.knows_country())
            && untrack(|| ADDRESS.into_iter().all(|field| form.problem(field).is_none()));
        if complete {
            self.address.later(move || spawn_local(self.ask_address(form)));
        }
    }

    async fn ask_address(self, form: Onboarding) {
        let typed = form.form.with_untracked(address_of);
        self.address.checking();
        let answer = api::check_address(typed.clone()).await;
        if form.form.with_untracked(address_of) != typed {
            return;
        }
        self.address.answer.set(address_words(&answer));
        if let Ok(AddressCheck::Suggestion(others)) = answer {
            self.suggestion.set(others.into_iter().find(|other| *other != typed));
        }
    }

    pub(super) fn reseller_chosen(self, form: Onboarding, reseller: ResellerId) {
        self.reseller.checking();
        spawn_local(async move {
            let answer = api::check_reseller(reseller.clone()).await;
            if form.reseller_id() == Some(reseller) {
                self.reseller.answer.set(reseller_words(answer));
            }
        });
    }

    /// Puts the suggested spelling into the form.
    pub(super) fn use_suggestion(self, form: Onboarding) {
        let Some(suggested) = self.suggestion.get_untracked() else { return };
        let state = form.rules.with_untracked(|rules| {
            let choices = values::choices(rules, Field::State);
            values::find_choice(choices, &suggested.state).map(|choice| choice.value.clone())
        });
        let parts = [
            (Field::AddressLine1, suggested.address_line1),
            (Field::AddressLine2, suggested.address_line2),
            (Field::City, suggested.city),
            (Field::State, state.unwrap_or(suggested.state)),
            (Field::PostalCode, suggested.postal_code),
        ];
        for (field, value) in parts {
            form.write(field, value);
        }
        self.address.clear();
        self.address.answer.set(Answer::new(Tone::Good, "The address is as Microsoft writes it"));
    }

    /// Keeps what was typed.
    pub(super) fn keep_typed(self) {
        self.suggestion.set(None);
        self.address.answer.set(Answer::new(Tone::Unknown, "The address is kept as you typed it"));
    }
}

/// The fields that make an address.
const ADDRESS: [Field; 6] =
    [Field::Country, Field::AddressLine1, Field::AddressLine2, Field::City, Field::State, Field::PostalCode];

/// The address as typed.
pub(super) fn address_of(form: &NewCustomerForm) -> AddressParts {
    let value = |field| values::get(form, field).trim().to_owned();
    AddressParts {
        address_line1: value(Field::AddressLine1),
        address_line2: value(Field::AddressLine2),
        city: value(Field::City),
        state: value(Field::State),
        postal_code: value(Field::PostalCode),
        country: value(Field::Country),
    }
}

fn domain_words(answer: Result<DomainAvailability, PortalError>, prefix: &str, full: &str, country: &str) -> Answer {
    const COULD_NOT: &str =
        "We could not check the domain just now. You can continue; Microsoft will check when you create the tenant";
    match answer {
        Ok(DomainAvailability::Free) => Answer::new(Tone::Good, [full, " is free"].concat()),
        Ok(DomainAvailability::Taken) => {
            Answer::new(Tone::Bad, words::domain_taken(full, &suggest_other_domain(prefix, country)))
        }
        Ok(DomainAvailability::CouldNotCheck) => Answer::new(Tone::Unknown, COULD_NOT),
        Err(error) => Answer::unknown(&error, COULD_NOT),
    }
}

fn address_words(answer: &Result<AddressCheck, PortalError>) -> Answer {
    const COULD_NOT: &str = "We could not check the address just now. You can continue";
    match answer {
        Ok(AddressCheck::Verified) => Answer::new(Tone::Good, "Microsoft knows this address"),
        Ok(AddressCheck::Suggestion(_)) => Answer::new(Tone::Unknown, "Microsoft writes this address differently"),
        Ok(AddressCheck::NotVerified) => {
            Answer::new(Tone::Bad, "Microsoft does not know this address. Check it; you can continue if it is right")
        }
        Ok(AddressCheck::CouldNotCheck) => Answer::new(Tone::Unknown, COULD_NOT),
        Err(error) => Answer::unknown(error, COULD_NOT),
    }
}

fn reseller_words(answer: Result<ResellerReadiness, PortalError>) -> Answer {
    const COULD_NOT: &str = "We could not check if the reseller is ready. You can continue";
    match answer {
        Ok(ResellerReadiness::Ready) => Answer::new(Tone::Good, "Ready for new customers"),
        Ok(ResellerReadiness::Inactive) => {
            Answer::new(Tone::Bad, "The relationship with this reseller is not active, so it cannot get customers")
        }
        Ok(ResellerReadiness::AgreementMissing) => Answer::new(
            Tone::Bad,
            "The reseller has not accepted the Microsoft Partner Agreement. A global admin of it must sign it in Partner Center",
        ),
        Ok(ResellerReadiness::CouldNotCheck) => Answer::new(Tone::Unknown, COULD_NOT),
        Err(error) => Answer::unknown(&error, COULD_NOT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_is_never_a_yes() {
        for error in [PortalError::Unreachable, PortalError::Upstream, PortalError::Unauthenticated] {
            assert_eq!(domain_words(Err(error.clone()), "a", "a.example", "US").tone, Tone::Unknown);
            assert_eq!(address_words(&Err(error.clone())).tone, Tone::Unknown);
            assert_eq!(reseller_words(Err(error)).tone, Tone::Unknown);
        }
        assert_eq!(domain_words(Ok(DomainAvailability::CouldNotCheck), "a", "a.example", "US").tone, Tone::Unknown);
    }

    #[test]
    fn a_taken_domain_comes_with_another_one() {
        let answer = domain_words(Ok(DomainAvailability::Taken), "contoso", "contoso.onmicrosoft.com", "SE");
        assert_eq!(answer, Answer::new(Tone::Bad, "contoso.onmicrosoft.com is already used. Try contosose"));
    }
}
