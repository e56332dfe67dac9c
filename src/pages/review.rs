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
    i18n::{rich, t},
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
                <h2>{t!(review.there_is_a_problem)}</h2>
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
                    {t!(review.ask_for_a_relationship_instead)}
                </a>
            </div>
        }
    });
    let signs = sign_list(&review.existing);
    let notice = view! {
        <Notice kind=NoticeKind::Warning title=t!(review.this_company_seems_to_have)>
            {signs}
            <p>{t!(review.a_second_tenant_is_seldom)}</p>
            {instead}
        </Notice>
    };
    Some(notice.into_any())
}

/// What the review is called.
pub fn review_title(needs_approval: bool) -> &'static str {
    if needs_approval {
        t!(review.check_the_details_before_you)
    } else {
        t!(review.check_the_details_before_you_create)
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
                    <a href=change>{t!(review.change)} <span class="visually-hidden">" " {words}</span></a>
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

/// A label inside a sentence: the first letter small where the language wants it, unless it is an abbreviation or a name.
fn in_a_sentence(label: &str) -> String {
    if !t!(form.labels_in_sentences).starts_with("lower") {
        return label.to_owned();
    }
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
        None => view! { <span class="soft">{t!(review.not_provided)}</span> }.into_any(),
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
            t!(review.sold_by),
            view! {
                <strong>{t!(review.you_directly)}</strong>
                <p class="soft">
                    {t!(review.this_will_be_a_direct)}
                </p>
            },
        )],
        Some(reseller) => with_a_reseller(way, reseller, readiness),
    };
    card(t!(review.reseller), rows)
}

fn with_a_reseller(way: Way<'_>, reseller: ResellerChoice, readiness: Option<ResellerReadiness>) -> Vec<AnyView> {
    let place = country_name(&reseller.location).map_or_else(|| reseller.location.clone(), str::to_owned);
    vec![
        row(
            way,
            Field::Reseller,
            t!(review.indirect_reseller),
            view! {
                <strong>{reseller.name}</strong>
                {readiness.map(readiness_finding)}
            },
        ),
        row(way, Field::Reseller, t!(review.mpn_id), id_text(&reseller.mpn_id)),
        row(way, Field::Reseller, t!(review.location), place),
        row(way, Field::Reseller, t!(review.tenant_id_of_the_reseller), id_text(&reseller.id)),
    ]
}

/// This page has no island, so there is no button that copies beside an id.
fn id_text(id: &impl ToString) -> AnyView {
    view! { <code class="mono" translate="no">{id.to_string()}</code> }.into_any()
}

fn readiness_finding(readiness: ResellerReadiness) -> AnyView {
    match readiness {
        ResellerReadiness::Ready => finding(Tone::Good, t!(review.active_and_has_accepted_the)),
        ResellerReadiness::Inactive => finding(Tone::Bad, t!(review.the_relationship_is_not_active)),
        ResellerReadiness::AgreementMissing => finding(Tone::Bad, t!(review.has_not_accepted_the_microsoft)),
        ResellerReadiness::CouldNotCheck => finding(Tone::Warning, t!(review.we_could_not_check_the)),
    }
}

fn company_card(way: Way<'_>, review: &Review) -> impl IntoView + use<> {
    let customer = &review.customer;
    let domain = review.domain.clone();
    let mut rows = vec![
        row(way, Field::CompanyName, t!(review.registered_company_name), customer.company_name().to_owned()),
        row(
            way,
            Field::Domain,
            t!(review.microsoft_domain),
            view! {
                <strong class="mono break" translate="no">
                    {domain}
                </strong>
                {availability_finding(review.availability)}
            },
        ),
    ];
    if let Some(rule) = &review.rules.registration_number {
        let label = t!(review.registration_number, local_name = rule.local_name.as_str());
        rows.push(row(way, Field::RegistrationNumber, &label, given(customer.registration_number())));
    }
    card(t!(review.company), rows)
}

fn availability_finding(availability: DomainAvailability) -> AnyView {
    match availability {
        DomainAvailability::Free => finding(Tone::Good, t!(review.still_free_it_is_taken)),
        DomainAvailability::Taken => finding(Tone::Bad, t!(review.already_used_by_another_tenant)),
        DomainAvailability::Held => finding(Tone::Bad, t!(review.another_onboarding_here_has_just)),
        DomainAvailability::CouldNotCheck => finding(Tone::Warning, t!(review.we_could_not_check_the_domain)),
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
        row(way, Field::Country, t!(review.country_or_region), country),
        row(
            way,
            Field::AddressLine1,
            t!(review.registered_address),
            view! {
                {envelope(lines)}
                {address_finding(way, review, refused)}
            },
        ),
    ];
    card(t!(review.address), rows)
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
        finding(Tone::Warning, t!(review.doubtful_phone, country = country))
    });
    let middle = address.middle_name().map(str::to_owned);
    let mut rows = vec![row(way, Field::FirstName, t!(review.given_name), address.first_name().to_owned())];
    rows.extend(middle.map(|name| row(way, Field::MiddleName, t!(review.middle_name), name)));
    rows.extend([
        row(way, Field::LastName, t!(review.family_name), address.last_name().to_owned()),
        row(
            way,
            Field::Email,
            t!(review.contacts_email_address),
            view! { <span class="break">{customer.email().to_owned()}</span> },
        ),
        row(
            way,
            Field::Phone,
            t!(review.phone_number),
            view! {
                {given(address.phone_number())}
                {doubt}
            },
        ),
    ]);
    card(t!(review.main_contact), rows)
}

