//! The signed-in person.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::ResellerId;

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
}

/// On whose behalf somebody is signed in. Decides what there is to see, before any role does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// The indirect provider: a person of the provider's own tenant, with the strongest of the person's app roles.
    Provider(Role),
    /// An indirect reseller: a person of the tenant of an active relationship, whatever roles its token claims.
    Reseller(ResellerOfPerson),
}

/// The reseller that a person works for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResellerOfPerson {
    /// Its tenant, which is the person's tenant too.
    pub id: ResellerId,
    /// Its name in the relationship.
    pub name: String,
}

/// The signed-in person, as of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Identity.
    pub key: PersonKey,
    /// Display name (claim `name`).
    pub name: String,
    /// Sign-in name, for display only (claim `preferred_username` or `upn`).
    pub sign_in_name: String,
    /// On whose behalf.
    pub side: Side,
    /// Where the request came from, for the audit; `None` where there is no request.
    pub address: Option<IpAddr>,
}

impl Operator {
    /// The role at the provider; `None` for a reseller's person.
    pub fn role(&self) -> Option<Role> {
        match &self.side {
            Side::Provider(role) => Some(*role),
            Side::Reseller(_) => None,
        }
    }

    /// The reseller that the person is limited to; `None` for a person of the provider.
    pub fn reseller(&self) -> Option<&ResellerOfPerson> {
        match &self.side {
            Side::Provider(_) => None,
            Side::Reseller(reseller) => Some(reseller),
        }
    }

    /// Whether the person is one of the provider's administrators.
    pub fn is_admin(&self) -> bool {
        self.role() == Some(Role::Admin)
    }

    /// Whether the person may create customers of the provider itself, past every reseller.
    pub fn may_create_direct(&self) -> bool {
        self.is_admin()
    }

    /// Whether the person may create customers and see their credentials.
    pub fn may_onboard(&self) -> bool {
        match &self.side {
            Side::Provider(role) => matches!(role, Role::AccountManager | Role::Admin),
            Side::Reseller(_) => true,
        }
    }
}
