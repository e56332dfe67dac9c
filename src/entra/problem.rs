//! What the sign-in page may be told about a sign-in that has failed.

use std::{fmt, str::FromStr};

use super::error::{EntraError, OAuthCode, Refusal};

/// Why a sign-in has failed, as far as the sign-in page may say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// The person or the organisation said no.
    Denied,
    /// No second factor.
    SecondFactor,
    /// The person has no role in the portal.
    NoRole,
    /// The person belongs to another tenant.
    ForeignTenant,
    /// The person belongs to the provider and has taken the door of resellers.
    ProvidersOwn,
    /// The person's organisation has no active relationship with the provider, or none that is known here.
    NoRelationship,
    /// The provider has shut the person out of the portal.
    Disabled,
    /// The sign-in took too long, or belongs to another browser, or is over.
    Expired,
    /// Microsoft or the portal's store does not work just now.
    Unavailable,
    /// Anything else; the reference number leads to the log.
    Failed,
}

/// A text that names no problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a problem of a sign-in")]
pub struct UnknownProblem;

impl SignInProblem {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Denied,
        Self::SecondFactor,
        Self::NoRole,
        Self::ForeignTenant,
        Self::ProvidersOwn,
        Self::NoRelationship,
        Self::Disabled,
        Self::Expired,
        Self::Unavailable,
        Self::Failed,
    ];

    /// The word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::SecondFactor => "second-factor",
            Self::NoRole => "no-role",
            Self::ForeignTenant => "foreign-tenant",
            Self::ProvidersOwn => "providers-own",
            Self::NoRelationship => "no-relationship",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }

    fn of_refusal(refusal: Refusal) -> Self {
        match (refusal.aadsts, refusal.error) {
            // Second factor required, not set up, too old, or refused by the person.
            (Some(50_072 | 50_074 | 50_076 | 50_078 | 50_079 | 500_121), _) => Self::SecondFactor,
            // The account does not exist in this tenant.
            (Some(50_020), _) => Self::ForeignTenant,
            // The app wants an assigned role and the person has none.
            (Some(50_105), _) => Self::NoRole,
            (_, OAuthCode::AccessDenied | OAuthCode::ConsentRequired) => Self::Denied,
            (_, code) if code.is_outage() => Self::Unavailable,
            _ => Self::Failed,
        }
    }
}

impl From<&EntraError> for SignInProblem {
    fn from(error: &EntraError) -> Self {
        match error {
            EntraError::Denied(refusal) | EntraError::TokenRefused(refusal) => Self::of_refusal(*refusal),
            EntraError::SecondFactorMissing => Self::SecondFactor,
            EntraError::ForeignTenant => Self::ForeignTenant,
            EntraError::ProvidersOwn => Self::ProvidersOwn,
            EntraError::StateMismatch | EntraError::Expired | EntraError::AlreadyUsed => Self::Expired,
            EntraError::MetadataUnavailable(_) | EntraError::TokenUnavailable | EntraError::Store(_) => {
                Self::Unavailable
            }
            EntraError::MalformedResponse
            | EntraError::MissingCode
            | EntraError::IssuerMismatch
            | EntraError::MissingIdToken
            | EntraError::IdToken(_) => Self::Failed,
        }
    }
}

impl FromStr for SignInProblem {
    type Err = UnknownProblem;

    fn from_str(word: &str) -> Result<Self, UnknownProblem> {
        Self::ALL.into_iter().find(|problem| problem.word() == word).ok_or(UnknownProblem)
    }
}

impl fmt::Display for SignInProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for problem in SignInProblem::ALL {
            assert_eq!(problem.to_string().parse(), Ok(problem));
        }
        assert_eq!("<b>".parse::<SignInProblem>(), Err(UnknownProblem));
    }

    #[test]
    fn a_missing_second_factor_is_recognised_in_a_refusal_of_entra() {
        let refusal = Refusal::new("interaction_required", Some("AADSTS50076: words"));
        assert_eq!(SignInProblem::from(&EntraError::TokenRefused(refusal)), SignInProblem::SecondFactor);
    }

    #[test]
    fn a_person_of_another_tenant_and_one_without_a_role_are_recognised_in_a_refusal_of_entra() {
        for (number, expected) in [(50_020, SignInProblem::ForeignTenant), (50_105, SignInProblem::NoRole)] {
            let refusal = Refusal::new("invalid_request", Some(&format!("AADSTS{number}: words")));
            assert_eq!(SignInProblem::from(&EntraError::Denied(refusal)), expected);
        }
    }
}
