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
    pub async fn examine(&self) -> Vec<Finding> {
        let (config, entra, ambient) = (&self.state.config, &self.state.entra, &self.state.ambient);
        let mut findings = settings(config);
        let (sealed, upstreams, connection) = tokio::join!(
            keys::complaints(&self.db, &self.keyring),
            upstreams(config, entra, ambient),
            account(entra, ambient.now()),
        );
        findings.push(finding("Database", sealed.as_ref().map(|_| "Answers, its schema is up to date")));
        findings.extend(sealed_values(sealed));
        findings.extend(upstreams);
        findings.push(connection);
        findings
    }
}

/// What the settings say, and what has to be registered with Microsoft accordingly.
pub fn settings(config: &Config) -> Vec<Finding> {
    let environment = match config.environment {
        Environment::Production => "Production: what is created here is real",
        Environment::Sandbox => "Sandbox",
        Environment::Simulator => "Simulator: nothing here leaves this machine",
    };
    let redirect = config.public_url.join(paths::AUTH_CALLBACK).map(|uri| uri.to_string());
    vec![
        Finding::told("Cloud", &format!("{}, {environment}", config.cloud)),
        finding("Redirect URI to register", redirect),
        Finding::told(
            "App registration",
            "Accounts in any organisational directory (multitenant), so that resellers can sign in; delegated permission \
             user_impersonation of Microsoft Partner Center, with consent",
        ),
        Finding::told(
            "App roles of the provider's tenant",
            "Portal.Admin, Portal.AccountManager, Portal.Support, assigned to people of the provider",
        ),
    ]
}

/// Entra ID, Partner Center, and the clock compared with Microsoft's.
pub async fn upstreams(config: &Config, entra: &Entra, ambient: &Ambient) -> Vec<Finding> {
    let client = match http::client(super::USER_AGENT) {
        Ok(client) => client,
        Err(error) => return vec![finding::<&str, _>("HTTP client", Err(error))],
    };
    let (own, all, reached) = tokio::join!(
        in_time(async { entra.probe().await.map_err(|error| error.to_string()) }),
        in_time(async { entra.probe_organizations().await.map_err(|error| error.to_string()) }),
        in_time(reach(&client, config, ambient)),
    );
    let clock = match &reached {
        Ok(reached) => clock(reached.ahead),
        Err(_) => Finding::failed("Clock", "Could not be compared: Partner Center does not answer"),
    };
    vec![
        finding("Entra ID, the provider's tenant", own.map(|()| config.entra.authority.to_string())),
        finding("Entra ID, sign-in of resellers", all.map(|()| "Answers")),
        finding("Partner Center", reached.map(|_| format!("{} answers", config.partner_center_url))),
        clock,
    ]
}

/// The account with which the onboardings of resellers run.
pub async fn account(entra: &Entra, now: Timestamp) -> Finding {
    const WHAT: &str = "Account for resellers";
    match entra.connection().await {
        Err(error) => finding::<&str, _>(WHAT, Err(error)),
        Ok(None) => Finding::failed(WHAT, "None is connected: resellers cannot create customers"),
        Ok(Some(Connection { trouble: Some(trouble), .. })) => Finding::failed(WHAT, &trouble_words(trouble.aadsts)),
        Ok(Some(connection)) if connection.is_old(now) => {
            Finding::failed(WHAT, "Has to agree again: Microsoft ends what was granted after 90 days")
        }
        Ok(Some(connection)) => Finding::good(WHAT, &connection.sign_in_name),
    }
}

/// What Entra's refusal means, with its number.
pub fn trouble_words(aadsts: Option<u32>) -> String {
    match aadsts.map(|number| (number, aadsts_words(number))) {
        Some((number, Some(words))) => format!("{words} (AADSTS{number})"),
        Some((number, None)) => format!("Microsoft no longer accepts it (AADSTS{number}). Connect the account again."),
        None => "Microsoft no longer accepts it. Connect the account again.".to_owned(),
    }
}

/// What is sealed and cannot be opened.
pub fn sealed_values(complaints: Result<Vec<String>, impl Display>) -> Vec<Finding> {
    const WHAT: &str = "Sealed values";
    match complaints {
        Ok(complaints) if complaints.is_empty() => vec![Finding::good(WHAT, "Can be opened")],
        Ok(complaints) => complaints.iter().map(|text| Finding::failed(WHAT, text)).collect(),
        Err(error) => vec![finding::<&str, _>(WHAT, Err(error))],
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

fn clock(ahead: Option<SignedDuration>) -> Finding {
    match ahead {
        None => Finding::told("Clock", "Could not be compared: the answer has no date"),
        Some(ahead) if ahead.abs() <= TOLERANCE => Finding::good("Clock", "Agrees with Microsoft's"),
        Some(ahead) => {
            let words = if ahead.is_negative() { "behind" } else { "ahead of" };
            let text = format!("{} seconds {words} Microsoft's: sign-ins fail beyond 60", ahead.abs().as_secs());
            Finding::failed("Clock", &text)
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
        assert!(trouble_words(Some(50_076)).starts_with("Microsoft wants the second factor again"));
        assert!(trouble_words(Some(1)).contains("AADSTS1"));
        assert!(trouble_words(None).contains("Connect the account again"));
    }

    #[test]
    fn a_clock_is_good_within_a_minute() {
        assert!(!clock(Some(SignedDuration::from_secs(60))).is_failure());
        assert!(clock(Some(SignedDuration::from_secs(-61))).is_failure());
    }
}
