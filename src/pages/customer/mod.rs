//! One onboarding in every state: the draft, the wait, the tenant with its credentials, and everything that can go wrong.

mod checklist;
mod entered;
mod evidence;
mod failure;
mod hand_over;
mod history;
mod live;
mod panel;
mod progress;
mod states;
mod tenant;

use leptos::prelude::*;

pub(super) use self::panel::credentials_told;
pub use self::{
    live::{LivePage, LiveView, live_content},
    progress::{progress_content, refresh_seconds},
};
use super::support::support_card;
use crate::{
    clock::Timestamp,
    components::{
        domain_name::domain_name,
        onboarding::{SoldThrough, StateBadge, name_or_placeholder},
        stepper::{Step, Stepper},
    },
    credentials::{CredentialsStatus, HandOver},
    domain::Operator,
    i18n::{area, phrasebook, t},
    islands::CopyButtons,
    journal::{Onboarding, OnboardingEvent, OnboardingState, Payload},
    provisioning::Evidence,
    tenants::{Act, LiveTenant},
};

/// What the page of an onboarding shows: everything but secrets.
#[derive(Clone, Debug)]
pub struct CustomerView {
    /// The onboarding.
    pub onboarding: Onboarding,
    /// Its steps, oldest first.
    pub events: Vec<OnboardingEvent>,
    /// What was found when the portal last looked for the tenant, if it had to.
    pub evidence: Option<(Timestamp, Evidence)>,
    /// Where the credentials stand, if there are any.
    pub credentials: Option<CredentialsStatus>,
    /// How they came to be a reseller's, if they were handed over.
    pub hand_over: Option<HandOver>,
    /// Whether the viewer may open them.
    pub may_open: bool,
    /// What was sent, if anything was.
    pub sent: Option<Payload>,
    /// What Partner Center said of the tenant, if somebody has asked lately.
    pub live: Option<LiveTenant>,
    /// Acceptances of the customer agreement that were recorded from here, newest first.
    pub agreements: Vec<Act>,
    /// Whether the viewer may record one.
    pub may_attest: bool,
    /// Attempts to set a new first password, newest first.
    pub passwords: Vec<Act>,
    /// Whether the viewer may set one, where the first one is lost.
    pub may_set_password: bool,
    /// One-time token of the form that opens them without script.
    pub token: String,
    /// Where the customer's administrator signs in.
    pub sign_in_address: String,
    /// Address of Partner Center's API, for its support.
    pub partner_center: String,
    /// Who looks at it.
    pub viewer: Operator,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// Title of the page of an onboarding.
pub fn customer_title(view: &CustomerView) -> String {
    name_or_placeholder(&view.onboarding.company_name)
}

/// The page of an onboarding.
#[component]
pub fn CustomerPage(
    /// What it shows.
    view: CustomerView,
) -> impl IntoView {
    let about = states::about(&view.onboarding, &view.viewer);
    let panel = panel::credentials_panel(&view);
    let hand_over = hand_over::offer(&view);
    let CustomerView { onboarding, events, evidence, credentials, viewer, now, sent, .. } = view;
    let created = (onboarding.state == OnboardingState::Created).then(|| LiveView {
        onboarding: onboarding.clone(),
        sent: sent.clone(),
        credentials: credentials.clone(),
        agreements: view.agreements,
        may_attest: view.may_attest,
        live: view.live,
        now,
    });
    let evidence = evidence.filter(|_| onboarding.state != OnboardingState::Created);
    let progress = progress::progress_card(&onboarding, &events, &viewer, now);
    // What is to be done comes first; a tenant's own data are looked up, not read.
    view! {
        <div class="page">
            {step(&onboarding, credentials.as_ref()).map(|current| view! { <Stepper current/> })}
            <div class="page__header">
                <div>
                    <h1 class="page__title">{name_or_placeholder(&onboarding.company_name)}</h1>
                    <p class="lede">{subtitle(&onboarding)}</p>
                </div>
                <StateBadge state=onboarding.state/>
            </div>
            {about}
            {panel}
            {hand_over}
            {progress}
            {evidence::evidence_card(evidence)}
            {tenant::tenant_card(&onboarding)}
            {created.map(live::live_part)}
            {tenant::another(&onboarding, &viewer)}
            {entered::entered_card(sent.as_ref())}
            {support_card(&onboarding, sent.as_ref(), &view.partner_center)}
            {history::history(events, now)}
            <CopyButtons phrases=phrasebook(&area::copying)/>
        </div>
    }
}

/// Through whom, and the domain if there is one.
fn subtitle(onboarding: &Onboarding) -> impl IntoView + use<> {
    let sold_through = match SoldThrough::of(onboarding) {
        SoldThrough::Reseller(name) => t!(customer.customer_of, name = name),
        SoldThrough::Direct => t!(customer.direct_customer_of_the_provider).to_owned(),
        SoldThrough::NotChosen => t!(customer.no_reseller_chosen_yet).to_owned(),
    };
    let domain = (!onboarding.domain.is_empty()).then(|| onboarding.domain.clone());
    view! {
        {sold_through}
        {domain
            .map(|domain| {
                view! {
                    ", "
                    {domain_name(&domain)}
                }
            })}
    }
}

/// The step of an onboarding under way; a finished or refused one is no longer on the way.
fn step(onboarding: &Onboarding, credentials: Option<&CredentialsStatus>) -> Option<Step> {
    match (onboarding.state, credentials) {
        (OnboardingState::Draft, _) => Some(Step::Details),
        (OnboardingState::AwaitingApproval, _) => Some(Step::Check),
        (OnboardingState::Created, Some(CredentialsStatus::Sealed { .. } | CredentialsStatus::Claimed { .. })) => {
            Some(Step::Credentials)
        }
        (state, _) if state.is_working() => Some(Step::Create),
        _ => None,
    }
}
