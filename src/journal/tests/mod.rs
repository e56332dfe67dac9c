use std::sync::Arc;

use super::{
    testing::{adele, ambient, payload, person, wingtip_toys},
    *,
};
use crate::{
    clock::{ManualClock, SignedDuration},
    domain::{Field, Role},
};

mod approval;
mod drafts;
mod reservation;

struct World {
    clock: Arc<ManualClock>,
    ambient: Ambient,
    db: Database,
    keyring: Keyring,
    journal: Journal,
}

impl World {
    async fn new() -> Self {
        let (clock, ambient) = ambient();
        let db = Database::temporary().await.unwrap();
        let keyring = Keyring::ephemeral(ambient.clone());
        Self { clock, journal: Journal::new(db.clone(), keyring.clone(), ambient.clone()), ambient, db, keyring }
    }

    fn new_id(&self) -> OnboardingId {
        self.clock.advance(SignedDuration::from_millis(1));
        self.ambient.uuid_v7().into()
    }

    async fn draft(&self, owner: &Operator) -> OnboardingId {
        let id = self.new_id();
        self.save(owner, &id, &wingtip_toys()).await.unwrap();
        id
    }

    async fn save(&self, owner: &Operator, id: &OnboardingId, form: &NewCustomerForm) -> Result<(), JournalError> {
        let summary = DraftSummary { company_name: &form.company_name, ..DraftSummary::default() };
        self.journal.save_draft(owner, id, form, summary).await
    }

    async fn begin(&self, owner: &Operator, id: &OnboardingId) -> Result<Committed, JournalError> {
        let (form, payload) = (wingtip_toys(), payload());
        let intent = Intent { form: &form, payload: &payload, reseller_name: Some("First Up Consultants") };
        self.journal.begin(owner, id, intent).await
    }

    /// An onboarding whose first byte has gone out.
    async fn sending(&self, owner: &Operator) -> Sending {
        let id = self.draft(owner).await;
        let committed = self.begin(owner, &id).await.unwrap();
        self.journal.mark_sending(committed).await.unwrap()
    }

    async fn finish_created(&self, sending: &Sending, customer: &CustomerId) -> Result<Recorded, JournalError> {
        let mut tx = self.journal.transaction().await?;
        let recorded = self.journal.finish_created(&mut tx, sending, customer, None, None).await?;
        tx.commit().await?;
        Ok(recorded)
    }

    async fn state(&self, id: &OnboardingId) -> OnboardingState {
        self.journal.find(&adele(), id).await.unwrap().state
    }

    async fn steps(&self, id: &OnboardingId) -> Vec<OnboardingState> {
        let events = self.journal.events(&adele(), id).await.unwrap();
        events
            .into_iter()
            .filter_map(|event| if let Happening::Became(state) = event.what { Some(state) } else { None })
            .collect()
    }

    async fn lose(&self, sending: &Sending) {
        self.journal.mark_unknown(sending, &Reason::LostAnswer.into(), self.ambient.now()).await.unwrap();
    }

    async fn take(&self, id: &OnboardingId) -> Work {
        self.journal.take(id).await.unwrap().work
    }

    async fn doubtful(&self, id: &OnboardingId) -> Doubtful {
        match self.take(id).await {
            Work::FindOut(doubtful) => doubtful,
            other => panic!("{other:?}"),
        }
    }

    async fn due(&self) -> Vec<OnboardingId> {
        self.journal.due(100).await.unwrap()
    }

    /// The sign-in of a person, as the session module records it.
    async fn sign_in(&self, person: &Operator) {
        sqlx::query(
            "INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at) VALUES ($1, $2, '', '', '', $3) \
             ON CONFLICT (tid, oid) DO UPDATE SET roles_read_at = excluded.roles_read_at",
        )
        .bind(&person.key.tid)
        .bind(&person.key.oid)
        .bind(to_micros(self.ambient.now()))
        .execute(self.db.write())
        .await
        .unwrap();
    }

    /// The lease is still there to be renewed.
    async fn renew(&self, sending: &Sending) {
        assert!(self.lost(std::slice::from_ref(sending.attempt().lease())).await.is_empty());
    }

    /// Renews these; whose have gone to somebody else.
    async fn lost(&self, leases: &[Lease]) -> Vec<OnboardingId> {
        let lost = self.journal.renew(leases).await.unwrap();
        lost.into_iter().map(|lease| lease.id().clone()).collect()
    }

