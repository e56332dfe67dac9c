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
    i18n::{rich, t},
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
                <h1 class="page__title">{t!(customers.customers)}</h1>
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
    let words =
        if view.is_one_page() { t!(customers.count, count = count) } else { t!(customers.on_this_page, count = count) };
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
                <div class="segments" role="group" aria-label=t!(customers.height_of_the_rows)>
                    {density(false, t!(customers.comfortable))} {density(true, t!(customers.compact))}
                </div>
                <a class="button button--quiet" href=paths::customers_export(&view.query.fields(&view.operator)) download="">
                    <Icon name=IconName::External/>
                    {t!(customers.export_as_csv)}
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
        Some(at) => view! { {rich!(customers.read_from_partner_center, when = view! { <Ago at now/> })} }.into_any(),
        None => t!(customers.not_read_from_partner_center).into_any(),
    };
    let then = match (status.is_under_way, status.has_failed) {
        (true, _) => t!(customers.it_is_being_read_now),
        (false, true) => t!(customers.the_last_attempt_failed_nobody),
        (false, false) => "",
    };
    let again = (view.operator.may_onboard() && !status.is_under_way).then(|| {
        view! {
            <form method="post" action=paths::TENANTS_READ>
                <button class="button button--quiet" type="submit">
                    <Icon name=IconName::Refresh/>
                    {t!(customers.read_it_again_now)}
                </button>
            </form>
        }
    });
    Some(view! {
        <div class="list-note">
            <p>
                {rich!(customers.tenants_that_partner_center_lists, read = read)} {then}
            </p>
            {again}
        </div>
    })
}

fn empty(view: &CustomersView) -> impl IntoView + use<> {
    let (title, words) = if view.is_cut_short {
        (t!(customers.nothing_found_so_far), t!(customers.there_are_more_customers_to))
    } else if view.previous.is_some() {
        (t!(customers.no_more_customers), t!(customers.this_is_the_end_of))
    } else if view.query.is_filtered() {
        (t!(customers.no_customer_fits), t!(customers.check_the_spelling_search_for))
    } else if view.operator.may_onboard() {
        (t!(customers.no_customers_yet), t!(customers.customers_appear_here_from_the))
    } else {
        (t!(customers.no_customers_yet), t!(customers.customers_appear_here_as_soon))
    };
    let clear = (view.query.is_filtered() && !view.is_cut_short).then(|| {
        let address = view.address(|query| *query = CustomerQuery { sort: query.sort, ..CustomerQuery::default() });
        view! {
            <div class="actions">
                <a class="button button--secondary" href=address>
                    {t!(customers.show_all_customers)}
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
                {t!(customers.this_page_has_looked_through)}
            </p>
        }
    })
}

fn paging(view: &CustomersView) -> Option<impl IntoView + use<>> {
    if view.is_one_page() {
        return None;
    }
    let (backwards, onwards) = match view.query.sort {
        Sort::Newest => (t!(customers.newer), t!(customers.older)),
        Sort::Company | Sort::Changed => (t!(customers.previous), t!(customers.next)),
    };
    let onwards = if view.is_cut_short { t!(customers.look_further) } else { onwards };
    let link = |address: String, label: &'static str, rel: &'static str| {
        view! {
            <a class="button button--secondary" href=address rel=rel>
                {label}
            </a>
        }
    };
    let first = view.previous.is_some().then(|| link(view.address(|_| {}), t!(customers.first_page), "start"));
    let previous = view.previous.clone().map(|address| link(address, backwards, "prev"));
    let next = view.next.clone().map(|address| link(address, onwards, "next"));
    Some(view! {
        <nav class="paging" aria-label=t!(customers.pages_of_the_list)>
            <div class="paging__side">{first} {previous}</div>
            {next}
        </nav>
    })
}
