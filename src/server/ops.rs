//! What operations ask, on a listener of its own: is it alive, can it work.

use std::{fmt::Write, time::Duration};

use axum::{Router, extract::State, routing::get};
use http::StatusCode;

use super::{keys, upstreams};
use crate::{database::Database, keyring::Keyring, server::headers};

/// A database that does not answer by then is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`: the process runs. `/readyz`: its database answers and it can seal, too; what of the stored values cannot
/// be opened is said there as well, and when Microsoft answered.
pub fn router(db: Database, keyring: Keyring) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state((db, keyring))
        .layer(axum::middleware::from_fn(|request, next| headers::add(false, request, next)))
}

async fn ready(State((db, keyring)): State<(Database, Keyring)>) -> (StatusCode, String) {
    let unavailable = |text: &str| (StatusCode::SERVICE_UNAVAILABLE, format!("{text}\n"));
    match tokio::time::timeout(PATIENCE, keys::complaints(&db, &keyring)).await {
        Ok(Ok(complaints)) => {
            // A missing former key is for a person to mend; the rest of the portal works.
            let works = keyring.can_seal().is_ok();
            let mut text = if works { "ready\n".to_owned() } else { "the sealing keys are missing\n".to_owned() };
            for complaint in complaints {
                let _ = writeln!(text, "{complaint}");
            }
            text.push_str(&upstreams::lines());
            (if works { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database does not work");
            unavailable("the database does not work")
        }
        Err(_) => {
            tracing::warn!("not ready: the database does not answer");
            unavailable("the database does not answer")
        }
    }
}
