//! Four eyes: who may answer, what is approved, and that nothing goes out before.

use super::*;
use crate::{
    domain::{Comment, ResellerId},
    journal::testing::{RESELLER, diego, megan, of_reseller},
};

const RELECLOUD: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";

fn first_up() -> ResellerId {
    RESELLER.parse().unwrap()
}

fn nestor() -> Operator {
    person("nestor", Role::Admin)
}

fn comment(text: &str) -> Comment {
    Comment::required(text).unwrap()
}

impl World {
    async fn ask(&self, owner: &Operator, id: &OnboardingId) -> Result<(), JournalError> {
        let (form, payload) = (wingtip_toys(), payload());
        let intent = Intent { form: &form, payload: &payload, reseller_name: Some("First Up Consultants") };
        self.journal.ask_for_approval(owner, id, intent).await
    }

    async fn awaiting(&self) -> OnboardingId {
        let id = self.draft(&megan()).await;
        self.ask(&megan(), &id).await.unwrap();
        id
    }

    async fn stands(&self, id: &OnboardingId) -> OnboardingState {
        self.journal.find(&megan(), id).await.unwrap().state
    }
}

#[tokio::test]
async fn a_reseller_submits_directly_until_an_administrator_says_otherwise() {
    let world = World::new().await;
    assert_eq!(world.journal.submission_for(&megan()).await.unwrap(), Submission::Direct);
    assert_eq!(world.journal.submission_setting(&first_up()).await.unwrap(), None);
    for other in [adele(), person("grady", Role::Support), megan()] {
        let refused = world.journal.set_submission(&other, &first_up(), Submission::Approved).await;
        assert!(matches!(refused, Err(JournalError::NotFound)), "{other:?}");
    }
    world.journal.set_submission(&nestor(), &first_up(), Submission::Approved).await.unwrap();
    assert_eq!(world.journal.submission_for(&megan()).await.unwrap(), Submission::Approved);
    assert_eq!(world.journal.submission_for(&of_reseller("alex", RELECLOUD)).await.unwrap(), Submission::Direct);
    assert_eq!(world.journal.submission_for(&adele()).await.unwrap(), Submission::Direct, "the provider's own people");
    let setting = world.journal.submission_setting(&first_up()).await.unwrap().unwrap();
    assert_eq!((setting.submission, setting.by_name.as_str()), (Submission::Approved, "nestor"));
    assert_eq!(world.journal.submissions().await.unwrap().get(&first_up()), Some(&Submission::Approved));
    world.journal.set_submission(&nestor(), &first_up(), Submission::Direct).await.unwrap();
    assert_eq!(world.journal.submission_for(&megan()).await.unwrap(), Submission::Direct);
}

#[tokio::test]
async fn a_reseller_that_needs_an_approval_cannot_commit_an_intent_by_itself() {
    let world = World::new().await;
    let (id, providers) = (world.draft(&megan()).await, world.draft(&adele()).await);
    world.journal.set_submission(&nestor(), &first_up(), Submission::Approved).await.unwrap();
    assert!(matches!(world.begin(&megan(), &id).await, Err(JournalError::Conflict)));
    assert_eq!(world.stands(&id).await, OnboardingState::Draft);
    world.begin(&adele(), &providers).await.unwrap();
    world.journal.set_submission(&nestor(), &first_up(), Submission::Direct).await.unwrap();
    world.begin(&megan(), &id).await.unwrap();
}

#[tokio::test]
async fn while_it_waits_nobody_changes_it_and_nothing_takes_it_up() {
    let world = World::new().await;
    let id = world.awaiting().await;
    assert!(matches!(world.save(&megan(), &id, &wingtip_toys()).await, Err(JournalError::Conflict)));
    assert!(matches!(world.ask(&megan(), &id).await, Err(JournalError::Conflict)));
    assert!(matches!(world.begin(&megan(), &id).await, Err(JournalError::Conflict)));
    assert!(matches!(world.journal.resume(&nestor(), &id).await, Err(JournalError::Conflict)));
    world.clock.advance(SignedDuration::from_hours(24 * 30));
    assert!(world.journal.due(10).await.unwrap().is_empty());
    let waiting = world.journal.waiting_for(&megan()).await.unwrap();
    assert_eq!(waiting.awaiting.len(), 1);
}

