//! What the tests of the pages start from.

use crate::{
    clock::Timestamp,
    components::testing::sample_operator,
    config::Environment,
    credentials::{CredentialsStatus, HandOver, HandOverNotice},
    domain::{
        AddressCheck, AddressStatus, CountryRules, DomainAvailability, NewCustomer, NewCustomerForm, OnboardingId,
        Operator, PersonKey, ResellerChoice, ResellerOfPerson, ResellerReadiness, ResellerState, Role, Side,
    },
    journal::{Failure, Happening, Onboarding, OnboardingEvent, OnboardingState, Reason, SentBack},
    listing::{CustomerQuery, ListedCustomer, ListedOnboarding, ListedTenant, PasswordMark},
    pages::{ApprovalView, CustomerView, CustomersView, Refused, ResellerFilter},
    provisioning::{ExistingTenant, Review},
};

pub(super) const FIRST_UP: &str = "484e548c-f5f3-4528-93a9-c16c6373cb59";
pub(super) const TENANT: &str = "3c95518e-8c37-41e3-9627-0ca339200f53";

pub(super) fn now() -> Timestamp {
    at("2026-11-20T19:30:05Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn onboarding_id() -> OnboardingId {
    "019aa2f0-5a0e-7c31-8f2e-0d6b5f3a9c11".parse().unwrap()
}

pub(super) fn adele() -> Operator {
    sample_operator(Role::AccountManager)
}

pub(super) fn grady_of_support() -> Operator {
    let key = PersonKey { oid: "grady".to_owned(), ..adele().key };
    let sign_in_name = "grady@tailwind.example".to_owned();
    Operator { key, name: "Grady Archie".to_owned(), sign_in_name, side: Side::Provider(Role::Support), address: None }
}

/// A person of the reseller First Up Consultants.
pub(super) fn megan_of_first_up() -> Operator {
    let key = PersonKey { tid: FIRST_UP.to_owned(), oid: "megan".to_owned() };
    let reseller = ResellerOfPerson { id: FIRST_UP.parse().unwrap(), name: "First Up Consultants".to_owned() };
    Operator { key, name: "Megan Bowen".to_owned(), side: Side::Reseller(reseller), ..adele() }
}

pub(super) fn rules(country: &str) -> CountryRules {
    CountryRules::built_in(&country.parse().unwrap())
}

pub(super) fn wingtip_toys() -> NewCustomerForm {
    NewCustomerForm {
        customer_of: "reseller".to_owned(),
        reseller_id: FIRST_UP.to_owned(),
        reseller_search: "First Up Consultants".to_owned(),
        country: "US".to_owned(),
        company_name: "Wingtip Toys".to_owned(),
        domain: "wingtiptoys".to_owned(),
        address_line1: "One Microsoft Way".to_owned(),
        city: "Redmond".to_owned(),
        state: "WA".to_owned(),
        postal_code: "98052".to_owned(),
        first_name: "Gena".to_owned(),
        last_name: "Soto".to_owned(),
        email: "gena@wingtiptoys.example".to_owned(),
        culture: "en-US".to_owned(),
        language: "en".to_owned(),
        gdap: "on".to_owned(),
        ..NewCustomerForm::default()
    }
}

pub(super) fn customer(form: &NewCustomerForm) -> NewCustomer {
    form.parse(&rules(&form.country)).unwrap()
}

pub(super) fn first_up() -> ResellerChoice {
    ResellerChoice {
        id: FIRST_UP.parse().unwrap(),
        name: "First Up Consultants".to_owned(),
        mpn_id: "4847383".to_owned(),
        location: "US".to_owned(),
        state: ResellerState::Active,
    }
}

pub(super) fn review() -> Review {
    Review {
        id: onboarding_id(),
        customer: customer(&wingtip_toys()),
        reseller: Some(first_up()),
        readiness: Some(ResellerReadiness::Ready),
        rules: rules("US"),
        domain: "wingtiptoys.onmicrosoft.com".to_owned(),
        availability: DomainAvailability::Free,
        address_check: AddressCheck::new(AddressStatus::Verified),
        address_kept: None,
        existing: ExistingTenant::default(),
        doubts: Vec::new(),
        payload_hash: "5f0c".to_owned(),
    }
}

pub(super) fn onboarding(state: OnboardingState) -> Onboarding {
    let sent = state != OnboardingState::Draft;
    Onboarding {
        id: onboarding_id(),
        state,
        owner: adele().key,
        owner_name: "Adele Vance".to_owned(),
        form: wingtip_toys(),
        reseller_id: Some(FIRST_UP.parse().unwrap()),
        reseller_name: Some("First Up Consultants".to_owned()),
        domain: "wingtiptoys.onmicrosoft.com".to_owned(),
        company_name: "Wingtip Toys".to_owned(),
        payload_hash: sent.then(|| "5f0c".to_owned()),
        request_id: sent.then(|| "6a3e0b7e-2f4d-4a43-8f4a-3f1b9d2c7e10".parse().unwrap()),
        correlation_id: sent.then(|| "c1f9a2d4-7b60-4d8e-9e55-0b8a6f2d3c47".parse().unwrap()),
        customer_id: (state == OnboardingState::Created).then(|| TENANT.parse().unwrap()),
        failure: None,
        created_ms_cv: (state == OnboardingState::Created).then(|| "q1w2e3r4t5.1".to_owned()),
        copy_of: None,
        last_sent_at: None,
        in_doubt: matches!(state, OnboardingState::Unknown | OnboardingState::Reconciling),
        next_attempt_at: None,
        visible_at: None,
        reseller_verified_at: None,
        sent_back: None,
        created_at: at("2026-11-20T19:20:00Z"),
        changed_at: at("2026-11-20T19:27:05Z"),
    }
}

/// The page's view for Adele, with the steps that lead to the state.
pub(super) fn view(onboarding: Onboarding, credentials: Option<CredentialsStatus>) -> CustomerView {
    let event = |time: &str, to, actor: Option<&str>| OnboardingEvent {
        at: at(&format!("2026-11-20T19:{time}Z")),
        what: Happening::Became(to),
        actor: actor.map(str::to_owned),
        comment: None,
    };
    let mut events = vec![event("20:00", OnboardingState::Draft, Some("Adele Vance"))];
    if onboarding.state != OnboardingState::Draft {
        events.push(event("26:48", OnboardingState::Submitted, Some("Adele Vance")));
        events.push(event("26:49", OnboardingState::Sending, None));
        events.push(event("27:05", onboarding.state, None));
    }
    CustomerView {
        onboarding,
        events,
        evidence: None,
        credentials,
        hand_over: None,
        may_open: true,
        sent: None,
        live: None,
        agreements: Vec::new(),
        may_attest: true,
        passwords: Vec::new(),
        may_set_password: false,
        token: "claim-token-of-the-form".to_owned(),
        sign_in_address: "https://admin.microsoft.com".to_owned(),
        partner_center: "https://api.partnercenter.microsoft.com/".to_owned(),
        viewer: adele(),
        now: now(),
    }
}

pub(super) fn sealed() -> CredentialsStatus {
    CredentialsStatus::Sealed { expires_at: at("2026-11-27T19:27:05Z") }
}

pub(super) fn confirmed() -> CredentialsStatus {
    CredentialsStatus::Confirmed {
        by: adele().key,
        by_name: "Adele Vance".to_owned(),
        at: at("2026-11-20T19:28:11Z"),
        confirmed_at: at("2026-11-20T19:28:40Z"),
    }
}

/// A person of First Up Consultants.
pub(super) fn megan() -> Operator {
    Operator {
        key: PersonKey { tid: FIRST_UP.to_owned(), oid: "megan".to_owned() },
        name: "Megan Bowen".to_owned(),
        sign_in_name: "megan@firstup.example".to_owned(),
        side: Side::Reseller(ResellerOfPerson {
            id: FIRST_UP.parse().unwrap(),
            name: "First Up Consultants".to_owned(),
        }),
        address: None,
    }
}

/// Adele has handed the credentials over to First Up.
pub(super) fn hand_over() -> HandOver {
    HandOver {
        to: FIRST_UP.parse().unwrap(),
        to_name: "First Up Consultants".to_owned(),
        by: adele().key,
        by_name: "Adele Vance".to_owned(),
        at: at("2026-11-20T19:28:00Z"),
    }
}

pub(super) fn handed_over_notice(status: CredentialsStatus) -> HandOverNotice {
    HandOverNotice {
        id: onboarding_id(),
        company_name: "Wingtip Toys".to_owned(),
        domain: "wingtiptoys.onmicrosoft.com".to_owned(),
        hand_over: hand_over(),
        status,
    }
}

pub(super) fn opened_by_megan() -> CredentialsStatus {
    CredentialsStatus::Confirmed {
        by: megan().key,
        by_name: "Megan Bowen".to_owned(),
        at: at("2026-11-20T19:28:30Z"),
        confirmed_at: at("2026-11-20T19:29:00Z"),
    }
}

/// An onboarding of Megan's.
pub(super) fn of_megan(state: OnboardingState) -> Onboarding {
    Onboarding { owner: megan().key, owner_name: megan().name, ..onboarding(state) }
}

/// What Adele said when she sent it back.
pub(super) fn sent_back() -> SentBack {
    SentBack {
        at: at("2026-11-20T19:25:00Z"),
        by_name: "Adele Vance".to_owned(),
        comment: "The street is missing its number. <b>Please</b> ask Gena.".to_owned(),
    }
}

pub(super) fn refused(status: u16, code: Option<&str>) -> Failure {
    Failure {
        status: Some(status),
        code: code.map(str::to_owned),
        field: None,
        ms_cv: Some("q1w2e3r4t5.0".to_owned()),
        reason: Reason::Refused,
    }
}

pub(super) fn because(reason: Reason) -> Failure {
    Failure::because(reason)
}

/// An onboarding as the list has it.
pub(super) fn listed(state: OnboardingState, password: Option<PasswordMark>) -> ListedCustomer {
    let Onboarding { id, company_name, domain, reseller_id, reseller_name, owner, owner_name, .. } = onboarding(state);
    let Onboarding { customer_id, created_at, changed_at, .. } = onboarding(state);
    ListedCustomer::Onboarding(ListedOnboarding {
        id,
        state,
        company_name,
        domain,
        reseller_id,
        reseller_name,
        owner,
        owner_name,
        customer_id,
        password,
        created_at,
        changed_at,
    })
}

/// A tenant that was not made here.
pub(super) fn listed_tenant() -> ListedTenant {
    ListedTenant {
        id: TENANT.parse().unwrap(),
        company_name: "Coho Winery".to_owned(),
        domain: "cohowinery.onmicrosoft.com".to_owned(),
        relationship: "reseller".to_owned(),
        listed_at: None,
    }
}

/// The list with these rows, which are all there are.
pub(super) fn list(operator: Operator, rows: Vec<ListedCustomer>) -> CustomersView {
    CustomersView {
        operator,
        query: CustomerQuery::default(),
        reseller: ResellerFilter::default(),
        rows,
        previous: None,
        next: None,
        is_cut_short: false,
        compact: false,
        reading: None,
        now: now(),
    }
}

/// The page on which Adele answers what Megan wants to send.
pub(super) fn approval(review: Review, environment: Environment, refused: Option<Refused>) -> ApprovalView {
    ApprovalView {
        address_lines: review.customer.formatted_address(&review.rules),
        review,
        environment,
        owner_name: "Megan Bowen".to_owned(),
        asked_at: at("2026-11-20T18:00:00Z"),
        refused,
        now: now(),
    }
}
