//! The list of resellers: an editable combobox with list autocomplete and manual selection, after the pattern of the
//! ARIA Authoring Practices. The server keeps the list, so that it may be long; at most 50 are shown at a time.
//!
//! A reseller is chosen by choosing alone. Every edit of the text forgets the choice at once, so that what is read in the
//! field and what is sent are never two different resellers.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::{
    fields::{heading, part},
    preview::reseller_meta,
    state::Onboarding,
};
use crate::{
    api::{self, ResellerMatches},
    domain::{Field, ResellerChoice, ResellerState},
    error::PortalError,
    islands::{browser, icon::icon},
};

/// How long typing must rest before the portal is asked.
const REST: Duration = Duration::from_millis(150);
/// Id of the list.
const LIST: &str = "reseller_list";
/// Ids of its options start with this.
const OPTION: &str = "reseller_option_";

/// The answer to a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    /// The text that it answers; `None`: nothing was asked yet.
    query: Option<String>,
    answer: ResellerMatches,
}

/// What the list knows.
#[derive(Clone, Copy)]
pub(super) struct Combobox {
    open: RwSignal<bool>,
    /// The option that the keyboard stands on; counts only below the number of options.
    active: RwSignal<Option<usize>>,
    found: RwSignal<Found>,
    /// Said aloud when it changes.
    status: RwSignal<String>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Opens the list and stands on an option, or on none.
    Open(Option<usize>),
    /// Stands on another option.
    Move(usize),
    /// Takes an option.
    Take(usize),
    /// Closes the list, and nothing else.
    Close,
    /// Empties the text.
    Clear,
    /// Goes back to the text; the browser moves the caret.
    Edit,
}

/// What a key does to a list of `count` options; `None`: what it always does.
fn step(key: &str, alt: bool, open: bool, active: Option<usize>, count: usize) -> Option<Step> {
    let last = count.checked_sub(1);
    match (key, open) {
        ("ArrowDown", false) => Some(Step::Open((!alt).then_some(0))),
        ("ArrowUp", false) => Some(Step::Open(last)),
        ("ArrowUp", true) if alt => Some(Step::Close),
        ("ArrowDown", true) => {
            let next = active.map_or(0, |active| active + 1);
            last.map(|last| Step::Move(if next > last { 0 } else { next }))
        }
        ("ArrowUp", true) => {
            last.map(|last| Step::Move(active.and_then(|active| active.checked_sub(1)).unwrap_or(last)))
        }
        ("Enter", true) => Some(active.map_or(Step::Close, Step::Take)),
        ("Escape", true) => Some(Step::Close),
        ("Escape", false) => Some(Step::Clear),
        ("Home" | "End" | "ArrowLeft" | "ArrowRight", true) => Some(Step::Edit),
        _ => None,
    }
}

