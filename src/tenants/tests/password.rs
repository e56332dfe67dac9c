//! A new first password.

use super::*;

/// The password that was sent.
fn sent(call: &Request) -> String {
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    body["passwordProfile"]["password"].as_str().unwrap().to_owned()
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
    let second_tab = async {
        while world.calls("PATCH", "/resetpassword").await.is_empty() {
            clock::sleep(Duration::from_millis(5)).await;
        }
        tenants.set_password(&nestor, &id, &other, "second tab").await
    };
    let (one, two, three) = tokio::join!(
        tenants.set_password(&nestor, &id, &form, "double click"),
        tenants.set_password(&nestor, &id, &form, "double click"),
        second_tab,
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
