//! Which field of the form a refusal of the create is about.

use crate::domain::{Field, Problem};

/// The field that an error code of `POST /v1/customers` is about, and what is wrong with it.
///
/// `None`: the code names no field. Sources: the documented codes of the create, and those that its users ran into
/// (20000, 27002).
pub fn field_of_code(code: &str) -> Option<(Field, Problem)> {
    Some(match code {
        // Documented for a conflict while a tenant is made: the domain prefix is taken.
        "1003" => (Field::Domain, Problem::Taken),
        "20000" => (Field::Country, Problem::NotAChoice),
        // "Invalid property": seen for the mail address, and for a state that is not in the list, which our own check
        // does not let through.
        "27002" => (Field::Email, Problem::Refused),
        "600002" => (Field::RegistrationNumber, Problem::NotWanted),
        "600049" => (Field::RegistrationNumber, Problem::Missing),
        // Partner Center names the expected pattern in its text, which is not shown; the form has a sample by country.
        "600050" => (Field::RegistrationNumber, Problem::Refused),
        "600051" => (Field::Phone, Problem::Missing),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_codes_lead_to_their_fields_and_others_to_none() {
        assert_eq!(field_of_code("600049"), Some((Field::RegistrationNumber, Problem::Missing)));
        assert_eq!(field_of_code("600051"), Some((Field::Phone, Problem::Missing)));
        assert_eq!(field_of_code("600002"), Some((Field::RegistrationNumber, Problem::NotWanted)));
        assert_eq!(field_of_code("600006"), None);
    }
}
