//! Check the details before the tenant is created: the last page on which anything can be changed.

use leptos::prelude::*;

use super::{
    address_choice::{REASON, RefusedReason, address_finding},
    relationship::sign_list,
};
use crate::{
    components::{
        badge::Tone,
        icon::Icon,
        notice::{Notice, NoticeKind},
        stepper::{Step, Stepper},
    },
    config::Environment,
    domain::{
        DomainAvailability, Field, NewCustomer, OnboardingId, ResellerChoice, ResellerReadiness, country_name,
        culture_name, language_name,
    },
    paths,
    provisioning::{Doubt, Review},
};

/// What the review shows.
#[derive(Clone, Debug)]
pub struct ReviewView {
    /// The answers, understood, with what Microsoft says of them.
    pub review: Review,
    /// The address as on an envelope of its country, one line each.
    pub address_lines: Vec<String>,
    /// What the portal talks to.
    pub environment: Environment,
    /// Whether somebody of the provider approves it before it is sent.
    pub needs_approval: bool,
    /// Whether a person of the reseller sends it, to whom the password belongs then.
    pub is_resellers_own: bool,
    /// A reason for the address that cannot be taken as it is.
    pub refused: Option<RefusedReason>,
}

/// The review.
#[component]
pub fn ReviewPage(
    /// What it shows.
    view: ReviewView,
) -> impl IntoView {
    let ReviewView { review, address_lines, environment, needs_approval, is_resellers_own, refused } = view;
    let id = review.id.clone();
    let obstacle = Obstacle::of(&review);
    let decision = match obstacle {
        Some(obstacle) => change_first(&review, obstacle).into_any(),
        None if needs_approval => ask_form(&review).into_any(),
        None => create_form(&review, environment, is_resellers_own).into_any(),
    };
    view! {
        <div class="page page--form">
            <Stepper current=Step::Check/>
            {refused.as_ref().map(problem_summary)}
            <h1 class="page__title">{review_title(needs_approval)}</h1>
            {answers(&review, &address_lines, Way::To(&id), refused.as_ref())}
            {decision}
        </div>
    }
}

/// What is wrong, at the top of the page.
fn problem_summary(refused: &RefusedReason) -> impl IntoView + use<> {
    view! {
        <div class="error-summary" id="error-summary" tabindex="-1">
            <div role="alert">
                <h2>"There is a problem"</h2>
                <ul>
                    <li>
                        <a href=format!("#{REASON}")>{refused.words()}</a>
                    </li>
                </ul>
            </div>
        </div>
    }
}

/// That the company seems to have a tenant already, and the way to it: a choice, not a wall.
fn existing_tenant(review: &Review, way: Way<'_>) -> Option<AnyView> {
    if review.existing.is_empty() {
        return None;
    }
    let address = match way {
        Way::To(id) => Some(paths::relationship(id)),
        Way::Nowhere => None,
    };
    let instead = address.map(|address| {
        view! {
            <div class="actions">
                <a class="button button--secondary" href=address>
                    "Ask for a relationship instead"
                </a>
            </div>
        }
    });
    let signs = sign_list(&review.existing);
    let notice = view! {
        <Notice kind=NoticeKind::Warning title="This company seems to have a tenant already">
            {signs}
            <p>"A second tenant is seldom what a customer wants, and cannot be undone. You can create one all the same."</p>
            {instead}
        </Notice>
    };
    Some(notice.into_any())
}

/// What the review is called.
pub fn review_title(needs_approval: bool) -> &'static str {
    if needs_approval {
        "Check the details before you send them to be approved"
    } else {
        "Check the details before you create the tenant"
    }
}

/// Where the answers can be changed.
#[derive(Clone, Copy)]
pub(super) enum Way<'a> {
    /// In the form of this draft.
    To(&'a OnboardingId),
    /// Nowhere: somebody else has given them.
    Nowhere,
}

/// All answers with what Microsoft says of them, a card each.
pub(super) fn answers(
    review: &Review,
    address_lines: &[String],
    way: Way<'_>,
    refused: Option<&RefusedReason>,
) -> AnyView {
    view! {
        {existing_tenant(review, way)}
        {reseller_card(way, review.reseller.clone(), review.readiness)}
        {company_card(way, review)}
        {address_card(way, address_lines, review, refused)}
        {contact_card(way, review)}
        {options_card(way, &review.customer)}
    }
    .into_any()
}

