//! Hostile texts in everything that a page shows: the tree is that of a page with a harmless text.

#[path = "../../tests/hostile/markup.rs"]
mod markup;

use leptos::prelude::*;

use self::markup::{difference, has_foreign_parts, skeleton};
use super::samples::{adele, list, listed_tenant, megan, now, of_megan, onboarding, onboarding_id, sent_back, view};
use crate::{
    components::{
        onboarding::OnboardingRow,
        shell::Shell,
        testing::{as_on_a_page, html, sample_frame},
    },
    credentials::CredentialsStatus,
    domain::{
        AcceptanceErrors, AcceptanceForm, Field, FieldErrors, NewCustomerForm, Operator, Problem, ResellerChoice,
        ResellerState, UsualChoices, testing::united_states,
    },
    hostile_texts,
    journal::{Failure, Onboarding, OnboardingState, Reason},
    listing::{ListedCustomer, ListedOnboarding, ListedTenant},
    pages::{
        AgreementPage, AgreementView, AlreadyOpenedPage, AlreadyOpenedView, CustomerPage, CustomerView, CustomersPage,
        HomePage, HomeView, NewCustomerPage, NewCustomerView, NewPasswordPage, NewPasswordView, RefusedBefore,
        ResellerPick, ResellersPage, ResellersView, Said, SentOtherwisePage, SentOtherwiseView, problem_page,
    },
    refusals::Mover,
};

/// A harmless text: what the pages say of it is what they may say of every other.
const HARMLESS: &str = "Contoso";

fn reseller(text: &str) -> ResellerChoice {
    ResellerChoice {
        id: super::samples::FIRST_UP.parse().unwrap(),
        name: text.to_owned(),
        mpn_id: text.to_owned(),
        location: text.to_owned(),
        state: ResellerState::Active,
    }
}

fn typed(text: &str) -> NewCustomerForm {
    let text = text.to_owned();
    NewCustomerForm {
        customer_of: "reseller".to_owned(),
        reseller_id: text.clone(),
        reseller_search: text.clone(),
        country: text.clone(),
        company_name: text.clone(),
        domain: text.clone(),
        registration_number: text.clone(),
        address_line1: text.clone(),
        address_line2: text.clone(),
        address_line3: text.clone(),
        district: text.clone(),
        city: text.clone(),
        state: text.clone(),
        postal_code: text.clone(),
        first_name: text.clone(),
        middle_name: text.clone(),
        last_name: text.clone(),
        email: text.clone(),
        phone: text.clone(),
        culture: text.clone(),
        language: text.clone(),
        gdap: text.clone(),
        address_kept: text.clone(),
        address_reason: text,
    }
}

fn named(text: &str, state: OnboardingState) -> Onboarding {
    Onboarding {
        owner_name: text.to_owned(),
        form: typed(text),
        reseller_name: Some(text.to_owned()),
        domain: text.to_owned(),
        company_name: text.to_owned(),
        failure: Some(Failure {
            status: Some(400),
            code: Some(text.to_owned()),
            field: None,
            ms_cv: Some(text.to_owned()),
            reason: Reason::Refused,
        }),
        sent_back: Some(crate::journal::SentBack { by_name: text.to_owned(), comment: text.to_owned(), ..sent_back() }),
        ..onboarding(state)
    }
}

fn customer(text: &str, state: OnboardingState, credentials: Option<CredentialsStatus>) -> String {
    let mut view = view(named(text, state), credentials);
    for event in &mut view.events {
        event.actor = Some(text.to_owned());
        event.comment = Some(text.to_owned());
    }
    html(|| view! { <CustomerPage view/> })
}

fn opened_by(text: &str) -> CredentialsStatus {
    CredentialsStatus::Confirmed { by: megan().key, by_name: text.to_owned(), at: now(), confirmed_at: now() }
}

