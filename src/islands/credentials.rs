//! The admin credentials, shown once.
//!
//! The page holds a token of 256 random bits from the click to the end: with it a lost answer can be asked for again for
//! 120 seconds, by this page alone. Neither token nor password is anywhere but in memory and, while it is shown, in the
//! document; both go when the page does.

use std::{cell::RefCell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use web_sys::Event;

use super::{
    ask::ask,
    browser,
    copy::{SAID, copied_words},
    markup::{Element, el, icon, unseen},
    patch::patch,
    spell::spell,
};
use crate::{
    api::{ClaimCredentials, ConfirmCredentials, ShownCredentials},
    domain::OnboardingId,
    error::PortalError,
    i18n::{Phrasebook, p},
};

/// For so long, in milliseconds, the same token is answered again.
const REPLAY: f64 = 120_000.0;
/// Milliseconds between two attempts.
const PAUSE: i32 = 2_000;
/// After so many milliseconds without a click the password is covered again.
const IDLE: f64 = 60_000.0;
/// Id of the element that holds the plain form, then the credentials.
const ROOT_ID: &str = "credentials";
/// Id of the heading above the credentials.
const TITLE_ID: &str = "credentials-title";
/// Id of the password, spelled out.
const SPELLED_ID: &str = "credentials-spelled";
/// What stands for a covered password.
const COVER: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// "Show the password now", without leaving the page. Its children are the plain form that does the same by loading one.
#[island]
pub fn CredentialsPanel(
    /// The onboarding whose credentials they are.
    id: OnboardingId,
    /// What the panel says.
    phrases: Phrasebook,
    /// The characters' names.
    spelling: Phrasebook,
    /// The plain form.
    children: Children,
) -> impl IntoView {
    if cfg!(not(feature = "ssr")) {
        crate::i18n::keep(const { crate::i18n::area::opening.number() }, phrases);
        crate::i18n::keep(const { crate::i18n::area::spelling.number() }, spelling);
        start(id);
    }
    view! { <div id=ROOT_ID>{children()}</div> }
}

/// How far the showing is.
enum Stage {
    /// Nobody asked; the plain form is there.
    Closed,
    /// Asked with this token, not answered.
    Opening(String),
    /// On the screen.
    Open(Box<Shown>),
    /// They could not be had, or are shown no more; and why.
    Over(String),
}

/// The credentials on the screen.
struct Shown {
    credentials: ShownCredentials,
    /// When the portal forgets the password, in milliseconds of the browser's clock.
    deadline: f64,
    /// When the person last did something with it.
    last_use: f64,
    seconds_left: u32,
    /// Whether the password can be read, rather than dots.
    readable: bool,
    /// Whether it is spelled out.
    spelled: bool,
    /// Which value was copied a moment ago.
    copied: Option<Value>,
    /// Said aloud.
    status: String,
}

/// What can be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    UserName,
    Password,
    SignInAddress,
}

impl Value {
    const ALL: [Self; 3] = [Self::UserName, Self::Password, Self::SignInAddress];

    /// What its button is known by.
    fn word(self) -> &'static str {
        match self {
            Self::UserName => "user-name",
            Self::Password => "password",
            Self::SignInAddress => "sign-in-address",
        }
    }

    fn label(self) -> String {
        match self {
            Self::UserName => p!(opening.user_name),
            Self::Password => p!(opening.password),
            Self::SignInAddress => p!(opening.sign_in_address),
        }
    }

    fn of(self, credentials: &ShownCredentials) -> &str {
        match self {
            Self::UserName => &credentials.user_name,
            Self::Password => &credentials.password,
            Self::SignInAddress => &credentials.sign_in_address,
        }
    }
}

/// The living panel.
struct Panel {
    id: OnboardingId,
    root: web_sys::Element,
    stage: RefCell<Stage>,
}

fn start(id: OnboardingId) {
    let Some(root) = browser::element(ROOT_ID) else { return };
    let panel = Rc::new(Panel { id, root, stage: RefCell::new(Stage::Closed) });
    let listening = Rc::clone(&panel);
    browser::listen(&panel.root, "submit", move |event| listening.open(&event));
    let listening = Rc::clone(&panel);
    browser::listen(&panel.root, "click", move |event| listening.click(&event));
    let listening = Rc::clone(&panel);
    browser::listen(&window(), "pagehide", move |_| listening.leave());
}

