//! Where rows of the list come from, and what limits them: the tables behind a question, as parts of statements.

use super::{
    cursor::{Cursor, Place, Side},
    query::{CustomerQuery, Sort, Sought},
    rows::Table,
    statement::Sql,
};
use crate::{
    clock::Timestamp,
    database::to_micros,
    domain::{Operator, PersonKey},
    journal::OnboardingState,
    search_index::after_all_with,
};

/// A condition on the rows of a table.
pub(super) struct Condition {
    /// Selects the ids of all rows for which it holds, through an index.
    pub(super) ids: Sql,
    /// Whether it holds for the row `o`.
    pub(super) holds: Sql,
}

/// A table, and which of its rows belong to the list.
pub(super) struct Source {
    pub(super) table: Table,
    pub(super) sort: Sort,
    /// What an index understands that has its rows in the order of the list.
    pub(super) walk: Vec<Sql>,
    /// What else must hold, most telling first. All of it is a person's wish.
    pub(super) conditions: Vec<Condition>,
    /// What the viewer may see of the table.
    pub(super) visible: Vec<Sql>,
    /// Columns that conditions look at besides the narrow ones.
    also: &'static str,
}

/// The tables that may answer a question. None of them has a row of another.
pub(super) fn sources(query: &CustomerQuery, viewer: &Operator, now: Timestamp) -> Vec<Source> {
    let mut sources = Vec::new();
    let elsewhere_alone = query.state.is_some_and(|state| state.states().is_empty());
    if !elsewhere_alone {
        sources.push(journal(query, viewer, now));
        if viewer.reseller().is_some() {
            sources.push(own_drafts(query, viewer, now));
        }
    }
    // Whose they are is not known: the list of Partner Center does not say. So they are the provider's alone.
    let is_about_onboardings = (query.state.is_some() && !elsewhere_alone)
        || query.reseller.is_some()
        || query.person.is_some()
        || query.unopened;
    if viewer.reseller().is_none() && !is_about_onboardings {
        sources.push(elsewhere(query));
    }
    sources
}

/// What was sent; for a person of the provider also the own drafts.
fn journal(query: &CustomerQuery, viewer: &Operator, now: Timestamp) -> Source {
    let mut source = onboardings(query, viewer, now);
    match viewer.reseller() {
        Some(_) if planted!(NoOwnerFilter) => source.visible.push(Sql::new("o.state <> 'draft'")),
        // The reseller's own and no other: whoever filters by another one finds nothing.
        Some(reseller) => {
            let own = of_reseller(reseller.id.as_str());
            source.walk.insert(0, own.holds.clone());
            source.conditions.push(own);
            source.visible.push(Sql::new("o.state <> 'draft'"));
        }
        None => source.visible.push(owned(&viewer.key).either("o.state <> 'draft' OR ")),
    }
    source
}

/// What a reseller's person is filling in, whichever reseller it names so far.
fn own_drafts(query: &CustomerQuery, viewer: &Operator, now: Timestamp) -> Source {
    let mut source = onboardings(query, viewer, now);
    let own = of_person(&viewer.key);
    source.walk.insert(0, own.holds.clone());
    source.conditions.push(own);
    source.visible.push(Sql::new("o.state = 'draft'"));
    source
}

fn onboardings(query: &CustomerQuery, viewer: &Operator, now: Timestamp) -> Source {
    let (walk, mut conditions, mut also) = (dates(query, Table::Onboardings), Vec::new(), "");
    match query.sought() {
        Sought::Anything => {}
        Sought::Id(id) => {
            also = ", o.customer_id, o.request_id, o.correlation_id";
            match viewer.reseller() {
                None => conditions.push(of_id(&id, &[OF_ONE.as_slice(), &["reseller_id"]].concat())),
                // Of another reseller's id must not even be told for how many rows it holds; one's own holds for all.
                Some(reseller) if reseller.id.as_str() != id => conditions.push(of_id(&id, &OF_ONE)),
                Some(_) => {}
            }
        }
        Sought::Words(words) => conditions.extend(words.iter().map(|word| of_word(word))),
    }
    if query.unopened {
        conditions.push(unopened(now));
    }
    conditions.extend(query.person.as_ref().map(of_person));
    conditions.extend(query.state.map(|state| in_states(&state.states())));
    conditions.extend(query.reseller.as_ref().map(|reseller| of_reseller(reseller.as_str())));
    let mut source =
        Source { table: Table::Onboardings, sort: query.sort, walk, conditions, visible: Vec::new(), also };
    // These have indexes in the order of the list.
    if let Some(reseller) = &query.reseller {
        source.walk.push(of_reseller(reseller.as_str()).holds);
    } else if let Some(person) = query.person.as_ref().filter(|_| query.sort == Sort::Newest) {
        source.walk.push(owned(person));
    }
    source
}

