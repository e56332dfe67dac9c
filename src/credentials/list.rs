//! Where the credentials of many tenants stand, for lists.

use std::collections::HashMap;

use sqlx::Row;

use super::{
    CredentialStore, CredentialsError, CredentialsStatus,
    status::{self, columns},
};
use crate::{
    database::DatabaseError,
    domain::{OnboardingId, Operator},
    journal::seen_by,
};

impl CredentialStore {
    /// Where the credentials stand of every onboarding from `oldest` to `newest` that has any and that `viewer` may see.
    pub async fn statuses(
        &self,
        viewer: &Operator,
        oldest: &OnboardingId,
        newest: &OnboardingId,
    ) -> Result<HashMap<OnboardingId, CredentialsStatus>, CredentialsError> {
        let sql = seen_by!(
            viewer,
            [
                "SELECT onboarding_id, ",
                columns!(),
                " FROM credential WHERE onboarding_id >= $3 AND onboarding_id <= $4 \
              AND EXISTS (SELECT 1 FROM onboarding o WHERE o.id = onboarding_id AND "
            ],
            [")"]
        );
        let rows = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(oldest.as_str())
            .bind(newest.as_str())
            .fetch_all(self.db.read())
            .await?;
        let now = self.ambient.now();
        rows.iter()
            .map(|row| {
                let id: String = row.try_get("onboarding_id")?;
                let id = id.try_into().map_err(|_| DatabaseError::Corrupt("credential.onboarding_id"))?;
                Ok((id, status::read(row, now)?))
            })
            .collect()
    }
}
