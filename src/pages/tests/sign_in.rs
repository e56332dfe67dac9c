use leptos::prelude::*;

use crate::{
    components::testing::html,
    entra::SignInProblem,
    pages::{SignInNotice, SignInPage, SignInView},
};

fn page(notice: Option<SignInNotice>, answers_saved: bool) -> String {
    let view = SignInView {
        start: "/auth/start?return_to=%2F".to_owned(),
        start_as_reseller: "/auth/start?return_to=%2F&as=reseller".to_owned(),
        notice,
        answers_saved,
        reference: if notice.is_some() { "4f2a91c7".to_owned() } else { String::new() },
    };
    html(|| view! { <SignInPage view/> })
}

fn notices() -> impl Iterator<Item = SignInNotice> {
    SignInProblem::ALL.into_iter().map(SignInNotice::Failed).chain([SignInNotice::Ended])
}

#[test]
fn the_way_to_microsoft_is_a_link() {
    let html = page(None, false);
    assert!(html.contains(r#"href="/auth/start?return_to=%2F""#), "{html}");
    assert!(html.contains("Sign in with Microsoft"));
    assert!(!html.contains("Reference") && !html.contains(r#"role="alert""#), "{html}");
}

#[test]
fn every_notice_says_what_happened_and_has_a_reference() {
    for notice in notices() {
        let html = page(Some(notice), false);
        assert!(html.contains(r#"role="alert""#), "{html}");
        assert!(html.contains("4f2a91c7"), "{html}");
        assert!(html.contains("Sign in with Microsoft"), "a way on: {html}");
    }
}

#[test]
fn an_ended_session_says_that_the_answers_are_kept() {
    assert!(page(Some(SignInNotice::Ended), true).contains("Your answers are saved"));
    assert!(!page(Some(SignInNotice::Ended), false).contains("Your answers are saved"));
}

#[test]
fn only_known_words_become_notices() {
    for notice in notices() {
        assert_eq!(SignInNotice::from_word(notice.word()), Some(notice));
    }
    assert_eq!(SignInNotice::from_word("<b>"), None);
}
