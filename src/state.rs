//! Everything a request may need, built once at the start.

use std::{ops::Deref, sync::Arc};

use leptos::config::LeptosOptions;

use crate::{
    audit::Audit, clock::Ambient, config::Config, credentials::CredentialStore, entra::Entra, journal::Journal,
    listing::Listing, provisioning::Provisioning, session::Sessions, tenants::Tenants,
};

/// Everything a request may need, shared. Every layer and extractor has a clone of it, so a clone is one counter and not one
/// for each of the parts and what is in them.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

impl AppState {
    /// Of what was built at the start.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What [`AppState`] shares.
pub struct Parts {
    /// The settings.
    pub config: Config,
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