/// Tenants that were not made here.
fn elsewhere(query: &CustomerQuery) -> Source {
    let (walk, mut conditions) = (dates(query, Table::Tenants), Vec::new());
    match query.sought() {
        Sought::Anything => {}
        Sought::Id(id) => conditions.push(Condition {
            ids: Sql::new("SELECT id FROM partner_tenant WHERE id = ").value(id.as_str()),
            holds: Sql::new("o.id = ").value(id.as_str()),
        }),
        Sought::Words(words) => conditions.extend(words.iter().map(|word| of_word(word))),
    }
    let visible = vec![Sql::new("NOT EXISTS (SELECT 1 FROM onboarding made WHERE made.customer_id = o.id)")];
    Source { table: Table::Tenants, sort: query.sort, walk, conditions, visible, also: "" }
}

/// The time in which something was begun: where the ids of that time lie.
fn dates(query: &CustomerQuery, table: Table) -> Vec<Sql> {
    let (from, to) = query.id_range();
    let column = table.newest();
    let from = from.map(|id| Sql::new(column).text(" >= ").value(id));
    let to = to.map(|id| Sql::new(column).text(" < ").value(id));
    from.into_iter().chain(to).collect()
}

fn of_word(word: &str) -> Condition {
    let contains = [b"%", word.as_bytes(), b"%"].concat();
    Condition {
        ids: Sql::new(
            "SELECT found.id FROM search_part part JOIN search_word found ON found.word = part.word WHERE part.part >= ",
        )
        .value(word.as_bytes().to_vec())
        .text(" AND part.part < ")
        .value(after_all_with(word)),
        holds: Sql::new("(o.list_key LIKE ").value(contains).text(" OR o.domain LIKE ").value(format!("{word}%")).text(")"),
    }
}

/// Ids that one onboarding has.
const OF_ONE: [&str; 4] = ["id", "customer_id", "request_id", "correlation_id"];

