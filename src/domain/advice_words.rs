//! What the live checks say: domain, address, a tenant that is there already. Said by the server alone, on the form and on
//! the review alike.

use super::{AddressCheck, AddressStatus, Advice, CountryRules, DomainAvailability, Field, Tone, words};

/// About a domain that was typed; `full` is the whole of it.
pub fn domain(availability: DomainAvailability, full: &str) -> Advice {
    let (tone, words) = match availability {
        DomainAvailability::Free => (Tone::Good, format!("{full} is free. It can never be changed")),
        DomainAvailability::Taken => (Tone::Bad, format!("{full} is already used by another tenant")),
        DomainAvailability::Held => (
            Tone::Bad,
            format!("Another onboarding here has just chosen {full}. Choose another, or try again in 15 minutes"),
        ),
        DomainAvailability::CouldNotCheck => (
            Tone::Unknown,
            "We could not check the domain just now. You can continue; Microsoft will check when you create the tenant"
                .to_owned(),
        ),
    };
    Advice { tone, words }
}

/// About a suggested domain, in two words beside it.
pub fn candidate(availability: DomainAvailability) -> Advice {
    let (tone, words) = match availability {
        DomainAvailability::Free => (Tone::Good, "free"),
        DomainAvailability::Taken | DomainAvailability::Held => (Tone::Bad, "taken"),
        DomainAvailability::CouldNotCheck => (Tone::Unknown, "could not check"),
    };
    Advice { tone, words: words.to_owned() }
}

/// About an address.
pub fn address(check: &AddressCheck, rules: &CountryRules) -> Advice {
    let (tone, words) = match check.status {
        AddressStatus::VerifiedShippable => (Tone::Good, "Microsoft knows this address, and mail arrives there"),
        AddressStatus::Verified => (Tone::Good, "Microsoft knows this address"),
        AddressStatus::InteractionRequired => {
            (Tone::Unknown, "Microsoft would change much of this address. Compare the two")
        }
        AddressStatus::StreetPartial => (Tone::Unknown, "Microsoft finds the street incomplete"),
        AddressStatus::PremisesPartial => (Tone::Unknown, "Microsoft finds the house number or unit incomplete"),
        AddressStatus::Multiple => (Tone::Unknown, "Microsoft finds several parts of the address incomplete"),
        AddressStatus::None => {
            (Tone::Bad, "Microsoft does not know this address. Compare it with the official documents")
        }
        AddressStatus::NotValidated => (Tone::Unknown, "Microsoft could not check this address. You can continue"),
        AddressStatus::NoAnswer => (Tone::Unknown, "We could not check the address just now. You can continue"),
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
    format!(" (in doubt: {})", names.join(", "))
}

/// A part of an address, as its country calls it.
pub fn part(field: Field, rules: &CountryRules) -> String {
    let label = words::label(field, rules);
    label.strip_suffix(" (optional)").unwrap_or(&label).to_owned()
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
            format!("A Microsoft tenant already has {domain}, the domain of the contact's email address.")
        }
        TenantSign::InitialDomain(domain) => format!("A Microsoft tenant already has {domain}."),
        TenantSign::Customer { company_name: "", domain } => {
            format!("The tenant {domain} is already a customer of the provider in Partner Center.")
        }
        TenantSign::Customer { company_name, domain } => {
            format!("{company_name} ({domain}) is already a customer of the provider in Partner Center.")
        }
        TenantSign::Onboarding { company_name, domain } => {
            format!("{company_name} ({domain}) was onboarded in this portal, or is being onboarded.")
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
