//! The Microsoft Customer Agreement: its template, its text, and who has accepted it.
//!
//! Public cloud alone, App+User alone.

use jiff::civil::Date;
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    CallIds, PartnerCenter, PartnerCenterError,
    call::{Call, Verdict},
    error::Loss,
    redact, wire,
};
use crate::domain::{Acceptance, CustomerId};

/// The one type of agreement that matters here; the API's default is another, older one.
const KIND: &str = "MicrosoftCustomerAgreement";

/// What is to be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementTemplate {
    /// Sensitive to case.
    pub id: String,
    /// Microsoft's page about the agreement.
    pub link: Option<String>,
}

/// An acceptance that Partner Center has on record; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedAgreement {
    /// Given name of the person who has accepted.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// The day of the acceptance.
    pub accepted_on: Option<Date>,
}

impl PartnerCenter {
    /// `GET /v1/agreements?agreementType=MicrosoftCustomerAgreement`: the template of the highest rank.
    pub async fn agreement_template(&self, token: &SecretString) -> Result<AgreementTemplate, PartnerCenterError> {
        let mut url = self.endpoint(&["agreements"]);
        url.query_pairs_mut().append_pair("agreementType", KIND);
        let templates: Vec<WireTemplate> = self.get_all("agreements.templates", token, url).await?;
        templates
            .into_iter()
            .filter(|template| template.agreement_type.as_deref() == Some(KIND))
            .max_by_key(|template| template.version_rank.unwrap_or_default())
            .and_then(|template| Some(AgreementTemplate { id: template.template_id?, link: template.agreement_link }))
            .ok_or(PartnerCenterError::Lost(Loss::Unreadable.text().into()))
    }

    /// `GET /v1/agreementtemplates/{id}/document`: where the text can be downloaded during the next five minutes.
    ///
    /// Only an address over https, or one of the API's own host, is given back: a browser will be sent there.
    pub async fn agreement_document(
        &self,
        token: &SecretString,
        template: &str,
        language: &str,
        country: &str,
    ) -> Result<Url, PartnerCenterError> {
        let mut url = self.endpoint(&["agreementtemplates", template, "document"]);
        url.query_pairs_mut().append_pair("language", language).append_pair("country", country);
        let document: WireDocument = self.get("agreements.document", token, url).await?;
        let address = document.download_uri.or(document.display_uri).and_then(|uri| uri.parse::<Url>().ok());
        address
            .filter(|address| address.scheme() == "https" || address.origin() == self.base.origin())
            .ok_or(PartnerCenterError::Lost(Loss::Unreadable.text().into()))
    }

    /// `GET /v1/customers/{id}/agreements`: the acceptances on record.
    pub async fn recorded_agreements(
        &self,
        token: &SecretString,
        id: &CustomerId,
    ) -> Result<Vec<RecordedAgreement>, PartnerCenterError> {
        let mut url = self.endpoint(&["customers", id.as_str(), "agreements"]);
        url.query_pairs_mut().append_pair("agreementType", KIND);
        let agreements: Vec<WireAgreement> = self.get_all("customers.agreements", token, url).await?;
        let is_ours = |agreement: &WireAgreement| agreement.kind.as_deref().is_none_or(|kind| kind == KIND);
        Ok(agreements.into_iter().filter(is_ours).map(WireAgreement::into_recorded).collect())
    }

    /// `GET /v1/customers/{id}/directSignedMicrosoftCustomerAgreementStatus`: whether the customer has accepted in the
    /// Microsoft 365 admin center.
    pub async fn agreement_signed_by_customer(
        &self,
        token: &SecretString,
        id: &CustomerId,
    ) -> Result<bool, PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str(), "directSignedMicrosoftCustomerAgreementStatus"]);
        let status: WireSigned = self.get("customers.direct_signed", token, url).await?;
        Ok(status.is_signed)
    }

    /// `POST /v1/customers/{id}/agreements`: attests that the customer has accepted. One attempt: whoever gets
    /// [`PartnerCenterError::Lost`] looks at [`recorded_agreements`](Self::recorded_agreements) before repeating it under
    /// the same ids.
    pub async fn record_agreement(
        &self,
        token: &SecretString,
        ids: &CallIds,
        id: &CustomerId,
        template: &str,
        acceptance: &Acceptance,
    ) -> Result<(), PartnerCenterError> {
        let url = self.endpoint(&["customers", id.as_str(), "agreements"]);
        let body = WireAcceptance::new(template, acceptance);
        let call = Call::new("customers.agree", Method::POST, url, token, ids.clone()).json(&body);
        // What it answers with is what was sent; that it is a success is all there is to know.
        Ok(self.pursue(&call, &self.patience.repeat, |reply| reply.success().map(drop), Verdict::Final).await?)
    }
}

/// What is sent to record an acceptance, as JSON without anything that names a person.
pub fn redacted_agreement_body(template: &str, acceptance: &Acceptance) -> String {
    redact::body(&WireAcceptance::new(template, acceptance))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTemplate {
    #[serde(default, deserialize_with = "wire::text")]
    template_id: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    agreement_type: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    agreement_link: Option<String>,
    #[serde(default, deserialize_with = "wire::parsed")]
    version_rank: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDocument {
    #[serde(default, deserialize_with = "wire::text")]
    display_uri: Option<String>,
    #[serde(default, deserialize_with = "wire::text")]
    download_uri: Option<String>,
}

/// The one field is required: an answer without it is neither yes nor no.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSigned {
    is_signed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAgreement {
    #[serde(default)]
    primary_contact: Option<WireContact>,
    #[serde(default, deserialize_with = "wire::text")]
    date_agreed: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "wire::text")]
    kind: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireContact {
    #[serde(deserialize_with = "wire::text")]
    first_name: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    last_name: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    email: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    phone_number: Option<String>,
}

impl WireAgreement {
    fn into_recorded(self) -> RecordedAgreement {
        let contact = self.primary_contact.unwrap_or_default();
        RecordedAgreement {
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: contact.email,
            phone: contact.phone_number,
            // With a zone in one place of the documentation, without one in another; the day is what was asked for.
            accepted_on: self.date_agreed.and_then(|date| date.get(..10)?.parse().ok()),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAcceptance<'a> {
    primary_contact: WireAcceptedBy<'a>,
    template_id: &'a str,
    date_agreed: String,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAcceptedBy<'a> {
    first_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
}

impl<'a> WireAcceptance<'a> {
    fn new(template: &'a str, acceptance: &'a Acceptance) -> Self {
        Self {
            primary_contact: WireAcceptedBy {
                first_name: acceptance.first_name(),
                last_name: acceptance.last_name(),
                email: acceptance.email(),
                phone_number: acceptance.phone(),
            },
            template_id: template,
            date_agreed: format!("{}T00:00:00.000Z", acceptance.accepted_on()),
            r#type: KIND,
        }
    }
}
