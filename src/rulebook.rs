//! What is known of countries beyond this process: the rules that Partner Center gave last, every version of them, and
//! what its refusals have taught.
//!
//! Rules change a few times a year, and nobody announces it. The last ones are better than what was built in when Partner
//! Center cannot be asked, and a form that suddenly wants something else should have a date to it.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};

use crate::{
    audit::{Act, Actor, Audit, AuditError, Entry, RecordKind},
    clock::{Ambient, SignedDuration, Timestamp},
    database::{Database, DatabaseError, from_micros, to_micros},
    domain::{CountryCode, LiveCountryRules, NumberLesson, Operator},
};

/// That rules are as they were is noted so often.
const NOTED: SignedDuration = SignedDuration::from_hours(1);

/// What became of rules that were kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// They are as they were, or somebody else has noted the change.
    Known,
    /// The first ones of the country.
    First,
    /// They differ from the last ones.
    Changed,
}

/// What is known of a country, for administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryNews {
    /// The country.
    pub country: String,
    /// How often Microsoft has changed its rules, and when it last did, as far as the portal has seen.
    pub changes: Option<(i64, Timestamp)>,
    /// What was learned, how often, and when last.
    pub lessons: Vec<(NumberLesson, i64, Timestamp)>,
    /// Expressions of the rules in force that the portal cannot use, and why.
    pub unused: Vec<String>,
}

/// Lessons by country.
pub type Lessons = HashMap<CountryCode, Vec<NumberLesson>>;

/// The tables. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rulebook {
    db: Database,
    audit: Audit,
    ambient: Ambient,
}

/// A version that is there.
struct Version {
    number: i64,
    rules: Option<LiveCountryRules>,
    last_seen_at: Timestamp,
}

impl Rulebook {
    /// Over this database.
    pub fn new(db: Database, audit: Audit, ambient: Ambient) -> Self {
        Self { db, audit, ambient }
    }

    /// Keeps what Partner Center has just said of a country. Of several processes that see a change, one is told so.
    pub async fn keep(&self, country: &CountryCode, rules: &LiveCountryRules) -> Result<Noted, DatabaseError> {
        let (last, now) = (self.last_version(country).await?, self.ambient.now());
        match &last {
            // What is stored is compared and not its hash: a portal that understands more than the one before it would
            // take its own news for Microsoft's.
            Some(last) if last.rules.as_ref() == Some(rules) => {
                if now.duration_since(last.last_seen_at) >= NOTED {
                    self.saw_again(country, last.number, now).await?;
                }
                Ok(Noted::Known)
            }
            last => {
                let number = last.as_ref().map_or(1, |last| last.number + 1);
                let is_ours = self.add(country, number, rules, now).await?;
                Ok(match (is_ours, last) {
                    (false, _) => Noted::Known,
                    (true, None) => Noted::First,
                    (true, Some(_)) => Noted::Changed,
                })
            }
        }
    }

    /// The rules of a country as Partner Center said them last; `None` if it never did.
    pub async fn last(&self, country: &CountryCode) -> Result<Option<LiveCountryRules>, DatabaseError> {
        Ok(self.last_version(country).await?.and_then(|last| last.rules))
    }

    async fn last_version(&self, country: &CountryCode) -> Result<Option<Version>, DatabaseError> {
        const SQL: &str = "SELECT version, rules, last_seen_at FROM country_rules_version WHERE country = $1 \
                           ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(SQL).bind(country.as_str()).fetch_optional(self.db.read()).await?;
        let version = |row: AnyRow| {
            Ok::<_, DatabaseError>(Version {
                number: row.try_get("version")?,
                rules: serde_json::from_str(row.try_get("rules")?).ok(),
                last_seen_at: from_micros(row.try_get("last_seen_at")?)?,
            })
        };
        row.map(version).transpose()
    }

