//! Drafts: saved while somebody types, in one window and in two, deleted; and what saves typing.

use super::{
    browser::{Browser, Page},
    support::{ADELE, FIRST_UP, WINGTIP, World, onboard},
};

/// The fields by which a page of the form says which page it is.
fn page_fields(page: &Page) -> Vec<(&'static str, String)> {
    ["draft", "page", "version"].map(|name| (name, page.value(name).unwrap())).into()
}

/// What a page sends while somebody types into it, for the `save`th time.
fn typed<'a>(page: &'a [(&'static str, String)], save: &'a str, company_name: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = page.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("save", save), ("company_name", company_name)]);
    fields
}

/// Under which id the one draft of a person is stored: the home page leads to it.
async fn stored(browser: &mut Browser) -> String {
    let home = browser.get("/").await.body;
    let (_, link) = home.split_once("/customers/new?draft=").expect("the home page leads to the draft");
    link.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect()
}

#[tokio::test]
async fn what_is_typed_is_saved_and_waits_on_the_home_page() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let form = browser.get("/customers/new").await;
    assert!(!browser.get("/").await.body.contains("waiting__delete"), "to open the form saves nothing");
    let fields = page_fields(&form);
    for (save, name) in [("1", "Wing"), ("2", "Wingtip Toys")] {
        let saved = browser.post("/customers/new/save", &typed(&fields, save, name)).await;
        assert_eq!(saved.status, 200);
        assert!(saved.body.contains("Saved at {time}"), "{}", saved.body);
    }
    let home = browser.get("/").await;
    assert!(home.body.contains("Wingtip Toys") && home.body.contains(" days is deleted"), "{}", home.body);
    let draft = stored(&mut browser).await;
    let again = browser.get(&format!("/customers/new?draft={draft}")).await;
    assert_eq!(again.value("company_name").as_deref(), Some("Wingtip Toys"));
    assert!(again.body.contains("Saved just now"), "{}", again.body);
}

#[tokio::test]
async fn the_second_of_two_windows_is_told_and_loses_nothing() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let form = browser.get("/customers/new").await;
    browser.post("/customers/new/save", &typed(&page_fields(&form), "1", "First")).await;
    let address = format!("/customers/new?draft={}", stored(&mut browser).await);
    let (one, two) = (browser.get(&address).await, browser.get(&address).await);
    let saved = browser.post("/customers/new/save", &typed(&page_fields(&one), "1", "Typed in one")).await;
    assert_eq!(saved.status, 200);
    let other = page_fields(&two);
    let told = browser.post("/customers/new/save", &typed(&other, "1", "Typed in two")).await;
    assert_eq!(told.status, 409);
    assert!(told.body.contains("changed in another window, just now"), "{}", told.body);

    let mut fields = typed(&other, "2", "Typed in two");
    fields.push(("intent", "save"));
    let told = browser.post("/customers/new", &fields).await;
    assert_eq!(told.status, 409);
    assert!(told.body.contains("This draft was changed in another window"), "{}", told.body);
    assert_eq!(told.value("company_name").as_deref(), Some("Typed in two"), "what was typed is on the page");
    assert_eq!(browser.get(&address).await.value("company_name").as_deref(), Some("Typed in one"));

    // Whoever has been told and goes on means it.
    let knowing = page_fields(&told);
    let mut fields = typed(&knowing, "1", "Typed in two");
    fields.push(("intent", "save"));
    assert_eq!(browser.post("/customers/new", &fields).await.url.path(), "/");
    assert_eq!(browser.get(&address).await.value("company_name").as_deref(), Some("Typed in two"));
}

#[tokio::test]
async fn a_session_that_ends_while_somebody_types_costs_nothing_and_not_even_the_place() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let form = browser.get("/customers/new").await;
    let fields = page_fields(&form);
    browser.post("/customers/new/save", &typed(&fields, "1", "Wingtip")).await;

    let mut stranger = world.browser();
    let told = stranger.post("/customers/new/save", &typed(&fields, "2", "Wingtip Toys")).await;
    assert_eq!(told.status, 401);
    assert!(told.body.contains("Sign in and go on here"), "{}", told.body);
    let mut sent = typed(&fields, "3", "Wingtip Toys");
    sent.extend([("intent", "sign-in"), ("at", "address_line1"), ("address_line1", "One Micro")]);
    let page = stranger.post("/customers/new", &sent).await;
    assert_eq!(page.url.path(), "/sign-in");
    let resume = page.url.query_pairs().find(|(name, _)| name == "resume").unwrap().1.into_owned();
    let page = stranger.get(&format!("/auth/start?resume={resume}&login_hint={ADELE}")).await;
    assert_eq!(page.url.fragment(), Some("address_line1"), "{}", page.url);
    assert_eq!(page.value("address_line1").as_deref(), Some("One Micro"));
    assert_eq!(page.value("draft").unwrap(), stored(&mut browser).await, "it is the same draft");
    assert_eq!(stranger.get("/").await.body.matches("waiting__delete").count(), 1, "and the only one");
}

#[tokio::test]
async fn a_draft_is_deleted_after_a_question() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let form = adele.get("/customers/new").await;
    adele.post("/customers/new/save", &typed(&page_fields(&form), "1", "Wingtip Toys")).await;
    let address = format!("/customers/{}/delete", stored(&mut adele).await);
    let question = adele.get(&address).await;
    assert!(question.body.contains("Delete this draft?") && question.body.contains("Wingtip Toys"));
    assert!(adele.get("/").await.body.contains("Wingtip Toys"), "to be asked deletes nothing");
    let mut diego = world.browser_of("diego@tailwind.example").await;
    assert_eq!(diego.post(&address, &[]).await.status, 404);
    let home = adele.post(&address, &[]).await;
    assert_eq!(home.url.path(), "/");
    assert!(!home.body.contains("Wingtip Toys"));
    assert_eq!(adele.post(&address, &[]).await.status, 404);
}

#[tokio::test]
async fn the_next_customer_of_a_reseller_begins_with_what_the_last_one_had() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    let form = browser.get(&format!("/customers/new?reseller={FIRST_UP}")).await;
    assert!(!form.shown().contains("Taken from"), "there is none yet");
    let page = onboard(&mut browser, WINGTIP).await;
    assert!(page.body.contains("Start another for"), "{}", page.body);

    let form = browser.get(&format!("/customers/new?reseller={FIRST_UP}")).await;
    assert!(form.shown().contains("Taken from the last customer of this reseller"), "{}", form.body);
    assert!(form.body.contains(r#"<option value="US" selected"#), "{}", form.body);
    assert_eq!(form.value("reseller_id").as_deref(), Some(FIRST_UP));
    for private in ["Wingtip Toys", "wingtiptoys", "One Microsoft Way", "Gena", "4255550101", "98052"] {
        assert!(!form.body.contains(private), "{private} is the other customer's");
    }
}

#[tokio::test]
async fn a_pasted_address_is_split_by_the_server() {
    let world = World::start().await;
    let mut browser = world.browser_of(ADELE).await;
    for (country, text, city) in [
        ("US", "One Microsoft Way\nRedmond, WA 98052", "Redmond"),
        ("", "Unter den Linden 17\n10117 Berlin\nGermany", "Berlin"),
    ] {
        let asked = serde_json::json!({ "text": text, "country": country });
        let answer = browser.call("/api/split-address", &asked).await;
        let parts: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(parts["city"], city, "{}", answer.body);
    }
    let asked = serde_json::json!({ "text": "nothing\nto tell it by", "country": "US" });
    assert_eq!(browser.call("/api/split-address", &asked).await.body, "null");
}
