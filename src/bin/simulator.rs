//! `simulator`: Entra ID and Partner Center for a portal on the same machine.

use std::{
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};

use clap::{Parser, Subcommand, ValueEnum};
use reseller_portal::simulator::{
    self, AddressAnswers, PasswordStyle, RefreshTokens, Replay, Simulator, SimulatorOptions, Speed,
};

/// A stateful, strict stand-in for Entra ID and Partner Center.
///
/// Nothing leaves the machine. Sign in at the portal with one of the demo people that the sign-in page lists; there are
/// no passwords. `simulator env` prints the settings that point a portal at it.
///
/// Control, as JSON over HTTP: GET /_simulator/ledger, POST /_simulator/faults, POST /_simulator/reset,
/// POST /_simulator/world, POST /_simulator/clock, GET /health.
#[derive(Parser)]
#[command(name = "simulator", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Address to listen on.
    #[arg(long, global = true, value_name = "ADDR", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// Origin under which browsers and the portal reach it, if it is not the address itself.
    #[arg(long, global = true, value_name = "URL")]
    public_origin: Option<String>,
    /// Seed of every id and password; another one at each start if left out.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How long a create takes, in milliseconds.
    #[arg(long, value_name = "MIN..MAX", default_value = "3000..6000", value_parser = simulator::parse_milliseconds)]
    create_delay_ms: (Duration, Duration),
    /// How long GET does not find a new customer, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 5000)]
    invisible_ms: u64,
    /// How long an access token is good for, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3599)]
    access_token_lifetime: u64,
    /// Refuse a refresh token that has been used. Entra does not.
    #[arg(long)]
    single_use_refresh_tokens: bool,
    /// What a repeat of a finished create brings.
    #[arg(long, value_enum, default_value_t = ReplayArgument::SameAnswer)]
    replay: ReplayArgument,
    /// Give first passwords of the form PCPW-<uuid>, easy to look for in logs.
    #[arg(long)]
    canary_passwords: bool,
    /// Answer the address check as before June 2021: nothing for a good address, a refusal for any other.
    #[arg(long)]
    addresses_as_before_2021: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Print the settings that point a portal at it, as KEY=value.
    Env,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReplayArgument {
    /// The same answer, letter for letter.
    SameAnswer,
    /// The same customer without its password.
    NoPassword,
    /// 409.
    Conflict,
    /// Without password for domains that end in b, 409 for those in c, the same answer for all others.
    AsTheDomainSays,
}

impl Arguments {
    fn options(self) -> SimulatorOptions {
        let defaults = SimulatorOptions::default();
        let (create_at_least, create_at_most) = self.create_delay_ms;
        SimulatorOptions {
            listen: self.listen,
            public_origin: self.public_origin,
            seed: self.seed.unwrap_or(defaults.seed),
            speed: Speed { create_at_least, create_at_most, invisible_for: Duration::from_millis(self.invisible_ms) },
            access_token_lifetime: Duration::from_secs(self.access_token_lifetime),
            refresh_tokens: if self.single_use_refresh_tokens {
                RefreshTokens::SingleUse
            } else {
                RefreshTokens::Reusable
            },
            replay: match self.replay {
                ReplayArgument::SameAnswer => Replay::SameAnswer,
                ReplayArgument::NoPassword => Replay::WithoutPassword,
                ReplayArgument::Conflict => Replay::Conflict,
                ReplayArgument::AsTheDomainSays => Replay::AsTheDomainSays,
            },
            passwords: if self.canary_passwords { PasswordStyle::Canary } else { PasswordStyle::Natural },
            addresses: if self.addresses_as_before_2021 { AddressAnswers::Before2021 } else { AddressAnswers::Current },
            pace: defaults.pace,
        }
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let prints_env = matches!(arguments.command, Some(Command::Env));
    let options = arguments.options();
    if prints_env {
        return print_env(&simulator::origin(&options, options.listen));
    }
    let seed = options.seed;
    let simulator = Simulator::start(options).await?;
    writeln!(io::stdout(), "The simulator listens on {} (seed {seed}).", simulator.origin())?;
    stop_signal().await?;
    simulator.stop().await;
    Ok(())
}

fn print_env(origin: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (name, value) in simulator::env(origin) {
        writeln!(out, "{name}={value}")?;
    }
    Ok(())
}

/// Ctrl-C, or what a supervisor sends.
async fn stop_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
