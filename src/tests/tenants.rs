//! A tenant after it was created, without script: beside Partner Center, its agreement, a new first password.

use super::{
    browser::{Browser, Page, unescape},
    support::{ADELE, WINGTIP, World, onboard, until, wingtip_with},
};

const NESTOR: &str = "nestor@tailwind.example";
const GRADY: &str = "grady@tailwind.example";

/// A company whose create never brings a password.
const FORGOTTEN: &[(&str, &str)] = &[("company_name", "Forgotten Toys")];

async fn visible(browser: &mut Browser, page: &Page) -> String {
    let path = page.url.path().to_owned();
    until(browser, &path, "Reseller verified").await;
    until(browser, &format!("{path}/partner-center?again=yes"), "<table").await;
    path
}

#[tokio::test]
async fn support_sees_a_tenant_beside_partner_center_and_no_secret() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let page = onboard(&mut adele, WINGTIP).await;
    let path = visible(&mut adele, &page).await;
    let password = world.simulator.ledger().customers[0].password.clone();
    let mut grady = world.browser_of(GRADY).await;
    let live = grady.get(&format!("{path}/partner-center")).await;
    assert_eq!(live.status, 200, "{}", live.body);
    assert!(live.body.contains("The same") && live.body.contains("Wingtip Toys"), "{}", live.body);
    let part = grady.get(&format!("{path}/partner-center?part=yes")).await;
    assert!(part.body.contains("Next steps") && !part.body.contains("<html"), "{}", part.body);
    for page in [live, part, grady.get(&path).await] {
        assert!(!unescape(&page.body).contains(&password), "{}", page.body);
        assert!(
            !page.body.contains("/agreement\"") && !page.body.contains("<form method=\"post\" action=\"/customers")
        );
    }
    let stranger = world.browser().get(&format!("{path}/partner-center?part=yes")).await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn an_acceptance_is_recorded_from_the_form_with_its_errors_beside_the_fields() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let page = onboard(&mut adele, WINGTIP).await;
    let path = visible(&mut adele, &page).await;
    let address = format!("{path}/agreement");
    let form = adele.get(&address).await;
    assert_eq!(form.value("first_name").as_deref(), Some("Gena"), "the main contact is the likeliest");
    assert!(form.body.contains("Nobody has recorded an acceptance yet"), "{}", form.body);
    let act = form.value("act").unwrap();
    let mut fields = vec![
        ("act", act.as_str()),
        ("first_name", "Ines"),
        ("last_name", "<i>"),
        ("email", "office@northwindbakery.example"),
        ("accepted_on", "2999-01-01"),
    ];
    let wrong = adele.post(&address, &fields).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert!(wrong.body.contains("There is a problem") && wrong.body.contains("or earlier (UTC)"), "{}", wrong.body);
    assert_eq!(wrong.value("last_name").as_deref(), Some("<i>"), "what was typed stays");

    let act = wrong.value("act").unwrap();
    fields[0] = ("act", act.as_str());
    fields[2] = ("last_name", "Kramer");
    fields[4] = ("accepted_on", "2026-02-03");
    fields.push(("attested", "on"));
    let recorded = adele.post(&address, &fields).await;
    assert!(recorded.body.contains("Recorded at Microsoft"), "{}", recorded.body);
    assert!(recorded.body.contains("accepted on 3 February 2026"), "read back: {}", recorded.body);
    adele.post(&address, &fields).await;
    let again = recorded.value("act").unwrap();
    fields[0] = ("act", again.as_str());
    let before = adele.post(&address, &fields).await;
    assert!(before.body.contains("Microsoft had this acceptance already"), "{}", before.body);
}

#[tokio::test]
async fn a_lost_password_is_set_anew_with_a_reason_and_shown_once() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let page = onboard(&mut adele, &wingtip_with(FORGOTTEN)).await;
    assert!(page.body.contains("Nobody has the admin password"), "{}", page.body);
    let path = visible(&mut adele, &page).await;
    assert_eq!(adele.get(&format!("{path}/password")).await.status, 403, "a right of its own");

    let mut nestor = world.browser_of(NESTOR).await;
    let confirm = nestor.get(&format!("{path}/password")).await;
    assert!(confirm.body.contains("Privileged Authentication Administrator"), "{}", confirm.body);
    let act = confirm.value("act").unwrap();
    let empty = nestor.post(&format!("{path}/password"), &[("act", &act), ("reason", " ")]).await;
    assert_eq!(empty.status, 422);
    let act = empty.value("act").unwrap();
    let fields = [("act", act.as_str()), ("reason", "the answer was lost")];
    let set = nestor.post(&format!("{path}/password"), &fields).await;
    assert_eq!(set.url.path(), path, "{}", set.body);
    let password = world.simulator.ledger().customers[0].password.clone();
    assert!(!unescape(&set.body).contains(&password), "a page shows no secret");
    assert!(set.body.contains("New first password set at Microsoft"), "{}", set.body);

    let token = set.value("token").unwrap();
    let shown = nestor.post(&format!("{path}/credentials"), &[("token", &token)]).await;
    assert!(unescape(&shown.body).contains(&password), "{}", shown.body);
    let again = nestor.post(&format!("{path}/credentials"), &[("token", &token)]).await;
    assert_eq!(again.status, 409);
    nestor.post(&format!("{path}/password"), &fields).await;
    assert_eq!(world.simulator.ledger().customers[0].password, password, "the same form once more sets nothing");
}

#[tokio::test]
async fn without_gdap_microsoft_refuses_a_new_password_and_the_page_says_who_can_help() {
    let world = World::start().await;
    let mut nestor = world.browser_of(NESTOR).await;
    let mut form = wingtip_with(FORGOTTEN);
    form.retain(|(name, _)| *name != "gdap");
    let page = onboard(&mut nestor, &form).await;
    let path = visible(&mut nestor, &page).await;
    let confirm = nestor.get(&format!("{path}/password")).await;
    assert!(confirm.body.contains("Microsoft will probably refuse"), "{}", confirm.body);
    let act = confirm.value("act").unwrap();
    let refused = nestor.post(&format!("{path}/password"), &[("act", &act), ("reason", "answer was lost")]).await;
    assert_eq!(refused.url.path(), format!("{path}/password"), "{}", refused.body);
    assert!(refused.body.contains("No new password was set") && refused.body.contains("A colleague can help"));
    assert!(nestor.get(&path).await.body.contains("Nobody has the admin password"));
}
