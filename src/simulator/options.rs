//! What can be chosen when the simulator starts.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use jiff::Timestamp;

use super::clock::SimulatorClock;

/// How the simulator behaves. [`SimulatorOptions::default`] is for people, [`SimulatorOptions::for_tests`] for tests.
#[derive(Clone, Debug)]
pub struct SimulatorOptions {
    /// Address of the one listener; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Origin under which browsers and the portal reach it, if that is not `http://` and the address (a container, say).
    pub public_origin: Option<String>,
    /// Seed of every id, key and password; the signing key of the tokens is the one exception.
    pub seed: u64,
    /// How long things take.
    pub speed: Speed,
    /// How long an access token is good for; Entra's are good for about an hour.
    pub access_token_lifetime: Duration,
    /// What happens to a refresh token that has been used.
    pub refresh_tokens: RefreshTokens,
    /// What a repeat of a finished create brings.
    pub replay: Replay,
    /// What first passwords look like.
    pub passwords: PasswordStyle,
    /// How the address check answers.
    pub addresses: AddressAnswers,
    /// How fast its time runs. What it waits for (a create, a fault) is real time nevertheless.
    pub pace: Pace,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 4000)),
            public_origin: None,
            // A portal keeps its database over restarts of the simulator: the same tenant ids must not come again.
            seed: SimulatorClock::default().now().as_microsecond().unsigned_abs(),
            speed: Speed::lifelike(),
            access_token_lifetime: Duration::from_secs(3599),
            refresh_tokens: RefreshTokens::Reusable,
            replay: Replay::SameAnswer,
            passwords: PasswordStyle::Natural,
            addresses: AddressAnswers::Current,
            pace: Pace::REAL,
        }
    }
}

impl SimulatorOptions {
    /// A free port, seed 1, and no waiting anywhere.
    pub fn for_tests() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), seed: 1, speed: Speed::instant(), ..Self::default() }
    }
}

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Shortest time of a create; the recorded one took 15.6 seconds.
    pub create_at_least: Duration,
    /// Longest time of a create.
    pub create_at_most: Duration,
    /// For how long `GET` does not know a new customer; 90 seconds were reported.
    pub invisible_for: Duration,
}

impl Speed {
    /// No waiting.
    pub const fn instant() -> Self {
        Self { create_at_least: Duration::ZERO, create_at_most: Duration::ZERO, invisible_for: Duration::ZERO }
    }

    /// Slow enough to see every state of a page, fast enough for a demonstration.
    pub const fn lifelike() -> Self {
        Self {
            create_at_least: Duration::from_secs(3),
            create_at_most: Duration::from_secs(6),
            invisible_for: Duration::from_secs(5),
        }
    }
}

/// What happens to a refresh token that has been used. Every use gives a new one in both cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefreshTokens {
    /// It stays good, as with Entra.
    #[default]
    Reusable,
    /// It is refused from then on, as the strictest provider would.
    SingleUse,
}

/// What a repeat of a finished create (same `MS-RequestId`, same body) brings. The real behaviour is not documented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replay {
    /// The same answer, letter for letter.
    #[default]
    SameAnswer,
    /// The same customer without `userCredentials`.
    WithoutPassword,
    /// 409.
    Conflict,
    /// By the last letter of the domain's prefix: `b` comes without password, `c` is a 409, all others bring the same
    /// answer. For tests that mix the three.
    AsTheDomainSays,
}

impl Replay {
    /// What it comes to for this domain.
    pub(super) fn of(self, domain: &str) -> Self {
        let prefix = domain.split('.').next().unwrap_or_default();
        match (self, prefix.chars().last()) {
            (Self::AsTheDomainSays, Some('b' | 'B')) => Self::WithoutPassword,
            (Self::AsTheDomainSays, Some('c' | 'C')) => Self::Conflict,
            (Self::AsTheDomainSays, _) => Self::SameAnswer,
            (replay, _) => replay,
        }
    }
}

/// How fast the simulator's time runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// So many times as fast as the machine's ...
    pub factor: u32,
    /// ... since this instant, at which both are the same.
    pub since: Timestamp,
}

impl Pace {
    /// As fast as the machine's.
    pub const REAL: Self = Self { factor: 1, since: Timestamp::UNIX_EPOCH };
}

/// How the address check answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressAnswers {
    /// With a status in the body.
    #[default]
    Current,
    /// As before June 2021: nothing for a good address, a refusal for any other.
    Before2021,
}

/// What first passwords look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordStyle {
    /// Eight or nine mixed characters; the first two are those of Microsoft's examples.
    #[default]
    Natural,
    /// `PCPW-` and a UUID: easy to look for in logs and databases.
    Canary,
}
