//! The signed-in person.

use serde::{Deserialize, Serialize};

/// Who somebody is, for good: tenant and object id. Never a mail address, which can be reassigned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey {
    /// Entra tenant id (claim `tid`).
    pub tid: String,
    /// Object id in that tenant (claim `oid`).
    pub oid: String,
}

/// What a person of the provider may do; from the app roles of the provider's own tenant (claim `roles`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Reviews created tenants, never a secret (`Portal.Support`).
    Support,
    /// Onboards customers (`Portal.AccountManager`).
    AccountManager,
    /// Everything, and the settings (`Portal.Admin`).
    Admin,
}

impl Role {
    /// The role that an app role's value names, if it is one of ours.
    pub fn from_claim(value: &str) -> Option<Self> {
        match value {
            "Portal.Support" => Some(Self::Support),
            "Portal.AccountManager" => Some(Self::AccountManager),
            "Portal.Admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// The value of the app role.
    pub fn claim(self) -> &'static str {
        match self {
            Self::Support => "Portal.Support",
            Self::AccountManager => "Portal.AccountManager",
            Self::Admin => "Portal.Admin",
        }
    }

    /// The role in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Support => "Support",
            Self::AccountManager => "Account manager",
            Self::Admin => "Administrator",
        }
    }

    /// Whether this role may create customers and see their credentials.
    pub fn may_onboard(self) -> bool {
        matches!(self, Self::AccountManager | Self::Admin)
    }
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Identity.
    pub key: PersonKey,
    /// Display name (claim `name`).
    pub name: String,
    /// Sign-in name, for display only (claim `preferred_username` or `upn`).
    pub sign_in_name: String,
    /// The strongest of the person's roles.
    pub role: Role,
}
