//! Everything a request may need, built once at the start.

use std::sync::Arc;

use leptos::config::LeptosOptions;

use crate::{
    audit::Audit, clock::Ambient, config::Config, credentials::CredentialStore, entra::Entra, journal::Journal,
    listing::Listing, provisioning::Provisioning, session::Sessions, tenants::Tenants,
};

/// Everything a request may need. Cheap to clone; pages find it in the context.
#[derive(Clone)]
pub struct AppState {
    /// The settings.
    pub config: Arc<Config>,
    /// Time and randomness.
    pub ambient: Ambient,
    /// Who did what.
    pub audit: Audit,
    /// Sign-in and tokens.
    pub entra: Entra,
    /// Sessions and operators.
    pub sessions: Sessions,
    /// Onboardings.
    pub journal: Journal,
    /// The list of customers.
    pub listing: Listing,
    /// Admin credentials.
    pub credentials: CredentialStore,
    /// The use case.
    pub provisioning: Provisioning,
    /// Created tenants.
    pub tenants: Tenants,
    /// Address of the style sheet.
    pub stylesheet: Arc<str>,
    /// For the framework: where the browser finds the WebAssembly.
    pub leptos_options: LeptosOptions,
}
