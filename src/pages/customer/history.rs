//! What happened to an onboarding, step by step.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::time::{Exactly, relative},
    journal::{Happening, OnboardingEvent, OnboardingState},
};

/// The steps as a table, oldest first; nothing if there are none.
pub(super) fn history(events: Vec<OnboardingEvent>, now: Timestamp) -> Option<impl IntoView> {
    let any = !events.is_empty();
    let rows = events.into_iter().map(|event| row(event, now)).collect_view();
    any.then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">"History"</h2>
                <table class="table" role="table">
                    <caption class="visually-hidden">"What happened, oldest first"</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">
                                "When"
                            </th>
                            <th role="columnheader" scope="col">
                                "What"
                            </th>
                            <th role="columnheader" scope="col">
                                "Who"
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
    let actor = event.actor.unwrap_or_else(|| "The portal".to_owned());
    view! {
        <tr role="row">
            <td role="cell" data-label="When">
                <span>
                    <Exactly at=event.at/>
                    <span class="table__note">{relative(event.at, now)}</span>
                </span>
            </td>
            <td role="cell" data-label="What">
                {words(event.what)}
            </td>
            <td role="cell" data-label="Who">
                {actor}
            </td>
        </tr>
    }
}

/// What an event means.
fn words(what: Happening) -> &'static str {
    match what {
        Happening::Became(state) => state_words(state),
        Happening::Visible => "Visible in Partner Center",
        Happening::ResellerVerified => "Reseller verified",
        Happening::ResellerDiffers => "Microsoft names another reseller",
        Happening::AgreementRecorded => "Acceptance of the customer agreement recorded at Microsoft",
        Happening::PasswordSet => "New first password set at Microsoft",
    }
}

/// What it means that an onboarding came into a state.
fn state_words(state: OnboardingState) -> &'static str {
    match state {
        OnboardingState::Draft => "Draft saved",
        OnboardingState::Submitted => "Approved, to be sent to Microsoft",
        OnboardingState::Sending => "Sent to Microsoft",
        OnboardingState::Created => "Tenant created",
        OnboardingState::Rejected => "Refused by Microsoft, nothing created",
        OnboardingState::Unknown => "No answer from Microsoft, outcome not known",
        OnboardingState::Reconciling => "Checking with Microsoft what became of it",
        OnboardingState::NotCreated => "Found out that nothing was created",
        OnboardingState::NeedsAttention => "Stopped, a person has to act",
    }
}
