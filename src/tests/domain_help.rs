//! Help with the domain, a tenant that is there already, and the address; without script, which is the way of everybody's
//! posts.

use super::{
    browser::{Browser, Page},
    resellers::{ALEX, MEGAN, connect, sign_in_as_reseller},
    support::{ADELE, World, approve, fill_in, settled, until, wingtip_with},
};

const DIEGO: &str = "diego@tailwind.example";

/// Posts the form with a button of its own.
async fn press(browser: &mut Browser, intent: &str, changes: &[(&str, &str)]) -> Page {
    let draft = browser.get("/customers/new").await.value("draft").unwrap();
    let mut form = wingtip_with(changes);
    form.extend([("draft", draft.as_str()), ("intent", intent)]);
    browser.post("/customers/new", &form).await
}

#[tokio::test]
async fn domains_are_suggested_checked_and_used_without_script() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let contoso = [("company_name", "Contoso Ltd"), ("domain", ""), ("email", "gena@gmail.com")];
    let page = press(&mut browser, "domains 0", &contoso).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("value=\"use-domain contosous\""), "{}", page.body);
    assert!(!page.body.contains("value=\"use-domain contoso\""), "that one is taken: {}", page.body);
    assert!(page.body.contains("value=\"domains 1\""), "others can be asked for");
    let next = press(&mut browser, "domains 1", &contoso).await;
    assert!(!next.body.contains("use-domain contosous\""), "others: {}", next.body);

    let used = press(&mut browser, "use-domain contosous", &contoso).await;
    assert_eq!(used.value("domain").as_deref(), Some("contosous"));
    assert!(used.body.contains("contosous.onmicrosoft.com is free. It can never be changed"), "{}", used.body);
}

#[tokio::test]
async fn a_domain_that_is_taken_comes_back_with_others() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    for taken in ["contoso", "phantom"] {
        let page = fill_in(&mut browser, &wingtip_with(&[("domain", taken)])).await;
        assert_eq!(page.status, 422, "{taken}");
        assert!(page.body.contains("This domain is already used"), "{}", page.body);
        assert!(page.body.contains("use-domain wingtiptoys\""), "{}", page.body);
    }
}

#[tokio::test]
async fn of_two_people_with_the_same_domain_the_second_is_told() {
    let world = World::start().await;
    let (mut adele, mut diego) = (world.browser_of(ADELE).await, world.browser_of(DIEGO).await);
    let review = fill_in(&mut adele, &wingtip_with(&[])).await;
    assert!(review.url.path().ends_with("/review"), "{}", review.body);
    let held = fill_in(&mut diego, &wingtip_with(&[])).await;
    assert_eq!(held.status, 422);
    assert!(held.body.contains("Another onboarding here has just chosen this domain"), "{}", held.body);
    assert!(held.body.contains("use-domain "), "and what may be used instead: {}", held.body);

    let page = approve(&mut adele, &review).await;
    settled(&mut adele, page.url.path()).await;
    let taken = fill_in(&mut diego, &wingtip_with(&[])).await;
    assert!(taken.body.contains("This domain is already used"), "{}", taken.body);
}

#[tokio::test]
async fn another_reseller_is_not_told_who_has_chosen_a_domain() {
    let world = World::start().await;
    connect(&world).await;
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let (mut alex, _) = sign_in_as_reseller(&world, ALEX).await;
    let review = fill_in(&mut megan, &wingtip_with(&[])).await;
    assert!(review.url.path().ends_with("/review"), "{}", review.body);
    let page = fill_in(&mut alex, &wingtip_with(&[])).await;
    assert!(page.body.contains("This domain is already used"), "{}", page.body);
    assert!(!page.shown().contains("onboarding here"), "{}", page.body);
}

#[tokio::test]
async fn a_company_with_a_tenant_is_offered_a_relationship_instead_and_can_be_created_all_the_same() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let form = wingtip_with(&[
        ("company_name", "Woodgrove Bank"),
        ("domain", "woodgrovebank"),
        ("email", "ana@woodgrove.example"),
    ]);
    let review = fill_in(&mut adele, &form).await;
    assert!(review.url.path().ends_with("/review"), "{}", review.body);
    assert!(review.body.contains("This company seems to have a tenant already"), "{}", review.body);
    assert!(review.body.contains("woodgrove.example, the domain of the contact"), "{}", review.body);

    let relationship = adele.get(&review.url.path().replace("/review", "/relationship")).await;
    assert_eq!(relationship.status, 200);
    assert!(relationship.body.contains("https://admin.microsoft.com/Adminportal/Home"), "{}", relationship.body);
    assert!(
        relationship.body.contains("partnerId=484e548c-f5f3-4528-93a9-c16c6373cb59"),
        "for the reseller: {}",
        relationship.body
    );

    let page = approve(&mut adele, &review).await;
    settled(&mut adele, page.url.path()).await;
    assert_eq!(world.simulator.ledger().customers.len(), 1, "a choice, not a wall");

    let again = wingtip_with(&[
        ("company_name", "woodgrove bank"),
        ("domain", "woodgrovebank2"),
        ("email", "a@wingtip.example"),
    ]);
    let review = fill_in(&mut adele, &again).await;
    assert!(review.body.contains("was onboarded in this portal"), "{}", review.body);
    assert!(review.body.contains(page.url.path()), "with the way to it: {}", review.body);
}

