//! What becomes of a create whose answer was lost, of one whose process died, and of a tenant that is read back.

use super::*;
use crate::{
    journal::{DraftSummary, Happening},
    provisioning::schedule,
};

const TENANT: &str = "626099fe-17af-4756-9fd0-6a73b7127859";
const ANOTHER_RESELLER: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";

/// What Partner Center shows of the provider's customers.
struct Shown {
    customers: Value,
    named: Value,
    audit: Value,
    domain: u16,
}

impl Shown {
    fn nothing() -> Self {
        Self { customers: json!([]), named: json!([]), audit: json!([]), domain: 404 }
    }

    fn the_customer() -> Self {
        let customer = json!({
            "id": TENANT,
            "companyProfile": { "domain": "WingtipToys.onmicrosoft.com", "companyName": "Wingtip Toys" },
        });
        Self { customers: json!([customer]), named: json!([{ "id": RESELLER }]), audit: json!([]), domain: 200 }
    }
}

impl World {
    /// A Partner Center that shows this from now on.
    async fn showing(shown: Shown) -> Self {
        let world = Self::empty(Cloud::Global).await;
        world.show(shown).await;
        world
    }

    async fn show(&self, shown: Shown) {
        self.partner_center.reset().await;
        let items = |items: Value| ok(&json!({ "items": items }));
        self.answer_resellers("Active").await;
        self.answer("GET", "^/v1/compliance/csp/agreementstatus$", ok(&json!({ "isAgreementSigned": true }))).await;
        self.answer("HEAD", "^/v1/domains/", answer(shown.domain)).await;
        self.answer("GET", "^/v1/customers$", items(shown.customers)).await;
        self.answer("GET", "^/v1/customers/[^/]*/relationships$", items(shown.named)).await;
        self.answer("GET", "^/v1/auditrecords$", items(shown.audit)).await;
    }

    /// An onboarding whose answer was lost, however often its sender asked.
    async fn lost(&self) -> Onboarding {
        self.answer_creates(3, answer(502)).await;
        let id = self.new_id();
        self.provisioning.save_draft(&adele(), &id, &wingtip_toys()).await.unwrap();
        let hash = crate::journal::testing::payload().hash();
        self.provisioning.create(&adele(), &id, &hash).await.unwrap();
        let lost = self.outcome(&id).await;
        assert_eq!((lost.state, lost.in_doubt), (OnboardingState::Unknown, true));
        let failure = lost.failure.as_ref().unwrap();
        assert_eq!((failure.reason, failure.status), (Reason::LostAnswer, Some(502)));
        lost
    }

    /// An intent whose process dies before its first byte goes out.
    async fn abandoned(&self) -> crate::journal::Committed {
        let (id, form, payload) = (self.new_id(), wingtip_toys(), crate::journal::testing::payload());
        self.journal.save_draft(&adele(), &id, &form, DraftSummary::default()).await.unwrap();
        let intent = Intent { form: &form, payload: &payload, reseller_name: None };
        self.journal.begin(&adele(), &id, intent).await.unwrap()
    }

    async fn sign_in(&self) {
        sqlx::query(
            "INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at) VALUES ($1, $2, '', '', '', $3) \
             ON CONFLICT (tid, oid) DO UPDATE SET roles_read_at = excluded.roles_read_at",
        )
        .bind(adele().key.tid)
        .bind(adele().key.oid)
        .bind(self.ambient.now().as_microsecond())
        .execute(self.db.write())
        .await
        .unwrap();
    }

    async fn found(&self, id: &OnboardingId) -> Onboarding {
        self.journal.find(&adele(), id).await.unwrap()
    }

    async fn state(&self, id: &OnboardingId) -> OnboardingState {
        self.found(id).await.state
    }

