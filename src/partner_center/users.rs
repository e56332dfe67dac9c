//! `/v1/customers/{id}/users`: the administrator of a new tenant, and a new password for it.

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::{
    CallIds, PartnerCenter, PartnerCenterError,
    call::{Call, Verdict},
    redact, wire,
};
use crate::domain::CustomerId;

/// Names the people of a tenant; not a GUID of ours, so it is a text that is never parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerUserId(String);

impl PartnerCenter {
    /// `GET /v1/customers/{id}/users`: the one who signs in with this name; `None` if nobody does.
    pub async fn customer_user(
        &self,
        token: &SecretString,
        id: &CustomerId,
        sign_in_name: &str,
    ) -> Result<Option<CustomerUserId>, PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str(), "users"]);
        let users: Vec<WireUser> = self.get_all("users.list", token, url).await?;
        let is_meant = |user: &WireUser| {
            user.user_principal_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(sign_in_name))
        };
        Ok(users.into_iter().find(is_meant).and_then(|user| user.id).map(CustomerUserId))
    }

    /// `PATCH /v1/customers/{id}/users/{userId}/resetpassword`: sets a password of the caller's making, to be changed at
    /// the next sign-in. One attempt; after [`PartnerCenterError::Lost`] nobody knows whether it holds.
    ///
    /// The answer repeats the password in clear text; it is not read, and wiped with the rest of the answer.
    pub async fn set_password(
        &self,
        token: &SecretString,
        ids: &CallIds,
        id: &CustomerId,
        user: &CustomerUserId,
        password: &SecretString,
    ) -> Result<(), PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str(), "users", &user.0, "resetpassword"]);
        let body = WireReset::new(password);
        let call = Call::new("users.reset_password", Method::PATCH, url, token, ids.clone()).json(&body);
        Ok(self.pursue(&call, &self.patience.repeat, |reply| reply.success().map(drop), Verdict::Final).await?)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    #[serde(default, deserialize_with = "wire::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    user_principal_name: Option<String>,
}

/// What is sent to set a password, without it.
pub fn redacted_password_body() -> String {
    let nothing = SecretString::from(String::new());
    redact::body(&WireReset::new(&nothing))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireReset<'a> {
    password_profile: WirePassword<'a>,
    attributes: WireAttributes,
}

impl<'a> WireReset<'a> {
    fn new(password: &'a SecretString) -> Self {
        Self {
            password_profile: WirePassword { password, force_change_password: true },
            attributes: WireAttributes { object_type: "CustomerUser" },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePassword<'a> {
    #[serde(serialize_with = "exposed")]
    password: &'a SecretString,
    force_change_password: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAttributes {
    object_type: &'static str,
}

/// The one sink besides the answer that shows it: the body of the call.
fn exposed<S: Serializer>(password: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(password.expose_secret())
}
