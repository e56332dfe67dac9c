//! Two resellers at work at the same time: nothing that one of them types, makes or is given is in any answer to the
//! other, be it a page, a function's answer or a file.
#![expect(clippy::print_stderr, reason = "figures, and how far it is")]

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;

use super::switch;
use crate::{
    browser::{Browser, Page, unescape},
    resellers::{ALEX, MEGAN, RELECLOUD, connect, sign_in_as_reseller},
    support::{ADELE, FIRST_UP, World, domain_question, fill_in, wingtip_with},
};

/// For how many seconds they work.
const SECONDS: &str = "PORTAL_CANARY_SECONDS";
/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(20);
/// So many of the other's latest secrets are looked for in each answer.
const LATEST: usize = 20;

/// A reseller's person at work, and what gives away who that is.
struct Side {
    word: &'static str,
    upn: &'static str,
    reseller: &'static str,
    name: &'static str,
}

const SIDES: [Side; 2] = [
    Side { word: "canarynorth", upn: MEGAN, reseller: FIRST_UP, name: "First Up" },
    Side { word: "canarysouth", upn: ALEX, reseller: RELECLOUD, name: "ReleCloud" },
];

/// What one side has come to own by now: addresses that the other side tries, and texts that it must never see.
#[derive(Default)]
struct Belongings {
    ids: Vec<String>,
    secrets: Vec<String>,
}

type Shared = Arc<[Mutex<Belongings>; 2]>;

/// One of the two, who looks at every answer for what is the other's.
struct Worker {
    at: usize,
    browser: Browser,
    shared: Shared,
    answers: u64,
}

