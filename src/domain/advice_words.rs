//! What the live checks say: domain, address, a tenant that is there already. Said by the server alone, on the form and on
//! the review alike.

use super::{AddressCheck, AddressStatus, Advice, CountryRules, DomainAvailability, Field, Tone, words};
use crate::i18n::t;

/// About a domain that was typed; `full` is the whole of it.
pub fn domain(availability: DomainAvailability, full: &str) -> Advice {
    let (tone, words) = match availability {
        DomainAvailability::Free => (Tone::Good, t!(advice.is_free_it_can_never, full = full)),
        DomainAvailability::Taken => (Tone::Bad, t!(advice.is_already_used_by_another, full = full)),
        DomainAvailability::Held => (Tone::Bad, t!(advice.another_onboarding_here_has_just, full = full)),
        DomainAvailability::CouldNotCheck => (Tone::Unknown, t!(advice.we_could_not_check_the).to_owned()),
    };
    Advice { tone, words }
}

/// About a suggested domain, in two words beside it.
pub fn candidate(availability: DomainAvailability) -> Advice {
    let (tone, words) = match availability {
        DomainAvailability::Free => (Tone::Good, "free"),
        DomainAvailability::Taken | DomainAvailability::Held => (Tone::Bad, "taken"),
        DomainAvailability::CouldNotCheck => (Tone::Unknown, t!(advice.could_not_check)),
    };
    Advice { tone, words: words.to_owned() }
}

/// About an address.
pub fn address(check: &AddressCheck, rules: &CountryRules) -> Advice {
    let (tone, words) = match check.status {
        AddressStatus::VerifiedShippable => (Tone::Good, t!(advice.microsoft_knows_this_address_and)),
        AddressStatus::Verified => (Tone::Good, t!(advice.microsoft_knows_this_address)),
        AddressStatus::InteractionRequired => (Tone::Unknown, t!(advice.microsoft_would_change_much_of)),
        AddressStatus::StreetPartial => (Tone::Unknown, t!(advice.microsoft_finds_the_street_incomplete)),
        AddressStatus::PremisesPartial => (Tone::Unknown, t!(advice.microsoft_finds_the_house_number)),
        AddressStatus::Multiple => (Tone::Unknown, t!(advice.microsoft_finds_several_parts_of)),
        AddressStatus::None => (Tone::Bad, t!(advice.microsoft_does_not_know_this)),
        AddressStatus::NotValidated => (Tone::Unknown, t!(advice.microsoft_could_not_check_this)),
        AddressStatus::NoAnswer => (Tone::Unknown, t!(advice.we_could_not_check_the_address)),
    };
    let doubts = if check.status.is_doubtful() { doubts(&check.doubtful, rules) } else { String::new() };
    Advice { tone, words: [words, &doubts].concat() }
}

/// The fields that Microsoft names.
fn doubts(fields: &[Field], rules: &CountryRules) -> String {
    if fields.is_empty() {
        return String::new();
    }
    let names: Vec<String> = fields.iter().map(|field| part(*field, rules)).collect();
    t!(advice.in_doubt, names = names.join(", "))
}

/// A part of an address, as its country calls it.
pub fn part(field: Field, rules: &CountryRules) -> String {
    let label = words::label(field, rules);
    label.strip_suffix(&words::optional()).unwrap_or(&label).to_owned()
}

/// What speaks for it that a company has a tenant already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantSign<'a> {
    /// A tenant has the domain of the contact's mail address.
    MailDomain(&'a str),
    /// A tenant has the initial domain, and is no customer of the provider's as far as the person may know.
    InitialDomain(&'a str),
    /// The tenant is a customer of the provider's already.
    Customer {
        /// Registered name at Microsoft, may be empty.
        company_name: &'a str,
        /// Initial domain in full, may be empty.
        domain: &'a str,
    },
    /// It was onboarded in this portal, or is being onboarded.
    Onboarding {
        /// Registered name.
        company_name: &'a str,
        /// Initial domain in full.
        domain: &'a str,
    },
}

/// In a sentence.
pub fn tenant_sign(sign: &TenantSign<'_>) -> String {
    match sign {
        TenantSign::MailDomain(domain) => {
            t!(advice.a_microsoft_tenant_already_has, domain = *domain)
        }
        TenantSign::InitialDomain(domain) => t!(advice.a_microsoft_tenant_already_has_2, domain = *domain),
        TenantSign::Customer { company_name: "", domain } => {
            t!(advice.the_tenant_is_already_a, domain = *domain)
        }
        TenantSign::Customer { company_name, domain } => {
            t!(advice.is_already_a_customer_of, company_name = *company_name, domain = *domain)
        }
        TenantSign::Onboarding { company_name, domain } => {
            t!(advice.was_onboarded_in_this_portal, company_name = *company_name, domain = *domain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::united_states;

    #[test]
    fn only_a_free_domain_is_called_free() {
        for availability in [DomainAvailability::Taken, DomainAvailability::Held, DomainAvailability::CouldNotCheck] {
            let advice = domain(availability, "contoso.onmicrosoft.com");
            assert_ne!(advice.tone, Tone::Good);
            assert!(!advice.words.contains("free"), "{}", advice.words);
            assert_ne!(candidate(availability).words, "free");
        }
        assert_eq!(domain(DomainAvailability::Free, "contoso.onmicrosoft.com").tone, Tone::Good);
    }

    #[test]
    fn every_status_of_an_address_has_words_and_only_a_known_one_is_good() {
        let rules = united_states();
        for name in [
            "VerifiedShippable",
            "Verified",
            "InteractionRequired",
            "StreetPartial",
            "PremisesPartial",
            "Multiple",
            "None",
            "NotValidated",
            "",
        ] {
            let status = AddressStatus::from_name(name);
            let check = AddressCheck { doubtful: vec![Field::PostalCode], ..AddressCheck::new(status) };
            let advice = address(&check, &rules);
            assert_eq!(advice.tone == Tone::Good, status.is_verified(), "{name}");
            assert_eq!(advice.words.ends_with("(in doubt: ZIP code)"), status.is_doubtful(), "{}", advice.words);
        }
    }
}
