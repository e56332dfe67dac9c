//! The people who have signed in: what the authority says of them by now, and whom the portal has shut out.

use sqlx::{Row, any::AnyRow};

use super::{SessionError, Sessions};
use crate::{
    audit::{Act, Actor, Entry, RecordKind},
    clock::{SignedDuration, Timestamp},
    domain::{Operator, PersonKey, Side},
    entra::TokenError,
};

/// From this age on what the authority said is asked for again, beside the request that finds it so. A session ends
/// after as much time without a request, so that one that lives on has such a request in time.
const FRESH: SignedDuration = SignedDuration::from_mins(30);

/// From this age on nobody is let through on what the authority said; it is asked first.
const LONGEST_BELIEVED: SignedDuration = SignedDuration::from_mins(60);

/// How long nobody asks again for a person of whom the authority has just been asked.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// What stands for the role of a reseller's person: which reseller, and whether it still is one, the relationship says.
const RESELLER: &str = "reseller";

/// The most people that a list shows.
const LISTED: i64 = 500;

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// Tenant and object id.
    pub key: PersonKey,
    /// Display name, as of the last sign-in.
    pub name: String,
    /// Sign-in name, for display alone.
    pub sign_in_name: String,
    /// When the person signed in last.
    pub signed_in_at: Timestamp,
    /// Since when the person is shut out, if so.
    pub disabled_at: Option<Timestamp>,
}

/// How old what the authority said may be.
enum Age {
    Fresh,
    Ageing,
    Old,
}

impl Sessions {
    /// The row of somebody who may come in.
    pub(super) async fn person_row(&self, person: &PersonKey) -> Result<Option<AnyRow>, SessionError> {
        Ok(sqlx::query(
            "SELECT name, sign_in_name, role, checked_at FROM operator \
             WHERE tid = $1 AND oid = $2 AND disabled_at IS NULL",
        )
        .bind(&person.tid)
        .bind(&person.oid)
        .fetch_optional(self.database.read())
        .await?)
    }

    /// Sees to it that what the portal believes of a person since `checked_at` is at most an hour old. True if it may be
    /// something else now.
    pub(super) async fn confirm(&self, person: &PersonKey, checked_at: i64) -> Result<bool, SessionError> {
        match self.age_of(checked_at)? {
            Age::Ageing if self.may_ask(person).await? => {
                let (this, person) = (self.clone(), person.clone());
                tokio::spawn(async move {
                    if let Err(error) = this.reread(&person).await {
                        tracing::warn!(%error, "session: a person's roles could not be read again; they hold for now");
                    }
                });
                Ok(false)
            }
            Age::Old if self.may_ask(person).await? => {
                self.reread(person).await?;
                Ok(true)
            }
            Age::Old => Err(SessionError::Unconfirmed),
            Age::Fresh | Age::Ageing => Ok(false),
        }
    }

    /// Of a date in the future nothing is known: the clock has been set back.
    fn age_of(&self, checked_at: i64) -> Result<Age, SessionError> {
        let checked_at = Timestamp::from_microsecond(checked_at).map_err(|_| SessionError::Corrupt)?;
        let age = self.ambient.now().duration_since(checked_at);
        Ok(match age {
            _ if planted!(RoleIsKept) => Age::Fresh,
            age if age.is_negative() || age >= LONGEST_BELIEVED => Age::Old,
            age if age >= FRESH => Age::Ageing,
            _ => Age::Fresh,
        })
    }

    /// Of all who find that somebody should ask, in whatever process, one does.
    pub(super) async fn may_ask(&self, person: &PersonKey) -> Result<bool, SessionError> {
        let now = self.ambient.now();
        let asked = sqlx::query(
            "UPDATE operator SET check_tried_at = $1 WHERE tid = $2 AND oid = $3 \
             AND (check_tried_at <= $4 OR check_tried_at > $5)",
        )
        .bind(now.as_microsecond())
        .bind(&person.tid)
        .bind(&person.oid)
        .bind(now.saturating_sub(PAUSE).unwrap_or(Timestamp::MIN).as_microsecond())
        // Whoever has just asked may have looked at the clock a little later; only a clock that was set back is further off.
        .bind(now.saturating_add(PAUSE).unwrap_or(Timestamp::MAX).as_microsecond())
        .execute(self.database.write())
        .await?;
        Ok(asked.rows_affected() == 1)
    }

