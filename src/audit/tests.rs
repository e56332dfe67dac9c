use std::sync::Arc;

use sqlx::Executor;

use super::*;
use crate::{
    clock::{ManualClock, SystemRandom},
    domain::{CorrelationId, OnboardingId, Operator, PersonKey, RequestId, Role, Side},
};

struct World {
    db: Database,
    audit: Audit,
    ambient: Ambient,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-20T12:00:00Z".parse().unwrap()));
        let ambient = Ambient { clock, random: Arc::new(SystemRandom) };
        let db = Database::temporary().await.unwrap();
        let audit = Audit::new(db.clone(), Keyring::ephemeral(ambient.clone()), ambient.clone());
        Self { db, audit, ambient }
    }

    /// With six rows, and without what keeps rows from being changed.
    async fn unprotected() -> Self {
        let world = Self::new().await;
        for _ in 0..6 {
            world.record().await;
        }
        world.db.unprotect("audit_event").await;
        world
    }

    async fn record(&self) {
        let id = OnboardingId::from(self.ambient.uuid_v7());
        let adele = adele();
        let entry = Entry::done(Act::Submit, Actor::Operator(&adele)).on_onboarding(&id).with_detail("a word");
        self.audit.record_alone(&entry).await.unwrap();
    }

    async fn tamper(&self, statement: &'static str) {
        self.db.write().execute(statement).await.unwrap();
    }

    async fn faults(&self) -> Vec<String> {
        let verified = self.audit.verify(None).await.unwrap();
        verified.faults.iter().map(ToString::to_string).collect()
    }

    async fn rows(&self) -> Vec<StoredRow> {
        self.audit.rows_after(0).await.unwrap()
    }

    /// What somebody does who has the database and no key: every hash from a row on is computed anew.
    async fn chain_anew(&self) {
        let mut former = String::new();
        for mut row in self.rows().await {
            row.former_hash = former;
            row.hash = row.computed_hash();
            sqlx::query("UPDATE audit_event SET former_hash = $1, hash = $2 WHERE position = $3")
                .bind(&row.former_hash)
                .bind(&row.hash)
                .bind(row.position)
                .execute(self.db.write())
                .await
                .unwrap();
            former = row.hash;
        }
    }
}

fn adele() -> Operator {
    Operator {
        key: PersonKey { tid: "tid".to_owned(), oid: "adele".to_owned() },
        name: "Adele Vance".to_owned(),
        sign_in_name: String::new(),
        side: Side::Provider(Role::AccountManager),
        address: Some([192, 0, 2, 7].into()),
    }
}

#[tokio::test]
async fn an_entry_says_who_what_when_from_where_and_on_which_record() {
    let world = World::new().await;
    let id = OnboardingId::from(world.ambient.uuid_v7());
    let (request, correlation) = (world.ambient.uuid_v4().into(), world.ambient.uuid_v4().into());
    let adele = adele();
    let entry = Entry::refused(Act::Create, Actor::Operator(&adele), "refused 600047").on_onboarding(&id);
    world.audit.record_alone(&entry.under(&request, &correlation)).await.unwrap();
    let rows = world.rows().await;
    let row = &rows[0];
    assert_eq!((row.position, rows.len()), (1, 1));
    assert_eq!(
        (row.act.as_str(), row.outcome.as_str(), row.why.as_deref()),
        ("create", "refused", Some("refused 600047"))
    );
    assert_eq!(row.happened_at, to_micros(world.ambient.now()));
    assert_eq!((row.role.as_str(), row.name.as_deref()), ("account_manager", Some("Adele Vance")));
    assert_eq!((row.tid.as_deref(), row.oid.as_deref()), (Some("tid"), Some("adele")));
    assert_eq!(row.address.as_deref(), Some("192.0.2.7"));
    assert_eq!((row.record_kind.as_deref(), row.record.as_deref()), (Some("onboarding"), Some(id.as_str())));
    assert_eq!(row.request_id.as_deref(), Some(request.as_str()));
    assert_eq!(row.correlation_id.as_deref(), Some(correlation.as_str()));
}

#[tokio::test]
async fn without_the_act_there_is_no_entry() {
    let world = World::new().await;
    let mut tx = world.db.begin().await.unwrap();
    world.audit.record(&mut tx, &Entry::done(Act::SignOut, Actor::Portal)).await.unwrap();
    drop(tx);
    assert_eq!(world.rows().await, []);
    world.record().await;
    assert_eq!(world.faults().await, [""; 0]);
}

