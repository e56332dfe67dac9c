//! "Copy for Microsoft's support": everything that leads them to a request, and nothing that names a person or opens
//! anything. Selectable text without script, one button with it. The text itself is for Microsoft, hence English.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::copyable::CopyBlock,
    i18n::t,
    journal::{Onboarding, Payload},
    partner_center::{redacted_agreement_body, redacted_create_body, redacted_password_body},
    tenants::{Act, ActKind},
};

/// Where the text stands on a page.
pub(super) const SUPPORT_ID: &str = "support";

/// The card of an onboarding; nothing before there is a request. `base` is the address of Partner Center's API.
pub(super) fn support_card(onboarding: &Onboarding, sent: Option<&Payload>, base: &str) -> Option<AnyView> {
    let text = ticket(onboarding, sent, base)?;
    Some(
        view! {
            <section class="card" id=SUPPORT_ID>
                <h2 class="card__title">{t!(customer.for_microsofts_support)}</h2>
                <p class="soft">
                    {t!(customer.put_this_into_the_ticket)}
                </p>
                <CopyBlock text label=t!(customer.the_text_for_microsofts_support)/>
            </section>
        }
        .into_any(),
    )
}

/// The same for what was done with a tenant, as a part of a notice.
pub(super) fn support_part(act: &Act, onboarding: &Onboarding, base: &str) -> AnyView {
    let text = ticket_of_act(act, onboarding, base);
    view! {
        <details id=SUPPORT_ID>
            <summary>{t!(customer.for_microsofts_support)}</summary>
            <CopyBlock text label=t!(customer.the_text_for_microsofts_support)/>
        </details>
    }
    .into_any()
}

type Line = (&'static str, Option<String>);

fn ticket(onboarding: &Onboarding, sent: Option<&Payload>, base: &str) -> Option<String> {
    let request_id = onboarding.request_id.as_ref()?;
    let failure = onboarding.failure.as_ref();
    let code = failure.and_then(|failure| failure.code.clone());
    let ms_cv = failure.and_then(|failure| failure.ms_cv.clone()).or_else(|| onboarding.created_ms_cv.clone());
    let status = failure.and_then(|failure| failure.status).map(|status| status.to_string());
    let status = status.or_else(|| onboarding.created_ms_cv.as_ref().map(|_| "201".to_owned()));
    let lines = [
        ("Request", Some(format!("POST {}v1/customers (create a customer)", with_slash(base)))),
        ("MS-RequestId", Some(request_id.to_string())),
        ("MS-CorrelationId", onboarding.correlation_id.as_ref().map(ToString::to_string)),
        ("MS-CV", ms_cv),
        ("Status", status),
        ("Error code", code),
        ("Customer ID", onboarding.customer_id.as_ref().map(ToString::to_string)),
        ("Domain", Some(onboarding.domain.clone())),
        ("Reseller tenant ID", onboarding.reseller_id.as_ref().map(ToString::to_string)),
        ("Sent last (UTC)", onboarding.last_sent_at.map(utc)),
        ("Time (UTC)", Some(utc(onboarding.changed_at))),
        ("Our number", Some(onboarding.id.to_string())),
    ];
    let body = sent.map(|sent| redacted_create_body(sent.customer(), sent.domain_suffix()));
    Some(text(lines, body))
}

fn ticket_of_act(act: &Act, onboarding: &Onboarding, base: &str) -> String {
    let failure = act.failure.as_ref();
    let customer = onboarding.customer_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let (request, body) = match act.kind {
        ActKind::Agreement => (
            format!("POST {}v1/customers/{customer}/agreements (record an acceptance)", with_slash(base)),
            act.agreement().map(|content| redacted_agreement_body(&content.template, &content.acceptance)),
        ),
        ActKind::Password => (
            format!("PATCH {}v1/customers/{customer}/users/(administrator)/resetpassword", with_slash(base)),
            Some(redacted_password_body()),
        ),
    };
    let lines = [
        ("Request", Some(request)),
        ("MS-RequestId", Some(act.request_id.to_string())),
        ("MS-CorrelationId", Some(act.correlation_id.to_string())),
        ("MS-CV", failure.and_then(|failure| failure.ms_cv.clone())),
        ("Status", failure.and_then(|failure| failure.status).map(|status| status.to_string())),
        ("Error code", failure.and_then(|failure| failure.code.clone())),
        ("Customer ID", onboarding.customer_id.as_ref().map(ToString::to_string)),
        ("Domain", Some(onboarding.domain.clone())),
        ("Sent (UTC)", Some(utc(act.begun_at))),
        ("Time (UTC)", act.ended_at.map(utc)),
        ("Our number", Some(act.id.to_string())),
    ];
    text(lines, body)
}

fn text(lines: impl IntoIterator<Item = Line>, body: Option<String>) -> String {
    let lines = lines.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    let body = body.map(|body| format!("Request body (redacted):\n{body}"));
    lines.chain(body).collect::<Vec<_>>().join("\n")
}

/// To the second, as Microsoft's support asks for it.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn with_slash(base: &str) -> String {
    [base.trim_end_matches('/'), "/"].concat()
}
