//! Panels that say something important.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// What kind of thing a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// Think before you go on.
    Warning,
    /// Something went wrong.
    Bad,
    /// Something went well.
    Good,
}

impl NoticeKind {
    fn word_and_icon(self) -> (&'static str, IconName) {
        match self {
            Self::Info => ("info", IconName::Info),
            Self::Warning => ("warning", IconName::Alert),
            Self::Bad => ("bad", IconName::X),
            Self::Good => ("good", IconName::Check),
        }
    }
}

/// A panel with a heading.
#[component]
pub fn Notice(
    /// Colour and icon.
    kind: NoticeKind,
    /// Says the whole thing in one line.
    #[prop(into)]
    title: String,
    /// The rest.
    children: Children,
) -> impl IntoView {
    let (word, icon) = kind.word_and_icon();
    view! {
        <section class=format!("notice notice--{word}")>
            <h2 class="notice__title">
                <Icon name=icon/>
                {title}
            </h2>
            {children()}
        </section>
    }
}
