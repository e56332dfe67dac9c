//! The set-up doctor: tests each setting and upstream, and says what to do about what does not work. `portal check` prints
//! what it finds, the page Settings shows it.

use std::{fmt::Display, time::Duration};

use reqwest::header::DATE;

use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    config::{Config, Environment},
    database::Database,
    entra::{Connection, Entra, aadsts_words},
    http,
    i18n::{Language, t},
    keyring::Keyring,
    pages::Finding,
    paths,
    server::keys,
    state::AppState,
};

/// No call of the doctor's takes longer, so that the page comes though an upstream does not answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// How far the machine's clock may be apart from Microsoft's before sign-ins fail.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// What the page Settings asks.
#[derive(Clone)]
pub struct Doctor {
    state: AppState,
    db: Database,
    keyring: Keyring,
}

impl Doctor {
    /// Of a portal that runs.
    pub fn new(state: &AppState, db: Database, keyring: Keyring) -> Self {
        Self { state: state.clone(), db, keyring }
    }

    /// Everything that can be asked of a portal that runs, in the order in which one sets it up.
    pub async fn examine(&self, language: Language) -> Vec<Finding> {
        let (config, entra, ambient) = (&self.state.config, &self.state.entra, &self.state.ambient);
        let mut findings = settings(language, config);
        let (sealed, upstreams, connection) = tokio::join!(
            keys::complaints(&self.db, &self.keyring),
            upstreams(language, config, entra, ambient),
            account(language, entra, ambient.now()),
        );
        findings.push(finding(
            t!(in language; doctor.database),
            sealed.as_ref().map(|_| t!(in language; doctor.answers_its_schema_is_up)),
        ));
        findings.extend(sealed_values(language, sealed));
        findings.extend(upstreams);
        findings.push(connection);
        findings
    }
}

/// What the settings say, and what has to be registered with Microsoft accordingly.
pub fn settings(language: Language, config: &Config) -> Vec<Finding> {
    let environment = match config.environment {
        Environment::Production => t!(in language; doctor.production_what_is_created_here),
        Environment::Sandbox => t!(in language; doctor.sandbox),
        Environment::Simulator => t!(in language; doctor.simulator_nothing_here_leaves_this),
    };
    let redirect = config.public_url.join(paths::AUTH_CALLBACK).map(|uri| uri.to_string());
    vec![
        Finding::told(t!(in language; doctor.cloud), &format!("{}, {environment}", config.cloud)),
        finding(t!(in language; doctor.redirect_uri_to_register), redirect),
        Finding::told(
            t!(in language; doctor.app_registration),
            t!(in language; doctor.accounts_in_any_organisational_directory),
        ),
        Finding::told(
            t!(in language; doctor.app_roles_of_the_providers),
            t!(in language; doctor.portal_admin_portal_accountmanager_portal),
        ),
    ]
}

/// Entra ID, Partner Center, and the clock compared with Microsoft's.
pub async fn upstreams(language: Language, config: &Config, entra: &Entra, ambient: &Ambient) -> Vec<Finding> {
    let client = match http::client(super::USER_AGENT) {
        Ok(client) => client,
        Err(error) => return vec![finding::<&str, _>(t!(in language; doctor.http_client), Err(error))],
    };
    let (own, all, reached) = tokio::join!(
        in_time(async { entra.probe().await.map_err(|error| error.to_string()) }),
        in_time(async { entra.probe_organizations().await.map_err(|error| error.to_string()) }),
        in_time(reach(&client, config, ambient)),
    );
    let clock = match &reached {
        Ok(reached) => clock(language, reached.ahead),
        Err(_) => Finding::failed(t!(in language; doctor.clock), t!(in language; doctor.could_not_be_compared_partner)),
    };
    vec![
        finding(
            t!(in language; doctor.entra_id_the_providers_tenant),
            own.map(|()| config.entra.authority.to_string()),
        ),
        finding(t!(in language; doctor.entra_id_sign_in_of), all.map(|()| t!(in language; doctor.answers))),
        finding(
            "Partner Center",
            reached.map(|_| t!(in language; doctor.answers_2, url = config.partner_center_url.as_str())),
        ),
        clock,
    ]
}