/// One line of a card: question, answer, and the way back to the field.
fn row(way: Way<'_>, field: Field, label: &str, answer: impl IntoView + 'static) -> AnyView {
    let change = match way {
        Way::To(id) => {
            let change = format!("{}#{}", paths::draft(id), field.name());
            let words = in_a_sentence(label);
            Some(view! {
                <dd class="summary-list__action">
                    <a href=change>"Change" <span class="visually-hidden">" " {words}</span></a>
                </dd>
            })
        }
        Way::Nowhere => None,
    };
    view! {
        <div class="summary-list__row">
            <dt>{label.to_owned()}</dt>
            <dd>{answer}</dd>
            {change}
        </div>
    }
    .into_any()
}

/// A label inside a sentence: the first letter small, unless the word is an abbreviation or a name.
fn in_a_sentence(label: &str) -> String {
    let mut letters = label.chars();
    let is_name = label.starts_with("Microsoft") || label.chars().nth(1).is_some_and(char::is_uppercase);
    match letters.next() {
        Some(first) if !is_name => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

/// An answer, or that there is none.
fn given(answer: Option<&str>) -> AnyView {
    match answer.filter(|answer| !answer.is_empty()) {
        Some(answer) => answer.to_owned().into_any(),
        None => view! { <span class="soft">"Not provided"</span> }.into_any(),
    }
}

fn card(title: &'static str, rows: Vec<AnyView>) -> impl IntoView {
    view! {
        <section class="card">
            <h2 class="card__title">{title}</h2>
            <dl class="summary-list">{rows}</dl>
        </section>
    }
}

/// What a check has found, with the icon of its tone.
pub(super) fn finding(tone: Tone, words: impl Into<String>) -> AnyView {
    let state = match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Neutral => "neutral",
        _ => "unknown",
    };
    let words = words.into();
    view! {
        <p class="field__status" data-state=state>
            <Icon name=tone.icon()/>
            <span>{words}</span>
        </p>
    }
    .into_any()
}

fn reseller_card(
    way: Way<'_>,
    reseller: Option<ResellerChoice>,
    readiness: Option<ResellerReadiness>,
) -> impl IntoView + use<> {
    let rows = match reseller {
        None => vec![row(
            way,
            Field::CustomerOf,
            "Sold by",
            view! {
                <strong>"You, directly"</strong>
                <p class="soft">
                    "This will be a direct customer of the provider. No indirect reseller will be named at Microsoft."
                </p>
            },
        )],
        Some(reseller) => with_a_reseller(way, reseller, readiness),
    };
    card("Reseller", rows)
}

fn with_a_reseller(way: Way<'_>, reseller: ResellerChoice, readiness: Option<ResellerReadiness>) -> Vec<AnyView> {
    let place = country_name(&reseller.location).map_or_else(|| reseller.location.clone(), str::to_owned);
    vec![
        row(
            way,
            Field::Reseller,
            "Indirect reseller",
            view! {
                <strong>{reseller.name}</strong>
                {readiness.map(readiness_finding)}
            },
        ),
        row(way, Field::Reseller, "MPN ID", id_text(&reseller.mpn_id)),
        row(way, Field::Reseller, "Location", place),
        row(way, Field::Reseller, "Tenant ID of the reseller", id_text(&reseller.id)),
    ]
}

/// This page has no island, so there is no button that copies beside an id.
fn id_text(id: &impl ToString) -> AnyView {
    view! { <code class="mono" translate="no">{id.to_string()}</code> }.into_any()
}

fn readiness_finding(readiness: ResellerReadiness) -> AnyView {
    match readiness {
        ResellerReadiness::Ready => finding(Tone::Good, "Active, and has accepted the Microsoft Partner Agreement"),
        ResellerReadiness::Inactive => finding(Tone::Bad, "The relationship is not active"),
        ResellerReadiness::AgreementMissing => finding(Tone::Bad, "Has not accepted the Microsoft Partner Agreement"),
        ResellerReadiness::CouldNotCheck => finding(
            Tone::Warning,
            "We could not check the reseller just now. Microsoft will when you create the tenant",
        ),
    }
}

fn company_card(way: Way<'_>, review: &Review) -> impl IntoView + use<> {
    let customer = &review.customer;
    let domain = review.domain.clone();
    let mut rows = vec![
        row(way, Field::CompanyName, "Registered company name", customer.company_name().to_owned()),
        row(
            way,
            Field::Domain,
            "Microsoft domain",
            view! {
                <strong class="mono break" translate="no">
                    {domain}
                </strong>
                {availability_finding(review.availability)}
            },
        ),
    ];
    if let Some(rule) = &review.rules.registration_number {
        let label = format!("Registration number ({})", rule.local_name);
        rows.push(row(way, Field::RegistrationNumber, &label, given(customer.registration_number())));
    }
    card("Company", rows)
}

fn availability_finding(availability: DomainAvailability) -> AnyView {
    match availability {
        DomainAvailability::Free => {
            finding(Tone::Good, "Still free. It is taken when the tenant is created, not before")
        }
        DomainAvailability::Taken => finding(Tone::Bad, "Already used by another tenant"),
        DomainAvailability::Held => finding(Tone::Bad, "Another onboarding here has just chosen it"),
        DomainAvailability::CouldNotCheck => {
            finding(Tone::Warning, "We could not check the domain just now. Microsoft will when you create the tenant")
        }
    }
}

fn address_card(
    way: Way<'_>,
    lines: &[String],
    review: &Review,
    refused: Option<&RefusedReason>,
) -> impl IntoView + use<> {
    let country = review.rules.country_name.clone();
    let rows = vec![
        row(way, Field::Country, "Country or region", country),
        row(
            way,
            Field::AddressLine1,
            "Registered address",
            view! {
                {envelope(lines)}
                {address_finding(way, review, refused)}
            },
        ),
    ];
    card("Address", rows)
}

fn envelope(lines: &[String]) -> impl IntoView + use<> {
    let lines = lines.iter().filter(|line| !line.is_empty()).cloned();
    let lines = lines.map(|line| view! { <span class="envelope__line">{line}</span> }).collect_view();
    view! {
        <p class="envelope" translate="no">
            {lines}
        </p>
    }
}

fn contact_card(way: Way<'_>, review: &Review) -> impl IntoView + use<> {
    let customer = &review.customer;
    let address = customer.default_address();
    let doubt = review.doubts.contains(&Doubt::Phone).then(|| {
        let country = &review.rules.country_name;
        finding(Tone::Warning, format!("This does not look like a number of {country}. You can go on if it is right"))
    });
    let middle = address.middle_name().map(str::to_owned);
    let mut rows = vec![row(way, Field::FirstName, "Given name", address.first_name().to_owned())];
    rows.extend(middle.map(|name| row(way, Field::MiddleName, "Middle name", name)));
    rows.extend([
        row(way, Field::LastName, "Family name", address.last_name().to_owned()),
        row(
            way,
            Field::Email,
            "Contact's email address",
            view! { <span class="break">{customer.email().to_owned()}</span> },
        ),
        row(
            way,
            Field::Phone,
            "Phone number",
            view! {
                {given(address.phone_number())}
                {doubt}
            },
        ),
    ]);
    card("Main contact", rows)
}

fn options_card(way: Way<'_>, customer: &NewCustomer) -> impl IntoView + use<> {
    let culture = culture_name(customer.culture()).unwrap_or(customer.culture()).to_owned();
    let language = language_name(customer.language()).unwrap_or(customer.language()).to_owned();
    let roles = if customer.enable_gdap_by_default() {
        "Yes. The provider gets standard admin roles, which a lost password needs"
    } else {
        "No. A lost password cannot be replaced by the provider"
    };
    let rows = vec![
        row(way, Field::Culture, "Format of invoices", culture),
        row(way, Field::Language, "Language of Microsoft's messages", language),
        row(way, Field::Gdap, "Standard admin roles", roles),
    ];
    card("Languages and rights", rows)
}

/// What makes a create pointless: Microsoft has said so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    DomainTaken,
    DomainHeld,
    ResellerInactive,
    AgreementMissing,
}

