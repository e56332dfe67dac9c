//! The listener, the routes, and what stands in front of all of them.

mod access;
mod address;
mod approval;
mod assets;
pub mod audit;
mod auth;
mod body;
pub mod check;
mod choices;
pub mod commands;
mod compression;
mod countries;
mod customers;
#[cfg(feature = "simulator")]
pub mod demo;
mod doctor;
mod drafts;
mod export;
mod form;
mod framing;
mod functions;
mod hand_over;
mod headers;
mod home;
pub mod keys;
mod language;
mod limits;
mod list;
pub mod listener;
mod metrics;
mod onboarding_form;
mod ops;
mod origin;
mod resellers;
mod settings;
#[cfg(test)]
#[cfg(feature = "simulator")] // whose dependencies can make keys and sign
mod sign_in_faults;
mod telemetry;
mod tenants;
mod traces;
mod upstreams;
mod visit;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;
use secrecy::ExposeSecret;
use tokio::{net::TcpListener, time::Instant};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::Session;

use self::{
    assets::{Assets, AssetsMissing},
    doctor::Doctor,
    limits::Limits,
    listener::DRAIN,
    telemetry::TelemetryError,
    visit::{ClientAddress, Visit},
};
use crate::{
    api,
    audit::Audit,
    clock::{self, Ambient},
    config::Config,
    credentials::CredentialStore,
    database::{Database, DatabaseError, HostClaim, SIGN_OF_LIFE},
    domain::Operator,
    entra::{Entra, EntraSettings, TenantFinder},
    http as upstream,
    journal::{DailyCaps, Journal},
    keyring::{Keyring, KeyringError},
    listing::Listing,
    pages::Problem,
    partner_center::PartnerCenter,
    paths,
    provisioning::{Provisioning, ProvisioningError},
    relationships::Relationships,
    rotation::RotationError,
    rulebook::Rulebook,
    session::Sessions,
    state::{AppState, Parts},
    tenants::{Tenants, TenantsParts},
};

/// Which portal this is.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// From which commit it was built; `make build` and the Dockerfile say so, a build by hand does not.
pub const COMMIT: &str = match option_env!("PORTAL_COMMIT") {
    Some(commit) if !commit.is_empty() => commit,
    _ => "unknown",
};

/// How the portal names itself to upstreams.
pub const USER_AGENT: &str = concat!("reseller-portal/", env!("CARGO_PKG_VERSION"));

