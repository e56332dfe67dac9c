//! Pages with sample data as files, to be looked at in a browser.

use std::{collections::HashMap, fs, path::Path};

use leptos::prelude::*;
use secrecy::SecretString;

use super::{
    samples::{
        adele, approval, at, because, confirmed, first_up, grady_of_support, hand_over, handed_over_notice, list,
        listed, listed_tenant, megan, now, of_megan, onboarding, onboarding_id, opened_by_megan, refused, review,
        sealed, sent_back, view as sample_view,
    },
    untranslated::untranslated,
};
use crate::{
    components::{
        onboarding::{OnboardingRow, SoldThrough},
        shell::{Frame, Shell},
        testing::{as_on_a_page, sample_frame},
    },
    config::Environment,
    credentials::{Credential, CredentialsStatus},
    domain::{self, AddressCheck, AddressStatus, DomainAvailability, ResellerChoice, ResellerState},
    entra::SignInProblem,
    i18n::Language,
    journal::{Onboarding, OnboardingState, Reason, Submission, SubmissionSetting},
    listing::ListedCustomer,
    pages::{
        AlreadyOpenedPage, AlreadyOpenedView, ApprovalPage, CredentialsPage, CredentialsView, CustomerPage,
        CustomerView, CustomersPage, HomePage, HomeView, Problem, Refused, ResellerPage, ResellerView, ResellersPage,
        ResellersView, ReviewPage, ReviewView, SentOtherwisePage, SentOtherwiseView, SignInNotice, SignInPage,
        SignInView, problem_page,
    },
    provisioning::{AuditFound, CustomerFound, DomainFound, Evidence, ExistingTenant, Repeat, Review},
};

/// Writes one page.
fn save(folder: &Path, name: &str, frame: Frame, body: AnyView) {
    let title = name.to_owned();
    let frame = Frame { language: Language::of_page(), bare: false, ..frame };
    let document = view! { <Shell frame title>{body}</Shell> }.to_html();
    fs::write(folder.join(format!("{name}.html")), document).unwrap();
}

fn frame(path: &str, environment: Environment) -> Frame {
    Frame { path: path.to_owned(), environment, ..sample_frame() }
}

fn rows() -> Vec<OnboardingRow> {
    let others = [
        ("Wingtip Toys", OnboardingState::Created, "First Up Consultants", "2026-11-20T19:27:05Z"),
        ("Adatum", OnboardingState::Sending, "ReleCloud", "2026-11-20T19:29:50Z"),
        (
            "Tailspin Aviation und Flugzeugbau GmbH & Co. KG",
            OnboardingState::Unknown,
            "Contoso AB",
            "2026-11-20T17:02:00Z",
        ),
        ("Northwind", OnboardingState::AwaitingApproval, "First Up Consultants", "2026-11-20T18:00:00Z"),
        ("Litware", OnboardingState::Rejected, "First Up Consultants", "2026-11-18T09:00:00Z"),
        ("Proseware", OnboardingState::NeedsAttention, "Fabrikam Residences", "2026-11-17T09:00:00Z"),
        ("", OnboardingState::Draft, "", "2026-11-02T09:00:00Z"),
    ];
    others
        .into_iter()
        .map(|(name, state, reseller, changed_at)| {
            let sold_through =
                if reseller.is_empty() { SoldThrough::NotChosen } else { SoldThrough::Reseller(reseller.to_owned()) };
            let prefix: String = name.chars().filter(char::is_ascii_alphanumeric).take(27).collect();
            OnboardingRow {
                company_name: name.to_owned(),
                domain: if name.is_empty() {
                    String::new()
                } else {
                    format!("{}.onmicrosoft.com", prefix.to_lowercase())
                },
                sold_through,
                changed_at: at(changed_at),
                ..OnboardingRow::new(&onboarding(state))
            }
        })
        .collect()
}

