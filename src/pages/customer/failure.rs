//! Why an onboarding was refused or stopped, in our words: Microsoft's own texts stay in the log.

use crate::{
    domain::country_name,
    i18n::t,
    journal::{Onboarding, Reason},
};

/// What happened, and whose move it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) what: String,
    pub(super) whose_move: String,
}

impl Explanation {
    fn new(what: impl Into<String>, whose_move: impl Into<String>) -> Self {
        Self { what: what.into(), whose_move: whose_move.into() }
    }
}

/// Explains the failure of an onboarding.
pub(super) fn explain(onboarding: &Onboarding) -> Explanation {
    let Some(failure) = &onboarding.failure else {
        return Explanation::new(t!(failure.the_portal_has_no_record), t!(failure.contact));
    };
    let domain = &onboarding.domain;
    match failure.reason {
        Reason::SignInAgain if onboarding.in_doubt => Explanation::new(
            t!(failure.microsoft_no_longer_accepts_your, until_then = t!(failure.until_then)),
            t!(failure.sign_in_again_with_multi),
        ),
        Reason::SignInAgain => Explanation::new(
            t!(failure.microsoft_no_longer_accepts_your_sign),
            t!(failure.sign_in_again_with_multi_factor),
        ),
        Reason::NotConnected if onboarding.in_doubt => Explanation::new(
            t!(failure.microsoft_does_not_accept_the, until_then = t!(failure.until_then)),
            t!(failure.an_administrator_of_the_provider),
        ),
        Reason::NotConnected => Explanation::new(
            t!(failure.microsoft_does_not_accept_the_account),
            t!(failure.an_administrator_of_the_provider_connects),
        ),
        Reason::Throttled if onboarding.in_doubt => Explanation::new(
            t!(failure.microsoft_has_more_requests_than, until_then = t!(failure.until_then)),
            t!(failure.wait_then_check_again_the),
        ),
        Reason::Throttled => {
            Explanation::new(t!(failure.microsoft_has_more_requests_than_it), t!(failure.wait_a_few_minutes_then))
        }
        Reason::PayloadChanged => {
            Explanation::new(t!(failure.what_is_stored_is_not), t!(failure.tell_whoever_runs_this_portal))
        }
        Reason::ResellerDiffers => Explanation::new(
            t!(failure.microsoft_names_another_reseller_than, reseller = reseller(onboarding)),
            t!(failure.do_not_hand_the_credentials),
        ),
        Reason::NotSent => {
            Explanation::new(t!(failure.nothing_was_sent_to_microsoft), t!(failure.the_portal_tries_again_by))
        }
        Reason::LostAnswer => {
            Explanation::new(t!(failure.microsofts_answer_was_lost_or), t!(failure.ask_microsoft_again))
        }
        Reason::DomainTaken => Explanation::new(
            t!(failure.the_answer_was_lost_is, domain = domain.as_str()),
            t!(failure.look_in_partner_center_for),
        ),
        Reason::NotVisible => Explanation::new(
            t!(failure.microsofts_audit_records_say_that, domain = domain.as_str()),
            t!(failure.do_not_start_again_check),
        ),
        Reason::FoundOther => Explanation::new(
            t!(failure.partner_center_has_a_customer, domain = domain.as_str()),
            t!(failure.do_not_start_again_compare),
        ),
        Reason::OutcomeOfAnother => Explanation::new(
            t!(failure.the_customer_with_in_partner, domain = domain.as_str()),
            t!(failure.look_for_it_in_the),
        ),
        Reason::NoEvidence => {
            Explanation::new(t!(failure.microsoft_could_not_be_asked), t!(failure.do_not_start_again_check_again))
        }
        Reason::Refused => refusal(onboarding, failure.status, failure.code.as_deref()),
    }
}

