//! From rows of the two tables to rows of the list. None of these types can hold a secret: no column of one is read.

use sqlx::{Row, any::AnyRow};

use super::{cursor::Place, query::Sort};
use crate::{
    clock::Timestamp,
    database::{DatabaseError, from_micros, to_micros},
    domain::{CustomerId, OnboardingId, PersonKey, ResellerId},
    journal::OnboardingState,
};

/// What a person has to know of the admin credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordMark {
    /// Nobody has opened them yet.
    NotOpened,
    /// Opened just now, and not confirmed to be stored.
    NotConfirmed,
    /// Opened and stored.
    Stored,
    /// Nobody is known to have them, and nobody can open them any more.
    Lost,
}

/// An onboarding in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOnboarding {
    /// Our id.
    pub id: OnboardingId,
    /// Where it stands.
    pub state: OnboardingState,
    /// Registered name; empty in a draft without one.
    pub company_name: String,
    /// Full initial domain; empty in a draft without one.
    pub domain: String,
    /// The reseller; `None` for a direct customer, and for a draft without one.
    pub reseller_id: Option<ResellerId>,
    /// Its name when it was chosen.
    pub reseller_name: Option<String>,
    /// Who started it.
    pub owner: PersonKey,
    /// That person's name then.
    pub owner_name: String,
    /// The tenant, once created.
    pub customer_id: Option<CustomerId>,
    /// How it stands with the admin credentials; `None`: there are none (yet).
    pub password: Option<PasswordMark>,
    /// When it was stored first.
    pub created_at: Timestamp,
    /// When the state last changed.
    pub changed_at: Timestamp,
}

/// A tenant that Partner Center lists and that was not made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTenant {
    /// Its id.
    pub id: CustomerId,
    /// Registered name.
    pub company_name: String,
    /// Full initial domain.
    pub domain: String,
    /// `reseller`, `none` and others, as Partner Center spells it.
    pub relationship: String,
    /// When the portal saw it first; `None`: it was there before the portal looked.
    pub listed_at: Option<Timestamp>,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedCustomer {
    /// Made here, or to be.
    Onboarding(ListedOnboarding),
    /// Made elsewhere.
    Tenant(ListedTenant),
}

/// A row, and where it stands.
pub(super) struct Placed {
    pub(super) place: Place,
    pub(super) customer: ListedCustomer,
}

/// The tables that the list is made of; in every statement their rows are called `o`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Onboardings,
    Tenants,
}

macro_rules! onboarding_columns {
    () => {
        "o.id, o.state, o.company_name, o.domain, o.reseller_id, o.reseller_name, o.owner_tid, o.owner_oid, \
         o.owner_name, o.customer_id, o.created_at, o.changed_at, c.state AS credential_state, \
         c.expires_at AS credential_expires_at, c.claim_until_at AS credential_claim_until_at"
    };
}

const TENANT_COLUMNS: &str = "o.id, o.newest_key, o.list_key, o.company_name, o.domain, o.relationship, o.listed_at";

