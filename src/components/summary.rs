//! Lists of questions and answers.

use leptos::prelude::*;

/// One row of a `<dl class="summary-list">`.
#[component]
pub fn SummaryRow(
    /// What is asked.
    #[prop(into)]
    label: String,
    /// The answer.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="summary-list__row">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
