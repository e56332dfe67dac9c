use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::Row;
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path_regex},
};

use super::*;
use crate::{
    clock::{ManualClock, SignedDuration},
    credentials::{CredentialsStatus, NewCredential, Replay},
    domain::{AcceptanceForm, ActId, OnboardingId, PersonKey, ResellerOfPerson, Role, Side},
    journal::{
        DraftSummary, Intent,
        testing::{adele, ambient, payload, person, wingtip_toys},
    },
    partner_center::{Effort, Patience},
    provisioning::TokenFuture,
};

const TENANT: &str = "626099fe-17af-4756-9fd0-6a73b7127859";
const OLD: &str = "0ld-passw0rd-canary";

/// Sign-in, played.
#[derive(Default)]
struct FakeTokens {
    signed_out: Mutex<bool>,
    asked: AtomicUsize,
}

impl TokenSource for FakeTokens {
    fn access_token<'a>(&'a self, _: &'a PersonKey) -> TokenFuture<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let signed_out = *self.signed_out.lock().unwrap();
        Box::pin(async move { if signed_out { Err(TokenError::SignInAgain) } else { Ok(SecretString::from("token")) } })
    }

    fn discard(&self, _: &PersonKey) {}
}

struct World {
    clock: Arc<ManualClock>,
    ambient: Ambient,
    db: Database,
    tokens: Arc<FakeTokens>,
    partner_center: MockServer,
    journal: Journal,
    credentials: CredentialStore,
    keyring: Keyring,
}

impl World {
    async fn new() -> Self {
        let (clock, ambient) = ambient();
        let db = Database::temporary().await.unwrap();
        let keyring = Keyring::ephemeral(ambient.clone());
        let world = Self {
            journal: Journal::new(db.clone(), keyring.clone(), ambient.clone()),
            credentials: CredentialStore::new(db.clone(), keyring.clone(), ambient.clone()),
            partner_center: MockServer::start().await,
            tokens: Arc::default(),
            clock,
            ambient,
            db,
            keyring,
        };
        let template =
            json!({ "items": [{ "templateId": "template", "agreementType": "MicrosoftCustomerAgreement" }] });
        world.answer("GET", "^/v1/agreements$", ok(&template)).await;
        world
    }

    fn tenants(&self, password_reset: PasswordReset) -> Tenants {
        let effort = |deadline| Effort {
            deadline: Duration::from_secs(deadline),
            attempts: 1,
            total: Duration::from_secs(5),
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(5),
            longest_retry_after: Duration::from_secs(1),
        };
        let patience = Patience { read: effort(5), create: effort(5), repeat: effort(1) };
        let http = crate::http::client("test").unwrap();
        let client = PartnerCenter::new(http, self.partner_center.uri().parse().unwrap(), self.ambient.clone());
        Tenants::new(TenantsParts {
            database: self.db.clone(),
            keyring: self.keyring.clone(),
            journal: self.journal.clone(),
            credentials: self.credentials.clone(),
            tokens: self.tokens.clone(),
            partner_center: client.with_patience(patience),
            cloud: Cloud::Global,
            password_reset,
            ambient: self.ambient.clone(),
        })
    }

    async fn answer(&self, verb: &str, at: &str, response: ResponseTemplate) {
        Mock::given(method(verb)).and(path_regex(at)).respond_with(response).mount(&self.partner_center).await;
    }

