//! Thousands of records that are another's, every place in which an id can stand, and what an answer says apart from what
//! differs anyway.
#![expect(clippy::print_stderr, reason = "what repeats a run")]

use std::{collections::HashSet, sync::Arc};

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

/// Repeats a run.
pub(crate) const SEED: &str = "PORTAL_SEED";

/// Texts that stand in foreign records alone.
const CANARIES: [&str; 4] = ["Canary B", "Canary Draft", "canaryb", "canarydraft"];

const MEGANS_OID: &str = "0b1ec700-0000-4000-8000-000000000007";

/// Chance that a seed repeats (`SplitMix64`).
#[derive(Clone)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }

    /// An id that nobody has, and that is as old as this one: it sorts among all others where the other one does.
    pub(crate) fn absent(&mut self, like: &str) -> String {
        let (head, _) = like.rsplit_once('-').unwrap();
        format!("{head}-{:012x}", self.next() & 0xffff_ffff_ffff)
    }
}

/// A record of somebody else's.
#[derive(Clone, Debug)]
pub(super) struct Foreign {
    pub(super) id: String,
    pub(super) request_id: String,
    pub(super) correlation_id: String,
    pub(super) customer_id: String,
}

/// Which of its ids is tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Onboarding,
    Request,
    Correlation,
    Customer,
    Reseller,
    Person,
}

