//! Whether a company was onboarded here before, as far as the person who asks may know.

use super::{
    Journal, JournalError, Onboarding,
    rows::{self, columns, seen_by},
};
use crate::{
    domain::{OnboardingId, Operator},
    search_index::{Findable, after_all_with},
};

/// So many are named.
const SHOWN: i64 = 3;

impl Journal {
    /// Onboardings, other than `id`, of a company with this name, this initial domain or this tenant, that `viewer` may see
    /// and that have made a tenant or may still make one; the newest first.
    pub async fn of_company(
        &self,
        viewer: &Operator,
        id: Option<&OnboardingId>,
        company_name: &str,
        domain: &str,
        tenant: Option<&str>,
    ) -> Result<Vec<Onboarding>, JournalError> {
        let sql = seen_by!(
            viewer,
            ["SELECT ", columns!(), " FROM onboarding o WHERE "],
            [" AND o.id <> $3 AND o.state NOT IN ('draft', 'rejected', 'not_created') \
              AND ((o.list_key >= $4 AND o.list_key < $5) OR (o.domain = $6 AND $6 <> '') OR o.customer_id = $7) \
              ORDER BY o.id DESC LIMIT $8"]
        );
        // The key begins with the company's line.
        let line = Findable { company: company_name, ..Findable::default() }.key();
        let line = String::from_utf8_lossy(&line).split('\n').next().unwrap_or_default().to_owned();
        let first = [line.as_str(), "\n"].concat();
        // No name is no company: a range without anything in it.
        let end = if line.is_empty() { first.clone().into_bytes() } else { after_all_with(&first) };
        let found = sqlx::query(sql)
            .bind(&viewer.key.tid)
            .bind(&viewer.key.oid)
            .bind(id.map_or("", OnboardingId::as_str))
            .bind(first.into_bytes())
            .bind(end)
            .bind(domain)
            .bind(tenant.unwrap_or_default())
            .bind(SHOWN)
            .fetch_all(self.db.read())
            .await?;
        found.iter().map(rows::onboarding).collect()
    }
}
