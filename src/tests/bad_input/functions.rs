//! B1: made-up inputs to every server function, as everybody, without and with a socket in between.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request as Incoming,
};
use http::{Method, header};
use serde_json::{Value, json};
use sqlx::Row;
use tower::ServiceExt;
use uuid::Uuid;

use super::{Trial, dice::Dice, resident_megabytes};
use crate::{
    access::{Everybody, Request, inventory},
    resellers::RELECLOUD,
    support::FIRST_UP,
};

/// No answer takes longer. What a busy machine has delayed is asked again; what an input delays is slow each time.
const LONGEST: Duration = Duration::from_secs(1);
/// The portal, the simulator and the test together use less.
const MEMORY_MEGABYTES: usize = 256;
/// So many ask at once.
const AT_ONCE: usize = 4;

/// Who may change nothing at all.
pub(super) const POWERLESS: [&str; 4] = ["anonymous", "no role", "shut out", "support"];

/// Fields that decide something, and are none of any input.
pub(super) const FORBIDDEN: [&str; 14] = [
    "owner",
    "owner_tid",
    "owner_oid",
    "operator",
    "role",
    "tid",
    "is_admin",
    "customer_id",
    "request_id",
    "associated_partner_id",
    "__proto__",
    "may_create_direct",
    "approved",
    "disabled_at",
];

const CONTENT_TYPES: [&str; 14] = [
    "application/json; charset=utf-8",
    "application/json;charset=utf-16",
    "APPLICATION/JSON",
    "application/json, text/html",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "text/xml",
    "application/cbor",
    "application/octet-stream",
    "application/vnd.api+json",
    "*/*",
    "",
];

/// One input as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Sent {
    fn request(&self, cookies: &str) -> Option<Incoming> {
        let mut request = Incoming::builder()
            .method(self.method.clone())
            .uri(&self.path)
            .header(header::HOST, "portal.example")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookies);
        if let Some(content_type) = &self.content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        request.body(Body::from(self.body.clone())).ok()
    }
}

/// Everybody at work, and a portal that is asked without a listener.
pub(super) struct Crowd {
    pub(super) everybody: Everybody,
    pub(super) router: Router,
    /// Of everybody: the name, and what the browser's cookies say.
    pub(super) people: Vec<(&'static str, String)>,
}

impl Crowd {
    pub(super) async fn gather() -> Self {
        let everybody = Everybody::gather().await;
        let mut router = None;
        everybody.world.start_portal_behind(|portal| router.insert(portal).clone()).await;
        let cookies = |browser: &crate::browser::Browser| {
            browser.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
        };
        let people = everybody.people.iter().map(|(name, browser)| (*name, cookies(browser))).collect();
        let crowd = Self { people, router: router.unwrap(), everybody };
        crowd.settle().await;
        crowd
    }

    /// Until nothing is being read back of what was created any more.
    async fn settle(&self) {
        let database = self.everybody.world.open_database().await;
        let under_way = "SELECT COUNT(*) FROM onboarding WHERE next_attempt_at IS NOT NULL OR lease IS NOT NULL";
        while sqlx::query_scalar::<_, i64>(under_way).fetch_one(database.read()).await.unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        database.close().await;
    }

    /// Sends as many made-up inputs as are wanted, as the named people in turn; answers how many were sent.
    pub(super) async fn bombard(
        &self,
        dice: &mut Dice,
        count: usize,
        who: &[&str],
        make: impl Fn(&mut Dice) -> Sent + Clone + Send + 'static,
    ) -> usize {
        let people: Arc<[String]> =
            self.people.iter().filter(|(name, _)| who.contains(name)).map(|(_, cookies)| cookies.clone()).collect();
        let askers = (0..AT_ONCE).map(|first| {
            let (router, people, make, mut dice) = (self.router.clone(), people.clone(), make.clone(), dice.fork());
            tokio::spawn(async move {
                let mut sent = 0;
                for at in (first..count).step_by(AT_ONCE) {
                    let input = make(&mut dice);
                    if let Some(request) = input.request(&people[at % people.len()]) {
                        let (status, took) = answered(&router, request).await;
                        judge(status, &input);
                        if took > LONGEST {
                            is_not_slow_again(&router, &input, &people[at % people.len()]).await;
                        }
                        sent += 1;
                    }
                }
                sent
            })
        });
        let mut sent = 0;
        for asker in askers.collect::<Vec<_>>() {
            sent += asker.await.unwrap();
        }
        let resident = resident_megabytes();
        assert!(resident < MEMORY_MEGABYTES, "{resident} MB are in use");
        sent
    }

