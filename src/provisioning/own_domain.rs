//! Whether a contact's address is at the organisation of whoever fills in the form: Microsoft refuses a partner's own
//! domain, and an account manager's address is soon typed where the customer's should be.

use crate::domain::Operator;

/// Where everybody may have an address, a guest of the provider's tenant as well as a customer.
const EVERYBODYS: [&str; 14] = [
    "aol.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "msn.com",
    "outlook.com",
    "proton.me",
    "qq.com",
    "yahoo.com",
];

/// Whether `email` is at the domain of the operator's sign-in name, or at one below it.
pub(super) fn is_own(operator: &Operator, email: &str) -> bool {
    let (Some(own), Some(typed)) = (domain_of(&operator.sign_in_name), domain_of(email)) else { return false };
    !EVERYBODYS.contains(&own.as_str())
        && own.contains('.')
        && typed.strip_suffix(&own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn domain_of(address: &str) -> Option<String> {
    address.trim().rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PersonKey, Role, Side};

    fn signed_in_as(sign_in_name: &str) -> Operator {
        Operator {
            key: PersonKey { tid: "t".to_owned(), oid: "o".to_owned() },
            name: "Adele Vance".to_owned(),
            sign_in_name: sign_in_name.to_owned(),
            side: Side::Provider(Role::AccountManager),
            address: None,
        }
    }

    #[test]
    fn the_own_domain_and_those_below_are_not_a_customers() {
        let adele = signed_in_as("adele@Tailwind.example");
        for email in ["adele@tailwind.example", "a@TAILWIND.example", "a@mail.tailwind.example"] {
            assert!(is_own(&adele, email), "{email}");
        }
        for email in ["a@nottailwind.example", "a@example", "gena@wingtiptoys.com", "adele"] {
            assert!(!is_own(&adele, email), "{email}");
        }
        assert!(!is_own(&signed_in_as("adele@outlook.com"), "gena@outlook.com"), "everybody may have one there");
        assert!(!is_own(&signed_in_as(""), "gena@wingtiptoys.com"));
    }
}