    async fn saw_again(&self, country: &CountryCode, version: i64, now: Timestamp) -> Result<(), DatabaseError> {
        const SQL: &str = "UPDATE country_rules_version SET last_seen_at = $1 WHERE country = $2 AND version = $3";
        let mut tx = self.db.begin().await?;
        sqlx::query(SQL).bind(to_micros(now)).bind(country.as_str()).bind(version).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// True for the one who has added it.
    async fn add(
        &self,
        country: &CountryCode,
        version: i64,
        rules: &LiveCountryRules,
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        const SQL: &str = "INSERT INTO country_rules_version (country, version, hash, rules, first_seen_at, last_seen_at) \
                           VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (country, version) DO NOTHING";
        let json = serde_json::to_string(rules).map_err(|_| DatabaseError::Corrupt("country_rules_version.rules"))?;
        let mut tx = self.db.begin().await?;
        let added = sqlx::query(SQL)
            .bind(country.as_str())
            .bind(version)
            .bind(format!("{:x}", Sha256::digest(&json)))
            .bind(json)
            .bind(to_micros(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(added.rows_affected() == 1)
    }

    /// Remembers what a refusal has taught, for everybody.
    pub async fn learn(&self, country: &CountryCode, lesson: &NumberLesson) -> Result<(), DatabaseError> {
        const SQL: &str = "INSERT INTO country_lesson (country, subject, lesson, learned_at, last_at, times) \
                           VALUES ($1, $2, $3, $4, $4, 1) ON CONFLICT (country, subject) DO UPDATE SET \
                           times = CASE WHEN country_lesson.lesson = excluded.lesson THEN country_lesson.times + 1 ELSE 1 END, \
                           learned_at = CASE WHEN country_lesson.lesson = excluded.lesson \
                           THEN country_lesson.learned_at ELSE excluded.learned_at END, \
                           lesson = excluded.lesson, last_at = excluded.last_at";
        let (subject, words) = match lesson {
            NumberLesson::Wanted => (NUMBER, WANTED),
            NumberLesson::NotWanted => (NUMBER, NOT_WANTED),
            NumberLesson::Format(regex) => (FORMAT, regex.as_str()),
        };
        let now = to_micros(self.ambient.now());
        let mut tx = self.db.begin().await?;
        sqlx::query(SQL).bind(country.as_str()).bind(subject).bind(words).bind(now).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Takes back what was learned of a country; false if there was nothing.
    pub async fn forget(&self, operator: &Operator, country: &CountryCode) -> Result<bool, AuditError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM country_lesson WHERE country = $1";
        let forgotten = sqlx::query(sql).bind(country.as_str()).execute(&mut *tx).await?;
        if forgotten.rows_affected() > 0 {
            let entry = Entry::done(Act::ForgetLessons, Actor::Operator(operator));
            self.audit.record(&mut tx, &entry.on(RecordKind::Country, country.as_str())).await?;
        }
        tx.commit().await?;
        Ok(forgotten.rows_affected() > 0)
    }

    /// All lessons, those about whether a number is wanted before those about what it looks like.
    pub async fn lessons(&self) -> Result<Lessons, DatabaseError> {
        let mut lessons = Lessons::new();
        for (country, lesson, ..) in self.learned().await? {
            lessons.entry(country).or_default().push(lesson);
        }
        Ok(lessons)
    }

    async fn learned(&self) -> Result<Vec<(CountryCode, NumberLesson, i64, Timestamp)>, DatabaseError> {
        const SQL: &str =
            "SELECT country, subject, lesson, times, last_at FROM country_lesson ORDER BY country, subject DESC";
        let rows = sqlx::query(SQL).fetch_all(self.db.read()).await?;
        rows.iter().map(learned).collect()
    }

    /// What administrators should know: rules that have changed, lessons, and expressions that cannot be used.
    pub async fn news(&self) -> Result<Vec<CountryNews>, DatabaseError> {
        const SQL: &str = "SELECT country, version, rules, first_seen_at FROM country_rules_version AS known \
                           WHERE version = (SELECT MAX(version) FROM country_rules_version AS every \
                           WHERE every.country = known.country)";
        let mut news: Vec<CountryNews> = Vec::new();
        for row in sqlx::query(SQL).fetch_all(self.db.read()).await? {
            let (version, seen_at): (i64, i64) = (row.try_get("version")?, row.try_get("first_seen_at")?);
            let rules: Option<LiveCountryRules> = serde_json::from_str(row.try_get("rules")?).ok();
            let unused = rules.map(|rules| rules.untranslatable()).unwrap_or_default();
            let changes = if version > 1 { Some((version - 1, from_micros(seen_at)?)) } else { None };
            if changes.is_some() || !unused.is_empty() {
                let unused = unused.into_iter().map(|(name, why)| [name, ": ", &why.to_string()].concat()).collect();
                news.push(CountryNews { country: row.try_get("country")?, changes, lessons: Vec::new(), unused });
            }
        }
        for (country, lesson, times, last_at) in self.learned().await? {
            let lesson = (lesson, times, last_at);
            match news.iter_mut().find(|known| known.country == country.as_str()) {
                Some(known) => known.lessons.push(lesson),
                None => news.push(CountryNews {
                    country: country.into(),
                    changes: None,
                    lessons: vec![lesson],
                    unused: Vec::new(),
                }),
            }
        }
        news.sort_by(|one, other| one.country.cmp(&other.country));
        Ok(news)
    }
}

/// Subjects and lessons in the table.
const NUMBER: &str = "number";
const FORMAT: &str = "format";
const WANTED: &str = "wanted";
const NOT_WANTED: &str = "not_wanted";

fn learned(row: &AnyRow) -> Result<(CountryCode, NumberLesson, i64, Timestamp), DatabaseError> {
    const CORRUPT: DatabaseError = DatabaseError::Corrupt("country_lesson");
    let (country, subject, lesson): (String, String, String) =
        (row.try_get("country")?, row.try_get("subject")?, row.try_get("lesson")?);
    let lesson = match (subject.as_str(), lesson.as_str()) {
        (NUMBER, WANTED) => NumberLesson::Wanted,
        (NUMBER, NOT_WANTED) => NumberLesson::NotWanted,
        (FORMAT, _) => NumberLesson::Format(lesson),
        _ => return Err(CORRUPT),
    };
    let country = country.parse().map_err(|_| CORRUPT)?;
    Ok((country, lesson, row.try_get("times")?, from_micros(row.try_get("last_at")?)?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        clock::ManualClock,
        journal::testing::{adele, ambient},
        keyring::Keyring,
    };

    async fn book() -> (Rulebook, Arc<ManualClock>) {
        let (clock, ambient) = ambient();
        let db = Database::temporary().await.unwrap();
        let audit = Audit::new(db.clone(), Keyring::ephemeral(ambient.clone()), ambient.clone());
        (Rulebook::new(db, audit, ambient), clock)
    }

    fn code(text: &str) -> CountryCode {
        text.parse().unwrap()
    }

    fn rules(regex: &str) -> LiveCountryRules {
        LiveCountryRules { postal_code_regex: Some(regex.to_owned()), ..LiveCountryRules::default() }
    }

    #[tokio::test]
    async fn the_last_rules_are_kept_and_a_change_is_noted_once() {
        let (book, clock) = book().await;
        let (se, first, second) = (code("SE"), rules(r"^\d{5}$"), rules(r"^(?!0)\d{6}$"));
        assert_eq!(book.last(&se).await.unwrap(), None);
        assert_eq!(book.keep(&se, &first).await.unwrap(), Noted::First);
        clock.advance(SignedDuration::from_hours(2));
        assert_eq!(book.keep(&se, &first).await.unwrap(), Noted::Known);
        assert_eq!(book.news().await.unwrap(), []);
        assert_eq!(book.keep(&se, &second).await.unwrap(), Noted::Changed);
        assert_eq!(book.keep(&se, &second).await.unwrap(), Noted::Known);
        assert_eq!(book.last(&se).await.unwrap(), Some(second));
        let news = book.news().await.unwrap();
        assert_eq!(news.len(), 1);
        assert_eq!(news[0].changes.map(|(times, _)| times), Some(1));
        assert_eq!(news[0].unused, ["postalCodeRegex: it looks ahead or behind"]);
        assert_eq!(book.keep(&se, &first).await.unwrap(), Noted::Changed, "back again is a change");
    }

    #[tokio::test]
    async fn a_lesson_holds_for_everybody_until_another_one_is_taught() {
        let (book, _) = book().await;
        let (se, format) = (code("SE"), NumberLesson::Format(r"^\d{10}$".to_owned()));
        for lesson in [&NumberLesson::NotWanted, &NumberLesson::Wanted, &NumberLesson::Wanted, &format] {
            book.learn(&se, lesson).await.unwrap();
        }
        let lessons = book.lessons().await.unwrap();
        assert_eq!(lessons.get(&se), Some(&vec![NumberLesson::Wanted, format]));
        let news = book.news().await.unwrap();
        assert_eq!(news[0].lessons[0].1, 2, "taught twice");
        let records = async || {
            let sql = "SELECT COUNT(*) FROM audit_event WHERE act = 'forget_lessons' AND record = 'SE'";
            sqlx::query(sql).fetch_one(book.db.read()).await.unwrap().get::<i64, _>(0)
        };
        assert!(book.forget(&adele(), &se).await.unwrap() && !book.forget(&adele(), &se).await.unwrap());
        assert_eq!(records().await, 1, "who took something back is on record");
        assert_eq!(book.lessons().await.unwrap(), Lessons::new());
    }
}
