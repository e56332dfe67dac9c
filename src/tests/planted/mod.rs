//! Tests of the tests: each runs another one again with a bug in the portal that it must notice. Those over a whole portal
//! are here, the unit tests in `units.rs`; a bug that takes faults around the portal to show is for `make torture`.

mod again;

use reseller_portal::sabotage::Bug;

pub(crate) use self::again::Planted;
use crate::architecture;

/// How many bugs there are at least (bar S4).
const AT_LEAST: usize = 25;

/// Where those stand that catch them.
const CATCHERS: [&str; 3] =
    [include_str!("mod.rs"), include_str!("units.rs"), include_str!("../../torture/planted.rs")];

/// The bugs that neither a bar of the rig nor a test has to catch.
fn without_a_catcher(sources: &[&str]) -> Vec<Bug> {
    let lines = sources.iter().flat_map(|source| source.lines()).map(str::trim);
    // In one line, wherever the formatter breaks them.
    let code = lines.filter(|line| !line.starts_with("//")).collect::<String>();
    let is_caught = |bug: &Bug| {
        let (by_a_test, by_a_bar) = (format!("Planted(Bug::{bug:?}).must_fail"), format!("Bug::{bug:?} => (\""));
        code.contains(&by_a_test) || code.contains(&by_a_bar)
    };
    Bug::ALL.iter().copied().filter(|bug| !is_caught(bug)).collect()
}

#[test]
fn every_bug_has_a_bar_or_a_test_that_must_catch_it() {
    assert_eq!(without_a_catcher(&CATCHERS), []);
    assert!(Bug::ALL.len() >= AT_LEAST, "{} bugs", Bug::ALL.len());
}

#[test]
fn a_bug_that_nobody_catches_is_found() {
    for nothing in ["", "// Planted(Bug::NoOwnerFilter).must_fail(", "Bug::NoOwnerFilter => return None,"] {
        assert_eq!(without_a_catcher(&[nothing]), Bug::ALL);
    }
    let caught = ["Planted(Bug::NoOwnerFilter).must_fail_with(", "Bug::IntentTwice => (\"r3\", \"sent\"),"];
    assert_eq!(without_a_catcher(&caught).len(), Bug::ALL.len() - 2);
}

#[test]
fn every_bug_has_its_place_in_the_portal() {
    let sources = architecture::sources().unwrap();
    let product = sources.iter().filter(|(file, _)| !file.starts_with("tests") && !file.starts_with("torture"));
    let product = product.map(|(_, source)| source.as_str()).collect::<String>();
    for bug in Bug::ALL {
        assert!(product.contains(&format!("planted!({bug:?})")), "{bug:?} is listed and nowhere made");
    }
}

#[test]
fn a_dropped_origin_check_is_noticed() {
    Planted(Bug::NoOriginCheck).must_fail(
        "access::origins::four_hundred_combinations_of_headers_at_every_address_that_changes_something",
        "was let in",
    );
}

#[test]
fn a_dropped_owner_filter_is_noticed() {
    Planted(Bug::NoOwnerFilter).must_fail_with(
        "access::foreign::a_foreign_id_and_an_absent_one_are_answered_alike_wherever_a_reseller_puts_them",
        "another's record shows",
        &[("PORTAL_FOREIGN_IDS", "400")],
    );
}

#[test]
fn a_form_that_calls_a_server_function_is_noticed() {
    Planted(Bug::AnyContentType).must_fail(
        "safety::a_server_function_answers_with_the_status_that_its_failure_means",
        "only JSON is understood",
    );
}

#[test]
fn roles_of_another_tenant_that_count_are_noticed() {
    Planted(Bug::AnyTenantsRoles)
        .must_fail("resellers::a_role_that_another_tenant_assigns_is_worth_nothing", "another tenant's role counts");
}

#[test]
fn a_role_that_is_kept_for_good_is_noticed() {
    Planted(Bug::RoleIsKept).must_fail(
        "access::changes::a_role_that_changes_at_entra_counts_within_the_hour_however_often_the_person_asks",
        "minutes after {\"roles\":[\"Portal.Support\"]}",
    );
}

#[test]
fn a_person_who_is_shut_out_and_stays_in_is_noticed() {
    Planted(Bug::ShutOutStaysIn).must_fail(
        "resellers::whoever_is_shut_out_is_out_at_the_next_request_and_stays_so_over_a_sign_in",
        "shut out, and still in",
    );
}

#[test]
fn pages_that_browsers_may_keep_are_noticed() {
    Planted(Bug::NoStoreLeftOff).must_fail("safety::every_answer_carries_the_security_headers", "cache-control of /");
}

#[test]
fn a_nonce_that_all_pages_share_is_noticed() {
    Planted(Bug::OneNonce).must_fail("safety::no_two_pages_have_the_same_nonce", "pages share a nonce");
}

#[test]
fn a_dropped_rate_limit_is_noticed() {
    Planted(Bug::NoRateLimit).must_fail(
        "limits::who_tries_passwords_too_often_is_told_when_to_come_again_and_others_are_not_held_up",
        "forty at once are too many",
    );
}

#[test]
fn a_body_of_any_size_that_is_read_is_noticed() {
    Planted(Bug::NoBodyLimit).must_fail("safety::more_than_any_form_holds_is_not_read", "it was read");
}

#[test]
fn a_reseller_that_the_form_decides_is_noticed() {
    Planted(Bug::FormDecidesTheReseller)
        .must_fail("resellers::for_whom_a_reseller_creates_is_no_answer_of_the_form", "the form has decided for whom");
}

#[test]
fn a_logged_token_is_noticed() {
    Planted(Bug::TokenLogged).must_fail_with(
        "access::leaks::no_secret_is_anywhere_but_with_whom_it_belongs_to",
        "an access token in the log",
        &[("PORTAL_FEW_REQUESTS", "1")],
    );
}