/// No form and no call of a server function is larger.
const LARGEST_BODY: usize = 64 * 1024;
/// No request takes longer; a create goes on without the request that asked for it.
const REQUEST_DEADLINE: Duration = Duration::from_mins(1);
/// How often the list of resellers is read anew though nobody asks for it.
const RELATIONSHIPS: Duration = Duration::from_mins(10);
/// How often what is past its time is erased.
const SWEEP: Duration = Duration::from_secs(5);

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The log or the traces.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The built assets are missing.
    #[error(transparent)]
    Assets(#[from] AssetsMissing),
    /// The sealing keys.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The database.
    #[error("PORTAL_DATABASE_URL: {0}")]
    Database(#[from] DatabaseError),
    /// What is sealed could not be looked through.
    #[error("PORTAL_DATABASE_URL: {0}")]
    Rotation(#[from] RotationError),
    /// The client for the upstreams.
    #[error("the HTTP client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// An address is taken.
    #[error("{setting}: cannot listen on {address}: {source}")]
    Listen {
        /// Name of the setting.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The public URL does not take a path.
    #[error("PORTAL_PUBLIC_URL: {0}")]
    PublicUrl(#[from] url::ParseError),
}

/// The portal, put together from its settings, not yet listening.
pub struct Portal {
    state: AppState,
    assets: Assets,
    limits: Limits,
    db: Database,
    keyring: Keyring,
    host: Option<HostClaim>,
}

impl Portal {
    /// Opens keys and database, and puts the parts together.
    pub async fn build(config: Config, ambient: Ambient) -> Result<Self, StartError> {
        let assets = Assets::open(&config.site_dir)?;
        let limits = Limits::new(config.rate_factor);
        let db = Database::connect(config.database_url.expose_secret()).await?;
        crash_point!(AfterMigration);
        let host = db.claim_for_this_host().await?;
        let keyring = keys::open(&config.keys_file, &db, &ambient).await?;
        let client = upstream::client(USER_AGENT)?;
        let entra = entra_of(&config, client.clone(), db.clone(), keyring.clone(), ambient.clone())?;
        let journal = Journal::new(db.clone(), keyring.clone(), ambient.clone()).capped(DailyCaps {
            person: config.creates_a_day_person,
            reseller: config.creates_a_day_reseller,
            everybody: config.creates_a_day,
        });
        let credentials = CredentialStore::new(db.clone(), keyring.clone(), ambient.clone())
            .keep_unopened_for(config.credentials_kept);
        let partner_center = PartnerCenter::new(client.clone(), config.partner_center_url.clone(), ambient.clone());
        let tenants = Tenants::new(TenantsParts {
            database: db.clone(),
            keyring: keyring.clone(),
            journal: journal.clone(),
            credentials: credentials.clone(),
            tokens: Arc::new(entra.clone()),
            partner_center: partner_center.clone(),
            cloud: config.cloud,
            password_reset: config.password_reset,
            ambient: ambient.clone(),
        });
        let tenant_finder = TenantFinder::new(client, config.entra.authority.clone());
        let provisioning = Provisioning::new(
            journal.clone(),
            credentials.clone(),
            Arc::new(entra.clone()),
            partner_center,
            Relationships::new(db.clone(), ambient.clone()),
            config.cloud,
            ambient.clone(),
        )
        .with_tenant_finder(tenant_finder)
        .serving(config.countries.clone())
        .with_rulebook(Rulebook::new(
            db.clone(),
            Audit::new(db.clone(), keyring.clone(), ambient.clone()),
            ambient.clone(),
        ));
        let state = AppState::new(Parts {
            listing: Listing::new(db.clone(), ambient.clone()),
            sessions: Sessions::new(db.clone(), keyring.clone(), entra.clone(), ambient.clone()),
            stylesheet: assets.stylesheet().into(),
            leptos_options: assets.leptos_options(),
            config,
            audit: Audit::new(db.clone(), keyring.clone(), ambient.clone()),
            ambient,
            entra,
            journal,
            credentials,
            provisioning,
            tenants,
        });
        Ok(Self { state, assets, limits, db, keyring, host })
    }

    /// Every route, with what stands in front of it.
    pub fn router(&self) -> Router {
        let state = self.state.clone();
        let https = state.config.is_https();
        let ambient = state.ambient.clone();
        let limited = (state.clone(), self.limits.clone());
        let for_people = routes(&state)
            .layer(middleware::from_fn_with_state(state.clone(), access::record_refusals))
            .layer(middleware::from_fn_with_state(limited, limits::keep))
            .layer(axum::Extension(Doctor::new(&state, self.db.clone(), self.keyring.clone())))
            .layer(middleware::from_fn_with_state(state.clone(), load_operator))
            .layer(state.sessions.layer(&state.config.public_url))
            .layer(middleware::from_fn_with_state(state.clone(), origin::check))
            .with_state(state);
        let in_front = ServiceBuilder::new()
            .layer(middleware::from_fn(move |request, next| telemetry::follow(ambient.clone(), request, next)))
            .layer(middleware::from_fn(move |request, next| headers::add(https, request, next)))
            .layer(middleware::from_fn(framing::check))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn_with_state(self.limits.clone(), body::read))
            .layer(middleware::from_fn_with_state(self.limits.clone(), limits::shed))
            .layer(middleware::from_fn(deadline))
            .layer(DefaultBodyLimit::disable());
        let proxies = Arc::new(self.state.config.trusted_proxies.clone());
        for_people
            .merge(self.assets.router())
            .layer(in_front)
            .layer(middleware::from_fn(move |request, next| address::find_out(Arc::clone(&proxies), request, next)))
    }

    /// What operations ask, for a listener of its own.
    pub fn ops_router(&self) -> Router {
        ops::router(self.db.clone(), self.keyring.clone())
            .merge(metrics::router(self.db.clone(), self.state.ambient.clone()))
            .layer(middleware::from_fn(framing::check))
    }

    /// Lets go of the database, when nothing runs any more.
    pub async fn close(&self) {
        if let Some(host) = &self.host
            && let Err(error) = host.release().await
        {
            tracing::warn!(%error, "the database file could not be let go of");
        }
        self.db.close().await;
    }

    /// What pages and tests look at.
    pub fn state(&self) -> &AppState {
        &self.state
    }
}

/// Sign-in by the settings.
pub(crate) fn entra_of(
    config: &Config,
    client: reqwest::Client,
    db: Database,
    keyring: Keyring,
    ambient: Ambient,
) -> Result<Entra, url::ParseError> {
    let settings = EntraSettings {
        authority: config.entra.authority.clone(),
        tenant_id: config.entra.tenant_id.clone(),
        client_id: config.entra.client_id.clone(),
        client_secret: config.entra.client_secret.clone(),
        redirect_uri: config.public_url.join(paths::AUTH_CALLBACK)?,
        resource: config.cloud.partner_center().to_owned(),
    };
    Ok(Entra::new(settings, client, db, keyring, ambient))
}

/// Listens and serves until the process is told to stop.
pub async fn run(config: Config) -> Result<(), StartError> {
    let traces = telemetry::start(&config.log, config.otlp_endpoint.as_ref())?;
    let (listen, ops_listen, public_url) = (config.listen, config.ops_listen, config.public_url.clone());
    let portal = Portal::build(config, Ambient::system()).await?;
    let web = bind("PORTAL_LISTEN", listen).await?;
    let ops = bind("PORTAL_OPS_LISTEN", ops_listen).await?;
    let stop = CancellationToken::new();
    let sweeper = tokio::spawn(sweep(portal.state.clone(), portal.limits.clone(), stop.clone()));
    let host = tokio::spawn(keep_host(portal.host.clone(), stop.clone()));
    let relationships = tokio::spawn(keep_relationships(portal.state.clone(), stop.clone()));
    let completer = tokio::spawn({
        let (provisioning, stop) = (portal.state.provisioning.clone(), stop.clone());
        async move { provisioning.keep_completing(stop).await }
    });
    let comparer = tokio::spawn({
        let (provisioning, stop) = (portal.state.provisioning.clone(), stop.clone());
        async move { provisioning.keep_comparing(stop).await }
    });
    let listing = tokio::spawn({
        let (state, stop) = (portal.state.clone(), stop.clone());
        async move { state.provisioning.keep_listing(state.listing.tenants(), stop).await }
    });
    let ops = tokio::spawn(listener::serve(ops, portal.ops_router(), stop.clone()));
    tracing::info!(%listen, %public_url, "the portal is ready");
    tokio::spawn(stop_at_signal(stop.clone()));
    let serving = listener::serve(web, portal.router(), stop.clone());
    let stopped = tokio::spawn(async move {
        stop.cancelled().await;
        Instant::now()
    });
    serving.await;
    crash_point!(InShutdown);
    // First nothing new is taken up, then what is under way ends.
    let _ = completer.await;
    finish_sending(&portal.state, stopped.await.map_or_else(|_| Instant::now(), |at| at + DRAIN)).await;
    let _ = tokio::join!(sweeper, ops, host, comparer, listing, relationships);
    portal.close().await;
    tracing::info!("the portal has stopped");
    if let Some(traces) = traces {
        traces.finish().await;
    }
    Ok(())
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { setting, address, source })
}

/// Lets creates that are on their way end, until ten seconds after the stop. What is cut off has been committed with its
/// request id, and is taken up by whoever starts next.
async fn finish_sending(state: &AppState, deadline: Instant) {
    let drained = async { tokio::join!(state.provisioning.drain(), state.tenants.drain()) };
    if tokio::time::timeout_at(deadline, drained).await.is_err() {
        tracing::warn!("onboardings were still being sent {DRAIN:?} after the stop; the next start takes them up");
    }
}

/// Ctrl-C or SIGTERM stops; a second one ends the process at once.
async fn stop_at_signal(stop: CancellationToken) {
    asked_to_stop().await;
    tracing::info!("the portal is told to stop; a second signal ends it at once");
    stop.cancel();
    asked_to_stop().await;
    std::process::exit(130);
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

/// Says that this machine is alive; stops the portal if another one has taken its database over.
async fn keep_host(host: Option<HostClaim>, stop: CancellationToken) {
    let Some(host) = host else { return };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SIGN_OF_LIFE) => {}
        }
        match host.sign_of_life().await {
            Ok(()) => {}
            Err(error @ DatabaseError::OtherHost) => {
                tracing::error!(%error, "the portal stops");
                stop.cancel();
            }
            Err(error) => tracing::warn!(%error, "a sign of life could not be written"),
        }
    }
}

