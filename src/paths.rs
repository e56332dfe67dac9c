//! Every URL of the portal, one function each.

use crate::domain::{CustomerId, Field, OnboardingId, ResellerId};

/// What waits for the operator.
pub const HOME: &str = "/";
/// The page that leads to Entra ID.
pub const SIGN_IN: &str = "/sign-in";
/// Starts a sign-in transaction and redirects to Entra ID.
pub const AUTH_START: &str = "/auth/start";
/// What `as` says in the address of [`AUTH_START`] for the people of resellers.
pub const AS_RESELLER: &str = "reseller";
/// Where Entra ID sends the browser back to: the redirect URI of the app registration.
pub const AUTH_CALLBACK: &str = "/auth/callback";
/// Ends the session (POST).
pub const SIGN_OUT: &str = "/auth/sign-out";
/// Keeps which language somebody reads (POST).
pub const LANGUAGE: &str = "/language";
/// The onboarding form; POST checks it and leads to the review.
pub const NEW_CUSTOMER: &str = "/customers/new";
/// Stores what is typed into the form while it is typed (POST).
pub const DRAFT_SAVE: &str = "/customers/new/save";
/// All onboardings.
pub const CUSTOMERS: &str = "/customers";
/// The list of customers as a file.
pub const CUSTOMERS_EXPORT: &str = "/customers/export.csv";
/// Has the tenants that were not made here read from Partner Center (POST).
pub const TENANTS_READ: &str = "/customers/tenants/read";
/// The provider's indirect resellers.
pub const RESELLERS: &str = "/resellers";

/// Who did what, for administrators.
pub const AUDIT: &str = "/audit";
/// The same as a file (POST).
pub const AUDIT_EXPORT: &str = "/audit/export";
/// Set-up, the connected account, people; for administrators.
pub const SETTINGS: &str = "/settings";
/// Begins to connect an account (POST).
pub const CONNECTION: &str = "/settings/connection";
/// Takes the connected account away (POST).
pub const CONNECTION_REMOVE: &str = "/settings/connection/remove";
/// Shuts a person out or lets one in again (POST).
pub const PEOPLE: &str = "/settings/people";

/// Takes back what refusals have taught about a country (POST).
pub const COUNTRY_FORGET: &str = "/settings/countries";

/// The settings after something was done, or not: a word that the page knows.
pub fn settings_after(word: &str) -> String {
    format!("{SETTINGS}?result={word}")
}

/// The form with a stored draft in it.
pub fn draft(id: &OnboardingId) -> String {
    format!("{NEW_CUSTOMER}?draft={id}")
}

/// The same, at a field of it.
pub fn draft_at(id: &OnboardingId, field: Option<Field>) -> String {
    match field {
        Some(field) => [&draft(id), "#", field.name()].concat(),
        None => draft(id),
    }
}

/// Asks if a draft is to be deleted; POST deletes it.
pub fn draft_delete(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/delete")
}

/// The form with a stored draft in it and everything that is wrong with it.
pub fn draft_with_errors(id: &OnboardingId) -> String {
    format!("{NEW_CUSTOMER}?draft={id}&check=yes")
}

/// The page that leads to Entra ID and then back to `return_to`; `problem` is one of the words that the page knows.
#[cfg(feature = "ssr")]
pub fn sign_in(return_to: &str, problem: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if return_to != HOME {
        query.append_pair("return_to", return_to);
    }
    if let Some(problem) = problem {
        query.append_pair("problem", problem);
    }
    let query = query.finish();
    if query.is_empty() { SIGN_IN.into() } else { format!("{SIGN_IN}?{query}") }
}

/// The sign-in page after a form was sent without a session: `key` brings it back.
pub fn sign_in_resume(key: &str) -> String {
    format!("{SIGN_IN}?problem=ended&resume={key}")
}

/// The empty form with this reseller chosen.
pub fn new_customer_for(reseller: &ResellerId) -> String {
    format!("{NEW_CUSTOMER}?reseller={reseller}")
}

/// The list as it is asked for by these fields.
#[cfg(feature = "ssr")]
pub fn customers_with(fields: &[(&'static str, String)]) -> String {
    with_fields(CUSTOMERS, fields)
}

/// The same list as a file.
#[cfg(feature = "ssr")]
pub fn customers_export(fields: &[(&'static str, String)]) -> String {
    with_fields(CUSTOMERS_EXPORT, fields)
}

#[cfg(feature = "ssr")]
fn with_fields(path: &str, fields: &[(&'static str, String)]) -> String {
    if fields.is_empty() {
        return path.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("{path}?{query}")
}

/// A tenant that was not made here.
pub fn tenant(id: &CustomerId) -> String {
    format!("{CUSTOMERS}/tenants/{id}")
}

/// One reseller and its settings; POST changes them.
pub fn reseller(id: &ResellerId) -> String {
    format!("{RESELLERS}/{id}")
}

/// The same after its settings were saved.
pub fn reseller_saved(id: &ResellerId) -> String {
    format!("{RESELLERS}/{id}?saved=true")
}

/// State of an onboarding, then the tenant's page.
pub fn customer(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}")
}

/// The steps of an onboarding alone, for the page that follows them; `waits`: the page waits for Microsoft's answer.
pub fn progress(id: &OnboardingId, waits: bool) -> String {
    format!("{CUSTOMERS}/{id}/progress?waits={waits}")
}

/// Check your answers; POST creates.
pub fn review(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/review")
}

/// Decides about the address of a draft (POST).
pub fn address(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/address")
}

/// The link with which a company that has a tenant becomes a customer.
pub fn relationship(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/relationship")
}

/// A reseller's onboarding that waits for an approval; POST answers.
pub fn approval(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/approval")
}

/// Makes a draft again of what waits for an approval (POST).
pub fn withdraw(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/withdraw")
}

/// Asks Microsoft again about an onboarding whose outcome is not known (POST).
pub fn resume(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/resume")
}

/// Takes the answers of a refused onboarding into a new draft (POST).
pub fn copy(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/copy")
}

/// Claims the admin credentials (POST).
pub fn credentials(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/credentials")
}

/// Confirms that the admin credentials are stored (POST).
pub fn credentials_stored(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/credentials/stored")
}

/// What Partner Center says of a tenant; `again`: asked anew.
pub fn partner_center(id: &OnboardingId, again: bool) -> String {
    let query = if again { "?again=yes" } else { "" };
    format!("{CUSTOMERS}/{id}/partner-center{query}")
}

/// The same as a part of the tenant's page.
pub fn partner_center_part(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/partner-center?part=yes")
}

/// The form for an acceptance of the customer agreement; POST records it.
pub fn agreement(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/agreement")
}

/// Finds out what became of an acceptance whose answer was lost (POST).
pub fn agreement_check(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/agreement/check")
}

/// Leads to the text of the customer agreement.
pub fn agreement_document(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/agreement/document")
}

/// Confirmation of a new first password; POST sets it.
pub fn new_password(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/password")
}

/// Seals the admin credentials to the reseller (POST).
pub fn hand_over(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/credentials/hand-over")
}

/// Takes that back (POST).
pub fn take_back(id: &OnboardingId) -> String {
    format!("{CUSTOMERS}/{id}/credentials/take-back")
}
