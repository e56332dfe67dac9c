//! The admin credentials of a new tenant: sealed, claimed by exactly one person, confirmed, erased.

mod erase;
mod hand_over;
mod renew;
mod status;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use self::{
    erase::overwrite,
    hand_over::reseller_of,
    status::{State, columns},
};
pub use self::{
    hand_over::{HandOver, HandOverNotice, Term},
    status::{CredentialsStatus, SOON},
};
use crate::{
    audit::{Act, Actor, Audit, AuditError, Entry},
    clock::{Ambient, JumpWatch, SignedDuration, Timestamp},
    database::{Database, DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{OnboardingId, Operator, PersonKey, Role, Side},
    journal::seen_by,
    keyring::{Keyring, KeyringError, SealedColumn},
    measure,
};

/// How long unopened credentials are kept, unless [`CredentialStore::keep_unopened_for`] says otherwise.
pub const KEPT_UNOPENED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long opened ones can be asked for again by the page that opened them.
pub const KEPT_OPENED: SignedDuration = SignedDuration::from_secs(120);

/// Where they are sealed.
pub const SEALED: SealedColumn =
    SealedColumn { table: "credential", column: "sealed", row: &["onboarding_id"], owner: &["owner_tid", "owner_oid"] };

/// The admin credentials in the clear. They leave through the one answer that shows them; no `Clone`, no `Serialize`,
/// a `Debug` that says nothing, erased from memory when dropped.
#[derive(Debug)]
pub struct Credential {
    /// Sign-in name in full: `admin@contoso.onmicrosoft.com`.
    pub user_name: String,
    /// First password.
    pub password: SecretString,
    /// Until when the same page may ask again.
    pub until: Timestamp,
}

/// How the asking page can deal with a lost answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// A script keeps the claim token in memory: the same token in the same session is answered again for 120 s.
    SameToken,
    /// A plain form: a reload repeats the POST, so the token counts once.
    Never,
}

/// Why no credentials are shown.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Opened already, expired or missing; the status says which.
    #[error("not to be opened (again)")]
    Gone(Box<CredentialsStatus>),
    /// No such onboarding, not created yet, or not this person's.
    #[error("no such credentials")]
    NotFound,
    /// The key is not there or does not fit: the claim was rolled back, nothing is lost.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The step could not be recorded in the audit, and did not happen.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

impl CredentialsError {
    /// In a word, for what is counted and recorded.
    fn word(&self) -> &'static str {
        match self {
            Self::Gone(_) => "gone",
            Self::NotFound => "not_found",
            Self::Keyring(_) => "key_missing",
            Self::Database(_) | Self::Audit(_) => "failed",
        }
    }
}

impl From<sqlx::Error> for CredentialsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What the answer about a created tenant brought.
#[derive(Debug)]
pub struct NewCredential<'a> {
    /// Sign-in name in full: `admin@contoso.onmicrosoft.com`.
    pub user_name: String,
    /// First password.
    pub password: &'a SecretString,
}

/// The life of the credentials.
#[derive(Clone)]
pub struct CredentialStore {
    db: Database,
    keyring: Keyring,
    audit: Audit,
    ambient: Ambient,
    kept_unopened: SignedDuration,
    jumps: Arc<JumpWatch>,
}

impl CredentialStore {
    /// Over this database and keyring.
    pub fn new(db: Database, keyring: Keyring, ambient: Ambient) -> Self {
        let audit = Audit::new(db.clone(), keyring.clone(), ambient.clone());
        Self { db, keyring, audit, ambient, kept_unopened: KEPT_UNOPENED, jumps: Arc::default() }
    }

    /// Keeps what is sealed from now on for so long if nobody opens it.
    #[must_use]
    pub fn keep_unopened_for(self, time: SignedDuration) -> Self {
        Self { kept_unopened: time, ..self }
    }