/// Erases what is past its time: unopened and unconfirmed credentials, sessions, sign-ins that nobody finished, drafts that
/// nobody touches.
async fn sweep(state: AppState, limits: Limits, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = clock::sleep(SWEEP) => {}
        }
        limits.sweep();
        if let Err(error) = state.credentials.sweep().await {
            tracing::error!(%error, "credentials that are past their time could not be erased");
        }
        if let Err(error) = state.journal.sweep_reservations().await {
            tracing::error!(%error, "choices of domains that are past their time could not be erased");
        }
        if let Err(error) = state.sessions.sweep().await {
            tracing::error!(%error, "sessions that are past their time could not be erased");
        }
        if let Err(error) = state.journal.sweep_drafts().await {
            tracing::error!(%error, "drafts that are past their time could not be deleted");
        }
    }
}

/// Reads the list of resellers again and again with the connected account's token: who has ended to be one is known
/// within minutes, and the account's grant does not grow old unused.
async fn keep_relationships(state: AppState, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = clock::sleep(RELATIONSHIPS) => {}
        }
        match state.provisioning.reread_relationships().await {
            Ok(()) | Err(ProvisioningError::NotConnected) => {}
            Err(error) => tracing::warn!(%error, "the list of resellers could not be read again"),
        }
    }
}

