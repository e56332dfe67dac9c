//! The tenant's own data, what to do next with it, and the ids that Microsoft's support asks for.

use leptos::prelude::*;

use crate::{
    components::{copyable::Copyable, onboarding::SoldThrough, summary::SummaryRow, time::Exactly},
    credentials::CredentialsStatus,
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

/// What remains to be done once the tenant exists, and the way to the next one.
pub(super) fn next_steps(
    onboarding: &Onboarding,
    credentials: Option<&CredentialsStatus>,
    viewer: &Operator,
) -> Option<impl IntoView + use<>> {
    let is_lost = credentials.is_some_and(CredentialsStatus::is_lost);
    let first = if is_lost {
        "Set a new password as described above, and hand it to the customer's administrator by a safe way."
    } else {
        "Store the password, then hand it to the customer's administrator by a safe way, apart from the user name."
    };
    let created = onboarding.state == OnboardingState::Created;
    let another = another(onboarding).filter(|_| viewer.may_onboard());
    let tell = match SoldThrough::of(onboarding) {
        SoldThrough::Reseller(name) => Some(name),
        SoldThrough::Direct | SoldThrough::NotChosen => None,
    };
    created.then(|| {
        view! {
            <section class="card">
                <h2 class="card__title">"Next steps"</h2>
                <ol class="list">
                    <li>{first}</li>
                    <li>"The administrator signs in, sets a new password and sets up a second factor."</li>
                    <li>
                        "Before the first order: record in Partner Center who accepted the Microsoft Customer Agreement, and when."
                    </li>
                    {tell.map(|name| view! { <li>"Tell " {name} " that the tenant is ready, with its tenant ID and domain."</li> })}
                </ol>
                {another}
            </section>
        }
    })
}

fn another(onboarding: &Onboarding) -> Option<AnyView> {
    let (name, id) = onboarding.reseller_name.clone().zip(onboarding.reseller_id.as_ref())?;
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

/// The ids that lead Microsoft's support to the request; nothing before there is one.
pub(super) fn support_card(onboarding: &Onboarding) -> Option<impl IntoView + use<>> {
    let request_id = onboarding.request_id.clone()?;
    let id = onboarding.id.clone();
    let correlation_id = onboarding.correlation_id.clone();
    let answer = onboarding.failure.clone();
    let status = answer.as_ref().and_then(|failure| failure.status);
    let code = answer.as_ref().and_then(|failure| failure.code.clone());
    let ms_cv = answer.and_then(|failure| failure.ms_cv);
    Some(view! {
        <section class="card">
            <h2 class="card__title">"For Microsoft's support"</h2>
            <dl class="summary-list">
                <SummaryRow label="Request ID">
                    <Copyable value=request_id label="request ID"/>
                </SummaryRow>
                {correlation_id.map(|id| view! { <SummaryRow label="Correlation ID"><Copyable value=id label="correlation ID"/></SummaryRow> })}
                {status.map(|status| view! { <SummaryRow label="Status of the answer">{status}</SummaryRow> })}
                {code.map(|code| view! { <SummaryRow label="Error code"><Copyable value=code label="error code"/></SummaryRow> })}
                {ms_cv.map(|ms_cv| view! { <SummaryRow label="MS-CV"><Copyable value=ms_cv label="MS-CV"/></SummaryRow> })}
                <SummaryRow label="Our number">
                    <Copyable value=id label="our number"/>
                </SummaryRow>
            </dl>
        </section>
    })
}
