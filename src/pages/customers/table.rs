//! The rows of the list: a table that becomes stacked rows where it does not fit.

use leptos::prelude::*;

use url::form_urlencoded;

use super::CustomersView;
use crate::{
    clock::Timestamp,
    components::{
        badge::{self, Tone},
        domain_name,
        onboarding::{name_or_placeholder, state_words},
        printed::Html,
        time::ago_in_row,
    },
    domain::{Operator, ResellerId},
    i18n::t,
    journal::OnboardingState,
    listing::{ListedCustomer, ListedOnboarding, ListedTenant, PasswordMark, person_word},
    paths,
};

/// What stands where nothing is known.
const NOTHING: &str = "\u{2013}";

/// Stands in a message for the time that belongs there; from the private use area, which no message has.
const TIME: &str = "\u{f0000}";

/// A row's letters, more or less.
const ROW_BYTES: usize = 1_800;

/// The table. The roles repeat what the elements say: some browsers forget it once the style sheet lays a table out
/// differently.
pub(super) fn table(view: &CustomersView) -> impl IntoView + use<> {
    let mut html = Html::with_capacity(ROW_BYTES * (view.rows.len() + 1));
    html.markup("<div class=\"table-frame table-frame--list\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html.text(&t!(customers.customers_3, label = view.query.sort.label())).markup("\"><table class=\"table");
    html.markup(if view.compact { " table--compact" } else { "" }).markup("\" role=\"table\">");
    html.markup("<thead role=\"rowgroup\"><tr role=\"row\">");
    for head in [
        t!(customers.company),
        t!(customers.reseller),
        t!(customers.state),
        t!(customers.started_by),
        t!(customers.started),
        t!(customers.last_change),
    ] {
        html.markup("<th role=\"columnheader\" scope=\"col\">").text(head).markup("</th>");
    }
    html.markup("</tr></thead><tbody role=\"rowgroup\">");
    let filters = RowFilters::new(view);
    for row in &view.rows {
        html.markup("<tr role=\"row\">");
        match row {
            ListedCustomer::Onboarding(onboarding) => onboarding_row(&mut html, &filters, onboarding, view.now),
            ListedCustomer::Tenant(tenant) => tenant_row(&mut html, tenant, view.now),
        }
        html.markup("</tr>");
    }
    html.markup("</tbody></table></div>");
    html.into_view()
}

/// Addresses of the same list for one reseller and for one person.
struct RowFilters {
    /// All but the reseller; `None` for people who have but one.
    reseller: Option<String>,
    /// All but the person.
    person: String,
    operator: Operator,
}

impl RowFilters {
    fn new(view: &CustomersView) -> Self {
        let open = |mut address: String| {
            address.push(if address.contains('?') { '&' } else { '?' });
            address
        };
        Self {
            reseller: view.operator.reseller().is_none().then(|| open(view.address(|query| query.reseller = None))),
            person: open(view.address(|query| query.person = None)),
            operator: view.operator.clone(),
        }
    }
}

fn onboarding_row(html: &mut Html, filters: &RowFilters, row: &ListedOnboarding, now: Timestamp) {
    company(html, &paths::customer(&row.id), &name_or_placeholder(&row.company_name), &row.domain);
    cell(html, t!(customers.reseller), |html| reseller(html, filters, row));
    cell(html, t!(customers.state), |html| {
        let (tone, label) = state_words(row.state);
        badges(html, [Some((tone, label)), row.password.and_then(password_words)]);
    });
    cell(html, t!(customers.started_by), |html| {
        let person = person_word(&row.owner, &filters.operator);
        html.markup("<a class=\"table__filter\" href=\"").text(&filters.person).markup("person=");
        for part in form_urlencoded::byte_serialize(person.as_bytes()) {
            html.text(part);
        }
        html.markup("\" title=\"").text(t!(customers.show_what_this_person_has)).markup("\">");
        html.text(&row.owner_name).markup("</a>");
    });
    cell(html, t!(customers.started), |html| ago_in_row(html, row.created_at, now));
    cell(html, t!(customers.last_change), |html| ago_in_row(html, row.changed_at, now));
}

