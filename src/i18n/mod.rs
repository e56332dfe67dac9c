//! What the portal says, in the language of whoever reads it.
//!
//! Messages are Fluent files, one an area, under a folder a language; [`t!`] names one by area and name, and a name that
//! is not there does not compile. The language of a request comes with it and reaches pages as a context of their
//! rendering: there is no language of the process. Logs, exports and the command line have no such context, and are
//! English.
//!
//! The browser gets no messages but a [`Phrasebook`] of the few that an island can say.

#[cfg(feature = "ssr")]
mod catalogue;
#[cfg(feature = "ssr")]
mod dates;
mod keys;
#[cfg(feature = "ssr")]
mod language;
#[cfg(feature = "ssr")]
mod markup;
#[cfg(feature = "ssr")]
mod numbers;
mod phrases;
#[cfg(feature = "ssr")]
mod pseudo;
#[cfg(test)]
#[cfg(feature = "ssr")] // the half that has the messages
mod tests;

#[cfg(all(test, feature = "ssr"))]
use self::catalogue::{complaints, same_as_english};
pub(crate) use self::keys::{Key, Variable, area};
#[cfg(feature = "ssr")]
pub use self::language::{LANGUAGE_COOKIE, Language};
pub use self::phrases::Phrasebook;
#[cfg(feature = "ssr")]
pub(crate) use self::phrases::phrasebook;
pub(crate) use self::phrases::{counted, keep, phrase};
#[cfg(feature = "ssr")]
pub(crate) use self::{
    catalogue::{by_words, filled, plain},
    dates::{date, exact, relative},
    language::{speaking, speaking_through},
    markup::with_markup,
};

/// Id of the control that says where whoever chooses another language goes on.
pub(crate) const SAME_PAGE_ID: &str = "same-page";

/// A message: `t!(home.title)`, or with what it is about `t!(home.count, count = 3)`. In the language of the page that
/// is being made; `t!(in language; home.title)` is for where there is no page.
///
/// Without variables it is a `&'static str`, otherwise a `String`.
#[cfg(feature = "ssr")]
macro_rules! t {
    (in $language:expr; $area:ident . $name:ident) => {{
        const KEY: $crate::i18n::Key = $crate::i18n::area::$area.key(stringify!($name), &[]);
        $crate::i18n::plain($language, KEY)
    }};
    (in $language:expr; $area:ident . $name:ident, $($variable:ident = $value:expr),+ $(,)?) => {{
        const KEY: $crate::i18n::Key = $crate::i18n::area::$area.key(stringify!($name), &[$(stringify!($variable)),+]);
        $crate::i18n::filled($language, KEY, vec![$((stringify!($variable), ($value).into())),+])
    }};
    ($area:ident . $name:ident $($rest:tt)*) => {
        $crate::i18n::t!(in $crate::i18n::Language::of_page(); $area.$name $($rest)*)
    };
}
#[cfg(feature = "ssr")]
pub(crate) use t;

/// A message with markup in it: `rich!(home.asked, when = view! { <Ago at now/> })`. Each variable is a view.
#[cfg(feature = "ssr")]
macro_rules! rich {
    ($area:ident . $name:ident, $($variable:ident = $value:expr),+ $(,)?) => {{
        const KEY: $crate::i18n::Key = $crate::i18n::area::$area.key(stringify!($name), &[$(stringify!($variable)),+]);
        $crate::i18n::with_markup(KEY, vec![$((stringify!($variable), leptos::prelude::IntoAny::into_any($value))),+])
    }};
}
#[cfg(feature = "ssr")]
pub(crate) use rich;

/// A phrase of an island, on both sides: `p!(opening.copied)`, `p!(form.too_long, subject = subject, max = "9")`. On the
/// server it is a message like others, in the browser a line of the [`Phrasebook`] that came with the page; what is put
/// into it is text. The browser knows it by its place alone.
macro_rules! p {
    ($area:ident . $name:ident $(, $variable:ident = $value:expr)* $(,)?) => {{
        const KEY: $crate::i18n::Key = $crate::i18n::area::$area.key(stringify!($name), &[$(stringify!($variable)),*]);
        $crate::i18n::phrase(KEY, &[$((
            {
                // A constant, so that the browser does not get the list of the messages.
                const VARIABLE: $crate::i18n::Variable = $crate::i18n::area::$area.variable(KEY, stringify!($variable));
                VARIABLE
            },
            $value,
        )),*])
    }};
}
pub(crate) use p;

/// A phrase about a number of things. Its message chooses by `count` and shows `shown`.
#[cfg(any(feature = "ssr", feature = "hydrate-form"))]
macro_rules! p_count {
    ($area:ident . $name:ident, $count:expr) => {{
        const KEY: $crate::i18n::Key = $crate::i18n::area::$area.key(stringify!($name), &["count", "shown"]);
        const SHOWN: $crate::i18n::Variable = $crate::i18n::area::$area.variable(KEY, "shown");
        $crate::i18n::counted(KEY, SHOWN, $count)
    }};
}
#[cfg(any(feature = "ssr", feature = "hydrate-form"))]
pub(crate) use p_count;
