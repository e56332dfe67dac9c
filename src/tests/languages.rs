//! The language of an answer: asked for, chosen, kept.

use super::support::{ADELE, World};

#[tokio::test]
async fn a_page_is_answered_in_the_language_that_the_browser_asks_for_and_says_so() {
    let world = World::start().await;
    let mut browser = world.browser();
    for (asked, tag, words) in [
        ("sv-SE,sv;q=0.9", "sv", "Logga in med Microsoft"),
        ("nl", "nl", "Aanmelden met Microsoft"),
        ("tr-TR", "tr", "Microsoft ile oturum aç"),
        ("zh-TW", "zh-Hant", "使用 Microsoft 登入"),
        ("de,fr;q=0.5", "en", "Sign in with Microsoft"),
    ] {
        browser.say(&[("accept-language", asked)]);
        let page = browser.get("/sign-in").await;
        assert_eq!(page.header("content-language"), Some(tag));
        assert_eq!(page.header("vary"), Some("Accept-Encoding, Accept-Language, Cookie"));
        assert!(page.body.contains(&format!("<html lang=\"{tag}\"")), "{tag}");
        assert!(page.body.contains(words), "{tag}: {}", page.body);
    }
}

#[tokio::test]
async fn a_choice_counts_before_what_the_browser_asks_for_and_leads_back_to_the_same_page() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let list = adele.get("/customers?state=draft").await;
    let same_page = list.value("return_to").unwrap();
    assert_eq!(same_page, "/customers?state=draft");
    adele.say(&[("accept-language", "nl")]);
    let list = adele.post("/language", &[("language", "tr"), ("return_to", &same_page)]).await;
    assert_eq!(list.url.path(), "/customers");
    assert_eq!(list.url.query(), Some("state=draft"));
    assert_eq!(list.header("content-language"), Some("tr"));
    assert!(list.body.contains("Müşteriler"), "{}", list.body);
}

#[tokio::test]
async fn a_choice_leads_to_no_foreign_address_and_an_unknown_language_changes_nothing() {
    let world = World::start().await;
    let mut browser = world.browser();
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "/auth/start", "x"] {
        let body = format!("language=sv&return_to={elsewhere}");
        let form = Some(("application/x-www-form-urlencoded", body));
        let answer = browser.ask(reqwest::Method::POST, "/language", form).await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), Some("/"), "{elsewhere}");
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.starts_with("portal-language=sv;"), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
    let form = Some(("application/x-www-form-urlencoded", "language=xx&return_to=%2Fsign-in".to_owned()));
    let answer = browser.ask(reqwest::Method::POST, "/language", form).await;
    assert_eq!((answer.header("location"), answer.header("set-cookie")), (Some("/sign-in"), None));
}

#[tokio::test]
async fn the_form_speaks_the_language_with_its_rules_errors_and_names_of_countries() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    adele.say(&[("accept-language", "sv")]);
    let form = adele.get("/customers/new").await;
    for words in ["Registrera en kund", "Tyskland", "Registrerat företagsnamn"] {
        assert!(form.body.contains(words), "{words}");
    }
    let draft = form.value("draft").unwrap();
    let wrong = adele.post("/customers/new", &[("intent", "continue"), ("draft", &draft), ("country", "SE")]).await;
    for words in ["Ange det registrerade företagsnamnet", "Postnummer", "Det finns ett problem"] {
        assert!(wrong.body.contains(words), "{words}");
    }
    assert!(wrong.body.contains("<title>Fel: "), "the title says so first");
}
