//! Instead of a second tenant: the link with which the customer's administrator agrees to a relationship.

use leptos::prelude::*;

use crate::{
    components::{
        copyable::CopyBlock,
        notice::{Notice, NoticeKind},
    },
    domain::OnboardingId,
    i18n::{area, phrasebook, rich, t},
    islands::CopyButtons,
    paths,
    provisioning::ExistingTenant,
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct RelationshipView {
    /// The draft that it may take the place of.
    pub id: OnboardingId,
    /// Registered name, may be empty.
    pub company_name: String,
    /// The reseller that the customer is to belong to, if it is known.
    pub reseller_name: Option<String>,
    /// What speaks for it that there is a tenant.
    pub existing: ExistingTenant,
    /// Microsoft's link; `None`: Partner Center has given none.
    pub link: Option<String>,
}

/// The page.
#[component]
pub fn RelationshipPage(
    /// What it shows.
    view: RelationshipView,
) -> impl IntoView {
    let RelationshipView { id, company_name, reseller_name, existing, link } = view;
    let company = if company_name.trim().is_empty() { t!(relationship.the_customer).to_owned() } else { company_name };
    let next = match link {
        Some(link) => with_link(&company, reseller_name.as_deref(), &link).into_any(),
        None => without_link(&id).into_any(),
    };
    view! {
        <div class="page page--form">
            <h1 class="page__title">{t!(relationship.ask_for_a_relationship_instead)}</h1>
            {signs(&existing)}
            {next}
            <div class="actions">
                <a class="button button--secondary" href=paths::draft(&id)>
                    {t!(relationship.back_to_the_details)}
                </a>
                <a class="button button--quiet" href=paths::review(&id)>
                    {t!(relationship.create_a_new_tenant_all)}
                </a>
            </div>
            <CopyButtons phrases=phrasebook(&area::copying)/>
        </div>
    }
}

/// What speaks for a tenant that is there already, each with a link to where more is known.
pub(super) fn sign_list(existing: &ExistingTenant) -> impl IntoView + use<> {
    let items = existing
        .sentences()
        .into_iter()
        .map(|(words, id)| {
            let address = id.map(paths::customer);
            let link = address.map(|address| view! { " " <a href=address>{t!(relationship.see_it)}</a> });
            view! { <li>{words} {link}</li> }
        })
        .collect_view();
    view! { <ul class="list">{items}</ul> }
}

fn signs(existing: &ExistingTenant) -> AnyView {
    if existing.is_empty() {
        return view! {
            <p>{t!(relationship.we_found_no_sign_of)}</p>
        }
        .into_any();
    }
    view! {
        <section class="card">
            <h2 class="card__title">{t!(relationship.why_we_think_that_there)}</h2>
            {sign_list(existing)}
        </section>
    }
    .into_any()
}

fn with_link(company: &str, reseller: Option<&str>, link: &str) -> impl IntoView + use<> {
    let on_behalf = reseller.map(|name| t!(relationship.through, name = name)).unwrap_or_default();
    let letter = t!(relationship.letter, on_behalf = on_behalf, company = company, link = link) + "\n";
    let address = link.to_owned();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(relationship.send_this_to_the_customer)}</h2>
            <p>
                {t!(relationship.a_global_administrator_of_the)}
            </p>
            <p class="break">
                <a href=address rel="noreferrer">
                    {link.to_owned()}
                </a>
            </p>
            <CopyBlock text=letter label=t!(relationship.the_message)/>
        </section>
        <section class="card">
            <h2 class="card__title">{t!(relationship.what_happens_then)}</h2>
            <ul class="list">
                <li>{t!(relationship.microsoft_tells_nobody_when_the)}</li>
                <li>{t!(relationship.admin_roles_gdap_do_not)}</li>
                <li>{t!(relationship.your_draft_stays_as_it)}</li>
            </ul>
        </section>
    }
}

fn without_link(id: &OnboardingId) -> impl IntoView + use<> {
    let again = paths::relationship(id);
    view! {
        <Notice kind=NoticeKind::Warning title=t!(relationship.partner_center_did_not_give)>
            <p>
                {rich!(relationship.try_again_in_a_moment, relationship = view! { <strong>{t!(relationship.request_a_reseller_relationship)}</strong> })}
            </p>
            <div class="actions">
                <a class="button button--secondary" href=again>
                    {t!(relationship.try_again)}
                </a>
            </div>
        </Notice>
    }
}