    /// Whether credentials could be sealed now. To be asked before a tenant is created: its password comes once, and
    /// would have no place.
    pub fn can_seal(&self) -> Result<(), CredentialsError> {
        Ok(self.keyring.can_seal()?)
    }

    /// Seals the credentials of a tenant in the transaction that records it; `None`: its answer brought none.
    ///
    /// What is there already stays: neither a late answer nor a repeated one brings a secret back. Only `missing`
    /// credentials are replaced by real ones.
    pub async fn seal(
        &self,
        tx: &mut WriteTransaction,
        id: &OnboardingId,
        owner: &PersonKey,
        credential: Option<&NewCredential<'_>>,
    ) -> Result<(), CredentialsError> {
        const SQL: &str = "INSERT INTO credential (onboarding_id, state, owner_tid, owner_oid, sealed, sealed_at, \
                           expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                           ON CONFLICT (onboarding_id) DO UPDATE SET state = excluded.state, \
                           sealed = excluded.sealed, sealed_at = excluded.sealed_at, \
                           expires_at = excluded.expires_at WHERE credential.state = 'missing'";
        let now = self.ambient.now();
        let state = if credential.is_some() { State::Sealed } else { State::Missing };
        let envelope = credential.map(|credential| self.envelope(id, owner, credential)).transpose()?;
        sqlx::query(SQL)
            .bind(id.as_str())
            .bind(state.as_str())
            .bind(&owner.tid)
            .bind(&owner.oid)
            .bind(envelope)
            .bind(to_micros(now))
            .bind(later(now, self.kept_unopened))
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    /// Name and password with a zero byte in between, which no name has.
    fn envelope(
        &self,
        id: &OnboardingId,
        owner: &PersonKey,
        credential: &NewCredential<'_>,
    ) -> Result<String, KeyringError> {
        let parts = [credential.user_name.as_bytes(), b"\0", credential.password.expose_secret().as_bytes()];
        let plaintext = Zeroizing::new(parts.concat());
        self.keyring.seal(SEALED.place(id.as_str(), &owner_text(owner)), &plaintext)
    }

    /// Where the credentials stand. `None`: the onboarding has none (yet) or is not `viewer`'s to see.
    pub async fn status(
        &self,
        viewer: &Operator,
        id: &OnboardingId,
    ) -> Result<Option<CredentialsStatus>, CredentialsError> {
        // Whoever may see the onboarding.
        let sql = seen_by!(
            viewer,
            [
                "SELECT ",
                columns!(),
                " FROM credential WHERE onboarding_id = $3 AND EXISTS (SELECT 1 FROM onboarding o \
              WHERE o.id = onboarding_id AND "
            ],
            [")"]
        );
        let row = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?;
        Ok(row.map(|row| status::read(&row, self.ambient.now())).transpose()?)
    }

    /// When the first of the operator's own unopened credentials is erased, if that is soon.
    pub async fn first_to_expire(&self, operator: &Operator) -> Result<Option<Timestamp>, CredentialsError> {
        const SQL: &str = "SELECT MIN(expires_at) AS first FROM credential WHERE owner_tid = $1 AND owner_oid = $2 \
                           AND state = 'sealed' AND expires_at > $3 AND expires_at <= $4";
        let now = self.ambient.now();
        let row = sqlx::query(SQL)
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_micros(now))
            .bind(later(now, SOON))
            .fetch_one(self.db.read())
            .await?;
        Ok(row.try_get::<Option<i64>, _>("first")?.map(from_micros).transpose()?)
    }

    /// Opens the credentials for exactly one asker: a compare-and-set decides, and the winner alone gets them.
    /// `session` is a stable text that identifies the browser session; only hashes of it and of `token` are kept.
    pub async fn claim(
        &self,
        operator: &Operator,
        session: &str,
        id: &OnboardingId,
        token: &SecretString,
        replay: Replay,
    ) -> Result<Credential, CredentialsError> {
        let outcome = self.open(operator, session, id, token, replay).await;
        measure::reveal(outcome.as_ref().map_or_else(CredentialsError::word, |_| "shown"));
        if let Err(error) = &outcome {
            self.record_refusal(Act::ClaimCredentials, operator, id, error).await;
        }
        outcome
    }

