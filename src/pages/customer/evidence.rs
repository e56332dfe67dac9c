//! What the portal found when it looked for a tenant whose create had no answer.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::{summary::SummaryRow, time::Exactly},
    i18n::t,
    provisioning::{AuditFound, CustomerFound, DomainFound, Evidence, Match, Repeat},
};

/// The last look; nothing if there was none.
pub(super) fn evidence_card(evidence: Option<(Timestamp, Evidence)>) -> Option<impl IntoView> {
    let (at, evidence) = evidence?;
    Some(view! {
        <section class="card">
            <h2 class="card__title">{t!(customer.what_the_portal_found)}</h2>
            <dl class="summary-list">
                <SummaryRow label=t!(customer.the_same_request_once_more)>{repeat(&evidence.repeat)}</SummaryRow>
                <SummaryRow label=t!(customer.customers_in_partner_center)>{customer(&evidence.customer)}</SummaryRow>
                <SummaryRow label=t!(customer.microsoft_domain)>{domain(evidence.domain)}</SummaryRow>
                <SummaryRow label=t!(customer.audit_records)>{audit(&evidence.audit)}</SummaryRow>
                <SummaryRow label=t!(customer.last_looked)>
                    <Exactly at=at/>
                </SummaryRow>
            </dl>
        </section>
    })
}

fn repeat(repeat: &Repeat) -> String {
    match repeat {
        Repeat::NotMade => t!(customer.repeated_often_enough_without_an).to_owned(),
        Repeat::Lost => t!(customer.no_answer).to_owned(),
        Repeat::Refused { status, code: Some(code) } => {
            t!(customer.refused_with_status_and_code, status = status, code = code)
        }
        Repeat::Refused { status, code: None } => t!(customer.refused_with_status, status = status),
    }
}

fn customer(customer: &CustomerFound) -> &'static str {
    match customer {
        CustomerFound::CouldNotCheck => t!(customer.could_not_be_asked),
        CustomerFound::No => t!(customer.none_has_the_domain),
        CustomerFound::Yes { is_outcome_of_another: true, .. } => t!(customer.one_has_the_domain_from),
        CustomerFound::Yes { company: Match::Other, .. } => t!(customer.one_has_the_domain_another),
        CustomerFound::Yes { reseller: Match::Other, .. } => t!(customer.one_has_the_domain_under),
        CustomerFound::Yes { reseller: Match::Unknown, .. } => t!(customer.one_has_the_domain_without),
        CustomerFound::Yes { .. } => t!(customer.one_has_the_domain_and),
    }
}

fn domain(domain: DomainFound) -> &'static str {
    match domain {
        DomainFound::CouldNotCheck => t!(customer.could_not_be_asked),
        DomainFound::Free => t!(customer.free),
        DomainFound::Taken => t!(customer.taken),
    }
}

fn audit(audit: &AuditFound) -> &'static str {
    match audit {
        AuditFound::CouldNotCheck => t!(customer.could_not_be_asked),
        AuditFound::Nothing => t!(customer.nothing_about_this_customer),
        AuditFound::NotSucceeded => t!(customer.the_customer_was_not_added),
        AuditFound::Succeeded { is_ours: true, .. } => t!(customer.the_customer_was_added_by),
        AuditFound::Succeeded { is_ours: false, .. } => t!(customer.a_customer_with_this_domain),
    }
}
