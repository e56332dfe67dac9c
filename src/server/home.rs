//! Sign-in page and home page.

use axum::{extract::Query, response::Response};
use leptos::prelude::*;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::visit::{Sending, SignedIn, Visit, see_other};
use crate::{
    components::onboarding::OnboardingRow,
    domain::Operator,
    entra::ReturnTo,
    error::PortalError,
    i18n::t,
    journal::Onboarding,
    pages::{HomePage, HomeView, SignInNotice, SignInPage, SignInView},
    paths,
};

/// The query of the sign-in page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInQuery {
    return_to: Option<String>,
    resume: Option<String>,
    problem: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

/// The way to Entra ID.
pub async fn sign_in(visit: Visit, Query(query): Query<SignInQuery>) -> Response {
    let return_to = query.return_to.as_deref().map(ReturnTo::parse).unwrap_or_default();
    let notice = query.problem.as_deref().and_then(SignInNotice::from_word);
    if visit.operator.is_some() && notice.is_none() && query.resume.is_none() {
        return see_other(return_to.as_str());
    }
    let start = |as_reseller: bool| {
        let mut start = Serializer::for_suffix(format!("{}?", paths::AUTH_START), paths::AUTH_START.len() + 1);
        start.append_pair("return_to", return_to.as_str());
        if let Some(key) = &query.resume {
            start.append_pair("resume", key);
        }
        if as_reseller {
            start.append_pair("as", paths::AS_RESELLER);
        }
        start.finish()
    };
    let view = SignInView {
        start: start(false),
        start_as_reseller: start(true),
        notice,
        answers_saved: query.resume.is_some(),
        reference: query.reference.filter(|text| is_reference(text)).unwrap_or_default(),
    };
    visit.page(t!(in visit.language; pages.sign_in), Sending::default(), move || view! { <SignInPage view/> })
}

/// Only what the portal itself would have made is shown: the address can be anybody's.
fn is_reference(text: &str) -> bool {
    text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What waits for the operator.
pub async fn show(SignedIn { visit, operator }: SignedIn) -> Response {
    match waiting(&visit, operator).await {
        Ok(view) => {
            visit.page(t!(in visit.language; pages.home), Sending::default(), move || view! { <HomePage view/> })
        }
        Err(error) => visit.failure(error),
    }
}

async fn waiting(visit: &Visit, operator: Operator) -> Result<HomeView, PortalError> {
    let (journal, credentials) = (&visit.state.journal, &visit.state.credentials);
    let (waiting, to_approve, first_to_expire, handed_over) = tokio::join!(
        journal.waiting_for(&operator),
        journal.awaiting_approval(&operator),
        credentials.first_to_expire(&operator),
        credentials.hand_overs(&operator),
    );
    let (waiting, to_approve) = (waiting?, to_approve?);
    let rows = |onboardings: &[Onboarding]| onboardings.iter().map(OnboardingRow::new).collect();
    Ok(HomeView {
        attention: rows(&waiting.attention),
        unopened: rows(&waiting.unopened),
        to_approve: rows(&to_approve),
        handed_over: handed_over?,
        awaiting: rows(&waiting.awaiting),
        running: rows(&waiting.running),
        ended: rows(&waiting.ended),
        drafts: rows(&waiting.drafts),
        first_to_expire: first_to_expire?,
        now: visit.state.ambient.now(),
        operator,
    })
}
