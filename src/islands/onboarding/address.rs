//! Another spelling of the address, offered and never put in by itself.

use leptos::prelude::*;

use super::{checks::address_of, state::Onboarding};
use crate::domain::AddressParts;

/// What was typed beside what Microsoft writes, and a button for each.
pub(super) fn suggestion(form: Onboarding) -> Option<impl IntoView + use<>> {
    let suggested = form.checks.suggestion.get()?;
    let typed = form.form.with_untracked(address_of);
    Some(view! {
        <div class="notice notice--info" role="group" aria-label="Another spelling of the address">
            <div class="row">
                <div>
                    <h3>"You typed"</h3>
                    {lines(&typed, &suggested)}
                </div>
                <div>
                    <h3>"Microsoft writes"</h3>
                    {lines(&suggested, &typed)}
                </div>
            </div>
            <div class="actions">
                <button
                    type="button"
                    class="button button--secondary"
                    on:click=move |_| form.checks.use_suggestion(form)
                >
                    "Use suggested"
                </button>
                <button type="button" class="button button--quiet" on:click=move |_| form.checks.keep_typed()>
                    "Keep mine"
                </button>
            </div>
        </div>
    })
}

/// The parts of an address, those marked that differ from `other`.
fn lines(address: &AddressParts, other: &AddressParts) -> impl IntoView + use<> {
    let pairs = [
        (&address.address_line1, &other.address_line1),
        (&address.address_line2, &other.address_line2),
        (&address.city, &other.city),
        (&address.state, &other.state),
        (&address.postal_code, &other.postal_code),
    ];
    let lines = pairs
        .into_iter()
        .filter(|(line, _)| !line.is_empty())
        .map(|(line, other)| {
            let line = line.clone();
            let view = if line == *other {
                view! { <span>{line}</span> }.into_any()
            } else {
                view! { <mark>{line}</mark> }.into_any()
            };
            view! { {view} <br/> }
        })
        .collect_view();
    view! { <p class="envelope" translate="no">{lines}</p> }
}
