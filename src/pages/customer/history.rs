//! What happened to an onboarding, step by step.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::time::{Exactly, relative},
    i18n::t,
    journal::{Happening, OnboardingEvent, OnboardingState},
};

/// The steps as a table, oldest first; nothing if there are none.
pub(super) fn history(events: Vec<OnboardingEvent>, now: Timestamp) -> Option<impl IntoView> {
    let any = !events.is_empty();
    let rows = events.into_iter().map(|event| row(event, now)).collect_view();
    any.then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">{t!(customer.history)}</h2>
                <table class="table" role="table">
                    <caption class="visually-hidden">{t!(customer.what_happened_oldest_first)}</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">
                                {t!(customer.when)}
                            </th>
                            <th role="columnheader" scope="col">
                                {t!(customer.what)}
                            </th>
                            <th role="columnheader" scope="col">
                                {t!(customer.who)}
                            </th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </section>
        }
    })
}

fn row(event: OnboardingEvent, now: Timestamp) -> impl IntoView {
    let actor = event.actor.unwrap_or_else(|| t!(words.the_portal).to_owned());
    view! {
        <tr role="row">
            <td role="cell" data-label=t!(customer.when)>
                <span>
                    <Exactly at=event.at/>
                    <span class="table__note">{relative(event.at, now)}</span>
                </span>
            </td>
            <td role="cell" data-label=t!(customer.what)>
                <span>
                    {words(event.what)}
                    {event.comment.map(|comment| view! { <q class="table__note">{comment}</q> })}
                </span>
            </td>
            <td role="cell" data-label=t!(customer.who)>
                {actor}
            </td>
        </tr>
    }
}

/// What an event means.
fn words(what: Happening) -> &'static str {
    match what {
        Happening::Became(state) => state_words(state),
        Happening::Visible => t!(customer.visible_in_partner_center),
        Happening::ResellerVerified => t!(customer.reseller_verified),
        Happening::ResellerDiffers => t!(customer.microsoft_names_another_reseller),
        Happening::AgreementRecorded => t!(customer.acceptance_of_the_customer_agreement),
        Happening::PasswordSet => t!(customer.new_first_password_set_at),
        Happening::SentBack => t!(customer.sent_back_to_be_changed),
        Happening::Withdrawn => t!(customer.taken_back_to_be_changed),
        Happening::HandedOver => t!(customer.password_handed_over_to_the),
        Happening::TakenBack => t!(customer.handing_over_the_password_taken),
    }
}

/// What it means that an onboarding came into a state.
fn state_words(state: OnboardingState) -> &'static str {
    match state {
        OnboardingState::Draft => t!(customer.draft_saved),
        OnboardingState::AwaitingApproval => t!(customer.sent_to_be_approved),
        OnboardingState::Submitted => t!(customer.approved_to_be_sent_to),
        OnboardingState::Sending => t!(customer.sent_to_microsoft),
        OnboardingState::Created => t!(customer.tenant_created),
        OnboardingState::Rejected => t!(customer.refused_by_microsoft_nothing_created),
        OnboardingState::Unknown => t!(customer.no_answer_from_microsoft_outcome),
        OnboardingState::Reconciling => t!(customer.checking_with_microsoft_what_became),
        OnboardingState::NotCreated => t!(customer.found_out_that_nothing_was),
        OnboardingState::NeedsAttention => t!(customer.stopped_a_person_has_to),
    }
}
