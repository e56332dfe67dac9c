use leptos::prelude::*;

use super::samples::{at, now, onboarding, onboarding_id};
use crate::{
    components::testing::html,
    credentials::CredentialsStatus,
    domain::{ActId, PersonKey},
    journal::{Onboarding, OnboardingState, Payload},
    pages::{LiveView, NewPasswordPage, NewPasswordView, live_content},
    partner_center::{BillingAddress, CustomerDetails, CustomerReseller, RecordedAgreement, ValidationStatus},
    tenants::{Act, ActFailure, ActKind, ActState, Hindrance, LiveTenant, NotTold, ReasonProblem},
};

fn live() -> LiveTenant {
    let text = |text: &str| Some(text.to_owned());
    LiveTenant {
        asked_at: at("2026-11-20T19:29:50Z"),
        customer: Ok(CustomerDetails {
            company_name: text("WINGTIP  Toys"),
            domain: text("wingtiptoys.onmicrosoft.com"),
            email: text("gena@wingtiptoys.example"),
            culture: text("en-US"),
            language: text("en"),
            address: BillingAddress {
                country: text("US"),
                state: text("WA"),
                city: text("Redmond"),
                address_line1: text("One Microsoft Way"),
                address_line2: None,
                postal_code: text("98052"),
                first_name: text("Gena"),
                last_name: text("Soto"),
                phone_number: None,
            },
            relationship_to_partner: text("reseller"),
            associated_partner_id: None,
        }),
        resellers: Ok(vec![CustomerReseller {
            id: super::samples::FIRST_UP.parse().unwrap(),
            name: "First Up Consultants".to_owned(),
            mpn_id: "4847383".to_owned(),
        }]),
        validation: Ok(ValidationStatus::Allowed),
        agreements: Ok(Vec::new()),
        signed_by_customer: Ok(false),
    }
}

fn view(live: Option<LiveTenant>) -> LiveView {
    let onboarding = onboarding(OnboardingState::Created);
    let sent = Payload::new(super::samples::customer(&onboarding.form), ".onmicrosoft.com");
    LiveView {
        onboarding,
        sent: Some(sent),
        credentials: Some(CredentialsStatus::Missing),
        agreements: Vec::new(),
        may_attest: true,
        live,
        now: now(),
    }
}

fn content(view: LiveView) -> String {
    html(|| live_content(view))
}

/// How the line of the checklist stands that says this.
fn standing(html: &str, words: &str) -> String {
    let lines = html.split("<li data-state=\"").skip(1);
    let line = lines.into_iter().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {html}"));
    line.split('"').next().unwrap().to_owned()
}

#[test]
fn what_is_the_same_but_for_capitals_and_spaces_is_the_same() {
    let html = content(view(Some(live())));
    assert!(html.contains("badge--good") && !html.contains(">Differs"), "{html}");
    assert!(html.contains("WINGTIP  Toys"), "theirs is shown as it is: {html}");
    assert!(html.contains("Asked just now"), "{html}");
}

#[test]
fn what_differs_is_said_to_differ() {
    let mut live = live();
    if let Ok(customer) = &mut live.customer {
        customer.email = Some("office@wingtiptoys.example".to_owned());
    }
    let html = content(view(Some(live)));
    assert!(html.contains("badge--bad") && html.contains("office@wingtiptoys.example"), "{html}");
}

#[test]
fn that_microsoft_could_not_be_asked_is_no_finding_about_the_tenant() {
    for (why, words) in [
        (NotTold::SignInAgain, "your sign-in is no longer accepted"),
        (NotTold::NoRole, "You have no role in Partner Center"),
        (NotTold::Unreachable, "no answer"),
    ] {
        let live = LiveTenant {
            customer: Err(why),
            resellers: Err(why),
            validation: Err(why),
            agreements: Err(why),
            signed_by_customer: Err(why),
            ..live()
        };
        let html = content(view(Some(live)));
        assert!(html.contains(words) && html.contains("says nothing about the tenant"), "{html}");
        assert!(!html.contains("Differs") && !html.contains("<table"), "{html}");
        assert_eq!(standing(&html, "Account checked"), "open", "nothing is ticked that was not seen");
        assert_eq!(standing(&html, "Microsoft Customer Agreement"), "open");
    }
}

#[test]
fn a_line_is_ticked_by_what_was_seen_alone() {
    let html = content(view(None));
    for words in
        ["Visible in Partner Center", "Reseller relationship", "Account checked", "Microsoft Customer Agreement"]
    {
        assert_eq!(standing(&html, words), "open", "{words}");
    }
    assert_eq!(standing(&html, "Admin password stored"), "wrong");
    for words in ["Licences ordered", "second factor", "GDAP", "told that the tenant is ready"] {
        assert_eq!(standing(&html, words), "unseen", "{words}");
    }
    let html = content(view(Some(live())));
    for words in ["Visible in Partner Center", "Reseller relationship", "Account checked"] {
        assert_eq!(standing(&html, words), "done", "{words}");
    }
    assert_eq!(standing(&html, "Microsoft Customer Agreement"), "open", "nothing is on record");
    let recorded = LiveTenant { agreements: Ok(vec![RecordedAgreement::default()]), ..live() };
    assert_eq!(standing(&content(view(Some(recorded))), "Microsoft Customer Agreement"), "done");
    let signed = LiveTenant { signed_by_customer: Ok(true), ..live() };
    assert_eq!(standing(&content(view(Some(signed))), "Microsoft Customer Agreement"), "done");
}

