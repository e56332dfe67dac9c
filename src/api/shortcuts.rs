//! What saves typing: choices of before, and an address that was pasted in one piece.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::{
    domain::{AddressParts, ResellerId, UsualChoices},
    error::PortalError,
};

/// What was chosen for the last customer of a reseller; `None` if there is none.
#[server(prefix = "/api", endpoint = "usual-choices", input = Json, output = Json)]
pub async fn load_usual_choices(reseller: ResellerId) -> Result<Option<UsualChoices>, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.journal.usual_choices(&operator, &reseller).await?)
}

/// The parts of an address of several lines, as the country writes it; `None` if it is not understood. Without a country
/// the address itself has to name it.
#[server(prefix = "/api", endpoint = "split-address", input = Json, output = Json)]
pub async fn split_address(text: String, country: String) -> Result<Option<AddressParts>, PortalError> {
    let (state, operator) = super::request::onboarding_operator()?;
    Ok(state.provisioning.split_address(&operator, &text, &country).await)
}
