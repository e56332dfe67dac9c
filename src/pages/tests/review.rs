use leptos::prelude::*;

use super::samples::{FIRST_UP, customer, review, rules, wingtip_toys};
use crate::{
    components::testing::html,
    config::Environment,
    domain::{
        AddressCheck, AddressParts, AddressStatus, DomainAvailability, NewCustomerForm, Problem, ResellerReadiness,
    },
    pages::{RefusedReason, ReviewPage, ReviewView},
    provisioning::{ExistingTenant, KnownTenant, Review},
};

fn page_in(review: Review, environment: Environment) -> String {
    let address_lines = review.customer.formatted_address(&review.rules);
    let view = ReviewView {
        review,
        address_lines,
        environment,
        needs_approval: false,
        is_resellers_own: false,
        refused: None,
    };
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
        address_check: AddressCheck::no_answer(),
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

fn street_partial() -> AddressCheck {
    let suggestion = AddressParts {
        address_line1: "1 Microsoft Way".to_owned(),
        city: "Redmond".to_owned(),
        state: "WA".to_owned(),
        postal_code: "98052-8300".to_owned(),
        country: "US".to_owned(),
        ..AddressParts::default()
    };
    let suggestions = vec![suggestion];
    AddressCheck { suggestions, ..AddressCheck::new(AddressStatus::StreetPartial) }
}

#[test]
fn another_spelling_stands_beside_what_was_typed_and_what_differs_is_said() {
    let html = page(Review { address_check: street_partial(), ..review() });
    for part in ["1 Microsoft Way", "98052-8300"] {
        assert!(html.contains(&format!("<mark>{part}</mark>")), "{html}");
    }
    assert_eq!(html.matches("compare__differs").count(), 2, "not by colour alone: {html}");
    assert!(!html.contains("<mark>Redmond"), "{html}");
    assert!(html.contains(r#"action="/customers/019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11/address""#), "{html}");
    assert!(
        html.contains(r#"name="decision" value="use""#) && html.contains(r#"name="decision" value="keep""#),
        "{html}"
    );
    assert!(html.contains("Create tenant for"), "advice, not a gate: {html}");
}

#[test]
fn an_address_that_was_kept_says_why_and_can_be_decided_about_again() {
    let html = page(Review {
        address_check: street_partial(),
        address_kept: Some("As in the register".to_owned()),
        ..review()
    });
    assert!(html.contains("Kept as it was typed. Reason: As in the register"), "{html}");
    assert!(html.contains("Decide about the address again"), "{html}");
}

#[test]
fn a_reason_that_cannot_be_taken_is_said_at_the_top_and_at_the_field() {
    let address_lines = review().customer.formatted_address(&rules("US"));
    let review = Review { address_check: street_partial(), ..review() };
    let refused = Some(RefusedReason { reason: " ".to_owned(), problem: Problem::Missing });
    let environment = Environment::Simulator;
    let view =
        ReviewView { review, address_lines, environment, needs_approval: false, is_resellers_own: false, refused };
    let html = html(|| view! { <ReviewPage view/> });
    assert!(html.contains(r##"<a href="#reason">Enter the reason"##), "{html}");
    assert!(html.contains(r#"aria-invalid="true""#), "{html}");
}

#[test]
fn a_tenant_that_is_there_already_is_a_choice_and_not_a_wall() {
    let existing = ExistingTenant {
        mail_domain: Some("wingtiptoys.example".to_owned()),
        onboardings: vec![(
            review().id,
            KnownTenant { company_name: "Wingtip Toys".to_owned(), domain: "wingtip.onmicrosoft.com".to_owned() },
        )],
        ..ExistingTenant::default()
    };
    let html = page(Review { existing, ..review() });
    assert!(html.contains("This company seems to have a tenant already"), "{html}");
    assert!(html.contains("wingtiptoys.example, the domain of the contact"), "{html}");
    assert!(html.contains(r#"href="/customers/019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11/relationship""#), "{html}");
    assert!(html.contains("Create tenant for"), "{html}");
}

#[test]
fn a_domain_that_somebody_else_has_just_chosen_takes_the_button_away() {
    let html = page(Review { availability: DomainAvailability::Held, ..review() });
    assert!(html.contains("Another onboarding has chosen the domain") && !html.contains("payload_hash"), "{html}");
}