    /// What the next call is answered with, before any answer that has been set so far.
    async fn answer_once(&self, verb: &str, at: &str, response: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path_regex(at)).respond_with(response);
        mock.up_to_n_times(1).with_priority(1).mount(&self.partner_center).await;
    }

    async fn calls(&self, verb: &str, end: &str) -> Vec<Request> {
        let all = self.partner_center.received_requests().await.unwrap();
        all.into_iter().filter(|call| call.method.as_str() == verb && call.url.path().ends_with(end)).collect()
    }

    /// A tenant of Adele's; its credentials are missing unless there is a password.
    async fn created(&self, password: Option<&str>) -> OnboardingId {
        let id = OnboardingId::from(self.ambient.uuid_v7());
        let (form, payload, owner) = (wingtip_toys(), payload(), adele());
        let summary = DraftSummary { company_name: &form.company_name, ..DraftSummary::default() };
        self.journal.save_draft(&owner, &id, &form, summary).await.unwrap();
        let intent = Intent { form: &form, payload: &payload, reseller_name: Some("First Up Consultants") };
        let committed = self.journal.begin(&owner, &id, intent).await.unwrap();
        let sending = self.journal.mark_sending(committed).await.unwrap();
        let mut tx = self.journal.transaction().await.unwrap();
        self.journal.finish_created(&mut tx, &sending, &TENANT.parse().unwrap(), None).await.unwrap();
        let password = password.map(SecretString::from);
        let credential = password.as_ref().map(|password| NewCredential { user_name: "admin@x".to_owned(), password });
        self.credentials.seal(&mut tx, &id, &owner.key, credential.as_ref()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Microsoft sets whatever password it is sent.
    async fn sets_passwords(&self) {
        let users = json!({ "items": [{ "id": "user-1", "userPrincipalName": "admin@wingtiptoys.onmicrosoft.com" }] });
        self.answer("GET", "/users$", ok(&users)).await;
        self.answer("PATCH", "/resetpassword$", ok(&json!({ "passwordProfile": { "password": "echoed" } }))).await;
    }

    async fn status(&self, id: &OnboardingId) -> CredentialsStatus {
        self.credentials.status(&adele(), id).await.unwrap().unwrap()
    }

    async fn claim(&self, id: &OnboardingId) -> String {
        let token = SecretString::from(self.ambient.token());
        let claimed = self.credentials.claim(&nestor(), "session", id, &token, Replay::Never).await.unwrap();
        claimed.password.expose_secret().to_owned()
    }

    async fn last(&self, id: &OnboardingId, kind: ActKind) -> Act {
        let onboarding = self.journal.find(&nestor(), id).await.unwrap();
        Acts::new(self.db.clone(), self.ambient.clone()).of(&onboarding, kind).await.unwrap().remove(0)
    }

    /// Acts and outcomes of the audit about this, in order.
    async fn audit(&self) -> Vec<(String, String)> {
        let sql = "SELECT act, outcome FROM audit_event WHERE act IN ('attest_agreement', 'record_agreement', \
                   'ask_for_password', 'set_password') ORDER BY position";
        let rows = sqlx::query(sql).fetch_all(self.db.read()).await.unwrap();
        rows.iter().map(|row| (row.get("act"), row.get("outcome"))).collect()
    }

    fn act(&self) -> ActId {
        self.clock.advance(SignedDuration::from_millis(1));
        self.ambient.uuid_v7().into()
    }
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn refused(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "code": code, "description": "no", "source": "test" }))
}

fn nestor() -> Operator {
    person("nestor", Role::Admin)
}

/// The password that was sent.
fn sent(call: &Request) -> String {
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    body["passwordProfile"]["password"].as_str().unwrap().to_owned()
}

fn ines() -> AcceptanceForm {
    let text = str::to_owned;
    AcceptanceForm {
        first_name: text("Ines"),
        last_name: text("Kramer"),
        email: text("office@northwindbakery.example"),
        phone: String::new(),
        accepted_on: text("2026-02-03"),
        attested: text("on"),
    }
}

fn on_record() -> ResponseTemplate {
    ok(&json!({ "items": [{ "type": "MicrosoftCustomerAgreement", "dateAgreed": "2026-02-03T00:00:00",
        "primaryContact": { "firstName": "Ines", "lastName": "Kramer", "email": "OFFICE@northwindbakery.example" } }] }))
}