impl Panel {
    fn show(&self) {
        let view = match &*self.stage.borrow() {
            Stage::Closed => return,
            Stage::Opening(_) => el("p").id("credentials-opening").attr("role", "status").words(p!(opening.opening)),
            Stage::Open(shown) => shown.view(),
            Stage::Over(why) => over(why),
        };
        patch(&self.root, &[view]);
    }

    /// Changes what is on the screen, if the credentials are.
    fn change(&self, change: impl FnOnce(&mut Shown)) {
        if let Stage::Open(shown) = &mut *self.stage.borrow_mut() {
            change(shown);
        }
        self.show();
    }

    fn token(&self) -> Option<String> {
        match &*self.stage.borrow() {
            Stage::Opening(token) => Some(token.clone()),
            _ => None,
        }
    }

    fn text(&self, value: Value) -> Option<String> {
        match &*self.stage.borrow() {
            Stage::Open(shown) => Some(value.of(&shown.credentials).to_owned()),
            _ => None,
        }
    }

    fn end(&self, why: String) {
        self.stage.replace(Stage::Over(why));
        self.show();
    }

    /// The person asked for the password.
    fn open(self: &Rc<Self>, event: &Event) {
        if !matches!(*self.stage.borrow(), Stage::Closed) {
            event.prevent_default();
            return;
        }
        // Without randomness the plain form does it.
        let Some(token) = browser::random_token() else { return };
        event.prevent_default();
        self.stage.replace(Stage::Opening(token));
        self.show();
        spawn_local(Rc::clone(self).claim());
    }

    async fn claim(self: Rc<Self>) {
        let started = browser::now();
        while let Some(token) = self.token() {
            match ask(ClaimCredentials { id: self.id.clone(), token }).await {
                Ok(credentials) => return self.take(credentials),
                Err(error) if is_final(&error) || browser::now() - started > REPLAY => {
                    return self.end(failure(&error));
                }
                Err(_) => browser::pause(PAUSE).await,
            }
        }
    }

    fn take(self: Rc<Self>, credentials: ShownCredentials) {
        // The page was left while the answer was on its way.
        if !matches!(*self.stage.borrow(), Stage::Opening(_)) {
            return;
        }
        let now = browser::now();
        let shown = Shown {
            deadline: now + f64::from(credentials.seconds_left) * 1_000.0,
            last_use: now,
            seconds_left: credentials.seconds_left,
            credentials,
            readable: true,
            spelled: false,
            copied: None,
            status: String::new(),
        };
        self.stage.replace(Stage::Open(Box::new(shown)));
        self.show();
        browser::focus(TITLE_ID);
        spawn_local(self.count_down());
    }

    /// Every second: the countdown, and the cover over a password that nobody uses.
    async fn count_down(self: Rc<Self>) {
        while matches!(*self.stage.borrow(), Stage::Open(_)) {
            let now = browser::now();
            self.change(|shown| shown.tick(now));
            browser::pause(1_000).await;
        }
    }

    fn click(self: &Rc<Self>, event: &Event) {
        let act = browser::closest(event, "[data-act]").and_then(|button| button.get_attribute("data-act"));
        let Some(act) = act else { return };
        let now = browser::now();
        self.change(|shown| shown.last_use = now);
        match act.as_str() {
            "reload" => browser::reload(),
            "confirm" => spawn_local(Rc::clone(self).confirm()),
            "cover" => self.change(Shown::cover_or_show),
            "spell" => self.change(|shown| shown.spelled = !shown.spelled),
            word => {
                if let Some(value) = Value::ALL.into_iter().find(|value| value.word() == word) {
                    spawn_local(Rc::clone(self).copy(value));
                }
            }
        }
    }

