mod approval;
mod domains;
mod lost;
mod outside;

use std::{
    sync::{Mutex, atomic::AtomicUsize, atomic::Ordering},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path, path_regex},
};

use super::*;
use crate::{
    audit::Audit,
    clock::{ManualClock, SignedDuration},
    credentials::{CredentialsError, CredentialsStatus, Replay},
    database::Database,
    domain::{AddressStatus, CustomerOf, Field, NewCustomerForm, PersonKey, Problem, ResellerId, Role, RulesSource},
    journal::{
        Failure, Onboarding, OnboardingState, Reason,
        testing::{RESELLER, adele, ambient, megan, person, wingtip_toys},
    },
    keyring::Keyring,
    partner_center::{Effort, Patience},
};

const PASSWORD: &str = "0Krha*Io-canary";
const TOKEN: &str = "access-token-canary";
const CONNECTED_TOKEN: &str = "connected-account-canary";
const RELATIONSHIPS: &str = "/v1/relationships";

/// Sign-in, played.
#[derive(Default)]
struct FakeTokens {
    signed_out: Mutex<bool>,
    /// Whether an account is connected.
    connected: Mutex<bool>,
    /// Whether everybody works with its token.
    borrowed: Mutex<bool>,
    asked: AtomicUsize,
    discarded: AtomicUsize,
}

impl FakeTokens {
    fn sign_out(&self, out: bool) {
        *self.signed_out.lock().unwrap() = out;
    }

    fn connect(&self, connected: bool) {
        *self.connected.lock().unwrap() = connected;
    }

    fn borrow(&self, borrowed: bool) {
        *self.borrowed.lock().unwrap() = borrowed;
    }
}

impl TokenSource for FakeTokens {
    fn access_token<'a>(&'a self, _: &'a PersonKey) -> TokenFuture<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let signed_out = *self.signed_out.lock().unwrap();
        Box::pin(async move { if signed_out { Err(TokenError::SignInAgain) } else { Ok(SecretString::from(TOKEN)) } })
    }

    fn discard(&self, _: &PersonKey) {
        self.discarded.fetch_add(1, Ordering::SeqCst);
    }

    fn borrowed_token(&self) -> TokenFuture<'_> {
        let connected = *self.connected.lock().unwrap();
        Box::pin(async move {
            if connected { Ok(SecretString::from(CONNECTED_TOKEN)) } else { Err(TokenError::NotConnected) }
        })
    }

    fn is_borrowed(&self, _: &PersonKey) -> bool {
        *self.borrowed.lock().unwrap()
    }
}

impl Provisioning {
    /// Stores the draft, then checks it, as the form's page does.
    async fn check(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<(), ProvisioningError> {
        self.save_draft(operator, id, form).await?;
        let errors = self.problems_before_review(operator, id, form).await?;
        if errors.is_empty() { Ok(()) } else { Err(ProvisioningError::Invalid(errors)) }
    }
}

struct World {
    ambient: Ambient,
    clock: Arc<ManualClock>,
    db: Database,
    keyring: Keyring,
    tokens: Arc<FakeTokens>,
    partner_center: MockServer,
    credentials: CredentialStore,
    journal: Journal,
    provisioning: Provisioning,
}

impl World {
    /// A Partner Center where everything is fine; creates are each test's own.
    async fn new() -> Self {
        let world = Self::empty(Cloud::Global).await;
        world.answer_resellers("Active").await;
        world.answer("GET", "^/v1/compliance/csp/agreementstatus$", ok(&json!({ "isAgreementSigned": true }))).await;
        world.answer("HEAD", "^/v1/domains/", answer(404)).await;
        world.answer("POST", "^/v1/validations/address$", ok(&json!({ "status": "VerifiedShippable" }))).await;
        world
    }

    /// A Partner Center that knows nothing.
    async fn empty(cloud: Cloud) -> Self {
        let (clock, ambient) = ambient();
        let db = Database::temporary().await.unwrap();
        let partner_center = MockServer::start().await;
        let tokens = Arc::new(FakeTokens::default());
        let keyring = Keyring::ephemeral(ambient.clone());
        let journal = Journal::new(db.clone(), keyring.clone(), ambient.clone());
        let credentials = CredentialStore::new(db.clone(), keyring.clone(), ambient.clone());
        let http = crate::http::client("test").unwrap();
        let client = PartnerCenter::new(http, partner_center.uri().parse().unwrap(), ambient.clone());
        let provisioning = Provisioning::new(
            journal.clone(),
            credentials.clone(),
            tokens.clone(),
            client.with_patience(hasty()),
            Relationships::new(db.clone(), ambient.clone()),
            cloud,
            ambient.clone(),
        )
        .with_rulebook(Rulebook::new(
            db.clone(),
            Audit::new(db.clone(), keyring.clone(), ambient.clone()),
            ambient.clone(),
        ));
        Self { ambient, clock, db, keyring, tokens, partner_center, credentials, journal, provisioning }
    }