    /// Every row of every table that says what anybody has done or may do.
    pub(super) async fn rows(&self) -> BTreeMap<&'static str, Vec<String>> {
        let database = self.everybody.world.open_database().await;
        let mut found = BTreeMap::new();
        for table in TABLES {
            let columns = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')")))
                .fetch_all(database.read())
                .await
                .unwrap();
            let volatile = ["lease", "lease_until_at", "due_at", "used_at", "checked_at", "check_tried_at"];
            let columns = columns.iter().map(|row| row.get::<String, _>(0));
            let columns = columns.filter(|name| !volatile.contains(&name.as_str()));
            let columns = columns.map(|name| format!("quote({name})")).collect::<Vec<_>>();
            assert!(!columns.is_empty(), "there is no table {table}");
            let sql = format!("SELECT {} FROM {table} ORDER BY 1", columns.join(" || ' ' || "));
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(database.read()).await.unwrap();
            found.insert(table, rows.iter().map(|row| row.get(0)).collect());
        }
        database.close().await;
        found
    }

    /// The rows that belong to one of these onboardings, which a table names in its first column or its second; in a
    /// later one somebody may have typed anything.
    pub(super) async fn rows_of(&self, ids: &[&str]) -> Vec<String> {
        let rows = self.rows().await.into_values().flatten();
        let is_of = |row: &str, id: &str| row.split(' ').take(2).any(|column| column.trim_matches('\'') == id);
        rows.filter(|row| ids.iter().any(|id| is_of(row, id))).collect()
    }
}

/// Left out are the audit, which is to grow, sessions, and what is read of upstreams.
const TABLES: [&str; 12] = [
    "country_lesson",
    "credential",
    "daily_creates",
    "domain_reservation",
    "onboarding",
    "onboarding_event",
    "onboarding_evidence",
    "operator",
    "partner_tenant",
    "provider_connection",
    "reseller_setting",
    "tenant_act",
];

/// Compares table by table, so that a failure shows a row and not the database.
pub(super) fn changed_nothing(
    before: &BTreeMap<&'static str, Vec<String>>,
    after: &BTreeMap<&'static str, Vec<String>>,
    who: &[&str],
) {
    for (table, rows) in after {
        let changed: Vec<_> = rows.iter().filter(|row| !before[table].contains(row)).collect();
        assert!(changed.is_empty(), "{who:?} have changed {table}: {changed:#?} among {:#?}", before[table]);
        assert_eq!(rows.len(), before[table].len(), "{who:?} have removed rows of {table}");
    }
}

async fn answered(router: &Router, request: Incoming) -> (u16, Duration) {
    let started = Instant::now();
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    to_bytes(answer.into_body(), 16 << 20).await.unwrap();
    (status, started.elapsed())
}

async fn is_not_slow_again(router: &Router, input: &Sent, cookies: &str) {
    let mut fastest = Duration::MAX;
    for _ in 0..3 {
        let (status, took) = answered(router, input.request(cookies).unwrap()).await;
        judge(status, input);
        fastest = fastest.min(took);
    }
    assert!(fastest <= LONGEST, "answered after {fastest:?}: {}", shortened(input));
}

fn judge(status: u16, input: &Sent) {
    assert!(status < 500, "{status}: {}", shortened(input));
}

fn shortened(input: &Sent) -> String {
    let body = String::from_utf8_lossy(&input.body);
    let body: String = body.chars().take(4_000).collect();
    format!("{} {} ({:?}) {body}", input.method, input.path, input.content_type)
}

/// A value that is of no use, or of use in another place.
fn value(dice: &mut Dice, ids: &[String]) -> Value {
    match dice.below(10) {
        0 => Value::Null,
        1 => json!(dice.once_in(2)),
        2 => dice.number_text().parse::<serde_json::Number>().map_or(json!(-1), Value::Number),
        3 => json!([]),
        4 => json!([dice.text(), { "a": dice.text() }]),
        5 => json!({ "a": null, "": dice.text() }),
        6 => {
            let depth = dice.below(100);
            (0..depth).fold(json!(1), |inner, at| if at % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) })
        }
        7 => json!(dice.of(ids)),
        _ => json!(dice.text()),
    }
}

/// How many values there are in one.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Object(fields) => fields.values().map(nodes).sum(),
        Value::Array(items) => items.iter().map(nodes).sum(),
        _ => 0,
    }
}

