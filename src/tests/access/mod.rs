//! Who is answered what: everybody, every address, every server function, on everybody's records. What is right stands
//! in `ACCESS.md`; an address or a function that is missing there fails these tests.
#![expect(clippy::disallowed_methods, reason = "ids that nobody has, and a switch")]

mod browsers;
mod canaries;
mod changes;
mod foreign;
mod headers;
mod leaks;
mod origins;
mod shared_cache;
pub(crate) mod strangers;

use std::{collections::BTreeSet, fmt::Write, path::Path};

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{
    browser::{Browser, Page},
    resellers::{ALEX, MEGAN, RELECLOUD, connect, sign_in_as_reseller, tell},
    support::{ADELE, World, domain_question, fill_in, onboard, wingtip_with},
};

const DIEGO: &str = "diego@tailwind.example";
const GRADY: &str = "grady@tailwind.example";
const IRVIN: &str = "irvin@tailwind.example";

/// The columns of the table, in the order in which everybody asks.
pub(crate) const PEOPLE: [&str; 9] = [
    "anonymous",
    "no role",
    "shut out",
    "support",
    "reseller B",
    "manager 2",
    "manager 1",
    "reseller A",
    "administrator",
];

/// Starts the table in the document.
const TABLE: &str = "| Request | Record |";

/// With this the test writes the table instead of comparing it.
const UPDATE: &str = "PORTAL_UPDATE_ACCESS";

/// One address and method, or one server function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) pattern: String,
}

impl Request {
    pub(crate) fn is_function(&self) -> bool {
        self.pattern.starts_with("/api/")
    }

    /// Whether a record is asked for.
    fn names_a_record(&self) -> bool {
        self.pattern.contains("{id}") || self.body("").contains("\"id\"") || self.pattern.starts_with("/customers/new")
    }

    /// What is sent along: as little as comes as far as the question whose record it is.
    pub(crate) fn body(&self, id: &str) -> String {
        match self.pattern.as_str() {
            "/api/check-domain" => {
                domain_question("nobodyhasthis").to_string()
            }
            "/api/find-tenant" => {
                json!({ "question": { "company_name": "Nobody", "email": "", "prefix": "", "reseller_id": "", "draft": "" } })
                    .to_string()
            }
            "/api/check-address" => {
                let (line, city) = ("One Microsoft Way", "Redmond");
                json!({ "address": { "address_line1": line, "address_line2": "", "city": city, "state": "WA",
                        "postal_code": "98052", "country": "US" } })
                .to_string()
            }
            "/api/search-resellers" => json!({ "query": "" }).to_string(),
            "/api/check-reseller" | "/api/usual-choices" => json!({ "reseller": RELECLOUD }).to_string(),
            "/api/country-rules" => json!({ "country": "US" }).to_string(),
            "/api/claim-credentials" => json!({ "id": id, "token": "t" }).to_string(),
            "/api/confirm-credentials" => json!({ "id": id }).to_string(),
            "/customers/new" => format!("intent=save&draft={id}"),
            "/customers/new/save" => format!("draft={id}"),
            "/api/split-address" => {
                json!({ "text": "One Microsoft Way\nRedmond, WA 98052", "country": "US" }).to_string()
            }
            "/customers/{id}/agreement" | "/customers/{id}/agreement/check" | "/customers/{id}/password" => {
                format!("act={}", Uuid::now_v7())
            }
            _ if self.is_function() => "{}".to_owned(),
            _ => String::new(),
        }
    }

