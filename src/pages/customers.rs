//! All onboardings that the operator may see.

use leptos::prelude::*;

use super::home::onboard_button;
use crate::{
    clock::Timestamp,
    components::onboarding::{OnboardingRow, OnboardingTable},
    domain::{OnboardingId, Operator},
    paths,
};

/// What the list shows.
#[derive(Clone, Debug)]
pub struct CustomersView {
    /// Who is signed in.
    pub operator: Operator,
    /// One page of it, newest first.
    pub rows: Vec<OnboardingRow>,
    /// Where the next page starts, if there is one: the id of the oldest row of this page.
    pub older_than: Option<OnboardingId>,
    /// Whether this is the first page.
    pub first: bool,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The list of customers.
#[component]
pub fn CustomersPage(
    /// What it shows.
    view: CustomersView,
) -> impl IntoView {
    let CustomersView { operator, rows, older_than, first, now } = view;
    let may_onboard = operator.may_onboard();
    let list = if rows.is_empty() {
        empty(may_onboard, first).into_any()
    } else {
        view! { <OnboardingTable caption="Customers, newest first" rows now/> }.into_any()
    };
    view! {
        <div class="page">
            <div class="page__header">
                <h1 class="page__title">"Customers"</h1>
                {may_onboard.then(onboard_button)}
            </div>
            {list}
            {paging(older_than, first)}
        </div>
    }
}

fn empty(may_onboard: bool, first: bool) -> impl IntoView {
    let words = match (first, may_onboard) {
        (false, _) => "There are no older ones.",
        (true, true) => "Customers appear here from the first draft on, with their state.",
        (true, false) => "Customers appear here as soon as an account manager starts to onboard one.",
    };
    view! {
        <div class="empty">
            <h2>"No customers yet"</h2>
            <p>{words}</p>
        </div>
    }
}

fn paging(older_than: Option<OnboardingId>, first: bool) -> Option<impl IntoView> {
    (older_than.is_some() || !first).then(|| {
        view! {
            <nav class="paging" aria-label="Pages of the list">
                {(!first)
                    .then(|| {
                        view! {
                            <a class="button button--secondary" href=paths::CUSTOMERS>
                                "Newest"
                            </a>
                        }
                    })}
                {older_than
                    .map(|id| {
                        view! {
                            <a class="button button--secondary" href=paths::customers_before(&id) rel="next">
                                "Older"
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