#[tokio::test]
async fn a_new_first_password_is_sealed_like_the_first_and_shown_once() {
    let world = World::new().await;
    world.sets_passwords().await;
    let id = world.created(None).await;
    world.tenants(PasswordReset::Admins).set_password(&nestor(), &id, &world.act(), "answer was lost").await.unwrap();
    assert!(matches!(world.status(&id).await, CredentialsStatus::Sealed { .. }));
    let calls = world.calls("PATCH", "/resetpassword").await;
    assert_eq!(calls.len(), 1);
    assert_eq!(world.claim(&id).await, sent(&calls[0]), "what Microsoft has accepted is what is shown");
    let act = world.last(&id, ActKind::Password).await;
    assert_eq!((act.state, act.reason().as_deref()), (ActState::Done, Some("answer was lost")));
    assert_eq!(calls[0].headers["MS-RequestId"], act.request_id.as_str());
    let done = |act: &str| (act.to_owned(), "done".to_owned());
    assert_eq!(world.audit().await, [done("ask_for_password"), done("set_password")]);
    let events = world.journal.events(&adele(), &id).await.unwrap();
    assert!(events.iter().any(|event| event.what == Happening::PasswordSet), "{events:?}");
}

#[tokio::test]
async fn the_former_password_never_comes_back() {
    let world = World::new().await;
    world.sets_passwords().await;
    let id = world.created(Some(OLD)).await;
    world.clock.advance(SignedDuration::from_hours(8 * 24));
    assert!(matches!(world.status(&id).await, CredentialsStatus::Expired { .. }));
    // Not even before the sweep has come by.
    let tenants = world.tenants(PasswordReset::Admins);
    tenants.set_password(&nestor(), &id, &world.act(), "nobody opened it").await.unwrap();
    let shown = world.claim(&id).await;
    assert_ne!(shown, OLD);
    // A late answer to the create brings the first one once more.
    let mut tx = world.journal.transaction().await.unwrap();
    let late = SecretString::from(OLD);
    let late = NewCredential { user_name: "admin@x".to_owned(), password: &late };
    world.credentials.seal(&mut tx, &id, &adele().key, Some(&late)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!matches!(world.status(&id).await, CredentialsStatus::Sealed { .. }), "opened stays opened");
}

#[tokio::test]
async fn a_password_that_somebody_has_or_can_open_is_not_replaced() {
    let world = World::new().await;
    world.sets_passwords().await;
    let id = world.created(Some(OLD)).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let sealed = tenants.set_password(&nestor(), &id, &world.act(), "to be safe").await;
    assert!(matches!(sealed, Err(TenantError::Credentials(CredentialsError::Gone(_)))), "{sealed:?}");
    assert_eq!(world.claim(&id).await, OLD);
    world.credentials.confirm(&nestor(), &id).await.unwrap();
    let confirmed = tenants.set_password(&nestor(), &id, &world.act(), "to be safe").await;
    assert!(matches!(confirmed, Err(TenantError::Credentials(CredentialsError::Gone(_)))), "{confirmed:?}");
    assert!(world.calls("PATCH", "").await.is_empty());
    assert_eq!(world.audit().await, [], "what was not begun leaves no act behind");
}

#[tokio::test]
async fn a_refused_password_changes_nothing_and_is_kept_with_its_reason() {
    for (users, patch, hindrance) in [
        (None, Some(refused(403, "900308")), Hindrance::Refused),
        (Some(refused(403, "900308")), None, Hindrance::Refused),
        (Some(ok(&json!({ "items": [] }))), None, Hindrance::NoSuchUser),
        (Some(ResponseTemplate::new(502)), None, Hindrance::Unreachable),
        (None, Some(refused(401, "900421")), Hindrance::SignInAgain),
    ] {
        let world = World::new().await;
        world.sets_passwords().await;
        if let Some(users) = users {
            world.answer_once("GET", "/users$", users).await;
        }
        if let Some(patch) = patch {
            world.answer_once("PATCH", "/resetpassword$", patch).await;
        }
        let id = world.created(None).await;
        let tenants = world.tenants(PasswordReset::Admins);
        tenants.set_password(&nestor(), &id, &world.act(), "answer was lost").await.unwrap();
        let act = world.last(&id, ActKind::Password).await;
        assert_eq!((act.state, act.failure.map(|failure| failure.hindrance)), (ActState::Refused, Some(hindrance)));
        assert_eq!(world.status(&id).await, CredentialsStatus::Missing);
        assert_eq!(world.audit().await[1], ("set_password".to_owned(), "refused".to_owned()));
    }
}

