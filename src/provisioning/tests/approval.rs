//! Four eyes and hand-over, with Partner Center's side played.

use sqlx::Row;

use super::*;
use crate::{
    credentials::Term,
    domain::Comment,
    journal::{Happening, Submission, testing::diego},
};

fn nestor() -> Operator {
    person("nestor", Role::Admin)
}

impl World {
    /// Megan's reseller is known and needs approvals.
    async fn with_four_eyes() -> Self {
        let world = Self::new().await;
        world.provisioning.resellers(&adele()).await.unwrap();
        let reseller = RESELLER.parse().unwrap();
        world.journal.set_submission(&nestor(), &reseller, Submission::Approved).await.unwrap();
        world
    }

    async fn asked(&self) -> (OnboardingId, String) {
        let id = self.checked(&megan(), &wingtip_toys()).await;
        self.create(&megan(), &id).await.unwrap();
        let (_, review) = self.provisioning.review_to_approve(&diego(), &id).await.unwrap();
        (id, review.payload_hash)
    }
}

#[tokio::test]
async fn nothing_goes_out_before_it_is_approved_and_then_exactly_what_was_seen() {
    let world = World::with_four_eyes().await;
    world.answer_creates(1, created()).await;
    let (id, hash) = world.asked().await;
    assert_eq!(world.outcome(&id).await.state, OnboardingState::AwaitingApproval);
    assert!(world.creates().await.is_empty());
    assert_eq!(world.after(60 * 60).await, 0, "and nobody takes it up");
    let another = world.provisioning.approve(&diego(), &id, "another", None).await;
    assert!(matches!(another, Err(ProvisioningError::ChangedSinceReview)), "{another:?}");
    world.provisioning.approve(&diego(), &id, &hash, None).await.unwrap();
    let onboarding = world.outcome(&id).await;
    assert_eq!((onboarding.state, onboarding.payload_hash), (OnboardingState::Created, Some(hash.clone())));
    assert_eq!(onboarding.owner, megan().key, "the password is the reseller's to open");
    assert_eq!(world.creates().await.len(), 1);
    let again = world.provisioning.approve(&adele(), &id, &hash, None).await;
    assert!(matches!(again, Err(ProvisioningError::AlreadySent)), "{again:?}");
    assert!(matches!(world.password(&id).await, Err(CredentialsError::NotFound)), "not the account manager's");
}

#[tokio::test]
async fn whoever_approves_sees_why_an_address_is_kept_as_it_was_typed() {
    let world = World::with_four_eyes().await;
    let mut form = wingtip_toys();
    form.keep_address("As in the register");
    let id = world.checked(&megan(), &form).await;
    world.create(&megan(), &id).await.unwrap();
    let (_, review) = world.provisioning.review_to_approve(&diego(), &id).await.unwrap();
    assert_eq!(review.address_kept.as_deref(), Some("As in the register"));
}

#[tokio::test]
async fn without_a_token_for_the_owner_it_goes_on_waiting() {
    let world = World::with_four_eyes().await;
    let (id, hash) = world.asked().await;
    world.tokens.sign_out(true);
    assert!(world.provisioning.approve(&diego(), &id, &hash, None).await.is_err());
    world.tokens.sign_out(false);
    assert_eq!(world.outcome(&id).await.state, OnboardingState::AwaitingApproval);
    assert!(world.creates().await.is_empty());
}

