//! The account of the provider with which the onboardings of resellers run (Microsoft's Secure Application Model).
//!
//! An administrator lets an account agree once, with a second factor. Its grant is one among the others: sealed, renewed
//! by use, leased to one process at a time. It stands under a key that no person can have, so that signing in or out
//! with the same account touches neither.

use std::sync::Arc;

use secrecy::SecretString;
use sqlx::{Row, any::AnyRow};

use super::{
    Entra, EntraError, Identity, Inner, Refusal, StoreError, TokenError,
    token_endpoint::Tokens,
    tokens::{self, HeldToken},
};
use crate::{
    audit::{Act, Actor, Entry, RecordKind},
    clock::{SignedDuration, Timestamp},
    domain::{Operator, PersonKey},
};

/// Begins the object id in the key of the grant; Entra's object ids have no slash.
const PREFIX: &str = "connection/";

/// A connection that is used is noted so often.
const NOTED: SignedDuration = SignedDuration::from_hours(1);

/// From this age on the account should agree again. Microsoft ends what was granted after 90 days.
const RENEW_AFTER: SignedDuration = SignedDuration::from_hours(76 * 24);

/// Why the connected account gives no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The number of Entra's refusal, if there was one.
    pub aadsts: Option<u32>,
    /// When it was noticed first.
    pub since: Timestamp,
}

/// The connected account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Display name of the account.
    pub person: String,
    /// Its sign-in name.
    pub sign_in_name: String,
    /// Name of the administrator who has connected it.
    pub connected_by: String,
    /// When.
    pub connected_at: Timestamp,
    /// When it last gave a token.
    pub used_at: Timestamp,
    /// Why it gives none any more.
    pub trouble: Option<Trouble>,
}

impl Connection {
    /// When it has to be renewed at the latest.
    pub fn renew_by(&self) -> Timestamp {
        self.connected_at.saturating_add(SignedDuration::from_hours(90 * 24)).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is time to renew it.
    pub fn is_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.connected_at) >= RENEW_AFTER
    }
}

/// What an account has agreed to, not yet kept: first it is decided whether who asked for it may connect an account.
pub struct Consent {
    pub(super) identity: Identity,
    pub(super) answer: Tokens,
}

/// The account's own key, of the key of a grant.
pub(super) fn person_of(key: &PersonKey) -> PersonKey {
    PersonKey { oid: key.oid.strip_prefix(PREFIX).unwrap_or(&key.oid).to_owned(), ..key.clone() }
}

/// Whether a grant is that of the connected account.
pub(super) fn is_connection(key: &PersonKey) -> bool {
    key.oid.starts_with(PREFIX)
}

fn grant_key(tid: &str, oid: &str) -> PersonKey {
    PersonKey { tid: tid.to_owned(), oid: [PREFIX, oid].concat() }
}

impl Entra {
    /// The connected account, if there is one.
    pub async fn connection(&self) -> Result<Option<Connection>, StoreError> {
        self.inner.connection_row().await?.map(|row| read(&row)).transpose()
    }

    /// Connects an account in place of the one before.
    pub async fn connect(&self, by: &Operator, consent: Consent) -> Result<(), EntraError> {
        const SQL: &str = "INSERT INTO provider_connection (name, tid, oid, person, sign_in_name, connected_by, \
                           connected_at, used_at) VALUES ('provider', $1, $2, $3, $4, $5, $6, $6) \
                           ON CONFLICT (name) DO UPDATE SET tid = excluded.tid, oid = excluded.oid, \
                           person = excluded.person, sign_in_name = excluded.sign_in_name, \
                           connected_by = excluded.connected_by, connected_at = excluded.connected_at, \
                           used_at = excluded.used_at, trouble = NULL, trouble_code = NULL, trouble_at = NULL";
        let inner = &self.inner;
        let Consent { identity, answer } = consent;
        let now = inner.ambient.now();
        // Without it the connection would end within the hour.
        let refresh_token = answer.refresh_token.as_ref().ok_or(EntraError::TokenUnavailable)?;
        let key = grant_key(&identity.key.tid, &identity.key.oid);
        let token = HeldToken::from_answer(&answer, now);
        let before = inner.connection_row().await?;
        inner.grants.store(&key, refresh_token, &token).await?;
        inner.tokens.keep(&key, token).await;
        let record = [identity.key.tid.as_str(), "/", &identity.key.oid].concat();
        let mut tx = inner.database.begin().await.map_err(StoreError::Database)?;
        sqlx::query(SQL)
            .bind(&identity.key.tid)
            .bind(&identity.key.oid)
            .bind(&identity.name)
            .bind(&identity.sign_in_name)
            .bind(&by.name)
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await
            .map_err(StoreError::Sql)?;
        let entry = Entry::done(Act::Connect, Actor::Operator(by)).on(RecordKind::Connection, &record);
        inner
            .audit
            .record(&mut tx, &entry.with_detail(identity.sign_in_name.clone()))
            .await
            .map_err(StoreError::Audit)?;
        tx.commit().await.map_err(StoreError::Sql)?;
        if let Some(row) = before {
            let old = grant_key(row.get("tid"), row.get("oid"));
            if old != key {
                inner.grants.forget(&old).await?;
                inner.tokens.forget(&old);
            }
        }
        Ok(())
    }

