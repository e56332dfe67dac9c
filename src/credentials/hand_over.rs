//! Credentials that are sealed to a reseller instead of being opened: from then on a person of that reseller alone can
//! open them, by the same claim as any others.
//!
//! The row then belongs to the reseller's tenant and to nobody in particular there: [`TO_EVERYBODY`] stands for the
//! person. The envelope's associated data names the owner, so it is sealed anew in the transaction that changes whose
//! it is: there is no moment, and no row, that both sides could open.

use secrecy::ExposeSecret;
use sqlx::{Row, any::AnyRow};

use super::{
    CredentialStore, CredentialsError, CredentialsStatus, Reach, SEALED, later, owner_text, reach,
    status::{self, columns},
};
use crate::{
    audit::Act,
    clock::{SignedDuration, Timestamp},
    database::{DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{OnboardingId, Operator, PersonKey, ResellerId},
    i18n::t,
    journal::seen_by,
};

/// The owner's object id where everybody of the owner's tenant is meant. No person has it.
const TO_EVERYBODY: &str = "";

/// How long an opened hand-over stays on the home page of whoever handed it over.
const RECEIPT_SHOWN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many of them the home page shows at most.
const SHOWN_AT_ONCE: i64 = 100;

/// How long a reseller has to open what was sealed to it. Never longer than the credentials would have been kept
/// anyway: a hand-over does not prolong the life of a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Term {
    /// An hour.
    Hour,
    /// A day.
    #[default]
    Day,
    /// Three days.
    ThreeDays,
    /// A week.
    Week,
}

impl Term {
    /// Every choice, the shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::ThreeDays, Self::Week];

    /// The choice that a form names, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.word() == word)
    }

    /// As a form names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::ThreeDays => "3d",
            Self::Week => "7d",
        }
    }

    /// As a page says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => t!(words.n_1_hour),
            Self::Day => t!(words.n_1_day),
            Self::ThreeDays => t!(words.n_3_days),
            Self::Week => t!(words.n_7_days),
        }
    }

    /// How long that is.
    pub fn time(self) -> SignedDuration {
        SignedDuration::from_hours(match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::ThreeDays => 72,
            Self::Week => 168,
        })
    }
}

/// How credentials came to be a reseller's; also the receipt once they were opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The reseller whose people alone may open them.
    pub to: ResellerId,
    /// Its name.
    pub to_name: String,
    /// Who handed them over.
    pub by: PersonKey,
    /// That person's name.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// A hand-over as home pages list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOverNotice {
    /// The onboarding.
    pub id: OnboardingId,
    /// Registered name of the customer.
    pub company_name: String,
    /// Initial domain in full.
    pub domain: String,
    /// To whom, by whom, since when.
    pub hand_over: HandOver,
    /// Whether and by whom they were opened.
    pub status: CredentialsStatus,
}

/// The columns that [`read`] reads beside those of the status.
macro_rules! handed {
    () => {
        "owner_tid, handed_at, handed_to_name, handed_by_tid, handed_by_oid, handed_by_name"
    };
}

impl CredentialStore {
    /// Seals unopened credentials to a reseller, in the caller's transaction. For whom they belong to and, of those
    /// that are sold through a reseller, for administrators, who cannot open them by that. Answers until when the
    /// reseller can open them.
    ///
    /// `Gone` if somebody has opened them or their time is over, and for administrators if they are handed over.
    pub async fn hand_over(
        &self,
        tx: &mut WriteTransaction,
        operator: &Operator,
        id: &OnboardingId,
        to: (&ResellerId, &str),
        term: Term,
    ) -> Result<Timestamp, CredentialsError> {
        // One statement decides, as it does for a claim: what is opened cannot be handed over, nor the other way round.
        const SQL: &str = "UPDATE credential SET former_tid = owner_tid, former_oid = owner_oid, \
                           former_expires_at = expires_at, owner_tid = $1, owner_oid = '', handed_to_name = $2, \
                           handed_at = $3, handed_by_tid = $4, handed_by_oid = $5, handed_by_name = $6, \
                           expires_at = CASE WHEN expires_at < $7 THEN expires_at ELSE $7 END \
                           WHERE onboarding_id = $8 AND state = 'sealed' AND expires_at > $3 AND handed_at IS NULL \
                           AND ((owner_tid = $4 AND owner_oid = $5 AND $9 >= 1) OR $9 = 2)";
        const BEFORE: &str = "SELECT former_tid AS tid, former_oid AS oid, sealed, expires_at FROM credential \
                              WHERE onboarding_id = $1";
        let (reseller, name) = to;
        let now = self.ambient.now();
        let handed = sqlx::query(SQL)
            .bind(reseller.as_str())
            .bind(name)
            .bind(to_micros(now))
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(&operator.name)
            .bind(later(now, term.time()))
            .bind(id.as_str())
            .bind(right_to_give(operator))
            .execute(&mut **tx)
            .await?;
        if handed.rows_affected() == 0 {
            return Err(self.why_not_given(tx, operator, id, now).await?);
        }
        let row = sqlx::query(BEFORE).bind(id.as_str()).fetch_one(&mut **tx).await?;
        let to = PersonKey { tid: reseller.as_str().to_owned(), oid: TO_EVERYBODY.to_owned() };
        self.seal_anew(tx, id, &row, &to).await?;
        Ok(from_micros(row.try_get("expires_at")?)?)
    }

