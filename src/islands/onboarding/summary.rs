//! Everything that is wrong, at the top of the page.

use leptos::prelude::*;

use super::state::Onboarding;

/// The summary; nothing if nothing is wrong.
pub(super) fn summary(form: Onboarding) -> Option<impl IntoView + use<>> {
    let errors = form.summary.get();
    let items = errors
        .iter()
        .map(|error| {
            // The words are those of the moment in which the summary was made.
            let message = untrack(|| form.message(error.field, &error.problem));
            view! {
                <li>
                    <a href=["#", error.field.name()].concat()>{message}</a>
                </li>
            }
        })
        .collect_view();
    (!errors.is_empty()).then(|| {
        view! {
            <div class="error-summary" id=super::SUMMARY_ID tabindex="-1">
                <div role="alert">
                    <h2 class="error-summary__title">"There is a problem"</h2>
                    <ul>{items}</ul>
                </div>
            </div>
        }
    })
}
