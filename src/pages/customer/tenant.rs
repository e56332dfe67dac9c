//! The tenant's own data, what to do next with it.

use leptos::prelude::*;

use crate::{
    components::{copyable::Copyable, onboarding::SoldThrough, summary::SummaryRow, time::Exactly},
    domain::Operator,
    journal::{Onboarding, OnboardingState},
    paths,
};

/// Names and ids of a created tenant; nothing before there is one.
pub(super) fn tenant_card(onboarding: &Onboarding) -> Option<impl IntoView + use<>> {
    let customer_id = onboarding.customer_id.clone()?;
    let reseller = match SoldThrough::of(onboarding) {
        SoldThrough::Reseller(name) => {
            let id = onboarding.reseller_id.clone();
            view! {
                {name}
                {id.map(|id| view! { <span class="summary-list__note"><Copyable value=id label="tenant ID of the reseller"/></span> })}
            }
            .into_any()
        }
        _ => "None: a direct customer of the provider".into_any(),
    };
    let (company_name, domain) = (onboarding.company_name.clone(), onboarding.domain.clone());
    let (owner, changed_at) = (onboarding.owner_name.clone(), onboarding.changed_at);
    Some(view! {
        <section class="card">
            <h2 class="card__title">"Tenant"</h2>
            <dl class="summary-list">
                <SummaryRow label="Company">{company_name}</SummaryRow>
                <SummaryRow label="Microsoft domain">
                    <Copyable value=domain label="Microsoft domain"/>
                </SummaryRow>
                <SummaryRow label="Tenant ID">
                    <Copyable value=customer_id label="tenant ID"/>
                </SummaryRow>
                <SummaryRow label="Indirect reseller">{reseller}</SummaryRow>
                <SummaryRow label="Onboarded by">{owner}</SummaryRow>
                <SummaryRow label="Created">
                    <Exactly at=changed_at/>
                </SummaryRow>
            </dl>
        </section>
    })
}

/// The way to the next customer of the same reseller.
pub(super) fn another(onboarding: &Onboarding, viewer: &Operator) -> Option<AnyView> {
    let is_over = onboarding.state == OnboardingState::Created && viewer.may_onboard();
    let (name, id) = onboarding.reseller_name.clone().zip(onboarding.reseller_id.as_ref()).filter(|_| is_over)?;
    Some(
        view! {
            <div class="actions">
                <a class="button button--secondary" href=paths::new_customer_for(id)>
                    "Start another for " {name}
                </a>
            </div>
        }
        .into_any(),
    )
}
