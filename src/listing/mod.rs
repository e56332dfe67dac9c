//! The list of customers: what was onboarded here, and the tenants that Partner Center lists besides.
//!
//! A page costs the same whatever is asked and however many rows there are. Either few rows fit one of the conditions
//! (an index says so before they are read): then these are sorted. Or every condition holds for many: then the list is
//! walked in its order, and a page's worth is soon found. A walk ends after [`REACH`] rows; a page can therefore be
//! short and say where to look further, but it never leaves out a row.

mod cursor;
mod query;
mod rows;
mod source;
mod statement;
mod tenants;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use sqlx::Row;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::{
    cursor::Cursor,
    query::{CustomerQuery, Day, Sort, StateFilter, person_word},
    rows::{ListedCustomer, ListedOnboarding, ListedTenant, PasswordMark},
    tenants::{ReadingLease, ReadingStatus, SeenTenant, Tenants},
};
use self::{
    cursor::Side,
    rows::Placed,
    source::{Condition, Source, sources},
};
use crate::{
    clock::{Ambient, Timestamp},
    database::{Database, DatabaseError},
    domain::{Operator, ResellerId},
};

/// So many rows are looked at for one page at most.
const REACH: u32 = 5_000;

/// How much is read for a page.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Fewer rows than this are sorted rather than looked for in the order of the list.
    few: u32,
    /// So many rows beyond those of the page are looked at first.
    near: u32,
    /// So many rows are looked at in the end, in the order in which they were stored.
    reach: u32,
    /// The same in every other order, in which each row is on another page of the disk.
    far: u32,
}

const LIMITS: Limits = Limits { few: 2_000, near: 100, reach: REACH, far: REACH / 2 };

/// So many resellers are offered for a name that fits several.
const RESELLERS_OFFERED: i64 = 6;

/// A page of the list.
#[derive(Debug)]
pub struct ListPage {
    /// The rows in the order of the list.
    pub rows: Vec<ListedCustomer>,
    /// Where the page in front of it ends; `None`: this is the first one.
    pub previous: Option<Cursor>,
    /// Where the page behind it begins; `None`: this is the last one.
    pub next: Option<Cursor>,
    /// Whether the page is short because it has looked at [`REACH`] rows.
    pub is_cut_short: bool,
}

/// What one source has for a page.
struct Found {
    rows: Vec<Placed>,
    /// Where it has stopped looking, although there is more.
    stopped_at: Option<cursor::Place>,
}

/// Exports that run at once in one process; others wait for their turn.
const EXPORTS: usize = 2;

/// The list of customers.
#[derive(Clone, Debug)]
pub struct Listing {
    db: Database,
    ambient: Ambient,
    limits: Limits,
    exports: Arc<Semaphore>,
}

impl Listing {
    /// Over this database.
    pub fn new(db: Database, ambient: Ambient) -> Self {
        Self { db, ambient, limits: LIMITS, exports: Arc::new(Semaphore::new(EXPORTS)) }
    }