fn form(text: &str) -> String {
    let mut errors = FieldErrors::default();
    for field in Field::ALL {
        errors.push(field, Problem::Shape { sample: text.to_owned() });
    }
    let props = NewCustomerView {
        draft: onboarding_id(),
        form: typed(text),
        errors,
        rules: Some(united_states()),
        resellers: Some(ResellerPick { matches: vec![reseller(text)], total: 2 }),
        domain_answer: None,
        domain_round: 0,
        chosen_reseller: None,
        usual: Some(UsualChoices::of(&typed(text))),
        may_create_direct: true,
        is_resellers_own: false,
        not_connected: true,
        domain_suffix: ".onmicrosoft.com",
        served: crate::domain::ServedCountries::All,
        shows_errors: true,
        sent_back: named(text, OnboardingState::Draft).sent_back,
        refused: Some(RefusedBefore {
            id: onboarding_id(),
            said: Said { what: text.to_owned(), advice: text.to_owned() },
            mover: Mover::Operator,
        }),
        list_refused: None,
        upstream_down: true,
        keeping: crate::pages::Keeping::default(),
    };
    html(move || view! { <NewCustomerPage props=props/> })
}

fn home(text: &str) -> String {
    let row = || vec![OnboardingRow::new(&named(text, OnboardingState::Rejected))];
    let view = HomeView {
        operator: Operator { name: text.to_owned(), sign_in_name: text.to_owned(), ..adele() },
        attention: row(),
        unopened: row(),
        to_approve: row(),
        handed_over: Vec::new(),
        awaiting: row(),
        running: row(),
        ended: row(),
        drafts: row(),
        first_to_expire: None,
        now: now(),
    };
    html(|| view! { <HomePage view/> })
}

fn customers(text: &str) -> String {
    let onboarding = named(text, OnboardingState::Created);
    let row = ListedCustomer::Onboarding(ListedOnboarding {
        id: onboarding.id,
        state: onboarding.state,
        company_name: onboarding.company_name,
        domain: onboarding.domain,
        reseller_id: onboarding.reseller_id,
        reseller_name: onboarding.reseller_name,
        owner: onboarding.owner,
        owner_name: onboarding.owner_name,
        customer_id: onboarding.customer_id,
        password: None,
        created_at: onboarding.created_at,
        changed_at: onboarding.changed_at,
    });
    let tenant = ListedTenant {
        company_name: text.to_owned(),
        domain: text.to_owned(),
        relationship: text.to_owned(),
        ..listed_tenant()
    };
    let view = list(adele(), vec![row, ListedCustomer::Tenant(tenant)]);
    html(|| view! { <CustomersPage view/> })
}

fn agreement(text: &str) -> String {
    let view = AgreementView {
        onboarding: named(text, OnboardingState::Created),
        acts: Vec::new(),
        live: None,
        template: None,
        act: "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c13".parse().unwrap(),
        form: AcceptanceForm {
            first_name: text.to_owned(),
            last_name: text.to_owned(),
            email: text.to_owned(),
            phone: text.to_owned(),
            accepted_on: text.to_owned(),
            attested: text.to_owned(),
        },
        errors: AcceptanceErrors::default(),
        is_busy: true,
        today: "2026-11-20".parse().unwrap(),
        partner_center: text.to_owned(),
        now: now(),
    };
    html(|| view! { <AgreementPage view/> })
}

fn new_password(text: &str) -> String {
    let view = NewPasswordView {
        onboarding: named(text, OnboardingState::Created),
        acts: Vec::new(),
        gdap_asked_for: false,
        act: "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c13".parse().unwrap(),
        reason: text.to_owned(),
        problem: None,
        is_busy: true,
        partner_center: text.to_owned(),
        now: now(),
    };
    html(|| view! { <NewPasswordPage view/> })
}

fn sent_otherwise(text: &str) -> String {
    let view = SentOtherwiseView {
        sent: OnboardingRow::new(&named(text, OnboardingState::Created)),
        answers: vec![("company_name".to_owned(), text.to_owned()), ("city".to_owned(), text.to_owned())],
        draft: onboarding_id(),
        now: now(),
    };
    html(|| view! { <SentOtherwisePage view/> })
}