/// What Microsoft said of a repeat of the create, if it said anything: the likeliest reason that nothing was created.
pub(super) fn refusal_of_repeat(onboarding: &Onboarding) -> Option<Explanation> {
    let failure = onboarding.failure.as_ref()?;
    failure.status.map(|status| refusal(onboarding, Some(status), failure.code.as_deref()))
}

/// A definite answer of Partner Center, by its code, else by its status.
fn refusal(onboarding: &Onboarding, status: Option<u16>, code: Option<&str>) -> Explanation {
    by_code(onboarding, code.unwrap_or_default()).unwrap_or_else(|| match status {
        Some(400 | 422) => {
            Explanation::new(t!(failure.microsoft_does_not_accept_one), t!(failure.the_address_and_the_email))
        }
        Some(403) => {
            Explanation::new(t!(failure.your_role_at_microsoft_does), t!(failure.an_administrator_of_your_organisation))
        }
        Some(409) => {
            Explanation::new(t!(failure.microsoft_says_that_this_conflicts), t!(failure.choose_another_domain))
        }
        _ => Explanation::new(t!(failure.microsoft_refused_without_a_reason), t!(failure.contact)),
    })
}

/// The codes that a create is known to bring (`600002` etc.: documented; the others: seen in the field).
fn by_code(onboarding: &Onboarding, code: &str) -> Option<Explanation> {
    let country = country(onboarding);
    let reseller = reseller(onboarding);
    let (what, whose_move) = match code {
        "600002" => (
            t!(failure.microsoft_does_not_accept_this, country = country),
            t!(failure.check_the_number_and_the).to_owned(),
        ),
        "600049" => (
            t!(failure.microsoft_requires_the_companys_registration, country = country),
            t!(failure.change_the_details_and_enter).to_owned(),
        ),
        "600050" => (
            t!(failure.the_registration_number_does_not, country = country),
            t!(failure.compare_it_with_official_documents).to_owned(),
        ),
        "600051" => (
            t!(failure.microsoft_requires_a_phone_number, country = country),
            t!(failure.change_the_details_and_enter).to_owned(),
        ),
        "2030" | "20000" => (
            t!(failure.your_organisation_may_not_sell, country = country),
            t!(failure.ask_your_microsoft_partner_manager).to_owned(),
        ),
        "900123" | "2203" | "2206" => (
            t!(failure.has_not_accepted_the_microsoft, reseller = reseller),
            t!(failure.a_global_admin_of_must, reseller = reseller),
        ),
        "900124" => {
            (t!(failure.your_company_has_not_accepted).to_owned(), t!(failure.a_global_admin_of_your).to_owned())
        }
        "800015" | "800016" | "2072" | "900154" => (
            t!(failure.microsoft_does_not_know_as, reseller = reseller),
            t!(failure.check_the_relationship_in_partner).to_owned(),
        ),
        "800039" | "900149" => (
            t!(failure.the_programme_enrolment_of_is, reseller = reseller),
            t!(failure.has_to_renew_it_with, reseller = reseller),
        ),
        "27002" | "3000" | "800002" | "2007" | "900126" => {
            (t!(failure.microsoft_does_not_accept_one_of).to_owned(), t!(failure.the_state_the_postal_code).to_owned())
        }
        "600006" | "2032" | "900150" | "900308" | "1002" => (
            t!(failure.your_role_at_microsoft_does).to_owned(),
            t!(failure.an_administrator_of_your_organisation).to_owned(),
        ),
        "90000" | "900309" => (
            t!(failure.a_rule_of_your_organisation).to_owned(),
            t!(failure.ask_your_administrator_about_conditional).to_owned(),
        ),
        _ => return None,
    };
    Some(Explanation { what, whose_move })
}

fn country(onboarding: &Onboarding) -> &str {
    country_name(&onboarding.form.country).unwrap_or(t!(failure.this_country))
}

fn reseller(onboarding: &Onboarding) -> &str {
    onboarding.reseller_name.as_deref().unwrap_or(t!(failure.the_reseller))
}
