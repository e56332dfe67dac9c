//! The admin credentials, shown once.
//!
//! The page holds a token of 256 random bits from the click to the end: with it a lost answer can be asked for again for
//! 120 seconds, by this page alone. Neither token nor password is anywhere but in memory and, while it is shown, in the
//! document; both go when the page does.

use std::time::Duration;

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};

use super::{browser, copy::copied_words, icon::icon, spell::spell};
use crate::{
    api::{ShownCredentials, claim_credentials, confirm_credentials},
    domain::OnboardingId,
    error::PortalError,
};

/// For so long, in milliseconds, the same token is answered again.
const REPLAY: f64 = 120_000.0;
/// Milliseconds between two attempts.
const PAUSE: i32 = 2_000;
/// After so many milliseconds without a click the password is covered again.
const IDLE: f64 = 60_000.0;
/// Id of the heading above the credentials.
const TITLE_ID: &str = "credentials-title";

/// How far the showing is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody asked.
    Closed,
    /// Asked, not answered.
    Opening,
    /// The credentials are on the screen.
    Open,
    /// They could not be had.
    Failed(PortalError),
    /// The page was left.
    Left,
}

/// The panel's signals.
#[derive(Clone, Copy)]
struct Panel {
    id: StoredValue<OnboardingId>,
    token: StoredValue<Option<String>>,
    stage: RwSignal<Stage>,
    shown: RwSignal<Option<ShownCredentials>>,
    /// Whether the password can be read, rather than dots.
    readable: RwSignal<bool>,
    /// Whether it is spelled out.
    spelled: RwSignal<bool>,
    seconds_left: RwSignal<u32>,
    /// Said aloud.
    status: RwSignal<String>,
    /// Which value was copied last, by its label.
    copied: RwSignal<&'static str>,
    /// When the portal forgets the password, in milliseconds of the browser's clock.
    deadline: StoredValue<f64>,
    /// When the person last did something with it.
    last_use: StoredValue<f64>,
    ticking: StoredValue<Option<IntervalHandle>>,
}

/// "Show the password now", without leaving the page. Its children are the plain form that does the same by loading one.
#[island]
pub fn CredentialsPanel(
    /// The onboarding whose credentials they are.
    id: OnboardingId,
    /// The plain form.
    children: Children,
) -> impl IntoView {
    let panel = Panel::new(id);
    Effect::new(move || {
        window_event_listener_untyped("pagehide", move |_| panel.leave());
    });
    view! {
        <div
            hidden=move || panel.stage.with(|stage| *stage != Stage::Closed)
            on:submit=move |event| panel.open(&event)
        >
            {children()}
        </div>
        {move || panel.view()}
        <p class="visually-hidden" role="status">{move || panel.status.get()}</p>
    }
    .into_any()
}

impl Panel {
    fn new(id: OnboardingId) -> Self {
        Self {
            id: StoredValue::new(id),
            token: StoredValue::new(None),
            stage: RwSignal::new(Stage::Closed),
            shown: RwSignal::new(None),
            readable: RwSignal::new(true),
            spelled: RwSignal::new(false),
            seconds_left: RwSignal::new(0),
            status: RwSignal::new(String::new()),
            copied: RwSignal::new(""),
            deadline: StoredValue::new(0.0),
            last_use: StoredValue::new(0.0),
            ticking: StoredValue::new(None),
        }
    }

    /// The person asked for the password.
    fn open(self, event: &web_sys::SubmitEvent) {
        if self.stage.with_untracked(|stage| *stage != Stage::Closed) {
            event.prevent_default();
            return;
        }
        // Without randomness the plain form does it.
        let Some(token) = browser::random_token() else { return };
        event.prevent_default();
        self.token.set_value(Some(token));
        self.stage.set(Stage::Opening);
        spawn_local(self.claim());
    }

    async fn claim(self) {
        let started = js_sys::Date::now();
        while let Some(token) = self.token.get_value() {
            match claim_credentials(self.id.get_value(), token).await {
                Ok(shown) => return self.show(shown),
                Err(error) if is_final(&error) || js_sys::Date::now() - started > REPLAY => {
                    self.token.set_value(None);
                    return self.stage.set(Stage::Failed(error));
                }
                Err(_) => browser::pause(PAUSE).await,
            }
        }
    }

