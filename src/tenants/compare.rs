//! What the portal has sent beside what Partner Center says.

use super::live::{LiveTenant, NotTold, Told};
use crate::{
    domain::{DefaultAddress, ResellerId},
    journal::{Onboarding, Payload},
    partner_center::{BillingAddress, CustomerDetails, CustomerReseller},
};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Registered name.
    CompanyName,
    /// Initial domain.
    Domain,
    /// Indirect reseller.
    Reseller,
    /// The contact's name.
    Contact,
    /// The contact's mail address.
    Email,
    /// The contact's phone number.
    Phone,
    /// Address of the company.
    Address,
    /// Format of invoices.
    Culture,
    /// Language of messages.
    Language,
}

/// What the two come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// They say the same, capitals and spaces aside.
    Same,
    /// They do not.
    Differs,
    /// Microsoft has answered, and its answer does not hold this.
    Missing,
    /// Microsoft could not be asked, which says nothing about the tenant.
    NotAsked(NotTold),
}

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What is compared.
    pub subject: Subject,
    /// What was sent; `None`: nothing.
    pub ours: Option<String>,
    /// What Partner Center says; `None`: nothing.
    pub theirs: Option<String>,
    /// What the two come to.
    pub finding: Finding,
}

/// Everything that was sent, beside what Partner Center says of it.
pub fn compare(onboarding: &Onboarding, sent: &Payload, live: &LiveTenant) -> Vec<Compared> {
    let customer = sent.customer();
    let address = customer.default_address();
    let told = live.customer.as_ref();
    let domain = sent.domain();
    let full_name = [address.first_name(), address.last_name()].join(" ");
    let envelope = one_line(address);
    let beside = |subject, ours: Option<&str>, theirs: fn(&CustomerDetails) -> Option<String>| {
        compare_texts(subject, ours, told.map(theirs).map_err(|why| *why))
    };
    let mut compared = vec![
        beside(Subject::CompanyName, Some(customer.company_name()), |told| told.company_name.clone()),
        beside(Subject::Domain, Some(&domain), |told| told.domain.clone()),
        beside(Subject::Contact, Some(&full_name), |told| contact_of(&told.address)),
        beside(Subject::Email, Some(customer.email()), |told| told.email.clone()),
        beside(Subject::Phone, address.phone_number(), |told| told.address.phone_number.clone()),
        beside(Subject::Address, Some(&envelope), |told| one_line_of(&told.address)),
        beside(Subject::Culture, Some(customer.culture()), |told| told.culture.clone()),
        beside(Subject::Language, Some(customer.language()), |told| told.language.clone()),
    ];
    compared.insert(2, reseller(onboarding, live));
    compared
}

fn compare_texts(subject: Subject, ours: Option<&str>, theirs: Told<Option<String>>) -> Compared {
    let ours = ours.filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let (theirs, finding) = match theirs {
        Err(why) => (None, Finding::NotAsked(why)),
        Ok(theirs) => {
            let theirs = theirs.filter(|text| !text.trim().is_empty());
            let finding = match (&ours, &theirs) {
                (None, None) => Finding::Same,
                (Some(_), None) => Finding::Missing,
                (Some(ours), Some(theirs)) if plain(subject, ours) == plain(subject, theirs) => Finding::Same,
                (_, Some(_)) => Finding::Differs,
            };
            (theirs, finding)
        }
    };
    Compared { subject, ours, theirs, finding }
}

/// Without what Partner Center is known to change: capitals, runs of spaces, and the signs between the digits of a phone
/// number.
fn plain(subject: Subject, text: &str) -> String {
    if subject == Subject::Phone {
        return text.chars().filter(char::is_ascii_digit).collect();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The relationships decide: the customer itself does not always name its reseller. One that it names is never passed
/// over, though.
fn reseller(onboarding: &Onboarding, live: &LiveTenant) -> Compared {
    let ours = onboarding.reseller_id.as_ref();
    let named = live.customer.as_ref().ok().and_then(|customer| customer.associated_partner_id.as_ref());
    let (theirs, finding) = match &live.resellers {
        Err(why) => match named {
            Some(id) => (Some(id.to_string()), if Some(id) == ours { Finding::Same } else { Finding::Differs }),
            None => (None, Finding::NotAsked(*why)),
        },
        Ok(resellers) => {
            let words: Vec<&str> = resellers.iter().map(words).collect();
            let theirs = (!words.is_empty()).then(|| words.join(", "));
            (theirs, reseller_finding(onboarding, ours, named, resellers))
        }
    };
    let ours = onboarding.reseller_name.clone().or_else(|| ours.map(ToString::to_string));
    Compared { subject: Subject::Reseller, ours, theirs, finding }
}

fn reseller_finding(
    onboarding: &Onboarding,
    ours: Option<&ResellerId>,
    named: Option<&ResellerId>,
    resellers: &[CustomerReseller],
) -> Finding {
    let contradicts = named.is_some_and(|named| Some(named) != ours);
    match ours {
        _ if contradicts => Finding::Differs,
        None if resellers.is_empty() => Finding::Same,
        // A new tenant's reseller is named some time after the tenant.
        Some(_) if resellers.is_empty() && onboarding.is_being_read_back() => Finding::Missing,
        Some(ours) if !resellers.is_empty() && resellers.iter().all(|reseller| reseller.id == *ours) => Finding::Same,
        _ => Finding::Differs,
    }
}

fn words(reseller: &CustomerReseller) -> &str {
    if reseller.name.is_empty() { reseller.id.as_str() } else { &reseller.name }
}

fn contact_of(address: &BillingAddress) -> Option<String> {
    let parts: Vec<&str> =
        [&address.first_name, &address.last_name].into_iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn one_line(address: &DefaultAddress) -> String {
    join([
        Some(address.address_line1()),
        address.address_line2(),
        address.city(),
        address.state(),
        address.postal_code(),
        Some(address.country().as_str()),
    ])
}

fn one_line_of(address: &BillingAddress) -> Option<String> {
    let BillingAddress { country, state, city, address_line1, address_line2, postal_code, .. } = address;
    let line = join([address_line1, address_line2, city, state, postal_code, country].map(Option::as_deref));
    (!line.is_empty()).then_some(line)
}

/// In one order on both sides, whatever the country's is: they are compared, not posted.
fn join(parts: [Option<&str>; 6]) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
