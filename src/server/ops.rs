//! What operations ask, on a listener of its own: is it alive, can it work.

use std::time::Duration;

use axum::{Router, extract::State, routing::get};
use http::StatusCode;

use super::upstreams;
use crate::{database::Database, server::headers};

/// A database that does not answer by then is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`: the process runs. `/readyz`: its database answers, too; when Microsoft did is told as well.
pub fn router(db: Database) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(db)
        .layer(axum::middleware::from_fn(|request, next| headers::add(false, request, next)))
}

async fn ready(State(db): State<Database>) -> (StatusCode, String) {
    let answer = tokio::time::timeout(PATIENCE, sqlx::query("SELECT 1").execute(db.read())).await;
    match answer {
        Ok(Ok(_)) => (StatusCode::OK, format!("ready\n{}", upstreams::lines())),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database does not work");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not work\n".into())
        }
        Err(_) => {
            tracing::warn!("not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".into())
        }
    }
}
