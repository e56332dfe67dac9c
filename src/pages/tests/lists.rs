use leptos::prelude::*;

use super::samples::{
    adele, first_up, grady_of_support, list, listed, listed_tenant, megan_of_first_up, now, onboarding,
};
use crate::{
    components::{onboarding::OnboardingRow, testing::html},
    domain::{Operator, ResellerChoice, ResellerState},
    journal::{Failure, Onboarding, OnboardingState, Reason},
    listing::{CustomerQuery, ListedCustomer, ListedOnboarding, PasswordMark, Sort, StateFilter},
    pages::{CustomersPage, CustomersView, HomePage, HomeView, ResellersPage, ResellersView},
};

fn row(state: OnboardingState) -> OnboardingRow {
    OnboardingRow::new(&onboarding(state))
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

fn customers(view: CustomersView) -> String {
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
    let parked = OnboardingRow::new(&parked);
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
    let html = customers(list(adele(), vec![listed(OnboardingState::Created, Some(PasswordMark::NotOpened))]));
    for words in [
        "Wingtip Toys",
        "wingtiptoys<wbr>.onmicrosoft<wbr>.com",
        "First Up Consultants",
        "Created",
        "Password not opened",
        "Adele Vance",
        "1 customer",
        r#"data-exact="20 November 2026, 19:27:05 UTC" class="ago">3 minutes ago</time>"#,
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(html.contains("<tbody") && !html.contains("Older"), "{html}");
}

#[test]
fn every_state_has_a_word_and_an_icon() {
    for state in OnboardingState::ALL {
        let html = customers(list(adele(), vec![listed(state, None)]));
        let badge = html.split("class=\"badge badge--").nth(1).unwrap();
        assert!(badge.contains("/icons.svg#"), "{html}");
    }
}

#[test]
fn a_draft_that_says_nothing_yet_can_still_be_told_apart() {
    let ListedCustomer::Onboarding(draft) = listed(OnboardingState::Draft, None) else { panic!("an onboarding") };
    let nothing = ListedOnboarding {
        company_name: String::new(),
        domain: String::new(),
        reseller_id: None,
        reseller_name: None,
        ..draft
    };
    let html = customers(list(adele(), vec![ListedCustomer::Onboarding(nothing)]));
    assert!(html.contains("Draft without a name") && html.contains("Not chosen yet"), "{html}");
}

#[test]
fn a_tenant_that_was_not_made_here_says_so_and_has_a_page_of_its_own() {
    let html = customers(list(adele(), vec![ListedCustomer::Tenant(listed_tenant())]));
    assert!(html.contains("Not made here</span>") && html.contains("Before this portal"), "{html}");
    assert!(html.contains(&format!(r#"href="/customers/tenants/{}""#, listed_tenant().id)), "{html}");
}

#[test]
fn each_page_leads_to_its_neighbours() {
    let view = CustomersView {
        previous: Some("/customers?at=p".to_owned()),
        next: Some("/customers?at=n".to_owned()),
        ..list(adele(), vec![listed(OnboardingState::Created, None)])
    };
    let html = customers(view.clone());
    for link in [r#"href="/customers?at=p" rel="prev""#, r#"href="/customers?at=n" rel="next""#] {
        assert!(html.contains(link), "{link}: {html}");
    }
    let cut_short = customers(CustomersView { is_cut_short: true, rows: vec![], ..view });
    assert!(cut_short.contains("Look further") && cut_short.contains("Nothing found so far"), "{cut_short}");
}

#[test]
fn an_empty_list_says_what_to_do() {
    assert!(customers(list(adele(), vec![])).contains("Customers appear here from the first draft on"));
    assert!(!customers(list(grady_of_support(), vec![])).contains("Onboard a customer"));
    let query = CustomerQuery { text: "<b>nobody".to_owned(), sort: Sort::Company, ..CustomerQuery::default() };
    let html = customers(CustomersView { query, ..list(adele(), vec![]) });
    assert!(html.contains("No customer fits") && html.contains(r#"href="/customers?sort=company""#), "{html}");
    assert!(!html.contains("<b>nobody"), "{html}");
}

#[test]
fn every_filter_in_use_can_be_taken_away_by_itself() {
    let query = CustomerQuery {
        text: "winery".to_owned(),
        state: Some(StateFilter::Created),
        unopened: true,
        ..CustomerQuery::default()
    };
    let html = customers(CustomersView { query, compact: true, ..list(adele(), vec![]) });
    for address in ["state=created&amp;unopened=yes", "q=winery&amp;unopened=yes", "q=winery&amp;state=created"] {
        let link = format!(r#"href="/customers?{address}&amp;rows=compact""#);
        assert!(html.contains(&link) || html.contains(&link.replace("&amp;", "&")), "{link}: {html}");
    }
}

#[test]
fn a_resellers_person_is_told_of_no_other_reseller() {
    let html = customers(list(megan_of_first_up(), vec![listed(OnboardingState::Created, None)]));
    for words in ["reseller=", "elsewhere", "Not made here", r#"name="reseller""#, "reseller's"] {
        assert!(!html.contains(words), "{words}: {html}");
    }
}

#[test]
fn resellers_show_state_mpn_id_and_location() {
    let paused = ResellerChoice {
        name: "Proseware".to_owned(),
        state: ResellerState::Inactive("Suspended".to_owned()),
        ..first_up()
    };
    let view = ResellersView {
        refused: None,
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
    let view =
        ResellersView { resellers: None, refused: None, submissions: std::collections::HashMap::new(), may_set: false };
    let page = html(|| view! { <ResellersPage view/> });
    assert!(page.contains("Try again"), "{page}");
}
