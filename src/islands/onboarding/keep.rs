//! The draft is stored while a person types: some moments after the last change, and at once when the page is left.
//! What is sent is the form as it stands, what comes back are the words that are shown; this half knows neither.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams};

use super::{AT_ID, FORM_ID, KEPT_ID, SAID_ID, SAVE_ID, STORED_ID};
use crate::{
    domain::{Field, cut},
    i18n::SAME_PAGE_ID,
    islands::{ask, browser},
    paths,
};

/// How long typing must rest before the draft is stored, in milliseconds.
const REST: i32 = 1_500;
/// How long it takes until a draft is tried again that could not be stored.
const PATIENCE: i32 = 10_000;
/// The draft is stored from elsewhere, or was sent: this page keeps still.
const CONFLICT: u16 = 409;
/// Stands in the server's words for the browser's time.
const TIME: &str = "{time}";

/// What keeps the draft of this page.
#[derive(Default)]
struct Keeper {
    /// What was stored last, or what the page began with.
    stored: RefCell<String>,
    /// Counts changes, so that of several waiting ones the last one saves.
    change: Cell<u32>,
    saves: Cell<u32>,
    /// The status of the answer before.
    before: Cell<u16>,
}

/// Keeps the draft of the form in this element.
pub(super) fn start(root: &web_sys::Element) {
    let keeper = Rc::new(Keeper::default());
    keeper.stored.replace(standing());
    // Choosing from a list and taking a suggestion change the form without an event of their own.
    for event in ["input", "click", "focusout"] {
        let keeper = Rc::clone(&keeper);
        browser::listen(root, event, move |_| keeper.later(REST));
    }
    browser::listen(root, "focusin", |event| {
        if let Some((name, _)) = browser::named_value(event.target())
            && Field::from_name(&name).is_some()
        {
            put(AT_ID, &name);
        }
    });
    // What is sent by a button is later than whatever is still under way, and need not be saved once more.
    let sent = Rc::clone(&keeper);
    browser::listen(root, "submit", move |event| {
        if !event.default_prevented() {
            sent.count();
            sent.stored.replace(standing());
        }
    });
    browser::listen(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            spawn_local(Rc::clone(&keeper).save());
        }
    });
}

impl Keeper {
    fn later(self: &Rc<Self>, milliseconds: i32) {
        let change = self.change.get() + 1;
        self.change.set(change);
        let keeper = Rc::clone(self);
        spawn_local(async move {
            browser::pause(milliseconds).await;
            if keeper.change.get() == change {
                keeper.save().await;
            }
        });
    }

    async fn save(self: Rc<Self>) {
        if self.before.get() == CONFLICT || *self.stored.borrow() == standing() {
            return;
        }
        self.count();
        let standing = standing();
        match ask::send_form(paths::DRAFT_SAVE, &standing).await {
            Ok((status, words)) if matches!(status, 200 | 401 | 404 | CONFLICT) => {
                if status == 200 {
                    self.stored.replace(standing);
                }
                self.say(status, &words);
                // Another language is then chosen for the stored draft, and not for an empty form.
                if let Some(address) = browser::element(STORED_ID).and_then(|stored| stored.get_attribute("data-draft"))
                {
                    put(SAME_PAGE_ID, &address);
                }
            }
            _ => {
                let words = browser::element(KEPT_ID).and_then(|kept| kept.get_attribute("data-not-saved"));
                self.say(0, &words.unwrap_or_default());
                self.later(PATIENCE);
            }
        }
    }

    /// Shows what became of the draft. Aloud it is said once, and again when it is something else.
    fn say(&self, status: u16, words: &str) {
        let timed = cut(words, TIME).map(|(before, after)| [before, &browser::time_of_day(), after].concat());
        browser::replace_content(KEPT_ID, timed.as_deref().unwrap_or(words));
        if self.before.replace(status) != status
            && let (Some(kept), Some(said)) = (browser::element(KEPT_ID), browser::element(SAID_ID))
        {
            let words = kept.first_element_child().and_then(|words| words.text_content());
            said.set_text_content(words.or_else(|| kept.text_content()).as_deref());
        }
    }

    fn count(&self) {
        self.saves.set(self.saves.get() + 1);
        put(SAVE_ID, &self.saves.get().to_string());
    }
}

/// The form as it would be sent.
fn standing() -> String {
    let form = browser::element(FORM_ID).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let data = form.and_then(|form| FormData::new_with_form(&form).ok());
    let fields = data.and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
    let Some(fields) = fields else { return String::new() };
    // Where the person is does not change what was typed.
    fields.delete("at");
    String::from(fields.to_string())
}

fn put(id: &str, value: &str) {
    if let Some(field) = browser::element(id) {
        field.unchecked_into::<HtmlInputElement>().set_value(value);
    }
}
