mod agreement;
mod live;
mod password;

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

    fn borrowed_token(&self) -> TokenFuture<'_> {
        Box::pin(async { Err(TokenError::NotConnected) })
    }

    fn is_borrowed(&self, _: &PersonKey) -> bool {
        false
    }
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
        self.journal.finish_created(&mut tx, &sending, &TENANT.parse().unwrap(), None, None).await.unwrap();
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