    fn let_leases_end(&self) {
        self.clock.advance(LEASE + SignedDuration::from_secs(1));
    }
}

fn customer(last_digit: u8) -> CustomerId {
    format!("626099fe-17af-4756-9fd0-6a73b712785{last_digit}").parse().unwrap()
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_typed() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    let found = world.journal.find(&adele(), &id).await.unwrap();
    assert_eq!((found.state, found.form), (OnboardingState::Draft, wingtip_toys()));
    assert_eq!((found.company_name.as_str(), found.owner_name.as_str()), ("Wingtip Toys", "adele"));
    assert_eq!(world.steps(&id).await, [OnboardingState::Draft]);
}

#[tokio::test]
async fn storing_a_draft_again_keeps_when_it_was_made() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    let before = world.journal.find(&adele(), &id).await.unwrap();
    world.clock.advance(SignedDuration::from_secs(60));
    let form = NewCustomerForm { company_name: "Tailspin Toys".to_owned(), ..wingtip_toys() };
    world.save(&adele(), &id, &form).await.unwrap();
    let after = world.journal.find(&adele(), &id).await.unwrap();
    assert_eq!(after.created_at, before.created_at);
    assert!(after.changed_at > before.changed_at);
    assert_eq!(after.company_name, "Tailspin Toys");
    assert_eq!(world.steps(&id).await.len(), 1);
}

#[tokio::test]
async fn a_draft_is_its_owners_alone_even_for_an_administrator() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    for other in [person("diego", Role::AccountManager), person("nestor", Role::Admin), person("grady", Role::Support)]
    {
        assert!(matches!(world.journal.find(&other, &id).await, Err(JournalError::NotFound)));
        assert!(matches!(world.journal.events(&other, &id).await, Err(JournalError::NotFound)));
        assert!(matches!(world.save(&other, &id, &NewCustomerForm::default()).await, Err(JournalError::NotFound)));
        assert!(matches!(world.begin(&other, &id).await, Err(JournalError::NotFound)));
    }
    assert_eq!(world.journal.find(&adele(), &id).await.unwrap().form, wingtip_toys());
}

#[tokio::test]
async fn what_was_sent_is_seen_by_everybody_of_the_provider() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    for other in [person("diego", Role::AccountManager), person("nestor", Role::Admin), person("grady", Role::Support)]
    {
        assert!(world.journal.find(&other, sending.attempt().id()).await.is_ok());
    }
}

#[tokio::test]
async fn of_many_begins_at_once_one_wins() {
    let world = Arc::new(World::new().await);
    let id = world.draft(&adele()).await;
    let begins: Vec<_> = (0..16)
        .map(|_| {
            let (world, id) = (Arc::clone(&world), id.clone());
            tokio::spawn(async move { world.begin(&adele(), &id).await })
        })
        .collect();
    let mut won = Vec::new();
    for begin in begins {
        match begin.await.unwrap() {
            Ok(committed) => won.push(committed),
            Err(error) => assert!(matches!(error, JournalError::Conflict)),
        }
    }
    assert_eq!(won.len(), 1);
    let found = world.journal.find(&adele(), &id).await.unwrap();
    assert_eq!(found.request_id.as_ref(), Some(won[0].attempt().request_id()));
    assert_eq!(found.domain, "wingtiptoys.onmicrosoft.com");
    assert_eq!(world.steps(&id).await, [OnboardingState::Draft, OnboardingState::Submitted]);
}

#[tokio::test]
async fn an_intent_does_not_begin_when_the_draft_has_changed_since_it_was_read() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    let form = NewCustomerForm { city: "Seattle".to_owned(), ..wingtip_toys() };
    world.save(&adele(), &id, &form).await.unwrap();
    assert!(matches!(world.begin(&adele(), &id).await, Err(JournalError::Conflict)));
    assert_eq!(world.state(&id).await, OnboardingState::Draft);
}

#[tokio::test]
async fn what_was_sent_is_no_draft_any_more() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let saved = world.save(&adele(), sending.attempt().id(), &NewCustomerForm::default()).await;
    assert!(matches!(saved, Err(JournalError::Conflict)));
}

