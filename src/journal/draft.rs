//! Drafts: stored while a person types, deleted by that person, or by the time when nobody has touched them for long.
//!
//! A draft may be open in two windows. Each page says with what it stores what it was made of ([`Window`]), and a
//! page whose draft another one has stored since is refused: which of the two counts is for the person to say.

use sha2::{Digest, Sha256};
use sqlx::Row;
use uuid::Uuid;

use super::{Journal, JournalError, Onboarding, OnboardingState, begin::refusal, listed, reservation, rows::to_json};
use crate::{
    audit::{Act, Actor, Entry},
    clock::{SignedDuration, Timestamp},
    database::{WriteTransaction, from_micros, to_micros},
    domain::{NewCustomerForm, OnboardingId, Operator, PersonKey, ResellerId},
};

/// For how long a draft is kept that nobody touches.
pub const DRAFT_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many drafts one sweep deletes; the next one comes soon.
const SWEPT_AT_ONCE: i64 = 50;

/// What lists show of a draft.
#[derive(Clone, Copy, Debug, Default)]
pub struct DraftSummary<'a> {
    /// The chosen reseller.
    pub reseller_id: Option<&'a ResellerId>,
    /// Its name, if it is known.
    pub reseller_name: Option<&'a str>,
    /// Registered name, may be empty.
    pub company_name: &'a str,
    /// Initial domain in full, may be empty.
    pub domain: &'a str,
}

/// The page from which a draft is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window<'a> {
    /// Tells the page from every other. Empty: its word counts, whatever anybody else has stored.
    pub page: &'a str,
    /// Which save of the page it is. An earlier one that comes late changes nothing.
    pub save: i64,
    /// The version of the draft that the page was made of; 0: there was none.
    pub version: i64,
}

/// A draft as it is stored now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftVersion(i64);

impl DraftVersion {
    /// As a page carries it.
    pub fn number(self) -> i64 {
        self.0
    }
}

impl Onboarding {
    /// The version of a draft: the moment at which it was stored.
    pub fn draft_version(&self) -> DraftVersion {
        DraftVersion(to_micros(self.changed_at))
    }
}

impl Journal {
    /// Under which id a form is stored that names this draft: under the same if the operator has it, else under one that
    /// follows from the person and the name. So a foreign id is as good as one that nobody has, and the same form that is
    /// sent twice at once is one draft.
    pub async fn place_of_draft(
        &self,
        operator: &Operator,
        named: &OnboardingId,
    ) -> Result<OnboardingId, JournalError> {
        const OWN: &str = "SELECT 1 FROM onboarding WHERE id = $1 AND owner_tid = $2 AND owner_oid = $3";
        let own = sqlx::query(OWN)
            .bind(named.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .fetch_optional(self.db.read())
            .await?;
        Ok(if own.is_some() { named.clone() } else { place_of_new(&operator.key, named) })
    }

    /// Stores a draft under an id of the page's making, whoever has stored it in the meantime. Only its owner can, and
    /// only while it is a draft: `Conflict` if it has been sent, `NotFound` if it is somebody else's.
    pub async fn save_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        summary: DraftSummary<'_>,
    ) -> Result<(), JournalError> {
        self.save_draft_from(operator, id, form, summary, Window::default()).await.map(drop)
    }

    /// The same from a page: `ChangedElsewhere` if another one has stored it since this one was made.
    pub async fn save_draft_from(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        summary: DraftSummary<'_>,
        window: Window<'_>,
    ) -> Result<DraftVersion, JournalError> {
        self.store_draft(operator, id, (form, None), summary, window, None).await
    }

    /// Stores a draft that was made of the answers of another onboarding.
    pub async fn save_copy(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        of: &Onboarding,
        summary: DraftSummary<'_>,
    ) -> Result<DraftVersion, JournalError> {
        let entry = Entry::done(Act::Copy, Actor::Operator(operator)).on_onboarding(&of.id);
        let entry = entry.with_detail(["draft ", id.as_str()].concat());
        self.store_draft(operator, id, (&of.form, Some(&of.id)), summary, Window::default(), Some(&entry)).await
    }