    async fn answer(&self, verb: &str, at: &str, response: ResponseTemplate) {
        Mock::given(method(verb)).and(path_regex(at)).respond_with(response).mount(&self.partner_center).await;
    }

    async fn answer_resellers(&self, state: &str) {
        let relationships = json!({ "items": [
            { "id": "b01b1487-b36e-4e6d-9b5e-0b58974c4b28", "name": "ReleCloud", "state": "Active",
              "mpnId": "4847433", "location": "BR" },
            { "id": RESELLER, "name": "First Up Consultants", "state": state, "mpnId": "4847383", "location": "US" },
        ] });
        self.answer("GET", "^/v1/relationships$", ok(&relationships)).await;
    }

    /// What the next create is answered with, before any answer that has been set so far is used up.
    async fn answer_creates(&self, times: u64, response: ResponseTemplate) {
        Mock::given(method("POST"))
            .and(path("/v1/customers"))
            .respond_with(response)
            .up_to_n_times(times)
            .mount(&self.partner_center)
            .await;
    }

    async fn calls(&self, verb: &str, at: &str) -> Vec<Request> {
        let all = self.partner_center.received_requests().await.unwrap();
        all.into_iter().filter(|call| call.method.as_str() == verb && call.url.path() == at).collect()
    }

    async fn creates(&self) -> Vec<Request> {
        self.calls("POST", "/v1/customers").await
    }

    /// The same portal once more: nothing is shared but the database, the keys, and what people have granted.
    fn another_process(&self) -> Provisioning {
        let ambient = self.ambient.clone();
        let http = crate::http::client("test").unwrap();
        let client = PartnerCenter::new(http, self.partner_center.uri().parse().unwrap(), ambient.clone());
        Provisioning::new(
            Journal::new(self.db.clone(), self.keyring.clone(), ambient.clone()),
            CredentialStore::new(self.db.clone(), self.keyring.clone(), ambient.clone()),
            self.tokens.clone(),
            client.with_patience(hasty()),
            Relationships::new(self.db.clone(), ambient.clone()),
            Cloud::Global,
            ambient.clone(),
        )
        .with_rulebook(Rulebook::new(
            self.db.clone(),
            Audit::new(self.db.clone(), self.keyring.clone(), ambient.clone()),
            ambient,
        ))
    }

    /// What is due after so long is taken up and worked on to its end.
    async fn after(&self, seconds: i64) -> usize {
        self.clock.advance(SignedDuration::from_secs(seconds));
        let taken = self.provisioning.complete().await.unwrap();
        self.provisioning.drain().await;
        taken
    }

    fn new_id(&self) -> OnboardingId {
        self.clock.advance(SignedDuration::from_millis(1));
        self.provisioning.ambient.uuid_v7().into()
    }

    async fn checked(&self, who: &Operator, form: &NewCustomerForm) -> OnboardingId {
        let id = self.new_id();
        self.provisioning.check(who, &id, form).await.unwrap();
        id
    }

    async fn create(&self, who: &Operator, id: &OnboardingId) -> Result<(), ProvisioningError> {
        let review = self.provisioning.review(who, id).await.unwrap();
        self.provisioning.create(who, id, &review.payload_hash).await
    }

    /// From the form to the outcome.
    async fn onboard(&self, who: &Operator, form: &NewCustomerForm) -> Onboarding {
        let id = self.checked(who, form).await;
        self.create(who, &id).await.unwrap();
        self.outcome(&id).await
    }

    async fn outcome(&self, id: &OnboardingId) -> Onboarding {
        self.provisioning.drain().await;
        self.journal.find(&adele(), id).await.unwrap()
    }

    async fn password(&self, id: &OnboardingId) -> Result<String, CredentialsError> {
        let token = SecretString::from("t");
        let shown = self.credentials.claim(&adele(), "session", id, &token, Replay::SameToken).await?;
        Ok(format!("{} {}", shown.user_name, shown.password.expose_secret()))
    }

