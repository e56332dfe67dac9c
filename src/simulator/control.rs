//! The control: what tests and demonstrations steer with. Open to everybody who reaches the listener.

use axum::{
    Json, Router,
    extract::{Path, State, rejection::JsonRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    codes::CODES,
    entra,
    faults::Fault,
    ledger::Ledger,
    partner_center, people,
    shared::{Shared, Simulation},
    strike,
};

/// Everything that the simulator answers.
pub(super) fn router(simulation: &Simulation) -> Router {
    let steered = entra::routes()
        .merge(partner_center::routes(simulation))
        .layer(axum::middleware::from_fn_with_state(simulation.clone(), strike::strike));
    Router::new()
        .route("/health", get(async || "ok"))
        .route("/_simulator/ledger", get(ledger))
        .route("/_simulator/faults", get(faults_to_come).post(script_faults).delete(clear_faults))
        .route("/_simulator/codes", get(async || Json(CODES)))
        .route("/_simulator/reset", post(reset))
        .route("/_simulator/world", post(load_world))
        .route("/_simulator/people/{upn}", post(change_person))
        .route("/_simulator/resellers/{id}", post(change_reseller))
        .route("/_simulator/countries/{iso2}", post(change_country))
        .route("/_simulator/clock", post(advance_clock))
        .merge(steered)
        .fallback(partner_center::unknown_path)
        .with_state(simulation.clone())
}

/// A copy of the ledger.
pub(super) fn read_ledger(shared: &Shared) -> Ledger {
    shared.world().ledger.clone()
}

async fn ledger(State(shared): State<Simulation>) -> Json<Ledger> {
    Json(read_ledger(&shared))
}

/// One fault or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Script {
    Several(Vec<Fault>),
    One(Fault),
}

async fn script_faults(State(shared): State<Simulation>, script: Result<Json<Script>, JsonRejection>) -> Response {
    let faults = match script {
        Ok(Json(Script::Several(faults))) => faults,
        Ok(Json(Script::One(fault))) => vec![fault],
        Err(_) => {
            return refuse(
                "a fault is {\"operation\": ..., \"kind\": ..., \"after\": 0, \"count\": 1}, or a list of them",
            );
        }
    };
    let mut world = shared.world();
    for fault in faults {
        world.faults.add(fault);
    }
    Json(json!({ "faults": world.faults.to_come() })).into_response()
}

async fn faults_to_come(State(shared): State<Simulation>) -> Json<Value> {
    Json(json!({ "faults": shared.world().faults.to_come() }))
}

async fn clear_faults(State(shared): State<Simulation>) -> StatusCode {
    shared.world().faults.clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Simulation>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}

/// How much of what there is to be; what is left out stays.
#[derive(Deserialize)]
struct WorldSize {
    resellers: Option<usize>,
    customers: Option<usize>,
}

async fn load_world(State(shared): State<Simulation>, size: Result<Json<WorldSize>, JsonRejection>) -> Response {
    match size {
        Ok(Json(size)) => {
            shared.world().load(size.resellers, size.customers, shared.clock.now());
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => refuse("a world is {\"resellers\": 500, \"customers\": 1000}"),
    }
}

async fn change_person(
    State(shared): State<Simulation>,
    Path(upn): Path<String>,
    change: Result<Json<people::Change>, JsonRejection>,
) -> Response {
    let (Some(person), Ok(Json(change))) = (people::by_upn(&upn), change) else {
        return refuse("a change of a person is {\"roles\": [], \"disabled\": false, \"revoked\": false, ...}");
    };
    if change.revoked {
        shared.grants().revoke(person.upn);
    }
    shared.world().changes.insert(person.upn, change);
    StatusCode::NO_CONTENT.into_response()
}

/// What becomes of a relationship.
#[derive(Deserialize)]
struct ResellerChange {
    state: RelationshipState,
}

#[derive(Deserialize)]
enum RelationshipState {
    Active,
    Inactive,
}

async fn change_reseller(
    State(shared): State<Simulation>,
    Path(id): Path<Uuid>,
    change: Result<Json<ResellerChange>, JsonRejection>,
) -> Response {
    let mut world = shared.world();
    let reseller = world.resellers.iter_mut().find(|reseller| reseller.id == id);
    let (Some(reseller), Ok(Json(change))) = (reseller, change) else {
        return refuse("a change of a reseller is {\"state\": \"Inactive\"}");
    };
    reseller.state = match change.state {
        RelationshipState::Active => "Active",
        RelationshipState::Inactive => "Inactive",
    };
    StatusCode::NO_CONTENT.into_response()
}

/// What becomes of a country's rules: `rules` in the answer and in the checks of a create, `create` in those alone.
#[derive(Deserialize)]
#[serde(default)]
struct CountryChange {
    rules: Value,
    create: Value,
}

impl Default for CountryChange {
    fn default() -> Self {
        Self { rules: json!({}), create: json!({}) }
    }
}

async fn change_country(
    State(shared): State<Simulation>,
    Path(iso2): Path<String>,
    change: Result<Json<CountryChange>, JsonRejection>,
) -> Response {
    match change {
        Ok(Json(change)) if shared.world().change_country(&iso2, &change.rules, &change.create) => {
            StatusCode::NO_CONTENT.into_response()
        }
        _ => refuse(
            "a change of a country is {\"rules\": {\"isCityRequired\": false}, \"create\": \
             {\"customerOrganizationRegistrationNumberRegex\": \"^[0-9]{9}$\"}}",
        ),
    }
}

/// By how much to put the clock forward.
#[derive(Deserialize)]
struct Advance {
    seconds: u64,
}

async fn advance_clock(State(shared): State<Simulation>, advance: Result<Json<Advance>, JsonRejection>) -> Response {
    match advance {
        Ok(Json(advance)) => {
            shared.clock.advance(std::time::Duration::from_secs(advance.seconds));
            Json(json!({ "now": shared.clock.now().to_string() })).into_response()
        }
        Err(_) => refuse("an advance is {\"seconds\": 3600}"),
    }
}

fn refuse(hint: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": hint }))).into_response()
}
