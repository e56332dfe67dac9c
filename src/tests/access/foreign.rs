//! What a reseller's person learns from an id of somebody else's: as much as from one that nobody has. Every place in
//! which an id can stand is tried with thousands of records that are another's, each beside an id that does not exist.
#![expect(clippy::print_stderr, reason = "figures, and how far it is")]

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use reseller_portal::database::Database;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Column, Row};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::{Everybody, inventory, switch};
use crate::{
    browser::{Browser, Page},
    resellers::RELECLOUD,
    support::FIRST_UP,
};

/// How many foreign records there are; each is tried once.
const FOREIGN_IDS: &str = "PORTAL_FOREIGN_IDS";
/// How many pairs each request is timed with.
const TIMED_PAIRS: &str = "PORTAL_TIMED_PAIRS";
/// Repeats a run.
const SEED: &str = "PORTAL_SEED";

/// So many people of reseller A ask at once.
const AT_ONCE: usize = 4;
/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(20);

/// Texts that stand in foreign records alone.
const CANARIES: [&str; 4] = ["Canary B", "Canary Draft", "canaryb", "canarydraft"];

const MEGANS_OID: &str = "0b1ec700-0000-4000-8000-000000000007";

fn number(name: &str, usual: u32) -> u32 {
    switch(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Chance that a seed repeats (`SplitMix64`).
#[derive(Clone)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn coin(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }

    /// An id that nobody has, and that is as old as this one: it sorts among all others where the other one does.
    fn absent(&mut self, like: &str) -> String {
        let (head, _) = like.rsplit_once('-').unwrap();
        format!("{head}-{:012x}", self.next() & 0xffff_ffff_ffff)
    }
}

/// A record of somebody else's.
#[derive(Clone, Debug)]
struct Foreign {
    id: String,
    request_id: String,
    correlation_id: String,
    customer_id: String,
}

/// Which of its ids is tried.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Onboarding,
    Request,
    Correlation,
    Customer,
    Reseller,
    Person,
}

impl Foreign {
    fn of_kind(&self, kind: Kind) -> &str {
        match kind {
            Kind::Onboarding => &self.id,
            Kind::Request => &self.request_id,
            Kind::Correlation => &self.correlation_id,
            Kind::Customer => &self.customer_id,
            Kind::Reseller => RELECLOUD,
            // Adele's, who has begun them all.
            Kind::Person => "0b1ec700-0000-4000-8000-000000000001",
        }
    }
}

