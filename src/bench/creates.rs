//! Onboardings under load: the portal's own share of a create, a claim, and what many creates in flight do to everybody
//! else.

use std::time::{Duration, Instant};

use super::{browser::Browser, figures::Figures, percentile, processes::Processes};

/// Onboardings whose own share is measured.
const CREATES: usize = 150;
/// Creates that are in flight while the portal's own share is measured.
const IN_FLIGHT: usize = 50;
/// Creates against an upstream that does not answer for a minute.
const FLOOD: usize = 500;
/// Pages of which the slowest are looked at.
const PAGES: usize = 600;
/// Pages that are asked for at once.
const READERS: usize = 4;

/// A draft that waits for its approval.
struct Reviewed {
    address: String,
    payload_hash: String,
}

/// Fills in the form and sends it; `number` makes the customer another one than all before.
async fn review(browser: &mut Browser, number: usize) -> Reviewed {
    let draft = browser.get("/customers/new").await.value("draft").expect("a draft");
    let (name, domain) = (format!("Wingtip Toys {number}"), format!("wingtiptoys{number}"));
    let fields = [
        ("customer_of", "reseller"),
        ("reseller_id", "484e548c-f5f3-4528-93a9-c16c6373cb59"),
        ("country", "US"),
        ("company_name", &name),
        ("domain", &domain),
        ("address_line1", "One Microsoft Way"),
        ("city", "Redmond"),
        ("state", "WA"),
        ("postal_code", "98052"),
        ("first_name", "Gena"),
        ("last_name", "Soto"),
        ("email", "Gena@wingtiptoys.com"),
        ("phone", "4255550101"),
        ("culture", "en-US"),
        ("language", "en"),
        ("gdap", "on"),
        ("draft", &draft),
        ("intent", "continue"),
    ];
    let review = browser.post("/customers/new", &fields).await;
    let payload_hash = review.value("payload_hash").unwrap_or_else(|| panic!("no review: {}", review.body));
    Reviewed { address: review.url.path().to_owned(), payload_hash }
}

/// Approves, and answers the address of the customer's page.
async fn approve(browser: &mut Browser, reviewed: &Reviewed) -> String {
    let page = browser.post(&reviewed.address, &[("payload_hash", &reviewed.payload_hash)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.url.path().to_owned()
}

/// What the portal itself says of its share while [`IN_FLIGHT`] creates wait for an upstream that takes a second: one is
/// approved as often as one is answered.
async fn own_share_in_flight(processes: &Processes, browser: &mut Browser, first: usize) -> Vec<f64> {
    let count = 3 * IN_FLIGHT;
    let upstream = Duration::from_secs(1);
    let mut reviewed = Vec::new();
    for number in 0..count {
        reviewed.push(review(browser, first + number).await);
    }
    processes.slow_creates(count, upstream).await;
    let mut ticks = tokio::time::interval(upstream / u32::try_from(IN_FLIGHT).expect("a small number"));
    let mut approvals = Vec::new();
    for reviewed in reviewed {
        ticks.tick().await;
        let mut browser = browser.clone();
        approvals.push(tokio::spawn(async move { approve(&mut browser, &reviewed).await }));
    }
    for approval in approvals {
        approval.await.expect("an approval");
    }
    let mut own = processes.own_milliseconds(first + count).await;
    own.split_off(first)
}

/// Milliseconds from asking for a password to having the whole page with it.
async fn claims(browser: &mut Browser, customers: &[String]) -> Vec<f64> {
    let mut took = Vec::new();
    for address in customers {
        let token = browser.get(address).await.value("token").expect("a created customer");
        let started = Instant::now();
        let page = browser.post(&format!("{address}/credentials"), &[("token", &token)]).await;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(page.status, 200, "{}", page.body);
    }
    took
}

/// What [`FLOOD`] creates in flight do.
struct Flood {
    /// Milliseconds of each page before.
    before: Vec<f64>,
    /// Milliseconds of each page meanwhile.
    meanwhile: Vec<f64>,
    /// Resident memory meanwhile, in MB.
    resident: f64,
}

/// Approves [`FLOOD`] creates that the upstream does not answer for a minute, and looks at pages meanwhile.
async fn flood(processes: &Processes, browser: &mut Browser, first: usize) -> Flood {
    let mut reviewed = Vec::new();
    for number in 0..FLOOD {
        reviewed.push(review(browser, first + number).await);
    }
    let before = pages(browser).await;
    processes.slow_creates(10 * FLOOD, Duration::from_mins(1)).await;
    approve_all(browser, reviewed).await;
    // Let the load of the approvals themselves pass.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let meanwhile = pages(browser).await;
    Flood { before, meanwhile, resident: processes.resident_megabytes() }
}

async fn approve_all(browser: &Browser, reviewed: Vec<Reviewed>) {
    let approvals = reviewed.into_iter().map(|reviewed| {
        let mut browser = browser.clone();
        tokio::spawn(async move { approve(&mut browser, &reviewed).await })
    });
    for approval in approvals.collect::<Vec<_>>() {
        approval.await.unwrap();
    }
}

/// Milliseconds of each of [`PAGES`] pages, [`READERS`] at a time.
async fn pages(browser: &Browser) -> Vec<f64> {
    let readers = (0..READERS).map(|_| {
        let mut browser = browser.clone();
        tokio::spawn(async move {
            let mut took = Vec::new();
            for _ in 0..PAGES / READERS {
                let started = Instant::now();
                assert_eq!(browser.get("/customers/new").await.status, 200);
                took.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            took
        })
    });
    let mut all = Vec::new();
    for reader in readers.collect::<Vec<_>>() {
        all.extend(reader.await.unwrap());
    }
    all
}

/// Onboards customers one after the other; answers what the portal itself says of its share, and their addresses.
async fn one_after_another(processes: &Processes, browser: &mut Browser) -> (Vec<f64>, Vec<String>) {
    let mut customers = Vec::new();
    for number in 0..CREATES {
        let reviewed = review(browser, number).await;
        customers.push(approve(browser, &reviewed).await);
    }
    (processes.own_milliseconds(CREATES).await, customers)
}

/// Measures all of it.
pub(super) async fn measure(figures: &mut Figures, processes: &Processes, browser: &mut Browser) {
    let (own, customers) = one_after_another(processes, browser).await;
    figures.know("own share of a create, p50", percentile(&own, 50), "ms");
    figures.most("own share of a create, p99", percentile(&own, 99), "ms", 10.0);
    let claims = claims(browser, &customers).await;
    figures.most("a claim with its page, p50", percentile(&claims, 50), "ms", 3.0);
    let own = own_share_in_flight(processes, browser, CREATES).await;
    figures.most("own share with 50 creates in flight, p50", percentile(&own, 50), "ms", 5.0);
    figures.most("own share with 50 creates in flight, p99", percentile(&own, 99), "ms", 15.0);
    let Flood { before, meanwhile, resident } = flood(processes, browser, CREATES + own.len()).await;
    let (before, meanwhile) = (percentile(&before, 99), percentile(&meanwhile, 99));
    figures.know("form page p99 before 500 creates are in flight", before, "ms");
    figures.know("form page p99 with 500 creates in flight", meanwhile, "ms");
    figures.most("growth of that p99", (meanwhile / before - 1.0) * 100.0, "%", 20.0);
    figures.most("resident memory with 500 creates in flight", resident, "MB", 120.0);
}
