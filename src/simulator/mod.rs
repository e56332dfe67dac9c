//! A stateful, strict stand-in for Entra ID and Partner Center, on loopback.
//!
//! It is written from the documents and imports nothing of the portal, so that one mistake is not made on both sides. It
//! refuses what the real services refuse, forgets nothing between calls, and keeps a [`Ledger`] of what has really
//! happened. [`Fault`]s make it misbehave in the ways that were seen.
//!
//! ```no_run
//! # use reseller_portal::simulator::{Simulator, SimulatorOptions};
//! # async fn example() -> std::io::Result<()> {
//! let simulator = Simulator::start(SimulatorOptions::for_tests()).await?;
//! for (name, value) in simulator.env() { /* settings for a portal */ }
//! # Ok(()) }
//! ```

mod clock;
mod codes;
mod control;
mod entra;
mod faults;
mod ledger;
mod listener;
mod operation;
mod options;
mod partner_center;
mod people;
mod random;
mod resellers;
mod shared;
mod strike;
#[cfg(test)]
mod tests;
mod world;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use self::{
    clock::SimulatorClock,
    codes::{CODES, RefusalCode},
    faults::{Fault, FaultKind},
    ledger::{Ledger, LedgerEntry},
    operation::Operation,
    options::{AddressAnswers, Pace, PasswordStyle, RefreshTokens, Replay, SimulatorOptions, Speed},
    people::{DemoPerson, FIRST_UP, PROVIDER_DOMAIN, PROVIDER_NAME, PROVIDER_TENANT, RELECLOUD, demo_people},
    shared::{CLIENT_ID, CLIENT_SECRET},
};
use self::{
    entra::{claims, keys::SigningKey},
    shared::{Shared, Simulation},
};

/// A running simulator. It stops when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    simulation: Simulation,
    address: SocketAddr,
    stop: watch::Sender<()>,
    served: JoinHandle<()>,
}

impl Simulator {
    /// Listens and serves until the simulator is stopped or dropped.
    pub async fn start(options: SimulatorOptions) -> io::Result<Self> {
        // Where a key is made, it takes about as long as a person notices.
        let key = tokio::task::spawn_blocking(SigningKey::of_this_process)
            .await?
            .map_err(|_| io::Error::other("no signing key could be made"))?;
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let origin = origin(&options, address);
        let simulation = Arc::new(Shared::new(options, origin, key));
        let (stop, stopped) = watch::channel(());
        let served = tokio::spawn(listener::serve(listener, control::router(&simulation), stopped));
        Ok(Self { simulation, address, stop, served })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Scheme, host and port of every address that it gives out.
    pub fn origin(&self) -> &str {
        &self.simulation.origin
    }

    /// The settings that point a portal at it.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        env(&self.simulation.origin)
    }

    /// Everything that it answers, without a listener in between.
    pub fn router(&self) -> Router {
        control::router(&self.simulation)
    }

    /// Stops listening and cuts the connections that are open.
    pub async fn stop(self) {
        let Self { stop, served, .. } = self;
        drop(stop);
        // It can only have panicked, and has said so then.
        let _ended = served.await;
    }

    /// What has really happened.
    pub fn ledger(&self) -> Ledger {
        control::read_ledger(&self.simulation)
    }

    /// Lets something go wrong. Faults strike in the order in which they were scripted.
    pub fn script_fault(&self, fault: Fault) {
        self.simulation.world().faults.add(fault);
    }

    /// How many scripted faults have not struck yet.
    pub fn faults_to_come(&self) -> usize {
        self.simulation.world().faults.to_come().len()
    }

    /// Back to the first moment: customers, grants, faults, ledger, clock.
    pub fn reset(&self) {
        self.simulation.reset();
    }

    /// Puts so many resellers and customers into the world; what is `None` stays as it is.
    pub fn load_world(&self, resellers: Option<usize>, customers: Option<usize>) {
        self.simulation.world().load(resellers, customers, self.simulation.clock.now());
    }

    /// Changes the rules of a country: `rules` in what is answered and in the checks of a create, `create` in those alone.
    pub fn change_country(&self, iso2: &str, rules: &serde_json::Value, create: &serde_json::Value) -> bool {
        self.simulation.world().change_country(iso2, rules, create)
    }

    /// Its clock, to put it forward.
    pub fn clock(&self) -> &SimulatorClock {
        &self.simulation.clock
    }

    /// Signs tokens with a new key from now on, as Entra does every few weeks.
    pub fn rotate_signing_key(&self) -> io::Result<()> {
        let key = SigningKey::generate().map_err(|_| io::Error::other("no signing key could be made"))?;
        self.simulation.replace_signing_key(Arc::new(key));
        Ok(())
    }

    /// Makes every refresh token useless, as a changed password does.
    pub fn revoke_refresh_tokens(&self) {
        self.simulation.grants().revoke_all();
    }

    /// An access token of a demo person for Partner Center, without a sign-in. `None` if there is no such person.
    pub fn access_token(&self, upn: &str) -> Option<String> {
        let person = people::by_upn(upn)?;
        let claims = claims::access_token_of_person(&self.simulation, person, claims::PARTNER_CENTER);
        self.simulation.signing_key().sign(&claims).ok()
    }

    /// An app-only access token for Partner Center.
    pub fn app_only_token(&self) -> Option<String> {
        let claims = claims::access_token_of_app(&self.simulation, claims::PARTNER_CENTER);
        self.simulation.signing_key().sign(&claims).ok()
    }
}

/// The settings that point a portal at a simulator with this origin.
pub fn env(origin: &str) -> Vec<(&'static str, String)> {
    vec![
        ("PORTAL_CLOUD", "global".to_owned()),
        ("PORTAL_ENTRA_AUTHORITY", origin.to_owned()),
        ("PORTAL_ENTRA_TENANT_ID", PROVIDER_TENANT.to_string()),
        ("PORTAL_ENTRA_CLIENT_ID", CLIENT_ID.to_string()),
        ("PORTAL_ENTRA_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("PORTAL_PARTNER_CENTER_URL", origin.to_owned()),
    ]
}

/// The origin of a simulator with these options that listens on this address.
pub fn origin(options: &SimulatorOptions, address: SocketAddr) -> String {
    if let Some(origin) = &options.public_origin {
        return origin.trim_end_matches('/').to_owned();
    }
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// A span of milliseconds as the command line has it: `0`, or `3000..6000`.
pub fn parse_milliseconds(text: &str) -> Result<(Duration, Duration), String> {
    let number = |text: &str| {
        text.trim().parse().map(Duration::from_millis).map_err(|_| format!("'{text}' is not a number of milliseconds"))
    };
    match text.split_once("..") {
        None => number(text).map(|duration| (duration, duration)),
        Some((least, most)) => {
            let (least, most) = (number(least)?, number(most)?);
            if least <= most {
                Ok((least, most))
            } else {
                Err("the first number must not be the larger one".to_owned())
            }
        }
    }
}

/// For tests of the portal's own rules: how the simulator judges the fields of a create, and the rules that it answers
/// with.
#[cfg(test)]
pub(crate) mod verdict {
    use serde_json::Value;

    use crate::simulator::partner_center::{CountryRules, refusal_of_fields};

    /// What a create with this body would be refused with, wherever the provider may sell: code and text.
    pub(crate) fn of_body(body: &[u8]) -> Option<(u32, String)> {
        refusal_of_fields(body)
    }

    /// Every country and the body of its rules.
    pub(crate) fn countries() -> impl Iterator<Item = (&'static str, &'static Value)> {
        CountryRules::all().map(|(iso2, rules)| (iso2, rules.body()))
    }
}
