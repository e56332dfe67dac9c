//! Why an onboarding was refused or stopped, in our words: Microsoft's own texts stay in the log.

use crate::{
    domain::country_name,
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
        return Explanation::new("The portal has no record of the reason.", CONTACT);
    };
    let domain = &onboarding.domain;
    match failure.reason {
        Reason::SignInAgain if onboarding.in_doubt => Explanation::new(
            format!("Microsoft no longer accepts your sign-in, or it had no second factor, {UNTIL_THEN}"),
            "Sign in again with multi-factor authentication. The portal then goes on checking by itself.",
        ),
        Reason::SignInAgain => Explanation::new(
            "Microsoft no longer accepts your sign-in, or it had no second factor. Your answers are saved, and nothing \
             was created.",
            "Sign in again with multi-factor authentication. The portal then goes on by itself.",
        ),
        Reason::NotConnected if onboarding.in_doubt => Explanation::new(
            format!(
                "Microsoft does not accept the account that the provider has connected for resellers, {UNTIL_THEN}"
            ),
            "An administrator of the provider connects it again on the page Settings. The portal then goes on checking by \
             itself.",
        ),
        Reason::NotConnected => Explanation::new(
            "Microsoft does not accept the account that the provider has connected for resellers, or there is none. Your \
             answers are saved, and nothing was created.",
            "An administrator of the provider connects it on the page Settings. The portal then goes on by itself.",
        ),
        Reason::Throttled if onboarding.in_doubt => Explanation::new(
            format!(
                "Microsoft has more requests than it wants to answer and asked us to come back later, {UNTIL_THEN}"
            ),
            "Wait, then check again. The same request is repeated, so no second tenant can come of it.",
        ),
        Reason::Throttled => Explanation::new(
            "Microsoft has more requests than it wants to answer and asked us to come back later. Your answers are saved.",
            "Wait a few minutes, then go on. The same request is repeated, so no second tenant can come of it.",
        ),
        Reason::PayloadChanged => Explanation::new(
            "What is stored is not what was approved, so it is not sent (again).",
            "Tell whoever runs this portal. Look in Partner Center for the customer before you check the details in a new draft.",
        ),
        Reason::ResellerDiffers => Explanation::new(
            format!("Microsoft names another reseller than {}, for whom it was to be created.", reseller(onboarding)),
            "Do not hand the credentials over. Give the ids below to Microsoft's support to have the reseller corrected.",
        ),
        Reason::NotSent => Explanation::new(
            "Nothing was sent to Microsoft: the portal could not get a token. Your answers are saved.",
            "The portal tries again by itself.",
        ),
        Reason::LostAnswer => {
            Explanation::new("Microsoft's answer was lost or could not be read.", "Ask Microsoft again.")
        }
        Reason::DomainTaken => Explanation::new(
            format!(
                "The answer was lost. {domain} is taken since, and none of your customers in Partner Center has it."
            ),
            "Look in Partner Center for the company first. If it is not there, the domain is somebody else's: change the \
             details and choose another one.",
        ),
        Reason::NotVisible => Explanation::new(
            format!("Microsoft's audit records say that {domain} was created, and Partner Center does not show it."),
            "Do not start again. Check once more in an hour; if it is still not there, give the ids below to \
             Microsoft's partner support.",
        ),
        Reason::FoundOther => Explanation::new(
            format!(
                "Partner Center has a customer with {domain}, and its company or its reseller is not what you sent."
            ),
            "Do not start again. Compare the two in Partner Center. If it is your customer, give the ids below to \
             Microsoft's partner support to have it corrected.",
        ),
        Reason::OutcomeOfAnother => Explanation::new(
            format!(
                "The customer with {domain} in Partner Center is the outcome of another onboarding in this portal."
            ),
            "Look for it in the list of customers. If yours is another company, change the details and choose another \
             domain.",
        ),
        Reason::NoEvidence => Explanation::new(
            "Microsoft could not be asked for long enough to find out whether the tenant was created.",
            "Do not start again. Check again when Partner Center works.",
        ),
        Reason::Refused => refusal(onboarding, failure.status, failure.code.as_deref()),
    }
}

/// What is added to a hindrance that came before the outcome was known.
const UNTIL_THEN: &str =
    "and until then we cannot find out if the tenant was created. Do not start again; your answers are saved.";

