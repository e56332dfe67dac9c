//! The provider's indirect resellers, as Partner Center listed them last.
//!
//! Partner Center is asked by whoever has a token for it; a person of a reseller has none. So every list that is read
//! is kept, and a tenant that is in the last one as active is what makes its people resellers.

use std::collections::HashMap;

use sqlx::{Row, any::AnyRow};

use crate::{
    clock::{Ambient, SignedDuration, Timestamp},
    database::{Database, DatabaseError, WriteTransaction, from_micros, to_micros},
    domain::{ResellerChoice, ResellerId, ResellerState},
};

/// For how long a relationship is believed in while no list can be read.
///
/// A reseller's people go on looking at what is theirs over an outage. Whoever creates a customer asks Partner Center at
/// that moment in any case.
pub const BELIEVED: SignedDuration = SignedDuration::from_hours(24);

/// A list that says nothing new is noted so often.
const NOTED: SignedDuration = SignedDuration::from_mins(5);

/// The word of an active relationship, in the table.
const ACTIVE: &str = "active";
/// The word of a relationship that is no longer listed.
const GONE: &str = "gone";

/// The table of resellers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Relationships {
    db: Database,
    ambient: Ambient,
}

/// A row that is there.
struct Known {
    reseller: ResellerChoice,
    seen_at: Timestamp,
}

impl Relationships {
    /// Over this database.
    pub fn new(db: Database, ambient: Ambient) -> Self {
        Self { db, ambient }
    }

    /// The reseller as it was listed last; `None` if it never was.
    pub async fn find(&self, id: &ResellerId) -> Result<Option<ResellerChoice>, DatabaseError> {
        const SQL: &str = "SELECT id, name, mpn_id, location, state, seen_at FROM reseller WHERE id = $1";
        let row = sqlx::query(SQL).bind(id.as_str()).fetch_optional(self.db.read()).await?;
        Ok(row.map(|row| known(&row)).transpose()?.map(|known| known.reseller))
    }

    /// When the list that is kept was asked for; `None`: there is none.
    pub async fn read_at(&self) -> Result<Option<Timestamp>, DatabaseError> {
        let row = sqlx::query("SELECT MAX(seen_at) AS last FROM reseller").fetch_one(self.db.read()).await?;
        row.try_get::<Option<i64>, _>("last")?.map(from_micros).transpose()
    }

