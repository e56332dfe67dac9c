use leptos::prelude::*;

use super::samples::{
    TENANT, adele, at, because, confirmed, grady_of_support, onboarding, refused, sealed, view as sample_view,
};
use crate::{
    components::testing::html,
    credentials::CredentialsStatus,
    domain::{Operator, PersonKey, Role, Side},
    journal::{Failure, Onboarding, OnboardingState, Reason},
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

/// The five steps as (state, words).
fn steps(html: &str) -> Vec<(String, String)> {
    let list = html.split(r#"class="progress""#).nth(1).unwrap().split("</ol>").next().unwrap();
    let text =
        |item: &str| item.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect::<String>();
    let item = |item: &str| (item.split('"').next().unwrap().to_owned(), text(item));
    list.split(r#"data-state=""#).skip(1).map(item).collect()
}

fn states(html: &str) -> Vec<String> {
    steps(html).into_iter().map(|(state, _)| state).collect()
}

#[test]
fn while_the_portal_is_at_work_the_steps_are_shown_and_followed() {
    for (state, expected) in [
        (OnboardingState::Submitted, ["done", "now", "next", "next", "next"]),
        (OnboardingState::Sending, ["done", "done", "now", "next", "next"]),
        (OnboardingState::Unknown, ["done", "done", "now", "next", "next"]),
        (OnboardingState::Reconciling, ["done", "done", "now", "next", "next"]),
    ] {
        let html = in_state(state);
        assert_eq!(states(&html), expected, "{html}");
        assert!(html.contains(r#"aria-live="polite""#) && html.contains(r#"data-phase="waiting""#), "{html}");
        assert!(html.contains(r#"data-component="FollowProgress_"#), "{html}");
        assert!(html.contains("You can leave this page"), "{html}");
    }
    let steps = steps(&in_state(OnboardingState::Sending));
    assert!(steps[0].1.contains("Done: Saved") && steps[0].1.contains("19:26:48 UTC"), "{steps:?}");
    assert!(steps[1].1.contains("Sent to Microsoft") && steps[1].1.contains("19:26:49 UTC"), "{steps:?}");
}

#[test]
fn a_new_tenant_is_followed_until_its_reseller_is_verified() {
    let created = onboarding(OnboardingState::Created);
    let next_attempt_at = Some(at("2026-11-20T19:30:35Z"));
    let seen = Some(at("2026-11-20T19:27:15Z"));
    let looking = Onboarding { next_attempt_at, ..created.clone() };
    let visible = Onboarding { visible_at: seen, ..looking.clone() };
    let verified = Onboarding { reseller_verified_at: seen, next_attempt_at: None, ..visible.clone() };
    let differs = Onboarding { failure: Some(because(Reason::ResellerDiffers)), ..visible.clone() };
    for (onboarding, expected, follows) in [
        (looking, ["done", "done", "done", "now", "next"], true),
        (visible, ["done", "done", "done", "done", "now"], true),
        (verified, ["done", "done", "done", "done", "done"], false),
        (differs, ["done", "done", "done", "done", "wrong"], true),
    ] {
        let refreshes = crate::pages::refresh_seconds(&onboarding).is_some();
        let html = page(sample_view(onboarding, Some(confirmed())));
        assert_eq!(states(&html), expected, "{html}");
        assert_eq!(html.contains(r#"data-component="FollowProgress_"#), follows, "{html}");
        assert_eq!(html.contains("data-moves"), follows, "what the script looks for");
        assert_eq!(refreshes, follows);
    }
}

#[test]
fn what_was_found_is_shown_while_the_outcome_is_not_clear() {
    use crate::provisioning::{AuditFound, CustomerFound, DomainFound, Evidence, Repeat};
    let evidence = Evidence {
        repeat: Repeat::Refused { status: 409, code: None },
        customer: CustomerFound::No,
        domain: DomainFound::Taken,
        audit: AuditFound::CouldNotCheck,
    };
    let view = CustomerView {
        evidence: Some((at("2026-11-20T19:29:00Z"), evidence)),
        ..sample_view(onboarding(OnboardingState::Reconciling), None)
    };
    let html = page(view);
    for words in ["Refused with status 409", "None has the domain", "Taken", "Could not be asked", "19:29:00 UTC"] {
        assert!(html.contains(words), "{words}: {html}");
    }
}

#[test]
fn a_created_tenant_shows_its_ids_ready_to_copy() {
    let html = page(created(confirmed()));
    for value in [TENANT, "wingtiptoys.onmicrosoft.com", "484e548c-f5f3-4528-93a9-c16c6373cb59"] {
        assert!(html.contains(&format!(r#"data-copy="{value}""#)), "{value}: {html}");
    }
    let ticket = html.split(r#"data-copy="Request: "#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    for line in [
        "MS-RequestId: 6a3e0b7e-2f4d-4a43-8f4a-3f1b9d2c7e10",
        "MS-CorrelationId: c1f9a2d4-7b60-4d8e-9e55-0b8a6f2d3c47",
        "Customer ID: 3c95518e-8c37-41e3-9627-0ca339200f53",
        "Time (UTC): 2026-11-20T19:27:05Z",
    ] {
        assert!(ticket.lines().any(|known| known == line), "{line}: {ticket}");
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
        let html = page(created(status.clone()));
        assert!(html.contains("User Administrator or Privileged Authentication Administrator"), "{html}");
        assert!(html.contains("an administrator of this portal can") && !html.contains("/password\""), "{html}");
        let html = page(CustomerView { may_set_password: true, ..created(status) });
        assert!(html.contains(r#"/password""#) && html.contains("Set a new first password"), "{html}");
    }
    let html = page(CustomerView { may_set_password: true, ..created(confirmed()) });
    assert!(!html.contains("Set a new first password"), "only what is lost is replaced: {html}");
}

#[test]
fn a_password_that_nobody_has_is_loud_and_says_how_to_set_a_new_one() {
    let html = page(created(CredentialsStatus::Missing));
    assert!(html.contains("notice--bad") && html.contains("Nobody has the admin password"), "{html}");
    assert!(html.contains("can set a new one on this page") && html.contains("GDAP"), "{html}");
}

#[test]
fn a_refusal_says_what_to_change_and_that_nothing_was_created() {
    for (status, code, words) in [
        (400, Some("600051"), "requires a phone number for the United States"),
        (400, Some("600002"), "does not accept this registration number"),
        (403, Some("2030"), "may not sell in the United States"),
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
    let html = failed(OnboardingState::Unknown, because(Reason::LostAnswer));
    assert!(html.contains("We do not yet know if Microsoft created the tenant"), "{html}");
    assert!(html.contains("Do not start again."), "{html}");
    assert!(posts_to(&html, "/resume"), "{html}");
    assert!(!posts_to(&html, "/copy") && !html.contains("/customers/new"), "{html}");
}

#[test]
fn what_needs_attention_says_whose_move_it_is() {
    for (reason, words, resume, copy) in [
        (Reason::SignInAgain, "goes on by itself", true, false),
        (Reason::Throttled, "asked us to come back later", true, false),
        (Reason::PayloadChanged, "not what was approved", false, true),
    ] {
        let html = failed(OnboardingState::NeedsAttention, because(reason));
        assert!(html.contains(words), "{words}: {html}");
        assert_eq!((posts_to(&html, "/resume"), posts_to(&html, "/copy")), (resume, copy), "{reason:?}: {html}");
    }
    let html = failed(OnboardingState::NeedsAttention, because(Reason::SignInAgain));
    assert!(html.contains("/sign-in?return_to=%2Fcustomers%2F"), "{html}");
    assert!(html.contains("nothing was created"), "{html}");
}

#[test]
fn an_outcome_that_cannot_be_found_out_says_what_to_look_at_and_never_to_start_again_by_accident() {
    for (reason, words, copy) in [
        (Reason::SignInAgain, "Do not start again", false),
        (Reason::Throttled, "Do not start again", false),
        (Reason::DomainTaken, "Look in Partner Center for the company first", true),
        (Reason::NotVisible, "Do not start again", false),
        (Reason::FoundOther, "Do not start again", false),
        (Reason::OutcomeOfAnother, "outcome of another onboarding", true),
        (Reason::NoEvidence, "Do not start again", false),
        (Reason::PayloadChanged, "Look in Partner Center for the customer", false),
    ] {
        let doubtful = Onboarding {
            failure: Some(because(reason)),
            in_doubt: true,
            ..onboarding(OnboardingState::NeedsAttention)
        };
        let html = page(sample_view(doubtful, None));
        assert!(html.contains(words), "{reason:?}: {html}");
        assert!(!html.contains("nothing was created"), "{reason:?}: nobody knows that: {html}");
        assert_eq!(posts_to(&html, "/resume"), reason != Reason::PayloadChanged, "{reason:?}: {html}");
        assert_eq!(posts_to(&html, "/copy"), copy, "{reason:?}: {html}");
    }
}

#[test]
fn a_colleague_is_not_asked_to_sign_in_for_the_owner() {
    let parked =
        Onboarding { failure: Some(because(Reason::SignInAgain)), ..onboarding(OnboardingState::NeedsAttention) };
    let colleague = Operator { key: somebody_else(), ..adele() };
    let html = page(CustomerView { viewer: colleague, ..sample_view(parked.clone(), None) });
    assert!(html.contains("The owner has to sign in again") && !html.contains("<form"), "{html}");
    let admin = Operator { key: somebody_else(), side: Side::Provider(Role::Admin), ..adele() };
    let html = page(CustomerView { viewer: admin, ..sample_view(parked, None) });
    assert!(posts_to(&html, "/resume") && html.contains("in your own name"), "{html}");
}

#[test]
fn a_tenant_under_another_reseller_is_not_passed_over() {
    let html = failed(OnboardingState::Created, because(Reason::ResellerDiffers));
    assert!(html.contains("created under another reseller"), "{html}");
    assert!(html.contains("Do not hand the credentials over"), "{html}");
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
