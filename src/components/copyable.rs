//! Values that people take elsewhere.

use leptos::prelude::*;

/// An id, ready to be copied: monospace, never translated, selected as a whole by one click.
#[component]
pub fn Copyable(
    /// The exact value, without label or space.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <code class="mono copyable" translate="no">{value}</code> }
}
