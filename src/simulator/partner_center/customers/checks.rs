//! What a create is refused for before anything is made.

use std::sync::Arc;

use http::StatusCode;
use regex_lite::Regex;
use uuid::Uuid;

#[cfg(test)]
use super::names::is_deliverable;
use super::{
    names::{is_company_name, is_email},
    request::CreateRequest,
};
#[cfg(test)]
use crate::simulator::partner_center::body::JsonBody;
use crate::simulator::{
    partner_center::{
        answer::Refusal,
        country_rules::{Changes, CountryRules},
    },
    world::{UNSUPPORTED_COUNTRIES, World},
};

/// Initial domains: the public one, and the one of Microsoft's test cloud in its own example.
const SUFFIXES: [&str; 2] = [".onmicrosoft.com", ".ccsctp.net"];

type Check = Result<(), Refusal>;

/// A request that has passed; `culture` is in the spelling of the list.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) domain: String,
    pub(super) email: String,
    pub(super) culture: String,
    pub(super) language: String,
    pub(super) company_name: String,
}

/// All checks of the fields, in the order in which the service is supposed to make them.
/// `rules_of` knows the rules of a country, or why there are none.
pub(super) fn check_fields(
    request: &CreateRequest,
    rules_of: impl FnOnce(&str) -> Result<Arc<CountryRules>, Refusal>,
) -> Result<Checked, Refusal> {
    if request.names_a_password {
        return Err(Refusal::invalid_data("UserCredentials", "A password is not accepted."));
    }
    let domain = check_domain(request)?;
    let company_name = request
        .company_name
        .clone()
        .filter(|name| is_company_name(name))
        .ok_or_else(|| Refusal::invalid_data("CompanyName", "The company name is missing or not accepted."))?;
    let email = request.email.clone().filter(|email| is_email(email)).ok_or_else(invalid_email)?;
    let rules = &*rules_of(&request.address.country)?;
    let culture = request.culture.as_deref().and_then(|sent| rules.culture(sent));
    let culture =
        culture.ok_or_else(|| Refusal::invalid_data("Culture", "The culture is not one of the country's."))?;
    let language = request
        .language
        .clone()
        .filter(|sent| rules.speaks(sent))
        .ok_or_else(|| Refusal::invalid_data("Language", "The language is not one of the country's."))?;
    check_address(request, rules)?;
    check_registration(request, rules)?;
    Ok(Checked { domain, email, culture: culture.to_owned(), language, company_name })
}

/// The refusal for an e-mail address, before the tenant is made or after.
pub(super) fn invalid_email() -> Refusal {
    Refusal::invalid_data("NotificationEmailAddress", "NotificationEmailAddress: the value is invalid.")
}

/// The refusal for a domain that somebody has. Its code is not documented.
pub(super) fn domain_is_taken(domain: &str) -> Refusal {
    Refusal::invalid_data("Domain", format!("The domain {domain} is already used by another tenant."))
}

/// Whether the reseller may get customers. The codes are the documented ones that come nearest.
pub(super) fn check_reseller(world: &World, reseller: Uuid) -> Check {
    match world.reseller(reseller) {
        Some(reseller) if !reseller.is_active() => Err(not_a_reseller()),
        Some(reseller) if !reseller.agreement_signed => {
            let text = "The indirect reseller has not accepted the Microsoft Partner Agreement.";
            Err(Refusal::classic(StatusCode::FORBIDDEN, 900_123, text))
        }
        Some(_) => Ok(()),
        None => Err(not_a_reseller()),
    }
}

fn not_a_reseller() -> Refusal {
    let text = "The partner id is not that of an indirect reseller with an active partnership.";
    Refusal::classic(StatusCode::BAD_REQUEST, 800_016, text).about("AssociatedPartnerId")
}

fn check_domain(request: &CreateRequest) -> Result<String, Refusal> {
    let refuse = || Refusal::invalid_data("Domain", "The domain must be prefix.onmicrosoft.com.");
    let domain = request.domain.clone().ok_or_else(refuse)?;
    let lower = domain.to_ascii_lowercase();
    let prefix = SUFFIXES.iter().find_map(|suffix| lower.strip_suffix(suffix)).ok_or_else(refuse)?;
    let fits = (1..=27).contains(&prefix.len()) && prefix.bytes().all(|sign| sign.is_ascii_alphanumeric());
    if fits { Ok(domain) } else { Err(refuse()) }
}

/// The rules of a country that a customer may be in.
pub(super) fn check_country(changes: &Changes, country: &str) -> Result<Arc<CountryRules>, Refusal> {
    if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(Refusal::invalid_data("Country", "The country must be two upper-case letters."));
    }
    CountryRules::checked(changes, country).filter(|_| !UNSUPPORTED_COUNTRIES.contains(&country)).ok_or_else(|| {
        Refusal::classic(StatusCode::BAD_REQUEST, 20000, "Current country not supported.").about("Country")
    })
}