#[tokio::test]
async fn after_a_lost_answer_nobody_claims_to_know_and_another_password_ends_the_doubt() {
    let world = World::new().await;
    world.sets_passwords().await;
    world.answer_once("PATCH", "/resetpassword$", ResponseTemplate::new(504)).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    tenants.set_password(&nestor(), &id, &world.act(), "answer was lost").await.unwrap();
    assert_eq!(world.last(&id, ActKind::Password).await.state, ActState::Unknown);
    assert_eq!(world.status(&id).await, CredentialsStatus::Missing);
    tenants.set_password(&nestor(), &id, &world.act(), "once more").await.unwrap();
    let calls = world.calls("PATCH", "/resetpassword").await;
    assert_ne!(sent(&calls[0]), sent(&calls[1]), "the first may hold and is forgotten");
    assert_eq!(world.claim(&id).await, sent(&calls[1]));
}

#[tokio::test]
async fn the_same_form_twice_sets_one_password_and_another_form_waits_its_turn() {
    let world = World::new().await;
    world.sets_passwords().await;
    let slow = ok(&json!({})).set_delay(Duration::from_millis(300));
    world.answer_once("PATCH", "/resetpassword$", slow).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let (form, other, nestor) = (world.act(), world.act(), nestor());
    let (one, two, three) = tokio::join!(
        tenants.set_password(&nestor, &id, &form, "double click"),
        tenants.set_password(&nestor, &id, &form, "double click"),
        tenants.set_password(&nestor, &id, &other, "second tab"),
    );
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert!(matches!(three, Err(TenantError::UnderWay)), "{three:?}");
    tenants.drain().await;
    assert_eq!(world.calls("PATCH", "/resetpassword").await.len(), 1);
    let changed = tenants.set_password(&nestor, &id, &form, "another reason").await;
    assert!(matches!(changed, Err(TenantError::SentOtherwise)), "{changed:?}");
}

#[tokio::test]
async fn what_a_dead_process_has_left_is_unknown_and_stops_nobody_for_long() {
    let world = World::new().await;
    world.sets_passwords().await;
    let id = world.created(None).await;
    let onboarding = world.journal.find(&nestor(), &id).await.unwrap();
    let acts = Acts::new(world.db.clone(), world.ambient.clone());
    let mut tx = acts.transaction().await.unwrap();
    let left = (&world.act(), ActKind::Password, r#"{"reason":"died"}"#);
    acts.begin(&mut tx, &nestor(), &onboarding, left).await.unwrap();
    tx.commit().await.unwrap();
    let tenants = world.tenants(PasswordReset::Admins);
    let early = tenants.set_password(&nestor(), &id, &world.act(), "too early").await;
    assert!(matches!(early, Err(TenantError::UnderWay)), "{early:?}");
    world.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(world.last(&id, ActKind::Password).await.state, ActState::Unknown, "said before it is written down");
    tenants.set_password(&nestor(), &id, &world.act(), "after it").await.unwrap();
    assert!(matches!(world.status(&id).await, CredentialsStatus::Sealed { .. }));
}

#[tokio::test]
async fn a_new_password_is_a_right_of_its_own() {
    let world = World::new().await;
    let id = world.created(None).await;
    let reseller = Operator {
        side: Side::Reseller(ResellerOfPerson {
            id: crate::journal::testing::RESELLER.parse().unwrap(),
            name: "First Up Consultants".to_owned(),
        }),
        ..adele()
    };
    for (who, right, may) in [
        (nestor(), PasswordReset::Admins, true),
        (nestor(), PasswordReset::Owners, true),
        (adele(), PasswordReset::Admins, false),
        (adele(), PasswordReset::Owners, true),
        (person("diego", Role::AccountManager), PasswordReset::Owners, false),
        (person("grady", Role::Support), PasswordReset::Owners, false),
        (reseller, PasswordReset::Owners, false),
    ] {
        assert_eq!(may_set_password(&who, &adele().key, right), may, "{} {right:?}", who.name);
        if !may && who.reseller().is_none() {
            let outcome = world.tenants(right).set_password(&who, &id, &world.act(), "because").await;
            assert!(matches!(outcome, Err(TenantError::Forbidden)), "{}: {outcome:?}", who.name);
        }
    }
    assert_eq!(world.tokens.asked.load(Ordering::SeqCst), 0, "nobody's token is touched");
}

#[tokio::test]
async fn a_reason_is_needed_and_kept_on_one_line() {
    let world = World::new().await;
    world.sets_passwords().await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    for (reason, problem) in
        [("", ReasonProblem::TooShort), (" \n x ", ReasonProblem::TooShort), (&"x".repeat(501), ReasonProblem::TooLong)]
    {
        let outcome = tenants.set_password(&nestor(), &id, &world.act(), reason).await;
        assert!(matches!(outcome, Err(TenantError::Unreasonable(found)) if found == problem), "{outcome:?}");
    }
    tenants.set_password(&nestor(), &id, &world.act(), " lost\r\nby  mail ").await.unwrap();
    assert_eq!(world.last(&id, ActKind::Password).await.reason().as_deref(), Some("lost by mail"));
}

#[tokio::test]
async fn an_acceptance_is_recorded_once_however_often_its_form_is_sent() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", ResponseTemplate::new(201).set_body_json(json!({}))).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let (form, adele) = (world.act(), adele());
    for _ in 0..3 {
        tenants.record_agreement(&adele, &id, &form, &ines()).await.unwrap();
    }
    assert_eq!(world.calls("POST", "/agreements").await.len(), 1);
    let act = world.last(&id, ActKind::Agreement).await;
    assert_eq!((act.state, act.actor_name.as_str()), (ActState::Done, "adele"));
    let other = AcceptanceForm { last_name: "Soto".to_owned(), ..ines() };
    let otherwise = tenants.record_agreement(&adele, &id, &form, &other).await;
    assert!(matches!(otherwise, Err(TenantError::SentOtherwise)), "{otherwise:?}");
    let done = |act: &str| (act.to_owned(), "done".to_owned());
    assert_eq!(world.audit().await, [done("attest_agreement"), done("record_agreement")]);
}

