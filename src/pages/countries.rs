//! What is known of countries, on the page of the settings: rules that Microsoft has changed, what its refusals have
//! taught, and what of its rules cannot be used.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::time::date,
    i18n::{rich, t},
    paths,
};

/// What there is to know of a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryView {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How often Microsoft has changed its rules, and when last.
    pub changes: Option<(i64, Timestamp)>,
    /// What was learned, and when last.
    pub lessons: Vec<(String, Timestamp)>,
    /// What of its rules is not used, and why.
    pub unused: Vec<String>,
}

/// The table; nothing if there is nothing to know.
pub(super) fn countries(served: String, news: Vec<CountryView>) -> AnyView {
    let table = (!news.is_empty()).then(|| {
        let rows = news.into_iter().map(country_row).collect_view();
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="countries-title">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(countries.country_or_region)}</th>
                            <th scope="col">{t!(countries.what_is_new)}</th>
                            <th scope="col">
                                <span class="visually-hidden">{t!(countries.action)}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="stack">
            <h2 id="countries-title">{t!(countries.countries)}</h2>
            <p class="soft">{served}</p>
            {table}
        </section>
    }
    .into_any()
}

fn country_row(view: CountryView) -> AnyView {
    let CountryView { code, name, changes, lessons, unused } = view;
    let changes = changes.map(|(times, at)| {
        view! { <p>{t!(countries.changed, count = times, at = date(at))}</p> }
    });
    let may_forget = !lessons.is_empty();
    let lessons = lessons.into_iter().map(|(words, at)| view! { <p>{words} " (" {date(at)} ")"</p> }).collect_view();
    let unused =
        unused.into_iter().map(|words| view! { <p>{rich!(countries.not_used, words = words)}</p> }).collect_view();
    let about = name.clone();
    let forget = may_forget.then(|| {
        view! {
            <form method="post" action=paths::COUNTRY_FORGET>
                <button class="button button--quiet" type="submit" name="country" value=code>
                    {t!(countries.forget_what_was_learned)} <span class="visually-hidden">": " {about}</span>
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label=t!(countries.what_is_new)>{changes} {lessons} {unused}</td>
            <td>{forget}</td>
        </tr>
    }
    .into_any()
}