fn check_address(request: &CreateRequest, rules: &CountryRules) -> Check {
    let address = &request.address;
    let refuse = |property: &str| Err(Refusal::invalid_data(property, format!("{property} is missing or invalid.")));
    let fits = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
    let state = address.state.as_deref().unwrap_or_default();
    // Seen: a region in an address of the United States is refused as if it were the state.
    if request.region.is_some() || !rules.has_state(state) {
        let text = "The property has invalid data.";
        return Err(Refusal::classic(StatusCode::BAD_REQUEST, 27002, text)
            .with_data("property_name:  StateInvalid - Details")
            .with_data("details:  "));
    }
    if !has_length(state, 0, 200) {
        return refuse("State");
    }
    if !has_length(address.address_line1.as_deref().unwrap_or_default(), 1, 200) {
        return refuse("AddressLine1");
    }
    if !has_length(address.address_line2.as_deref().unwrap_or_default(), 0, 200) {
        return refuse("AddressLine2");
    }
    let further = [("AddressLine3", &address.address_line3), ("District", &address.district), ("City", &address.city)];
    for (name, text) in further {
        if !has_length(text.as_deref().unwrap_or_default(), 0, 200) {
            return refuse(name);
        }
    }
    if address.city.is_none() && rules.is_city_required {
        return refuse("City");
    }
    match address.postal_code.as_deref() {
        Some(postal_code) if !is_code(postal_code) || !fits(&rules.postal_code, postal_code) => {
            return refuse("PostalCode");
        }
        None if rules.is_postal_code_required => return refuse("PostalCode"),
        _ => {}
    }
    for (name, text) in
        [("FirstName", &address.first_name), ("MiddleName", &address.middle_name), ("LastName", &address.last_name)]
    {
        if !has_length(text.as_deref().unwrap_or_default(), 0, 50) {
            return refuse(name);
        }
    }
    let phone = address.phone_number.as_str();
    let phone_fits = match &rules.phone {
        Some(pattern) => pattern.is_match(phone),
        None => is_phone_number(phone),
    };
    if !phone.is_empty() && !phone_fits {
        return refuse("PhoneNumber");
    }
    Ok(())
}

/// In units of UTF-16, which is what .NET counts.
fn has_length(text: &str, shortest: usize, longest: usize) -> bool {
    (shortest..=longest).contains(&text.encode_utf16().count()) && !text.chars().any(char::is_control)
}

/// Whether a postal code has a letter or a digit at all, where the country has no pattern.
fn is_code(text: &str) -> bool {
    has_length(text, 1, 20) && text.chars().any(char::is_alphanumeric)
}

/// Where the country has no pattern: some digits, and the signs between them.
fn is_phone_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_sign = |sign: char| {
        sign.is_ascii_digit() || sign.is_whitespace() || "+-()./#xextEXT\u{2010}\u{2011}\u{2013}".contains(sign)
    };
    (4..=20).contains(&digits) && text.chars().all(is_sign)
}

fn check_registration(request: &CreateRequest, rules: &CountryRules) -> Check {
    let refuse = |code, text: String| Err(Refusal::classic(StatusCode::BAD_REQUEST, code, text));
    let number = request.registration_number.as_deref();
    if rules.refuses_numbers && number.is_some() {
        return refuse(600_002, "Organization registration id is not accepted for the country.".to_owned());
    }
    let Some(pattern) = rules.registration_number.as_deref() else {
        let is_accepted =
            number.is_none_or(|number| number.len() <= 22 && number.bytes().all(|sign| sign.is_ascii_alphanumeric()));
        return if is_accepted {
            Ok(())
        } else {
            refuse(600_002, "Organization registration id is not accepted for the country.".to_owned())
        };
    };
    let Some(number) = number else {
        if rules.refuses_numbers {
            return Ok(());
        }
        return refuse(600_049, "Organization registration id information is missing.".to_owned());
    };
    if !Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(number)) {
        return refuse(600_050, format!("Organization registration id format is invalid. Expected format: {pattern}"));
    }
    if request.address.phone_number.is_empty() {
        return refuse(600_051, "The phone number is missing.".to_owned());
    }
    Ok(())
}

/// What a create with this body would be refused with for its fields, wherever the provider may sell: code and text.
#[cfg(test)]
pub(in crate::simulator) fn refusal_of_fields(body: &[u8]) -> Option<(u32, String)> {
    let request = match JsonBody::read(body).and_then(|body| CreateRequest::read(&body)) {
        Ok(request) => request,
        Err(refusal) => return Some(refusal.in_short()),
    };
    let rules_of = |country: &str| CountryRules::of(country).ok_or_else(|| Refusal::invalid_data("Country", "unknown"));
    match check_fields(&request, rules_of) {
        Ok(checked) if is_deliverable(&checked.email) => None,
        Ok(_) => Some(invalid_email().in_short()),
        Err(refusal) => Some(refusal.in_short()),
    }
}
