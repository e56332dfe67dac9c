//! What is done at Microsoft with a created tenant: an intent that is committed before the call, and its outcome.

use sqlx::{Row, any::AnyRow};

use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::{Database, DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{ActId, CorrelationId, OnboardingId, Operator, PersonKey, RequestId},
    journal::Onboarding,
    partner_center::{CallIds, LostAnswer, Refusal},
};

/// After so long without an outcome the process that had it counts as dead. The calls of one act and the attempts to
/// store what came of them are over long before.
const LEASE: SignedDuration = SignedDuration::from_secs(5 * 60);

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// An acceptance of the customer agreement is recorded.
    Agreement,
    /// A new first password is set.
    Password,
}

/// How far an act is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActState {
    /// Committed; Microsoft is being asked.
    Sending,
    /// Microsoft has done it.
    Done,
    /// Nothing was changed.
    Refused,
    /// The answer was lost, or the process died: nobody knows.
    Unknown,
}

/// Why an act was not done, or what is to be said of its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// A definite refusal; status and code say why.
    Refused,
    /// The token was not accepted: the person has to sign in again.
    SignInAgain,
    /// Microsoft asked to wait.
    Throttled,
    /// Microsoft could not be asked, before anything was sent that could change something.
    Unreachable,
    /// The tenant has no user with the name of its first administrator.
    NoSuchUser,
    /// Partner Center has this acceptance already.
    RecordedBefore,
    /// The answer was lost.
    Lost,
}

/// The outcome in numbers and ids, without third-party text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActFailure {
    /// What it means.
    pub hindrance: Hindrance,
    /// HTTP status; `None`: there was no answer.
    pub status: Option<u16>,
    /// Partner Center's error code.
    pub code: Option<String>,
    /// `MS-CV` of the answer.
    pub ms_cv: Option<String>,
}

/// One act.
#[derive(Clone, Debug)]
pub struct Act {
    /// Our id.
    pub id: ActId,
    /// Of which onboarding's tenant.
    pub onboarding: OnboardingId,
    /// What is done.
    pub kind: ActKind,
    /// JSON of whoever does it; never a secret.
    pub content: String,
    /// How far it is.
    pub state: ActState,
    /// `MS-RequestId`: the same on every repeat.
    pub request_id: RequestId,
    /// `MS-CorrelationId`.
    pub correlation_id: CorrelationId,
    /// Who does it.
    pub actor: PersonKey,
    /// That person's name.
    pub actor_name: String,
    /// Why it was not done.
    pub failure: Option<ActFailure>,
    /// When it was committed.
    pub begun_at: Timestamp,
    /// When its outcome was stored.
    pub ended_at: Option<Timestamp>,
}

/// What became of an attempt to begin.
#[derive(Debug)]
pub(super) enum Begun {
    /// It is the caller's to carry out.
    Now(Box<Act>),
    /// The same form has begun it before.
    Before,
    /// The same form, with another content.
    Otherwise,
    /// Another one of its kind is under way.
    UnderWay,
}

impl ActFailure {
    /// Without an answer of Partner Center.
    pub fn because(hindrance: Hindrance) -> Self {
        Self { hindrance, status: None, code: None, ms_cv: None }
    }

    /// A word of ours, followed by status and code of Microsoft's if there are any.
    pub(super) fn in_words(&self) -> String {
        let status = self.status.map(|status| status.to_string());
        let parts = [Some(self.hindrance.as_str()), status.as_deref(), self.code.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// After an answer that cannot be used.
    pub(super) fn lost(answer: &LostAnswer) -> Self {
        let LostAnswer { status, ms_cv, .. } = answer.clone();
        Self { hindrance: Hindrance::Lost, status, code: None, ms_cv }
    }

    /// With what a refusal says.
    pub(super) fn of(refusal: &Refusal, hindrance: Hindrance) -> Self {
        let Refusal { status, code, ms_cv, .. } = refusal.clone();
        Self { hindrance, status: Some(status), code, ms_cv }
    }
}

impl Act {
    /// Under which ids it is sent, each time.
    pub(super) fn call_ids(&self) -> CallIds {
        CallIds { request_id: self.request_id.clone(), correlation_id: self.correlation_id.clone() }
    }
}

/// The acts in the database. An [`Onboarding`] in hand is the proof that whoever asks may see its tenant.
#[derive(Clone, Debug)]
pub(super) struct Acts {
    db: Database,
    ambient: Ambient,
}

macro_rules! columns {
    () => {
        "id, onboarding_id, kind, content, state, request_id, correlation_id, actor_tid, actor_oid, actor_name, \
         hindrance, failure_status, failure_code, failure_ms_cv, lease_until_at, begun_at, ended_at"
    };
}

impl Acts {
    pub(super) fn new(db: Database, ambient: Ambient) -> Self {
        Self { db, ambient }
    }

    /// A transaction for an act and what belongs to it.
    pub(super) async fn transaction(&self) -> Result<WriteTransaction, DatabaseError> {
        self.db.begin().await
    }

    /// All of one kind, newest first.
    pub(super) async fn of(&self, onboarding: &Onboarding, kind: ActKind) -> Result<Vec<Act>, DatabaseError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM tenant_act WHERE onboarding_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 50"
        );
        let rows = sqlx::query(SQL).bind(onboarding.id.as_str()).bind(kind.as_str()).fetch_all(self.db.read()).await?;
        rows.iter().map(|row| read(row, self.ambient.now())).collect()
    }

