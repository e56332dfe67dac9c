//! `/resellers`: the provider's relationships.

use std::collections::HashMap;

use leptos::prelude::*;

use super::reseller::submission_words;

use super::whose_move::row_said;
use crate::{
    components::badge::{Badge, Tone},
    domain::{ResellerChoice, ResellerId, ResellerState, country_name},
    i18n::{rich, t},
    journal::Submission,
    paths,
    refusals::{Names, Row},
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ResellersView {
    /// As Partner Center lists them; `None`: it could not be asked.
    pub resellers: Option<Vec<ResellerChoice>>,
    /// Why Microsoft does not show the list, if it says so.
    pub refused: Option<&'static Row>,
    /// Those whose own onboardings do not go on as by default.
    pub submissions: HashMap<ResellerId, Submission>,
    /// Whether the person may change that.
    pub may_set: bool,
}

/// Why there is no list, and whose move it is.
pub(super) fn list_missing(refused: Option<&Row>) -> AnyView {
    let Some(row) = refused else {
        return view! { <p>{t!(resellers.the_list_of_resellers_comes)}</p> }.into_any();
    };
    row_said(row, Names::default())
}

/// The provider's indirect resellers.
#[component]
pub fn ResellersPage(
    /// What it shows.
    view: ResellersView,
) -> impl IntoView {
    let content = match view.resellers {
        None => view! {
            <div class="notice notice--warning">
                <h2 class="notice__title">
                    {if view.refused.is_some() {
                        t!(resellers.microsoft_does_not_show_the)
                    } else {
                        t!(resellers.microsoft_does_not_answer)
                    }}
                </h2>
                {list_missing(view.refused)}
                <div class="actions">
                    <a class="button button--secondary" href=paths::RESELLERS>
                        {t!(resellers.try_again)}
                    </a>
                </div>
            </div>
        }
        .into_any(),
        Some(resellers) if resellers.is_empty() => view! {
            <div class="empty">
                <p>{t!(resellers.your_organisation_has_no_indirect)}</p>
                <p>{t!(resellers.invite_one_in_partner_center)}</p>
            </div>
        }
        .into_any(),
        Some(resellers) => table(resellers, &view.submissions, view.may_set).into_any(),
    };
    view! {
        <div class="page">
            <header class="page__header">
                <div>
                    <h1 class="page__title">{t!(resellers.resellers)}</h1>
                    <p class="lede">{t!(resellers.indirect_resellers_with_a_relationship)}</p>
                </div>
            </header>
            {content}
        </div>
    }
}

fn table(
    resellers: Vec<ResellerChoice>,
    submissions: &HashMap<ResellerId, Submission>,
    may_set: bool,
) -> impl IntoView + use<> {
    let submission = |reseller: &ResellerChoice| submissions.get(&reseller.id).copied().unwrap_or_default();
    let rows = resellers
        .into_iter()
        .map(|reseller| {
            let submission = submission(&reseller);
            row(reseller, submission, may_set)
        })
        .collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=t!(resellers.resellers)>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t!(resellers.reseller)}</th>
                        <th scope="col">{t!(resellers.mpn_id)}</th>
                        <th scope="col">{t!(resellers.location)}</th>
                        <th scope="col">{t!(resellers.relationship)}</th>
                        <th scope="col">{t!(resellers.own_onboardings)}</th>
                        <th scope="col">
                            <span class="visually-hidden">{t!(resellers.action)}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(reseller: ResellerChoice, submission: Submission, may_set: bool) -> impl IntoView {
    let settings = may_set.then(|| paths::reseller(&reseller.id));
    let name = reseller.name.clone();
    let location = country_name(&reseller.location).map_or_else(|| reseller.location.clone(), str::to_owned);
    let onboard = (reseller.state == ResellerState::Active).then(|| {
        let name = reseller.name.clone();
        view! {
            <a href=paths::new_customer_for(&reseller.id)>
                {t!(resellers.onboard_a_customer)}
                <span class="visually-hidden">{rich!(resellers.do_for, name = name)}</span>
            </a>
        }
    });
    let (tone, state) = match reseller.state {
        ResellerState::Active => (Tone::Good, t!(resellers.active).to_owned()),
        ResellerState::Inactive(state) => (Tone::Warning, state),
    };
    view! {
        <tr>
            <th scope="row">
                {match settings {
                    Some(settings) => view! { <a href=settings>{name}</a> }.into_any(),
                    None => name.into_any(),
                }}
                <span class="table__note mono" translate="no">
                    {reseller.id.to_string()}
                </span>
            </th>
            <td data-label=t!(resellers.mpn_id) class="mono">
                {reseller.mpn_id}
            </td>
            <td data-label=t!(resellers.location)>{location}</td>
            <td data-label=t!(resellers.relationship)>
                <Badge tone=tone label=state/>
            </td>
            <td data-label=t!(resellers.own_onboardings)>{submission_words(submission)}</td>
            <td>{onboard}</td>
        </tr>
    }
}