    async fn open(
        &self,
        operator: &Operator,
        session: &str,
        id: &OnboardingId,
        token: &SecretString,
        replay: Replay,
    ) -> Result<Credential, CredentialsError> {
        let asker = Asker {
            operator,
            id,
            token_hash: hash(id, token.expose_secret()),
            session_hash: hash(id, session),
            now: self.ambient.now(),
        };
        let replay = if planted!(ClaimIsForfeit) { Replay::Never } else { replay };
        #[cfg(feature = "torture")]
        let saw_it_sealed = planted!(ClaimReadsThenWrites)
            && matches!(self.status(operator, id).await?, Some(CredentialsStatus::Sealed { .. }));
        #[cfg(not(feature = "torture"))]
        let saw_it_sealed = false;
        let mut tx = self.db.begin().await?;
        if !(asker.wins(&mut tx).await? || saw_it_sealed) {
            return self.answer_again(tx, &asker, replay).await;
        }
        let row = asker.row(&mut tx).await?.ok_or(CredentialsError::NotFound)?;
        crash_point!(BeforeDecrypt);
        // A key that does not fit ends it here: the transaction is dropped, and the claim never happened.
        let credential = self.unseal(&row, id)?.ok_or(DatabaseError::Corrupt("credential.sealed"))?;
        if replay == Replay::Never {
            overwrite(&mut tx, id.as_str()).await?;
        }
        let entry = Entry::done(Act::ClaimCredentials, Actor::Operator(operator)).on_onboarding(id);
        if !planted!(RevealNotOnRecord) {
            self.audit.record(&mut tx, &entry).await?;
        }
        crash_point!(BeforeClaim);
        tx.commit().await?;
        crash_point!(AfterClaim);
        if replay == Replay::Never {
            self.db.note_erased();
        }
        Ok(credential)
    }

    /// The same page gets the same answer again for a while; everybody else learns where the credentials went.
    async fn answer_again(
        &self,
        mut tx: WriteTransaction,
        asker: &Asker<'_>,
        replay: Replay,
    ) -> Result<Credential, CredentialsError> {
        let row = asker.row(&mut tx).await?.ok_or(CredentialsError::NotFound)?;
        let status = status::read(&row, asker.now)?;
        let claimed = matches!(status, CredentialsStatus::Claimed { .. });
        let is_same_page = claimed && replay == Replay::SameToken && asker.is_claimant(&row)?;
        if is_same_page && let Some(credential) = self.unseal(&row, asker.id)? {
            let entry = Entry::done(Act::RepeatCredentials, Actor::Operator(asker.operator)).on_onboarding(asker.id);
            self.audit.record(&mut tx, &entry).await?;
            tx.commit().await?;
            return Ok(credential);
        }
        Err(CredentialsError::Gone(Box::new(status)))
    }

    /// What nobody was shown or believed stands in the audit too, unless the portal itself failed.
    async fn record_refusal(&self, act: Act, operator: &Operator, id: &OnboardingId, error: &CredentialsError) {
        let why = match error {
            CredentialsError::Gone(status) => status.word(),
            CredentialsError::NotFound | CredentialsError::Keyring(_) => error.word(),
            CredentialsError::Database(_) | CredentialsError::Audit(_) => return,
        };
        self.audit.record_refusal(&Entry::refused(act, Actor::Operator(operator), why).on_onboarding(id)).await;
    }

