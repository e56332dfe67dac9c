use std::{cmp::Reverse, sync::Arc};

use sqlx::Row as _;

use super::*;
use crate::{
    clock::{ManualClock, SignedDuration},
    database::to_micros,
    domain::{CustomerId, PersonKey, ResellerOfPerson, Role, Side},
    journal::{
        Journal, OnboardingState,
        testing::{RESELLER, adele, ambient, person},
    },
    keyring::Keyring,
    search_index::{Findable, words},
};

const RELECLOUD: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";

/// An onboarding as a test stores it.
#[derive(Clone, Debug)]
struct Row {
    id: String,
    state: OnboardingState,
    owner: Operator,
    reseller: Option<(&'static str, &'static str)>,
    company: String,
    domain: String,
    changed_at: i64,
    credential: Option<&'static str>,
}

struct World {
    clock: Arc<ManualClock>,
    ambient: Ambient,
    db: Database,
    journal: Journal,
    listing: Listing,
}

impl World {
    async fn new() -> Self {
        let (clock, ambient) = ambient();
        let db = Database::temporary().await.unwrap();
        let keyring = Keyring::ephemeral(ambient.clone());
        let journal = Journal::new(db.clone(), keyring, ambient.clone());
        Self { clock, listing: Listing::new(db.clone(), ambient.clone()), journal, ambient, db }
    }

    async fn with(rows: &[Row]) -> Self {
        let world = Self::new().await;
        for row in rows {
            world.add(row).await;
        }
        while world.journal.make_findable().await.unwrap() > 0 {}
        world
    }

    async fn add(&self, row: &Row) {
        sqlx::query(
            "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, reseller_id, reseller_name, \
             company_name, domain, in_doubt, request_id, correlation_id, created_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, '{}', $6, $7, $8, $9, 0, $10, $11, $12, $12)",
        )
        .bind(&row.id)
        .bind(row.state.as_str())
        .bind(&row.owner.key.tid)
        .bind(&row.owner.key.oid)
        .bind(&row.owner.name)
        .bind(row.reseller.map(|(id, _)| id))
        .bind(row.reseller.map(|(_, name)| name))
        .bind(&row.company)
        .bind(&row.domain)
        .bind(row.id.replace("-7", "-4"))
        .bind(row.id.replace("-7", "-5"))
        .bind(row.changed_at)
        .execute(self.db.write())
        .await
        .unwrap();
        let Some(state) = row.credential else { return };
        let until = to_micros(self.ambient.now()) + 86_400_000_000;
        sqlx::query(
            "INSERT INTO credential (onboarding_id, state, owner_tid, owner_oid, sealed_at, expires_at, claim_until_at) \
             VALUES ($1, $2, '', '', 0, $3, $3)",
        )
        .bind(&row.id)
        .bind(state)
        .bind(until)
        .execute(self.db.write())
        .await
        .unwrap();
    }