impl Combobox {
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            active: RwSignal::new(None),
            found: RwSignal::new(Found::default()),
            status: RwSignal::new(String::new()),
            timer: StoredValue::new(None),
        }
    }

    fn count(self) -> usize {
        self.found.with(|found| found.answer.matches.len())
    }

    fn active(self) -> Option<usize> {
        self.active.get().filter(|active| *active < self.count())
    }

    fn key(self, form: Onboarding, event: &web_sys::KeyboardEvent) {
        if event.is_composing() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let open = self.open.get_untracked();
        let (active, count) = untrack(|| (self.active(), self.count()));
        let Some(step) = step(&event.key(), event.alt_key(), open, active, count) else { return };
        match step {
            Step::Open(active) => self.show(form, active),
            Step::Move(to) => self.go_to(to),
            Step::Take(at) => self.take(form, at),
            Step::Close => self.close(),
            Step::Clear => form.write(Field::Reseller, String::new()),
            Step::Edit => self.active.set(None),
        }
        if step != Step::Edit {
            event.prevent_default();
        }
    }

    fn show(self, form: Onboarding, active: Option<usize>) {
        self.open.set(true);
        self.active.set(active);
        self.search(form);
    }

    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    fn go_to(self, to: usize) {
        self.active.set(Some(to));
        request_animation_frame(move || browser::scroll_into_view(&option_id(to)));
    }

    /// The text was edited.
    fn edited(self, form: Onboarding) {
        self.open.set(true);
        self.active.set(None);
        self.wait();
        self.timer.set_value(set_timeout_with_handle(move || self.search(form), REST).ok());
    }

    fn wait(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Asks for the resellers that fit the text, unless they are there already.
    fn search(self, form: Onboarding) {
        self.wait();
        let query = form.value(Field::Reseller);
        if self.found.with_untracked(|found| found.query.as_ref() == Some(&query)) {
            return;
        }
        spawn_local(async move {
            let answer = api::search_resellers(query.clone()).await;
            // The text may have been edited meanwhile; then another answer is on its way.
            if form.value(Field::Reseller) == query {
                self.answered(form, query, answer);
            }
        });
    }

    fn answered(self, form: Onboarding, query: String, answer: Result<ResellerMatches, PortalError>) {
        self.status.set(result_words(&answer));
        self.found.set(match answer {
            Ok(answer) => Found { query: Some(query), answer },
            // To be asked again by the next keystroke.
            Err(_) => Found::default(),
        });
        if browser::focused() != Field::Reseller.name() {
            self.take_exact(form);
        }
    }

    /// The field was left: nothing is taken that a person did not name in full.
    fn left(self, form: Onboarding) {
        self.close();
        if form.reseller_id().is_none() && !form.value(Field::Reseller).trim().is_empty() {
            let query = form.value(Field::Reseller);
            if self.found.with_untracked(|found| found.query.as_ref() == Some(&query)) {
                self.take_exact(form);
            } else {
                self.search(form);
            }
        }
    }

    fn take_exact(self, form: Onboarding) {
        let typed = form.value(Field::Reseller);
        let exact = self.found.with_untracked(|found| exact_match(&found.answer.matches, &typed).cloned());
        if let Some(reseller) = exact
            && form.reseller_id().is_none()
        {
            self.choose(form, reseller);
        }
    }

    /// Takes the option at a place in the list, unless it cannot be taken.
    fn take(self, form: Onboarding, at: usize) {
        let Some(reseller) = self.found.with_untracked(|found| found.answer.matches.get(at).cloned()) else { return };
        match unavailable(&reseller) {
            Some(reason) => self.status.set([&reseller.name, ": ", &reason].concat()),
            None => self.choose(form, reseller),
        }
    }

    fn choose(self, form: Onboarding, reseller: ResellerChoice) {
        self.close();
        self.wait();
        self.status.set([&reseller.name, " chosen"].concat());
        form.choose_reseller(reseller);
    }
}

/// The field.
pub(super) fn reseller_field(form: Onboarding) -> AnyView {
    let field = Field::Reseller;
    let list = form.combobox;
    view! {
        <div class=move || form.field_class(field) hidden=move || form.live.get() && form.is_direct()>
            {heading(form, field)}
            <div class="combobox">
                <div class="combobox__control">
                    <input
                        class="input"
                        type="text"
                        id=field.name()
                        name=field.name()
                        value=form.value(field)
                        autocomplete="off"
                        spellcheck="false"
                        // Without script it is a text field like any other.
                        role=move || form.live.get().then_some("combobox")
                        aria-autocomplete=move || form.live.get().then_some("list")
                        aria-expanded=move || form.live.get().then(|| list.open.get().to_string())
                        aria-controls=move || form.live.get().then_some(LIST)
                        aria-activedescendant=move || list.open.get().then(|| list.active().map(option_id)).flatten()
                        aria-describedby=move || form.described_by(field)
                        aria-invalid=move || form.invalid(field)
                        on:keydown=move |event| list.key(form, &event)
                        on:input=move |_| list.edited(form)
                        on:blur=move |_| list.left(form)
                    />
                    {move || form.live.get().then(|| opener(form))}
                </div>
                {move || form.live.get().then(|| options(form))}
                <p class="combobox__status" role="status" id=part(field, "matches")>
                    {move || list.status.get()}
                </p>
            </div>
            {move || form.live.get().then(|| chosen_id(form))}
            {form.checks.reseller.status("reseller-status")}
        </div>
    }
    .into_any()
}

/// What is sent: there only while the list is live; without script, radio buttons of the same name are.
fn chosen_id(form: Onboarding) -> impl IntoView {
    let id = move || form.form.with(|form| form.reseller_id.clone());
    view! { <input type="hidden" name="reseller_id" value=id/> }
}

