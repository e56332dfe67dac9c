//! Instead of a second tenant: the link with which the customer's administrator agrees to a relationship.

use leptos::prelude::*;

use crate::{
    components::{
        copyable::CopyBlock,
        notice::{Notice, NoticeKind},
    },
    domain::OnboardingId,
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
    let company = if company_name.trim().is_empty() { "the customer".to_owned() } else { company_name };
    let next = match link {
        Some(link) => with_link(&company, reseller_name.as_deref(), &link).into_any(),
        None => without_link(&id).into_any(),
    };
    view! {
        <div class="page page--form">
            <h1 class="page__title">"Ask for a relationship instead of a new tenant"</h1>
            {signs(&existing)}
            {next}
            <div class="actions">
                <a class="button button--secondary" href=paths::draft(&id)>
                    "Back to the details"
                </a>
                <a class="button button--quiet" href=paths::review(&id)>
                    "Create a new tenant all the same"
                </a>
            </div>
            <CopyButtons/>
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
            let link = address.map(|address| view! { " " <a href=address>"See it"</a> });
            view! { <li>{words} {link}</li> }
        })
        .collect_view();
    view! { <ul class="list">{items}</ul> }
}

fn signs(existing: &ExistingTenant) -> AnyView {
    if existing.is_empty() {
        return view! {
            <p>"We found no sign of a tenant of this company. That proves nothing: ask the customer."</p>
        }
        .into_any();
    }
    view! {
        <section class="card">
            <h2 class="card__title">"Why we think that there is a tenant"</h2>
            {sign_list(existing)}
        </section>
    }
    .into_any()
}

fn with_link(company: &str, reseller: Option<&str>, link: &str) -> impl IntoView + use<> {
    let on_behalf = reseller.map(|name| format!(", through {name},")).unwrap_or_default();
    let letter = format!(
        "Hello,\n\nto work with your Microsoft tenant{on_behalf} we need your consent to a reseller relationship. A global \
         administrator of {company} opens this address, signs in, and accepts:\n\n{link}\n\nNothing in your tenant changes \
         by that, and it can be ended at any time.\n"
    );
    let address = link.to_owned();
    view! {
        <section class="card">
            <h2 class="card__title">"Send this to the customer"</h2>
            <p>
                "A global administrator of the customer's tenant has to accept. The link is the same for every customer of yours and holds no secret."
            </p>
            <p class="break">
                <a href=address rel="noreferrer">
                    {link.to_owned()}
                </a>
            </p>
            <CopyBlock text=letter label="the message"/>
        </section>
        <section class="card">
            <h2 class="card__title">"What happens then"</h2>
            <ul class="list">
                <li>"Microsoft tells nobody when the customer accepts. The tenant then stands in Partner Center's list of customers, which this portal reads every hour."</li>
                <li>"Admin roles (GDAP) do not come with it. They are asked for in Partner Center, once the relationship is there."</li>
                <li>"Your draft stays as it is until you go on with it. Nothing was sent to Microsoft."</li>
            </ul>
        </section>
    }
}

fn without_link(id: &OnboardingId) -> impl IntoView + use<> {
    let again = paths::relationship(id);
    view! {
        <Notice kind=NoticeKind::Warning title="Partner Center did not give the link just now">
            <p>
                "Try again in a moment. In Partner Center itself it is under Customers, "
                <strong>"Request a reseller relationship"</strong>
                ". There is none in Microsoft's integration sandbox."
            </p>
            <div class="actions">
                <a class="button button--secondary" href=again>
                    "Try again"
                </a>
            </div>
        </Notice>
    }
}
