//! What administrators are told of countries, and how they take back what was learned.

use axum::response::Response;
use serde::Deserialize;

use super::{
    form::PlainForm,
    visit::{Administrator, SignedIn, see_other},
};
use crate::{
    database::DatabaseError,
    domain::{CountryCode, NumberLesson, ServedCountries, country_name},
    error::PortalError,
    i18n::{Language, speaking, t},
    pages::{CountryView, Problem},
    paths,
    rulebook::CountryNews,
    state::AppState,
};

/// What is known of countries, by name.
pub(super) async fn news(state: &AppState, language: Language) -> Result<Vec<CountryView>, DatabaseError> {
    let Some(rulebook) = state.provisioning.rulebook() else { return Ok(Vec::new()) };
    let news = rulebook.news().await?;
    let mut news: Vec<CountryView> = speaking(language, || news.into_iter().map(view).collect());
    news.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(news)
}

/// Where customers are created, in words.
pub(super) fn served(countries: &ServedCountries) -> String {
    match countries {
        ServedCountries::All => t!(countries.all).to_owned(),
        ServedCountries::Only(countries) => {
            let name = |code: &CountryCode| country_name(code.as_str()).unwrap_or_default();
            let names: Vec<&str> = countries.iter().map(name).collect();
            t!(countries.only, names = names.join(", "))
        }
    }
}

fn view(news: CountryNews) -> CountryView {
    let CountryNews { country, changes, lessons, unused } = news;
    CountryView {
        name: country_name(&country).map_or_else(|| country.clone(), str::to_owned),
        code: country,
        changes,
        lessons: lessons.into_iter().map(|(lesson, times, at)| (words(&lesson, times), at)).collect(),
        unused,
    }
}

fn words(lesson: &NumberLesson, times: i64) -> String {
    let lesson = match lesson {
        NumberLesson::Wanted => t!(countries.wanted).to_owned(),
        NumberLesson::NotWanted => t!(countries.not_wanted).to_owned(),
        NumberLesson::Format(regex) => t!(countries.format, regex = regex.as_str()),
    };
    if times > 1 { t!(countries.several_times, lesson = lesson, times = times) } else { lesson }
}

/// Which country's lessons are to be forgotten.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Forget {
    country: String,
}

/// Takes back what refusals have taught about a country.
pub async fn forget(
    Administrator(SignedIn { visit, operator }): Administrator,
    PlainForm(forget): PlainForm<Forget>,
) -> Response {
    let Ok(country) = forget.country.parse::<CountryCode>() else { return visit.problem(Problem::Unprocessable) };
    match visit.state.provisioning.forget_lessons(&operator, &country).await {
        Ok(_) => see_other(&paths::settings_after("forgotten")),
        Err(error) => {
            tracing::error!(%error, "what was learned of a country could not be forgotten");
            visit.failure(PortalError::Unavailable)
        }
    }
}