#[tokio::test]
async fn account_managers_and_administrators_see_what_waits_the_longest_waiting_first() {
    let world = World::new().await;
    let (first, second) = (world.awaiting().await, world.awaiting().await);
    for who in [adele(), diego(), nestor()] {
        let found = world.journal.awaiting_approval(&who).await.unwrap();
        assert_eq!(found.iter().map(|one| &one.id).collect::<Vec<_>>(), [&first, &second], "{who:?}");
        let (onboarding, seen) = world.journal.to_approve(&who, &first).await.unwrap();
        assert_eq!(onboarding.payload_hash, Some(seen.hash()));
        assert_eq!(seen, payload());
    }
    for who in [person("grady", Role::Support), megan(), of_reseller("alex", RELECLOUD)] {
        assert!(world.journal.awaiting_approval(&who).await.unwrap().is_empty(), "{who:?}");
        let refused = world.journal.to_approve(&who, &first).await;
        assert!(matches!(refused, Err(JournalError::NotFound)), "{who:?}");
    }
}

#[tokio::test]
async fn what_was_approved_is_what_is_sent_in_the_owners_name() {
    let world = World::new().await;
    let id = world.awaiting().await;
    let thanks = comment("Checked with Gena.");
    let committed = world.journal.approve(&diego(), &id, &payload().hash(), Some(&thanks)).await.unwrap();
    assert_eq!(committed.attempt().payload(), &payload());
    assert_eq!(committed.attempt().owner(), &megan().key);
    let onboarding = world.journal.find(&megan(), &id).await.unwrap();
    assert_eq!(onboarding.state, OnboardingState::Submitted);
    assert_eq!(onboarding.request_id.as_ref(), Some(committed.attempt().request_id()));
    let events = world.journal.events(&megan(), &id).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!(last.what, Happening::Became(OnboardingState::Submitted));
    assert_eq!((last.actor.as_deref(), last.comment.as_deref()), (Some("diego"), Some("Checked with Gena.")));
    world.journal.mark_sending(committed).await.unwrap();
}

#[tokio::test]
async fn an_approval_of_something_else_than_waits_is_none() {
    let world = World::new().await;
    let id = world.awaiting().await;
    let another = world.journal.approve(&diego(), &id, "another", None).await;
    assert!(matches!(another, Err(JournalError::Conflict)));
    let sent_back = world.journal.send_back(&diego(), &id, "another", &comment("No.")).await;
    assert!(matches!(sent_back, Err(JournalError::Conflict)));
    // Somebody edits what waits: it is neither shown nor sent.
    sqlx::query("UPDATE onboarding SET payload = REPLACE(payload, 'Redmond', 'Seattle')")
        .execute(world.db.write())
        .await
        .unwrap();
    let changed = world.journal.approve(&diego(), &id, &payload().hash(), None).await;
    assert!(matches!(changed, Err(JournalError::Database(DatabaseError::Corrupt(_)))), "{changed:?}");
    assert!(world.journal.to_approve(&diego(), &id).await.is_err());
    assert_eq!(world.stands(&id).await, OnboardingState::AwaitingApproval);
}

