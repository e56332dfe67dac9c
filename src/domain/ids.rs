//! Identifiers. All are GUIDs in their canonical text form, lower case; each kind has a type of its own so that a
//! reseller's id cannot stand where a customer's is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::json::read_text;

/// A text that is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct InvalidId;

/// Checks the form 8-4-4-4-12 and returns the text in lower case.
fn canonical(text: &str) -> Result<String, InvalidId> {
    let well_formed = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if well_formed { Ok(text.to_ascii_lowercase()) } else { Err(InvalidId) }
}

macro_rules! guid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The canonical text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                canonical(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "ssr")]
        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id.to_string())
            }
        }
    };
}

guid!(
    /// One attempt to create a customer: our record, from draft to its end (UUID v7).
    OnboardingId
);
guid!(
    /// Tenant id of an indirect reseller: the `id` of a relationship, and what goes into `AssociatedPartnerId`.
    ResellerId
);
guid!(
    /// Tenant id of a created customer.
    CustomerId
);
guid!(
    /// Something that is done at Microsoft with a created tenant, made by the form's page (UUID v7): one form, one act.
    ActId
);
guid!(
    /// `MS-RequestId`: identifies one intended call; a repeat of a lost answer carries the same value.
    RequestId
);
guid!(
    /// `MS-CorrelationId`: ties the calls of one onboarding together, for Microsoft's support.
    CorrelationId
);

read_text!(ResellerId);
