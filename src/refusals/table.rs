//! The table. Texts stand here and nowhere else; who changes one runs the tests, which write `src/ERRORS.md` anew.

use super::{
    Asked::{self, Address, Agreement, Create, Domain, Password, Readiness, Resellers},
    Known::{self, Documented, Otherwise, Seen},
    Mover::{self, Microsoft, Nobody, Operator, Provider, Reseller},
    Next::{self, Change, Retry, SendAgain, SignIn, Support, Wait},
    Row,
    Wrong::{self, Missing, NotReady, NotWanted, Refused, Taken},
};
use crate::domain::Field;

/// What a line begins with.
const fn row(asked: &'static [Asked], status: u16, code: &'static str, known: Known) -> Row {
    Row {
        asked,
        status: Some(status),
        code,
        known,
        field: None,
        what: "",
        mover: Microsoft,
        advice: ASK_SUPPORT,
        next: Support,
    }
}

impl Row {
    const fn at(self, field: Field, wrong: Wrong) -> Self {
        Self { field: Some((field, wrong)), ..self }
    }

    const fn says(self, what: &'static str) -> Self {
        Self { what, ..self }
    }

    const fn turn(self, mover: Mover, advice: &'static str, next: Next) -> Self {
        Self { mover, advice, next, ..self }
    }

    const fn whatever_status(self) -> Self {
        Self { status: None, ..self }
    }
}

const ACTS: &[Asked] = &[Agreement, Password];
const WRITES: &[Asked] = &[Create, Agreement, Password];
const CALLS: &[Asked] = &[Create, Agreement, Password, Resellers];
const CHECKS: &[Asked] = &[Readiness, Domain, Address];

const ASK_SUPPORT: &str =
    "Copy the text for Microsoft's partner support from this page into a ticket; it leads them to the request.";
const USUAL_REASONS: &str = "The state, the postal code and the email address are the usual reasons. Check them first, against \
                             official documents.";
const ROLE: &str =
    "An administrator of your organisation can give you the role of admin agent in Partner Center. Then try again.";
const GDAP_ROLE: &str = "A colleague can help who is in a security group that has the role User Administrator or Privileged Authentication \
     Administrator by GDAP; for a global administrator it takes the latter. If nobody has it, an administrator of the \
     provider assigns such a group to the admin relationship in Partner Center (Customers, this company, Admin \
     relationships). If there is no relationship, the customer has to accept one first.";
const RELATIONSHIP: &str = "Look at the relationship with {reseller} in Partner Center, or choose another reseller.";
const SECOND_FACTOR: &str = "Sign in again with multi-factor authentication.";
const SET_UP: &str = "Whoever runs this portal has to look at its set-up; `portal check` names what is wrong.";
const LATER: &str = "Nobody has to do anything: the portal asks again by itself.";
const CHECKED_LATER: &str = "You can continue. Microsoft checks it when the tenant is created.";
const CHECK_ANSWERS: &str = "Check the name, the email address and the day, then send the form again.";
const NOT_YET_SHOWN: &str = "A new customer can take some minutes to appear. Try again then.";

/// For an answer that nothing else fits. Honest: it says that we do not know.
pub(super) static UNKNOWN: Row = row(&Asked::ALL, 0, "", Otherwise)
    .whatever_status()
    .says("Microsoft refused without a reason that this portal knows.");

