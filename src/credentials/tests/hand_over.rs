//! Credentials that were sealed to a reseller: who can open them, until when, and what becomes of whom at once.

use super::*;
use crate::domain::{ResellerId, ResellerOfPerson};

const FIRST_UP: &str = "484e548c-f5f3-4528-93a9-c16c6373cb59";
const RELECLOUD: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn id_of(reseller: &str) -> ResellerId {
    reseller.parse().unwrap()
}

fn of_reseller(name: &str, reseller: &str) -> Operator {
    let key = PersonKey { tid: reseller.to_owned(), oid: name.to_owned() };
    let side = Side::Reseller(ResellerOfPerson { id: id_of(reseller), name: "First Up Consultants".to_owned() });
    Operator { key, side, ..adele() }
}

fn megan() -> Operator {
    of_reseller("megan", FIRST_UP)
}

fn nestor() -> Operator {
    person("nestor", Role::Admin)
}

/// Everybody to whom the credentials of a hand-over by Adele to First Up are closed.
fn strangers() -> [Operator; 6] {
    [
        adele(),
        nestor(),
        person("diego", Role::AccountManager),
        person("grady", Role::Support),
        of_reseller("alex", RELECLOUD),
        // A tenant alone makes nobody a person of the reseller, nor does an empty object id make anybody everybody.
        Operator { key: PersonKey { tid: FIRST_UP.to_owned(), oid: String::new() }, ..person("grady", Role::Support) },
    ]
}

impl World {
    async fn hand_over(&self, who: &Operator, id: &OnboardingId, term: Term) -> Result<Timestamp, CredentialsError> {
        let mut tx = self.db.begin().await.unwrap();
        let to = (&id_of(FIRST_UP), "First Up Consultants");
        let until = self.store.hand_over(&mut tx, who, id, to, term).await?;
        tx.commit().await.unwrap();
        self.store.note_former_envelope();
        Ok(until)
    }

    async fn take_back(&self, who: &Operator, id: &OnboardingId) -> Result<(), CredentialsError> {
        let mut tx = self.db.begin().await.unwrap();
        self.store.take_back(&mut tx, who, id).await?;
        tx.commit().await.unwrap();
        self.store.note_former_envelope();
        Ok(())
    }

    async fn handed_over(&self) -> OnboardingId {
        let id = self.sealed().await;
        self.hand_over(&adele(), &id, Term::Day).await.unwrap();
        id
    }

    async fn hand_over_of(&self, id: &OnboardingId) -> Option<HandOver> {
        self.store.hand_over_of(&person("grady", Role::Support), id).await.unwrap()
    }
}

fn gone<T>(outcome: Result<T, CredentialsError>) -> Option<CredentialsStatus> {
    match outcome {
        Err(CredentialsError::Gone(status)) => Some(*status),
        _ => None,
    }
}

#[tokio::test]
async fn what_is_sealed_to_a_reseller_opens_for_its_people_alone() {
    let world = World::new().await;
    let id = world.handed_over().await;
    let hand_over = world.hand_over_of(&id).await.unwrap();
    for other in strangers() {
        assert!(is_not_found(&world.claim(&other, "t", Replay::SameToken, &id).await), "{other:?}");
        assert!(!may_claim(&other, &adele().key, Some(&hand_over)), "{other:?}");
    }
    assert!(may_claim(&megan(), &adele().key, Some(&hand_over)));
    assert!(!may_claim(&megan(), &adele().key, None));
    assert_eq!(password(&world.claim(&megan(), "t", Replay::SameToken, &id).await), PASSWORD);
    assert_eq!(password(&world.claim(&megan(), "t", Replay::SameToken, &id).await), PASSWORD, "the same page again");
    let colleague = of_reseller("lynne", FIRST_UP);
    assert!(is_gone(&world.claim(&colleague, "t", Replay::SameToken, &id).await), "one person, once");
    assert!(matches!(world.store.confirm(&adele(), &id).await, Err(CredentialsError::NotFound)));
    world.store.confirm(&megan(), &id).await.unwrap();
    assert_eq!(world.column(&id).await, None);
}

