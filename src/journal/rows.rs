//! From rows to values and back.

use serde::Serialize;
use sqlx::{Row, any::AnyRow};

use super::{
    Failure, Happening, JournalError, Onboarding, OnboardingEvent, OnboardingState, Reason, SentBack, StoredEvidence,
};
use crate::{
    clock::Timestamp,
    database::{DatabaseError, from_micros},
    domain::{Field, PersonKey},
};

/// The columns that [`onboarding`] reads, of a table named `o`.
macro_rules! columns {
    () => {
        "o.id, o.state, o.owner_tid, o.owner_oid, o.owner_name, o.form, o.reseller_id, o.reseller_name, \
         o.company_name, o.domain, o.payload_hash, o.request_id, o.correlation_id, o.customer_id, \
         o.failure_reason, o.failure_status, o.failure_code, o.failure_field, o.failure_ms_cv, o.created_ms_cv, \
         o.copy_of, o.last_sent_at, o.in_doubt, o.next_attempt_at, o.visible_at, o.reseller_verified_at, \
         o.sent_back_by, o.sent_back_at, o.sent_back_comment, o.created_at, o.changed_at"
    };
}

/// What the provider's person `$1`, `$2` may see of a table named `o`: everything but other people's drafts.
macro_rules! visible_to_provider {
    () => {
        "(o.state <> 'draft' OR (o.owner_tid = $1 AND o.owner_oid = $2))"
    };
}

/// What the reseller's person `$1`, `$2` may see of it: the customers of the reseller, whose id is the person's tenant,
/// and own drafts.
macro_rules! visible_to_reseller {
    () => {
        "((o.state <> 'draft' AND o.reseller_id = $1) OR (o.owner_tid = $1 AND o.owner_oid = $2))"
    };
}

/// The statement for a viewer: what stands before the condition of who may see, and what comes after it. Tenant and
/// object id of the viewer are `$1` and `$2`. Two statements rather than one with both conditions, so that each has
/// the plan that suits it.
macro_rules! seen_by {
    ($viewer:expr, [$($before:tt)*], [$($after:tt)*]) => {{
        const PROVIDER: &str = concat!($($before)*, $crate::journal::visible_to_provider!(), $($after)*);
        const RESELLER: &str = concat!($($before)*, $crate::journal::visible_to_reseller!(), $($after)*);
        match $viewer.side {
            $crate::domain::Side::Provider(_) => PROVIDER,
            $crate::domain::Side::Reseller(_) if planted!(NoOwnerFilter) => PROVIDER,
            $crate::domain::Side::Reseller(_) => RESELLER,
        }
    }};
}

pub(super) use columns;
pub(crate) use {seen_by, visible_to_provider, visible_to_reseller};

/// A row of `onboarding`.
pub(super) fn onboarding(row: &AnyRow) -> Result<Onboarding, JournalError> {
    Ok(Onboarding {
        id: id(row.try_get("id")?)?,
        state: OnboardingState::parse(row.try_get("state")?)?,
        owner: PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? },
        owner_name: row.try_get("owner_name")?,
        form: serde_json::from_str(row.try_get("form")?).map_err(|_| DatabaseError::Corrupt("onboarding.form"))?,
        reseller_id: optional_id(row.try_get("reseller_id")?)?,
        reseller_name: row.try_get("reseller_name")?,
        domain: row.try_get("domain")?,
        company_name: row.try_get("company_name")?,
        payload_hash: row.try_get("payload_hash")?,
        request_id: optional_id(row.try_get("request_id")?)?,
        correlation_id: optional_id(row.try_get("correlation_id")?)?,
        customer_id: optional_id(row.try_get("customer_id")?)?,
        failure: failure(row)?,
        created_ms_cv: row.try_get("created_ms_cv")?,
        copy_of: optional_id(row.try_get("copy_of")?)?,
        last_sent_at: optional_instant(row, "last_sent_at")?,
        in_doubt: row.try_get::<i64, _>("in_doubt")? == 1,
        next_attempt_at: optional_instant(row, "next_attempt_at")?,
        visible_at: optional_instant(row, "visible_at")?,
        reseller_verified_at: optional_instant(row, "reseller_verified_at")?,
        sent_back: sent_back(row)?,
        created_at: from_micros(row.try_get("created_at")?)?,
        changed_at: from_micros(row.try_get("changed_at")?)?,
    })
}

/// A row of `onboarding_event`.
pub(super) fn event(row: &AnyRow) -> Result<OnboardingEvent, JournalError> {
    Ok(OnboardingEvent {
        at: from_micros(row.try_get("happened_at")?)?,
        what: Happening::parse(row.try_get("to_state")?)?,
        actor: row.try_get("actor")?,
        comment: row.try_get("comment")?,
    })
}

/// A row of `onboarding_evidence`.
pub(super) fn evidence(row: &AnyRow) -> Result<StoredEvidence, JournalError> {
    Ok(StoredEvidence { at: from_micros(row.try_get("gathered_at")?)?, found: row.try_get("found")? })
}

fn sent_back(row: &AnyRow) -> Result<Option<SentBack>, JournalError> {
    let Some(at) = optional_instant(row, "sent_back_at")? else { return Ok(None) };
    Ok(Some(SentBack { at, by_name: row.try_get("sent_back_by")?, comment: row.try_get("sent_back_comment")? }))
}

fn optional_instant(row: &AnyRow, column: &str) -> Result<Option<Timestamp>, JournalError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(from_micros).transpose()?)
}

fn failure(row: &AnyRow) -> Result<Option<Failure>, JournalError> {
    let Some(reason) = row.try_get("failure_reason")? else { return Ok(None) };
    let status: Option<i64> = row.try_get("failure_status")?;
    Ok(Some(Failure {
        status: status
            .map(u16::try_from)
            .transpose()
            .map_err(|_| DatabaseError::Corrupt("onboarding.failure_status"))?,
        code: row.try_get("failure_code")?,
        field: row.try_get::<Option<&str>, _>("failure_field")?.and_then(Field::from_name),
        ms_cv: row.try_get("failure_ms_cv")?,
        reason: Reason::parse(reason)?,
    }))
}

/// A GUID of one of our kinds.
pub(super) fn id<T: TryFrom<String>>(text: String) -> Result<T, DatabaseError> {
    T::try_from(text).map_err(|_| DatabaseError::Corrupt("id"))
}

/// The same where there may be none.
pub(super) fn optional_id<T: TryFrom<String>>(text: Option<String>) -> Result<Option<T>, DatabaseError> {
    text.map(id).transpose()
}

/// JSON of a value of ours.
#[expect(clippy::expect_used, reason = "structs of texts, enums and booleans always become JSON")]
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a plain value becomes JSON")
}