/// The numbered value in one.
fn node<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Object(fields) => fields.values_mut().find_map(|inner| node(inner, number)),
        Value::Array(items) => items.iter_mut().find_map(|inner| node(inner, number)),
        _ => None,
    }
}

/// A question with one of its values exchanged, or with a field too many or too few.
fn restructured(dice: &mut Dice, sample: &Value, ids: &[String]) -> Value {
    let mut question = sample.clone();
    for _ in 0..=dice.below(3) {
        let mut number = dice.below(nodes(&question));
        let Some(target) = node(&mut question, &mut number) else { continue };
        match (dice.below(4), target) {
            (0, Value::Object(fields)) => {
                let name = fields.keys().nth(dice.below(fields.len())).cloned().unwrap_or_default();
                fields.remove(&name);
            }
            (1, Value::Object(fields)) => {
                let name = if dice.once_in(4) { dice.text() } else { (*dice.of(&FORBIDDEN)).to_owned() };
                fields.insert(name, value(dice, ids));
            }
            (_, target) => *target = value(dice, ids),
        }
    }
    question
}

/// One made-up question to a function.
fn question(dice: &mut Dice, function: &Request, sample: &Value, ids: &[String]) -> Sent {
    let as_json = |value: &Value| serde_json::to_vec(value).unwrap();
    let body = match dice.below(10) {
        0 => dice.bytes(200),
        1 => {
            let inner = sample.to_string();
            // Keys twice, numbers that are none, much too deep: what no value of the library can hold.
            match dice.below(4) {
                0 => format!("{}{}", inner.trim_end_matches('}'), ",\"id\":1,\"id\":2}").into_bytes(),
                1 => inner.replacen('"', dice.number_text(), 1).into_bytes(),
                2 => "[".repeat(dice.below(60_000)).into_bytes(),
                _ => [b"\xEF\xBB\xBF".as_slice(), inner.as_bytes()].concat(),
            }
        }
        2 | 3 => dice.mutated(&as_json(sample)),
        _ => as_json(&restructured(dice, sample, ids)),
    };
    let content_type = match dice.below(8) {
        0 => Some((*dice.of(&CONTENT_TYPES)).to_owned()),
        1 => None,
        2 => {
            Some(format!("application/json; {}", String::from_utf8_lossy(&dice.bytes(8)).replace(char::is_control, "")))
        }
        _ => Some("application/json".to_owned()),
    };
    let path = match dice.below(12) {
        0 => format!("{}/", function.pattern),
        1 => format!("{}?{}={}", function.pattern, dice.of(&FORBIDDEN), dice.below(9)),
        2 => function.pattern.replacen('a', "%61", 1),
        _ => function.pattern.clone(),
    };
    Sent { method: function.method.clone(), path, content_type, body }
}

/// Ids that are somebody's, and some that are nobody's.
fn ids_of(everybody: &Everybody) -> Arc<[String]> {
    let ids = everybody.records.iter().map(|(_, id)| id.clone());
    ids.chain([
        Uuid::nil().to_string(),
        RELECLOUD.to_owned(),
        FIRST_UP.to_owned(),
        "0b1ec700-0000-4000-8000-000000000001".to_owned(),
    ])
    .collect()
}

