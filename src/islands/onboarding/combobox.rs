//! The list of resellers: an editable combobox with list autocomplete and manual selection, after the pattern of the
//! ARIA Authoring Practices. The server keeps the list, so that it may be long; at most 50 are shown at a time.
//!
//! A reseller is chosen by choosing alone. Every edit of the text forgets the choice at once, so that what is read in the
//! field and what is sent are never two different resellers.

use serde::{Deserialize, Serialize};

use super::{
    fields::{heading, part},
    model::Model,
};
use crate::{
    domain::{Field, ResellerChoice, ResellerState, case},
    error::PortalError,
    i18n::{p, p_count},
    islands::markup::{Element, el, icon},
    json::read_struct,
};

/// Id of the list.
const LIST: &str = "reseller_list";
/// Ids of its options start with this.
const OPTION: &str = "reseller_option_";

/// A reseller as the list offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    /// Tenant id.
    pub(crate) id: String,
    /// Company name.
    pub(crate) name: String,
    /// MPN id and country, in words.
    pub(crate) meta: String,
    /// Why it cannot be chosen.
    pub(crate) unavailable: Option<String>,
}

read_struct!(Offer { id, name, meta, unavailable });

impl Offer {
    /// A reseller in words; `place` is the name of its country.
    pub(crate) fn new(reseller: ResellerChoice, place: &str) -> Self {
        Self {
            id: reseller.id.into(),
            name: reseller.name,
            meta: p!(form.offer, mpn_id = &reseller.mpn_id, place = place),
            unavailable: match reseller.state {
                ResellerState::Active => None,
                ResellerState::Inactive(state) => Some(p!(form.offer_inactive, state = &state)),
            },
        }
    }
}

/// The answer to a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// At most 50, best first.
    pub offers: Vec<Offer>,
    /// How many there are in all.
    pub total: u32,
}

/// What the list knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    pub open: bool,
    /// The option that the keyboard stands on; counts only below the number of options.
    active: Option<usize>,
    pub found: Found,
    /// The text that `found` answers; `None`: nothing was asked yet.
    pub query: Option<String>,
    /// Said aloud when it changes.
    pub status: String,
}

/// What a key or a click does to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
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

