//! What is decided on the way to the review: about the address, and about a tenant that is there already.

use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    customers::{instead_of_review, review_page},
    form::PlainForm,
    visit::{Id, Onboarder, Sending, SignedIn, see_other},
};
use crate::{
    components::shell::Script,
    domain::{AddressParts, Comment},
    i18n::t,
    pages::{Problem, RefusedReason, RelationshipPage, RelationshipView},
    paths,
    provisioning::ProvisioningError,
};

/// What a form about the address sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressChoice {
    decision: String,
    /// Fingerprint of the address that a reason is for.
    address: String,
    reason: String,
    address_line1: String,
    address_line2: String,
    city: String,
    state: String,
    postal_code: String,
}

/// Uses another spelling of the address, or keeps the typed one for a reason; then the review again.
pub async fn decide_address(
    Onboarder(SignedIn { visit, operator }): Onboarder,
    Id(id): Id,
    PlainForm(choice): PlainForm<AddressChoice>,
) -> Response {
    let provisioning = &visit.state.provisioning;
    let AddressChoice { decision, address, reason, address_line1, address_line2, city, state, postal_code } = choice;
    let decided = match decision.as_str() {
        "use" => {
            let country = String::new();
            let parts = AddressParts { address_line1, address_line2, city, state, postal_code, country };
            provisioning.use_address(&operator, &id, parts).await
        }
        "keep" => match Comment::required(&reason) {
            Ok(reason) => provisioning.keep_address(&operator, &id, &address, &reason).await,
            Err(problem) => {
                return review_page(&visit, &operator, &id, Some(RefusedReason { reason, problem })).await;
            }
        },
        _ => return visit.problem(Problem::Unprocessable),
    };
    match decided {
        Ok(()) => see_other(&paths::review(&id)),
        Err(error) => instead_of_review(&visit, &id, error),
    }
}

/// The link with which a company that has a tenant becomes a customer.
pub async fn relationship(Onboarder(SignedIn { visit, operator }): Onboarder, Id(id): Id) -> Response {
    match visit.state.provisioning.relationship_request(&operator, &id).await {
        Ok((draft, existing, link)) => {
            let view = RelationshipView {
                id,
                company_name: draft.company_name,
                reseller_name: draft.reseller_name,
                existing,
                link: link.map(String::from),
            };
            let sending = Sending { scripts: Some(Script::Pages), ..Sending::default() };
            visit.page(
                t!(in visit.language; pages.ask_for_a_relationship),
                sending,
                move || view! { <RelationshipPage view/> },
            )
        }
        Err(ProvisioningError::AlreadySent) => see_other(&paths::customer(&id)),
        Err(error) => visit.failure(error),
    }
}