    fn show(self, shown: ShownCredentials) {
        // The page was left while the answer was on its way.
        if self.token.with_value(Option::is_none) {
            return;
        }
        self.deadline.set_value(js_sys::Date::now() + f64::from(shown.seconds_left) * 1_000.0);
        self.touch();
        self.shown.set(Some(shown));
        self.stage.set(Stage::Open);
        self.tick();
        let ticking = set_interval_with_handle(move || self.tick(), Duration::from_secs(1));
        self.ticking.set_value(ticking.ok());
        request_animation_frame(|| browser::focus(TITLE_ID));
    }

    /// Every second: the countdown, and the cover over a password that nobody uses.
    fn tick(self) {
        let now = js_sys::Date::now();
        let left = whole_seconds(self.deadline.get_value() - now);
        if left != self.seconds_left.get_untracked() {
            self.seconds_left.set(left);
        }
        if self.readable.get_untracked() && now - self.last_use.get_value() > IDLE {
            self.cover();
        }
    }

    fn touch(self) {
        self.last_use.set_value(js_sys::Date::now());
    }

    fn cover(self) {
        self.readable.set(false);
        self.spelled.set(false);
    }

    /// Forgets everything.
    fn clear(self) {
        self.token.set_value(None);
        self.shown.set(None);
        if let Some(ticking) = self.ticking.try_update_value(Option::take).flatten() {
            ticking.clear();
        }
    }

    /// The page is being left; what the browser may keep of it holds no password.
    fn leave(self) {
        if self.stage.with_untracked(|stage| *stage != Stage::Closed) {
            self.clear();
            browser::empty(PASSWORD_ID);
            browser::empty(SPELLED_ID);
            self.stage.set(Stage::Left);
        }
    }

    /// "I have stored it".
    async fn confirm(self) {
        match confirm_credentials(self.id.get_value()).await {
            // Already forgotten is as good as forgotten now; the page says which.
            Ok(()) | Err(PortalError::Conflict | PortalError::NotFound) => {
                self.clear();
                browser::reload();
            }
            Err(_) => self.status.set("The portal cannot be reached. Try again".to_owned()),
        }
    }

    async fn copy(self, label: &'static str, value: String) {
        let copied = browser::copy(&value).await;
        self.touch();
        self.status.set(copied_words(copied).to_owned());
        self.copied.set(if copied { label } else { "" });
        browser::pause(PAUSE).await;
        self.copied.set("");
        self.status.set(String::new());
    }

    fn view(self) -> AnyView {
        match self.stage.get() {
            Stage::Closed => ().into_any(),
            Stage::Opening => view! { <p role="status">"Opening\u{2026}"</p> }.into_any(),
            Stage::Failed(error) => failed(&error).into_any(),
            Stage::Left => problem("The password was cleared when this page was left.").into_any(),
            Stage::Open => self.credentials().into_any(),
        }
    }

    fn credentials(self) -> AnyView {
        let (user_name, address) = self
            .shown
            .with_untracked(|shown| {
                shown.as_ref().map(|shown| (shown.user_name.clone(), shown.sign_in_address.clone()))
            })
            .unwrap_or_default();
        view! {
            <section class="secret" aria-labelledby=TITLE_ID>
                <h2 class="card__title" id=TITLE_ID tabindex="-1">"Admin credentials"</h2>
                <p>"Store them now: the password is shown this once. It must be changed at the first sign-in."</p>
                {self.row("User name", user_name)}
                {self.password_row()}
                {self.row("Sign-in address", address)}
                <p class="secret__left" role="timer" aria-live="off">{move || time_words(self.seconds_left.get())}</p>
                <div class="actions">
                    <button type="button" class="button" on:click=move |_| spawn_local(self.confirm())>
                        "I have stored it"
                    </button>
                </div>
            </section>
        }
        .into_any()
    }

