//! Tenants that Partner Center lists and that were not made here: a copy of ours, read anew from time to time.

use sqlx::{Row, any::AnyRow};

use super::{query::first_id_of, rows};
use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::{Database, DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{CustomerId, Operator, PersonKey},
    listing::ListedTenant,
    search_index::{self, Findable},
};

/// How often they are read.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long after a reading that failed the next one begins.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(10);

/// Whoever reads shows a sign of life with each page; longer than all repeats of one call.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

/// Rows that are written, or removed, in one transaction.
const BATCH: usize = 100;

/// A tenant as a reading sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenTenant {
    /// Its id.
    pub id: CustomerId,
    /// Registered name; may be empty.
    pub company_name: String,
    /// Full initial domain; may be empty.
    pub domain: String,
    /// `reseller`, `none` and others; may be empty.
    pub relationship: String,
}

/// The right to read for all processes.
#[derive(Debug)]
pub struct ReadingLease {
    holder: String,
    number: i64,
    /// Whether no reading has come to its end before: what it sees was there before the portal looked.
    is_first: bool,
    /// Who has asked for it, if it was a person.
    pub asked_by: Option<PersonKey>,
}

/// How the reading stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadingStatus {
    /// When one came to its end last.
    pub finished_at: Option<Timestamp>,
    /// Whether one runs, or is about to.
    pub is_under_way: bool,
    /// Whether the last one did not come to its end.
    pub has_failed: bool,
}

/// The copy. For the provider alone: the list of Partner Center does not say through which reseller a tenant is sold.
#[derive(Clone, Debug)]
pub struct Tenants {
    db: Database,
    ambient: Ambient,
}

impl Tenants {
    pub(super) fn new(db: Database, ambient: Ambient) -> Self {
        Self { db, ambient }
    }

    /// One of them, if `viewer` may see it and it was not made here.
    pub async fn find(&self, viewer: &Operator, id: &CustomerId) -> Result<Option<ListedTenant>, DatabaseError> {
        const SQL: &str = "SELECT id, company_name, domain, relationship, listed_at FROM partner_tenant o \
                           WHERE id = $1 AND $2 = 1 \
                           AND NOT EXISTS (SELECT 1 FROM onboarding made WHERE made.customer_id = o.id)";
        let row = sqlx::query(SQL)
            .bind(id.as_str())
            .bind(i64::from(viewer.reseller().is_none()))
            .fetch_optional(self.db.read())
            .await?;
        row.map(|row| rows::tenant(&row)).transpose()
    }

    /// How the reading stands.
    pub async fn status(&self) -> Result<ReadingStatus, DatabaseError> {
        const SQL: &str = "SELECT finished_at, due_at, lease_until_at, failed FROM partner_tenant_reading";
        let Some(row) = sqlx::query(SQL).fetch_optional(self.db.read()).await? else {
            return Ok(ReadingStatus::default());
        };
        let now = to_micros(self.ambient.now());
        let finished_at: i64 = row.try_get("finished_at")?;
        let is_due = row.try_get::<i64, _>("due_at")? <= now;
        Ok(ReadingStatus {
            finished_at: (finished_at > 0).then(|| from_micros(finished_at)).transpose()?,
            is_under_way: is_due || row.try_get::<i64, _>("lease_until_at")? > now,
            has_failed: row.try_get::<i64, _>("failed")? == 1,
        })
    }

    /// Has them read soon, with the token of whoever asks.
    pub async fn ask(&self, operator: &Operator) -> Result<(), DatabaseError> {
        const SQL: &str = "UPDATE partner_tenant_reading SET due_at = $1, asked_at = $1, asked_tid = $2, asked_oid = $3 WHERE due_at > $1";
        sqlx::query(SQL)
            .bind(to_micros(self.ambient.now()))
            .bind(&operator.key.tid)
            .bind(&operator.key.oid)
            .execute(self.db.write())
            .await?;
        Ok(())
    }

