//! States as a word with a colour and an icon.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// How good or bad something is; one colour and one icon each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say about it.
    Neutral,
    /// Under way.
    Working,
    /// Somebody else's turn.
    Waiting,
    /// As it should be.
    Good,
    /// Wants attention soon.
    Warning,
    /// Wrong.
    Bad,
}

impl Tone {
    /// The tone as the style sheet names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Working => "working",
            Self::Waiting => "waiting",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// Its icon.
    pub fn icon(self) -> IconName {
        match self {
            Self::Neutral => IconName::Edit,
            Self::Working => IconName::Refresh,
            Self::Waiting => IconName::Clock,
            Self::Good => IconName::Check,
            Self::Warning => IconName::Alert,
            Self::Bad => IconName::X,
        }
    }
}

/// A word with the colour and icon of its tone.
#[component]
pub fn Badge(
    /// Colour and icon.
    tone: Tone,
    /// The word.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <span class=format!("badge badge--{}", tone.word())>
            <Icon name=tone.icon()/>
            {label}
        </span>
    }
}
