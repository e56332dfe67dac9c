//! Handing the unopened credentials over to the reseller: the offer, what was done, and taking it back.

use leptos::prelude::*;

use super::CustomerView;
use crate::{
    clock::{SignedDuration, Timestamp},
    components::{
        icon::{Icon, IconName},
        time::{Exactly, relative},
    },
    credentials::{CredentialsStatus, HandOver, Term},
    domain::Operator,
    i18n::{rich, t},
    journal::{Onboarding, Reason},
    paths,
};

/// The card that offers it, to those who may, while there is something to hand over.
pub(super) fn offer(view: &CustomerView) -> Option<AnyView> {
    let CustomerView { onboarding, viewer, now, .. } = view;
    let Some(CredentialsStatus::Sealed { expires_at }) = &view.credentials else { return None };
    let reseller = onboarding.reseller_name.clone()?;
    if view.hand_over.is_some() || !may_give(viewer, onboarding) || is_under_another_reseller(onboarding) {
        return None;
    }
    let (title, words) = if onboarding.owner.tid == viewer.key.tid && viewer.reseller().is_some() {
        (t!(customer.let_a_colleague_open_it).to_owned(), t!(customer.then_the_first_of_your))
    } else {
        (t!(customer.hand_over_to_instead, reseller = reseller), t!(customer.then_only_a_person_of))
    };
    let action = paths::hand_over(&onboarding.id);
    let terms = Term::ALL.map(|term| term_choice(term, *expires_at, *now)).collect_view();
    Some(
        view! {
            <form class="card" method="post" action=action>
                <h2 class="card__title">{title.clone()}</h2>
                <p>{rich!(customer.nothing_secret_is_sent_by, words = words)}</p>
                <fieldset class="group">
                    <legend class="field__label">{t!(customer.how_long_can_they_open)}</legend>
                    {terms}
                </fieldset>
                <p class="soft">{rich!(customer.what_nobody_has_opened_by, at = view! { <Exactly at=*expires_at/> })}</p>
                <div class="actions">
                    <button class="button button--secondary" type="submit">
                        <Icon name=IconName::User/>
                        {title}
                    </button>
                </div>
            </form>
        }
        .into_any(),
    )
}

/// Whom the offer is for: the rule that the credentials have in their statement.
fn may_give(viewer: &Operator, onboarding: &Onboarding) -> bool {
    viewer.may_onboard() && (viewer.key == onboarding.owner || viewer.is_admin())
}

fn is_under_another_reseller(onboarding: &Onboarding) -> bool {
    onboarding.failure.as_ref().is_some_and(|failure| failure.reason == Reason::ResellerDiffers)
}

fn term_choice(term: Term, end: Timestamp, now: Timestamp) -> impl IntoView {
    let id = format!("term-{}", term.word());
    let until = now.saturating_add(term.time()).unwrap_or(end);
    // A few minutes less are not worth a word.
    let is_cut = until.duration_since(end) > SignedDuration::from_hours(1);
    let cut = is_cut.then(|| view! { <p class="choice__hint">{rich!(customer.ends_earlier_it_is_erased, relative = relative(end, now))}</p> });
    view! {
        <div class="choice">
            <input id=id.clone() type="radio" name="term" value=term.word() checked=term == Term::default()/>
            <label for=id>{term.label()}</label>
            {cut}
        </div>
    }
}

/// By whom and since when they are the reseller's; the receipt once they were opened.
pub(super) fn told(view: &CustomerView) -> Option<AnyView> {
    let HandOver { to_name, by, by_name, at, .. } = view.hand_over.clone()?;
    let by_name = if by == view.viewer.key { t!(customer.name_of_yourself, name = by_name) } else { by_name };
    Some(
        view! {
            <p>
                {rich!(customer.handed_over_to_by_on, to_name = view! { <strong>{to_name}</strong> }, by_name = by_name, at = view! { <Exactly at/> }, relative = relative(at, view.now))}
            </p>
        }
        .into_any(),
    )
}

/// What waits for the reseller, for those who cannot open it, and the way back for those who may.
pub(super) fn waits(view: &CustomerView, expires_at: Timestamp) -> Option<AnyView> {
    let HandOver { to_name, by, at, .. } = view.hand_over.clone()?;
    let may_take_back = view.viewer.may_onboard() && (by == view.viewer.key || view.viewer.is_admin());
    let take_back = may_take_back.then(|| {
        view! {
            <form class="actions" method="post" action=paths::take_back(&view.onboarding.id)>
                <button class="button button--secondary" type="submit">
                    {t!(customer.take_it_back)}
                </button>
            </form>
        }
    });
    Some(
        view! {
            <p>
                {rich!(customer.waits_for_since_erased_on, to_name = view! { <strong>{to_name}</strong> }, at = view! { <Exactly at/> }, at_2 = view! { <Exactly at=expires_at/> }, relative = relative(expires_at, view.now))}
            </p>
            <p class="soft">{t!(customer.nobody_has_opened_it_yet)}</p>
            {take_back}
        }
        .into_any(),
    )
}