/// The button that opens the list, for fingers and mice; the keyboard has the arrow keys.
fn opener(form: Onboarding) -> AnyView {
    let list = form.combobox;
    view! {
        <button
            type="button"
            class="combobox__open"
            tabindex="-1"
            aria-label="Show resellers"
            aria-controls=LIST
            aria-expanded=move || list.open.get().to_string()
            // The focus stays in the text field.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| {
                if list.open.get_untracked() {
                    list.close();
                } else {
                    browser::focus(Field::Reseller.name());
                    list.show(form, None);
                }
            }
        >
            {icon("/icons.svg#chevron-down")}
        </button>
    }
    .into_any()
}

/// The list itself.
fn options(form: Onboarding) -> AnyView {
    let list = form.combobox;
    view! {
        <ul
            class="combobox__list"
            id=LIST
            role="listbox"
            aria-label="Resellers"
            hidden=move || !list.open.get()
            on:mousedown=|event| event.prevent_default()
            on:click=move |event| {
                if let Some(at) = option_at(event.target()) {
                    list.take(form, at);
                }
            }
        >
            {move || {
                list.found
                    .with(|found| {
                        let query = found.query.as_deref().unwrap_or_default();
                        found
                            .answer
                            .matches
                            .iter()
                            .enumerate()
                            .map(|(at, reseller)| option(list, at, reseller, query))
                            .collect_view()
                    })
            }}
            {move || {
                list.found
                    .with(rest_words)
                    .map(|words| view! { <li class="combobox__empty" role="presentation">{words}</li> })
            }}
        </ul>
    }
    .into_any()
}

fn option(list: Combobox, at: usize, reseller: &ResellerChoice, query: &str) -> impl IntoView + use<> {
    let reason = unavailable(reseller);
    let disabled = reason.is_some();
    let is_active = move || list.active.get() == Some(at);
    let class = move || match (disabled, is_active()) {
        (false, false) => "combobox__option",
        (false, true) => "combobox__option combobox__option--active",
        (true, false) => "combobox__option combobox__option--disabled",
        (true, true) => "combobox__option combobox__option--active combobox__option--disabled",
    };
    let mut meta = reseller_meta(reseller);
    if let Some(reason) = reason {
        meta.push_str(" \u{b7} ");
        meta.push_str(&reason);
    }
    let (before, fit, after) = matched(&reseller.name, query);
    view! {
        <li
            class=class
            id=option_id(at)
            role="option"
            aria-selected=move || is_active().then_some("true")
            aria-disabled=disabled.then_some("true")
        >
            <span>
                {before.to_owned()}<mark>{fit.to_owned()}</mark>{after.to_owned()}
            </span>
            <span class="combobox__meta">{meta}</span>
        </li>
    }
}

fn option_id(at: usize) -> String {
    [OPTION, &at.to_string()].concat()
}

/// Place in the list of the option that was clicked on.
fn option_at(target: Option<web_sys::EventTarget>) -> Option<usize> {
    let clicked = target?.dyn_into::<web_sys::Element>().ok()?;
    let option = clicked.closest("[role=option]").ok()??;
    option.id().strip_prefix(OPTION)?.parse().ok()
}

/// Why a reseller cannot be chosen.
fn unavailable(reseller: &ResellerChoice) -> Option<String> {
    match &reseller.state {
        ResellerState::Active => None,
        ResellerState::Inactive(state) => Some(["Cannot get customers: relationship is ", state].concat()),
    }
}

/// A text in three parts, the middle one being what fits `query`; it is empty if nothing does.
fn matched<'a>(text: &'a str, query: &str) -> (&'a str, &'a str, &'a str) {
    let query = query.trim();
    // ASCII folding keeps every place where it is.
    let start = text.to_ascii_lowercase().find(&query.to_ascii_lowercase()).filter(|_| !query.is_empty());
    let parts = start.and_then(|start| {
        let (before, rest) = text.split_at_checked(start)?;
        let (fit, after) = rest.split_at_checked(query.len())?;
        Some((before, fit, after))
    });
    parts.unwrap_or((text, "", ""))
}

/// The only one that is called exactly so and can be chosen.
fn exact_match<'a>(resellers: &'a [ResellerChoice], typed: &str) -> Option<&'a ResellerChoice> {
    let typed = typed.trim().to_lowercase();
    let mut exact = resellers.iter().filter(|reseller| reseller.name.to_lowercase() == typed);
    exact.next().filter(|first| exact.next().is_none() && unavailable(first).is_none())
}

