//! What the list of customers finds and sorts onboardings by, written in the transaction of what it describes.

use sqlx::{Row, any::AnyRow};

use super::{Journal, JournalError};
use crate::{
    database::WriteTransaction,
    domain::OnboardingId,
    search_index::{self, Findable},
};

/// Onboardings of an older portal that are made findable in one transaction.
const BATCH: i64 = 200;

/// The row of an onboarding before it is written.
pub(super) struct Former(Option<Described>);

struct Described {
    company_name: String,
    domain: String,
    reseller_name: String,
    owner_name: String,
    is_listed: bool,
}

impl Described {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            company_name: row.try_get("company_name")?,
            domain: row.try_get("domain")?,
            reseller_name: row.try_get::<Option<String>, _>("reseller_name")?.unwrap_or_default(),
            owner_name: row.try_get("owner_name")?,
            is_listed: row.try_get::<i64, _>("is_listed")? == 1,
        })
    }

    fn findable(&self) -> Findable<'_> {
        Findable {
            company: &self.company_name,
            domain: &self.domain,
            reseller: &self.reseller_name,
            person: &self.owner_name,
        }
    }
}

/// Reads what an onboarding is found by, before it is changed.
pub(super) async fn before(tx: &mut WriteTransaction, id: &OnboardingId) -> Result<Former, JournalError> {
    Ok(Former(describe(tx, id).await?))
}

/// Brings what an onboarding is found by up to date, after it was changed.
pub(super) async fn after(tx: &mut WriteTransaction, id: &OnboardingId, former: Former) -> Result<(), JournalError> {
    const KEY: &str = "UPDATE onboarding SET list_key = $1 WHERE id = $2";
    let Some(described) = describe(tx, id).await? else { return Ok(()) };
    let (was, is) = (former.0.filter(|former| former.is_listed), described.findable());
    let was = was.as_ref().map(Described::findable);
    if was == Some(is) {
        return Ok(());
    }
    sqlx::query(KEY).bind(is.key()).bind(id.as_str()).execute(&mut **tx).await?;
    search_index::replace(tx, id.as_str(), was, Some(is)).await?;
    remember_reseller(tx, id).await
}

/// Takes an onboarding that is about to be deleted out of what the list finds.
pub(super) async fn forget(tx: &mut WriteTransaction, id: &OnboardingId) -> Result<(), JournalError> {
    let Some(was) = describe(tx, id).await?.filter(|was| was.is_listed) else { return Ok(()) };
    Ok(search_index::replace(tx, id.as_str(), Some(was.findable()), None).await?)
}

async fn describe(tx: &mut WriteTransaction, id: &OnboardingId) -> Result<Option<Described>, JournalError> {
    const SQL: &str = "SELECT company_name, domain, reseller_name, owner_name, \
                       CASE WHEN list_key IS NULL THEN 0 ELSE 1 END AS is_listed FROM onboarding WHERE id = $1";
    let row = sqlx::query(SQL).bind(id.as_str()).fetch_optional(&mut **tx).await?;
    Ok(row.map(|row| Described::read(&row)).transpose()?)
}

/// The filter of the list knows resellers by the names that onboardings have given them.
async fn remember_reseller(tx: &mut WriteTransaction, id: &OnboardingId) -> Result<(), JournalError> {
    const SQL: &str = "INSERT INTO listed_reseller (id, name) SELECT reseller_id, reseller_name FROM onboarding \
                       WHERE id = $1 AND reseller_id IS NOT NULL AND reseller_name IS NOT NULL \
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE listed_reseller.name <> excluded.name";
    sqlx::query(SQL).bind(id.as_str()).execute(&mut **tx).await?;
    Ok(())
}

impl Journal {
    /// Makes some of what an older portal has written findable. Returns how many; 0: nothing is left.
    pub async fn make_findable(&self) -> Result<usize, JournalError> {
        const SQL: &str = "SELECT id FROM onboarding WHERE list_key IS NULL ORDER BY id DESC LIMIT $1";
        // Whoever gets the row locks it; what is read afterwards is what it is.
        const TAKE: &str = "UPDATE onboarding SET list_key = list_key WHERE id = $1 AND list_key IS NULL";
        let unlisted = sqlx::query(SQL).bind(BATCH).fetch_all(self.db.read()).await?;
        if unlisted.is_empty() {
            return Ok(0);
        }
        let mut tx = self.transaction().await?;
        for row in &unlisted {
            let id: OnboardingId = super::rows::id(row.try_get("id")?)?;
            if sqlx::query(TAKE).bind(id.as_str()).execute(&mut *tx).await?.rows_affected() == 1 {
                after(&mut tx, &id, Former(None)).await?;
            }
        }
        tx.commit().await?;
        Ok(unlisted.len())
    }
}
