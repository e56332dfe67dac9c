//! What has happened to an onboarding, and what was found: rows that are added beside it and never changed.

use super::{JournalError, state::Happening};
use crate::{
    clock::Timestamp,
    database::{WriteTransaction, to_micros},
    domain::OnboardingId,
};

/// What was found when the portal looked for a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// JSON, of whoever has looked.
    pub found: String,
    /// What follows from it, in a word.
    pub verdict: &'static str,
}

/// Adds an event, in the transaction of what it tells of.
pub(super) async fn add_event(
    tx: &mut WriteTransaction,
    id: &OnboardingId,
    what: Happening,
    actor: Option<&str>,
    now: Timestamp,
) -> Result<(), JournalError> {
    add_event_with(tx, id, what, actor, None, now).await
}

/// The same with what the person said about it.
pub(super) async fn add_event_with(
    tx: &mut WriteTransaction,
    id: &OnboardingId,
    what: Happening,
    actor: Option<&str>,
    comment: Option<&str>,
    now: Timestamp,
) -> Result<(), JournalError> {
    const SQL: &str = "INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, happened_at, comment) \
                       SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5 FROM onboarding_event \
                       WHERE onboarding_id = $1";
    sqlx::query(SQL)
        .bind(id.as_str())
        .bind(what.as_str())
        .bind(actor)
        .bind(to_micros(now))
        .bind(comment)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Adds what was found, in the transaction of what follows from it.
pub(super) async fn add_evidence(
    tx: &mut WriteTransaction,
    id: &OnboardingId,
    evidence: &EvidenceRecord,
    now: Timestamp,
) -> Result<(), JournalError> {
    const SQL: &str = "INSERT INTO onboarding_evidence (onboarding_id, position, found, verdict, gathered_at) \
                       SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4 FROM onboarding_evidence \
                       WHERE onboarding_id = $1";
    sqlx::query(SQL)
        .bind(id.as_str())
        .bind(&evidence.found)
        .bind(evidence.verdict)
        .bind(to_micros(now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