    /// Every page from the first to the last, and back again; both ways must show the same.
    async fn all(&self, listing: &Listing, viewer: &Operator, query: &CustomerQuery, size: u32) -> Vec<String> {
        let (mut there, mut cursor, mut last) = (Vec::new(), None, None);
        for _ in 0..1_000 {
            let page = listing.page(viewer, query, cursor.as_ref(), size).await.unwrap();
            for cursor in page.previous.iter().chain(&page.next) {
                self.tells_of_nothing_hidden(viewer, cursor).await;
            }
            there.extend(page.rows.iter().map(id_of));
            if let Some(previous) = page.previous {
                last = Some((previous, page.rows.len()));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let Some((last, shown)) = last else { return there };
        let (mut back, mut cursor) = (there[there.len() - shown..].to_vec(), Some(last));
        while let Some(at) = cursor {
            let page = listing.page(viewer, query, Some(&at), size).await.unwrap();
            back.splice(0..0, page.rows.iter().map(id_of));
            cursor = page.previous;
        }
        assert_eq!(back, there, "back is the way there: {query:?}");
        there
    }

    /// A cursor stands in an address of the page, and with it the row that it names.
    async fn tells_of_nothing_hidden(&self, viewer: &Operator, cursor: &Cursor) {
        let (cursor::Place::Newest(id) | cursor::Place::Company(_, id) | cursor::Place::Changed(_, id)) = &cursor.place;
        let row = sqlx::query("SELECT state, owner_tid, owner_oid, reseller_id FROM onboarding WHERE id = $1");
        let Some(row) = row.bind(id).fetch_optional(self.db.read()).await.unwrap() else { return };
        let owner = PersonKey { tid: row.get("owner_tid"), oid: row.get("owner_oid") };
        let (state, of): (String, Option<String>) = (row.get("state"), row.get("reseller_id"));
        let is_seen = match viewer.reseller() {
            _ if state == "draft" => owner == viewer.key,
            Some(reseller) => of.as_deref() == Some(reseller.id.as_str()),
            None => true,
        };
        assert!(is_seen, "{} learns of {id} ({state}, {of:?}, {owner:?})", viewer.name);
    }

    async fn ids(&self, viewer: &Operator, text: &str) -> Vec<String> {
        let query = CustomerQuery { text: text.to_owned(), ..CustomerQuery::default() };
        self.all(&self.listing, viewer, &query, 10).await
    }

    /// One reading that sees these.
    async fn read(&self, seen: &[SeenTenant]) {
        let tenants = self.listing.tenants();
        let lease = tenants.begin().await.unwrap().expect("one is due");
        assert!(tenants.store(&lease, seen).await.unwrap());
        tenants.finish(&lease).await.unwrap();
        self.clock.advance(SignedDuration::from_hours(2));
    }
}

fn id_of(row: &ListedCustomer) -> String {
    match row {
        ListedCustomer::Onboarding(row) => row.id.to_string(),
        ListedCustomer::Tenant(row) => row.id.to_string(),
    }
}

fn megan() -> Operator {
    let reseller = ResellerOfPerson { id: RESELLER.parse().unwrap(), name: "First Up Consultants".to_owned() };
    let key = PersonKey { tid: RESELLER.to_owned(), oid: "megan".to_owned() };
    Operator { key, side: Side::Reseller(reseller), ..person("Megan Bowen", Role::Support) }
}

/// A row for each number: names, states, owners and resellers in all combinations, some of them alike.
fn row(number: usize) -> Row {
    let resellers = [Some((RESELLER, "First Up Consultants")), Some((RELECLOUD, "ReleCloud")), None];
    let names = ["Coho Winery", "coho vineyard", "\u{c4}dventure Works", "Wingtip Toys", ""];
    let name = names[number % names.len()];
    let owners = [adele(), person("diego", Role::AccountManager), megan()];
    let state = OnboardingState::ALL[(number / 2) % OnboardingState::ALL.len()];
    let credential = ["sealed", "claimed", "confirmed", "expired"][(number / 20) % 4];
    let owner = owners[number % owners.len()].clone();
    // A reseller's people onboard for their own alone.
    let reseller = if owner.reseller().is_some() { resellers[0] } else { resellers[(number / 3) % resellers.len()] };
    Row {
        id: format!("0193b0a0-{:04x}-7000-8000-{:012x}", number, 7_919 * number % 1_000),
        state,
        owner,
        reseller,
        company: name.to_owned(),
        domain: if name.is_empty() { String::new() } else { format!("domain{number}.onmicrosoft.com") },
        changed_at: i64::try_from(number * 37 % 11).unwrap() * 1_000_000,
        credential: (state == OnboardingState::Created).then_some(credential),
    }
}

fn tenant(number: u32, company_name: &str) -> SeenTenant {
    SeenTenant {
        id: tenant_id(number),
        company_name: company_name.to_owned(),
        domain: format!("elsewhere{number}.onmicrosoft.com"),
        relationship: "reseller".to_owned(),
    }
}

fn tenant_id(number: u32) -> CustomerId {
    format!("7f2ddd2c-0000-4000-8000-{number:012}").parse().unwrap()
}

/// What the list must show, worked out without any database: ids in their order.
fn expected(rows: &[Row], tenants: &[SeenTenant], viewer: &Operator, query: &CustomerQuery) -> Vec<String> {
    let is_seen = |row: &&Row| {
        let own = row.owner.key == viewer.key;
        let draft = row.state == OnboardingState::Draft;
        match viewer.reseller() {
            Some(reseller) if !draft => row.reseller.is_some_and(|(id, _)| id == reseller.id.as_str()),
            _ => !draft || own,
        }
    };
    let fits = |key: &[u8], domain: &str| {
        let key = String::from_utf8(key.to_vec()).unwrap();
        words(&query.text).iter().all(|word| key.contains(word.as_str()) || domain.starts_with(word.as_str()))
    };
    let key = |row: &Row| {
        let reseller = row.reseller.map_or("", |(_, name)| name);
        Findable { company: &row.company, domain: &row.domain, reseller, person: &row.owner.name }.key()
    };
    let mut found = Vec::new();
    for row in rows.iter().filter(is_seen) {
        let wanted = query.state.is_none_or(|state| state.states().contains(&row.state))
            && query.reseller.as_ref().is_none_or(|id| row.reseller.is_some_and(|(of, _)| of == id.as_str()))
            && query.person.as_ref().is_none_or(|key| row.owner.key == *key)
            && (!query.unopened || row.credential == Some("sealed"))
            && fits(&key(row), &row.domain);
        if wanted {
            found.push((row.id.clone(), row.id.clone(), key(row), row.changed_at));
        }
    }
    let about_onboardings = query.reseller.is_some() || query.person.is_some() || query.unopened;
    let elsewhere = query.state.is_none_or(|state| state == StateFilter::Elsewhere) && !about_onboardings;
    for tenant in tenants.iter().filter(|_| elsewhere && viewer.reseller().is_none()) {
        let key = Findable { company: &tenant.company_name, ..Findable::default() }.key();
        if fits(&key, &tenant.domain) {
            let first = format!("00000000-0000{}", &tenant.id.as_str()[13..]);
            found.push((tenant.id.to_string(), first, key, 0));
        }
    }
    match query.sort {
        Sort::Newest => found.sort_by_key(|(_, newest, ..)| Reverse(newest.clone())),
        Sort::Company => found.sort_by_key(|(id, _, key, _)| (key.clone(), id.clone())),
        Sort::Changed => found.sort_by_key(|(id, _, _, changed)| Reverse((*changed, id.clone()))),
    }
    found.into_iter().map(|(id, ..)| id).collect()
}

fn questions() -> Vec<CustomerQuery> {
    let text = |text: &str| CustomerQuery { text: text.to_owned(), ..CustomerQuery::default() };
    let mut questions =
        ["", "oho", "WINE co", "\u{e4}dv", "first up", "adele", "domain1", "nobody", "diego cloud", "e"]
            .map(text)
            .to_vec();
    questions.extend(StateFilter::ALL.map(|state| CustomerQuery { state: Some(state), ..text("") }));
    let reseller = RELECLOUD.parse().ok();
    questions.extend([
        CustomerQuery { reseller: reseller.clone(), ..text("") },
        CustomerQuery { reseller, state: Some(StateFilter::Created), ..text("co") },
        CustomerQuery { person: Some(adele().key), ..text("") },
        CustomerQuery { person: Some(megan().key), ..text("toys") },
        CustomerQuery { unopened: true, ..text("") },
    ]);
    questions.into_iter().flat_map(|query| Sort::ALL.map(|sort| CustomerQuery { sort, ..query.clone() })).collect()
}

/// Every question of every kind of person, answered by sorting few rows, and by walking with hardly any reach.
#[tokio::test]
async fn every_page_of_every_question_shows_what_it_must_once_and_in_order() {
    let rows = (0..90).map(row).collect::<Vec<_>>();
    let tenants = (1..12)
        .map(|number| tenant(number, ["Coho Winery", "Zulu", ""][usize::try_from(number).unwrap() % 3]))
        .collect::<Vec<_>>();
    let world = World::with(&rows).await;
    world.read(&tenants).await;
    let narrow = Listing { limits: Limits { few: 1, near: 1, reach: 6, far: 6 }, ..world.listing.clone() };
    for viewer in [adele(), person("grady", Role::Support), megan()] {
        for query in questions() {
            let expected = expected(&rows, &tenants, &viewer, &query);
            let mut shown = world.all(&world.listing, &viewer, &query, 7).await;
            assert_eq!(shown, expected, "{} {query:?}", viewer.name);
            shown = world.all(&narrow, &viewer, &query, 4).await;
            assert_eq!(shown, expected, "walking: {} {query:?}", viewer.name);
        }
    }
}

#[tokio::test]
async fn a_page_says_when_it_has_looked_far_enough() {
    let rows = (0..90).map(row).collect::<Vec<_>>();
    let world = World::with(&rows).await;
    let narrow = Listing { limits: Limits { few: 1, near: 1, reach: 6, far: 6 }, ..world.listing.clone() };
    let query = CustomerQuery { text: "toys".to_owned(), ..CustomerQuery::default() };
    let page = narrow.page(&adele(), &query, None, 5).await.unwrap();
    assert!(page.is_cut_short && page.rows.len() < 5 && page.next.is_some(), "{page:?}");
    let page = world.listing.page(&adele(), &query, None, 5).await.unwrap();
    assert!(!page.is_cut_short && page.rows.len() == 5, "{page:?}");
}

#[tokio::test]
async fn an_id_of_any_kind_leads_to_its_onboarding_if_one_may_see_it() {
    let rows = (0..90).map(row).collect::<Vec<_>>();
    let world = World::with(&rows).await;
    let sent = rows.iter().find(|row| row.state == OnboardingState::Created && row.owner.key == adele().key).unwrap();
    let draft = rows.iter().find(|row| row.state == OnboardingState::Draft && row.owner.key == adele().key).unwrap();
    for id in
        [sent.id.clone(), sent.id.replace("-7", "-4").to_uppercase(), format!(" {{{}}} ", sent.id.replace("-7", "-5"))]
    {
        assert_eq!(world.ids(&adele(), &id).await, std::slice::from_ref(&sent.id), "{id}");
    }
    assert_eq!(world.ids(&adele(), &draft.id).await, std::slice::from_ref(&draft.id));
    for other in [megan(), person("diego", Role::AccountManager), person("nestor", Role::Admin)] {
        assert!(world.ids(&other, &draft.id).await.is_empty(), "a draft is its owner's alone");
    }
    let foreign = rows.iter().find(|row| row.reseller.is_some_and(|(id, _)| id == RELECLOUD)).unwrap();
    assert!(world.ids(&megan(), &foreign.id).await.is_empty());
    assert!(world.ids(&megan(), RELECLOUD).await.is_empty());
}

#[tokio::test]
async fn a_reseller_sees_no_row_of_another_whatever_it_asks_for() {
    let rows = (0..90).map(row).collect::<Vec<_>>();
    let world = World::with(&rows).await;
    world.read(&[tenant(1, "Coho Winery")]).await;
    let own = expected(&rows, &[], &megan(), &CustomerQuery::default());
    let foreign = CustomerQuery { reseller: RELECLOUD.parse().ok(), ..CustomerQuery::default() };
    let adeles = CustomerQuery { person: Some(adele().key), ..CustomerQuery::default() };
    for query in questions().into_iter().chain([foreign, adeles]) {
        for shown in world.all(&world.listing, &megan(), &query, 9).await {
            assert!(own.contains(&shown), "{query:?}: {shown}");
        }
    }
    assert!(world.listing.tenants().find(&megan(), &tenant_id(1)).await.unwrap().is_none());
    assert!(world.listing.tenants().find(&adele(), &tenant_id(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn days_limit_the_list_to_what_was_begun_in_them() {
    let day = |day: i64| first_id(1_763_596_800_000 + day * 86_400_000);
    let rows =
        (0..4).map(|number| Row { id: day(i64::try_from(number).unwrap()), ..row(4 * number + 2) }).collect::<Vec<_>>();
    let world = World::with(&rows.iter().map(|row| Row { owner: adele(), ..row.clone() }).collect::<Vec<_>>()).await;
    let field = |from: &'static str, to: &'static str, sort: &'static str| {
        move |name: &str| match name {
            "from" => Some(from.to_owned()),
            "to" => Some(to.to_owned()),
            "sort" => Some(sort.to_owned()),
            _ => None,
        }
    };
    for sort in ["newest", "company", "changed"] {
        let query = CustomerQuery::read(field("2025-11-21", "2025-11-22", sort), &adele());
        let mut shown = world.all(&world.listing, &adele(), &query, 10).await;
        shown.sort();
        assert_eq!(shown, [day(1), day(2)], "{sort}");
    }
}

fn first_id(millis: i64) -> String {
    super::query::first_id_of(Timestamp::from_millisecond(millis).unwrap())
}

#[tokio::test]
async fn a_draft_is_found_by_what_it_says_now_and_no_longer_by_what_it_said() {
    use crate::{domain::NewCustomerForm, journal::DraftSummary};
    let world = World::new().await;
    let id = "0193b0a0-0000-7000-8000-000000000001".parse().unwrap();
    let save = async |company_name: &str, domain: &str| {
        let summary = DraftSummary { company_name, domain, ..DraftSummary::default() };
        world.journal.save_draft(&adele(), &id, &NewCustomerForm::default(), summary).await.unwrap();
    };
    save("Coho Winery", "coho.onmicrosoft.com").await;
    assert_eq!(world.ids(&adele(), "iner").await.len(), 1);
    save("Coho Vineyard", "cohovineyard.onmicrosoft.com").await;
    assert_eq!(world.ids(&adele(), "winery").await.len(), 0);
    assert_eq!(world.ids(&adele(), "vineyard").await.len(), 1);
    assert_eq!(world.ids(&adele(), "admin@CohoVineyard.onmicrosoft.com").await.len(), 1);
    let stale: i64 =
        sqlx::query("SELECT COUNT(*) FROM search_word WHERE id <> ''").fetch_one(world.db.read()).await.unwrap().get(0);
    assert_eq!(stale, 4, "coho, vineyard, .cohovineyard, adele");
}

#[tokio::test]
async fn tenants_of_the_first_reading_were_there_before_and_later_ones_are_new() {
    let world = World::with(&[Row { owner: adele(), ..row(2) }]).await;
    world.read(&[tenant(1, "Coho Winery"), tenant(2, "Zulu")]).await;
    world.read(&[tenant(1, "Coho Vineyard"), tenant(3, "New")]).await;
    let page = world.listing.page(&adele(), &CustomerQuery::default(), None, 10).await.unwrap();
    let shown = page.rows.iter().map(id_of).collect::<Vec<_>>();
    assert_eq!(shown, [tenant_id(3).to_string(), row(2).id, tenant_id(1).to_string()], "Zulu is gone");
    assert!(world.ids(&adele(), "winery").await.is_empty() && world.ids(&adele(), "zulu").await.is_empty());
    assert_eq!(world.ids(&adele(), "vineyard").await, [tenant_id(1).to_string()]);
}

#[tokio::test]
async fn a_tenant_that_was_made_here_is_not_listed_twice() {
    let world = World::with(&[row(10)]).await;
    world.read(&[tenant(1, "Coho Winery")]).await;
    let made = |id: CustomerId| {
        sqlx::query("UPDATE onboarding SET state = 'created', customer_id = $1")
            .bind(id.to_string())
            .execute(world.db.write())
    };
    made(tenant_id(1)).await.unwrap();
    assert_eq!(world.ids(&adele(), "").await, [row(10).id], "before the next reading");
    assert!(world.listing.tenants().find(&adele(), &tenant_id(1)).await.unwrap().is_none());
    world.read(&[tenant(1, "Coho Winery")]).await;
    let stored: i64 =
        sqlx::query("SELECT COUNT(*) FROM partner_tenant").fetch_one(world.db.read()).await.unwrap().get(0);
    assert_eq!(stored, 0, "and after it it is forgotten");
}

#[tokio::test]
async fn of_many_processes_one_reads_and_what_breaks_off_is_read_again() {
    let world = World::new().await;
    let tenants = world.listing.tenants();
    let lease = tenants.begin().await.unwrap().expect("never read before");
    assert!(tenants.begin().await.unwrap().is_none(), "somebody reads");
    assert!(tenants.status().await.unwrap().is_under_way);
    tenants.store(&lease, &[tenant(1, "Coho Winery")]).await.unwrap();
    world.clock.advance(SignedDuration::from_mins(4));
    let second = tenants.begin().await.unwrap().expect("whoever read has died");
    assert!(!tenants.store(&lease, &[tenant(2, "Zulu")]).await.unwrap(), "late");
    tenants.finish(&lease).await.unwrap();
    tenants.give_up(&second).await.unwrap();
    let status = tenants.status().await.unwrap();
    assert!(status.has_failed && !status.is_under_way && status.finished_at.is_none(), "{status:?}");
    assert_eq!(world.ids(&adele(), "coho").await.len(), 1, "what was seen stays");
    world.clock.advance(SignedDuration::from_mins(11));
    let third = tenants.begin().await.unwrap().expect("ten minutes later");
    tenants.finish(&third).await.unwrap();
    assert!(world.ids(&adele(), "coho").await.is_empty());
    assert!(tenants.begin().await.unwrap().is_none());
    tenants.ask(&adele()).await.unwrap();
    let asked = tenants.begin().await.unwrap().expect("a person wants it");
    assert_eq!(asked.asked_by, Some(adele().key));
}

#[tokio::test]
async fn resellers_are_found_by_a_part_of_their_name() {
    let world = World::with(&(0..12).map(row).collect::<Vec<_>>()).await;
    let names = async |part: &str| {
        let found = world.listing.resellers_called(part).await.unwrap();
        found.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert_eq!(names("CLOUD").await, ["ReleCloud"]);
    assert_eq!(names("c").await, ["First Up Consultants", "ReleCloud"]);
    assert!(names("%").await.is_empty() && names("_").await.is_empty());
    let name = world.listing.reseller_name(&RELECLOUD.parse().unwrap()).await.unwrap();
    assert_eq!(name.as_deref(), Some("ReleCloud"));
}

#[tokio::test]
async fn a_password_is_a_mark_in_the_list_and_nothing_else() {
    let world = World::with(&(0..90).map(row).collect::<Vec<_>>()).await;
    let query = CustomerQuery { state: Some(StateFilter::Created), ..CustomerQuery::default() };
    let page = world.listing.page(&adele(), &query, None, 50).await.unwrap();
    let marks = page.rows.iter().filter_map(|row| match row {
        ListedCustomer::Onboarding(row) => row.password,
        ListedCustomer::Tenant(_) => None,
    });
    let marks = marks.collect::<Vec<_>>();
    for mark in [PasswordMark::NotOpened, PasswordMark::NotConfirmed, PasswordMark::Stored, PasswordMark::Lost] {
        assert!(marks.contains(&mark), "{mark:?}");
    }
    world.clock.advance(SignedDuration::from_hours(25));
    let unopened = CustomerQuery { unopened: true, ..query };
    assert!(world.listing.page(&adele(), &unopened, None, 50).await.unwrap().rows.is_empty(), "past their time");
}
