//! The list of customers that the operator may see.

mod filters;
mod table;
mod tenant;

use leptos::prelude::*;

use super::home::onboard_button;
use crate::{
    clock::Timestamp,
    components::{
        icon::{Icon, IconName},
        time::Ago,
    },
    domain::{Operator, ResellerId},
    listing::{CustomerQuery, ListedCustomer, ReadingStatus, Sort, StateFilter},
    paths,
};

pub use self::tenant::{TenantPage, TenantView};

/// What the list shows.
#[derive(Clone, Debug)]
pub struct CustomersView {
    /// Who is signed in.
    pub operator: Operator,
    /// What was asked.
    pub query: CustomerQuery,
    /// What the filter by reseller says.
    pub reseller: ResellerFilter,
    /// One page of it.
    pub rows: Vec<ListedCustomer>,
    /// Address of the page in front of it.
    pub previous: Option<String>,
    /// Address of the page behind it.
    pub next: Option<String>,
    /// Whether the page is short because it has looked at so many rows.
    pub is_cut_short: bool,
    /// Whether the rows are low.
    pub compact: bool,
    /// How the reading of the tenants that were not made here stands; `None`: not shown to this person.
    pub reading: Option<ReadingStatus>,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The field in which a reseller is named.
#[derive(Clone, Debug, Default)]
pub struct ResellerFilter {
    /// What stands in it: a name, or what was typed.
    pub text: String,
    /// Those that what was typed may mean; empty if one was found, or nothing was typed.
    pub candidates: Vec<(ResellerId, String)>,
    /// Whether no reseller is called so.
    pub is_unknown: bool,
}

impl CustomersView {
    /// The fields that ask for this list, with the height of the rows.
    fn fields(&self, query: &CustomerQuery) -> Vec<(&'static str, String)> {
        list_fields(query, self.compact, &self.operator)
    }

    /// Address of the same list, asked otherwise.
    fn address(&self, change: impl FnOnce(&mut CustomerQuery)) -> String {
        let mut query = self.query.clone();
        change(&mut query);
        paths::customers_with(&self.fields(&query))
    }

    fn is_one_page(&self) -> bool {
        self.previous.is_none() && self.next.is_none()
    }
}

/// The fields of a question, with the height of the rows.
pub fn list_fields(query: &CustomerQuery, compact: bool, operator: &Operator) -> Vec<(&'static str, String)> {
    let mut fields = query.fields(operator);
    if compact {
        fields.push(("rows", "compact".to_owned()));
    }
    fields
}

/// The list of customers.
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[component]
pub fn CustomersPage(
    /// What it shows.
    view: CustomersView,
) -> impl IntoView {
    let onboard = view.operator.may_onboard().then(onboard_button);
    let list = if view.rows.is_empty() { empty(&view).into_any() } else { table::table(&view).into_any() };
    view! {
        <div class="page page--list">
            <div class="page__header">
                <h1 class="page__title">"Customers"</h1>
                {onboard}
            </div>
            {filters::filters(&view)}
            {reading(&view)}
            {toolbar(&view)}
            {list}
            {cut_short(&view)}
            {paging(&view)}
        </div>
    }
}

/// How many rows there are, how high they are, and the way out as a file.
fn toolbar(view: &CustomersView) -> Option<impl IntoView + use<>> {
    let count = view.rows.len();
    let words = match (view.is_one_page(), count) {
        (true, 1) => "1 customer".to_owned(),
        (true, _) => format!("{count} customers"),
        (false, _) => format!("{count} on this page"),
    };
    let fields = |compact| list_fields(&view.query, compact, &view.operator);
    let density = |compact: bool, label: &'static str| {
        let current = (view.compact == compact).then_some("true");
        let address = paths::customers_with(&fields(compact));
        view! {
            <a class="segments__one" href=address aria-current=current>
                {label}
            </a>
        }
    };
    (count > 0).then(|| {
        view! {
            <div class="list-bar">
                <p class="list-bar__count">{words}</p>
                <div class="segments" role="group" aria-label="Height of the rows">
                    {density(false, "Comfortable")} {density(true, "Compact")}
                </div>
                <a class="button button--quiet" href=paths::customers_export(&view.query.fields(&view.operator)) download="">
                    <Icon name=IconName::External/>
                    "Export as CSV"
                </a>
            </div>
        }
    })
}