    async fn credentials(&self, id: &OnboardingId) -> Option<CredentialsStatus> {
        self.credentials.status(&adele(), id).await.unwrap()
    }
}

/// Three attempts without a pause to speak of.
fn hasty() -> Patience {
    let effort = |attempts| Effort {
        deadline: Duration::from_millis(500),
        attempts,
        total: Duration::from_secs(5),
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(1),
        longest_retry_after: Duration::from_millis(1),
    };
    Patience { read: effort(1), create: effort(3), repeat: effort(1) }
}

/// As the service itself answers, with its correlation vector.
fn answer(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("MS-CV", "cv.0")
}

fn ok(body: &Value) -> ResponseTemplate {
    answer(200).set_body_json(body)
}

fn refusal(status: u16, code: &str) -> ResponseTemplate {
    answer(status).set_body_json(json!({ "code": code, "description": "no" }))
}

fn created_customer() -> Value {
    json!({
        "id": "626099fe-17af-4756-9fd0-6a73b7127859",
        "userCredentials": { "userName": "admin", "password": PASSWORD },
        "associatedPartnerId": RESELLER,
    })
}

fn created() -> ResponseTemplate {
    answer(201).set_body_json(created_customer())
}

fn header(call: &Request, name: &str) -> String {
    call.headers.get(name).unwrap().to_str().unwrap().to_owned()
}

fn problem(outcome: &Result<(), ProvisioningError>, field: Field) -> Option<Problem> {
    match outcome {
        Err(ProvisioningError::Invalid(errors)) => errors.get(field).cloned(),
        other => panic!("{other:?}"),
    }
}

fn direct() -> NewCustomerForm {
    NewCustomerForm { customer_of: "direct".to_owned(), reseller_id: String::new(), ..wingtip_toys() }
}

#[tokio::test]
async fn a_customer_is_created_for_the_chosen_reseller_and_its_password_sealed() {
    let world = World::new().await;
    world.answer_creates(1, created()).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;

    assert_eq!((onboarding.state, &onboarding.failure), (OnboardingState::Created, &None));
    assert_eq!(onboarding.customer_id.unwrap().as_str(), "626099fe-17af-4756-9fd0-6a73b7127859");
    assert_eq!(onboarding.reseller_name.as_deref(), Some("First Up Consultants"));
    let calls = world.creates().await;
    assert_eq!(calls.len(), 1);
    assert_eq!(header(&calls[0], "MS-RequestId"), onboarding.request_id.unwrap().as_str());
    assert_eq!(header(&calls[0], "MS-CorrelationId"), onboarding.correlation_id.unwrap().as_str());
    assert_eq!(calls[0].body_json::<Value>().unwrap()["AssociatedPartnerId"], RESELLER);
    let shown = world.password(&onboarding.id).await.unwrap();
    assert_eq!(shown, format!("admin@wingtiptoys.onmicrosoft.com {PASSWORD}"));
}

#[tokio::test]
async fn the_review_names_what_will_happen() {
    let world = World::new().await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let review = world.provisioning.review(&adele(), &id).await.unwrap();
    assert_eq!(review.domain, "wingtiptoys.onmicrosoft.com");
    assert_eq!(review.reseller.unwrap().name, "First Up Consultants");
    assert_eq!(review.readiness, Some(ResellerReadiness::Ready));
    assert_eq!(review.availability, DomainAvailability::Free);
    assert_eq!(review.address_check, AddressCheck::new(AddressStatus::VerifiedShippable));
    assert_eq!(review.rules.source, RulesSource::BuiltIn, "no rules are served here");
    let again = world.provisioning.review(&adele(), &id).await.unwrap();
    assert_eq!(review.payload_hash, again.payload_hash);
}

#[tokio::test]
async fn two_creates_at_once_make_one_call() {
    let world = World::new().await;
    world.answer_creates(9, created().set_delay(Duration::from_millis(50))).await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let hash = world.provisioning.review(&adele(), &id).await.unwrap().payload_hash;
    let adele = adele();
    let create = || world.provisioning.create(&adele, &id, &hash);
    let outcomes: [_; 2] = tokio::join!(create(), create()).into();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(ProvisioningError::AlreadySent))));
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Created);
    assert_eq!(world.creates().await.len(), 1);
    assert!(matches!(create().await, Err(ProvisioningError::AlreadySent)));
}

#[tokio::test]
async fn a_lost_answer_is_repeated_with_the_same_request_id_and_ends_created() {
    let world = World::new().await;
    world.answer_creates(1, answer(504)).await;
    world.answer_creates(1, created()).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(onboarding.state, OnboardingState::Created);
    let ids: Vec<String> = world.creates().await.iter().map(|call| header(call, "MS-RequestId")).collect();
    assert_eq!(ids, vec![onboarding.request_id.unwrap().to_string(); 2]);
    assert!(world.password(&onboarding.id).await.unwrap().ends_with(PASSWORD));
}

#[tokio::test]
async fn an_outcome_that_is_not_known_is_said_so_and_asked_for_with_the_same_request_id() {
    let world = World::new().await;
    world.answer_creates(3, answer(502)).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(onboarding.state, OnboardingState::Unknown);
    let failure = onboarding.failure.unwrap();
    assert_eq!((failure.reason, failure.status), (Reason::LostAnswer, Some(502)));
    assert_eq!(failure.ms_cv.as_deref(), Some("cv.0"), "what Microsoft's support asks for");
    assert_eq!(world.credentials(&onboarding.id).await, None);

    world.answer_creates(1, created()).await;
    world.provisioning.resume(&adele(), &onboarding.id).await.unwrap();
    let resumed = world.outcome(&onboarding.id).await;
    assert_eq!(resumed.state, OnboardingState::Created);
    let calls = world.creates().await;
    assert!(calls.iter().all(|call| header(call, "MS-RequestId") == resumed.request_id.as_ref().unwrap().as_str()));
    assert!(calls.iter().all(|call| call.body == calls[0].body), "to the letter");
    assert!(world.password(&onboarding.id).await.unwrap().ends_with(PASSWORD));
    let again = world.provisioning.resume(&adele(), &onboarding.id).await;
    assert!(matches!(again, Err(ProvisioningError::AlreadySent)));
}