/// Which records are not a person's business at all: neither to see nor to change.
pub(super) fn foreign_to(everybody: &Everybody, person: &str) -> Vec<String> {
    let foreign: &[&str] = match person {
        "reseller A" => &["manager 1's for B", "manager 1's draft"],
        "reseller B" => &["reseller A's", "manager 1's draft"],
        "manager 2" | "administrator" => &["manager 1's draft"],
        _ => &[],
    };
    everybody.records.iter().filter(|(name, _)| foreign.contains(name)).map(|(_, id)| id.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_input_to_a_server_function_is_too_much_for_it() {
    let trial = Trial::begin("no_input_to_a_server_function_is_too_much_for_it");
    let (mut dice, crowd) = (trial.dice(), Crowd::gather().await);
    let ids = ids_of(&crowd.everybody);
    let each = trial.size(100_000, 200);
    let functions: Vec<_> = inventory().into_iter().filter(Request::is_function).collect();
    let mut sent = 0;
    // First those who may do nothing, over whom nothing may change; then each of the others, over whom nothing of those
    // may that are none of theirs.
    let others = crowd.people.iter().map(|(name, _)| *name).filter(|name| !POWERLESS.contains(name));
    for who in std::iter::once(POWERLESS.to_vec()).chain(others.map(|name| vec![name])) {
        let share = each * who.len() / crowd.people.len() + 1;
        let foreign = match who.as_slice() {
            [person] => foreign_to(&crowd.everybody, person),
            _ => Vec::new(),
        };
        let foreign = foreign.iter().map(String::as_str).collect::<Vec<_>>();
        let before = if who.len() > 1 { crowd.rows().await } else { BTreeMap::new() };
        let foreign_before = crowd.rows_of(&foreign).await;
        for function in &functions {
            let sample: Value = serde_json::from_str(&function.body(&crowd.everybody.records[0].1)).unwrap();
            assert!(sample.as_object().is_some_and(|fields| !fields.is_empty()), "{} has no sample", function.pattern);
            let (function, ids) = (function.clone(), Arc::clone(&ids));
            let make = move |dice: &mut Dice| question(dice, &function, &sample, &ids);
            sent += crowd.bombard(&mut dice, share, &who, make).await;
        }
        if who.len() > 1 {
            changed_nothing(&before, &crowd.rows().await, &who);
        }
        assert_eq!(crowd.rows_of(&foreign).await, foreign_before, "{who:?} has changed what is another's");
    }
    trial.end(sent, "inputs in process");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_input_to_a_server_function_is_too_much_for_it_over_a_socket_either() {
    let trial = Trial::begin("no_input_to_a_server_function_is_too_much_for_it_over_a_socket_either");
    let (mut dice, crowd) = (trial.dice(), Crowd::gather().await);
    let ids = ids_of(&crowd.everybody);
    let client = reseller_portal::http::client("test").unwrap();
    let each = trial.size(5_000, 20);
    let mut sent = 0;
    for function in inventory().into_iter().filter(Request::is_function) {
        let sample: Value = serde_json::from_str(&function.body(&crowd.everybody.records[0].1)).unwrap();
        for at in 0..each {
            let input = question(&mut dice, &function, &sample, &ids);
            let (_, cookies) = &crowd.people[at % crowd.people.len()];
            let url = crowd.everybody.world.url.join(&input.path).unwrap();
            let mut request = client
                .request(input.method.clone(), url)
                .header("sec-fetch-site", "same-origin")
                .header(header::COOKIE, cookies);
            if let Some(content_type) = &input.content_type {
                request = request.header(header::CONTENT_TYPE, content_type);
            }
            let Ok(request) = request.body(input.body.clone()).build() else { continue };
            let answer = client.execute(request).await.unwrap();
            judge(answer.status().as_u16(), &input);
            answer.bytes().await.unwrap();
            sent += 1;
        }
    }
    assert!(resident_megabytes() < MEMORY_MEGABYTES);
    trial.end(sent, "inputs over a socket");
}

#[tokio::test]
async fn a_field_that_a_question_must_not_have_changes_no_answer() {
    let trial = Trial::begin("a_field_that_a_question_must_not_have_changes_no_answer");
    let crowd = Crowd::gather().await;
    let absent = Uuid::nil().to_string();
    let mut tried = 0;
    for function in inventory().into_iter().filter(Request::is_function) {
        let sample: Value = serde_json::from_str(&function.body(&absent)).unwrap();
        for (name, cookies) in &crowd.people {
            let mut answers = Vec::new();
            for field in std::iter::once(None).chain(FORBIDDEN.iter().map(Some)) {
                let mut question = sample.clone();
                if let Some(field) = field {
                    let fields = question.as_object_mut().unwrap();
                    for inner in fields.values_mut().filter_map(Value::as_object_mut) {
                        inner.insert((*field).to_owned(), json!(FIRST_UP));
                    }
                    fields.insert((*field).to_owned(), json!(FIRST_UP));
                }
                let sent = Sent {
                    method: function.method.clone(),
                    path: function.pattern.clone(),
                    content_type: Some("application/json".to_owned()),
                    body: serde_json::to_vec(&question).unwrap(),
                };
                let answer = crowd.router.clone().oneshot(sent.request(cookies).unwrap()).await.unwrap();
                let status = answer.status();
                answers.push((field, status, to_bytes(answer.into_body(), 1 << 20).await.unwrap()));
                tried += 1;
            }
            let (_, status, body) = &answers[0];
            for (field, other_status, other_body) in &answers {
                assert_eq!((status, body), (other_status, other_body), "{} as {name} with {field:?}", function.pattern);
            }
        }
    }
    trial.end(tried, "questions with a field too many");
}
