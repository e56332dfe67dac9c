//! Every URL of the portal, one function each.

use crate::domain::OnboardingId;

/// What waits for the operator.
pub const HOME: &str = "/";
/// The page that leads to Entra ID.
pub const SIGN_IN: &str = "/sign-in";
/// Starts a sign-in transaction and redirects to Entra ID.
pub const AUTH_START: &str = "/auth/start";
/// Where Entra ID sends the browser back to: the redirect URI of the app registration.
pub const AUTH_CALLBACK: &str = "/auth/callback";
/// Ends the session (POST).
pub const SIGN_OUT: &str = "/auth/sign-out";
/// The onboarding form; POST checks it and leads to the review.
pub const NEW_CUSTOMER: &str = "/customers/new";
/// All onboardings.
pub const CUSTOMERS: &str = "/customers";
/// The provider's indirect resellers.
pub const RESELLERS: &str = "/resellers";

/// The form with a stored draft in it.
pub fn draft(id: &OnboardingId) -> String {
    format!("{NEW_CUSTOMER}?draft={id}")
}

/// Starts a sign-in that brings back a form which was sent without a session.
pub fn sign_in_resume(key: &str) -> String {
    format!("{SIGN_IN}?resume={key}")
}

/// State of an onboarding, then the tenant's page.
pub fn customer(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}")
}

/// Check your answers; POST creates.
pub fn review(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/review")
}

/// Asks Microsoft again about an onboarding whose outcome is not known (POST).
pub fn resume(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/resume")
}

/// Claims the admin credentials (POST).
pub fn credentials(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/credentials")
}

/// Confirms that the admin credentials are stored (POST).
pub fn credentials_stored(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/credentials/stored")
}