    fn row(self, label: &'static str, value: String) -> AnyView {
        let shown = value.clone();
        view! {
            <div class="secret__row">
                <span class="secret__label">{label}</span>
                <span class="secret__value" translate="no">{shown}</span>
                {self.copy_button(label, move || value.clone())}
            </div>
        }
        .into_any()
    }

    fn password(self) -> String {
        self.shown.with(|shown| shown.as_ref().map(|shown| shown.password.clone()).unwrap_or_default())
    }

    fn password_row(self) -> AnyView {
        let text = move || if self.readable.get() { self.password() } else { COVER.to_owned() };
        view! {
            <div class="secret__row">
                <span class="secret__label">"Password"</span>
                // A <pre>, because every character counts.
                <pre class="secret__value" id=PASSWORD_ID translate="no">{text}</pre>
                {self.copy_button("Password", move || untrack(|| self.password()))}
            </div>
            <div class="actions">
                <button
                    type="button"
                    class="button button--quiet"
                    on:click=move |_| {
                        self.touch();
                        if self.readable.get_untracked() { self.cover() } else { self.readable.set(true) }
                    }
                >
                    {move || if self.readable.get() { "Hide" } else { "Show" }}
                    <span class="visually-hidden">" the password"</span>
                </button>
                <button
                    type="button"
                    class="button button--quiet"
                    aria-expanded=move || self.spelled.get().to_string()
                    aria-controls=SPELLED_ID
                    on:click=move |_| {
                        self.touch();
                        self.spelled.update(|spelled| *spelled = !*spelled);
                    }
                >
                    "Spell out"
                </button>
            </div>
            <p
                class="secret__spelling"
                id=SPELLED_ID
                translate="no"
                hidden=move || !self.spelled.get()
            >
                {move || if self.spelled.get() { spell(&self.password()) } else { String::new() }}
            </p>
        }
        .into_any()
    }

    fn copy_button(self, label: &'static str, value: impl Fn() -> String + 'static) -> AnyView {
        view! {
            <button
                type="button"
                class="copy"
                on:click=move |_| spawn_local(self.copy(label, value()))
            >
                {icon("/icons.svg#copy")}
                {move || if self.copied.get() == label { "Copied" } else { "Copy" }}
                <span class="visually-hidden">" " {label}</span>
            </button>
        }
        .into_any()
    }
}

/// What stands for a covered password.
const COVER: &str = "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";
const PASSWORD_ID: &str = "credentials-password";
const SPELLED_ID: &str = "credentials-spelled";

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

fn failed(error: &PortalError) -> AnyView {
    problem(match error {
        PortalError::Conflict | PortalError::NotFound => {
            "The password has been opened already, or is no longer there. This page says by whom once it is loaded again."
        }
        PortalError::Unauthenticated => "Your session has ended. The password has not been shown to anybody.",
        PortalError::Forbidden => "You may not open this password. The person who created the customer can.",
        _ => {
            "The portal could not be reached for two minutes. Load the page again to see if the password can still be shown."
        }
    })
}

fn problem(words: &'static str) -> AnyView {
    view! {
        <div class="notice notice--warning" role="alert">
            <p>{words}</p>
            <button type="button" class="button button--secondary" on:click=|_| browser::reload()>
                "Load the page again"
            </button>
        </div>
    }
    .into_any()
}

/// The countdown in words.
fn time_words(seconds: u32) -> String {
    if seconds == 0 {
        return "The portal has forgotten the password. It stays on this page until you leave it.".to_owned();
    }
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let zero = if rest < 10 { "0" } else { "" };
    ["The portal forgets the password in ", &minutes.to_string(), ":", zero, &rest.to_string()].concat()
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
    fn the_servers_markup_holds_the_plain_form_and_no_credentials() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse::<OnboardingId>().unwrap_or_else(|_| unreachable!());
        let html = crate::islands::testing::html(|| {
            view! { <CredentialsPanel id=id><form method="post"></form></CredentialsPanel> }
        });
        assert!(html.contains(r#"<form method="post">"#));
        assert!(!html.contains("Admin credentials"));
    }
}