#[tokio::test]
async fn every_step_leaves_its_event() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id();
    assert_eq!(world.finish_created(&sending, &customer(9)).await.unwrap(), Recorded::Now);
    let events = world.journal.events(&adele(), id).await.unwrap();
    let actors: Vec<_> = events.iter().map(|event| event.actor.as_deref()).collect();
    assert_eq!(actors, [Some("adele"), Some("adele"), None, None]);
    assert_eq!(
        world.steps(id).await,
        [OnboardingState::Draft, OnboardingState::Submitted, OnboardingState::Sending, OnboardingState::Created]
    );
    assert_eq!(world.journal.find(&adele(), id).await.unwrap().customer_id, Some(customer(9)));
}

#[tokio::test]
async fn a_refusal_is_kept_with_its_numbers() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let failure = Failure {
        status: Some(400),
        code: Some("600051".to_owned()),
        field: Some(Field::Phone),
        ms_cv: Some("cv.0".to_owned()),
        reason: Reason::Refused,
    };
    world.journal.finish_rejected(&sending, &failure).await.unwrap();
    let found = world.journal.find(&adele(), sending.attempt().id()).await.unwrap();
    assert_eq!((found.state, found.failure), (OnboardingState::Rejected, Some(failure)));
}

#[tokio::test]
async fn the_living_are_left_alone_and_the_dead_are_taken_up_for_what_they_were_at() {
    let world = World::new().await;
    let unsent = world.draft(&adele()).await;
    let _dead = world.begin(&adele(), &unsent).await.unwrap();
    let dead = world.sending(&adele()).await;
    let alive = world.sending(&adele()).await;
    world.clock.advance(SignedDuration::from_secs(20));
    world.renew(&alive).await;
    assert!(world.due().await.is_empty());
    world.clock.advance(SignedDuration::from_secs(20));
    assert_eq!(world.due().await, [unsent.clone(), dead.attempt().id().clone()]);
    assert!(matches!(world.journal.take(alive.attempt().id()).await, Err(JournalError::Conflict)));

    assert!(matches!(world.take(&unsent).await, Work::Send(_)), "nothing has gone out");
    let doubtful = world.doubtful(dead.attempt().id()).await;
    assert_eq!(doubtful.sending().attempt().request_id(), dead.attempt().request_id());
    assert_eq!(doubtful.sending().attempt().payload(), &payload());
    let found = world.journal.find(&adele(), dead.attempt().id()).await.unwrap();
    assert_eq!((found.state, found.in_doubt), (OnboardingState::Reconciling, true));
    assert_eq!(found.failure, Some(Reason::LostAnswer.into()));
    assert_eq!(world.state(alive.attempt().id()).await, OnboardingState::Sending);
    assert!(world.due().await.is_empty(), "all are in hands");
}

#[tokio::test]
async fn one_renewal_is_for_all_and_names_what_was_lost() {
    let world = World::new().await;
    let mut leases = Vec::new();
    for _ in 0..3 {
        leases.push(world.sending(&adele()).await.attempt().lease().clone());
    }
    world.let_leases_end();
    world.doubtful(leases[1].id()).await;
    assert_eq!(world.lost(&leases).await, [leases[1].id().clone()], "somebody else has it");
    world.clock.advance(SignedDuration::from_secs(20));
    assert!(world.due().await.is_empty(), "those of the others were renewed, and the one that was taken over lives");
    // As it would be if the one who was overtaken renewed it all the same.
    world.clock.advance(SignedDuration::from_secs(11));
    let mut due = world.due().await;
    due.sort_unstable_by_key(ToString::to_string);
    assert_eq!(due, leases.iter().map(|lease| lease.id().clone()).collect::<Vec<_>>());
    assert!(world.lost(&[]).await.is_empty());
}