fn result_words(answer: &Result<ResellerMatches, PortalError>) -> String {
    match answer {
        Ok(found) => match found.total {
            0 => "No reseller fits".to_owned(),
            1 => "1 reseller found".to_owned(),
            total => [&total.to_string(), " resellers found"].concat(),
        },
        Err(PortalError::Unauthenticated) => "Your session has ended. Save and sign in again".to_owned(),
        Err(_) => "The resellers cannot be loaded just now. Try again in a moment".to_owned(),
    }
}

/// The last line of the list: how many did not find room, or that there are none.
fn rest_words(found: &Found) -> Option<String> {
    let shown = u32::try_from(found.answer.matches.len()).unwrap_or(u32::MAX);
    match (&found.query, found.answer.total.saturating_sub(shown)) {
        (None, _) => Some("Searching\u{2026}".to_owned()),
        (Some(_), 0) if shown == 0 => {
            Some("No reseller fits. Try a part of the name, the MPN ID or the country".to_owned())
        }
        (Some(_), 0) => None,
        (Some(_), more) => Some([&more.to_string(), " more, keep typing"].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unwrap_used, reason = "a test")]
    fn reseller(name: &str, state: ResellerState) -> ResellerChoice {
        ResellerChoice {
            id: "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap(),
            name: name.to_owned(),
            mpn_id: "4847383".to_owned(),
            location: "US".to_owned(),
            state,
        }
    }

    #[test]
    fn arrows_open_the_list_and_walk_round_it() {
        assert_eq!(step("ArrowDown", false, false, None, 3), Some(Step::Open(Some(0))));
        assert_eq!(step("ArrowDown", true, false, None, 3), Some(Step::Open(None)));
        assert_eq!(step("ArrowDown", false, true, None, 3), Some(Step::Move(0)));
        assert_eq!(step("ArrowDown", false, true, Some(2), 3), Some(Step::Move(0)));
        assert_eq!(step("ArrowUp", false, true, Some(0), 3), Some(Step::Move(2)));
        assert_eq!(step("ArrowUp", false, true, None, 3), Some(Step::Move(2)));
        assert_eq!(step("ArrowDown", false, true, None, 0), None);
    }

    #[test]
    fn enter_never_sends_the_form_while_the_list_is_open() {
        assert_eq!(step("Enter", false, true, Some(1), 3), Some(Step::Take(1)));
        assert_eq!(step("Enter", false, true, None, 3), Some(Step::Close));
        assert_eq!(step("Enter", false, false, None, 3), None);
    }

    #[test]
    fn escape_closes_first_and_clears_second() {
        assert_eq!(step("Escape", false, true, Some(1), 3), Some(Step::Close));
        assert_eq!(step("Escape", false, false, None, 3), Some(Step::Clear));
    }

    #[test]
    fn other_keys_belong_to_the_text() {
        for key in ["a", "Tab", "Backspace", "Delete", " "] {
            assert_eq!(step(key, false, true, Some(1), 3), None, "{key}");
        }
        assert_eq!(step("Home", false, true, Some(1), 3), Some(Step::Edit));
    }

    #[test]
    fn only_an_exact_unique_available_name_is_taken_without_choosing() {
        let active = || reseller("Contoso AB", ResellerState::Active);
        let inactive = || reseller("Contoso AB", ResellerState::Inactive("Suspended".to_owned()));
        assert!(exact_match(&[active()], " contoso ab ").is_some());
        assert!(exact_match(&[active()], "contoso").is_none());
        assert!(exact_match(&[active(), active()], "contoso ab").is_none());
        assert!(exact_match(&[inactive()], "contoso ab").is_none());
    }

    #[test]
    fn the_part_that_fits_is_marked() {
        assert_eq!(matched("Contoso AB", "TOSO"), ("Con", "toso", " AB"));
        assert_eq!(matched("Contoso AB", "4847"), ("Contoso AB", "", ""));
        assert_eq!(matched("M\u{fc}ller", "\u{dc}"), ("M\u{fc}ller", "", ""));
        assert_eq!(matched("Contoso", ""), ("Contoso", "", ""));
    }

    #[test]
    fn what_found_no_room_is_counted() {
        let matches = vec![reseller("Contoso AB", ResellerState::Active)];
        let found =
            |total| Found { query: Some(String::new()), answer: ResellerMatches { matches: matches.clone(), total } };
        assert_eq!(rest_words(&found(18)).as_deref(), Some("17 more, keep typing"));
        assert_eq!(rest_words(&found(1)), None);
    }
}
