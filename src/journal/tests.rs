use std::sync::Arc;

use super::{
    testing::{adele, ambient, payload, person, wingtip_toys},
    *,
};
use crate::{
    clock::{ManualClock, SignedDuration},
    domain::Role,
};

struct World {
    clock: Arc<ManualClock>,
    ambient: Ambient,
    db: Database,
    journal: Journal,
}

impl World {
    async fn new() -> Self {
        let (clock, ambient) = ambient();
        let db = Database::temporary().await.unwrap();
        Self { clock, journal: Journal::new(db.clone(), ambient.clone()), ambient, db }
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
        let recorded = self.journal.finish_created(&mut tx, sending, customer, None).await?;
        tx.commit().await?;
        Ok(recorded)
    }

    async fn state(&self, id: &OnboardingId) -> OnboardingState {
        self.journal.find(&adele(), id).await.unwrap().state
    }

    async fn steps(&self, id: &OnboardingId) -> Vec<OnboardingState> {
        self.journal.events(&adele(), id).await.unwrap().into_iter().map(|event| event.to).collect()
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
        assert!(world.journal.list(&other, 10, None).await.unwrap().is_empty());
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
        assert!(world.journal.find(&other, sending.intent().id()).await.is_ok());
        assert_eq!(world.journal.list(&other, 10, None).await.unwrap().len(), 1);
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
    assert_eq!(found.request_id.as_ref(), Some(won[0].request_id()));
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
    let saved = world.save(&adele(), sending.intent().id(), &NewCustomerForm::default()).await;
    assert!(matches!(saved, Err(JournalError::Conflict)));
}

#[tokio::test]
async fn every_step_leaves_its_event() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.intent().id();
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
        ms_cv: Some("cv.0".to_owned()),
        reason: reason::REFUSED.to_owned(),
    };
    world.journal.finish_rejected(&sending, &failure).await.unwrap();
    let found = world.journal.find(&adele(), sending.intent().id()).await.unwrap();
    assert_eq!((found.state, found.failure), (OnboardingState::Rejected, Some(failure)));
}

#[tokio::test]
async fn the_living_are_left_alone_and_the_dead_are_recovered_truthfully() {
    let world = World::new().await;
    let unsent = world.draft(&adele()).await;
    let _dead = world.begin(&adele(), &unsent).await.unwrap();
    let dead = world.sending(&adele()).await;
    let alive = world.sending(&adele()).await;
    world.clock.advance(SignedDuration::from_secs(20));
    world.journal.renew(alive.intent().lease()).await.unwrap();
    assert_eq!(world.journal.recover().await.unwrap(), 0);
    world.clock.advance(SignedDuration::from_secs(20));
    assert_eq!(world.journal.recover().await.unwrap(), 2);
    assert_eq!(world.journal.recover().await.unwrap(), 0);

    let unsent = world.journal.find(&adele(), &unsent).await.unwrap();
    assert_eq!(unsent.state, OnboardingState::NeedsAttention);
    assert_eq!(unsent.failure, Some(Failure::because(reason::NOT_SENT)));
    let lost = world.journal.find(&adele(), dead.intent().id()).await.unwrap();
    assert_eq!(lost.state, OnboardingState::Unknown);
    assert_eq!(lost.failure, Some(Failure::because(reason::LOST_ANSWER)));
    assert_eq!(world.state(alive.intent().id()).await, OnboardingState::Sending);
}

#[tokio::test]
async fn resuming_keeps_ids_and_payload_and_says_what_is_in_doubt() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.intent().id();
    world.let_leases_end();
    world.journal.recover().await.unwrap();

    let again = world.journal.resume(&adele(), id).await.unwrap();
    assert_eq!(again.request_id(), sending.intent().request_id());
    assert_eq!(again.correlation_id(), sending.intent().correlation_id());
    assert_eq!(again.payload(), &payload());
    assert!(again.is_in_doubt());
    assert_eq!(world.state(id).await, OnboardingState::Reconciling);
    assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)), "somebody is at work");

    let again = world.journal.mark_sending(again).await.unwrap();
    assert_eq!(world.finish_created(&again, &customer(9)).await.unwrap(), Recorded::Now);
    assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)), "it is finished");
}

#[tokio::test]
async fn an_onboarding_that_was_never_sent_is_resumed_without_doubt() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    let committed = world.begin(&adele(), &id).await.unwrap();
    let failure = Failure::because(reason::SIGN_IN_AGAIN);
    world.journal.mark_needs_attention(&committed, &failure).await.unwrap();
    let again = world.journal.resume(&adele(), &id).await.unwrap();
    assert!(!again.is_in_doubt());
    assert_eq!(world.state(&id).await, OnboardingState::Submitted);
    assert_eq!(world.journal.find(&adele(), &id).await.unwrap().failure, None);
}

#[tokio::test]
async fn doubt_survives_a_resumption_that_was_not_accepted() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.journal.mark_unknown(&sending, &Failure::because(reason::LOST_ANSWER)).await.unwrap();
    let id = sending.intent().id();
    let again = world.journal.resume(&adele(), id).await.unwrap();
    world.journal.mark_needs_attention(&again, &Failure::because(reason::SIGN_IN_AGAIN)).await.unwrap();
    assert_eq!(world.state(id).await, OnboardingState::Unknown);
    assert!(world.journal.resume(&adele(), id).await.unwrap().is_in_doubt());
}