    async fn assert_all_creates_are_one(&self, onboarding: &Onboarding) {
        let creates = self.creates().await;
        let request_id = onboarding.request_id.as_ref().unwrap().as_str();
        assert!(creates.iter().all(|call| header(call, "MS-RequestId") == request_id && call.body == creates[0].body));
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_by_the_portal_itself_with_the_same_request_id() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    assert_eq!(world.after(59).await, 0, "three calls in a minute are enough");
    world.answer_creates(1, created()).await;
    assert_eq!(world.after(1).await, 1);
    assert_eq!(world.state(&lost.id).await, OnboardingState::Created);
    assert_eq!(world.creates().await.len(), 4);
    world.assert_all_creates_are_one(&lost).await;
    assert!(world.password(&lost.id).await.unwrap().ends_with(PASSWORD));
}

#[tokio::test]
async fn a_replay_without_a_password_ends_created_with_credentials_missing() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    let mut answer = created_customer();
    answer["userCredentials"] = Value::Null;
    world.answer_creates(1, ok(&answer)).await;
    world.after(60).await;
    assert_eq!(world.state(&lost.id).await, OnboardingState::Created);
    assert_eq!(world.credentials(&lost.id).await, Some(CredentialsStatus::Missing));
}

#[tokio::test]
async fn a_replay_that_conflicts_is_no_refusal_and_what_is_found_is_the_outcome() {
    let world = World::showing(Shown::the_customer()).await;
    let lost = world.lost().await;
    world.answer_creates(2, refusal(409, "1003")).await;
    world.after(60).await;
    assert_eq!(world.state(&lost.id).await, OnboardingState::Reconciling, "the password may come with the next answer");
    world.after(20).await;
    let found = world.found(&lost.id).await;
    assert_eq!((found.state, found.customer_id.unwrap().as_str()), (OnboardingState::Created, TENANT));
    assert_eq!(world.credentials(&lost.id).await, Some(CredentialsStatus::Missing));
    let evidence = world.journal.last_evidence(&adele(), &lost.id).await.unwrap().unwrap();
    assert!(evidence.found.contains("409") && evidence.found.contains(TENANT), "{}", evidence.found);
}

#[tokio::test]
async fn a_conflict_while_the_first_create_still_runs_does_not_cost_the_password() {
    let world = World::showing(Shown::the_customer()).await;
    let lost = world.lost().await;
    world.answer_creates(1, refusal(409, "1003")).await;
    world.answer_creates(1, created()).await;
    world.after(60).await;
    world.after(20).await;
    assert_eq!(world.state(&lost.id).await, OnboardingState::Created);
    assert!(world.password(&lost.id).await.unwrap().ends_with(PASSWORD));
}

#[tokio::test]
async fn nothing_found_for_nine_minutes_is_not_an_outcome() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    world.answer_creates(99, refusal(400, "27002")).await;
    let mut last_sent_at = world.ambient.now();
    let (mut creates, mut calls) = (3, world.partner_center.received_requests().await.unwrap().len());
    loop {
        world.after(60).await;
        let made = world.creates().await.len();
        if made > creates {
            (creates, last_sent_at) = (made, world.ambient.now());
        }
        let all = world.partner_center.received_requests().await.unwrap().len();
        assert!(all - calls <= 4, "{} calls in a minute", all - calls);
        calls = all;
        let waited = world.ambient.now().duration_since(last_sent_at);
        if waited > SignedDuration::from_mins(12) || world.state(&lost.id).await != OnboardingState::Reconciling {
            break;
        }
        assert!(waited <= SignedDuration::from_mins(11), "it goes on for ever");
    }
    let waited = world.ambient.now().duration_since(last_sent_at);
    assert!(waited >= SignedDuration::from_mins(10), "an outcome after {waited:?}");
    let found = world.found(&lost.id).await;
    assert_eq!((found.state, found.in_doubt), (OnboardingState::NotCreated, false));
    assert_eq!(found.failure.unwrap().code.as_deref(), None, "the last looks were without a repeat");
    assert_eq!(world.creates().await.len(), 3 + usize::try_from(schedule::MOST_REPEATS).unwrap());
    world.assert_all_creates_are_one(&lost).await;
    assert_eq!(world.after(3600).await, 0, "it is over");
    assert!(world.provisioning.copy_to_draft(&adele(), &lost.id).await.is_ok());
}

