//! Sign-ins under way. A row for each, used once, and a cookie that ties it to the browser that has started it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, header::COOKIE};
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::Row;
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};
use zeroize::Zeroize;

use super::{
    error::{EntraError, StoreError},
    return_to::ReturnTo,
    settings::Door,
};
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::Database,
    keyring::{Keyring, SealedColumn},
};

/// Where sign-ins under way are sealed.
pub(super) const SIGN_IN: SealedColumn =
    SealedColumn { table: "sign_in_transaction", column: "sealed", row: &["id"], owner: &[] };

/// How long a person may take to sign in.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// How long a used row stays, so that its second use is called by its name.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);

/// How many sign-ins a browser may have under way: some tabs, not a cookie jar that overflows.
const AT_ONCE: usize = 5;

/// So many of the cookies that may name a sign-in are looked up: more than a browser of ours has, fewer than would be a burden.
const LOOKED_AT: usize = 4 * AT_ONCE;

/// Letters of a hash in base 64.
const HASH_LENGTH: usize = 43;

/// What somebody signs in for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To work in the portal.
    #[default]
    SignIn,
    /// To let an account agree that the onboardings of resellers run with it.
    Connect,
}

/// What a sign-in has to remember while the person is at the authority.
#[derive(Serialize, Deserialize)]
pub(super) struct Transaction {
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) issuer: String,
    /// One that was begun by an older portal has come through the provider's.
    #[serde(default)]
    pub(super) door: Door,
    #[serde(default)]
    pub(super) purpose: Purpose,
    return_to: String,
    resume: Option<String>,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.nonce.zeroize();
        self.verifier.zeroize();
        self.resume.zeroize();
    }
}

impl Transaction {
    pub(super) fn new(
        (door, purpose): (Door, Purpose),
        issuer: &str,
        return_to: &ReturnTo,
        resume: Option<&str>,
        ambient: &Ambient,
    ) -> Self {
        Self {
            door,
            purpose,
            nonce: ambient.token(),
            verifier: if planted!(OneVerifier) { "v".repeat(43) } else { ambient.token() },
            issuer: issuer.to_owned(),
            return_to: return_to.as_str().to_owned(),
            resume: resume.map(str::to_owned),
        }
    }

    pub(super) fn return_to(&self) -> ReturnTo {
        ReturnTo::parse(&self.return_to)
    }

    pub(super) fn resume(&self) -> Option<String> {
        self.resume.clone()
    }
}

/// The cookies that a browser sent with a request.
#[derive(Clone, Default)]
pub struct BrowserCookies(Vec<Cookie<'static>>);

impl BrowserCookies {
    /// Reads the cookies of a request.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        Self(values.flat_map(|value| Cookie::split_parse(value.to_owned())).filter_map(Result::ok).collect())
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|cookie| cookie.name() == name).map(Cookie::value)
    }

    fn names_after<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |cookie| cookie.name().strip_prefix(prefix))
    }
}

/// The table of sign-ins under way.
pub(super) struct Transactions {
    database: Database,
    keyring: Keyring,
    ambient: Ambient,
    secure: bool,
}

impl Transactions {
    pub(super) fn new(database: Database, keyring: Keyring, ambient: Ambient, secure: bool) -> Self {
        Self { database, keyring, ambient, secure }
    }