impl Worker {
    fn own(&self) -> &'static Side {
        &SIDES[self.at]
    }

    fn other(&self) -> &'static Side {
        &SIDES[1 - self.at]
    }

    /// Not a trace of the other one, in whatever case, in headers and body.
    fn look(&mut self, page: &Page) {
        self.answers += 1;
        let text = format!("{} {:?} {}", page.url, page.headers, unescape(&page.body));
        let lower = text.to_lowercase();
        let Side { word, reseller, name, .. } = self.other();
        for canary in [*word, *reseller, &name.to_lowercase()] {
            assert!(!lower.contains(canary), "{} is shown {canary}: {text}", self.own().word);
        }
        let others = self.shared[1 - self.at].lock().unwrap();
        for secret in others.secrets.iter().rev().take(LATEST) {
            assert!(!text.contains(secret.as_str()), "{} is shown a password of the other's: {text}", self.own().word);
        }
    }

    async fn get(&mut self, path: &str) -> Page {
        let page = self.browser.get(path).await;
        self.look(&page);
        page
    }

    /// For addresses that the worker itself has to name the other's id in: the answer must not add to it.
    async fn try_foreign(&mut self) {
        let Some(id) = self.shared[1 - self.at].lock().unwrap().ids.last().cloned() else { return };
        for path in [format!("/customers/{id}"), format!("/customers/new?draft={id}"), format!("/customers?q={id}")] {
            let mut page = self.browser.ask(Method::GET, &path, None).await;
            page.body = page.body.replace(&id, "");
            self.look(&page);
        }
        let claim = json!({ "id": id, "token": "t" });
        let refused = self.browser.call("/api/claim-credentials", &claim).await;
        assert_eq!(refused.status, 404, "{}", refused.body);
        self.look(&refused);
        let stolen = self.browser.post(&format!("/customers/{id}/copy"), &[]).await;
        assert_eq!(stolen.status, 404, "{}", stolen.body);
        self.look(&stolen);
    }

    /// A customer from the form to the stored password, with the own word in every field that takes a text.
    async fn onboard(&mut self, world: &World, number: usize) {
        let canary = self.own().word;
        let (company, domain) = (format!("{canary} {number}"), format!("{canary}{number}"));
        let (street, email) = (format!("{number} {canary} Way"), format!("{canary}@{domain}.example"));
        let form = wingtip_with(&[
            ("company_name", &company),
            ("domain", &domain),
            ("address_line1", &street),
            ("address_line2", canary),
            ("first_name", canary),
            ("last_name", canary),
            ("email", &email),
        ]);
        let review = fill_in(&mut self.browser, &form).await;
        self.look(&review);
        let hash = review.value("payload_hash").unwrap_or_else(|| panic!("{}", review.body));
        let mut page = self.browser.post(review.url.path(), &[("payload_hash", &hash)]).await;
        let path = page.url.path().to_owned();
        while page.body.contains("data-phase=\"waiting\"") {
            page = self.get(&path).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.look(&page);
        let made = world.simulator.ledger().customers;
        let tenant = made.iter().rev().find(|tenant| tenant.domain.starts_with(&format!("{domain}."))).unwrap();
        {
            let mut own = self.shared[self.at].lock().unwrap();
            own.ids.push(path.rsplit('/').next().unwrap().to_owned());
            own.secrets.push(tenant.password.clone());
        }
        let token = page.value("token").unwrap_or_else(|| panic!("{}", page.body));
        let shown = self.browser.post(&format!("{path}/credentials"), &[("token", &token)]).await;
        assert!(unescape(&shown.body).contains(&tenant.password), "the own password is shown: {}", shown.body);
        self.look(&shown);
        let stored = self.browser.post(&format!("{path}/credentials/stored"), &[]).await;
        self.look(&stored);
    }

    /// One turn: a customer, a draft, everything there is to look at, and the other's ids.
    async fn turn(&mut self, world: &World, number: usize) {
        let canary = self.own().word;
        self.onboard(world, number).await;
        let draft = self.get("/customers/new").await.value("draft").unwrap();
        let fields = [("draft", draft.as_str()), ("intent", "save"), ("company_name", canary), ("domain", canary)];
        let saved = self.browser.post("/customers/new", &fields).await;
        self.look(&saved);
        for path in [
            "/",
            "/customers",
            "/customers?q=canary",
            "/customers?sort=company",
            "/customers?sort=changed&state=created",
            "/customers?q=winery&unopened=yes",
            "/customers/export.csv",
            "/customers/export.csv?q=canary&sort=company",
            "/resellers",
            "/audit",
            "/settings",
        ] {
            let page = self.get(path).await;
            let has_own = page.status == 200 && page.body.to_lowercase().contains(canary);
            assert!(has_own || path != "/customers", "the own customers are there: {}", page.body);
        }
        let other = self.other().word;
        for (function, body) in [
            ("/api/search-resellers", json!({ "query": "" })),
            ("/api/check-domain", domain_question(&format!("{canary}{number}"))),
            ("/api/country-rules", json!({ "country": "US" })),
        ] {
            let answer = self.browser.call(function, &body).await;
            self.look(&answer);
        }
        // Whose tenant a taken domain is, nobody is told.
        let asked = format!("{other}{number}");
        let mut taken = self.browser.call("/api/check-domain", &domain_question(&asked)).await;
        // What was asked for is repeated, also in what may be had instead.
        taken.body = taken.body.replace(&asked, "");
        self.look(&taken);
        self.try_foreign().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_resellers_at_work_see_nothing_of_each_other() {
    let seconds = switch(SECONDS).and_then(|text| text.parse().ok()).unwrap_or(4);
    let lots = "10000000";
    let world = World::set(&[
        ("PORTAL_RATE_FACTOR", "100000"),
        ("PORTAL_CREATES_PER_DAY", lots),
        ("PORTAL_CREATES_PER_DAY_PERSON", lots),
        ("PORTAL_CREATES_PER_DAY_RESELLER", lots),
    ])
    .await;
    let world = Arc::new(world);
    connect(&world).await;
    world.browser_of(ADELE).await.get("/resellers").await;
    let shared: Shared = Arc::default();
    let started = Instant::now();
    let workers = (0..SIDES.len()).map(|at| {
        let (world, shared) = (Arc::clone(&world), Arc::clone(&shared));
        tokio::spawn(async move {
            let (browser, _) = sign_in_as_reseller(&world, SIDES[at].upn).await;
            let mut worker = Worker { at, browser, shared, answers: 0 };
            let (mut turns, mut said) = (0, Instant::now());
            // At least two turns each, so that there is something of the other's to be seen.
            while turns < 2 || started.elapsed().as_secs() < seconds {
                turns += 1;
                worker.turn(&world, turns).await;
                if said.elapsed() > PROGRESS {
                    said = Instant::now();
                    let so_far = started.elapsed().as_secs_f64();
                    eprintln!("{}: {turns} customers, {} answers after {so_far:.0} s", SIDES[at].word, worker.answers);
                }
            }
            (turns, worker.answers)
        })
    });
    let (mut customers, mut answers) = (0, 0);
    for worker in workers.collect::<Vec<_>>() {
        let (made, seen) = worker.await.unwrap();
        customers += made;
        answers += seen;
    }
    let bound = 3.0 / f64::from(u32::try_from(answers).unwrap());
    let took = started.elapsed().as_secs_f64();
    eprintln!(
        "{customers} customers, {answers} answers in {took:.0} s, 0 of the other's canaries (95%: below {bound:.6})"
    );
    assert_eq!(world.simulator.ledger().customers.len(), customers);
}

#[cfg(feature = "torture")]
#[test]
fn without_the_owner_filter_they_would() {
    crate::planted::Planted(reseller_portal::sabotage::Bug::NoOwnerFilter).must_fail_with(
        "access::canaries::two_resellers_at_work_see_nothing_of_each_other",
        "is shown canary",
        &[(SECONDS, "1")],
    );
}