#[tokio::test]
async fn a_refusal_is_kept_with_its_code_and_the_answers_start_over() {
    let world = World::new().await;
    world.answer_creates(1, refusal(400, "600051")).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(onboarding.state, OnboardingState::Rejected);
    let failure = onboarding.failure.unwrap();
    assert_eq!((failure.status, failure.reason), (Some(400), Reason::Refused));
    assert_eq!(failure.ms_cv.as_deref(), Some("cv.0"));
    assert_eq!(failure.code.as_deref(), Some("600051"));

    let copy = world.provisioning.copy_to_draft(&adele(), &onboarding.id).await.unwrap();
    let draft = world.journal.find(&adele(), &copy).await.unwrap();
    assert_eq!((draft.state, draft.form), (OnboardingState::Draft, onboarding.form));
    assert_eq!(draft.copy_of, Some(onboarding.id), "the form says there what was wrong");
    assert!(matches!(world.provisioning.copy_to_draft(&adele(), &copy).await, Err(ProvisioningError::AlreadySent)));
}

#[tokio::test]
async fn without_a_token_nothing_is_committed_and_signing_in_again_is_enough() {
    let world = World::new().await;
    world.answer_creates(3, answer(502)).await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let hash = world.provisioning.review(&adele(), &id).await.unwrap().payload_hash;
    world.tokens.sign_out(true);
    let outcome = world.provisioning.create(&adele(), &id, &hash).await;
    assert!(matches!(outcome, Err(ProvisioningError::SignInAgain)));
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Draft);

    world.tokens.sign_out(false);
    world.provisioning.create(&adele(), &id, &hash).await.unwrap();
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Unknown);
    world.tokens.sign_out(true);
    assert!(matches!(world.provisioning.resume(&adele(), &id).await, Err(ProvisioningError::SignInAgain)));
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Unknown);
}

#[tokio::test]
async fn only_what_was_seen_in_the_review_is_sent() {
    let world = World::new().await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let seen = world.provisioning.review(&adele(), &id).await.unwrap().payload_hash;
    let changed = NewCustomerForm { company_name: "Tailspin Toys".to_owned(), ..wingtip_toys() };
    world.provisioning.save_draft(&adele(), &id, &changed).await.unwrap();
    let outcome = world.provisioning.create(&adele(), &id, &seen).await;
    let is_refused = matches!(outcome, Err(ProvisioningError::ChangedSinceReview));
    assert!(is_refused, "something else than was seen is sent: {outcome:?}");
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Draft);
    assert!(world.creates().await.is_empty());
}

#[tokio::test]
async fn a_reseller_that_is_no_longer_active_or_listed_gets_no_customer() {
    let none = json!({ "items": [] });
    for (is_listed, expected) in [(true, Problem::NotReady), (false, Problem::NotAChoice)] {
        let world = World::new().await;
        let id = world.checked(&adele(), &wingtip_toys()).await;
        let hash = world.provisioning.review(&adele(), &id).await.unwrap().payload_hash;
        world.partner_center.reset().await;
        if is_listed {
            world.answer_resellers("Terminated").await;
        } else {
            world.answer("GET", "^/v1/relationships$", ok(&none)).await;
        }
        world.clock.advance(SignedDuration::from_secs(1));
        let outcome = world.provisioning.create(&adele(), &id, &hash).await;
        assert_eq!(problem(&outcome, Field::Reseller), Some(expected));
        assert_eq!(world.outcome(&id).await.state, OnboardingState::Draft);
    }
}

#[tokio::test]
async fn a_reseller_that_cannot_be_confirmed_now_gets_no_customer() {
    let world = World::new().await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let hash = world.provisioning.review(&adele(), &id).await.unwrap().payload_hash;
    world.partner_center.reset().await;
    world.clock.advance(SignedDuration::from_secs(1));
    assert!(matches!(world.provisioning.create(&adele(), &id, &hash).await, Err(ProvisioningError::Refused(_))));
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Draft);
}