    /// Takes the connected account away, and erases what it had granted. False if there is none.
    pub async fn disconnect(&self, by: &Operator) -> Result<bool, StoreError> {
        let inner = &self.inner;
        let Some(row) = inner.connection_row().await? else { return Ok(false) };
        let key = grant_key(row.get("tid"), row.get("oid"));
        let account = person_of(&key);
        let record = [account.tid.as_str(), "/", &account.oid].concat();
        let mut tx = inner.database.begin().await?;
        sqlx::query("DELETE FROM provider_connection").execute(&mut *tx).await?;
        let entry = Entry::done(Act::Disconnect, Actor::Operator(by)).on(RecordKind::Connection, &record);
        inner.audit.record(&mut tx, &entry).await?;
        tx.commit().await?;
        inner.grants.forget(&key).await?;
        inner.tokens.forget(&key);
        Ok(true)
    }

    /// A token of the connected account for Partner Center, that is good for at least another minute.
    pub async fn connection_token(&self) -> Result<SecretString, TokenError> {
        let inner = &self.inner;
        let Some(row) = inner.connection_row().await? else { return Err(TokenError::NotConnected) };
        let key = grant_key(row.get("tid"), row.get("oid"));
        match tokens::access_token(inner, &key).await {
            Ok(token) => {
                inner.note_use(&read(&row)?).await;
                Ok(token)
            }
            Err(TokenError::SignInAgain | TokenError::NotConnected) => {
                inner.note_trouble(None).await;
                Err(TokenError::NotConnected)
            }
            Err(error) => Err(error),
        }
    }

    /// Does not use the connected account's token at hand again.
    pub fn discard_connection_token(&self) {
        self.inner.tokens.discard_where(is_connection);
    }
}

impl Inner {
    async fn connection_row(self: &Arc<Self>) -> Result<Option<AnyRow>, StoreError> {
        const SQL: &str = "SELECT tid, oid, person, sign_in_name, connected_by, connected_at, used_at, trouble, \
                           trouble_code, trouble_at FROM provider_connection WHERE name = 'provider'";
        Ok(sqlx::query(SQL).fetch_optional(self.database.read()).await?)
    }

    /// Notes that a token was had. That this fails costs nobody anything but the note.
    async fn note_use(&self, connection: &Connection) {
        const SQL: &str =
            "UPDATE provider_connection SET used_at = $1, trouble = NULL, trouble_code = NULL, trouble_at = NULL";
        let now = self.ambient.now();
        if connection.trouble.is_none() && now.duration_since(connection.used_at) < NOTED {
            return;
        }
        if let Err(error) = sqlx::query(SQL).bind(now.as_microsecond()).execute(self.database.write()).await {
            tracing::warn!(%error, "entra.connection: its use could not be noted");
        }
    }

    /// Notes that the account gives no tokens any more, once: the first refusal is the one with the reason.
    pub(super) async fn note_trouble(&self, refusal: Option<Refusal>) {
        const SQL: &str = "UPDATE provider_connection SET trouble = 'refused', trouble_code = $1, trouble_at = $2 \
                           WHERE trouble IS NULL";
        let code = refusal.and_then(|refusal| refusal.aadsts).map(i64::from);
        let noted =
            sqlx::query(SQL).bind(code).bind(self.ambient.now().as_microsecond()).execute(self.database.write()).await;
        match noted {
            Ok(noted) if noted.rows_affected() > 0 => {
                tracing::error!(aadsts = code, "entra.connection: the connected account has to be connected anew");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "entra.connection: its trouble could not be noted"),
        }
    }
}

fn read(row: &AnyRow) -> Result<Connection, StoreError> {
    let instant = |micros| Timestamp::from_microsecond(micros).map_err(|_| StoreError::Corrupt);
    let trouble = match row.try_get::<Option<i64>, _>("trouble_at")? {
        Some(since) => Some(Trouble {
            aadsts: row.try_get::<Option<i64>, _>("trouble_code")?.and_then(|code| u32::try_from(code).ok()),
            since: instant(since)?,
        }),
        None => None,
    };
    Ok(Connection {
        person: row.try_get("person")?,
        sign_in_name: row.try_get("sign_in_name")?,
        connected_by: row.try_get("connected_by")?,
        connected_at: instant(row.try_get("connected_at")?)?,
        used_at: instant(row.try_get("used_at")?)?,
        trouble,
    })
}
