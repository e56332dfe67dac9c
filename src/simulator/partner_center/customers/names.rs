//! Rules for names, as Microsoft's page on validating names and addresses has them (2024).

use crate::simulator::people::PROVIDER_DOMAIN;

const LEGAL_FORMS: [&str; 12] = ["ab", "ag", "bv", "co", "corp", "gmbh", "inc", "limited", "llc", "ltd", "plc", "sa"];

/// Whether a company may be called so.
pub(in crate::simulator) fn is_company_name(name: &str) -> bool {
    let length = name.chars().count();
    let words: Vec<&str> = name.split_whitespace().collect();
    let has_letter_or_digit = name.chars().any(char::is_alphanumeric);
    (2..=255).contains(&length)
        && has_letter_or_digit
        && !name.chars().any(char::is_control)
        && !is_lone_legal_form(&words)
        && !is_one_sign_repeated(name)
        && !are_single_signs(&words)
}

fn is_lone_legal_form(words: &[&str]) -> bool {
    let bare = words.concat().replace(['.', ','], "").to_lowercase();
    LEGAL_FORMS.contains(&bare.as_str())
}

fn is_one_sign_repeated(name: &str) -> bool {
    let mut signs = name.chars();
    let first = signs.next();
    name.chars().count() >= 3 && signs.all(|sign| Some(sign) == first)
}

fn are_single_signs(words: &[&str]) -> bool {
    // "B & Q" is a company: a sign between says that it is meant.
    words.len() > 1 && words.iter().all(|word| word.chars().count() == 1 && word.chars().all(char::is_alphanumeric))
}

/// Whether a contact's e-mail address is accepted before the tenant is made.
pub(super) fn is_email(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let local_sign = |sign: char| sign.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(sign);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|sign| sign.is_alphanumeric() || sign == '-')
    };
    let domain = domain.to_lowercase();
    address.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(local_sign)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
        && !matches!(domain.as_str(), "microsoft.com" | PROVIDER_DOMAIN)
}

/// Whether mail can be delivered to the top-level domain. Looked at when the tenant is there already.
pub(super) fn is_deliverable(address: &str) -> bool {
    let top_level = address.rsplit('.').next().unwrap_or_default().to_lowercase();
    top_level.len() >= 2
        && !top_level.chars().all(|sign| sign.is_ascii_digit())
        && !matches!(top_level.as_str(), "invalid" | "local" | "localhost" | "test")
}