    /// Begins a reading, if one is due and no other process has begun it.
    pub async fn begin(&self) -> Result<Option<ReadingLease>, DatabaseError> {
        const DUE: &str = "SELECT number, finished_at, asked_tid, asked_oid FROM partner_tenant_reading \
                           WHERE due_at <= $1 AND lease_until_at <= $1";
        const TAKE: &str = "UPDATE partner_tenant_reading SET number = number + 1, lease = $1, lease_until_at = $2 \
                            WHERE number = $3 AND due_at <= $4 AND lease_until_at <= $4";
        let now = self.ambient.now();
        let Some(row) = sqlx::query(DUE).bind(to_micros(now)).fetch_optional(self.db.read()).await? else {
            return Ok(None);
        };
        let number: i64 = row.try_get("number")?;
        let holder = self.ambient.token();
        let taken = sqlx::query(TAKE)
            .bind(&holder)
            .bind(later(now, LEASE))
            .bind(number)
            .bind(to_micros(now))
            .execute(self.db.write())
            .await?;
        let (tid, oid): (String, String) = (row.try_get("asked_tid")?, row.try_get("asked_oid")?);
        let lease = ReadingLease {
            holder,
            number: number.saturating_add(1),
            is_first: row.try_get::<i64, _>("finished_at")? == 0,
            asked_by: (!oid.is_empty()).then_some(PersonKey { tid, oid }),
        };
        Ok((taken.rows_affected() == 1).then_some(lease))
    }

    /// Who has onboarded last, for whose sake a token may be had: a few people, the last one first.
    pub async fn recent_owners(&self) -> Result<Vec<PersonKey>, DatabaseError> {
        const SQL: &str =
            "SELECT owner_tid, owner_oid FROM onboarding WHERE state <> 'draft' ORDER BY id DESC LIMIT 50";
        let mut owners = Vec::new();
        for row in sqlx::query(SQL).fetch_all(self.db.read()).await? {
            let owner = PersonKey { tid: row.try_get("owner_tid")?, oid: row.try_get("owner_oid")? };
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        Ok(owners)
    }

    /// Stores a page of a reading, and says that whoever reads is alive. `false`: somebody else reads by now.
    pub async fn store(&self, lease: &ReadingLease, seen: &[SeenTenant]) -> Result<bool, DatabaseError> {
        let now = self.ambient.now();
        for tenants in seen.chunks(BATCH) {
            let mut tx = self.db.begin().await?;
            if !extend(&mut tx, lease, now).await? {
                return Ok(false);
            }
            for tenant in tenants {
                store_one(&mut tx, lease, tenant, now).await?;
            }
            tx.commit().await?;
        }
        Ok(true)
    }

    /// Ends a reading that has seen all of them: what it has not seen is gone.
    pub async fn finish(&self, lease: &ReadingLease) -> Result<(), DatabaseError> {
        const END: &str = "UPDATE partner_tenant_reading SET lease = '', lease_until_at = 0, due_at = $1, \
                           finished_at = $2, failed = 0 WHERE lease = $3";
        let now = self.ambient.now();
        while self.remove_unseen(lease, now).await? {}
        sqlx::query(END)
            .bind(later(now, EVERY))
            .bind(to_micros(now))
            .bind(&lease.holder)
            .execute(self.db.write())
            .await?;
        Ok(())
    }

    /// Ends a reading that could not see all of them: what it has seen stays, and so does what it has not.
    pub async fn give_up(&self, lease: &ReadingLease) -> Result<(), DatabaseError> {
        const SQL: &str = "UPDATE partner_tenant_reading SET lease = '', lease_until_at = 0, due_at = $1, failed = 1 \
                           WHERE lease = $2";
        let due_at = later(self.ambient.now(), AFTER_FAILURE);
        sqlx::query(SQL).bind(due_at).bind(&lease.holder).execute(self.db.write()).await?;
        Ok(())
    }

    /// Removes some of what a reading has not seen. `false`: nothing is left to remove.
    async fn remove_unseen(&self, lease: &ReadingLease, now: Timestamp) -> Result<bool, DatabaseError> {
        const SQL: &str = "SELECT id, company_name, domain FROM partner_tenant WHERE seen_in < $1 LIMIT $2";
        let mut tx = self.db.begin().await?;
        if !extend(&mut tx, lease, now).await? {
            return Ok(false);
        }
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let unseen = sqlx::query(SQL).bind(lease.number).bind(limit).fetch_all(&mut *tx).await?;
        for row in &unseen {
            let former = Stored::read(row)?;
            let id: String = row.try_get("id")?;
            search_index::replace(&mut tx, &id, Some(former.findable()), None).await?;
            sqlx::query("DELETE FROM partner_tenant WHERE id = $1").bind(&id).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(!unseen.is_empty())
    }
}

/// What is searched for in a stored tenant.
struct Stored {
    company_name: String,
    domain: String,
}

impl Stored {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { company_name: row.try_get("company_name")?, domain: row.try_get("domain")? })
    }