#[tokio::test]
async fn only_the_owner_and_administrators_resume() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.journal.mark_unknown(&sending, &Failure::because(reason::LOST_ANSWER)).await.unwrap();
    let id = sending.intent().id();
    let diego = person("diego", Role::AccountManager);
    assert!(matches!(world.journal.resume(&diego, id).await, Err(JournalError::NotFound)));
    assert!(matches!(world.journal.resume(&diego, &world.new_id()).await, Err(JournalError::NotFound)));
    let resumed = world.journal.resume(&person("nestor", Role::Admin), id).await.unwrap();
    assert_eq!(resumed.owner(), &adele().key);
}

#[tokio::test]
async fn a_refusal_and_a_draft_are_not_resumed() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.journal.finish_rejected(&sending, &Failure::because(reason::REFUSED)).await.unwrap();
    let draft = world.draft(&adele()).await;
    for id in [sending.intent().id(), &draft] {
        assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)));
    }
}

#[tokio::test]
async fn what_is_not_what_was_approved_is_not_sent() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let id = sending.intent().id();
    world.journal.mark_unknown(&sending, &Failure::because(reason::LOST_ANSWER)).await.unwrap();
    sqlx::query("UPDATE onboarding SET payload = REPLACE(payload, 'Wingtip', 'Woodgrove')")
        .execute(world.db.write())
        .await
        .unwrap();
    assert!(matches!(
        world.journal.resume(&adele(), id).await,
        Err(JournalError::Database(DatabaseError::Corrupt("onboarding.payload_hash")))
    ));
    let found = world.journal.find(&adele(), id).await.unwrap();
    assert_eq!(found.state, OnboardingState::NeedsAttention);
    assert_eq!(found.failure, Some(Failure::because(reason::PAYLOAD_CHANGED)));
    assert!(matches!(world.journal.resume(&adele(), id).await, Err(JournalError::Conflict)));
}

#[tokio::test]
async fn who_lost_the_lease_reports_no_failure_but_a_tenant_is_always_recorded() {
    let world = World::new().await;
    let slow = world.sending(&adele()).await;
    let id = slow.intent().id();
    world.let_leases_end();
    world.journal.recover().await.unwrap();
    assert!(matches!(world.journal.renew(slow.intent().lease()).await, Err(JournalError::Conflict)));
    let late = world.journal.finish_rejected(&slow, &Failure::because(reason::REFUSED)).await;
    assert!(matches!(late, Err(JournalError::Conflict)));
    assert_eq!(world.state(id).await, OnboardingState::Unknown);

    assert_eq!(world.finish_created(&slow, &customer(9)).await.unwrap(), Recorded::Now);
    assert_eq!(world.finish_created(&slow, &customer(9)).await.unwrap(), Recorded::Before);
    assert!(matches!(world.finish_created(&slow, &customer(8)).await, Err(JournalError::Conflict)));
    assert_eq!(world.journal.find(&adele(), id).await.unwrap().customer_id, Some(customer(9)));
}

#[tokio::test]
async fn a_created_onboarding_stays_created() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    world.finish_created(&sending, &customer(9)).await.unwrap();
    let failure = Failure::because(reason::LOST_ANSWER);
    assert!(matches!(world.journal.mark_unknown(&sending, &failure).await, Err(JournalError::Conflict)));
    assert!(matches!(world.journal.finish_rejected(&sending, &failure).await, Err(JournalError::Conflict)));
    assert_eq!(world.state(sending.intent().id()).await, OnboardingState::Created);
}

#[tokio::test]
async fn the_list_is_newest_first_and_goes_on_where_it_ended() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(world.draft(&adele()).await);
    }
    ids.reverse();
    let page = |before: Option<OnboardingId>| {
        let journal = world.journal.clone();
        async move {
            let page = journal.list(&adele(), 2, before.as_ref()).await.unwrap();
            page.into_iter().map(|onboarding| onboarding.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(page(None).await, ids[..2]);
    assert_eq!(page(Some(ids[1].clone())).await, ids[2..4]);
    assert_eq!(page(Some(ids[3].clone())).await, ids[4..]);
    assert!(page(Some(ids[4].clone())).await.is_empty());
}

#[tokio::test]
async fn the_home_page_sorts_what_waits() {
    let world = World::new().await;
    let draft = world.draft(&adele()).await;
    let running = world.sending(&adele()).await;
    let lost = world.sending(&adele()).await;
    world.journal.mark_unknown(&lost, &Failure::because(reason::LOST_ANSWER)).await.unwrap();
    let refused = world.sending(&adele()).await;
    world.journal.finish_rejected(&refused, &Failure::because(reason::REFUSED)).await.unwrap();
    let _somebody_elses = world.draft(&person("diego", Role::AccountManager)).await;

    let waiting = world.journal.waiting_for(&adele()).await.unwrap();
    let ids = |kind: &[Onboarding]| kind.iter().map(|onboarding| onboarding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&waiting.drafts), [draft]);
    assert_eq!(ids(&waiting.running), [running.intent().id().clone()]);
    assert_eq!(ids(&waiting.attention), [lost.intent().id().clone()]);
    assert!(waiting.unopened.is_empty());
    assert!(world.journal.waiting_for(&person("grady", Role::Support)).await.unwrap().is_empty());
}

#[test]
fn the_hash_of_a_payload_is_that_of_its_text_and_changes_with_it() {
    let customer = payload().customer().clone();
    assert_eq!(payload().hash(), payload().hash());
    assert_ne!(payload().hash(), Payload::new(customer, ".onmicrosoft.us").hash());
    assert_eq!(Payload::from_json(&payload().to_json(), &payload().hash()).unwrap(), payload());
}