#[tokio::test]
async fn evidence_that_does_not_fit_together_needs_a_person_and_says_why() {
    let taken = Shown { domain: 200, ..Shown::nothing() };
    let other_company = {
        let mut shown = Shown::the_customer();
        shown.customers[0]["companyProfile"]["companyName"] = json!("Tailspin Toys");
        shown
    };
    let other_reseller = Shown { named: json!([{ "id": ANOTHER_RESELLER }]), ..Shown::the_customer() };
    let record = json!({
        "operationType": "add_customer", "operationStatus": "succeeded", "customerId": TENANT,
        "customizedData": [{ "key": "PrimaryDomainName", "value": "wingtiptoys.onmicrosoft.com" }],
    });
    let invisible = Shown { audit: json!([record]), ..Shown::nothing() };
    for (shown, expected) in [
        (taken, Reason::DomainTaken),
        (other_company, Reason::FoundOther),
        (other_reseller, Reason::FoundOther),
        (invisible, Reason::NotVisible),
    ] {
        let world = World::showing(Shown::nothing()).await;
        let lost = world.lost().await;
        world.show(shown).await;
        world.answer_creates(99, refusal(409, "1003")).await;
        for _ in 0..20 {
            world.after(60).await;
        }
        let found = world.found(&lost.id).await;
        assert_eq!((found.state, found.in_doubt), (OnboardingState::NeedsAttention, true), "{expected:?}");
        assert_eq!(found.failure.unwrap().reason, expected);
        assert!(world.journal.last_evidence(&adele(), &lost.id).await.unwrap().is_some());
        world.assert_all_creates_are_one(&lost).await;

        // Somebody has put it right at Microsoft, and says so.
        world.show(Shown::the_customer()).await;
        world.provisioning.resume(&adele(), &lost.id).await.unwrap();
        world.provisioning.drain().await;
        world.answer_creates(9, refusal(409, "1003")).await;
        world.after(60).await;
        world.after(60).await;
        assert_eq!(world.state(&lost.id).await, OnboardingState::Created, "{expected:?}");
    }
}

#[tokio::test]
async fn a_tenant_of_another_onboarding_is_not_taken_for_ours() {
    let world = World::showing(Shown::the_customer()).await;
    let first = world.lost().await.id;
    // The form does not let a second one begin with the domain of one that is under way; nothing else keeps it from it.
    let second = world.abandoned().await.attempt().id().clone();
    world.answer_creates(99, refusal(409, "1003")).await;
    // Both are looked into at the same time.
    for _ in 0..10 {
        world.after(60).await;
    }
    let states = [world.state(&first).await, world.state(&second).await];
    assert_eq!(states.iter().filter(|state| **state == OnboardingState::Created).count(), 1, "{states:?}");
    let other = if states[0] == OnboardingState::Created { &second } else { &first };
    assert_eq!(world.found(other).await.failure.unwrap().reason, Reason::OutcomeOfAnother);
}

#[tokio::test]
async fn a_partner_center_that_is_down_is_asked_at_most_three_times_a_minute_and_a_person_in_the_end() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    world.partner_center.reset().await;
    world.answer("GET", ".*", answer(503)).await;
    world.answer("POST", ".*", answer(503)).await;
    let mut calls = 0;
    for minute in 0..50 {
        for _ in 0..6 {
            world.after(10).await;
        }
        let all = world.partner_center.received_requests().await.unwrap().len();
        assert!(all - calls <= 3, "{} calls in minute {minute}", all - calls);
        calls = all;
    }
    let found = world.found(&lost.id).await;
    assert_eq!((found.state, found.in_doubt), (OnboardingState::NeedsAttention, true));
    assert_eq!(found.failure.unwrap().reason, Reason::NoEvidence);
}

#[tokio::test]
async fn what_is_found_counts_at_the_third_look_if_no_repeat_is_answered() {
    let world = World::showing(Shown::the_customer()).await;
    let lost = world.lost().await;
    world.answer_creates(9, answer(502)).await;
    for look in 1..=2 {
        assert_eq!(world.after(75).await, 1);
        assert_eq!(world.state(&lost.id).await, OnboardingState::Reconciling, "look {look}");
    }
    assert_eq!(world.after(75).await, 1);
    let found = world.found(&lost.id).await;
    assert_eq!((found.state, found.customer_id.unwrap().as_str()), (OnboardingState::Created, TENANT));
}

