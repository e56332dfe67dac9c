//! Countries as people meet them: what refusals teach, where customers are created, and what is said of both.

use serde_json::json;

use super::{
    browser::{Browser, Page},
    support::{ADELE, World, approve, fill_in, settled, wingtip_with},
};

const DIEGO: &str = "diego@tailwind.example";
const NESTOR: &str = "nestor@tailwind.example";

/// A customer in Sweden, where Microsoft's rules say nothing of registration numbers.
fn swede<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = wingtip_with(&[
        ("country", "SE"),
        ("city", "Stockholm"),
        ("state", ""),
        ("postal_code", "11455"),
        ("phone", "08-123 456 78"),
        ("culture", "sv-SE"),
        ("language", "sv"),
    ]);
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    form
}

/// Sends a form that Microsoft refuses, and takes its answers into a new draft.
async fn refused_and_copied(browser: &mut Browser, form: &[(&str, &str)]) -> Page {
    let review = fill_in(browser, form).await;
    assert!(review.url.path().ends_with("/review"), "{}", review.body);
    let sent = approve(browser, &review).await;
    let ended = settled(browser, sent.url.path()).await;
    browser.post(&format!("{}/copy", ended.url.path()), &[]).await
}

#[tokio::test]
async fn a_refusal_changes_the_form_for_everybody_and_keeps_what_was_typed() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let number = json!({ "customerOrganizationRegistrationNumberRegex": "^[0-9]{10}$" });
    assert!(world.simulator.change_country("SE", &json!({}), &number));

    // 600049: Microsoft wants a number after all.
    let mended = refused_and_copied(&mut adele, &swede(&[])).await;
    assert!(mended.body.contains("Enter the registration number of the company"), "{}", mended.body);
    assert!(mended.body.contains(r#"name="registration_number""#) && mended.body.contains("Stockholm"));

    // 600050: and one that looks otherwise, as a colleague finds out, who is asked for one by now.
    let mut diego = world.browser_of(DIEGO).await;
    let mended =
        refused_and_copied(&mut diego, &swede(&[("registration_number", "55600"), ("domain", "swede2")])).await;
    assert!(mended.body.contains("Check the registration number"), "{}", mended.body);
    assert!(mended.body.contains(r#"value="55600""#), "what was typed is kept");
    let wrong = fill_in(&mut adele, &swede(&[("registration_number", "55601"), ("domain", "swede3")])).await;
    assert_eq!(wrong.status, 422, "nobody has to be refused a second time");

    // 600002: and none at all, from one day to the next.
    world.simulator.change_country("SE", &json!({}), &json!({ "customerOrganizationRegistrationNumberRefused": true }));
    let form = swede(&[("registration_number", "5560001234"), ("domain", "swede4")]);
    let mended = refused_and_copied(&mut adele, &form).await;
    let words = "Microsoft does not accept a registration number for Sweden. We removed it; check and send again";
    assert!(mended.body.contains(words), "{}", mended.body);
    assert!(!mended.body.contains(r#"name="registration_number""#), "{}", mended.body);

    // Administrators see it, and can take it back.
    let mut nestor = world.browser_of(NESTOR).await;
    let settings = nestor.get("/settings").await;
    assert!(settings.body.contains("Microsoft refused a registration number"), "{}", settings.body);
    assert_eq!(adele.post("/settings/countries", &[("country", "SE")]).await.status, 403);
    let forgotten = nestor.post("/settings/countries", &[("country", "SE")]).await;
    assert!(forgotten.body.contains("What was learned is forgotten"), "{}", forgotten.body);
    assert!(!forgotten.body.contains("Microsoft refused a registration number"), "{}", forgotten.body);
}

#[tokio::test]
async fn customers_are_created_in_the_countries_of_the_setting_alone() {
    let world = World::set(&[("PORTAL_COUNTRIES", "SE, NL")]).await;
    let mut adele = world.browser_of(ADELE).await;
    let form = adele.get("/customers/new").await;
    assert!(form.body.contains(r#"<option value="SE""#) && !form.body.contains(r#"<option value="US""#));
    let refused = fill_in(&mut adele, &wingtip_with(&[])).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("Customers in the United States are not created here"), "{}", refused.body);
    assert!(fill_in(&mut adele, &swede(&[])).await.url.path().ends_with("/review"));
}

#[tokio::test]
async fn what_is_doubtful_is_said_and_what_is_the_partners_own_is_refused() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let own = fill_in(&mut adele, &wingtip_with(&[("email", "adele@tailwind.example")])).await;
    assert_eq!(own.status, 422);
    assert!(own.body.contains("own email address, not one at"), "{}", own.body);
    let review = fill_in(&mut adele, &swede(&[("phone", "12345"), ("middle_name", "Maria")])).await;
    assert!(review.body.contains("This does not look like a number of Sweden"), "{}", review.body);
    assert!(review.value("payload_hash").is_some(), "and nobody is stopped");
}

#[tokio::test]
async fn districts_middle_names_and_third_lines_reach_microsoft_where_they_exist() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let form = wingtip_with(&[
        ("country", "BR"),
        ("state", "SP"),
        ("city", "S\u{e3}o Paulo"),
        ("district", "Bela Vista"),
        ("address_line2", "Bloco B"),
        ("address_line3", "Sala 12"),
        ("postal_code", "40301-110"),
        ("phone", "(11) 96123-4567"),
        ("registration_number", "12.345.678/0001-95"),
        ("culture", "pt-BR"),
        ("language", "pt"),
    ]);
    let review = fill_in(&mut adele, &form).await;
    for words in ["Bela Vista", "Sala 12"] {
        assert!(review.body.contains(words), "{words}: {}", review.body);
    }
    let sent = approve(&mut adele, &review).await;
    let page = settled(&mut adele, sent.url.path()).await;
    assert!(page.body.contains("Bela Vista"), "{}", page.body);
    assert_eq!(world.simulator.ledger().customers.len(), 1);
}
