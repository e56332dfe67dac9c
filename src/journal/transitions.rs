//! Every step from every state, compared with the table.

use std::collections::BTreeSet;

use super::{
    attempt::{Attempt, Committed, Doubtful, Lease, Sending, Unverified},
    testing::{self, adele, ambient, diego, payload, wingtip_toys},
    *,
};
use crate::domain::Comment;

const HOLDER: &str = "holder";

/// Everything that can be done to an onboarding.
#[derive(Clone, Copy, Debug)]
enum Step {
    SaveDraft,
    AskForApproval,
    Approve,
    SendBack,
    Withdraw,
    Begin,
    MarkSending,
    FinishCreated,
    FinishRejected,
    MarkUnknown,
    PostponeCommitted,
    PostponeSending,
    ParkCommitted,
    ParkSending,
    ParkInDoubt,
    LookAgain,
    FinishNotCreated,
    FinishUnclear,
    RecordReadBack,
    ParkReadBack,
    Renew,
    Take,
    TakeOfTheDead,
    TakeOfTheParked,
    TakeWithChangedPayload,
    Resume,
}

impl Step {
    const ALL: [Self; 26] = [
        Self::SaveDraft,
        Self::AskForApproval,
        Self::Approve,
        Self::SendBack,
        Self::Withdraw,
        Self::Begin,
        Self::MarkSending,
        Self::FinishCreated,
        Self::FinishRejected,
        Self::MarkUnknown,
        Self::PostponeCommitted,
        Self::PostponeSending,
        Self::ParkCommitted,
        Self::ParkSending,
        Self::ParkInDoubt,
        Self::LookAgain,
        Self::FinishNotCreated,
        Self::FinishUnclear,
        Self::RecordReadBack,
        Self::ParkReadBack,
        Self::Renew,
        Self::Take,
        Self::TakeOfTheDead,
        Self::TakeOfTheParked,
        Self::TakeWithChangedPayload,
        Self::Resume,
    ];
}

struct Case {
    db: Database,
    ambient: Ambient,
    journal: Journal,
    id: OnboardingId,
    request_id: RequestId,
    state: OnboardingState,
}

impl Case {
    /// A row in this state, held by [`HOLDER`] with a living lease; a draft has not been begun.
    async fn new(journal: &Journal, state: OnboardingState, in_doubt: bool) -> Self {
        let id: OnboardingId = journal.ambient.uuid_v7().into();
        let (form, payload) = (wingtip_toys(), payload());
        journal.save_draft(&adele(), &id, &form, DraftSummary::default()).await.unwrap();
        let mut request_id = journal.ambient.uuid_v4().into();
        if state != OnboardingState::Draft {
            let intent = Intent { form: &form, payload: &payload, reseller_name: None };
            request_id = journal.begin(&adele(), &id, intent).await.unwrap().attempt().request_id().clone();
            sqlx::query(
                "UPDATE onboarding SET state = $1, lease = $2, in_doubt = $3, customer_id = $4, failure_reason = $5 \
                 WHERE id = $6",
            )
            .bind(state.as_str())
            .bind(HOLDER)
            .bind(i64::from(in_doubt))
            .bind((state == OnboardingState::Created).then_some("626099fe-17af-4756-9fd0-6a73b7127859"))
            .bind((state == OnboardingState::NeedsAttention).then_some("sign_in_again"))
            .bind(id.as_str())
            .execute(journal.db.write())
            .await
            .unwrap();
        }
        let (db, ambient) = (journal.db.clone(), journal.ambient.clone());
        Self { db, ambient, journal: journal.clone(), id, request_id, state }
    }

