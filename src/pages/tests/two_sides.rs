//! What the provider and a reseller see of each other: hand-over and four eyes.

use leptos::prelude::*;

use super::samples::{
    adele, approval, at, because, first_up, grady_of_support, hand_over, handed_over_notice, megan, of_megan,
    onboarding, opened_by_megan, review, sealed, sent_back, view as sample_view,
};
use crate::{
    components::testing::html,
    config::Environment,
    domain::{Operator, Problem, ResellerReadiness, Role, Side},
    journal::{Onboarding, OnboardingState, Reason, Submission, SubmissionSetting},
    pages::{
        ApprovalPage, ApprovalView, CustomerPage, CustomerView, HomePage, HomeView, Refused, ResellerPage, ResellerView,
    },
    provisioning::Review,
};

const ID: &str = "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11";

fn page(view: CustomerView) -> String {
    html(|| view! { <CustomerPage view/> })
}

fn posts_to(html: &str, address: &str) -> bool {
    html.contains(&format!(r#"method="post" action="/customers/{ID}{address}""#))
}

fn nestor() -> Operator {
    let key = crate::domain::PersonKey { oid: "nestor".to_owned(), ..adele().key };
    Operator { key, side: Side::Provider(Role::Admin), ..adele() }
}

fn sealed_view(viewer: Operator) -> CustomerView {
    CustomerView { viewer, ..sample_view(onboarding(OnboardingState::Created), Some(sealed())) }
}

fn handed(viewer: Operator, may_open: bool) -> CustomerView {
    CustomerView { hand_over: Some(hand_over()), may_open, ..sealed_view(viewer) }
}

#[test]
fn whom_the_credentials_belong_to_and_administrators_are_offered_to_hand_them_over() {
    for viewer in [adele(), nestor()] {
        let html = page(sealed_view(viewer));
        assert!(posts_to(&html, "/credentials/hand-over"), "{html}");
        assert!(html.contains("Hand over to First Up Consultants instead"), "{html}");
        assert_eq!(html.matches(r#"name="term""#).count(), 4, "{html}");
        assert_eq!(html.matches(" checked>").count(), 1, "a day, unless something else is chosen: {html}");
        assert!(!html.contains("Ends earlier"), "{html}");
    }
    for viewer in [grady_of_support(), Operator { key: megan().key, ..adele() }] {
        assert!(!posts_to(&page(sealed_view(viewer)), "/credentials/hand-over"));
    }
}

#[test]
fn a_term_beyond_the_end_says_that_it_ends_earlier() {
    let html = page(CustomerView { now: at("2026-11-26T10:00:00Z"), ..sealed_view(adele()) });
    assert_eq!(html.matches("Ends earlier").count(), 2, "3 days and 7 days: {html}");
}

#[test]
fn nothing_is_handed_over_to_a_reseller_that_microsoft_does_not_name_or_that_there_is_not() {
    let differs =
        Onboarding { failure: Some(because(Reason::ResellerDiffers)), ..onboarding(OnboardingState::Created) };
    let direct = Onboarding { reseller_id: None, reseller_name: None, ..onboarding(OnboardingState::Created) };
    for onboarding in [differs, direct] {
        let html = page(sample_view(onboarding, Some(sealed())));
        assert!(!posts_to(&html, "/credentials/hand-over"), "{html}");
    }
}

#[test]
fn what_waits_for_the_reseller_says_since_when_and_until_when_and_can_be_taken_back() {
    for viewer in [adele(), nestor()] {
        let html = page(handed(viewer, false));
        for words in ["Waits for", "First Up Consultants", "19:28:00 UTC", "erased on", "Nobody has opened it yet"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(posts_to(&html, "/credentials/take-back"), "{html}");
        assert!(!posts_to(&html, "/credentials") && !posts_to(&html, "/credentials/hand-over"), "{html}");
    }
    let html = page(handed(grady_of_support(), false));
    assert!(html.contains("Waits for") && !html.contains("<form"), "support looks on: {html}");
}

#[test]
fn the_resellers_people_open_it_as_any_other_and_see_from_whom_it_comes() {
    let html = page(handed(megan(), true));
    assert!(posts_to(&html, "/credentials"), "{html}");
    assert!(html.contains("Adele Vance") && html.contains("19:28:00 UTC"), "{html}");
    assert!(!posts_to(&html, "/credentials/take-back"), "{html}");
}

#[test]
fn the_receipt_names_who_opened_it_to_whoever_handed_it_over() {
    let html = page(CustomerView {
        hand_over: Some(hand_over()),
        ..sample_view(onboarding(OnboardingState::Created), Some(opened_by_megan()))
    });
    for words in ["Handed over to", "Adele Vance (you)", "Megan Bowen", "19:28:30 UTC", "Confirmed as stored"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("<form"), "{html}");
}

#[test]
fn a_resellers_person_can_let_a_colleague_open_it() {
    let view = CustomerView { viewer: megan(), ..sample_view(of_megan(OnboardingState::Created), Some(sealed())) };
    let html = page(view);
    assert!(posts_to(&html, "/credentials/hand-over") && html.contains("Let a colleague open it"), "{html}");
    assert!(html.contains("colleagues") && !html.contains("not even an administrator"), "{html}");
}

#[test]
fn what_waits_for_an_approval_is_withdrawn_by_its_owner_and_answered_by_the_provider() {
    let waits = sample_view(of_megan(OnboardingState::AwaitingApproval), None);
    let owner = page(CustomerView { viewer: megan(), ..waits.clone() });
    assert!(posts_to(&owner, "/withdraw") && !owner.contains("/approval"), "{owner}");
    assert!(owner.contains("Nothing has been sent to Microsoft"), "{owner}");
    for viewer in [adele(), nestor()] {
        let html = page(CustomerView { viewer, ..waits.clone() });
        assert!(html.contains(&format!(r#"href="/customers/{ID}/approval""#)), "{html}");
        assert!(!html.contains("<form"), "{html}");
    }
    let support = page(CustomerView { viewer: grady_of_support(), ..waits });
    assert!(!support.contains("/approval") && !support.contains("<form"), "{support}");
}

#[test]
fn what_was_sent_back_says_what_is_to_be_changed_as_text() {
    let back = Onboarding { sent_back: Some(sent_back()), ..of_megan(OnboardingState::Draft) };
    let html = page(CustomerView { viewer: megan(), ..sample_view(back, None) });
    assert!(html.contains("Adele Vance") && html.contains("&lt;b&gt;Please&lt;/b&gt;"), "{html}");
    assert!(!html.contains("<b>Please"), "{html}");
}

fn answers(view: ApprovalView) -> String {
    html(|| view! { <ApprovalPage view/> })
}

#[test]
fn whoever_approves_sees_everything_and_changes_nothing() {
    let html = answers(approval(review(), Environment::Production, None));
    for words in ["Wingtip Toys", "One Microsoft Way", "gena@wingtiptoys.example", "Megan Bowen", "There is no undo"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("/customers/new"), "{html}");
    assert_eq!(
        html.matches(r#"name="payload_hash" value="5f0c""#).count(),
        2,
        "both answers name what was seen: {html}"
    );
    assert!(html.contains(r#"name="answer" value="approve""#) && html.contains(r#"name="answer" value="send_back""#));
}

#[test]
fn what_cannot_be_created_cannot_be_approved_but_sent_back() {
    let inactive = Review { readiness: Some(ResellerReadiness::Inactive), ..review() };
    let html = answers(approval(inactive, Environment::Simulator, None));
    assert!(!html.contains(r#"value="approve""#) && html.contains(r#"value="send_back""#), "{html}");
    assert!(html.contains("The relationship is not active"), "{html}");
}

#[test]
fn an_answer_without_its_comment_says_so_at_the_field_and_keeps_what_was_typed() {
    let refused = Refused { sends_back: true, comment: String::new(), problem: Problem::Missing };
    let html = answers(approval(review(), Environment::Simulator, Some(refused)));
    assert!(html.contains("There is a problem") && html.contains(r##"href="#why""##), "{html}");
    assert_eq!(html.matches(r#"aria-invalid="true""#).count(), 1, "{html}");
    let refused = Refused { sends_back: false, comment: "\"<b>\"".to_owned(), problem: Problem::Characters };
    let html = answers(approval(review(), Environment::Simulator, Some(refused)));
    assert!(html.contains(r#"value="&quot;&lt;b&gt;&quot;""#) || html.contains(r#"value="&quot;<b>&quot;""#), "{html}");
}

#[test]
fn home_pages_name_what_was_handed_over_and_what_waits_for_an_approval() {
    let home = |operator: Operator, status| {
        let view = HomeView {
            operator,
            attention: vec![],
            unopened: vec![],
            to_approve: vec![crate::components::onboarding::OnboardingRow::new(&of_megan(
                OnboardingState::AwaitingApproval,
            ))],
            handed_over: vec![handed_over_notice(status)],
            awaiting: vec![],
            running: vec![],
            ended: vec![],
            drafts: vec![],
            first_to_expire: None,
            now: super::samples::now(),
        };
        html(|| view! { <HomePage view/> })
    };
    let giver = home(adele(), sealed());
    assert!(giver.contains("Waits for First Up Consultants") && giver.contains("erased on"), "{giver}");
    assert!(!giver.contains("Show the password"), "{giver}");
    assert!(giver.contains(&format!(r#"href="/customers/{ID}/approval""#)), "{giver}");
    let reseller = home(megan(), sealed());
    assert!(reseller.contains("From Adele Vance") && reseller.contains("Show the password"), "{reseller}");
    let receipt = home(adele(), opened_by_megan());
    assert!(receipt.contains("opened by") && receipt.contains("Megan Bowen"), "{receipt}");
}

#[test]
fn a_resellers_setting_is_a_choice_of_two_with_who_made_it() {
    let setting = SubmissionSetting {
        submission: Submission::Approved,
        by_name: "Nestor Wilke".to_owned(),
        at: at("2026-11-18T09:00:00Z"),
    };
    let page = |setting| {
        let view = ResellerView { reseller: first_up(), setting, saved: false };
        html(|| view! { <ResellerPage view/> })
    };
    let made = page(Some(setting));
    assert!(made.contains("Nestor Wilke"), "{made}");
    assert!(made.contains(r#"value="approved" checked"#), "{made}");
    assert!(page(None).contains(r#"value="direct" checked"#));
}