    /// Keeps a list, whole, that was asked for at `asked_at`. One that was asked for before the one that is kept
    /// changes nothing.
    pub async fn keep(&self, listed: &[ResellerChoice], asked_at: Timestamp) -> Result<(), DatabaseError> {
        const ALL: &str = "SELECT id, name, mpn_id, location, state, seen_at FROM reseller";
        let rows = sqlx::query(ALL).fetch_all(self.db.read()).await?;
        let known = rows.iter().map(|row| known(row).map(|known| (known.reseller.id.clone(), known)));
        let known: HashMap<ResellerId, Known> = known.collect::<Result<_, _>>()?;
        let newest = known.values().map(|known| known.seen_at).max();
        if newest.is_some_and(|newest| newest > asked_at && newest <= self.ambient.now()) {
            return Ok(());
        }
        let news: Vec<&ResellerChoice> =
            listed.iter().filter(|one| known.get(&one.id).is_none_or(|known| known.reseller != **one)).collect();
        let is_listed: std::collections::HashSet<&ResellerId> = listed.iter().map(|one| &one.id).collect();
        let gone: Vec<&ResellerId> = known
            .values()
            .map(|known| &known.reseller)
            .filter(|one| !is_listed.contains(&one.id) && one.state != ResellerState::Inactive(GONE.to_owned()))
            .map(|one| &one.id)
            .collect();
        let is_due = newest.is_none_or(|newest| asked_at.duration_since(newest) >= NOTED || newest > asked_at);
        if news.is_empty() && gone.is_empty() && !is_due {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for one in news {
            put(&mut tx, one, asked_at).await?;
        }
        for id in gone {
            let sql = "UPDATE reseller SET state = $1 WHERE id = $2";
            sqlx::query(sql).bind(GONE).bind(id.as_str()).execute(&mut *tx).await?;
        }
        let sql = "UPDATE reseller SET seen_at = $1 WHERE state <> $2";
        sqlx::query(sql).bind(to_micros(asked_at)).bind(GONE).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// The name of the reseller with this tenant id, if its relationship is active and was listed lately.
    pub async fn active_name(&self, tenant: &str) -> Result<Option<String>, DatabaseError> {
        const SQL: &str = "SELECT name FROM reseller WHERE id = $1 AND state = $2 AND seen_at > $3";
        let row = sqlx::query(SQL)
            .bind(tenant)
            .bind(ACTIVE)
            .bind(to_micros(believed_since(self.ambient.now())))
            .fetch_optional(self.db.read())
            .await?;
        Ok(row.map(|row| row.try_get("name")).transpose()?)
    }
}

/// A relationship that was listed after this instant is believed in.
pub fn believed_since(now: Timestamp) -> Timestamp {
    now.saturating_sub(BELIEVED).unwrap_or(Timestamp::MIN)
}

async fn put(tx: &mut WriteTransaction, one: &ResellerChoice, seen_at: Timestamp) -> Result<(), DatabaseError> {
    const SQL: &str = "INSERT INTO reseller (id, name, mpn_id, location, state, seen_at) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name, mpn_id = excluded.mpn_id, \
                       location = excluded.location, state = excluded.state, seen_at = excluded.seen_at";
    let state = match &one.state {
        ResellerState::Active => ACTIVE,
        ResellerState::Inactive(state) => state,
    };
    sqlx::query(SQL)
        .bind(one.id.as_str())
        .bind(&one.name)
        .bind(&one.mpn_id)
        .bind(&one.location)
        .bind(state)
        .bind(to_micros(seen_at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn known(row: &AnyRow) -> Result<Known, DatabaseError> {
    let id: String = row.try_get("id")?;
    let state: String = row.try_get("state")?;
    let reseller = ResellerChoice {
        id: id.try_into().map_err(|_| DatabaseError::Corrupt("reseller.id"))?,
        name: row.try_get("name")?,
        mpn_id: row.try_get("mpn_id")?,
        location: row.try_get("location")?,
        state: if state == ACTIVE { ResellerState::Active } else { ResellerState::Inactive(state) },
    };
    Ok(Known { reseller, seen_at: from_micros(row.try_get("seen_at")?)? })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::{ManualClock, SystemRandom};

    struct Fixture {
        clock: Arc<ManualClock>,
        relationships: Relationships,
    }

    impl Fixture {
        async fn new() -> Self {
            let clock = Arc::new(ManualClock::new("2026-11-20T12:00:00Z".parse().unwrap()));
            let ambient = Ambient { clock: clock.clone(), random: Arc::new(SystemRandom) };
            Self { clock, relationships: Relationships::new(Database::temporary().await.unwrap(), ambient) }
        }

        async fn keep(&self, listed: &[ResellerChoice]) {
            self.relationships.keep(listed, self.relationships.ambient.now()).await.unwrap();
        }

        async fn is_active(&self, one: &ResellerChoice) -> bool {
            self.relationships.active_name(one.id.as_str()).await.unwrap().is_some()
        }
    }

    fn reseller(number: u8, state: ResellerState) -> ResellerChoice {
        ResellerChoice {
            id: format!("484e548c-f5f3-4528-93a9-c16c6373cb{number:02x}").parse().unwrap(),
            name: format!("Reseller {number}"),
            mpn_id: "4847383".to_owned(),
            location: "US".to_owned(),
            state,
        }
    }

    #[tokio::test]
    async fn an_active_relationship_of_the_last_list_makes_a_reseller_and_nothing_else() {
        let fixture = Fixture::new().await;
        let (active, ended) =
            (reseller(1, ResellerState::Active), reseller(2, ResellerState::Inactive("Suspended".to_owned())));
        fixture.keep(&[active.clone(), ended.clone()]).await;
        assert!(fixture.is_active(&active).await);
        assert!(!fixture.is_active(&ended).await);
        assert!(!fixture.is_active(&reseller(3, ResellerState::Active)).await);
        assert_eq!(fixture.relationships.find(&ended.id).await.unwrap(), Some(ended));
    }

    #[tokio::test]
    async fn what_is_no_longer_listed_has_ended_until_it_is_listed_again() {
        let fixture = Fixture::new().await;
        let (one, other) = (reseller(1, ResellerState::Active), reseller(2, ResellerState::Active));
        fixture.keep(&[one.clone(), other.clone()]).await;
        fixture.clock.advance(SignedDuration::from_secs(1));
        fixture.keep(std::slice::from_ref(&other)).await;
        assert!(!fixture.is_active(&one).await && fixture.is_active(&other).await);
        fixture.clock.advance(SignedDuration::from_secs(1));
        fixture.keep(&[one.clone(), other]).await;
        assert!(fixture.is_active(&one).await);
    }

    #[tokio::test]
    async fn a_list_that_comes_late_does_not_bring_back_what_has_ended() {
        let fixture = Fixture::new().await;
        let active = reseller(1, ResellerState::Active);
        let before = fixture.relationships.ambient.now();
        fixture.clock.advance(SignedDuration::from_secs(10));
        fixture.keep(&[reseller(1, ResellerState::Inactive("Suspended".to_owned()))]).await;
        fixture.relationships.keep(std::slice::from_ref(&active), before).await.unwrap();
        assert!(!fixture.is_active(&active).await);
    }

    #[tokio::test]
    async fn a_relationship_that_nobody_has_seen_for_a_day_is_not_believed_in() {
        let fixture = Fixture::new().await;
        let active = reseller(1, ResellerState::Active);
        fixture.keep(std::slice::from_ref(&active)).await;
        fixture.clock.advance(BELIEVED - SignedDuration::from_secs(1));
        assert!(fixture.is_active(&active).await);
        fixture.clock.advance(SignedDuration::from_secs(1));
        assert!(!fixture.is_active(&active).await);
        fixture.keep(std::slice::from_ref(&active)).await;
        assert!(fixture.is_active(&active).await);
    }
}