#[tokio::test]
async fn of_many_who_take_a_row_up_one_wins() {
    let world = Arc::new(World::new().await);
    let dead = world.sending(&adele()).await;
    world.let_leases_end();
    let takers: Vec<_> = (0..16)
        .map(|_| {
            // Another process: nothing is shared but the database and the keys.
            let journal = Journal::new(world.db.clone(), world.keyring.clone(), world.ambient.clone());
            let id = dead.attempt().id().clone();
            tokio::spawn(async move { journal.take(&id).await.is_ok() })
        })
        .collect();
    let mut won = 0;
    for taker in takers {
        won += usize::from(taker.await.unwrap());
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn patience_counts_from_when_a_dead_sender_may_have_sent_last() {
    let world = World::new().await;
    let dead = world.sending(&adele()).await;
    let began = world.ambient.now();
    world.clock.advance(SignedDuration::from_secs(20));
    world.renew(&dead).await;
    world.clock.advance(SignedDuration::from_hours(1));
    let doubtful = world.doubtful(dead.attempt().id()).await;
    let alive_until = began + SignedDuration::from_secs(20) + LEASE;
    assert_eq!(doubtful.last_sent_at(), alive_until);
}

#[tokio::test]
async fn a_row_waits_for_its_time_and_counts_its_attempts() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id().clone();
    world.lose(&sending).await;
    for attempts in 0..3 {
        let doubtful = world.doubtful(&id).await;
        assert_eq!((doubtful.attempts(), doubtful.repeats()), (attempts, attempts));
        let later = world.ambient.now() + SignedDuration::from_mins(1);
        world.journal.look_again(&doubtful, &Reason::LostAnswer.into(), later, true, None).await.unwrap();
        assert!(world.due().await.is_empty());
        assert!(matches!(world.journal.take(&id).await, Err(JournalError::Conflict)), "it is not its time");
        world.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(world.due().await, std::slice::from_ref(&id));
    }
    let steps = world.steps(&id).await;
    let expected = [OnboardingState::Unknown, OnboardingState::Reconciling];
    assert_eq!(steps[3..], expected, "one event, not one a look: {steps:?}");
}

#[tokio::test]
async fn what_was_put_off_is_sent_again_and_is_not_in_doubt() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id();
    let later = world.ambient.now() + SignedDuration::from_secs(57);
    world.journal.postpone(sending.held(), &Reason::Throttled.into(), later).await.unwrap();
    let found = world.journal.find(&adele(), id).await.unwrap();
    assert_eq!((found.state, found.next_attempt_at), (OnboardingState::Submitted, Some(later)));
    assert!(!found.in_doubt);
    world.clock.advance(SignedDuration::from_secs(57));
    let Work::Send(committed) = world.take(id).await else { panic!() };
    assert_eq!(committed.attempt().request_id(), sending.attempt().request_id());
    assert_eq!(committed.held().attempts(), 1);
}

#[tokio::test]
async fn a_parked_row_goes_on_when_its_owner_has_signed_in_again_and_not_before() {
    let world = World::new().await;
    let diego = person("diego", Role::AccountManager);
    world.sign_in(&adele()).await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id();
    world.journal.park(sending.held(), &Reason::SignInAgain.into()).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(3));
    world.sign_in(&diego).await;
    assert!(world.due().await.is_empty(), "somebody else's sign-in");
    assert!(matches!(world.journal.take(id).await, Err(JournalError::Conflict)));
    world.sign_in(&adele()).await;
    assert_eq!(world.due().await, std::slice::from_ref(id));
    let taken = world.journal.take(id).await.unwrap();
    assert!(taken.was_parked && taken.person == adele().key);
    let Work::Send(committed) = taken.work else { panic!() };
    assert_eq!(committed.attempt().request_id(), sending.attempt().request_id());
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_row_for_ever() {
    let world = World::new().await;
    let dead = world.sending(&adele()).await;
    let lost = world.sending(&adele()).await;
    world.lose(&lost).await;
    world.clock.advance(SignedDuration::from_hours(-24 * 365));
    assert_eq!(world.due().await, [dead.attempt().id().clone(), lost.attempt().id().clone()]);
    world.doubtful(dead.attempt().id()).await;
}

#[tokio::test]
async fn resuming_keeps_ids_and_payload_and_says_what_is_in_doubt() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id();
    world.let_leases_end();

    let Work::FindOut(again) = world.journal.resume(&adele(), id).await.unwrap().work else { panic!() };
    assert_eq!(again.sending().attempt().request_id(), sending.attempt().request_id());
    assert_eq!(again.sending().attempt().correlation_id(), sending.attempt().correlation_id());
    assert_eq!(again.sending().attempt().payload(), &payload());
    assert_eq!(world.state(id).await, OnboardingState::Reconciling);
    assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)), "somebody is at work");

    assert_eq!(world.finish_created(again.sending(), &customer(9)).await.unwrap(), Recorded::Now);
    assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)), "it is finished");
}

#[tokio::test]
async fn an_onboarding_that_was_never_sent_is_resumed_without_doubt() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    let committed = world.begin(&adele(), &id).await.unwrap();
    world.journal.park(committed.held(), &Reason::SignInAgain.into()).await.unwrap();
    assert!(matches!(world.journal.resume(&adele(), &id).await.unwrap().work, Work::Send(_)));
    assert_eq!(world.state(&id).await, OnboardingState::Submitted);
    assert_eq!(world.journal.find(&adele(), &id).await.unwrap().failure, None);
}

