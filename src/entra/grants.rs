//! What people have granted: refresh tokens, sealed, and the lease under which one of them is used.
//!
//! Entra gives a new refresh token with every use, and an authority may take the use of an old one for a theft. So
//! among all processes one at a time uses a token, and the new one is committed before anything else happens. The access
//! token that came with it is kept beside it, for the processes that were waiting.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::{Row, any::AnyRow};

use super::{error::StoreError, tokens::HeldToken};
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::Database,
    domain::PersonKey,
    keyring::{Keyring, SealedColumn},
};

/// How long whoever refreshes may be silent. Shorter than others wait for it, so that they take it over from a process
/// that was killed; a refresh takes longer than this only if it is [renewed](Grants::renew) meanwhile.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(10);

/// How often whoever refreshes says that it is alive; the lease outlasts two of them that fail.
pub(super) const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

/// A lease that ends later than this is a leftover of a clock that was set back. More than its length, because the one who
/// has it may have looked at the clock a little later than the one who asks, or at the clock of another machine.
const LONGEST_LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Unused refresh tokens end after 90 days at Entra.
const LONGEST_UNUSED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How often a commit is tried: with it a refresh token would be lost that cannot be had again.
const COMMIT_ATTEMPTS: u32 = 3;

/// Where refresh tokens stand.
pub(super) const REFRESH_TOKEN: SealedColumn =
    SealedColumn { table: "entra_grant", column: "refresh_token", row: &["tid", "oid"], owner: &["tid", "oid"] };

/// Where access tokens stand.
pub(super) const ACCESS_TOKEN: SealedColumn = SealedColumn { column: "access_token", ..REFRESH_TOKEN };

/// A grant that this process alone may use until the lease ends.
pub(super) struct Leased {
    pub(super) refresh_token: SecretString,
    version: i64,
    lease: String,
}

/// What a lease is wanted for.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// A good access token; the one that was discarded is as good as none.
    Token { discarded: Option<&'a HeldToken> },
    /// A refresh, whatever tokens there are: what the authority says of the person now.
    Refresh,
}

/// Who has a lease.
pub(super) struct Holder(String);

impl Leased {
    pub(super) fn holder(&self) -> Holder {
        Holder(self.lease.clone())
    }
}

/// What became of an attempt to get the lease.
pub(super) enum Lease {
    /// It is ours.
    Ours(Leased),
    /// There is no need: another process has refreshed.
    Refreshed(HeldToken),
    /// Somebody else is refreshing just now.
    Taken,
    /// There is no grant.
    NoGrant,
}

/// The table of grants.
pub(super) struct Grants {
    database: Database,
    keyring: Keyring,
    ambient: Ambient,
}

impl Grants {
    pub(super) fn new(database: Database, keyring: Keyring, ambient: Ambient) -> Self {
        Self { database, keyring, ambient }
    }