    async fn set(&self, what: &'static str) {
        let sql = ["UPDATE onboarding SET ", what, " WHERE id = $1"].concat();
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.id.as_str()).execute(self.db.write()).await.unwrap();
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            lease: Lease { id: self.id.clone(), holder: HOLDER.to_owned() },
            owner: adele().key,
            request_id: self.request_id.clone(),
            correlation_id: self.ambient.uuid_v4().into(),
            payload: payload(),
            attempts: 0,
            is_new: false,
        }
    }

    /// As if it had come into these hands in the state that it is in.
    fn sending(&self) -> Sending {
        Sending { attempt: self.attempt(), state: self.state }
    }

    fn doubtful(&self) -> Doubtful {
        let now = self.ambient.now();
        Doubtful { sending: self.sending(), repeats: 0, last_sent_at: now, submitted_at: now }
    }

    fn unverified(&self) -> Unverified {
        Unverified {
            lease: Lease { id: self.id.clone(), holder: HOLDER.to_owned() },
            owner: adele().key,
            customer: "626099fe-17af-4756-9fd0-6a73b7127859".parse().unwrap(),
            reseller: None,
            seen: false,
            differs: false,
            attempts: 0,
            created_at: self.ambient.now(),
        }
    }

    async fn finish_created(&self) -> Result<(), JournalError> {
        let customer = "626099fe-17af-4756-9fd0-6a73b7127850".parse().unwrap();
        let mut tx = self.journal.transaction().await?;
        self.journal.finish_created(&mut tx, &self.sending(), &customer, None, None).await?;
        Ok(tx.commit().await?)
    }

    async fn take(&self, prepared: &'static str) -> Result<(), JournalError> {
        self.set(prepared).await;
        self.journal.take(&self.id).await.map(drop)
    }

    async fn does(&self, step: Step) -> Result<(), JournalError> {
        let (journal, now, failure) = (&self.journal, self.ambient.now(), Failure::because(Reason::LostAnswer));
        let evidence = EvidenceRecord { found: "{}".to_owned(), verdict: "test" };
        match step {
            Step::SaveDraft => journal.save_draft(&adele(), &self.id, &wingtip_toys(), DraftSummary::default()).await,
            Step::AskForApproval => {
                let (form, payload) = (wingtip_toys(), payload());
                let intent = Intent { form: &form, payload: &payload, reseller_name: None };
                journal.ask_for_approval(&adele(), &self.id, intent).await
            }
            Step::Approve => journal.approve(&diego(), &self.id, &payload().hash(), None).await.map(drop),
            Step::SendBack => {
                let comment = Comment::required("Which street?").unwrap();
                journal.send_back(&diego(), &self.id, &payload().hash(), &comment).await
            }
            Step::Withdraw => journal.withdraw(&adele(), &self.id).await,
            Step::Begin => {
                let (form, payload) = (wingtip_toys(), payload());
                let intent = Intent { form: &form, payload: &payload, reseller_name: None };
                journal.begin(&adele(), &self.id, intent).await.map(drop)
            }
            Step::MarkSending => journal.mark_sending(Committed(self.attempt())).await.map(drop),
            Step::FinishCreated => self.finish_created().await,
            Step::FinishRejected => journal.finish_rejected(&self.sending(), &failure).await,
            Step::MarkUnknown => journal.mark_unknown(&self.sending(), &Reason::LostAnswer.into(), now).await,
            Step::PostponeCommitted => journal.postpone(Committed(self.attempt()).held(), &failure, now).await,
            Step::PostponeSending => journal.postpone(self.sending().held(), &failure, now).await,
            Step::ParkCommitted => journal.park(Committed(self.attempt()).held(), &failure).await,
            Step::ParkSending => journal.park(self.sending().held(), &failure).await,
            Step::ParkInDoubt => journal.park_in_doubt(&self.doubtful(), &failure).await,
            Step::LookAgain => journal.look_again(&self.doubtful(), &failure, now, true, Some(&evidence)).await,
            Step::FinishNotCreated => journal.finish_not_created(&self.doubtful(), &failure, &evidence).await,
            Step::FinishUnclear => journal.finish_unclear(&self.doubtful(), &failure, &evidence).await,
            Step::RecordReadBack => journal.record_read_back(&self.unverified(), true, SeenReseller::Right, None).await,
            Step::ParkReadBack => journal.park_read_back(&self.unverified()).await,
            Step::Renew => match journal.renew(&[self.attempt().lease]).await?.as_slice() {
                [] => Ok(()),
                _ => Err(JournalError::Conflict),
            },
            Step::Take => self.take("lease = NULL, lease_until_at = NULL, next_attempt_at = 1").await,
            Step::TakeOfTheDead => self.take("lease_until_at = 1").await,
            Step::TakeOfTheParked => self.take("lease = NULL, lease_until_at = NULL, parked_at = 1").await,
            Step::TakeWithChangedPayload => self.take("lease_until_at = 1, payload = 'changed'").await,
            Step::Resume => {
                self.set("lease = NULL, lease_until_at = NULL").await;
                journal.resume(&adele(), &self.id).await.map(drop)
            }
        }
    }

    async fn state_now(&self) -> OnboardingState {
        self.journal.find(&adele(), &self.id).await.unwrap().state
    }
}

