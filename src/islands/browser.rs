//! What islands ask of the document. Nothing here runs on the server.

use js_sys::Promise;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, EventTarget, HtmlButtonElement, HtmlElement, HtmlInputElement};

/// The element with this id.
pub(crate) fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Calls `act` for every event of this name at `target` or in it, as long as the page is there.
pub(crate) fn listen(target: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(act);
    // Fails only for what is no function.
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// The nearest element around what an event is about that a selector fits.
pub(crate) fn closest(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// The text of a paste.
pub(crate) fn pasted(event: &Event) -> Option<String> {
    // By name, because the types for it would come with all that can be dragged and dropped.
    let clipboard = js_sys::Reflect::get(event, &"clipboardData".into()).ok()?;
    let read = js_sys::Reflect::get(&clipboard, &"getData".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    read.call1(&clipboard, &"text".into()).ok()?.as_string()
}

/// Whether an event is about the element with this id.
pub(crate) fn is_at(event: &Event, id: &str) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| element.id() == id)
}

/// Puts other markup, of the server's own making, into the element with this id, if it says something else: what has
/// not changed must not be read out again.
pub(crate) fn replace_content(id: &str, markup: &str) {
    let (Some(element), Ok(fresh)) = (element(id), document().create_element("div")) else { return };
    fresh.set_inner_html(markup);
    if fresh.text_content() != element.text_content() {
        element.set_inner_html(markup);
    }
}

/// Moves the focus to the element with this id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element(id) {
        // Fails only for what cannot be focused, and then there is nothing to do.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Id of the element that has the focus; empty if it has none.
pub(crate) fn focused() -> String {
    document().active_element().map(|element| element.id()).unwrap_or_default()
}

/// Whether `target` is a button.
pub(crate) fn is_button(target: Option<EventTarget>) -> bool {
    target.is_some_and(|target| target.has_type::<HtmlButtonElement>())
}

/// Name and value of the control that an event is about; a box or radio that is not ticked has the value "".
pub(crate) fn named_value(target: Option<EventTarget>) -> Option<(String, String)> {
    let element = target?.dyn_into::<Element>().ok()?;
    // What both have is read by name, so that this serves lists as well.
    let is_control = matches!(element.local_name().as_str(), "input" | "select");
    let control = element.unchecked_into::<HtmlInputElement>();
    is_control.then(|| (control.name(), value_of(&control)))
}

/// Value of the control with this id; `None` if there is no such control.
pub(crate) fn value(id: &str) -> Option<String> {
    element(id).map(|element| value_of(&element.unchecked_into()))
}

/// Value of the ticked radio of this name; `None` if none is ticked.
pub(crate) fn radio_value(name: &str) -> Option<String> {
    let ticked = document().query_selector(&["[name=", name, "]:checked"].concat()).ok()??;
    Some(ticked.unchecked_into::<HtmlInputElement>().value())
}

fn value_of(control: &HtmlInputElement) -> String {
    let kind = control.type_();
    if (kind == "checkbox" || kind == "radio") && !control.checked() { String::new() } else { control.value() }
}

/// Writes into a control and leaves the caret where it was.
pub(crate) fn write(control: &HtmlInputElement, value: &str) {
    if control.value() == value {
        return;
    }
    // Controls that have no caret, such as those for mail addresses, refuse to say and to set where it is.
    let caret = control.selection_start().ok().flatten();
    control.set_value(value);
    if caret.is_some() && focused() == control.id() {
        let _ = control.set_selection_range(caret.unwrap_or_default(), caret.unwrap_or_default());
    }
}

/// Sets an attribute, or takes it away.
pub(crate) fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    // Fails only for names that are no names.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Words of the option with this value, in the list with this id.
pub(crate) fn option_text(list: &str, value: &str) -> Option<String> {
    let option = document().query_selector(&["#", list, " [value=\"", value, "\"]"].concat()).ok()??;
    option.text_content()
}

/// Scrolls just as far as it takes to see the element with this id.
pub(crate) fn scroll_into_view(id: &str) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    if let Some(element) = element(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Changes the document, and keeps what has the focus in view if it was: whoever types there did not ask for the change.
pub(crate) fn keep_focus_in_view(change: impl FnOnce()) {
    let was_in_view = document().active_element().is_some_and(|element| is_in_view(&element));
    change();
    if was_in_view {
        scroll_into_view(&focused());
    }
}

fn is_in_view(element: &Element) -> bool {
    let place = element.get_bounding_client_rect();
    let height = window().inner_height().ok().and_then(|height| height.as_f64());
    place.top() >= 0.0 && height.is_some_and(|height| place.bottom() <= height)
}

/// Shows everything that a selector names and that was hidden for browsers without script.
pub(crate) fn reveal_all(selector: &str) {
    while let Ok(Some(element)) = document().query_selector(selector) {
        set_attribute(&element, "hidden", None);
    }
}

/// Says in the page's title that something is wrong, which is what a screen reader reads first.
pub(crate) fn mark_title(prefix: &str) {
    let title = document().title();
    if !title.starts_with(prefix) {
        document().set_title(&[prefix, &title].concat());
    }
}

/// Loads the page again.
pub(crate) fn reload() {
    // Fails only in documents that are not shown.
    let _ = window().location().reload();
}

/// Puts a text on the clipboard, to the letter; `false` if the browser does not allow it.
pub(crate) async fn copy(text: &str) -> bool {
    // Elsewhere there is no clipboard, and asking for it throws.
    window().is_secure_context() && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// Waits so many milliseconds.
pub(crate) async fn pause(milliseconds: i32) {
    let timer = Promise::new(&mut |done, _| {
        // Fails only where there is no window.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
    });
    // A promise that is never refused.
    let _ = JsFuture::from(timer).await;
}

/// What the browser's clock shows, as in `09:05`.
pub(crate) fn time_of_day() -> String {
    let now = js_sys::Date::new_0();
    let digits = |number: u32| [number / 10, number % 10].map(|digit| char::from_digit(digit, 10).unwrap_or('0'));
    digits(now.get_hours()).into_iter().chain([':']).chain(digits(now.get_minutes())).collect()
}

/// Milliseconds of the browser's clock.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// 256 random bits as 64 hexadecimal digits.
pub(crate) fn random_token() -> Option<String> {
    let mut bytes = [0_u8; 32];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'));
    Some(bytes.into_iter().flat_map(digits).collect())
}