    /// "I have stored it".
    async fn confirm(self: Rc<Self>) {
        match ask(ConfirmCredentials { id: self.id.clone() }).await {
            // Already forgotten is as good as forgotten now; the page says which.
            Ok(()) | Err(PortalError::Conflict | PortalError::NotFound) => {
                self.end(p!(opening.stored));
                browser::reload();
            }
            Err(_) => self.change(|shown| shown.status = p!(opening.unreachable)),
        }
    }

    async fn copy(self: Rc<Self>, value: Value) {
        let Some(text) = self.text(value) else { return };
        let copied = browser::copy(&text).await;
        self.change(|shown| {
            shown.copied = copied.then_some(value);
            shown.status = copied_words(copied);
        });
        browser::pause(SAID).await;
        self.change(|shown| {
            shown.copied = None;
            shown.status = String::new();
        });
    }

    /// The page is being left; what the browser may keep of it holds no password.
    fn leave(&self) {
        if !matches!(*self.stage.borrow(), Stage::Closed) {
            self.end(p!(opening.left));
        }
    }
}

impl Shown {
    fn tick(&mut self, now: f64) {
        self.seconds_left = whole_seconds(self.deadline - now);
        if self.readable && now - self.last_use > IDLE {
            self.cover_or_show();
        }
    }

    fn cover_or_show(&mut self) {
        self.readable = !self.readable;
        self.spelled = false;
    }

    fn view(&self) -> Element {
        let spelled = if self.spelled { spell(&self.credentials.password) } else { String::new() };
        el("section")
            .class("secret")
            .id("credentials-shown")
            .attr("aria-labelledby", TITLE_ID)
            .child(el("h2").class("card__title").id(TITLE_ID).attr("tabindex", "-1").words(p!(opening.title)))
            .child(el("p").words(p!(opening.store_them_now)))
            .child(self.row(Value::UserName))
            .child(self.row(Value::Password))
            .child(
                el("p")
                    .class("secret__spelling")
                    .id(SPELLED_ID)
                    .attr("translate", "no")
                    .flag("hidden", !self.spelled)
                    .text(&spelled),
            )
            .child(self.password_actions())
            .child(self.row(Value::SignInAddress))
            .child(
                el("p")
                    .class("secret__left")
                    .id("credentials-left")
                    .attr("role", "timer")
                    .attr("aria-live", "off")
                    .text(&time_words(self.seconds_left)),
            )
            .child(el("div").class("actions").child(action("confirm", &p!(opening.i_have_stored_it), "button")))
            .child(el("p").class("visually-hidden").id("credentials-status").attr("role", "status").text(&self.status))
    }

    fn row(&self, value: Value) -> Element {
        let label = &value.label();
        let text = value.of(&self.credentials);
        let is_covered = value == Value::Password && !self.readable;
        let copy = if self.copied == Some(value) { p!(opening.copied) } else { p!(opening.copy) };
        let button = el("button")
            .class("copy")
            .attr("type", "button")
            .attr("data-act", value.word())
            .child(icon("/icons.svg#copy"))
            .text(&copy)
            .child(unseen(&[" ", label].concat()));
        el("div")
            .class("secret__row")
            .attr("role", "group")
            .attr("aria-label", label)
            .child(el("span").class("secret__label").text(label))
            // Every character counts, blanks too.
            .child(el("pre").class("secret__value").attr("translate", "no").text(if is_covered { COVER } else { text }))
            .child(button)
    }

    fn password_actions(&self) -> Element {
        let label = if self.readable { p!(opening.hide) } else { p!(opening.show) };
        let cover = action("cover", &label, "button button--quiet");
        let spell = action("spell", &p!(opening.spell_out), "button button--quiet")
            .attr("aria-expanded", if self.spelled { "true" } else { "false" })
            .attr("aria-controls", SPELLED_ID);
        el("div").class("actions").child(cover.child(unseen(&p!(opening.the_password)))).child(spell)
    }
}

fn action(act: &str, label: &str, class: &str) -> Element {
    el("button").class(class).attr("type", "button").attr("data-act", act).text(label)
}

/// Why there is nothing (more) to see, and the way on.
fn over(why: &str) -> Element {
    el("div")
        .class("notice notice--warning")
        .id("credentials-over")
        .attr("role", "alert")
        .child(el("p").text(why))
        .child(action("reload", &p!(opening.load_again), "button button--secondary"))
}