#[tokio::test]
async fn a_customer_of_the_provider_is_known_to_the_provider_and_not_to_another_reseller() {
    let world = World::start().await;
    connect(&world).await;
    let form = [("company_name", "Coho"), ("domain", "cohonew"), ("email", "ana@humongousinsurance.example")];
    let mut adele = world.browser_of(ADELE).await;
    let review = fill_in(&mut adele, &wingtip_with(&form)).await;
    assert!(
        review.body.contains("Humongous Insurance (humongousinsurance.onmicrosoft.com) is already a customer"),
        "{}",
        review.body
    );
    let (mut megan, _) = sign_in_as_reseller(&world, MEGAN).await;
    let review =
        fill_in(&mut megan, &wingtip_with(&[("company_name", "Coho"), ("domain", "cohonewer"), form[2]])).await;
    assert!(review.body.contains("A Microsoft tenant already has humongousinsurance.example"), "{}", review.body);
    assert!(!review.body.contains("Humongous Insurance"), "sold by another: {}", review.body);
}

#[tokio::test]
async fn an_address_is_used_as_suggested_or_kept_for_a_reason_that_goes_on_record() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let review = fill_in(&mut adele, &wingtip_with(&[("address_line1", "Microsoft Way")])).await;
    assert!(review.body.contains("Microsoft finds the street incomplete"), "{}", review.body);
    assert!(review.body.contains("<mark>1 Microsoft Way</mark>"), "{}", review.body);
    let path = review.url.path().replace("/review", "/address");

    let fingerprint = review.value("address").unwrap();
    let nothing = adele.post(&path, &[("decision", "keep"), ("address", &fingerprint), ("reason", " ")]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.body.contains("Enter the reason for keeping the address as it is"), "{}", nothing.body);
    let other = adele.post(&path, &[("decision", "keep"), ("address", "another"), ("reason", "Because")]).await;
    assert!(!other.body.contains("Reason: Because"), "it is for another address: {}", other.body);
    let kept = adele.post(&path, &[("decision", "keep"), ("address", &fingerprint), ("reason", "New building")]).await;
    assert!(kept.body.contains("Kept as it was typed. Reason: New building"), "{}", kept.body);

    let suggested = [
        ("decision", "use"),
        ("address_line1", "1 Microsoft Way"),
        ("city", "Redmond"),
        ("state", "WA"),
        ("postal_code", "98052"),
    ];
    let used = adele.post(&path, &suggested).await;
    assert!(used.body.contains("Microsoft knows this address"), "{}", used.body);
    assert!(!used.body.contains("New building"), "{}", used.body);

    let review =
        fill_in(&mut adele, &wingtip_with(&[("address_line1", "Microsoft Way"), ("domain", "keptaddress")])).await;
    let path = review.url.path().replace("/review", "/address");
    let fingerprint = review.value("address").unwrap();
    let kept =
        adele.post(&path, &[("decision", "keep"), ("address", &fingerprint), ("reason", "As in the register")]).await;
    approve(&mut adele, &kept).await;
    let mut nestor = world.browser_of("nestor@tailwind.example").await;
    let audit = until(&mut nestor, "/audit?act=keep_address", "As in the register").await;
    assert!(audit.body.contains("Address kept as typed"), "{}", audit.body);
}

#[tokio::test]
async fn somebody_elses_draft_is_neither_decided_about_nor_told_of() {
    let world = World::start().await;
    let (mut adele, mut diego) = (world.browser_of(ADELE).await, world.browser_of(DIEGO).await);
    let review = fill_in(&mut adele, &wingtip_with(&[])).await;
    let address = review.url.path().replace("/review", "/address");
    let relationship = review.url.path().replace("/review", "/relationship");
    assert_eq!(diego.post(&address, &[("decision", "use"), ("city", "Elsewhere")]).await.status, 404);
    assert_eq!(diego.get(&relationship).await.status, 404);
}
