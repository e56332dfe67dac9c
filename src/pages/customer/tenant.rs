//! The tenant's own data, what to do next with it, and the ids that Microsoft's support asks for.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::{
        copyable::{CopyBlock, Copyable},
        onboarding::SoldThrough,
        summary::SummaryRow,
        time::Exactly,
    },
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

/// What leads Microsoft's support to the request, to be copied in one go; nothing before there is a request.
pub(super) fn support_card(onboarding: &Onboarding) -> Option<impl IntoView + use<>> {
    let text = ticket(onboarding)?;
    Some(view! {
        <section class="card">
            <h2 class="card__title">"For Microsoft's support"</h2>
            <p class="soft">"Put this into the ticket: it leads to the request, and holds no secret."</p>
            <CopyBlock text label="the text for Microsoft's support"/>
        </section>
    })
}

/// Times are UTC, to the second, as Microsoft's support asks for them.
fn ticket(onboarding: &Onboarding) -> Option<String> {
    let request_id = onboarding.request_id.as_ref()?;
    let failure = onboarding.failure.as_ref();
    let status = failure.and_then(|failure| failure.status).map(|status| status.to_string());
    let code = failure.and_then(|failure| failure.code.clone());
    let ms_cv = failure.and_then(|failure| failure.ms_cv.clone());
    let utc = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let lines = [
        ("Request", Some("POST /v1/customers (create a customer)".to_owned())),
        ("MS-RequestId", Some(request_id.to_string())),
        ("MS-CorrelationId", onboarding.correlation_id.as_ref().map(ToString::to_string)),
        ("MS-CV", ms_cv),
        ("Status", status),
        ("Error code", code),
        ("Customer ID", onboarding.customer_id.as_ref().map(ToString::to_string)),
        ("Domain", Some(onboarding.domain.clone())),
        ("Reseller tenant ID", onboarding.reseller_id.as_ref().map(ToString::to_string)),
        ("Time (UTC)", Some(utc(onboarding.changed_at))),
        ("Our number", Some(onboarding.id.to_string())),
    ];
    let lines = lines.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    Some(lines.collect::<Vec<_>>().join("\n"))
}