    fn findable(&self) -> Findable<'_> {
        findable(&self.company_name, &self.domain)
    }
}

fn findable<'a>(company: &'a str, domain: &'a str) -> Findable<'a> {
    Findable { company, domain, ..Findable::default() }
}

async fn extend(tx: &mut WriteTransaction, lease: &ReadingLease, now: Timestamp) -> Result<bool, sqlx::Error> {
    let extended = sqlx::query("UPDATE partner_tenant_reading SET lease_until_at = $1 WHERE lease = $2")
        .bind(later(now, LEASE))
        .bind(&lease.holder)
        .execute(&mut **tx)
        .await?;
    Ok(extended.rows_affected() == 1)
}

async fn store_one(
    tx: &mut WriteTransaction,
    lease: &ReadingLease,
    tenant: &SeenTenant,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    // What was made here is in the list already. It counts as unseen and goes, should it have been stored before.
    const MADE_HERE: &str = "SELECT 1 FROM onboarding WHERE customer_id = $1";
    const FORMER: &str = "SELECT company_name, domain FROM partner_tenant WHERE id = $1";
    const SQL: &str = "INSERT INTO partner_tenant (id, newest_key, list_key, company_name, domain, relationship, \
                       listed_at, seen_in) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
                       list_key = excluded.list_key, company_name = excluded.company_name, domain = excluded.domain, \
                       relationship = excluded.relationship, seen_in = excluded.seen_in";
    let id = tenant.id.as_str();
    if sqlx::query(MADE_HERE).bind(id).fetch_optional(&mut **tx).await?.is_some() {
        return Ok(());
    }
    let former = sqlx::query(FORMER).bind(id).fetch_optional(&mut **tx).await?;
    let former = former.map(|row| Stored::read(&row)).transpose()?;
    let is = findable(&tenant.company_name, &tenant.domain);
    let listed_at = if lease.is_first { None } else { Some(now) };
    sqlx::query(SQL)
        .bind(id)
        .bind(newest_key(&tenant.id, listed_at))
        .bind(is.key())
        .bind(&tenant.company_name)
        .bind(&tenant.domain)
        .bind(&tenant.relationship)
        .bind(listed_at.map_or(0, to_micros))
        .bind(lease.number)
        .execute(&mut **tx)
        .await?;
    search_index::replace(tx, id, former.as_ref().map(Stored::findable), Some(is)).await
}

/// Stands among the ids of onboardings, which begin with their milliseconds: the moment, then what tells tenants apart.
fn newest_key(id: &CustomerId, listed_at: Option<Timestamp>) -> String {
    let moment = first_id_of(listed_at.unwrap_or(Timestamp::UNIX_EPOCH));
    let (moment, _) = moment.split_at_checked(13).unwrap_or((&moment, ""));
    let (_, own) = id.as_str().split_at_checked(13).unwrap_or(("", id.as_str()));
    [moment, own].concat()
}

fn later(now: Timestamp, span: SignedDuration) -> i64 {
    to_micros(now.saturating_add(span).unwrap_or(now))
}