    /// Method, address, and content type with body, for a record.
    fn as_sent(&self, id: &str) -> (Method, String, Option<(&'static str, String)>) {
        let mut path = self.pattern.replace("{id}", id);
        if self.method == Method::GET {
            if path == "/customers/new" {
                path = format!("{path}?draft={id}");
            }
            return (Method::GET, path, None);
        }
        let content_type = if self.is_function() { "application/json" } else { "application/x-www-form-urlencoded" };
        (self.method.clone(), path, Some((content_type, self.body(id))))
    }

    async fn ask(&self, browser: &mut Browser, id: &str) -> Page {
        let (method, path, body) = self.as_sent(id);
        browser.ask(method, &path, body).await
    }
}

/// Every address of the route table, as its source has it, and every registered server function; signing out comes
/// last.
pub(crate) fn inventory() -> Vec<Request> {
    let source = |file: &str| std::fs::read_to_string(Path::new("src").join(file)).unwrap();
    let constants = source("paths.rs");
    let constant = |name: &str| {
        let start = format!("pub const {name}: &str = \"");
        let rest = constants.split_once(&start).unwrap_or_else(|| panic!("paths::{name}")).1;
        rest.split('"').next().unwrap().to_owned()
    };
    let mut requests = Vec::new();
    for file in ["server/mod.rs", "server/auth.rs"] {
        let text = source(file);
        let code = text.split("mod tests {").next().unwrap();
        for route in code.split(".route(").skip(1) {
            let (address, handlers) = route.split_once(',').unwrap();
            let handlers = handlers.split("\n        .").next().unwrap();
            let pattern = match address.trim() {
                literal if literal.starts_with('"') => literal.trim_matches('"').to_owned(),
                name if name.starts_with("paths::") => constant(&name["paths::".len()..]),
                functions if functions.starts_with("&format!") => continue,
                other => panic!("{file}: what is {other}?"),
            };
            for (word, method) in [("get(", Method::GET), ("post(", Method::POST)] {
                if handlers.contains(word) {
                    requests.push(Request { method, pattern: pattern.clone() });
                }
            }
        }
    }
    let functions = leptos::server_fn::axum::server_fn_paths();
    let mut functions: Vec<_> =
        functions.map(|(pattern, method)| Request { method, pattern: pattern.to_owned() }).collect();
    functions.sort_by(|a, b| a.pattern.cmp(&b.pattern));
    requests.extend(functions);
    requests.sort_by_key(|request| request.pattern == "/auth/sign-out");
    requests
}

/// A portal in which everybody has something, and everybody at a browser.
pub(crate) struct Everybody {
    pub(crate) world: World,
    pub(crate) people: Vec<(&'static str, Browser)>,
    /// What there is to ask for.
    pub(crate) records: Vec<(&'static str, String)>,
}

fn id_of(page: &Page) -> String {
    page.url.path().split('/').nth(2).unwrap().to_owned()
}

impl Everybody {
    pub(crate) async fn gather() -> Self {
        let world = World::set(&[("PORTAL_RATE_FACTOR", "100000")]).await;
        let mut nestor = connect(&world).await;
        let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
        let (alex, _) = sign_in_as_reseller(&world, ALEX).await;
        let mut adele = world.browser_of(ADELE).await;
        let mut nobody = world.browser();
        nobody.sign_in(IRVIN).await;
        tell(&world, &format!("/_simulator/people/{IRVIN}"), &json!({ "roles": ["Portal.AccountManager"] })).await;
        let shut_out = world.browser_of(IRVIN).await;
        let irvin = [("tid", "a1b2c3d4-0000-4000-8000-00000000c0de"), ("oid", "0b1ec700-0000-4000-8000-000000000006")];
        nestor.post("/settings/people", &[irvin[0], irvin[1], ("access", "end")]).await;

        let of_a = onboard(&mut megan, &wingtip_with(&[("company_name", "Canary A"), ("domain", "canarya")])).await;
        let for_b = [
            ("reseller_id", RELECLOUD),
            ("reseller_search", "ReleCloud"),
            ("company_name", "Canary B"),
            ("domain", "canaryb"),
        ];
        let for_b = onboard(&mut adele, &wingtip_with(&for_b)).await;
        let draft =
            fill_in(&mut adele, &wingtip_with(&[("company_name", "Canary Draft"), ("domain", "canarydraft")])).await;
        let records = vec![
            ("reseller A's", id_of(&of_a)),
            ("manager 1's for B", id_of(&for_b)),
            ("manager 1's draft", id_of(&draft)),
        ];
        let people = vec![
            ("anonymous", world.browser()),
            ("no role", nobody),
            ("shut out", shut_out),
            ("support", world.browser_of(GRADY).await),
            ("reseller B", alex),
            ("manager 2", world.browser_of(DIEGO).await),
            ("manager 1", adele),
            ("reseller A", megan),
            ("administrator", nestor),
        ];
        assert!(people.iter().map(|(name, _)| name).eq(&PEOPLE));
        Self { world, people, records }
    }

    /// The answers of everybody to one request for one record, in a cell each.
    async fn row(&mut self, request: &Request, record: &str, id: Option<&str>) -> String {
        let mut row = format!("| `{} {}` | {record} |", request.method, request.pattern);
        for (_, browser) in &mut self.people {
            // What nobody has is another one each time: a form may make something of it.
            let id = id.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
            let page = request.ask(browser, &id).await;
            let to_sign_in = page.header("location").is_some_and(|to| to.starts_with("/sign-in"));
            write!(row, " {}{} |", page.status.as_u16(), if to_sign_in { " sign-in" } else { "" }).unwrap();
        }
        row
    }

    async fn table(&mut self) -> String {
        let mut table = format!("{TABLE} {} |\n|{}\n", PEOPLE.join(" | "), "---|".repeat(2 + PEOPLE.len()));
        for request in inventory() {
            if request.names_a_record() {
                for (record, id) in self.records.clone() {
                    table.push_str(&self.row(&request, record, Some(&id)).await);
                    table.push('\n');
                }
                table.push_str(&self.row(&request, "nobody's", None).await);
            } else {
                table.push_str(&self.row(&request, "", Some("")).await);
            }
            table.push('\n');
        }
        table
    }
}

pub(crate) fn switch(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[tokio::test]
async fn everybody_is_answered_as_the_table_of_accesses_says() {
    let path = Path::new("src/ACCESS.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (prose, written) = document.split_once(TABLE).map_or((document.as_str(), ""), |(prose, rest)| (prose, rest));
    let mut everybody = Everybody::gather().await;
    let found = everybody.table().await;
    if switch(UPDATE).is_some() {
        std::fs::write(path, format!("{prose}{found}")).unwrap();
        return;
    }
    let expected: Vec<String> = format!("{TABLE}{written}").lines().map(str::to_owned).collect();
    let differs: Vec<String> = found
        .lines()
        .filter(|line| !expected.iter().any(|known| known == line))
        .map(|line| format!("+ {line}"))
        .chain(
            expected.iter().filter(|line| !found.lines().any(|found| found == *line)).map(|line| format!("- {line}")),
        )
        .collect();
    assert!(differs.is_empty(), "not as src/ACCESS.md says:\n{}", differs.join("\n"));
    drop(everybody.world);
}

/// Every name of a field in a value.
fn fields_of(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            found.extend(fields.keys().cloned());
            fields.values().for_each(|value| fields_of(value, found));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| fields_of(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn what_a_server_function_answers_has_the_fields_that_it_may_have_and_no_other() {
    let rules = reseller_portal::domain::CountryRules::built_in(&"US".parse().unwrap());
    let mut of_rules = BTreeSet::new();
    fields_of(&serde_json::to_value(rules).unwrap(), &mut of_rules);
    let address =
        "advice tone words is_doubtful suggestions address_line1 address_line2 city state postal_code country";
    let allowed = |pattern: &str| -> BTreeSet<String> {
        let names = match pattern {
            "/api/country-rules" => return of_rules.clone(),
            "/api/check-address" | "/api/split-address" => address,
            "/api/check-domain" => "advice tone words candidates prefix",
            "/api/usual-choices" => "country culture language gdap",
            "/api/search-resellers" => "matches total id name mpn_id location state Inactive",
            "/api/claim-credentials" => "user_name password sign_in_address seconds_left",
            _ => "",
        };
        names.split_ascii_whitespace().map(str::to_owned).collect()
    };
    let mut everybody = Everybody::gather().await;
    let own = everybody.records.first().unwrap().1.clone();
    for request in inventory().into_iter().filter(Request::is_function) {
        for (name, browser) in &mut everybody.people {
            let page = request.ask(browser, &own).await;
            let mut found = BTreeSet::new();
            fields_of(&serde_json::from_str(&page.body).unwrap_or_default(), &mut found);
            let mut may: BTreeSet<String> = allowed(&request.pattern);
            if !page.status.is_success() {
                may = ["kind", "detail"].map(str::to_owned).into();
            }
            let more: Vec<_> = found.difference(&may).collect();
            assert!(more.is_empty(), "{} for {name}: {more:?}", request.pattern);
        }
    }
}

#[tokio::test]
async fn a_field_that_a_form_must_not_have_changes_nothing() {
    let mut everybody = Everybody::gather().await;
    let adele = "0b1ec700-0000-4000-8000-000000000001";
    let forbidden = [
        ("owner_tid", "a1b2c3d4-0000-4000-8000-00000000c0de"),
        ("owner_oid", adele),
        ("owner", adele),
        ("state", "created"),
        ("role", "Portal.Admin"),
        ("reseller", RELECLOUD),
        ("associated_partner_id", RELECLOUD),
        ("customer_id", adele),
        ("request_id", adele),
        ("may_create_direct", "true"),
    ];
    let (_, megan) = everybody.people.iter_mut().find(|(name, _)| *name == "reseller A").unwrap();
    let mut form = wingtip_with(&[("company_name", "Forbidden Fields"), ("domain", "forbiddenfields")]);
    // `state` is the address's in this form; the record's is none of its fields.
    form.extend(forbidden.iter().filter(|(name, _)| *name != "state"));
    let review = fill_in(megan, &form).await;
    assert!(review.body.contains("Create tenant for First Up Consultants"), "{}", review.body);
    assert!(!review.body.contains("ReleCloud"), "{}", review.body);
    let path = review.url.path().to_owned();
    assert!(megan.get("/").await.body.contains("Forbidden Fields"), "it is Megan's, and a draft");
    assert_eq!(megan.get("/settings").await.status, 403);
    for (name, browser) in everybody.people.iter_mut().filter(|(name, _)| *name != "reseller A") {
        let page = browser.get(&path).await;
        assert!(!page.body.contains("Forbidden Fields"), "{name}");
    }
}