type Body = Option<(&'static str, String)>;

/// Method, path and body.
type Asked = (Method, String, Body);

/// A place in which an id can stand.
struct Place {
    name: String,
    kind: Kind,
    ask: Box<dyn Fn(&str) -> Asked + Send + Sync>,
}

fn place(name: &str, kind: Kind, ask: impl Fn(&str) -> Asked + Send + Sync + 'static) -> Place {
    Place { name: name.to_owned(), kind, ask: Box::new(ask) }
}

fn posted(path: &str, fields: String) -> Asked {
    (Method::POST, path.to_owned(), Some(("application/x-www-form-urlencoded", fields)))
}

/// A cursor as the list makes them, at a place of Megan's own making.
fn cursor(side: &str, at: &Value, fields: &[(&str, &str)]) -> String {
    let mut question = Serializer::new(format!("{FIRST_UP}/{MEGANS_OID}?"));
    question.extend_pairs(fields);
    let fingerprint = Sha256::digest(question.finish()).iter().take(8).copied().collect::<Vec<u8>>();
    URL_SAFE_NO_PAD.encode(json!([side, at, fingerprint]).to_string())
}

/// Every place: path and body of every address and function, then search, filters, order and cursors of the list and of
/// the file, and what names a reseller or a person.
fn places(own_draft: &str) -> Vec<Place> {
    let mut places = Vec::new();
    // A form that is sent under an id of nobody's begins a draft: that one is left out.
    let begins_a_draft =
        |request: &super::Request| request.method == Method::POST && request.pattern.starts_with("/customers/new");
    for request in inventory().into_iter().filter(|request| request.names_a_record() && !begins_a_draft(request)) {
        let name = format!("{} {}", request.method, request.pattern);
        places.push(place(&name, Kind::Onboarding, move |id| request.as_sent(id)));
    }
    let get = |path: String| (Method::GET, path, None);
    for list in ["/customers", "/customers/export.csv"] {
        for kind in [Kind::Onboarding, Kind::Request, Kind::Correlation, Kind::Customer, Kind::Reseller] {
            for order in ["", "&sort=company", "&sort=changed&state=created", "&unopened=yes&rows=compact"] {
                places.push(place(&format!("GET {list}?q={kind:?}{order}"), kind, move |id| {
                    get(format!("{list}?q={id}{order}"))
                }));
            }
        }
        places.push(place(&format!("GET {list}?reseller="), Kind::Reseller, move |id| {
            get(format!("{list}?reseller={id}&sort=company"))
        }));
        places.push(place(&format!("GET {list}?person="), Kind::Person, move |id| {
            get(format!("{list}?person=a1b2c3d4-0000-4000-8000-00000000c0de/{id}"))
        }));
        for side in ["After", "Before", "From", "UpTo"] {
            places.push(place(&format!("GET {list}?at={side} newest"), Kind::Onboarding, move |id| {
                get(format!("{list}?at={}", cursor(side, &json!({ "Newest": id }), &[])))
            }));
            let key = b"canary b\nrelecloud\nadele vance";
            places.push(place(&format!("GET {list}?at={side} by name"), Kind::Onboarding, move |id| {
                let at = cursor(side, &json!({ "Company": [key, id] }), &[("sort", "company")]);
                get(format!("{list}?sort=company&at={at}"))
            }));
            places.push(place(&format!("GET {list}?at={side} by change"), Kind::Onboarding, move |id| {
                let at = cursor(side, &json!({ "Changed": [1_790_000_000_000_000_i64, id] }), &[("sort", "changed")]);
                get(format!("{list}?sort=changed&at={at}"))
            }));
        }
    }
    places.push(place("GET /customers/new?reseller=", Kind::Reseller, move |id| {
        get(format!("/customers/new?reseller={id}"))
    }));
    places.push(place("GET /customers/tenants/{customer}", Kind::Customer, move |id| {
        get(format!("/customers/tenants/{id}"))
    }));
    places.push(place("GET /resellers/{reseller}", Kind::Reseller, move |id| get(format!("/resellers/{id}"))));
    places.push(place("GET /audit?record=", Kind::Onboarding, move |id| get(format!("/audit?record={id}"))));
    places.push(place("POST /api/check-reseller", Kind::Reseller, |id| {
        let body = json!({ "reseller": id }).to_string();
        (Method::POST, "/api/check-reseller".to_owned(), Some(("application/json", body)))
    }));
    places.push(place("POST /api/usual-choices", Kind::Reseller, |id| {
        let body = json!({ "reseller": id }).to_string();
        (Method::POST, "/api/usual-choices".to_owned(), Some(("application/json", body)))
    }));
    let draft = own_draft.to_owned();
    places.push(place("POST /customers/new reseller_id=", Kind::Reseller, move |id| {
        let fields = format!("intent=save&draft={draft}&company_name=Own&customer_of=reseller&reseller_id={id}");
        posted("/customers/new", fields)
    }));
    places.push(place("POST /audit/export record=", Kind::Onboarding, |id| {
        posted("/audit/export", format!("format=csv&record={id}"))
    }));
    places
}

/// Copies of the given onboardings under new ids, with all that belongs to them.
async fn multiply(database: &Database, originals: &[String], count: usize) -> Vec<Foreign> {
    let mut copies = Vec::new();
    let columns = {
        let row = sqlx::query("SELECT * FROM onboarding LIMIT 1").fetch_one(database.read()).await.unwrap();
        row.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>()
    };
    let values = columns.iter().map(|column| match column.as_str() {
        "id" => "$2".to_owned(),
        "request_id" => "$3".to_owned(),
        "correlation_id" => "$4".to_owned(),
        "customer_id" => "CASE WHEN customer_id IS NULL THEN NULL ELSE $5 END".to_owned(),
        other => other.to_owned(),
    });
    let onboarding = format!(
        "INSERT INTO onboarding ({}) SELECT {} FROM onboarding WHERE id = $1",
        columns.join(", "),
        values.collect::<Vec<_>>().join(", ")
    );
    let events = "INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, happened_at) \
                  SELECT $2, position, to_state, actor, happened_at FROM onboarding_event WHERE onboarding_id = $1";
    let words = "INSERT INTO search_word (word, id) SELECT word, $2 FROM search_word WHERE id = $1";
    let credentials = "INSERT INTO credential (onboarding_id, state, owner_tid, owner_oid, sealed_at, expires_at) \
                       SELECT $2, state, owner_tid, owner_oid, sealed_at, expires_at FROM credential \
                       WHERE onboarding_id = $1";
    while copies.len() < count {
        let mut tx = database.begin().await.unwrap();
        for _ in 0..2_000.min(count - copies.len()) {
            let original = &originals[copies.len() % originals.len()];
            let [id, request_id, correlation_id, customer_id] = std::array::from_fn(|_| Uuid::now_v7().to_string());
            sqlx::query(sqlx::AssertSqlSafe(onboarding.as_str()))
                .bind(original)
                .bind(&id)
                .bind(&request_id)
                .bind(&correlation_id)
                .bind(&customer_id)
                .execute(&mut *tx)
                .await
                .unwrap();
            for statement in [events, words, credentials] {
                sqlx::query(statement).bind(original).bind(&id).execute(&mut *tx).await.unwrap();
            }
            copies.push(Foreign { id, request_id, correlation_id, customer_id });
        }
        tx.commit().await.unwrap();
    }
    copies
}

/// What stands in an answer whoever asks twice, without what may differ from the next to the same question: the id that
/// was asked for, nonces, references, ids that the server makes up. Cursors are shown as what they say.
fn normalised(page: &Page, id: &str, foreign: &HashSet<String>) -> String {
    let mut text = page.body.clone();
    for (before, after) in [("nonce=\"", '"'), ("crossorigin=\"", '"'), ("Reference: <code class=\"mono\">", '<')] {
        text = cut(&text, before, after, |_| String::new());
    }
    text = cut(&text, "at=", '"', |cursor| {
        let said = URL_SAFE_NO_PAD.decode(cursor).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        said.unwrap_or_else(|_| cursor.to_owned())
    });
    let head = format!(
        "{} {} {}",
        page.status.as_u16(),
        page.header("content-type").unwrap_or_default(),
        page.header("location").unwrap_or_default()
    );
    let text = format!("{head}\n{text}").replace(id, "ID");
    for canary in CANARIES {
        assert!(!text.contains(canary), "another's record shows, a canary in {}: {text}", page.url);
    }
    without_ids(&text, |known| {
        assert!(!foreign.contains(known), "another's record shows, its id in {}: {text}", page.url);
    })
}

fn cut(text: &str, before: &str, after: char, change: impl Fn(&str) -> String) -> String {
    let (mut rest, mut out) = (text, String::new());
    while let Some((head, tail)) = rest.split_once(before) {
        let end = tail.find(after).unwrap_or(tail.len());
        let (inner, tail) = tail.split_at(end);
        out = [out.as_str(), head, before, &change(inner)].concat();
        rest = tail;
    }
    out + rest
}

/// The text with a word in place of every id in it, each of which is looked at.
fn without_ids(text: &str, look: impl Fn(&str)) -> String {
    const LENGTH: usize = 36;
    let is_id = |part: &str| {
        part.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let (mut out, mut from, mut after) = (String::with_capacity(text.len()), 0, 0);
    // Nothing but what may be the first dash of one is looked at.
    while let Some(dash) = text[after..].find('-').map(|at| after + at) {
        let id = dash.checked_sub(8).filter(|start| *start >= from).and_then(|start| text.get(start..start + LENGTH));
        match id.filter(|id| is_id(id)) {
            Some(id) => {
                look(id);
                out.push_str(&text[from..dash - 8]);
                out.push_str("GUID");
                from = dash - 8 + LENGTH;
                after = from;
            }
            None => after = dash + 1,
        }
    }
    out + &text[from..]
}

/// A world in which reseller B and the provider have thousands of records, and Megan of reseller A at a browser.
struct Strangers {
    everybody: Everybody,
    megan: Browser,
    foreign: Arc<[Foreign]>,
    ids: Arc<HashSet<String>>,
    places: Arc<[Place]>,
    chance: Chance,
}

impl Strangers {
    async fn gather(count: u32) -> Self {
        let seed = switch(SEED).and_then(|seed| seed.parse().ok()).unwrap_or_else(|| Uuid::now_v7().as_u64_pair().1);
        let everybody = Everybody::gather().await;
        let originals = everybody.records.iter().skip(1).map(|(_, id)| id.clone()).collect::<Vec<_>>();
        let database = everybody.world.open_database().await;
        let foreign = multiply(&database, &originals, usize::try_from(count).unwrap()).await;
        database.close().await;
        let mut ids = originals.into_iter().collect::<HashSet<_>>();
        for copy in &foreign {
            ids.extend([&copy.id, &copy.request_id, &copy.correlation_id, &copy.customer_id].map(Clone::clone));
        }
        let (_, megan) = everybody.people.iter().find(|(name, _)| *name == "reseller A").unwrap();
        let mut megan = megan.clone();
        let own_draft = megan.get("/customers/new").await.value("draft").unwrap();
        let draft = [("draft", own_draft.as_str()), ("intent", "save"), ("company_name", "Own")];
        assert!(megan.post("/customers/new", &draft).await.status.is_success());
        let places = places(&own_draft);
        eprintln!("seed {seed}: {} places, {count} foreign records", places.len());
        let (foreign, ids, places) = (foreign.into(), Arc::new(ids), places.into());
        Self { everybody, megan, foreign, ids, places, chance: Chance(seed) }
    }
}

/// Asks for an id and for one that does not exist, in an order that is left to chance.
async fn pair(browser: &mut Browser, place: &Place, foreign: &str, absent: &str, foreign_first: bool) -> [Page; 2] {
    let mut ask = async |id: &str| {
        let (method, path, body) = (place.ask)(id);
        browser.ask(method, &path, body).await
    };
    if foreign_first {
        let of_another = ask(foreign).await;
        [of_another, ask(absent).await]
    } else {
        let of_nobody = ask(absent).await;
        [ask(foreign).await, of_nobody]
    }
}

/// Compares the two answers at the numbered records of one asker.
async fn compare(mut asker: Asker, said: Arc<std::sync::atomic::AtomicUsize>) {
    use std::sync::atomic::Ordering;
    for at in (asker.first..asker.foreign.len()).step_by(AT_ONCE) {
        // Every place with every kind of record: their numbers share no divisor with those of the askers' steps.
        let place = &asker.places[(at / AT_ONCE) % asker.places.len()];
        let foreign = asker.foreign[at].of_kind(place.kind).to_owned();
        let absent = asker.chance.absent(&foreign);
        let first = asker.chance.coin();
        let mut again = 0;
        loop {
            let [one, other] = pair(&mut asker.browser, place, &foreign, &absent, first).await;
            let one = normalised(&one, &foreign, &asker.ids);
            let other = normalised(&other, &absent, &asker.ids);
            if one == other {
                break;
            }
            // "A minute ago" may have become two between them.
            again += 1;
            assert!(
                again < 3,
                "another's record shows, {} answers otherwise for it\n--- foreign\n{one}\n--- absent\n{other}",
                place.name
            );
        }
        said.fetch_add(1, Ordering::Relaxed);
    }
}

/// One of several people of reseller A that ask at once.
struct Asker {
    browser: Browser,
    chance: Chance,
    first: usize,
    foreign: Arc<[Foreign]>,
    ids: Arc<HashSet<String>>,
    places: Arc<[Place]>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_id_and_an_absent_one_are_answered_alike_wherever_a_reseller_puts_them() {
    let count = number(FOREIGN_IDS, 600);
    let mut strangers = Strangers::gather(count).await;
    let done = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let askers = (0..AT_ONCE).map(|first| {
        let asker = Asker {
            browser: strangers.megan.clone(),
            chance: Chance(strangers.chance.next()),
            first,
            foreign: Arc::clone(&strangers.foreign),
            ids: Arc::clone(&strangers.ids),
            places: Arc::clone(&strangers.places),
        };
        tokio::spawn(compare(asker, Arc::clone(&done)))
    });
    let askers = askers.collect::<Vec<_>>();
    let started = Instant::now();
    let progress = tokio::spawn({
        let done = Arc::clone(&done);
        async move {
            loop {
                tokio::time::sleep(PROGRESS).await;
                let so_far = done.load(std::sync::atomic::Ordering::Relaxed);
                eprintln!("{so_far} of {count} pairs alike after {:.0} s", started.elapsed().as_secs_f64());
            }
        }
    });
    for asker in askers {
        asker.await.unwrap();
    }
    progress.abort();
    eprintln!("{count} pairs, 0 leaks (95%: below {:.6})", 3.0 / f64::from(count));
    assert_eq!(u32::try_from(done.load(std::sync::atomic::Ordering::Relaxed)).unwrap(), count);
    drop(strangers.everybody);
}

#[tokio::test]
async fn a_cursor_of_the_own_making_opens_what_is_ones_own_and_nothing_else() {
    // Without this the places above could all be misunderstood by the list, and so be alike.
    let everybody = Everybody::gather().await;
    let own = everybody.records.first().unwrap().1.clone();
    let (_, megan) = everybody.people.iter().find(|(name, _)| *name == "reseller A").unwrap();
    let mut megan = megan.clone();
    let mut shows = async |side: &str| {
        let at = cursor(side, &json!({ "Newest": own }), &[]);
        megan.get(&format!("/customers?at={at}")).await.body.contains("Canary A")
    };
    assert!(shows("From").await && !shows("After").await);
    assert!(!normalised(&megan.get("/customers").await, "no id", &HashSet::new()).is_empty());
}

/// How well the time of an answer tells foreign ids from absent ones: one half is not at all.
fn area_under_curve(foreign: &mut [u128], absent: &mut [u128]) -> f64 {
    foreign.sort_unstable();
    absent.sort_unstable();
    let mut below = 0.0;
    for time in foreign.iter() {
        let smaller = absent.partition_point(|other| other < time);
        let same = absent.partition_point(|other| other <= time) - smaller;
        below += f64::from(u32::try_from(smaller).unwrap()) + f64::from(u32::try_from(same).unwrap()) / 2.0;
    }
    below / (f64::from(u32::try_from(foreign.len()).unwrap()) * f64::from(u32::try_from(absent.len()).unwrap()))
}

#[tokio::test]
#[ignore = "a measurement, which wants the machine for itself: `make access`"]
async fn the_time_of_an_answer_does_not_tell_a_foreign_id_from_an_absent_one() {
    const TIMED: [&str; 5] = [
        "GET /customers/{id}",
        "GET /customers/{id}/progress",
        "POST /api/claim-credentials",
        "POST /customers/{id}/credentials",
        "GET /customers?q=Onboarding",
    ];
    let pairs = number(TIMED_PAIRS, 5_000);
    let mut strangers = Strangers::gather(pairs).await;
    let places = Arc::clone(&strangers.places);
    let mut areas = Vec::new();
    for name in TIMED {
        let place = places.iter().find(|place| place.name == name).unwrap_or_else(|| panic!("{name}"));
        let (mut times_foreign, mut times_absent) = (Vec::new(), Vec::new());
        for copy in strangers.foreign.iter() {
            let absent = strangers.chance.absent(&copy.id);
            let mut two = [(copy.id.clone(), true), (absent, false)];
            if strangers.chance.coin() {
                two.reverse();
            }
            for (id, is_foreign) in two {
                let (method, path, body) = (place.ask)(&id);
                let started = Instant::now();
                strangers.megan.ask(method, &path, body).await;
                let took = started.elapsed().as_micros();
                if is_foreign { times_foreign.push(took) } else { times_absent.push(took) }
            }
        }
        let area = area_under_curve(&mut times_foreign, &mut times_absent);
        let median = |times: &[u128]| times[times.len() / 2];
        let (foreign, absent) = (median(&times_foreign), median(&times_absent));
        eprintln!("{name}: {pairs} pairs, AUC {area:.4}; medians: foreign {foreign} us, absent {absent} us");
        areas.push((name, area));
    }
    assert!(areas.iter().all(|(_, area)| (0.45..=0.55).contains(area)), "{areas:?}");
    drop(strangers.everybody);
}

#[test]
fn every_id_in_a_text_is_looked_at() {
    let id = "0193b0a0-0000-7000-8000-00000000000a";
    let seen = std::cell::RefCell::new(Vec::new());
    let text = without_ids(&format!("a-b {id}{id}-{id} 0193b0a0-0000"), |id| seen.borrow_mut().push(id.to_owned()));
    assert_eq!(text, "a-b GUIDGUID-GUID 0193b0a0-0000");
    assert_eq!(seen.into_inner(), [id, id, id]);
}

#[test]
fn an_area_of_one_half_tells_nothing_and_of_one_everything() {
    let half = area_under_curve(&mut [1, 2, 3, 4], &mut [1, 2, 3, 4]);
    assert!((half - 0.5).abs() < 1e-9, "{half}");
    let all = area_under_curve(&mut [5, 6, 7, 8], &mut [1, 2, 3, 4]);
    assert!((all - 1.0).abs() < 1e-9, "{all}");
}

#[cfg(feature = "torture")]
#[test]
fn a_dropped_owner_filter_is_noticed() {
    crate::support::Planted("no-owner-filter").must_fail(
        "access::foreign::a_foreign_id_and_an_absent_one_are_answered_alike_wherever_a_reseller_puts_them",
        "another's record shows",
        &[(FOREIGN_IDS, "400")],
    );
}