    /// Stores a transaction; answers the cookie that belongs to it, and the removal of those that are too many.
    pub(super) async fn begin(
        &self,
        state: &str,
        transaction: &Transaction,
        cookies: &BrowserCookies,
    ) -> Result<Vec<Cookie<'static>>, StoreError> {
        let mut set = self.give_up_oldest(cookies).await?;
        let id = hash(state);
        let binding = self.ambient.token();
        let mut json = serde_json::to_vec(transaction).map_err(|_| StoreError::Corrupt)?;
        let sealed = self.keyring.seal(SIGN_IN.place(&id, ""), &json);
        json.zeroize();
        sqlx::query(
            "INSERT INTO sign_in_transaction (id, binding, sealed, started_at, used_at) VALUES ($1, $2, $3, $4, 0)",
        )
        .bind(&id)
        .bind(hash(&binding))
        .bind(sealed?)
        .bind(self.ambient.now().as_microsecond())
        .execute(self.database.write())
        .await?;
        set.push(self.cookie(&id, binding, Duration::seconds(LIFETIME.as_secs())));
        Ok(set)
    }

    /// Takes a transaction for good; whoever comes second with the same state finds it used.
    pub(super) async fn take(&self, state: &str, cookies: &BrowserCookies) -> Result<Transaction, EntraError> {
        let id = hash(state);
        let binding = cookies.value(&format!("{}{id}", self.prefix())).map(hash).ok_or(EntraError::StateMismatch)?;
        let sql = if planted!(StateNotCompared) {
            "SELECT sealed, started_at FROM sign_in_transaction WHERE id = $1 OR binding = $2"
        } else {
            "SELECT sealed, started_at FROM sign_in_transaction WHERE id = $1 AND binding = $2"
        };
        let row = sqlx::query(sql)
            .bind(&id)
            .bind(binding)
            .fetch_optional(self.database.read())
            .await
            .map_err(StoreError::Sql)?
            .ok_or(EntraError::StateMismatch)?;
        self.mark_used(&id).await?;
        if self.is_too_old(row.get("started_at")) {
            return Err(EntraError::Expired);
        }
        let json = self.keyring.open(SIGN_IN.place(&id, ""), row.get("sealed")).map_err(StoreError::Keyring)?;
        Ok(from_json(&json)?)
    }

    /// The compare-and-set that lets one response through.
    async fn mark_used(&self, id: &str) -> Result<(), EntraError> {
        let used =
            sqlx::query("UPDATE sign_in_transaction SET used_at = $1, sealed = '' WHERE id = $2 AND used_at = 0")
                .bind(self.ambient.now().as_microsecond())
                .bind(id)
                .execute(self.database.write())
                .await
                .map_err(StoreError::Sql)?;
        if used.rows_affected() == 1 { Ok(()) } else { Err(EntraError::AlreadyUsed) }
    }

    fn is_too_old(&self, started_at: i64) -> bool {
        Timestamp::from_microsecond(started_at)
            .is_ok_and(|started| self.ambient.now().duration_since(started) >= LIFETIME)
    }

    /// Makes room for one more sign-in in this browser.
    async fn give_up_oldest(&self, cookies: &BrowserCookies) -> Result<Vec<Cookie<'static>>, StoreError> {
        let prefix = self.prefix();
        let mut under_way = Vec::new();
        for id in cookies.names_after(prefix).filter(|id| is_hash(id)).take(LOOKED_AT) {
            let row = sqlx::query("SELECT started_at FROM sign_in_transaction WHERE id = $1 AND used_at = 0")
                .bind(id)
                .fetch_optional(self.database.read())
                .await?;
            // What is not under way has the age zero, so it goes first.
            under_way.push((row.map_or(0, |row| row.get::<i64, _>("started_at")), id.to_owned()));
        }
        under_way.sort_unstable();
        let too_many = (under_way.len() + 1).saturating_sub(AT_ONCE);
        let given_up = under_way.into_iter().take(too_many).map(|(_, id)| self.removal(&id));
        Ok(given_up.collect())
    }

    /// Erases what nobody can finish any more.
    pub(super) async fn sweep(&self) -> Result<(), StoreError> {
        let oldest = self.ambient.now().saturating_sub(MEMORY).unwrap_or(Timestamp::MIN);
        sqlx::query("DELETE FROM sign_in_transaction WHERE started_at < $1")
            .bind(oldest.as_microsecond())
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    /// Removes the cookie of a transaction that is over.
    pub(super) fn spent(&self, state: &str) -> Cookie<'static> {
        self.removal(&hash(state))
    }

    fn removal(&self, id: &str) -> Cookie<'static> {
        self.cookie(id, String::new(), Duration::ZERO)
    }

    /// `__Host-` cookies are set for one host over https alone. Lax, because the browser brings it back when it comes
    /// from the authority.
    fn cookie(&self, id: &str, value: String, age: Duration) -> Cookie<'static> {
        Cookie::build((format!("{}{id}", self.prefix()), value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(age)
            .build()
    }

    fn prefix(&self) -> &'static str {
        if self.secure { "__Host-portal-sign-in-" } else { "portal-sign-in-" }
    }
}

fn from_json(json: &SecretSlice<u8>) -> Result<Transaction, StoreError> {
    serde_json::from_slice(json.expose_secret()).map_err(|_| StoreError::Corrupt)
}

/// Whether a cookie's name can have come from [`hash`].
fn is_hash(text: &str) -> bool {
    text.len() == HASH_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// What is stored of a value that only the browser is to know.
fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(value))
}
