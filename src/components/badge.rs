//! States as a word with a colour and an icon.

use leptos::prelude::*;

use super::{
    icon::{self, IconName},
    printed::Html,
};

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
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[component]
pub fn Badge(
    /// Colour and icon.
    tone: Tone,
    /// The word.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    Html::of(|html| print(html, tone, &label)).into_view()
}

/// The same in a row that is printed.
pub fn print(html: &mut Html, tone: Tone, label: &str) {
    html.markup("<span class=\"badge badge--").markup(tone.word()).markup("\">");
    icon::print(html, tone.icon());
    html.text(label).markup("</span>");
}
