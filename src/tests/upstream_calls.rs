//! How often Microsoft is asked for one onboarding: each call is a wait for somebody, and counts against the provider's
//! limits. `ARCHITECTURE.md` names the numbers.

use std::collections::BTreeMap;

use reseller_portal::simulator::Operation;
use serde_json::json;

use super::support::{ADELE, FIRST_UP, WINGTIP, World, domain_question, onboard, wingtip_with};

const RELECLOUD: &str = "b01b1487-b36e-4e6d-9b5e-0b58974c4b28";

type Calls = BTreeMap<Operation, u64>;

/// What Partner Center and Entra ID are asked for while something is done.
async fn asked<T>(world: &World, done: impl Future<Output = T>) -> Calls {
    let before = world.simulator.ledger().operations;
    done.await;
    let mut calls = world.simulator.ledger().operations;
    for (operation, count) in before {
        *calls.entry(operation).or_default() -= count;
    }
    calls.retain(|_, count| *count > 0);
    calls
}

/// Of the second onboarding of a portal: resellers and rules of the country are known. What is asked in one line is asked
/// at the same time.
const OF_AN_ONBOARDING: [(Operation, u64); 6] = [
    // To go on from the form: three questions at once; what was said is good for the review, too.
    (Operation::Domain, 1),
    (Operation::Metadata, 2),
    (Operation::AgreementStatus, 1),
    // For the review: one more.
    (Operation::Address, 1),
    // To approve it: the list of resellers, read anew, then the create.
    (Operation::Relationships, 1),
    (Operation::CreateCustomer, 1),
];

#[tokio::test]
async fn an_onboarding_asks_microsoft_as_often_as_it_says_and_no_question_twice() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let first = asked(&world, onboard(&mut browser, WINGTIP)).await;
    let more = [(Operation::CountryRules, 1), (Operation::Relationships, 2)];
    assert_eq!(first, OF_AN_ONBOARDING.into_iter().chain(more).collect(), "the first one of a portal");
    let another = [("domain", "wingtiptwo"), ("company_name", "Wingtip Two"), ("reseller_id", RELECLOUD)];
    let form = wingtip_with(&[another.as_slice(), &[("reseller_search", "")]].concat());
    let second = asked(&world, onboard(&mut browser, &form)).await;
    assert_eq!(second, OF_AN_ONBOARDING.into());
}

#[tokio::test]
async fn what_was_checked_while_it_was_typed_is_not_asked_again_to_go_on() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    browser.get("/customers/new").await;
    let live = asked(&world, async {
        for (path, question) in [
            ("/api/search-resellers", json!({ "query": "First" })),
            ("/api/check-reseller", json!({ "reseller": FIRST_UP })),
            ("/api/country-rules", json!({ "country": "US" })),
            ("/api/check-domain", domain_question("wingtiptoys")),
        ] {
            let answer = browser.clone().call(path, &question).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
    })
    .await;
    let checks = [Operation::AgreementStatus, Operation::CountryRules, Operation::Domain, Operation::Metadata];
    assert_eq!(live, checks.map(|check| (check, 1)).into());
    let sent = asked(&world, onboard(&mut browser, WINGTIP)).await;
    let again = |operation| sent.get(&operation).copied().unwrap_or_default();
    assert_eq!(
        checks.map(again),
        [0, 0, 1, 2],
        "but the domain: it was checked for no draft, and held for none: {sent:?}"
    );
}
