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
    pages::{CountryView, Problem},
    paths,
    rulebook::CountryNews,
    state::AppState,
};

/// What is known of countries, by name.
pub(super) async fn news(state: &AppState) -> Result<Vec<CountryView>, DatabaseError> {
    let Some(rulebook) = state.provisioning.rulebook() else { return Ok(Vec::new()) };
    let mut news: Vec<CountryView> = rulebook.news().await?.into_iter().map(view).collect();
    news.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(news)
}

/// Where customers are created, in words.
pub(super) fn served(countries: &ServedCountries) -> String {
    match countries {
        ServedCountries::All => {
            "Customers are created in every country that Microsoft allows your organisation. PORTAL_COUNTRIES limits them."
                .to_owned()
        }
        ServedCountries::Only(countries) => {
            let name = |code: &CountryCode| country_name(code.as_str()).unwrap_or_default();
            let names: Vec<&str> = countries.iter().map(name).collect();
            format!("Customers are created in these countries alone (PORTAL_COUNTRIES): {}.", names.join(", "))
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
        NumberLesson::Wanted => "Microsoft asked for a registration number, so the form asks for one".to_owned(),
        NumberLesson::NotWanted => "Microsoft refused a registration number, so nobody has to give one".to_owned(),
        NumberLesson::Format(regex) => format!("Microsoft named the format of registration numbers: {regex}"),
    };
    if times > 1 { format!("{lesson}, {times} times") } else { lesson }
}

/// Which country's lessons are to be forgotten.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Forget {
    country: String,
}

/// Takes back what refusals have taught about a country.
pub async fn forget(
    Administrator(SignedIn { visit, .. }): Administrator,
    PlainForm(forget): PlainForm<Forget>,
) -> Response {
    let Ok(country) = forget.country.parse::<CountryCode>() else { return visit.problem(Problem::Unprocessable) };
    match visit.state.provisioning.forget_lessons(&country).await {
        Ok(_) => see_other(&paths::settings_after("forgotten")),
        Err(error) => {
            tracing::error!(%error, "what was learned of a country could not be forgotten");
            visit.failure(PortalError::Unavailable)
        }
    }
}
