//! `portal demo`: the portal with the simulator inside, on one laptop, without an account at Microsoft.

mod crowd;

use std::{env, fs, io, net::SocketAddr};

use secrecy::ExposeSecret;

use crate::{
    config::{Config, ConfigError},
    database::{Database, DatabaseError},
    server::{self, StartError},
    simulator::{Simulator, SimulatorOptions},
};

/// The demo's own database and keys, in the folder where it was started; every demo begins with an empty world.
const FILES: [&str; 4] = ["portal-demo.db", "portal-demo.db-wal", "portal-demo.db-shm", "portal-demo.keys.json"];

/// So many customers there shall be from the start, for whoever wants to see that, or to measure it.
const CROWD: &str = "PORTAL_DEMO_CUSTOMERS";

/// Why the demo does not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The simulator's address is taken.
    #[error("the simulator cannot listen on {0}: {1}")]
    Simulator(SocketAddr, io::Error),
    /// A file of an earlier demo cannot be removed.
    #[error("{0} cannot be removed: {1}")]
    File(&'static str, io::Error),
    /// The database cannot be opened.
    #[error("PORTAL_DATABASE_URL: {0}")]
    Database(#[from] DatabaseError),
    /// The customers that were asked for cannot be put into it.
    #[error("{CROWD}: {0}")]
    Crowd(#[from] sqlx::Error),
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The portal does not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Runs until it is told to stop.
pub async fn run() -> Result<(), DemoError> {
    let setting = |name: &str| {
        #[expect(clippy::disallowed_methods, reason = "the demo's own settings; the portal's are read by `config`")]
        env::var(name).ok().filter(|value| !value.is_empty())
    };
    let address = SocketAddr::from(([127, 0, 0, 1], 4000));
    let address = setting("SIMULATOR_LISTEN").and_then(|text| text.parse().ok()).unwrap_or(address);
    let simulator = Simulator::start(SimulatorOptions { listen: address, ..SimulatorOptions::default() })
        .await
        .map_err(|error| DemoError::Simulator(address, error))?;
    if setting("PORTAL_DATABASE_URL").is_none() {
        for file in FILES {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(DemoError::File(file, error)),
                _ => {}
            }
        }
    }
    let fixed = simulator.env();
    let config = Config::read(&|name| {
        // Upstreams are the simulator's whatever the shell says: a demo must not reach Microsoft.
        let simulated = fixed.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        simulated.or_else(|| setting(name)).or_else(|| default(name, setting("PORTAL_LISTEN").as_deref()))
    })?;
    if let Some(customers) = setting(CROWD).and_then(|text| text.parse().ok()) {
        let url = config.database_url.expose_secret();
        Database::connect(url).await?.close().await;
        crowd::gather(url, customers).await?;
    }
    welcome(&config, simulator.address());
    server::run(config).await?;
    simulator.stop().await;
    Ok(())
}

/// What the demo uses where nothing is set.
fn default(name: &str, listen: Option<&str>) -> Option<String> {
    match name {
        "PORTAL_DATABASE_URL" => Some("sqlite:portal-demo.db".into()),
        "PORTAL_KEYS_FILE" => Some("portal-demo.keys.json".into()),
        "PORTAL_PUBLIC_URL" => {
            let port = listen.and_then(|text| text.parse::<SocketAddr>().ok()).map_or(3000, |address| address.port());
            Some(format!("http://localhost:{port}"))
        }
        "PORTAL_LOG" => Some("warn".into()),
        _ => None,
    }
}

/// Tells where to go and who is there.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn welcome(config: &Config, simulator: SocketAddr) {
    println!("\n  Reseller portal   {}\n  Simulator         http://{simulator}\n", config.public_url);
    println!("  Nothing here is real: customers are created in the simulator, and are gone when it stops.");
    println!("  Sign in as one of the demo people:\n");
    for person in crate::simulator::demo_people() {
        println!("    {:<26} {}, {}", person.sign_in_name, person.name, person.part);
    }
    println!("\n  Ctrl-C stops it.\n");
}
