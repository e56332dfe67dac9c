use leptos::prelude::*;

use super::samples::{FIRST_UP, customer, review, rules, wingtip_toys};
use crate::{
    components::testing::html,
    config::Environment,
    domain::{AddressCheck, AddressParts, DomainAvailability, NewCustomerForm, ResellerReadiness},
    pages::{ReviewPage, ReviewView},
    provisioning::Review,
};

fn page_in(review: Review, environment: Environment) -> String {
    let address_lines = review.customer.formatted_address(&review.rules);
    let view = ReviewView { review, address_lines, environment, needs_approval: false, is_resellers_own: false };
    html(|| view! { <ReviewPage view/> })
}

fn page(review: Review) -> String {
    page_in(review, Environment::Simulator)
}

fn direct() -> Review {
    let form = NewCustomerForm { customer_of: "direct".to_owned(), reseller_id: String::new(), ..wingtip_toys() };
    Review { customer: customer(&form), reseller: None, readiness: None, ..review() }
}

#[test]
fn the_reseller_is_named_again_with_everything_that_tells_it_from_another() {
    let html = page(review());
    for part in ["First Up Consultants", "4847383", "United States", FIRST_UP] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(html.contains("Create tenant for First Up Consultants"));
}

#[test]
fn a_direct_customer_is_said_in_words() {
    let html = page(direct());
    assert!(html.contains("direct customer of the provider"), "{html}");
    assert!(html.contains("Create tenant as a direct customer"), "{html}");
    assert!(!html.contains("First Up"), "{html}");
}

#[test]
fn the_approval_carries_what_was_seen() {
    let html = page(review());
    assert!(
        html.contains(r#"method="post" action="/customers/019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11/review""#),
        "{html}"
    );
    assert!(html.contains(r#"<input type="hidden" name="payload_hash" value="5f0c">"#), "{html}");
}

#[test]
fn every_row_leads_back_to_its_field() {
    let html = page(review());
    for (field, words) in [
        ("reseller_search", "indirect reseller"),
        ("company_name", "registered company name"),
        ("domain", "Microsoft domain"),
        ("address_line1", "registered address"),
        ("email", "contact's email address"),
        ("phone", "phone number"),
        ("gdap", "standard admin roles"),
    ] {
        let link = format!(r#"href="/customers/new?draft=019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11#{field}""#);
        assert!(html.contains(&link), "{field}: {html}");
        assert!(html.replace("&#x27;", "'").contains(words), "{words}: {html}");
    }
}

#[test]
fn what_was_not_answered_is_said_and_what_the_country_does_not_ask_is_absent() {
    let html = page(review());
    assert!(html.contains("Not provided"), "the phone number: {html}");
    assert!(!html.contains("Registration number"), "{html}");
}

#[test]
fn each_environment_says_what_creating_means() {
    for (environment, words) in [
        (Environment::Production, "PRODUCTION: this creates a real tenant at Microsoft, at once"),
        (Environment::Sandbox, "SANDBOX"),
        (Environment::Simulator, "SIMULATOR: nothing is created at Microsoft"),
    ] {
        let html = page_in(review(), environment);
        assert!(html.contains(words), "{html}");
        assert!(html.contains("can never be changed"), "{html}");
        assert!(html.contains("will be shown once"), "{html}");
    }
}

#[test]
fn a_check_that_could_not_be_made_is_no_obstacle_and_no_yes() {
    let html = page(Review {
        readiness: Some(ResellerReadiness::CouldNotCheck),
        availability: DomainAvailability::CouldNotCheck,
        address_check: AddressCheck::CouldNotCheck,
        ..review()
    });
    assert_eq!(html.matches(r#"data-state="unknown""#).count(), 3, "{html}");
    assert!(!html.contains(r#"data-state="good""#), "{html}");
    assert!(html.contains("Create tenant for"), "{html}");
}

#[test]
fn a_taken_domain_or_a_reseller_without_agreement_takes_the_button_away_and_says_whose_move_it_is() {
    let taken = page(Review { availability: DomainAvailability::Taken, ..review() });
    assert!(taken.contains("Choose another domain") && !taken.contains("payload_hash"), "{taken}");
    let unsigned = page(Review { readiness: Some(ResellerReadiness::AgreementMissing), ..review() });
    assert!(unsigned.contains("A global admin of First Up Consultants must sign it"), "{unsigned}");
    assert!(!unsigned.contains("payload_hash") && unsigned.contains("Check again"), "{unsigned}");
}

#[test]
fn a_suggested_spelling_is_shown_in_the_countrys_order() {
    let parts = AddressParts {
        address_line1: "1 Microsoft Way".to_owned(),
        city: "Redmond".to_owned(),
        state: "WA".to_owned(),
        postal_code: "98052-8300".to_owned(),
        country: "US".to_owned(),
        ..AddressParts::default()
    };
    let html = page(Review { address_check: AddressCheck::Suggestion(vec![parts]), rules: rules("US"), ..review() });
    assert!(html.contains("1 Microsoft Way, Redmond, WA, 98052-8300"), "{html}");
}