#[tokio::test]
async fn an_outcome_that_nobody_can_look_for_is_a_persons_after_forty_looks() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    world.partner_center.reset().await;
    world.answer("GET", ".*", answer(429)).await;
    world.answer("POST", ".*", answer(429)).await;
    let mut looks = 0;
    while world.after(75).await == 1 {
        looks += 1;
    }
    let parked = world.found(&lost.id).await;
    assert_eq!((looks, parked.state), (schedule::MOST_LOOKS, OnboardingState::NeedsAttention));
    assert_eq!(parked.failure.unwrap().reason, Reason::NoEvidence);
}

#[tokio::test]
async fn a_create_that_took_most_of_a_minute_is_asked_for_when_the_minute_is_over() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(3, answer(502).set_delay(Duration::from_millis(100))).await;
    let id = world.new_id();
    world.provisioning.save_draft(&adele(), &id, &wingtip_toys()).await.unwrap();
    let hash = crate::journal::testing::payload().hash();
    world.provisioning.create(&adele(), &id, &hash).await.unwrap();
    while world.creates().await.is_empty() {
        tokio::task::yield_now().await;
    }
    world.clock.advance(SignedDuration::from_secs(40));
    assert_eq!(world.outcome(&id).await.state, OnboardingState::Unknown);
    assert_eq!(world.after(19).await, 0);
    assert_eq!(world.after(1).await, 1);
}

#[tokio::test]
async fn a_refusal_of_the_body_itself_is_definite_even_after_a_lost_answer() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    world.answer_creates(1, refusal(400, "600051")).await;
    world.after(60).await;
    assert_eq!(world.state(&lost.id).await, OnboardingState::Rejected);
}

#[tokio::test]
async fn an_expired_token_parks_and_the_next_sign_in_resumes_with_the_same_request_id() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(1, refusal(401, "900421")).await;
    let id = world.new_id();
    world.provisioning.save_draft(&adele(), &id, &wingtip_toys()).await.unwrap();
    let hash = crate::journal::testing::payload().hash();
    world.provisioning.create(&adele(), &id, &hash).await.unwrap();
    let parked = world.outcome(&id).await;
    assert_eq!((parked.state, parked.in_doubt), (OnboardingState::NeedsAttention, false));
    assert_eq!(parked.failure.as_ref().unwrap().reason, Reason::SignInAgain);
    assert_eq!(world.after(3600).await, 0, "never sent again unchanged");

    world.answer_creates(1, created()).await;
    world.sign_in().await;
    assert_eq!(world.after(0).await, 1);
    assert_eq!(world.tokens.discarded.load(Ordering::SeqCst), 1, "the token that was refused is not used again");
    assert_eq!(world.state(&id).await, OnboardingState::Created);
    assert_eq!(world.creates().await.len(), 2);
    world.assert_all_creates_are_one(&parked).await;
}

#[tokio::test]
async fn a_token_that_ends_while_the_outcome_is_in_doubt_parks_the_doubt() {
    for refused_by_microsoft in [true, false] {
        let world = World::showing(Shown::nothing()).await;
        let lost = world.lost().await;
        if refused_by_microsoft {
            world.answer_creates(1, refusal(401, "900421")).await;
        }
        world.tokens.sign_out(!refused_by_microsoft);
        world.after(60).await;
        let parked = world.found(&lost.id).await;
        assert_eq!((parked.state, parked.in_doubt), (OnboardingState::NeedsAttention, true));
        assert_eq!(parked.failure.unwrap().reason, Reason::SignInAgain);
        assert_eq!(world.after(60).await, 0);
        world.tokens.sign_out(false);
        world.sign_in().await;
        world.answer_creates(1, created()).await;
        assert_eq!(world.after(0).await, 1);
        assert_eq!(world.state(&lost.id).await, OnboardingState::Created);
        world.assert_all_creates_are_one(&lost).await;
    }
}