    /// A place among those who export; waits until there is one.
    pub async fn export_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.exports).acquire_owned().await.ok()
    }

    /// The tenants that were not made here.
    pub fn tenants(&self) -> Tenants {
        Tenants::new(self.db.clone(), self.ambient.clone())
    }

    /// `size` rows of what `viewer` may see, from a cursor on.
    pub async fn page(
        &self,
        viewer: &Operator,
        query: &CustomerQuery,
        cursor: Option<&Cursor>,
        size: u32,
    ) -> Result<ListPage, DatabaseError> {
        let now = self.ambient.now();
        let mut found = Vec::new();
        for source in sources(query, viewer, now) {
            found.push(self.look(&source, cursor, size, now).await?);
        }
        Ok(merge(found, cursor, size))
    }

    async fn look(
        &self,
        source: &Source,
        cursor: Option<&Cursor>,
        size: u32,
        now: Timestamp,
    ) -> Result<Found, DatabaseError> {
        let read = async |statement: statement::Sql| {
            let rows = statement.rows(&self.db).await?;
            rows.iter().map(|row| source.table.read(source.sort, row, now)).collect::<Result<Vec<_>, _>>()
        };
        let wanted = size.saturating_add(1);
        let is_full = |rows: &[Placed]| rows.len() > usize::try_from(size).unwrap_or(usize::MAX);
        if let Some(few) = self.few(source).await? {
            let rows = read(source.of_few(few, self.limits.few, cursor, wanted)).await?;
            return Ok(Found { rows, stopped_at: None });
        }
        let Limits { near, reach, far, .. } = self.limits;
        let longest = wanted.max(if source.sort == Sort::Newest { reach } else { far });
        let mut reach = wanted.saturating_add(near).min(longest);
        let mut beyond: Option<Cursor> = None;
        loop {
            let from = beyond.as_ref().or(cursor);
            let rows = read(source.of_next(reach, from, wanted)).await?;
            if is_full(&rows) {
                return Ok(Found { rows, stopped_at: None });
            }
            let Some(end) = source.last_of_next(reach, from).row(&self.db).await? else {
                return Ok(Found { rows, stopped_at: None });
            };
            if end.try_get::<i64, _>("examined")? < i64::from(reach) {
                return Ok(Found { rows, stopped_at: None });
            }
            if reach < longest {
                reach = longest;
                continue;
            }
            let place = source.table.place(source.sort, &end)?;
            if end.try_get::<i64, _>("hidden")? == 0 {
                return Ok(Found { rows, stopped_at: Some(place) });
            }
            // None of so many rows may be seen, so there is no place among them that could be named.
            let onwards = if cursor.is_some_and(Cursor::goes_back) { Side::Before } else { Side::After };
            beyond = Some(Cursor { place, side: onwards });
        }
    }

    /// A condition that holds for few rows, if there is one, and need for it.
    async fn few<'a>(&self, source: &'a Source) -> Result<Option<&'a Condition>, DatabaseError> {
        for condition in &source.conditions {
            // In its order the rows stand in an index, one after the other.
            let is_walked = source.conditions.len() == 1 && source.walk.contains(&condition.holds);
            if is_walked {
                return Ok(None);
            }
            let counted = Source::count(condition, self.limits.few).row(&self.db).await?;
            let counted = counted.map(|row| row.try_get::<i64, _>(0)).transpose()?.unwrap_or_default();
            if counted < i64::from(self.limits.few) {
                return Ok(Some(condition));
            }
        }
        Ok(None)
    }

    /// The name under which a reseller was chosen last; for people of the provider.
    pub async fn reseller_name(&self, id: &ResellerId) -> Result<Option<String>, DatabaseError> {
        let row = sqlx::query("SELECT name FROM listed_reseller WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await?;
        Ok(row.map(|row| row.try_get("name")).transpose()?)
    }

    /// Resellers of onboardings whose name has this part, by name, a handful at most; for people of the provider.
    pub async fn resellers_called(&self, part: &str) -> Result<Vec<(ResellerId, String)>, DatabaseError> {
        const SQL: &str = "SELECT id, name FROM listed_reseller WHERE LOWER(name) LIKE $1 ESCAPE '!' \
                           ORDER BY name, id LIMIT $2";
        let part = part.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let rows = sqlx::query(SQL).bind(format!("%{part}%")).bind(RESELLERS_OFFERED).fetch_all(self.db.read()).await?;
        rows.iter()
            .map(|row| {
                let id: String = row.try_get("id")?;
                Ok((id.parse().map_err(|_| DatabaseError::Corrupt("listed_reseller.id"))?, row.try_get("name")?))
            })
            .collect()
    }
}

/// One page out of what the sources have found, each in the order in which it was read.
fn merge(found: Vec<Found>, cursor: Option<&Cursor>, size: u32) -> ListPage {
    let goes_back = cursor.is_some_and(Cursor::goes_back);
    let in_order = |one: &cursor::Place, other: &cursor::Place| {
        let order = one.shown_before(other);
        if goes_back { order.reverse() } else { order }
    };
    let frontier = found.iter().filter_map(|found| found.stopped_at.clone()).min_by(|one, other| in_order(one, other));
    let mut rows = found.into_iter().flat_map(|found| found.rows).collect::<Vec<_>>();
    rows.sort_by(|one, other| in_order(&one.place, &other.place));
    // Beyond the place where one of them has stopped, its rows are missing.
    if let Some(frontier) = &frontier {
        rows.retain(|row| in_order(&row.place, frontier).is_le());
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let is_more = rows.len() > size;
    rows.truncate(size);
    let is_cut_short = !is_more && frontier.is_some();
    let last = if is_cut_short { frontier } else { rows.last().map(|row| row.place.clone()) };
    let onwards = last.filter(|_| is_more || is_cut_short);
    // Where one came from there is something: at least the row that the cursor stands on.
    let first = rows.first().map(|row| row.place.clone());
    let backwards = cursor.map(|cursor| first.map_or_else(|| (cursor.place.clone(), true), |place| (place, false)));
    let onwards = onwards.map(|place| (place, false));
    let (previous, next) = if goes_back { (onwards, backwards) } else { (backwards, onwards) };
    if goes_back {
        rows.reverse();
    }
    let edge = |with_it, inclusive, exclusive| if with_it { inclusive } else { exclusive };
    ListPage {
        rows: rows.into_iter().map(|row| row.customer).collect(),
        previous: previous.map(|(place, with_it)| Cursor { place, side: edge(with_it, Side::UpTo, Side::Before) }),
        next: next.map(|(place, with_it)| Cursor { place, side: edge(with_it, Side::From, Side::After) }),
        is_cut_short,
    }
}