fn tenant_row(html: &mut Html, row: &ListedTenant, now: Timestamp) {
    company(html, &paths::tenant(&row.id), &tenant_name(row), &row.domain);
    cell(html, t!(customers.reseller), |html| nothing(html, t!(customers.not_told_by_partner_center)));
    cell(html, t!(customers.state), |html| badges(html, [Some((Tone::Neutral, t!(customers.not_made_here)))]));
    cell(html, t!(customers.started_by), |html| nothing(html, t!(customers.not_known)));
    cell(html, t!(customers.started), |html| match row.listed_at {
        None => {
            html.text(t!(customers.before_this_portal));
        }
        Some(at) => {
            let words = t!(customers.seen_first_3, now = TIME);
            let (before, behind) = words.split_once(TIME).unwrap_or((&words, ""));
            html.text(before);
            ago_in_row(html, at, now);
            html.text(behind);
        }
    });
    cell(html, t!(customers.last_change), |html| nothing(html, t!(customers.not_known)));
}

fn cell(html: &mut Html, label: &str, content: impl FnOnce(&mut Html)) {
    html.markup("<td role=\"cell\" data-label=\"").text(label).markup("\">");
    content(html);
    html.markup("</td>");
}

fn badges(html: &mut Html, badges: impl IntoIterator<Item = Option<(Tone, &'static str)>>) {
    html.markup("<span class=\"badges\">");
    for (tone, label) in badges.into_iter().flatten() {
        badge::print(html, tone, label);
    }
    html.markup("</span>");
}

/// A tenant by its name, or by what else it can be told by.
pub(super) fn tenant_name(row: &ListedTenant) -> String {
    [&row.company_name, &row.domain]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or_else(|| row.id.to_string(), Clone::clone)
}

fn company(html: &mut Html, address: &str, name: &str, domain: &str) {
    html.markup("<th role=\"rowheader\" scope=\"row\" data-label=\"")
        .text(t!(customers.company))
        .markup("\"><a href=\"");
    html.text(address).markup("\">").text(name).markup("</a>");
    if !domain.is_empty() {
        html.markup("<span class=\"table__note\">");
        domain_name::print(html, domain);
        html.markup("</span>");
    }
    html.markup("</th>");
}

/// The reseller, which filters the list where there are others.
fn reseller(html: &mut Html, filters: &RowFilters, row: &ListedOnboarding) {
    let name = row.reseller_name.as_deref().or(row.reseller_id.as_ref().map(ResellerId::as_str));
    match (name, &row.reseller_id, &filters.reseller) {
        (Some(name), Some(id), Some(filter)) => {
            html.markup("<a class=\"table__filter\" href=\"").text(filter).markup("reseller=").text(id.as_str());
            html.markup("\" title=\"").text(t!(customers.show_the_customers_of_this)).markup("\">");
            html.text(name).markup("</a>")
        }
        (Some(name), ..) => html.text(name),
        (None, ..) if row.state == OnboardingState::Draft => html.text(t!(customers.not_chosen_yet)),
        (None, ..) => html.text(t!(customers.direct_customer)),
    };
}

fn nothing(html: &mut Html, words: &str) {
    html.markup("<span aria-hidden=\"true\">").text(NOTHING).markup("</span><span class=\"visually-hidden\">");
    html.text(words).markup("</span>");
}

/// What the list says of credentials beside the state: only what somebody has to act on.
fn password_words(mark: PasswordMark) -> Option<(Tone, &'static str)> {
    match mark {
        PasswordMark::NotOpened => Some((Tone::Warning, t!(customers.password_not_opened))),
        PasswordMark::NotConfirmed => Some((Tone::Warning, t!(customers.password_not_confirmed))),
        PasswordMark::Lost => Some((Tone::Bad, t!(customers.password_lost))),
        PasswordMark::Stored => None,
    }
}
