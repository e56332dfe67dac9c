//! The portal's command line.

use std::{path::PathBuf, process::ExitCode, sync::LazyLock};

use clap::{Parser, Subcommand};
use reseller_portal::{
    audit::{Format, Link},
    config::Config,
    server::{self, audit::AuditCommand, keys::KeysCommand},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Version and commit.
static VERSION: LazyLock<String> = LazyLock::new(|| format!("{} (commit {})", server::VERSION, server::COMMIT));

/// Onboards customers of Microsoft CSP indirect resellers. Settings come from the environment (`PORTAL_…`).
#[derive(Parser)]
#[command(version = VERSION.as_str())]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the portal (the default).
    Serve,
    /// Serves the portal with the simulator inside: demo people, a database of its own, no account at Microsoft.
    #[cfg(feature = "simulator")]
    Demo,
    /// Tests each setting and upstream, and prints the redirect URI to register.
    Check,
    /// Copies the SQLite database to a new file while the portal runs. The keys file is not in it: back it up apart.
    Backup {
        /// Must not exist yet.
        file: PathBuf,
    },
    /// Puts a copy of `backup` in the place of the SQLite database; the portal must be stopped. What was there is kept.
    Restore {
        /// A copy that `backup` has made.
        file: PathBuf,
    },
    /// Asks the portal that runs on this machine whether it is alive; for containers.
    Health,
    /// Looks after the keys of everything that is stored sealed. Portals notice by themselves; no restart is needed.
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// The audit: who did what.
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Says whether a row was edited, deleted, moved or cut off; fails if one was.
    Verify {
        /// What an earlier look has printed as its last row (`POSITION:HASH`), kept elsewhere: starts there.
        #[arg(long, value_name = "POSITION:HASH", value_parser = link)]
        from: Option<Link>,
    },
    /// Writes all of it to standard output, newest first. That it was exported is recorded.
    Export {
        /// `csv` or `jsonl`.
        #[arg(long, value_parser = format)]
        format: Format,
    },
}

fn link(text: &str) -> Result<Link, String> {
    text.parse().map_err(|_| "it is POSITION:HASH, as `verify` prints it".to_owned())
}

fn format(word: &str) -> Result<Format, String> {
    Format::from_word(word).ok_or_else(|| "it is csv or jsonl".to_owned())
}

#[derive(Subcommand)]
enum Keys {
    /// Says which keys there are and how many values are sealed with each.
    List,
    /// Adds a key that opens and does not seal yet, to be copied to other machines before `rotate`.
    New,
    /// Lets the newest key seal (a new one if there is none that waits), and seals everything anew with it.
    Rotate,
    /// Removes keys that nothing is sealed with any more.
    Retire {
        /// As `list` shows them.
        #[arg(required = true, allow_hyphen_values = true)]
        ids: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => serve().await,
        #[cfg(feature = "simulator")]
        Command::Demo => server::demo::run().await.map_err(|error| error.to_string()),
        Command::Check => server::check::run().await,
        Command::Backup { file } => server::commands::backup(&file).await,
        Command::Restore { file } => server::commands::restore(&file).await,
        Command::Health => server::commands::health().await,
        Command::Keys { command } => keys(&command).await,
        Command::Audit { command } => audit(command).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            #[expect(clippy::print_stderr, reason = "the log may not have been started")]
            {
                eprintln!("portal: {reason}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn audit(command: Audit) -> Result<(), String> {
    server::audit::run(match command {
        Audit::Verify { from } => AuditCommand::Verify(from),
        Audit::Export { format } => AuditCommand::Export(format),
    })
    .await
}

async fn keys(command: &Keys) -> Result<(), String> {
    server::keys::run(match command {
        Keys::List => KeysCommand::List,
        Keys::New => KeysCommand::New,
        Keys::Rotate => KeysCommand::Rotate,
        Keys::Retire { ids } => KeysCommand::Retire(ids),
    })
    .await
}

async fn serve() -> Result<(), String> {
    let config = Config::from_env().map_err(|error| error.to_string())?;
    #[cfg(feature = "torture")]
    if config.environment != reseller_portal::config::Environment::Simulator {
        return Err("this build can be told to crash; it serves nothing but the simulator".to_owned());
    }
    server::run(config).await.map_err(|error| error.to_string())
}