fn of(state: OnboardingState) -> Vec<OnboardingRow> {
    rows().into_iter().filter(|row| row.state == state).collect()
}

fn customer_page(view: CustomerView) -> AnyView {
    view! { <CustomerPage view/> }.into_any()
}

fn review_page(review: Review, environment: Environment) -> AnyView {
    let address_lines = review.customer.formatted_address(&review.rules);
    let view = ReviewView {
        review,
        address_lines,
        environment,
        needs_approval: false,
        is_resellers_own: false,
        refused: None,
    };
    view! { <ReviewPage view/> }.into_any()
}

#[test]
#[ignore = "writes files for a person to look at: the folder pages-preview among the temporary files"]
fn write_the_pages_for_looking_at_them() {
    let folder = std::env::temp_dir().join("pages-preview");
    fs::create_dir_all(&folder).unwrap();
    as_on_a_page(|| write_lists(&folder));
    as_on_a_page(|| write_customers(&folder));
    as_on_a_page(|| write_others(&folder));
    as_on_a_page(|| write_of_two_sides(&folder));
}

#[test]
fn no_page_says_anything_that_is_not_in_a_message_file() {
    let folder = std::env::temp_dir().join(format!("pages-pseudo-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    as_on_a_page(|| {
        provide_context(Language::Pseudo);
        write_lists(&folder);
        write_customers(&folder);
        write_others(&folder);
        write_of_two_sides(&folder);
    });
    let mut left = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let html = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        left.extend(untranslated(&html).into_iter().map(|words| format!("{name}: {words}")));
    }
    fs::remove_dir_all(&folder).unwrap();
    assert!(left.is_empty(), "{left:#?}");
}

fn write_lists(folder: &Path) {
    let simulator = |path| frame(path, Environment::Simulator);
    let home = HomeView {
        operator: adele(),
        attention: of(OnboardingState::NeedsAttention),
        unopened: of(OnboardingState::Created),
        to_approve: of(OnboardingState::AwaitingApproval),
        handed_over: vec![handed_over_notice(sealed()), handed_over_notice(opened_by_megan())],
        awaiting: vec![],
        running: [of(OnboardingState::Unknown), of(OnboardingState::Sending)].concat(),
        ended: of(OnboardingState::Rejected),
        drafts: of(OnboardingState::Draft),
        first_to_expire: Some(now() + crate::clock::SignedDuration::from_hours(5)),
        now: now(),
    };
    let empty = HomeView {
        attention: vec![],
        unopened: vec![],
        to_approve: vec![],
        handed_over: vec![],
        running: vec![],
        ended: vec![],
        drafts: vec![],
        first_to_expire: None,
        ..home.clone()
    };
    save(folder, "home", simulator("/"), view! { <HomePage view=home/> }.into_any());
    save(folder, "home-empty", frame("/", Environment::Production), view! { <HomePage view=empty/> }.into_any());
    let everything = OnboardingState::ALL.map(|state| listed(state, None)).into_iter();
    let rows = everything.chain([ListedCustomer::Tenant(listed_tenant())]).collect();
    let customers = list(adele(), rows);
    save(folder, "customers", simulator("/customers"), view! { <CustomersPage view=customers/> }.into_any());
    let paused = ResellerChoice {
        name: "Proseware".to_owned(),
        state: ResellerState::Inactive("Suspended".to_owned()),
        location: "SE".to_owned(),
        ..first_up()
    };
    let resellers = ResellersView {
        refused: None,
        submissions: HashMap::from([(first_up().id, Submission::Approved)]),
        resellers: Some(vec![first_up(), paused]),
        may_set: true,
    };
    save(folder, "resellers", simulator("/resellers"), view! { <ResellersPage view=resellers/> }.into_any());
    let down = ResellersView { resellers: None, refused: None, submissions: HashMap::new(), may_set: false };
    save(folder, "resellers-down", simulator("/resellers"), view! { <ResellersPage view=down/> }.into_any());
}