#[tokio::test]
async fn a_lost_acceptance_is_looked_up_before_it_is_repeated() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", ResponseTemplate::new(504)).await;
    world.answer("GET", "/customers/.*/agreements$", ok(&json!({ "items": [] }))).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let form = world.act();
    tenants.record_agreement(&adele(), &id, &form, &ines()).await.unwrap();
    assert_eq!(world.last(&id, ActKind::Agreement).await.state, ActState::Unknown, "not there yet proves nothing");

    world.answer_once("POST", "/agreements$", ResponseTemplate::new(201).set_body_json(json!({}))).await;
    tenants.check_agreement(&adele(), &id, &form).await.unwrap();
    assert_eq!(world.last(&id, ActKind::Agreement).await.state, ActState::Done);
    let calls = world.calls("POST", "/agreements").await;
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].headers["MS-RequestId"], calls[1].headers["MS-RequestId"], "the same request");
    let again = tenants.check_agreement(&adele(), &id, &form).await;
    assert!(matches!(again, Err(TenantError::Settled)), "{again:?}");
}

#[tokio::test]
async fn a_lost_acceptance_that_is_on_record_is_not_sent_again() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", ResponseTemplate::new(504)).await;
    world.answer("GET", "/customers/.*/agreements$", on_record()).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    tenants.record_agreement(&adele(), &id, &world.act(), &ines()).await.unwrap();
    assert_eq!(world.last(&id, ActKind::Agreement).await.state, ActState::Done);
    assert_eq!(world.calls("POST", "/agreements").await.len(), 1);
}

#[tokio::test]
async fn what_microsoft_had_already_is_said_to_be_recorded() {
    let world = World::new().await;
    world.answer("POST", "/agreements$", refused(409, "600061")).await;
    let id = world.created(None).await;
    world.tenants(PasswordReset::Admins).record_agreement(&adele(), &id, &world.act(), &ines()).await.unwrap();
    let act = world.last(&id, ActKind::Agreement).await;
    assert_eq!(act.state, ActState::Done);
    assert_eq!(act.failure.map(|failure| failure.hindrance), Some(Hindrance::RecordedBefore));
}

