use leptos::prelude::*;

use super::samples::{adele, at, first_up, grady_of_support, now, onboarding, onboarding_id, sealed};
use crate::{
    components::{onboarding::OnboardingRow, testing::html},
    domain::{Operator, ResellerChoice, ResellerState},
    journal::{Failure, Onboarding, OnboardingState, Reason},
    pages::{CustomersPage, CustomersView, HomePage, HomeView, ResellersPage, ResellersView},
};

fn row(state: OnboardingState) -> OnboardingRow {
    OnboardingRow::new(&onboarding(state), None)
}

fn empty_home(operator: Operator) -> HomeView {
    HomeView {
        operator,
        attention: vec![],
        unopened: vec![],
        to_approve: vec![],
        handed_over: vec![],
        awaiting: vec![],
        running: vec![],
        ended: vec![],
        drafts: vec![],
        first_to_expire: None,
        now: now(),
    }
}

fn home(view: HomeView) -> String {
    html(|| view! { <HomePage view/> })
}

fn customers(operator: Operator, rows: Vec<OnboardingRow>, more: bool, first: bool) -> String {
    let view = CustomersView { operator, rows, older_than: more.then(onboarding_id), first, now: now() };
    html(|| view! { <CustomersPage view/> })
}

#[test]
fn an_empty_home_says_what_will_be_there_and_how_to_begin() {
    let html = home(empty_home(adele()));
    assert!(html.contains("Nothing waits for you"), "{html}");
    assert!(html.contains(r#"href="/customers/new""#), "{html}");
}

#[test]
fn support_has_nothing_to_begin_with() {
    let html = home(empty_home(grady_of_support()));
    assert!(!html.contains("/customers/new"), "{html}");
    assert!(html.contains("See all customers"), "{html}");
}

#[test]
fn each_waiting_onboarding_leads_to_its_next_step() {
    let parked = Onboarding {
        failure: Some(Failure::because(Reason::SignInAgain)),
        ..onboarding(OnboardingState::NeedsAttention)
    };
    let parked = OnboardingRow::new(&parked, None);
    let html = home(HomeView {
        attention: vec![parked, row(OnboardingState::NeedsAttention)],
        unopened: vec![row(OnboardingState::Created)],
        running: vec![row(OnboardingState::Sending), row(OnboardingState::Unknown)],
        ended: vec![row(OnboardingState::Rejected), row(OnboardingState::NotCreated)],
        drafts: vec![row(OnboardingState::Draft)],
        ..empty_home(adele())
    });
    for words in [
        "Sign in again",
        "See what to do",
        "Show the password",
        "Follow",
        "Change the details",
        "Send it again",
        "Continue",
        "3 minutes ago",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(html.contains(r#"href="/customers/new?draft=019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11""#), "{html}");
    assert!(!html.contains("Nothing waits"), "{html}");
}

#[test]
fn the_list_names_company_domain_reseller_state_person_and_time() {
    let created = OnboardingRow::new(&onboarding(OnboardingState::Created), Some(sealed()));
    let html = customers(adele(), vec![created], false, true);
    for words in [
        "Wingtip Toys",
        "wingtiptoys.onmicrosoft.com",
        "First Up Consultants",
        "Created",
        "Password not opened",
        "Adele Vance",
        r#"title="20 November 2026, 19:27:05 UTC">3 minutes ago</time>"#,
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(html.contains("<tbody") && !html.contains("Older"), "{html}");
}

#[test]
fn every_state_has_a_word_and_an_icon() {
    for state in [
        OnboardingState::Draft,
        OnboardingState::AwaitingApproval,
        OnboardingState::Submitted,
        OnboardingState::Sending,
        OnboardingState::Created,
        OnboardingState::Rejected,
        OnboardingState::Unknown,
        OnboardingState::Reconciling,
        OnboardingState::NotCreated,
        OnboardingState::NeedsAttention,
    ] {
        let html = customers(adele(), vec![row(state)], false, true);
        let badge = html.split("class=\"badge badge--").nth(1).unwrap();
        assert!(badge.contains("/icons.svg#"), "{html}");
    }
}

#[test]
fn a_draft_that_says_nothing_yet_can_still_be_told_apart() {
    let nothing = Onboarding {
        company_name: String::new(),
        domain: String::new(),
        reseller_name: None,
        form: crate::domain::NewCustomerForm::default(),
        changed_at: at("2026-11-19T10:00:00Z"),
        ..onboarding(OnboardingState::Draft)
    };
    let html = customers(adele(), vec![OnboardingRow::new(&nothing, None)], false, true);
    assert!(html.contains("Draft without a name") && html.contains("Not chosen yet"), "{html}");
}

#[test]
fn older_pages_are_reached_by_the_id_of_the_oldest_row() {
    let html = customers(adele(), vec![row(OnboardingState::Created)], true, true);
    assert!(html.contains(r#"href="/customers?before=019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11""#), "{html}");
    let html = customers(adele(), vec![], false, false);
    assert!(html.contains("Newest") && html.contains("There are no older ones"), "{html}");
}

#[test]
fn an_empty_list_says_what_to_do() {
    assert!(customers(adele(), vec![], false, true).contains("Customers appear here from the first draft on"));
    assert!(!customers(grady_of_support(), vec![], false, true).contains("Onboard a customer"));
}

#[test]
fn resellers_show_state_mpn_id_and_location() {
    let paused = ResellerChoice {
        name: "Proseware".to_owned(),
        state: ResellerState::Inactive("Suspended".to_owned()),
        ..first_up()
    };
    let view = ResellersView {
        resellers: Some(vec![first_up(), paused]),
        submissions: std::collections::HashMap::new(),
        may_set: false,
    };
    let page = html(|| view! { <ResellersPage view/> });
    for words in ["First Up Consultants", "4847383", "United States", "Active", "Suspended"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches("/customers/new?reseller=").count(), 1, "only where a customer can be created: {page}");
}

#[test]
fn resellers_that_could_not_be_asked_for_can_be_asked_for_again() {
    let view = ResellersView { resellers: None, submissions: std::collections::HashMap::new(), may_set: false };
    let page = html(|| view! { <ResellersPage view/> });
    assert!(page.contains("Try again"), "{page}");
}