#[tokio::test]
async fn a_throttled_create_goes_on_by_itself_when_microsoft_wants() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(1, answer(429).insert_header("Retry-After", "600")).await;
    let id = world.new_id();
    world.provisioning.save_draft(&adele(), &id, &wingtip_toys()).await.unwrap();
    let hash = crate::journal::testing::payload().hash();
    world.provisioning.create(&adele(), &id, &hash).await.unwrap();
    let waiting = world.outcome(&id).await;
    assert_eq!((waiting.state, waiting.in_doubt), (OnboardingState::Submitted, false));
    assert_eq!(waiting.failure.unwrap().reason, Reason::Throttled);
    assert_eq!(world.after(599).await, 0);
    world.answer_creates(1, created()).await;
    assert_eq!(world.after(1).await, 1);
    assert_eq!(world.state(&id).await, OnboardingState::Created);
}

#[tokio::test]
async fn a_wait_beyond_patience_is_a_persons_to_end() {
    let world = World::showing(Shown::nothing()).await;
    let lost = world.lost().await;
    world.answer_creates(1, answer(429).insert_header("Retry-After", "7200")).await;
    world.after(60).await;
    let parked = world.found(&lost.id).await;
    assert_eq!((parked.state, parked.in_doubt), (OnboardingState::NeedsAttention, true));
    assert_eq!(parked.failure.unwrap().reason, Reason::Throttled);
    world.answer_creates(1, created()).await;
    world.provisioning.resume(&adele(), &lost.id).await.unwrap();
    assert_eq!(world.outcome(&lost.id).await.state, OnboardingState::Created);
}

#[tokio::test]
async fn an_hour_is_waited_for_and_a_second_more_is_not() {
    for (seconds, sent, in_doubt) in [
        ("3600", OnboardingState::Submitted, OnboardingState::Reconciling),
        ("3601", OnboardingState::NeedsAttention, OnboardingState::NeedsAttention),
    ] {
        let asks_to_wait = || answer(429).insert_header("Retry-After", seconds);
        let world = World::showing(Shown::nothing()).await;
        let lost = world.lost().await;
        world.answer_creates(1, asks_to_wait()).await;
        world.after(60).await;
        let waiting = world.found(&lost.id).await;
        assert_eq!((waiting.state, waiting.in_doubt), (in_doubt, true), "{seconds}");
        let failure = waiting.failure.unwrap();
        assert_eq!((failure.reason, failure.status), (Reason::Throttled, Some(429)), "{seconds}");

        let world = World::showing(Shown::nothing()).await;
        world.answer_creates(1, asks_to_wait()).await;
        let waiting = world.onboard(&adele(), &wingtip_toys()).await;
        assert_eq!((waiting.state, waiting.in_doubt), (sent, false), "{seconds}");
        let failure = waiting.failure.unwrap();
        assert_eq!((failure.reason, failure.status), (Reason::Throttled, Some(429)), "{seconds}");
    }
}

#[tokio::test]
async fn what_was_committed_and_never_sent_is_sent_by_another_process() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(9, created()).await;
    let dead = world.abandoned().await;
    let other = world.another_process();
    assert_eq!(other.complete().await.unwrap(), 0, "it may be alive");
    world.clock.advance(SignedDuration::from_secs(31));
    assert_eq!(other.complete().await.unwrap(), 1);
    other.drain().await;
    let sent = world.found(dead.attempt().id()).await;
    assert_eq!(sent.state, OnboardingState::Created);
    assert_eq!(world.creates().await.len(), 1);
    world.assert_all_creates_are_one(&sent).await;
}

#[tokio::test]
async fn a_sender_is_kept_alive_for_as_long_as_it_waits() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(1, created().set_delay(Duration::from_millis(300))).await;
    let id = world.checked(&adele(), &wingtip_toys()).await;
    world.create(&adele(), &id).await.unwrap();
    assert_eq!(world.provisioning.leases.count(), 1);
    world.provisioning.drain().await;
    assert_eq!(world.provisioning.leases.count(), 0);
}