#[test]
fn another_reseller_is_wrong_and_none_while_it_is_read_back_is_not() {
    let other = LiveTenant {
        resellers: Ok(vec![CustomerReseller {
            id: "b01b1487-b36e-4e6d-9b5e-0b58974c4b28".parse().unwrap(),
            name: "ReleCloud".to_owned(),
            mpn_id: String::new(),
        }]),
        ..live()
    };
    assert_eq!(standing(&content(view(Some(other))), "Reseller relationship"), "wrong");
    let none = || LiveTenant { resellers: Ok(Vec::new()), ..live() };
    assert_eq!(standing(&content(view(Some(none()))), "Reseller relationship"), "wrong");
    let young = view(Some(none()));
    let reading = Onboarding { next_attempt_at: Some(now()), ..young.onboarding.clone() };
    assert_eq!(standing(&content(LiveView { onboarding: reading, ..young }), "Reseller relationship"), "open");
}

fn act(state: ActState, failure: Option<ActFailure>) -> Act {
    Act {
        id: "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c12".parse::<ActId>().unwrap(),
        onboarding: onboarding_id(),
        kind: ActKind::Password,
        content: r#"{"reason":"opened and never stored"}"#.to_owned(),
        state,
        request_id: "6a3e0b7e-2f4d-4a43-8f4a-3f1b9d2c7e11".parse().unwrap(),
        correlation_id: "c1f9a2d4-7b60-4d8e-9e55-0b8a6f2d3c48".parse().unwrap(),
        actor: PersonKey { tid: "tid".to_owned(), oid: "nestor".to_owned() },
        actor_name: "Nestor Wilke".to_owned(),
        failure,
        begun_at: at("2026-11-20T19:29:00Z"),
        ended_at: Some(at("2026-11-20T19:29:02Z")),
    }
}

fn password_page(acts: Vec<Act>, problem: Option<ReasonProblem>) -> String {
    let view = NewPasswordView {
        onboarding: onboarding(OnboardingState::Created),
        acts,
        gdap_asked_for: true,
        act: "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c13".parse().unwrap(),
        reason: "never \"stored\"".to_owned(),
        problem,
        is_busy: false,
        partner_center: "https://api.partnercenter.microsoft.com/".to_owned(),
        now: now(),
    };
    html(|| view! { <NewPasswordPage view/> })
}

#[test]
fn what_a_new_password_needs_is_said_before() {
    let html = password_page(Vec::new(), None);
    assert!(html.contains("User Administrator") && html.contains("Privileged Authentication Administrator"), "{html}");
    assert!(html.contains("admin@wingtiptoys.onmicrosoft.com") && html.contains("stops working at once"), "{html}");
    assert!(html.contains(&format!(r#"method="post" action="/customers/{}/password""#, onboarding_id())), "{html}");
}

#[test]
fn a_refusal_for_want_of_a_role_says_who_can_help() {
    let refused = ActFailure { status: Some(403), ..ActFailure::because(Hindrance::Refused) };
    let html = password_page(vec![act(ActState::Refused, Some(refused))], None);
    assert!(html.contains("No new password was set") && html.contains("A colleague can help"), "{html}");
    assert!(html.contains("6a3e0b7e-2f4d-4a43-8f4a-3f1b9d2c7e11"), "the ids for Microsoft's support: {html}");
}

#[test]
fn a_lost_answer_is_not_taken_for_a_refusal() {
    let lost = ActFailure::because(Hindrance::Lost);
    let html = password_page(vec![act(ActState::Unknown, Some(lost))], None);
    assert!(html.contains("We do not know if a new password was set") && html.contains("ends the doubt"), "{html}");
}

#[test]
fn while_one_is_being_set_no_other_is_offered() {
    let html = password_page(vec![act(ActState::Sending, None)], None);
    assert!(html.contains("Microsoft is being asked") && !html.contains("<form"), "{html}");
}

#[test]
fn a_reason_that_is_missing_is_asked_for_where_it_is_missing() {
    let html = password_page(Vec::new(), Some(ReasonProblem::TooShort));
    assert!(html.contains("There is a problem") && html.contains("href=\"#reason\""), "{html}");
    assert!(html.contains(r#"aria-describedby="reason-hint reason-error""#), "{html}");
    assert!(html.contains("value=\"never &quot;stored&quot;\""), "what was typed stays: {html}");
}