#[tokio::test]
async fn a_check_says_everything_at_once_and_keeps_the_draft() {
    let world = World::empty(Cloud::Global).await;
    world.answer_resellers("Suspended").await;
    world.answer("HEAD", "^/v1/domains/", answer(200)).await;
    let form = NewCustomerForm { email: "nobody".to_owned(), ..wingtip_toys() };
    let id = world.new_id();
    let outcome = world.provisioning.check(&adele(), &id, &form).await;
    assert!(problem(&outcome, Field::Email).is_some());
    assert_eq!(problem(&outcome, Field::Domain), Some(Problem::Taken));
    assert_eq!(problem(&outcome, Field::Reseller), Some(Problem::NotReady));
    assert_eq!(world.journal.find(&adele(), &id).await.unwrap().form, form);
}

#[tokio::test]
async fn an_unsigned_agreement_and_an_unlisted_reseller_are_said() {
    let world = World::empty(Cloud::Global).await;
    world.answer_resellers("Active").await;
    world.answer("GET", "^/v1/compliance/csp/agreementstatus$", ok(&json!({ "isAgreementSigned": false }))).await;
    let outcome = world.provisioning.check(&adele(), &world.new_id(), &wingtip_toys()).await;
    assert_eq!(problem(&outcome, Field::Reseller), Some(Problem::NotReady));
    let unlisted = NewCustomerForm { reseller_id: "00000000-0000-4000-8000-000000000001".to_owned(), ..wingtip_toys() };
    let outcome = world.provisioning.check(&adele(), &world.new_id(), &unlisted).await;
    assert_eq!(problem(&outcome, Field::Reseller), Some(Problem::NotAChoice));
}

#[tokio::test]
async fn what_could_not_be_checked_is_no_wall() {
    let world = World::empty(Cloud::Global).await;
    world.answer_resellers("Active").await;
    world.provisioning.check(&adele(), &world.new_id(), &wingtip_toys()).await.unwrap();
}

