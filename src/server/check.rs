//! `portal check`: prints what the set-up doctor finds, before the portal is started.

use secrecy::ExposeSecret;

use crate::{
    clock::Ambient,
    config::Config,
    database::Database,
    http,
    i18n::Language,
    keyring::Keyring,
    pages::Finding,
    server::{
        assets::Assets,
        doctor::{self, finding},
        entra_of, keys,
    },
};

/// Prints one line for each finding; `Err` if something has to be done.
pub async fn run() -> Result<(), String> {
    let config = Config::from_env().map_err(|error| error.to_string())?;
    let ambient = Ambient::system();
    let mut findings = doctor::settings(Language::English, &config);
    let assets = Assets::open(&config.site_dir).map(|_| config.site_dir.display().to_string());
    findings.push(finding("Assets", assets));
    let db = Database::connect(config.database_url.expose_secret()).await;
    findings.push(finding("Database", db.as_ref().map(|_| "Answers, its schema is up to date")));
    let keyring = match &db {
        Ok(db) => keys::open(&config.keys_file, db, &ambient).await.map_err(|error| error.to_string()),
        Err(_) => Keyring::open_file(&config.keys_file, ambient.clone()).map_err(|error| error.to_string()),
    };
    findings.push(finding("Keys file", keyring.as_ref().map(|_| config.keys_file.display().to_string())));
    if let (Ok(db), Ok(keyring)) = (&db, &keyring) {
        findings.extend(doctor::sealed_values(Language::English, keys::complaints(db, keyring).await));
    }
    if let (Ok(keyring), Ok(db), Ok(client)) = (keyring, db, http::client(crate::server::USER_AGENT)) {
        let entra = entra_of(&config, client, db, keyring, ambient.clone()).map_err(|error| error.to_string())?;
        findings.extend(doctor::upstreams(Language::English, &config, &entra, &ambient).await);
        findings.push(doctor::account(Language::English, &entra, ambient.now()).await);
    }
    findings.iter().for_each(print);
    match findings.iter().filter(|finding| finding.is_failure()).count() {
        0 => Ok(()),
        failed => Err(format!("{failed} of the checks failed")),
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn print(finding: &Finding) {
    let mark = match (finding.is_failure(), finding.is_judged()) {
        (true, _) => "!!",
        (false, true) => "ok",
        (false, false) => " ·",
    };
    println!("  {mark} {}: {}", finding.what(), finding.detail());
}
