//! The tenant's own data, what to do next with it.

use leptos::prelude::*;

use crate::{
    components::{copyable::Copyable, onboarding::SoldThrough, summary::SummaryRow, time::Exactly},
    domain::Operator,
    i18n::{rich, t},
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
                {id.map(|id| view! { <span class="summary-list__note"><Copyable value=id label=t!(customer.tenant_id_of_the_reseller)/></span> })}
            }
            .into_any()
        }
        _ => t!(customer.none_a_direct_customer_of).into_any(),
    };
    let (company_name, domain) = (onboarding.company_name.clone(), onboarding.domain.clone());
    let (owner, changed_at) = (onboarding.owner_name.clone(), onboarding.changed_at);
    Some(view! {
        <section class="card">
            <h2 class="card__title">{t!(customer.tenant)}</h2>
            <dl class="summary-list">
                <SummaryRow label=t!(customer.company)>{company_name}</SummaryRow>
                <SummaryRow label=t!(customer.microsoft_domain)>
                    <Copyable value=domain label=t!(customer.microsoft_domain)/>
                </SummaryRow>
                <SummaryRow label=t!(customer.tenant_id)>
                    <Copyable value=customer_id label=t!(customer.tenant_id_2)/>
                </SummaryRow>
                <SummaryRow label=t!(customer.indirect_reseller)>{reseller}</SummaryRow>
                <SummaryRow label=t!(customer.onboarded_by)>{owner}</SummaryRow>
                <SummaryRow label=t!(customer.created)>
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
                    {rich!(customer.start_another_for, name = name)}
                </a>
            </div>
        }
        .into_any(),
    )
}