#[tokio::test]
async fn a_second_press_of_the_button_asks_once_and_other_answers_are_refused() {
    let world = World::with_four_eyes().await;
    let (id, hash) = world.asked().await;
    let again = world.provisioning.create(&megan(), &id, &hash).await;
    assert!(matches!(again, Err(ProvisioningError::AlreadySent)), "{again:?}");
    let otherwise = NewCustomerForm { company_name: "Tailspin Toys".to_owned(), ..wingtip_toys() };
    let late = world.provisioning.save_draft(&megan(), &id, &otherwise).await;
    assert!(matches!(late, Err(ProvisioningError::SentOtherwise(_))), "{late:?}");
    assert_eq!(world.journal.events(&megan(), &id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_sent_back_is_mended_and_its_former_hash_approves_nothing() {
    let world = World::with_four_eyes().await;
    let (id, hash) = world.asked().await;
    let comment = Comment::required("Which floor?").unwrap();
    world.provisioning.send_back(&diego(), &id, &hash, &comment).await.unwrap();
    let mended = NewCustomerForm { address_line2: "Floor 3".to_owned(), ..wingtip_toys() };
    world.provisioning.check(&megan(), &id, &mended).await.unwrap();
    world.create(&megan(), &id).await.unwrap();
    let stale = world.provisioning.approve(&diego(), &id, &hash, None).await;
    assert!(matches!(stale, Err(ProvisioningError::ChangedSinceReview)), "{stale:?}");
    assert!(world.creates().await.is_empty());
}

#[tokio::test]
async fn a_created_tenants_password_is_handed_over_with_its_event() {
    let world = World::new().await;
    world.answer_creates(1, created()).await;
    let onboarding = world.onboard(&adele(), &wingtip_toys()).await;
    let id = &onboarding.id;
    world.provisioning.hand_over(&adele(), id, Term::Day).await.unwrap();
    let twice = world.provisioning.hand_over(&adele(), id, Term::Day).await;
    assert!(matches!(twice, Err(ProvisioningError::AlreadySent)), "{twice:?}");
    assert!(matches!(world.password(id).await, Err(CredentialsError::NotFound)));
    let stranger = world.provisioning.take_back(&diego(), id).await;
    assert!(matches!(stranger, Err(ProvisioningError::NotFound)), "{stranger:?}");
    world.provisioning.take_back(&adele(), id).await.unwrap();
    let whats: Vec<_> = world.journal.events(&adele(), id).await.unwrap().iter().map(|event| event.what).collect();
    assert!(whats.ends_with(&[Happening::HandedOver, Happening::TakenBack]), "{whats:?}");
    assert!(world.password(id).await.is_ok());
    let late = world.provisioning.hand_over(&adele(), id, Term::Day).await;
    assert!(matches!(late, Err(ProvisioningError::AlreadySent)), "{late:?}");
}

#[tokio::test]
async fn whoever_approves_sees_that_the_reseller_has_gone_since() {
    let world = World::with_four_eyes().await;
    let (id, _) = world.asked().await;
    world.partner_center.reset().await;
    world.answer("GET", "^/v1/relationships$", ok(&json!({ "items": [] }))).await;
    world.clock.advance(SignedDuration::from_mins(20));
    let (_, review) = world.provisioning.review_to_approve(&diego(), &id).await.unwrap();
    assert_eq!(review.reseller.map(|reseller| reseller.name).as_deref(), Some("First Up Consultants"));
    assert_eq!(review.readiness, Some(ResellerReadiness::Inactive));
}

#[tokio::test]
async fn a_tenant_under_another_reseller_is_not_handed_over_and_that_somebody_tried_is_on_record() {
    let world = World::new().await;
    let mut answer = created_customer();
    answer["associatedPartnerId"] = json!("b01b1487-b36e-4e6d-9b5e-0b58974c4b28");
    world.answer_creates(1, ok(&answer)).await;
    let differs = world.onboard(&adele(), &wingtip_toys()).await;
    let refused = world.provisioning.hand_over(&adele(), &differs.id, Term::Day).await;
    assert!(matches!(refused, Err(ProvisioningError::AlreadySent)), "{refused:?}");
    assert!(world.password(&differs.id).await.is_ok(), "it is Adele's as before");

    world.answer_creates(1, created()).await;
    let opened = world.onboard(&adele(), &wingtip_toys()).await;
    assert_eq!(opened.state, OnboardingState::Created);
    world.password(&opened.id).await.unwrap();
    assert!(world.provisioning.hand_over(&adele(), &opened.id, Term::Day).await.is_err());
    let recorded = sqlx::query("SELECT outcome, why FROM audit_event WHERE act = 'hand_over_credentials'")
        .fetch_all(world.db.read())
        .await
        .unwrap();
    let recorded: Vec<(String, String)> = recorded.iter().map(|row| (row.get("outcome"), row.get("why"))).collect();
    assert_eq!(recorded, [("refused".to_owned(), "claimed".to_owned())]);
}

#[tokio::test]
async fn what_is_not_created_or_sold_directly_is_not_handed_over() {
    let world = World::new().await;
    let draft = world.checked(&adele(), &wingtip_toys()).await;
    let refused = world.provisioning.hand_over(&adele(), &draft, Term::Day).await;
    assert!(matches!(refused, Err(ProvisioningError::AlreadySent)), "{refused:?}");
    let support = world.provisioning.hand_over(&person("grady", Role::Support), &draft, Term::Day).await;
    assert!(matches!(support, Err(ProvisioningError::Forbidden)), "{support:?}");
}