/// The account with which the onboardings of resellers run.
pub async fn account(language: Language, entra: &Entra, now: Timestamp) -> Finding {
    let what = t!(in language; doctor.account_for_resellers);
    match entra.connection().await {
        Err(error) => finding::<&str, _>(what, Err(error)),
        Ok(None) => Finding::failed(what, t!(in language; doctor.none_is_connected_resellers_cannot)),
        Ok(Some(Connection { trouble: Some(trouble), .. })) => {
            Finding::failed(what, &trouble_words(language, trouble.aadsts))
        }
        Ok(Some(connection)) if connection.is_old(now) => {
            Finding::failed(what, t!(in language; doctor.has_to_agree_again_microsoft))
        }
        Ok(Some(connection)) => Finding::good(what, &connection.sign_in_name),
    }
}

/// What Entra's refusal means, with its number.
pub fn trouble_words(language: Language, aadsts: Option<u32>) -> String {
    match aadsts.map(|number| (number, aadsts_words(language, number))) {
        Some((number, Some(words))) => format!("{words} (AADSTS{number})"),
        Some((number, None)) => t!(in language; doctor.microsoft_no_longer_accepts_it, number = number.to_string()),
        None => t!(in language; doctor.microsoft_no_longer_accepts_it_connect).to_owned(),
    }
}

/// What is sealed and cannot be opened.
pub fn sealed_values(language: Language, complaints: Result<Vec<String>, impl Display>) -> Vec<Finding> {
    let what = t!(in language; doctor.sealed_values);
    match complaints {
        Ok(complaints) if complaints.is_empty() => vec![Finding::good(what, t!(in language; doctor.can_be_opened))],
        Ok(complaints) => complaints.iter().map(|text| Finding::failed(what, text)).collect(),
        Err(error) => vec![finding::<&str, _>(what, Err(error))],
    }
}

/// What Partner Center's answer has shown.
struct Reached {
    /// How far the machine's clock is ahead of Microsoft's, if the answer has a date.
    ahead: Option<SignedDuration>,
}

/// One harmless call without a token: a 401 proves that the API is there.
async fn reach(client: &reqwest::Client, config: &Config, ambient: &Ambient) -> Result<Reached, String> {
    let url = config.partner_center_url.join("v1/profiles/mpn").map_err(|error| error.to_string())?;
    let answer = client.get(url).timeout(PATIENCE).send().await.map_err(|error| error.to_string())?;
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|date| date.timestamp());
    let ahead = date.map(|date| ambient.now().duration_since(date));
    match answer.status().as_u16() {
        401 | 403 => Ok(Reached { ahead }),
        status => Err(format!("answered {status} to a call without a token, where 401 was expected")),
    }
}

fn clock(language: Language, ahead: Option<SignedDuration>) -> Finding {
    match ahead {
        None => Finding::told(t!(in language; doctor.clock), t!(in language; doctor.could_not_be_compared_the)),
        Some(ahead) if ahead.abs() <= TOLERANCE => {
            Finding::good(t!(in language; doctor.clock), t!(in language; doctor.agrees_with_microsofts))
        }
        Some(ahead) => {
            let seconds = ahead.abs().as_secs();
            let text = if ahead.is_negative() {
                t!(in language; doctor.seconds_behind_microsofts_sign_ins, seconds = seconds)
            } else {
                t!(in language; doctor.seconds_ahead_of_microsofts_sign, seconds = seconds)
            };
            Finding::failed(t!(in language; doctor.clock), &text)
        }
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err("does not answer".to_owned()))
}

/// A finding of a result.
pub fn finding<T: Display, E: Display>(what: &str, result: Result<T, E>) -> Finding {
    match result {
        Ok(detail) => Finding::good(what, &detail.to_string()),
        Err(error) => Finding::failed(what, &error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_is_known_is_said_in_words_and_one_that_is_not_by_its_number() {
        assert!(trouble_words(Language::English, Some(50_076)).starts_with("Microsoft wants the second factor again"));
        assert!(trouble_words(Language::English, Some(1)).contains("AADSTS1"));
        assert!(trouble_words(Language::English, None).contains("Connect the account again"));
    }

    #[test]
    fn a_clock_is_good_within_a_minute() {
        assert!(!clock(Language::English, Some(SignedDuration::from_secs(60))).is_failure());
        assert!(clock(Language::English, Some(SignedDuration::from_secs(-61))).is_failure());
    }
}
