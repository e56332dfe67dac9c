//! Moments in the words of a language: patterns and names of months are CLDR's, written in `time.ftl`.
//!
//! ICU4X would bring the same from its own tables, at the price of building half the tree with other features; the
//! portal writes one kind of date.

use std::{fmt::Write as _, sync::OnceLock};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

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
    let distances = &Distances::of(language)[usize::from(seconds > 0)];
    let said = match seconds.abs() {
        0..MOMENT => return t!(in language; time.just_now).to_owned(),
        near @ MOMENT..HOUR => distances.minutes.get(index(near / MINUTE)),
        hours @ HOUR..DAY => distances.hours.get(index(hours / HOUR)),
        days @ DAY..LONG => distances.days.get(index(days / DAY)),
        _ => None,
    };
    said.cloned().unwrap_or_else(|| date(language, at))
}

/// Day, month and year, UTC: `20 November 2026`.
pub(crate) fn date(language: Language, at: Timestamp) -> String {
    let at = civil(at);
    fill(&Month::of(language, at).date, at)
}

/// To the second, UTC: `20 November 2026, 19:30:05 UTC`.
pub(crate) fn exact(language: Language, at: Timestamp) -> String {
    let at = civil(at);
    fill(&Month::of(language, at).exact, at)
}

fn civil(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::UTC).datetime()
}

/// What can be said of distances, said once: a page of a list says a hundred, and each would be put together anew.
struct Distances {
    minutes: Vec<String>,
    hours: Vec<String>,
    days: Vec<String>,
}

impl Distances {
    /// To what is to come, and to what is past.
    fn of(language: Language) -> &'static [Self; 2] {
        static ALL: [OnceLock<[Distances; 2]>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
        ALL[language.number()].get_or_init(|| {
            let said =
                |most: i64, say: fn(Language, i64) -> String| (0..most).map(|count| say(language, count)).collect();
            let (minutes, hours, days) = (HOUR / MINUTE, DAY / HOUR, LONG / DAY);
            [
                Self {
                    minutes: said(minutes, |language, count| t!(in language; time.in_minutes, count = count.max(1))),
                    hours: said(hours, |language, count| t!(in language; time.in_hours, count = count)),
                    days: said(days, |language, count| t!(in language; time.in_days, count = count)),
                },
                Self {
                    minutes: said(minutes, |language, count| t!(in language; time.minutes_ago, count = count.max(1))),
                    hours: said(hours, |language, count| t!(in language; time.hours_ago, count = count)),
                    days: said(days, |language, count| t!(in language; time.days_ago, count = count)),
                },
            ]
        })
    }
}

/// How moments of a month are written, with places for what differs between them.
struct Month {
    date: String,
    exact: String,
}

/// The places, from the private use area, which no message has.
const DAY_PLACE: char = '\u{f0000}';
const YEAR_PLACE: char = '\u{f0001}';
const TIME_PLACE: char = '\u{f0002}';

impl Month {
    fn of(language: Language, at: DateTime) -> &'static Self {
        static ALL: [[OnceLock<Month>; 12]; Language::ALL.len()] =
            [const { [const { OnceLock::new() }; 12] }; Language::ALL.len()];
        let number = at.month();
        ALL[language.number()][index(number - 1)].get_or_init(|| {
            // The month chooses among names; a text, so that it is compared and not counted.
            let (day, month, year) = (DAY_PLACE.to_string(), format!("m{number}"), YEAR_PLACE.to_string());
            let date = t!(in language; time.date, day = day, month = month, year = year);
            let exact = t!(in language; time.exact, date = date.as_str(), time = TIME_PLACE.to_string());
            Self { date, exact }
        })
    }
}

fn fill(pattern: &str, at: DateTime) -> String {
    let mut said = String::with_capacity(pattern.len());
    for character in pattern.chars() {
        match character {
            DAY_PLACE => write!(said, "{}", at.day()),
            YEAR_PLACE => write!(said, "{:04}", at.year()),
            TIME_PLACE => write!(said, "{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()),
            other => said.write_char(other),
        }
        .unwrap_or_default();
    }
    said
}

/// A small number as a place in a list.
fn index(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or_default()
}