fn options_card(way: Way<'_>, customer: &NewCustomer) -> impl IntoView + use<> {
    let culture = culture_name(customer.culture()).unwrap_or(customer.culture()).to_owned();
    let language = language_name(customer.language()).unwrap_or(customer.language()).to_owned();
    let roles = if customer.enable_gdap_by_default() {
        t!(review.yes_the_provider_gets_standard)
    } else {
        t!(review.no_a_lost_password_cannot)
    };
    let rows = vec![
        row(way, Field::Culture, t!(review.format_of_invoices), culture),
        row(way, Field::Language, t!(review.language_of_microsofts_messages), language),
        row(way, Field::Gdap, t!(review.standard_admin_roles), roles),
    ];
    card(t!(review.languages_and_rights), rows)
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
    let reseller = review.reseller.as_ref().map_or(t!(review.the_reseller), |reseller| reseller.name.as_str());
    match obstacle {
        Obstacle::DomainTaken => (
            t!(review.the_domain_is_already_used).to_owned(),
            t!(review.belongs_to_another_tenant_choose, domain = review.domain.as_str()),
            Field::Domain,
        ),
        Obstacle::DomainHeld => (
            t!(review.another_onboarding_has_chosen_the).to_owned(),
            t!(review.is_held_for_it_for, domain = review.domain.as_str()),
            Field::Domain,
        ),
        Obstacle::ResellerInactive => (
            t!(review.cannot_get_new_customers_now, reseller = reseller),
            t!(review.the_relationship_is_not_active_it).to_owned(),
            Field::Reseller,
        ),
        Obstacle::AgreementMissing => (
            t!(review.has_not_accepted_the_microsoft_partner, reseller = reseller),
            t!(review.a_global_admin_of_must, reseller = reseller),
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
                {t!(review.change_details)}
            </a>
            <a class="button button--secondary" href=paths::review(&review.id)>
                {t!(review.check_again)}
            </a>
        </div>
    }
}

/// What asking for an approval means, and the button that does it.
fn ask_form(review: &Review) -> impl IntoView + use<> {
    view! {
        <Notice kind=NoticeKind::Info title=t!(review.your_provider_looks_at_it)>
            <p>
                {t!(review.an_account_manager_approves_it)}
            </p>
        </Notice>
        <form class="actions" method="post" action=paths::review(&review.id)>
            <input type="hidden" name="payload_hash" value=review.payload_hash.clone()/>
            <button class="button" type="submit">
                {t!(review.send_it_to_be_approved)}
            </button>
            <a class="button button--secondary" href=paths::draft(&review.id)>
                {t!(review.change_details)}
            </a>
        </form>
    }
}

/// What creating means, and the button that does it.
fn create_form(review: &Review, environment: Environment, is_resellers_own: bool) -> impl IntoView + use<> {
    let label = match &review.reseller {
        Some(reseller) => t!(review.create_tenant_for, name = reseller.name.as_str()),
        None => t!(review.create_tenant_as_a_direct).to_owned(),
    };
    view! {
        {consequences(&review.domain, environment, is_resellers_own)}
        <form class="actions" method="post" action=paths::review(&review.id)>
            <input type="hidden" name="payload_hash" value=review.payload_hash.clone()/>
            <button class="button" type="submit">
                {label}
            </button>
            <a class="button button--secondary" href=paths::draft(&review.id)>
                {t!(review.change_details)}
            </a>
        </form>
    }
}

fn consequences(domain: &str, environment: Environment, is_resellers_own: bool) -> impl IntoView + use<> {
    let to_whom = if is_resellers_own { t!(review.to_you_or_to_a) } else { t!(review.to_you_or_an_administrator) };
    let (kind, title, place) = match environment {
        Environment::Production => {
            (NoticeKind::Warning, t!(review.production_this_creates_a_real), t!(review.there_is_no_undo_the))
        }
        Environment::Sandbox => {
            (NoticeKind::Warning, t!(review.sandbox_this_creates_a_tenant), t!(review.sandboxes_hold_a_limited_number))
        }
        Environment::Simulator => {
            (NoticeKind::Info, t!(review.simulator_nothing_is_created_at), t!(review.everything_behaves_as_it_would))
        }
    };
    let domain = domain.to_owned();
    let administrator = format!("admin@{domain}");
    view! {
        <Notice kind title>
            <ul class="list">
                <li>{place}</li>
                <li>
                    {rich!(review.can_never_be_changed, domain = view! { <strong class="mono break" translate="no">
                        {domain}
                    </strong> })}
                </li>
                <li>
                    {rich!(review.the_password_of_will_be, administrator = view! { <span class="mono break" translate="no">
                        {administrator}
                    </span> }, to_whom = to_whom)}
                </li>
            </ul>
        </Notice>
    }
}
