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
};

impl CredentialStore {
    /// Where the credentials stand of every onboarding from `oldest` to `newest` that has any and that `viewer` may see.
    pub async fn statuses(
        &self,
        viewer: &Operator,
        oldest: &OnboardingId,
        newest: &OnboardingId,
    ) -> Result<HashMap<OnboardingId, CredentialsStatus>, CredentialsError> {
        const SQL: &str = concat!(
            "SELECT onboarding_id, ",
            columns!(),
            " FROM credential WHERE onboarding_id >= $1 AND onboarding_id <= $2 AND EXISTS (SELECT 1 FROM onboarding o \
             WHERE o.id = onboarding_id AND (o.state <> 'draft' OR (o.owner_tid = $3 AND o.owner_oid = $4)))"
        );
        let rows = sqlx::query(SQL)
            .bind(oldest.as_str())
            .bind(newest.as_str())
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
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