#[tokio::test]
async fn steps_make_every_move_of_the_table_and_no_other() {
    let (_, ambient) = ambient();
    let journal = testing::journal(&ambient).await;
    let db = journal.db.clone();
    sqlx::query(
        "INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at) VALUES ($1, $2, '', '', '', 2)",
    )
    .bind(adele().key.tid)
    .bind(adele().key.oid)
    .execute(db.write())
    .await
    .unwrap();
    let mut seen = BTreeSet::new();
    for from in OnboardingState::ALL {
        for in_doubt in [false, true] {
            for step in Step::ALL {
                let case = Case::new(&journal, from, in_doubt).await;
                let before = journal.events(&adele(), &case.id).await.unwrap().len();
                let outcome = case.does(step).await;
                let to = case.state_now().await;
                assert!(to == from || from.may_become(to), "{step:?} made {from:?} {to:?}");
                if to != from {
                    seen.insert((from.as_str(), to.as_str()));
                    let events = journal.events(&adele(), &case.id).await.unwrap();
                    assert_eq!(events.len(), before + 1, "{step:?} from {from:?}: every move leaves its event");
                    assert_eq!(events[before].what.leads_to(), Some(to));
                } else if outcome.is_err() && !matches!(step, Step::TakeWithChangedPayload) {
                    let after = journal.events(&adele(), &case.id).await.unwrap().len();
                    assert_eq!(after, before, "{step:?} from {from:?}: what fails leaves nothing");
                }
            }
        }
    }
    let table: BTreeSet<_> = OnboardingState::ALL
        .into_iter()
        .flat_map(|from| OnboardingState::ALL.map(|to| (from, to)))
        .filter(|(from, to)| from.may_become(*to))
        .map(|(from, to)| (from.as_str(), to.as_str()))
        .collect();
    assert_eq!(seen, table, "each move of the table is made by some step");
}

#[tokio::test]
async fn whoever_does_not_hold_the_lease_moves_nothing_but_records_a_tenant() {
    let (_, ambient) = ambient();
    let journal = testing::journal(&ambient).await;
    for from in OnboardingState::ALL.into_iter().filter(|state| *state != OnboardingState::Draft) {
        for step in Step::ALL {
            if matches!(step, Step::SaveDraft | Step::Begin | Step::Take | Step::TakeOfTheDead | Step::TakeOfTheParked)
                || matches!(step, Step::TakeWithChangedPayload | Step::Resume)
                || matches!(step, Step::AskForApproval | Step::Approve | Step::SendBack | Step::Withdraw)
            {
                continue;
            }
            let case = Case::new(&journal, from, true).await;
            case.set("lease = 'somebody else'").await;
            let outcome = case.does(step).await;
            let to = case.state_now().await;
            let was_sent = !matches!(from, OnboardingState::Created | OnboardingState::AwaitingApproval);
            if matches!(step, Step::FinishCreated) && was_sent {
                assert_eq!(to, OnboardingState::Created, "{from:?}");
            } else {
                assert!(matches!(outcome, Err(JournalError::Conflict)), "{step:?} from {from:?}: {outcome:?}");
                assert_eq!(to, from, "{step:?}");
            }
        }
    }
}

#[test]
fn states_reasons_and_happenings_survive_storage() {
    for state in OnboardingState::ALL {
        assert_eq!(OnboardingState::parse(state.as_str()).unwrap(), state);
        let became = Happening::Became(state);
        assert_eq!(Happening::parse(became.as_str()).unwrap(), became);
    }
    for reason in Reason::ALL {
        assert_eq!(Reason::parse(reason.as_str()).unwrap(), reason);
    }
    for step in Happening::STEPS {
        assert_eq!(Happening::parse(step.as_str()).unwrap(), step);
    }
    assert!(OnboardingState::parse("visible").is_err() && Happening::parse("nonsense").is_err());
}
