//! Sessions: who is signed in, in which browser.
//!
//! A session holds the person's key and nothing else; what the person may do is read from the `operator` table at each
//! request, and of a reseller's person from the relationship too. The authority is asked again within the hour
//! (`people.rs`). A session ends after 30 minutes without a request, and after ten hours in any case, by the injected clock. The
//! cookie's value is stored nowhere, only its hash.

mod parked;
mod people;
#[cfg(test)]
#[cfg(feature = "simulator")] // as those of `entra`, whose provider they use
mod roles_tests;
mod store;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use sqlx::{Row, any::AnyRow};
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite, session::Error};
use url::Url;

pub use self::{
    parked::{PARKED_FORM, is_parked_form_key},
    people::KnownPerson,
    store::SessionRows,
};
use crate::{
    audit::{Act, Actor, Audit, AuditError, Entry},
    clock::Ambient,
    database::{Database, DatabaseError},
    domain::{Operator, PersonKey, ResellerOfPerson, Role, Side},
    entra::{Entra, Identity, StoreError},
    keyring::{Keyring, KeyringError},
    relationships::Relationships,
};

/// The only key in a session.
const PERSON: &str = "person";

/// Why a session cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The person has signed in and has no role in the portal.
    #[error("the person has no role in the portal")]
    NoRole,
    /// The person's organisation has no active relationship with the provider that is known here.
    #[error("the person's organisation has no active relationship with the provider")]
    NoRelationship,
    /// An administrator of the portal has shut the person out.
    #[error("the person is shut out of the portal")]
    Disabled,
    /// The authority has to be asked who the person is by now, and does not answer.
    #[error("the authority does not say who the person is by now")]
    Unconfirmed,
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
    relationships: Relationships,
    audit: Audit,
    ambient: Ambient,
}

impl Sessions {
    /// Puts the parts together. A person's grant lives no longer than the last session that was signed out of, so
    /// `entra` is one of them.
    pub fn new(database: Database, keyring: Keyring, entra: Entra, ambient: Ambient) -> Self {
        let audit = Audit::new(database.clone(), keyring.clone(), ambient.clone());
        let relationships = Relationships::new(database.clone(), ambient.clone());
        Self { database, keyring, entra, relationships, audit, ambient }
    }

    /// The layer that finds a request's session. `__Host-` ties the cookie to one host over https; Lax, because the
    /// browser has to bring it along when it comes back from the authority. The cookie has no end of its own: the row
    /// has.
    pub fn layer(&self, public_url: &Url) -> SessionManagerLayer<SessionRows> {
        SessionManagerLayer::new(self.rows())
            .with_name(cookie_name(public_url))
            .with_secure(is_secure(public_url))
            .with_http_only(!planted!(ScriptsReadTheCookie))
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
        let side = match self.side_of(identity).await {
            Ok(side) => side,
            Err(refused @ (SessionError::NoRole | SessionError::NoRelationship)) => {
                self.shut_out(&identity.key).await?;
                return Err(refused);
            }
            Err(error) => return Err(error),
        };
        let operator = Operator {
            key: identity.key.clone(),
            name: identity.name.clone(),
            sign_in_name: identity.sign_in_name.clone(),
            side,
            address,
        };
        self.keep_operator(&operator).await?;
        if !planted!(SessionKeepsItsId) {
            session.cycle_id().await?;
        }
        session.insert(PERSON, &operator.key).await?;
        session.save().await?;
        Ok(operator)
    }

    /// The signed-in person, with the role that holds now.
    pub async fn operator(&self, session: &Session) -> Result<Option<Operator>, SessionError> {
        let Some(id) = session.id() else { return Ok(None) };
        let Some(row) = self.rows().with_person(&id).await.map_err(Error::Store)? else {
            // Once looked for and not found, its cookie is taken back with the answer.
            session.get::<PersonKey>(PERSON).await?;
            return Ok(None);
        };
        let key = PersonKey { tid: row.get("tid"), oid: row.get("oid") };
        let is_another = self.confirm(&key, row.get("checked_at")).await?;
        let row = if is_another { self.person_row(&key).await? } else { Some(row) };
        match row {
            Some(row) => self.operator_of(key, &row).await,
            None => Ok(None),
        }
    }

    /// Who it is by a row of the table.
    async fn operator_of(&self, key: PersonKey, row: &AnyRow) -> Result<Option<Operator>, SessionError> {
        let side = if self.entra.is_provider(&key) {
            Some(Side::Provider(Role::from_claim(row.get("role")).ok_or(SessionError::Corrupt)?))
        } else {
            self.reseller_side(&key).await?
        };
        let (name, sign_in_name) = (row.get("name"), row.get("sign_in_name"));
        Ok(side.map(|side| Operator { key, name, sign_in_name, side, address: None }))
    }

    /// On whose behalf an identity is: by its role, if it is one of the provider's tenant; by its tenant, if it is of
    /// another. The roles in a token of another tenant are given by that tenant's administrators, and count for nothing.
    async fn side_of(&self, identity: &Identity) -> Result<Side, SessionError> {
        if self.entra.is_provider(&identity.key) {
            let role = identity.roles.iter().filter_map(|role| Role::from_claim(role)).max();
            return role.map(Side::Provider).ok_or(SessionError::NoRole);
        }
        self.reseller_side(&identity.key).await?.ok_or(SessionError::NoRelationship)
    }

    /// The reseller whose tenant the person belongs to, if its relationship is active.
    async fn reseller_side(&self, person: &PersonKey) -> Result<Option<Side>, SessionError> {
        let Ok(id) = person.tid.parse() else { return Ok(None) };
        let name = self.relationships.active_name(&person.tid).await?;
        Ok(name.map(|name| Side::Reseller(ResellerOfPerson { id, name })))
    }

    /// A stable text that identifies the browser session; `None` without one.
    pub async fn browser_session_key(&self, session: &Session) -> Option<String> {
        session.get::<PersonKey>(PERSON).await.ok()??;
        session.id().map(|id| store::hash(&id))
    }

    /// Ends a session, in the database too. With a person's last one goes what the person has granted. Answers whose
    /// session it was.
    pub async fn sign_out(
        &self,
        session: &Session,
        address: Option<IpAddr>,
    ) -> Result<Option<PersonKey>, SessionError> {
        let person = session.get::<PersonKey>(PERSON).await?;
        // First, because a session that has ended cannot be told whose it was if the second step fails.
        // Whoever leaves may leave, also while the authority cannot be asked.
        let row = match &person {
            Some(person) => self.person_row(person).await?,
            None => None,
        };
        if let (Some(person), Some(row)) = (&person, row)
            && let Some(operator) = self.operator_of(person.clone(), &row).await?
        {
            let operator = Operator { address, ..operator };
            self.audit.record_alone(&Entry::done(Act::SignOut, Actor::Operator(&operator))).await?;
        }
        if !planted!(SignOutLeavesTheSession) {
            session.flush().await?;
        }
        if let Some(person) = &person
            && !self.rows().has_live(person).await?
        {
            self.entra.forget(person).await?;
        }
        Ok(person)
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
}

/// The name of the session's cookie.
pub fn cookie_name(public_url: &Url) -> &'static str {
    if is_secure(public_url) { "__Host-portal" } else { "portal" }
}

fn is_secure(public_url: &Url) -> bool {
    public_url.scheme() == "https"
}
