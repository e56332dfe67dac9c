//! `/v1/customers/relationshiprequests`: the link with which a company that has a tenant becomes a customer.

use reqwest::Url;
use secrecy::SecretString;
use serde::Deserialize;

use super::{PartnerCenter, PartnerCenterError, wire};
use crate::domain::ResellerId;

/// Where such links lead; anything else that an answer might hold is not shown to anybody.
const HOSTS: [&str; 7] = [
    "admin.microsoft.com",
    "admin.cloud.microsoft",
    "portal.office.com",
    "portal.office365.us",
    "admin.microsoft365.us",
    "portal.partner.microsoftonline.cn",
    "admin.partner.microsoftonline.cn",
];

impl PartnerCenter {
    /// `GET /v1/customers/relationshiprequests`: the same link for every customer; with a reseller it names that one too.
    pub async fn relationship_request(
        &self,
        token: &SecretString,
        reseller: Option<&ResellerId>,
    ) -> Result<Url, PartnerCenterError> {
        let mut url = self.endpoint(&["customers", "relationshiprequests"]);
        if let Some(reseller) = reseller {
            url.query_pairs_mut().append_pair("indirectResellerId", reseller.as_str());
        }
        let request: WireRequest = self.get("customers.relationship_request", token, url).await?;
        let link = request.url.and_then(|link| link.parse::<Url>().ok()).filter(is_microsofts);
        link.ok_or(PartnerCenterError::Lost("the link does not lead to Microsoft".into()))
    }
}

fn is_microsofts(link: &Url) -> bool {
    link.scheme() == "https"
        && link.port().is_none()
        && link.username().is_empty()
        && link.password().is_none()
        && link.host_str().is_some_and(|host| HOSTS.contains(&host))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRequest {
    #[serde(default, deserialize_with = "wire::text")]
    url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_microsoft_are_links() {
        let is = |text: &str| is_microsofts(&text.parse().unwrap());
        assert!(is("https://admin.microsoft.com/Adminportal/Home?partnerId=1#/BillingAccounts/partner-invitation"));
        for text in [
            "http://admin.microsoft.com/",
            "https://admin.microsoft.com.evil.example/",
            "https://admin.microsoft.com@evil.example/",
            "https://u@admin.microsoft.com/",
            "https://admin.microsoft.com:8443/",
            "javascript:alert(1)",
        ] {
            assert!(!is(text), "{text}");
        }
    }
}