fn of_id(id: &str, columns: &[&'static str]) -> Condition {
    let (mut ids, mut holds) = (Sql::new("SELECT id FROM ("), Sql::new("("));
    for (at, &column) in columns.iter().enumerate() {
        if at > 0 {
            ids = ids.text(" UNION ");
            holds = holds.text(" OR ");
        }
        ids = ids.text("SELECT id FROM onboarding WHERE ").text(column).text(" = ").value(id);
        holds = holds.text("o.").text(column).text(" = ").value(id);
    }
    Condition { ids: ids.text(") named"), holds: holds.text(")") }
}

fn of_reseller(id: &str) -> Condition {
    Condition {
        ids: Sql::new("SELECT id FROM onboarding WHERE reseller_id = ").value(id),
        holds: Sql::new("o.reseller_id = ").value(id),
    }
}

fn of_person(person: &PersonKey) -> Condition {
    let ids = Sql::new("SELECT id FROM onboarding o WHERE ").part(&owned(person));
    Condition { ids, holds: owned(person) }
}

fn owned(person: &PersonKey) -> Sql {
    Sql::new("o.owner_tid = ").value(person.tid.as_str()).text(" AND o.owner_oid = ").value(person.oid.as_str())
}

fn in_states(states: &[OnboardingState]) -> Condition {
    let mut list = Sql::new("o.state IN (");
    for (at, state) in states.iter().enumerate() {
        list = list.text(if at > 0 { ", " } else { "" }).value(state.as_str());
    }
    let holds = list.text(")");
    Condition { ids: Sql::new("SELECT id FROM onboarding o WHERE ").part(&holds), holds }
}

fn unopened(now: Timestamp) -> Condition {
    let now = to_micros(now);
    Condition {
        ids: Sql::new("SELECT onboarding_id AS id FROM credential WHERE state = 'sealed' AND expires_at > ").value(now),
        holds: Sql::new("c.state = 'sealed' AND c.expires_at > ").value(now),
    }
}

impl Sql {
    fn either(self, other: &'static str) -> Self {
        Self::new("(").text(other).text("(").part(&self).text("))")
    }
}

impl Source {
    /// Up to `most` of the rows that a condition holds for, counted.
    pub(super) fn count(condition: &Condition, most: u32) -> Sql {
        Sql::new("SELECT COUNT(*) FROM (").part(&condition.ids).text(" LIMIT ").number(most).text(") counted")
    }

    /// The rows of a page, out of those that a condition holds for, which are at most `most`.
    pub(super) fn of_few(&self, few: &Condition, most: u32, cursor: Option<&Cursor>, rows: u32) -> Sql {
        let looked_at = Sql::new(self.table.name())
            .text(" o")
            .by_index(self.table.narrow_index())
            .text(" ")
            .text(self.table.join())
            .text(" WHERE o.id IN (")
            .part(&few.ids)
            .text(" LIMIT ")
            .number(most)
            .text(")")
            .and_all(&self.limits(cursor));
        self.page(&looked_at, cursor, rows)
    }

    /// The rows of a page, out of the next `reach` in the order of the list.
    pub(super) fn of_next(&self, reach: u32, cursor: Option<&Cursor>, rows: u32) -> Sql {
        let looked_at =
            Sql::new("(").part(&self.next(reach, cursor)).text(") o ").text(self.table.join()).text(" WHERE 1 = 1");
        self.page(&looked_at, cursor, rows)
    }

    /// The rows of a page, out of those that are looked at. They are chosen by what an index has of them; the rest, which
    /// is large, is read of those that are shown.
    fn page(&self, looked_at: &Sql, cursor: Option<&Cursor>, rows: u32) -> Sql {
        let order = self.table.order(self.sort, cursor.is_some_and(Cursor::goes_back));
        let chosen = Sql::new("SELECT o.id FROM ")
            .part(looked_at)
            .and_all(self.conditions.iter().map(|condition| &condition.holds))
            .and_all(&self.visible)
            .text(" ORDER BY ")
            .text(order)
            .text(" LIMIT ")
            .number(rows);
        Sql::new("SELECT ")
            .text(self.table.columns(self.sort))
            .text(" FROM ")
            .text(self.table.name())
            .text(" o ")
            .text(self.table.join())
            .text(" WHERE o.id IN (")
            .part(&chosen)
            .text(") ORDER BY ")
            .text(order)
    }

    /// How many there are of the next `reach` rows, and the last of them that the viewer may see, whether it fits or not:
    /// where a row stands is told with the page, and tells of it. If there is none, the last one, as `hidden`.
    pub(super) fn last_of_next(&self, reach: u32, cursor: Option<&Cursor>) -> Sql {
        let backwards = !cursor.is_some_and(Cursor::goes_back);
        Sql::new("SELECT ")
            .text(self.table.place_columns(self.sort))
            .text(", o.examined, o.hidden FROM (SELECT o.*, COUNT(*) OVER () AS examined, CASE WHEN 1 = 1")
            .and_all(&self.visible)
            .text(" THEN 0 ELSE 1 END AS hidden FROM (")
            .part(&self.next(reach, cursor))
            .text(") o) o ORDER BY o.hidden, ")
            .text(self.table.order(self.sort, backwards))
            .text(" LIMIT 1")
    }

    fn next(&self, reach: u32, cursor: Option<&Cursor>) -> Sql {
        Sql::new("SELECT ")
            .text(self.table.narrow_columns())
            .text(self.also)
            .text(" FROM ")
            .text(self.table.name())
            .text(" o WHERE ")
            .text(self.table.has_place(self.sort))
            .and_all(&self.limits(cursor))
            .text(" ORDER BY ")
            .text(self.table.order(self.sort, cursor.is_some_and(Cursor::goes_back)))
            .text(" LIMIT ")
            .number(reach)
    }

    /// What a walk by an index understands, from a place on.
    fn limits(&self, cursor: Option<&Cursor>) -> Vec<Sql> {
        let from = cursor.map(|cursor| self.table.beyond(cursor));
        self.walk.iter().cloned().chain(from).collect()
    }
}

impl Table {
    /// The rows on the wanted side of a place.
    fn beyond(self, cursor: &Cursor) -> Sql {
        // By company the list goes up, else down.
        let is_up = matches!(cursor.place, Place::Company(..)) != cursor.goes_back();
        let sign = match (is_up, cursor.side) {
            (true, Side::After | Side::Before) => " > ",
            (true, Side::From | Side::UpTo) => " >= ",
            (false, Side::After | Side::Before) => " < ",
            (false, Side::From | Side::UpTo) => " <= ",
        };
        match &cursor.place {
            Place::Newest(id) => Sql::new(self.newest()).text(sign).value(id.as_str()),
            Place::Company(key, id) => Sql::new("(o.list_key, o.id)")
                .text(sign)
                .text("(")
                .value(key.clone())
                .text(", ")
                .value(id.as_str())
                .text(")"),
            Place::Changed(at, id) => {
                Sql::new(self.changed()).text(sign).text("(").value(*at).text(", ").value(id.as_str()).text(")")
            }
        }
    }
}