    /// Opens the envelope of a claimed row; `None` if it is erased.
    fn unseal(&self, row: &AnyRow, id: &OnboardingId) -> Result<Option<Credential>, CredentialsError> {
        let Some(envelope) = row.try_get::<Option<&str>, _>("sealed")? else { return Ok(None) };
        let owner = PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? };
        let plaintext = self.keyring.open(SEALED.place(id.as_str(), &owner_text(&owner)), envelope)?;
        let (user_name, password) = std::str::from_utf8(plaintext.expose_secret())
            .ok()
            .and_then(|text| text.split_once('\0'))
            .ok_or(DatabaseError::Corrupt("credential.sealed"))?;
        Ok(Some(Credential {
            user_name: user_name.to_owned(),
            password: SecretString::from(password),
            until: from_micros(row.try_get("claim_until_at")?)?,
        }))
    }

    /// "I have stored it": erases the ciphertext. Only for the claimant; a repeat changes nothing.
    pub async fn confirm(&self, operator: &Operator, id: &OnboardingId) -> Result<(), CredentialsError> {
        let outcome = self.erase_confirmed(operator, id).await;
        if let Err(error) = &outcome {
            self.record_refusal(Act::ConfirmCredentials, operator, id, error).await;
        }
        outcome
    }

    async fn erase_confirmed(&self, operator: &Operator, id: &OnboardingId) -> Result<(), CredentialsError> {
        // Also after the portal has given up waiting: that the person has it is the better news.
        const SQL: &str = "UPDATE credential SET state = 'confirmed', confirmed_at = $1 WHERE onboarding_id = $2 \
                           AND state IN ('claimed', 'unconfirmed') AND claimant_tid = $3 AND claimant_oid = $4";
        let now = self.ambient.now();
        let mut tx = self.db.begin().await?;
        let confirmed = sqlx::query(SQL)
            .bind(to_micros(now))
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .execute(&mut *tx)
            .await?;
        if confirmed.rows_affected() == 0 {
            return unconfirmable(&mut tx, operator, id, now).await;
        }
        overwrite(&mut tx, id.as_str()).await?;
        let entry = Entry::done(Act::ConfirmCredentials, Actor::Operator(operator)).on_onboarding(id);
        self.audit.record(&mut tx, &entry).await?;
        crash_point!(BeforeConfirm);
        tx.commit().await?;
        crash_point!(AfterConfirm);
        self.db.note_erased();
        Ok(())
    }
}

/// Who asks for credentials, with what in hand.
struct Asker<'a> {
    operator: &'a Operator,
    id: &'a OnboardingId,
    token_hash: String,
    session_hash: String,
    now: Timestamp,
}

impl Asker<'_> {
    /// The one statement that decides who gets the credentials.
    async fn wins(&self, tx: &mut WriteTransaction) -> Result<bool, CredentialsError> {
        const SQL: &str = "UPDATE credential SET state = 'claimed', claimant_tid = $1, claimant_oid = $2, \
                           claimant_name = $3, token_hash = $4, session_hash = $5, claimed_at = $6, \
                           claim_until_at = $7 \
                           WHERE onboarding_id = $8 AND state = 'sealed' AND expires_at > $6 \
                           AND ((owner_tid = $1 AND owner_oid = $2 AND $9 >= 1) OR (owner_tid = $1 AND $9 = 2) \
                           OR (owner_tid = $10 AND owner_oid = ''))";
        let claimed = sqlx::query(SQL)
            .bind(&self.operator.key.tid)
            .bind(&self.operator.key.oid)
            .bind(&self.operator.name)
            .bind(&self.token_hash)
            .bind(&self.session_hash)
            .bind(to_micros(self.now))
            .bind(later(self.now, KEPT_OPENED))
            .bind(self.id.as_str())
            .bind(reach(self.operator).as_number())
            .bind(reseller_of(self.operator))
            .execute(&mut **tx)
            .await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// The row, if this person could open it.
    async fn row(&self, tx: &mut WriteTransaction) -> Result<Option<AnyRow>, CredentialsError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", owner_tid, owner_oid, sealed, token_hash, session_hash FROM credential WHERE onboarding_id = $1 \
             AND ((owner_tid = $2 AND owner_oid = $3 AND $4 >= 1) OR (owner_tid = $2 AND $4 = 2) \
             OR (owner_tid = $5 AND owner_oid = ''))"
        );
        Ok(sqlx::query(SQL)
            .bind(self.id.as_str())
            .bind(&self.operator.key.tid)
            .bind(&self.operator.key.oid)
            .bind(reach(self.operator).as_number())
            .bind(reseller_of(self.operator))
            .fetch_optional(&mut **tx)
            .await?)
    }

    /// Whether the page that asks is the one that opened them: same person, same session, same token.
    fn is_claimant(&self, row: &AnyRow) -> Result<bool, CredentialsError> {
        let column = |name| row.try_get::<&str, _>(name).map(str::as_bytes);
        let same = column("token_hash")?.ct_eq(self.token_hash.as_bytes())
            & column("session_hash")?.ct_eq(self.session_hash.as_bytes())
            & column("claimant_tid")?.ct_eq(self.operator.key.tid.as_bytes())
            & column("claimant_oid")?.ct_eq(self.operator.key.oid.as_bytes());
        Ok(planted!(AnyPageAsksAgain) || same.into())
    }
}