/// What is known. Of several rows that fit the first one counts.
pub static TABLE: &[Row] = &[
    // ---- The create: fields.
    row(&[Create], 400, "600002", Documented)
        .at(Field::RegistrationNumber, NotWanted)
        .says("Microsoft does not accept this registration number for {country}.")
        .turn(Operator, "Check the number and the country of the address; in most countries no number may be sent.", Change),
    row(&[Create], 400, "600049", Documented)
        .at(Field::RegistrationNumber, Missing)
        .says("Microsoft requires the company's registration number for {country}, and none was given.")
        .turn(Operator, "Change the details and enter the number as it stands in official documents.", Change),
    row(&[Create], 400, "600050", Documented)
        .at(Field::RegistrationNumber, Refused)
        .says("The registration number does not look as it must in {country}.")
        .turn(Operator, "Compare it with official documents.", Change),
    row(&[Create], 400, "600051", Documented)
        .at(Field::Phone, Missing)
        .says("Microsoft requires a phone number for {country}, and none was given.")
        .turn(Operator, "Change the details and enter the contact's phone number.", Change),
    row(&[Create], 403, "2030", Documented)
        .at(Field::Country, Refused)
        .says("Your organisation may not sell in {country}.")
        .turn(
            Provider,
            "An administrator of the provider asks your Microsoft partner manager which countries your agreement covers.",
            Change,
        ),
    row(&[Create], 400, "20000", Seen)
        .at(Field::Country, Refused)
        .says("Your organisation may not sell in {country}.")
        .turn(
            Provider,
            "An administrator of the provider asks your Microsoft partner manager which countries your agreement covers.",
            Change,
        ),
    row(&[Create], 409, "1003", Documented)
        .at(Field::Domain, Taken)
        .says("Microsoft says that {domain} is taken.")
        .turn(Operator, "Choose another domain.", Change),
    row(&[Create], 400, "4002", Seen)
        .at(Field::State, Refused)
        .says("Microsoft does not know the state for {country}.")
        .turn(Operator, "Choose the state from the list, then send again.", Change),
    // The field is the one that Microsoft names in the answer, if it names one.
    row(&[Create], 400, "27002", Seen)
        .says("Microsoft does not accept one of the answers.")
        .turn(
            Operator,
            "The state, the postal code and the email address are the usual reasons. If it was the email address, Microsoft \
             may have used up {domain} all the same; the form checks that.",
            Change,
        ),
    row(&[Create], 400, "3000", Documented)
        .says("Microsoft does not accept one of the answers.")
        .turn(Operator, USUAL_REASONS, Change),
    row(&[Create], 400, "800002", Documented)
        .says("Microsoft cannot make sense of one of the answers, and does not say of which.")
        .turn(Operator, USUAL_REASONS, Change),
    row(&[Create], 400, "900126", Documented)
        .says("Microsoft does not know one of the choices, such as the state or the language.")
        .turn(Operator, "Choose the state, the language and the format of invoices once more.", Change),
    row(&[Create], 400, "2007", Seen)
        .at(Field::AddressLine1, Refused)
        .says("Microsoft does not accept the address.")
        .turn(Operator, "Compare it with official documents; postal code, city and state have to fit together.", Change),
    // ---- The create: the reseller and the provider.
    row(&[Create], 403, "900123", Documented)
        .at(Field::Reseller, NotReady)
        .says("{reseller} has not accepted the Microsoft Partner Agreement.")
        .turn(
            Reseller,
            "A global admin of {reseller} must sign it in Partner Center. Then create the tenant again.",
            SendAgain,
        ),
    row(&[Create, Readiness], 400, "2203", Documented)
        .at(Field::Reseller, NotReady)
        .says("{reseller} has not accepted the Microsoft Partner Agreement.")
        .turn(
            Reseller,
            "A global admin of {reseller} must sign it in Partner Center. Then create the tenant again.",
            SendAgain,
        ),
    row(&[Create, Readiness], 400, "2206", Documented)
        .at(Field::Reseller, NotReady)
        .says("{reseller} has not accepted the Microsoft Partner Agreement.")
        .turn(
            Reseller,
            "A global admin of {reseller} must sign it in Partner Center. Then create the tenant again.",
            SendAgain,
        ),
    row(&[Create], 403, "900124", Documented)
        .says("Your company has not accepted the Microsoft Partner Agreement.")
        .turn(
            Provider,
            "A global admin of your company must sign it in Partner Center. Then create the tenant again.",
            SendAgain,
        ),
    row(&[Create], 404, "800015", Documented)
        .at(Field::Reseller, NotReady)
        .says("Microsoft does not know {reseller} as a partner.")
        .turn(Operator, RELATIONSHIP, Next::Resellers),
    row(&[Create], 400, "800016", Documented)
        .at(Field::Reseller, NotReady)
        .says("Microsoft does not know {reseller} as one of your indirect resellers.")
        .turn(Operator, RELATIONSHIP, Next::Resellers),
    row(&[Create], 404, "2072", Documented)
        .at(Field::Reseller, NotReady)
        .says("Microsoft does not accept {reseller} as a partner of this customer.")
        .turn(Operator, RELATIONSHIP, Next::Resellers),
    row(&[Create], 400, "900154", Seen)
        .at(Field::Reseller, NotReady)
        .says("The location of {reseller} belongs to no active indirect reseller.")
        .turn(Operator, RELATIONSHIP, Next::Resellers),
    row(&[Create], 403, "800039", Documented)
        .at(Field::Reseller, NotReady)
        .says("The programme enrolment of {reseller} is not active.")
        .turn(Reseller, "{reseller} has to renew it with Microsoft. Then create the tenant again.", SendAgain),
    row(&[Create], 403, "900149", Documented)
        .says("A programme enrolment, of your company or of {reseller}, is not active.")
        .turn(
            Provider,
            "An administrator looks at the enrolments in Partner Center. Then create the tenant again.",
            SendAgain,
        ),
    row(&[Create], 400, "800018", Documented)
        .says("The sandbox holds as many customers as it may.")
        .turn(
            Provider,
            "An administrator deletes customers of the sandbox in Partner Center. Then create the tenant again.",
            SendAgain,
        ),
    row(&[Create], 403, "600006", Seen).says("Microsoft does not allow this, and does not say why."),
    row(&[Create], 417, "800036", Documented)
        .says("Microsoft says that a condition of the request is not met, and not which.")
        .turn(Microsoft, ASK_SUPPORT, Support),
    // ---- Whoever asks has no right to.
    row(WRITES, 403, "2032", Documented)
        .says("Microsoft refuses access to the account that asked.")
        .turn(Provider, ROLE, SendAgain),
    row(WRITES, 403, "900150", Documented)
        .says("Your role at Microsoft does not allow this.")
        .turn(Provider, ROLE, SendAgain),
    row(&[Create, Agreement], 403, "900308", Documented)
        .says("Your account has no role at Microsoft that allows this.")
        .turn(Provider, ROLE, SendAgain),
    row(&[Password], 403, "900308", Documented)
        .says("Microsoft refused: you have no role in this customer's tenant that allows it.")
        .turn(
            Provider,
            GDAP_ROLE,
            Retry,
        ),
    row(CALLS, 403, "1002", Seen)
        .says("Microsoft says that your organisation, or your account, has no access to this part of Partner Center.")
        .turn(
            Provider,
            "It is for indirect providers. An administrator compares the set-up of this portal with the account in \
             Partner Center, and your role there.",
            Support,
        ),
    row(CALLS, 403, "90000", Documented)
        .says("Microsoft Entra did not let the request pass in your name.")
        .turn(Provider, "Ask your administrator about Conditional Access for Partner Center. Then try again.", SendAgain),
    row(CALLS, 403, "900309", Documented)
        .says("A Conditional Access policy of your organisation stopped the request.")
        .turn(Provider, "Ask your administrator about Conditional Access for Partner Center. Then try again.", SendAgain),
    row(CALLS, 403, "900329", Documented)
        .says("The portal asked in its own name where Microsoft wants a person's.")
        .turn(Provider, SET_UP, SignIn),
    row(CALLS, 401, "900421", Seen)
        .says("Your sign-in had no second factor, and Microsoft wants one.")
        .turn(Operator, SECOND_FACTOR, SignIn),
    row(CALLS, 401, "10001", Seen)
        .says("Your sign-in had no second factor, and Microsoft wants one.")
        .turn(Operator, SECOND_FACTOR, SignIn),
    row(CALLS, 401, "900420", Documented)
        .says("The portal's registration at Microsoft Entra asks for a kind of token that Microsoft has retired.")
        .turn(Provider, SET_UP, SignIn),
    row(CALLS, 401, "400", Documented)
        .says("Microsoft no longer accepts your sign-in.")
        .turn(Operator, SECOND_FACTOR, SignIn),
    row(CALLS, 401, "800001", Documented)
        .says("Microsoft did not see your sign-in.")
        .turn(Operator, SECOND_FACTOR, SignIn),
    row(CALLS, 401, "", Otherwise)
        .says("Microsoft no longer accepts your sign-in, or it had no second factor.")
        .turn(Operator, SECOND_FACTOR, SignIn),
    // ---- Where the portal itself is wrong.
    row(CALLS, 405, "1001", Seen)
        .says("Microsoft does not offer what the portal asked for.")
        .turn(Provider, SET_UP, Support),
    row(&[Create], 404, "1000", Documented)
        .says("Microsoft does not know the address that the portal asked.")
        .turn(Provider, SET_UP, Support),
    row(WRITES, 400, "800042", Documented)
        .says("Microsoft does not offer this in your cloud or for your account.")
        .turn(Provider, SET_UP, Support),
    row(WRITES, 400, "900127", Documented)
        .says("Microsoft does not offer this in your cloud or for your account.")
        .turn(Provider, SET_UP, Support),
    row(WRITES, 400, "900141", Documented)
        .says("Microsoft does not offer this in your cloud or for your account.")
        .turn(Provider, SET_UP, Support),
    // ---- A tenant that was created.
    row(&[Agreement], 409, "600061", Documented)
        .says("Microsoft had this acceptance already.")
        .turn(Nobody, "Nothing has to be done: it is on record.", Wait),
    row(&[Agreement], 400, "27002", Seen)
        .says("Microsoft does not accept one of the answers and does not say which.")
        .turn(Operator, CHECK_ANSWERS, Retry),
    row(&[Agreement], 400, "3000", Documented)
        .says("Microsoft does not accept one of the answers and does not say which.")
        .turn(Operator, CHECK_ANSWERS, Retry),
    row(&[Agreement], 400, "800002", Documented)
        .says("Microsoft does not accept one of the answers and does not say which.")
        .turn(Operator, CHECK_ANSWERS, Retry),
    row(&[Password], 404, "60002", Documented)
        .says("The tenant has no administrator with this name: it was renamed or removed.")
        .turn(Operator, "Somebody has signed in as the administrator then. Ask the customer's administrator.", Retry),
    row(ACTS, 403, "20002", Documented)
        .says("Microsoft says that this customer has no relationship with your company any more.")
        .turn(Operator, "Look at the customer in Partner Center. It may have ended the relationship.", Retry),
    row(ACTS, 404, "60003", Documented)
        .says("Partner Center does not show this customer, or not yet.")
        .turn(Operator, NOT_YET_SHOWN, Retry),
    row(ACTS, 404, "1000", Documented)
        .says("Partner Center does not show this customer, or not yet.")
        .turn(Operator, NOT_YET_SHOWN, Retry),
    row(ACTS, 400, "900118", Documented)
        .says("Partner Center does not know this customer.")
        .turn(Operator, NOT_YET_SHOWN, Retry),
    row(ACTS, 403, "900416", Seen).says("Microsoft has locked this customer's account."),
    row(ACTS, 403, "800073", Documented)
        .says("Microsoft is reviewing this customer's account.")
        .turn(Microsoft, "It takes some days, and nobody here can hurry it. Try again then.", Retry),
    row(ACTS, 403, "800074", Documented)
        .says("Microsoft is reviewing this customer's account.")
        .turn(Microsoft, "It takes some days, and nobody here can hurry it. Try again then.", Retry),
    row(ACTS, 403, "800075", Documented)
        .says("Microsoft has reviewed this customer's account and rejected it.")
        .turn(Operator, "Correct the company's data in Partner Center; Microsoft reviews it again then.", Support),
    // ---- Checks while the form is filled in: none of them stands in the way.
    row(&[Readiness], 400, "2000", Documented)
        .says("We could not check the reseller just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
    row(&[Readiness], 400, "2001", Documented)
        .says("We could not check the reseller just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
    row(&[Readiness], 400, "2200", Documented)
        .says("We could not check the reseller just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
    row(&[Readiness], 400, "2201", Documented)
        .at(Field::Reseller, NotReady)
        .says("{reseller} is in another sales region than your company.")
        .turn(Operator, "Choose a reseller of your own region.", Change),
    row(&[Readiness], 400, "2204", Documented)
        .at(Field::Reseller, NotReady)
        .says("{reseller} is not enrolled as an indirect reseller.")
        .turn(Reseller, "{reseller} has to enrol with Microsoft. Then try again.", Change),
    row(&[Readiness], 400, "2205", Documented)
        .says("We could not check the reseller just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
    row(&[Domain], 400, "", Otherwise)
        .says("We could not check the domain just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
    row(&[Address], 400, "2007", Seen)
        .says("Microsoft does not know this address.")
        .turn(Operator, "Compare it with the official documents; you can go on if it is right.", Wait),
    row(&[Address], 400, "60071", Seen)
        .says("We could not check the address just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
    // ---- Faults that pass.
    row(ACTS, 429, "", Otherwise)
        .says("Microsoft has more requests than it wants to answer.")
        .turn(Operator, "Wait a minute, then send it again.", Retry),
    row(&[Create, Resellers], 429, "", Otherwise)
        .says("Microsoft has more requests than it wants to answer and asked us to come back later.")
        .turn(Nobody, LATER, Wait),
    row(CALLS, 500, "800003", Documented)
        .says("Microsoft had a fault of its own.")
        .turn(Nobody, LATER, Wait),
    row(CALLS, 500, "900192", Documented)
        .says("Microsoft had a fault of its own.")
        .turn(Nobody, LATER, Wait),
    row(CALLS, 501, "0", Documented)
        .says("Microsoft had a fault of its own.")
        .turn(Nobody, LATER, Wait),
    // ---- Any other answer, by its status.
    row(&[Create], 400, "", Otherwise)
        .says("Microsoft does not accept one of the answers and does not say which.")
        .turn(Operator, USUAL_REASONS, Change),
    row(&[Create], 422, "", Otherwise)
        .says("Microsoft does not accept one of the answers and does not say which.")
        .turn(Operator, USUAL_REASONS, Change),
    row(&[Create], 403, "", Otherwise)
        .says("Your role at Microsoft does not allow you to create customers.")
        .turn(Provider, ROLE, SendAgain),
    row(&[Create], 404, "", Otherwise)
        .says("Microsoft does not know the address that the portal asked.")
        .turn(Provider, SET_UP, Support),
    row(&[Create], 409, "", Otherwise)
        .at(Field::Domain, Refused)
        .says("Microsoft says that this conflicts with something that exists already, most likely the domain.")
        .turn(Operator, "Choose another domain.", Change),
    row(&[Agreement], 400, "", Otherwise)
        .says("Microsoft does not accept one of the answers and does not say which.")
        .turn(Operator, CHECK_ANSWERS, Retry),
    row(&[Agreement], 403, "", Otherwise)
        .says("Your role at Microsoft does not allow it.")
        .turn(Provider, ROLE, Retry),
    row(&[Password], 403, "", Otherwise)
        .says("Microsoft refused: you have no role in this customer's tenant that allows it.")
        .turn(
            Provider,
            GDAP_ROLE,
            Retry,
        ),
    row(ACTS, 404, "", Otherwise)
        .says("Partner Center does not show this customer, or not yet.")
        .turn(Operator, NOT_YET_SHOWN, Retry),
    row(&[Resellers], 403, "", Otherwise)
        .says("Your account has no role in Partner Center that shows the list of resellers.")
        .turn(Provider, ROLE, Retry),
    row(CHECKS, 0, "", Otherwise)
        .whatever_status()
        .says("It could not be checked just now.")
        .turn(Nobody, CHECKED_LATER, Wait),
];