#[tokio::test]
async fn support_and_resellers_attest_nothing() {
    let world = World::new().await;
    let id = world.created(None).await;
    let grady = person("grady", Role::Support);
    let outcome = world.tenants(PasswordReset::Admins).record_agreement(&grady, &id, &world.act(), &ines()).await;
    assert!(matches!(outcome, Err(TenantError::Forbidden)), "{outcome:?}");
    assert!(may_attest(&person("diego", Role::AccountManager)), "a colleague stands in");
}

impl World {
    async fn describes_itself(&self) {
        let customer = json!({ "companyProfile": { "domain": "wingtiptoys.onmicrosoft.com" },
            "billingProfile": { "companyName": "Wingtip Toys" } });
        let end = format!("/customers/{TENANT}$");
        self.answer("GET", &end, ok(&customer)).await;
        self.answer("GET", "/relationships$", ok(&json!({ "items": [] }))).await;
        self.answer("GET", "/validationStatus$", ok(&json!({ "status": "Allowed" }))).await;
        self.answer("GET", "/customers/.*/agreements$", ok(&json!({ "items": [] }))).await;
        self.answer("GET", "/directSigned.*$", ok(&json!({ "isSigned": false }))).await;
    }
}

#[tokio::test]
async fn a_tenant_is_asked_about_once_a_minute_however_many_look() {
    let world = World::new().await;
    world.describes_itself().await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let onboarding = world.journal.find(&adele(), &id).await.unwrap();
    let (adele, grady) = (adele(), person("grady", Role::Support));
    assert!(tenants.known(&onboarding).is_none());
    let (one, two) = tokio::join!(tenants.live(&adele, &onboarding, false), tenants.live(&grady, &onboarding, false));
    assert_eq!(one.unwrap().asked_at, two.unwrap().asked_at);
    assert!(tenants.known(&onboarding).is_some(), "the page has it at once");
    tenants.live(&grady, &onboarding, true).await;
    assert_eq!(world.calls("GET", TENANT).await.len(), 1, "nor is Partner Center asked again within ten seconds");
    world.clock.advance(SignedDuration::from_secs(11));
    tenants.live(&grady, &onboarding, true).await;
    world.clock.advance(SignedDuration::from_secs(61));
    tenants.live(&grady, &onboarding, false).await;
    assert_eq!(world.calls("GET", TENANT).await.len(), 3);
    world.clock.advance(SignedDuration::from_mins(11));
    assert!(tenants.known(&onboarding).is_none(), "too old to be shown");
}

#[tokio::test]
async fn that_one_person_may_not_ask_says_nothing_to_another() {
    let world = World::new().await;
    world.describes_itself().await;
    let end = format!("/customers/{TENANT}$");
    world.answer_once("GET", &end, refused(403, "900308")).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let onboarding = world.journal.find(&adele(), &id).await.unwrap();
    let grady = tenants.live(&person("grady", Role::Support), &onboarding, false).await.unwrap();
    assert_eq!(grady.customer.unwrap_err(), NotTold::NoRole);
    assert!(tenants.live(&adele(), &onboarding, false).await.unwrap().customer.is_ok());

    *world.tokens.signed_out.lock().unwrap() = true;
    world.clock.advance(SignedDuration::from_secs(61));
    let signed_out = tenants.live(&adele(), &onboarding, false).await.unwrap();
    assert_eq!(signed_out.customer.unwrap_err(), NotTold::SignInAgain);
}

#[tokio::test]
async fn what_was_sent_is_there_to_be_compared() {
    let world = World::new().await;
    world.describes_itself().await;
    let id = world.created(None).await;
    let onboarding = world.journal.find(&adele(), &id).await.unwrap();
    let sent = world.journal.sent(&onboarding).await.unwrap().unwrap();
    let live = world.tenants(PasswordReset::Admins).live(&adele(), &onboarding, false).await.unwrap();
    let finding =
        |subject| compare(&onboarding, &sent, &live).into_iter().find(|line| line.subject == subject).unwrap();
    assert_eq!(finding(Subject::Domain).finding, Finding::Same);
    assert_eq!(
        finding(Subject::Email).finding,
        Finding::Missing,
        "what Partner Center leaves out differs from nothing"
    );
}
