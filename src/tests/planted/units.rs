//! Tests of the unit tests: each runs one again with a bug in the portal that it must notice.

mod again;

use self::again::Planted;
use crate::sabotage::Bug;

#[test]
fn a_state_that_is_not_compared_is_noticed() {
    Planted(Bug::StateNotCompared)
        .must_fail("entra::tests::a_sign_in_is_finished_by_the_browser_that_began_it", "a forged cookie was taken");
}

#[test]
fn a_nonce_that_is_not_compared_is_noticed() {
    Planted(Bug::NonceNotCompared)
        .must_fail("entra::tests::claims_that_are_not_ours_are_refused", "{\"nonce\":\"another\"}: None");
}

#[test]
fn a_verifier_that_all_sign_ins_share_is_noticed() {
    Planted(Bug::OneVerifier).must_fail(
        "entra::tests::a_code_of_another_sign_in_does_not_fit_its_verifier",
        "the code of another sign-in was redeemed",
    );
}

#[test]
fn an_audience_that_is_not_compared_is_noticed() {
    Planted(Bug::AudienceNotCompared)
        .must_fail("entra::tests::claims_that_are_not_ours_are_refused", "{\"aud\":\"another-app\"}: None");
}

#[test]
fn a_signature_that_is_not_checked_is_noticed() {
    Planted(Bug::SignatureNotChecked).must_fail("entra::tests::forged_tokens_are_refused", "Foreign {}: None");
}

#[test]
fn one_factor_that_is_enough_is_noticed() {
    Planted(Bug::OneFactorIsEnough)
        .must_fail("entra::tests::a_second_factor_is_looked_for_in_the_id_token_first", "{} {\"amr\":[\"pwd\"]}");
}

#[test]
fn a_tenant_that_is_not_compared_is_noticed() {
    Planted(Bug::AnyTenantSignsIn)
        .must_fail("entra::tests::a_person_of_another_tenant_is_told_so", "a foreign tenant came in");
}

#[test]
fn a_return_address_that_leads_away_is_noticed() {
    Planted(Bug::AnyReturnAddress).must_fail("server::auth::tests::nobody_is_led_away_by_a_return_address", "led away");
}

#[test]
fn a_redirect_that_is_followed_is_noticed() {
    Planted(Bug::RedirectsFollowed)
        .must_fail("entra::tests::a_redirect_of_the_token_endpoint_is_not_followed", "the redirect was followed");
}

#[test]
fn a_session_that_keeps_its_id_is_noticed() {
    Planted(Bug::SessionKeepsItsId).must_fail(
        "session::tests::a_session_that_somebody_has_planted_is_not_the_one_that_is_signed_in",
        "the planted session is signed in",
    );
}

#[test]
fn a_session_that_never_ends_is_noticed() {
    Planted(Bug::SessionNeverEnds).must_fail(
        "session::tests::half_an_hour_without_a_request_ends_a_session",
        "still signed in after half an hour",
    );
}

#[test]
fn a_session_that_outlives_its_sign_out_is_noticed() {
    Planted(Bug::SignOutLeavesTheSession)
        .must_fail("session::tests::a_session_that_was_signed_out_does_not_come_back", "it has come back");
}

#[test]
fn an_id_of_a_session_that_is_stored_is_noticed() {
    Planted(Bug::SessionIdStored)
        .must_fail("session::tests::the_database_does_not_hold_what_the_cookie_holds", "the cookie's id is stored");
}

#[test]
fn a_cookie_that_scripts_can_read_is_noticed() {
    Planted(Bug::ScriptsReadTheCookie)
        .must_fail("server::auth::tests::a_person_signs_in_and_out", "the flags of the cookie");
}

#[test]
fn a_stranger_that_is_believed_is_noticed() {
    Planted(Bug::AnyProxyIsBelieved)
        .must_fail("server::address::tests::a_stranger_is_not_believed", "a stranger is believed");
}

#[test]
fn a_dropped_cap_of_creates_is_noticed() {
    Planted(Bug::NoDailyCap).must_fail(
        "journal::caps::tests::of_all_who_send_at_the_same_time_exactly_as_many_begin_as_may",
        "as many as may",
    );
}

#[test]
fn an_envelope_that_opens_anywhere_is_noticed() {
    Planted(Bug::PlaceNotBound).must_fail(
        "credentials::tests::a_ciphertext_in_the_row_of_another_onboarding_does_not_open",
        "opened in another row",
    );
}

#[test]
fn a_password_for_any_page_that_asks_again_is_noticed() {
    Planted(Bug::AnyPageAsksAgain).must_fail(
        "credentials::tests::another_token_session_or_person_learns_who_opened_them",
        "shown to another page",
    );
}

#[test]
fn a_password_for_whoever_looks_on_is_noticed() {
    Planted(Bug::SupportOpens).must_fail("credentials::tests::who_may_not_open_them_finds_nothing", "opened by");
}

#[test]
fn an_approval_by_a_colleague_is_noticed() {
    Planted(Bug::AnybodyApproves).must_fail(
        "journal::tests::approval::nobody_approves_the_own_work_and_only_the_provider_approves",
        "approved by",
    );
}

#[test]
fn a_password_that_is_shown_off_the_record_is_noticed() {
    Planted(Bug::RevealNotOnRecord).must_fail(
        "credentials::tests::what_cannot_be_put_on_record_is_not_shown_and_not_lost",
        "shown without a record",
    );
}

#[test]
fn a_hash_that_is_not_compared_is_noticed() {
    Planted(Bug::HashNotCompared).must_fail(
        "provisioning::tests::only_what_was_seen_in_the_review_is_sent",
        "something else than was seen is sent",
    );
}

#[test]
fn a_cell_that_begins_a_formula_is_noticed() {
    Planted(Bug::FormulasStay).must_fail("csv::tests::no_cell_begins_a_formula", "=1+1 begins a formula");
}

#[test]
fn a_text_that_is_shown_as_a_code_is_noticed() {
    Planted(Bug::AnyCodeIsShown).must_fail(
        "partner_center::tests::transport::a_code_is_a_number_or_a_word_whatever_text_stands_in_its_place",
        "a page would show the upstream's text",
    );
}

#[test]
fn an_answer_to_another_call_that_is_used_is_noticed() {
    Planted(Bug::AnotherCallsAnswer)
        .must_fail("partner_center::tests::create::an_answer_to_another_call_is_not_used", "both ids");
}

#[test]
fn a_refused_token_that_is_sent_again_is_noticed() {
    Planted(Bug::RefusedTokenAgain).must_fail(
        "partner_center::tests::create::a_token_that_is_not_accepted_is_never_sent_again",
        "the token was sent again",
    );
}
