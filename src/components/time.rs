//! Moments in words: how long ago, and exactly when.

use leptos::prelude::*;

use super::printed::Html;
use crate::{
    clock::Timestamp,
    i18n::{self, Language},
};

/// A moment as people say it: `3 minutes ago`, `in 2 hours`, a date when it is more than a week away.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    i18n::relative(Language::of_page(), at, now)
}

/// Day, month and year, UTC: `20 November 2026`.
pub fn date(at: Timestamp) -> String {
    i18n::date(Language::of_page(), at)
}

/// To the second, UTC: `20 November 2026, 19:30:05 UTC`.
pub fn exact(at: Timestamp) -> String {
    i18n::exact(Language::of_page(), at)
}

/// For machines: RFC 3339 to the second.
fn machine(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// How long ago, with the exact time where the pointer or the focus is, and in print. In a row of a list the time is shown
/// with the focus on anything in the row, so that the way through the list is no longer for it.
#[component]
pub fn Ago(
    /// When.
    at: Timestamp,
    /// What time it is for the page.
    now: Timestamp,
    /// Whether it stands in a row with something that takes the focus.
    #[prop(optional)]
    in_row: bool,
) -> impl IntoView {
    let stop = if in_row { "" } else { " tabindex=\"0\"" };
    Html::of(|html| print(html, at, now, stop)).into_view()
}

/// [`Ago`] in a row that is printed.
pub fn ago_in_row(html: &mut Html, at: Timestamp, now: Timestamp) {
    print(html, at, now, "");
}

fn print(html: &mut Html, at: Timestamp, now: Timestamp, stop: &'static str) {
    html.markup("<time datetime=\"").text(&machine(at)).markup("\" data-exact=\"").text(&exact(at)).markup("\"");
    html.markup(stop).markup(" class=\"ago\">").text(&relative(at, now)).markup("</time>");
}

/// The exact time, in full.
#[component]
pub fn Exactly(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <time datetime=machine(at)>{exact(at)}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::testing::html;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let now = at("2026-11-20T19:30:05Z");
        for (then, words) in [
            ("2026-11-20T19:30:05Z", "just now"),
            ("2026-11-20T19:29:21Z", "just now"),
            ("2026-11-20T19:29:20Z", "1 minute ago"),
            ("2026-11-20T19:27:05Z", "3 minutes ago"),
            ("2026-11-20T18:30:06Z", "59 minutes ago"),
            ("2026-11-20T18:30:05Z", "1 hour ago"),
            ("2026-11-19T19:30:06Z", "23 hours ago"),
            ("2026-11-19T19:30:05Z", "1 day ago"),
            ("2026-11-14T19:30:05Z", "6 days ago"),
            ("2026-11-13T19:30:05Z", "13 November 2026"),
            ("2026-11-20T19:30:20Z", "just now"),
            ("2026-11-20T19:33:05Z", "in 3 minutes"),
            ("2026-11-27T19:00:00Z", "in 6 days"),
            ("2026-12-01T00:00:00Z", "1 December 2026"),
        ] {
            assert_eq!(relative(at(then), now), words, "{then}");
        }
    }

    #[test]
    fn the_exact_time_names_its_zone() {
        assert_eq!(exact(at("2026-03-05T07:08:09.987Z")), "5 March 2026, 07:08:09 UTC");
    }

    #[test]
    fn a_relative_time_carries_the_exact_one() {
        let alone = html(|| view! { <Ago at=at("2026-11-20T19:27:05Z") now=at("2026-11-20T19:30:05Z")/> });
        assert_eq!(
            alone,
            "<time datetime=\"2026-11-20T19:27:05Z\" data-exact=\"20 November 2026, 19:27:05 UTC\" tabindex=\"0\" \
             class=\"ago\">3 minutes ago</time>"
        );
        let in_row = html(|| view! { <Ago in_row=true at=at("2026-11-20T19:27:05Z") now=at("2026-11-20T19:30:05Z")/> });
        assert!(!in_row.contains("tabindex"), "{in_row}");
    }
}