fn already_opened(text: &str) -> String {
    let view = AlreadyOpenedView {
        id: onboarding_id(),
        company_name: text.to_owned(),
        status: opened_by(text),
        viewer: adele(),
        now: now(),
    };
    html(|| view! { <AlreadyOpenedPage view/> })
}

fn resellers(text: &str) -> String {
    let view = ResellersView {
        resellers: Some(vec![reseller(text)]),
        refused: None,
        submissions: std::collections::HashMap::new(),
        may_set: true,
    };
    html(|| view! { <ResellersPage view/> })
}

fn document(text: &str) -> String {
    let mut frame = sample_frame();
    frame.operator = frame.operator.map(|operator| Operator { name: text.to_owned(), ..operator });
    let (title, reference) = (text.to_owned(), text.to_owned());
    as_on_a_page(|| {
        let body = problem_page(crate::pages::Problem::Internal, true, reference).into_any();
        view! { <Shell frame title>{body}</Shell> }.to_html()
    })
}

type Page = (&'static str, fn(&str) -> String);

const PAGES: [Page; 15] = [
    ("form", form),
    ("draft", |text| customer(text, OnboardingState::Draft, None)),
    ("waits", |text| {
        html({
            let view =
                view(Onboarding { company_name: text.to_owned(), ..of_megan(OnboardingState::AwaitingApproval) }, None);
            || view! { <CustomerPage view/> }
        })
    }),
    ("rejected", |text| customer(text, OnboardingState::Rejected, None)),
    ("attention", |text| customer(text, OnboardingState::NeedsAttention, None)),
    ("created", |text| customer(text, OnboardingState::Created, Some(opened_by(text)))),
    ("home", home),
    ("customers", customers),
    ("agreement", agreement),
    ("password", new_password),
    ("sent otherwise", sent_otherwise),
    ("already opened", already_opened),
    ("resellers", resellers),
    ("document", document),
    ("support", |text| {
        html({
            let view =
                CustomerView { partner_center: text.to_owned(), ..view(named(text, OnboardingState::Unknown), None) };
            || view! { <CustomerPage view/> }
        })
    }),
];

/// The pages in `at` of `parts`, so that several tests share the work.
fn no_text_changes_a_tree(at: usize, parts: usize) {
    let texts = hostile_texts::all();
    for (name, page) in PAGES.iter().skip(at).step_by(parts) {
        let expected = skeleton(&page(HARMLESS));
        for text in &texts {
            let html = page(text);
            assert_eq!(has_foreign_parts(&html), None, "{name} with {text:?}");
            // What is blank counts as not given: the page says so in other words.
            if text.trim().is_empty() {
                continue;
            }
            let found = skeleton(&html);
            assert!(found == expected, "{name} with {text:?}: {}", difference(&expected, &found));
        }
    }
}

#[test]
fn no_hostile_text_changes_the_tree_of_a_page_first_part() {
    no_text_changes_a_tree(0, 3);
}

#[test]
fn no_hostile_text_changes_the_tree_of_a_page_second_part() {
    no_text_changes_a_tree(1, 3);
}

#[test]
fn no_hostile_text_changes_the_tree_of_a_page_third_part() {
    no_text_changes_a_tree(2, 3);
}

#[test]
fn a_tree_that_is_changed_is_noticed() {
    let expected = skeleton("<p title=\"a\">b</p>");
    for page in ["<p title=\"a\" onload=\"x\">b</p>", "<p title=\"a\">b<x-hostile></p>", "<p title=\"a\">b</p></main>"]
    {
        assert_ne!(skeleton(page), expected, "{page}");
    }
    assert_eq!(skeleton("<p title=\"&lt;x&gt;\">&lt;i&gt;a<wbr>b</p>"), expected);
    assert!(has_foreign_parts("<p onclick=\"x\">").is_some() && has_foreign_parts("<x-hostile>").is_some());
}
