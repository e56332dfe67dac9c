use leptos::prelude::*;
use secrecy::SecretString;

use super::samples::{adele, at, confirmed, now, onboarding_id};
use crate::{
    components::testing::html,
    credentials::Credential,
    pages::{AlreadyOpenedPage, AlreadyOpenedView, CredentialsPage, CredentialsView},
};

fn page(password: &str) -> String {
    let credential = Credential {
        user_name: "admin@wingtiptoys.onmicrosoft.com".to_owned(),
        password: SecretString::from(password),
        until: at("2026-11-20T19:32:05Z"),
    };
    let view = CredentialsView {
        id: onboarding_id(),
        company_name: "Wingtip Toys".to_owned(),
        credential,
        sign_in_address: "https://admin.microsoft.com".to_owned(),
        now: now(),
    };
    html(|| view! { <CredentialsPage view/> })
}

/// What a browser makes of the value of the password's field.
fn read_back(html: &str) -> String {
    let field = html.split("<input").find(|tag| tag.contains(r#"id="password""#)).unwrap();
    let value = field.split_once("value=\"").unwrap().1.split_once('"').unwrap().0;
    value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn every_password_survives_to_the_letter() {
    for password in ["0Krha*Io", "=;;n.=s9Z", "a\"b<c>&amp;'d", " lead and trail ", "\u{e9}\u{f1}%20+"] {
        assert_eq!(read_back(&page(password)), password);
    }
}

#[test]
fn the_password_stands_in_its_field_and_nowhere_else() {
    let html = page("0Krha*Io");
    assert_eq!(html.matches("0Krha*Io").count(), 1, "{html}");
    assert!(!html.contains("leptos-island") && !html.contains("data-props"), "{html}");
    assert!(html.contains(r#"autocomplete="off""#) && html.contains("readonly"), "{html}");
}

#[test]
fn the_user_name_is_given_in_full_and_the_storing_is_a_post() {
    let html = page("0Krha*Io");
    assert!(html.contains(">admin@wingtiptoys.onmicrosoft.com</code>"), "{html}");
    assert!(html.contains(">https://admin.microsoft.com</code>"), "{html}");
    assert!(html.contains(&format!(r#"method="post" action="/customers/{}/credentials/stored""#, onboarding_id())));
    assert!(html.contains("the portal forgets it in 2 minutes"), "{html}");
    assert!(html.contains("must be changed at the first sign-in"), "{html}");
}

#[test]
fn a_second_opening_says_who_was_first_and_has_no_field() {
    let view = AlreadyOpenedView {
        id: onboarding_id(),
        company_name: "Wingtip Toys".to_owned(),
        status: confirmed(),
        viewer: adele(),
        now: now(),
    };
    let html = html(|| view! { <AlreadyOpenedPage view/> });
    assert!(html.contains("Opened on 20 November 2026, 19:28:11 UTC"), "{html}");
    assert!(html.contains("Adele Vance (you)") && !html.contains("<input"), "{html}");
}

#[test]
fn the_view_says_nothing_when_it_is_logged() {
    let credential = Credential {
        user_name: "admin@wingtiptoys.onmicrosoft.com".to_owned(),
        password: SecretString::from("0Krha*Io"),
        until: now(),
    };
    assert!(!format!("{credential:?}").contains("0Krha"));
}
