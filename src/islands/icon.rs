//! Icons of the sprite, for views that both sides render.

use leptos::prelude::*;

/// A decorative icon; `href` names a symbol of the sprite, e.g. `/icons.svg#check`.
pub(crate) fn icon(href: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=href></use_>
        </svg>
    }
}
