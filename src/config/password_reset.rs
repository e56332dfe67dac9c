//! Who may set a new first password.

use std::str::FromStr;

/// Who may set a new first password (`PORTAL_PASSWORD_RESET`). It replaces the password of a customer's global
/// administrator, so that the default is the narrower one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordReset {
    /// Administrators alone.
    #[default]
    Admins,
    /// Account managers too, for customers that they have onboarded themselves.
    Owners,
}

/// A text that names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of admins, owners")]
pub struct UnknownRight;

impl FromStr for PasswordReset {
    type Err = UnknownRight;

    fn from_str(text: &str) -> Result<Self, UnknownRight> {
        match text {
            "admins" => Ok(Self::Admins),
            "owners" => Ok(Self::Owners),
            _ => Err(UnknownRight),
        }
    }
}