impl Table {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Onboardings => "onboarding",
            Self::Tenants => "partner_tenant",
        }
    }

    /// What a page reads.
    pub(super) fn columns(self, sort: Sort) -> &'static str {
        match (self, sort) {
            // It stands behind all that is large, and nothing else there is read.
            (Self::Onboardings, Sort::Company) => concat!(onboarding_columns!(), ", o.list_key"),
            (Self::Onboardings, _) => onboarding_columns!(),
            (Self::Tenants, _) => TENANT_COLUMNS,
        }
    }

    /// What conditions and order look at.
    pub(super) fn narrow_columns(self) -> &'static str {
        match self {
            Self::Onboardings => {
                "o.id, o.list_key, o.domain, o.state, o.reseller_id, o.owner_tid, o.owner_oid, o.changed_at"
            }
            Self::Tenants => TENANT_COLUMNS,
        }
    }

    /// The index that has all of these.
    pub(super) fn narrow_index(self) -> Option<&'static str> {
        match self {
            Self::Onboardings => Some("onboarding_listed"),
            // Its rows are as small as an index would be.
            Self::Tenants => None,
        }
    }

    pub(super) fn join(self) -> &'static str {
        match self {
            Self::Onboardings => "LEFT JOIN credential c ON c.onboarding_id = o.id",
            Self::Tenants => "",
        }
    }

    /// The column by which the newest come first.
    pub(super) fn newest(self) -> &'static str {
        match self {
            Self::Onboardings => "o.id",
            Self::Tenants => "o.newest_key",
        }
    }

    /// The columns by which what has changed last comes first.
    pub(super) fn changed(self) -> &'static str {
        match self {
            Self::Onboardings => "(o.changed_at, o.id)",
            Self::Tenants => "(o.listed_at, o.id)",
        }
    }

    /// Whether a row has a place in this order.
    pub(super) fn has_place(self, sort: Sort) -> &'static str {
        match (self, sort) {
            (Self::Onboardings, Sort::Company) => "o.list_key IS NOT NULL",
            _ => "1 = 1",
        }
    }

    /// What [`place`](Self::place) reads.
    pub(super) fn place_columns(self, sort: Sort) -> &'static str {
        match (self, sort) {
            (Self::Onboardings, Sort::Newest) => "o.id",
            (Self::Tenants, Sort::Newest) => "o.newest_key",
            (_, Sort::Company) => "o.list_key, o.id",
            (Self::Onboardings, Sort::Changed) => "o.changed_at, o.id",
            (Self::Tenants, Sort::Changed) => "o.listed_at, o.id",
        }
    }

    /// The order of the list, or the opposite one.
    pub(super) fn order(self, sort: Sort, backwards: bool) -> &'static str {
        match (self, sort, backwards) {
            (Self::Onboardings, Sort::Newest, false) => "o.id DESC",
            (Self::Onboardings, Sort::Newest, true) => "o.id",
            (Self::Tenants, Sort::Newest, false) => "o.newest_key DESC",
            (Self::Tenants, Sort::Newest, true) => "o.newest_key",
            (_, Sort::Company, false) => "o.list_key, o.id",
            (_, Sort::Company, true) => "o.list_key DESC, o.id DESC",
            (Self::Onboardings, Sort::Changed, false) => "o.changed_at DESC, o.id DESC",
            (Self::Onboardings, Sort::Changed, true) => "o.changed_at, o.id",
            (Self::Tenants, Sort::Changed, false) => "o.listed_at DESC, o.id DESC",
            (Self::Tenants, Sort::Changed, true) => "o.listed_at, o.id",
        }
    }

    /// Where a row stands.
    pub(super) fn place(self, sort: Sort, row: &AnyRow) -> Result<Place, DatabaseError> {
        Ok(match (self, sort) {
            (Self::Onboardings, Sort::Newest) => Place::Newest(row.try_get("id")?),
            (Self::Tenants, Sort::Newest) => Place::Newest(row.try_get("newest_key")?),
            (_, Sort::Company) => {
                Place::Company(row.try_get::<Option<Vec<u8>>, _>("list_key")?.unwrap_or_default(), row.try_get("id")?)
            }
            (Self::Onboardings, Sort::Changed) => Place::Changed(row.try_get("changed_at")?, row.try_get("id")?),
            (Self::Tenants, Sort::Changed) => Place::Changed(row.try_get("listed_at")?, row.try_get("id")?),
        })
    }

    /// A row of the list.
    pub(super) fn read(self, sort: Sort, row: &AnyRow, now: Timestamp) -> Result<Placed, DatabaseError> {
        let customer = match self {
            Self::Onboardings => ListedCustomer::Onboarding(onboarding(row, now)?),
            Self::Tenants => ListedCustomer::Tenant(tenant(row)?),
        };
        Ok(Placed { place: self.place(sort, row)?, customer })
    }
}

fn onboarding(row: &AnyRow, now: Timestamp) -> Result<ListedOnboarding, DatabaseError> {
    Ok(ListedOnboarding {
        id: id(row.try_get("id")?)?,
        state: OnboardingState::parse(row.try_get("state")?)?,
        company_name: row.try_get("company_name")?,
        domain: row.try_get("domain")?,
        reseller_id: row.try_get::<Option<String>, _>("reseller_id")?.map(id).transpose()?,
        reseller_name: row.try_get("reseller_name")?,
        owner: PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? },
        owner_name: row.try_get("owner_name")?,
        customer_id: row.try_get::<Option<String>, _>("customer_id")?.map(id).transpose()?,
        password: password(row, to_micros(now))?,
        created_at: from_micros(row.try_get("created_at")?)?,
        changed_at: from_micros(row.try_get("changed_at")?)?,
    })
}

/// What is past its time counts as gone, even if nobody has swept it away yet.
fn password(row: &AnyRow, now: i64) -> Result<Option<PasswordMark>, DatabaseError> {
    let lasts =
        |column| Ok::<_, DatabaseError>(row.try_get::<Option<i64>, _>(column)?.is_some_and(|until| until > now));
    Ok(match row.try_get::<Option<String>, _>("credential_state")?.as_deref() {
        None => None,
        Some("sealed") if lasts("credential_expires_at")? => Some(PasswordMark::NotOpened),
        Some("claimed") if lasts("credential_claim_until_at")? => Some(PasswordMark::NotConfirmed),
        Some("confirmed") => Some(PasswordMark::Stored),
        Some(_) => Some(PasswordMark::Lost),
    })
}

/// A row of `partner_tenant`.
pub(super) fn tenant(row: &AnyRow) -> Result<ListedTenant, DatabaseError> {
    let listed_at: i64 = row.try_get("listed_at")?;
    Ok(ListedTenant {
        id: id(row.try_get("id")?)?,
        company_name: row.try_get("company_name")?,
        domain: row.try_get("domain")?,
        relationship: row.try_get("relationship")?,
        listed_at: (listed_at > 0).then(|| from_micros(listed_at)).transpose()?,
    })
}

fn id<T: TryFrom<String>>(text: String) -> Result<T, DatabaseError> {
    T::try_from(text).map_err(|_| DatabaseError::Corrupt("id"))
}
