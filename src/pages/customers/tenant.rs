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
        None => "Before this portal first looked".into_any(),
    };
    let or_nothing = |text: String| if text.is_empty() { "Not told by Partner Center".to_owned() } else { text };
    view! {
        <div class="page">
            <div class="page__header">
                <div>
                    <h1 class="page__title">{title}</h1>
                    <p class="lede">
                        <Badge tone=Tone::Neutral label="Not made here"/>
                    </p>
                </div>
            </div>
            <section class="card" aria-labelledby="tenant">
                <h2 class="card__title" id="tenant">"The tenant"</h2>
                <dl class="summary-list">
                    <SummaryRow label="Company">{or_nothing(tenant.company_name)}</SummaryRow>
                    <SummaryRow label="Microsoft domain">
                        <span class="mono" translate="no">{or_nothing(tenant.domain)}</span>
                    </SummaryRow>
                    <SummaryRow label="Tenant ID">
                        <Copyable value=tenant.id.to_string() label="tenant ID"/>
                    </SummaryRow>
                    <SummaryRow label="Relationship to you">{or_nothing(tenant.relationship)}</SummaryRow>
                    <SummaryRow label="Seen first">{seen}</SummaryRow>
                    <SummaryRow label="Read from Partner Center">
                        {reading.finished_at.map_or_else(|| "Not yet".into_any(), |at| view! { <Ago at now/> }.into_any())}
                    </SummaryRow>
                </dl>
            </section>
            <p>
                "Partner Center lists this tenant among your customers, but it was not made with this portal, so there is no \
                 history and no password of it here. Its reseller, agreements and users are in Partner Center."
            </p>
            <div class="actions">
                <a class="button button--secondary" href=paths::CUSTOMERS>
                    "All customers"
                </a>
            </div>
            <CopyButtons/>
        </div>
    }
}
