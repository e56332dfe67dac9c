//! What becomes of somebody at work when somebody else changes who that is: an administrator of the portal from the next
//! request on, the administrators of Entra ID within the hour. By a clock that is moved by hand, for portal and simulator.

use std::{sync::Arc, time::Duration};

use reseller_portal::clock::{ManualClock, SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    resellers::{MEGAN, NESTOR, sign_in_as_reseller, tell},
    support::{ADELE, FIRST_UP, World, domain_question},
};

/// The time within which a change at Entra ID has to count.
const LONGEST_MINUTES: u64 = 60;

/// A portal whose time is the test's.
struct Timed {
    world: World,
    clock: Arc<ManualClock>,
}

impl Timed {
    async fn start() -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::now()));
        let world = World::by_clock(Arc::clone(&clock)).await;
        world.browser_of(ADELE).await.get("/resellers").await;
        Self { world, clock }
    }

    fn pass(&self, minutes: u64) {
        self.clock.advance(SignedDuration::from_mins(minutes.try_into().unwrap()));
        self.world.simulator.clock().advance(Duration::from_secs(60 * minutes));
    }

    async fn at_a_browser(&self, upn: &str) -> Browser {
        if upn == MEGAN { sign_in_as_reseller(&self.world, upn).await.0 } else { self.world.browser_of(upn).await }
    }
}

/// What somebody may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    /// All that an account manager, or a person of a reseller, may.
    Full,
    /// To look on.
    Looks,
    /// Nothing.
    Out,
}

async fn power(browser: &mut Browser) -> Power {
    let form = browser.get("/customers/new").await;
    let function = browser.call("/api/country-rules", &json!({ "country": "US" })).await.status.as_u16();
    // A page first, which may be the one that finds out; what comes after it knows it, too.
    match (form.url.path(), form.status.as_u16()) {
        ("/sign-in", _) => {
            assert_eq!(function, 401);
            Power::Out
        }
        (_, 403) => {
            assert_eq!(function, 403);
            Power::Looks
        }
        (_, 200) => Power::Full,
        other => panic!("{other:?}: {}", form.body),
    }
}

/// Changes a person right after the authority was asked, which is the worst time, and looks every so many minutes for how
/// long that does not count.
async fn believed_for(upn: &str, change: &Value, every: u64, power_then: Power) -> u64 {
    let timed = Timed::start().await;
    let mut browser = timed.at_a_browser(upn).await;
    assert_eq!(power(&mut browser).await, Power::Full);
    tell(&timed.world, &format!("/_simulator/people/{upn}"), change).await;
    let (mut minutes, mut believed) = (0, 0);
    while minutes < LONGEST_MINUTES + every {
        timed.pass(every);
        minutes += every;
        let now = power(&mut browser).await;
        if now == Power::Full {
            assert!(minutes < LONGEST_MINUTES, "{upn} is believed {minutes} minutes after {change}");
            believed = minutes;
            // The authority is asked beside the request.
            tokio::time::sleep(Duration::from_millis(100)).await;
        } else {
            assert_eq!(now, power_then, "{upn} after {change}");
        }
    }
    assert_eq!(power(&mut browser).await, power_then, "and stays so");
    believed
}

#[tokio::test]
async fn whom_entra_has_revoked_or_disabled_is_out_within_the_hour_however_often_the_person_asks() {
    for change in [json!({ "revoked": true }), json!({ "disabled": true })] {
        for upn in [ADELE, MEGAN] {
            for every in [7, 29] {
                believed_for(upn, &change, every, Power::Out).await;
            }
        }
    }
}

#[tokio::test]
async fn a_role_that_changes_at_entra_counts_within_the_hour_however_often_the_person_asks() {
    for every in [7, 29] {
        believed_for(ADELE, &json!({ "roles": ["Portal.Support"] }), every, Power::Looks).await;
        believed_for(ADELE, &json!({ "roles": [] }), every, Power::Out).await;
    }
}

#[tokio::test]
async fn for_whom_entra_has_revoked_no_new_token_is_had() {
    let timed = Timed::start().await;
    let mut adele = timed.at_a_browser(ADELE).await;
    // To go on by hand drops the token at hand, so that the next one is asked for; there is nothing to go on with.
    let go_on = "/customers/0193b0a0-0000-7000-8000-000000000000/resume";
    assert_eq!(adele.post(go_on, &[]).await.status, 404);
    tell(&timed.world, &format!("/_simulator/people/{ADELE}"), &json!({ "revoked": true })).await;
    // Neither a form nor a page leads round in circles.
    for _ in 0..2 {
        let refused = adele.post(go_on, &[]).await;
        assert_eq!(refused.url.path(), "/sign-in", "{}", refused.body);
        assert!(refused.body.contains("Your session has ended"), "{}", refused.body);
    }
    timed.pass(2);
    assert_eq!(adele.get("/resellers").await.url.path(), "/sign-in");
    let told = adele.call("/api/check-domain", &domain_question("nobodyhasthis")).await;
    assert!(told.body.contains(r#""tone":"unknown""#), "Microsoft is not asked: {}", told.body);
}

#[tokio::test]
async fn whom_an_administrator_shuts_out_is_out_at_the_next_request_in_every_process_and_browser() {
    let timed = Timed::start().await;
    let second = timed.world.start_portal().await;
    let mut nestor = timed.at_a_browser(NESTOR).await;
    let provider = "a1b2c3d4-0000-4000-8000-00000000c0de";
    let people = [
        (ADELE, provider, "0b1ec700-0000-4000-8000-000000000001"),
        (MEGAN, FIRST_UP, "0b1ec700-0000-4000-8000-000000000007"),
    ];
    for (upn, tid, oid) in people {
        let here = timed.at_a_browser(upn).await;
        let browsers = [here.at(&second), timed.at_a_browser(upn).await, here];
        nestor.post("/settings/people", &[("tid", tid), ("oid", oid), ("access", "end")]).await;
        for mut browser in browsers {
            assert_eq!(power(&mut browser).await, Power::Out, "{upn}");
        }
    }
}
