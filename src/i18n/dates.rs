//! Moments in the words of a language: patterns and names of months are CLDR's, written in `time.ftl`.
//!
//! ICU4X would bring the same from its own tables, at the price of building half the tree with other features; the
//! portal writes one kind of date.

use jiff::Timestamp;

use super::{Language, t};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// From here on the date says more than a number of days.
const LONG: i64 = 7 * DAY;
/// Below this nobody counts; it also covers clocks that differ a little.
const MOMENT: i64 = 45;

/// A moment as people say it: `3 minutes ago`, `in 2 hours`, a date when it is more than a week away.
pub(crate) fn relative(language: Language, at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    let (distance, is_past) = (seconds.abs(), seconds > 0);
    match (distance, is_past) {
        (0..MOMENT, _) => t!(in language; time.just_now).to_owned(),
        (near @ MOMENT..HOUR, true) => t!(in language; time.minutes_ago, count = (near / MINUTE).max(1)),
        (near @ MOMENT..HOUR, false) => t!(in language; time.in_minutes, count = (near / MINUTE).max(1)),
        (hours @ HOUR..DAY, true) => t!(in language; time.hours_ago, count = hours / HOUR),
        (hours @ HOUR..DAY, false) => t!(in language; time.in_hours, count = hours / HOUR),
        (days @ DAY..LONG, true) => t!(in language; time.days_ago, count = days / DAY),
        (days @ DAY..LONG, false) => t!(in language; time.in_days, count = days / DAY),
        _ => date(language, at),
    }
}

/// Day, month and year, UTC: `20 November 2026`.
pub(crate) fn date(language: Language, at: Timestamp) -> String {
    let part = |format: &str| at.strftime(format).to_string();
    // The month chooses among names; a text, so that it is compared and not counted.
    t!(in language; time.date, day = part("%-d"), month = part("m%-m"), year = part("%Y"))
}

/// To the second, UTC: `20 November 2026, 19:30:05 UTC`.
pub(crate) fn exact(language: Language, at: Timestamp) -> String {
    t!(in language; time.exact, date = date(language, at), time = at.strftime("%H:%M:%S").to_string())
}