impl Foreign {
    pub(super) fn of_kind(&self, kind: Kind) -> &str {
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

pub(super) type Body = Option<(&'static str, String)>;

/// Method, path and body.
pub(super) type Asked = (Method, String, Body);

/// A place in which an id can stand.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) ask: Box<dyn Fn(&str) -> Asked + Send + Sync>,
}

pub(super) fn place(name: &str, kind: Kind, ask: impl Fn(&str) -> Asked + Send + Sync + 'static) -> Place {
    Place { name: name.to_owned(), kind, ask: Box::new(ask) }
}

pub(super) fn posted(path: &str, fields: String) -> Asked {
    (Method::POST, path.to_owned(), Some(("application/x-www-form-urlencoded", fields)))
}

fn called(path: &str, body: &Value) -> Asked {
    (Method::POST, path.to_owned(), Some(("application/json", body.to_string())))
}

/// A cursor as the list makes them, at a place of Megan's own making.
pub(super) fn cursor(side: &str, at: &Value, fields: &[(&str, &str)]) -> String {
    let mut question = Serializer::new(format!("{FIRST_UP}/{MEGANS_OID}?"));
    question.extend_pairs(fields);
    let fingerprint = Sha256::digest(question.finish()).iter().take(8).copied().collect::<Vec<u8>>();
    URL_SAFE_NO_PAD.encode(json!([side, at, fingerprint]).to_string())
}

/// Every place: path and body of every address and function, then search, filters, order and cursors of the list and of
/// the file, and what names a reseller or a person.
pub(super) fn places(own_draft: &str) -> Vec<Place> {
    let mut places = Vec::new();
    // Whatever id a form is sent under, it becomes a draft of Megan's, and her lists would be others meanwhile: it has a
    // test of its own.
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
        called("/api/check-reseller", &json!({ "reseller": id }))
    }));
    places.push(place("POST /api/usual-choices", Kind::Reseller, |id| {
        called("/api/usual-choices", &json!({ "reseller": id }))
    }));
    places.push(place("POST /api/check-domain draft=", Kind::Onboarding, |id| {
        let question = json!({ "prefix": "nobodyhasthis", "company_name": "", "email": "", "country": "US", "draft": id,
                               "round": 0 });
        called("/api/check-domain", &json!({ "question": question }))
    }));
    places.push(place("POST /api/find-tenant draft=", Kind::Onboarding, |id| {
        let question = json!({ "company_name": "Nobody", "email": "", "prefix": "", "reseller_id": "", "draft": id });
        called("/api/find-tenant", &json!({ "question": question }))
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

/// Drafts of the provider's people that name reseller A stand in the indexes among its own rows, and each of its lists passes
/// over them: more than a page looks at, fewer than would make the test one of patience. All others are of reseller B.
const HIDDEN_AMONG_OWN: usize = 6_000;

/// Copies of the given onboardings under new ids, with all that belongs to them; many in a statement.
pub(super) async fn multiply(database: &Database, originals: &[String], count: usize) -> Vec<Foreign> {
    const WORDS: &str = "SELECT word FROM search_word WHERE id = $1";
    const WORD: &str = "INSERT INTO search_word (word, id) SELECT $1, id FROM onboarding WHERE id BETWEEN $2 AND $3";
    // Each of the originals has its share, however few copies there are.
    let at_a_time = count.div_ceil(2 * originals.len()).clamp(1, 250);
    let columns = {
        let row = sqlx::query("SELECT * FROM onboarding LIMIT 1").fetch_one(database.read()).await.unwrap();
        row.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>()
    };
    // Both engines call the columns of a list of values so.
    let values = columns.iter().map(|column| match column.as_str() {
        "id" => "v.column1".to_owned(),
        "request_id" => "v.column2".to_owned(),
        "correlation_id" => "v.column3".to_owned(),
        "customer_id" => "CASE WHEN o.customer_id IS NULL THEN NULL ELSE v.column4 END".to_owned(),
        other => ["o.", other].concat(),
    });
    let (columns, values) = (columns.join(", "), values.collect::<Vec<_>>().join(", "));
    let belongings = [
        "INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, happened_at) \
         SELECT o.id, e.position, e.to_state, e.actor, e.happened_at FROM onboarding o, onboarding_event e \
         WHERE e.onboarding_id = $1 AND o.id BETWEEN $2 AND $3",
        "INSERT INTO credential (onboarding_id, state, owner_tid, owner_oid, sealed_at, expires_at) \
         SELECT o.id, c.state, c.owner_tid, c.owner_oid, c.sealed_at, c.expires_at FROM onboarding o, credential c \
         WHERE c.onboarding_id = $1 AND o.id BETWEEN $2 AND $3",
    ];
    let mut words: Vec<Vec<Vec<u8>>> = Vec::new();
    for original in originals {
        // No index leads from an onboarding to its words, so this is asked before there are many.
        let found = sqlx::query(WORDS).bind(original).fetch_all(database.read()).await.unwrap();
        words.push(found.iter().map(|row| row.get(0)).collect());
    }
    let mut copies: Vec<Foreign> = Vec::new();
    for (original, words) in originals.iter().zip(&words).cycle() {
        let mut batch = (0..at_a_time.min(count - copies.len()))
            .map(|_| {
                let [id, request_id, correlation_id, customer_id] = std::array::from_fn(|_| Uuid::now_v7().to_string());
                Foreign { id, request_id, correlation_id, customer_id }
            })
            .collect::<Vec<_>>();
        batch.sort_by(|one, other| one.id.cmp(&other.id));
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { break };
        let rows = batch.iter().map(|copy| {
            let Foreign { id, request_id, correlation_id, customer_id } = copy;
            format!("('{id}', '{request_id}', '{correlation_id}', '{customer_id}')")
        });
        let onboardings = format!(
            "INSERT INTO onboarding ({columns}) SELECT {values} FROM onboarding o, (VALUES {}) AS v WHERE o.id = $1",
            rows.collect::<Vec<_>>().join(", ")
        );
        let mut tx = database.begin().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(onboardings)).bind(original).execute(&mut *tx).await.unwrap();
        for statement in belongings {
            let statement = sqlx::query(statement).bind(original).bind(&first.id).bind(&last.id);
            statement.execute(&mut *tx).await.unwrap();
        }
        for word in words {
            let statement = sqlx::query(WORD).bind(word.as_slice()).bind(&first.id).bind(&last.id);
            statement.execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        copies.append(&mut batch);
    }
    copies
}

/// What stands in an answer whoever asks twice, without what may differ from the next to the same question: the id that
/// was asked for, nonces, references, ids that the server makes up. Cursors are shown as what they say.
pub(super) fn normalised(page: &Page, id: &str, foreign: &HashSet<String>) -> String {
    let mut text = page.body.clone();
    for (before, after) in [
        ("nonce=\"", '"'),
        ("crossorigin=\"", '"'),
        ("Reference: <code class=\"mono\">", '<'),
        ("name=\"page\" value=\"", '"'),
        ("name=\"version\" value=\"", '"'),
    ] {
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

pub(super) fn cut(text: &str, before: &str, after: char, change: impl Fn(&str) -> String) -> String {
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
pub(super) fn without_ids(text: &str, look: impl Fn(&str)) -> String {
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
pub(super) struct Strangers {
    pub(super) everybody: Everybody,
    pub(super) megan: Browser,
    pub(super) foreign: Arc<[Foreign]>,
    pub(super) ids: Arc<HashSet<String>>,
    pub(super) places: Arc<[Place]>,
    pub(super) chance: Chance,
}

impl Strangers {
    pub(super) async fn gather(count: u32) -> Self {
        let seed = switch(SEED).and_then(|seed| seed.parse().ok()).unwrap_or_else(|| Uuid::now_v7().as_u64_pair().1);
        let everybody = Everybody::gather().await;
        let originals = everybody.records.iter().skip(1).map(|(_, id)| id.clone()).collect::<Vec<_>>();
        let database = everybody.world.open_database().await;
        let count_of_all = usize::try_from(count).unwrap();
        let (draft, of_b) = originals.split_last().unwrap();
        let hidden = count_of_all.div_ceil(originals.len()).min(HIDDEN_AMONG_OWN);
        let mut foreign = multiply(&database, std::slice::from_ref(draft), hidden).await;
        foreign.extend(multiply(&database, of_b, count_of_all - hidden).await);
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
