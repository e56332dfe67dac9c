//! Whose sign-in it is: one tenant's, or that of any organisation.

use uuid::Uuid;

use crate::simulator::{people::Person, shared::Shared};

/// The first segment of an Entra path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Authority {
    /// `common` and `organizations`: people of every tenant. The name is kept for addresses.
    Any(String),
    /// One tenant.
    Tenant(Uuid),
}

impl Authority {
    pub(super) fn find(shared: &Shared, segment: &str) -> Option<Self> {
        match segment {
            "common" | "organizations" => Some(Self::Any(segment.to_owned())),
            id_or_domain => shared.tenant(id_or_domain).map(Self::Tenant),
        }
    }

    /// Whether the person may sign in here.
    pub(super) fn admits(&self, person: &Person) -> bool {
        match self {
            Self::Any(_) => true,
            Self::Tenant(id) => *id == person.tenant,
        }
    }

    /// The segment in addresses.
    pub(super) fn segment(&self) -> String {
        match self {
            Self::Any(name) => name.clone(),
            Self::Tenant(id) => id.to_string(),
        }
    }

    /// The issuer that the metadata name: a template where it depends on the person.
    pub(super) fn issuer(&self, origin: &str) -> String {
        match self {
            Self::Any(_) => format!("{origin}/{{tenantid}}/v2.0"),
            Self::Tenant(id) => issuer(origin, *id),
        }
    }
}

/// The issuer of ID tokens of one tenant.
pub(super) fn issuer(origin: &str, tenant: Uuid) -> String {
    format!("{origin}/{tenant}/v2.0")
}
