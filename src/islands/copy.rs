//! Copying, for every button with a `data-copy` on a page.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::browser;

/// How long a button says that it has copied.
const SAID: Duration = Duration::from_secs(2);

/// Makes the copy buttons of a page work; stands once on it, anywhere.
///
/// A copy button is `<button type="button" class="copy" data-copy="the exact value" hidden>`: hidden, because without
/// script it could do nothing. For two seconds after a click it has the attribute `data-copied`.
#[island]
pub fn CopyButtons() -> impl IntoView {
    let status = RwSignal::new(String::new());
    Effect::new(move || {
        browser::reveal_all(".copy[hidden]");
        window_event_listener_untyped("click", move |event| {
            let clicked = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let button = clicked.and_then(|clicked| clicked.closest("[data-copy]").ok().flatten());
            if let Some(button) = button {
                spawn_local(copy_from(button, status));
            }
        });
    });
    view! { <p class="visually-hidden" role="status">{move || status.get()}</p> }
}

async fn copy_from(button: Element, status: RwSignal<String>) {
    let copied = browser::copy(&button.get_attribute("data-copy").unwrap_or_default()).await;
    status.set(copied_words(copied).to_owned());
    browser::set_attribute(&button, "data-copied", copied.then_some(""));
    set_timeout(
        move || {
            browser::set_attribute(&button, "data-copied", None);
            // Emptied, so that the next copy is announced as well.
            status.set(String::new());
        },
        SAID,
    );
}

/// What is announced after an attempt to copy.
pub(crate) fn copied_words(copied: bool) -> &'static str {
    if copied { "Copied" } else { "The browser did not allow copying. Select the text and copy it" }
}
