//! Four eyes: what a reseller onboards waits until somebody of the provider has looked at it, if the reseller's setting
//! says so. What is looked at is the payload that would be sent, and its hash is part of every answer, so that what was
//! approved is what is sent.

use std::collections::HashMap;

use sqlx::{Row, any::AnyRow};

use super::{
    Intent, Journal, JournalError, Onboarding, OnboardingState, Payload,
    attempt::{Committed, lease_end},
    begin::{refusal, reseller_of},
    events::{add_event, add_event_with},
    listed, reservation,
    rows::{self, columns, to_json},
    state::Happening,
};
use crate::{
    audit::{Act, Actor, Entry, RecordKind},
    clock::Timestamp,
    database::{DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{Comment, OnboardingId, Operator, PersonKey, ResellerId, Role},
};

/// How many onboardings that wait for an approval the home page shows at most, oldest first.
const SHOWN_AT_ONCE: i64 = 200;

/// What becomes of an onboarding that a person of a reseller sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Submission {
    /// It goes to Microsoft at once.
    #[default]
    Direct,
    /// Somebody of the provider approves it first.
    Approved,
}

impl Submission {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Direct, Self::Approved];

    /// As it is stored, and as a form names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Approved => "approved",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|submission| submission.word() == word)
    }
}

/// The setting of one reseller, and who has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionSetting {
    /// What it says.
    pub submission: Submission,
    /// Name of the administrator.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

impl Journal {
    /// What becomes of onboardings of the operator's own making: those of the provider's people are sent at once.
    pub async fn submission_for(&self, operator: &Operator) -> Result<Submission, JournalError> {
        let Some(reseller) = operator.reseller() else { return Ok(Submission::Direct) };
        Ok(self.submission_setting(&reseller.id).await?.map_or(Submission::Direct, |setting| setting.submission))
    }

    /// The setting of a reseller; `None` if nobody has made one: it submits directly then.
    pub async fn submission_setting(&self, reseller: &ResellerId) -> Result<Option<SubmissionSetting>, JournalError> {
        const SQL: &str = "SELECT submission, set_by_name, set_at FROM reseller_setting WHERE reseller_id = $1";
        let row = sqlx::query(SQL).bind(reseller.as_str()).fetch_optional(self.db.read()).await?;
        row.map(|row| {
            Ok(SubmissionSetting {
                submission: submission(&row)?,
                by_name: row.try_get("set_by_name")?,
                at: from_micros(row.try_get("set_at")?)?,
            })
        })
        .transpose()
    }

    /// The settings of all resellers that have one.
    pub async fn submissions(&self) -> Result<HashMap<ResellerId, Submission>, JournalError> {
        const SQL: &str = "SELECT reseller_id, submission FROM reseller_setting";
        let rows = sqlx::query(SQL).fetch_all(self.db.read()).await?;
        rows.iter().map(|row| Ok((rows::id(row.try_get("reseller_id")?)?, submission(row)?))).collect()
    }

