//! What a reseller's person learns from an id of somebody else's: as much as from one that nobody has. Every place in
//! which an id can stand is tried with thousands of records that are another's, each beside an id that does not exist.
#![expect(clippy::print_stderr, reason = "figures, and how far it is")]

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::Row;
use url::form_urlencoded::Serializer;

use super::{
    Everybody,
    strangers::{Chance, Foreign, Place, Strangers, cursor, normalised, posted, without_ids},
    switch,
};
use crate::{
    browser::{Browser, Page},
    support::wingtip_with,
};

/// How many foreign records there are; each is tried once.
const FOREIGN_IDS: &str = "PORTAL_FOREIGN_IDS";
/// How many pairs each request is timed with.
const TIMED_PAIRS: &str = "PORTAL_TIMED_PAIRS";

/// So many people of reseller A ask at once.
const AT_ONCE: usize = 4;
/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(20);

fn number(name: &str, usual: u32) -> u32 {
    switch(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
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

/// A form names the draft that it belongs to. Under an id of somebody else's it becomes a draft of one's own, as under one
/// that nobody has, and the other one's stays as it is.
#[tokio::test]
async fn a_form_that_names_a_foreign_draft_is_stored_like_one_that_names_none() {
    let mut strangers = Strangers::gather(number(FOREIGN_IDS, 600).div_ceil(50).min(200)).await;
    let originals = strangers.everybody.records.iter().skip(1).map(|(_, id)| id.clone()).collect::<Vec<_>>();
    let form = wingtip_with(&[("company_name", "Named by Megan"), ("domain", "namedbymegan")]);
    let ids = originals.iter().chain(strangers.foreign.iter().map(|copy| &copy.id)).cloned().collect::<Vec<_>>();
    let mut drafts = HashSet::new();
    for (at, foreign) in ids.iter().enumerate() {
        let (path, intent) = [
            ("/customers/new", "continue"),
            ("/customers/new", "save"),
            ("/customers/new", "country"),
            ("/customers/new", "search"),
            ("/customers/new/save", ""),
        ][at % 5];
        let absent = strangers.chance.absent(foreign);
        let mut answers = Vec::new();
        // Twice, as by two clicks.
        for id in [foreign, &absent, foreign, &absent] {
            let mut fields = form.clone();
            fields.extend([("draft", id.as_str()), ("intent", intent)]);
            let body = Serializer::new(String::new()).extend_pairs(fields).finish();
            let (method, path, body) = posted(path, body);
            let page = strangers.megan.ask(method, &path, body).await;
            let stored = page.header("location").and_then(|to| to.split('/').nth(2)).map(str::to_owned);
            answers.push((stored.or_else(|| page.value("draft")), normalised(&page, id, &strangers.ids)));
        }
        let [(one, of_foreign), (other, of_nobody), (one_again, _), (other_again, _)] = answers.as_slice() else {
            panic!("{answers:?}")
        };
        assert_eq!(of_foreign, of_nobody, "another's record shows: {path} {intent} answers otherwise for it");
        assert_eq!((one, other), (one_again, other_again), "the same form is the same draft");
        for stored in [one, other].into_iter().flatten() {
            assert!(stored != foreign && *stored != absent && drafts.insert(stored.clone()), "{stored}");
        }
    }
    assert!(drafts.len() > ids.len(), "{}", drafts.len());
    let database = strangers.everybody.world.open_database().await;
    let mine = "SELECT COUNT(*) FROM onboarding WHERE company_name = 'Named by Megan'";
    let drafts_now: i64 = sqlx::query(mine).fetch_one(database.read()).await.unwrap().get(0);
    assert_eq!(usize::try_from(drafts_now).unwrap(), 2 * ids.len(), "each is a draft of its own, and nobody else's");
    database.close().await;
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