impl List {
    /// What a key does; `None`: what it always does.
    pub(super) fn step(&self, key: &str, alt: bool) -> Option<Step> {
        let last = self.found.offers.len().checked_sub(1);
        let active = self.active();
        match (key, self.open) {
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

    /// The option that the keyboard stands on.
    fn active(&self) -> Option<usize> {
        self.active.filter(|active| self.open && *active < self.found.offers.len())
    }

    /// Opens the list and stands on an option, or on none.
    pub(super) fn show(&mut self, active: Option<usize>) {
        self.open = true;
        self.active = active;
    }

    pub(super) fn close(&mut self) {
        self.open = false;
        self.active = None;
    }

    /// Takes an answer in.
    pub(super) fn answered(&mut self, query: String, answer: Result<Found, PortalError>) {
        self.status = result_words(&answer);
        // After a failure the next keystroke asks again.
        self.query = answer.is_ok().then_some(query);
        self.found = answer.unwrap_or_default();
    }

    /// The only one that is called exactly so and can be chosen.
    pub(super) fn exact(&self, typed: &str) -> Option<Offer> {
        let typed = case::lower(typed.trim());
        let mut exact = self.found.offers.iter().filter(|offer| case::lower(&offer.name) == typed);
        exact.next().filter(|first| exact.next().is_none() && first.unavailable.is_none()).cloned()
    }

    /// The last line of the list: how many did not find room, or that there are none.
    fn rest(&self) -> Option<String> {
        let shown = u32::try_from(self.found.offers.len()).unwrap_or(u32::MAX);
        match (&self.query, self.found.total.saturating_sub(shown)) {
            (None, _) => Some(p!(form.searching)),
            (Some(_), 0) if shown == 0 => Some(p!(form.no_reseller_fits_try_a)),
            (Some(_), 0) => None,
            (Some(_), more) => Some(p_count!(form.more_keep_typing, more)),
        }
    }
}

fn result_words(answer: &Result<Found, PortalError>) -> String {
    match answer {
        Ok(found) => match found.total {
            0 => p!(form.no_reseller_fits),
            total => p_count!(form.resellers_found, total),
        },
        Err(PortalError::Unauthenticated) => p!(form.your_session_has_ended_save),
        Err(_) => p!(form.the_resellers_cannot_be_loaded),
    }
}

/// The field; without script it is a text field like any other.
pub(super) fn reseller_field(model: &Model) -> Element {
    let field = Field::Reseller;
    let control =
        el("div").class("combobox__control").child(text_field(model)).and(model.live.then(|| opener(&model.list)));
    let combobox = el("div").class("combobox").child(control).and(model.live.then(|| options(model)));
    let status =
        el("p").class("combobox__status").id(&part(field, "matches")).attr("role", "status").text(&model.list.status);
    // Without script, radio buttons of the same name say what is chosen.
    let chosen = el("input").attr("type", "hidden").attr("name", "reseller_id").attr("value", &model.form.reseller_id);
    let around = el("div")
        .class(model.field_class(field))
        .id(&part(field, "field"))
        .flag("hidden", model.live && model.is_direct());
    heading(model, field, around)
        .child(combobox)
        .child(status)
        .and(model.live.then_some(chosen))
        .child(model.readiness.status("reseller-status"))
}

fn text_field(model: &Model) -> Element {
    let field = Field::Reseller;
    let active = model.list.active().map(option_id);
    let input = el("input")
        .class("input")
        .id(field.name())
        .attr("type", "text")
        .attr("name", field.name())
        .attr("value", &model.form.reseller_search)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .maybe("aria-describedby", model.described_by(field).as_deref())
        .maybe("aria-invalid", model.invalid(field));
    if !model.live {
        return input;
    }
    input
        .attr("role", "combobox")
        .attr("aria-autocomplete", "list")
        .attr("aria-expanded", expanded(&model.list))
        .attr("aria-controls", LIST)
        .maybe("aria-activedescendant", active.as_deref())
}

fn expanded(list: &List) -> &'static str {
    if list.open { "true" } else { "false" }
}

/// The button that opens the list, for fingers and mice; the keyboard has the arrow keys.
fn opener(list: &List) -> Element {
    el("button")
        .class("combobox__open")
        .attr("type", "button")
        .attr("tabindex", "-1")
        .attr("aria-label", &p!(form.show_resellers))
        .attr("aria-controls", LIST)
        .attr("aria-expanded", expanded(list))
        .attr("data-act", "list")
        .flag("data-keep-focus", true)
        .child(icon("/icons.svg#chevron-down"))
}

fn options(model: &Model) -> Element {
    let list = &model.list;
    let query = list.query.as_deref().unwrap_or_default();
    let active = list.active();
    let options = list.found.offers.iter().enumerate().map(|(at, offer)| option(at, offer, query, active == Some(at)));
    // Beside the list and not in it: a list box holds options alone.
    let rest = list.rest().map(|words| el("p").class("combobox__empty").words(words));
    let options = el("ul").id(LIST).attr("role", "listbox").attr("aria-label", &p!(form.resellers)).all(options);
    el("div").class("combobox__list").flag("hidden", !list.open).flag("data-keep-focus", true).child(options).and(rest)
}

fn option(at: usize, offer: &Offer, query: &str, is_active: bool) -> Element {
    let disabled = offer.unavailable.as_deref();
    let class = match (disabled.is_some(), is_active) {
        (false, false) => "combobox__option",
        (false, true) => "combobox__option combobox__option--active",
        (true, false) => "combobox__option combobox__option--disabled",
        (true, true) => "combobox__option combobox__option--active combobox__option--disabled",
    };
    let name = matched(&offer.name, query);
    // What the name does not explain, the MPN id or the country does.
    let meta = matched(&offer.meta, if name.1.is_empty() { query } else { "" });
    let reason = disabled.map(|reason| [" \u{b7} ", reason].concat()).unwrap_or_default();
    let marked = |element: Element, (before, fit, after): (&str, &str, &str)| {
        let fit = (!fit.is_empty()).then(|| el("mark").text(fit));
        element.text(before).and(fit).text(after)
    };
    el("li")
        .class(class)
        .id(&option_id(at))
        .attr("role", "option")
        .maybe("aria-selected", is_active.then_some("true"))
        .maybe("aria-disabled", disabled.map(|_| "true"))
        .child(marked(el("span"), name))
        .child(marked(el("span").class("combobox__meta"), meta).text(&reason))
}

/// Id of the option at a place in the list.
pub(super) fn option_id(at: usize) -> String {
    [OPTION, &at.to_string()].concat()
}

/// Place in the list of the option with this id.
pub(super) fn option_at(id: &str) -> Option<usize> {
    id.strip_prefix(OPTION)?.parse().ok()
}

/// A text in three parts, the middle one being what fits `query`; it is empty if nothing does.
fn matched<'a>(text: &'a str, query: &str) -> (&'a str, &'a str, &'a str) {
    let query = query.trim();
    // ASCII folding keeps every place where it is.
    let fits = |part: &[u8]| part.eq_ignore_ascii_case(query.as_bytes());
    let start = text.as_bytes().windows(query.len().max(1)).position(fits);
    let parts = start.and_then(|start| {
        let (before, rest) = text.split_at_checked(start)?;
        let (fit, after) = rest.split_at_checked(query.len())?;
        Some((before, fit, after))
    });
    parts.unwrap_or((text, "", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(name: &str, unavailable: Option<&str>) -> Offer {
        Offer {
            id: "484e548c-f5f3-4528-93a9-c16c6373cb59".to_owned(),
            name: name.to_owned(),
            meta: String::new(),
            unavailable: unavailable.map(str::to_owned),
        }
    }

    fn list(open: bool, active: Option<usize>, count: usize) -> List {
        let offers = (0..count).map(|_| offer("Contoso AB", None)).collect();
        List { open, active, found: Found { offers, total: 0 }, ..List::default() }
    }

    #[test]
    fn arrows_open_the_list_and_walk_round_it() {
        assert_eq!(list(false, None, 3).step("ArrowDown", false), Some(Step::Open(Some(0))));
        assert_eq!(list(false, None, 3).step("ArrowDown", true), Some(Step::Open(None)));
        assert_eq!(list(true, None, 3).step("ArrowDown", false), Some(Step::Move(0)));
        assert_eq!(list(true, Some(2), 3).step("ArrowDown", false), Some(Step::Move(0)));
        assert_eq!(list(true, Some(0), 3).step("ArrowUp", false), Some(Step::Move(2)));
        assert_eq!(list(true, None, 3).step("ArrowUp", false), Some(Step::Move(2)));
        assert_eq!(list(true, None, 0).step("ArrowDown", false), None);
    }

    #[test]
    fn enter_never_sends_the_form_while_the_list_is_open() {
        assert_eq!(list(true, Some(1), 3).step("Enter", false), Some(Step::Take(1)));
        assert_eq!(list(true, None, 3).step("Enter", false), Some(Step::Close));
        assert_eq!(list(false, None, 3).step("Enter", false), None);
    }

    #[test]
    fn escape_closes_first_and_clears_second() {
        assert_eq!(list(true, Some(1), 3).step("Escape", false), Some(Step::Close));
        assert_eq!(list(false, None, 3).step("Escape", false), Some(Step::Clear));
    }

    #[test]
    fn other_keys_belong_to_the_text() {
        for key in ["a", "Tab", "Backspace", "Delete", " "] {
            assert_eq!(list(true, Some(1), 3).step(key, false), None, "{key}");
        }
        assert_eq!(list(true, Some(1), 3).step("Home", false), Some(Step::Edit));
    }

    #[test]
    fn only_an_exact_unique_available_name_is_taken_without_choosing() {
        let exact = |offers: Vec<Offer>, typed| {
            List { found: Found { offers, total: 0 }, ..List::default() }.exact(typed).is_some()
        };
        let contoso = || offer("Contoso AB", None);
        assert!(exact(vec![contoso()], " contoso ab "));
        assert!(!exact(vec![contoso()], "contoso"));
        assert!(!exact(vec![contoso(), contoso()], "contoso ab"));
        assert!(!exact(vec![offer("Contoso AB", Some("not active"))], "contoso ab"));
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
        let found = |total| List {
            found: Found { offers: vec![offer("Contoso AB", None)], total },
            query: Some(String::new()),
            ..List::default()
        };
        assert_eq!(found(18).rest().as_deref(), Some("17 more, keep typing"));
        assert_eq!(found(1).rest(), None);
    }
}
