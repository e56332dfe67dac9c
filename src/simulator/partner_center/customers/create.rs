//! `POST /v1/customers`: once for each `MS-RequestId`, however often it is sent and whoever hangs up.

use axum::{body::Bytes, extract::State, response::Response};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    checks::{self, Checked},
    names::is_deliverable,
    request::CreateRequest,
};
use crate::simulator::{
    codes,
    faults::FaultKind,
    ledger::LedgerEntry,
    options::{PasswordStyle, Replay},
    partner_center::{
        answer::{Answer, Refusal, success},
        auth::Caller,
        body::JsonBody,
        headers::CallIds,
        wire::{BillingProfile, CompanyProfile, Customer, UserCredentials, object_type, self_link},
    },
    people::PROVIDER_TENANT,
    shared::{Shared, Simulation},
    world::{CreateOutcome, RememberedCreate},
};

/// The passwords of Microsoft's two examples: the first two customers get them.
const DOCUMENTED_PASSWORDS: [&str; 2] = ["0Krha*Io", "=;;n.=s9Z"];

/// A company whose name begins so is created, and no answer brings its first password: a lost one without a fault that
/// could strike another create.
const FORGOTTEN: &str = "Forgotten";

/// Creates a customer, or repeats what the first call with this request id has brought.
pub(in crate::simulator::partner_center) async fn create(
    State(shared): State<Simulation>,
    caller: Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    caller.must_be_admin_agent()?;
    let ids = CallIds::required(&headers)?;
    let body = JsonBody::read(&bytes)?;
    let request = CreateRequest::read(&body)?;
    if request.associated_partner_id.is_some() {
        caller.must_be_a_person()?;
    }
    let (outcome, is_replay) = match begin(&shared, ids.request_id, body.into_value())? {
        Beginning::First { report, outcome, generation } => {
            let job = Job { shared: shared.clone(), request, ids, created_by: caller.upn(), generation };
            // On its own task: a caller who hangs up does not stop it.
            tokio::spawn(async move { report.send_replace(Some(job.run().await)) });
            (outcome, false)
        }
        Beginning::Repeat { outcome } => (outcome, true),
    };
    let outcome = wait(outcome).await;
    answer(&shared, ids.request_id, outcome, is_replay)
}

enum Beginning {
    First {
        report: watch::Sender<Option<CreateOutcome>>,
        outcome: watch::Receiver<Option<CreateOutcome>>,
        generation: u64,
    },
    Repeat {
        outcome: watch::Receiver<Option<CreateOutcome>>,
    },
}

/// Decides under one lock whether this call is the first with its request id.
fn begin(shared: &Shared, request_id: Uuid, body: Value) -> Result<Beginning, Refusal> {
    let mut world = shared.world();
    let key = (PROVIDER_TENANT, request_id);
    if let Some(known) = world.creates.get(&key) {
        if known.body != body {
            return Err(conflict("The request id was used for another request."));
        }
        return Ok(Beginning::Repeat { outcome: known.outcome.clone() });
    }
    let (report, outcome) = watch::channel(None);
    world.creates.insert(key, RememberedCreate { body, outcome: outcome.clone() });
    Ok(Beginning::First { report, outcome, generation: world.generation })
}

fn conflict(text: &str) -> Refusal {
    Refusal::classic(StatusCode::CONFLICT, 1003, text).about("MS-RequestId")
}

