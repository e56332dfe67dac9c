//! `HEAD /v1/domains/{domain}`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;

use super::{
    answer::{Refusal, no_body},
    auth::Caller,
};
use crate::simulator::shared::Simulation;

/// 200: taken. 404: free. A bare prefix: 400. No body in any case.
pub(super) async fn is_taken(
    State(shared): State<Simulation>,
    _: Caller,
    Path(domain): Path<String>,
) -> Result<Response, Refusal> {
    if !domain.contains('.') {
        return Err(Refusal::empty(StatusCode::BAD_REQUEST));
    }
    let taken = shared.world().is_taken(&domain);
    Ok(no_body(if taken { StatusCode::OK } else { StatusCode::NOT_FOUND }))
}