#[tokio::test]
async fn rows_that_nobody_has_touched_have_no_fault() {
    let world = World::new().await;
    assert_eq!(world.audit.verify(None).await.unwrap().rows, 0, "nor has an audit without any");
    for _ in 0..6 {
        world.record().await;
    }
    let verified = world.audit.verify(None).await.unwrap();
    assert_eq!((verified.rows, verified.end.position, verified.faults.len()), (6, 6, 0));
}

#[tokio::test]
async fn a_thousand_entries_of_many_at_once_are_one_chain() {
    let world = Arc::new(World::new().await);
    let writers: Vec<_> = (0..20)
        .map(|_| {
            let world = Arc::clone(&world);
            // Another process: nothing is shared but the database and the keys.
            let audit = Audit::new(world.db.clone(), world.audit.keyring.clone(), world.ambient.clone());
            tokio::spawn(async move {
                for _ in 0..60 {
                    audit.record_alone(&Entry::done(Act::SignIn, Actor::Operator(&adele()))).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let verified = world.audit.verify(None).await.unwrap();
    assert_eq!((verified.rows, verified.faults), (1_200, Vec::new()));
}

#[tokio::test]
async fn an_edited_row_is_named() {
    for edit in [
        "UPDATE audit_event SET name = 'Somebody Else' WHERE position = 3",
        "UPDATE audit_event SET detail = NULL WHERE position = 3",
        "UPDATE audit_event SET happened_at = happened_at + 1 WHERE position = 3",
        "UPDATE audit_event SET hash = 'another' WHERE position = 3",
        "UPDATE audit_event SET former_hash = 'another' WHERE position = 3",
    ] {
        let world = World::unprotected().await;
        world.tamper(edit).await;
        assert_eq!(world.faults().await, ["row 3 was edited"], "{edit}");
    }
}

#[tokio::test]
async fn a_deleted_row_is_named() {
    let world = World::unprotected().await;
    world.tamper("DELETE FROM audit_event WHERE position = 3").await;
    assert_eq!(world.faults().await, ["row 3 was deleted"]);
    world.tamper("DELETE FROM audit_event WHERE position IN (1, 2)").await;
    assert_eq!(world.faults().await, ["rows 1 to 3 were deleted"]);
}

#[tokio::test]
async fn a_deleted_row_is_found_when_the_rest_is_numbered_anew() {
    let world = World::unprotected().await;
    world.tamper("DELETE FROM audit_event WHERE position = 5").await;
    world.tamper("UPDATE audit_event SET position = 5 WHERE position = 6").await;
    let faults = world.faults().await;
    assert_eq!(faults[0], "row 5 follows none that is there: rows before it were deleted or rewritten");
}

#[tokio::test]
async fn rows_that_changed_places_are_named() {
    let world = World::unprotected().await;
    for swap in [
        "UPDATE audit_event SET position = 100 WHERE position = 3",
        "UPDATE audit_event SET position = 3 WHERE position = 4",
        "UPDATE audit_event SET position = 4 WHERE position = 100",
    ] {
        world.tamper(swap).await;
    }
    let faults = world.faults().await;
    assert_eq!(faults[0], "row 3 was moved: it was written after the row that is now row 4");
    assert_eq!(faults[1], "row 4 was moved: it was written after the row that is now row 2");
}

#[tokio::test]
async fn a_cut_tail_is_found() {
    let world = World::unprotected().await;
    world.tamper("DELETE FROM audit_event WHERE position = 6").await;
    assert_eq!(world.faults().await, ["the tail is cut: row 6 is missing at the end"]);
    world.tamper("DELETE FROM audit_event").await;
    assert_eq!(world.faults().await, ["the tail is cut: rows 1 to 6 are missing at the end"]);
}

#[tokio::test]
async fn a_cut_tail_is_still_found_after_the_portal_has_gone_on() {
    let world = World::unprotected().await;
    world.tamper("DELETE FROM audit_event WHERE position = 6").await;
    world.record().await;
    assert_eq!(world.faults().await, ["row 6 was deleted"]);
}

#[tokio::test]
async fn who_computes_the_chain_anew_does_not_arrive_at_the_sealed_end() {
    let world = World::unprotected().await;
    world.tamper("UPDATE audit_event SET name = 'Somebody Else' WHERE position = 3").await;
    world.chain_anew().await;
    let faults = world.faults().await;
    assert_eq!(faults, ["the rows up to row 6 fit each other, but not the sealed end: some were rewritten"]);
    // The portal goes on, and the break stays where it is.
    world.record().await;
    let faults = world.faults().await;
    assert_eq!(faults, ["row 7 follows none that is there: rows before it were deleted or rewritten"]);
}

#[tokio::test]
async fn a_row_that_somebody_added_is_found() {
    let world = World::unprotected().await;
    world
        .tamper(
            "INSERT INTO audit_event (position, happened_at, act, outcome, role, former_hash, hash) \
             SELECT 7, 0, 'sign_in', 'done', 'admin', hash, '' FROM audit_event WHERE position = 6",
        )
        .await;
    world.chain_anew().await;
    assert_eq!(world.faults().await, ["rows from row 7 on were not written by the portal"]);
}

#[tokio::test]
async fn an_end_that_was_not_sealed_with_a_key_of_ours_is_found_and_stays_on_record() {
    let world = World::unprotected().await;
    world.tamper("UPDATE audit_head SET sealed = 'v1.stranger.AAAA.AAAA'").await;
    let faults = world.faults().await;
    assert!(faults.len() == 1 && faults[0].starts_with("the sealed end of the audit cannot be opened"), "{faults:?}");
    world.record().await;
    let faults = world.faults().await;
    assert!(faults.len() == 1 && faults[0].starts_with("row 7: the portal noticed"), "{faults:?}");
    world.tamper("DELETE FROM audit_head").await;
    assert!(world.faults().await.iter().any(|fault| fault.ends_with("it is missing")));
}

#[tokio::test]
async fn an_older_end_that_is_put_back_is_found_by_a_noted_one() {
    let world = World::unprotected().await;
    let sealed: String =
        sqlx::query("SELECT sealed FROM audit_head").fetch_one(world.db.read()).await.unwrap().get("sealed");
    for _ in 0..3 {
        world.record().await;
    }
    let noted = world.audit.verify(None).await.unwrap().end;
    assert_eq!(world.audit.verify(Some(&noted)).await.unwrap().faults, []);
    world.tamper("DELETE FROM audit_event WHERE position > 6").await;
    sqlx::query("UPDATE audit_head SET sealed = $1").bind(sealed).execute(world.db.write()).await.unwrap();
    assert_eq!(world.faults().await, [""; 0], "whoever has kept a whole copy can put it back");
    let faults = world.audit.verify(Some(&noted)).await.unwrap().faults;
    assert_eq!(faults[0], Fault::NotTheStart(9), "so the end is kept elsewhere too");
}

#[tokio::test]
async fn a_search_finds_by_person_record_act_outcome_and_day_newest_first() {
    let world = World::new().await;
    let id = OnboardingId::from(world.ambient.uuid_v7());
    let (request, correlation): (RequestId, CorrelationId) =
        (world.ambient.uuid_v4().into(), world.ambient.uuid_v4().into());
    let other = Operator { name: "50% Ärger_".to_owned(), ..adele() };
    let adele = adele();
    let submitted = Entry::done(Act::Submit, Actor::Operator(&adele)).on_onboarding(&id);
    world.audit.record_alone(&submitted.under(&request, &correlation)).await.unwrap();
    world.audit.record_alone(&Entry::refused(Act::SignIn, Actor::Operator(&other), "no-role")).await.unwrap();
    world.audit.record_alone(&Entry::done(Act::SignOut, Actor::Portal)).await.unwrap();
    let today = Some("2026-11-20T00:00:00Z".parse().unwrap());
    let tomorrow = Some("2026-11-21T00:00:00Z".parse().unwrap());
    let text = str::to_owned;
    for (search, found) in [
        (Search::default(), vec![3, 2, 1]),
        (Search { person: text("VANCE"), ..Search::default() }, vec![1]),
        (Search { person: text("adele"), refused: Some(true), ..Search::default() }, vec![2]),
        (Search { person: text("%"), ..Search::default() }, vec![2]),
        (Search { person: text("Ärger_"), ..Search::default() }, vec![2]),
        (Search { record: id.to_string().to_uppercase(), ..Search::default() }, vec![1]),
        (Search { record: correlation.as_str().to_owned(), ..Search::default() }, vec![1]),
        (Search { act: Some(Act::SignOut), ..Search::default() }, vec![3]),
        (Search { refused: Some(false), ..Search::default() }, vec![3, 1]),
        (Search { from: today, to: today, ..Search::default() }, vec![3, 2, 1]),
        (Search { from: tomorrow, ..Search::default() }, vec![]),
    ] {
        let acts = world.audit.search(&search, None, 10).await.unwrap();
        assert_eq!(acts.iter().map(|act| act.position).collect::<Vec<_>>(), found, "{search:?}");
    }
    let page = world.audit.search(&Search::default(), Some(3), 1).await.unwrap();
    assert_eq!(page[0].position, 2);
}