const CONTACT: &str = "Give the ids below to Microsoft's partner support; they lead to the request.";

/// What Microsoft said of a repeat of the create, if it said anything: the likeliest reason that nothing was created.
pub(super) fn refusal_of_repeat(onboarding: &Onboarding) -> Option<Explanation> {
    let failure = onboarding.failure.as_ref()?;
    failure.status.map(|status| refusal(onboarding, Some(status), failure.code.as_deref()))
}

/// A definite answer of Partner Center, by its code, else by its status.
fn refusal(onboarding: &Onboarding, status: Option<u16>, code: Option<&str>) -> Explanation {
    by_code(onboarding, code.unwrap_or_default()).unwrap_or_else(|| match status {
        Some(400 | 422) => Explanation::new(
            "Microsoft does not accept one of the answers and does not say which.",
            "The address and the email address are the usual reasons. Check them against official documents.",
        ),
        Some(403) => Explanation::new(
            "Your role at Microsoft does not allow you to create customers.",
            "An administrator of your organisation can give you the role of admin agent in Partner Center.",
        ),
        Some(409) => Explanation::new(
            "Microsoft says that this conflicts with something that exists already, most likely the domain.",
            "Choose another domain.",
        ),
        _ => Explanation::new("Microsoft refused without a reason that this portal knows.", CONTACT),
    })
}

/// The codes that a create is known to bring (`600002` etc.: documented; the others: seen in the field).
fn by_code(onboarding: &Onboarding, code: &str) -> Option<Explanation> {
    let country = country(onboarding);
    let reseller = reseller(onboarding);
    let (what, whose_move) = match code {
        "600002" => (
            format!("Microsoft does not accept this registration number for {country}."),
            "Check the number and the country of the address; in most countries no number may be sent.".to_owned(),
        ),
        "600049" => (
            format!("Microsoft requires the company's registration number for {country}, and none was given."),
            "Change the details and enter it.".to_owned(),
        ),
        "600050" => (
            format!("The registration number does not look as it must in {country}."),
            "Compare it with official documents.".to_owned(),
        ),
        "600051" => (
            format!("Microsoft requires a phone number for {country}, and none was given."),
            "Change the details and enter it.".to_owned(),
        ),
        "2030" | "20000" => (
            format!("Your organisation may not sell in {country}."),
            "Ask your Microsoft partner manager which countries your agreement covers.".to_owned(),
        ),
        "900123" | "2203" | "2206" => (
            format!("{reseller} has not accepted the Microsoft Partner Agreement."),
            format!("A global admin of {reseller} must sign it in Partner Center. Then create the tenant again."),
        ),
        "900124" => (
            "Your company has not accepted the Microsoft Partner Agreement.".to_owned(),
            "A global admin of your company must sign it in Partner Center. Then create the tenant again.".to_owned(),
        ),
        "800015" | "800016" | "2072" | "900154" => (
            format!("Microsoft does not know {reseller} as one of your indirect resellers."),
            "Check the relationship in Partner Center, or choose another reseller.".to_owned(),
        ),
        "800039" | "900149" => (
            format!("The programme enrolment of {reseller} is not active."),
            format!("{reseller} has to renew it with Microsoft."),
        ),
        "27002" | "3000" | "800002" | "2007" | "900126" => (
            "Microsoft does not accept one of the answers.".to_owned(),
            "The state, the postal code and the email address are the usual reasons. Check them first.".to_owned(),
        ),
        "600006" | "2032" | "900150" | "900308" | "1002" => (
            "Your role at Microsoft does not allow you to create customers.".to_owned(),
            "An administrator of your organisation can give you the role of admin agent in Partner Center.".to_owned(),
        ),
        "90000" | "900309" => (
            "A rule of your organisation in Microsoft Entra stopped the request.".to_owned(),
            "Ask your administrator about Conditional Access for Partner Center.".to_owned(),
        ),
        _ => return None,
    };
    Some(Explanation { what, whose_move })
}

fn country(onboarding: &Onboarding) -> &str {
    country_name(&onboarding.form.country).unwrap_or("this country")
}

fn reseller(onboarding: &Onboarding) -> &str {
    onboarding.reseller_name.as_deref().unwrap_or("the reseller")
}
