//! Request bodies for people who have to find out what was wrong with them, without what names a person.

use serde::Serialize;
use serde_json::Value;

/// What stands as it was sent: choices, places, and names that companies publish. Everything else is shown by its shape,
/// so that a property that comes later is not shown before somebody has thought about it.
const KEPT: [&str; 18] = [
    "enableGDAPByDefault",
    "RelationshipToPartner",
    "AssociatedPartnerId",
    "ObjectType",
    "Domain",
    "CompanyName",
    "Culture",
    "Language",
    "Country",
    "City",
    "State",
    "PostalCode",
    "Region",
    "templateId",
    "type",
    "dateAgreed",
    "objectType",
    "forceChangePassword",
];

/// The body as indented JSON.
pub(super) fn body(body: &impl Serialize) -> String {
    let mut json = serde_json::to_value(body).unwrap_or_default();
    redact("", &mut json);
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

fn redact(name: &str, value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| redact(name, value)),
        Value::Array(items) => items.iter_mut().for_each(|value| redact(name, value)),
        Value::Null | Value::Bool(_) => {}
        Value::String(_) | Value::Number(_) if KEPT.contains(&name) => {}
        Value::String(text) => *value = Value::String(shape(name, text)),
        Value::Number(_) => *value = Value::String("[redacted number]".to_owned()),
    }
}

/// What a rule could be about: of an address its top-level domain, of a number which signs are letters and which are
/// digits, of a text its length.
fn shape(name: &str, text: &str) -> String {
    let length = text.chars().count();
    match name {
        "Email" | "email" => {
            let top = text.rsplit_once('.').map_or("", |(_, top)| top);
            let top = if top.bytes().all(|byte| byte.is_ascii_alphabetic()) { top } else { "" };
            format!("[redacted: {length} characters, ends in .{top}]")
        }
        "PhoneNumber" | "phoneNumber" | "OrganizationRegistrationNumber" => {
            let signs: String = text.chars().map(sign).collect();
            format!("[redacted, in the shape {signs}]")
        }
        _ => format!("[redacted: {length} characters]"),
    }
}

fn sign(sign: char) -> char {
    match sign {
        _ if sign.is_numeric() => '9',
        _ if sign.is_alphabetic() => 'A',
        _ if sign.is_ascii_punctuation() || sign == ' ' => sign,
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_has_thought_about_is_not_shown() {
        let text = body(&json!({
            "CompanyProfile": { "Domain": "contoso.onmicrosoft.com", "OrganizationRegistrationNumber": "12.345/AB" },
            "Email": "gena.soto@contoso.museum",
            "DefaultAddress": { "FirstName": "Gena", "PhoneNumber": "+1 425 555 0101", "PostalCode": "98052" },
            "SomethingNew": "secret", "Count": 7, "List": ["Gena", null],
            "password": "PCPW-1",
        }));
        for kept in ["contoso.onmicrosoft.com", "98052", "in the shape 99.999/AA", "ends in .museum", "+9 999 999 9999"]
        {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        for gone in ["gena", "Gena", "425", "secret", "PCPW", "12.345", ": 7"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
    }
}
