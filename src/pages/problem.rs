//! What is shown instead of a page: what happened, whose move it is, and a way on.

use leptos::prelude::*;

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
            Self::Forbidden | Self::AdministratorsAlone => "Your role does not allow this",
            Self::ForeignOrigin => "That did not come from this portal",
            Self::NotFound => "This page does not exist",
            Self::MethodNotAllowed => "This address cannot be used like that",
            Self::Conflict => "This has been done already",
            Self::TooLarge => "That was too much at once",
            Self::UnsupportedMediaType | Self::Unprocessable => "The portal could not understand that",
            Self::TooOften => "That was too often in a short time",
            Self::EnoughForToday => "Enough customers for today",
            Self::Internal => "Something went wrong on our side",
            Self::Upstream => "Microsoft does not answer",
            Self::NotConnected => "Customers cannot be created for resellers just now",
            Self::Unavailable => "The portal is not ready just now",
        }
    }

    /// Whose move it is, and what the move is.
    fn advice(self) -> &'static str {
        match self {
            Self::Forbidden => {
                "You are signed in, but account managers and administrators alone can do this. Whoever assigns the \
                 portal's app roles in your organisation's Entra ID can change that."
            }
            Self::AdministratorsAlone => {
                "You are signed in, but this page is for administrators of the portal alone. Whoever assigns the portal's \
                 app roles in your organisation's Entra ID can change that."
            }
            Self::ForeignOrigin => {
                "Another site has sent something in your name, and the portal has done nothing about it. If it was you, go \
                 back to a page of the portal and use its buttons."
            }
            Self::NotFound => {
                "It may have been typed or copied incompletely, or it belongs to somebody whose customers you cannot see."
            }
            Self::MethodNotAllowed => "Go back to the page that you came from and use its buttons.",
            Self::Conflict => "Nothing was done twice. Look at the list of customers for where it stands.",
            Self::TooLarge => {
                "Go back: what you typed is still in the form. Shorten the longest field and send it again."
            }
            Self::UnsupportedMediaType | Self::Unprocessable => {
                "Nothing was changed. Open the form again from the home page; your drafts are there."
            }
            Self::TooOften => {
                "Nothing was changed and nothing is lost. Wait a minute, go back and do it once more. If many people of \
                 your organisation work at the same time and meet this page, whoever runs this portal can raise the limit."
            }
            Self::EnoughForToday => {
                "As many customers were created today as this portal allows, so that a mistake cannot make hundreds. \
                 Nothing was sent: the draft is on the home page with everything that was typed. The count begins anew \
                 at midnight (UTC); if there really are more customers than that, whoever runs this portal can raise \
                 the limit."
            }
            Self::Internal => {
                "Nothing was lost: what you had sent is stored, and its state is on the home page. Should it happen \
                 again, give the reference below to whoever runs this portal."
            }
            Self::Upstream => {
                "Partner Center cannot be reached or answers something that it should not. What you had sent is stored. \
                 Wait a minute and try again."
            }
            Self::NotConnected => {
                "Your provider has to connect this portal with Microsoft first, or again. What you had typed is saved, \
                 and nothing was sent. Ask your contact at the provider; an administrator there can do it on the page \
                 Settings."
            }
            Self::Unavailable => {
                "Its database or its keys cannot be reached, so nothing was changed. Wait a minute and try again; should \
                 it last, give the reference below to whoever runs this portal."
            }
        }
    }
}

/// The page about a problem. `reference` is what the log calls the request.
pub fn problem_page(problem: Problem, signed_in: bool, reference: String) -> impl IntoView {
    let way_on = if signed_in {
        view! {
            <a class="button" href=paths::HOME>
                "Go to the home page"
            </a>
            <a class="button button--secondary" href=paths::CUSTOMERS>
                "All customers"
            </a>
        }
        .into_any()
    } else {
        view! {
            <a class="button" href=paths::SIGN_IN>
                "Sign in"
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
                        <p class="soft">"Reference: " <code class="mono">{reference}</code></p>
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