/// The route table: every address of [`paths`], and the server functions.
fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route(paths::HOME, get(home::show))
        .route(paths::SIGN_IN, get(home::sign_in))
        .route(paths::LANGUAGE, post(language::choose))
        .route(paths::RESELLERS, get(resellers::list))
        .route("/resellers/{id}", get(resellers::show).post(resellers::set))
        .route(paths::CUSTOMERS, get(list::list))
        .route(paths::CUSTOMERS_EXPORT, get(list::export))
        .route(paths::TENANTS_READ, post(list::read_tenants))
        .route("/customers/tenants/{id}", get(list::tenant))
        .route(paths::NEW_CUSTOMER, get(onboarding_form::show).post(onboarding_form::submit))
        .route(paths::DRAFT_SAVE, post(drafts::save))
        .route("/customers/{id}", get(customers::show))
        .route("/customers/{id}/progress", get(customers::progress))
        .route("/customers/{id}/review", get(customers::review).post(customers::create))
        .route("/customers/{id}/address", post(choices::decide_address))
        .route("/customers/{id}/relationship", get(choices::relationship))
        .route("/customers/{id}/approval", get(approval::show).post(approval::answer))
        .route("/customers/{id}/withdraw", post(approval::withdraw))
        .route("/customers/{id}/resume", post(customers::resume))
        .route("/customers/{id}/copy", post(customers::copy))
        .route("/customers/{id}/credentials", post(customers::claim))
        .route("/customers/{id}/credentials/stored", post(customers::stored))
        .route("/customers/{id}/partner-center", get(tenants::live))
        .route("/customers/{id}/agreement", get(tenants::agreement).post(tenants::record_agreement))
        .route("/customers/{id}/agreement/check", post(tenants::check_agreement))
        .route("/customers/{id}/agreement/document", get(tenants::agreement_document))
        .route("/customers/{id}/password", get(tenants::new_password).post(tenants::set_password))
        .route("/customers/{id}/credentials/hand-over", post(hand_over::give))
        .route("/customers/{id}/credentials/take-back", post(hand_over::take_back))
        .route("/customers/{id}/delete", get(drafts::ask_to_delete).post(drafts::delete))
        .route(&format!("{}/{{*function}}", api::PREFIX), post(functions::call))
        .route(paths::AUDIT, get(audit::show))
        .route(paths::AUDIT_EXPORT, post(audit::export))
        .route(paths::SETTINGS, get(settings::show))
        .route(paths::CONNECTION, post(settings::connect))
        .route(paths::CONNECTION_REMOVE, post(settings::disconnect))
        .route(paths::PEOPLE, post(settings::change_person))
        .route(paths::COUNTRY_FORGET, post(countries::forget))
        .merge(auth::routes(state))
        .fallback(async |visit: Visit| visit.problem(Problem::NotFound))
        .method_not_allowed_fallback(async |visit: Visit| visit.problem(Problem::MethodNotAllowed))
}

/// Puts the signed-in person into the request; one look-up for everything that follows.
async fn load_operator(State(state): State<AppState>, session: Session, mut request: Request, next: Next) -> Response {
    match state.sessions.operator(&session).await {
        Ok(Some(operator)) => {
            let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
            request.extensions_mut().insert(Operator { address, ..operator });
        }
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, "the session could not be read");
            if request.uri().path().starts_with(api::PREFIX) {
                return functions::unavailable();
            }
            let (mut parts, _) = request.into_parts();
            let Ok(visit) = Visit::from_request_parts(&mut parts, &state).await;
            return visit.problem(Problem::Unavailable);
        }
    }
    next.run(request).await
}

/// Ends a request that takes too long.
async fn deadline(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_DEADLINE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
    }
}

/// One request fails, not the process; the panic's text stays in the log, which the hook has written it to.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
}