fn write_customers(folder: &Path) {
    let path = "/customers/019aa2f0";
    let created = onboarding(OnboardingState::Created);
    let lost = Onboarding { failure: Some(because(Reason::LostAnswer)), ..onboarding(OnboardingState::Unknown) };
    let no = Onboarding { failure: Some(refused(400, Some("600051"))), ..onboarding(OnboardingState::Rejected) };
    let again =
        Onboarding { failure: Some(because(Reason::SignInAgain)), ..onboarding(OnboardingState::NeedsAttention) };
    let seen = Onboarding {
        visible_at: Some(at("2026-11-20T19:27:15Z")),
        next_attempt_at: Some(at("2026-11-20T19:30:35Z")),
        ..created.clone()
    };
    let verified = Onboarding {
        visible_at: Some(at("2026-11-20T19:27:15Z")),
        reseller_verified_at: Some(at("2026-11-20T19:27:16Z")),
        ..created.clone()
    };
    let unclear = Onboarding {
        failure: Some(because(Reason::DomainTaken)),
        in_doubt: true,
        ..onboarding(OnboardingState::NeedsAttention)
    };
    let evidence = Evidence {
        repeat: Repeat::Refused { status: 409, code: Some("1003".to_owned()) },
        customer: CustomerFound::No,
        domain: DomainFound::Taken,
        audit: AuditFound::Nothing,
    };
    let support =
        CustomerView { viewer: grady_of_support(), may_open: false, ..sample_view(created.clone(), Some(sealed())) };
    for (name, view) in vec![
        ("customer-draft", sample_view(onboarding(OnboardingState::Draft), None)),
        ("customer-sending", sample_view(onboarding(OnboardingState::Sending), None)),
        ("customer-sealed", sample_view(created.clone(), Some(sealed()))),
        ("customer-support", support),
        ("customer-confirmed", sample_view(created.clone(), Some(confirmed()))),
        ("customer-missing", sample_view(created, Some(CredentialsStatus::Missing))),
        ("customer-unknown", sample_view(lost, None)),
        ("customer-visible", sample_view(seen, Some(sealed()))),
        ("customer-verified", sample_view(verified, Some(confirmed()))),
        ("customer-unclear", CustomerView { evidence: Some((now(), evidence)), ..sample_view(unclear, None) }),
        ("customer-rejected", sample_view(no, None)),
        ("customer-attention", sample_view(again, None)),
    ] {
        save(folder, name, frame(path, Environment::Simulator), customer_page(view));
    }
}

/// Hand-over and four eyes, as each side sees them.
fn write_of_two_sides(folder: &Path) {
    let path = "/customers/019aa2f0";
    let created = onboarding(OnboardingState::Created);
    let handed =
        CustomerView { hand_over: Some(hand_over()), may_open: false, ..sample_view(created.clone(), Some(sealed())) };
    let opened = CustomerView { hand_over: Some(hand_over()), ..sample_view(created.clone(), Some(opened_by_megan())) };
    let waits = sample_view(of_megan(OnboardingState::AwaitingApproval), None);
    let back = Onboarding { sent_back: Some(sent_back()), ..of_megan(OnboardingState::Draft) };
    let keep = |name, view| save(folder, name, frame(path, Environment::Simulator), customer_page(view));
    keep("handed-giver", handed.clone());
    keep("handed-reseller", CustomerView { viewer: megan(), may_open: true, ..handed });
    keep("handed-opened", opened);
    keep("waits-approver", waits.clone());
    keep("waits-owner", CustomerView { viewer: megan(), ..waits });
    keep("sent-back", CustomerView { viewer: megan(), ..sample_view(back, None) });
    let missing = Refused { sends_back: true, comment: String::new(), problem: domain::Problem::Missing };
    for (name, environment, refused) in
        [("approval", Environment::Simulator, None), ("approval-refused", Environment::Production, Some(missing))]
    {
        let view = approval(review(), environment, refused);
        save(folder, name, frame(path, environment), view! { <ApprovalPage view/> }.into_any());
    }
    let address_lines = review().customer.formatted_address(&review().rules);
    let view = ReviewView {
        review: review(),
        address_lines,
        environment: Environment::Simulator,
        needs_approval: true,
        is_resellers_own: true,
        refused: None,
    };
    save(folder, "review-to-approve", frame(path, Environment::Simulator), view! { <ReviewPage view/> }.into_any());
    let setting = SubmissionSetting {
        submission: Submission::Approved,
        by_name: "Nestor Wilke".to_owned(),
        at: at("2026-11-18T09:00:00Z"),
    };
    let view = ResellerView { reseller: first_up(), setting: Some(setting), saved: true };
    save(folder, "reseller", frame("/resellers", Environment::Simulator), view! { <ResellerPage view/> }.into_any());
}