#[tokio::test]
async fn doubt_survives_a_token_that_was_not_accepted() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.lose(&sending).await;
    let id = sending.attempt().id();
    let doubtful = world.doubtful(id).await;
    world.journal.park_in_doubt(&doubtful, &Reason::SignInAgain.into()).await.unwrap();
    let found = world.journal.find(&adele(), id).await.unwrap();
    assert_eq!((found.state, found.in_doubt), (OnboardingState::NeedsAttention, true));
    assert!(matches!(world.journal.resume(&adele(), id).await.unwrap().work, Work::FindOut(_)));
}

#[tokio::test]
async fn only_the_owner_and_administrators_resume() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.lose(&sending).await;
    let id = sending.attempt().id();
    let diego = person("diego", Role::AccountManager);
    assert!(matches!(world.journal.resume(&diego, id).await, Err(JournalError::NotFound)));
    assert!(matches!(world.journal.resume(&diego, &world.new_id()).await, Err(JournalError::NotFound)));
    let nestor = person("nestor", Role::Admin);
    let Taken { work: Work::FindOut(resumed), person, .. } = world.journal.resume(&nestor, id).await.unwrap() else {
        panic!()
    };
    assert_eq!((resumed.sending().attempt().owner(), person), (&adele().key, nestor.key));
}

#[tokio::test]
async fn a_refusal_and_a_draft_are_not_resumed() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.journal.finish_rejected(&sending, &Reason::Refused.into()).await.unwrap();
    let draft = world.draft(&adele()).await;
    for id in [sending.attempt().id(), &draft] {
        assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)));
        assert!(matches!(world.journal.take(id).await, Err(JournalError::Conflict)));
    }
}

#[tokio::test]
async fn what_is_not_what_was_approved_is_not_sent() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id();
    world.lose(&sending).await;
    sqlx::query("UPDATE onboarding SET payload = REPLACE(payload, 'Wingtip', 'Woodgrove')")
        .execute(world.db.write())
        .await
        .unwrap();
    assert!(matches!(
        world.journal.take(id).await,
        Err(JournalError::Database(DatabaseError::Corrupt("onboarding.payload_hash")))
    ));
    let found = world.journal.find(&adele(), id).await.unwrap();
    assert_eq!((found.state, found.in_doubt), (OnboardingState::NeedsAttention, true));
    assert_eq!(found.failure, Some(Reason::PayloadChanged.into()));
    assert!(!found.may_be_copied(), "it may have been carried out");
    assert!(world.due().await.is_empty());
    assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)));
}

#[tokio::test]
async fn who_lost_the_lease_reports_no_failure_but_a_tenant_is_always_recorded() {
    let world = World::new().await;
    let slow = world.sending(&adele()).await;
    let id = slow.attempt().id();
    world.let_leases_end();
    world.doubtful(id).await;
    assert_eq!(world.lost(std::slice::from_ref(slow.attempt().lease())).await, std::slice::from_ref(id));
    let late = world.journal.finish_rejected(&slow, &Reason::Refused.into()).await;
    assert!(matches!(late, Err(JournalError::Conflict)));
    assert_eq!(world.state(id).await, OnboardingState::Reconciling);

    assert_eq!(world.finish_created(&slow, &customer(9)).await.unwrap(), Recorded::Now);
    assert_eq!(world.finish_created(&slow, &customer(9)).await.unwrap(), Recorded::Before);
    assert!(matches!(world.finish_created(&slow, &customer(8)).await, Err(JournalError::Conflict)));
    assert_eq!(world.journal.find(&adele(), id).await.unwrap().customer_id, Some(customer(9)));
}

