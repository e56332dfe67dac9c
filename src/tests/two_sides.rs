//! The provider and a reseller: the password is handed over unopened, and four eyes look before anything is sent.

use super::{
    browser::{Browser, Page, unescape},
    support::{ADELE, FIRST_UP, WINGTIP, World, approve, fill_in, onboard, wingtip_with},
};

const NESTOR: &str = "nestor@tailwind.example";
const DIEGO: &str = "diego@tailwind.example";
const GRADY: &str = "grady@tailwind.example";
const MEGAN: &str = "megan@firstup.example";
const ALEX: &str = "alex@relecloud.example";

async fn at_the_reseller(world: &World, upn: &str) -> Browser {
    let mut browser = world.browser();
    let page = browser.get(&format!("/auth/start?as=reseller&login_hint={upn}")).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/"), "{}", page.body);
    browser
}

async fn needs_approval(world: &World) {
    let mut nestor = world.browser_of(NESTOR).await;
    let address = format!("/resellers/{FIRST_UP}");
    let saved = nestor.post(&address, &[("submission", "approved")]).await;
    assert!(saved.body.contains("The setting is saved"), "{}", saved.body);
    assert!(nestor.get("/resellers").await.body.contains("An account manager approves"));
}

/// Tries to open what `page` is about, with a token of the own making.
async fn opens(browser: &mut Browser, path: &str) -> Page {
    browser.post(&format!("{path}/credentials"), &[("token", "a-token-of-the-own-making")]).await
}

#[tokio::test]
async fn what_was_handed_over_is_opened_by_the_reseller_and_by_nobody_else() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let created = onboard(&mut adele, WINGTIP).await;
    let path = created.url.path().to_owned();
    let password = world.simulator.ledger().customers[0].password.clone();
    let handed = adele.post(&format!("{path}/credentials/hand-over"), &[("term", "1d")]).await;
    assert!(handed.body.contains("Waits for") && handed.body.contains("First Up Consultants"), "{}", handed.body);
    assert!(adele.get("/").await.body.contains("Waits for First Up Consultants"), "the reminder");

    for upn in [ADELE, NESTOR, DIEGO] {
        let mut other = world.browser_of(upn).await;
        let refused = opens(&mut other, &path).await;
        assert_eq!(refused.status, 404, "{upn}: {}", refused.body);
        assert!(!unescape(&refused.body).contains(&password), "{upn}");
    }
    assert_eq!(opens(&mut world.browser_of(GRADY).await, &path).await.status, 403, "support");
    let mut alex = at_the_reseller(&world, ALEX).await;
    assert_eq!(opens(&mut alex, &path).await.status, 404, "another reseller");
    assert!(!alex.get("/").await.body.contains("Wingtip"));

    let mut megan = at_the_reseller(&world, MEGAN).await;
    let home = megan.get("/").await;
    assert!(home.body.contains("From Adele Vance") && home.body.contains("Wingtip Toys"), "{}", home.body);
    let page = megan.get(&path).await;
    assert!(!unescape(&page.body).contains(&password), "a GET shows no secret");
    let token = page.value("token").expect("a one-time token");
    let shown = megan.post(&format!("{path}/credentials"), &[("token", &token)]).await;
    assert!(unescape(&shown.body).contains(&password), "{}", shown.body);
    megan.post(&format!("{path}/credentials/stored"), &[]).await;

    let receipt = adele.get(&path).await;
    assert!(receipt.body.contains("Megan Bowen") && receipt.body.contains("Confirmed as stored"), "{}", receipt.body);
    assert!(adele.get("/").await.body.contains("Megan Bowen"), "the receipt on the home page");
    let late = adele.post(&format!("{path}/credentials/take-back"), &[]).await;
    assert_eq!((late.status.as_u16(), late.url.path()), (200, path.as_str()), "too late: the page says how it stands");
}

#[tokio::test]
async fn what_was_taken_back_is_the_account_managers_again() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let path = onboard(&mut adele, WINGTIP).await.url.path().to_owned();
    let unknown = adele.post(&format!("{path}/credentials/hand-over"), &[("term", "100y")]).await;
    assert_eq!(unknown.status, 422);
    adele.post(&format!("{path}/credentials/hand-over"), &[("term", "1h")]).await;
    let mut diego = world.browser_of(DIEGO).await;
    assert_eq!(diego.post(&format!("{path}/credentials/take-back"), &[]).await.status, 404, "not the one who did");
    let back = adele.post(&format!("{path}/credentials/take-back"), &[]).await;
    assert!(back.body.contains("Show the password now"), "{}", back.body);
    let mut megan = at_the_reseller(&world, MEGAN).await;
    assert_eq!(opens(&mut megan, &path).await.status, 404);
    assert_eq!(opens(&mut adele, &path).await.status, 200);
}