#[tokio::test]
async fn nobody_approves_the_own_work_and_only_the_provider_approves() {
    let world = World::new().await;
    let (id, hash) = (world.awaiting().await, payload().hash());
    // A person who has changed sides since, to be thorough.
    let megan_at_the_provider = Operator { side: adele().side, ..megan() };
    for other in [megan(), of_reseller("lynne", RESELLER), of_reseller("alex", RELECLOUD), megan_at_the_provider] {
        let refused = world.journal.approve(&other, &id, &hash, None).await;
        assert!(matches!(refused, Err(JournalError::NotFound)), "approved by {other:?}");
        let refused = world.journal.send_back(&other, &id, &hash, &comment("No.")).await;
        assert!(matches!(refused, Err(JournalError::NotFound)), "{other:?}");
    }
    let support = world.journal.approve(&person("grady", Role::Support), &id, &hash, None).await;
    assert!(matches!(support, Err(JournalError::NotFound)));
    let unknown = world.journal.approve(&diego(), &world.new_id(), &hash, None).await;
    assert!(matches!(unknown, Err(JournalError::NotFound)));
    assert_eq!(world.stands(&id).await, OnboardingState::AwaitingApproval);
}

#[tokio::test]
async fn what_is_sent_back_is_a_draft_with_the_comment_until_it_is_sent_again() {
    let world = World::new().await;
    let (id, hash) = (world.awaiting().await, payload().hash());
    world.journal.send_back(&diego(), &id, &hash, &comment("Which street?")).await.unwrap();
    let draft = world.journal.find(&megan(), &id).await.unwrap();
    assert_eq!((draft.state, draft.payload_hash), (OnboardingState::Draft, None));
    let sent_back = draft.sent_back.unwrap();
    assert_eq!((sent_back.by_name.as_str(), sent_back.comment.as_str()), ("diego", "Which street?"));
    assert_eq!(world.journal.waiting_for(&megan()).await.unwrap().attention.len(), 1);
    // It is its owner's alone again.
    assert!(matches!(world.journal.find(&diego(), &id).await, Err(JournalError::NotFound)));
    let late = world.journal.approve(&adele(), &id, &hash, None).await;
    assert!(matches!(late, Err(JournalError::NotFound)), "{late:?}");
    world.save(&megan(), &id, &wingtip_toys()).await.unwrap();
    world.ask(&megan(), &id).await.unwrap();
    assert_eq!(world.journal.find(&diego(), &id).await.unwrap().sent_back, None);
    let events = world.journal.events(&megan(), &id).await.unwrap();
    let whats: Vec<_> = events.iter().map(|event| event.what).collect();
    assert_eq!(
        whats,
        [
            Happening::Became(OnboardingState::Draft),
            Happening::Became(OnboardingState::AwaitingApproval),
            Happening::SentBack,
            Happening::Became(OnboardingState::AwaitingApproval),
        ]
    );
    assert_eq!(events[2].comment.as_deref(), Some("Which street?"));
}

#[tokio::test]
async fn its_owner_alone_withdraws_what_waits() {
    let world = World::new().await;
    let id = world.awaiting().await;
    for other in [adele(), nestor(), of_reseller("lynne", RESELLER)] {
        assert!(matches!(world.journal.withdraw(&other, &id).await, Err(JournalError::NotFound)), "{other:?}");
    }
    world.journal.withdraw(&megan(), &id).await.unwrap();
    assert_eq!(world.stands(&id).await, OnboardingState::Draft);
    assert!(matches!(world.journal.withdraw(&megan(), &id).await, Err(JournalError::Conflict)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_answers_at_once_one_counts() {
    let world = World::new().await;
    let there = Journal { db: world.db.of_another_process().await, ..world.journal.clone() };
    let journals = [world.journal.clone(), there];
    for _ in 0..10 {
        let id = world.awaiting().await;
        let answers = (0..16).map(|at| {
            let (journal, id) = (journals[at % 2].clone(), id.clone());
            tokio::spawn(async move {
                let hash = payload().hash();
                match at % 4 {
                    0 => journal.send_back(&adele(), &id, &hash, &comment("No.")).await.is_ok(),
                    1 => journal.withdraw(&megan(), &id).await.is_ok(),
                    _ => journal.approve(&diego(), &id, &hash, None).await.is_ok(),
                }
            })
        });
        let mut counted = 0;
        for answer in answers.collect::<Vec<_>>() {
            counted += usize::from(answer.await.unwrap());
        }
        assert_eq!(counted, 1);
    }
}