#[tokio::test]
async fn a_killed_sender_is_completed_by_another_process() {
    let world = World::showing(Shown::nothing()).await;
    let dead = world.journal.mark_sending(world.abandoned().await).await.unwrap();
    world.answer_creates(9, created()).await;
    world.clock.advance(SignedDuration::from_secs(31));
    let other = world.another_process();
    assert_eq!(other.complete().await.unwrap(), 1);
    other.drain().await;
    let found = world.found(dead.attempt().id()).await;
    assert_eq!(found.state, OnboardingState::Created);
    assert_eq!(world.creates().await.len(), 1);
    world.assert_all_creates_are_one(&found).await;
    let events = world.journal.events(&adele(), &found.id).await.unwrap();
    assert!(events.iter().any(|event| event.what == Happening::Became(OnboardingState::Reconciling)));
}

#[tokio::test]
async fn two_completers_on_one_row_send_once() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(99, created().set_delay(Duration::from_millis(30))).await;
    let dead = [world.abandoned().await, world.abandoned().await, world.abandoned().await];
    world.clock.advance(SignedDuration::from_secs(31));
    let processes = [world.another_process(), world.another_process()];
    let (one, two) = tokio::join!(processes[0].complete(), processes[1].complete());
    assert_eq!(one.unwrap() + two.unwrap(), 3);
    for process in &processes {
        process.drain().await;
    }
    assert_eq!(world.creates().await.len(), 3);
    let mut ids: Vec<_> = world.creates().await.iter().map(|call| header(call, "MS-RequestId")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), dead.len());
}

#[tokio::test]
async fn a_new_tenant_is_read_back_until_it_is_visible_and_its_reseller_right() {
    let world = World::showing(Shown::the_customer()).await;
    world.answer_creates(1, created()).await;
    let created = world.onboard_quickly().await;
    assert_eq!((created.state, created.visible_at), (OnboardingState::Created, None));
    assert_eq!(world.after(1).await, 1);
    assert_eq!(world.found(&created.id).await.visible_at, None, "not found yet");
    let customer = json!({ "id": TENANT, "associatedPartnerId": RESELLER });
    world.answer("GET", "^/v1/customers/[^/]*$", ok(&customer)).await;
    world.after(10).await;
    let verified = world.found(&created.id).await;
    assert!(verified.visible_at.is_some() && verified.reseller_verified_at.is_some());
    assert_eq!((verified.state, verified.failure), (OnboardingState::Created, None));
    assert_eq!(world.after(3600).await, 0);
}

#[tokio::test]
async fn a_new_tenant_that_never_shows_is_read_back_thirty_times() {
    let world = World::showing(Shown::the_customer()).await;
    world.answer_creates(1, created()).await;
    world.onboard_quickly().await;
    let mut looks = 0;
    while world.after(375).await == 1 {
        looks += 1;
    }
    assert_eq!(looks, schedule::MOST_READ_BACKS);
}

#[tokio::test]
async fn another_reseller_that_is_read_back_is_said_loudly_and_the_tenant_stays_created() {
    for (named, customer) in [
        (json!([{ "id": ANOTHER_RESELLER }]), json!({ "id": TENANT })),
        (json!([{ "id": RESELLER }]), json!({ "id": TENANT, "associatedPartnerId": ANOTHER_RESELLER })),
    ] {
        let world = World::showing(Shown { named, ..Shown::the_customer() }).await;
        world.answer("GET", "^/v1/customers/[^/]*$", ok(&customer)).await;
        world.answer_creates(1, created()).await;
        let created = world.onboard_quickly().await;
        assert_eq!(created.failure, None);
        world.after(1).await;
        let found = world.found(&created.id).await;
        assert_eq!((found.state, found.failure), (OnboardingState::Created, Some(Reason::ResellerDiffers.into())));
        assert!(found.visible_at.is_some() && found.reseller_verified_at.is_none());
    }
}