#[tokio::test]
async fn only_administrators_set_how_a_reseller_submits() {
    let world = World::start().await;
    let address = format!("/resellers/{FIRST_UP}");
    // The portal has heard of the resellers.
    world.browser_of(ADELE).await.get("/resellers").await;
    for upn in [ADELE, GRADY] {
        let mut other = world.browser_of(upn).await;
        assert_eq!(other.get(&address).await.status, 403, "{upn}");
        assert_eq!(other.post(&address, &[("submission", "approved")]).await.status, 403, "{upn}");
    }
    let mut megan = at_the_reseller(&world, MEGAN).await;
    assert_eq!(megan.post(&address, &[("submission", "direct")]).await.status, 403);
    let mut nestor = world.browser_of(NESTOR).await;
    assert_eq!(nestor.get("/resellers/0b1ec700-0000-4000-8000-000000000000").await.status, 404);
    assert_eq!(nestor.post(&address, &[("submission", "whatever")]).await.status, 422);
    needs_approval(&world).await;
}

#[tokio::test]
async fn a_resellers_onboarding_waits_is_sent_back_mended_and_sent_again() {
    let world = World::start().await;
    needs_approval(&world).await;
    let mut megan = at_the_reseller(&world, MEGAN).await;
    let review = fill_in(&mut megan, WINGTIP).await;
    assert!(review.body.contains("Send it to be approved"), "{}", review.body);
    let waits = approve(&mut megan, &review).await;
    assert!(waits.body.contains("An account manager of the provider looks at it first"), "{}", waits.body);
    let path = waits.url.path().to_owned();
    assert!(megan.get("/").await.body.contains("Waits for the provider"));
    let mut changed = wingtip_with(&[("address_line2", "Floor 2")]);
    changed.extend([("draft", path.strip_prefix("/customers/").unwrap()), ("intent", "continue")]);
    let too_late = megan.post("/customers/new", &changed).await;
    assert_eq!(too_late.status, 422);
    assert!(too_late.body.contains("already waits for approval") && !too_late.body.contains("already sent"));
    assert_eq!(megan.get(&format!("{path}/approval")).await.status, 404, "nobody approves the own work");

    let mut adele = world.browser_of(ADELE).await;
    assert!(adele.get("/").await.body.contains("Waits for your approval"));
    let page = adele.get(&format!("{path}/approval")).await;
    for words in ["Wingtip Toys", "One Microsoft Way", "Megan Bowen"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let seen = page.value("payload_hash").unwrap();
    let send_back = |comment| [("answer", "send_back"), ("payload_hash", seen.as_str()), ("comment", comment)];
    let silent = adele.post(&format!("{path}/approval"), &send_back(" ")).await;
    assert_eq!(silent.status, 422);
    assert!(silent.body.contains("Say what is to be changed"), "{}", silent.body);
    let returned = adele.post(&format!("{path}/approval"), &send_back("Which floor?")).await;
    assert_eq!(returned.url.path(), "/");
    assert_eq!(adele.get(&path).await.status, 404, "a draft is its owner's alone");

    assert!(megan.get("/").await.body.contains("Mend and send again"));
    let draft = path.strip_prefix("/customers/").unwrap();
    let form = megan.get(&format!("/customers/new?draft={draft}")).await;
    assert!(form.body.contains("Which floor?") && form.body.contains("Adele Vance"), "{}", form.body);
    let mut mended = wingtip_with(&[("address_line2", "Floor 3")]);
    mended.extend([("draft", draft), ("intent", "continue")]);
    let review = megan.post("/customers/new", &mended).await;
    approve(&mut megan, &review).await;

    // What was looked at before is not what waits by now.
    let stale = [("answer", "approve"), ("payload_hash", seen.as_str())];
    let again = adele.post(&format!("{path}/approval"), &stale).await;
    assert!(again.body.contains("Floor 3") && again.body.contains("Approve and create"), "{}", again.body);
    assert!(world.simulator.ledger().customers.is_empty(), "nothing goes out before it is approved");
    let withdrawn = megan.post(&format!("{path}/withdraw"), &[]).await;
    assert_eq!(withdrawn.url.path(), "/customers/new", "{}", withdrawn.body);
}
