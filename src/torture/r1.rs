//! R1: many open the same password at the same moment.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;

use crate::{
    Rig,
    browser::{Browser, Lost, Page},
    onboarding::{Customer, seal_one},
    report::Bar,
    world::{ONBOARDERS, SUPPORT, Setup, World},
};

/// Sealed secrets at full size.
const SECRETS: usize = 1_000;
/// For each of them.
const CONTENDERS: usize = 32;

pub(crate) async fn run(rig: &Rig) -> Bar {
    let mut bar = Bar::begin("r1");
    let world = World::start(rig, Setup::default()).await;
    let mut owner = world.person(ONBOARDERS[0]).await;
    let crowd = crowd(&world).await;
    let mut dice = rig.dice("r1");
    let count = rig.count(SECRETS);
    for number in 0..count {
        let customer = Customer::new("r1", number, 'a');
        let review = match seal_one(&mut owner, &world, &customer).await {
            Ok(review) => review,
            Err(failure) => {
                bar.fail(failure);
                continue;
            }
        };
        let tokens = (0..CONTENDERS).map(|_| dice.token()).collect();
        let answers = contend(&crowd, &review.id, tokens).await;
        bar.tried(CONTENDERS);
        judge(&mut bar, &world, &customer, &answers);
    }
    one_claimant_each(&mut bar, &world, count).await;
    bar.fail_all(world.panics());
    bar.note(format!("{count} secrets, {CONTENDERS} contenders each, two processes"));
    bar.end()
}

/// The owner in four windows, an administrator, and people who may not: another manager, support, nobody.
async fn crowd(world: &World) -> Vec<Browser> {
    let mut crowd = Vec::new();
    for upn in [ONBOARDERS[0], ONBOARDERS[0], ONBOARDERS[2], ONBOARDERS[0], ONBOARDERS[1], SUPPORT, ONBOARDERS[2]] {
        crowd.push(world.person(upn).await);
    }
    crowd.push(Browser::new(world.front.url(), "nobody"));
    crowd
}

async fn contend(crowd: &[Browser], id: &str, tokens: Vec<String>) -> Vec<(&'static str, Result<Page, Lost>)> {
    let barrier = Arc::new(Barrier::new(tokens.len()));
    let contenders = tokens.into_iter().enumerate().map(|(at, token)| {
        let (mut browser, barrier, id) = (crowd[at % crowd.len()].clone(), Arc::clone(&barrier), id.to_owned());
        tokio::spawn(async move {
            barrier.wait().await;
            // Half of them come from pages with script, half from plain forms.
            let answer = if at % 16 < 8 {
                browser.call_once("/api/claim-credentials", &json!({ "id": id, "token": token })).await
            } else {
                browser.post_once(&format!("/customers/{id}/credentials"), &[("token", &token)]).await
            };
            (browser.upn(), answer)
        })
    });
    let mut answers = Vec::new();
    for contender in contenders.collect::<Vec<_>>() {
        answers.push(contender.await.unwrap());
    }
    answers
}

/// One has it, and may; nobody else has seen any password.
fn judge(bar: &mut Bar, world: &World, customer: &Customer, answers: &[(&'static str, Result<Page, Lost>)]) {
    let ledger = world.simulator.ledger();
    let domain = format!("{}.onmicrosoft.com", customer.domain);
    let password = ledger.with_domain(&domain).next().map(|tenant| tenant.password.clone());
    let mut winners = 0;
    for (upn, answer) in answers {
        let Ok(page) = answer else {
            bar.fail(format!("{domain}: a contender got no answer"));
            continue;
        };
        let shown = page.canaries();
        if shown.is_empty() {
            bar.expect(!page.status.is_server_error(), || format!("{domain}: {}", page.status));
            continue;
        }
        winners += 1;
        bar.expect([ONBOARDERS[0], ONBOARDERS[2]].contains(upn), || format!("{domain}: shown to {upn}"));
        bar.expect(shown.first() == password.as_ref() && shown.len() == 1, || format!("{domain}: a wrong password"));
    }
    bar.expect(winners == 1, || format!("{domain}: shown to {winners}"));
}

async fn one_claimant_each(bar: &mut Bar, world: &World, count: usize) {
    let sql = "SELECT onboarding_id FROM credential WHERE claimant_oid IS NOT NULL AND claimed_at IS NOT NULL";
    let claimed = world.database.rows(sql).await.len();
    bar.expect(claimed == count, || format!("{claimed} claimants are recorded for {count} secrets"));
}
