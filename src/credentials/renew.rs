//! A new first password in place of one that is lost.

use sqlx::Row;

use super::{CredentialStore, CredentialsError, NewCredential, erase::overwrite, later, status};
use crate::{
    database::{DatabaseError, WriteTransaction, to_micros},
    domain::{OnboardingId, PersonKey},
};

impl CredentialStore {
    /// Whether nobody has the password of a created tenant and nobody can open it any more, which is when it may be set
    /// anew: `Gone` with what stands instead if not, `NotFound` if there are no credentials.
    ///
    /// Within a transaction, so that what follows from it is decided on what is true then.
    pub async fn require_lost(&self, tx: &mut WriteTransaction, id: &OnboardingId) -> Result<(), CredentialsError> {
        const SQL: &str = concat!("SELECT ", status::columns!(), " FROM credential WHERE onboarding_id = $1");
        let row = sqlx::query(SQL).bind(id.as_str()).fetch_optional(&mut **tx).await?;
        let status = status::read(&row.ok_or(CredentialsError::NotFound)?, self.ambient.now())?;
        if status.is_lost() { Ok(()) } else { Err(CredentialsError::Gone(Box::new(status))) }
    }

    /// Seals a password that Microsoft has just accepted, in the transaction that records it. It begins a life of its
    /// own: whoever opened the former one, and all that is left of that, goes.
    ///
    /// Whatever stands in the row by now, the former password holds no more; so this asks for no state. What may come
    /// is for the caller to have decided, before Microsoft was asked ([`require_lost`](Self::require_lost)).
    pub async fn renew(
        &self,
        tx: &mut WriteTransaction,
        id: &OnboardingId,
        credential: &NewCredential<'_>,
    ) -> Result<(), CredentialsError> {
        const OWNER: &str = "SELECT owner_tid, owner_oid FROM credential WHERE onboarding_id = $1";
        const SQL: &str = "UPDATE credential SET state = 'sealed', sealed = $1, sealed_at = $2, expires_at = $3, \
                           claimant_tid = NULL, claimant_oid = NULL, claimant_name = NULL, token_hash = NULL, \
                           session_hash = NULL, claimed_at = NULL, claim_until_at = NULL, confirmed_at = NULL \
                           WHERE onboarding_id = $4";
        let row = sqlx::query(OWNER).bind(id.as_str()).fetch_optional(&mut **tx).await?;
        let row = row.ok_or(CredentialsError::NotFound)?;
        let owner = PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? };
        let envelope = self.envelope(id, &owner, credential)?;
        overwrite(tx, id.as_str()).await?;
        let now = self.ambient.now();
        let renewed = sqlx::query(SQL)
            .bind(envelope)
            .bind(to_micros(now))
            .bind(later(now, self.kept_unopened))
            .bind(id.as_str())
            .execute(&mut **tx)
            .await?;
        if renewed.rows_affected() == 1 { Ok(()) } else { Err(DatabaseError::Corrupt("credential").into()) }
    }
}
