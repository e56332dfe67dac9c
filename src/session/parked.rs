//! Forms that were sent after the session had ended. They wait, sealed, until the person has signed in again.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{SessionError, Sessions};
use crate::{
    clock::{SignedDuration, Timestamp},
    keyring::SealedColumn,
};

/// Where forms are sealed.
pub const PARKED_FORM: SealedColumn = SealedColumn { table: "parked_form", column: "sealed", row: &["id"], owner: &[] };

/// How long a form waits.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// Length of a key: 256 bits in base64url.
const KEY_LENGTH: usize = 43;

impl Sessions {
    /// Keeps a form, and answers the key that gives it back once.
    pub async fn park_form(&self, form_json: &str) -> Result<String, SessionError> {
        let key = self.ambient.token();
        let id = hash(&key);
        let sealed = self.keyring.seal(PARKED_FORM.place(&id, ""), form_json.as_bytes())?;
        sqlx::query("INSERT INTO parked_form (id, sealed, parked_at) VALUES ($1, $2, $3)")
            .bind(&id)
            .bind(sealed)
            .bind(self.ambient.now().as_microsecond())
            .execute(self.database.write())
            .await?;
        Ok(key)
    }

    /// Gives a form back and forgets it; `None` if there is none of this key, or no longer.
    pub async fn take_parked_form(&self, key: &str) -> Result<Option<String>, SessionError> {
        if !is_parked_form_key(key) {
            return Ok(None);
        }
        let id = hash(key);
        let mut tx = self.database.begin().await?;
        // All rows are fetched although there is one at most: SQLite is done when the statement has run to its end.
        let rows = sqlx::query("DELETE FROM parked_form WHERE id = $1 AND parked_at > $2 RETURNING sealed")
            .bind(&id)
            .bind(self.oldest_parked())
            .fetch_all(&mut *tx)
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let form = self.keyring.open(PARKED_FORM.place(&id, ""), row.get("sealed"))?;
        let form = std::str::from_utf8(form.expose_secret()).map_err(|_| SessionError::Corrupt)?;
        // Not before it is open: without its key it waits on.
        tx.commit().await?;
        Ok(Some(form.to_owned()))
    }

    pub(super) async fn sweep_parked_forms(&self) -> Result<(), SessionError> {
        sqlx::query("DELETE FROM parked_form WHERE parked_at <= $1")
            .bind(self.oldest_parked())
            .execute(self.database.write())
            .await?;
        Ok(())
    }

    fn oldest_parked(&self) -> i64 {
        self.ambient.now().saturating_sub(PATIENCE).unwrap_or(Timestamp::MIN).as_microsecond()
    }
}

/// Whether a text from an address can be the key of a parked form.
pub fn is_parked_form_key(text: &str) -> bool {
    text.len() == KEY_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn hash(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(key))
}