fn write_others(folder: &Path) {
    let path = "/customers/019aa2f0/review";
    save(folder, "review", frame(path, Environment::Simulator), review_page(review(), Environment::Simulator));
    let doubtful = Review {
        availability: DomainAvailability::CouldNotCheck,
        address_check: AddressCheck::new(AddressStatus::None),
        existing: ExistingTenant { mail_domain: Some("wingtiptoys.example".to_owned()), ..ExistingTenant::default() },
        ..review()
    };
    save(
        folder,
        "review-production",
        frame(path, Environment::Production),
        review_page(doubtful, Environment::Production),
    );
    let taken = Review { availability: DomainAvailability::Taken, ..review() };
    save(folder, "review-taken", frame(path, Environment::Sandbox), review_page(taken, Environment::Sandbox));
    let credential = Credential {
        user_name: "admin@wingtiptoys.onmicrosoft.com".to_owned(),
        password: SecretString::from("=;;n.=s9Z"),
        until: at("2026-11-20T19:32:05Z"),
    };
    let (id, company_name) = (onboarding_id(), "Wingtip Toys".to_owned());
    let sign_in_address = "https://admin.microsoft.com".to_owned();
    let view =
        CredentialsView { id: id.clone(), company_name: company_name.clone(), credential, sign_in_address, now: now() };
    save(folder, "credentials", frame(path, Environment::Simulator), view! { <CredentialsPage view/> }.into_any());
    let view = AlreadyOpenedView { id, company_name, status: confirmed(), viewer: adele(), now: now() };
    save(folder, "opened", frame(path, Environment::Simulator), view! { <AlreadyOpenedPage view/> }.into_any());
    for (name, notice) in [
        ("sign-in", None),
        ("sign-in-ended", Some(SignInNotice::Ended)),
        ("sign-in-factor", Some(SignInNotice::Failed(SignInProblem::SecondFactor))),
    ] {
        let view = SignInView {
            start: "/auth/start".to_owned(),
            start_as_reseller: "/auth/start?as=reseller".to_owned(),
            notice,
            answers_saved: notice == Some(SignInNotice::Ended),
            reference: if notice.is_some() { "4f2a91c7".to_owned() } else { String::new() },
        };
        let frame = Frame { operator: None, ..frame("/sign-in", Environment::Simulator) };
        save(folder, name, frame, view! { <SignInPage view/> }.into_any());
    }
    let sent = OnboardingRow::new(&onboarding(OnboardingState::Sending));
    let answers = vec![("company_name".to_owned(), "Wingtip".to_owned())];
    let view = SentOtherwiseView { sent, answers, draft: onboarding_id(), now: now() };
    save(folder, "sent-otherwise", frame(path, Environment::Simulator), view! { <SentOtherwisePage view/> }.into_any());
    let problem = problem_page(Problem::NotFound, true, "4f2a91c7".to_owned()).into_any();
    save(folder, "problem", frame("/nowhere", Environment::Simulator), problem);
}
