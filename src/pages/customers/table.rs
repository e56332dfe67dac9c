//! The rows of the list: a table that becomes stacked rows where it does not fit.

use leptos::prelude::*;

use super::CustomersView;
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        domain_name::domain_name,
        onboarding::{StateBadge, name_or_placeholder},
        time::Ago,
    },
    i18n::{rich, t},
    journal::OnboardingState,
    listing::{ListedCustomer, ListedOnboarding, ListedTenant, PasswordMark},
    paths,
};

/// What stands where nothing is known.
const NOTHING: &str = "\u{2013}";

/// The table. The roles repeat what the elements say: some browsers forget it once the style sheet lays a table out
/// differently.
pub(super) fn table(view: &CustomersView) -> impl IntoView + use<> {
    let class = if view.compact { "table table--compact" } else { "table" };
    let caption = t!(customers.customers_3, label = view.query.sort.label());
    let heads = [
        t!(customers.company),
        t!(customers.reseller),
        t!(customers.state),
        t!(customers.started_by),
        t!(customers.started),
        t!(customers.last_change),
    ]
    .map(|head| {
        view! {
            <th role="columnheader" scope="col">
                {head}
            </th>
        }
    })
    .collect_view();
    let rows = view.rows.iter().map(|row| match row {
        ListedCustomer::Onboarding(onboarding) => onboarding_row(view, onboarding).into_any(),
        ListedCustomer::Tenant(tenant) => tenant_row(tenant, view.now).into_any(),
    });
    let rows = rows.collect_view();
    view! {
        <div class="table-frame table-frame--list" tabindex="0" role="region" aria-label=caption>
            <table class=class role="table">
                <thead role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

fn onboarding_row(view: &CustomersView, row: &ListedOnboarding) -> impl IntoView + use<> {
    let now = view.now;
    let company = company(paths::customer(&row.id), name_or_placeholder(&row.company_name), &row.domain);
    let password = row.password.and_then(password_words);
    let person = view.address(|query| query.person = Some(row.owner.clone()));
    view! {
        <tr role="row">
            {company}
            <td role="cell" data-label=t!(customers.reseller)>
                {reseller(view, row)}
            </td>
            <td role="cell" data-label=t!(customers.state)>
                <span class="badges">
                    <StateBadge state=row.state/>
                    {password.map(|(tone, label)| view! { <Badge tone label/> })}
                </span>
            </td>
            <td role="cell" data-label=t!(customers.started_by)>
                <a class="table__filter" href=person title=t!(customers.show_what_this_person_has)>
                    {row.owner_name.clone()}
                </a>
            </td>
            <td role="cell" data-label=t!(customers.started)>
                <Ago in_row=true at=row.created_at now/>
            </td>
            <td role="cell" data-label=t!(customers.last_change)>
                <Ago in_row=true at=row.changed_at now/>
            </td>
        </tr>
    }
}

fn tenant_row(row: &ListedTenant, now: Timestamp) -> impl IntoView + use<> {
    let company = company(paths::tenant(&row.id), tenant_name(row), &row.domain);
    let seen = row.listed_at.map_or_else(
        || t!(customers.before_this_portal).into_any(),
        |at| view! { {rich!(customers.seen_first_3, now = view! { <Ago in_row=true at now/> })} }.into_any(),
    );
    view! {
        <tr role="row">
            {company}
            <td role="cell" data-label=t!(customers.reseller)>
                {nothing(t!(customers.not_told_by_partner_center))}
            </td>
            <td role="cell" data-label=t!(customers.state)>
                <span class="badges">
                    <Badge tone=Tone::Neutral label=t!(customers.not_made_here)/>
                </span>
            </td>
            <td role="cell" data-label=t!(customers.started_by)>
                {nothing(t!(customers.not_known))}
            </td>
            <td role="cell" data-label=t!(customers.started)>
                {seen}
            </td>
            <td role="cell" data-label=t!(customers.last_change)>
                {nothing(t!(customers.not_known))}
            </td>
        </tr>
    }
}

/// A tenant by its name, or by what else it can be told by.
pub(super) fn tenant_name(row: &ListedTenant) -> String {
    [&row.company_name, &row.domain]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or_else(|| row.id.to_string(), Clone::clone)
}

fn company(address: String, name: String, domain: &str) -> impl IntoView + use<> {
    let domain = (!domain.is_empty()).then(|| domain.to_owned());
    view! {
        <th role="rowheader" scope="row" data-label=t!(customers.company)>
            <a href=address>{name}</a>
            {domain
                .map(|domain| {
                    view! {
                        <span class="table__note">
                            {domain_name(&domain)}
                        </span>
                    }
                })}
        </th>
    }
}

/// The reseller, which filters the list where there are others.
fn reseller(view: &CustomersView, row: &ListedOnboarding) -> AnyView {
    let name = row.reseller_name.clone().or_else(|| row.reseller_id.as_ref().map(ToString::to_string));
    match (name, &row.reseller_id) {
        (Some(name), Some(id)) if view.operator.reseller().is_none() => {
            let address = view.address(|query| query.reseller = Some(id.clone()));
            view! {
                <a class="table__filter" href=address title=t!(customers.show_the_customers_of_this)>
                    {name}
                </a>
            }
            .into_any()
        }
        (Some(name), _) => name.into_any(),
        (None, _) if row.state == OnboardingState::Draft => t!(customers.not_chosen_yet).into_any(),
        (None, _) => t!(customers.direct_customer).into_any(),
    }
}

fn nothing(words: &'static str) -> impl IntoView {
    view! {
        <span aria-hidden="true">{NOTHING}</span>
        <span class="visually-hidden">{words}</span>
    }
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
