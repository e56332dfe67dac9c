//! The address on the review: what Microsoft says of it, and the decision where there is one to take. Plain forms, so that it
//! works for everybody.

use leptos::prelude::*;

use super::review::{Way, finding};
use crate::{
    components::badge::Tone,
    domain::{
        AddressParts, Field, LONGEST_COMMENT, OnboardingId, Problem, Tone as Said, advice_words, compare_addresses,
    },
    i18n::t,
    paths,
    provisioning::Review,
};

/// Id of the field for the reason, to which the summary of errors leads.
pub(super) const REASON: &str = "reason";

/// A reason that cannot be taken as it is.
#[derive(Clone, Debug)]
pub struct RefusedReason {
    /// As typed.
    pub reason: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl RefusedReason {
    /// In words.
    pub(super) fn words(&self) -> String {
        match self.problem {
            Problem::Missing => t!(review.enter_the_reason_for_keeping).to_owned(),
            Problem::TooLong { max } => t!(review.reason_must_be_characters_or, max = max),
            _ => t!(review.reason_cannot_have_or_or).to_owned(),
        }
    }
}

/// What is said below the address.
pub(super) fn address_finding(way: Way<'_>, review: &Review, refused: Option<&RefusedReason>) -> AnyView {
    let check = &review.address_check;
    let advice = advice_words::address(check, &review.rules);
    let tone = match advice.tone {
        Said::Good => Tone::Good,
        Said::Bad | Said::Unknown => Tone::Warning,
    };
    let kept = review.address_kept.clone();
    let kept = kept.map(|reason| finding(Tone::Neutral, t!(review.kept_as_it_was_typed, reason = reason)));
    let decision = match (way, check.status.is_doubtful()) {
        (Way::To(id), true) => Some(decision(id, review, refused)),
        (Way::Nowhere, true) => Some(spellings(review, None).into_any()),
        (_, false) => None,
    };
    view! {
        {finding(tone, advice.words)}
        {kept}
        {decision}
    }
    .into_any()
}

/// Use another spelling, or keep this one for a reason. Whoever does neither can go on all the same.
fn decision(id: &OnboardingId, review: &Review, refused: Option<&RefusedReason>) -> AnyView {
    let choice = view! {
        {spellings(review, Some(id))}
        {keep_form(id, review, refused)}
    };
    if review.address_kept.is_some() && refused.is_none() {
        view! {
            <details class="decision">
                <summary>{t!(review.decide_about_the_address_again)}</summary>
                {choice}
            </details>
        }
        .into_any()
    } else {
        view! { <div class="decision">{choice}</div> }.into_any()
    }
}

/// What Microsoft would write, each beside what was typed; with a button for whoever can change it.
fn spellings(review: &Review, id: Option<&OnboardingId>) -> impl IntoView + use<> {
    let typed = review.typed_address();
    review
        .address_check
        .suggestions
        .iter()
        .map(|suggested| {
            let form = id.map(|id| use_form(id, suggested));
            view! {
                {comparison(&typed, suggested, review)}
                {form}
            }
        })
        .collect_view()
}

/// Line by line, with what differs marked, and said.
fn comparison(typed: &AddressParts, suggested: &AddressParts, review: &Review) -> impl IntoView + use<> {
    let rows = compare_addresses(typed, suggested)
        .into_iter()
        .map(|(field, typed, suggested)| {
            let label = advice_words::part(field, &review.rules);
            let other = if typed == suggested {
                suggested.to_owned().into_any()
            } else if suggested.is_empty() {
                view! { <em>{t!(review.left_out)}</em> }.into_any()
            } else {
                view! {
                    <mark>{suggested.to_owned()}</mark>
                    " "
                    <span class="compare__differs">{t!(review.differs)}</span>
                }
                .into_any()
            };
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td translate="no">{typed.to_owned()}</td>
                    <td translate="no">{other}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="compare">
            <caption class="visually-hidden">{t!(review.the_address_as_it_was)}</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{t!(review.typed)}</th>
                    <th scope="col">{t!(review.microsoft_writes)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The suggestion goes along: what is stored is what was looked at.
fn use_form(id: &OnboardingId, suggested: &AddressParts) -> impl IntoView + use<> {
    let fields = [
        (Field::AddressLine1, &suggested.address_line1),
        (Field::AddressLine2, &suggested.address_line2),
        (Field::City, &suggested.city),
        (Field::State, &suggested.state),
        (Field::PostalCode, &suggested.postal_code),
    ];
    let fields = fields
        .map(|(field, value)| view! { <input type="hidden" name=field.name() value=value.clone()/> })
        .into_iter()
        .collect_view();
    view! {
        <form class="actions" method="post" action=paths::address(id)>
            {fields}
            <button class="button button--secondary" type="submit" name="decision" value="use">
                {t!(review.use_suggested)}
            </button>
        </form>
    }
}

fn keep_form(id: &OnboardingId, review: &Review, refused: Option<&RefusedReason>) -> impl IntoView + use<> {
    let kept = review.address_kept.clone().unwrap_or_default();
    let reason = refused.map_or(kept, |refused| refused.reason.clone());
    let error = refused.map(|refused| {
        let words = refused.words();
        view! {
            <p class="field__error" id="reason-error">
                <span class="visually-hidden">{t!(review.error)}</span>
                {words}
            </p>
        }
    });
    let described_by = if refused.is_some() { "reason-hint reason-error" } else { "reason-hint" };
    let class = if refused.is_some() { "field field--error" } else { "field" };
    let invalid = refused.map(|_| "true");
    view! {
        <form class="stack" method="post" action=paths::address(id) novalidate=true>
            <input type="hidden" name="address" value=review.typed_address().fingerprint()/>
            <div class=class>
                <label class="field__label" for=REASON>
                    {t!(review.reason_for_keeping_the_address)}
                </label>
                <p class="field__hint" id="reason-hint">
                    {t!(review.such_as_as_in_the)}
                </p>
                {error}
                <input
                    class="input"
                    type="text"
                    id=REASON
                    name=REASON
                    value=reason
                    maxlength=LONGEST_COMMENT.to_string()
                    autocomplete="off"
                    aria-describedby=described_by
                    aria-invalid=invalid
                />
            </div>
            <div class="actions">
                <button class="button button--secondary" type="submit" name="decision" value="keep">
                    {t!(review.keep_mine)}
                </button>
            </div>
        </form>
    }
}
