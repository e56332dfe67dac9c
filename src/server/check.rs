//! `portal check`: the set-up doctor. Tests each setting and upstream, and says what to do about what does not work.

use std::{fmt::Display, time::Duration};

use crate::{
    clock::Ambient,
    config::Config,
    database::Database,
    http,
    keyring::Keyring,
    paths,
    server::{assets::Assets, entra_of, keys},
};

/// Prints one line for each check; `Err` if any of them failed.
pub async fn run() -> Result<(), String> {
    let config = Config::from_env().map_err(|error| error.to_string())?;
    let ambient = Ambient::system();
    let mut report = Report::default();
    report.say("cloud", &format!("{}, {}", config.cloud, config.environment.label()));
    if let Ok(uri) = config.public_url.join(paths::AUTH_CALLBACK) {
        report.say("redirect URI to register", &uri);
    }
    report.check("assets", Assets::open(&config.site_dir).map(|_| config.site_dir.display().to_string()));
    let db = Database::connect(secrecy::ExposeSecret::expose_secret(&config.database_url)).await;
    report.check("database", db.as_ref().map(|_| "connected, schema up to date"));
    let keyring = match &db {
        Ok(db) => keys::open(&config.keys_file, db, &ambient).await.map_err(|error| error.to_string()),
        Err(_) => Keyring::open_file(&config.keys_file, ambient.clone()).map_err(|error| error.to_string()),
    };
    report.check("keys file", keyring.as_ref().map(|_| config.keys_file.display().to_string()));
    if let (Ok(db), Ok(keyring)) = (&db, &keyring) {
        match keys::complaints(db, keyring).await {
            Ok(complaints) if complaints.is_empty() => report.check::<_, String>("sealed values", Ok("can be opened")),
            Ok(complaints) => {
                for text in complaints {
                    report.check::<&str, _>("sealed values", Err(text));
                }
            }
            Err(error) => report.check::<&str, _>("sealed values", Err(error)),
        }
    }
    let client = http::client(crate::server::USER_AGENT);
    report.check("HTTP client", client.as_ref().map(|_| "ready"));
    if let (Ok(keyring), Ok(db), Ok(client)) = (keyring, db, client) {
        let metadata = match entra_of(&config, client.clone(), db, keyring, ambient) {
            Ok(entra) => entra.probe().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        report.check("Entra ID metadata", metadata.map(|()| &config.entra.authority));
        report.check("Partner Center", reach(&client, &config).await);
    }
    if report.failed == 0 { Ok(()) } else { Err(format!("{} of the checks failed", report.failed)) }
}

/// One harmless call without a token: a 401 proves that the API is there.
async fn reach(client: &reqwest::Client, config: &Config) -> Result<String, String> {
    let url = config.partner_center_url.join("v1/profiles/mpn").map_err(|error| error.to_string())?;
    let answer = client.get(url).timeout(Duration::from_secs(20)).send().await.map_err(|error| error.to_string())?;
    match answer.status().as_u16() {
        401 | 403 => Ok(format!("{} answers", config.partner_center_url)),
        status => Err(format!("answered {status} to a call without a token, where 401 was expected")),
    }
}

#[derive(Default)]
struct Report {
    failed: u32,
}

impl Report {
    #[expect(clippy::print_stdout, clippy::unused_self, reason = "this is what the command is for")]
    fn say(&self, what: &str, result: &dyn Display) {
        println!("  ·  {what}: {result}");
    }

    #[expect(clippy::print_stdout, reason = "this is what the command is for")]
    fn check<T: Display, E: Display>(&mut self, what: &str, result: Result<T, E>) {
        match result {
            Ok(detail) => println!("  ok {what}: {detail}"),
            Err(error) => {
                self.failed += 1;
                println!("  !! {what}: {error}");
            }
        }
    }
}
