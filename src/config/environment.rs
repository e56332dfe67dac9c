//! What kind of Partner Center the portal talks to.

use std::str::FromStr;

/// What the badge in the top bar says, so that nobody takes a production tenant for a toy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real customers.
    Production,
    /// Microsoft's integration sandbox: the same hosts, another partner tenant.
    Sandbox,
    /// The built-in simulator, or anything else on this machine.
    Simulator,
}

/// A text that names no environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be production or sandbox")]
pub struct UnknownEnvironment;

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        match text {
            "production" => Ok(Self::Production),
            "sandbox" => Ok(Self::Sandbox),
            _ => Err(UnknownEnvironment),
        }
    }
}

/// Where settings are read from: the environment, or a list in a test.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<String>;