    /// Commits an intent as far as the caller's transaction does. Of several with the same id one begins; of several of
    /// one kind one is under way.
    pub(super) async fn begin(
        &self,
        tx: &mut WriteTransaction,
        operator: &Operator,
        onboarding: &Onboarding,
        (id, kind, content): (&ActId, ActKind, &str),
    ) -> Result<Begun, DatabaseError> {
        const SQL: &str = "INSERT INTO tenant_act (id, onboarding_id, kind, content, state, request_id, \
                           correlation_id, actor_tid, actor_oid, actor_name, lease_until_at, begun_at) \
                           VALUES ($1, $2, $3, $4, 'sending', $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
        if let Some(known) = find(tx, id, self.ambient.now()).await? {
            return Ok(compare(&known, operator, onboarding, kind, content));
        }
        self.bury(tx, onboarding, kind).await?;
        let now = self.ambient.now();
        let (request_id, correlation_id) =
            (RequestId::from(self.ambient.uuid_v4()), CorrelationId::from(self.ambient.uuid_v4()));
        let begun = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(onboarding.id.as_str())
            .bind(kind.as_str())
            .bind(content)
            .bind(request_id.as_str())
            .bind(correlation_id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(&operator.name)
            .bind(lease_end(now))
            .bind(to_micros(now))
            .execute(&mut **tx)
            .await?;
        let found = find(tx, id, now).await?;
        Ok(match found {
            Some(act) if begun.rows_affected() == 1 => Begun::Now(Box::new(act)),
            Some(known) => compare(&known, operator, onboarding, kind, content),
            None => Begun::UnderWay,
        })
    }

    /// Takes up again an act whose outcome is not known; `None` if it is known by now or somebody is at it.
    pub(super) async fn retake(
        &self,
        tx: &mut WriteTransaction,
        onboarding: &Onboarding,
        (id, kind): (&ActId, ActKind),
    ) -> Result<Option<Act>, DatabaseError> {
        const SQL: &str = "UPDATE tenant_act SET state = 'sending', lease_until_at = $1, ended_at = NULL \
                           WHERE id = $2 AND onboarding_id = $3 AND kind = $4 AND state = 'unknown' \
                           AND NOT EXISTS (SELECT 1 FROM tenant_act other WHERE other.onboarding_id = $3 \
                           AND other.kind = $4 AND other.state = 'sending')";
        self.bury(tx, onboarding, kind).await?;
        let now = self.ambient.now();
        let taken = sqlx::query(SQL)
            .bind(lease_end(now))
            .bind(id.as_str())
            .bind(onboarding.id.as_str())
            .bind(kind.as_str())
            .execute(&mut **tx)
            .await?;
        if taken.rows_affected() == 1 { find(tx, id, now).await } else { Ok(None) }
    }

    /// Stores an outcome; `false` if another one stands already.
    pub(super) async fn finish(
        &self,
        tx: &mut WriteTransaction,
        act: &Act,
        state: ActState,
        failure: Option<&ActFailure>,
    ) -> Result<bool, DatabaseError> {
        const SQL: &str = "UPDATE tenant_act SET state = $1, hindrance = $2, failure_status = $3, failure_code = $4, \
                           failure_ms_cv = $5, ended_at = $6 WHERE id = $7 AND state = 'sending'";
        let finished = sqlx::query(SQL)
            .bind(state.as_str())
            .bind(failure.map(|failure| failure.hindrance.as_str()))
            .bind(failure.and_then(|failure| failure.status).map(i64::from))
            .bind(failure.and_then(|failure| failure.code.as_deref()))
            .bind(failure.and_then(|failure| failure.ms_cv.as_deref()))
            .bind(to_micros(self.ambient.now()))
            .bind(act.id.as_str())
            .execute(&mut **tx)
            .await?;
        Ok(finished.rows_affected() == 1)
    }

    /// What a dead process has left under way is not known.
    async fn bury(
        &self,
        tx: &mut WriteTransaction,
        onboarding: &Onboarding,
        kind: ActKind,
    ) -> Result<(), DatabaseError> {
        const SQL: &str = "UPDATE tenant_act SET state = 'unknown', hindrance = 'lost', ended_at = $1 \
                           WHERE onboarding_id = $2 AND kind = $3 AND state = 'sending' AND lease_until_at < $1";
        sqlx::query(SQL)
            .bind(to_micros(self.ambient.now()))
            .bind(onboarding.id.as_str())
            .bind(kind.as_str())
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}

/// One form, one act: the same once more is a double click, another content is not.
fn compare(known: &Act, operator: &Operator, onboarding: &Onboarding, kind: ActKind, content: &str) -> Begun {
    let is_same = known.onboarding == onboarding.id
        && known.kind == kind
        && known.actor == operator.key
        && known.content == content;
    if is_same { Begun::Before } else { Begun::Otherwise }
}

async fn find(tx: &mut WriteTransaction, id: &ActId, now: Timestamp) -> Result<Option<Act>, DatabaseError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM tenant_act WHERE id = $1");
    let row = sqlx::query(SQL).bind(id.as_str()).fetch_optional(&mut **tx).await?;
    row.map(|row| read(&row, now)).transpose()
}

/// A row as of `now`: one whose lease is over is not known, even before anybody has written that down.
fn read(row: &AnyRow, now: Timestamp) -> Result<Act, DatabaseError> {
    let stored = ActState::parse(row.try_get("state")?)?;
    let is_dead = stored == ActState::Sending && from_micros(row.try_get("lease_until_at")?)? < now;
    let state = if is_dead { ActState::Unknown } else { stored };
    let failure = if is_dead { Some(ActFailure::because(Hindrance::Lost)) } else { failure(row)? };
    Ok(Act {
        id: id(row, "id")?,
        onboarding: id(row, "onboarding_id")?,
        kind: ActKind::parse(row.try_get("kind")?)?,
        content: row.try_get("content")?,
        state,
        request_id: id(row, "request_id")?,
        correlation_id: id(row, "correlation_id")?,
        actor: PersonKey { tid: row.try_get("actor_tid")?, oid: row.try_get("actor_oid")? },
        actor_name: row.try_get("actor_name")?,
        failure,
        begun_at: from_micros(row.try_get("begun_at")?)?,
        ended_at: row.try_get::<Option<i64>, _>("ended_at")?.map(from_micros).transpose()?,
    })
}

fn failure(row: &AnyRow) -> Result<Option<ActFailure>, DatabaseError> {
    let Some(hindrance) = row.try_get("hindrance")? else { return Ok(None) };
    let status: Option<i64> = row.try_get("failure_status")?;
    Ok(Some(ActFailure {
        hindrance: Hindrance::parse(hindrance)?,
        status: status
            .map(u16::try_from)
            .transpose()
            .map_err(|_| DatabaseError::Corrupt("tenant_act.failure_status"))?,
        code: row.try_get("failure_code")?,
        ms_cv: row.try_get("failure_ms_cv")?,
    }))
}

fn id<T: TryFrom<String>>(row: &AnyRow, column: &'static str) -> Result<T, DatabaseError> {
    row.try_get::<String, _>(column)?.try_into().map_err(|_| DatabaseError::Corrupt("tenant_act id"))
}

fn lease_end(now: Timestamp) -> i64 {
    to_micros(now.saturating_add(LEASE).unwrap_or(now))
}

impl ActKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Password => "password",
        }
    }

    fn parse(text: &str) -> Result<Self, DatabaseError> {
        let known = [Self::Agreement, Self::Password].into_iter().find(|kind| kind.as_str() == text);
        known.ok_or(DatabaseError::Corrupt("tenant_act.kind"))
    }
}

impl ActState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    fn parse(text: &str) -> Result<Self, DatabaseError> {
        let all = [Self::Sending, Self::Done, Self::Refused, Self::Unknown];
        all.into_iter().find(|state| state.as_str() == text).ok_or(DatabaseError::Corrupt("tenant_act.state"))
    }
}

impl Hindrance {
    /// Every hindrance.
    pub const ALL: [Self; 7] = [
        Self::Refused,
        Self::SignInAgain,
        Self::Throttled,
        Self::Unreachable,
        Self::NoSuchUser,
        Self::RecordedBefore,
        Self::Lost,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::SignInAgain => "sign_in_again",
            Self::Throttled => "throttled",
            Self::Unreachable => "unreachable",
            Self::NoSuchUser => "no_such_user",
            Self::RecordedBefore => "recorded_before",
            Self::Lost => "lost",
        }
    }

    fn parse(text: &str) -> Result<Self, DatabaseError> {
        let known = Self::ALL.into_iter().find(|hindrance| hindrance.as_str() == text);
        known.ok_or(DatabaseError::Corrupt("tenant_act.hindrance"))
    }
}