#[tokio::test]
async fn whoever_handed_them_over_learns_who_opened_them_and_when() {
    let world = World::new().await;
    let id = world.handed_over().await;
    let at = world.ambient.now();
    let expected = HandOver {
        to: id_of(FIRST_UP),
        to_name: "First Up Consultants".to_owned(),
        by: adele().key,
        by_name: "adele".to_owned(),
        at,
    };
    assert_eq!(world.hand_over_of(&id).await, Some(expected.clone()));
    world.advance(HOUR);
    world.claim(&megan(), "t", Replay::Never, &id).await.unwrap();
    let [notice]: [HandOverNotice; 1] = world.store.hand_overs(&adele()).await.unwrap().try_into().unwrap();
    assert_eq!(notice.hand_over, expected);
    let CredentialsStatus::Claimed { by, at, .. } = notice.status else { panic!("{:?}", notice.status) };
    assert_eq!((by, at), (megan().key, world.ambient.now()));
    world.store.confirm(&megan(), &id).await.unwrap();
    world.advance(SignedDuration::from_hours(7 * 24));
    assert!(world.store.hand_overs(&adele()).await.unwrap().is_empty(), "a receipt is news for a week");
    assert_eq!(world.hand_over_of(&id).await, Some(expected), "and stays with the onboarding for good");
}

#[tokio::test]
async fn home_pages_of_both_sides_are_reminded_until_they_are_opened_or_erased() {
    let world = World::new().await;
    let id = world.sealed().await;
    // Handed over by an administrator, because the owner is away: the owner is told as well.
    world.hand_over(&nestor(), &id, Term::Day).await.unwrap();
    for who in [adele(), nestor(), megan(), of_reseller("lynne", FIRST_UP)] {
        let notices = world.store.hand_overs(&who).await.unwrap();
        assert_eq!(notices.iter().map(|notice| &notice.id).collect::<Vec<_>>(), [&id], "{who:?}");
        assert_eq!(
            notices[0].status,
            CredentialsStatus::Sealed { expires_at: world.ambient.now() + SignedDuration::from_hours(24) }
        );
    }
    for who in [person("diego", Role::AccountManager), person("grady", Role::Support), of_reseller("alex", RELECLOUD)] {
        assert!(world.store.hand_overs(&who).await.unwrap().is_empty(), "{who:?}");
    }
    world.advance(SignedDuration::from_hours(24));
    for who in [adele(), nestor(), megan()] {
        assert!(world.store.hand_overs(&who).await.unwrap().is_empty(), "{who:?}");
    }
}

#[tokio::test]
async fn a_hand_over_ends_by_its_term_and_never_later_than_the_credentials_would_have() {
    let world = World::new().await;
    let end = world.ambient.now() + KEPT_UNOPENED;
    for (term, waited, expected) in [
        (Term::Hour, SignedDuration::ZERO, HOUR),
        (Term::Day, SignedDuration::ZERO, SignedDuration::from_hours(24)),
        (Term::ThreeDays, SignedDuration::ZERO, SignedDuration::from_hours(72)),
        (Term::Week, SignedDuration::ZERO, KEPT_UNOPENED),
    ] {
        let id = world.sealed().await;
        let until = world.hand_over(&adele(), &id, term).await.unwrap();
        assert_eq!(until, world.ambient.now() + waited + expected, "{term:?}");
    }
    let (late, short) = (world.sealed().await, world.sealed().await);
    world.advance(SignedDuration::from_hours(6 * 24 + 12));
    assert_eq!(world.hand_over(&adele(), &late, Term::Week).await.unwrap(), end);
    world.hand_over(&adele(), &short, Term::Hour).await.unwrap();
    world.advance(HOUR);
    assert_eq!(world.status(&short).await, CredentialsStatus::Expired { at: world.ambient.now() });
    assert!(is_gone(&world.claim(&megan(), "t", Replay::SameToken, &short).await));
    assert!(gone(world.take_back(&adele(), &short).await).is_some(), "what is past its time does not come back");
    world.store.sweep().await.unwrap();
    assert_eq!(world.column(&short).await, None);
    assert!(world.column(&late).await.is_some());
}

