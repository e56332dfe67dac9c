//! What people have granted: refresh tokens, sealed, and the lease under which one of them is used.
//!
//! Entra gives a new refresh token with every use, and an authority may take the use of an old one for a theft. So
//! among all processes one at a time uses a token, and the new one is committed before anything else happens.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::Row;

use super::error::StoreError;
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::Database,
    domain::PersonKey,
    keyring::{Keyring, SealedIn},
};

/// Longer than a refresh can take: two calls with their deadline, and the commit.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Unused refresh tokens end after 90 days at Entra.
const LONGEST_UNUSED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How often a commit is tried: with it a refresh token would be lost that cannot be had again.
const COMMIT_ATTEMPTS: u32 = 3;

/// A grant that this process alone may use until the lease ends.
pub(super) struct Leased {
    pub(super) refresh_token: SecretString,
    version: i64,
    lease: String,
}

/// What became of an attempt to get the lease.
pub(super) enum Lease {
    /// It is ours.
    Ours(Leased),
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
    pub(super) async fn store(&self, person: &PersonKey, refresh_token: &SecretString) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO entra_grant (tid, oid, refresh_token, version, lease, lease_ends_at, refreshed_at) \
             VALUES ($1, $2, $3, 1, '', 0, $4) \
             ON CONFLICT (tid, oid) DO UPDATE SET refresh_token = excluded.refresh_token, \
             version = entra_grant.version + 1, lease = '', lease_ends_at = 0, refreshed_at = excluded.refreshed_at",
        )
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(self.seal(person, refresh_token))
        .bind(self.ambient.now().as_microsecond())
        .execute(self.database.write())
        .await?;
        Ok(())
    }

    /// Takes the lease, if it is free. A lease that ends later than any could is a leftover of a clock set back.
    pub(super) async fn lease(&self, person: &PersonKey) -> Result<Lease, StoreError> {
        let row = sqlx::query("SELECT refresh_token, version FROM entra_grant WHERE tid = $1 AND oid = $2")
            .bind(&person.tid)
            .bind(&person.oid)
            .fetch_optional(self.database.read())
            .await?;
        let Some(row) = row else {
            return Ok(Lease::NoGrant);
        };
        let version: i64 = row.get("version");
        let lease = self.ambient.token();
        let now = self.ambient.now();
        let ends_at = now.saturating_add(LEASE).unwrap_or(now).as_microsecond();
        let taken = sqlx::query(
            "UPDATE entra_grant SET lease = $1, lease_ends_at = $2 \
             WHERE tid = $3 AND oid = $4 AND version = $5 AND (lease_ends_at <= $6 OR lease_ends_at > $7)",
        )
        .bind(&lease)
        .bind(ends_at)
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(version)
        .bind(now.as_microsecond())
        .bind(ends_at)
        .execute(self.database.write())
        .await?;
        if taken.rows_affected() == 0 && !planted!(NoRefreshLock) {
            return Ok(Lease::Taken);
        }
        let refresh_token = self.open(person, row.get("refresh_token"))?;
        Ok(Lease::Ours(Leased { refresh_token, version, lease }))
    }

    /// Ends the lease and keeps the new refresh token, if there is one. False if the grant is gone: the person has
    /// signed out meanwhile.
    pub(super) async fn commit(
        &self,
        person: &PersonKey,
        leased: &Leased,
        renewed: Option<&SecretString>,
    ) -> Result<bool, StoreError> {
        let sealed = self.seal(person, renewed.unwrap_or(&leased.refresh_token));
        let mut attempt = 1;
        loop {
            match self.try_commit(person, leased, &sealed).await {
                Err(error) if attempt < COMMIT_ATTEMPTS => {
                    tracing::warn!(%error, attempt, "entra.grant: the commit of a refresh is tried again");
                    tokio::time::sleep(Duration::from_millis(200) * attempt).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(true) => return Ok(true),
                Ok(false) => return self.exists(person).await,
            }
        }
    }

    async fn try_commit(&self, person: &PersonKey, leased: &Leased, sealed: &str) -> Result<bool, StoreError> {
        let written = sqlx::query(
            "UPDATE entra_grant SET refresh_token = $1, version = version + 1, lease = '', lease_ends_at = 0, \
             refreshed_at = $2 WHERE tid = $3 AND oid = $4 AND version = $5 AND lease = $6",
        )
        .bind(sealed)
        .bind(self.ambient.now().as_microsecond())
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(leased.version)
        .bind(&leased.lease)
        .execute(self.database.write())
        .await?;
        Ok(written.rows_affected() == 1)
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

    fn seal(&self, person: &PersonKey, refresh_token: &SecretString) -> String {
        let owner = owner(person);
        self.keyring.seal(place(&owner), refresh_token.expose_secret().as_bytes())
    }

    fn open(&self, person: &PersonKey, sealed: &str) -> Result<SecretString, StoreError> {
        let owner = owner(person);
        let opened = self.keyring.open(place(&owner), sealed)?;
        let text = std::str::from_utf8(opened.expose_secret()).map_err(|_| StoreError::Corrupt)?;
        Ok(SecretString::from(text))
    }
}

fn owner(person: &PersonKey) -> String {
    format!("{}/{}", person.tid, person.oid)
}

fn place(owner: &str) -> SealedIn<'_> {
    SealedIn { table: "entra_grant", column: "refresh_token", row: owner, owner }
}
