//! Reading one setting, with its name in every complaint.

use std::{fmt::Display, fs, net::IpAddr, ops::RangeInclusive, str::FromStr};

use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

use super::{ConfigError, Source};
use crate::{domain::ResellerId, http::is_loopback};

/// Reads settings from a source; an empty value counts as none.
pub(super) struct Reader<'a> {
    source: Source<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self { source }
    }

    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        (self.source)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&self, name: &'static str, example: &'static str) -> Result<String, ConfigError> {
        let value = self.text(name).ok_or_else(|| ConfigError { name, problem: "is missing".into(), example })?;
        not_the_example(name, &value, example)?;
        Ok(value)
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &self,
        name: &'static str,
        example: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        self.text(name)
            .map(|value| {
                value.parse().map_err(|error: T::Err| ConfigError { name, problem: error.to_string(), example })
            })
            .transpose()
    }

    /// A number of whole days.
    pub(super) fn days(
        &self,
        name: &'static str,
        default: i64,
        allowed: RangeInclusive<i64>,
    ) -> Result<SignedDuration, ConfigError> {
        let (first, last) = (*allowed.start(), *allowed.end());
        let wrong = || ConfigError { name, problem: format!("must be {first} to {last} (days)"), example: "7" };
        let days = match self.text(name) {
            Some(value) => value.parse().map_err(|_| wrong())?,
            None => default,
        };
        if !allowed.contains(&days) {
            return Err(wrong());
        }
        Ok(SignedDuration::from_hours(days * 24))
    }

    /// A GUID, which a tenant id is.
    pub(super) fn guid(&self, name: &'static str, example: &'static str) -> Result<String, ConfigError> {
        let value: ResellerId = self.required(name, example)?.parse().map_err(|_| ConfigError {
            name,
            problem: "must be a tenant id (a GUID)".into(),
            example,
        })?;
        Ok(value.to_string())
    }

    /// A secret from the setting itself or from the file that a second setting names.
    pub(super) fn secret(&self, name: &'static str, file: &'static str) -> Result<SecretString, ConfigError> {
        const EXAMPLE: &str = "the-secret-value";
        if let Some(value) = self.text(name) {
            not_the_example(name, &value, EXAMPLE)?;
            return Ok(value.into());
        }
        let Some(path) = self.text(file) else {
            return Err(ConfigError { name, problem: format!("is missing (or {file})"), example: EXAMPLE });
        };
        let content = fs::read_to_string(&path).map_err(|error| ConfigError {
            name: file,
            problem: format!("names a file that cannot be read: {error}"),
            example: "/run/secrets/portal-client-secret",
        })?;
        if content.trim().is_empty() {
            return Err(ConfigError {
                name: file,
                problem: format!("names an empty file: write the secret to {path}"),
                example: "/run/secrets/portal-client-secret",
            });
        }
        not_the_example(file, content.trim(), EXAMPLE)?;
        Ok(content.trim().to_owned().into())
    }

    pub(super) fn database(&self, name: &'static str, default: &'static str) -> Result<SecretString, ConfigError> {
        let value = match self.text(name) {
            Some(value) => value,
            None => match self.text("PORTAL_DATABASE_URL_FILE") {
                Some(_) => return self.secret(name, "PORTAL_DATABASE_URL_FILE"),
                None => default.to_owned(),
            },
        };
        let wrong = |problem: &str| ConfigError { name, problem: problem.into(), example: default };
        if value.starts_with("sqlite:") {
            return Ok(value.into());
        }
        if !value.starts_with("postgres://") && !value.starts_with("postgresql://") {
            return Err(wrong("must start with sqlite: or postgres://"));
        }
        let url = Url::parse(&value).map_err(|error| wrong(&error.to_string()))?;
        if is_private(&url) {
            Ok(value.into())
        } else {
            Err(wrong("names a server on another machine: it has to be reached with sslmode=verify-full"))
        }
    }

    /// Scheme, host and port alone.
    pub(super) fn origin(&self, name: &'static str, default: &'static str) -> Result<Url, ConfigError> {
        let wrong =
            |problem: &str| ConfigError { name, problem: problem.into(), example: "https://portal.example.com" };
        let url = Url::parse(&self.text(name).unwrap_or_else(|| default.to_owned()))
            .map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong("must be an http or https origin"));
        }
        let anonymous = url.username().is_empty() && url.password().is_none();
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !anonymous {
            return Err(wrong("must be scheme, host and port alone"));
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(wrong("must be https, except on this machine's loopback"));
        }
        Ok(url)
    }

    /// An upstream: https to one of `hosts`, or plain http to loopback.
    pub(super) fn upstream(
        &self,
        name: &'static str,
        default: &'static str,
        hosts: &[&str],
    ) -> Result<Url, ConfigError> {
        let wrong = |problem: String| ConfigError { name, problem, example: default };
        let url = Url::parse(&self.text(name).unwrap_or_else(|| default.to_owned()))
            .map_err(|error| wrong(error.to_string()))?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("must be an address without user, query or fragment".into()));
        }
        let allowed = match url.scheme() {
            "https" => url.host_str().is_some_and(|host| hosts.contains(&host)) && url.port().is_none(),
            "http" => is_loopback(&url),
            _ => false,
        };
        if allowed {
            Ok(url)
        } else {
            Err(wrong(format!("must be https to one of {}, or http to loopback", hosts.join(", "))))
        }
    }

    /// A collector of telemetry: https, or plain http to loopback.
    pub(super) fn collector(&self, name: &'static str) -> Result<Option<Url>, ConfigError> {
        let wrong = |problem: String| ConfigError { name, problem, example: "https://otel.example.com:4318" };
        let Some(text) = self.text(name) else { return Ok(None) };
        let url = Url::parse(&text).map_err(|error| wrong(error.to_string()))?;
        let plain = url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let private = (url.scheme() == "https" && url.host().is_some()) || is_loopback(&url);
        if plain && anonymous && private {
            Ok(Some(url))
        } else {
            Err(wrong("must be https, or http to loopback, without user and query".into()))
        }
    }
}

/// Nobody's tenant, app or secret is the one that a complaint gives as an example.
fn not_the_example(name: &'static str, value: &str, example: &'static str) -> Result<(), ConfigError> {
    if value.eq_ignore_ascii_case(example) {
        return Err(ConfigError { name, problem: "is the example itself: put your own there".into(), example });
    }
    Ok(())
}

/// Whether nobody on the way can read what goes to a PostgreSQL: it is on this machine, or TLS shows that it is the one
/// that was meant. The driver's own default is TLS if the server happens to offer it.
fn is_private(database: &Url) -> bool {
    let parameters = |name: &'static str| {
        database.query_pairs().filter(move |(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let is_here = |host: &str| {
        let host = host.trim_matches(['[', ']']);
        // A path is a socket.
        host.is_empty()
            || host == "localhost"
            || host.starts_with('/')
            || host.to_ascii_lowercase().starts_with("%2f")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    };
    let modes: Vec<_> = parameters("sslmode").chain(parameters("ssl-mode")).collect();
    let is_verified = !modes.is_empty() && modes.iter().all(|mode| mode == "verify-full");
    let mut hosts =
        database.host_str().map(str::to_owned).into_iter().chain(parameters("host")).chain(parameters("hostaddr"));
    is_verified || hosts.all(|host| is_here(&host))
}