impl Obstacle {
    /// Only definite answers count; what could not be checked, Microsoft decides.
    pub(super) fn of(review: &Review) -> Option<Self> {
        match (review.availability, review.readiness) {
            (DomainAvailability::Taken, _) => Some(Self::DomainTaken),
            (DomainAvailability::Held, _) => Some(Self::DomainHeld),
            (_, Some(ResellerReadiness::Inactive)) => Some(Self::ResellerInactive),
            (_, Some(ResellerReadiness::AgreementMissing)) => Some(Self::AgreementMissing),
            _ => None,
        }
    }
}

/// What has to happen first, and by whom, with the field that it is about.
pub(super) fn obstacle_words(review: &Review, obstacle: Obstacle) -> (String, String, Field) {
    let reseller = review.reseller.as_ref().map_or("The reseller", |reseller| reseller.name.as_str());
    match obstacle {
        Obstacle::DomainTaken => (
            "The domain is already used".to_owned(),
            format!("{} belongs to another tenant. Choose another domain.", review.domain),
            Field::Domain,
        ),
        Obstacle::DomainHeld => (
            "Another onboarding has chosen the domain".to_owned(),
            format!("{} is held for it for 15 minutes. Choose another domain, or check again later.", review.domain),
            Field::Domain,
        ),
        Obstacle::ResellerInactive => (
            format!("{reseller} cannot get new customers now"),
            "The relationship is not active. It has to be renewed in Partner Center, or choose another reseller."
                .to_owned(),
            Field::Reseller,
        ),
        Obstacle::AgreementMissing => (
            format!("{reseller} has not accepted the Microsoft Partner Agreement"),
            format!("A global admin of {reseller} must sign it in Partner Center. Your answers stay saved until then."),
            Field::Reseller,
        ),
    }
}

