//! From rows to values and back.

use serde::Serialize;
use sqlx::{Row, any::AnyRow};

use super::{Failure, JournalError, Onboarding, OnboardingEvent, OnboardingState};
use crate::{
    database::{DatabaseError, from_micros},
    domain::PersonKey,
};

/// The columns that [`onboarding`] reads, of a table named `o`.
macro_rules! columns {
    () => {
        "o.id, o.state, o.owner_tid, o.owner_oid, o.owner_name, o.form, o.reseller_id, o.reseller_name, \
         o.company_name, o.domain, o.request_id, o.correlation_id, o.customer_id, o.failure_reason, \
         o.failure_status, o.failure_code, o.failure_ms_cv, o.created_at, o.changed_at"
    };
}

/// What the person `$1`, `$2` may see of a table named `o`: everything but other people's drafts.
macro_rules! visible {
    () => {
        "(o.state <> 'draft' OR (o.owner_tid = $1 AND o.owner_oid = $2))"
    };
}

pub(super) use {columns, visible};

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
        request_id: optional_id(row.try_get("request_id")?)?,
        correlation_id: optional_id(row.try_get("correlation_id")?)?,
        customer_id: optional_id(row.try_get("customer_id")?)?,
        failure: failure(row)?,
        created_at: from_micros(row.try_get("created_at")?)?,
        changed_at: from_micros(row.try_get("changed_at")?)?,
    })
}

/// A row of `onboarding_event`.
pub(super) fn event(row: &AnyRow) -> Result<OnboardingEvent, JournalError> {
    Ok(OnboardingEvent {
        at: from_micros(row.try_get("happened_at")?)?,
        to: OnboardingState::parse(row.try_get("to_state")?)?,
        actor: row.try_get("actor")?,
    })
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
        ms_cv: row.try_get("failure_ms_cv")?,
        reason,
    }))
}

/// A GUID of one of our kinds.
pub(super) fn id<T: TryFrom<String>>(text: String) -> Result<T, DatabaseError> {
    T::try_from(text).map_err(|_| DatabaseError::Corrupt("id"))
}

fn optional_id<T: TryFrom<String>>(text: Option<String>) -> Result<Option<T>, DatabaseError> {
    text.map(id).transpose()
}

/// JSON of a value of ours.
#[expect(clippy::expect_used, reason = "structs of texts, enums and booleans always become JSON")]
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("a plain value becomes JSON")
}