    /// Changes a reseller's setting, for administrators. It holds for what is sent from now on; what waits for an
    /// approval goes on waiting.
    pub async fn set_submission(
        &self,
        operator: &Operator,
        reseller: &ResellerId,
        submission: Submission,
    ) -> Result<(), JournalError> {
        const SQL: &str = "INSERT INTO reseller_setting (reseller_id, submission, set_by_name, set_at) \
                           VALUES ($1, $2, $3, $4) ON CONFLICT (reseller_id) DO UPDATE SET \
                           submission = excluded.submission, set_by_name = excluded.set_by_name, \
                           set_at = excluded.set_at WHERE reseller_setting.submission <> excluded.submission";
        if !operator.is_admin() {
            return Err(JournalError::NotFound);
        }
        let mut tx = self.transaction().await?;
        let changed = sqlx::query(SQL)
            .bind(reseller.as_str())
            .bind(submission.word())
            .bind(&operator.name)
            .bind(to_micros(self.ambient.now()))
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() > 0 {
            let entry = Entry::done(Act::SetSubmission, Actor::Operator(operator));
            let entry = entry.on(RecordKind::Reseller, reseller.as_str()).with_detail(submission.word());
            self.audit.record(&mut tx, &entry).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Asks for an approval of what the draft has become: nobody can change it until there is an answer. `Conflict` if
    /// it is no draft any more, or was changed after `intent` was read.
    pub async fn ask_for_approval(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        intent: Intent<'_>,
    ) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'awaiting_approval', payload = $1, payload_hash = $2, \
                           reseller_id = $3, reseller_name = $4, company_name = $5, domain = $6, \
                           sent_back_by = NULL, sent_back_at = NULL, sent_back_comment = NULL, changed_at = $7 \
                           WHERE id = $8 AND state = 'draft' AND owner_tid = $9 AND owner_oid = $10 AND form = $11";
        let now = self.ambient.now();
        let customer = intent.payload.customer();
        let mut tx = self.transaction().await?;
        let former = listed::before(&mut tx, id).await?;
        let asked = sqlx::query(SQL)
            .bind(intent.payload.to_json())
            .bind(intent.payload.hash())
            .bind(reseller_of(customer.sold_by()).map(ResellerId::as_str))
            .bind(intent.reseller_name)
            .bind(customer.company_name())
            .bind(intent.payload.domain())
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_json(intent.form))
            .execute(&mut *tx)
            .await?;
        if asked.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, false).await?);
        }
        listed::after(&mut tx, id, former).await?;
        let asked = Happening::Became(OnboardingState::AwaitingApproval);
        add_event(&mut tx, id, asked, Some(&operator.name), now).await?;
        reservation::release(&mut tx, operator, id).await?;
        self.record_kept_address(&mut tx, operator, id, intent.form).await?;
        let entry = Entry::done(Act::AskForApproval, Actor::Operator(operator)).on_onboarding(id);
        self.audit.record(&mut tx, &entry.with_detail(payload_words(&intent.payload.hash(), None))).await?;
        Ok(tx.commit().await?)
    }

    /// What waits for an approval that the operator may give, the longest waiting first; nothing for those who may not.
    pub async fn awaiting_approval(&self, operator: &Operator) -> Result<Vec<Onboarding>, JournalError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM onboarding o WHERE o.state = 'awaiting_approval' AND $3 = 1 \
             AND NOT (o.owner_tid = $1 AND o.owner_oid = $2) ORDER BY o.changed_at, o.id LIMIT $4"
        );
        let found = sqlx::query(SQL)
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(may_approve(operator))
            .bind(SHOWN_AT_ONCE)
            .fetch_all(self.db.read())
            .await?;
        found.iter().map(rows::onboarding).collect()
    }

    /// One of them, with what would be sent. `Conflict` if it has been answered or withdrawn.
    pub async fn to_approve(
        &self,
        operator: &Operator,
        id: &OnboardingId,
    ) -> Result<(Onboarding, Payload), JournalError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", o.payload FROM onboarding o WHERE o.id = $3 AND o.state <> 'draft' AND $4 = 1 \
             AND NOT (o.owner_tid = $1 AND o.owner_oid = $2)"
        );
        let row = sqlx::query(SQL)
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(id.as_str())
            .bind(may_approve(operator))
            .fetch_optional(self.db.read())
            .await?
            .ok_or(JournalError::NotFound)?;
        let onboarding = rows::onboarding(&row)?;
        if onboarding.state != OnboardingState::AwaitingApproval {
            return Err(JournalError::Conflict);
        }
        let payload = Payload::from_json(row.try_get("payload")?, row.try_get("payload_hash")?)?;
        Ok((onboarding, payload))
    }

    /// Commits the intent that was approved: what has this hash, and nothing else. `Conflict` if something else waits by
    /// now, or it has been answered; `CapReached`: enough for today. Nobody approves what is the own.
    pub async fn approve(
        &self,
        approver: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
        comment: Option<&Comment>,
    ) -> Result<Committed, JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'submitted', request_id = $1, correlation_id = $2, lease = $3, \
                           lease_until_at = $4, changed_at = $5 WHERE id = $6 AND state = 'awaiting_approval' \
                           AND payload_hash = $7 AND $8 = 1 AND NOT (owner_tid = $9 AND owner_oid = $10)";
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let (owner, payload) = stored(&mut tx, id).await?.ok_or(JournalError::NotFound)?;
        let attempt = self.new_attempt(&owner, id, payload);
        let updated = sqlx::query(SQL)
            .bind(attempt.request_id.as_str())
            .bind(attempt.correlation_id.as_str())
            .bind(&attempt.lease.holder)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(payload_hash)
            .bind(may_approve(approver))
            .bind(&approver.key.tid)
            .bind(&approver.key.oid)
            .execute(&mut *tx)
            .await?;
        // What was read before is what was set: the hash of the one is the condition of the other.
        if updated.rows_affected() == 0 || attempt.payload.hash() != payload_hash {
            return Err(unanswerable(&mut tx, approver, id).await?);
        }
        self.caps.count(&mut tx, now, approver, reseller_of(attempt.payload.customer().sold_by())).await?;
        let step = Happening::Became(OnboardingState::Submitted);
        add_event_with(&mut tx, id, step, Some(&approver.name), comment.map(Comment::as_str), now).await?;
        let entry = Entry::done(Act::Approve, Actor::Operator(approver))
            .on_onboarding(id)
            .under(&attempt.request_id, &attempt.correlation_id)
            .with_detail(payload_words(payload_hash, comment));
        self.audit.record(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(Committed(attempt))
    }

    /// Sends it back to its owner, who finds it among the drafts with the comment. The same conditions as for
    /// [`approve`](Self::approve).
    pub async fn send_back(
        &self,
        approver: &Operator,
        id: &OnboardingId,
        payload_hash: &str,
        comment: &Comment,
    ) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'draft', payload = NULL, payload_hash = NULL, \
                           sent_back_by = $1, sent_back_at = $2, sent_back_comment = $3, changed_at = $2 \
                           WHERE id = $4 AND state = 'awaiting_approval' AND payload_hash = $5 AND $6 = 1 \
                           AND NOT (owner_tid = $7 AND owner_oid = $8)";
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let sent_back = sqlx::query(SQL)
            .bind(&approver.name)
            .bind(to_micros(now))
            .bind(comment.as_str())
            .bind(id.as_str())
            .bind(payload_hash)
            .bind(may_approve(approver))
            .bind(&approver.key.tid)
            .bind(&approver.key.oid)
            .execute(&mut *tx)
            .await?;
        if sent_back.rows_affected() == 0 {
            return Err(unanswerable(&mut tx, approver, id).await?);
        }
        let said = Some(comment.as_str());
        add_event_with(&mut tx, id, Happening::SentBack, Some(&approver.name), said, now).await?;
        let entry = Entry::done(Act::SendBack, Actor::Operator(approver)).on_onboarding(id);
        self.audit.record(&mut tx, &entry.with_detail(payload_words(payload_hash, Some(comment)))).await?;
        Ok(tx.commit().await?)
    }

    /// Makes a draft of it again, for its owner, who has found something to change. `Conflict` if it was answered.
    pub async fn withdraw(&self, operator: &Operator, id: &OnboardingId) -> Result<(), JournalError> {
        const SQL: &str = "UPDATE onboarding SET state = 'draft', payload = NULL, payload_hash = NULL, changed_at = $1 \
                           WHERE id = $2 AND state = 'awaiting_approval' AND owner_tid = $3 AND owner_oid = $4";
        let now = self.ambient.now();
        let mut tx = self.transaction().await?;
        let withdrawn = sqlx::query(SQL)
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .execute(&mut *tx)
            .await?;
        if withdrawn.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, false).await?);
        }
        add_event(&mut tx, id, Happening::Withdrawn, Some(&operator.name), now).await?;
        let entry = Entry::done(Act::Withdraw, Actor::Operator(operator)).on_onboarding(id);
        self.audit.record(&mut tx, &entry).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that the credentials were handed over to `reseller`, or were taken back (`None`), in the transaction in
    /// which that happens, and last in it.
    pub async fn note_hand_over(
        &self,
        tx: &mut WriteTransaction,
        operator: &Operator,
        id: &OnboardingId,
        reseller: Option<&ResellerId>,
    ) -> Result<(), JournalError> {
        let (what, act) = match reseller {
            Some(_) => (Happening::HandedOver, Act::HandOverCredentials),
            None => (Happening::TakenBack, Act::TakeBackCredentials),
        };
        add_event(tx, id, what, Some(&operator.name), self.ambient.now()).await?;
        let entry = Entry::done(act, Actor::Operator(operator)).on_onboarding(id);
        let entry = match reseller {
            Some(reseller) => entry.with_detail(["to ", reseller.as_str()].concat()),
            None => entry,
        };
        Ok(self.audit.record(tx, &entry).await?)
    }
}

