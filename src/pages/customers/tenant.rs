//! A tenant that Partner Center lists and that was not made here.

use leptos::prelude::*;

use super::table::tenant_name;
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        copyable::Copyable,
        summary::SummaryRow,
        time::{Ago, Exactly},
    },
    i18n::{area, phrasebook, t},
    islands::CopyButtons,
    listing::{ListedTenant, ReadingStatus},
    paths,
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct TenantView {
    /// The tenant.
    pub tenant: ListedTenant,
    /// How old that is.
    pub reading: ReadingStatus,
    /// What time it is for the page.
    pub now: Timestamp,
}

impl TenantView {
    /// What the page is called.
    pub fn title(&self) -> String {
        tenant_name(&self.tenant)
    }
}

/// One tenant.
#[component]
pub fn TenantPage(
    /// What it shows.
    view: TenantView,
) -> impl IntoView {
    let title = view.title();
    let TenantView { tenant, reading, now } = view;
    let seen = match tenant.listed_at {
        Some(at) => view! { <Exactly at/> }.into_any(),
        None => t!(customers.before_this_portal_first_looked).into_any(),
    };
    let or_nothing =
        |text: String| if text.is_empty() { t!(customers.not_told_by_partner_center).to_owned() } else { text };
    view! {
        <div class="page">
            <div class="page__header">
                <div>
                    <h1 class="page__title">{title}</h1>
                    <p class="lede">
                        <Badge tone=Tone::Neutral label=t!(customers.not_made_here)/>
                    </p>
                </div>
            </div>
            <section class="card" aria-labelledby="tenant">
                <h2 class="card__title" id="tenant">{t!(customers.the_tenant)}</h2>
                <dl class="summary-list">
                    <SummaryRow label=t!(customers.company)>{or_nothing(tenant.company_name)}</SummaryRow>
                    <SummaryRow label=t!(customers.microsoft_domain)>
                        <span class="mono" translate="no">{or_nothing(tenant.domain)}</span>
                    </SummaryRow>
                    <SummaryRow label=t!(customers.tenant_id)>
                        <Copyable value=tenant.id.to_string() label=t!(customers.tenant_id_2)/>
                    </SummaryRow>
                    <SummaryRow label=t!(customers.relationship_to_you)>{or_nothing(tenant.relationship)}</SummaryRow>
                    <SummaryRow label=t!(customers.seen_first_2)>{seen}</SummaryRow>
                    <SummaryRow label=t!(customers.read_from_partner_center_2)>
                        {reading.finished_at.map_or_else(|| t!(customers.not_yet).into_any(), |at| view! { <Ago at now/> }.into_any())}
                    </SummaryRow>
                </dl>
            </section>
            <p>
                {t!(customers.partner_center_lists_this_tenant)}
            </p>
            <div class="actions">
                <a class="button button--secondary" href=paths::CUSTOMERS>
                    {t!(customers.all_customers)}
                </a>
            </div>
            <CopyButtons phrases=phrasebook(&area::copying)/>
        </div>
    }
}