async fn wait(mut outcome: watch::Receiver<Option<CreateOutcome>>) -> CreateOutcome {
    match outcome.wait_for(Option::is_some).await {
        Ok(finished) => finished.clone().unwrap_or_else(|| Err(Refusal::empty(StatusCode::INTERNAL_SERVER_ERROR))),
        Err(_) => Err(Refusal::empty(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

fn answer(shared: &Shared, request_id: Uuid, outcome: CreateOutcome, is_replay: bool) -> Answer {
    let customer = outcome?;
    if customer.billing_profile.company_name.starts_with(FORGOTTEN) {
        shared.world().count_answer(request_id, is_replay);
        return Ok(created(&Customer { user_credentials: None, ..customer }));
    }
    let domain = &customer.company_profile.domain;
    let replay = if is_replay { replay_mode(shared).of(domain) } else { Replay::SameAnswer };
    shared.world().count_answer(request_id, is_replay);
    match replay {
        Replay::SameAnswer | Replay::AsTheDomainSays => Ok(created(&customer)),
        Replay::WithoutPassword => Ok(created(&Customer { user_credentials: None, ..customer })),
        Replay::Conflict => Err(conflict("The request has been carried out already.")),
    }
}

fn replay_mode(shared: &Shared) -> Replay {
    let mut world = shared.world();
    if world.faults.strike_in_handler(&FaultKind::NoPasswordOnReplay) {
        Replay::WithoutPassword
    } else if world.faults.strike_in_handler(&FaultKind::ConflictOnReplay) {
        Replay::Conflict
    } else {
        shared.options.replay
    }
}

fn created(customer: &Customer) -> Response {
    success(StatusCode::CREATED, customer)
}

/// One create that is being carried out.
struct Job {
    shared: Simulation,
    request: CreateRequest,
    ids: CallIds,
    created_by: Option<&'static str>,
    generation: u64,
}

impl Job {
    async fn run(self) -> CreateOutcome {
        if let Some(refusal) = self.request.company_name.as_deref().and_then(codes::refusal_by_name) {
            return Err(refusal);
        }
        let rules_of = |country: &str| checks::check_country(&self.shared.world().countries, country);
        let checked = checks::check_fields(&self.request, rules_of)?;
        self.take_domain(&checked.domain)?;
        let speed = self.shared.options.speed;
        let duration = self.shared.random.duration(speed.create_at_least, speed.create_at_most);
        self.shared.clock.sleep(duration).await;
        self.commit(checked)
    }

    /// The domain is gone from the first moment.
    fn take_domain(&self, domain: &str) -> Result<(), Refusal> {
        let mut world = self.shared.world();
        if let Some(reseller) = self.request.associated_partner_id {
            checks::check_reseller(&world, reseller)?;
        }
        if world.take_domain(domain) { Ok(()) } else { Err(checks::domain_is_taken(domain)) }
    }

    fn commit(&self, checked: Checked) -> CreateOutcome {
        let now = self.shared.clock.now();
        let mut world = self.shared.world();
        if world.generation != self.generation {
            return Err(Refusal::empty(StatusCode::INTERNAL_SERVER_ERROR));
        }
        if !is_deliverable(&checked.email) {
            // Seen: the address is looked at when the tenant is there, and the domain is lost.
            world.ledger.burnt_domains.push(checked.domain);
            return Err(checks::invalid_email());
        }
        let password = self.password(world.passwords_given);
        world.passwords_given += 1;
        let customer = self.customer(checked, &password);
        let entry = self.ledger_entry(&customer, password, now);
        world.add_customer(entry, customer.clone(), self.shared.options.speed.invisible_for);
        Ok(customer)
    }

    fn password(&self, given: usize) -> String {
        match self.shared.options.passwords {
            PasswordStyle::Canary => format!("PCPW-{}", self.shared.random.uuid()),
            PasswordStyle::Natural => match DOCUMENTED_PASSWORDS.get(given) {
                Some(documented) => (*documented).to_owned(),
                None => self.shared.random.password(),
            },
        }
    }

    fn ledger_entry(&self, customer: &Customer, password: String, now: Timestamp) -> LedgerEntry {
        LedgerEntry {
            id: customer.id,
            domain: customer.company_profile.domain.clone(),
            company_name: customer.billing_profile.company_name.clone(),
            request_id: self.ids.request_id,
            correlation_id: self.ids.correlation_id,
            associated_partner_id: customer.associated_partner_id,
            created_by: self.created_by,
            created_at: now,
            password,
            answered: 0,
            replayed: 0,
        }
    }

    /// The answer, in the two forms of the documentation: for a reseller, and for a direct customer.
    fn customer(&self, checked: Checked, password: &str) -> Customer {
        let random = &self.shared.random;
        let (id, request) = (random.uuid(), &self.request);
        let is_for_a_reseller = request.associated_partner_id.is_some();
        Customer {
            id,
            commerce_id: if is_for_a_reseller { id } else { random.uuid() },
            company_profile: CompanyProfile {
                tenant_id: id,
                domain: checked.domain,
                company_name: is_for_a_reseller.then(|| checked.company_name.clone()),
                organization_registration_number: request.registration_number.clone(),
                links: is_for_a_reseller.then(|| self_link(&format!("/customers/{id}/profiles/company"))),
                attributes: object_type("CustomerCompanyProfile"),
            },
            billing_profile: BillingProfile {
                id: random.uuid(),
                first_name: request.first_name.clone(),
                last_name: request.last_name.clone(),
                email: checked.email,
                culture: checked.culture,
                language: checked.language,
                company_name: checked.company_name,
                default_address: request.address.clone(),
                links: None,
                attributes: json!({ "etag": random.etag(), "objectType": "CustomerBillingProfile" }),
            },
            enable_gdap_by_default: request.enable_gdap_by_default,
            relationship_to_partner: if is_for_a_reseller { "reseller" } else { "none" },
            user_credentials: Some(UserCredentials { user_name: "admin", password: password.to_owned() }),
            associated_partner_id: request.associated_partner_id,
            links: None,
            attributes: object_type("Customer"),
        }
    }
}