    /// Takes back what nobody has opened yet, in the caller's transaction: it is sealed to whom it belonged before,
    /// until it would have been erased anyway. For whoever handed it over and for administrators.
    ///
    /// `Gone` if it was opened, or its time is over, or it is not handed over (any more).
    pub async fn take_back(
        &self,
        tx: &mut WriteTransaction,
        operator: &Operator,
        id: &OnboardingId,
    ) -> Result<(), CredentialsError> {
        // Both owners change places, so that the envelope can still be opened by the one before.
        const SQL: &str = "UPDATE credential SET owner_tid = former_tid, owner_oid = former_oid, \
                           expires_at = former_expires_at, former_tid = owner_tid, former_oid = owner_oid \
                           WHERE onboarding_id = $1 AND state = 'sealed' AND expires_at > $2 \
                           AND handed_at IS NOT NULL \
                           AND ((handed_by_tid = $3 AND handed_by_oid = $4 AND $5 >= 1) OR $5 = 2)";
        const BEFORE: &str = "SELECT former_tid AS tid, former_oid AS oid, owner_tid, owner_oid, sealed \
                              FROM credential WHERE onboarding_id = $1";
        const FORGET: &str = "UPDATE credential SET handed_at = NULL, handed_to_name = NULL, handed_by_tid = NULL, \
                              handed_by_oid = NULL, handed_by_name = NULL, former_tid = NULL, former_oid = NULL, \
                              former_expires_at = NULL WHERE onboarding_id = $1";
        let now = self.ambient.now();
        let taken = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(to_micros(now))
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(right_to_give(operator))
            .execute(&mut **tx)
            .await?;
        if taken.rows_affected() == 0 {
            return Err(self.why_not_given(tx, operator, id, now).await?);
        }
        let row = sqlx::query(BEFORE).bind(id.as_str()).fetch_one(&mut **tx).await?;
        let back = PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? };
        self.seal_anew(tx, id, &row, &back).await?;
        sqlx::query(FORGET).bind(id.as_str()).execute(&mut **tx).await?;
        Ok(())
    }

    /// Makes an envelope that opens in the new owner's place alone. A key that does not fit ends it: the transaction is
    /// dropped, and whose it is has not changed.
    async fn seal_anew(
        &self,
        tx: &mut WriteTransaction,
        id: &OnboardingId,
        row: &AnyRow,
        to: &PersonKey,
    ) -> Result<(), CredentialsError> {
        const SQL: &str = "UPDATE credential SET sealed = $1 WHERE onboarding_id = $2";
        let from = PersonKey { tid: row.try_get("tid")?, oid: row.try_get("oid")? };
        let sealed: &str = row.try_get("sealed")?;
        let plaintext = self.keyring.open(SEALED.place(id.as_str(), &owner_text(&from)), sealed)?;
        let anew = self.keyring.seal(SEALED.place(id.as_str(), &owner_text(to)), plaintext.expose_secret())?;
        sqlx::query(SQL).bind(anew).bind(id.as_str()).execute(&mut **tx).await?;
        Ok(())
    }

    /// Records that credentials were not handed over or not taken back, after the transaction that tried is over.
    pub async fn record_unchanged(&self, act: Act, operator: &Operator, id: &OnboardingId, error: &CredentialsError) {
        self.record_refusal(act, operator, id, error).await;
    }

    /// Has the database give up the envelope of the former owner. After the commit of a hand-over or its end.
    pub fn note_former_envelope(&self) {
        self.db.note_erased();
    }

    /// Whoever could have opened them, or has handed them over, learns where they went; for others there are none.
    async fn why_not_given(
        &self,
        tx: &mut WriteTransaction,
        operator: &Operator,
        id: &OnboardingId,
        now: Timestamp,
    ) -> Result<CredentialsError, CredentialsError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM credential WHERE onboarding_id = $1 AND (($4 >= 1 AND ((owner_tid = $2 AND owner_oid = $3) \
             OR (handed_by_tid = $2 AND handed_by_oid = $3) OR (former_tid = $2 AND former_oid = $3))) OR $4 = 2)"
        );
        let row = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(right_to_give(operator))
            .fetch_optional(&mut **tx)
            .await?;
        Ok(match row {
            Some(row) => CredentialsError::Gone(Box::new(status::read(&row, now)?)),
            None => CredentialsError::NotFound,
        })
    }

    /// How the credentials came to be a reseller's, for whoever sees the onboarding. `None`: they were not handed over.
    pub async fn hand_over_of(
        &self,
        viewer: &Operator,
        id: &OnboardingId,
    ) -> Result<Option<HandOver>, CredentialsError> {
        let sql = seen_by!(
            viewer,
            [
                "SELECT ",
                handed!(),
                " FROM credential WHERE onboarding_id = $3 AND handed_at IS NOT NULL AND EXISTS (SELECT 1 \
                 FROM onboarding o WHERE o.id = onboarding_id AND "
            ],
            [")"]
        );
        let row = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?;
        Ok(row.map(|row| read(&row)).transpose()?)
    }

    /// What the operator should know of hand-overs, oldest first: unopened ones to the own reseller; and those that the
    /// operator has made, or that were made of what was the operator's, until a week after they were opened.
    pub async fn hand_overs(&self, operator: &Operator) -> Result<Vec<HandOverNotice>, CredentialsError> {
        // Each part goes by an index of its own.
        const SQL: &str = concat!(
            "SELECT ",
            handed!(),
            ", ",
            columns!(),
            ", onboarding_id, (SELECT o.company_name FROM onboarding o WHERE o.id = onboarding_id) AS company_name, \
             (SELECT o.domain FROM onboarding o WHERE o.id = onboarding_id) AS domain FROM credential \
             WHERE onboarding_id IN (\
             SELECT onboarding_id FROM credential WHERE owner_tid = $1 AND owner_oid = '' AND state = 'sealed' \
             AND expires_at > $4 UNION \
             SELECT onboarding_id FROM credential WHERE handed_at IS NOT NULL AND handed_by_tid = $2 \
             AND handed_by_oid = $3 AND ((state = 'sealed' AND expires_at > $4) OR claimed_at > $5) UNION \
             SELECT onboarding_id FROM credential WHERE handed_at IS NOT NULL AND former_tid = $2 \
             AND former_oid = $3 AND ((state = 'sealed' AND expires_at > $4) OR claimed_at > $5)) \
             ORDER BY handed_at, onboarding_id LIMIT $6"
        );
        let now = self.ambient.now();
        let rows = sqlx::query(SQL)
            .bind(reseller_of(operator))
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .bind(to_micros(now))
            .bind(later(now, -RECEIPT_SHOWN))
            .bind(SHOWN_AT_ONCE)
            .fetch_all(self.db.read())
            .await?;
        rows.iter().map(|row| notice(row, now)).collect()
    }
}

