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

/// What leads Microsoft's support to the request, to be copied in one go; nothing before there is a request.
pub(super) fn support_card(onboarding: &Onboarding) -> Option<impl IntoView + use<>> {
    let text = ticket(onboarding)?;
    Some(view! {
        <section class="card">
            <h2 class="card__title">{t!(customer.for_microsofts_support)}</h2>
            <p class="soft">{t!(customer.put_this_into_the_ticket)}</p>
            <CopyBlock text label=t!(customer.the_text_for_microsofts_support)/>
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
        (t!(customer.request), Some(t!(customer.post_v1_customers_create_a).to_owned())),
        ("MS-RequestId", Some(request_id.to_string())),
        ("MS-CorrelationId", onboarding.correlation_id.as_ref().map(ToString::to_string)),
        ("MS-CV", ms_cv),
        (t!(customer.status), status),
        (t!(customer.error_code), code),
        (t!(customer.customer_id), onboarding.customer_id.as_ref().map(ToString::to_string)),
        (t!(customer.domain), Some(onboarding.domain.clone())),
        (t!(customer.reseller_tenant_id), onboarding.reseller_id.as_ref().map(ToString::to_string)),
        (t!(customer.time_utc), Some(utc(onboarding.changed_at))),
        (t!(customer.our_number), Some(onboarding.id.to_string())),
    ];
    let lines = lines.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    Some(lines.collect::<Vec<_>>().join("\n"))
}