#[tokio::test]
async fn what_is_taken_back_is_the_former_owners_until_its_former_end() {
    let world = World::new().await;
    let id = world.sealed().await;
    let before = world.status(&id).await;
    world.hand_over(&adele(), &id, Term::Hour).await.unwrap();
    assert_ne!(world.status(&id).await, before);
    world.take_back(&adele(), &id).await.unwrap();
    assert_eq!(world.status(&id).await, before);
    assert_eq!(world.hand_over_of(&id).await, None);
    assert!(is_not_found(&world.claim(&megan(), "t", Replay::SameToken, &id).await));
    // Again, to and fro, as often as somebody likes.
    world.hand_over(&adele(), &id, Term::Day).await.unwrap();
    world.take_back(&nestor(), &id).await.unwrap();
    world.advance(HOUR);
    assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn only_whose_they_are_and_administrators_hand_over_and_only_whoever_did_and_administrators_take_back() {
    let world = World::new().await;
    let id = world.sealed().await;
    for other in [person("diego", Role::AccountManager), person("grady", Role::Support), megan()] {
        let refused = world.hand_over(&other, &id, Term::Day).await;
        assert!(matches!(refused, Err(CredentialsError::NotFound)), "{other:?}");
    }
    world.hand_over(&nestor(), &id, Term::Day).await.unwrap();
    assert!(gone(world.hand_over(&adele(), &id, Term::Day).await).is_some(), "it is handed over already");
    for other in [person("diego", Role::AccountManager), person("grady", Role::Support), megan()] {
        let refused = world.take_back(&other, &id).await;
        assert!(matches!(refused, Err(CredentialsError::NotFound)), "{other:?}");
    }
    assert!(gone(world.take_back(&adele(), &id).await).is_some(), "an administrator's decision is an administrator's");
    world.take_back(&nestor(), &id).await.unwrap();
    assert!(gone(world.take_back(&nestor(), &id).await).is_some(), "there is nothing to take back");
}

#[tokio::test]
async fn what_a_reseller_has_onboarded_is_its_persons_and_can_be_shared_with_colleagues_only() {
    let world = World::new().await;
    let id = world.onboarding().await;
    let secret = SecretString::from(PASSWORD);
    let credential = NewCredential { user_name: "admin@wingtiptoys.onmicrosoft.com".to_owned(), password: &secret };
    let mut tx = world.db.begin().await.unwrap();
    world.store.seal(&mut tx, &id, &megan().key, Some(&credential)).await.unwrap();
    tx.commit().await.unwrap();
    let colleague = of_reseller("lynne", FIRST_UP);
    for other in strangers().into_iter().chain([colleague.clone()]) {
        assert!(is_not_found(&world.claim(&other, "t", Replay::SameToken, &id).await), "{other:?}");
        assert!(!may_claim(&other, &megan().key, None), "{other:?}");
    }
    // Megan is on leave: an administrator opens them to her colleagues, and to nobody else.
    world.hand_over(&nestor(), &id, Term::Day).await.unwrap();
    assert!(is_not_found(&world.claim(&nestor(), "t", Replay::SameToken, &id).await));
    world.take_back(&nestor(), &id).await.unwrap();
    world.hand_over(&megan(), &id, Term::Day).await.unwrap();
    assert_eq!(password(&world.claim(&colleague, "t", Replay::SameToken, &id).await), PASSWORD);
}

#[tokio::test]
async fn what_is_opened_or_missing_or_erased_is_not_handed_over() {
    let world = World::new().await;
    let (claimed, expired, missing) = (world.sealed().await, world.sealed().await, world.onboarding().await);
    world.seal(&missing, None).await;
    world.claim(&adele(), "t", Replay::SameToken, &claimed).await.unwrap();
    let claimed = gone(world.hand_over(&adele(), &claimed, Term::Day).await);
    assert!(matches!(claimed, Some(CredentialsStatus::Claimed { .. })), "{claimed:?}");
    assert_eq!(gone(world.hand_over(&adele(), &missing, Term::Day).await), Some(CredentialsStatus::Missing));
    world.advance(KEPT_UNOPENED);
    let expired = gone(world.hand_over(&adele(), &expired, Term::Day).await);
    assert!(matches!(expired, Some(CredentialsStatus::Expired { .. })), "{expired:?}");
}

#[tokio::test]
async fn the_envelope_names_the_new_owner_and_the_former_one_is_not_left_behind() {
    let world = World::new().await;
    let id = world.sealed().await;
    let former = world.column(&id).await.unwrap();
    world.hand_over(&adele(), &id, Term::Day).await.unwrap();
    let anew = world.column(&id).await.unwrap();
    assert_ne!(former, anew);
    world.store.sweep().await.unwrap();
    assert!(!world.db.holds_on_disk(&former) && world.db.holds_on_disk(&anew));
    // Whoever edits the row does not get it back: each envelope opens in its own owner's place alone.
    let edit = "UPDATE credential SET owner_tid = 'tid', owner_oid = 'adele' WHERE onboarding_id = $1";
    sqlx::query(edit).bind(id.as_str()).execute(world.db.write()).await.unwrap();
    let stolen = world.claim(&adele(), "t", Replay::SameToken, &id).await;
    assert!(matches!(stolen, Err(CredentialsError::Keyring(KeyringError::Unopenable))));
}

#[tokio::test]
async fn without_its_key_nothing_changes_hands() {
    let world = World::new().await;
    let id = world.sealed().await;
    let elsewhere = Keyring::ephemeral(world.ambient.clone());
    let wrong = CredentialStore::new(world.db.clone(), elsewhere, world.ambient.clone());
    let mut tx = world.db.begin().await.unwrap();
    let to = (&id_of(FIRST_UP), "First Up Consultants");
    let refused = wrong.hand_over(&mut tx, &adele(), &id, to, Term::Day).await;
    assert!(matches!(refused, Err(CredentialsError::Keyring(KeyringError::UnknownKey { .. }))));
    drop(tx);
    assert_eq!(world.hand_over_of(&id).await, None);
    assert_eq!(password(&world.claim(&adele(), "t", Replay::SameToken, &id).await), PASSWORD);
}

/// Claims of both sides, hand-overs and their ends at the same time, over two processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_claims_hand_overs_and_taking_back_at_once_one_person_gets_the_password() {
    const SECRETS: usize = 20;
    const CONTENDERS: usize = 24;
    let world = World::new().await;
    let there = world.db.of_another_process().await;
    let stores = [world.store.clone(), CredentialStore { db: there, ..world.store.clone() }];
    for round in 0..SECRETS {
        let id = world.sealed().await;
        if round % 2 == 1 {
            world.hand_over(&adele(), &id, Term::Day).await.unwrap();
        }
        let barrier = Arc::new(tokio::sync::Barrier::new(CONTENDERS));
        let contenders = (0..CONTENDERS).map(|at| {
            let (store, id, barrier) = (stores[at % 2].clone(), id.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                barrier.wait().await;
                let token = SecretString::from(format!("token {at}"));
                let session = format!("session {at}");
                match at % 8 {
                    0..=2 => Some(store.claim(&adele(), &session, &id, &token, Replay::SameToken).await),
                    3..=5 => Some(store.claim(&megan(), &session, &id, &token, Replay::SameToken).await),
                    6 => {
                        let mut tx = store.db.begin().await.unwrap();
                        let to = (&id_of(FIRST_UP), "First Up Consultants");
                        if store.hand_over(&mut tx, &adele(), &id, to, Term::Day).await.is_ok() {
                            tx.commit().await.unwrap();
                        }
                        None
                    }
                    _ => {
                        let mut tx = store.db.begin().await.unwrap();
                        if store.take_back(&mut tx, &adele(), &id).await.is_ok() {
                            tx.commit().await.unwrap();
                        }
                        None
                    }
                }
            })
        });
        let mut shown = 0;
        for contender in contenders.collect::<Vec<_>>() {
            match contender.await.unwrap() {
                Some(Ok(credential)) => {
                    assert_eq!(credential.password.expose_secret(), PASSWORD);
                    shown += 1;
                }
                Some(Err(error)) => {
                    assert!(matches!(error, CredentialsError::Gone(_) | CredentialsError::NotFound), "{error:?}");
                }
                None => {}
            }
        }
        // It may have been somebody else's each time that one of them asked; then it still waits, whole.
        if shown == 0 {
            let waiting = world.hand_over_of(&id).await.is_some();
            let whose = if waiting { megan() } else { adele() };
            assert_eq!(password(&world.claim(&whose, "later", Replay::Never, &id).await), PASSWORD);
        }
        assert!(shown <= 1, "{shown}");
    }
}

#[tokio::test]
async fn a_rotation_of_the_keys_keeps_what_was_handed_over_the_resellers() {
    let world = World::new().await;
    let id = world.handed_over().await;
    let owner: (String, String) =
        sqlx::query_as("SELECT owner_tid, owner_oid FROM credential WHERE onboarding_id = $1")
            .bind(id.as_str())
            .fetch_one(world.db.read())
            .await
            .unwrap();
    // What `rotation` makes the place of: the columns that `SEALED` names.
    let place = [owner.0.as_str(), owner.1.as_str()].join("/");
    let envelope = world.column(&id).await.unwrap();
    assert!(world.store.keyring.open(SEALED.place(id.as_str(), &place), &envelope).is_ok());
}

#[tokio::test]
async fn a_hand_over_leaves_no_envelope_of_the_former_owner_in_the_files() {
    let world = World::new().await;
    world.store.sweep().await.unwrap();
    let id = world.sealed().await;
    let former = world.column(&id).await.unwrap();
    world.hand_over(&adele(), &id, Term::Day).await.unwrap();
    world.store.sweep().await.unwrap();
    assert!(!world.db.holds_on_disk(&former));
}