/// The id of the person's reseller; of a person of the provider a text that is no reseller's.
pub(super) fn reseller_of(operator: &Operator) -> &str {
    operator.reseller().map_or("", |reseller| reseller.id.as_str())
}

/// 1: of what is the person's own; 2: of anything, without being able to open it by that.
fn right_to_give(operator: &Operator) -> i64 {
    match reach(operator) {
        Reach::Nobodys => 0,
        Reach::Own => 1,
        Reach::Providers => 2,
    }
}

fn notice(row: &AnyRow, now: Timestamp) -> Result<HandOverNotice, CredentialsError> {
    let id: String = row.try_get("onboarding_id")?;
    Ok(HandOverNotice {
        id: id.try_into().map_err(|_| DatabaseError::Corrupt("credential.onboarding_id"))?,
        company_name: row.try_get("company_name")?,
        domain: row.try_get("domain")?,
        hand_over: read(row)?,
        status: status::read(row, now)?,
    })
}

fn read(row: &AnyRow) -> Result<HandOver, DatabaseError> {
    let to: String = row.try_get("owner_tid")?;
    Ok(HandOver {
        to: to.try_into().map_err(|_| DatabaseError::Corrupt("credential.owner_tid"))?,
        to_name: row.try_get("handed_to_name")?,
        by: PersonKey { tid: row.try_get("handed_by_tid")?, oid: row.try_get("handed_by_oid")? },
        by_name: row.try_get("handed_by_name")?,
        at: from_micros(row.try_get("handed_at")?)?,
    })
}
