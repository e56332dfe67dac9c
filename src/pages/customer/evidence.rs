//! What the portal found when it looked for a tenant whose create had no answer.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::{summary::SummaryRow, time::Exactly},
    provisioning::{AuditFound, CustomerFound, DomainFound, Evidence, Match, Repeat},
};

/// The last look; nothing if there was none.
pub(super) fn evidence_card(evidence: Option<(Timestamp, Evidence)>) -> Option<impl IntoView> {
    let (at, evidence) = evidence?;
    Some(view! {
        <section class="card">
            <h2 class="card__title">"What the portal found"</h2>
            <dl class="summary-list">
                <SummaryRow label="The same request once more">{repeat(&evidence.repeat)}</SummaryRow>
                <SummaryRow label="Customers in Partner Center">{customer(&evidence.customer)}</SummaryRow>
                <SummaryRow label="Microsoft domain">{domain(evidence.domain)}</SummaryRow>
                <SummaryRow label="Audit records">{audit(&evidence.audit)}</SummaryRow>
                <SummaryRow label="Last looked">
                    <Exactly at=at/>
                </SummaryRow>
            </dl>
        </section>
    })
}

const COULD_NOT_CHECK: &str = "Could not be asked";

fn repeat(repeat: &Repeat) -> String {
    match repeat {
        Repeat::NotMade => "Repeated often enough, without an answer that helps".to_owned(),
        Repeat::Lost => "No answer".to_owned(),
        Repeat::Refused { status, code: Some(code) } => format!("Refused with status {status} and code {code}"),
        Repeat::Refused { status, code: None } => format!("Refused with status {status}"),
    }
}

fn customer(customer: &CustomerFound) -> &'static str {
    match customer {
        CustomerFound::CouldNotCheck => COULD_NOT_CHECK,
        CustomerFound::No => "None has the domain",
        CustomerFound::Yes { is_outcome_of_another: true, .. } => "One has the domain, from another onboarding",
        CustomerFound::Yes { company: Match::Other, .. } => "One has the domain, another company",
        CustomerFound::Yes { reseller: Match::Other, .. } => "One has the domain, under another reseller",
        CustomerFound::Yes { reseller: Match::Unknown, .. } => "One has the domain, without a reseller so far",
        CustomerFound::Yes { .. } => "One has the domain, and it is this one",
    }
}

fn domain(domain: DomainFound) -> &'static str {
    match domain {
        DomainFound::CouldNotCheck => COULD_NOT_CHECK,
        DomainFound::Free => "Free",
        DomainFound::Taken => "Taken",
    }
}

fn audit(audit: &AuditFound) -> &'static str {
    match audit {
        AuditFound::CouldNotCheck => COULD_NOT_CHECK,
        AuditFound::Nothing => "Nothing about this customer",
        AuditFound::NotSucceeded => "The customer was not added, or not yet",
        AuditFound::Succeeded { is_ours: true, .. } => "The customer was added by this request",
        AuditFound::Succeeded { is_ours: false, .. } => "A customer with this domain was added",
    }
}