    /// The form, and the onboarding whose answers it began with.
    async fn store_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        (form, copy_of): (&NewCustomerForm, Option<&OnboardingId>),
        summary: DraftSummary<'_>,
        window: Window<'_>,
        entry: Option<&Entry<'_>>,
    ) -> Result<DraftVersion, JournalError> {
        // A version is a moment, and each of a draft is later than the one before, whatever the clock says. What changes
        // nothing makes none: a page that saves the same once more does not stand in another one's way.
        const SQL: &str = "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, reseller_id, \
                           reseller_name, company_name, domain, in_doubt, created_at, changed_at, draft_page, \
                           draft_save, copy_of) VALUES ($1, 'draft', $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, \
                           $12, $13, $15) \
                           ON CONFLICT (id) DO UPDATE SET form = excluded.form, reseller_id = excluded.reseller_id, \
                           reseller_name = excluded.reseller_name, company_name = excluded.company_name, \
                           domain = excluded.domain, draft_page = excluded.draft_page, \
                           draft_save = excluded.draft_save, changed_at = \
                           CASE WHEN excluded.changed_at > onboarding.changed_at THEN excluded.changed_at \
                           ELSE onboarding.changed_at + 1 END \
                           WHERE onboarding.state = 'draft' AND onboarding.owner_tid = excluded.owner_tid \
                           AND onboarding.owner_oid = excluded.owner_oid \
                           AND (onboarding.form <> excluded.form OR onboarding.company_name <> excluded.company_name \
                           OR onboarding.domain <> excluded.domain \
                           OR COALESCE(onboarding.reseller_name, '') <> COALESCE(excluded.reseller_name, '')) \
                           AND ($12 = '' OR onboarding.changed_at = $14 \
                           OR (onboarding.draft_page = $12 AND onboarding.draft_save <= $13)) RETURNING changed_at";
        const FIRST_EVENT: &str = "INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, \
                                   happened_at) VALUES ($1, 1, 'draft', $2, $3) ON CONFLICT DO NOTHING";
        let now = to_micros(self.ambient.now());
        let mut tx = self.transaction().await?;
        let former = listed::before(&mut tx, id).await?;
        // All rows are fetched although there is one: SQLite is done when the statement has run to its end.
        let stored = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(&operator.name)
            .bind(to_json(form))
            .bind(summary.reseller_id.map(ResellerId::as_str))
            .bind(summary.reseller_name)
            .bind(summary.company_name)
            .bind(summary.domain)
            .bind(now)
            .bind(now)
            .bind(window.page)
            .bind(window.save)
            .bind(window.version)
            .bind(copy_of.map(OnboardingId::as_str))
            .fetch_all(&mut *tx)
            .await?;
        let Some(row) = stored.first() else {
            drop(tx);
            return self.instead_of_storing(operator, id, form, window).await;
        };
        let version = DraftVersion(row.try_get("changed_at")?);
        listed::after(&mut tx, id, former).await?;
        reservation::release_other(&mut tx, operator, id, summary.domain).await?;
        sqlx::query(FIRST_EVENT).bind(id.as_str()).bind(&operator.name).bind(now).execute(&mut *tx).await?;
        if let Some(entry) = entry {
            self.audit.record(&mut tx, entry).await?;
        }
        tx.commit().await?;
        Ok(version)
    }

    /// Why a draft was not stored, or that it need not be: the same is there, or a later save of the same page.
    async fn instead_of_storing(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        window: Window<'_>,
    ) -> Result<DraftVersion, JournalError> {
        const SQL: &str = "SELECT state, form, changed_at, draft_page FROM onboarding \
                           WHERE id = $1 AND owner_tid = $2 AND owner_oid = $3";
        let row = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .fetch_optional(self.db.read())
            .await?;
        let row = row.ok_or(JournalError::NotFound)?;
        if OnboardingState::parse(row.try_get("state")?)? != OnboardingState::Draft {
            return Err(JournalError::Conflict);
        }
        let at = row.try_get("changed_at")?;
        let is_same = row.try_get::<&str, _>("form")? == to_json(form);
        let is_own = row.try_get::<Option<&str>, _>("draft_page")? == Some(window.page);
        if is_same || is_own { Ok(DraftVersion(at)) } else { Err(JournalError::ChangedElsewhere(from_micros(at)?)) }
    }

    /// Deletes a draft of the operator's. `Conflict` if it has been sent, `NotFound` if it is somebody else's.
    pub async fn delete_draft(&self, operator: &Operator, id: &OnboardingId) -> Result<(), JournalError> {
        const LOCK: &str = "UPDATE onboarding SET state = state \
                            WHERE id = $1 AND state = 'draft' AND owner_tid = $2 AND owner_oid = $3";
        let mut tx = self.transaction().await?;
        let locked = sqlx::query(LOCK).bind(id.as_str()).bind(&operator.key.tid).bind(&operator.key.oid);
        if locked.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(refusal(&mut tx, operator, id, false).await?);
        }
        reservation::release(&mut tx, operator, id).await?;
        self.remove_locked(tx, id, Actor::Operator(operator)).await
    }

    /// Deletes drafts that nobody has touched for [`DRAFT_KEPT`]. Returns how many.
    pub async fn sweep_drafts(&self) -> Result<u64, JournalError> {
        const DUE: &str = "SELECT id FROM onboarding WHERE state = 'draft' AND changed_at <= $1 LIMIT $2";
        const LOCK: &str = "UPDATE onboarding SET state = state WHERE id = $1 AND state = 'draft' AND changed_at <= $2";
        // What is deleted because the date was wrong does not come back when somebody sets it right.
        if !self.jumps.believes(&*self.ambient.clock) {
            return Ok(0);
        }
        let oldest = to_micros(self.ambient.now().saturating_sub(DRAFT_KEPT).unwrap_or(Timestamp::MIN));
        let due = sqlx::query(DUE).bind(oldest).bind(SWEPT_AT_ONCE).fetch_all(self.db.read()).await?;
        let mut swept = 0;
        for row in due {
            let id: OnboardingId = super::rows::id(row.try_get("id")?)?;
            let mut tx = self.transaction().await?;
            // Its owner may have touched it, or another process deleted it, in the meantime.
            let locked = sqlx::query(LOCK).bind(id.as_str()).bind(oldest).execute(&mut *tx).await?;
            if locked.rows_affected() == 1 {
                self.remove_locked(tx, &id, Actor::Portal).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Deletes a draft whose row the transaction has locked: what it says goes, that it was deleted stays in the audit.
    async fn remove_locked(
        &self,
        mut tx: WriteTransaction,
        id: &OnboardingId,
        by: Actor<'_>,
    ) -> Result<(), JournalError> {
        listed::forget(&mut tx, id).await?;
        for sql in ["DELETE FROM onboarding_event WHERE onboarding_id = $1", "DELETE FROM onboarding WHERE id = $1"] {
            sqlx::query(sql).bind(id.as_str()).execute(&mut *tx).await?;
        }
        self.audit.record(&mut tx, &Entry::done(Act::DeleteDraft, by).on_onboarding(id)).await?;
        tx.commit().await?;
        self.db.note_erased();
        Ok(())
    }
}

/// As old as the name says, the rest by the person.
fn place_of_new(owner: &PersonKey, named: &OnboardingId) -> OnboardingId {
    let made_at = Uuid::parse_str(named.as_str()).unwrap_or_default().as_u128() >> 80;
    let hash = Sha256::digest([&owner.tid, "\n", &owner.oid, "\n", named.as_str()].concat());
    let mut rest = [0; 10];
    rest.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    let millis = u64::try_from(made_at).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid().into()
}