/// Whether `viewer` may open the credentials of `owner`'s onboarding, or what was handed over.
///
/// The rule that [`CredentialStore::claim`] has in its query, for a page that must not offer what would be refused.
pub fn may_claim(viewer: &Operator, owner: &PersonKey, hand_over: Option<&HandOver>) -> bool {
    if let Some(hand_over) = hand_over {
        return reseller_of(viewer) == hand_over.to.as_str();
    }
    match reach(viewer) {
        Reach::Nobodys => false,
        Reach::Own => viewer.key == *owner,
        Reach::Providers => viewer.key.tid == owner.tid,
    }
}

/// Whose credentials a person may open.
#[derive(Clone, Copy)]
enum Reach {
    Nobodys,
    Own,
    /// Everything that belongs to people of the person's own tenant, the provider's: never what is a reseller's.
    Providers,
}

impl Reach {
    /// As the statements above compare it.
    fn as_number(self) -> i64 {
        match self {
            Self::Nobodys => 0,
            Self::Own => 1,
            Self::Providers => 2,
        }
    }
}

/// How far a person reaches.
fn reach(person: &Operator) -> Reach {
    match person.side {
        Side::Provider(Role::Support) if planted!(SupportOpens) => Reach::Own,
        Side::Provider(Role::Support) => Reach::Nobodys,
        Side::Provider(Role::AccountManager) | Side::Reseller(_) => Reach::Own,
        Side::Provider(Role::Admin) => Reach::Providers,
    }
}

/// Why a confirmation changed nothing: it was one already, or the person is not the one who opened them.
async fn unconfirmable(
    tx: &mut WriteTransaction,
    operator: &Operator,
    id: &OnboardingId,
    now: Timestamp,
) -> Result<(), CredentialsError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM credential WHERE onboarding_id = $1 AND claimant_tid = $2 AND claimant_oid = $3"
    );
    let row = sqlx::query(SQL)
        .bind(id.as_str())
        .bind(&operator.key.tid)
        .bind(&operator.key.oid)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(CredentialsError::NotFound)?;
    match status::read(&row, now)? {
        CredentialsStatus::Confirmed { .. } => Ok(()),
        status => Err(CredentialsError::Gone(Box::new(status))),
    }
}

fn owner_text(owner: &PersonKey) -> String {
    [owner.tid.as_str(), "/", owner.oid.as_str()].concat()
}

/// Both have 256 random bits, so that a plain hash is enough; the id keeps hashes of two rows apart.
fn hash(id: &OnboardingId, secret: &str) -> String {
    let hash = Sha256::new().chain_update(id.as_str()).chain_update(b"/").chain_update(secret);
    format!("{:x}", hash.finalize())
}

fn later(now: Timestamp, by: SignedDuration) -> i64 {
    to_micros(now.saturating_add(by).unwrap_or(now))
}
