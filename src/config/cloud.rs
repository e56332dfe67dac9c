//! Microsoft's clouds and what differs between them.

use std::{fmt, str::FromStr};

/// A Microsoft cloud (`PORTAL_CLOUD`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cloud {
    /// The public cloud.
    #[default]
    Global,
    /// US Government.
    UsGovernment,
    /// Operated by 21Vianet.
    China,
}

/// A text that names no cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of global, us-government, china")]
pub struct UnknownCloud;

impl FromStr for Cloud {
    type Err = UnknownCloud;

    fn from_str(text: &str) -> Result<Self, UnknownCloud> {
        match text {
            "global" => Ok(Self::Global),
            "us-government" => Ok(Self::UsGovernment),
            "china" => Ok(Self::China),
            _ => Err(UnknownCloud),
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::UsGovernment => "us-government",
            Self::China => "china",
        })
    }
}

impl Cloud {
    /// Hosts that a token or a client secret may be sent to for signing in.
    pub const SIGN_IN_HOSTS: &'static [&'static str] = &[
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
    ];

    /// Hosts that an access token may be sent to.
    pub const API_HOSTS: &'static [&'static str] =
        &["api.partnercenter.microsoft.com", "partner.partnercenterapi.microsoftonline.cn"];

    /// Base address of the sign-in authority.
    pub fn authority(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGovernment => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
        }
    }

    /// Base address of the Partner Center API, which is also the audience of its tokens.
    pub fn partner_center(self) -> &'static str {
        match self {
            // The US Government cloud is served by the same host.
            Self::Global | Self::UsGovernment => "https://api.partnercenter.microsoft.com",
            Self::China => "https://partner.partnercenterapi.microsoftonline.cn",
        }
    }

    /// Suffix of a customer's initial domain, with the leading dot.
    pub fn domain_suffix(self) -> &'static str {
        match self {
            Self::Global => ".onmicrosoft.com",
            Self::UsGovernment => ".onmicrosoft.us",
            Self::China => ".partner.onmschina.cn",
        }
    }

    /// Where the customer's administrator signs in for the first time.
    pub fn customer_sign_in(self) -> &'static str {
        match self {
            Self::Global => "https://admin.microsoft.com",
            Self::UsGovernment => "https://portal.office365.us",
            Self::China => "https://portal.partner.microsoftonline.cn",
        }
    }

    /// Whether a customer can be created for an indirect reseller (documented for the public cloud only).
    pub fn has_indirect_resellers(self) -> bool {
        matches!(self, Self::Global)
    }

    /// Whether customer agreements can be recorded through the API.
    pub fn has_agreements(self) -> bool {
        matches!(self, Self::Global)
    }

    /// Whether a lost password can be set anew through the API.
    pub fn has_password_reset(self) -> bool {
        matches!(self, Self::Global)
    }
}
