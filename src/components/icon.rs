//! Icons from the sprite `public/icons.svg`.

use leptos::prelude::*;

use super::printed::Html;

/// An icon of the sprite; always beside a word, never instead of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the symbol of the same name in the sprite")]
pub enum IconName {
    Alert,
    Building,
    Check,
    ChevronDown,
    Clock,
    Copy,
    Edit,
    External,
    Eye,
    EyeOff,
    Globe,
    Info,
    Lock,
    Plus,
    Refresh,
    Search,
    SignOut,
    User,
    X,
}

impl IconName {
    /// Every icon.
    pub const ALL: [Self; 19] = [
        Self::Alert,
        Self::Building,
        Self::Check,
        Self::ChevronDown,
        Self::Clock,
        Self::Copy,
        Self::Edit,
        Self::External,
        Self::Eye,
        Self::EyeOff,
        Self::Globe,
        Self::Info,
        Self::Lock,
        Self::Plus,
        Self::Refresh,
        Self::Search,
        Self::SignOut,
        Self::User,
        Self::X,
    ];

    /// Id of the symbol in the sprite.
    pub fn id(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Building => "building",
            Self::Check => "check",
            Self::ChevronDown => "chevron-down",
            Self::Clock => "clock",
            Self::Copy => "copy",
            Self::Edit => "edit",
            Self::External => "external",
            Self::Eye => "eye",
            Self::EyeOff => "eye-off",
            Self::Globe => "globe",
            Self::Info => "info",
            Self::Lock => "lock",
            Self::Plus => "plus",
            Self::Refresh => "refresh",
            Self::Search => "search",
            Self::SignOut => "sign-out",
            Self::User => "user",
            Self::X => "x",
        }
    }
}

/// An icon, hidden from assistive technology because the word beside it says the same.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    Html::of(|html| print(html, name)).into_view()
}

/// The same in a row that is printed.
pub fn print(html: &mut Html, name: IconName) {
    html.markup("<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"/icons.svg#");
    html.markup(name.id()).markup("\"></use></svg>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_in_the_sprite() {
        let sprite = include_str!("../../public/icons.svg");
        for icon in IconName::ALL {
            assert!(sprite.contains(&format!("<symbol id=\"{}\"", icon.id())), "{}", icon.id());
        }
    }
}