/// Instead of the button.
fn change_first(review: &Review, obstacle: Obstacle) -> impl IntoView + use<> {
    let (title, words, field) = obstacle_words(review, obstacle);
    let change = format!("{}#{}", paths::draft(&review.id), field.name());
    view! {
        <Notice kind=NoticeKind::Bad title>
            <p>{words}</p>
        </Notice>
        <div class="actions">
            <a class="button" href=change>
                "Change details"
            </a>
            <a class="button button--secondary" href=paths::review(&review.id)>
                "Check again"
            </a>
        </div>
    }
}

/// What asking for an approval means, and the button that does it.
fn ask_form(review: &Review) -> impl IntoView + use<> {
    view! {
        <Notice kind=NoticeKind::Info title="Your provider looks at it before anything is created">
            <p>
                "An account manager approves it, and the tenant is created exactly as it is shown here; or it comes back to you with a comment. Either way this portal shows it on your home page."
            </p>
        </Notice>
        <form class="actions" method="post" action=paths::review(&review.id)>
            <input type="hidden" name="payload_hash" value=review.payload_hash.clone()/>
            <button class="button" type="submit">
                "Send it to be approved"
            </button>
            <a class="button button--secondary" href=paths::draft(&review.id)>
                "Change details"
            </a>
        </form>
    }
}

/// What creating means, and the button that does it.
fn create_form(review: &Review, environment: Environment, is_resellers_own: bool) -> impl IntoView + use<> {
    let label = match &review.reseller {
        Some(reseller) => format!("Create tenant for {}", reseller.name),
        None => "Create tenant as a direct customer".to_owned(),
    };
    view! {
        {consequences(&review.domain, environment, is_resellers_own)}
        <form class="actions" method="post" action=paths::review(&review.id)>
            <input type="hidden" name="payload_hash" value=review.payload_hash.clone()/>
            <button class="button" type="submit">
                {label}
            </button>
            <a class="button button--secondary" href=paths::draft(&review.id)>
                "Change details"
            </a>
        </form>
    }
}

fn consequences(domain: &str, environment: Environment, is_resellers_own: bool) -> impl IntoView + use<> {
    let to_whom = if is_resellers_own {
        "to you, or to a colleague if you share it"
    } else {
        "to you or an administrator of it, whoever opens it first"
    };
    let (kind, title, place) = match environment {
        Environment::Production => (
            NoticeKind::Warning,
            "PRODUCTION: this creates a real tenant at Microsoft, at once",
            "There is no undo: the tenant exists from that moment on, whether it is used or not.",
        ),
        Environment::Sandbox => (
            NoticeKind::Warning,
            "SANDBOX: this creates a tenant in Microsoft's integration sandbox, at once",
            "Sandboxes hold a limited number of customers.",
        ),
        Environment::Simulator => (
            NoticeKind::Info,
            "SIMULATOR: nothing is created at Microsoft",
            "Everything behaves as it would in production, with tenants that do not exist.",
        ),
    };
    let domain = domain.to_owned();
    let administrator = format!("admin@{domain}");
    view! {
        <Notice kind title>
            <ul class="list">
                <li>{place}</li>
                <li>
                    <strong class="mono break" translate="no">
                        {domain}
                    </strong>
                    " can never be changed."
                </li>
                <li>
                    "The password of "
                    <span class="mono break" translate="no">
                        {administrator}
                    </span>
                    " will be shown once, in this portal, " {to_whom} ". It is not sent by email."
                </li>
            </ul>
        </Notice>
    }
}
