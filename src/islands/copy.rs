//! Copying, for every button with a `data-copy` on a page.

use leptos::{prelude::*, task::spawn_local};
use web_sys::Element;

use super::{browser, markup::el};
use crate::i18n::{self, Phrasebook, p};

/// How long a button says that it has copied, in milliseconds.
pub(super) const SAID: i32 = 2_000;
/// Id of what is said aloud.
const STATUS_ID: &str = "copy-status";

/// Makes the copy buttons of a page work; stands once on it, anywhere.
///
/// A copy button is `<button type="button" class="copy" data-copy="the exact value" hidden>`: hidden, because without
/// script it could do nothing. For two seconds after a click it has the attribute `data-copied`.
#[island]
pub fn CopyButtons(
    /// What the buttons say.
    phrases: Phrasebook,
) -> impl IntoView {
    if cfg!(not(feature = "ssr")) {
        i18n::keep(const { i18n::area::copying.number() }, phrases);
        start();
    }
    el("p").class("visually-hidden").id(STATUS_ID).attr("role", "status").into_html()
}

fn start() {
    browser::reveal_all(".copy[hidden]");
    browser::listen(&document(), "click", |event| {
        if let Some(button) = browser::closest(&event, "[data-copy]") {
            spawn_local(copy_from(button));
        }
    });
}

async fn copy_from(button: Element) {
    let copied = browser::copy(&button.get_attribute("data-copy").unwrap_or_default()).await;
    say(&copied_words(copied));
    browser::set_attribute(&button, "data-copied", copied.then_some(""));
    browser::pause(SAID).await;
    browser::set_attribute(&button, "data-copied", None);
    // Emptied, so that the next copy is announced as well.
    say("");
}

fn say(words: &str) {
    if let Some(status) = browser::element(STATUS_ID) {
        status.set_text_content(Some(words));
    }
}

/// What is announced after an attempt to copy.
pub(super) fn copied_words(copied: bool) -> String {
    if copied { p!(copying.copied) } else { p!(copying.not_allowed) }
}
