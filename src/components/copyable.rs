//! Values that people take elsewhere.

use leptos::prelude::*;

use super::{
    domain_name::breakable,
    icon::{Icon, IconName},
};
use crate::i18n::{rich, t};

/// An id, ready to be copied: monospace, never translated, selected as a whole by one click.
///
/// The button is hidden until the page's `CopyButtons` island makes it work.
#[component]
pub fn Copyable(
    /// The exact value, without label or space.
    #[prop(into)]
    value: String,
    /// What the value is, for the button.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <span class="copyable">
            <code class="copyable__value" translate="no">
                {breakable(&value)}
            </code>
            <button type="button" class="copy" data-copy=value hidden=true>
                <Icon name=IconName::Copy/>
                {t!(components.copy)}
                <span class="visually-hidden">" " {label}</span>
            </button>
        </span>
    }
}

/// Several lines that go together, ready to be copied at once.
#[component]
pub fn CopyBlock(
    /// The exact text.
    #[prop(into)]
    text: String,
    /// What the text is, for the button.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="copy-block">
            <pre class="copy-block__text" translate="no" tabindex="0" role="group" aria-label=label.clone()>
                {text.clone()}
            </pre>
            <button type="button" class="copy" data-copy=text hidden=true>
                <Icon name=IconName::Copy/>
                {t!(components.copy_all)}
                <span class="visually-hidden">{rich!(components.of, label = label)}</span>
            </button>
        </div>
    }
}