/// Whether asking again with the same token can bring nothing else.
fn is_final(error: &PortalError) -> bool {
    matches!(
        error,
        PortalError::Conflict
            | PortalError::NotFound
            | PortalError::Forbidden
            | PortalError::Unauthenticated
            | PortalError::Invalid(_)
    )
}

fn failure(error: &PortalError) -> String {
    match error {
        PortalError::Conflict | PortalError::NotFound => {
            p!(opening.opened_already)
        }
        PortalError::Unauthenticated => p!(opening.session_ended),
        PortalError::TooOften => p!(opening.too_often),
        PortalError::Forbidden => p!(opening.may_not),
        _ => {
            p!(opening.two_minutes)
        }
    }
}

/// The countdown in words.
fn time_words(seconds: u32) -> String {
    if seconds == 0 {
        return p!(opening.forgotten);
    }
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let zero = if rest < 10 { "0" } else { "" };
    p!(opening.forgets_in, time = &[&minutes.to_string(), ":", zero, &rest.to_string()].concat())
}

/// Whole seconds of a time in milliseconds, never less than none.
fn whole_seconds(milliseconds: f64) -> u32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and there is no other conversion from a float"
    )]
    let seconds = (milliseconds / 1_000.0).ceil() as u32;
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        Shown {
            credentials: ShownCredentials {
                user_name: "admin@wingtiptoys.onmicrosoft.com".to_owned(),
                password: "0K<ha*Io".to_owned(),
                sign_in_address: "https://admin.microsoft.com".to_owned(),
                seconds_left: 120,
            },
            deadline: 120_000.0,
            last_use: 0.0,
            seconds_left: 120,
            readable: true,
            spelled: false,
            copied: None,
            status: String::new(),
        }
    }

    fn printed(shown: &Shown) -> String {
        let mut html = String::new();
        shown.view().print(&mut html);
        html
    }

    #[test]
    fn the_countdown_ends_in_words() {
        assert_eq!(time_words(113), "The portal forgets the password in 1:53");
        assert_eq!(time_words(9), "The portal forgets the password in 0:09");
        assert!(time_words(0).starts_with("The portal has forgotten"));
        assert_eq!(whole_seconds(-5_000.0), 0);
        assert_eq!(whole_seconds(1_001.0), 2);
    }

    #[test]
    fn a_lost_answer_is_asked_for_again_and_a_refusal_is_not() {
        assert!(!is_final(&PortalError::Unreachable));
        assert!(!is_final(&PortalError::Unavailable));
        assert!(!is_final(&PortalError::Internal));
        assert!(is_final(&PortalError::Conflict));
        assert!(is_final(&PortalError::NotFound));
    }

    #[test]
    fn a_password_that_nobody_uses_is_covered_after_a_minute() {
        let mut shown = shown();
        shown.tick(59_000.0);
        assert!(printed(&shown).contains("<pre class=\"secret__value\" translate=\"no\">0K&lt;ha*Io</pre>"));
        shown.spelled = true;
        shown.tick(61_000.0);
        let html = printed(&shown);
        assert!(!html.contains("0K") && !html.contains("zero"), "{html}");
        assert_eq!(shown.seconds_left, 59);
    }

    #[test]
    fn a_password_is_spelled_out_on_demand() {
        let mut shown = shown();
        assert!(!printed(&shown).contains("zero"));
        shown.spelled = true;
        assert!(printed(&shown).contains("zero, capital K, less than, lower h"));
    }

    #[test]
    fn the_servers_markup_holds_the_plain_form_and_no_credentials() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse::<OnboardingId>().unwrap_or_else(|_| unreachable!());
        let html = crate::islands::testing::html(|| {
            view! { <CredentialsPanel id=id phrases=Phrasebook::default() spelling=Phrasebook::default()><form method="post"></form></CredentialsPanel> }
        });
        assert!(html.contains(r#"<form method="post">"#));
        assert!(!html.contains("Admin credentials"));
    }
}
