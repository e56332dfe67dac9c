//! `portal backup`, `portal restore` and `portal health`: what an operator or a container asks beside `serve`.

use std::{net::SocketAddr, path::Path, time::Duration};

use secrecy::ExposeSecret;

use super::USER_AGENT;
use crate::{
    clock::Ambient,
    config::{Config, StorageConfig},
    database::backup::{self, Copied},
    http,
};

/// A portal that does not answer by then is not healthy.
const PATIENCE: Duration = Duration::from_secs(2);

/// Copies the database to `file` while the portal runs.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub async fn backup(file: &Path) -> Result<(), String> {
    let url = StorageConfig::from_env().map_err(|error| error.to_string())?.database_url;
    let copied = backup::backup(url.expose_secret(), file).await.map_err(|error| error.to_string())?;
    println!("{}: {}", file.display(), said(copied));
    println!(
        "The keys file is not in it. Back it up as well, and keep the two apart: together they open every secret."
    );
    Ok(())
}

/// Puts a copy in the place of the database of a portal that is stopped.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub async fn restore(file: &Path) -> Result<(), String> {
    let url = StorageConfig::from_env().map_err(|error| error.to_string())?.database_url;
    let now = Ambient::system().now();
    let restored = backup::restore(url.expose_secret(), file, now).await.map_err(|error| error.to_string())?;
    println!("restored from {}: {}", file.display(), said(restored.copied));
    if let Some(former) = restored.former {
        println!("The former database is kept as {}.", former.display());
    }
    println!("`portal check` says whether the keys file fits it; the next start brings its schema up to date.");
    Ok(())
}

fn said(copied: Copied) -> String {
    format!("{} onboardings, schema {}", copied.onboardings, copied.schema)
}

/// Asks the portal that runs on this machine whether it is alive.
pub async fn health() -> Result<(), String> {
    let address = Config::ops_listen_from_env().map_err(|error| error.to_string())?;
    let url = format!("http://{}/healthz", reachable(address));
    let client = http::client(USER_AGENT).map_err(|error| error.to_string())?;
    let answer = client.get(&url).timeout(PATIENCE).send().await.map_err(|error| format!("{url}: {error}"))?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("{url}: {}", answer.status())) }
}

/// Where a listener on every address is found from this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_asked_on_loopback() {
        for (listens, asked) in
            [("0.0.0.0:9464", "127.0.0.1:9464"), ("[::]:9464", "[::1]:9464"), ("10.0.0.5:9464", "10.0.0.5:9464")]
        {
            assert_eq!(reachable(listens.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