#[tokio::test]
async fn a_tenant_is_read_back_once_and_stays_created() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.attempt().id();
    world.finish_created(&sending, &customer(9)).await.unwrap();
    assert!(world.due().await.is_empty(), "Partner Center needs a moment");
    world.clock.advance(SignedDuration::from_secs(1));
    let Work::Verify(unverified) = world.take(id).await else { panic!() };
    assert_eq!((unverified.customer(), unverified.reseller().unwrap().as_str()), (&customer(9), testing::RESELLER));
    let later = world.ambient.now() + SignedDuration::from_secs(8);
    world.journal.record_read_back(&unverified, true, SeenReseller::Other, Some(later)).await.unwrap();
    let found = world.journal.find(&adele(), id).await.unwrap();
    assert_eq!(found.failure, Some(Reason::ResellerDiffers.into()));
    assert!(found.visible_at.is_some() && found.reseller_verified_at.is_none() && found.is_being_read_back());

    world.clock.advance(SignedDuration::from_secs(8));
    let Work::Verify(unverified) = world.take(id).await else { panic!() };
    assert!(unverified.is_seen());
    world.journal.record_read_back(&unverified, true, SeenReseller::Right, None).await.unwrap();
    let found = world.journal.find(&adele(), id).await.unwrap();
    assert_eq!((found.state, found.failure), (OnboardingState::Created, None), "it was put right");
    assert!(found.reseller_verified_at.is_some());
    world.clock.advance(SignedDuration::from_hours(1));
    assert!(world.due().await.is_empty());
    let events: Vec<_> = world.journal.events(&adele(), id).await.unwrap().iter().map(|event| event.what).collect();
    assert_eq!(events[4..], [Happening::Visible, Happening::ResellerDiffers, Happening::ResellerVerified]);
}

#[tokio::test]
async fn what_was_found_is_kept_beside_the_row() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.lose(&sending).await;
    let id = sending.attempt().id();
    assert!(world.journal.last_evidence(&adele(), id).await.unwrap().is_none());
    for found in ["1", "2"] {
        let evidence = EvidenceRecord { found: found.to_owned(), verdict: "not_yet" };
        let doubtful = world.doubtful(id).await;
        let now = world.ambient.now();
        world.journal.look_again(&doubtful, &Reason::LostAnswer.into(), now, false, Some(&evidence)).await.unwrap();
    }
    let last = world.journal.last_evidence(&adele(), id).await.unwrap().unwrap();
    assert_eq!(last.found, "2");
}

#[tokio::test]
async fn a_tenant_is_the_outcome_of_one_onboarding() {
    let world = World::new().await;
    let (first, second) = (world.sending(&adele()).await, world.sending(&adele()).await);
    world.finish_created(&first, &customer(9)).await.unwrap();
    let is_of_another = async |sending: &Sending, last| {
        world.journal.is_outcome_of_another(sending.attempt().id(), &customer(last)).await.unwrap()
    };
    assert!(is_of_another(&second, 9).await);
    assert!(!is_of_another(&first, 9).await && !is_of_another(&second, 8).await);
}

#[tokio::test]
async fn the_home_page_sorts_what_waits() {
    let world = World::new().await;
    let draft = world.draft(&adele()).await;
    let running = world.sending(&adele()).await;
    let lost = world.sending(&adele()).await;
    world.lose(&lost).await;
    let parked = world.sending(&adele()).await;
    world.journal.park(parked.held(), &Reason::SignInAgain.into()).await.unwrap();
    let refused = world.sending(&adele()).await;
    world.journal.finish_rejected(&refused, &Reason::Refused.into()).await.unwrap();
    let _somebody_elses = world.draft(&person("diego", Role::AccountManager)).await;

    let waiting = world.journal.waiting_for(&adele()).await.unwrap();
    let ids = |kind: &[Onboarding]| kind.iter().map(|onboarding| onboarding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&waiting.drafts), [draft]);
    assert_eq!(ids(&waiting.running), [lost.attempt().id().clone(), running.attempt().id().clone()]);
    assert_eq!(ids(&waiting.attention), [parked.attempt().id().clone()]);
    assert_eq!(ids(&waiting.ended), [refused.attempt().id().clone()]);
    assert!(waiting.unopened.is_empty());
    let others = world.journal.waiting_for(&person("grady", Role::Support)).await.unwrap();
    assert!(others.drafts.is_empty() && others.running.is_empty() && others.attention.is_empty());
    world.clock.advance(SignedDuration::from_hours(8 * 24));
    assert!(world.journal.waiting_for(&adele()).await.unwrap().ended.is_empty(), "old news");
}

#[test]
fn the_hash_of_a_payload_is_that_of_its_text_and_changes_with_it() {
    let customer = payload().customer().clone();
    assert_eq!(payload().hash(), payload().hash());
    assert_ne!(payload().hash(), Payload::new(customer, ".onmicrosoft.us").hash());
    assert_eq!(Payload::from_json(&payload().to_json(), &payload().hash()).unwrap(), payload());
}