/// How old the copy of Partner Center's list is, where somebody looks at it.
fn reading(view: &CustomersView) -> Option<impl IntoView + use<>> {
    let status = view.reading.filter(|_| view.query.state == Some(StateFilter::Elsewhere))?;
    let now = view.now;
    let read = match status.finished_at {
        Some(at) => view! { "Read from Partner Center " <Ago at now/> "." }.into_any(),
        None => "Not read from Partner Center yet.".into_any(),
    };
    let then = match (status.is_under_way, status.has_failed) {
        (true, _) => " It is being read now.",
        (false, true) => " The last attempt failed: nobody of the provider was signed in, or Microsoft did not answer.",
        (false, false) => "",
    };
    let again = (view.operator.may_onboard() && !status.is_under_way).then(|| {
        view! {
            <form method="post" action=paths::TENANTS_READ>
                <button class="button button--quiet" type="submit">
                    <Icon name=IconName::Refresh/>
                    "Read it again now"
                </button>
            </form>
        }
    });
    Some(view! {
        <div class="list-note">
            <p>
                "Tenants that Partner Center lists and that were not made with this portal. " {read} {then}
            </p>
            {again}
        </div>
    })
}

fn empty(view: &CustomersView) -> impl IntoView + use<> {
    let (title, words) = if view.is_cut_short {
        ("Nothing found so far", "There are more customers to look through.")
    } else if view.previous.is_some() {
        ("No more customers", "This is the end of the list.")
    } else if view.query.is_filtered() {
        ("No customer fits", "Check the spelling, search for a shorter part, or take a filter away.")
    } else if view.operator.may_onboard() {
        ("No customers yet", "Customers appear here from the first draft on, with their state.")
    } else {
        ("No customers yet", "Customers appear here as soon as an account manager starts to onboard one.")
    };
    let clear = (view.query.is_filtered() && !view.is_cut_short).then(|| {
        let address = view.address(|query| *query = CustomerQuery { sort: query.sort, ..CustomerQuery::default() });
        view! {
            <div class="actions">
                <a class="button button--secondary" href=address>
                    "Show all customers"
                </a>
            </div>
        }
    });
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{words}</p>
            {clear}
        </div>
    }
}

/// What fits is so rare that a page's worth was not found in one go.
fn cut_short(view: &CustomersView) -> Option<impl IntoView + use<>> {
    view.is_cut_short.then(|| {
        view! {
            <p class="list-note" role="note">
                "This page has looked through thousands of customers. There may be more that fit further on."
            </p>
        }
    })
}

fn paging(view: &CustomersView) -> Option<impl IntoView + use<>> {
    if view.is_one_page() {
        return None;
    }
    let (backwards, onwards) = match view.query.sort {
        Sort::Newest => ("Newer", "Older"),
        Sort::Company | Sort::Changed => ("Previous", "Next"),
    };
    let onwards = if view.is_cut_short { "Look further" } else { onwards };
    let link = |address: String, label: &'static str, rel: &'static str| {
        view! {
            <a class="button button--secondary" href=address rel=rel>
                {label}
            </a>
        }
    };
    let first = view.previous.is_some().then(|| link(view.address(|_| {}), "First page", "start"));
    let previous = view.previous.clone().map(|address| link(address, backwards, "prev"));
    let next = view.next.clone().map(|address| link(address, onwards, "next"));
    Some(view! {
        <nav class="paging" aria-label="Pages of the list">
            <div class="paging__side">{first} {previous}</div>
            {next}
        </nav>
    })
}
