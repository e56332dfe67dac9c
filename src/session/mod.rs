//! Sessions: who is signed in, in which browser.
//!
//! A session holds the person's key and nothing else; what the person may do is read from the `operator` table at each
//! request. It ends after 30 minutes without a request, and after ten hours in any case, by the injected clock. The
//! cookie's value is stored nowhere, only its hash.

mod parked;
mod store;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use sqlx::Row;
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite};
use url::Url;

pub use self::{
    parked::{PARKED_FORM, is_parked_form_key},
    store::SessionRows,
};
use crate::{
    audit::{Act, Actor, Audit, AuditError, Entry},
    clock::Ambient,
    database::{Database, DatabaseError},
    domain::{Operator, PersonKey, Role, Side},
    entra::{Entra, Identity, StoreError},
    keyring::{Keyring, KeyringError},
};

/// The only key in a session.
const PERSON: &str = "person";

/// Why a session cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The person has signed in and has no role in the portal.
    #[error("the person has no role in the portal")]
    NoRole,
    /// The session's row.
    #[error(transparent)]
    Session(#[from] tower_sessions::session::Error),
    /// The database.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A transaction on it.
    #[error("database: {0}")]
    Database(#[from] DatabaseError),
    /// The keys.
    #[error("keys: {0}")]
    Keyring(#[from] KeyringError),
    /// The act could not be recorded in the audit, and did not happen.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The store of grants.
    #[error(transparent)]
    Grants(#[from] StoreError),
    /// A row holds what the portal would never write.
    #[error("a stored row does not hold what it should")]
    Corrupt,
}

/// Sessions and operators. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    database: Database,
    keyring: Keyring,
    entra: Entra,
    audit: Audit,
    ambient: Ambient,
}

impl Sessions {
    /// Puts the parts together. A person's grant lives no longer than the last session that was signed out of, so
    /// `entra` is one of them.
    pub fn new(database: Database, keyring: Keyring, entra: Entra, ambient: Ambient) -> Self {
        let audit = Audit::new(database.clone(), keyring.clone(), ambient.clone());
        Self { database, keyring, entra, audit, ambient }
    }

    /// The layer that finds a request's session. `__Host-` ties the cookie to one host over https; Lax, because the
    /// browser has to bring it along when it comes back from the authority. The cookie has no end of its own: the row
    /// has.
    pub fn layer(&self, public_url: &Url) -> SessionManagerLayer<SessionRows> {
        SessionManagerLayer::new(self.rows())
            .with_name(cookie_name(public_url))
            .with_secure(is_secure(public_url))
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
    }

    /// Lets a person in who asks from `address`: keeps what the authority said, and gives the session a new id.
    pub async fn sign_in(
        &self,
        session: &Session,
        identity: &Identity,
        address: Option<IpAddr>,
    ) -> Result<Operator, SessionError> {
        let Some(role) = identity.roles.iter().filter_map(|role| Role::from_claim(role)).max() else {
            self.shut_out(identity, address).await?;
            return Err(SessionError::NoRole);
        };
        let operator = Operator {
            key: identity.key.clone(),
            name: identity.name.clone(),
            sign_in_name: identity.sign_in_name.clone(),
            side: Side::Provider(role),
            address,
        };
        self.keep_operator(&operator, role).await?;
        session.cycle_id().await?;
        session.insert(PERSON, &operator.key).await?;
        session.save().await?;
        Ok(operator)
    }

    /// The signed-in person, with the role that holds now.
    pub async fn operator(&self, session: &Session) -> Result<Option<Operator>, SessionError> {
        let Some(key) = session.get::<PersonKey>(PERSON).await? else {
            return Ok(None);
        };
        let row = sqlx::query("SELECT name, sign_in_name, role FROM operator WHERE tid = $1 AND oid = $2")
            .bind(&key.tid)
            .bind(&key.oid)
            .fetch_optional(self.database.read())
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let role = Role::from_claim(row.get("role")).ok_or(SessionError::Corrupt)?;
        Ok(Some(Operator {
            key,
            name: row.get("name"),
            sign_in_name: row.get("sign_in_name"),
            side: Side::Provider(role),
            address: None,
        }))
    }

    /// A stable text that identifies the browser session; `None` without one.
    pub async fn browser_session_key(&self, session: &Session) -> Option<String> {
        session.get::<PersonKey>(PERSON).await.ok()??;
        session.id().map(|id| store::hash(&id))
    }

    /// Ends a session, in the database too. With a person's last one goes what the person has granted.
    pub async fn sign_out(&self, session: &Session, address: Option<IpAddr>) -> Result<(), SessionError> {
        let person = session.get::<PersonKey>(PERSON).await?;
        // First, because a session that has ended cannot be told whose it was if the second step fails.
        if let Some(operator) = self.operator(session).await? {
            let operator = Operator { address, ..operator };
            self.audit.record_alone(&Entry::done(Act::SignOut, Actor::Operator(&operator))).await?;
        }
        session.flush().await?;
        match person {
            Some(person) if !self.rows().has_live(&person).await? => Ok(self.entra.forget(&person).await?),
            _ => Ok(()),
        }
    }

    /// Erases what has ended: sessions, parked forms, sign-ins that nobody has finished.
    pub async fn sweep(&self) -> Result<(), SessionError> {
        self.rows().sweep().await?;
        self.sweep_parked_forms().await?;
        Ok(self.entra.sweep().await?)
    }

    fn rows(&self) -> SessionRows {
        SessionRows::new(self.database.clone(), self.ambient.clone())
    }

    async fn keep_operator(&self, operator: &Operator, role: Role) -> Result<(), SessionError> {
        let mut tx = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (tid, oid) DO UPDATE SET name = excluded.name, sign_in_name = excluded.sign_in_name, \
             role = excluded.role, roles_read_at = excluded.roles_read_at",
        )
        .bind(&operator.key.tid)
        .bind(&operator.key.oid)
        .bind(&operator.name)
        .bind(&operator.sign_in_name)
        .bind(role.claim())
        .bind(self.ambient.now().as_microsecond())
        .execute(&mut *tx)
        .await?;
        self.audit.record(&mut tx, &Entry::done(Act::SignIn, Actor::Operator(operator))).await?;
        Ok(tx.commit().await?)
    }

    /// A person without a role: other sessions find nobody at their next request, and nothing that was granted stays.
    async fn shut_out(&self, identity: &Identity, address: Option<IpAddr>) -> Result<(), SessionError> {
        let mut tx = self.database.begin().await?;
        sqlx::query("DELETE FROM operator WHERE tid = $1 AND oid = $2")
            .bind(&identity.key.tid)
            .bind(&identity.key.oid)
            .execute(&mut *tx)
            .await?;
        let actor = Actor::Nobody { key: Some(&identity.key), name: Some(&identity.name), address };
        self.audit.record(&mut tx, &Entry::refused(Act::SignIn, actor, "no-role")).await?;
        tx.commit().await?;
        Ok(self.entra.forget(&identity.key).await?)
    }
}

/// The name of the session's cookie.
pub fn cookie_name(public_url: &Url) -> &'static str {
    if is_secure(public_url) { "__Host-portal" } else { "portal" }
}

fn is_secure(public_url: &Url) -> bool {
    public_url.scheme() == "https"
}
