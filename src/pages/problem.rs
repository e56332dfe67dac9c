//! What is shown instead of a page: what happened, whose move it is, and a way on.

use leptos::prelude::*;

use crate::i18n::{rich, t};
use crate::paths;

/// A failure as a page says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// 403: signed in, but the role does not allow it.
    Forbidden,
    /// 403: signed in, but not as an administrator.
    AdministratorsAlone,
    /// 403: sent by a page of another origin.
    ForeignOrigin,
    /// 404: no such page or record, or not this person's; the two look the same.
    NotFound,
    /// 405: the address exists, but not for this method.
    MethodNotAllowed,
    /// 409: the record has moved on.
    Conflict,
    /// 413: more was sent than any form of ours holds.
    TooLarge,
    /// 415: not sent by a form of ours.
    UnsupportedMediaType,
    /// 422: what was sent is not what the page asks for.
    Unprocessable,
    /// 429: asked too often; `Retry-After` says when again.
    TooOften,
    /// 429: as many customers were created today as may be; `Retry-After` says when the count begins anew.
    EnoughForToday,
    /// 500: a fault of ours.
    Internal,
    /// 502: Microsoft cannot be reached or does not answer as agreed.
    Upstream,
    /// 503: our own database or keys.
    Unavailable,
    /// The provider has connected no account with which a reseller's onboardings run.
    NotConnected,
}

impl Problem {
    /// Every problem.
    pub const ALL: [Self; 15] = [
        Self::Forbidden,
        Self::AdministratorsAlone,
        Self::ForeignOrigin,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Unprocessable,
        Self::TooOften,
        Self::EnoughForToday,
        Self::Internal,
        Self::Upstream,
        Self::NotConnected,
        Self::Unavailable,
    ];

    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Forbidden | Self::AdministratorsAlone | Self::ForeignOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Unprocessable => 422,
            Self::TooOften | Self::EnoughForToday => 429,
            Self::Internal => 500,
            Self::Upstream => 502,
            Self::NotConnected | Self::Unavailable => 503,
        }
    }

    /// What happened, in a line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Forbidden | Self::AdministratorsAlone => t!(problem.your_role_does_not_allow),
            Self::ForeignOrigin => t!(problem.that_did_not_come_from),
            Self::NotFound => t!(problem.this_page_does_not_exist),
            Self::MethodNotAllowed => t!(problem.this_address_cannot_be_used),
            Self::Conflict => t!(problem.this_has_been_done_already),
            Self::TooLarge => t!(problem.that_was_too_much_at),
            Self::UnsupportedMediaType | Self::Unprocessable => t!(problem.the_portal_could_not_understand),
            Self::TooOften => t!(problem.that_was_too_often_in),
            Self::EnoughForToday => t!(problem.enough_customers_for_today),
            Self::Internal => t!(problem.something_went_wrong_on_our),
            Self::Upstream => t!(problem.microsoft_does_not_answer),
            Self::NotConnected => t!(problem.customers_cannot_be_created_for),
            Self::Unavailable => t!(problem.the_portal_is_not_ready),
        }
    }

    /// Whose move it is, and what the move is.
    fn advice(self) -> &'static str {
        match self {
            Self::Forbidden => {
                t!(problem.you_are_signed_in_but)
            }
            Self::AdministratorsAlone => {
                t!(problem.you_are_signed_in_but_this)
            }
            Self::ForeignOrigin => {
                t!(problem.another_site_has_sent_something)
            }
            Self::NotFound => {
                t!(problem.it_may_have_been_typed)
            }
            Self::MethodNotAllowed => t!(problem.go_back_to_the_page),
            Self::Conflict => t!(problem.nothing_was_done_twice_look),
            Self::TooLarge => {
                t!(problem.go_back_what_you_typed)
            }
            Self::UnsupportedMediaType | Self::Unprocessable => {
                t!(problem.nothing_was_changed_open_the)
            }
            Self::TooOften => {
                t!(problem.nothing_was_changed_and_nothing)
            }
            Self::EnoughForToday => {
                t!(problem.as_many_customers_were_created)
            }
            Self::Internal => {
                t!(problem.nothing_was_lost_what_you)
            }
            Self::Upstream => {
                t!(problem.partner_center_cannot_be_reached)
            }
            Self::NotConnected => {
                t!(problem.your_provider_has_to_connect)
            }
            Self::Unavailable => {
                t!(problem.its_database_or_its_keys)
            }
        }
    }
}

/// The page about a problem. `reference` is what the log calls the request.
pub fn problem_page(problem: Problem, signed_in: bool, reference: String) -> impl IntoView {
    let way_on = if signed_in {
        view! {
            <a class="button" href=paths::HOME>
                {t!(problem.go_to_the_home_page)}
            </a>
            <a class="button button--secondary" href=paths::CUSTOMERS>
                {t!(problem.all_customers)}
            </a>
        }
        .into_any()
    } else {
        view! {
            <a class="button" href=paths::SIGN_IN>
                {t!(problem.sign_in)}
            </a>
        }
        .into_any()
    };
    view! {
        <div class="narrow">
            <h1 class="page__title">{problem.title()}</h1>
            <p class="lede">{problem.advice()}</p>
            <div class="actions">{way_on}</div>
            {(!reference.is_empty())
                .then(|| {
                    view! {
                        <p class="soft">{rich!(problem.reference, reference = view! { <code class="mono">{reference}</code> })}</p>
                    }
                })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::testing::html;

    #[test]
    fn every_problem_offers_a_way_on_and_a_reference() {
        for problem in Problem::ALL {
            for (signed_in, way_on) in [(true, r#"href="/""#), (false, r#"href="/sign-in""#)] {
                let html = html(move || problem_page(problem, signed_in, "abc123".to_owned()));
                assert!(html.contains(way_on), "{html}");
                assert!(html.contains("abc123"), "{html}");
                assert!(html.contains(problem.title()), "{html}");
            }
        }
    }
}
