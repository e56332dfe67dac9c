use super::*;
use crate::journal::testing::{RESELLER, diego, megan, of_reseller};

fn window(page: &str, save: i64, version: i64) -> Window<'_> {
    Window { page, save, version }
}

fn named(company_name: &str) -> NewCustomerForm {
    NewCustomerForm { company_name: company_name.to_owned(), ..wingtip_toys() }
}

impl World {
    async fn save_from(
        &self,
        id: &OnboardingId,
        company_name: &str,
        window: Window<'_>,
    ) -> Result<DraftVersion, JournalError> {
        self.journal.save_draft_from(&adele(), id, &named(company_name), DraftSummary::default(), window).await
    }

    async fn company(&self, id: &OnboardingId) -> String {
        self.journal.find(&adele(), id).await.unwrap().form.company_name
    }

    async fn rows(&self, sql: &'static str) -> usize {
        sqlx::query(sql).fetch_all(self.db.read()).await.unwrap().len()
    }
}

#[tokio::test]
async fn one_page_saves_as_often_as_it_likes() {
    let world = World::new().await;
    let id = world.new_id();
    world.save_from(&id, "A", window("one", 1, 0)).await.unwrap();
    let second = world.save_from(&id, "B", window("one", 2, 0)).await.unwrap();
    assert_eq!(world.company(&id).await, "B");
    assert_eq!(second, world.journal.find(&adele(), &id).await.unwrap().draft_version());
}

#[tokio::test]
async fn a_save_that_comes_late_changes_nothing() {
    let world = World::new().await;
    let id = world.new_id();
    world.save_from(&id, "later", window("one", 2, 0)).await.unwrap();
    world.save_from(&id, "earlier", window("one", 1, 0)).await.unwrap();
    assert_eq!(world.company(&id).await, "later");
}

#[tokio::test]
async fn two_windows_do_not_overwrite_each_other_unnoticed() {
    let world = World::new().await;
    let id = world.new_id();
    let version = world.save_from(&id, "A", window("one", 1, 0)).await.unwrap().number();
    // Both windows are opened now, and the clock does not even move between their saves.
    let one = world.save_from(&id, "B", window("two", 1, version)).await.unwrap();
    assert_ne!(one.number(), version);
    let refused = world.save_from(&id, "C", window("three", 1, version)).await;
    assert!(matches!(refused, Err(JournalError::ChangedElsewhere(_))), "{refused:?}");
    assert_eq!(world.company(&id).await, "B");
    world.save_from(&id, "B", window("three", 2, version)).await.expect("the same is no change");
    world.save_from(&id, "C", Window::default()).await.expect("a person has said which one counts");
    assert_eq!(world.company(&id).await, "C");
    let former = world.save_from(&id, "D", window("two", 2, version)).await;
    assert!(matches!(former, Err(JournalError::ChangedElsewhere(_))), "{former:?}");
}

#[tokio::test]
async fn a_draft_is_deleted_with_all_that_it_said() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    world.journal.delete_draft(&adele(), &id).await.unwrap();
    assert!(matches!(world.journal.find(&adele(), &id).await, Err(JournalError::NotFound)));
    for left in ["SELECT id FROM onboarding", "SELECT position FROM onboarding_event", "SELECT id FROM search_word"] {
        assert_eq!(world.rows(left).await, 0, "{left}");
    }
    assert_eq!(world.rows("SELECT position FROM audit_event WHERE act = 'delete_draft'").await, 1);
    assert!(matches!(world.journal.delete_draft(&adele(), &id).await, Err(JournalError::NotFound)));
}

#[tokio::test]
async fn nobody_deletes_what_is_not_theirs_or_was_sent() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    assert!(matches!(world.journal.delete_draft(&diego(), &id).await, Err(JournalError::NotFound)));
    let sending = world.sending(&adele()).await;
    let sent = sending.attempt().id();
    assert!(matches!(world.journal.delete_draft(&adele(), sent).await, Err(JournalError::Conflict)));
    assert_eq!(world.state(&id).await, OnboardingState::Draft);
    assert_eq!(world.state(sent).await, OnboardingState::Sending);
}

#[tokio::test]
async fn drafts_that_nobody_touches_are_swept() {
    let world = World::new().await;
    let (old, touched) = (world.draft(&adele()).await, world.draft(&adele()).await);
    let sent = world.sending(&adele()).await;
    // The clock goes evenly, as far as anybody can see: it is asked often enough.
    let mut swept = 0;
    for day in 0..30 {
        world.clock.advance(SignedDuration::from_hours(24));
        if day == 20 {
            world.save(&adele(), &touched, &named("touched")).await.unwrap();
        }
        swept += world.journal.sweep_drafts().await.unwrap();
    }
    assert_eq!(swept, 1);
    assert!(matches!(world.journal.find(&adele(), &old).await, Err(JournalError::NotFound)));
    assert_eq!(world.company(&touched).await, "touched");
    assert_eq!(world.state(sent.attempt().id()).await, OnboardingState::Sending);
    assert_eq!(world.rows("SELECT position FROM audit_event WHERE role = 'portal'").await, 1);
}

#[tokio::test]
async fn what_was_chosen_before_is_told_to_who_may_see_it() {
    let world = World::new().await;
    let reseller: ResellerId = RESELLER.parse().unwrap();
    let usual = async |viewer: &Operator| world.journal.usual_choices(viewer, &reseller).await.unwrap();
    assert_eq!(usual(&adele()).await, None);
    let sending = world.sending(&adele()).await;
    assert_eq!(usual(&adele()).await, None, "it has to be a customer first");
    world.finish_created(&sending, &"4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".parse().unwrap()).await.unwrap();
    let expected = wingtip_toys();
    let found = usual(&diego()).await.expect("people of the provider see all customers");
    assert_eq!((found.country, found.culture, found.language), (expected.country, expected.culture, expected.language));
    assert!(usual(&megan()).await.is_some());
    let other = of_reseller("alex", "b01b1487-b36e-4e6d-9b5e-0b58974c4b28");
    assert_eq!(usual(&other).await, None);
}
