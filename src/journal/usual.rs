//! What was chosen for a reseller before.

use sqlx::Row;

use super::{Journal, JournalError, seen_by};
use crate::{
    database::DatabaseError,
    domain::{NewCustomerForm, Operator, ResellerId, UsualChoices},
};

impl Journal {
    /// What was chosen for the last customer that was created for a reseller, among those that `viewer` may see.
    pub async fn usual_choices(
        &self,
        viewer: &Operator,
        reseller: &ResellerId,
    ) -> Result<Option<UsualChoices>, JournalError> {
        let sql = seen_by!(
            viewer,
            ["SELECT o.form FROM onboarding o WHERE "],
            [" AND o.reseller_id = $3 AND o.state = 'created' ORDER BY o.id DESC LIMIT 1"]
        );
        let row = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(reseller.as_str())
            .fetch_optional(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let form: NewCustomerForm =
            serde_json::from_str(row.try_get("form")?).map_err(|_| DatabaseError::Corrupt("onboarding.form"))?;
        Ok(Some(UsualChoices::of(&form)))
    }
}
