//! Which field of ours a refusal names. Its words are third-party text and go nowhere; the field is one of a closed set.

use serde_json::Value;

use crate::domain::Field;

/// Parts of the names under which Partner Center's services know our fields; the first that is met counts.
const NAMES: [(&str, Field); 22] = [
    ("organizationregistrationnumber", Field::RegistrationNumber),
    ("registration", Field::RegistrationNumber),
    ("associatedpartnerid", Field::Reseller),
    ("addressline3", Field::AddressLine3),
    ("addressline2", Field::AddressLine2),
    ("addressline1", Field::AddressLine1),
    ("postalcode", Field::PostalCode),
    ("zip", Field::PostalCode),
    ("phone", Field::Phone),
    ("firstname", Field::FirstName),
    ("middlename", Field::MiddleName),
    ("lastname", Field::LastName),
    ("companyname", Field::CompanyName),
    ("email", Field::Email),
    ("culture", Field::Culture),
    ("language", Field::Language),
    ("state", Field::State),
    ("region", Field::State),
    ("district", Field::District),
    ("city", Field::City),
    ("country", Field::Country),
    ("domain", Field::Domain),
];

/// The field that an error body names: in its data as `property_name: X`, or as the first word of its text (`X: ...`).
pub(super) fn named(data: &Value, text: Option<&str>) -> Option<Field> {
    let lines = data.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_str);
    let properties = lines.filter_map(|line| line.trim().strip_prefix("property_name:"));
    let first_word = text.and_then(|text| text.split_once(':')).map(|(word, _)| word.trim());
    // A sentence with a colon in it names nothing.
    let first_word = first_word.filter(|word| word.len() <= 64 && !word.contains(char::is_whitespace));
    properties.chain(first_word).find_map(field)
}

fn field(name: &str) -> Option<Field> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect();
    NAMES.iter().find(|(part, _)| name.contains(part)).map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_named_property_is_found_however_it_is_spelled() {
        for (data, text, expected) in [
            (json!(["property_name:  StateInvalid - Details", "details:  "]), None, Some(Field::State)),
            (json!(["property_name: BillingProfile.DefaultAddress.PostalCode"]), None, Some(Field::PostalCode)),
            (json!(["property_name: NotificationEmailAddress"]), None, Some(Field::Email)),
            (json!(null), Some("NotificationEmailAddress: the value is invalid."), Some(Field::Email)),
            (json!([]), Some("A sentence about the email address: it is wrong."), None),
            (json!({"property_name": "City"}), None, None),
            (json!(["property_name: Subscription"]), None, None),
            (json!([7, "help: city"]), Some(""), None),
        ] {
            assert_eq!(named(&data, text), expected, "{data} {text:?}");
        }
    }
}