#[tokio::test]
async fn an_empty_form_names_what_is_missing_without_asking_anybody() {
    let world = World::empty(Cloud::Global).await;
    let outcome = world.provisioning.check(&adele(), &world.new_id(), &NewCustomerForm::default()).await;
    for field in [Field::CustomerOf, Field::Country, Field::CompanyName, Field::Domain, Field::Email] {
        assert_eq!(problem(&outcome, field), Some(Problem::Missing), "{field:?}");
    }
    let unknown = NewCustomerForm { country: "ZZ".to_owned(), ..NewCustomerForm::default() };
    let outcome = world.provisioning.check(&adele(), &world.new_id(), &unknown).await;
    assert_eq!(problem(&outcome, Field::Country), Some(Problem::NotAChoice));
    assert!(world.partner_center.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_direct_customer_is_an_administrators_choice() {
    let world = World::new().await;
    let outcome = world.provisioning.check(&adele(), &world.new_id(), &direct()).await;
    assert_eq!(problem(&outcome, Field::CustomerOf), Some(Problem::NotAChoice));

    let mut answer = created_customer();
    answer["associatedPartnerId"] = Value::Null;
    world.answer_creates(1, ok(&answer)).await;
    let nestor = person("nestor", Role::Admin);
    // Adele's draft has the other domain.
    let form = NewCustomerForm { domain: "directtoys".to_owned(), ..direct() };
    let onboarding = world.onboard(&nestor, &form).await;
    assert_eq!((onboarding.state, onboarding.failure), (OnboardingState::Created, None));
    assert_eq!(onboarding.reseller_id, None);
    assert!(world.creates().await[0].body_json::<Value>().unwrap().get("AssociatedPartnerId").is_none());
    assert_eq!(direct().customer_of(), Some(CustomerOf::Direct));
}

#[tokio::test]
async fn a_draft_for_a_direct_customer_does_not_outlive_the_role() {
    let world = World::new().await;
    let nestor = person("nestor", Role::Admin);
    let id = world.checked(&nestor, &direct()).await;
    let hash = world.provisioning.review(&nestor, &id).await.unwrap().payload_hash;
    let demoted = person("nestor", Role::AccountManager);
    let outcome = world.provisioning.create(&demoted, &id, &hash).await;
    assert_eq!(problem(&outcome, Field::CustomerOf), Some(Problem::NotAChoice));
    assert!(world.creates().await.is_empty());
}

#[tokio::test]
async fn a_cloud_without_resellers_has_direct_customers_alone() {
    let world = World::empty(Cloud::UsGovernment).await;
    world.answer_resellers("Active").await;
    let outcome = world.provisioning.check(&adele(), &world.new_id(), &wingtip_toys()).await;
    assert_eq!(problem(&outcome, Field::CustomerOf), Some(Problem::NotAChoice));
    let reseller: ResellerId = RESELLER.parse().unwrap();
    assert_eq!(world.provisioning.reseller_readiness(&adele(), &reseller).await, ResellerReadiness::Inactive);
}

#[tokio::test]
async fn an_answer_without_a_password_is_loud() {
    let world = World::new().await;
    let mut answer = created_customer();
    answer["userCredentials"] = Value::Null;
    world.answer_creates(1, ok(&answer)).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(onboarding.state, OnboardingState::Created);
    assert_eq!(world.credentials(&onboarding.id).await, Some(CredentialsStatus::Missing));
}

#[tokio::test]
async fn another_reseller_in_the_answer_is_recorded_with_the_tenant() {
    let world = World::new().await;
    let mut answer = created_customer();
    answer["associatedPartnerId"] = json!("b01b1487-b36e-4e6d-9b5e-0b58974c4b28");
    world.answer_creates(1, ok(&answer)).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(onboarding.state, OnboardingState::Created);
    assert_eq!(onboarding.failure, Some(Failure::because(Reason::ResellerDiffers)));
    assert!(world.password(&onboarding.id).await.is_ok());
}

#[tokio::test]
async fn tenant_and_password_are_stored_together_or_not_at_all_and_not_given_up_soon() {
    let world = World::new().await;
    world.answer_creates(1, created()).await;
    sqlx::query("ALTER TABLE credential RENAME TO credential_elsewhere").execute(world.db.write()).await.unwrap();
    let id = world.checked(&adele(), &wingtip_toys()).await;
    world.create(&adele(), &id).await.unwrap();
    while world.creates().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(world.journal.find(&adele(), &id).await.unwrap().state, OnboardingState::Sending);
    sqlx::query("ALTER TABLE credential_elsewhere RENAME TO credential").execute(world.db.write()).await.unwrap();
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Created);
    assert!(world.password(&id).await.unwrap().ends_with(PASSWORD));
}

#[tokio::test]
async fn whoever_only_looks_on_changes_nothing() {
    let world = World::new().await;
    let grady = person("grady", Role::Support);
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let (provisioning, form) = (&world.provisioning, wingtip_toys());
    assert!(matches!(provisioning.save_draft(&grady, &id, &form).await, Err(ProvisioningError::Forbidden)));
    assert!(matches!(provisioning.check(&grady, &id, &form).await, Err(ProvisioningError::Forbidden)));
    assert!(matches!(provisioning.review(&grady, &id).await, Err(ProvisioningError::Forbidden)));
    assert!(matches!(provisioning.create(&grady, &id, "").await, Err(ProvisioningError::Forbidden)));
    assert!(matches!(provisioning.resume(&grady, &id).await, Err(ProvisioningError::Forbidden)));
    assert!(matches!(provisioning.copy_to_draft(&grady, &id).await, Err(ProvisioningError::Forbidden)));
}

#[tokio::test]
async fn a_foreign_draft_and_an_unknown_one_are_the_same() {
    let world = World::new().await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    let (diego, provisioning) = (person("diego", Role::AccountManager), &world.provisioning);
    for id in [id, world.new_id()] {
        assert!(matches!(provisioning.review(&diego, &id).await, Err(ProvisioningError::NotFound)));
        assert!(matches!(provisioning.create(&diego, &id, "").await, Err(ProvisioningError::NotFound)));
        assert!(matches!(provisioning.resume(&diego, &id).await, Err(ProvisioningError::NotFound)));
        assert!(matches!(provisioning.copy_to_draft(&diego, &id).await, Err(ProvisioningError::NotFound)));
    }
}

#[tokio::test]
async fn resellers_are_asked_for_once_a_minute_however_many_want_them() {
    let world = World::new().await;
    let (provisioning, adele) = (&world.provisioning, adele());
    let (one, two, three) =
        tokio::join!(provisioning.resellers(&adele), provisioning.resellers(&adele), provisioning.resellers(&adele));
    assert_eq!(one.unwrap().len(), 2);
    assert_eq!(two.unwrap()[0].name, "First Up Consultants", "sorted by name");
    three.unwrap();
    assert_eq!(world.calls("GET", RELATIONSHIPS).await.len(), 1);
    world.clock.advance(SignedDuration::from_secs(61));
    provisioning.resellers(&adele).await.unwrap();
    assert_eq!(world.calls("GET", RELATIONSHIPS).await.len(), 2);
    let (found, total) = provisioning.search_resellers(&adele, "rele").await.unwrap();
    assert_eq!((found[0].name.as_str(), total), ("ReleCloud", 1));
}

#[tokio::test]
async fn old_resellers_do_for_ten_minutes_when_there_are_no_new_ones() {
    let world = World::new().await;
    world.provisioning.resellers(&adele()).await.unwrap();
    world.partner_center.reset().await;
    world.clock.advance(SignedDuration::from_mins(9));
    assert_eq!(world.provisioning.resellers(&adele()).await.unwrap().len(), 2);
    world.provisioning.resellers(&adele()).await.unwrap();
    assert_eq!(world.calls("GET", RELATIONSHIPS).await.len(), 1, "a failure is not repeated at once");
    world.clock.advance(SignedDuration::from_mins(2));
    assert!(matches!(world.provisioning.resellers(&adele()).await, Err(ProvisioningError::Refused(_))));
}

#[tokio::test]
async fn who_has_to_sign_in_again_hears_it_and_is_nobodys_hindrance() {
    let world = World::new().await;
    world.tokens.sign_out(true);
    assert!(matches!(world.provisioning.resellers(&adele()).await, Err(ProvisioningError::SignInAgain)));
    world.tokens.sign_out(false);
    world.provisioning.resellers(&adele()).await.unwrap();
}

#[tokio::test]
async fn customers_in_a_country_that_is_not_served_are_refused() {
    let world = World::new().await;
    let provisioning = world.provisioning.clone().serving("SE".parse().unwrap());
    let outcome = provisioning.check(&adele(), &world.new_id(), &wingtip_toys()).await;
    assert_eq!(problem(&outcome, Field::Country), Some(Problem::NotServed));
    assert_eq!(["SE", "US"].map(|country| provisioning.serves(&country.parse().unwrap())), [true, false]);
}

#[tokio::test]
async fn a_resellers_people_are_told_of_their_own_reseller_and_of_no_other() {
    const ANOTHER: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";
    let world = World::new().await;
    world.provisioning.resellers(&adele()).await.unwrap();
    for (operator, reseller, expected) in [
        (adele(), ANOTHER, ResellerReadiness::Ready),
        (megan(), ANOTHER, ResellerReadiness::Inactive),
        (megan(), RESELLER, ResellerReadiness::Ready),
    ] {
        let readiness = world.provisioning.reseller_readiness(&operator, &reseller.parse().unwrap()).await;
        assert_eq!(readiness, expected, "{} of {reseller}", operator.name);
    }
}

#[tokio::test]
async fn the_last_list_will_do_for_a_resellers_person_until_a_customer_is_created() {
    let world = World::new().await;
    world.answer_creates(1, created()).await;
    world.provisioning.resellers(&adele()).await.unwrap();
    let lists = async || world.calls("GET", RELATIONSHIPS).await.len();
    world.clock.advance(SignedDuration::from_mins(20));
    let id = world.checked(&megan(), &wingtip_toys()).await;
    let review = world.provisioning.review(&megan(), &id).await.unwrap();
    assert_eq!(lists().await, 1, "it was in the last one");
    world.provisioning.create(&megan(), &id, &review.payload_hash).await.unwrap();
    assert_eq!(lists().await, 2, "asked once more before the tenant is made");
}

#[tokio::test]
async fn a_relationship_that_was_made_a_moment_ago_is_looked_for_twice_a_minute_at_most() {
    let world = World::new().await;
    world.tokens.connect(true);
    let stranger = PersonKey { tid: "11111111-1111-4111-8111-111111111111".to_owned(), ..megan().key };
    let lists_after = async |milliseconds, person: &PersonKey| {
        world.clock.advance(SignedDuration::from_millis(milliseconds));
        world.provisioning.make_known(person).await;
        world.calls("GET", RELATIONSHIPS).await.len()
    };
    assert_eq!(lists_after(0, &megan().key).await, 0, "the provider's own people need none");
    world.tokens.borrow(true);
    assert_eq!(lists_after(0, &megan().key).await, 1);
    assert_eq!(lists_after(0, &stranger).await, 1, "the list is there, and this reseller is not in it");
    // A list that says nothing new is noted every five minutes; asked is twice a minute all the same.
    assert_eq!(lists_after(60_000, &megan().key).await, 1, "it is known");
    assert_eq!(lists_after(0, &stranger).await, 2);
    assert_eq!(lists_after(0, &stranger).await, 2);
    assert_eq!(lists_after(29_999, &stranger).await, 2);
    assert_eq!(lists_after(1, &stranger).await, 3);
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_the_connected_accounts_or_the_persons() {
    let world = World::empty(Cloud::Global).await;
    world.answer("GET", "^/v1/relationships$", answer(401)).await;
    let refused = world.provisioning.resellers(&adele()).await;
    assert!(matches!(refused, Err(ProvisioningError::SignInAgain)), "{refused:?}");
    world.tokens.borrow(true);
    let refused = world.another_process().resellers(&adele()).await;
    assert!(matches!(refused, Err(ProvisioningError::NotConnected)), "{refused:?}");
}

#[tokio::test]
async fn for_whom_a_resellers_person_creates_customers_is_no_answer_of_the_form() {
    let world = World::new().await;
    let id = world.new_id();
    let typed = NewCustomerForm {
        customer_of: "direct".to_owned(),
        reseller_id: "b01b1487-b36e-4e6d-9b5e-0b58974c4b28".to_owned(),
        reseller_search: "ReleCloud".to_owned(),
        ..wingtip_toys()
    };
    world.provisioning.save_draft(&megan(), &id, &typed).await.unwrap();
    let kept = world.journal.find(&megan(), &id).await.unwrap().form;
    let kept = [&kept.customer_of, &kept.reseller_id, &kept.reseller_search];
    assert_eq!(kept, ["reseller", RESELLER, "First Up Consultants"]);
}

#[tokio::test]
async fn the_answers_are_opened_at_once_if_microsoft_has_named_one_of_them() {
    for (code, expected) in [("600051", true), ("27002", false)] {
        let world = World::new().await;
        world.answer_creates(1, refusal(400, code)).await;
        let refused = world.onboard(&adele(), &wingtip_toys()).await;
        assert_eq!(refused.state, OnboardingState::Rejected);
        assert_eq!(country::names_a_field(&refused), expected, "{code}");
    }
}

#[tokio::test]
async fn live_checks_that_cannot_be_made_say_so() {
    let world = World::empty(Cloud::Global).await;
    let (provisioning, reseller) = (&world.provisioning, RESELLER.parse().unwrap());
    let address = AddressParts::default();
    for signed_out in [false, true] {
        world.tokens.sign_out(signed_out);
        assert_eq!(provisioning.check_domain(&adele(), None, "contoso").await, DomainAvailability::CouldNotCheck);
        assert_eq!(provisioning.check_address(&adele(), &address).await, AddressCheck::no_answer());
        let readiness = provisioning.reseller_readiness(&adele(), &reseller).await;
        assert_eq!(readiness, ResellerReadiness::CouldNotCheck);
        let rules = provisioning.country_rules(&adele(), &"PT".parse().unwrap()).await;
        assert_eq!(rules.source, RulesSource::BuiltIn);
    }
    assert_eq!(provisioning.check_domain(&adele(), None, "../customers").await, DomainAvailability::CouldNotCheck);
}

#[tokio::test]
async fn the_rules_of_a_country_are_asked_for_once_an_hour() {
    let world = World::new().await;
    world.answer("GET", "^/v1/countryvalidationrules/US$", ok(&json!({ "isPostalCodeRequired": true }))).await;
    let us = "US".parse().unwrap();
    for _ in 0..3 {
        let rules = world.provisioning.country_rules(&adele(), &us).await;
        assert_eq!(rules.source, RulesSource::Live);
    }
    let address = "/v1/countryvalidationrules/US";
    assert_eq!(world.calls("GET", address).await.len(), 1);
    world.clock.advance(SignedDuration::from_mins(61));
    world.provisioning.country_rules(&adele(), &us).await;
    assert_eq!(world.calls("GET", address).await.len(), 2);
}

#[tokio::test]
async fn the_last_rules_of_a_country_outlive_the_process_that_asked_for_them() {
    let world = World::new().await;
    world.answer("GET", "^/v1/countryvalidationrules/US$", ok(&json!({ "postalCodeRegex": "^[0-9]{3}$" }))).await;
    let us = "US".parse().unwrap();
    world.provisioning.country_rules(&adele(), &us).await;
    world.partner_center.reset().await;
    let rules = world.another_process().country_rules(&adele(), &us).await;
    assert_eq!(rules.source, RulesSource::Kept);
    assert!(rules.postal_code_pattern.is_some_and(|pattern| pattern.matches("123") && !pattern.matches("98052")));
}

#[tokio::test]
async fn a_refusal_teaches_every_process_what_a_country_wants() {
    let world = World::new().await;
    let us = "US".parse().unwrap();
    let another = world.another_process();
    assert_eq!(another.country_rules(&adele(), &us).await.registration_number, None);
    world.answer_creates(1, refusal(400, "600049")).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(onboarding.state, OnboardingState::Rejected);
    assert!(names_a_field(&onboarding));
    assert!(world.provisioning.country_rules(&adele(), &us).await.registration_number.is_some());
    world.clock.advance(SignedDuration::from_secs(61));
    assert!(another.country_rules(&adele(), &us).await.registration_number.is_some());
}

#[tokio::test]
async fn the_database_never_holds_a_password_or_a_token() {
    let world = World::new().await;
    world.answer_creates(1, created()).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    assert!(world.db.holds_on_disk("Wingtip Toys"), "the search finds what is there");
    let sealed: String = sqlx::Row::get(
        &sqlx::query("SELECT sealed FROM credential").fetch_one(world.db.read()).await.unwrap(),
        "sealed",
    );
    assert!(world.db.holds_on_disk(&sealed));
    world.password(&onboarding.id).await.unwrap();
    for canary in [PASSWORD, TOKEN] {
        assert!(!world.db.holds_on_disk(canary), "{canary}");
    }
    world.credentials.confirm(&adele(), &onboarding.id).await.unwrap();
    world.credentials.sweep().await.unwrap();
    assert!(!world.db.holds_on_disk(&sealed), "no envelope is left");
    assert!(world.tokens.asked.load(Ordering::SeqCst) > 0);
}