#[tokio::test]
async fn a_direct_customer_is_right_where_microsoft_names_no_reseller() {
    let nestor = person("nestor", Role::Admin);
    for (named, failure) in [(json!([]), None), (json!([{ "id": RESELLER }]), Some(Reason::ResellerDiffers.into()))] {
        let world = World::showing(Shown { named, ..Shown::the_customer() }).await;
        world.answer("GET", "^/v1/customers/[^/]*$", ok(&json!({ "id": TENANT }))).await;
        let mut answer = created_customer();
        answer["associatedPartnerId"] = Value::Null;
        world.answer_creates(1, ok(&answer)).await;
        let id = world.new_id();
        world.provisioning.save_draft(&nestor, &id, &direct()).await.unwrap();
        world.create(&nestor, &id).await.unwrap();
        world.provisioning.drain().await;
        world.after(1).await;
        assert_eq!(world.journal.find(&nestor, &id).await.unwrap().failure, failure);
    }
}

#[tokio::test]
async fn an_answer_without_a_reseller_is_no_other_reseller_until_it_was_read_back_for_long_enough() {
    let world = World::showing(Shown { named: json!([]), ..Shown::the_customer() }).await;
    world.answer("GET", "^/v1/customers/[^/]*$", ok(&json!({ "id": TENANT }))).await;
    let mut answer = created_customer();
    answer["associatedPartnerId"] = Value::Null;
    world.answer_creates(1, ok(&answer)).await;
    let created = world.onboard_quickly().await;
    world.after(1).await;
    assert_eq!(world.found(&created.id).await.failure, None);
    for _ in 0..20 {
        world.after(60).await;
    }
    assert_eq!(world.found(&created.id).await.failure, Some(Reason::ResellerDiffers.into()));
}

#[tokio::test]
async fn reading_back_waits_for_the_owners_next_sign_in_if_it_has_to() {
    let world = World::showing(Shown::the_customer()).await;
    world.answer("GET", "^/v1/customers/[^/]*$", ok(&json!({ "id": TENANT }))).await;
    world.answer_creates(1, created()).await;
    let created = world.onboard_quickly().await;
    world.tokens.sign_out(true);
    world.after(1).await;
    assert_eq!(world.after(3600).await, 0);
    world.tokens.sign_out(false);
    world.sign_in().await;
    assert_eq!(world.after(0).await, 1);
    assert!(world.found(&created.id).await.reseller_verified_at.is_some());
}

#[tokio::test]
async fn the_same_key_with_another_content_is_neither_sent_nor_passed_over() {
    let world = World::showing(Shown::nothing()).await;
    world.answer_creates(1, created()).await;
    let sent = world.onboard_quickly().await;
    let provisioning = &world.provisioning;
    let hash = sent.payload_hash.as_deref().unwrap();
    let again = async |form: &NewCustomerForm| provisioning.save_draft(&adele(), &sent.id, form).await;

    assert!(matches!(again(&wingtip_toys()).await, Err(ProvisioningError::AlreadySent)));
    let same =
        NewCustomerForm { reseller_search: "first up".to_owned(), city: " Redmond ".to_owned(), ..wingtip_toys() };
    assert!(matches!(again(&same).await, Err(ProvisioningError::AlreadySent)), "it would be the same customer");
    let outcome = provisioning.create(&adele(), &sent.id, hash).await;
    assert!(matches!(outcome, Err(ProvisioningError::AlreadySent)));

    let other = NewCustomerForm { city: "Seattle".to_owned(), ..wingtip_toys() };
    let unreadable = NewCustomerForm { email: "nobody".to_owned(), ..wingtip_toys() };
    for form in [other, unreadable] {
        let Err(ProvisioningError::SentOtherwise(found)) = again(&form).await else { panic!() };
        assert_eq!(found.id, sent.id);
    }
    for hash in ["", "another"] {
        let outcome = provisioning.create(&adele(), &sent.id, hash).await;
        assert!(matches!(outcome, Err(ProvisioningError::SentOtherwise(_))));
    }
    assert_eq!(world.creates().await.len(), 1);
}

impl World {
    /// From a draft to the outcome, without the questions on the way.
    async fn onboard_quickly(&self) -> Onboarding {
        let id = self.new_id();
        self.provisioning.save_draft(&adele(), &id, &wingtip_toys()).await.unwrap();
        let hash = crate::journal::testing::payload().hash();
        self.provisioning.create(&adele(), &id, &hash).await.unwrap();
        self.outcome(&id).await
    }
}