    /// Asks the authority who a person is by now. Whom it no longer knows, or gives no role, is shut out.
    async fn reread(&self, person: &PersonKey) -> Result<(), SessionError> {
        let identity = match self.entra.reread(person).await {
            Ok(identity) => identity,
            Err(TokenError::SignInAgain | TokenError::NotConnected) => {
                return self.end(person, None, "ended").await;
            }
            Err(TokenError::Unavailable | TokenError::Store(_)) => return Err(SessionError::Unconfirmed),
        };
        let side = match self.side_of(&identity).await {
            Ok(side) => side,
            Err(SessionError::NoRole) => return self.end(person, Some(&identity.name), "no-role").await,
            Err(SessionError::NoRelationship) => {
                return self.end(person, Some(&identity.name), "no-relationship").await;
            }
            Err(error) => return Err(error),
        };
        sqlx::query(
            "UPDATE operator SET name = $1, sign_in_name = $2, role = $3, checked_at = $4 WHERE tid = $5 AND oid = $6",
        )
        .bind(&identity.name)
        .bind(&identity.sign_in_name)
        .bind(word(&side))
        .bind(self.ambient.now().as_microsecond())
        .bind(&person.tid)
        .bind(&person.oid)
        .execute(self.database.write())
        .await?;
        Ok(())
    }

    /// Keeps who has signed in. `Disabled` if the person is shut out, which a sign-in does not change.
    pub(super) async fn keep_operator(&self, operator: &Operator) -> Result<(), SessionError> {
        let now = self.ambient.now().as_microsecond();
        let mut tx = self.database.begin().await?;
        let kept = sqlx::query(
            "INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at, checked_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (tid, oid) DO UPDATE SET name = excluded.name, sign_in_name = excluded.sign_in_name, \
             role = excluded.role, roles_read_at = excluded.roles_read_at, checked_at = excluded.checked_at \
             WHERE operator.disabled_at IS NULL",
        )
        .bind(&operator.key.tid)
        .bind(&operator.key.oid)
        .bind(&operator.name)
        .bind(&operator.sign_in_name)
        .bind(word(&operator.side))
        .bind(now)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        if kept.rows_affected() == 0 {
            drop(tx);
            self.entra.forget(&operator.key).await?;
            return Err(SessionError::Disabled);
        }
        self.audit.record(&mut tx, &Entry::done(Act::SignIn, Actor::Operator(operator))).await?;
        Ok(tx.commit().await?)
    }

    /// A person who may not come in (any more): other sessions find nobody at their next request, and nothing that was
    /// granted stays. That an administrator has shut the person out stays, too.
    pub(super) async fn shut_out(&self, person: &PersonKey) -> Result<(), SessionError> {
        sqlx::query("DELETE FROM operator WHERE tid = $1 AND oid = $2 AND disabled_at IS NULL")
            .bind(&person.tid)
            .bind(&person.oid)
            .execute(self.database.write())
            .await?;
        Ok(self.entra.forget(person).await?)
    }

    /// The same for somebody who was at work.
    async fn end(&self, person: &PersonKey, name: Option<&str>, why: &str) -> Result<(), SessionError> {
        self.shut_out(person).await?;
        let who = Actor::Nobody { key: Some(person), name, address: None };
        self.audit.record_refusal(&Entry::refused(Act::Access, who, why)).await;
        Ok(())
    }

    /// Shuts a person out of the portal, from the next request on, or lets the person sign in again. False if nobody of
    /// that key has signed in.
    pub async fn set_disabled(&self, by: &Operator, person: &PersonKey, disabled: bool) -> Result<bool, SessionError> {
        let now = (disabled && !planted!(ShutOutStaysIn)).then(|| self.ambient.now().as_microsecond());
        let mut tx = self.database.begin().await?;
        let changed = sqlx::query("UPDATE operator SET disabled_at = $1 WHERE tid = $2 AND oid = $3")
            .bind(now)
            .bind(&person.tid)
            .bind(&person.oid)
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let (act, id) =
            (if disabled { Act::EndAccess } else { Act::GiveAccess }, format!("{}/{}", person.tid, person.oid));
        self.audit.record(&mut tx, &Entry::done(act, Actor::Operator(by)).on(RecordKind::Person, &id)).await?;
        tx.commit().await?;
        if disabled {
            self.entra.forget(person).await?;
        }
        Ok(true)
    }

    /// The people who have signed in, the last first; at most 500.
    pub async fn people(&self) -> Result<Vec<KnownPerson>, SessionError> {
        let rows = sqlx::query(
            "SELECT tid, oid, name, sign_in_name, roles_read_at, disabled_at FROM operator \
             ORDER BY roles_read_at DESC LIMIT $1",
        )
        .bind(LISTED)
        .fetch_all(self.database.read())
        .await?;
        let instant = |micros| Timestamp::from_microsecond(micros).map_err(|_| SessionError::Corrupt);
        rows.iter()
            .map(|row| {
                Ok(KnownPerson {
                    key: PersonKey { tid: row.get("tid"), oid: row.get("oid") },
                    name: row.get("name"),
                    sign_in_name: row.get("sign_in_name"),
                    signed_in_at: instant(row.get("roles_read_at"))?,
                    disabled_at: row.get::<Option<i64>, _>("disabled_at").map(instant).transpose()?,
                })
            })
            .collect()
    }
}

/// What is stored of a side.
fn word(side: &Side) -> &'static str {
    match side {
        Side::Provider(role) => role.claim(),
        Side::Reseller(_) => RESELLER,
    }
}
