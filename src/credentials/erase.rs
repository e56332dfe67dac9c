//! The end of the credentials.

use sqlx::Row;

use super::{CredentialStore, CredentialsError, State};
use crate::{
    audit::{Act, Actor, Entry, RecordKind},
    database::{WriteTransaction, to_micros},
};

/// How many rows one sweep takes up; the next one comes soon.
const SWEPT_AT_ONCE: i64 = 200;

impl CredentialStore {
    /// Erases what is past its time: unopened past `expires_at`, shown past the 120 s. Then lets the database itself
    /// forget what was erased since the last time, by whomever. Runs every few seconds.
    ///
    /// After a jump of the clock it waits until the clock can be believed: a password that was erased too early does not
    /// come back when somebody sets the date right. Until then nobody can open what seems to be past its time.
    pub async fn sweep(&self) -> Result<u64, CredentialsError> {
        let swept = self.sweep_ended().await;
        self.db.tidy().await;
        swept
    }

    async fn sweep_ended(&self) -> Result<u64, CredentialsError> {
        const EXPIRED: &str =
            "SELECT onboarding_id FROM credential WHERE state = 'sealed' AND expires_at <= $1 LIMIT $2";
        const UNCONFIRMED: &str =
            "SELECT onboarding_id FROM credential WHERE state = 'claimed' AND claim_until_at <= $1 LIMIT $2";
        if !self.jumps.believes(&*self.ambient.clock) {
            return Ok(0);
        }
        Ok(self.sweep_into(State::Expired, EXPIRED).await? + self.sweep_into(State::Unconfirmed, UNCONFIRMED).await?)
    }

    async fn sweep_into(&self, to: State, due: &'static str) -> Result<u64, CredentialsError> {
        let now = to_micros(self.ambient.now());
        let rows = sqlx::query(due).bind(now).bind(SWEPT_AT_ONCE).fetch_all(self.db.read()).await?;
        let mut swept = 0;
        for row in rows {
            let id: String = row.try_get("onboarding_id")?;
            swept += u64::from(self.sweep_one(to, &id, now).await?);
        }
        Ok(swept)
    }

    /// Whether the row was still due: somebody may have confirmed it, or another process swept it, in the meantime.
    async fn sweep_one(&self, to: State, id: &str, now: i64) -> Result<bool, CredentialsError> {
        const SQL: &str = "UPDATE credential SET state = $1 WHERE onboarding_id = $2 \
                           AND ((state = 'sealed' AND $1 = 'expired' AND expires_at <= $3) \
                           OR (state = 'claimed' AND $1 = 'unconfirmed' AND claim_until_at <= $3))";
        let mut tx = self.db.begin().await?;
        let due = sqlx::query(SQL).bind(to.as_str()).bind(id).bind(now).execute(&mut *tx).await?;
        if due.rows_affected() == 0 {
            return Ok(false);
        }
        overwrite(&mut tx, id).await?;
        let act = if to == State::Expired { Act::ExpireCredentials } else { Act::ForgetCredentials };
        self.audit.record(&mut tx, &Entry::done(act, Actor::Portal).on(RecordKind::Onboarding, id)).await?;
        tx.commit().await?;
        self.db.note_erased();
        Ok(true)
    }
}

/// Erases a ciphertext within a transaction: first with as many zeros, which land in the same place of the file, then
/// with NULL.
pub(super) async fn overwrite(tx: &mut WriteTransaction, id: &str) -> Result<(), CredentialsError> {
    const SEALED: &str = "SELECT sealed FROM credential WHERE onboarding_id = $1 AND sealed IS NOT NULL";
    const SQL: &str = "UPDATE credential SET sealed = $1 WHERE onboarding_id = $2";
    if planted!(NotErased) {
        return Ok(());
    }
    let Some(row) = sqlx::query(SEALED).bind(id).fetch_optional(&mut **tx).await? else { return Ok(()) };
    let zeros = "0".repeat(row.try_get::<&str, _>("sealed")?.len());
    for nothing in [Some(zeros), None] {
        sqlx::query(SQL).bind(nothing).bind(id).execute(&mut **tx).await?;
    }
    Ok(())
}
