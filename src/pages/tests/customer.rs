use leptos::prelude::*;

use super::samples::{
    TENANT, adele, at, because, confirmed, grady_of_support, onboarding, refused, sealed, view as sample_view,
};
use crate::{
    components::testing::html,
    credentials::CredentialsStatus,
    domain::PersonKey,
    journal::{Failure, Onboarding, OnboardingState},
    pages::{CustomerPage, CustomerView},
};

const ID: &str = "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11";

fn page(view: CustomerView) -> String {
    html(|| view! { <CustomerPage view/> })
}

fn in_state(state: OnboardingState) -> String {
    page(sample_view(onboarding(state), None))
}

fn created(credentials: CredentialsStatus) -> CustomerView {
    sample_view(onboarding(OnboardingState::Created), Some(credentials))
}

fn failed(state: OnboardingState, failure: Failure) -> String {
    page(sample_view(Onboarding { failure: Some(failure), ..onboarding(state) }, None))
}

fn posts_to(html: &str, address: &str) -> bool {
    html.contains(&format!(r#"method="post" action="/customers/{ID}{address}""#))
}

fn somebody_else() -> PersonKey {
    PersonKey { oid: "diego".to_owned(), ..adele().key }
}

#[test]
fn a_draft_leads_on_to_the_form() {
    let html = in_state(OnboardingState::Draft);
    assert!(html.contains(&format!(r#"href="/customers/new?draft={ID}""#)), "{html}");
    assert!(html.contains("Nothing has been sent to Microsoft"), "{html}");
    assert!(!html.contains("Microsoft's support") && !html.contains("For Microsoft"), "{html}");
}

#[test]
fn while_the_portal_is_at_work_the_steps_are_shown_and_followed() {
    for (state, now) in [
        (OnboardingState::Submitted, "Sent to Microsoft"),
        (OnboardingState::Sending, "Created"),
        (OnboardingState::Reconciling, "Created"),
    ] {
        let html = in_state(state);
        let marked = html.split(r#"data-state="now""#).nth(1).unwrap();
        assert!(marked.split("</li>").next().unwrap().contains(now), "{html}");
        assert!(html.contains(r#"data-component="FollowProgress_"#), "{html}");
        assert!(html.contains("You can leave this page"), "{html}");
    }
}

#[test]
fn a_created_tenant_shows_its_ids_ready_to_copy() {
    let html = page(created(confirmed()));
    for value in [
        TENANT,
        "wingtiptoys.onmicrosoft.com",
        "484e548c-f5f3-4528-93a9-c16c6373cb59",
        "6a3e0b7e-2f4d-4a43-8f4a-3f1b9d2c7e10",
        "c1f9a2d4-7b60-4d8e-9e55-0b8a6f2d3c47",
    ] {
        assert!(html.contains(&format!(r#"data-copy="{value}""#)), "{value}: {html}");
    }
    assert!(html.contains(r#"data-component="CopyButtons_"#), "{html}");
    assert!(html.contains("Start another for First Up Consultants"), "{html}");
}

#[test]
fn a_direct_customer_is_named_as_one() {
    let direct = Onboarding { reseller_id: None, reseller_name: None, ..onboarding(OnboardingState::Created) };
    let form = crate::domain::NewCustomerForm { customer_of: "direct".to_owned(), ..direct.form.clone() };
    let html = page(sample_view(Onboarding { form, ..direct }, Some(confirmed())));
    assert!(html.contains("Direct customer of the provider"), "{html}");
    assert!(!html.contains("Start another"), "{html}");
}

#[test]
fn sealed_credentials_are_opened_by_a_post_with_a_token() {
    let html = page(created(sealed()));
    assert!(posts_to(&html, "/credentials"), "{html}");
    assert!(html.contains(r#"<input type="hidden" name="token" value="claim-token-of-the-form">"#), "{html}");
    assert!(html.contains("Show the password now"), "{html}");
    assert!(html.contains("in 6 days"), "{html}");
    assert!(html.contains(r#"data-component="CredentialsPanel_"#), "{html}");
}

#[test]
fn whoever_may_not_open_them_reads_who_can() {
    let html = page(CustomerView { may_open: false, viewer: grady_of_support(), ..created(sealed()) });
    assert!(!html.contains("<form") && !html.contains("claim-token"), "{html}");
    assert!(html.contains("<strong>Adele Vance</strong> can"), "{html}");
}

#[test]
fn opened_credentials_say_by_whom_and_when_and_what_to_do() {
    let (by, by_name) = (somebody_else(), "Diego Siciliani".to_owned());
    let opened_at = at("2026-11-20T19:28:11Z");
    for status in [
        CredentialsStatus::Claimed {
            by: by.clone(),
            by_name: by_name.clone(),
            at: opened_at,
            until: at("2026-11-20T19:30:11Z"),
        },
        CredentialsStatus::Confirmed {
            by: by.clone(),
            by_name: by_name.clone(),
            at: opened_at,
            confirmed_at: at("2026-11-20T19:28:40Z"),
        },
        CredentialsStatus::Unconfirmed { by, by_name, at: opened_at },
    ] {
        let html = page(created(status));
        assert!(html.contains("Opened on 20 November 2026, 19:28:11 UTC"), "{html}");
        assert!(html.contains("Diego Siciliani") && html.contains("If it was not you"), "{html}");
        assert!(!html.contains("Show the password now") && !html.contains("I have stored it"), "{html}");
    }
}

#[test]
fn the_claimant_may_still_confirm() {
    let status = CredentialsStatus::Claimed {
        by: adele().key,
        by_name: "Adele Vance".to_owned(),
        at: at("2026-11-20T19:29:00Z"),
        until: at("2026-11-20T19:31:00Z"),
    };
    let html = page(created(status));
    assert!(posts_to(&html, "/credentials/stored"), "{html}");
    assert!(html.contains("Adele Vance (you)"), "{html}");
}

#[test]
fn a_lost_password_has_a_way_to_a_new_one() {
    let unconfirmed = CredentialsStatus::Unconfirmed {
        by: adele().key,
        by_name: "Adele Vance".to_owned(),
        at: at("2026-11-20T19:00:00Z"),
    };
    for status in
        [unconfirmed, CredentialsStatus::Expired { at: at("2026-11-19T10:00:00Z") }, CredentialsStatus::Missing]
    {
        assert!(page(created(status)).contains("can set a new password in Partner Center"));
    }
}

#[test]
fn a_refusal_says_what_to_change_and_that_nothing_was_created() {
    for (status, code, words) in [
        (400, Some("600051"), "requires a phone number for United States"),
        (400, Some("600002"), "does not accept this registration number"),
        (403, Some("2030"), "may not sell in United States"),
        (403, Some("900123"), "First Up Consultants has not accepted the Microsoft Partner Agreement"),
        (400, None, "does not say which"),
        (403, None, "Your role at Microsoft"),
        (409, None, "most likely the domain"),
        (418, Some("made-up"), "without a reason that this portal knows"),
    ] {
        let html = failed(OnboardingState::Rejected, refused(status, code));
        assert!(html.contains(words), "{words}: {html}");
        assert!(html.contains("nothing was created"), "{html}");
        assert!(posts_to(&html, "/copy"), "{html}");
        assert!(html.contains("q1w2e3r4t5.0"), "the id for Microsoft's support: {html}");
    }
}

#[test]
fn an_unknown_outcome_warns_and_offers_only_to_ask_again() {
    let html = failed(OnboardingState::Unknown, because("lost_answer"));
    assert!(html.contains("We do not yet know if Microsoft created the tenant"), "{html}");
    assert!(html.contains("Do not start again."), "{html}");
    assert!(posts_to(&html, "/resume"), "{html}");
    assert!(!posts_to(&html, "/copy") && !html.contains("/customers/new"), "{html}");
}

#[test]
fn what_needs_attention_says_whose_move_it_is() {
    for (reason, words, address) in [
        ("sign_in_again", "Sign in again", "/resume"),
        ("throttled", "asked us to come back later", "/resume"),
        ("not_sent", "Nothing was sent to Microsoft", "/resume"),
        ("payload_changed", "not what was approved", "/copy"),
    ] {
        let html = failed(OnboardingState::NeedsAttention, because(reason));
        assert!(html.contains(words), "{words}: {html}");
        assert!(posts_to(&html, address), "{reason}: {html}");
    }
    let html = failed(OnboardingState::NeedsAttention, because("sign_in_again"));
    assert!(html.contains("/sign-in?return_to=%2Fcustomers%2F"), "{html}");
}

#[test]
fn a_tenant_under_another_reseller_is_not_passed_over() {
    for state in [OnboardingState::Created, OnboardingState::NeedsAttention] {
        let html = failed(state, because("reseller_differs"));
        assert!(html.contains("created under another reseller"), "{html}");
        assert!(html.contains("Do not hand the credentials over"), "{html}");
    }
}

#[test]
fn support_looks_and_does_not_act() {
    for state in [
        OnboardingState::Draft,
        OnboardingState::Rejected,
        OnboardingState::Unknown,
        OnboardingState::NotCreated,
        OnboardingState::NeedsAttention,
    ] {
        let view = sample_view(onboarding(state), None);
        let html = page(CustomerView { viewer: grady_of_support(), may_open: false, ..view });
        assert!(!html.contains("<form") && !html.contains("/customers/new"), "{html}");
    }
}

#[test]
fn the_history_names_the_portal_where_nobody_acted() {
    let html = in_state(OnboardingState::Created);
    assert!(html.contains("20 November 2026, 19:26:48 UTC"), "{html}");
    assert!(html.contains("The portal") && html.contains("Sent to Microsoft"), "{html}");
}