/// What the audit keeps of an answer: of what it was one, and what was said.
fn payload_words(hash: &str, comment: Option<&Comment>) -> String {
    match comment {
        Some(comment) => format!("payload {hash}: {}", comment.as_str()),
        None => format!("payload {hash}"),
    }
}

/// 1 for account managers and administrators of the provider; the condition that nobody answers what is the own stands
/// in each statement.
fn may_approve(operator: &Operator) -> i64 {
    i64::from(planted!(AnybodyApproves) || matches!(operator.role(), Some(Role::AccountManager | Role::Admin)))
}

fn submission(row: &AnyRow) -> Result<Submission, DatabaseError> {
    Submission::from_word(row.try_get("submission")?).ok_or(DatabaseError::Corrupt("reseller_setting.submission"))
}

/// Whose it is and what would be sent, if it waits.
async fn stored(tx: &mut WriteTransaction, id: &OnboardingId) -> Result<Option<(PersonKey, Payload)>, JournalError> {
    const SQL: &str = "SELECT owner_tid, owner_oid, payload, payload_hash FROM onboarding \
                       WHERE id = $1 AND payload IS NOT NULL";
    let Some(row) = sqlx::query(SQL).bind(id.as_str()).fetch_optional(&mut **tx).await? else { return Ok(None) };
    let owner = PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? };
    Ok(Some((owner, Payload::from_json(row.try_get("payload")?, row.try_get("payload_hash")?)?)))
}

/// Why an answer changed nothing: it has moved on, or it is not for this person to answer.
async fn unanswerable(
    tx: &mut WriteTransaction,
    approver: &Operator,
    id: &OnboardingId,
) -> Result<JournalError, JournalError> {
    const SQL: &str = "SELECT id FROM onboarding WHERE id = $1 AND state <> 'draft' AND $2 = 1 \
                       AND NOT (owner_tid = $3 AND owner_oid = $4)";
    let theirs = sqlx::query(SQL)
        .bind(id.as_str())
        .bind(may_approve(approver))
        .bind(&approver.key.tid)
        .bind(&approver.key.oid)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(if theirs.is_some() { JournalError::Conflict } else { JournalError::NotFound })
}