    /// Stores what a sign-in has granted, in place of what was there. A refresh that is under way finds another
    /// version than its own and leaves the row alone.
    pub(super) async fn store(
        &self,
        person: &PersonKey,
        refresh_token: &SecretString,
        access_token: &HeldToken,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO entra_grant (tid, oid, refresh_token, access_token, access_ends_at, version, lease, \
             lease_ends_at, refreshed_at) VALUES ($1, $2, $3, $4, $5, 1, '', 0, $6) \
             ON CONFLICT (tid, oid) DO UPDATE SET refresh_token = excluded.refresh_token, \
             access_token = excluded.access_token, access_ends_at = excluded.access_ends_at, \
             version = entra_grant.version + 1, lease = '', lease_ends_at = 0, refreshed_at = excluded.refreshed_at",
        )
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(self.seal(REFRESH_TOKEN, person, refresh_token)?)
        .bind(self.seal(ACCESS_TOKEN, person, access_token.secret())?)
        .bind(access_token.ends_at().as_microsecond())
        .bind(self.ambient.now().as_microsecond())
        .execute(self.database.write())
        .await?;
        Ok(())
    }

    /// Takes the lease, if there is need and it is free.
    pub(super) async fn lease(&self, person: &PersonKey, wanted: Wanted<'_>) -> Result<Lease, StoreError> {
        let row = sqlx::query(
            "SELECT refresh_token, access_token, access_ends_at, version FROM entra_grant WHERE tid = $1 AND oid = $2",
        )
        .bind(&person.tid)
        .bind(&person.oid)
        .fetch_optional(self.database.read())
        .await?;
        let Some(row) = row else {
            return Ok(Lease::NoGrant);
        };
        let now = self.ambient.now();
        let stored = self.stored_access_token(person, &row)?.filter(|token| token.is_good(now));
        let will_do = |token: &HeldToken| match wanted {
            Wanted::Token { discarded } => discarded.is_none_or(|discarded| !token.is_same(discarded)),
            Wanted::Refresh => false,
        };
        if let Some(token) = stored.filter(will_do) {
            return Ok(Lease::Refreshed(token));
        }
        // Opened before it is leased: without its key the lease would be of no use.
        let refresh_token = self.open(REFRESH_TOKEN, person, row.get("refresh_token"))?;
        let version: i64 = row.get("version");
        let lease = self.ambient.token();
        let after = |span| now.saturating_add(span).unwrap_or(now).as_microsecond();
        let taken = sqlx::query(
            "UPDATE entra_grant SET lease = $1, lease_ends_at = $2 \
             WHERE tid = $3 AND oid = $4 AND version = $5 AND (lease_ends_at <= $6 OR lease_ends_at > $7)",
        )
        .bind(&lease)
        .bind(after(LEASE))
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(version)
        .bind(now.as_microsecond())
        .bind(after(LONGEST_LEASE))
        .execute(self.database.write())
        .await?;
        if taken.rows_affected() == 0 && !planted!(NoRefreshLock) {
            return Ok(Lease::Taken);
        }
        Ok(Lease::Ours(Leased { refresh_token, version, lease }))
    }

    /// Says that the refresh goes on. False if the lease has gone to somebody else, or the grant is another one.
    pub(super) async fn renew(&self, person: &PersonKey, holder: &Holder) -> Result<bool, StoreError> {
        let ends_at = self.ambient.now().saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let renewed =
            sqlx::query("UPDATE entra_grant SET lease_ends_at = $1 WHERE tid = $2 AND oid = $3 AND lease = $4")
                .bind(ends_at.as_microsecond())
                .bind(&person.tid)
                .bind(&person.oid)
                .bind(&holder.0)
                .execute(self.database.write())
                .await?;
        Ok(renewed.rows_affected() == 1)
    }

    fn stored_access_token(&self, person: &PersonKey, row: &AnyRow) -> Result<Option<HeldToken>, StoreError> {
        let Some(sealed) = row.try_get::<Option<&str>, _>("access_token")? else { return Ok(None) };
        let ends_at = Timestamp::from_microsecond(row.get("access_ends_at")).map_err(|_| StoreError::Corrupt)?;
        Ok(Some(HeldToken::new(self.open(ACCESS_TOKEN, person, sealed)?, ends_at)))
    }

    /// Keeps the new refresh token, if there is one; the lease goes on. False if the grant is gone: the person has
    /// signed out meanwhile, or signed in anew.
    pub(super) async fn commit(
        &self,
        person: &PersonKey,
        leased: &mut Leased,
        renewed: Option<&SecretString>,
    ) -> Result<bool, StoreError> {
        let mut attempt = 1;
        loop {
            match self.try_commit(person, leased, renewed).await {
                Err(error) if attempt < COMMIT_ATTEMPTS => {
                    tracing::warn!(%error, attempt, "entra.grant: the commit of a refresh is tried again");
                    tokio::time::sleep(Duration::from_millis(200) * attempt).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(true) => {
                    leased.version += 1;
                    return Ok(true);
                }
                Ok(false) => return self.exists(person).await,
            }
        }
    }

    async fn try_commit(
        &self,
        person: &PersonKey,
        leased: &Leased,
        renewed: Option<&SecretString>,
    ) -> Result<bool, StoreError> {
        let written = sqlx::query(
            "UPDATE entra_grant SET refresh_token = $1, access_token = NULL, version = version + 1, refreshed_at = $2 \
             WHERE tid = $3 AND oid = $4 AND version = $5 AND lease = $6",
        )
        .bind(self.seal(REFRESH_TOKEN, person, renewed.unwrap_or(&leased.refresh_token))?)
        .bind(self.ambient.now().as_microsecond())
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(leased.version)
        .bind(&leased.lease)
        .execute(self.database.write())
        .await?;
        Ok(written.rows_affected() == 1)
    }

    /// Ends the lease after a refresh whose tokens have proved to be good, and shares the access token. The version
    /// changes once more: whoever has read the row before this must not take the lease without having seen the token.
    pub(super) async fn share(
        &self,
        person: &PersonKey,
        leased: &Leased,
        access_token: &HeldToken,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE entra_grant SET access_token = $1, access_ends_at = $2, version = version + 1, lease = '', \
             lease_ends_at = 0 WHERE tid = $3 AND oid = $4 AND version = $5 AND lease = $6",
        )
        .bind(self.seal(ACCESS_TOKEN, person, access_token.secret())?)
        .bind(access_token.ends_at().as_microsecond())
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(leased.version)
        .bind(&leased.lease)
        .execute(self.database.write())
        .await?;
        Ok(())
    }

    /// Ends the lease after a refresh that came to nothing; the refresh token is as good as before.
    pub(super) async fn release(&self, person: &PersonKey, leased: &Leased) -> Result<(), StoreError> {
        sqlx::query("UPDATE entra_grant SET lease = '', lease_ends_at = 0 WHERE tid = $1 AND oid = $2 AND lease = $3")
            .bind(&person.tid)
            .bind(&person.oid)
            .bind(&leased.lease)
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    /// Erases a grant that the authority no longer honours, unless a sign-in has replaced it meanwhile.
    pub(super) async fn revoke(&self, person: &PersonKey, leased: &Leased) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM entra_grant WHERE tid = $1 AND oid = $2 AND version = $3")
            .bind(&person.tid)
            .bind(&person.oid)
            .bind(leased.version)
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    /// Erases a person's grant.
    pub(super) async fn forget(&self, person: &PersonKey) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM entra_grant WHERE tid = $1 AND oid = $2")
            .bind(&person.tid)
            .bind(&person.oid)
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    /// Erases grants that Entra has forgotten.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let oldest = self.ambient.now().saturating_sub(LONGEST_UNUSED).unwrap_or(Timestamp::MIN);
        sqlx::query("DELETE FROM entra_grant WHERE refreshed_at < $1")
            .bind(oldest.as_microsecond())
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    async fn exists(&self, person: &PersonKey) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT version FROM entra_grant WHERE tid = $1 AND oid = $2")
            .bind(&person.tid)
            .bind(&person.oid)
            .fetch_optional(self.database.read())
            .await?;
        Ok(row.is_some())
    }

    fn seal(&self, column: SealedColumn, person: &PersonKey, token: &SecretString) -> Result<String, StoreError> {
        let owner = owner(person);
        Ok(self.keyring.seal(column.place(&owner, &owner), token.expose_secret().as_bytes())?)
    }

    fn open(&self, column: SealedColumn, person: &PersonKey, sealed: &str) -> Result<SecretString, StoreError> {
        let owner = owner(person);
        let opened = self.keyring.open(column.place(&owner, &owner), sealed)?;
        let text = std::str::from_utf8(opened.expose_secret()).map_err(|_| StoreError::Corrupt)?;
        Ok(SecretString::from(text))
    }
}

fn owner(person: &PersonKey) -> String {
    format!("{}/{}", person.tid, person.oid)
}
